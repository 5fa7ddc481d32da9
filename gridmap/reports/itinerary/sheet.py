"""What goes out of the tool for a sweep: the days and stops of its plan with the names that make them readable."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

import pandas as pd
import shapely
from babel.dates import format_date

from gridmap.errors import N_
from gridmap.sweeps.planned import DayRoute, Door, PlannedStop, SweepPlan
from gridmap.texts import Name, Translate, said, translator, worded

COLUMNS = ("name", "name_en", "address", "trade", "opening_hours", "contact")
# Seven digits in a row, whatever stands between them: a number that nobody has masked.
_NUMBER = re.compile(r"(?:\d[ \-.]?){7,}")
Path = Sequence[Sequence[float]]


@dataclass(frozen=True)
class Ground:
    """What is drawn lightly under a route, EPSG:4326: lines of (lat, lon); lakes are rings; roads are (1 for a big one, line).

    `towns` are names, in the language of the sheet, and outlines (x longitude, y latitude).
    """

    areas: Sequence[Path] = ()
    waters: Sequence[Path] = ()
    lakes: Sequence[Path] = ()
    roads: Sequence[tuple[int, Path]] = ()
    towns: Sequence[tuple[str, shapely.Geometry]] = ()


@dataclass(frozen=True)
class Row:
    """One door of one stop of one day, for tables: the stop's number counts within the day."""

    day: DayRoute
    number: int
    planned: PlannedStop
    place: int

    @property
    def door(self) -> Door:
        """The door."""
        return self.planned.stop.doors[self.place]


@dataclass(frozen=True, eq=False)
class SweepSheet:
    """A sweep as it leaves the tool.

    Parameters
    ----------
    sweep_id, version
        Which sweep, and how often it was saved; calendars take the higher version for the newer.
    branch_id, branch, title, time_zone
        Whose, what for, and the branch's clock: an IANA name.
    plan
        Its days.
    organisations
        Index org_id; columns of `COLUMNS`, missing ones empty. `contact` is text with numbers masked. Doors that are not in it are
        called by their id.
    managers
        What each is called.
    language
        Of every text.
    made_at
        The instant of writing, with its zone; the same sheet at the same instant gives the same bytes.
    links
        Address of the phone page, by manager; nobody else's goes on a manager's sheet.
    ground
        Drawn under the route.

    Raises
    ------
    ValueError
        When a contact holds a number that is not masked, as no file of a sweep carries one; when `organisations` has an id twice.
    """

    sweep_id: int
    version: int
    branch_id: str
    branch: Name
    title: str
    time_zone: str
    plan: SweepPlan
    organisations: pd.DataFrame
    managers: Mapping[str, Name]
    language: str
    made_at: datetime
    links: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    ground: Ground = field(default_factory=Ground)

    def __post_init__(self) -> None:
        if self.made_at.tzinfo is None:
            raise ValueError("made_at has no time zone")
        if not self.organisations.index.is_unique:
            raise ValueError("organisations: an id stands twice")
        if "contact" in self.organisations and self.organisations["contact"].fillna("").astype("str").str.contains(_NUMBER).any():
            raise ValueError("contact: a number is not masked")

    @property
    def translate(self) -> Translate:
        """The translator of the sheet's language."""
        return translator(self.language)

    @property
    def days(self) -> tuple[DayRoute, ...]:
        """The days that have stops, by day and manager."""
        return tuple(sorted((day for day in self.plan.days if day.stops), key=lambda each: (each.day, each.manager_id)))

    @property
    def rows(self) -> tuple[Row, ...]:
        """Every door in the order of visiting."""
        return tuple(
            Row(day, number, planned, place)
            for day in self.days
            for number, planned in enumerate(day.stops, start=1)
            for place in range(len(planned.stop.doors))
        )

    def who(self, manager_id: str) -> str:
        """Return what a manager is called."""
        name = self.managers.get(manager_id)
        return name.said(self.language) if name is not None else manager_id

    def known(self, org_id: str, column: str) -> str:
        """Return what is known of an organisation as text, empty where nothing is."""
        if column not in self.organisations:
            return ""
        value = self.organisations[column].get(org_id)
        return "" if value is None or pd.isna(value) else str(value)

    def name(self, org_id: str) -> str:
        """Return what an organisation is called in the language; its id where its name is not known here."""
        return Name(self.known(org_id, "name"), self.known(org_id, "name_en")).said(self.language) or org_id

    def trade(self, org_id: str) -> str:
        """Return the trade of an organisation in words."""
        code = self.known(org_id, "trade")
        return self.translate(worded(code)) if code else ""

    def place(self, planned: PlannedStop) -> str:
        """Return what a stop is called: its building, else its first organisation, and how many more doors there are."""
        stop = planned.stop
        first = stop.building or self.name(stop.doors[0].org_id)
        if stop.building or len(stop.doors) == 1:
            return first
        return self.translate(N_("{first} and {count} more")).format(first=first, count=len(stop.doors) - 1)

    def address(self, planned: PlannedStop) -> str:
        """Return the address of a stop: that of its first door that has one."""
        return next((text for door in planned.stop.doors if (text := self.known(door.org_id, "address"))), "")

    def why(self, door: Door) -> str:
        """Return why a door is worth a visit, as one line."""
        return "; ".join(said(reason.said, self.language) for reason in door.reasons)

    def indoors(self, door: Door) -> str:
        """Return floor and room as they stand at the door."""
        return " ".join(part for part in (door.floor, door.room) if part)

    def at(self, day: date, minutes: float) -> datetime:
        """Return a minute of a local day as an instant with the branch's zone, whole minutes as the clock shows them."""
        return datetime.combine(day, time(), ZoneInfo(self.time_zone)) + timedelta(minutes=int(minutes + 0.5))

    def day_written(self, day: date) -> str:
        """Return a day with its weekday as it is written in the language."""
        return str(format_date(day, "full", locale=self.language))

    def day_title(self, day: DayRoute) -> str:
        """Return what a day is called: the day and whose it is."""
        return f"{day.day.isoformat()} · {self.who(day.manager_id)}"


def clock(minutes: float) -> str:
    """Write minutes from midnight as a clock does, `09:05`; beyond midnight hours go on counting."""
    whole = int(minutes + 0.5)
    return f"{whole // 60:02d}:{whole % 60:02d}"
