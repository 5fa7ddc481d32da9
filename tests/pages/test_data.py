"""The Data page: check before anything is written, everything wrong told at once, the good rows taken when asked for."""

import shutil

import pandas as pd
import pytest

from bench.branches import BRANCH
from gridmap.scope import operator
from gridmap.settings import Settings
from gridmap.store import imports, open_store, read_table
from gridmap.store.duplicates import decisions

GOOD = "org_id,name,lat,lon,filed_on\nn1,Alpha Trading,22.70,112.23,2026-01-05\nn2,Beta Shop,22.71,112.24,\n"
BAD = GOOD + "n3,`bad` **x**,22.70,112.23,31/31/2026\n"


def metrics(test):
    return {metric.label: metric.value for metric in test.metric}


def upload(test, text, name="shops.csv"):
    test.file_uploader("import_file").set_value((name, text.encode(), "text/csv")).run()
    assert not test.exception
    return test


def check(test):
    test.button("import_check").click().run()
    assert not test.exception
    return test


@pytest.fixture
def own_store(tmp_path, branch_store, serve):
    """Give a copy of the branch that may be written to."""
    shutil.copy(branch_store.engine.url.database, tmp_path / "gridmap.db")
    return open_store(str(tmp_path / "gridmap.db"), settings=Settings(snapshots=str(tmp_path / "snapshots")))


@pytest.fixture
def data_page(open_page, own_store, serve):
    def opened(role="branch_manager", **address):
        test = open_page("overview.py", role, **address)
        serve(own_store.location)
        return test.switch_page("data.py").run()

    return opened


def rows(store):
    return len(read_table(store, operator("test"), BRANCH, "organisations"))


def test_checking_writes_nothing_and_counts_everything(data_page, own_store):
    before = rows(own_store)
    test = check(upload(data_page(), BAD))
    told = metrics(test)
    assert (told["Rows read"], told["Rows taken"], told["Rows refused"], told["New"]) == ("3", "2", "1", "2")
    finding = next(frame.value for frame in test.dataframe if "What is wrong" in frame.value.columns).iloc[0]
    assert (finding["Row"], finding["Column"], finding["Value"]) == (4, "filed_on", "31/31/2026")
    assert rows(own_store) == before


def test_good_rows_are_taken_when_asked_for(data_page, own_store):
    before = rows(own_store)
    test = check(upload(data_page(), BAD))
    test.button("import_write").click().run()
    assert not test.exception
    assert [success.value for success in test.success] == ["The import is written."]
    assert rows(own_store) == before + 2


def test_the_same_file_again_changes_nothing(data_page, own_store):
    test = check(upload(data_page(), GOOD))
    test.button("import_write").click().run()
    test = check(upload(data_page(), GOOD))
    assert metrics(test)["Unchanged"] == "2"
    assert any("changes nothing" in info.value for info in test.info)
    assert len(imports(own_store, operator("test"), BRANCH)) > 0


def test_changed_values_are_shown_before_they_are_written(data_page):
    test = check(upload(data_page(), GOOD))
    test.button("import_write").click().run()
    test = check(upload(data_page(), GOOD.replace("Alpha Trading", "Alpha Trade")))
    changes = next(frame.value for frame in test.dataframe if "old" in frame.value.columns)
    assert changes.iloc[0].to_dict() | {"key": ""} == {"key": "", "column": "Name", "old": "Alpha Trading", "new": "Alpha Trade"}


def test_a_check_counts_only_for_the_choices_it_was_made_with(data_page):
    test = check(upload(data_page(), GOOD))
    assert test.get("button")
    test.selectbox("import_system").select("gcj02").run()
    assert "import_write" not in [button.key for button in test.button]


def test_a_file_that_is_none_is_explained(data_page):
    test = upload(data_page(), "PK\x03\x04 not a table", name="x.xlsx")
    check(test)
    assert test.error[0].value == "This could not be done."


def test_who_may_not_import_is_offered_nothing_to_import(data_page):
    test = data_page("account_manager")
    assert "Import a file" not in [tab.label for tab in test.tabs]
    assert not test.get("file_uploader")


def look_at(test, tab):
    test.session_state["data_en_branch_manager"] = tab
    test.run()
    assert not test.exception
    return test


def test_duplicates_are_put_side_by_side_and_decided(data_page, own_store):
    twins = "org_id,name,credit_code,lat,lon\nd1,Twin Co,91445321MA4UNKT17D,22.7,112.23\nd2,Twin Company,91445321MA4UNKT17D,22.7,112.23\n"
    test = check(upload(data_page(), twins))
    test.button("import_write").click().run()
    test = look_at(test, "Duplicates")
    pairs = next(frame.value for frame in test.dataframe if "distance_m" in frame.value.columns)
    assert pairs["why"].iloc[0] == "Same credit code"
    test.session_state[f"duplicates_{len(pairs)}"] = {"selection": {"rows": [0], "columns": [], "cells": []}}
    test.run()
    assert next(frame.value for frame in test.dataframe if "same" in frame.value.columns)["same"].eq("same").any()
    test.button("merge_a").click().run()
    assert not test.exception
    decided = decisions(own_store, operator("test"), BRANCH)
    assert list(decided["decision"]) == ["merge"]
    assert list(decided["kept"]) == ["d1"]
    assert not [frame for frame in test.dataframe if "same" in frame.value.columns]  # the next pair is not chosen by this decision
    left = [frame.value for frame in test.dataframe if "distance_m" in frame.value.columns]
    assert not any(frame["a"].eq("Twin Co").any() for frame in left)


def test_imports_so_far_name_file_and_person(data_page):
    test = look_at(data_page(), "Imports so far")
    listed = next(frame.value for frame in test.dataframe if "file_name" in frame.value.columns)
    assert {"people.csv", "targets.csv"} <= set(listed["file_name"])


def test_columns_of_a_table_are_explained(data_page):
    test = look_at(data_page(reference="wins"), "Tables, templates, export")
    table = next((frame.value for frame in test.dataframe if "help" in frame.value.columns), pd.DataFrame())
    assert "competitor" in list(table["column"])
