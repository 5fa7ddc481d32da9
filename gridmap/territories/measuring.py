"""The objective as metrics of a plan: worked out from the market, not from what the engine searched."""

from typing import Any

import numpy as np
import pandas as pd

from gridmap.contiguity import territory_shapes
from gridmap.plan import UNASSIGNED
from gridmap.territories.amounts import cell_amounts
from gridmap.territories.barriers import crossed
from gridmap.territories.costs import LEAST_SHARE, metric_points
from gridmap.territories.result import Changed, Terms
from gridmap.territories.task import Task, Whole

Array = np.ndarray[Any, Any]


def measure_terms(task: Task, owners: pd.Series, *, bases: Whole | None = None) -> Terms:
    """Measure travel, disruption and shape of some owners, over the cells that take part.

    travel: hours-weighted mean of the squared distance from each cell to the base of its owner, 1 = the median squared distance to the
    nearest base. disruption: share of hours in cells that change hands. shape: share of the border length between cells that take part
    which lies between two owners. Cells of owners who take no part are left out.

    Parameters
    ----------
    owners
        Manager by cell, index `cell`.
    bases
        Cell (position into the grid) of each manager's base, where some were found; `task.base_cells` where None. What is not known
        there is left out, and what is typical does not follow what was found.
    """
    grid, request = task.market.grid, task.request
    part = task.unit_of_cell >= 0
    hours = cell_amounts(task.market, task.facts, ("hours",))[part, 0]
    weight = np.maximum(hours, LEAST_SHARE * hours.mean()) if hours.sum() > 0 else np.ones(len(hours))
    owner = _at(owners, grid.cells)
    based = task.base_cells if bases is None else bases
    base = pd.Series(np.where(based >= 0, based, np.nan), index=pd.Index(task.manager_ids, dtype="str"))
    points = metric_points(task.market)
    at = base.reindex(owner[part]).to_numpy(dtype=float)
    known = np.isfinite(at)
    km2 = ((points[part][known] - points[at[known].astype(np.int64)]) ** 2).sum(axis=1) / 1e6
    known_bases = [cell for cell in task.base_cells if cell >= 0]
    nearest = [((points[part] - points[cell]) ** 2).sum(axis=1) / 1e6 for cell in known_bases]
    typical = (float(np.median(np.min(nearest, axis=0))) if nearest else 0.0) or 1.0
    today = _at(task.plan.owners, grid.cells)[part]
    changed = (today != owner[part]) & (today != UNASSIGNED)
    travel = float((weight[known] * km2).sum() / weight.sum() / typical)
    disruption = float(weight[changed].sum() / weight.sum())
    shape = _between_share(task, owner)
    weights = request.weights
    return Terms(travel, disruption, shape, weights.travel * travel + weights.disruption * disruption + weights.shape * shape)


def measure_changed(task: Task, owners: pd.Series) -> Changed:
    """Measure what has another owner than today, of the cells that take part and belong to somebody."""
    part = task.unit_of_cell >= 0
    today, then = (_at(each, task.market.grid.cells)[part] for each in (task.plan.owners, owners))
    moved = (today != then) & (today != UNASSIGNED)
    carried = cell_amounts(task.market, task.facts, ("accounts", "hours"))[part]
    held = np.array(
        [task.facts.atoms.loc[task.facts.atoms["named"].isin(task.manager_ids), columns].to_numpy().sum() for columns in _FACTS]
    )
    whole = carried.sum(axis=0) + held
    gone = carried[moved].sum(axis=0)
    share = np.divide(gone, whole, out=np.zeros(2), where=whole > 0)
    return Changed(int(moved.sum()), float(gone[0]), float(gone[1]), float(share[0]), float(share[1]))


_FACTS = (["filed_A", "filed_B", "filed_C"], ["hours_asked"])


def shapes_of(task: Task, owners: pd.Series) -> pd.DataFrame:
    """Return cells, pieces and compactness of everybody who takes part, index manager_id."""
    found = territory_shapes(task.market.grid, owners)[["cells", "pieces", "compactness"]].reindex(list(task.manager_ids))
    return found.assign(cells=found["cells"].fillna(0).astype("int64"), pieces=found["pieces"].fillna(0).astype("int64"))


def _between_share(task: Task, owner: Array) -> float:
    """Sides in groups that stay together, and across barriers, are no borders: who asked for them drew them."""
    borders, unit = task.market.grid.borders, task.unit_of_cell
    one, other = unit[borders.first], unit[borders.second]
    counts = (one >= 0) & (other >= 0) & (one != other)
    counts[counts] = ~crossed(task.market, borders.first[counts], borders.second[counts], task.request.barriers)
    between = counts & (owner[borders.first] != owner[borders.second])
    length = float(borders.side_km[counts].sum())
    return float(borders.side_km[between].sum()) / length if length > 0 else 0.0


def _at(owners: pd.Series, cells: pd.Index) -> Array:
    return owners.reindex(cells).fillna(UNASSIGNED).to_numpy(dtype=object).astype(str)
