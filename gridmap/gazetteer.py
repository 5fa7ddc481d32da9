"""Where an address lies, out of the branch's own data: towns, villages, streets, buildings, parks, and the organisations already placed."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from gridmap.errors import N_, Message, say
from gridmap.grid import place_on_cells
from gridmap.market import Market
from gridmap.market.columns import numbers_in
from gridmap.market.standing import live_at

Array = np.ndarray[Any, Any]
Key = tuple[str, str, str]  # what it is, its town (empty where that is not known), its name

PRECISIONS = ("door", "building", "street", "village", "town")
EXACT = ("door", "building")  # a place so exact may stand for its number in the street
BESIDE = 20  # numbers of a street: further away they say no more than the street does
LEAST_NUMBERS = 4  # placed in a street before its numbers are believed
IN_ORDER = 0.7  # median step from number to number, over the median distance from the street's middle: at random it is above 1
M_PER_DEGREE = 111_195.0

_BETWEEN_WORDS = re.compile(r"[\s()\uff08\uff09,\uff0c]")
_HAN = r"[\u4e00-\u9fff]"
_NAMED = r"[\u4e00-\u9fffA-Za-z0-9]"
_DISTRICT = re.compile(rf"^(?:{_HAN}{{2,8}}?(?:省|自治区|市|县|区))+")
_ROAD = re.compile(rf"({_NAMED}{{1,14}}?(?:大道|大街|公路|国道|省道|胡同|路|街(?!道)|巷))")
_NUMBER = re.compile(r"^\s*(\d{1,5})(?:[-之]\d+)?号")
_VILLAGE = re.compile(rf"({_HAN}{{1,6}}?(?:村|社区))")
_BUILDING = re.compile(rf"({_NAMED}{{2,16}}?(?:大厦|大楼|广场|商城|商务楼|写字楼|[A-Z]座))")
_PARK = re.compile(rf"({_NAMED}{{2,16}}?(?:工业园|产业园|科技园|工业区|创意园|小微园|加工园|物流园|园区))")
_BLOCK = re.compile(r"^(\d{1,3}(?:栋|幢|座))")

_SAID = {
    "door": N_("The same door as organisations already placed: {count}."),
    "building": N_("The building {name}."),
    "between": N_("Between numbers of {name} already placed: {count}."),
    "street": N_("The same street, {name}, as organisations already placed: {count}."),
    "park": N_("The park {name}."),
    "village": N_("The same village, {name}, as organisations already placed: {count}."),
    "town": N_("The middle of {name}: the address says no more that is known."),
}
_REFUSED = {
    "address": N_("There is no address."),
    "unknown": N_("The address names no town, street, building or park that is known here."),
    "outside": N_("The place found lies outside the branch."),
}


@dataclass(frozen=True)
class Address:
    """What an address says; what it does not say is empty, and `number` None."""

    town: str = ""
    road: str = ""
    number: int | None = None
    village: str = ""
    building: str = ""
    park: str = ""


@dataclass(frozen=True, eq=False)
class Gazetteer:
    """Names with the places known of each.

    towns: names, longest first. places: points (n, 3) of each name: latitude, longitude, number in the street (NaN where there is none).
    """

    towns: tuple[str, ...]
    places: Mapping[Key, Array]


@dataclass(frozen=True)
class Place:
    """A proposed place: WGS-84, one of `PRECISIONS`, why, and how far the places it rests on lie from it, in metres (median)."""

    lat: float
    lon: float
    precision: str
    evidence: Message
    spread_m: float


def read_address(text: str, towns: Sequence[str], *, street: str = "", building: str = "") -> Address:
    """Take an address apart.

    Parameters
    ----------
    towns
        Names of the towns of the branch, longest first.
    street, building
        As the organisation has them apart from its address; they win.
    """
    rest = _BETWEEN_WORDS.sub("", text)
    at, town = min(((rest.find(name), name) for name in towns if name in rest), default=(-1, ""), key=lambda found: found[0])
    rest = rest[at + len(town) :] if town else _DISTRICT.sub("", rest)
    road_found = _ROAD.search(rest)
    road = street or (road_found.group(1) if road_found else "")
    end = rest.find(road) + len(road) if road and road in rest else road_found.end() if road_found else 0
    village_found, park_found = (None, None) if road else (_VILLAGE.search(rest), _PARK.search(rest))
    start = end or max((each.end() for each in (village_found, park_found) if each), default=0)
    number_found = _NUMBER.search(rest[start:])
    tail = rest[start + (number_found.end() if number_found else 0) :]
    inside = _BUILDING.search(tail) or (_BLOCK.search(tail) if park_found else None)
    return Address(
        town,
        road,
        int(number_found.group(1)) if number_found else None,
        village_found.group(1) if village_found and not park_found else "",
        building if len(building) > 2 and not building[0].isdigit() else inside.group(1) if inside else "",
        park_found.group(1) if park_found else "",
    )


def gazetteer_of(market: Market, as_of: date) -> Gazetteer:
    """Make a gazetteer out of what a market knows on a day: towns, villages, parks, buildings, and organisations with address and place."""
    areas, parks = market.areas, market.parks
    buildings = market.at("buildings", as_of)
    fixed: list[tuple[Key, float, float]] = []
    drawn = areas[areas.geometry.notna() & areas["level"].isin(["town", "village"])]
    fixed += [
        ((str(level), "", str(name)), *_middle(shape))
        for level, name, shape in zip(drawn["level"], drawn["name"], drawn.geometry, strict=True)
    ]
    fixed += [
        (("park", "", str(name)), *_middle(shape)) for name, shape in zip(parks["name"], parks.geometry, strict=True) if shape is not None
    ]
    if len(buildings):
        points = zip(buildings["name"], numbers_in(buildings, "lat"), numbers_in(buildings, "lon"), strict=True)
        fixed += [(("building", "", str(name)), lat, lon) for name, lat, lon in points if np.isfinite(lat) and np.isfinite(lon)]
    names = areas.loc[areas["level"].eq("town"), "name"].astype(str)
    rows = market.at("organisations", as_of).drop_duplicates("org_id", keep="last")
    return gazetteer_from(rows, towns=list(names), fixed=fixed)


def gazetteer_from(rows: pd.DataFrame, *, towns: Sequence[str], fixed: Sequence[tuple[Key, float, float]] = ()) -> Gazetteer:
    """Make a gazetteer out of organisations with address and place, and of names whose place is fixed."""
    longest = tuple(sorted(set(towns), key=lambda name: (-len(name), name)))
    found: dict[Key, list[tuple[float, float, float]]] = {}
    rough: dict[Key, list[tuple[float, float, float]]] = {}
    lat, lon = numbers_in(rows, "lat"), numbers_in(rows, "lon")
    placed = rows[np.isfinite(lat) & np.isfinite(lon)]
    precision = _texts(placed, "precision")
    for address, exact, y, x in zip(
        addresses_of(placed, longest), precision, numbers_in(placed, "lat"), numbers_in(placed, "lon"), strict=True
    ):
        near = exact in EXACT or not exact
        for key in _keys(address):
            number = float(address.number) if address.number is not None and key[0] == "road" else np.nan
            (found if near or key[0] == "village" else rough).setdefault(key, []).append((float(y), float(x), number))
    places = {**rough, **found}
    for key, y, x in fixed:  # a village's, a street's and a park's organisations say better where they lie than the middle of an outline
        if key[0] == "building" or key not in places:
            places[key] = [(float(y), float(x), np.nan)]
    return Gazetteer(longest, {key: np.array(points, dtype=np.float64) for key, points in places.items()})


def addresses_of(rows: pd.DataFrame, towns: Sequence[str]) -> list[Address]:
    """Read the addresses of organisations."""
    texts = zip(_texts(rows, "address"), _texts(rows, "street"), _texts(rows, "building"), strict=True)
    return [read_address(text, towns, street=street, building=building) for text, street, building in texts]


def locate(gazetteer: Gazetteer, address: Address) -> Place | None:
    """Find the most exact place that an address names: door, building, number between others, street or park, village, town."""
    known = gazetteer.places
    for key in _keys(address):
        kind, _town, name = key
        points = known.get(key)
        if points is None:
            continue
        if kind == "road" and address.number is not None and _in_order(points):
            same = points[points[:, 2] == address.number]
            if len(same):
                return _at(same, "door", "door", name)
            between = _between(points, address.number)
            if between is not None:
                return _at(between, "street", "between", name)
        precision, words = {"road": ("street", "street"), "park": ("street", "park")}.get(kind, (kind, kind))
        return _at(points, precision, words, name)
    return None


def proposals_of(market: Market, as_of: date) -> pd.DataFrame:
    """Propose a place for every live organisation without one.

    Returns
    -------
    Index org_id, sorted; name, name_en, tier, address, street, lat, lon (NaN where refused), precision (empty where refused), evidence (a
    message), spread_m, cell.
    """
    known = gazetteer_of(market, as_of)
    rows = market.at("organisations", as_of).drop_duplicates("org_id", keep="last")
    lost = np.isnan(numbers_in(rows, "lat")) | np.isnan(numbers_in(rows, "lon"))
    rows = rows[lost & live_at(rows, as_of).to_numpy(dtype=bool)].sort_values("org_id", kind="stable")
    kept = rows[["org_id", "name", "name_en", "tier", "address", "street"]].set_index("org_id")
    places = [locate(known, address) for address in addresses_of(rows, known.towns)]
    lat, lon = (np.array([getattr(each, name) if each else np.nan for each in places], dtype=np.float64) for name in ("lat", "lon"))
    cells = [
        cell if each else None
        for each, cell in zip(places, place_on_cells(market.grid, np.nan_to_num(lat), np.nan_to_num(lon)), strict=True)
    ]
    inside = np.array([cell is not None for cell in cells], dtype=bool)
    given = [bool(text) for text in _texts(rows, "address")]
    faults = [_REFUSED["outside" if each else "unknown" if text else "address"] for each, text in zip(places, given, strict=True)]
    why = [each.evidence if each and here else say(fault) for each, here, fault in zip(places, inside, faults, strict=True)]
    table: pd.DataFrame = kept.assign(
        lat=np.where(inside, lat, np.nan),
        lon=np.where(inside, lon, np.nan),
        precision=[each.precision if each and here else "" for each, here in zip(places, inside, strict=True)],
        evidence=pd.Series(why, index=kept.index, dtype=object),
        spread_m=[each.spread_m if each and here else np.nan for each, here in zip(places, inside, strict=True)],
        cell=pd.Series(cells, index=kept.index, dtype=object),
    )
    return table


def metres(lat: Array, lon: Array, to_lat: Any, to_lon: Any) -> Array:
    """Return distances between points that lie near each other, on the sphere."""
    north = (lat - to_lat) * M_PER_DEGREE
    east = (lon - to_lon) * M_PER_DEGREE * np.cos(np.radians(lat))
    return np.asarray(np.hypot(north, east))


def _keys(address: Address) -> list[Key]:
    """Return the names in an address, the most exact first; a building and a park are known by their name alone as well."""
    town, keys = address.town, list[Key]()
    if address.building and address.park:
        keys.append(("building", address.park, address.building))
    elif address.building:
        keys += [("building", town, address.building), ("building", "", address.building)]
    if address.road and town:
        keys.append(("road", town, address.road))
    elif address.road:
        keys.append(("road", "", address.road))
    if address.park:
        keys.append(("park", "", address.park))
    if address.village:
        keys += [("village", town, address.village), *([("village", "", address.village)] if not town else [])]
    return [*keys, ("town", "", town)] if town else keys


def _in_order(points: Array) -> bool:
    """Say whether the numbers of a street tell where in it a door is: neighbours by number lie nearer than doors at large."""
    numbered = points[np.isfinite(points[:, 2])]
    if len(numbered) < LEAST_NUMBERS:
        return False
    along = numbered[np.argsort(numbered[:, 2], kind="stable")]
    step = np.median(metres(along[1:, 0], along[1:, 1], along[:-1, 0], along[:-1, 1]))
    middle = np.median(along[:, :2], axis=0)
    return bool(step <= IN_ORDER * np.median(metres(along[:, 0], along[:, 1], middle[0], middle[1])))


def _between(points: Array, number: int) -> Array | None:
    """Return the nearest numbers below and above, as points that stand for the one asked for; None where none is near."""
    numbered = points[np.isfinite(points[:, 2])]
    gap = numbered[:, 2] - number
    below, above = numbered[(gap < 0) & (gap >= -BESIDE)], numbered[(gap > 0) & (gap <= BESIDE)]
    if not len(below) and not len(above):
        return None
    ends = [side[np.abs(side[:, 2] - number) == np.abs(side[:, 2] - number).min()].mean(axis=0) for side in (below, above) if len(side)]
    return np.array(ends)


def _at(points: Array, precision: str, words: str, name: str) -> Place:
    lat, lon = (float(value) for value in np.median(points[:, :2], axis=0))
    spread = float(np.median(metres(points[:, 0], points[:, 1], lat, lon)))
    sentence = _SAID[words]
    return Place(lat, lon, precision, say(sentence, name=name, count=len(points)), spread)


def _middle(shape: Any) -> tuple[float, float]:
    middle = shape.representative_point()
    return float(middle.y), float(middle.x)


def _texts(rows: pd.DataFrame, name: str) -> list[str]:
    return [str(each) for each in rows[name].fillna("").astype(str)] if name in rows else [""] * len(rows)
