"""Edits of a plan: assign, release, swap and hold, within what is locked; what cannot be done is said by name, never done by half.

Each function takes the plan as it is, the market (which cells there are, who works here) and the day from which the plan shall hold.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

import pandas as pd

from gridmap.errors import N_, CellError, Message, PlanError, say
from gridmap.market import Market
from gridmap.market.columns import rows_in
from gridmap.plan import Layer, Plan
from gridmap.reallocation.takers import managers_on, names_of, objections


@dataclass(frozen=True)
class Locks:
    """What an editor has locked: cells, owners (they neither give nor take), or everything."""

    cells: frozenset[str] = frozenset()
    owners: frozenset[str] = frozenset()
    everything: bool = False


@dataclass(frozen=True)
class Refused:
    """A cell or an organisation that was not moved, and why."""

    subject: str
    message: Message


@dataclass(frozen=True, eq=False)
class Edited:
    """A plan after an edit: what the edit moved, and what it refused to. What the taker had already is in neither."""

    plan: Plan
    moved: tuple[str, ...]
    refused: tuple[Refused, ...]


def assign(plan: Plan, cells: Collection[str], taker: str, *, market: Market, on: date, locks: Locks, reason: str = "") -> Edited:
    """Give cells to a manager; each that is locked, or whose owner is, stays and is listed.

    Parameters
    ----------
    taker
        A manager who may own cells on the day `on`; empty to release.
    reason
        Why, kept with each move.

    Raises
    ------
    CellError
        When one of the cells is not in the grid of the branch.
    """
    _require_cells(market, cells)
    return _given(plan, "cell", cells, taker, market=market, on=on, locks=locks, reason=reason)


def release(plan: Plan, cells: Collection[str], *, market: Market, on: date, locks: Locks, reason: str = "") -> Edited:
    """Leave cells to nobody, on purpose; otherwise as `assign`."""
    return assign(plan, cells, "", market=market, on=on, locks=locks, reason=reason)


def hold(plan: Plan, organisations: Collection[str], taker: str, *, market: Market, on: date, locks: Locks, reason: str = "") -> Edited:
    """Let a manager hold organisations by name; with an empty taker they fall to the owners of their cells.

    Locked owners neither give nor take; locks of cells do not bind what is held by name.

    Raises
    ------
    PlanError
        When the branch does not know one of the organisations.
    """
    wanted = pd.Index(sorted(set(organisations)), dtype="str")
    unknown = wanted[rows_in(wanted, market.tables["organisations"]["org_id"]) < 0]
    if len(unknown):
        raise PlanError(
            say(N_("The branch does not know {count} of these organisations, the first is {first}."), count=len(unknown), first=unknown[0]),
            remedy=say(N_("Choose from the organisations that are listed.")),
        )
    return _given(plan, "holder", wanted, taker, market=market, on=on, locks=locks, reason=reason)


def swap(plan: Plan, first: str, second: str, *, market: Market, on: date, locks: Locks, reason: str = "") -> Edited:
    """Exchange all cells of two owners; as soon as one of them may not be moved, nothing is, and each of these is listed.

    Raises
    ------
    PlanError
        When these are not two managers.
    """
    if not first or not second or first == second:
        raise PlanError(say(N_("Two managers are needed for a swap.")), remedy=say(N_("Choose two different managers.")))
    owners = plan.owners_now
    gives = {taker: list(owners.index[owners.eq(giver)]) for giver, taker in ((first, second), (second, first))}
    managers = managers_on(market, on)
    refused = [
        each for taker, cells in gives.items() for each in _refusals(plan, "cell", cells, taker, managers=managers, on=on, locks=locks)
    ]
    if refused:
        return Edited(plan, (), tuple(refused))
    edited = plan
    for taker, cells in gives.items():
        edited = edited.reassigned("cell", cells, taker, reason=reason)
    return Edited(edited, tuple(sorted(gives[first] + gives[second])), ())


def _require_cells(market: Market, cells: Collection[str]) -> None:
    wanted = pd.Index(list(cells), dtype="str")
    unknown = wanted[rows_in(wanted, market.grid.cells) < 0]
    if len(unknown):
        raise CellError(
            say(N_("{count} of these are no cells of the branch, the first is {cell}."), count=len(unknown), cell=str(unknown[0])),
            remedy=say(N_("Choose cells of the grid.")),
        )


def _given(plan: Plan, layer: Layer, subjects: Iterable[str], taker: str, *, market: Market, on: date, locks: Locks, reason: str) -> Edited:
    has = _now(plan, layer)
    wanted = [subject for subject in sorted(set(subjects)) if has.get(subject, "") != taker]
    refused = _refusals(plan, layer, wanted, taker, managers=managers_on(market, on), on=on, locks=locks)
    kept = {each.subject for each in refused}
    moved = [subject for subject in wanted if subject not in kept]
    return Edited(plan.reassigned(layer, moved, taker, reason=reason) if moved else plan, tuple(moved), refused)


def _refusals(
    plan: Plan, layer: Layer, subjects: Iterable[str], taker: str, *, managers: pd.DataFrame, on: date, locks: Locks
) -> tuple[Refused, ...]:
    against = objections(managers, [taker] if taker else [], on=on)
    names = names_of(managers)
    whole: Message | None = None
    if locks.everything:
        whole = say(N_("Everything is locked."))
    elif against:
        whole = against[taker][1]
    elif taker in locks.owners:
        whole = say(N_("{manager} is locked and takes nothing."), manager=names.get(taker, taker))
    if whole is not None:
        return tuple(Refused(subject, whole) for subject in subjects)
    has = _now(plan, layer)
    refused = []
    for subject in subjects:
        giver = has.get(subject, "")
        if layer == "cell" and subject in locks.cells:
            refused.append(Refused(subject, say(N_("The cell {cell} is locked."), cell=subject)))
        elif giver in locks.owners:
            refused.append(Refused(subject, say(N_("{manager} is locked and gives nothing."), manager=names.get(giver, giver))))
    return tuple(refused)


def _now(plan: Plan, layer: Layer) -> dict[str, str]:
    relation = plan.owners_now if layer == "cell" else plan.holders_now
    return dict(zip(relation.index.tolist(), relation.tolist(), strict=True))
