"""Where rows are: points from two columns or a geometry, outlines and courses, all brought to WGS-84."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pyarrow as pa
import shapely

from gridmap.coordinates import detect_system
from gridmap.schema import Table
from gridmap.tables.columns import text_series
from gridmap.tables.headers import plain_header
from gridmap.tables.issues import Issues
from gridmap.tables.mapping import GEOMETRY, ColumnMapping, stated_system
from gridmap.tables.points import Anchors, Points, check_points, check_system, from_columns, from_shapes
from gridmap.tables.shapes import Shapes, check_shapes, read_shapes, swapped_bounds, to_wkt

_FEWEST_BY_CODE = 3


def check_places(
    table: Table,
    texts: Mapping[str, pa.Array],
    typed: Mapping[str, pd.Series],
    issues: Issues,
    *,
    plan: ColumnMapping,
    system: str | None,
    anchors: pd.DataFrame | None,
    boundary: shapely.Geometry | None,
) -> tuple[dict[str, pd.Series], str]:
    """Return the columns `lat`, `lon` and those of geometry, in WGS-84, and the system they were in."""
    found = _system(plan, issues, system)
    if not len(issues.rows):
        return {}, found
    places: dict[str, pd.Series] = {}
    known = _anchors_of(table, typed, anchors, issues)
    if "lat" in table.names:
        points = _points(texts, plan, issues)
        if points is not None:
            checked = check_points(points, issues, system=found, anchors=known, boundary=boundary)
            places["lat"], places["lon"] = pd.Series(checked.lat), pd.Series(checked.lon)
    for column in table.columns:
        if column.kind == "geometry" and column.name in texts:
            header = plan.columns[column.name]
            shapes = read_shapes(texts[column.name], issues, header)
            _check_shape_system(shapes, issues, system=found, anchors=known)
            shapes = check_shapes(shapes, texts[column.name], issues, header, table=table, system=found)
            if table.name != "branches" and boundary is not None:
                _check_inside(shapes, issues, header, boundary)
            places[column.name] = text_series(to_wkt(shapes))
    return places, found


def _system(plan: ColumnMapping, issues: Issues, declared: str | None) -> str:
    """Return the system that is declared, or that the headers in use name, or WGS-84."""
    headers = [plan.columns[name] for name in ("lat", "lon", GEOMETRY) if name in plan.columns]
    stated = {system for header in headers if (system := stated_system(header))}
    if declared is not None and stated - {declared}:
        issues.add_whole("two_systems", headers[0], stated=", ".join(sorted(stated)), system=declared)
    return declared or (min(stated) if len(stated) == 1 else "wgs84")


def _points(texts: Mapping[str, pa.Array], plan: ColumnMapping, issues: Issues) -> Points | None:
    if "lat" in texts and "lon" in texts:
        return from_columns(texts["lat"], texts["lon"], (plan.columns["lat"], plan.columns["lon"]), issues)
    if GEOMETRY in texts:
        header = plan.columns[GEOMETRY]
        shapes = read_shapes(texts[GEOMETRY], issues, header)
        swapped = swapped_bounds(shapes)
        if swapped.any() and np.count_nonzero(swapped) * 10 >= np.count_nonzero(~shapely.is_missing(shapes)) * 9:
            issues.add_whole("swapped_geometry", header)
            return None
        return from_shapes(shapes, header, issues)
    return None


def _anchors_of(table: Table, typed: Mapping[str, pd.Series], anchors: pd.DataFrame | None, issues: Issues) -> Anchors | None:
    """Return, row by row, where the same thing is known to be: by its code, else by a name that occurs once."""
    if anchors is None or anchors.empty:
        return None
    code = "org_id" if "org_id" in table.names else table.key[0]
    best = np.full(len(issues.rows), np.nan), np.full(len(issues.rows), np.nan)
    if code in typed:
        places = anchors[~anchors.index.duplicated()].reindex(typed[code])
        best = places["lat"].to_numpy(dtype=np.float64), places["lon"].to_numpy(dtype=np.float64)
    if np.count_nonzero(np.isfinite(best[0])) < _FEWEST_BY_CODE and "name" in anchors and "name" in typed:
        named = anchors.dropna(subset=["name"])
        plain = named["name"].map(plain_header)
        named = named.set_axis(pd.Index(plain))[~plain.duplicated(keep=False).to_numpy()]
        own = typed["name"].map(plain_header, na_action="ignore")
        places = named.reindex(own.where(~own.duplicated(keep=False)))
        best = places["lat"].to_numpy(dtype=np.float64), places["lon"].to_numpy(dtype=np.float64)
    return best


def _check_shape_system(shapes: Shapes, issues: Issues, *, system: str, anchors: Anchors | None) -> None:
    if anchors is None:
        return
    middle = shapely.centroid(shapes)
    detection = detect_system(shapely.get_y(middle), shapely.get_x(middle), anchors=anchors, assumed=system)
    check_system(detection, issues, system=system)


def _check_inside(shapes: Shapes, issues: Issues, header: str, boundary: shapely.Geometry) -> None:
    shapely.prepare(boundary)
    present = ~shapely.is_missing(shapes)
    outside = present & ~shapely.intersects(boundary, shapes)
    middles = shapely.centroid(shapes)
    texts = np.array([f"{shapely.get_y(m):.6f}, {shapely.get_x(m):.6f}" if m is not None else "" for m in middles], dtype=object)
    issues.add("outside_branch", header, outside, texts)
