"""Handover sheets of the sample branch: somebody leaves, and the paper names every organisation as it is registered."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

import openpyxl
import pypdfium2
import pytest

from gridmap.facts import measure
from gridmap.market import day_end_us
from gridmap.plan import UNASSIGNED
from gridmap.reallocation.resignation import resignation, resigned
from gridmap.scope import operator
from gridmap.services.demo import build_demo
from gridmap.services.drafting import next_account_month
from gridmap.services.handover import handover_sheet, open_handover
from gridmap.settings import Settings
from gridmap.store import Store, create_plan, open_market, open_store, plan_as_of
from sample_geo import TODAY

ME = operator("tester")
NOW_US = day_end_us(TODAY, "Asia/Shanghai") - 1
RULES = Settings().rules


@dataclass(frozen=True)
class Leaving:
    """The sample with a plan in which the manager who holds most by name leaves."""

    store: Store
    branch_id: str
    plan_id: int
    manager_id: str

    def written(self, key: str) -> bytes:
        return handover_sheet(
            self.store, ME, self.branch_id, self.plan_id, self.manager_id, key, rules=RULES, language="zh_CN", now_us=NOW_US
        )


@pytest.fixture(scope="module")
def leaving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Leaving]:
    folder = tmp_path_factory.mktemp("sample")
    demo = build_demo(folder, seed=5, organisations=1500, scope=ME, settings=Settings(), now_us=NOW_US)
    store = open_store(str(demo.store), settings=Settings(snapshots=str(folder / "snapshots")), clock=lambda: NOW_US)
    market = open_market(store, ME, demo.branch_id)
    base = plan_as_of(store, ME, demo.branch_id, valid_us=NOW_US)
    facts = measure(market, base.holders, as_of=TODAY, window_days=365, rules=RULES)
    who = str(base.holders.value_counts().index[0])
    plan = resigned(base, resignation(market, base, facts, who, rules=RULES))
    day = next_account_month(TODAY)
    made = create_plan(store, ME, demo.branch_id, title=f"{who} 离职", effective_on=day, now_us=NOW_US, moves=plan.moves)
    yield Leaving(store, demo.branch_id, made.plan_id, who)
    store.engine.dispose()


@pytest.fixture(scope="module")
def given(leaving: Leaving):
    _record, market, found = open_handover(leaving.store, ME, leaving.branch_id, leaving.plan_id, rules=RULES, now_us=NOW_US)
    return found, found.organisations[found.organisations["giver"].eq(leaving.manager_id)], market


def test_everything_of_who_leaves_goes_to_somebody(leaving, given):
    found, organisations, _market = given
    assert len(organisations) == len(found.organisations) > 20
    assert organisations["taker"].ne(UNASSIGNED).all()
    # the account managers take no more than their posts allow
    taken = organisations[organisations["counted"] & organisations["named_after"]]["taker"].value_counts()
    assert taken.max() <= RULES.capacity_accounts


def test_the_paper_names_every_organisation(leaving, given):
    _found, organisations, _market = given
    with pypdfium2.PdfDocument(leaving.written("pdf")) as document:
        pages = [page.get_textpage().get_text_bounded() for page in document]
    text = re.sub(r"\s+", "", "".join(pages))
    lacking = [org_id for org_id in organisations.index if org_id not in text]
    assert lacking == []
    first = [name[:8] for name in organisations["name"]]  # a long name goes on in the next line of its column
    assert [name for name in first if name not in text] == []
    assert f"{len(pages)}/{len(pages)}" in text


def test_the_workbook_has_the_same_rows_and_the_same_totals(leaving, given):
    found, organisations, _market = given
    book = openpyxl.load_workbook(io.BytesIO(leaving.written("xlsx")))
    sheets = [book[name] for name in book.sheetnames]
    codes = [row[2].value for row in sheets[1].iter_rows(min_row=2)]
    assert codes == list(organisations.index)
    numbers = [[cell.value for cell in row if isinstance(cell.value, int | float)] for row in sheets[0].iter_rows()]
    sums = found.pairs.sum()
    expected = [sums[name] for name in ("cells", "organisations", "accounts", "prospects", "hours_asked", "promises", "tasks", "in_danger")]
    assert [row for row in numbers if row == pytest.approx(expected)], numbers
