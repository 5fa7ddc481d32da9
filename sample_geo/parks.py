"""Industrial parks: one smaller than a cell, one nobody owns, one split between two owners, one planned."""

from dataclasses import dataclass, replace

import h3
import numpy as np
import shapely
from shapely.geometry import Polygon

from sample_geo import words
from sample_geo.frames import chance
from sample_geo.land import County, offset

CELL_RESOLUTION = 8


@dataclass(frozen=True)
class Park:
    """One park: what it is, how the network reaches it, and where; `weight` says how many organisations it draws."""

    key: str
    name: str
    name_en: str
    kind: str
    status: str
    access: str
    town: int
    from_seat_m: float
    bearing: float
    long_m: float
    wide_m: float
    weight: float
    outline: Polygon | None = None


PARKS = (
    Park("steel", "东成不锈钢产业园", "Dongcheng Stainless Steel Park", "industrial", "built", "covered", 4, 1900, 60, 1700, 1100, 3.0),
    Park("uncovered", "凤凰工业园", "Phoenix Industrial Park", "industrial", "built", "extendable", 1, 2700, 20, 1500, 1000, 1.6),
    Park("fruit", "太平凉果加工园", "Taiping Preserved Fruit Park", "industrial", "built", "extendable", 5, 1700, 230, 1000, 700, 1.2),
    Park("feed", "稔村饲料科技园", "Rencun Feed Science Park", "science", "built", "covered", 3, 1800, 110, 1300, 900, 1.2),
    Park("tiny", "新城电商小微园", "Xincheng E-commerce Start-up Park", "science", "built", "covered", 0, 1500, 300, 240, 180, 0.7),
    Park("split", "城南五金产业园", "South Hardware Park", "industrial", "built", "covered", 0, 2600, 150, 1100, 700, 1.6),
    Park("planned", "簕竹智造园", "Lezhu Smart Manufacturing Park", "industrial", "planned", "none", 10, 1900, 330, 1200, 800, 0.0),
    Park("culture", "六祖文旅创意园", "Liuzu Culture and Tourism Park", "tourism", "built", "extendable", 11, 1300, 200, 800, 600, 0.7),
)


def rectangle(lat: float, lon: float, bearing: float, long_m: float, wide_m: float) -> Polygon:
    """Return a rectangle with cut corners, its long side along the bearing (degrees from north)."""
    a, b, cut = long_m / 2, wide_m / 2, min(long_m, wide_m) * 0.12
    corners = [(-a, -b + cut), (-a + cut, -b), (a - cut, -b), (a, -b + cut), (a, b - cut), (a - cut, b), (-a + cut, b), (-a, b - cut)]
    along, aside = np.array(corners).T
    turn = np.radians(bearing)
    north, east = along * np.cos(turn) - aside * np.sin(turn), along * np.sin(turn) + aside * np.cos(turn)
    return Polygon(np.column_stack(offset(np.full(8, lat), np.full(8, lon), north, east)[::-1]).round(6))


def build_parks(seed: int, county: County) -> tuple[Park, ...]:
    """Place the parks; the split one gets its place when territories are known (`place_split`)."""
    generator = chance(seed, county.number, "parks")
    placed: list[Park] = []
    for park in PARKS:
        named = park if county.number == 0 else _renamed(park, county)
        if park.key != "split":
            named = replace(named, outline=_tiny(county, park) if park.key == "tiny" else _outline(generator, county, park, placed))
        placed.append(named)
    return tuple(placed)


def _renamed(park: Park, county: County) -> Park:
    """Name a park of another county after its own towns."""
    town, own = words.TOWNS[park.town], county.towns[park.town]
    return replace(park, name=park.name.replace(town.name, own.name), name_en=park.name_en.replace(town.name_en, own.name_en))


def _outline(generator: np.random.Generator, county: County, park: Park, placed: list[Park]) -> Polygon:
    """Return an outline inside the park's town and well away from the other parks; turn around the seat until it fits."""
    lat, lon = county.seats[park.town]
    for shrink in (1.0, 0.8, 0.6, 0.45):
        for turn in range(0, 360, 20):
            bearing = np.radians(park.bearing + turn)
            reach = park.from_seat_m * shrink
            point = offset(np.array([lat]), np.array([lon]), np.array([reach * np.cos(bearing)]), np.array([reach * np.sin(bearing)]))
            aside = park.bearing + turn + 90 + generator.uniform(-15, 15)
            outline = rectangle(float(point[0][0]), float(point[1][0]), aside, park.long_m * shrink, park.wide_m * shrink)
            apart = all(other.outline is None or other.outline.distance(outline) > 0.012 for other in placed)
            if apart and county.outlines[park.town].buffer(-0.002).contains(outline):
                return outline
    raise ValueError(f"no room for the park {park.key} in {county.towns[park.town].name_en}")


def _tiny(county: County, park: Park) -> Polygon:
    """Return an outline inside one cell that does not hold the cell's centre."""
    lat, lon = county.seats[park.town]
    bearing = np.radians(park.bearing)
    near = offset(np.array([lat]), np.array([lon]), park.from_seat_m * np.cos([bearing]), park.from_seat_m * np.sin([bearing]))
    centre = h3.cell_to_latlng(h3.latlng_to_cell(float(near[0][0]), float(near[1][0]), CELL_RESOLUTION))
    place = offset(np.array([centre[0]]), np.array([centre[1]]), np.array([190.0]), np.array([40.0]))
    return rectangle(float(place[0][0]), float(place[1][0]), 80, park.long_m, park.wide_m)


def place_split(county: County, parks: tuple[Park, ...], cells: np.ndarray, owners: np.ndarray) -> tuple[Park, ...]:
    """Put the split park across a border of two territories, as near as can be to where it is wanted.

    Parameters
    ----------
    cells, owners
        H3 indexes as text and the position of each one's owner, -1 for none.
    """
    owner_of = dict(zip(cells.tolist(), owners.tolist(), strict=True))
    park = next(park for park in parks if park.key == "split")
    others = [other.outline for other in parks if other.outline is not None]
    lat, lon = county.seats[park.town]
    home = county.outlines[park.town].buffer(-0.002)
    bearing = np.radians(park.bearing)
    north, east = offset(np.array([lat]), np.array([lon]), park.from_seat_m * np.cos([bearing]), park.from_seat_m * np.sin([bearing]))
    centres = np.array([h3.cell_to_latlng(cell) for cell in cells])
    order = np.argsort(np.hypot(centres[:, 0] - north[0], centres[:, 1] - east[0]), kind="stable")
    for position in order:
        here = cells[position]
        for there in sorted(h3.grid_ring(here, 1)):
            if owner_of.get(here, -1) < 0 or owner_of.get(there, -1) in (-1, owner_of[here]):
                continue
            outline = _across(centres[position], np.array(h3.cell_to_latlng(there)), park)
            met = {owner_of.get(cell, -1) for cell in overlapped(outline)}
            free = all(other.distance(outline) > 0.004 for other in others)
            if len(met) == 2 and -1 not in met and free and home.contains(outline):
                return tuple(replace(each, outline=outline) if each.key == "split" else each for each in parks)
    raise ValueError("no border of two territories has room for a park")


def _across(one: np.ndarray, other: np.ndarray, park: Park) -> Polygon:
    lat, lon = (one + other) / 2
    bearing = np.degrees(np.arctan2((other[1] - one[1]) * np.cos(np.radians(lat)), other[0] - one[0]))
    return rectangle(float(lat), float(lon), float(bearing), park.long_m * 0.8, park.wide_m * 0.7)


def overlapped(outline: Polygon) -> list[str]:
    """Return the cells that an outline touches, sorted."""
    lon, lat = outline.centroid.coords[0]
    around = h3.grid_disk(h3.latlng_to_cell(lat, lon, CELL_RESOLUTION), 4)
    return sorted(cell for cell in around if shapely.intersects(outline, Polygon([(x, y) for y, x in h3.cell_to_boundary(cell)])))
