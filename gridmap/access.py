"""Whether our network reaches each building and park, and what stands there that it could serve."""

from typing import Any

import numpy as np
import pandas as pd
from pyproj import Geod

from gridmap.errors import N_
from gridmap.facts import Facts
from gridmap.facts.stock import standing_of
from gridmap.grid import place_on_cells
from gridmap.market import Market
from gridmap.market.columns import numbers_in
from gridmap.parks import white_space
from gridmap.settings import Rules

Array = np.ndarray[Any, Any]
# An organisation says which building it is in; one farther away than this is in another of the same name.
SAME_BUILDING_M = 500.0
UNKNOWN = "unknown"  # nobody said whether the network reaches it: not the same as no resource

# By access (the schema's choices, and not known), what to do where organisations are waiting, and where none is.
TO_DO: tuple[tuple[str, str, str], ...] = (
    ("covered", N_("Sell: the network is there"), N_("Keep visiting on time")),
    ("extendable", N_("Ask for the extension: customers are waiting"), N_("Keep it on the list of extensions")),
    ("none", N_("Ask for a line: customers are waiting"), N_("Nothing to connect yet")),
    (UNKNOWN, N_("Find out whether the network reaches it"), N_("Find out whether the network reaches it")),
)
_WGS84 = Geod(ellps="WGS84")


def access_list(market: Market, facts: Facts, *, rules: Rules) -> pd.DataFrame:
    """List buildings and parks with their access and the live organisations in them.

    An organisation is in the park it lies in, and in the building it names: the nearest of that name within 500 m, or the only one of
    that name where it has no place. One in a building of a park counts in both rows.

    Parameters
    ----------
    market
        What is.
    facts
        Whose day and window count.
    rules
        What a line is worth.

    Returns
    -------
    One row per building and park: kind ("building" or "park"), key, name, name_en, lat, lon (a building's point, a point within the park),
    cell (it stands in; empty outside of the grid), planned, floors (missing for parks), access (a choice of the schema, or "unknown"),
    organisations, prospects, white_space (money a month); what cannot be served first, the most white space before the least.
    """
    as_of = facts.as_of
    standing = standing_of(market, as_of=as_of, window_days=facts.window_days, rules=rules)
    rows, live = standing.rows, standing.live
    worth = white_space(rows, standing.tiers, live=live, rules=rules).to_numpy()
    prospect = live & standing.stage.eq("prospect").to_numpy(dtype=bool)
    buildings, parks = market.at("buildings", as_of), market.parks
    listed = [
        _frame("building", buildings, "building_id", _in_buildings(rows, buildings), live, prospect, worth),
        _frame("park", parks.reset_index(drop=True), "park_id", _in_parks(rows, parks), live, prospect, worth),
    ]
    table = pd.concat([each for each in listed if len(each)] or listed[:1], ignore_index=True)
    table["cell"] = pd.Series(place_on_cells(market.grid, table["lat"].to_numpy(), table["lon"].to_numpy()), dtype=object).fillna("")
    lacking = table["access"].map({"none": 0, UNKNOWN: 1, "extendable": 2, "covered": 3})
    order = table.assign(lacking=lacking).sort_values(["lacking", "white_space", "key"], ascending=[True, False, True], kind="stable")
    return order.drop(columns="lacking").reset_index(drop=True)


def what_to_do(access: str, organisations: float) -> str:
    """Return what to do about a building or park, in English, to be translated where it is shown."""
    waiting, idle = next((waiting, idle) for key, waiting, idle in TO_DO if key == access)
    return waiting if organisations > 0 else idle


def _frame(kind: str, places: pd.DataFrame, key: str, within: Array, live: Array, prospect: Array, worth: Array) -> pd.DataFrame:
    count = len(places)

    def per_place(values: Array) -> Array:
        counted = within >= 0
        return np.bincount(within[counted], weights=values[counted].astype(float), minlength=count)

    geometry = places["geometry"].representative_point() if kind == "park" else None
    return pd.DataFrame(
        {
            "kind": kind,
            "key": places[key].astype("str"),
            "name": places["name"],
            "name_en": places["name_en"],
            "lat": geometry.y if geometry is not None else numbers_in(places, "lat"),
            "lon": geometry.x if geometry is not None else numbers_in(places, "lon"),
            "planned": places["status"].eq("planned").fillna(value=False).astype(bool),
            "floors": places["floors"] if "floors" in places else pd.Series(pd.NA, index=places.index, dtype="Int64"),
            "access": places["access"].astype("str").where(places["access"].notna(), UNKNOWN),
            "organisations": per_place(live),
            "prospects": per_place(prospect),
            "white_space": per_place(worth),
        }
    )


def _in_parks(rows: pd.DataFrame, parks: pd.DataFrame) -> Array:
    place = pd.Index(parks.index.astype("str")).get_indexer(rows["park"].astype("str"))
    return np.asarray(place)


def _in_buildings(rows: pd.DataFrame, buildings: pd.DataFrame) -> Array:
    """Return the building (a position) that each organisation names, -1 for none."""
    within = np.full(len(rows), -1)
    named = pd.DataFrame({"name": rows["building"], "row": np.arange(len(rows))}).dropna()
    known = pd.DataFrame({"name": buildings["name"], "place": np.arange(len(buildings))}).dropna()
    pairs = named.merge(known, on="name")
    if pairs.empty:
        return within
    row, place = pairs["row"].to_numpy(), pairs["place"].to_numpy()
    lat, lon = (numbers_in(rows, name)[row] for name in ("lat", "lon"))
    _, _, metres = _WGS84.inv(lon, lat, numbers_in(buildings, "lon")[place], numbers_in(buildings, "lat")[place])
    alone = (np.isnan(lat) | np.isnan(lon)) & pairs.groupby("row")["place"].transform("size").eq(1).to_numpy(dtype=bool)
    pairs["metres"] = np.where(alone, 0.0, metres)
    near = pairs[pairs["metres"] <= SAME_BUILDING_M].sort_values(["row", "metres", "place"], kind="stable").drop_duplicates("row")
    within[near["row"].to_numpy()] = near["place"].to_numpy()
    return within
