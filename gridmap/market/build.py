"""From the tables of a store to a Market: outlines read, rows placed on cells, towns and parks."""

import hashlib
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import shapely

from gridmap import schema
from gridmap.errors import N_, CellError, say
from gridmap.grid import Grid, areas_grid, h3_grid, polygon_positions, positions_of
from gridmap.market.columns import content_mark, empty_column
from gridmap.market.market import Branch, Market, Version

Array = np.ndarray[Any, Any]
# Admin levels from the finest; the finest that has outlines is the grid of a branch whose cells are areas.
LEVELS = ("village", "town", "county", "city", "province")


def build_market(branch: Branch, tables: Mapping[str, pd.DataFrame], version: Version) -> Market:
    """Build a Market from tables as the store reads them.

    Parameters
    ----------
    branch
        Its boundary may be None: the areas' outlines, else the extent of the organisations, stand in for it.
    tables
        Frames by table name, columns of the schema, outlines as WKT; missing tables and columns are taken as empty.
    version
        Which state of the store they are.

    Returns
    -------
    The market. The input is not changed.

    Raises
    ------
    CellError
        When an outline cannot be read.
    """
    full = {each.name: _shaped(each, tables.get(each.name)) for each in schema.TABLES}
    draft = Market(branch, h3_grid(None, 0), version, full, "")
    grid = grid_of(branch, draft)
    towns, parks = draft.towns.geometry, draft.parks.geometry
    placed = {each.name: _place(full[each.name], grid, towns, parks) for each in schema.TABLES if each.placed}
    placed["wins"] = _with_the_organisation(placed["wins"], placed["organisations"])
    done = {**full, **placed}
    return Market(branch, grid, version, MappingProxyType(done), fingerprint_of(branch, grid, version, marks_of(done)))


def add_rows(market: Market, name: str, added: pd.DataFrame, *, version: Version, marks: Mapping[str, str]) -> Market:
    """Return a market with more rows of a table that only grows and has no cells, as if all had been built together.

    Parameters
    ----------
    added
        Columns of the schema, as the store reads them.
    marks
        `marks_of` the tables of `market`; that of the table that grows is worked out anew.
    """
    table = schema.table(name)
    if table.placed or table.history:
        raise ValueError(f"{name}: rows of this table change others, or are placed in cells")
    grown = pd.concat([market.tables[name], _shaped(table, added)], ignore_index=True)
    tables = MappingProxyType({**market.tables, name: grown})
    fingerprint = fingerprint_of(market.branch, market.grid, version, {**marks, **marks_of({name: grown})})
    return Market(market.branch, market.grid, version, tables, fingerprint)


def _shaped(table: schema.Table, frame: pd.DataFrame | None) -> pd.DataFrame:
    # Every column of the schema is there, with its type, whether or not the store had a row for it.
    given = pd.DataFrame(index=pd.RangeIndex(0)) if frame is None else frame.reset_index(drop=True)
    columns = {column.name: _typed(column, given) for column in table.columns if column.kind != "geometry"}
    extra = {name: given[name] for name in given.columns if name not in table.names}
    outline = next((column.name for column in table.columns if column.kind == "geometry"), None)
    if outline is None or table.name == "branches":
        return pd.DataFrame({**columns, **extra})
    shapes = _read_outlines(table.name, given[outline] if outline in given else pd.Series(index=given.index, dtype=object))
    shaped: pd.DataFrame = gpd.GeoDataFrame({**columns, **extra}, geometry=shapes, crs="EPSG:4326")
    return shaped


def _typed(column: schema.Column, frame: pd.DataFrame) -> pd.Series:
    kind = {
        "integer": "Int64",
        "number": "float64",
        "lat": "float64",
        "lon": "float64",
        "boolean": "boolean",
        "date": "datetime64[us]",
        "time": "datetime64[us, UTC]",
    }.get(column.kind, "str")
    if column.name not in frame:
        return empty_column(kind, frame.index)
    values = frame[column.name]
    if kind == "float64":
        return pd.to_numeric(values).astype("Float64").astype("float64") if values.dtype != "float64" else values
    if kind.startswith("datetime64"):
        values = pd.to_datetime(values, utc=column.kind == "time")
    return values if str(values.dtype) == kind else values.astype(kind)  # type: ignore[call-overload]


def _read_outlines(table: str, texts: pd.Series) -> Array:
    given: Array = np.asarray(texts.array, dtype=object).copy()
    given[pd.isna(given)] = None
    if isinstance(next((each for each in given if each is not None), None), shapely.Geometry):
        return given
    try:
        return np.asarray(shapely.from_wkt(given), dtype=object)
    except shapely.errors.GEOSException as error:
        raise CellError(
            say(N_("An outline in the table {table} cannot be read: {reason}."), table=table, reason=str(error)),
            remedy=say(N_("Import the table again.")),
        ) from error


def grid_of(branch: Branch, market: Market) -> Grid:
    """Make the grid that a branch names out of what is in a market: its areas, or H3 cells over its outline.

    Without an outline the areas' stands in for it, else the extent of the organisations.
    """
    areas = market.areas
    if branch.grid_kind == "areas":
        finest = next((level for level in LEVELS if (areas["level"] == level).any()), None)
        return areas_grid(areas if finest is None else areas[(areas["level"] == finest).to_numpy(dtype=bool, na_value=False)])
    boundary = branch.boundary
    if boundary is None and areas.geometry.notna().any():
        boundary = shapely.union_all(np.asarray(areas.geometry.dropna().array, dtype=object))
    if boundary is None:
        organisations = market.tables["organisations"]
        points = organisations[["lon", "lat"]].dropna()
        if len(points):
            boundary = shapely.buffer(shapely.box(*points.min(), *points.max()), 1e-3)
    return h3_grid(boundary, branch.grid_resolution)


def _place(frame: pd.DataFrame, grid: Grid, towns: gpd.GeoSeries, parks: gpd.GeoSeries) -> pd.DataFrame:
    lat, lon = frame["lat"].to_numpy(dtype=float), frame["lon"].to_numpy(dtype=float)
    place = positions_of(grid, lat, lon)
    return frame.assign(
        cell=_texts_at(grid.cells, place, frame.index),
        town=_texts_at(towns.index, polygon_positions(lat, lon, towns.to_numpy()), frame.index),
        park=_texts_at(parks.index, polygon_positions(lat, lon, parks.to_numpy()), frame.index),
    )


def _texts_at(texts: pd.Index, place: Array, index: pd.Index) -> pd.Series:
    found = pa.array(texts, pa.large_string()).take(pa.array(place, mask=place < 0))
    return pd.Series(found.to_pandas(), dtype="str").set_axis(index, axis=0)


def _with_the_organisation(wins: pd.DataFrame, organisations: pd.DataFrame) -> pd.DataFrame:
    # A case reported for an organisation without a point of its own happened where the organisation is.
    lacking = wins["cell"].isna() & wins["org_id"].notna()
    if not lacking.any():
        return wins
    latest = organisations.drop_duplicates("org_id", keep="last").set_index("org_id")[["cell", "town", "park"]]
    found = latest.reindex(wins.loc[lacking, "org_id"]).set_axis(wins.index[lacking], axis=0)
    return wins.assign(**{name: wins[name].where(~lacking, found[name]) for name in ("cell", "town", "park")})


def marks_of(tables: Mapping[str, pd.DataFrame]) -> dict[str, str]:
    """Return a mark of what each table holds: equal marks, equal rows."""
    marks = {}
    for name, frame in tables.items():
        plain = frame.drop(columns="geometry").assign(geometry=shapely.to_wkb(frame["geometry"])) if "geometry" in frame else frame
        marks[name] = f"{len(frame)}:{content_mark(pd.DataFrame(plain)).hex() if len(frame) else ''}"
    return marks


def fingerprint_of(branch: Branch, grid: Grid, version: Version, marks: Mapping[str, str]) -> str:
    """Return the fingerprint of a market out of the marks of its tables."""
    digest = hashlib.sha256(f"{branch.branch_id}|{branch.time_zone}|{grid.fingerprint}|{version}".encode())
    for name in sorted(marks):
        digest.update(f"|{name}:{marks[name]}".encode())
    return digest.hexdigest()[:20]
