"""What the engine solves, as arrays: n units (cells, or cells that must stay together), k managers, m measures, q budgets."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]
NOBODY = -1


@dataclass(frozen=True, eq=False)
class Problem:
    """Who shall own which unit, at the least cost, within limits, every territory in one piece and nobody without any.

    cost (n, k): objective of each manager owning each unit, all weights and the price of a change of hands included; borders not.
    loads (n, m): what each unit brings to each measure. least, most (k, m): limits of what a manager's units add up to, fixed loads
    already taken off; -inf and inf where there is none. scale (m): what counts as one unit of violation, above 0 (a fair share).
    begins (n + 1), near (e), side (e): neighbours of each unit, both ways, sorted; side is the shared length, 0 across a bridge.
    border_price: objective per unit of side between two owners (each pair of neighbours once).
    owner (n): who has it today, `NOBODY` for nobody. start (n): where a draft has put it; as owner where there is no draft.
    fixed (n): the manager who must have it, `NOBODY` where it is free. allowed (n, k): who may.
    apart (p, 2): pairs of units that may not have one owner. change (n, q): what a unit counts against each budget when it does not
    stay with `owner`. budget (q): how much may.
    weight (n): which piece of a territory is the main one: the heaviest.
    """

    cost: Floats
    loads: Floats
    least: Floats
    most: Floats
    scale: Floats
    begins: Whole
    near: Whole
    side: Floats
    border_price: float
    owner: Whole
    start: Whole
    fixed: Whole
    allowed: Flags
    apart: Whole
    change: Floats
    budget: Floats
    weight: Floats

    @property
    def units(self) -> int:
        """How many units there are."""
        return len(self.cost)

    @property
    def managers(self) -> int:
        """How many managers there are."""
        return int(self.cost.shape[1])


@dataclass(frozen=True, eq=False)
class Bases:
    """Where managers may be based whose base is to be found.

    found (k): whose base is to be found; their column of `Problem.cost` is that of their present candidate. candidates (c): units. at
    (n, c): cost of each unit owned from a base there, without the price of a change of hands, which `added` (n, k) holds.
    centre (k): present candidate of each manager to be found, a position into `candidates`; -1 for fixed ones.
    """

    found: Flags
    candidates: Whole
    at: Floats
    added: Floats
    centre: Whole


@dataclass(frozen=True, eq=False)
class Bound:
    """A lower bound of the objective of any assignment within the limits, in one piece or not, borders at no cost.

    `value`: -inf where there is none. `prices` (k, m): what a unit of each measure costs with each manager; `budget_prices` (q).
    `owner` (n): the cheapest assignment at these prices. `kind`: where it is from. `feasible`: False where a linear programme proves
    that no assignment keeps the limits.
    """

    value: float
    prices: Floats
    budget_prices: Floats
    owner: Whole
    kind: Literal["prices", "linear programme", "exact", "none"]
    feasible: bool = True


@dataclass(frozen=True, eq=False)
class Answer:
    """What a search found: `owner` (n), `centre` (k; -1 where the base is fixed), what it is worth and how far it keeps the limits.

    objective: cost and borders. violation: over all limits, in units of `Problem.scale`, and 1 for each pair that must be apart and is
    not; 0 keeps them all. Budgets are always kept.
    over (k, m): beyond `most` (positive) or short of `least` (negative), 0 within. extra_pieces: pieces beyond one per manager with
    units. bound: its value holds for the objective. proven: nothing better exists.
    """

    owner: Whole
    centre: Whole
    objective: float
    violation: float
    over: Floats
    extra_pieces: int
    bound: Bound
    proven: bool
    proposals: int
    stopped: bool
    why: Literal["searched", "stopped", "proved", "nothing free"]
    trace: tuple[tuple[int, float, float], ...] = ()  # (proposals done, objective, violation) at each better answer
