"""One plan as the page works on it: its line, its moves, what is measured in the cells it may move, and names for what it holds."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

import pandas as pd

from gridmap.facts import UNASSIGNED, Facts
from gridmap.grid import centres
from gridmap.plan import Plan
from gridmap.reallocation.editing import Locks
from gridmap.reallocation.takers import managers_on
from gridmap.store import PlanRecord
from pages.parts import formats, session
from pages.parts.opened import Opened, on_grid_of
from pages.parts.session import _
from pages.shared import cached, effects
from pages.shared.view import View, plan_text

CLOSE = 13  # zoom at which a cell of resolution 8 is seen with its neighbours


@dataclass(frozen=True, eq=False)
class Draft:
    """A plan on the page, in whatever state; `branch` is the branch on its last day with data, on the grid of the plan's day."""

    branch: Opened
    record: PlanRecord
    plan: Plan

    @property
    def plan_id(self) -> int:
        """Number of the plan."""
        return self.record.plan_id

    @property
    def branch_id(self) -> str:
        """Branch of the plan."""
        return self.record.branch_id

    @property
    def editable(self) -> bool:
        """Whether the person may change it now."""
        return self.record.state == "draft" and self.branch.who.allows("change_ownership", self.branch_id)

    @property
    def locks(self) -> Locks:
        """What may not be moved."""
        options = self.record.options
        return Locks(frozenset(options.locked_cells), frozenset(options.locked_owners), options.locked_all)

    @cached_property
    def facts(self) -> Facts:
        """What was measured, by who holds what on the day of the plan without its moves."""
        return effects.facts_before(self.branch.market, self.plan, self.branch.now)

    @cached_property
    def owners(self) -> pd.Series:
        """Owner of every cell of the grid after the moves, `UNASSIGNED` where there is none; index `cell`."""
        return self.plan.owners_now.reindex(self.branch.market.grid.cells).fillna(UNASSIGNED).astype("str")

    @cached_property
    def cells(self) -> pd.DataFrame:
        """Every cell of the grid: town, organisations, prospects, accounts, visits_owed; index `cell`."""
        return effects.cells_measured(self.branch.market, self.facts)

    @property
    def town_names(self) -> pd.Series:
        """Name of the town of every cell, index `cell`; empty outside of every town."""
        return self.cells["town"].map(self.branch.towns).fillna("")

    @cached_property
    def _town_of(self) -> dict[str, str]:
        return {str(cell): str(town) for cell, town in self.town_names.items()}

    @cached_property
    def takers(self) -> dict[str, str]:
        """Managers who can have cells on the day of the plan, in order of name: manager_id -> name."""
        known = managers_on(self.branch.market, self.record.effective_on)
        names = {str(manager): self.name_of(str(manager)) for manager in known.index[known["against"].eq("")]}
        return dict(sorted(names.items(), key=lambda item: (item[1], item[0])))

    def view(self, layer: str) -> View:
        """Return the view of a layer with the moves of the plan."""
        return self.branch.view(layer, plan=plan_text(self.plan_id, self.record.version))

    def when(self, instant_us: int) -> str:
        """Write an instant as day and time, local to the branch."""
        return formats.moment(self._local(instant_us))

    def when_briefly(self, instant_us: int, now_us: int) -> str:
        """Write an instant of today by its time alone, an earlier one by its day."""
        at, now = self._local(instant_us), self._local(now_us)
        return formats.time_of(at) if at.date() == now.date() else formats.day(at.date())

    def _local(self, instant_us: int) -> datetime:
        return datetime.fromtimestamp(instant_us / 1_000_000, tz=ZoneInfo(self.branch.market.branch.time_zone))

    def name_of(self, manager_id: str) -> str:
        """Name a manager, or say that there is none."""
        return _("Unassigned") if manager_id in (UNASSIGNED, "") else self.branch.managers.get(manager_id, manager_id)

    def place_of(self, cell: str) -> str:
        """Name a cell by its town, with its code behind it."""
        outside = _("Outside of every town")
        return f"{self._town_of.get(cell) or outside} · {cell}"

    def name_of_organisation(self, org_id: str) -> str:
        """Name an organisation where the person may see names, else by its number."""
        known = self.organisation_names.get(org_id)
        return str(known) if known is not None and pd.notna(known) else org_id

    def jump_to(self, cell: str) -> None:
        """Show a cell: marked on the map, with the middle of the map on it."""
        if cell in self.cells.index:
            lat, lon = centres(self.branch.market.grid, self.cells.index[self.cells.index == cell])
            session.see(cell=cell)
            session.see_place(float(lat[0]), float(lon[0]), CLOSE)

    @cached_property
    def organisation_names(self) -> pd.Series:
        """Names of organisations in the language of the session, index `org_id`; missing where names may not be seen."""
        rows = self.branch.market.at("organisations", self.branch.now.as_of)
        return formats.names(rows.drop_duplicates("org_id", keep="last").set_index("org_id"))


def open_draft(branch: Opened, plan_id: int) -> Draft:
    """Open a plan, read from the store at every call.

    Raises
    ------
    PlanError
        When the branch has no plan of that number.
    ScopeError
        When the person may not see plans.
    """
    record, plan = cached.draft(branch.who, branch.market.branch.branch_id, plan_id)
    return Draft(on_grid_of(branch, plan_text(record.plan_id, record.version)), record, plan)
