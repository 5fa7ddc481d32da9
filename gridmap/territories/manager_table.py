"""What each manager has before and after, against what they may have, from the cells they own and what they hold by name."""

import numpy as np
import pandas as pd

from gridmap.plan import UNASSIGNED
from gridmap.territories.amounts import cell_amounts, held_amounts
from gridmap.territories.measuring import shapes_of
from gridmap.territories.task import Floats, Task, Whole


def manager_table(task: Task, before: pd.Series, after: pd.Series, *, bases: Whole) -> pd.DataFrame:
    """List everybody who takes part, with what they have of each limited measure.

    Parameters
    ----------
    before, after
        Manager by cell, index `cell`. What is held by name counts alike in both.
    bases
        Position into the grid's cells of everybody's base.

    Returns
    -------
    As `Result.managers`.
    """
    index = pd.Index(task.manager_ids, dtype="str", name="manager_id")
    problem = task.problem
    had, have = (_amounts(task, owners, index) for owners in (before, after))
    columns: dict[str, object] = {}
    for m, measure in enumerate(task.measures):
        fair = task.fair[:, m]
        deviation = np.divide(have[:, m] - fair, fair, out=np.full(len(index), np.nan), where=fair > 0)
        columns |= {measure: have[:, m], f"{measure}_before": had[:, m]}
        columns |= {f"{measure}_least": problem.least[:, m] + task.held[:, m], f"{measure}_most": problem.most[:, m] + task.held[:, m]}
        columns |= {f"{measure}_fair": fair, f"{measure}_deviation": deviation}
    shapes = shapes_of(task, after).join(shapes_of(task, before).add_suffix("_before"))
    who = task.managers.reindex(index)[["name", "name_en"]]
    table = pd.DataFrame(columns, index=index)
    table = table.join(shapes[[name for name in shapes if name not in table]])
    found = task.market.grid.cells[bases].to_numpy(dtype=object)
    return table.assign(base=found, name=who["name"].fillna(index.to_series()), name_en=who["name_en"].fillna(""))


def deviations(task: Task, managers: pd.DataFrame) -> tuple[tuple[str, float], ...]:
    """Return the worst deviation from fair shares of each measure that shall be balanced."""
    balanced = [limit.measure for limit in task.request.limits if limit.tolerance is not None]
    return tuple((measure, float(np.nanmax(managers[f"{measure}_deviation"].abs(), initial=0.0))) for measure in balanced)


def _amounts(task: Task, owners: pd.Series, index: pd.Index) -> Floats:
    owner = owners.reindex(task.market.grid.cells).fillna(UNASSIGNED).to_numpy(dtype=object)
    goes = pd.DataFrame(cell_amounts(task.market, task.facts, task.measures))
    summed = goes.groupby(owner).sum().reindex(index).fillna(0.0).to_numpy(dtype=float)
    return np.asarray(summed + held_amounts(task.facts, index, task.measures), dtype=float)
