"""What is asked of the planner: whose days, how long, from where, and what must, may and must not be visited."""

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Mode = Literal["foot", "ebike", "car"]
MODES: tuple[Mode, ...] = ("foot", "ebike", "car")


@dataclass(frozen=True)
class Place:
    """A point, EPSG:4326."""

    lat: float
    lon: float


@dataclass(frozen=True)
class Lunch:
    """A break of `minutes` that begins between two minutes of the day, both included; it is taken where the manager then is."""

    earliest_min: int
    latest_min: int
    minutes: int


@dataclass(frozen=True)
class Shift:
    """One working day of one manager; minutes count from local midnight, `most_doors` 0 sets no limit.

    `start` and `end` None stand for the manager's base.
    """

    manager_id: str
    day: date
    begins_min: int
    ends_min: int
    lunch: Lunch | None = None
    start: Place | None = None
    end: Place | None = None
    most_doors: int = 0


@dataclass(frozen=True)
class Appointment:
    """A promise to be at an organisation: the visit begins on that day between two minutes; by one manager where one is named."""

    org_id: str
    day: date
    earliest_min: int
    latest_min: int
    manager_id: str = ""


@dataclass(frozen=True)
class Pin:
    """A door that stays with one shift; pinned doors of one shift that have an `order` are visited in that order."""

    org_id: str
    manager_id: str
    day: date
    order: int | None = None


@dataclass(frozen=True)
class DoorFilter:
    """Which doors are wanted: empty means all; within one field any of the values, between fields all of them."""

    tiers: tuple[str, ...] = ()
    trades: tuple[str, ...] = ()
    towns: tuple[str, ...] = ()
    parks: tuple[str, ...] = ()
    streets: tuple[str, ...] = ()
    cells: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()


@dataclass(frozen=True)
class SweepRequest:
    """Everything the planner is told; the same request on the same data with the same seed gives the same plan.

    `without` are organisations left out; `mandatory` are visited, or named with the reason why not. `iterations` drives the search.
    `shared`: any of the managers may go to a door of any of them; else everybody goes to their own.
    """

    shifts: tuple[Shift, ...]
    mode: Mode = "ebike"
    wanted: DoorFilter = field(default_factory=DoorFilter)
    mandatory: tuple[str, ...] = ()
    appointments: tuple[Appointment, ...] = ()
    pins: tuple[Pin, ...] = ()
    without: tuple[str, ...] = ()
    seed: int = 1
    iterations: int = 20_000
    shared: bool = False

    @property
    def managers(self) -> tuple[str, ...]:
        """The managers whose shifts these are, in order of their ids."""
        return tuple(sorted({shift.manager_id for shift in self.shifts}))

    @property
    def days(self) -> tuple[date, ...]:
        """The days of the shifts in order."""
        return tuple(sorted({shift.day for shift in self.shifts}))
