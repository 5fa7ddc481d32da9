"""Suggest on a draft: asked, searched, understood, accepted in whole or in part, and refused to whoever may not."""

import time

import pytest

from gridmap.store import plans
from gridmap.territories.request import CAPACITY, Limit
from pages.parts.suggesting import limits_table
from pages.shared import app
from tests.pages.test_plans import BRANCH, WHO, begun, moves, open_tab, texts

PATIENT_S = 60


def asked(test, **chosen):
    """Ask with a limit of cells that the branch does not keep, and wait for the answer."""
    test.session_state["held_picked_suggest_aim"] = "hours"
    test.session_state["held_picked_suggest_way"] = chosen.get("way", "best")
    open_tab(test, "suggest")
    if "cells" in chosen:
        test.number_input("suggest_cells").set_value(chosen["cells"]).run()
    test.button("suggest_ask").click().run()
    return waited(test)


def waited(test):
    until = time.monotonic() + PATIENT_S
    while any(button.key == "suggest_cancel" for button in test.button):
        assert time.monotonic() < until
        time.sleep(0.2)
        test.run()
    assert not test.exception
    return test


def keys(test):
    return {button.key for button in test.button}


@pytest.mark.parametrize("way", ["best", "shortest"])
def test_an_answer_is_accepted_into_the_draft_and_can_be_undone(own_page, way):
    test = asked(begun(own_page), way=way)
    assert moves() == {}
    assert {"suggest_accept", "suggest_none"} <= keys(test)
    assert any(metric.label == "Cells" for metric in test.metric)
    test.button("suggest_accept").click().run()
    made = moves()
    assert 0 < len(made) <= 12
    assert "suggest_accept" not in keys(test)
    assert plans(app.store(), WHO, BRANCH)["state"].tolist() == ["draft"]
    test.button("draft_undo").click().run()
    assert moves() == {}
    assert "suggest_accept" in keys(test), "what was undone can be accepted again"


def test_an_answer_can_be_laid_aside(own_page):
    test = asked(begun(own_page))
    test.button("suggest_none").click().run()
    assert moves() == {}
    assert "suggest_ask" in keys(test)


def test_what_has_to_give_can_be_allowed(own_page):
    test = asked(begun(own_page), cells=1)
    relaxing = [key for key in keys(test) if str(key).startswith("suggest_relax_") and key != "suggest_relax_all"]
    assert relaxing
    assert any("allow" in each.value or "ask for" in each.value for each in test.text)
    key = "suggest_relax_all" if "suggest_relax_all" in keys(test) else relaxing[0]
    waited(test.button(key).click().run())
    assert any("All limits are kept" in each.value for each in test.success)


def test_the_curve_lets_a_point_be_chosen(own_page):
    test = asked(begun(own_page), way="curve")
    slider = test.select_slider("suggest_point_slider")
    assert "0" in [str(option) for option in slider.options]
    before = texts(test)
    slider.set_value(0).run()
    assert texts(test) != before
    assert "suggest_accept" not in keys(test)


def test_numbers_of_managers_are_told(own_page):
    test = begun(own_page)
    test.session_state["held_picked_suggest_aim"] = "accounts"
    test.session_state["held_picked_suggest_way"] = "numbers"
    open_tab(test, "suggest")
    waited(test.button("suggest_ask").click().run())
    said = [each.value for each in (*test.success, *test.error)]
    assert any("manager" in text for text in said)
    assert any("managers" in frame.value.columns for frame in test.dataframe)


def test_a_suggestion_may_be_where_a_draft_begins(own_page):
    test = own_page("territories.py")
    test.session_state["new_plan"] = True
    test.session_state["held_picked_new_plan_way"] = "suggested"
    test.run()
    test.text_input("new_plan_title").set_value("Fair shares")
    test.button("new_plan_begin").click().run()
    assert "suggest_ask" in keys(test)


def test_what_cannot_be_meant_is_said_with_what_to_do(own_page):
    test = begun(own_page)
    test.button("draft_lock_all").click().run()
    asked(test)
    assert any("could not be done" in each.value for each in test.error)
    assert "Everything is locked" in texts(test)


def test_who_may_not_change_ownership_is_offered_nothing(own_page):
    begun(own_page)
    test = own_page("territories.py", role="executive", plan="1")
    open_tab(test, "suggest")
    assert "suggest_ask" not in keys(test)
    assert any("by who may change ownership" in each.value for each in test.info)


def test_limits_are_read_out_of_the_table():
    import pandas as pd  # noqa: PLC0415

    rows = [{"within": None, "least": None, "most": None, "own": False} for _each in limits_table.MEASURES]
    rows[0] |= {"own": True}
    rows[1] |= {"within": 10.0}
    rows[2] |= {"least": 5.0, "most": 40.0}
    rows[6] |= {"own": True}  # cells have no capacity
    assert limits_table.read(pd.DataFrame(rows)) == (
        Limit("accounts", most=CAPACITY),
        Limit("hours", tolerance=0.1),
        Limit("prospects", least=5.0, most=40.0),
    )
