"""Sweeps as services: what a scope may plan, the same on every way in; and a plan that is kept reads back as it was."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from gridmap.errors import Conflict, PlanError, ScopeError
from gridmap.scope import Scope
from gridmap.services import sweeps
from gridmap.services.sweep_repair import keep_repair, propose_repair
from gridmap.services.sweep_sheets import sheet
from gridmap.settings import Settings
from gridmap.store import Store, end_sweep, open_store, receive_captures, sweep_record
from gridmap.sweeps.request import Shift, SweepRequest
from gridmap.texts import said
from tests.sweeping import DAYS, MANAGER, ME, NOW_US, Swept

DAY_US = 86_400_000_000


@pytest.fixture
def opened(swept: Swept, tmp_path: Path) -> Iterator[Store]:
    """Give a copy of the sample branch's store whose clock stands at the end of 31 October 2026."""
    store = open_store(swept.copied(tmp_path), settings=Settings(snapshots=str(tmp_path / "snapshots")), clock=lambda: NOW_US)
    yield store
    store.engine.dispose()


def as_role(swept: Swept, role: str, manager: str = "") -> Scope:
    return Scope("p", "p", role, frozenset({swept.branch_id}), manager)


def asked(swept: Swept, **changes: object) -> SweepRequest:
    return replace(swept.request, **{"iterations": 60, **changes})  # type: ignore[arg-type]


def test_a_sweep_opens_as_it_was_kept(opened: Store, swept: Swept) -> None:
    record, request, plan = sweeps.open_sweep(opened, ME, swept.branch_id, swept.record.sweep_id)
    assert (record, request, plan) == (swept.record, swept.request, swept.sweep)


def test_a_community_manager_plans_their_own_days_alone(opened: Store, swept: Swept) -> None:
    me = as_role(swept, "community_manager", MANAGER)
    mine = sweeps.plan_sweep(opened, me, swept.branch_id, asked(swept), settings=swept.settings, now_us=NOW_US)
    assert mine.plan.doors
    others = asked(swept, shifts=(Shift("XX-C06", DAYS[0], 510, 1050),))
    for request in (others, asked(swept, shifts=(*swept.request.shifts, *others.shifts))):
        with pytest.raises(ScopeError, match="You may plan your own days only"):
            sweeps.plan_sweep(opened, me, swept.branch_id, request, settings=swept.settings, now_us=NOW_US)
    with pytest.raises(PlanError, match="There is no sweep"):
        sweeps.open_sweep(opened, as_role(swept, "community_manager", "XX-C06"), swept.branch_id, mine.record.sweep_id)


@pytest.mark.parametrize("role", ["executive", "planner"])
def test_who_sees_no_doors_plans_none(opened: Store, swept: Swept, role: str) -> None:
    who, sweep_id = as_role(swept, role), swept.record.sweep_id
    calls = (
        lambda: sweeps.ground(opened, who, swept.branch_id),
        lambda: sweeps.locked_elsewhere(opened, who, swept.branch_id),
        lambda: sweeps.plan_sweep(opened, who, swept.branch_id, asked(swept), settings=swept.settings, now_us=NOW_US),
        lambda: sweeps.open_sweep(opened, who, swept.branch_id, sweep_id),
        lambda: sweeps.publish(opened, who, swept.branch_id, sweep_id, expected=1, now_us=NOW_US),
        lambda: sweeps.who_is_on(opened, who, swept.branch_id),
        lambda: sweeps.left_out(opened, who, swept.branch_id, asked(swept), settings=swept.settings),
        lambda: propose_repair(opened, who, swept.branch_id, sweep_id, settings=swept.settings),
        lambda: sheet(opened, who, swept.branch_id, sweep_id, language="en", made_at=None),  # type: ignore[arg-type]
    )
    for call in calls:
        with pytest.raises(ScopeError):
            call()


def test_publishing_sends_nobody_else_to_its_doors(opened: Store, swept: Swept) -> None:
    here = (opened, ME, swept.branch_id)
    published = sweeps.publish(*here, swept.record.sweep_id, expected=1, now_us=NOW_US)
    assert published.state == "published"
    doors = {door.org_id for door in swept.sweep.doors}
    assert sweeps.locked_elsewhere(*here) == doors
    assert sweeps.locked_elsewhere(*here, sweep_id=published.sweep_id) == frozenset()
    on = sweeps.who_is_on(*here)
    assert on[["day", "manager_id", "doors"]].to_numpy().tolist() == [[day.day, MANAGER, len(day.doors)] for day in swept.sweep.days]
    with pytest.raises(Conflict):
        sweeps.publish(*here, swept.record.sweep_id, expected=1, now_us=NOW_US)
    end_sweep(*here, published.sweep_id, expected=None, now_us=NOW_US)
    assert sweeps.locked_elsewhere(*here) == frozenset()


def test_what_is_left_out_is_told_with_what_nobody_can_find(opened: Store, swept: Swept) -> None:
    here = (opened, ME, swept.branch_id)
    everything = tuple(door.org_id for door in swept.sweep.doors)
    told = [said(each) for each in sweeps.left_out(*here, asked(swept, without=everything), settings=swept.settings)]
    assert f"{len(everything)} doors were left out." in told
    assert any(text.endswith("organisations of the branch have no place, so nobody holds them: place them on Data.") for text in told)


def test_a_stale_draft_is_not_overwritten(opened: Store, swept: Swept) -> None:
    here, how = (opened, ME, swept.branch_id), {"settings": swept.settings, "now_us": NOW_US}
    saved = sweeps.plan_sweep(*here, asked(swept), draft=swept.record, **how)  # type: ignore[arg-type]
    assert saved.record.version == swept.record.version + 1
    assert saved.record.title == swept.record.title
    with pytest.raises(Conflict):
        sweeps.plan_sweep(*here, asked(swept), draft=swept.record, **how)  # type: ignore[arg-type]


def test_repair_takes_what_was_recorded_and_keeps_the_doors_locked(opened: Store, swept: Swept) -> None:
    here = (opened, ME, swept.branch_id)
    sweeps.publish(*here, swept.record.sweep_id, expected=1, now_us=NOW_US)
    first = swept.sweep.days[0]
    blank = {"kind": "visit", "note": "", "next_due": None, "filing": None, "photo_id": None, "check_in": None}
    captures = [
        {**blank, "capture_id": f"00000000-0000-4000-8000-{place:012d}", "org_id": door.org_id, "outcome": "met" if place else "not_in",
         "captured_at": f"2026-11-02T09:{place:02d}:00+08:00"}
        for place, door in enumerate(first.doors[:-1])
    ]  # fmt: skip
    evening = NOW_US + 2 * DAY_US
    receipts = receive_captures(*here, captures, way="page", now_us=evening, sweep_id=swept.record.sweep_id, manager_id=MANAGER)
    assert {each.status for each in receipts} == {"counted"}
    proposal = propose_repair(*here, swept.record.sweep_id, settings=swept.settings, from_day=DAYS[1])
    kinds = {change.org_id: change.kind for change in proposal.repaired.changes}
    met = [door.org_id for door in first.doors[1:-1]]
    assert {kinds[org_id] for org_id in met} == {"done"}
    kept = [kinds[door.org_id] for day in swept.sweep.days[1:] for door in day.doors]
    assert kept.count("kept") > 0.7 * len(kept)  # whoever was to be visited tomorrow mostly still is
    record = keep_repair(*here, proposal, now_us=evening)
    assert record.version == proposal.record.version + 1
    assert sweeps.locked_elsewhere(*here) == set(proposal.repaired.doors)
    with pytest.raises(Conflict):
        keep_repair(*here, proposal, now_us=evening)
    assert sweep_record(*here, record.sweep_id).version == record.version


def test_repair_of_what_is_over_or_a_draft_is_refused(opened: Store, swept: Swept) -> None:
    here = (opened, ME, swept.branch_id)
    with pytest.raises(PlanError, match="is not published, so there is nothing to repair"):
        propose_repair(*here, swept.record.sweep_id, settings=swept.settings)
    sweeps.publish(*here, swept.record.sweep_id, expected=1, now_us=NOW_US)
    with pytest.raises(PlanError, match="The last day of sweep 1 is over"):
        propose_repair(*here, swept.record.sweep_id, settings=swept.settings, from_day=DAYS[-1].replace(day=5))


def test_what_cannot_be_read_any_more_is_named(opened: Store, swept: Swept) -> None:
    from gridmap.store import save_sweep  # noqa: PLC0415 - only to write what nobody else writes

    here = (opened, ME, swept.branch_id)
    save_sweep(*here, swept.record.sweep_id, expected=1, now_us=NOW_US, result='{"days": 1}')
    with pytest.raises(PlanError, match=r"What is kept of sweep 1 cannot be read: .*Plan it again"):
        sweeps.open_sweep(*here, swept.record.sweep_id)
