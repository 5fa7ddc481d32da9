"""What a page works on: market, plan and facts of the open branch on the chosen day, within the sight of the person."""

import time
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

import pandas as pd

from gridmap.facts import Facts
from gridmap.market import Market
from gridmap.plan import Plan
from gridmap.scope import Scope
from gridmap.services import overview
from pages.parts import formats
from pages.shared import app, cached
from pages.shared.view import View


@dataclass(frozen=True, eq=False)
class Opened:
    """A branch on one day as one person sees it: facts of that day and of the day compared with, cells seen (None: all)."""

    who: Scope
    market: Market
    plan: Plan
    now: Facts
    before: Facts
    seen: frozenset[str] | None

    @cached_property
    def managers(self) -> dict[str, str]:
        """Names of the managers in the language of the session."""
        known = self.market.at("managers", self.now.as_of).set_index("manager_id")
        return {str(manager): str(name) for manager, name in formats.names(known).items()}

    @cached_property
    def towns(self) -> dict[str, str]:
        """Names of the towns in the language of the session."""
        return {str(town): str(name) for town, name in formats.names(self.market.areas).items()}

    def view(self, layer: str, plan: str = "") -> View:
        """Return the view of one layer on this day; by a plan's owners where `plan` names a save of one (`plan_text`)."""
        branch_id, now = self.market.branch.branch_id, self.now
        return cached.view(self.who, branch_id, layer, as_of=now.as_of, window_days=now.window_days, plan=plan)


def days(who: Scope, branch_id: str) -> tuple[date, ...]:
    """Return the days the branch can be read at; the last one is where a page opens."""
    market = cached.market(who, branch_id)
    today = datetime.fromtimestamp(time.time(), tz=ZoneInfo(market.branch.time_zone)).date()
    return overview.days_to_show(market, today)


def open_day(who: Scope, branch_id: str, *, as_of: date, window_days: int) -> Opened:
    """Open a branch on a day.

    Raises
    ------
    ScopeError
        When the person may not see it.
    """
    market, plan = cached.market(who, branch_id, as_of=as_of), cached.plan(who, branch_id, as_of)
    now, before = (cached.facts(who, branch_id, as_of=day, window_days=window_days) for day in (as_of, overview.month_before(as_of)))
    eyes = cached.eyes_of(cached.view(who, branch_id, "", as_of=as_of, window_days=window_days))
    return Opened(who, market, plan, now, before, cached.seen_cells(eyes))


def on_grid_of(branch: Opened, plan: str) -> Opened:
    """Return a branch on the grid of a plan's day (`plan_text`): another than the page's where it is regridded in between."""
    shown, wanted = (cached.eyes_of(branch.view("", plan=each)) for each in ("", plan))
    if shown.era == wanted.era:
        return branch
    eyes, now, before = replace(shown, era=wanted.era), branch.now, branch.before
    facts = [cached.facts_of(eyes, each.as_of, each.window_days) for each in (now, before)]
    return replace(branch, market=cached.market_of(eyes), now=facts[0], before=facts[1], seen=cached.seen_cells(eyes))


def default_window() -> int:
    """Return the days counted back where nothing else is chosen."""
    return app.settings().rules.window_days


def name_of_branch(market: Market) -> str:
    """Return the name of the branch in the language of the session."""
    branch = market.branch
    return str(formats.names(pd.DataFrame([{"name": branch.name, "name_en": branch.name_en}])).iloc[0])
