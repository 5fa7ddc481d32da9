"""Files of assignments: in every format and on both kinds of grid a round trip changes nothing, and codes survive a spreadsheet."""

import csv
import io
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
import shapely

from gridmap.files import FORMATS
from gridmap.scope import Scope
from gridmap.services.exporting import export_table
from gridmap.services.import_report import ImportReport
from gridmap.services.importing import import_file
from gridmap.services.regrid import do_regrid, preview_regrid
from gridmap.settings import Settings
from gridmap.store import Store, ensure_branch, open_market, open_store, read_table, write_rows
from tests.conftest import NOW_US
from tests.gridmap.services.conftest import bring

# Codes that a spreadsheet turns into numbers or days if nothing keeps it from that.
CODES = ("044532100", "445321100201", "445321100201003", "8841e12", "3-5", "00000007")
FORMS = [each.key for each in FORMATS]
BOX = "POLYGON ((112.20 22.68, 112.24 22.68, 112.24 22.72, 112.20 22.72, 112.20 22.68))"
OWNERS = ("0101", "00102", "2e5")


def put(store: Store, me: Scope, table: str, frame: pd.DataFrame) -> None:
    """Write rows without a file, which is quicker."""
    told = {"as_of": None, "now_us": NOW_US, "file_name": "", "file_sha256": table, "mapping": {}, "source": ""}
    write_rows(store, me, "XX", table, frame, **told)


def prepared(store: Store, me: Scope, kind: str) -> list[str]:
    """Make a branch of that kind of grid, with an area per code side by side, and its managers; return its cells."""
    ensure_branch(store, me, "XX", now_us=NOW_US, grid_kind=kind, grid_resolution=8, boundary=BOX, time_zone="Asia/Shanghai")
    strips = [shapely.box(112.20 + at / 100, 22.68, 112.21 + at / 100, 22.72).wkt for at in range(len(CODES))]
    put(store, me, "areas", pd.DataFrame({"area_id": CODES, "name": CODES, "level": "village", "geometry": strips}))
    put(store, me, "managers", pd.DataFrame({"manager_id": OWNERS, "name": OWNERS, "role": "community"}))
    return list(open_market(store, me, "XX").grid.cells)


def history(cells: list[str]) -> pd.DataFrame:
    """Return an eventful history: owners of then, of now and of later, cells released on purpose, one that nobody ever had."""
    rows = []
    for number, cell in enumerate(cells[:-1]):
        one, other = OWNERS[number % 3], OWNERS[(number + 1) % 3]
        rows += [(cell, one, "2025-01-01", "first"), (cell, other, "2026-03-01", None)]
        if number % 2:
            rows += [(cell, None, "2026-05-01", "left"), (cell, one, "2026-09-01", "back")]
    frame = pd.DataFrame(rows, columns=["cell", "owner", "valid_from", "reason"])
    return frame.assign(valid_from=pd.to_datetime(frame["valid_from"]))


def owned(store: Store, me: Scope, kind: str) -> list[str]:
    cells = prepared(store, me, kind)
    put(store, me, "ownership", history(cells))
    return cells


def imported(store: Store, me: Scope, data: bytes, form: str, *, dry_run: bool = True) -> ImportReport:
    ending = next(each.extensions[0] for each in FORMATS if each.key == form)
    return import_file(
        store, me, name=f"ownership{ending}", data=data, table="ownership", branch_id="XX", now_us=NOW_US + 5_000_000, settings=Settings(),
        dry_run=dry_run,
    )  # fmt: skip


def known(store: Store, me: Scope) -> list[tuple[object, ...]]:
    frame = read_table(store, me, "XX", "ownership")
    return list(frame[["cell", "owner", "valid_from", "reason", "valid_to_us"]].fillna("-").itertuples(index=False, name=None))


@pytest.mark.parametrize("kind", ["h3", "areas"])
def test_a_round_trip_in_any_format_changes_nothing(store: Store, me: Scope, kind: str) -> None:
    cells = owned(store, me, kind)
    before = known(store, me)
    assert any(row[1] == "-" for row in before)  # a deliberate release is a row of its own
    for form, whole in (("csv", False), *((each, True) for each in FORMS)):
        data = export_table(store, me, "XX", "ownership", form, history=whole)
        report = imported(store, me, data, form, dry_run=form == "json")
        assert not report.refused, (form, [str(each.message) for each in report.findings])
        assert (report.new, report.changed, report.rejected) == (0, 0, 0), (form, whole)
        assert report.read == report.unchanged == (len(before) if whole else len(cells) - 1)
        assert report.cells is not None
        assert report.cells[:3] == (len(cells) - 1, 0, 1)
    assert known(store, me) == before


@pytest.mark.parametrize(("form", "kind"), [(form, ("h3", "areas")[number % 2]) for number, form in enumerate(FORMS)])
def test_a_history_goes_into_another_store_as_it_was(sqlite_store: Store, me: Scope, tmp_path: Path, form: str, kind: str) -> None:
    owned(sqlite_store, me, kind)
    data = export_table(sqlite_store, me, "XX", "ownership", form, history=True)
    other = open_store(str(tmp_path / "other.db"), settings=Settings(), clock=lambda: NOW_US)
    prepared(other, me, kind)
    report = imported(other, me, data, form, dry_run=False)
    assert report.written, [str(each.message) for each in report.findings]
    assert known(other, me) == known(sqlite_store, me)
    other.engine.dispose()


def spreadsheet_csv(data: bytes) -> bytes:
    """Return what a spreadsheet writes back after a CSV was opened in it by double click: numbers and days as it shows them."""

    def shown(text: str) -> str:
        day = re.fullmatch(r"(\d{1,4})[-/](\d{1,2})(?:[-/](\d{1,4}))?", text)
        if day:
            return "/".join(str(int(part)) for part in day.groups() if part)
        if re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", text):
            number = float(text)
            return f"{number:.5E}" if abs(number) >= 1e11 else f"{number:.10g}"
        return text

    rows = [[shown(text) for text in row] for row in csv.reader(io.StringIO(data.decode("utf-8-sig")))]
    target = io.StringIO()
    csv.writer(target).writerows(rows)
    return target.getvalue().encode("utf-8-sig")


def spreadsheet_xlsx(data: bytes) -> bytes:
    """Return the workbook as it is after somebody opened and saved it."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


@pytest.mark.parametrize("kind", ["h3", "areas"])
@pytest.mark.parametrize(("form", "through"), [("csv", spreadsheet_csv), ("xlsx", spreadsheet_xlsx)])
def test_codes_survive_a_spreadsheet(sqlite_store: Store, me: Scope, form: str, through: Callable[[bytes], bytes], kind: str) -> None:
    owned(sqlite_store, me, kind)
    data = through(export_table(sqlite_store, me, "XX", "ownership", form, history=True))
    report = imported(sqlite_store, me, data, form)
    assert (report.rejected, report.new, report.changed) == (0, 0, 0), [(each.value, str(each.message)) for each in report.findings[:5]]
    assert report.cells.unmatched == 0


def test_what_a_spreadsheet_did_to_codes_typed_by_hand_is_said(sqlite_store: Store, me: Scope) -> None:
    prepared(sqlite_store, me, "areas")
    plain = "cell,owner,valid_from\n044532100,0101,2026-08-01\n445321100201003,00102,2026-08-01\n"
    report = imported(sqlite_store, me, spreadsheet_csv(plain.encode()), "csv")
    assert report.refused  # the managers are not known by what is left of their codes
    plain = plain.replace("0101", "2e5x").replace("00102", "2e5x")
    bring(sqlite_store, me, "managers", "manager_id,name,role\n2e5x,钱,community\n")
    whole = imported(sqlite_store, me, plain.encode(), "csv")
    assert whole.cells[:3] == (2, 0, 4)
    cut = imported(sqlite_store, me, spreadsheet_csv(plain.encode()), "csv")
    assert cut.cells[:3] == (0, 2, 6)
    assert cut.cells.examples == ("4.45321E+14", "44532100")
    assert "made numbers" in str(cut.cells.likely)
    assert [(each.row, each.rule, each.severity) for each in cut.findings] == [
        (2, "unknown_cell", "warning"),
        (3, "unknown_cell", "warning"),
    ]
    zero = imported(sqlite_store, me, b"cell,owner,valid_from\n44532100,2e5x,2026-08-01\n", "csv")
    assert "044532100" in str(zero.cells.likely)
    assert str(zero.cells.summary()) == "Cells: 0 in the grid, 1 not in the grid, 6 of the branch not in the file."
    assert zero.as_json()["cells"] == {"matched": 0, "unmatched": 1, "missing": 6, "examples": ["44532100"]}


def test_a_cell_of_the_grid_of_then_is_no_strange_cell(sqlite_store: Store, me: Scope) -> None:
    cells = owned(sqlite_store, me, "h3")
    before = export_table(sqlite_store, me, "XX", "ownership", "csv", history=True)
    preview = preview_regrid(sqlite_store, me, "XX", to=("areas", -1), effective_on=date(2026, 10, 1))
    do_regrid(sqlite_store, me, preview, why="", now_us=NOW_US + 10_000_000)
    for form in ("csv", "geojson"):
        report = imported(sqlite_store, me, export_table(sqlite_store, me, "XX", "ownership", form, history=True), form)
        assert (report.new, report.changed, report.cells.unmatched) == (0, 0, 0)
    assert imported(sqlite_store, me, before, "csv").cells.unmatched == 0
    assert set(cells[:-1]) <= set(read_table(sqlite_store, me, "XX", "ownership")["cell"])


def test_a_widened_outline_reaches_the_grid_that_is_to_come(sqlite_store: Store, me: Scope) -> None:
    header = "org_id,name,lat,lon\n"
    bring(sqlite_store, me, "organisations", header + "o1,a,22.70,112.20\no2,b,22.71,112.21\n")
    preview = preview_regrid(sqlite_store, me, "XX", to=("h3", 9), effective_on=date(2026, 10, 1))
    do_regrid(sqlite_store, me, preview, why="", now_us=NOW_US + 1_000_000)
    report = import_file(
        sqlite_store, me, name="more.csv", data=(header + "o3,c,22.73,112.23\n").encode(), table="organisations", branch_id="XX",
        now_us=NOW_US + 2_000_000, settings=Settings(),
    )  # fmt: skip
    assert report.written
    for day in (date(2026, 7, 1), date(2026, 10, 1)):
        rows = open_market(sqlite_store, me, "XX", as_of=day).tables["organisations"]
        assert rows["cell"].notna().all()
