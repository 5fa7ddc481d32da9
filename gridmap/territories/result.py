"""What the optimiser answers: a plan, what it is worth and how far it may be from the best, and why each move."""

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from gridmap.errors import Message
from gridmap.plan import Plan
from gridmap.territories.request import Request
from gridmap.texts import Name

State = Literal["proven", "kept", "broken", "impossible"]


@dataclass(frozen=True)
class Terms:
    """The objective and what it is made of, each as a metric of a plan: see `gridmap.territories.measuring`.

    `travel`: 1 = everybody's hours at the typical squared distance to the nearest base. `disruption`: share of hours that change hands,
    0 to 1. `shape`: share of the grid's inner border length that lies between two owners, 0 to 1. `total`: weighted sum.
    """

    travel: float
    disruption: float
    shape: float
    total: float


@dataclass(frozen=True)
class Changed:
    """What changes hands: cells, accounts and hours a month, and as shares of all of the managers concerned."""

    cells: int
    accounts: float
    hours: float
    accounts_share: float
    hours_share: float


@dataclass(frozen=True)
class Relaxation:
    """One limit that has to give, what was asked, and what would do.

    which: `most` or `least` of `manager_id`, in units of the measure; `cells`, `accounts_share` or `hours_share` of the budget, whose
    manager and measure are empty. enough: whether the plan at hand keeps to it; else it is proven that nothing below would do.
    """

    which: Literal["most", "least", "cells", "accounts_share", "hours_share"]
    manager_id: str
    measure: str
    asked: float
    needed: float
    enough: bool
    message: Message


@dataclass(frozen=True)
class Explained:
    """One cell that moves, and why.

    gives: what the cell carries of each limited measure. giver_has, taker_has: what both have of it once this move is made after those
    before it in the list.
    """

    cell: str
    giver: str
    taker: str
    reason: Message
    gives: tuple[tuple[str, float], ...]
    giver_has: tuple[tuple[str, float], ...]
    taker_has: tuple[tuple[str, float], ...]


@dataclass(frozen=True, eq=False)
class Result:
    """An answer.

    state: `proven` nothing better exists; `kept` all limits are kept; `broken` the search found no plan that keeps them (one may exist);
    `impossible` it is proven that none exists. `bound`: no plan within the limits is worth less than this; -inf where there is none.
    `gap`: (total - bound) / total, NaN where there is no bound. `leaves_out`: what the bound does not know of.
    managers: index manager_id; per measure of the limits `<measure>`, `<measure>_before`, `<measure>_least`, `<measure>_most`,
    `<measure>_fair`, `<measure>_deviation` (share beyond fair; NaN without one), and cells, cells_before, pieces, pieces_before,
    compactness, compactness_before, base (cell), name, name_en.
    deviation: worst over managers by measure with a tolerance. relaxations: empty where all limits are kept. moves: in the order in
    which they are best made. least_violation: what any plan at all must break, proven; 0 where nothing is.
    """

    plan: Plan
    request: Request
    state: State
    terms: Terms
    before: Terms
    bound: float
    bound_kind: str
    gap: float
    leaves_out: tuple[Message, ...]
    managers: pd.DataFrame
    deviation: tuple[tuple[str, float], ...]
    changed: Changed
    relaxations: tuple[Relaxation, ...]
    moves: tuple[Explained, ...]
    notes: tuple[Message, ...]
    why: Message
    extra_pieces: int
    violation: float
    least_violation: float
    proposals: int
    seconds: float
    seed: int
    versions: tuple[tuple[str, str], ...]
    trace: tuple[tuple[int, float, float], ...]


@dataclass(frozen=True, eq=False)
class CurvePoint:
    """A plan of the trade-off curve: how many cells move, and what they buy."""

    cells: int
    result: Result


@dataclass(frozen=True, eq=False)
class Staffing:
    """What a number of managers can do: whether the limits are kept, how far off, and where the new ones sit or who is left out."""

    managers: int
    kept: bool
    proven: bool  # that it is kept, or that it cannot be
    result: Result | None
    new_bases: tuple[str, ...]
    left_out: tuple[str, ...]
    message: Message


@dataclass(frozen=True, eq=False)
class NewBase:
    """A cell in which a new manager might be based: its town, what any plan must break of the limits with them there, and the travel."""

    cell: str
    town: Name | Message
    broken: float
    travel: float
