"""What the planner answers: days of numbered stops with their doors, and what found no place and why."""

from dataclasses import dataclass
from datetime import date

from gridmap.errors import Message
from gridmap.sweeps.request import Place


@dataclass(frozen=True)
class Reason:
    """Why a door is worth a visit: the part of its priority, what it adds, and the words for it."""

    part: str
    worth: float
    said: Message


@dataclass(frozen=True)
class Door:
    """One organisation at a stop; `in_share` is the chance that somebody is in, `prize` what an effective visit is worth."""

    org_id: str
    tier: str
    prize: float
    in_share: float
    service_min: int
    floor: str = ""
    room: str = ""
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class Stop:
    """One building or place with its doors; `stop_id` is the same whenever the same doors stand there."""

    stop_id: str
    lat: float
    lon: float
    cell: str
    building: str
    doors: tuple[Door, ...]


@dataclass(frozen=True)
class PlannedStop:
    """A stop within a day; minutes from local midnight. `arrive` to `start` is waiting (lunch at the stop included)."""

    stop: Stop
    arrive_min: float
    start_min: float
    leave_min: float
    travel_min: float
    travel_m: float
    pinned: bool = False
    fixed: bool = False


@dataclass(frozen=True)
class DayRoute:
    """One manager's day: from where, when, lunch as (from, to) or None, the stops in order, and the way back."""

    manager_id: str
    day: date
    start: Place
    end: Place
    leaves_min: float
    returns_min: float
    lunch_min: tuple[float, float] | None
    stops: tuple[PlannedStop, ...]
    back_min: float
    back_m: float

    @property
    def doors(self) -> tuple[Door, ...]:
        """The doors of the day in order."""
        return tuple(door for planned in self.stops for door in planned.stop.doors)

    @property
    def travel_min(self) -> float:
        """Minutes on the road, the way back included."""
        return sum(planned.travel_min for planned in self.stops) + self.back_min

    @property
    def travel_m(self) -> float:
        """Metres on the road, the way back included."""
        return sum(planned.travel_m for planned in self.stops) + self.back_m

    @property
    def prize(self) -> float:
        """The priority collected, as if somebody were in everywhere."""
        return sum(door.prize for door in self.doors)


@dataclass(frozen=True)
class Unplaced:
    """A door that found no place; `mandatory` ones with a reason that says what stands in the way."""

    org_id: str
    mandatory: bool
    reason: Message


@dataclass(frozen=True)
class SweepPlan:
    """The answer to a request. `filled` counts pairs of places without a road, whose travel was estimated; `stopped` says why it ended."""

    days: tuple[DayRoute, ...]
    unplaced: tuple[Unplaced, ...]
    seed: int
    iterations: int
    stopped: str
    travel_source: str
    filled: int = 0

    @property
    def doors(self) -> tuple[Door, ...]:
        """Every door of every day."""
        return tuple(door for day in self.days for door in day.doors)

    @property
    def prize(self) -> float:
        """The priority collected."""
        return sum(day.prize for day in self.days)
