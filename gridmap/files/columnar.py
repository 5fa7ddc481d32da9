"""Read Parquet and GeoParquet, and make text of typed Arrow columns; in the child process."""

import json
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import shapely

from gridmap.errors import N_, FileError, Message, say
from gridmap.files.geometry import degrees, wkt_column
from gridmap.files.parsed import Ask, Parsed

_GEOMETRY = "geometry"


def read_parquet(data: bytes, ask: Ask) -> Parsed:
    """Read a Parquet file; with GeoParquet's metadata its primary geometry, in any CRS.

    Raises
    ------
    FileError
        When it is broken, over a limit, or its CRS is not known.
    """
    try:
        opened = pq.ParquetFile(pa.BufferReader(data))
        _check(opened.metadata, ask)
        table = opened.read()
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError, ValueError) as error:
        raise FileError(say(N_("The Parquet file is broken: {reason}"), reason=str(error)[:200])) from error
    name, crs = _primary((table.schema.metadata or {}).get(b"geo"))
    rows = np.arange(1, table.num_rows + 1, dtype=np.int64)
    if name not in table.column_names:
        return Parsed(_texts(table), rows)
    texts, source, notes = texts_and_geometry(table, name, crs)
    return Parsed(texts, rows, crs=source, notes=notes)


def texts_and_geometry(table: pa.Table, name: str, crs: Any) -> tuple[pa.Table, str | None, tuple[Message, ...]]:
    """Return a table's columns as text and its WKB column as WKT in degrees, with the CRS it had and notes."""
    try:
        shapes = shapely.from_wkb(np.asarray(table.column(name).to_numpy(zero_copy_only=False), dtype=object))
    except (shapely.errors.GEOSException, TypeError) as error:
        raise FileError(say(N_("The geometries cannot be read: {reason}"), reason=str(error)[:200])) from error
    shapes, source, notes = degrees(shapes, crs)
    texts = _texts(table.drop_columns([name]))
    if _GEOMETRY in texts.column_names:
        texts = texts.drop_columns([_GEOMETRY])
    return texts.append_column(_GEOMETRY, wkt_column(shapes)), source, notes


def text_of(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return a column as text: whole numbers without a point, dates as ISO, nested values as JSON; null stays null."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.cast(kind.value_type)
        kind = column.type
    if pa.types.is_floating(kind):
        finite = pc.and_(pc.is_finite(column), pc.less(pc.abs(column), 1e15))
        whole = pc.fill_null(pc.and_(finite, pc.equal(column, pc.round(column))), fill_value=False)
        digits = pc.if_else(whole, column, 0).cast(pa.int64()).cast(pa.large_string())
        return pc.if_else(whole, digits, column.cast(pa.large_string()))
    if pa.types.is_nested(kind):
        values = [None if value is None else json.dumps(value, ensure_ascii=False, default=str) for value in column.to_pylist()]
        return pa.chunked_array([pa.array(values, pa.large_string())])
    return column.cast(pa.large_string())


def _texts(table: pa.Table) -> pa.Table:
    kept = [
        name
        for name in table.column_names
        # The bounding boxes of GeoParquet 1.1 are an index, no attribute.
        if not _is_bytes(table.schema.field(name).type) and not (name == "bbox" and pa.types.is_struct(table.schema.field(name).type))
    ]
    return pa.table([text_of(table.column(name)) for name in kept], names=kept)


def _is_bytes(kind: pa.DataType) -> bool:
    return bool(pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind))


def _primary(geo: bytes | None) -> tuple[str, Any]:
    if geo is None:
        return "", None
    try:
        told = json.loads(geo)
        name = str(told["primary_column"])
        return name, told["columns"][name].get("crs")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise FileError(say(N_("The GeoParquet metadata is broken: {reason}"), reason=str(error)[:200])) from error


def _check(metadata: Any, ask: Ask) -> None:
    if metadata.num_rows > ask.rows:
        raise FileError(say(N_("The file has more than {limit} rows."), limit=ask.rows), remedy=say(N_("Split it into smaller files.")))
    unpacked = sum(metadata.row_group(at).total_byte_size for at in range(metadata.num_row_groups))
    if unpacked > ask.unpacked_mb * 2**20:
        raise FileError(say(N_("Unpacked, the file is larger than {limit} MB."), limit=ask.unpacked_mb))
