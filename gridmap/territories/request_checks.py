"""What can be wrong with a request before anything is searched: every fault at once, in words that say what to do."""

from collections import Counter
from collections.abc import Iterator
from datetime import date

import numpy as np

from gridmap.contiguity import pieces
from gridmap.errors import N_, Message, PlanError, say
from gridmap.facts import Facts
from gridmap.market import Market
from gridmap.plan import Plan
from gridmap.reallocation.takers import managers_on, objections
from gridmap.territories.amounts import known_measures
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
        *_about_numbers(request),
        *_about_cells(market, request),
        *_about_barriers(request),
    ]
    if reasons:
        raise PlanError(
            say(N_("Territories cannot be suggested like this.")),
            reasons=tuple(dict.fromkeys(reasons)),
            remedy=say(N_("Mend what is listed, then ask again.")),
        )


def _about_managers(market: Market, plan: Plan, request: Request, on: date) -> Iterator[Message]:
    managers = managers_on(market, on)
    named = (*request.managers, *(manager for manager, _ in request.bases))
    yield from (told for _, told in objections(managers, named, on=on).values())
    for manager in sorted(set(request.locked_owners) - set(managers.index)):
        yield say(N_("There is no manager {manager} in this branch."), manager=manager)
    owning = [who for who in sorted(set(plan.owners_now)) if who in managers.index and managers.loc[who, "against"] == ""]
    free = [who for who in (request.managers or owning) if who not in request.locked_owners]
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
    if min(request.effort.proposals, request.effort.starts - 1, request.effort.workers - 1) < 0:
        yield say(N_("The effort of a search is at least one start, on one worker."))


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
        if len(group) and len(pieces(market.grid, group)) > 1:
            words = N_(
                "The cells that shall stay together around {cell} do not touch each other: add those between them, or make two groups."
            )
            yield say(words, cell=group[0])
        twice = sorted(cell for cell in group if cell in group_of)
        if twice:
            yield say(N_("Cell {cell} stands in two groups that shall stay together: make one of them."), cell=twice[0])
        group_of |= dict.fromkeys(group, number)
    for one, other in request.apart:
        if one == other or (one in group_of and group_of[one] == group_of.get(other)):
            yield say(N_("Cells {one} and {other} shall be apart and together."), one=one, other=other)
    for manager, count in Counter(manager for manager, _ in request.bases).items():
        if count > 1:
            yield say(N_("{manager} has more than one base."), manager=manager)


def _about_barriers(request: Request) -> Iterator[Message]:
    for table, _ in request.barriers:
        if table not in ("roads", "waters"):
            yield say(N_("Barriers are roads or waters, not {table}."), table=table)
