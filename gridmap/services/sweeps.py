"""What a person asks of a sweep: propose days, list doors, plan them, keep the draft, open it, publish it, compare it with simpler ways."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from gridmap.errors import N_, Message, PlanError, say
from gridmap.market import Market
from gridmap.plan import Plan
from gridmap.scope import Scope
from gridmap.services.plans import owned_on, today
from gridmap.settings import Settings
from gridmap.store import (
    Store,
    SweepRecord,
    create_sweep,
    door_locks,
    open_market,
    publish_sweep,
    save_sweep,
    sweep_record,
    sweeps,
)
from gridmap.store.sweep_rows import require_planning
from gridmap.sweeps.candidates import blocked_said, blocks_counted, find_candidates, reasons_of, without_place
from gridmap.sweeps.comparing import METHODS, compare
from gridmap.sweeps.hours_of_doors import hours_of_doors
from gridmap.sweeps.planned import SweepPlan
from gridmap.sweeps.planning import solve_sweep
from gridmap.sweeps.proposing import default_days, new_request
from gridmap.sweeps.request import SweepRequest
from gridmap.sweeps.written import plan_text, read_plan, read_request, request_text

__all__ = [
    "METHODS",
    "Planned",
    "blocked_said",
    "blocks_counted",
    "candidates",
    "compare",
    "default_days",
    "doors_of",
    "ground",
    "left_out",
    "locked_elsewhere",
    "new_request",
    "open_sweep",
    "plan_sweep",
    "publish",
    "reasons_of",
    "solve_request",
    "who_is_on",
]
candidates = find_candidates
solve_request = solve_sweep
_HOURS_SHOWN = 5


@dataclass(frozen=True)
class Planned:
    """A sweep as it was planned and saved."""

    record: SweepRecord
    request: SweepRequest
    plan: SweepPlan


def ground(store: Store, scope: Scope, branch_id: str, *, day: date | None = None) -> tuple[Market, Plan, date]:
    """Open what sweeps are planned on: the market as the scope sees it, who has what when a day begins, and the day to know things at.

    That is today, or the first day of the sweep where that is earlier.

    Parameters
    ----------
    day
        First day of the sweep; None for today by the store's clock.

    Raises
    ------
    ScopeError
        When the scope may not plan sweeps here.
    """
    scope.require("plan_sweeps", branch_id)
    now = today(store, scope, branch_id)
    first = day or now
    return open_market(store, scope, branch_id, as_of=first), owned_on(store, scope, branch_id, first), min(now, first)


def locked_elsewhere(
    store: Store, scope: Scope, branch_id: str, *, sweep_id: int | None = None, now_us: int | None = None
) -> frozenset[str]:
    """Return the organisations that are doors of other published sweeps than one."""
    locks = door_locks(store, scope, branch_id, now_us=now_us)
    return frozenset(locks.loc[locks["sweep_id"] != (sweep_id or 0), "org_id"])


def plan_sweep(  # noqa: PLR0913 - what is asked and where it is kept, each by name
    store: Store,
    scope: Scope,
    branch_id: str,
    request: SweepRequest,
    *,
    settings: Settings,
    now_us: int,
    title: str = "",
    draft: SweepRecord | None = None,
    cache: Path | None = None,
    on_best: Callable[[SweepPlan], None] | None = None,
) -> Planned:
    """Plan a request and keep it: as a new draft, or in one that is there.

    Parameters
    ----------
    title
        What it is for; empty: the managers and the first day, or what the draft had.
    draft
        The draft to save into, as it was opened.
    cache, on_best
        As `gridmap.sweeps.planning.solve_sweep` has them.

    Raises
    ------
    PlanError
        When the request cannot be meant, or there is no door to visit.
    Conflict
        When somebody else saved the draft since.
    ScopeError
        When the scope may not plan the days of these managers.
    """
    require_planning(scope, branch_id, request.managers)
    market, plan, as_of = ground(store, scope, branch_id, day=min(request.days, default=None))
    locked = locked_elsewhere(store, scope, branch_id, sweep_id=draft.sweep_id if draft else None, now_us=now_us)
    found = solve_sweep(market, plan, request, as_of=as_of, settings=settings, locked=locked, cache=cache, on_best=on_best)
    first, last = request.days[0], request.days[-1]
    asked, result = request_text(request), plan_text(found)
    if draft is None:
        record = create_sweep(
            store,
            scope,
            branch_id,
            title=title or f"{', '.join(request.managers)} {first.isoformat()}",
            request=asked,
            result=result,
            managers=request.managers,
            first_on=first,
            last_on=last,
            now_us=now_us,
        )
    else:
        record = save_sweep(
            store,
            scope,
            branch_id,
            draft.sweep_id,
            expected=draft.version,
            now_us=now_us,
            title=title or None,
            request=asked,
            result=result,
            managers=request.managers,
            days=(first, last),
        )
    return Planned(record, request, found)


def open_sweep(store: Store, scope: Scope, branch_id: str, sweep_id: int) -> tuple[SweepRecord, SweepRequest | None, SweepPlan | None]:
    """Open a sweep: its line, what was asked, and its plan; None where it has none yet.

    Raises
    ------
    PlanError
        When the branch has no such sweep, or none that the scope may see; when what is kept cannot be read any more.
    """
    record = sweep_record(store, scope, branch_id, sweep_id)
    try:
        request = read_request(record.request) if record.request else None
        return record, request, read_plan(record.result) if record.result else None
    except (ValueError, KeyError) as error:
        raise PlanError(
            say(N_("What is kept of sweep {sweep} cannot be read: {reason}."), sweep=sweep_id, reason=str(error)),
            remedy=say(N_("Plan it again.")),
        ) from error


def publish(store: Store, scope: Scope, branch_id: str, sweep_id: int, *, expected: int, now_us: int) -> SweepRecord:
    """Publish a draft as it is planned: its doors are locked to whoever goes there until it ends.

    Raises
    ------
    Conflict
        When somebody else saved it since, or doors are locked in other sweeps: every one with whom and since when.
    PlanError
        When it is no draft, or has not been planned.
    """
    _record, _request, plan = open_sweep(store, scope, branch_id, sweep_id)
    return publish_sweep(store, scope, branch_id, sweep_id, expected=expected, doors=doors_of(plan), now_us=now_us)


def doors_of(plan: SweepPlan | None) -> dict[str, str]:
    """Return who goes to each door of a plan, by organisation."""
    return {door.org_id: day.manager_id for day in (plan.days if plan else ()) for door in day.doors}


def left_out(
    store: Store, scope: Scope, branch_id: str, request: SweepRequest, *, settings: Settings, sweep_id: int | None = None
) -> tuple[Message, ...]:
    """Say how many doors of a request are kept out by what, how many have no place at all, and which opening hours nobody can read."""
    market, plan, as_of = ground(store, scope, branch_id, day=min(request.days, default=None))
    locked = locked_elsewhere(store, scope, branch_id, sweep_id=sweep_id)
    table = find_candidates(market, plan, request, as_of=as_of, settings=settings, locked=locked)
    told = [*blocks_counted(table)]
    if homeless := without_place(market, plan, as_of):
        told.append(say(N_("{count} organisations of the branch have no place, so nobody holds them: place them on Data."), count=homeless))
    if unread := hours_of_doors(table, request).unread:
        texts = ", ".join(unread[:_HOURS_SHOWN])
        told.append(say(N_("These opening hours were not understood and are taken as always open: {texts}."), texts=texts))
    return tuple(told)


def who_is_on(store: Store, scope: Scope, branch_id: str, *, states: Collection[str] = ("published",)) -> pd.DataFrame:
    """List which manager is out on which day in the sweeps that the scope sees.

    Returns
    -------
    One row per day of a manager that has stops, by day and manager: day, manager_id, sweep_id, title, state, stops, doors, leaves_min,
    returns_min.
    """
    listed = sweeps(store, scope, branch_id, states=states)
    rows = []
    for sweep_id in listed.loc[listed["planned"], "sweep_id"].tolist():
        record, _request, plan = open_sweep(store, scope, branch_id, int(sweep_id))
        rows += [
            (
                day.day,
                day.manager_id,
                record.sweep_id,
                record.title,
                record.state,
                len(day.stops),
                len(day.doors),
                day.leaves_min,
                day.returns_min,
            )
            for day in (plan.days if plan else ())
            if day.stops
        ]
    columns = ["day", "manager_id", "sweep_id", "title", "state", "stops", "doors", "leaves_min", "returns_min"]
    return pd.DataFrame(rows, columns=columns).sort_values(["day", "manager_id", "sweep_id"], ignore_index=True)
