"""White space: parks, cells in a vacuum, ground nobody walked and organisations without a place, and the way from there to a draft."""

from gridmap.store import plans
from pages.shared import app
from tests.pages.test_plans import BRANCH, WHO, texts


def listed(open_page, part, role="planner"):
    test = open_page("white_space.py", role=role, part=part)
    assert not test.exception
    return test


def keys(test):
    return {button.key for button in test.button}


def test_each_list_is_shown_to_the_planner(open_page):
    for part, heading in (("parks", "do"), ("cells", "quiet"), ("attacked", None), ("ground", "unknown"), ("unplaced", None)):
        test = listed(open_page, part)
        assert {metric.label for metric in test.metric} >= {"Cells of nobody", "Quiet cells"}
        if heading:
            assert any(heading in frame.value.columns for frame in test.dataframe) or test.success, part


def test_a_planner_proposes_and_a_branch_manager_drafts(own_page):
    test = own_page("white_space.py", role="planner", part="cells")
    assert "vacuum_draft" not in keys(test)
    test = own_page("white_space.py", part="cells")
    if any("No such cell" in each.value for each in test.success):
        return
    assert "vacuum_draft" in keys(test)
    test.button("vacuum_draft").click().run()
    assert not test.exception
    assert plans(app.store(), WHO, BRANCH)["state"].tolist() == ["draft"]
    assert "selected" in texts(test)


def test_quiet_cells_follow_the_days(open_page):
    test = listed(open_page, "cells")
    test.session_state["held_picked_vacant_kind"] = "quiet"
    test.run()
    few = test.metric[4].value
    test.number_input("vacant_quiet").set_value(7).run()
    assert not test.exception
    assert int(test.metric[4].value.replace(",", "")) >= int(few.replace(",", ""))


def test_who_only_sees_their_own_cells_does_not_open_it(open_page):
    test = open_page("overview.py", role="community_manager")
    assert not test.exception
    test = open_page("white_space.py", role="community_manager")
    assert not any(metric.label == "Cells of nobody" for metric in test.metric)
