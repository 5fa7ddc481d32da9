"""Records for the carrier's CRM: the layout that is kept, whose records, and files that run nothing."""

import io
from datetime import date
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from gridmap.errors import FileError, PlanError, ScopeError
from gridmap.scope import Scope, operator
from gridmap.services import crm
from gridmap.store import Store, open_market, plan_as_of
from tests.conftest import NOW_US
from tests.gridmap.services.conftest import bring

ME = operator("tester")
HERE = frozenset({"XX"})
MANAGER = Scope("p2", "李", "community_manager", HERE, "M1")
FIRST, LAST = date(2026, 6, 29), date(2026, 6, 30)
VISITS = """visit_id,org_id,manager_id,visited_at,kind,outcome,note,next_due
v1,W0,M1,2026-06-29 00:05,visit,met,=2+5,2026-07-05
v2,E0,M2,2026-06-30 23:55,call,not_in,,
v3,W1,M1,2026-06-28 23:59,visit,met,before,
v4,W1,M1,2026-07-01 00:01,visit,met,after,
"""
TASKS = """task_id,org_id,kind,due_on,assigned_to,state,done_on,outcome
t1,W0,call,2026-06-30,M1,open,,
t2,E0,warning,2026-06-01,M2,done,2026-06-29,renewed
t3,E1,check,2026-07-09,M2,open,,
t4,W1,check,2026-06-29,,open,,
"""


@pytest.fixture
def busy(branch: Store) -> Store:
    """The branch with visits and tasks around the period, and two organisations filed in it."""
    bring(branch, ME, "visits", VISITS)
    bring(branch, ME, "tasks", TASKS)
    bring(branch, ME, "organisations", "org_id,name,filed_on,agreement\nW2,西,2026-06-29,signed\nE2,东,2026-06-28,none\n")
    return branch


def export(store: Store, who: Scope = ME, kind: str = "visits", form: str = "csv", **rest: object) -> bytes:
    market, plan = open_market(store, who, "XX"), plan_as_of(store, who, "XX", valid_us=NOW_US)
    given = {"first": FIRST, "last": LAST, **rest}
    return crm.export_crm(store, who, market, plan, kind, form, **given)  # type: ignore[arg-type]


def read(data: bytes) -> pd.DataFrame:
    assert data.startswith(b"\xef\xbb\xbf"), "the mark that a spreadsheet needs"
    return pd.read_csv(io.BytesIO(data), dtype=str, keep_default_na=False)


def test_visits_of_the_period_in_the_words_of_the_carrier(busy: Store) -> None:
    made = read(export(busy))
    assert made.columns[:4].tolist() == ["集团编码", "集团名称", "客户经理工号", "客户经理"]
    assert made[["集团编码", "客户经理", "走访时间", "走访方式", "走访结果", "是否有效", "下次走访时间"]].to_numpy().tolist() == [
        ["W0", "李明", "2026-06-29", "上门走访", "有效走访", "是", "2026-07-05"],
        ["E0", "王芳", "2026-06-30", "电话", "无人", "否", ""],
    ]


def test_nothing_in_a_file_is_a_formula(busy: Store) -> None:
    made = read(export(busy))
    assert made["走访内容"].iloc[0] == "'=2+5"
    assert made["集团名称"].iloc[1] == "'=1+东0店"
    sheet = openpyxl.load_workbook(io.BytesIO(export(busy, form="xlsx"))).active
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells if cell.value is not None} == {"s"}
    assert "=2+5" in {cell.value for cell in cells}


def test_tasks_due_or_done_and_filings(busy: Store) -> None:
    tasks = read(export(busy, kind="tasks"))
    assert tasks[["任务编码", "责任人工号", "任务类型", "状态", "完成日期"]].to_numpy().tolist() == [
        ["t2", "M2", "预警", "已完成", "2026-06-29"],
        ["t4", "M1", "核实", "处理中", ""],  # nobody's: the owner of the cell
        ["t1", "M1", "外呼", "处理中", ""],
    ]
    filings = read(export(busy, kind="filings"))
    assert filings[["集团编码", "客户经理工号", "建档日期", "协议状态"]].to_numpy().tolist() == [["W2", "M1", "2026-06-29", "已签订"]]


def test_of_one_manager_and_of_nobody_but_oneself(busy: Store) -> None:
    assert read(export(busy, manager_id="M2"))["集团编码"].tolist() == ["E0"]
    assert read(export(busy, MANAGER))["集团编码"].tolist() == ["W0"]
    assert read(export(busy, MANAGER, manager_id="M2"))["集团编码"].tolist() == ["W0"]  # asking for another's gives one's own
    nobody = Scope("p3", "x", "account_manager", HERE)
    assert len(read(export(busy, nobody))) == 0  # no manager, no records
    for role in ("executive", "visitor"):
        with pytest.raises(ScopeError):
            export(busy, Scope("p", "n", role, HERE))


def test_a_layout_that_was_kept_is_the_one_used_next_time(busy: Store) -> None:
    mapping = {"columns": [{"header": "客户", "source": "org_id"}, {"header": "渠道", "fixed": "网格"}], "words": []}
    crm.keep_layout(busy, ME, "XX", "visits", mapping, now_us=NOW_US + 1)
    assert read(export(busy)).to_numpy().tolist() == [["W0", "网格"], ["E0", "网格"]]
    assert read(export(busy, MANAGER)).columns.tolist() == ["客户", "渠道"]  # everybody of the branch
    with pytest.raises(ScopeError):
        crm.keep_layout(busy, MANAGER, "XX", "visits", mapping, now_us=NOW_US + 2)
    with pytest.raises(PlanError):
        crm.keep_layout(busy, ME, "XX", "visits", {"columns": [{"header": "x", "source": "phone"}]}, now_us=NOW_US + 3)
    assert read(export(busy)).columns.tolist() == ["客户", "渠道"]


@pytest.mark.parametrize("wrong", [{"kind": "contacts"}, {"form": "json"}, {"first": date(2026, 7, 1)}])
def test_what_the_crm_does_not_get(busy: Store, wrong: dict[str, object]) -> None:
    with pytest.raises(PlanError):
        export(busy, **wrong)  # type: ignore[arg-type]


def test_a_file_that_is_no_layout_is_named(tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text("{", "utf-8")
    for name in ("bad.json", "missing.json"):
        with pytest.raises(FileError, match=name):
            crm.layout_in_file(tmp_path / name)
