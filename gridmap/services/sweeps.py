"""What a person asks of a sweep: propose days, list doors, plan them, keep the draft, open it, publish it, compare it with simpler ways."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pandas as pd

from gridmap.errors import N_, PlanError, say
from gridmap.market import Market
from gridmap.plan import Plan
from gridmap.scope import Scope
from gridmap.services.plans import owned_on, today
from gridmap.settings import Settings, SweepRules
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
from gridmap.sweeps.candidates import blocked_said, blocks_counted, find_candidates, reasons_of
from gridmap.sweeps.comparing import METHODS, compare
from gridmap.sweeps.planned import SweepPlan
from gridmap.sweeps.planning import solve_sweep
from gridmap.sweeps.request import Lunch, Shift, SweepRequest
from gridmap.sweeps.written import plan_text, read_plan, read_request, request_text
from gridmap.workload import WORKING_DAYS, is_active

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
# A week ahead holds a working day of anybody who works at all.
_LOOK_AHEAD_DAYS = 60
DEFAULT_DAYS = 5


@dataclass(frozen=True)
class Planned:
    """A sweep as it was planned and saved."""

    record: SweepRecord
    request: SweepRequest
    plan: SweepPlan


def default_days(market: Market, managers: Collection[str], *, first: date, count: int = DEFAULT_DAYS) -> tuple[date, ...]:
    """Return the next days, from one on, on which at least one of the managers works; none where nobody does within 60 days.

    Parameters
    ----------
    first
        The first day that may be taken.
    count
        Days wanted.
    """
    ahead = [first + timedelta(days=step) for step in range(_LOOK_AHEAD_DAYS)]
    return tuple(day for day in ahead if any(_works(market, manager, day) for manager in managers))[:count]


def new_request(market: Market, plan: Plan, *, managers: Sequence[str], days: Sequence[date], settings: Settings) -> SweepRequest:
    """Propose a request: a shift for every manager on each of the days they work.

    Shifts, lunch, most doors and rounds are the settings'; whose hours per day are shorter than that has a shorter shift.

    Parameters
    ----------
    market, plan
        What is, and who has what.
    managers, days
        Whose days, and which.

    Raises
    ------
    PlanError
        When a manager is not known, or none of them works on any of the days.
    """
    known = set(market.tables["managers"]["manager_id"])
    unknown = sorted(set(managers) - known)
    if unknown or not managers:
        raise PlanError(
            say(N_("There is no manager {managers}."), managers=", ".join(unknown)) if unknown else say(N_("A sweep needs a manager.")),
            expected=say(N_("One of: {known}."), known=", ".join(sorted(known & {*plan.owners_now, *plan.holders_now}))),
            remedy=say(N_("Choose whose days are planned.")),
        )
    rules = settings.sweeps
    worked = [(day, manager) for day in sorted(set(days)) for manager in sorted(set(managers)) if _works(market, manager, day)]
    if not worked:
        raise PlanError(
            say(N_("None of these managers works on these days.")),
            where=", ".join(sorted(set(managers))),
            remedy=say(N_("Choose other days, or mend the working days of the managers on Data.")),
        )
    shifts = tuple(_shift(market, manager, day, rules) for day, manager in worked)
    return SweepRequest(shifts, iterations=rules.iterations)


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


def _works(market: Market, manager: str, day: date) -> bool:
    rows = market.at("managers", day)
    row = rows[rows["manager_id"].eq(manager).to_numpy(dtype=bool)].tail(1)
    if not len(row) or not is_active(row, day)[0]:
        return False
    days = row["working_days"].fillna(WORKING_DAYS).iloc[0]
    return str(day.isoweekday()) in str(days)


def _shift(market: Market, manager: str, day: date, rules: SweepRules) -> Shift:
    begins, ends = rules.shift
    earliest, latest, minutes = rules.lunch
    rows = market.at("managers", day)
    hours = rows.loc[rows["manager_id"].eq(manager).to_numpy(dtype=bool), "hours_per_day"].astype(float).iloc[-1]
    takes_lunch = minutes > 0 and begins <= latest
    if hours == hours:  # noqa: PLR0124 - NaN, not stated, is not equal to itself
        ends = min(ends, round(begins + 60 * hours + (minutes if takes_lunch else 0)))
    lunch = Lunch(earliest, latest, minutes) if takes_lunch and ends > latest else None
    return Shift(manager, day, begins, max(ends, begins + 1), lunch, most_doors=rules.most_doors)
