"""White space: parks, cells in a vacuum, ground nobody walked and organisations without a place, and the way from there to a draft."""

from datetime import timedelta

import numpy as np
import pandas as pd

from bench.branches import BRANCH, NOW_US, TODAY
from gridmap.market import day_end_us
from gridmap.store import open_market, plans, read_table, record_change, write_rows
from gridmap.verification import list_of
from pages.shared import app
from tests.pages.test_plans import WHO, owners, texts


def listed(open_page, part, role="planner"):
    test = open_page("white_space.py", role=role, part=part)
    assert not test.exception
    return test


def keys(test):
    return {button.key for button in test.button}


def test_each_list_is_shown_to_the_planner(open_page):
    for part, heading in (("parks", "do"), ("access", "do"), ("ground", "unknown")):
        test = listed(open_page, part)
        assert {metric.label for metric in test.metric} >= {"Cells of nobody", "Quiet cells"}
        assert any(heading in frame.value.columns for frame in test.dataframe), part
    for part in ("cells", "attacked", "unplaced", "verification"):
        listed(open_page, part)


def test_a_planner_proposes_and_a_branch_manager_drafts(own_page):
    test = own_page("white_space.py", part="cells")
    freed = [cell for cell, owner in owners().items() if owner == "m01"]
    at = day_end_us(TODAY - timedelta(days=30), "Asia/Shanghai")
    row = pd.DataFrame({"layer": "cell", "subject": freed, "owner": "", "valid_from_us": at})
    record_change(app.store(), WHO, BRANCH, row, why="left", now_us=NOW_US + 10**9)
    test.run()
    assert not test.exception
    assert any("quiet" in frame.value.columns for frame in test.dataframe)
    planner = own_page("white_space.py", role="planner", part="cells")
    assert "vacuum_draft" in keys(test)
    assert "vacuum_draft" not in keys(planner)
    assert any("Your role proposes" in each.value for each in planner.caption)
    test.button("vacuum_draft").click().run()
    assert not test.exception
    assert plans(app.store(), WHO, BRANCH)["state"].tolist() == ["draft"]
    assert test.session_state["view"]["plan"] == "1"
    assert test.title[0].value == "Who owns what, and is it fair?"
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


def test_an_organisation_is_placed_by_its_address_and_taken_back(own_page):
    own_page("white_space.py", role="planner", part="parks")
    rows = read_table(app.store(), WHO, BRANCH, "organisations", valid_us=NOW_US)
    lat, lon = (float(rows.loc[rows["lat"].notna(), name].iloc[0]) for name in ("lat", "lon"))
    fresh = pd.DataFrame({"org_id": ["found", "lost"], "name": ["有址商店", "失址商店"], "address": "文华路9号", "street": "文华路"})
    fresh = fresh.assign(lat=[lat, None], lon=[lon, None], stage="prospect")
    told = {"as_of": None, "file_name": "lost.csv", "file_sha256": "lost", "mapping": {}, "source": ""}
    write_rows(app.store(), WHO, BRANCH, "organisations", fresh, now_us=NOW_US + 10**9, **told)

    def placed():
        stored = read_table(app.store(), WHO, BRANCH, "organisations", valid_us=NOW_US).set_index("org_id").loc["lost"]
        return (stored["lat"], stored["precision"], stored["source"])

    test = own_page("white_space.py", role="planner", part="unplaced")
    assert not test.exception
    assert any("失址商店" in frame.value.to_string() for frame in test.dataframe)
    test.button("place_address").click().run()
    assert not test.exception
    assert placed() == (lat, "street", "address")
    test.button("place_undo").click().run()
    assert not test.exception
    assert pd.isna(list(placed())).all()
    test.session_state["held_vacant_point"] = (22.7, 112.23)
    test.run()
    assert test.button("place_pin").disabled  # no row is chosen: a click must not pin a whole list
    assert "place_address" not in keys(own_page("white_space.py", role="executive", part="unplaced"))


def test_the_middle_of_a_town_is_given_only_to_those_who_are_asked_for(own_page):
    own_page("white_space.py", role="planner", part="parks")
    town = read_table(app.store(), WHO, BRANCH, "areas", valid_us=NOW_US).query("level == 'town'")["name"].iloc[0]
    lost = pd.DataFrame({"org_id": ["lost"], "name": ["失址商店"], "address": f"{town}某处", "stage": "prospect"})
    told = {"as_of": None, "file_name": "lost.csv", "file_sha256": "lost", "mapping": {}, "source": ""}
    write_rows(app.store(), WHO, BRANCH, "organisations", lost, now_us=NOW_US + 10**9, **told)
    test = own_page("white_space.py", role="planner", part="unplaced")
    assert test.button("place_address").disabled
    next(each for each in test.button_group if each.label == "How exact").set_value(["town"]).run()
    assert not test.button("place_address").disabled


def test_a_list_comes_back_is_compared_accepted_and_undone(own_page):
    test = own_page("white_space.py", role="planner", part="verification")
    assert not test.exception
    market = open_market(app.store(), WHO, BRANCH)
    rows = list_of(market, TODAY).astype("object")
    rows.loc[0, "answer"] = "gone"
    content = rows.to_csv(index=False).encode()
    test.file_uploader("verify_file").set_value(("back.csv", content, "text/csv")).run()
    assert not test.exception
    assert "Gone: 1" in texts(test)
    assert test.button("verify_accept").label == "Accept 1 answer"
    test.button("verify_accept").click().run()
    assert not test.exception

    def closed():
        stored = read_table(app.store(), WHO, BRANCH, "organisations", valid_us=NOW_US).set_index("org_id")
        return stored.loc[rows.loc[0, "org_id"], "closed_on"]

    assert pd.notna(closed())
    test.button("verify_undo").click().run()
    assert not test.exception
    assert pd.isna(closed())
    executive = own_page("white_space.py", role="executive", part="verification")
    assert not executive.exception
    assert not executive.get("file_uploader")


def test_a_cluster_is_news_on_the_overview_until_it_was_seen(own_page):
    own_page("white_space.py", role="planner", part="parks")
    rows = read_table(app.store(), WHO, BRANCH, "organisations", valid_us=NOW_US)
    placed = rows[rows["lat"].notna()].iloc[:60]
    # Wins all over the branch and the year, and twelve at one place within two weeks.
    days = pd.to_datetime("2025-08-01") + pd.to_timedelta(np.arange(60) * 5, unit="D")
    spread = pd.DataFrame({"happened_on": days, "lat": placed["lat"].to_numpy(), "lon": placed["lon"].to_numpy()})
    close = pd.DataFrame({"happened_on": pd.date_range("2026-06-05", periods=12), "lat": spread["lat"][0], "lon": spread["lon"][0]})
    struck = pd.concat([spread, close], ignore_index=True).assign(competitor="b", lines_lost=5, verified=True)
    struck["win_id"] = [f"hit{each}" for each in range(len(struck))]
    told = {"as_of": None, "file_name": "hits.csv", "file_sha256": "hits", "mapping": {}, "source": ""}
    write_rows(app.store(), WHO, BRANCH, "wins", struck, now_us=NOW_US + 10**9, **told)
    overview = own_page("overview.py", role="planner")
    assert "1 new cluster of wins. You have not looked here before." in texts(overview)
    overview.button("attack_look").click().run()
    assert not overview.exception
    assert overview.title[0].value == "What is nobody's, and what is it worth?"
    assert any("news" in frame.value.columns for frame in overview.dataframe)
    overview.button("alerts_seen").click().run()
    assert not overview.exception
    assert any("Nothing new since you looked on" in each.value for each in overview.caption)
    assert "attack_look" not in keys(own_page("overview.py", role="planner"))
    assert "attack_look" in keys(own_page("overview.py", role="executive")), "what the planner saw the executive has not"
    assert "attack_look" not in keys(own_page("overview.py", role="community_manager"))
