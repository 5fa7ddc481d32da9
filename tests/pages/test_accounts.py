"""The page Accounts: who is in danger, filters, one account in full, warnings opened and taken back; names only for who may see them."""

import pytest

from bench.branches import BRANCH, NOW_US
from gridmap.store import read_table
from pages.shared import app
from tests.pages.test_plans import WHO, texts


def shown(test):
    return next(frame.value for frame in test.dataframe if "Danger" in frame.value.columns)


@pytest.mark.parametrize("role", ["branch_manager", "chief", "account_manager", "community_manager", "planner", "administrator"])
def test_whoever_sees_names_sees_accounts(open_page, role):
    test = open_page("accounts.py", role=role)
    assert not test.exception
    assert "in orange or red danger" in texts(test) or any("no account yet" in each.value for each in test.info)


def test_an_executive_does_not_open_it(open_page):
    test = open_page("accounts.py", role="executive")
    assert test.title[0].value != "Which accounts are in danger, and what helps?"


def counted(test):
    told = next(each.value for each in test.text if each.value.endswith("listed"))
    return int(told.split()[0].replace(",", ""))


def test_the_list_follows_every_choice(open_page):
    everything = "none.blue.yellow.orange.red.unscored"
    whole = open_page("accounts.py", role="branch_manager", danger=everything)
    table = shown(whole)
    assert counted(whole) == len(table) > 10
    words = {"unscored": "Not scored", "blue": "Blue", "yellow": "Yellow", "orange": "Orange", "red": "Red"}
    there = [level for level, title in words.items() if table["Danger"].eq(title).any()]
    assert there
    for level in there:
        test = open_page("accounts.py", role="branch_manager", danger=level)
        assert counted(test) == table["Danger"].eq(words[level]).sum()
        assert set(shown(test)["Danger"]) == {words[level]}
    lacking = open_page("accounts.py", role="branch_manager", danger=everything, gap="three_services")
    assert counted(lacking) == table["Lacks"].str.contains("Fewer than three services").sum()
    nobody = open_page("accounts.py", role="branch_manager", danger=everything, holder="m01")
    assert 0 < counted(nobody) < len(table)
    assert "accounts_warn" not in {each.key for each in whole.button}, "nothing is ticked yet"


def test_a_choice_made_on_the_page_is_kept(open_page):
    test = open_page("accounts.py", role="branch_manager", danger="none.blue.yellow.orange.red.unscored")
    before = counted(test)
    next(each for each in test.selectbox if each.label == "Lacks").set_value("licence").run()
    assert not test.exception
    assert next(each for each in test.selectbox if each.label == "Lacks").value == "licence"
    assert counted(test) <= before


def test_tasks_of_the_branch_are_untouched_by_looking(open_page):
    open_page("accounts.py", role="chief")
    assert read_table(app.store(), WHO, BRANCH, "tasks", valid_us=NOW_US).empty
