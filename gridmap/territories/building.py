"""Make the engine's problem of a request: units, managers, limits, costs and locks, from a market and a plan."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from pyproj import Transformer

from gridmap.coordinates import metric_crs
from gridmap.errors import N_, Message, PlanError, say
from gridmap.facts import Facts
from gridmap.grid import centres
from gridmap.market import Market
from gridmap.market.columns import rows_in
from gridmap.plan import Plan
from gridmap.reallocation.effect import facts_after
from gridmap.reallocation.takers import managers_on
from gridmap.settings import Rules
from gridmap.territories.amounts import cell_amounts
from gridmap.territories.barriers import crossed
from gridmap.territories.bases import base_positions
from gridmap.territories.engine.problem import NOBODY, Problem
from gridmap.territories.islands import find_islands
from gridmap.territories.limits import Limits, limits_of
from gridmap.territories.request import Request
from gridmap.territories.request_checks import require_sound
from gridmap.territories.task import Floats, Task, Whole

Array = np.ndarray[Any, Any]
CARRIED = ("cells", "accounts", "hours")  # what is told of every move, whatever is limited
LEAST_SHARE = 1e-3  # of a mean cell's hours: what a cell without hours weighs, so that empty land goes to the near base as well


@dataclass(frozen=True, eq=False)
class Parts:
    """What takes part: positions of cells in the grid, the unit of each, who has each today and in the draft (columns of managers)."""

    cells: Whole
    unit: Whole
    owner: Whole
    start: Whole
    count: int


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
    ids = _who(plan, managers, request)
    parts = _parts(market, plan, ids, request)
    points = metric_points(market)
    limits = limits_of(market, facts, request, rules=rules, ids=ids, cells=parts.cells)
    base, own_base = base_positions(market, plan, request, ids=ids, points=points, on=on)
    carried = cell_amounts(market, facts, CARRIED)[parts.cells]
    weight = _weights(carried[:, 2])
    km2 = ((points[parts.cells, None, :] - points[None, base, :]) ** 2).sum(axis=2) / 1e6
    nearest = np.median(km2.min(axis=1)) if len(parts.cells) else 1.0
    travel = km2 / (nearest if nearest > 0 else 1.0)
    changed = (parts.owner[:, None] != NOBODY) & (parts.owner[:, None] != np.arange(len(ids))[None, :])
    cost = _summed(weight[:, None] * (request.weights.travel * travel + request.weights.disruption * changed), parts)
    fixed = _fixed(parts, request, market, base, own_base)
    problem, notes = _problem(market, request, parts, points, cost, carried, limits, fixed)
    unit_of_cell = np.full(len(market.grid.cells), -1, dtype=np.int64)
    unit_of_cell[parts.cells] = parts.unit
    told = pd.DataFrame(_summed(carried, parts), columns=list(CARRIED)).rename_axis("unit")
    return Task(
        market, plan, facts, request, on, ids, managers.reindex(ids), limits.measures, unit_of_cell, problem, None, limits.held,
        limits.total, limits.fair, base, told, (*limits.notes, *notes),
    )  # fmt: skip


def metric_points(market: Market) -> Floats:
    """Return x and y of each cell's centre in metres, in the market's metric system."""
    lat, lon = centres(market.grid, market.grid.cells)
    if not len(lat):
        return np.zeros((0, 2))
    crs = metric_crs(float(lat.mean()), float(lon.mean()))
    return np.column_stack(Transformer.from_crs("EPSG:4326", crs, always_xy=True).transform(lon, lat))


def _who(plan: Plan, managers: pd.DataFrame, request: Request) -> tuple[str, ...]:
    able = [who for who in managers.index if managers.loc[who, "against"] == ""]
    owning = set(plan.owners_now)
    named = request.managers or tuple(who for who in able if who in owning)
    return tuple(sorted(set(named) - set(request.locked_owners)))


def _parts(market: Market, plan: Plan, ids: tuple[str, ...], request: Request) -> Parts:
    column = pd.Series(np.arange(len(ids)), index=pd.Index(ids, dtype="str"))
    grid_cells = market.grid.cells

    def columns(owners: pd.Series) -> tuple[Whole, Array]:
        had = owners.reindex(grid_cells).fillna("").to_numpy(dtype=object).astype(str)
        return column.reindex(had).fillna(NOBODY).to_numpy(dtype=np.int64), had == ""

    owner, nobodys_today = columns(plan.owners)
    start, nobodys = columns(plan.owners_now)
    takes_part = (start != NOBODY) | (nobodys & (request.nobodys == "assign"))
    # Whoever had the cell before the draft and is not there any more counts as a change all the same.
    owner = np.where((owner == NOBODY) & ~nobodys_today & takes_part, len(ids), owner)
    cells = np.flatnonzero(takes_part)
    if not len(cells):
        raise PlanError(
            say(N_("None of these managers owns a cell.")),
            remedy=say(N_("Choose managers who own cells, or let cells that nobody owns be given.")),
        )
    unit = np.arange(len(cells), dtype=np.int64)
    for group in request.together:
        inside = rows_in(grid_cells[cells], pd.Index(group, dtype="str")) >= 0
        if inside.any():
            unit[inside] = unit[inside].min()
    _, unit = np.unique(unit, return_inverse=True)
    return Parts(cells, unit.astype(np.int64), owner[cells], start[cells], int(unit.max()) + 1)


def _weights(hours: Floats) -> Floats:
    """Return the share of all hours that each cell weighs, empty ones a little."""
    total = hours.sum()
    if total <= 0:
        return np.full(len(hours), 1.0 / max(len(hours), 1))
    floor = LEAST_SHARE * total / len(hours)
    return np.asarray(np.maximum(hours, floor) / np.maximum(hours, floor).sum(), dtype=float)


def _summed(values: Floats, parts: Parts) -> Floats:
    summed = np.zeros((parts.count, values.shape[1]))
    np.add.at(summed, parts.unit, values)
    return summed


def _most(parts: Parts, column: Whole) -> tuple[Whole, Whole]:
    """Return who has most cells of each unit, and how many cells of it have another owner; nobody's cells aside."""
    table = np.zeros((parts.count, max(int(column.max(initial=0)) + 1, 1)), dtype=np.int64)
    known = column != NOBODY
    np.add.at(table, (parts.unit[known], column[known]), 1)
    chosen = table.argmax(axis=1)
    whole = table.sum(axis=1)
    return np.where(whole > 0, chosen, NOBODY).astype(np.int64), whole - table[np.arange(parts.count), chosen]


def _fixed(parts: Parts, request: Request, market: Market, base: Whole, own_base: Array) -> Whole:
    """Return who must have each unit: the owner of locked cells, and who is based in a cell of their own."""
    fixed = np.full(parts.count, NOBODY, dtype=np.int64)
    locked = rows_in(market.grid.cells[parts.cells], pd.Index(request.locked_cells, dtype="str")) >= 0
    fixed[parts.unit[locked & (parts.start != NOBODY)]] = parts.start[locked & (parts.start != NOBODY)]
    place = np.full(len(market.grid.cells), -1)
    place[parts.cells] = np.arange(len(parts.cells))
    shared = np.bincount(base, minlength=len(market.grid.cells))
    for manager, cell in enumerate(base):
        here = place[cell]
        if own_base[manager] and here >= 0 and parts.start[here] == manager and parts.owner[here] == manager and shared[cell] == 1:
            fixed[parts.unit[here]] = manager
    return fixed


def _problem(  # what the engine needs, each by name
    market: Market,
    request: Request,
    parts: Parts,
    points: Floats,
    cost: Floats,
    carried: Floats,
    limits: Limits,
    fixed: Whole,
) -> tuple[Problem, tuple[Message, ...]]:
    first, second, side = _neighbours(market, request, parts)
    found = find_islands(market, parts.cells, parts.unit, first, second, points[parts.cells])
    length = side.sum()
    if len(found.bridges):
        first, second = np.r_[first, found.bridges[:, 0]], np.r_[second, found.bridges[:, 1]]
        side = np.r_[side, np.zeros(len(found.bridges))]
    begins, near, sides = _both_ways(parts.count, first, second, side)
    owner, others = _most(parts, parts.owner)
    start, _ = _most(parts, parts.start)
    change, budget = _budget(request, parts, carried, limits, owner, others)
    bring = _summed(limits.cell_loads, parts)
    locked = np.flatnonzero(fixed != NOBODY)
    allowed = np.ones((parts.count, len(limits.ids)), dtype=bool)
    allowed[locked] = False
    allowed[locked, fixed[locked]] = True
    problem = Problem(
        cost=cost, loads=bring, least=limits.least - limits.held, most=limits.most - limits.held, scale=limits.scale, begins=begins,
        near=near, side=sides, border_price=float(request.weights.shape / length) if length > 0 else 0.0,
        owner=np.where(owner < len(limits.ids), owner, NOBODY), start=start, fixed=fixed, allowed=allowed,
        apart=_apart(market, request, parts), change=change, budget=budget, weight=_summed(carried, parts)[:, 2] + 1e-6,
    )  # fmt: skip
    return problem, found.told


def _neighbours(market: Market, request: Request, parts: Parts) -> tuple[Whole, Whole, Floats]:
    """Return the pairs of units that share a side without a barrier between, each once, and how long it is in km."""
    borders = market.grid.borders
    unit = np.full(len(market.grid.cells), -1, dtype=np.int64)
    unit[parts.cells] = parts.unit
    one, other = unit[borders.first], unit[borders.second]
    kept = (one >= 0) & (other >= 0) & (one != other)
    kept[kept] = ~crossed(market, borders.first[kept], borders.second[kept], request.barriers)
    low, high = np.minimum(one[kept], other[kept]), np.maximum(one[kept], other[kept])
    pairs, place = np.unique(low * parts.count + high, return_inverse=True)
    side = np.bincount(place, weights=borders.side_km[kept], minlength=len(pairs)).astype(np.float64)
    return (pairs // parts.count).astype(np.int64), (pairs % parts.count).astype(np.int64), side


def _both_ways(count: int, first: Whole, second: Whole, side: Floats) -> tuple[Whole, Whole, Floats]:
    here, there, both = np.r_[first, second], np.r_[second, first], np.r_[side, side]
    order = np.lexsort((there, here))
    begins = np.searchsorted(here[order], np.arange(count + 1)).astype(np.int64)
    return begins, there[order].astype(np.int64), both[order]


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
    whole = _summed((parts.owner != NOBODY)[:, None] * carried, parts)
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
