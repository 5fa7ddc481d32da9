"""Handover sheets out of a store: whose rights decide, on either database; and targets that hold from the plan's day."""

import io
import re
import shutil
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import openpyxl
import pypdfium2
import pytest

from gridmap.errors import FileError, PlanError, ScopeError
from gridmap.facts import measure
from gridmap.metrics import metric, target_for
from gridmap.plan import Move
from gridmap.reallocation.handover import moved_targets
from gridmap.scope import ROLES, Scope, operator
from gridmap.services.handover import SHEETS, handover_sheet, handover_zip, open_handover
from gridmap.settings import Rules, Settings
from gridmap.store import PlanOptions, PlanRecord, Store, create_plan, open_market, open_plan, open_store, publish_plan, take_step
from tests.conftest import NOW_US
from tests.gridmap.services.conftest import FILES, bring

ME = operator("tester")
RULES = Rules()
AUGUST = date(2026, 8, 1)
MORE = (
    ("managers", "manager_id,name,role\nM3,../../王芳,community\n"),
    (
        "organisations",
        (
            "org_id,name,tier,lat,lon,filed_on,opened_on\n"
            "F1,西江一号档案,C,22.7003,112.2204,2024-01-01,2020-01-01\nF2,西江二号档案,C,22.7303,112.2204,2024-01-01,2020-01-01\n"
        ),
    ),
    ("visits", "visit_id,org_id,manager_id,visited_at,outcome,next_due\nv1,F1,M1,2026-06-20,met,2026-08-20\n"),
    ("targets", "level,subject,metric,period,value\nmanager,M1,visits_owed,2026,9\n"),
)


def stock(store: Store) -> Store:
    """Bring what a handover is about; M1 owns the two cells in which F1 and F2 lie."""
    for table, text in MORE:
        bring(store, ME, table, text)
    bring(store, ME, "ownership", "cell,owner,valid_from\n" + "".join(f"{cell},M1,2026-01-01\n" for cell in cells_of(store).values()))
    return store


@pytest.fixture(scope="module")
def stocked(branch_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Give the small branch with these; each test drafts a plan of its own."""
    folder = tmp_path_factory.mktemp("handover")
    path = shutil.copy(branch_template, folder / "store.db")
    store = open_store(str(path), settings=Settings(snapshots=str(folder / "snapshots")), clock=lambda: NOW_US)
    yield stock(store)
    store.engine.dispose()


def cells_of(store: Store) -> dict[str, str]:
    table = open_market(store, ME, "XX").tables["organisations"].set_index("org_id")
    return table["cell"].loc[["F1", "F2"]].to_dict()


def drafted(store: Store, taker: str = "M2", **options) -> PlanRecord:
    moves = (Move(cells_of(store)["F1"], "cell", "M1", taker, "nearer"),)
    return create_plan(store, ME, "XX", title="调整 ../一", effective_on=AUGUST, now_us=NOW_US, moves=moves, options=PlanOptions(**options))


def sheet(store: Store, plan_id: int, key: str, *, who: Scope = ME, manager: str = "M1", language: str = "zh_CN") -> bytes:
    return handover_sheet(store, who, "XX", plan_id, manager, key, rules=RULES, language=language, now_us=NOW_US)


def test_a_sheet_says_what_the_plan_hands_over(stocked):
    found = drafted(stocked)
    data = sheet(stocked, found.plan_id, "pdf")
    with pypdfium2.PdfDocument(data) as document:
        text = re.sub(r"\s+", "", "".join(page.get_textpage().get_text_bounded() for page in document))
    for part in ("西江一号档案", "李明(M1)", "王芳(M2)", "2026-08-20", "2026-08-01"):
        assert part in text
    assert "西江二号档案" not in text
    book = openpyxl.load_workbook(io.BytesIO(sheet(stocked, found.plan_id, "xlsx", language="en")))
    assert "西江一号档案" in [cell.value for cell in book["Given"]["B"]]


def test_the_totals_agree_with_what_each_has_before_and_after(stocked):
    record, market, found = open_handover(stocked, ME, "XX", drafted(stocked).plan_id, rules=RULES, now_us=NOW_US)
    pair = found.pairs.loc[("M1", "M2")]
    moved = market.tables["organisations"]["cell"].eq(cells_of(stocked)["F1"]).sum()
    assert (pair["organisations"], pair["accounts"], pair["promises"], pair["cells"]) == (moved, 1, 1, 1)
    assert record.effective_on == found.effective_on == AUGUST


def test_the_plans_own_rule_for_open_visits_is_kept(stocked):
    staying = drafted(stocked, visits="stay", stay_until=date(2026, 9, 30))
    _record, _market, found = open_handover(stocked, ME, "XX", staying.plan_id, rules=RULES, now_us=NOW_US)
    item = found.items.iloc[0]
    assert (item["item_id"], item["now"], str(item["until"].date()), item["then"]) == ("v1", "M1", "2026-09-30", "M2")


def test_all_sheets_come_in_one_archive_from_which_nothing_leads_out(stocked):
    data = handover_zip(stocked, ME, "XX", drafted(stocked, "M3").plan_id, "pdf", rules=RULES, language="zh_CN", now_us=NOW_US)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        assert len(names) == 2
        assert all(re.fullmatch(r"plan_\d+_0[12]_M[13]_\w+\.pdf", name) for name in names)
        assert all(archive.read(name).startswith(b"%PDF") for name in names)


def test_a_manager_whom_the_plan_does_not_touch_is_refused_with_who_is(stocked):
    with pytest.raises(PlanError) as caught:
        sheet(stocked, drafted(stocked).plan_id, "pdf", manager="M9")
    assert "M1, M2" in str(caught.value.expected)


def test_a_format_that_does_not_exist_and_a_plan_without_moves_are_refused(stocked):
    found = drafted(stocked)
    with pytest.raises(FileError):
        sheet(stocked, found.plan_id, "docx")
    empty = create_plan(stocked, ME, "XX", title="nothing", effective_on=AUGUST, now_us=NOW_US)
    with pytest.raises(PlanError):
        handover_zip(stocked, ME, "XX", empty.plan_id, "pdf", rules=RULES, language="en", now_us=NOW_US)
    with pytest.raises(PlanError):
        sheet(stocked, 999, "pdf")


def test_who_may_not_see_names_or_plans_or_another_branch_gets_no_sheet(stocked):
    found = drafted(stocked)
    allowed = {"branch_manager", "chief", "planner", "administrator"}
    for role, _title in ROLES:
        who = Scope("p", "n", role, frozenset({"XX"}), "M1")
        if role in allowed:
            assert sheet(stocked, found.plan_id, "xlsx", who=who)
        else:
            with pytest.raises(ScopeError):
                sheet(stocked, found.plan_id, "xlsx", who=who)
    with pytest.raises(ScopeError):
        sheet(stocked, found.plan_id, "xlsx", who=Scope("p", "n", "branch_manager", frozenset({"YY"})))


def test_on_either_database_targets_published_with_a_plan_hold_from_its_day_and_the_old_ones_before(store):
    for table, text in FILES:
        bring(store, ME, table, text)
    found = drafted(stock(store))
    assert sheet(store, found.plan_id, "pdf").startswith(b"%PDF")
    for step in ("submit", "approve"):
        found = take_step(store, ME, "XX", found.plan_id, step, expected=found.version, now_us=NOW_US)
    market = open_market(store, ME, "XX")
    _record, plan = open_plan(store, ME, "XX", found.plan_id)
    facts = measure(market, plan.holders, as_of=date(2026, 6, 30), window_days=365, rules=RULES)
    targets = moved_targets(market, plan, facts, effective_on=AUGUST, rules=RULES)
    publish_plan(store, ME, "XX", found.plan_id, expected=None, now_us=NOW_US + 1_000_000, targets=targets)
    after = open_market(store, ME, "XX")
    read = [
        target_for(metric("visits_owed"), after.at("targets", day), RULES, level="manager", subject=who, as_of=day)
        for day in (date(2026, 7, 31), AUGUST)
        for who in ("M1", "M2")
    ]
    assert read == [9.0, None, 5.0, 4.0]  # one of two accounts: half of nine, rounded half to even
    assert sheet(store, found.plan_id, "xlsx", language="en")  # a published plan has its sheets still


def test_each_format_has_a_title(stocked):
    assert [key for key, title, _write in SHEETS if title] == ["pdf", "xlsx"]
