"""What the History page works on: the branch, the person, and the names of managers, towns and organisations."""

import time
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st

from gridmap.market import Market, day_end_us
from gridmap.plan import Plan
from gridmap.scope import Scope
from gridmap.services import cells, history
from gridmap.services.history import Moment
from pages.parts import formats
from pages.parts.session import _, ngettext
from pages.shared import cached
from pages.shared.view import View


@dataclass(frozen=True, eq=False)
class PastOf:
    """A branch as one person sees its past; `today` is local to the branch, and the Market stands on the grid of today."""

    who: Scope
    market: Market
    today: date

    @property
    def branch_id(self) -> str:
        """The branch."""
        return self.market.branch.branch_id

    @property
    def zone(self) -> str:
        """The time zone in which its days are counted."""
        return self.market.branch.time_zone

    @property
    def named(self) -> bool:
        """Whether organisations may be shown by name."""
        return self.who.allows("see_organisations", self.branch_id)

    @cached_property
    def managers(self) -> dict[str, str]:
        """Names of everybody who ever was a manager, in the language of the session."""
        known = self.market.tables["managers"].drop_duplicates("manager_id", keep="last").set_index("manager_id")
        return {str(manager): str(name) for manager, name in formats.names(known).items()}

    @cached_property
    def towns(self) -> pd.Series:
        """Name of the town of each cell of the grid, in the language of the session."""
        names = {str(town): str(name) for town, name in formats.names(self.market.areas).items()}
        return cells.towns_of(self.market, self.market.grid.cells).map(lambda town: names.get(town, ""))

    @cached_property
    def organisations(self) -> dict[str, str]:
        """Names of the organisations; who may not see them has a Market without."""
        known = self.market.tables["organisations"].drop_duplicates("org_id", keep="last").set_index("org_id")
        return {str(org_id): str(name) for org_id, name in formats.names(known).dropna().items()}

    def on(self, day: date) -> "PastOf":
        """Return the same on the grid of a day, of a branch that was regridded."""
        return replace(self, market=cached.market(self.who, self.branch_id, as_of=day))

    def manager(self, manager_id: str) -> str:
        """Name a manager; nobody where the id is empty."""
        return self.managers.get(manager_id, manager_id) if manager_id else _("Nobody")

    def subject(self, layer: str, subject: str) -> str:
        """Name a cell by its code, an organisation by name where that may be seen, else by its id."""
        return subject if layer == "cell" else self.organisations.get(subject, subject)

    def layer(self, layer: str) -> str:
        """Name what moves."""
        return _(dict(history.LAYER_TITLES)[layer])  # type: ignore[index]

    def known_us(self, moment: Moment) -> int | None:
        """Return the last instant whose knowledge counts; None for now."""
        return None if moment.known is None else day_end_us(moment.known, self.zone) - 1

    def plan(self, moment: Moment) -> Plan:
        """Return who had what at a moment."""
        return cached.plan(self.who, self.branch_id, moment.day, known_us=self.known_us(moment))

    def view(self, day: date, known_us: int | None = None) -> View:
        """Return the view of territories on a day, as known at an instant."""
        return cached.view(self.who, self.branch_id, "territories", as_of=day, window_days=1, known_us=known_us)


def open_past(who: Scope, branch_id: str) -> PastOf:
    """Open the past of a branch.

    Raises
    ------
    ScopeError
        When the person may not see it.
    """
    who.require("see_history", branch_id)
    market = cached.market(who, branch_id)
    return PastOf(who, market, datetime.fromtimestamp(time.time(), tz=ZoneInfo(market.branch.time_zone)).date())


def written(moment: Moment) -> str:
    """Write a moment: a day, and the day whose knowledge counts where it is not now."""
    if moment.known is None:
        return formats.day(moment.day)
    return _("{day}, as known on {known}").format(day=formats.day(moment.day), known=formats.day(moment.known))


def since(day: pd.Timestamp) -> str:
    """Write a first day; what has none was always so."""
    return _("always") if pd.isna(day) else formats.day(day)


def until(day: pd.Timestamp) -> str:
    """Write a last day; what has none goes on."""
    return _("no end") if pd.isna(day) else formats.day(day)


def tell_other_grid(past: PastOf, moment: Moment, plan: Plan) -> None:
    """Say where ownership was known of cells of another grid, which the map of that day cannot draw."""
    foreign = int((~plan.owners.index.isin(past.market.grid.cells)).sum())
    if foreign:
        words = ngettext(
            "{moment}: an owner had {count} cell that is not of that day's grid as known now, so the map does not show it.",
            "{moment}: owners had {count} cells that are not of that day's grid as known now, so the map does not show them.",
            foreign,
            **formats.counted(foreign),
            moment=written(moment),
        )
        st.info(words, icon=":material/grid_off:")
