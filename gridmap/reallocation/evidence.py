"""A plan as it is looked at from many sides: each side is worked out once, when it is first asked for."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from gridmap.contiguity import Pieces, find_pieces
from gridmap.errors import N_, Message, say
from gridmap.facts import UNASSIGNED, Facts, roll_up
from gridmap.market import Market
from gridmap.market.places import park_cells, towns_of
from gridmap.plan import Plan
from gridmap.reallocation.editing import Locks
from gridmap.reallocation.effect import plan_effect
from gridmap.reallocation.takers import managers_on, names_of
from gridmap.settings import Rules
from gridmap.texts import Name

Array = np.ndarray[Any, Any]
NO_LOCKS = Locks()


@dataclass(frozen=True, eq=False)
class Evidence:
    """What speaks for and against a plan.

    `facts` were measured with the plan's base holders; `on` is the day the plan holds from, `locks` what it may not move.
    Arrays and frames by cell are in the order of the grid's cells.
    """

    market: Market
    plan: Plan
    facts: Facts
    rules: Rules
    on: date
    locks: Locks = NO_LOCKS

    @property
    def cells(self) -> pd.Index:
        """The cells of the grid."""
        return self.market.grid.cells

    @cached_property
    def before(self) -> Array:
        """Who owns each cell before the moves; `UNASSIGNED` for nobody."""
        return self._owners(self.plan.owners)

    @cached_property
    def after(self) -> Array:
        """Who owns each cell after the moves; `UNASSIGNED` for nobody."""
        return self._owners(self.plan.owners_now)

    @cached_property
    def pieces_before(self) -> Pieces:
        """The parts of the territories before the moves."""
        return find_pieces(self.market.grid, self.plan.owners)

    @cached_property
    def pieces_after(self) -> Pieces:
        """The parts of the territories after the moves."""
        return find_pieces(self.market.grid, self.plan.owners_now)

    @cached_property
    def in_cells(self) -> pd.DataFrame:
        """Facts of each cell, whoever holds what lies in it."""
        return roll_up(self.facts, "cell", market=self.market).reindex(self.cells)

    @cached_property
    def effect(self) -> pd.DataFrame:
        """Every manager before and after, as `plan_effect` tells it."""
        return plan_effect(self.market, self.plan, self.facts, rules=self.rules)

    @cached_property
    def towns(self) -> Array:
        """The town of each cell, an area_id; empty for none."""
        found: Array = towns_of(self.market, self.cells).to_numpy(dtype=object)
        return found

    @cached_property
    def parks(self) -> pd.DataFrame:
        """Which cells each park lies in and how much of it, see `park_cells`."""
        return park_cells(self.market)

    @cached_property
    def managers(self) -> pd.DataFrame:
        """The managers as they will be on the day of the plan, see `managers_on`."""
        return managers_on(self.market, self.on)

    @cached_property
    def organisations(self) -> pd.DataFrame:
        """The organisations of the day that the facts are of, index `org_id`: name, name_en, cell."""
        rows = self.market.at("organisations", self.facts.as_of).drop_duplicates("org_id", keep="last")
        return rows.set_index("org_id")[["name", "name_en", "cell"]]

    def name(self, manager_id: str) -> Name | Message:
        """Return what a manager is called, or nobody."""
        if manager_id in ("", UNASSIGNED):
            return say(N_("nobody"))
        return self._names.get(manager_id, Name(manager_id))

    def town(self, town: str) -> Name | Message:
        """Return what a town is called, or that there is none."""
        return self._town_names.get(town, say(N_("no town")))

    def fullest(self, positions: Array) -> str:
        """Return of some cells, by position, the one with most organisations; empty for none."""
        if not len(positions):
            return ""
        inside = self.in_cells["organisations"].to_numpy(dtype=float)[positions]
        return str(self.cells[positions[int(np.argmax(inside))]])

    @cached_property
    def _names(self) -> dict[str, Name]:
        return names_of(self.managers)

    @cached_property
    def _town_names(self) -> dict[str, Name]:
        return names_of(self.market.towns)

    def _owners(self, owners: pd.Series) -> Array:
        found: Array = owners.reindex(self.cells).fillna(UNASSIGNED).to_numpy(dtype=object)
        return found
