"""What a person asks of a plan: look at it, check it, submit it, publish it with its targets, and say what it changes."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pandas as pd

from gridmap import schema
from gridmap.errors import N_, Clash, Conflict, PlanError, say
from gridmap.facts import Facts, measure
from gridmap.files import file_format, write_table
from gridmap.market import Branch, Market, day_end_us
from gridmap.plan import LAYERS, Plan
from gridmap.reallocation.assignments import assignments_of
from gridmap.reallocation.editing import Locks
from gridmap.reallocation.handover import moved_targets
from gridmap.reallocation.validation import Problem, validate
from gridmap.scope import Scope
from gridmap.services.overview import days_to_show
from gridmap.settings import Rules
from gridmap.store import (
    PlanRecord,
    Store,
    branches,
    open_market,
    open_plan,
    plan_as_of,
    publish_plan,
    stale_moves,
    take_step,
)
from gridmap.store.plan_rows import require_state


@dataclass(frozen=True, eq=False)
class Looked:
    """A plan beside what it is about: ownership with its moves, the market, its facts of a day, and what went stale since."""

    record: PlanRecord
    plan: Plan
    market: Market
    facts: Facts
    stale: tuple[Clash, ...]


def today(store: Store, scope: Scope, branch_id: str) -> date:
    """Return the day it is in a branch by the store's clock."""
    return datetime.fromtimestamp(store.clock() / 1_000_000, tz=ZoneInfo(_zone(store, scope, branch_id))).date()


def owned_on(store: Store, scope: Scope, branch_id: str, day: date) -> Plan:
    """Return who has what when a day begins, local to the branch, as known now."""
    return plan_as_of(store, scope, branch_id, valid_us=day_end_us(day - timedelta(days=1), _zone(store, scope, branch_id)))


def look(store: Store, scope: Scope, branch_id: str, plan_id: int, *, rules: Rules, as_of: date | None = None) -> Looked:
    """Open a plan with what is needed to judge it.

    Parameters
    ----------
    as_of
        The day whose facts are shown; None for the last day with data.

    Raises
    ------
    PlanError
        When the branch has no such plan.
    ScopeError
        When the person may not see plans here.
    """
    record, plan = open_plan(store, scope, branch_id, plan_id)
    market, facts = measured(store, scope, branch_id, plan, rules=rules, as_of=as_of, effective_on=record.effective_on)
    return Looked(record, plan, market, facts, stale_moves(store, scope, branch_id, plan_id))


def measured(
    store: Store, scope: Scope, branch_id: str, plan: Plan, *, rules: Rules, effective_on: date, as_of: date | None = None
) -> tuple[Market, Facts]:
    """Open a branch's market on the grid of a plan's day and measure it with the holders there were before the plan.

    `as_of` is the day that is measured, None for the last one with data.
    """
    market = open_market(store, scope, branch_id, as_of=effective_on)
    day = as_of or days_to_show(market, today(store, scope, branch_id))[-1]
    return market, measure(market, plan.holders, as_of=day, window_days=rules.window_days, rules=rules)


def check(looked: Looked, *, rules: Rules) -> tuple[Problem, ...]:
    """Return everything that speaks against a plan, what blocks it first."""
    day = looked.record.effective_on
    return validate(looked.market, looked.plan, looked.facts, rules=rules, locks=locks_of(looked.record), effective_on=day)


def locks_of(record: PlanRecord) -> Locks:
    """Return what may not be moved in a plan."""
    options = record.options
    return Locks(frozenset(options.locked_cells), frozenset(options.locked_owners), options.locked_all)


def submit(
    store: Store, scope: Scope, branch_id: str, plan_id: int, *, rules: Rules, expected: int | None, now_us: int, note: str = ""
) -> PlanRecord:
    """Submit a draft for approval, unless something blocks it.

    Raises
    ------
    PlanError
        With every reason that blocks it.
    Conflict
        When it is stale: every subject that somebody else changed since.
    """
    scope.require("change_ownership", branch_id)
    _refuse_blocked(store, scope, branch_id, plan_id, state="draft", rules=rules)
    return take_step(store, scope, branch_id, plan_id, "submit", expected=expected, now_us=now_us, note=note)


def publish(
    store: Store,
    scope: Scope,
    branch_id: str,
    plan_id: int,
    *,
    rules: Rules,
    expected: int | None,
    now_us: int,
    on: date | None = None,
) -> PlanRecord:
    """Publish an approved plan: its moves hold from its day on, and the targets of its managers move with their accounts.

    Parameters
    ----------
    on
        Another day than the plan's own.

    Raises
    ------
    PlanError
        When it is not approved, or something blocks it by now: managers may have left since it was approved.
    Conflict
        When somebody else changed a moved subject since; nothing is written.
    """
    scope.require("approve_plans", branch_id)
    looked = _refuse_blocked(store, scope, branch_id, plan_id, state="approved", rules=rules)
    day = on or looked.record.effective_on
    targets = moved_targets(looked.market, looked.plan, looked.facts, effective_on=day, rules=rules)
    return publish_plan(store, scope, branch_id, plan_id, expected=expected, now_us=now_us, on=on, targets=targets)


def differences(plan: Plan, market: Market) -> pd.DataFrame:
    """List what a plan moves.

    Returns
    -------
    One row per move: layer, subject, name (of the organisation; missing for cells), giver, taker (manager ids, empty for nobody),
    reason; in order of layer and subject.
    """
    organisations = market.tables["organisations"].drop_duplicates("org_id", keep="last").set_index("org_id")["name"]
    frame = pd.DataFrame([vars(move) for move in plan.moves], columns=["subject", "layer", "giver", "taker", "reason"])
    named = frame["subject"].map(organisations).where(frame["layer"] != "cell")
    return frame.assign(name=named)[["layer", "subject", "name", "giver", "taker", "reason"]]


def compared(first: Plan, second: Plan) -> pd.DataFrame:
    """Compare what two plans propose.

    Returns
    -------
    One row per subject that the two would give to different managers: layer, subject, first, second (manager ids, empty for nobody).
    """
    rows = []
    for layer in LAYERS:
        one, other = (each.now(layer) for each in (first, second))
        both = pd.DataFrame({"first": one, "second": other}).fillna("")
        different = both[both["first"] != both["second"]]
        rows += [(layer, subject, *pair) for subject, pair in zip(different.index, different.itertuples(index=False), strict=True)]
    return pd.DataFrame(rows, columns=["layer", "subject", "first", "second"])


def export_plan(
    store: Store,
    scope: Scope,
    branch_id: str,
    plan_id: int,
    format: str,  # noqa: A002 - the word for it
    *,
    what: str,
) -> bytes:
    """Write a plan as a file.

    Parameters
    ----------
    format
        Key of a format.
    what
        `ownership`: the cells it moves, each with its new owner and from when, in the form of the table `ownership`, to be imported
        again; `moves`: everything it moves, from whom to whom, and why.

    Raises
    ------
    ScopeError
        When the person may not export here.
    FileError
        When the format needs places and moves have none.
    """
    scope.require("export_data", branch_id)
    record, plan = open_plan(store, scope, branch_id, plan_id)
    name = f"{branch_id} plan {plan_id}"
    if what == "ownership":
        rows = assignments_of(plan, record.effective_on).assign(branch_id=branch_id)
        return write_table(rows, file_format(format).key, table=schema.table("ownership"), name=name)
    rows = differences(plan, open_market(store, scope, branch_id, as_of=record.effective_on)).assign(
        effective_on=record.effective_on.isoformat()
    )
    return write_table(rows, file_format(format).key, name=name)


def _refuse_blocked(store: Store, scope: Scope, branch_id: str, plan_id: int, *, state: str, rules: Rules) -> Looked:
    looked = look(store, scope, branch_id, plan_id, rules=rules)
    require_state(looked.record, state)
    if looked.stale:
        raise Conflict(
            say(N_("Somebody else changed {count} of these first."), count=len(looked.stale)),
            clashes=looked.stale,
            remedy=say(N_("Nothing was changed. Look at each, then bring the plan up to date.")),
        )
    blocking = tuple(problem.message for problem in check(looked, rules=rules) if problem.blocks)
    if blocking:
        raise PlanError(
            say(N_("Plan {plan} cannot go on yet."), plan=plan_id),
            reasons=blocking,
            remedy=say(N_("Mend what is listed in the draft, then submit it again.")),
        )
    return looked


def _zone(store: Store, scope: Scope, branch_id: str) -> str:
    zones = branches(store, scope).set_index("branch_id")["time_zone"].dropna()
    return str(zones.get(branch_id, Branch.time_zone))
