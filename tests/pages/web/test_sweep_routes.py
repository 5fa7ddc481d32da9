"""The days of a sweep reach only the browser whose page signed for them: one sweep, one save, one person's sight."""

from dataclasses import replace
from datetime import date

import pytest

from bench.branches import BRANCH, NOW_US
from gridmap.errors import PlanError, ScopeError
from gridmap.scope import Scope, operator
from gridmap.store import create_sweep, publish_sweep, save_sweep
from gridmap.sweeps.planned import DayRoute, Door, PlannedStop, Stop, SweepPlan
from gridmap.sweeps.request import Place
from gridmap.sweeps.written import plan_text
from pages.shared import app, cached, links, swept
from tests.pages.web.conftest import community_manager, view

BASE = Place(22.70, 112.23)


def planned(*managers):
    """One day for each manager, with one stop at one organisation."""
    days = []
    for number, manager in enumerate(managers):
        stop = Stop(manager, 22.71, 112.24, "", "", (Door(f"o{number:07d}", "C", 5.0, 0.7, 20),))
        planned_stop = PlannedStop(stop, 540, 540, 560, 5, 400)
        days.append(DayRoute(manager, date(2026, 7, 6), BASE, BASE, 510, 1000, None, (planned_stop,), 5, 400))
    return SweepPlan(tuple(days), (), 1, 1, "done", "line")


@pytest.fixture
def swept_by(served):
    def made(*managers):
        known = {"title": "t", "request": "", "first_on": date(2026, 7, 6), "last_on": date(2026, 7, 6), "now_us": NOW_US + 100}
        return create_sweep(app.store(), operator("test"), BRANCH, managers=managers, result=plan_text(planned(*managers)), **known)

    return made


def link(record, who=None):
    who = who or operator("test")
    return links.view_link(links.SHAPES, swept.on_sweep(who, view("routes", who), record), lang="en")


def test_a_page_gets_the_days_it_signed_for(client, swept_by):
    items = client.get(link(swept_by("m01", "m02"))).json()["items"]
    assert [item["k"] for item in items] == ["0", "0", "1", "1"]


def test_the_sweep_stands_inside_the_signature(client, swept_by):
    mine, other = swept_by("m01"), swept_by("m02")
    address = link(mine)
    assert client.get(address).status_code == 200
    changed = address.replace(f"sweep={mine.sweep_id}.1", f"sweep={other.sweep_id}.1")
    assert changed != address
    assert client.get(changed).status_code == 403


def test_a_link_ends_with_the_save_it_was_made_for_also_where_it_was_read_before(client, swept_by):
    record = swept_by("m01")
    address = link(record)
    assert client.get(address).status_code == 200
    save_sweep(app.store(), operator("test"), BRANCH, record.sweep_id, expected=1, now_us=NOW_US + 200, result=plan_text(planned("m01")))
    assert client.get(address).status_code == 403


def test_who_plans_their_own_days_gets_no_link_to_those_of_others(swept_by):
    with pytest.raises(PlanError):
        link(swept_by("m01"), community_manager("m02"))


@pytest.mark.parametrize("role", ["executive", "planner"])
def test_who_may_not_plan_sweeps_gets_no_link(role, swept_by):
    with pytest.raises(ScopeError):
        link(swept_by("m01"), Scope("x", "x", role, frozenset({BRANCH})))


def test_who_sees_their_own_cells_only_sees_their_own_days_of_a_sweep_of_several(client, swept_by):
    items = client.get(link(swept_by("m01", "m02"), community_manager("m02"))).json()["items"]
    assert len(items) == 2
    assert "m01" not in items[0]["n"]


def test_no_organisation_is_named_to_who_may_not_see_names(client, swept_by):
    record = swept_by("m01")
    nameless = replace(swept.on_sweep(operator("test"), view("routes"), record), names=False)
    named, without = (
        client.get(links.view_link(links.SHAPES, each, lang="en")).json()["items"] for each in (replace(nameless, names=True), nameless)
    )
    assert named[1]["n"] != "o0000000"
    assert without[1]["n"] == "o0000000"


def test_a_door_that_becomes_ones_own_by_a_publication_is_seen_at_once(served):
    who, ahead = community_manager("m01"), date(2099, 7, 6)
    before = set(cached.market(who, BRANCH).tables["organisations"]["org_id"])
    everybody = cached.market(operator("test"), BRANCH).tables["organisations"]["org_id"]
    strange = next(org_id for org_id in everybody if org_id not in before)
    known = {"title": "t", "request": "", "first_on": ahead, "last_on": ahead, "now_us": NOW_US + 200}
    draft = create_sweep(app.store(), operator("test"), BRANCH, managers=["m01"], result=plan_text(planned("m01")), **known)
    publish_sweep(app.store(), operator("test"), BRANCH, draft.sweep_id, expected=1, doors={strange: "m01"}, now_us=NOW_US + 300)
    assert set(cached.market(who, BRANCH).tables["organisations"]["org_id"]) == before | {strange}
