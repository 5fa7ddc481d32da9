"""Make the engine's problem of a request: units, managers, limits, costs and locks, from a market and a plan."""

from collections import Counter
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from gridmap.errors import N_, PlanError, say
from gridmap.facts import Facts
from gridmap.market import Market
from gridmap.market.columns import rows_in
from gridmap.plan import Plan
from gridmap.reallocation.effect import facts_after
from gridmap.reallocation.takers import managers_on, names_of
from gridmap.settings import Rules
from gridmap.territories.amounts import cell_amounts
from gridmap.territories.bases import base_positions, new_names
from gridmap.territories.costs import costs_of, hours_weights, metric_points
from gridmap.territories.engine.problem import NOBODY, Bases, Problem
from gridmap.territories.islands import Islands, Land, find_islands
from gridmap.territories.limits import Limits, Regions, limits_of
from gridmap.territories.neighbours import Pairs, both_ways, neighbours
from gridmap.territories.parts import Parts, most_of, parts_of, summed
from gridmap.territories.remarks import remarks_on
from gridmap.territories.request import Request
from gridmap.territories.request_checks import require_sound, taking_part
from gridmap.territories.task import Floats, Task, Whole
from gridmap.texts import Name

Array = np.ndarray[Any, Any]
CARRIED = ("cells", "accounts", "hours")  # what is told of every move, whatever is limited


def make_task(market: Market, plan: Plan, facts: Facts, *, request: Request, rules: Rules, on: date) -> Task:
    """Make a request ready for the engine.

    Parameters
    ----------
    market, plan
        What is, and who owns it: disruption counts against `plan.owners`, the search begins from `plan.owners_now`.
    facts
        Measured with the plan's base holders, of the day the figures are told for.
    on
        First day on which the territories shall hold: who takes part must work here then.

    Raises
    ------
    PlanError
        With every reason for which the request cannot be meant.
    """
    require_sound(market, plan, facts, request, on=on)
    facts = facts_after(market, plan, facts, rules=rules)
    managers = managers_on(market, on)
    ids = taking_part(plan, managers, request)
    parts = parts_of(market, plan, ids, request)
    points = metric_points(market)
    carried = cell_amounts(market, facts, CARRIED)[parts.cells]
    weight = hours_weights(carried[:, 2])
    base, own_base = base_positions(market, plan, request, ids=ids, points=points, on=on)
    costs = costs_of(request, parts, points[parts.cells], points[base], weight)
    everybody = (*ids, *new_names(request.new_managers))
    land = Land(market, parts.cells, parts.unit, points[parts.cells])
    unit_of_cell = np.full(len(market.grid.cells), -1, dtype=np.int64)
    unit_of_cell[parts.cells] = parts.unit
    pairs = neighbours(market, request, unit_of_cell)
    homes = _homes(parts, points, base, costs.bases)
    called = names_of(managers)
    names = [called.get(who, Name(who)) for who in everybody]
    found = find_islands(land, pairs, way=request.islands, homes=homes, names=names)
    regions = Regions(found.region[parts.unit], found.region[homes])
    limits = limits_of(market, facts, request, rules=rules, ids=everybody, cells=parts.cells, regions=regions)
    fixed = _fixed(parts, request, market, base, own_base)
    problem = _problem(market, request, parts, costs.cost, carried, limits, fixed, (pairs, found, regions))
    told = pd.DataFrame(summed(carried, parts), columns=list(CARRIED)).rename_axis("unit")
    notes = (*limits.notes, *found.told, *remarks_on(problem, limits.measures, names))
    bases = np.r_[base, np.full(request.new_managers, -1)]
    return Task(
        market, plan, facts, request, on, everybody, managers.reindex(ids), limits.measures, unit_of_cell, problem, costs.bases,
        limits.held, limits.total, limits.fair, bases, told, notes,
    )  # fmt: skip


def _homes(parts: Parts, points: Floats, base: Whole, bases: Bases | None) -> Whole:
    """Return the unit that everybody is based in; the nearest one for who is based in a cell that takes no part."""
    near: Whole = cKDTree(points[parts.cells]).query(points[base])[1] if len(base) else np.zeros(0, dtype=np.int64)
    new = bases.candidates[bases.centre[bases.found]] if bases is not None else np.zeros(0, dtype=np.int64)
    return np.asarray(np.r_[parts.unit[near], new], dtype=np.int64)


def _fixed(parts: Parts, request: Request, market: Market, base: Whole, own_base: Array) -> Whole:
    """Return who must have each unit: the owner of locked cells, and who is based in a cell of their own, alone there."""
    fixed = np.full(parts.count, NOBODY, dtype=np.int64)
    place = np.full(len(market.grid.cells), -1)
    place[parts.cells] = np.arange(len(parts.cells))
    homes = {manager: int(place[cell]) for manager, cell in enumerate(base) if own_base[manager] and place[cell] >= 0}
    shared = Counter(int(parts.unit[here]) for here in homes.values())
    for manager, here in homes.items():
        if parts.start[here] == manager and parts.owner[here] == manager and shared[int(parts.unit[here])] == 1:
            fixed[parts.unit[here]] = manager
    locked = rows_in(market.grid.cells[parts.cells], pd.Index(request.locked_cells, dtype="str")) >= 0
    fixed[parts.unit[locked]] = parts.start[locked]
    return fixed


def _problem(  # what the engine needs, each by name
    market: Market,
    request: Request,
    parts: Parts,
    cost: Floats,
    carried: Floats,
    limits: Limits,
    fixed: Whole,
    land: tuple[Pairs, Islands, Regions],
) -> Problem:
    pairs, islands, regions = land
    begins, near, sides = both_ways(parts.count, pairs, islands.bridges)
    length = pairs.side_km.sum()
    owner, others = most_of(parts, parts.owner)
    start, _ = most_of(parts, parts.start)
    change, budget = _budget(request, parts, carried, limits, owner, others)
    locked = np.flatnonzero(fixed != NOBODY)
    allowed = islands.region[:, None] == regions.of_manager[None, :]
    allowed[locked] = False
    allowed[locked, fixed[locked]] = True
    gone = change[locked[fixed[locked] != owner[locked]]].sum(axis=0)
    if (gone > budget + 1e-9).any():
        raise PlanError(
            say(N_("What is locked has moved already in the draft, and is more than may change hands.")),
            remedy=say(N_("Allow more to change hands, or unlock cells.")),
        )
    return Problem(
        cost=cost, loads=summed(limits.cell_loads, parts), least=limits.least - limits.held, most=limits.most - limits.held,
        scale=limits.scale, begins=begins, near=near, side=sides,
        border_price=float(request.weights.shape / length) if length > 0 else 0.0,
        owner=np.where(owner < len(limits.ids), owner, NOBODY), start=start, fixed=fixed, allowed=allowed,
        apart=_apart(market, request, parts), change=change, budget=budget, weight=summed(carried, parts)[:, 2] + 1e-6,
    )  # fmt: skip


def _apart(market: Market, request: Request, parts: Parts) -> Whole:
    place = np.full(len(market.grid.cells), -1, dtype=np.int64)
    place[parts.cells] = parts.unit
    cells = [rows_in(pd.Index(pair, dtype="str"), market.grid.cells) for pair in request.apart]
    pairs = [place[pair] for pair in cells if (place[pair] >= 0).all()]
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)


def _budget(request: Request, parts: Parts, carried: Floats, limits: Limits, owner: Whole, others: Whole) -> tuple[Floats, Floats]:
    """Return what each unit counts against each budget when it does not stay, and how much there is of each.

    A group of cells that shall come together costs what is not its main owner's in any case: that is taken off before.
    """
    whole = summed((parts.owner != NOBODY)[:, None] * carried, parts)
    stays = owner != NOBODY
    counted = np.where(stays, (whole[:, 0] - others) / np.maximum(whole[:, 0], 1), 0.0)
    change, budget = [], []
    rows = (
        (request.budget.cells, 1.0),
        (request.budget.accounts_share, limits.all_accounts),
        (request.budget.hours_share, limits.all_hours),
    )
    for column, (limit, of) in enumerate(rows):
        if limit is not None:
            amount = whole[:, column] * counted
            change.append(amount)
            budget.append(limit * of - (whole[:, column] - amount).sum())
    if any(value < 0 for value in budget):
        raise PlanError(
            say(N_("The groups that shall stay together move more than may change hands.")),
            remedy=say(N_("Allow more to change hands, or take groups away.")),
        )
    return np.column_stack(change) if change else np.zeros((parts.count, 0)), np.array(budget, dtype=float)
