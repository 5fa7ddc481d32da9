"""A request made ready for the engine: which unit is which cells, which column is which manager, and what the figures stand for."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gridmap.errors import Message
from gridmap.facts import Facts
from gridmap.market import Market
from gridmap.plan import Plan
from gridmap.territories.engine.problem import Bases, Problem
from gridmap.territories.request import Request

Whole = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Task:
    """The problem of a request, and the way back from its answer to cells and managers.

    manager_ids: the columns of `problem`, sorted, managers to be found last. managers: index manager_id, as `managers_on` gives them,
    without those to be found. measures: the columns of `problem.loads`, by the names of the request; "cells" among them where cells are
    limited. unit_of_cell: per cell of the grid, -1 where the cell takes no part. held: what each manager holds by name and cannot
    give with a cell (k, m). total (m): of all who take part. fair (k, m): fair shares, NaN where none is asked.
    base_cells: position into the grid's cells per manager, -1 where it is to be found. carried: per unit of `problem`, index unit,
    columns cells, accounts, hours. islands: what was bridged or set apart, in words. notes: whatever else the reader should know.
    """

    market: Market
    plan: Plan
    facts: Facts
    request: Request
    on: date
    manager_ids: tuple[str, ...]
    managers: pd.DataFrame
    measures: tuple[str, ...]
    unit_of_cell: Whole
    problem: Problem
    bases: Bases | None
    held: Floats
    total: Floats
    fair: Floats
    base_cells: Whole
    carried: pd.DataFrame
    notes: tuple[Message, ...]
