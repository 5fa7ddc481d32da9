"""Drafting: begin a plan from nothing, from another, from a file or because somebody leaves; and edit one within its locks."""

from collections.abc import Collection, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

import pandas as pd

from gridmap import schema
from gridmap.errors import N_, PlanError, say
from gridmap.files import read_file
from gridmap.plan import Move
from gridmap.reallocation.assignments import COLUMNS, moves_from_assignments
from gridmap.reallocation.editing import Edited, assign, hold, swap
from gridmap.reallocation.handover import resignation
from gridmap.scope import Scope
from gridmap.services.plans import Looked, locks_of, measured, owned_on, today
from gridmap.settings import Rules, Settings
from gridmap.store import PlanOptions, PlanRecord, Store, create_plan, open_market, open_plan, save_plan
from gridmap.store.publishing import rebased
from gridmap.tables.mapping import propose_mapping


def next_account_month(day: date) -> date:
    """Return the first day of the account month after a day: moves hold from then by default, so that pay is not split."""
    return (day.replace(day=1) + pd.DateOffset(months=1)).date()


def new_plan(
    store: Store,
    scope: Scope,
    branch_id: str,
    *,
    title: str,
    now_us: int,
    effective_on: date | None = None,
    moves: Collection[Move] = (),
    options: PlanOptions | None = None,
) -> PlanRecord:
    """Begin a draft; without a day it shall hold from day 1 of the next account month. Errors as of `create_plan`."""
    scope.require("change_ownership", branch_id)
    day = effective_on or next_account_month(today(store, scope, branch_id))
    return create_plan(store, scope, branch_id, title=title, effective_on=day, now_us=now_us, moves=moves, options=options)


def copy_plan(store: Store, scope: Scope, branch_id: str, plan_id: int, *, title: str, now_us: int) -> PlanRecord:
    """Begin a draft with the moves of another plan, whatever became of that one, as they are to be made from who has things now.

    The draft holds from the other's day, or from the next account month where that day has passed.
    """
    scope.require("change_ownership", branch_id)
    found, plan = open_plan(store, scope, branch_id, plan_id)
    now = today(store, scope, branch_id)
    day = found.effective_on if found.effective_on > now else next_account_month(now)
    moves = rebased(owned_on(store, scope, branch_id, day), plan.moves)
    return create_plan(
        store, scope, branch_id, title=title, effective_on=day, now_us=now_us, moves=moves, options=found.options, note=str(plan_id)
    )


def set_title_and_day(
    store: Store,
    scope: Scope,
    branch_id: str,
    plan_id: int,
    *,
    title: str,
    effective_on: date,
    expected: int | None,
    now_us: int,
) -> PlanRecord:
    """Give a draft another title, or another first day: its moves are then taken from whoever has things on that day.

    Raises
    ------
    PlanError
        When the title is empty, or it is no draft any more.
    Conflict
        When somebody else saved the draft since.
    """
    scope.require("change_ownership", branch_id)
    found, plan = open_plan(store, scope, branch_id, plan_id)
    if not title.strip():
        raise PlanError(say(N_("A plan needs a title.")), remedy=say(N_("Say in a few words what it is for.")))
    moves = rebased(owned_on(store, scope, branch_id, effective_on), plan.moves) if effective_on != found.effective_on else None
    version = found.version if expected is None else expected
    return save_plan(
        store, scope, branch_id, plan_id, expected=version, now_us=now_us, moves=moves, title=title.strip(), effective_on=effective_on
    )


def plan_for_leaving(  # noqa: PLR0913 - what the draft begins with, each by name
    store: Store,
    scope: Scope,
    branch_id: str,
    manager_id: str,
    *,
    title: str,
    rules: Rules,
    now_us: int,
    effective_on: date | None = None,
    takers: Mapping[str, str] = MappingProxyType({}),
) -> PlanRecord:
    """Begin a draft in which everything of a manager who leaves goes to others: cells, organisations by name, sponsorships.

    Parameters
    ----------
    takers
        Named takers by layer (`cell`, `holder`, `sponsor`); a layer without one is proposed.

    Raises
    ------
    PlanError
        When a named taker cannot have it.
    """
    scope.require("change_ownership", branch_id)
    day = effective_on or next_account_month(today(store, scope, branch_id))
    plan = owned_on(store, scope, branch_id, day)
    market, facts = measured(store, scope, branch_id, plan, rules=rules, effective_on=day)
    to = {"cells_to": takers.get("cell"), "holders_to": takers.get("holder"), "sponsors_to": takers.get("sponsor")}
    moves = resignation(market, plan, facts, manager_id, rules=rules, **to)
    return create_plan(store, scope, branch_id, title=title, effective_on=day, now_us=now_us, moves=moves)


def plan_from_file(  # noqa: PLR0913 - what the draft begins with, each by name
    store: Store,
    scope: Scope,
    branch_id: str,
    name: str,
    data: bytes,
    *,
    title: str,
    settings: Settings,
    now_us: int,
    effective_on: date | None = None,
) -> PlanRecord:
    """Begin a draft in which cells have the owners that a file of assignments names; nothing is changed but what the file says.

    Parameters
    ----------
    name, data
        A file of any format with the columns of the table `ownership`, of which only `cell` and `owner` are needed.

    Raises
    ------
    FileError
        When the file cannot be read.
    TableError
        With every row that names no cell of the grid or no manager of the branch.
    """
    scope.require("change_ownership", branch_id)
    day = effective_on or next_account_month(today(store, scope, branch_id))
    rows = _assignments(data, name, settings)
    market = open_market(store, scope, branch_id, as_of=day)
    plan = owned_on(store, scope, branch_id, day)
    known = market.tables["managers"]["manager_id"]
    moves = moves_from_assignments(plan, rows, cells=market.grid.cells, managers=known)
    return create_plan(store, scope, branch_id, title=title, effective_on=day, now_us=now_us, moves=moves, note=name)


def _assignments(data: bytes, name: str, settings: Settings) -> pd.DataFrame:
    """Read the columns of assignments out of a file, by whatever headers the table's columns go; the index counts as the file does."""
    raw = read_file(data, name, limits=settings.limits, table="ownership")
    found = {
        column: header for column, header in propose_mapping(raw.columns, schema.table("ownership")).columns.items() if header in raw.frame
    }
    rows = raw.frame[list(found.values())].set_axis(list(found), axis=1).set_axis(pd.Index(raw.rows), axis=0)
    if "valid_from" in rows:  # only which row is the latest matters: the plan has a day of its own
        rows = rows.assign(valid_from=pd.to_datetime(rows["valid_from"], errors="coerce"))
    return rows[[column for column in rows if column in COLUMNS]]


def move(looked: Looked, cells: Collection[str], taker: str, *, organisations: Collection[str] = (), reason: str = "") -> Edited:
    """Give cells, and organisations held by name, to a manager within the locks of a plan; an empty taker releases them.

    Returns
    -------
    The plan afterwards, what was moved, and what was refused and why.

    Raises
    ------
    CellError, PlanError
        When the branch has no such cell or organisation.
    """
    bound: dict[str, Any] = {"market": looked.market, "on": looked.record.effective_on, "locks": locks_of(looked.record), "reason": reason}
    given = assign(looked.plan, cells, taker, **bound)
    held = hold(given.plan, organisations, taker, **bound)
    return Edited(held.plan, (*given.moved, *held.moved), (*given.refused, *held.refused))


def swap_owners(looked: Looked, first: str, second: str, *, reason: str = "") -> Edited:
    """Let two managers exchange all their cells, or none where one of them may not be moved."""
    bound: dict[str, Any] = {"market": looked.market, "on": looked.record.effective_on, "locks": locks_of(looked.record), "reason": reason}
    return swap(looked.plan, first, second, **bound)
