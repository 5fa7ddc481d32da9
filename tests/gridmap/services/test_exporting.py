"""Exports: every format, what they show stamped on them, and nothing a person may not see."""

import io
import json
import sqlite3
from datetime import date
from pathlib import Path

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest

from gridmap import grid
from gridmap.errors import FileError, ScopeError
from gridmap.files import FORMATS
from gridmap.market import day_end_us
from gridmap.scope import Scope
from gridmap.services import exporting
from gridmap.services.importing import import_file
from gridmap.settings import Settings
from gridmap.store import Store, open_market, owned_cells, read_table
from tests.conftest import NOW_US

TODAY = date(2026, 7, 1)
RULES = Settings().rules
MANAGER = Scope("p1", "West", "community_manager", frozenset({"XX"}), "M1")


def figures(store: Store, who: Scope, form: str, *, by: str = "cell") -> bytes:
    return exporting.export_figures(
        store, who, "XX", form, by=by, as_of=TODAY, window_days=90, rules=RULES, keys=("filing_rate", "never_visited")
    )


def read_csv(data: bytes) -> pd.DataFrame:
    return pd.read_csv(io.BytesIO(data), dtype={"cell": str})


def test_cells_with_numerator_denominator_state_and_what_they_show(branch: Store, me: Scope) -> None:
    rows = read_csv(figures(branch, me, "csv"))
    market = open_market(branch, me, "XX")
    assert sorted(rows["cell"]) == sorted(market.grid.cells)
    assert rows["filing_rate_denominator"].sum() == 8
    assert set(rows["filing_rate_state"]) <= set(exporting.STATES)
    assert set(rows["owner"]) == {"M1", "M2"}
    stamps = rows[["branch", "as_of", "window_days", "seen_by", "version"]].drop_duplicates()
    assert len(stamps) == 1
    version = market.version
    assert stamps.iloc[0].to_dict() == {
        "branch": "XX", "as_of": "2026-07-01", "window_days": 90, "seen_by": "administrator",
        "version": f"{version.import_id}.{version.change_id}.{version.visit_no}",
    }  # fmt: skip


@pytest.mark.parametrize("form", [each.key for each in FORMATS])
def test_cells_in_every_format(branch: Store, me: Scope, form: str, tmp_path: Path) -> None:
    path = tmp_path / f"cells.{form}"
    path.write_bytes(figures(branch, me, form))
    assert path.stat().st_size > 500
    if form in {"geojson", "gpkg"}:
        shapes = gpd.read_file(path, **({"layer": "cells"} if form == "gpkg" else {}))
        market = open_market(branch, me, "XX")
        assert len(shapes) == len(market.grid.cells)
        assert shapes.crs.to_epsg() == 4326
        assert (
            shapes.set_index("cell")
            .geometry[market.grid.cells[0]]
            .equals_exact(grid.outlines(market.grid, market.grid.cells[:1]).iloc[0], 1e-6)
        )


def test_a_geopackage_opens_in_qgis_with_a_style(branch: Store, me: Scope, tmp_path: Path) -> None:
    path = tmp_path / "cells.gpkg"
    path.write_bytes(figures(branch, me, "gpkg"))
    connection = sqlite3.connect(path)
    styles = connection.execute("SELECT f_table_name, styleName, useAsDefault, styleQML FROM layer_styles").fetchall()
    layers = [name for (name,) in connection.execute("SELECT table_name FROM gpkg_contents")]
    connection.close()
    assert styles[0][0] in layers
    assert bool(styles[0][2])
    assert "graduatedSymbol" in styles[0][3]


@pytest.mark.parametrize(("by", "count"), [("town", 2), ("holder", 2), ("territory", 2), ("branch", 1), ("park", 0)])
def test_other_levels(branch: Store, me: Scope, by: str, count: int) -> None:
    rows = read_csv(figures(branch, me, "csv", by=by))
    placed = rows[rows[by].notna()] if by != "branch" else rows
    assert len(placed) == count
    if count:
        assert rows["filing_rate_denominator"].sum() == 8


def test_a_level_without_outlines_has_no_map(branch: Store, me: Scope) -> None:
    with pytest.raises(FileError, match="CSV"):
        figures(branch, me, "geojson", by="holder")
    assert len(json.loads(figures(branch, me, "geojson", by="town"))["features"]) == 2


def test_who_may_not_export_gets_nothing(branch: Store) -> None:
    for who in (MANAGER, Scope("p2", "Other", "planner", frozenset({"YY"}))):
        with pytest.raises(ScopeError):
            figures(branch, who, "csv")
        with pytest.raises(ScopeError):
            exporting.export_table(branch, who, "XX", "organisations", "csv")


def test_a_community_manager_would_get_their_own_cells_only(branch: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    # The role may not export yet; should it, sight still ends at their cells.
    allowed = Scope.allows
    monkeypatch.setattr(Scope, "allows", lambda who, action, at=None: action == "export_data" or allowed(who, action, at))
    own = owned_cells(branch, MANAGER, "XX")
    rows = read_csv(figures(branch, MANAGER, "csv"))
    assert set(rows["cell"]) == own
    assert rows["filing_rate_denominator"].sum() == 4
    organisations = exporting.export_table(branch, MANAGER, "XX", "organisations", "csv").decode("utf-8-sig")
    assert "西一0厂" in organisations
    assert "东" not in organisations


def test_an_executive_exports_no_names(branch: Store) -> None:
    who = Scope("e", "E", "executive", None)
    assert "西镇" in figures(branch, who, "csv", by="town").decode("utf-8-sig")
    assert "厂" not in figures(branch, who, "csv").decode("utf-8-sig")
    with pytest.raises(ScopeError):
        exporting.export_table(branch, who, "XX", "organisations", "csv")


def test_an_exported_table_can_be_imported_again_and_changes_nothing(branch: Store, me: Scope) -> None:
    for form in ("csv", "xlsx", "json", "geojson", "gpkg", "geoparquet"):
        data = exporting.export_table(branch, me, "XX", "organisations", form)
        ending = next(each.extensions[0] for each in FORMATS if each.key == form)
        report = import_file(
            branch, me, name=f"back{ending}", data=data, table="organisations", branch_id="XX", now_us=NOW_US + 1, settings=Settings()
        )
        assert (form, report.unchanged, report.new, report.changed) == (form, 8, 0, 0), [str(each.message) for each in report.findings]


def test_a_table_runs_no_formula(branch: Store, me: Scope) -> None:
    csv = exporting.export_table(branch, me, "XX", "organisations", "csv").decode("utf-8-sig")
    assert "'=1+东0店" in csv
    book = openpyxl.load_workbook(io.BytesIO(exporting.export_table(branch, me, "XX", "organisations", "xlsx")))
    cells = [cell for row in book.worksheets[0].iter_rows() for cell in row if str(cell.value).startswith("=1+")]
    assert len(cells) == 4
    assert {cell.data_type for cell in cells} == {"s"}


def test_a_table_as_it_was(branch: Store, me: Scope) -> None:
    changed = "org_id,name\nW0,西一0厂 new\n"
    import_file(
        branch, me, name="later.csv", data=changed.encode(), table="organisations", branch_id="XX",
        now_us=NOW_US + 2, settings=Settings(), as_of=date(2026, 6, 1),
    )  # fmt: skip
    for day, name in ((date(2026, 5, 31), "西一0厂"), (date(2026, 6, 1), "西一0厂 new")):
        rows = json.loads(exporting.export_table(branch, me, "XX", "organisations", "json", as_of=day))
        assert next(row["name"] for row in rows if row["org_id"] == "W0") == name
        assert {row["as_of"] for row in rows} == {day.isoformat()}
    at = day_end_us(date(2026, 5, 31), "Asia/Shanghai") - 1
    assert "西一0厂" in set(read_table(branch, me, "XX", "organisations", valid_us=at)["name"])
