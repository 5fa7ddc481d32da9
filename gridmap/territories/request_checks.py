"""What can be wrong with a request before anything is searched: every fault at once, in words that say what to do."""

from collections import Counter
from collections.abc import Iterator
from datetime import date

import numpy as np
import pandas as pd

from gridmap.contiguity import pieces
from gridmap.errors import N_, Message, PlanError, say
from gridmap.facts import Facts
from gridmap.market import Market
from gridmap.plan import UNASSIGNED, Plan
from gridmap.reallocation.takers import managers_on, objections
from gridmap.territories.amounts import known_measures
from gridmap.territories.bases import new_names
from gridmap.territories.request import CAPACITY, Limit, Request

CAPPED = ("accounts", "hours")  # measures of which managers have a capacity of their own
MOST_NEW = 20


def require_sound(market: Market, plan: Plan, facts: Facts, request: Request, *, on: date) -> None:
    """Refuse a request that cannot be meant.

    Raises
    ------
    PlanError
        With every reason.
    """
    reasons = [
        *_about_managers(market, plan, request, on),
        *(reason for limit in request.limits for reason in _about_limit(limit, facts)),
        *_about_allowances(market, plan, request, on),
        *_about_numbers(request),
        *_about_cells(market, request),
        *_about_owners(market, plan, request, on),
        *_about_barriers(market, request),
    ]
    if reasons:
        raise PlanError(
            say(N_("Territories cannot be suggested like this.")),
            reasons=tuple({str(reason): reason for reason in reasons}.values()),
            remedy=say(N_("Mend what is listed, then ask again.")),
        )


def _about_managers(market: Market, plan: Plan, request: Request, on: date) -> Iterator[Message]:
    managers = managers_on(market, on)
    named = (*request.managers, *(manager for manager, _ in request.bases))
    yield from (told for _, told in objections(managers, named, on=on).values())
    for manager in sorted(set(request.locked_owners) - set(managers.index)):
        yield say(N_("There is no manager {manager} in this branch."), manager=manager)
    free = taking_part(plan, managers, request)
    if len(free) + request.new_managers < 2:
        yield say(N_("Fewer than two managers can give or take: name more of them, or lock fewer."))
    for manager, count in Counter(request.managers).items():
        if count > 1:
            yield say(N_("{manager} is named more than once."), manager=manager)


def _about_limit(limit: Limit, facts: Facts) -> Iterator[Message]:
    known = known_measures(facts)
    if limit.measure not in known:
        yield say(N_("There is no measure {measure}; one of {known}."), measure=limit.measure, known=", ".join(known))
    if limit.tolerance is not None and not 0 < limit.tolerance < 1:
        yield say(
            N_("The tolerance of {measure} is {tolerance}; a share between 0 and 1 is needed."),
            measure=limit.measure,
            tolerance=limit.tolerance,
        )
    if limit.most == CAPACITY and limit.measure not in CAPPED:
        yield say(N_("Managers have no capacity of {measure}: give a number."), measure=limit.measure)
    numbers = [value for value in (limit.least, limit.most) if isinstance(value, int | float)]
    if any(not np.isfinite(value) or value < 0 for value in numbers):
        yield say(N_("A limit of {measure} is below 0 or no number."), measure=limit.measure)
    elif len(numbers) == 2 and numbers[0] > numbers[1]:
        words = N_("At least {least} and at most {most} of {measure} cannot both be.")
        yield say(words, least=numbers[0], most=numbers[1], measure=limit.measure)
    if limit.tolerance is None and limit.least is None and limit.most is None:
        yield say(N_("The limit of {measure} says nothing: give a tolerance, a least or a most."), measure=limit.measure)


def _about_allowances(market: Market, plan: Plan, request: Request, on: date) -> Iterator[Message]:
    free = (*taking_part(plan, managers_on(market, on), request), *new_names(request.new_managers))
    limited = {limit.measure for limit in request.limits}
    limited |= {"cells"} if request.least_cells is not None or request.most_cells is not None else set()
    for each in request.allowances:
        if each.manager_id not in free:
            yield say(
                N_("{manager} is allowed more or less of {measure}, but takes no part."), manager=each.manager_id, measure=each.measure
            )
        if each.measure not in limited:
            yield say(
                N_("{manager} is allowed more or less of {measure}, which nothing limits."), manager=each.manager_id, measure=each.measure
            )
        numbers = [value for value in (each.least, each.most) if value is not None]
        if any(not np.isfinite(value) or value < 0 for value in numbers):
            yield say(N_("A limit of {measure} is below 0 or no number."), measure=each.measure)
    for manager in sorted(set(request.leaving) & (set(request.managers) | set(request.locked_owners))):
        yield say(N_("{manager} shall leave, and take part or stay locked: only one of these."), manager=manager)


def _about_numbers(request: Request) -> Iterator[Message]:
    for measure, count in Counter(limit.measure for limit in request.limits).items():
        if count > 1:
            yield say(N_("There is more than one limit of {measure}: say all of it in one."), measure=measure)
    least, most = request.least_cells, request.most_cells
    if any(value is not None and value < 0 for value in (least, most)) or (least is not None and most is not None and least > most):
        yield say(N_("The least and the most cells of a manager contradict each other, or are below 0."))
    weights, budget = request.weights, request.budget
    if min(weights.travel, weights.disruption, weights.shape) < 0 or weights.travel + weights.disruption + weights.shape <= 0:
        yield say(N_("No weight may be below 0, and one must be above."))
    if budget.cells is not None and budget.cells < 0:
        yield say(N_("The number of cells that may move is below 0."))
    if any(share is not None and not 0 <= share <= 1 for share in (budget.accounts_share, budget.hours_share)):
        yield say(N_("A share that may change hands lies between 0 and 1."))
    if not 0 <= request.new_managers <= MOST_NEW:
        yield say(N_("New managers: from 0 to {most}."), most=MOST_NEW)
    if min(request.effort.proposals, request.effort.starts, request.effort.workers - 1) < 0:
        yield say(N_("No number of proposals or starts is below 0, and at least one worker searches."))


def _about_cells(market: Market, request: Request) -> Iterator[Message]:
    known = set(market.grid.cells)
    used = [
        *request.locked_cells,
        *(cell for group in request.together for cell in group),
        *(cell for pair in request.apart for cell in pair),
        *(cell for _, cell in request.bases),
    ]
    missing = sorted(set(used) - known)
    if missing:
        yield say(N_("{count} of these are no cells of the branch, the first is {cell}."), count=len(missing), cell=missing[0])
        return
    group_of: dict[str, int] = {}
    for number, group in enumerate(request.together):
        parts = pieces(market.grid, group) if len(group) else []
        if len(parts) > 1:
            words = N_("Cells that shall stay together do not touch: {apart} lie apart from {cell}; add those between, or make two groups.")
            yield say(words, cell=parts[0][0], apart=", ".join(str(part[0]) for part in parts[1:]))
        twice = sorted(cell for cell in set(group) if cell in group_of)
        if twice:
            yield say(N_("Cell {cell} stands in two groups that shall stay together: make one of them."), cell=twice[0])
        group_of |= dict.fromkeys(group, number)
    for one, other in request.apart:
        if one == other or (one in group_of and group_of[one] == group_of.get(other)):
            yield say(N_("Cells {one} and {other} shall be apart and together."), one=one, other=other)
    for manager, count in Counter(manager for manager, _ in request.bases).items():
        if count > 1:
            yield say(N_("{manager} has more than one base."), manager=manager)


def _about_owners(market: Market, plan: Plan, request: Request, on: date) -> Iterator[Message]:
    """Say where locks contradict what shall be together or apart, and where there are fewer cells than managers."""
    owners = plan.owners_now
    ids = taking_part(plan, managers_on(market, on), request)
    locked = set(request.locked_cells)
    stays = {str(cell): str(who) for cell, who in owners.items() if cell in locked or who not in ids}
    for group in request.together:
        fixed = {cell: stays[cell] for cell in sorted(set(group)) if cell in stays}
        nobodys = [cell for cell in sorted(set(group)) if cell not in owners and (cell in locked or request.nobodys == "leave")]
        who = sorted({*fixed.values(), *(UNASSIGNED for _ in nobodys[:1])})
        outside = set(fixed.values()) - set(ids) or nobodys
        if len(who) > 1 or (outside and len(fixed) + len(nobodys) < len(set(group))):
            words = N_("The cells around {cell} shall stay together, but {fixed} may not move: unlock it, or take it out of the group.")
            yield say(words, cell=group[0], fixed=next(iter([*fixed, *nobodys])))
    for one, other in request.apart:
        if one in stays and stays[one] == stays.get(other):
            yield say(N_("Cells {one} and {other} shall be apart, but both stay with {manager}."), one=one, other=other, manager=stays[one])
    mine = int(owners.isin(ids).sum())
    free = mine + (len(market.grid.cells) - len(owners) if request.nobodys == "assign" else 0)
    if mine and free < len(ids) + request.new_managers:
        words = N_("{count} cells are too few for {managers} managers: each needs one.")
        yield say(words, count=free, managers=len(ids) + request.new_managers)


def taking_part(plan: Plan, managers: pd.DataFrame, request: Request) -> tuple[str, ...]:
    """Return who gives and takes, sorted: those named, else all who own cells and may be given some; nobody who is locked.

    Parameters
    ----------
    managers
        As `managers_on` gives them.
    """
    able = managers.index[managers["against"].eq("").to_numpy(dtype=bool)]
    named = request.managers or able[able.isin(plan.owners_now)]
    return tuple(sorted(set(named) - set(request.locked_owners) - set(request.leaving)))


def _about_barriers(market: Market, request: Request) -> Iterator[Message]:
    for table, kind in request.barriers:
        if table not in ("roads", "waters"):
            yield say(N_("Barriers are roads or waters, not {table}."), table=table)
            continue
        kinds = sorted(getattr(market, table)["kind"].dropna().astype(str).unique())
        if kind and kind not in kinds:
            words = N_("There are no {table} of the kind {kind}; there are {known}.")
            yield say(words, table=table, kind=kind, known=", ".join(kinds) or say(N_("none")))
