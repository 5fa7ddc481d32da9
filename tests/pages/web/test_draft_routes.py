"""What the routes give of a draft: its owners, to whoever may read plans, under the address of that save alone."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from bench.branches import BRANCH, NOW_US, TODAY
from gridmap.errors import PlanError, ScopeError
from gridmap.scope import Scope, operator
from gridmap.store import create_plan, save_plan
from layers import tiles
from layers.layer import FEW
from pages.shared import app, cached, links, pictures
from pages.shared.view import plan_text
from tests.pages.web.conftest import community_manager, view

ME = operator("test")
EFFECTIVE = date(2026, 8, 1)


@pytest.fixture
def drafted(served):
    """A draft that gives ten cells of others to m03."""
    found = create_plan(app.store(), ME, BRANCH, title="relief", effective_on=EFFECTIVE, now_us=NOW_US + 5)
    return moved(found, 10)


def moved(found, count, taker="m03"):
    """Save a draft with as many moves."""
    record, plan = cached.draft(ME, BRANCH, found.plan_id)
    cells = plan.owners.index[plan.owners.ne(taker)][:count]
    moves = plan.replaced([]).reassigned("cell", list(cells), taker).moves
    return save_plan(app.store(), ME, BRANCH, record.plan_id, expected=record.version, now_us=NOW_US + 6, moves=moves)


def of_plan(found, layer="territories", who=None):
    return cached.view(who or ME, BRANCH, layer, as_of=TODAY, window_days=365, plan=plan_text(found.plan_id, found.version))


def link(seen, route=links.VALUES):
    return links.view_link(route, seen) + {links.VALUES: "&res=8&z=10&t=", links.ABOUT: "&res=8", links.SHAPES: ""}[route]


@pytest.fixture(scope="module")
def wanted(served):
    """The tiles of zoom 10 that hold the whole branch."""
    west, south, east, north = cached.market(ME, BRANCH).branch.boundary.bounds
    (x0, x1), (y0, y1) = ((side * 2**10).astype(int) for side in tiles.mercator([north, south], [west, east]))
    return "_".join(f"{x}.{y}" for y in range(y0, y1 + 1) for x in range(x0, x1 + 1))


def owners_drawn(client, seen, wanted):
    answer = client.get(link(seen) + wanted)
    assert answer.status_code == 200, answer.text
    return np.concatenate([value for value, _state in tiles.decode_values(answer.content)])


def test_a_draft_is_drawn_with_its_own_owners(client, drafted, wanted):
    before, after = (owners_drawn(client, seen, wanted) for seen in (view("territories"), of_plan(drafted)))
    changed = before != after
    assert 10 <= changed.sum() <= 20, "the ten cells, some of them at the edge of two tiles"
    assert set(after[changed]) == {3.0}
    about = client.get(link(of_plan(drafted), links.ABOUT)).json()
    assert about["moved"] == {"label": "Moved in this plan", "count": 10}
    assert about["note"] == "As planned for 2026-08-01"
    assert "moved" not in client.get(link(view("territories"), links.ABOUT)).json()
    (item,) = client.get(link(of_plan(drafted, "plan_moves"), links.SHAPES)).json()["items"]
    assert item["p"]
    assert "n" not in item
    assert client.get(link(view("plan_moves"), links.SHAPES)).json()["items"] == []
    names = [each["n"] for each in client.get(link(of_plan(drafted, "territory_outlines"), links.SHAPES)).json()["items"]]
    assert len(names) == 4


def test_a_map_without_the_plan_in_its_address_never_shows_it(client, drafted, wanted):
    seen = of_plan(drafted)
    today = owners_drawn(client, view("territories"), wanted)
    owners_drawn(client, seen, wanted)
    assert np.array_equal(today, owners_drawn(client, view("territories"), wanted))
    signed = links.view_link(links.VALUES, view("territories"))
    assert "&plan=&" in signed
    slipped = signed.replace("&plan=&", f"&plan={seen.plan}&") + f"&res=8&z=10&t={wanted}"
    assert client.get(slipped).status_code == 403


def test_another_save_of_the_plan_is_another_address_and_the_earlier_one_is_refused(client, drafted, wanted):
    earlier = of_plan(drafted)
    first = owners_drawn(client, earlier, wanted)
    later = moved(drafted, 20)
    second = owners_drawn(client, of_plan(later), wanted)
    assert (first != second).any()
    cached._draft.clear()  # another process would never have had it
    pictures._owned.clear()
    assert client.get(link(earlier) + wanted).status_code == 403
    assert client.get(link(earlier, links.ABOUT)).status_code == 403
    assert np.array_equal(second, owners_drawn(client, of_plan(later), wanted))


@pytest.mark.parametrize("plan", ["999.1", "1.999", "x", "1", "1.x", "-1.1", "1.1.1"])
def test_no_plan_is_made_up(client, drafted, wanted, plan):
    """Only a page signs, and only for a plan that it read; a signed address of a plan that is none answers no picture all the same."""
    assert client.get(link(replace(of_plan(drafted), plan=plan)) + wanted).status_code in (400, 403, 409)


def test_who_may_not_read_plans_gets_no_view_of_one(drafted):
    manager = Scope("am", "am", "account_manager", frozenset({BRANCH}), "m01")
    elsewhere = Scope("bm", "bm", "branch_manager", frozenset({"other"}))
    for who in (community_manager(), manager, elsewhere):
        with pytest.raises(ScopeError):
            of_plan(drafted, who=who)
        with pytest.raises(ScopeError):
            cached.draft(who, BRANCH, drafted.plan_id)
    with pytest.raises(PlanError):
        cached.draft(ME, BRANCH, 999)


def test_a_draft_that_moves_cells_is_not_measured_again(drafted, monkeypatch):
    today = view("filing_rate_C")
    facts = cached.facts_of(cached.eyes_of(today, names=True), TODAY, 365)
    monkeypatch.setattr("pages.shared.cached.measure", lambda *_args, **_how: pytest.fail("measured again"))
    for count in (11, 12):
        seen = of_plan(moved(drafted, count), "filing_rate_C")
        assert cached.facts_of(cached.eyes_of(seen, names=True), TODAY, 365) is facts


def test_owners_keep_their_colours_while_a_plan_is_edited(client, drafted):
    def colours(seen):
        about = client.get(link(seen, links.ABOUT)).json()
        return dict(zip([row["label"] for row in about["legend"]], about["colours"], strict=True))

    before, _plan = colours(view("territories")), cached.draft(ME, BRANCH, drafted.plan_id)
    for count in (1, 60, 250):
        assert colours(of_plan(moved(drafted, count))).items() <= before.items()


def test_a_move_draws_again_only_around_the_territories_it_touches(drafted, monkeypatch):
    drawn = []
    real = pictures.shapes.outline_item
    monkeypatch.setattr(pictures.shapes, "outline_item", lambda *what: drawn.append(len(what[0])) or real(*what))
    pictures.items(of_plan(drafted, "territory_outlines"), "en")
    drawn.clear()
    _record, plan = cached.draft(ME, BRANCH, drafted.plan_id)
    last = plan.owners.index[plan.owners_now.reindex(plan.owners.index).eq("m00")][-1:]
    moves = plan.reassigned("cell", list(last), "m01").moves
    saved = save_plan(app.store(), ME, BRANCH, drafted.plan_id, expected=drafted.version, now_us=NOW_US + 9, moves=moves)
    pictures.items(of_plan(saved, "territory_outlines"), "en")
    assert len(drawn) == 2, "who gave and who took"


def test_nobodys_cells_of_a_draft_are_hatched(client, drafted, wanted):
    record, plan = cached.draft(ME, BRANCH, drafted.plan_id)
    cells = list(plan.owners.index[:5])
    moves = plan.reassigned("cell", cells, "").moves
    saved = save_plan(app.store(), ME, BRANCH, record.plan_id, expected=record.version, now_us=NOW_US + 9, moves=moves)
    grid = cached.market(ME, BRANCH).grid
    told = pictures.cell_values(of_plan(saved), grid.resolution)
    assert (told.state[grid.cells.isin(cells)] == FEW).all()
