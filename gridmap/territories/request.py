"""What is asked of the optimiser: who, within which limits, what may not move, how much may change; frozen, and made from JSON."""

from dataclasses import dataclass, field
from typing import Literal

from gridmap.territories.engine.effort import Effort

# Measures by the words a request uses: what is added up, and under which name the page shows it.
# Any other additive measure of `gridmap.facts.MEASURES` may be named too, and "cells" and "area_km2".
MeasureName = str
CAPACITY: Literal["capacity"] = "capacity"  # as a limit: what the manager can look after (accounts), or has (hours)
Islands = Literal["bridge", "apart"]
Nobodys = Literal["leave", "assign"]
Barrier = tuple[str, str]  # ("roads" | "waters", kind of the table; empty: all of them)


@dataclass(frozen=True)
class Limit:
    """What one measure must keep to, for every manager.

    `measure`: hours, accounts, prospects, revenue, white_space, organisations, cells, area_km2, or an additive measure by its own name.
    `tolerance`: each manager within this share of their fair share (0.05: 5 %); None: no balance asked. Fair shares follow
    `Request.fair`. `least`, `most`: absolute, per manager; `CAPACITY` as `most` is each one's own. None: no limit.
    """

    measure: MeasureName
    tolerance: float | None = None
    least: float | None = None
    most: float | Literal["capacity"] | None = None


@dataclass(frozen=True)
class Allowance:
    """What one manager may have of a measure in place of what the limits say for everybody; None: as they say.

    `measure` is one that a limit names.
    """

    manager_id: str
    measure: MeasureName
    least: float | None = None
    most: float | None = None


@dataclass(frozen=True)
class Budget:
    """How much may change hands; None: any number. Cells that had nobody count for nothing."""

    cells: int | None = None
    accounts_share: float | None = None  # of all accounts of the managers concerned
    hours_share: float | None = None


@dataclass(frozen=True)
class Weights:
    """What the objective is made of; only their ratios matter.

    `travel`: hours times squared distance to the base, 1 = as if everybody's cells lay at the typical distance. `disruption`: share of
    hours that change hands. `shape`: length of the borders between owners, 1 = every side of the grid a border.
    """

    travel: float = 1.0
    disruption: float = 0.3
    shape: float = 0.3


@dataclass(frozen=True)
class Request:
    """Everything asked of the optimiser.

    Parameters
    ----------
    managers
        Who takes part; empty: all who own cells and may be given some on the day. Cells of others stay as they are.
    bases
        (manager_id, cell): bases that differ from the manager's own point; who has neither is based at the middle of what they own.
    new_managers
        Managers to be found bases for, named `NEW-1` and so on.
    limits
        Measures and what they must keep to.
    allowances
        Who may have more or less than the limits say.
    leaving
        Managers whose cells are given to the others.
    fair
        What a manager's fair share follows: everybody alike, or the hours they have.
    locked_cells, locked_owners
        Cells that stay; managers who neither give nor take.
    together, apart
        Groups of cells with one owner; pairs of cells that must have different owners.
    barriers
        Roads and waters that no territory may reach across: neighbours on either side count as apart.
    islands
        Parts of the grid that do not touch: bridged by their nearest cells, or each shared out among the managers based there.
    nobodys
        Cells that nobody owns: left so, or given to somebody.
    """

    managers: tuple[str, ...] = ()
    bases: tuple[tuple[str, str], ...] = ()
    new_managers: int = 0
    limits: tuple[Limit, ...] = (Limit("hours", tolerance=0.10), Limit("accounts", most=CAPACITY))
    allowances: tuple[Allowance, ...] = ()
    leaving: tuple[str, ...] = ()
    fair: Literal["alike", "hours"] = "hours"
    locked_cells: tuple[str, ...] = ()
    locked_owners: tuple[str, ...] = ()
    together: tuple[tuple[str, ...], ...] = ()
    apart: tuple[tuple[str, str], ...] = ()
    barriers: tuple[Barrier, ...] = ()
    islands: Islands = "bridge"
    nobodys: Nobodys = "leave"
    least_cells: int | None = None
    most_cells: int | None = None
    weights: Weights = field(default_factory=Weights)
    budget: Budget = field(default_factory=Budget)
    effort: Effort = field(default_factory=Effort)
