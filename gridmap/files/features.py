"""Read JSON arrays, JSON lines and GeoJSON, in the child process; no GDAL sees these files."""

import json
import re
from typing import Any

import numpy as np
import pyarrow as pa
import shapely

from gridmap.errors import N_, FileError, say
from gridmap.files.delimited import as_utf8
from gridmap.files.geometry import degrees, wkt_column
from gridmap.files.parsed import Ask, Parsed, text_table

_DEEPEST = 6
_SURROGATES = re.compile("[\ud800-\udfff]")
_GEOMETRIES = ("Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon", "GeometryCollection")


def read_records(data: bytes, ask: Ask) -> Parsed:
    """Read a JSON array of objects, an object with one such array, or one object per line; nested names are joined by dots.

    Raises
    ------
    FileError
        When it is not valid JSON, or no list of objects.
    """
    text, encoding = as_utf8(data)
    loaded = _load(text)
    if isinstance(loaded, dict):
        lists = [value for value in loaded.values() if isinstance(value, list) and value and isinstance(value[0], dict)]
        loaded = lists[0] if len(lists) == 1 else [loaded]
    if not isinstance(loaded, list) or not all(isinstance(each, dict) for each in loaded):
        raise FileError(
            say(N_("The JSON is not a list of objects.")),
            remedy=say(N_('Write it as [{"name": "...", "lat": 22.7, "lon": 112.2}, ...].')),
        )
    _check_rows(len(loaded), ask)
    columns = flatten(loaded)
    return Parsed(text_table(columns), np.arange(1, len(loaded) + 1, dtype=np.int64), encoding=encoding)


def read_features(data: bytes, ask: Ask) -> Parsed:
    """Read GeoJSON; a `crs` member, which old files have, is honoured.

    Raises
    ------
    FileError
        When it is not valid JSON, not GeoJSON, or its CRS is not known.
    """
    text, encoding = as_utf8(data)
    loaded = _load(text)
    items = loaded if isinstance(loaded, list) else loaded.get("features", [loaded])
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise FileError(say(N_("The GeoJSON has no list of features.")))
    _check_rows(len(items), ask)
    crs = loaded.get("crs") if isinstance(loaded, dict) else None
    properties = [item.get("properties") if isinstance(item.get("properties"), dict) else {} for item in items]
    for item, known in zip(items, properties, strict=True):
        if "id" in item and "id" not in known:
            known["id"] = item["id"]
    shapes, flaws = _geometries([item.get("geometry") for item in items])
    shapes, name, notes = degrees(shapes, _crs_name(crs))
    columns = flatten(properties)
    columns.pop("geometry", None)
    table = text_table(columns) if columns else pa.table({})
    table = table.append_column("geometry", wkt_column(shapes))
    rows = np.arange(1, len(items) + 1, dtype=np.int64)
    spots = tuple((position + 1, table.num_columns - 1, "not_geometry", value) for position, value in flaws)
    return Parsed(table, rows, encoding=encoding, crs=name, notes=notes, flaws=spots)


def flatten(records: list[dict[str, Any]]) -> dict[str, list[str | None]]:
    """Turn objects into text columns in order of first appearance; nested objects give `outer.inner`."""
    columns: dict[str, list[str | None]] = {}
    for position, record in enumerate(records):
        _flatten_into(columns, record, "", position, 0)
    for values in columns.values():
        values.extend([None] * (len(records) - len(values)))
    return columns


def _flatten_into(columns: dict[str, list[str | None]], record: dict[str, Any], prefix: str, position: int, depth: int) -> None:
    for name, value in record.items():
        key = f"{prefix}{_clean(str(name))}"
        if isinstance(value, dict) and depth < _DEEPEST:
            _flatten_into(columns, value, f"{key}.", position, depth + 1)
            continue
        values = columns.setdefault(key, [])
        if len(values) <= position:
            values.extend([None] * (position - len(values)))
            values.append(_text(value))


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value if value is None else _clean(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, int | float):
        return repr(value)
    return _clean(json.dumps(value, ensure_ascii=False))


def _clean(text: str) -> str:
    # Half of a surrogate pair is no character: no encoding can hold it.
    return text if text.isascii() else _SURROGATES.sub("\ufffd", text)


def _load(text: bytes) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        lines = [line for line in text.splitlines() if line.strip()]
        if len(lines) > 1 and lines[0].rstrip().endswith(b"}"):
            try:
                return [json.loads(line) for line in lines]
            except ValueError:
                pass
        raise FileError(
            say(
                N_("The JSON breaks off at line {line}, character {column}: {reason}"),
                line=error.lineno,
                column=error.colno,
                reason=error.msg,
            )
        ) from error
    except ValueError as error:
        raise FileError(say(N_("The JSON cannot be read: {reason}"), reason=str(error)[:200])) from error


def _geometries(found: list[Any]) -> tuple[Any, list[tuple[int, str]]]:
    texts = [json.dumps(each) if isinstance(each, dict) and each.get("type") in _GEOMETRIES else None for each in found]
    shapes = shapely.from_geojson(np.array(texts, dtype=object), on_invalid="ignore")
    flaws = [
        (position, str(each)[:80])
        for position, (each, shape) in enumerate(zip(found, shapes, strict=True))
        if each is not None and shape is None
    ]
    return shapes, flaws


def _crs_name(crs: Any) -> str | None:
    if not isinstance(crs, dict):
        return None
    named = crs.get("properties")
    name = named.get("name") if isinstance(named, dict) else None
    if isinstance(name, str) and name.upper().endswith("CRS84"):
        return None
    return name if isinstance(name, str) else None


def _check_rows(count: int, ask: Ask) -> None:
    if count > ask.rows:
        raise FileError(say(N_("The file has more than {limit} rows."), limit=ask.rows), remedy=say(N_("Split it into smaller files.")))
