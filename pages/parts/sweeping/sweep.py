"""One sweep as the page works on it: its line, what was asked, the plan as the person may see it, and names for what it holds."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

import pandas as pd
from babel.dates import format_date, format_skeleton

from gridmap.services import sweeps as services
from gridmap.store import SweepRecord
from gridmap.sweeps.planned import DayRoute, PlannedStop, SweepPlan
from gridmap.sweeps.request import SweepRequest
from layers.routes import clock
from pages.parts import formats, session
from pages.parts.opened import Opened
from pages.parts.session import _, ngettext, said
from pages.shared import app, swept
from pages.shared.view import View

OWN = ("account_manager", "community_manager")  # roles that plan their own days only


@dataclass(frozen=True, eq=False)
class Sweep:
    """A sweep on the page; `plan` is None while nothing is planned, and holds the person's own days where they see no others."""

    branch: Opened
    record: SweepRecord
    request: SweepRequest
    plan: SweepPlan | None

    @property
    def sweep_id(self) -> int:
        """Number of the sweep."""
        return self.record.sweep_id

    @property
    def branch_id(self) -> str:
        """Branch of the sweep."""
        return self.record.branch_id

    @property
    def mine(self) -> bool:
        """Whether the person may plan the days of all its managers."""
        who = self.branch.who
        return who.allows("plan_sweeps", self.branch_id) and (who.role not in OWN or set(self.record.managers) == {who.manager_id})

    @property
    def editable(self) -> bool:
        """Whether the person may change it now."""
        return self.record.state == "draft" and self.mine

    @property
    def view(self) -> View:
        """The view of its days on the map."""
        return swept.on_sweep(self.branch.who, self.branch.view("routes"), self.record)

    @property
    def routes(self) -> tuple[DayRoute, ...]:
        """The days that are planned."""
        return self.plan.days if self.plan else ()

    @cached_property
    def organisations(self) -> pd.DataFrame:
        """Organisations in sight with their names in the language of the session (`called`), index `org_id`."""
        rows = self.branch.market.at("organisations", self.branch.now.as_of).drop_duplicates("org_id", keep="last").set_index("org_id")
        return rows.assign(called=formats.names(rows))

    def name_of(self, org_id: str) -> str:
        """Name an organisation where the person sees it, else by its number."""
        called = self.organisations["called"].get(org_id)
        return str(called) if called is not None and pd.notna(called) else org_id

    def manager(self, manager_id: str) -> str:
        """Name a manager."""
        return self.branch.managers.get(manager_id, manager_id)

    def stop_name(self, planned: PlannedStop) -> str:
        """Name a stop by its first door and how many more there are."""
        first, more = self.name_of(planned.stop.doors[0].org_id), len(planned.stop.doors) - 1
        return first if not more else f"{first} +{more}"

    def day_name(self, route: DayRoute) -> str:
        """Name a day briefly; with whose it is where the sweep is of several."""
        day = day_briefly(route.day)
        return day if len(self.record.managers) == 1 else _("{day} · {manager}").format(day=day, manager=self.manager(route.manager_id))

    def when(self, instant_us: int) -> str:
        """Write an instant as day and time, local to the branch."""
        return formats.moment(datetime.fromtimestamp(instant_us / 1_000_000, tz=ZoneInfo(self.branch.market.branch.time_zone)))


def open_sweep(branch: Opened, sweep_id: int) -> Sweep:
    """Open a sweep, read from the store at every call.

    Raises
    ------
    PlanError
        When the branch has none of that number that the person may see.
    ScopeError
        When the person may plan no sweeps here.
    """
    record, request, plan = services.open_sweep(app.store(), branch.who, branch.market.branch.branch_id, sweep_id)
    if request is None:  # begun by hand elsewhere, without saying what for
        request = SweepRequest(())
    own = branch.who.manager_id if branch.who.own_cells_only else ""
    return Sweep(branch, record, request, plan if plan is None else swept.days_of(plan, own))


def day_word(day: date) -> str:
    """Write a day with its weekday."""
    return str(format_skeleton("MMMEd", day, locale=session.language()))


def day_briefly(day: date) -> str:
    """Write a day as weekday and number, where the month is plain from what stands around it."""
    return _("{weekday} {day}").format(weekday=format_date(day, "EEE", locale=session.language()), day=day.day)


def hours(minutes: float) -> str:
    """Write minutes as hours and minutes."""
    whole = round(minutes)
    if whole < 60:
        return _("{minutes} min").format(minutes=whole)
    return _("{hours} h {minutes} min").format(hours=whole // 60, minutes=f"{whole % 60:02d}")


def doors_word(count: int) -> str:
    """Write a number of doors."""
    return ngettext("{count} door", "{count} doors", count, **formats.counted(count))


def why(planned: PlannedStop) -> str:
    """Say in words why a stop is worth it, each reason of its doors once."""
    reasons = dict.fromkeys(said(reason.said) for door in planned.stop.doors for reason in door.reasons)
    return ", ".join(reasons)


def tiers(planned: PlannedStop) -> str:
    """Write the tiers of the doors of a stop, the highest first."""
    return "/".join(sorted({door.tier for door in planned.stop.doors if door.tier}))


def span(planned: PlannedStop) -> str:
    """Write from when to when a stop is visited."""
    return f"{clock(planned.start_min)}-{clock(planned.leave_min)}"
