"""The Overview: figures with their counts, a panel for a cell, and names only for who may see them."""

import json

import pytest

from bench.branches import TRIPWIRES
from gridmap.scope import ROLES
from tests.pages.conftest import PATIENCE_S
from tests.pages.test_plans import texts

NAMED = [role for role, _title in ROLES if role != "executive"]


def marked(test):
    """Return every text that is read as Markdown."""
    kinds = ("markdown", "caption", "title", "header", "subheader", "error", "warning", "info", "success")
    return [element.value for kind in kinds for element in getattr(test, kind)] + [metric.label for metric in test.metric]


def frames(test):
    return [frame.value for frame in test.dataframe]


def full_cell(test):
    """Return the cell with the most organisations by the table beside the map."""
    table = next(frame for frame in frames(test) if {"cell", "numerator", "denominator"} <= set(frame.columns))
    return table.sort_values("denominator")["cell"].iloc[-1]


def test_every_figure_shows_numerator_and_denominator(open_page):
    test = open_page()
    assert [metric.label for metric in test.metric] == [
        "Filing rate, tier A",
        "Filing rate, tier B",
        "Filing rate, tier C",
        "Visit coverage",
        "Never visited",
        "Visits owed",
        "Competitor wins",
        "Files per account manager",
    ]
    counts = [caption.value for caption in test.caption if " of " in caption.value]
    assert len(counts) >= 7


def test_targets_and_time_stand_in_the_first_sentence(open_page):
    sentence = open_page(as_of="2026-05-31").text[0].value
    assert "of 4 targets are missed" in sentence
    assert "Time used: 83.4% of 2026H1 (151 of 181 days)" in sentence


def test_a_cell_in_the_link_opens_its_panel(open_page):
    cell = full_cell(open_page())
    test = open_page(cell=cell)
    assert not test.exception
    assert cell in [text.value for text in test.text]
    figures = next(frame for frame in frames(test) if {"title", "value", "fraction"} <= set(frame.columns))
    assert figures["fraction"].str.contains(" of ").any()
    assert {"name", "tier", "stage", "holder", "last_visit"} <= set(
        next(frame for frame in frames(test) if "last_visit" in frame.columns).columns
    )


def test_an_executive_sees_figures_and_no_names(open_page):
    cell = full_cell(open_page())
    test = open_page(role="executive", cell=cell)
    assert not test.exception
    assert [caption.value for caption in test.caption].count("Your role sees figures, not names.") == 2
    assert not [frame for frame in frames(test) if "last_visit" in frame.columns]


def test_a_community_manager_sees_own_cells_only(open_page, own_cells):
    test = open_page(role="community_manager")
    table = next(frame for frame in frames(test) if {"cell", "numerator"} <= set(frame.columns))
    assert set(table["cell"]) == own_cells
    whole = open_page()
    # A figure per post of the whole branch would divide a few cells' files by everybody's posts.
    assert [len(page.metric) for page in (whole, test)] == [8, 7]
    foreign = next(iter(sorted(set(next(f for f in frames(whole) if "cell" in f.columns)["cell"]) - own_cells)))
    refused = open_page(role="community_manager", cell=foreign)
    assert not refused.exception
    assert refused.error[0].value == "You may not do this."
    assert foreign in " ".join(text.value for text in refused.text)


@pytest.mark.parametrize("role", ["branch_manager", "executive", "community_manager"])
def test_exports_are_offered_to_who_may_export(open_page, role):
    test = open_page(role=role)
    offered = [button.label for button in test.get("download_button")]
    assert bool(offered) == (role != "community_manager")


@pytest.mark.parametrize("page", ["overview.py", "territories.py", "data.py"])
def test_names_of_the_data_are_never_read_as_markdown(open_page, page):
    cell = full_cell(open_page())
    test = open_page(page, cell=cell, manager="m01")
    bad = [text for text in marked(test) for name in (*TRIPWIRES, "**branch_manager**") if name in text]
    assert bad == []


def test_the_map_is_told_addresses_and_numbers_only(open_page):
    test = open_page()
    told = json.dumps([json.loads(element.proto.json_args) for element in test.get("component_instance")])
    assert "gm-values" in told
    assert "http://" not in told.replace("http://www.w3.org", "")
    assert not [name for name in TRIPWIRES if name in told]


def test_what_got_worse_is_told_with_both_readings(open_page):
    test = open_page()
    sentences = [text.value for text in test.text if " went from " in text.value]
    assert sentences
    assert all(" to " in sentence for sentence in sentences)


def test_towns_are_ranked_worst_first(open_page):
    test = open_page(ranked="never_visited")
    ranked = next(frame for frame in frames(test) if "town" in frame.columns and "change" in frame.columns)
    assert ranked["value"].dropna().iloc[0] >= ranked["value"].dropna().iloc[-1]


def test_a_choice_reruns_within_its_time(open_page):
    test = open_page()
    test.selectbox("pick_layer_en").select("never_visited").run(timeout=PATIENCE_S)
    assert not test.exception
    assert test.query_params["layer"] == ["never_visited"] or test.query_params["layer"] == "never_visited"


def test_a_supervised_item_is_set_seen_by_who_is_named_done_and_opened_again(own_page):
    test = own_page("overview.py", role="executive")
    test.text_area("supervise_wanted").set_value("File the ten shops of the market")
    test.selectbox("supervise_manager").set_value("m01")
    next(each for each in test.button if each.label == "Set the item").click().run()
    assert not test.exception
    assert "1 item is open, 0 overdue" in texts(test)
    listed = next(frame.value for frame in test.dataframe if "wanted" in frame.value.columns)
    assert listed.iloc[0][["wanted", "state"]].tolist() == ["File the ten shops of the market", "open"]
    named = own_page("overview.py", role="account_manager")
    assert any("wanted" in frame.value.columns for frame in named.dataframe), "m01 is who logs in as account manager"
    assert not any(each.key == "supervise_wanted" for each in named.text_area)
    other = own_page("overview.py", role="planner")
    assert not any("wanted" in frame.value.columns for frame in other.dataframe)


def test_an_item_that_says_nothing_is_refused_in_words(own_page):
    test = own_page("overview.py", role="branch_manager")
    next(each for each in test.button if each.label == "Set the item").click().run()
    assert not test.exception
    assert "A supervised item says" in texts(test)
