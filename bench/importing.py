"""Import a CSV with full validation, against loading the same CSV unchecked, by the same driver, into the same constrained tables."""

import io
import shutil
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import shapely
import xlsxwriter

from bench.figure import Figure
from bench.measure import Timed, timed
from bench.options import Options
from gridmap import schema
from gridmap.errors import FileError
from gridmap.files import read_file
from gridmap.matching import find_duplicates
from gridmap.scope import operator
from gridmap.services.import_report import ImportReport
from gridmap.services.importing import import_file
from gridmap.settings import Limits, Settings
from gridmap.store import FOREVER_US, ensure_branch, open_store, read_table
from gridmap.store.bulk import insert_rows
from gridmap.store.engine import writing
from gridmap.store.frames import arrow_type
from gridmap.store.tables import FACTS
from sample_geo.writing import write_streaming

# What a list of prospects has; all 46 columns of a million would be more than a file may have.
COLUMNS = (
    "org_id", "name", "credit_code", "stage", "opened_on", "filed_on", "tier", "trade", "lat", "lon", "precision",
    "address", "employees", "lines_known", "our_lines", "source",
)  # fmt: skip
SETTINGS = Settings()
SCOPE = operator("bench")
BRANCH = "44"


def run(options: Options) -> list[Figure]:
    """Measure the import, the unchecked load, the duplicate search, and the refusal of a workbook of that size."""
    data, outline = _file(options)
    runs = 1 if options.size > 200_000 else 3
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        template = _template(Path(folder), outline)
        # In turns, so that both see the same machine.
        pairs = [(_checked(template, data), _unchecked(template, data)) for _ in range(runs)]
        ours, plain = (sorted((pair[side] for pair in pairs), key=lambda each: each.cpu_s)[runs // 2] for side in (0, 1))
        rows = ours.result.accepted
        if (ours.result.new, plain.result) != (rows, rows):
            raise RuntimeError(f"not the same rows: {ours.result.summary()}, unchecked {plain.result}")
        doubles = timed(lambda: len(find_duplicates(_organisations(Path(folder) / "checked.db"))), runs=1)
    refusal, seconds = _workbook(options.size)
    return [
        Figure(
            f"import of {rows:,} rows with full validation, of an unchecked load",
            ours.cpu_s / plain.cpu_s,
            "x cpu",
            limit=2,
            peers={
                "gridmap import, cpu s (child process included)": ours.cpu_s,
                "gridmap import, wall s": ours.wall_s,
                "pyarrow.csv, then executemany into the same table, cpu s": plain.cpu_s,
                "the same, wall s": plain.wall_s,
                "file, MB": len(data) / 2**20,
            },
        ),
        Figure(
            f"search for duplicates among {rows:,} organisations, timed apart",
            doubles.cpu_s,
            "cpu s",
            peers={"pairs found": float(doubles.result)},
        ),
        Figure(
            "a workbook of that size is refused, naming CSV",
            float("CSV" in refusal),
            "yes = 1",
            limit=1,
            better="higher",
            peers={"s": seconds},
        ),
    ]


def _file(options: Options) -> tuple[bytes, shapely.Geometry]:
    """Return a list of a whole province's organisations, and an outline that holds them."""
    folder = options.data / f"import-{options.size}-{options.seed}"
    path = folder / "list.csv"
    if not path.exists():
        # About one in seven of a sample's organisations is closed and comes on top.
        write_streaming(options.seed, max(2000, round(options.size / 1.14)), folder, branches=None, tables=("organisations",))
        table = pa_csv.read_csv(folder / "organisations.csv", convert_options=pa_csv.ConvertOptions(column_types={"org_id": pa.string()}))
        pa_csv.write_csv(table.select(COLUMNS).slice(0, options.size), path)
    points = pa_csv.read_csv(path, convert_options=pa_csv.ConvertOptions(include_columns=["lat", "lon"]))
    south, north, west, east = (least_or_most(points[name]).as_py() for name in ("lat", "lon") for least_or_most in (pc.min, pc.max))
    return path.read_bytes(), shapely.segmentize(shapely.box(west, south, east, north).buffer(0.1), 0.01)


def _template(folder: Path, outline: shapely.Geometry) -> Path:
    path = folder / "template.db"
    store = open_store(str(path), settings=SETTINGS)
    ensure_branch(store, SCOPE, BRANCH, now_us=store.clock(), boundary=shapely.to_wkt(outline))
    store.engine.dispose()
    return path


def _checked(template: Path, data: bytes) -> Timed[ImportReport]:
    path = Path(shutil.copy(template, template.with_name("checked.db")))

    def once() -> ImportReport:
        store = open_store(str(path), settings=SETTINGS)
        report = import_file(
            store,
            SCOPE,
            name="organisations.csv",
            data=data,
            table="organisations",
            branch_id=BRANCH,
            now_us=store.clock(),
            settings=SETTINGS,
        )
        store.engine.dispose()
        return report

    return timed(once, runs=1)


def _unchecked(template: Path, data: bytes) -> Timed[int]:
    path = Path(shutil.copy(template, template.with_name("unchecked.db")))
    table = schema.table("organisations")
    kinds = {name: arrow_type(table.column(name).kind) for name in COLUMNS}

    def once() -> int:
        store = open_store(str(path), settings=SETTINGS)
        options = pa_csv.ConvertOptions(column_types=kinds, null_values=[""], strings_can_be_null=True, quoted_strings_can_be_null=True)
        rows = pa_csv.read_csv(io.BytesIO(data), convert_options=options)
        constants = {"row_hash": 0, "valid_from": 0, "valid_to": FOREVER_US, "recorded_from": 1, "recorded_to": FOREVER_US, "import_id": 1}
        rows = rows.append_column("branch_id", pa.array([BRANCH] * len(rows)))
        for name, value in constants.items():
            rows = rows.append_column(name, pa.array(np.full(len(rows), value, np.int64)))
        with writing(store) as connection:
            insert_rows(connection, FACTS["organisations"], rows)
        store.engine.dispose()
        return len(rows)

    return timed(once, runs=1)


def _organisations(path: Path) -> pd.DataFrame:
    store = open_store(str(path), settings=SETTINGS)
    rows = read_table(store, SCOPE, BRANCH, "organisations")
    store.engine.dispose()
    return rows


def _workbook(size: int) -> tuple[str, float]:
    """Offer a workbook with more rows than are read, and return what is said about it, and how long that took."""
    limits = replace(Limits(), xlsx_rows=min(Limits().xlsx_rows, size - 1))
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"constant_memory": True, "in_memory": False}) as book:
        sheet = book.add_worksheet()
        for row in range(limits.xlsx_rows + 2):
            sheet.write_number(row, 0, row) if row else sheet.write_string(0, 0, "org_id")
    began = time.perf_counter()
    try:
        read_file(out.getvalue(), "organisations.xlsx", limits=limits, table="organisations")
    except FileError as error:
        return str(error), time.perf_counter() - began
    return "", time.perf_counter() - began
