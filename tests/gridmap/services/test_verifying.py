"""A round of verification through its files: sent as a workbook, filled in, read in both languages, accepted, taken back."""

import io
from datetime import UTC, datetime

import openpyxl
import pandas as pd
import pytest

from bench.branches import BRANCH, NOW_US, TODAY, make_store
from gridmap.errors import Conflict, PlanError, ScopeError
from gridmap.scope import Scope, operator
from gridmap.services.verifying import accept, list_to_send, read_list, take_back
from gridmap.settings import Settings
from gridmap.store import open_market, read_table, write_rows
from gridmap.tables.words import choice_words, plain_word
from gridmap.texts import LANGUAGES, translator
from gridmap.verification import ACCEPTED, ANSWERS, ASKED

ME = operator("test")


@pytest.fixture
def opened(tmp_path):
    store = make_store(tmp_path, cells=20, organisations=30)
    return store, open_market(store, ME, BRANCH)


def sent(market, language="en", scope=ME, **changes):
    asked = {"towns": [], "which": "all", "as_of": TODAY, "told": (("Branch", "=cmd|' /C calc'!A0"),), **changes}
    return list_to_send(scope, market, language=language, made_at=datetime(2026, 7, 1, tzinfo=UTC), **asked)


def filled(data, fill):
    """Let somebody work on the workbook: `fill` is called with the sheet and the column numbers by place."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    fill(book.worksheets[0])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def read(market, data, language="en"):
    return read_list(ME, market, data, "back.xlsx", settings=Settings(), as_of=TODAY, today=TODAY, language=language)


def column(sheet, *titles):
    return next(each.column for each in sheet[1] if each.value in titles)


@pytest.mark.parametrize(
    ("language", "answer", "there", "gone"), [("en", "Answer", "It is there", "gone"), ("zh_CN", "核实结果", "在", "已搬")]
)
def test_a_list_goes_out_comes_back_is_accepted_and_taken_back(opened, language, answer, there, gone):
    store, market = opened
    codes = []

    def fill(sheet):
        at, name = column(sheet, answer), column(sheet, "Name", "名称")
        codes.extend(sheet.cell(row, 1).value for row in (2, 3, 4))
        sheet.cell(2, at).value, sheet.cell(3, at).value, sheet.cell(4, name).value = there, gone, "改名公司"
        end = sheet.max_row + 1
        sheet.cell(end, name).value, sheet.cell(end, at).value = "新开的店", there

    data = sent(market, language)
    assert [each.title for each in openpyxl.load_workbook(io.BytesIO(data)).worksheets][1:] != []
    returned = read(market, filled(data, fill), language)
    assert not [each for each in returned.findings if each.severity == "error"]
    states = returned.rows.set_index("org_id")["state"]
    assert states[codes].tolist() == ["confirmed", "gone", "changed"]
    found = states.index[states == "found"].tolist()
    assert len(found) == 1
    assert (states == "open").sum() == len(market.at("organisations", TODAY)) - 3
    before = read_table(store, ME, BRANCH, "organisations", valid_us=NOW_US).set_index("org_id")
    chosen = states.index[states.isin(ACCEPTED)]
    done = accept(store, ME, market, returned, chosen, as_of=TODAY, now_us=NOW_US + 10**9)
    assert done.written == 4
    after = read_table(store, ME, BRANCH, "organisations", valid_us=NOW_US).set_index("org_id")
    assert after.loc[codes[2], "name"] == "改名公司"
    assert after.loc[codes[1], "closed_on"] == pd.Timestamp(TODAY)
    assert after.loc[found[0], "name"] == "新开的店"
    assert after.loc[[codes[0], codes[2]], "verified_on"].eq(pd.Timestamp(TODAY)).all()
    with pytest.raises(Conflict, match="Somebody else changed"):
        accept(store, ME, market, returned, [codes[2]], as_of=TODAY, now_us=NOW_US + 2 * 10**9)
    take_back(store, ME, market, done, now_us=NOW_US + 3 * 10**9)
    back = read_table(store, ME, BRANCH, "organisations", valid_us=NOW_US).set_index("org_id")
    kept = [*ASKED, "stage", "closed_on", "verified_on", "surveyed_on", "source"]
    pd.testing.assert_frame_equal(back.loc[before.index, kept], before[kept], check_dtype=False)
    assert back.loc[found[0], "closed_on"] == pd.Timestamp(TODAY), "what was found is closed again; history is only added to"


@pytest.mark.parametrize("language", [key for key, _title in LANGUAGES])
def test_every_answer_that_can_be_chosen_in_the_workbook_is_understood(language):
    known = choice_words("answer", tuple(key for key, _words in ANSWERS))
    assert {key: known.get(plain_word(translator(language)(words))) for key, words in ANSWERS} == {key: key for key, _words in ANSWERS}


def test_nothing_in_the_list_is_a_formula_and_the_round_trip_keeps_every_value(opened):
    store, market = opened
    odd = pd.DataFrame({"org_id": ["odd"], "name": ["=cmd|' /C calc'!A0"], "address": "@sum(1)", "room": "007", "stage": "prospect"})
    told = {"as_of": None, "file_name": "x.csv", "file_sha256": "x", "mapping": {}, "source": ""}
    write_rows(store, ME, BRANCH, "organisations", odd, now_us=NOW_US + 10**9, **told)
    market = open_market(store, ME, BRANCH)
    data = sent(market)
    cells = [cell for sheet in openpyxl.load_workbook(io.BytesIO(data)).worksheets for row in sheet for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    returned = read(market, data)
    assert set(returned.rows["state"]) == {"open"}
    assert returned.differences.empty


def test_who_may_not_is_refused_and_an_empty_list_is_not_sent(opened):
    store, market = opened
    executive, community = (Scope("p", "p", role, frozenset({BRANCH}), "m01") for role in ("executive", "community_manager"))
    for scope in (executive, community):
        with pytest.raises(ScopeError):
            sent(market, scope=scope)
        with pytest.raises(ScopeError):
            read_list(scope, market, b"", "x.xlsx", settings=Settings(), as_of=TODAY, today=TODAY, language="en")
    with pytest.raises(PlanError, match="No organisation is on this list"):
        sent(market, towns=["nowhere"])
    returned = read(market, sent(market))
    with pytest.raises(PlanError, match="No answer was chosen"):
        accept(store, ME, market, returned, returned.rows["org_id"], as_of=TODAY, now_us=NOW_US + 10**9)
    with pytest.raises(ScopeError):
        accept(store, executive, market, returned, ["x"], as_of=TODAY, now_us=NOW_US)
