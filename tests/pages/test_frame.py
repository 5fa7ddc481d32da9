"""The frame: who you are, what you may open, in which language; and what stands there while there is nothing."""

import re
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from gridmap.scope import ROLES, Scope
from pages.parts import address
from tests.pages.conftest import BRANCH, FRAME

PAGES = ("overview.py", "targets.py", "territories.py", "sweeps.py", "accounts.py", "white_space.py", "history.py", "data.py")
# Pages that not everybody may open, and what one needs for them.
NEEDED = {"sweeps.py": "plan_sweeps", "accounts.py": "see_organisations", "white_space.py": "find_white_space", "history.py": "see_history"}
OPENED = [(role, page) for role, _title in ROLES for page in PAGES if Scope("", "", role, None).allows(NEEDED.get(page, "see_map"))]


@pytest.mark.parametrize(("role", "page"), OPENED)
def test_every_role_opens_every_page_without_a_fault(open_page, role, page):
    test = open_page(page, role)
    assert not test.exception
    assert len(test.title) == 1


@pytest.mark.parametrize("page", PAGES)
def test_a_page_asks_for_rights_before_anything_else(page):
    statements = [
        line
        for line in (FRAME.parent / page).read_text("utf-8").split('"""', 2)[2].splitlines()
        if line and not re.match(r"(from|import|#|\s|\))", line)
    ]
    assert statements[0].startswith("who = session.require(")


def test_frame_lists_every_page_file():
    files = {path.name for path in FRAME.parent.glob("*.py")} - {"__init__.py", "frame.py"}
    assert files == set(PAGES)


def test_pages_are_short_and_hold_no_state_sql_or_folium():
    for path in FRAME.parent.glob("*.py"):
        text = path.read_text("utf-8")
        assert len(text.splitlines()) <= 80
        assert not re.search(r"session_state|groupby|sqlalchemy|folium", text), path


def test_session_state_stands_in_one_file():
    parts = [path for path in (FRAME.parent / "parts").glob("*.py") if "session_state" in path.read_text("utf-8")]
    assert [path.name for path in parts] == ["session.py"]


def test_an_empty_store_says_how_to_begin(empty_page):
    assert not empty_page.exception
    assert empty_page.title[0].value == "There is no branch here yet"
    assert [code.value for code in empty_page.code] == [
        "gridmap demo",
        "gridmap import organisations.csv --table organisations --branch my-branch",
    ]


def test_an_empty_store_takes_a_file_on_the_data_page(empty_page):
    test = empty_page.switch_page("data.py").run()
    assert not test.exception
    assert [tab.label for tab in test.tabs] == ["Import a file", "Tables, templates, export"]


def test_nobody_is_anybody_on_a_server_that_others_reach(open_page, monkeypatch):
    monkeypatch.setattr(st, "get_option", lambda name: "0.0.0.0" if name == "server.address" else None)  # noqa: S104
    test = open_page()
    assert test.error[0].value == "You may not do this."
    assert not test.metric
    assert not test.selectbox


def test_the_person_decides_at_every_run(open_page):
    test = open_page(role="branch_manager")
    assert any("Import" in tab.label for tab in test.switch_page("data.py").run().tabs)
    test.selectbox("pick_who_en").select("p-executive").run()
    assert not any("Import a file" in tab.label for tab in test.tabs)


def test_a_person_who_is_gone_may_see_nothing(open_page, monkeypatch):
    test = open_page()
    test.session_state["who"] = "p-nobody"
    test.run()
    assert not test.exception
    assert test.session_state["who"] == "p-branch_manager"


def test_the_whole_page_changes_its_language(open_page):
    test = open_page()
    test.session_state["language"] = "zh_CN"
    test.run()
    assert test.title[0].value == "现状如何？哪里在变差？"  # noqa: RUF001 - Chinese
    assert test.selectbox("pick_who_zh_CN").label == "当前用户"
    assert test.select_slider[0].label == "截至"
    assert "时间进度" in test.text[0].value
    assert not re.search(r"[A-Za-z]{4,}", " ".join(metric.label for metric in test.metric))


def test_a_choice_survives_a_change_of_language_and_of_page(open_page):
    test = open_page(as_of="2026-03-31", window="90")
    test.session_state["language"] = "zh_CN"
    test.run()
    assert test.select_slider[0].value == "2026-03-31"
    test.switch_page("territories.py").run().switch_page("overview.py").run()
    assert (test.select_slider[0].value, test.selectbox("pick_window_zh_CN").value) == ("2026-03-31", "90")


def test_a_link_restores_the_view(open_page):
    wanted = {"branch": BRANCH, "as_of": "2026-04-30", "window": "180", "layer": "visit_coverage", "beside": "filing_rate", "opacity": "40"}
    test = open_page(**wanted)
    assert not test.exception
    assert {name: test.session_state["view"][name] for name in wanted} == wanted
    assert test.selectbox("pick_layer_en").value == "visit_coverage"
    link = test.code[0].value
    assert all(f"{name}={value}" in link for name, value in wanted.items())


@pytest.mark.parametrize(
    "hostile",
    [
        {"branch": "other"},  # a branch that is not in the scope
        {"layer": "no_such_layer"},
        {"layer": "<script>"},
        {"as_of": "2026-99-99"},
        {"as_of": "1900-01-01"},  # before any data
        {"window": "99999"},
        {"cell": "88410a42c7fffff' OR 1=1"},
        {"cell": "8001fffffffffff"},  # a cell of another place
        {"opacity": "900"},
        {"manager": "nobody"},
    ],
)
def test_a_link_cannot_ask_for_what_is_not_there(open_page, hostile):
    test = open_page(**hostile)
    assert not test.exception
    assert not test.error
    assert test.session_state["view"]["branch"] == BRANCH


def test_an_address_holds_known_keys_of_one_form_only():
    given = {"branch": "a-b", "zoom": "12", "centre": "22.7,112.2", "pickle": "gASV", "as_of": "2026-02-30", "window": "x", "cell": "a b"}
    assert address.read_address(given) == {"branch": "a-b", "zoom": "12", "centre": "22.7,112.2"}
    assert address.point_of("22.7,112.2") == (22.7, 112.2)
    assert address.point_of("91,0") is None
    assert address.point_of("x") is None


def test_no_page_is_beside_a_pages_folder():
    # Streamlit serves every file of a folder `pages` beside the main script before any rights are asked.
    assert not (FRAME.parent / "pages").exists()
    assert Path(FRAME).name == "frame.py"


def test_a_store_that_cannot_be_read_is_explained(tmp_path, serve):
    broken = tmp_path / "broken.db"
    broken.write_bytes(b"not a database at all, but long enough to be looked at" * 40)
    serve(str(broken))
    test = AppTest.from_file(FRAME, default_timeout=60).run()
    assert not test.exception
    assert test.error[0].value == "This could not be done."
    assert any("damaged" in text.value for text in test.text)
