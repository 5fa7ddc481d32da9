"""The page Targets: the answer in its first sentence, each part by role, a target set and taken back."""

import pytest

from bench.branches import BRANCH
from gridmap.store import open_market
from pages.parts.aims.sections import SECTIONS
from pages.shared import app
from tests.pages.test_plans import WHO, texts


@pytest.mark.parametrize("part", [key for key, _text, _show in SECTIONS])
@pytest.mark.parametrize("role", ["executive", "branch_manager", "community_manager"])
def test_every_part_is_shown_to_every_role(open_page, role, part):
    test = open_page("targets.py", role=role, part=part)
    assert not test.exception
    assert not test.error
    assert any(" targets " in each.value or "target" in each.value for each in test.text)


def test_the_sentence_says_how_many_targets_are_missed_and_which_most(open_page):
    test = open_page("targets.py", role="branch_manager", part="standing")
    first = test.text[0].value if "Jun" in test.text[0].value else next(each.value for each in test.text if "Jun" in each.value)
    assert "furthest away: Filing rate, tier A, 0.0% against 95%." in first
    table = next(frame.value for frame in test.dataframe if "verdict" in frame.value.columns)
    row = table[table["metric"] == "Filing rate, tier A"].iloc[0]
    assert (row["verdict"], row["target"]) == ("✗ Target missed", "95%")
    assert " of " in row["of"]


def test_what_it_takes_agrees_with_the_table(open_page):
    test = open_page("targets.py", role="branch_manager", part="what_if")
    told = next(each.value for each in test.text if "tier C from" in each.value)
    assert "more complete files bring tier C from" in told
    test.number_input("if_tried").set_value(400).run()
    assert not test.exception
    assert any("With 400 files this week tier C stands at 100.0%" in each.value for each in test.text)


def test_a_target_is_set_and_taken_back(own_page):
    test = own_page("targets.py", role="executive", part="set")

    def stated():
        rows = open_market(app.store(), WHO, BRANCH).tables["targets"]
        return rows.loc[rows["tier"].eq("C") & rows["period"].eq("2026"), "value"].tolist()

    assert stated() == []
    test.selectbox("set_tier").set_value("C")
    test.number_input("set_value").set_value(85.0)
    test.text_input("set_why").set_value("the city asks for it")
    next(each for each in test.button if each.label == "Set the target").click().run()
    assert not test.exception
    assert stated() == [0.85]
    test.button("target_undo").click().run()
    assert not test.exception
    assert stated()[-1] == 0.8
    assert "set_why" not in [each.key for each in own_page("targets.py", role="planner", part="set").text_input]


def test_a_target_without_a_reason_is_refused_in_words(own_page):
    test = own_page("targets.py", role="executive", part="set")
    next(each for each in test.button if each.label == "Set the target").click().run()
    assert not test.exception
    assert "A target needs a reason" in texts(test) or any("A target needs a reason" in each.value for each in test.error)


def test_what_is_chosen_is_what_is_ranked(open_page):
    test = open_page("targets.py", role="branch_manager", part="ranking", aim="visit_coverage", aim_level="holder")
    table = next(frame.value for frame in test.dataframe if "rank" in frame.value.columns)
    assert set(table["subject"]) & {"**", "m00"} or len(table) > 1
    next(each for each in test.selectbox if each.label == "Metric").set_value("never_visited").run()
    assert next(each for each in test.selectbox if each.label == "Metric").value == "never_visited"
    tried = open_page("targets.py", role="branch_manager", part="what_if", if_tier="A")
    assert any("tier A" in each.value for each in tried.text)
    form = open_page("targets.py", role="branch_manager", part="set", set_level="manager", set_metric="files_per_manager")
    assert next(each for each in form.selectbox if each.label == "For").value == "manager"
    assert next(each for each in form.number_input if each.key == "set_value").label == "Target"
