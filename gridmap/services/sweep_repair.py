"""After a day: the days of a published sweep that remain, planned again from what was recorded, and kept with their doors locked."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from gridmap.errors import N_, PlanError, say
from gridmap.market import Market, local_days
from gridmap.market.columns import is_one_of
from gridmap.schema.field import FACE_TO_FACE
from gridmap.scope import Scope
from gridmap.services.plans import today
from gridmap.services.sweeps import ground, locked_elsewhere, open_sweep
from gridmap.settings import Settings
from gridmap.store import Store, SweepRecord, repair_sweep
from gridmap.store.sweep_rows import require_planning
from gridmap.sweeps.planned import SweepPlan
from gridmap.sweeps.planning import solve_sweep
from gridmap.sweeps.repair import Repaired, repair
from gridmap.sweeps.request import SweepRequest
from gridmap.sweeps.written import plan_text, request_text


@dataclass(frozen=True)
class Proposal:
    """A repair that is proposed: the sweep as it was opened, from which day it is planned again, and what would change."""

    record: SweepRecord
    from_day: date
    repaired: Repaired


def propose_repair(  # noqa: PLR0913 - what is repaired and how it is searched, each by name
    store: Store,
    scope: Scope,
    branch_id: str,
    sweep_id: int,
    *,
    settings: Settings,
    from_day: date | None = None,
    absent: Collection[tuple[str, date]] = (),
    cache: Path | None = None,
    stop: Callable[[], bool] | None = None,
) -> Proposal:
    """Plan the days of a published sweep that remain once more; nothing is written.

    Parameters
    ----------
    from_day
        The first day that is planned again; None for today by the store's clock, or the sweep's first day where that is later.
    absent
        Managers and days that are not worked after all.
    cache, stop
        As `gridmap.sweeps.planning.solve_sweep` has them.

    Raises
    ------
    PlanError
        When it is not published, has no plan, or none of its days remains.
    ScopeError
        When the scope may not plan the days of its managers.
    """
    record, request, plan = open_sweep(store, scope, branch_id, sweep_id)
    require_planning(scope, branch_id, record.managers)
    if record.state != "published" or request is None or plan is None:
        raise PlanError(
            say(N_("Sweep {sweep} is not published, so there is nothing to repair."), sweep=sweep_id),
            remedy=say(N_("Plan a draft again instead; what has ended stays as it was.")),
        )
    first = max(from_day or today(store, scope, branch_id), record.first_on)
    if first > record.last_on:
        raise PlanError(
            say(N_("The last day of sweep {sweep} is over."), sweep=sweep_id), remedy=say(N_("Plan a new sweep for what is left."))
        )
    market, owned, as_of = ground(store, scope, branch_id, day=first)
    locked = locked_elsewhere(store, scope, branch_id, sweep_id=sweep_id)

    def solve(rest: SweepRequest, keep: SweepPlan) -> SweepPlan:
        return solve_sweep(market, owned, rest, as_of=as_of, settings=settings, locked=locked, cache=cache, stop=stop, keep=keep)

    done = tries_of(market, plan, since=record.first_on)
    zone = market.branch.time_zone
    return Proposal(
        record,
        first,
        repair(request, plan, done=done, from_day=first, solve=solve, rules=settings.sweeps, time_zone=zone, absent=absent),
    )


def keep_repair(store: Store, scope: Scope, branch_id: str, proposal: Proposal, *, now_us: int, note: str = "") -> SweepRecord:
    """Write a proposed repair: dropped doors are released, new ones locked.

    Raises
    ------
    Conflict
        When somebody saved the sweep since it was opened, or a new door is locked in another sweep by now.
    """
    repaired = proposal.repaired
    return repair_sweep(
        store,
        scope,
        branch_id,
        proposal.record.sweep_id,
        expected=proposal.record.version,
        result=plan_text(repaired.plan),
        request=request_text(repaired.request),
        doors=repaired.doors,
        now_us=now_us,
        note=note,
    )


def tries_of(market: Market, plan: SweepPlan, *, since: date) -> pd.DataFrame:
    """Return what was recorded face to face at the doors of a plan from a day on: org_id, outcome, at (instants, UTC)."""
    visits = market.tables["visits"]
    doors = sorted({door.org_id for door in plan.doors})
    face = is_one_of(visits["kind"], *FACE_TO_FACE) | visits["kind"].isna().to_numpy()
    days = local_days(visits["visited_at"], market.branch.time_zone)
    chosen = visits[is_one_of(visits["org_id"], *doors) & face & (days >= pd.Timestamp(since)).to_numpy(dtype=bool)]
    return chosen[["org_id", "outcome", "visited_at"]].rename(columns={"visited_at": "at"}).reset_index(drop=True)
