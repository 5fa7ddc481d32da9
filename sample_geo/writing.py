"""The files of a sample: GeoJSON where there are lines and outlines, CSV for the rest, and the truth beside them."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv
import shapely

from gridmap.schema import Table, table
from sample_geo import truth
from sample_geo.frames import DTYPES
from sample_geo.sample import NAMES, Sample, counties, summary
from sample_geo.wins import to_gcj02

GEOJSON = ("branches", "areas", "parks", "roads", "waters")
# This file has its points as a Chinese web map shows them, and nothing in it says so.
IN_GCJ02 = ("wins",)
UTC_OFFSET_H = 8


def file_name(name: str) -> str:
    """Return the name of a table's file."""
    return f"{name}.geojson" if name in GEOJSON else f"{name}.csv"


def write(sample: Sample, folder: Path) -> dict[str, Path]:
    """Write a sample: a file for each of its tables, and `truth.json`.

    `wins.csv` is written in GCJ-02 though it does not say so; every other point is WGS-84.

    Returns
    -------
    Paths by table name; the folder is made where it is missing.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = {}
    for name, frame in sample.tables.items():
        paths[name] = folder / file_name(name)
        with paths[name].open("wb") as out:
            _write_part(out, name, [frame])
    _write_truth(folder, sample.truth)
    return paths


def write_streaming(seed: int, organisations: int, folder: Path, *, branches: int | None, tables: Sequence[str] | None) -> dict[str, int]:
    """Make and write a sample county by county, so that a province needs the memory of one county.

    Returns
    -------
    Rows by table.
    """
    chosen = NAMES if tables is None else tuple(name for name in NAMES if name in set(tables))
    folder.mkdir(parents=True, exist_ok=True)
    outs = {name: (folder / file_name(name)).open("wb") for name in chosen}
    counts = dict.fromkeys(chosen, 0)
    truths: dict[str, Any] = {}
    shapes: dict[str, list[pd.DataFrame]] = {name: [] for name in chosen if name in GEOJSON}
    try:
        for parts in counties(seed, organisations, branches=branches):
            for name, out in outs.items():
                frame = parts.table(name)
                if name in shapes:
                    shapes[name].append(frame)
                else:
                    _write_csv(out, name, frame, header=counts[name] == 0)
                counts[name] += len(frame)
            if tables is None:
                truths[parts.county.branch_id] = truth.planted(parts)
        for name, frames in shapes.items():
            _write_part(outs[name], name, frames)
    finally:
        for out in outs.values():
            out.close()
    _write_truth(folder, summary(seed, organisations, truths, counts))
    return counts


def _write_part(out: IO[bytes], name: str, frames: list[pd.DataFrame]) -> None:
    if name in GEOJSON:
        out.writelines(_features(table(name), frames))
    else:
        for number, frame in enumerate(frames):
            _write_csv(out, name, frame, header=number == 0)


def _write_truth(folder: Path, values: dict[str, Any]) -> None:
    (folder / "truth.json").write_text(json.dumps(values, ensure_ascii=False, indent=1) + "\n", "utf-8")


def _write_csv(out: IO[bytes], name: str, frame: pd.DataFrame, *, header: bool) -> None:
    columns = _as_written(table(name), frame)
    options = pyarrow.csv.WriteOptions(include_header=header, quoting_style="needed", quoting_header="needed")
    pyarrow.csv.write_csv(pa.table(columns), out, options)


def _as_written(schema: Table, frame: pd.DataFrame) -> dict[str, pa.Array]:
    """Return the columns as they stand in a file: days and months as text, instants with the branch's offset."""
    if schema.name in IN_GCJ02:
        lat, lon = to_gcj02(frame["lat"].to_numpy(), frame["lon"].to_numpy())
        frame = frame.assign(lat=lat, lon=lon)
    columns = {}
    for column in schema.columns:
        values = frame[column.name]
        if column.kind == "date":
            columns[column.name] = pa.array(values.to_numpy("datetime64[D]"))
        elif column.kind == "time":
            local = values.dt.tz_localize(None).to_numpy("datetime64[s]") + np.timedelta64(UTC_OFFSET_H, "h")
            columns[column.name] = pa.array(np.char.add(np.datetime_as_string(local), f"+{UTC_OFFSET_H:02d}:00"))
        elif column.kind in DTYPES:
            columns[column.name] = pa.array(values, from_pandas=True)
        else:
            columns[column.name] = pa.array(values.to_numpy(object), pa.string(), from_pandas=True)
    return columns


def _features(schema: Table, frames: list[pd.DataFrame]) -> Iterator[bytes]:
    """Yield a GeoJSON file, one feature on a line; the outline's column gives the geometry."""
    outline = next(column.name for column in schema.columns if column.kind == "geometry")
    yield b'{"type":"FeatureCollection","features":[\n'
    start = ""
    for frame in frames:
        for record in frame.astype(object).where(frame.notna(), None).to_dict("records"):
            shape = record.pop(outline)
            geometry = json.loads(shapely.to_geojson(shapely.from_wkt(shape)))
            feature = {"type": "Feature", "properties": record, "geometry": geometry}
            yield (start + json.dumps(feature, ensure_ascii=False, separators=(",", ":"))).encode()
            start = ",\n"
    yield b"\n]}\n"
