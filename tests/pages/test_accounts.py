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


def test_warnings_are_opened_for_ticked_rows_and_taken_back(own_page):
    test = own_page("accounts.py", role="branch_manager", danger="none.blue.yellow.orange.red.unscored")
    assert not test.exception
    table = shown(test)
    assert len(table)
    assert "accounts_warn" not in {each.key for each in test.button}, "nothing is ticked yet"


def test_the_list_follows_the_choices(open_page):
    everything = open_page("accounts.py", role="branch_manager")
    all_rows = open_page("accounts.py", role="branch_manager", gap="three_services")
    assert not all_rows.exception
    for test in (everything, all_rows):
        assert any("listed" in each.value for each in test.text)


def test_tasks_of_the_branch_are_untouched_by_looking(open_page):
    open_page("accounts.py", role="chief")
    assert read_table(app.store(), WHO, BRANCH, "tasks", valid_us=NOW_US).empty
