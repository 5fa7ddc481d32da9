"""What the store knows already that a new file is held against: the ids it may point to, and where things are."""

from collections.abc import Mapping

import pandas as pd
import shapely

from gridmap import schema
from gridmap.schema import Table
from gridmap.scope import Scope
from gridmap.store import Store, read_table
from gridmap.tables.keys import REFERENCES


def known_ids(store: Store, scope: Scope, branch_id: str, table: Table, mapped: Mapping[str, str]) -> dict[str, frozenset[str]]:
    """Return, for each table that mapped columns point to, the ids the branch has.

    Parameters
    ----------
    table
        What the file is for.
    mapped
        Column -> header of the file.
    """
    targets = {target: name for name, target in REFERENCES if name in mapped and table.key != (name,)}
    if "parent_id" in mapped and len(table.key) == 1 and table.name != "branches":
        targets[table.name] = "parent_id"
    known = {}
    for target in targets:
        rows = read_table(store, scope, branch_id, target)
        known[target] = frozenset(rows[_key_of(target)].astype("str"))
    return known


def anchors_of(store: Store, scope: Scope, branch_id: str, table: Table, mapped: Mapping[str, str]) -> pd.DataFrame | None:
    """Return where the things that rows speak of are known to be.

    Returns
    -------
    Index: their code (org_id, or the table's own key); columns lat, lon (WGS-84), name. None where the file or the table has no
    places, or nothing is known.
    """
    placed = {"lat", "lon", "geometry"} & set(mapped)
    about = "organisations" if "org_id" in table.names else table.name
    if not placed or len(table.key) != 1 or about in {"branches", "ownership"}:
        return None
    rows = read_table(store, scope, branch_id, about).drop_duplicates(_key_of(about), keep="last")
    if "geometry" in rows:
        outlines = rows["geometry"].astype(object)
        middles = shapely.centroid(shapely.from_wkt(outlines.where(outlines.notna(), None).to_numpy()))
        rows = rows.assign(lat=shapely.get_y(middles), lon=shapely.get_x(middles))
    if "lat" not in rows:
        return None
    rows = rows[rows["lat"].notna() & rows["lon"].notna()]
    return rows.set_index(_key_of(about))[["lat", "lon", *(["name"] if "name" in rows else [])]] if len(rows) else None


def _key_of(name: str) -> str:
    return schema.table(name).key[0]
