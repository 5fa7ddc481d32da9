"""History: every role that may sees it, nobody else; the chosen change, cell, day and comparison are those of the ledger."""

import re
import shutil
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from bench.branches import BRANCH, NOW_US
from gridmap.plan import Move
from gridmap.scope import ROLES, Scope, operator
from gridmap.settings import Settings
from gridmap.store import create_plan, open_store, plan_as_of, publish_plan, record_change, take_step, undo_plan
from tests.pages.conftest import FRAME, PATIENCE_S

SECTIONS = ("changes", "over_time", "any_day", "comparing", "audit")
ALLOWED = ("executive", "branch_manager", "chief", "planner", "administrator")
AUGUST = date(2026, 8, 1)
MINUTE_US, DAY_US = 60_000_000, 86_400_000_000
ME = operator("test")
TRIPWIRE = "{{7*7}}<img src=x onerror=parent.__tripped=1>"


@pytest.fixture(scope="module")
def lived(branch_store, tmp_path_factory):
    """A copy of the branch, with a cell corrected, an organisation held, a plan published and undone; by name, what that was."""
    path = tmp_path_factory.mktemp("history") / "gridmap.db"
    source = Path(branch_store.location.removeprefix("sqlite:///"))
    for file in source.parent.glob(f"{source.name}*"):  # with what proves its audit chain
        if file.is_file():
            shutil.copy(file, path.parent / file.name)
    store = open_store(str(path), settings=Settings(snapshots=str(path.parent / "snapshots")))
    owners = plan_as_of(store, ME, BRANCH, valid_us=NOW_US).owners
    first, second = (str(owners.index[owners.eq(manager)][0]) for manager in ("m00", "m01"))
    boss = Scope("p-administrator", TRIPWIRE, "administrator", None)
    at = NOW_US + MINUTE_US
    move = pd.DataFrame({"layer": "cell", "subject": [second], "owner": "m02", "valid_from_us": NOW_US - 60 * DAY_US})
    named = pd.DataFrame({"layer": "holder", "subject": ["o0000001"], "owner": "m01", "valid_from_us": NOW_US - 60 * DAY_US})
    ids = {"correction": record_change(store, boss, BRANCH, pd.concat([move, named]), why=TRIPWIRE, now_us=at)}
    found = create_plan(store, boss, BRANCH, title="relief", effective_on=AUGUST, now_us=at, moves=[Move(first, "cell", "m00", "m03")])
    for step in ("submit", "approve"):
        take_step(store, boss, BRANCH, found.plan_id, step, expected=None, now_us=at, note="please")
    ids["plan"] = publish_plan(store, boss, BRANCH, found.plan_id, expected=None, now_us=at).change_id
    ids["undo"] = undo_plan(store, boss, BRANCH, found.plan_id, why="wrong street", now_us=at).undone_change_id
    store.engine.dispose()
    return {"location": store.location, "first": first, "second": second, **{name: str(number) for name, number in ids.items()}}


@pytest.fixture
def open_history(lived, serve):
    """Open the page as a person of a role, under an address."""
    serve(lived["location"])

    def opened(role="branch_manager", **address) -> AppTest:
        test = AppTest.from_file(FRAME, default_timeout=PATIENCE_S)
        test.session_state["who"] = f"p-{role}"
        for name, value in address.items():
            test.query_params[name] = value
        return test.run().switch_page("history.py").run()

    yield opened
    st.cache_resource.clear()


def table(test, column):
    return next(frame.value for frame in test.dataframe if column in frame.value.columns)


def texts(test) -> str:
    return "\n".join([each.value for each in test.text] + [each.value for each in test.caption])


@pytest.mark.parametrize(
    ("role", "section"), [*(("executive", each) for each in SECTIONS), *(("planner", each) for each in SECTIONS[1:]),
                          *((role, SECTIONS[0]) for role in ALLOWED if role != "executive")]
)  # fmt: skip
def test_who_may_see_history_sees_every_section(open_history, lived, role, section):
    test = open_history(role, part=section, change=lived["plan"], cell=lived["first"])
    assert not test.exception
    assert not test.error
    assert test.title[0].value == "Who changed what, and who owned which cell when?"


@pytest.mark.parametrize("role", [role for role, _ in ROLES if role not in ALLOWED])
def test_the_page_is_hidden_from_everybody_else(open_history, role):
    with pytest.raises(ValueError, match=r"Known pages: .*overview\.py") as refused:  # the navigation has no such page
        open_history(role)
    assert "history.py" not in str(refused.value).partition("Known pages")[2]


def test_the_page_itself_refuses(lived, serve):
    """Whatever the navigation shows: the page asks for the right before anything else."""
    serve(lived["location"])
    test = AppTest.from_string(
        "from gridmap.errors import ScopeError\n"
        "from pages.parts import session\n"
        "import streamlit as st\n"
        "st.session_state['who'] = 'p-community_manager'\n"
        "st.session_state['view'] = {'branch': 'bench'}\n"
        "try:\n"
        "    session.require('see_history')\n"
        "except ScopeError as error:\n"
        "    st.text('refused')\n"
        "from pages.parts.past.branch import open_past\n"
        "try:\n"
        "    open_past(session.scope(), 'bench')\n"
        "except ScopeError as error:\n"
        "    st.text('refused again')\n",
        default_timeout=PATIENCE_S,
    ).run()
    assert not test.exception
    assert [each.value for each in test.text] == ["refused", "refused again"]


def test_changes_are_listed_and_the_chosen_one_is_told_whole(open_history, lived):
    test = open_history(change=lived["plan"])
    listed = table(test, "why")
    assert [str(number) for number in listed["change_id"]][:3] == [lived["undo"], lived["plan"], lived["correction"]]
    assert listed["kind"].tolist()[:3] == ["Plan undone", "Plan published (undone)", "Move"]
    moves = table(test, "giver")
    assert moves["name"].tolist() == [lived["first"]]
    assert moves["first"].tolist() == ["Aug 1, 2026"]
    assert "relief" in texts(test)
    assert "please" in texts(test)
    test.button("change_other").click().run()
    assert test.session_state["view"]["change"] == lived["undo"]


def test_the_list_is_narrowed_by_what_was_changed(open_history, lived):
    test = open_history()
    test.text_input("changes_subject").set_value(lived["second"]).run()
    assert str(table(test, "why")["change_id"].iloc[0]) == lived["correction"]
    test.text_input("changes_subject").set_value("nothing of the kind").run()
    assert test.info[0].value.startswith("No change")
    test.text_input("changes_subject").set_value("").run()
    test.selectbox("pick_changes_kind_en").select("undo").run()
    assert [str(number) for number in table(test, "why")["change_id"]] == [lived["undo"]]


def test_a_change_of_another_number_is_passed_over(open_history):
    test = open_history(change="999999")
    assert not test.exception
    assert not test.error
    assert "change" not in test.session_state["view"]


def test_a_cell_over_time_with_and_without_what_was_corrected(open_history, lived):
    test = open_history(part="over_time", cell=lived["second"])
    story = table(test, "recorded")
    assert len(story) == 2
    assert story["last"].tolist()[1] == "no end"
    test.toggle("over_time_corrected").set_value(True).run()
    every = table(test, "replaced")
    assert every["state"].tolist() == ["Recorded", "Recorded", "Corrected later"]
    assert every["replaced"].tolist()[2] == lived["correction"]
    assert test.session_state["view"]["cell"] == lived["second"]


def test_names_of_organisations_are_shown_to_those_who_may_see_them_only(open_history):
    shown = {
        role: table(open_history(role, part="over_time", subject="org", org="o0000001"), "sponsor") for role in ("planner", "executive")
    }
    assert shown["planner"]["org_id"].tolist() == shown["executive"]["org_id"].tolist() == ["o0000001"]
    assert all(shown["planner"]["name"])
    assert "name" not in shown["executive"]


def test_an_executive_reads_the_number_of_an_organisation_where_others_read_its_name(open_history, lived):
    named = {role: table(open_history(role, change=lived["correction"]), "giver") for role in ("planner", "executive")}
    rows = {role: frame.loc[frame["what"].eq("Held by name"), "name"].tolist() for role, frame in named.items()}
    assert rows["executive"] == ["o0000001"]
    assert rows["planner"] != ["o0000001"]


def test_the_slider_runs_over_the_days_of_change_and_what_was_known_then(open_history, lived):
    test = open_history(part="any_day", day="2026-08-01")
    assert test.select_slider[0].options[:2] == ["Jul 2, 2025", "May 3, 2026"]
    assert len(test.select_slider[0].options) == 3, "the undone plan is no day of change"
    then = open_history(part="any_day", day="2026-05-03")
    assert "1 cell changed hands that day." in texts(then)
    owners = table(then, "cells").set_index("manager")
    assert sorted(owners["change"]) == ["", "", "", "+1", "\N{MINUS SIGN}1"]
    assert owners["cells"].sum() == table(test, "cells")["cells"].sum()


def test_cells_of_another_grid_are_told_where_the_map_cannot_draw_them():
    def part() -> None:  # which runs as a script of its own
        import pandas as pd  # noqa: PLC0415

        from gridmap.scope import operator  # noqa: PLC0415
        from gridmap.services.history import Moment  # noqa: PLC0415
        from pages.parts.past.branch import PastOf, tell_other_grid  # noqa: PLC0415
        from tests import builders  # noqa: PLC0415

        past, moment = PastOf(operator("test"), builders.seven_cells(), builders.AS_OF), Moment(builders.AS_OF)
        foreign = pd.Series({"8001fffffffffff": "cm1", builders.MID: "cm1"}, dtype="str")
        tell_other_grid(past, moment, builders.plan())
        tell_other_grid(past, moment, builders.plan(owners=foreign))

    test = AppTest.from_function(part, default_timeout=PATIENCE_S).run()
    assert not test.exception
    assert [each.value for each in test.info] == [
        "Jun 30, 2026: an owner had 1 cell that is not of that day's grid as known now, so the map does not show it."
    ]


def test_before_anything_was_recorded_nobody_was_known_to_own_anything(open_history):
    test = open_history(part="any_day", day_as="then", day_known="2026-01-01")
    assert not test.exception
    assert table(test, "cells")["manager"].tolist() == ["Nobody"]


def test_two_dates_and_then_against_now(open_history, lived):
    test = open_history(part="comparing", before="2026-05-02", after="2026-05-03")
    assert table(test, "giver_name")["what"].tolist() == ["Cell", "Held by name"]
    assert table(test, "giver_name")["name"].iloc[0] == lived["second"]
    people = table(test, "cells_gained")
    assert people["cells_gained"].sum() == people["cells_lost"].sum() == 1
    same = open_history(part="comparing", before="2026-06-01", after="2026-06-01")
    assert "Nothing differs between the two." in texts(same)
    known = open_history(part="comparing", before="2026-06-01", before_as="then", before_known="2026-01-01", after="2026-06-01")
    assert len(table(known, "giver_name")) > 50


def test_the_audit_chain_is_told(open_history):
    test = open_history(part="audit")
    assert [metric.label for metric in test.metric] == ["Entries", "Problems", "Head last moved"]
    assert int(test.metric[0].value) > 0
    assert test.metric[1].value == "0"
    test.button("audit_whole").click().run()
    assert "every record" in test.success[0].value


def test_nothing_of_the_data_is_read_as_markdown(open_history, lived):
    test = open_history(change=lived["correction"])
    assert TRIPWIRE in texts(test)
    assert not any("7*7" in each.value for each in (*test.markdown, *test.caption, *test.subheader))


def test_the_whole_page_speaks_one_language_at_a_time(open_history):
    test = open_history(part="comparing")
    test.session_state["language"] = "zh_CN"
    test.run()
    assert not test.exception


@pytest.mark.parametrize(
    "hostile",
    [
        {"part": "no_such_part"},
        {"part": "<script>"},
        {"change": "1 OR 1=1"},
        {"part": "over_time", "cell": "nowhere"},
        {"part": "over_time", "subject": "org", "org": "nobody"},
        {"part": "any_day", "day": "1900-01-01"},
        {"part": "any_day", "day_as": "then", "day_known": "9999-99-99"},
        {"part": "comparing", "before": "0001-01-01", "after": "9999-12-31"},
    ],
)
def test_a_link_cannot_ask_for_what_is_not_there(open_history, hostile):
    test = open_history(**hostile)
    assert not test.exception
    assert not test.error
    assert re.match("Who changed what", test.title[0].value)
