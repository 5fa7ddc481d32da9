"""What the optimiser answers: a plan, what it is worth and how far it may be from the best, and why each move."""

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from gridmap.errors import Message
from gridmap.plan import Plan
from gridmap.territories.request import Request

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
    """One limit that has to give: whose (empty: a budget), which measure, what was asked, and what would do."""

    manager_id: str
    measure: str
    asked: float
    needed: float
    message: Message


@dataclass(frozen=True)
class Explained:
    """One cell that moves, and why: what it mends, and what both managers have of each limit's measure before and after it."""

    cell: str
    giver: str
    taker: str
    reason: Message
    gives: tuple[tuple[str, float], ...]  # (measure, amount the cell carries)


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
    which they are best made.
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
