"""What columns without headers hold, told from a sample of their values."""

import itertools
import re
from collections.abc import Mapping

import numpy as np
import shapely

from gridmap.schema import Table
from gridmap.tables.mapping import GEOMETRY, mappable
from gridmap.tables.raw import RawTable
from gridmap.tables.values import clean_text, to_numbers

_SAMPLE = 2000
_ENOUGH = 0.9
_CREDIT_CODE = re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}")
_WKT = re.compile(r"\s*(?:MULTI)?(?:POINT|LINESTRING|POLYGON)\s*Z?\s*\(", re.IGNORECASE)


def suggest_columns(raw: RawTable, table: Table, boundary: shapely.Geometry | None = None) -> Mapping[str, str]:
    """Return column -> header for a file without headers: points, outlines and credit codes are told by their values."""
    if raw.has_header or raw.frame.empty:
        return {}
    sample = raw.frame.iloc[:: max(1, len(raw.frame) // _SAMPLE)]
    found: dict[str, str] = {}
    numbers: dict[str, np.ndarray] = {}
    texts: list[str] = []
    for header in raw.columns:
        written = clean_text(sample[header])
        values, bad = to_numbers(written)
        if np.count_nonzero(~np.isnan(values)) >= _ENOUGH * len(values) and not bad.all():
            numbers[header] = values
            continue
        plain = [text for text in written.to_pylist() if text]
        if plain and _share(_CREDIT_CODE, plain, whole=True) >= _ENOUGH and "credit_code" in table.names:
            found.setdefault("credit_code", header)
        elif plain and _share(_WKT, plain, whole=False) >= _ENOUGH:
            found.setdefault(next((c.name for c in table.columns if c.kind == "geometry"), GEOMETRY), header)
        else:
            texts.append(header)
    if "lat" in mappable(table) and GEOMETRY not in found:
        found |= _point_columns(numbers, boundary)
    if len(texts) == 1 and "name" in table.names:
        found["name"] = texts[0]
    return found


def _share(pattern: re.Pattern[str], texts: list[str], *, whole: bool) -> float:
    test = pattern.fullmatch if whole else pattern.match
    return sum(test(text) is not None for text in texts) / len(texts)


def _point_columns(numbers: Mapping[str, np.ndarray], boundary: shapely.Geometry | None) -> dict[str, str]:
    """Choose two neighbouring columns of degrees; which is the latitude is told by their size, or by the boundary."""
    broken = [header for header, values in numbers.items() if not np.array_equal(values, np.round(values), equal_nan=True)]
    for one, other in itertools.pairwise(broken):
        sizes = [float(np.nanmax(np.abs(numbers[header]))) for header in (one, other)]
        if max(sizes) > 180:
            continue
        if max(sizes) > 90 >= min(sizes):
            return {"lat": one, "lon": other} if sizes[0] <= 90 else {"lat": other, "lon": one}
        if boundary is not None and max(sizes) <= 90:
            first = _inside(boundary, numbers[one], numbers[other])
            second = _inside(boundary, numbers[other], numbers[one])
            if first != second:
                return {"lat": one, "lon": other} if first > second else {"lat": other, "lon": one}
    return {}


def _inside(boundary: shapely.Geometry, lat: np.ndarray, lon: np.ndarray) -> int:
    return int(np.count_nonzero(shapely.intersects_xy(boundary, lon, lat)))
