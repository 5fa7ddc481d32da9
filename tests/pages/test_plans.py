"""A plan on the Territories page: begun, edited, judged, brought to publication and taken back, each by who may."""

from datetime import date, timedelta

import pandas as pd
import pytest

from bench.branches import BRANCH, NOW_US, TODAY
from gridmap.market import day_end_us
from gridmap.scope import operator
from gridmap.store import open_plan, plan_as_of, plans, record_change
from pages.shared import app

WHO = operator("test")
DAY = date(2026, 6, 1)  # before the last day with data, so that what is published is seen on today's map


def begun(own_page, title="Relief", **address):
    """A branch manager's page on a new draft that shall hold from the last day with data."""
    test = own_page("territories.py", **address)
    test.session_state["new_plan"] = True
    test.run()
    test.text_input("new_plan_title").set_value(title)
    test.date_input("new_plan_day").set_value(DAY)
    return test.button("new_plan_begin").click().run()


def open_tab(test, name):
    test.session_state["held_draft_tab"] = name
    return test.run()


def box(test, label):
    return next(each for each in test.selectbox if each.label == label)


def select_cells_of(test, manager):
    """Select all cells of a manager through the table of cells."""
    open_tab(test, "cells")
    box(test, "Manager").set_value(manager).run()
    return test.button("cells_replace").click().run()


def assigned(test, giver, taker):
    """Give all cells of one manager to another, or to nobody."""
    select_cells_of(test, giver)
    if not taker:
        return test.button("draft_release").click().run()
    box(test, "Give to").set_value(taker).run()
    return test.button("draft_assign").click().run()


def owners(day=TODAY):
    return dict(plan_as_of(app.store(), WHO, BRANCH, valid_us=day_end_us(day, "Asia/Shanghai") - 1).owners_now)


def moves():
    plan_id = int(plans(app.store(), WHO, BRANCH)["plan_id"].iloc[0])
    return {move.subject: (move.giver, move.taker) for move in open_plan(app.store(), WHO, BRANCH, plan_id)[1].moves}


def texts(test):
    return " | ".join(each.value for each in test.text)


def shown(test, heading):
    """The table on the page that has this heading."""
    return next(frame.value for frame in test.dataframe if heading in frame.value.columns)


def test_a_plan_goes_the_whole_way_and_back(own_page):
    test = begun(own_page)
    before = owners()
    of_first = {cell for cell, owner in before.items() if owner == "m01"}
    assigned(test, "m01", "m03")
    assert not test.exception
    assert moves() == dict.fromkeys(of_first, ("m01", "m03"))
    effect = shown(open_tab(test, "effect"), "Cells").set_index("Mark")
    assert f"{len(of_first)} → 0" in set(effect["Cells"])
    assert effect.index[0] == "nobody"
    test.button("step_submit").click().run()
    assert "step_reopen" in {button.key for button in test.button}, test.error

    approver = own_page("territories.py", "executive", plan="1", branch=BRANCH)
    assert "draft_assign" not in {button.key for button in approver.button}
    approver.button("step_approve").click().run()
    approver.button("step_publish").click().run()
    assert not approver.exception
    assert owners() == {cell: "m03" if cell in of_first else owner for cell, owner in before.items()}
    today = shown(own_page("territories.py"), "fill")
    assert sorted(today["cells"]) == sorted([91 - len(before), 0, *pd.Series(owners()).value_counts()])

    approver.text_area("undo_why").set_value("agreed otherwise")
    approver.button("step_undo").click().run()
    assert owners() == before
    assert "step_undo" not in {button.key for button in approver.button}


def test_edits_are_undone_and_made_again_one_by_one(own_page):
    test = begun(own_page)
    assigned(test, "m01", "m03")
    first = moves()
    assigned(test, "m00", "")
    second = moves()
    test.button("draft_undo").click().run()
    assert moves() == first
    test.button("draft_undo").click().run()
    assert moves() == {}
    assert test.button("draft_undo").disabled
    test.button("draft_redo").click().run()
    test.button("draft_redo").click().run()
    assert moves() == second


def test_somebody_elses_save_is_said_and_not_overwritten(own_page):
    mine = begun(own_page)
    theirs = own_page("territories.py", "administrator", plan="1", branch=BRANCH)
    select_cells_of(mine, "m01")
    box(mine, "Give to").set_value("m03").run()
    assigned(theirs, "m00", "m03")
    kept = moves()
    mine.button("draft_assign").click().run()
    assert moves() == kept
    assert any("not saved" in warning.value for warning in mine.warning)
    assert "<b>张</b>{{7*7}}" in set(shown(mine, "Who")["Who"]), "who saved it"
    assert f"{len(kept)} moves" in texts(mine), "what is there now is shown"
    mine.button("draft_assign").click().run()
    assert len(moves()) > len(kept), "and the next step is saved on top of it"


def test_what_is_locked_stays_and_says_why(own_page):
    test = begun(own_page)
    select_cells_of(test, "m01")
    test.button("draft_lock").click().run()
    box(test, "Give to").set_value("m03").run()
    test.button("draft_assign").click().run()
    assert moves() == {}
    assert any("not moved" in warning.value for warning in test.warning)
    test.button("draft_lock").click().run()
    test.button("draft_assign").click().run()
    assert len(moves()) > 0
    test.button("draft_lock_all").click().run()
    test.button("draft_release").click().run()
    assert "Everything is locked." in texts(test)


def test_two_managers_swap_what_they_have(own_page):
    test = begun(own_page)
    before = owners()
    box(test, "First manager").set_value("m01").run()
    box(test, "The other").set_value("m03").run()
    test.button("draft_swap").click().run()
    assert moves() == {cell: (owner, {"m01": "m03", "m03": "m01"}[owner]) for cell, owner in before.items() if owner in ("m01", "m03")}


def test_the_next_cell_without_an_owner_is_selected_and_marked(own_page):
    test = begun(own_page)
    free = 91 - len(owners())
    assert f"{free} cell" in texts(test)
    test.button("draft_next_free").click().run()
    cell = test.session_state["view"]["cell"]
    assert cell not in owners()
    assert "1 cell selected" in texts(test)


def test_codes_can_be_pasted_and_strangers_are_named(own_page):
    test = begun(own_page)
    cell = min(owners())
    open_tab(test, "cells")
    test.text_area("draft_codes").set_value(f"{cell.upper()}, no-such\n<b>{{{{7*7}}}}</b>")
    test.button("cells_codes").click().run()
    assert "1 cell selected" in texts(test)
    assert "no-such, <b>{{7*7}}</b>" in texts(test)


def test_the_check_leads_to_the_place_and_selects_what_is_meant(own_page):
    test = begun(own_page)
    half = sorted(cell for cell, owner in owners().items() if owner == "m01")[::2]
    open_tab(test, "cells")
    test.text_area("draft_codes").set_value(" ".join(half))
    test.button("cells_codes").click().run()
    box(test, "Give to").set_value("m03").run()
    test.button("draft_assign").click().run()
    test.button("draft_clear").click().run()
    open_tab(test, "check")
    shows = [button for button in test.button if button.key.startswith("problem_show_")]
    assert shows
    shows[0].click().run()
    assert test.session_state["view"]["cell"] in set(owners()) | set(half)
    assert "centre" in test.session_state["view"]
    next(button for button in test.button if button.key.startswith("problem_select_")).click().run()
    assert "selected" in texts(test)


def test_what_blocks_is_listed_first_and_refuses_the_plan(own_page):
    test = begun(own_page)
    assigned(test, "m01", "m03")
    cell = min(moves())
    test.button("draft_clear").click().run()
    open_tab(test, "cells")
    test.text_area("draft_codes").set_value(cell)
    test.button("cells_codes").click().run()
    test.button("draft_lock").click().run()  # a moved cell that is locked afterwards
    open_tab(test, "check")
    assert any("1 problem blocks" in error.value for error in test.error)
    test.button("step_submit").click().run()
    assert any("could not be done" in error.value for error in test.error)
    assert plans(app.store(), WHO, BRANCH)["state"].iloc[0] == "draft"


def test_one_managers_changes_are_one_press_away(own_page):
    test = begun(own_page, manager="m01")
    assigned(test, "m01", "m03")
    count = len(moves())
    open_tab(test, "manager")
    assert box(test, "What changes for").value == "m01"
    summary = shown(test, "gained").set_index("what")
    assert (summary.loc["Cells", "lost"], summary.loc["Cells", "after"]) == (count, 0)
    box(test, "What changes for").set_value("m03").run()
    assert shown(test, "gained").set_index("what").loc["Cells", "gained"] == count


def test_open_visits_can_stay_for_a_time_and_sheets_are_for_who_sees_names(own_page):
    test = begun(own_page)
    assigned(test, "m01", "m03")
    open_tab(test, "handover")
    test.radio("draft_visits").set_value("stay").run()
    test.date_input("draft_stay_until").set_value(date(2026, 7, 31)).run()
    record, _plan = open_plan(app.store(), WHO, BRANCH, 1)
    assert (record.options.visits, record.options.stay_until) == ("stay", date(2026, 7, 31))
    assert {"sheet_pdf", "sheet_xlsx"} <= {each.key for each in test.get("download_button")}
    test.button("step_submit").click().run()
    other = own_page("territories.py", "executive", plan="1", branch=BRANCH)
    open_tab(other, "handover")
    assert not other.get("download_button")
    assert "Jul 31, 2026" in texts(other)


def test_a_stale_plan_shows_who_and_is_brought_up_to_date(own_page):
    test = begun(own_page)
    assigned(test, "m01", "m03")
    cells = sorted(moves())
    at = day_end_us(DAY - timedelta(days=1), "Asia/Shanghai")
    row = pd.DataFrame({"layer": "cell", "subject": cells[:1], "owner": "m02", "valid_from_us": at})
    record_change(app.store(), WHO, BRANCH, row, why="otherwise", now_us=NOW_US + 10**9)
    test.run()
    conflict = shown(test, "Changed by")
    assert list(conflict["Changed by"]) == ["test"]
    assert cells[0] in conflict["What"].iloc[0]
    test.button("draft_rebase").click().run()
    assert moves()[cells[0]] == ("m02", "m03")
    assert not [warning for warning in test.warning if "out of date" in warning.value]


def test_a_rejection_needs_a_reason_and_a_comment_stands_with_its_author(own_page):
    test = begun(own_page)
    assigned(test, "m01", "m03")
    test.button("step_submit").click().run()
    approver = own_page("territories.py", "executive", plan="1", branch=BRANCH)
    approver.button("step_reject").click().run()
    assert any("could not be done" in error.value for error in approver.error)
    approver.text_area("why_reject").set_value("too many")
    approver.button("step_reject").click().run()
    open_tab(approver, "comments")
    approver.text_input("draft_comment").set_value("see you on Monday")
    approver.button("draft_comment_add").click().run()
    notes = shown(approver, "note")
    assert list(notes["note"])[:2] == ["see you on Monday", "too many"]


@pytest.mark.parametrize(("role", "plans_seen", "drafts"), [
    ("branch_manager", True, True), ("administrator", True, True), ("executive", True, False), ("planner", True, False),
    ("chief", True, False), ("account_manager", False, False), ("community_manager", False, False),
])  # fmt: skip
def test_who_sees_plans_and_who_drafts_them(own_page, role, plans_seen, drafts):
    begun(own_page, title="{{7*7}} **bold**")
    test = own_page("territories.py", role, plan="1", branch=BRANCH)
    assert not test.exception
    keys = {button.key for button in test.button}
    assert any(each.label == "Show" for each in test.selectbox) == plans_seen
    assert ("draft_next_free" in keys) == plans_seen
    assert ("draft_assign" in keys) == drafts
    assert "step_approve" not in keys


def test_an_address_with_a_plan_that_is_not_there_opens_today(own_page):
    test = own_page("territories.py", plan="99")
    assert not test.exception
    assert test.session_state["view"]["plan"] == "today"


def test_title_and_first_day_of_a_draft_can_be_changed(own_page):
    test = begun(own_page)
    test.text_input("heading_title").set_value("Relief of the west")
    test.date_input("heading_day").set_value(DAY + timedelta(days=3))
    test.button("heading_save").click().run()
    assert not test.exception
    listed = plans(app.store(), WHO, BRANCH).iloc[0]
    assert (listed["title"], listed["effective_on"]) == ("Relief of the west", DAY + timedelta(days=3))
