"""Today and On site: what each role sees, and what pressing its buttons writes."""

from collections.abc import Callable
from datetime import date

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from bench.branches import BRANCH, NOW_US
from gridmap.scope import operator
from gridmap.store import open_market, read_table, write_rows
from pages.shared import app

ME = operator("test")
DAY = date(2026, 6, 24)  # the last day with data of the branch
KINDS = ("warning", "call", "check")


@pytest.fixture
def busy(own_page: Callable[..., AppTest]) -> Callable[..., AppTest]:
    """Give the pages over a branch with tasks of m01, one on-site day to come and one that is over."""
    ids = read_table(app.store(), ME, BRANCH, "organisations", columns=["org_id", "closed_on"])
    orgs = ids[ids["closed_on"].isna()]["org_id"].tolist()[:3]
    tasks = pd.DataFrame({"task_id": ["t1", "t2", "t3"], "org_id": orgs, "kind": KINDS, "assigned_to": "m01", "state": "open"})
    tasks["due_on"] = pd.to_datetime(["2026-06-24", "2026-06-20", "2026-01-10"])
    days = pd.DataFrame({"campaign_id": ["z1", "z2"], "org_id": orgs[:2], "manager_id": "m01", "state": "planned"})
    days["held_on"] = pd.to_datetime(["2026-06-26", "2026-06-22"])
    for name, frame in (("tasks", tasks), ("campaigns", days)):
        told = {"as_of": None, "now_us": NOW_US + 20, "file_name": name, "file_sha256": name, "mapping": {}, "source": ""}
        write_rows(app.store(), ME, BRANCH, name, frame, **told)
    return own_page


def press(test: AppTest, key: str) -> AppTest:
    found = test.button(key).click().run()
    assert not found.exception
    return found


def task(code: str) -> pd.Series:
    return open_market(app.store(), ME, BRANCH).at("tasks", DAY).set_index("task_id").loc[code]


def session_day(code: str) -> pd.Series:
    return open_market(app.store(), ME, BRANCH).at("campaigns", date(2026, 7, 1)).set_index("campaign_id").loc[code]


def shown(test: AppTest, column: str) -> pd.DataFrame:
    return next(frame.value for frame in test.dataframe if column in frame.value.columns)


def test_a_branch_manager_sees_who_is_behind_and_opens_their_work(busy: Callable[..., AppTest]) -> None:
    test = busy("sweeps.py", part="today")
    assert not test.exception
    assert next(each.value for each in test.header) == "Who is behind"
    table = shown(test, "left_over")
    assert table.iloc[0][["due", "overdue", "left_over"]].tolist() == [2, 1, 1]
    assert any("1 manager has something overdue" in each.value for each in test.text)
    opened = busy("sweeps.py", part="today", manager="m01")
    assert not opened.exception
    assert any(each.value.startswith("To do:") for each in opened.header)


def test_a_manager_sees_their_own_work_and_nobody_elses(busy: Callable[..., AppTest]) -> None:
    test = busy("sweeps.py", "account_manager", part="today")
    assert not test.exception
    assert next(each.value for each in test.header) == "To do now"
    assert not any("left_over" in frame.value.columns for frame in test.dataframe)
    assert [each.value for each in test.metric] == ["2", "1", "\N{EN DASH}"]
    other = busy("sweeps.py", "community_manager", part="today")
    assert not other.exception
    assert any(each.value == "Nothing is due today." for each in other.success)


def test_the_text_for_the_chat_names_no_organisation(busy: Callable[..., AppTest]) -> None:
    test = busy("sweeps.py", part="today")
    text = next(each.value for each in test.code if "Morning board" in each.value)
    tables = open_market(app.store(), ME, BRANCH).tables
    people = " ".join(tables["managers"]["name"])  # some are called like organisations here
    assert not [name for name in tables["organisations"]["name"].dropna() if len(name) > 3 and name in text and name not in people]
    assert "m01" in text or any(name in text for name in tables["managers"]["name"])


def test_a_task_is_done_and_the_step_taken_back(busy: Callable[..., AppTest]) -> None:
    test = busy("sweeps.py", "account_manager", part="today")
    org = task("t1")["org_id"]
    test.text_input(f"settle_note_m01_{org}").set_value("renewed")
    test = press(test, f"settle_done_m01_{org}")
    assert task("t1")[["state", "outcome"]].tolist() == ["done", "renewed"]
    assert task("t1")["done_on"] == pd.Timestamp(DAY)
    assert next(each.value for each in test.metric) == "1"
    test = press(test, "board_undo_go")
    assert task("t1")["state"] == "open"
    assert next(each.value for each in test.metric) == "2"


def test_what_falls_away_needs_a_reason(busy: Callable[..., AppTest]) -> None:
    test = busy("sweeps.py", "account_manager", part="today")
    org = task("t1")["org_id"]
    test = press(test, f"settle_void_m01_{org}")
    assert task("t1")["state"] == "open"
    assert any("could not be done" in each.value for each in test.error)


def test_a_call_is_recorded_on_the_day_of_the_board(busy: Callable[..., AppTest]) -> None:
    test = busy("sweeps.py", "account_manager", part="today")
    org = task("t2")["org_id"]
    key = f"line_m01_{org}"
    test = press(test, f"call_go_{key}")
    assert any(each.value == "Say what came of it." for each in test.warning)
    test.button_group(f"call_outcome_{key}").set_value("met")
    test.text_input(f"call_note_{key}").set_value("wants one bill")
    test = press(test, f"call_go_{key}")
    visits = open_market(app.store(), ME, BRANCH).at("visits", DAY)
    made = visits[visits["note"].eq("wants one bill")].iloc[0]
    assert made[["org_id", "kind", "outcome", "manager_id"]].tolist() == [org, "call", "met", "m01"]


def test_a_new_task_is_made_once(busy: Callable[..., AppTest]) -> None:
    test = busy("sweeps.py", part="today")
    org = task("t1")["org_id"]
    test = test.text_input("new_task_search").set_value(org).run()
    test.selectbox("new_task_kind").set_value("supervised")
    test.selectbox("new_task_to").set_value("m01")
    press(test, "new_task_go")
    tasks = open_market(app.store(), ME, BRANCH).tables["tasks"]
    assert (tasks["kind"].eq("supervised") & tasks["org_id"].eq(org)).sum() == 1


def test_an_on_site_day_is_made_ready_held_and_written_up(busy: Callable[..., AppTest]) -> None:
    test = busy("sweeps.py", "account_manager", part="on_site")
    assert not test.exception
    assert any(each.value == "To do" for each in test.header)
    key = "todo_z2"
    test.checkbox(f"before_{key}_agreed").set_value(True)
    test.number_input(f"cards_{key}").set_value(7)
    test.text_input(f"difficulties_{key}").set_value("no signal")
    test = press(test, f"on_site_keep_{key}")
    assert session_day("z2")[["state", "cards", "before", "difficulties"]].tolist() == ["held", 7, "agreed", "no signal"]
    assert pd.isna(session_day("z2")["conversions"])
    assert [each.value for each in test.metric][:2] == ["1", "7"]
    test = press(test, f"on_site_again_{key}")
    assert session_day("z2")["state"] == "planned"


def test_who_leads_the_branch_plans_an_on_site_day(busy: Callable[..., AppTest]) -> None:
    test = busy("sweeps.py", part="on_site")
    org = session_day("z1")["org_id"]
    test = test.text_input("on_site_search").set_value(org).run()
    test.selectbox("on_site_manager").set_value("m02")
    test.text_input("on_site_aim").set_value("ten cards")
    press(test, "on_site_go")
    days = open_market(app.store(), ME, BRANCH).tables["campaigns"]
    assert days[days["manager_id"].eq("m02")][["org_id", "aim", "state"]].to_numpy().tolist() == [[org, "ten cards", "planned"]]


def test_empty_sections_say_what_to_do(open_page: Callable[..., AppTest]) -> None:
    assert any("No on-site day" in each.value for each in open_page("sweeps.py", part="on_site").info)
