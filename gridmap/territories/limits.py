"""The limits of a request in figures: what each manager may have of each measure, fair shares, and what is held by name already."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from gridmap.errors import N_, Message, say
from gridmap.facts import Facts
from gridmap.market import Market
from gridmap.reallocation.loads import capacities
from gridmap.settings import Rules
from gridmap.territories.amounts import cell_amounts, held_amounts
from gridmap.territories.bases import new_names
from gridmap.territories.engine.problem import Flags
from gridmap.territories.request import CAPACITY, Limit, Request
from gridmap.territories.task import Floats, Whole
from gridmap.workload import hours_had


@dataclass(frozen=True, eq=False)
class Limits:
    """Rows are managers (`ids`), columns `measures`.

    least, most: of everything a manager has, -inf and inf for none. fair: shares, NaN where no balance is asked. held: by name. total:
    of everybody who takes part, what is held and what the cells bring. cell_loads (cells that take part, measures). scale (measures):
    what counts as one unit of violation. all_accounts, all_hours: of everybody who takes part.
    """

    ids: tuple[str, ...]
    measures: tuple[str, ...]
    least: Floats
    most: Floats
    fair: Floats
    held: Floats
    total: Floats
    cell_loads: Floats
    scale: Floats
    all_accounts: float
    all_hours: float
    notes: tuple[Message, ...]


@dataclass(frozen=True, eq=False)
class Regions:
    """What is shared out together: the region of each cell that takes part, and of each manager."""

    of_cell: Whole
    of_manager: Whole


def limits_of(  # whose, of what, and by which rules
    market: Market, facts: Facts, request: Request, *, rules: Rules, ids: tuple[str, ...], cells: Whole, regions: Regions
) -> Limits:
    """Work the limits of a request out.

    Parameters
    ----------
    facts
        Measured with the holders of the plan after its moves.
    ids
        Managers who take part, sorted; those to be found a base for have hours like the others' median and the capacity of a full post.
    cells
        Positions into the grid of the cells that take part.
    """
    limits = tuple(_all_limits(request))
    measures = tuple(limit.measure for limit in limits)
    index = pd.Index(ids, dtype="str")
    loads, held = cell_amounts(market, facts, measures)[cells], held_amounts(facts, index, measures)
    managers = market.at("managers", facts.as_of).drop_duplicates("manager_id", keep="last")
    new = index.isin(new_names(request.new_managers))
    hours = hours_had(managers, facts.as_of).reindex(index)
    hours = hours.where(~new, hours[~new].median())
    share, notes = _shares(request, hours, regions)
    total = held.sum(axis=0) + loads.sum(axis=0)
    fair, least, most = (np.full((len(ids), len(limits)), value) for value in (np.nan, -np.inf, np.inf))
    for column, limit in enumerate(limits):
        if limit.tolerance is not None:
            there = np.bincount(regions.of_cell, loads[:, column], regions.of_manager.max() + 1 + regions.of_cell.max())
            there += np.bincount(regions.of_manager, held[:, column], len(there))
            fair[:, column] = there[regions.of_manager] * share
            least[:, column] = fair[:, column] * (1 - limit.tolerance)
            most[:, column] = fair[:, column] * (1 + limit.tolerance)
        if limit.least is not None:
            least[:, column] = np.maximum(least[:, column], limit.least)
        most[:, column] = np.minimum(most[:, column], _most(limit, managers, hours, new, rules))
    _allow(request, index, measures, least, most)
    scale = np.array([_scale(total[column] / len(ids), most[:, column]) for column in range(len(limits))])
    told = ("accounts", "hours")
    whole = cell_amounts(market, facts, told)[cells].sum(axis=0) + held_amounts(facts, index, told).sum(axis=0)
    return Limits(ids, measures, least, most, fair, held, total, loads, scale, float(whole[0]), float(whole[1]), notes)


def _all_limits(request: Request) -> Iterator[Limit]:
    yield from request.limits
    if request.least_cells is not None or request.most_cells is not None:
        yield Limit("cells", least=request.least_cells, most=request.most_cells)


def _allow(request: Request, ids: pd.Index, measures: tuple[str, ...], least: Floats, most: Floats) -> None:
    for each in request.allowances:
        row, column = int(ids.get_indexer(pd.Index([each.manager_id]))[0]), measures.index(each.measure)
        least[row, column] = least[row, column] if each.least is None else each.least
        most[row, column] = most[row, column] if each.most is None else each.most


def _shares(request: Request, hours: pd.Series, regions: Regions) -> tuple[Floats, tuple[Message, ...]]:
    """Return each manager's fair share of everything in their region: by the hours they have, or alike."""
    known = np.ones(len(hours))
    notes: tuple[Message, ...] = ()
    if request.fair == "hours" and (hours.isna().any() or hours.sum() <= 0):
        notes = (say(N_("It is not known how many hours everybody has: fair shares are alike.")),)
    elif request.fair == "hours":
        known = hours.to_numpy(dtype=float)
    together = np.bincount(regions.of_manager, known)[regions.of_manager]
    return np.divide(known, together, out=np.zeros(len(known)), where=together > 0), notes


def _most(limit: Limit, managers: pd.DataFrame, hours: pd.Series, new: Flags, rules: Rules) -> Floats:
    if limit.most == CAPACITY and limit.measure == "accounts":
        own = capacities(managers.set_index("manager_id").reindex(hours.index), rules)
        return own.where(~new, rules.capacity_accounts).fillna(np.inf).to_numpy(dtype=float)
    if limit.most == CAPACITY:
        return hours.fillna(np.inf).to_numpy(dtype=float)
    return np.full(len(hours), np.inf if limit.most is None else float(limit.most))


def _scale(fair: float, most: Floats) -> float:
    finite = most[np.isfinite(most) & (most > 0)]
    return float(max(fair, 1e-9)) if fair > 0 else float(finite.mean()) if len(finite) else 1.0
