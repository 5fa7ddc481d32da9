"""A Market as a folder of Arrow files: a cache that can be deleted, since the store is the truth."""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.ipc
import shapely

from gridmap.errors import N_, StoreError, say
from gridmap.grid import Grid, cell_index
from gridmap.market.build import add_rows, marks_of
from gridmap.market.market import Branch, Market, Version

FORMAT = 1
HEAD = "market.json"
GROWING = "visits"  # the table that is added to between imports


def save_market(market: Market, folder: Path) -> None:
    """Write a market to a folder that must not exist yet, all or nothing.

    The files are written beside the folder and moved into place; if another process was first, its folder stands.
    """
    with _draft(folder) as draft:
        for name, frame in market.tables.items():
            _write(_arrow(frame), draft / f"{name}.arrow")
        _write(pa.table({"cell": pa.array(market.grid.cells, pa.large_string())}), draft / "cells.arrow")
        if market.grid.outlines is not None:
            shapes = gpd.GeoDataFrame({"cell": market.grid.cells}, geometry=market.grid.outlines.to_numpy(), crs="EPSG:4326")
            _write(_arrow(shapes), draft / "outlines.arrow")
        (draft / HEAD).write_text(json.dumps(_head(market), ensure_ascii=False, indent=1), "utf-8")


def grow_market(base: Path, folder: Path, added: pd.DataFrame, *, version: Version) -> None:
    """Write a market to a folder that must not exist yet: the one in `base`, and visits recorded since; all or nothing.

    Only the visits are written; the other files are those of `base`, linked where the disk knows links. The marks of the tables are
    worked out the first time and kept with what was grown.

    Parameters
    ----------
    added
        The visits, columns of the schema, in the order in which they were recorded.

    Raises
    ------
    StoreError
        When `base` is missing or damaged.
    """
    market = open_market(base)
    marks = _marks(base) or marks_of(market.tables)
    grown = add_rows(market, GROWING, added, version=version, marks=marks)
    head = {**_head(grown), "marks": {**marks, **marks_of({GROWING: grown.tables[GROWING]})}}
    with _draft(folder) as draft:
        for path in sorted(base.glob("*.arrow")):
            if path.name != f"{GROWING}.arrow":
                _link(path, draft / path.name)
        _write(_arrow(grown.tables[GROWING]), draft / f"{GROWING}.arrow")
        (draft / HEAD).write_text(json.dumps(head, ensure_ascii=False, indent=1), "utf-8")


@contextmanager
def _draft(folder: Path) -> Iterator[Path]:
    """Give a folder to write to, which becomes `folder` when all is written; if another process was first, its folder stands."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        yield draft
        try:
            draft.rename(folder)
        except OSError:
            if not (folder / HEAD).is_file():
                raise
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _link(path: Path, to: Path) -> None:
    try:
        to.hardlink_to(path)
    except OSError:  # a disk without links, or the base was deleted: then the copy says so
        shutil.copyfile(path, to)


def _marks(folder: Path) -> dict[str, str]:
    marks: dict[str, str] = json.loads((folder / HEAD).read_text("utf-8")).get("marks", {})
    return marks


def open_market(folder: Path) -> Market:
    """Open a market that `save_market` wrote; the files are mapped into memory, read when used.

    Raises
    ------
    StoreError
        When the folder is missing, damaged or of another format: it may be deleted, the store makes it anew.
    """
    try:
        head = json.loads((folder / HEAD).read_text("utf-8"))
        if head["format"] != FORMAT:
            raise ValueError(f"format {head['format']}")  # noqa: TRY301 - one place says how to mend it
        tables = {name: _frame(_read(folder / f"{name}.arrow")) for name in head["tables"]}
        branch = Branch(**{**head["branch"], "boundary": _shape(head["branch"]["boundary"])})
        grid = _grid(head["grid"], folder)
    except (OSError, ValueError, KeyError, TypeError, pa.ArrowException, shapely.errors.ShapelyError) as error:
        raise StoreError(
            say(N_("The snapshot cannot be opened: {reason}."), reason=str(error)),
            where=str(folder),
            remedy=say(N_("Delete the folder; it is made again from the store.")),
        ) from error
    return Market(branch, grid, Version(**head["version"]), MappingProxyType(tables), head["fingerprint"])


def _head(market: Market) -> dict[str, Any]:
    branch, grid = market.branch, market.grid
    return {
        "format": FORMAT,
        "fingerprint": market.fingerprint,
        "version": dict(vars(market.version)),
        "branch": {**vars(branch), "boundary": _text(branch.boundary)},
        "grid": {"kind": grid.kind, "resolution": grid.resolution, "boundary": _text(grid.boundary), "fingerprint": grid.fingerprint},
        "tables": list(market.tables),
    }


def _text(shape: shapely.Geometry | None) -> str:
    return "" if shape is None else shapely.to_wkb(shape, hex=True)


def _shape(text: str) -> shapely.Geometry | None:
    return shapely.from_wkb(text) if text else None


def _grid(head: dict[str, Any], folder: Path) -> Grid:
    cells = cell_index(_frame(_read(folder / "cells.arrow"))["cell"].array)
    outlines = None
    if head["kind"] == "areas":
        outlines = _frame(_read(folder / "outlines.arrow")).set_index(cells).geometry
    return Grid(head["kind"], head["resolution"], cells, _shape(head["boundary"]), outlines, head["fingerprint"])


def _arrow(frame: pd.DataFrame) -> pa.Table:
    if "geometry" not in frame:
        return pa.Table.from_pandas(frame, preserve_index=False)
    outlines = pa.array(shapely.to_wkb(frame["geometry"].to_numpy()), pa.large_binary())
    plain = pa.Table.from_pandas(pd.DataFrame(frame.drop(columns="geometry")), preserve_index=False)
    return plain.append_column("geometry", outlines)


def _frame(table: pa.Table) -> pd.DataFrame:
    outlines = shapely.from_wkb(table.column("geometry").to_numpy()) if "geometry" in table.column_names else None
    frame: pd.DataFrame = (table if outlines is None else table.drop_columns("geometry")).to_pandas()
    return frame if outlines is None else _with_outlines(frame, outlines)


def _with_outlines(frame: pd.DataFrame, outlines: Any) -> pd.DataFrame:
    shaped: pd.DataFrame = gpd.GeoDataFrame(frame, geometry=outlines, crs="EPSG:4326")
    return shaped


def _write(table: pa.Table, path: Path) -> None:
    with pa.OSFile(os.fspath(path), "wb") as sink, pyarrow.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)


def _read(path: Path) -> pa.Table:
    with pa.memory_map(os.fspath(path)) as source:
        return pyarrow.ipc.open_file(source).read_all()
