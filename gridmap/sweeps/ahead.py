"""What will be if nobody goes anywhere: coverage and files on the days ahead, as visits fall out of their cycle and licences run out."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd

from gridmap.facts.measure import counts_for
from gridmap.facts.stock import Standing, standing_of
from gridmap.facts.visits import VisitsSeen, first_known_on, read_visits, visit_measures
from gridmap.market import FOREVER_US, Market, complete_at, live_at, stage_at
from gridmap.market.columns import rows_in
from gridmap.plan import UNASSIGNED, Plan
from gridmap.settings import Rules

Array = np.ndarray[Any, Any]
Level = Literal["branch", "manager", "town", "cell"]
NOT_PLACED = ""


class Future(NamedTuple):
    """Organisation rows at the end of a day: counted for coverage, covered; live, with a complete file."""

    due: Array
    covered: Array
    live: Array
    complete: Array


@dataclass(frozen=True, eq=False)
class Ahead:
    """The organisations of a branch as known at a day, and where each belongs; nothing that happened later is looked at.

    `keys` gives for each level the text each row belongs to: the branch, who holds it, its town, its cell.
    """

    market: Market
    standing: Standing
    seen: VisitsSeen
    first_known: Array
    row_of: Array
    cycle: Array
    rules: Rules
    keys: Mapping[Level, Array]

    def on(self, day: date) -> Future:
        """Return what will be at the end of a day without a further visit or file."""
        rows = self.standing.rows
        stage = stage_at(rows, day)
        live = live_at(rows, day, stage=stage).to_numpy(dtype=bool)
        complete = complete_at(rows, day, stage=stage).to_numpy(dtype=bool) & live
        then = replace(self.standing, as_of=day, stage=stage, live=live, complete=complete)
        visited = visit_measures(then, self.seen, self.rules, first_known=self.first_known)
        return Future(visited["coverage_due"], visited["covered"], live, complete)

    def place(self, org_ids: list[str]) -> Array:
        """Return the row each organisation counts for, -1 for those nobody knows."""
        found = rows_in(pd.Series(org_ids, dtype="str"), self.standing.rows["org_id"])
        return np.where(found >= 0, np.append(self.row_of, -1)[found], -1)


def look_ahead(market: Market, plan: Plan, *, as_of: date, rules: Rules) -> Ahead:
    """Take the organisations as known at the end of a day, with the visits up to it.

    Parameters
    ----------
    market, plan
        What is, and who holds what.
    as_of
        The last day that is known.
    rules
        Cycles and tiers.
    """
    rows = market.at("organisations", as_of).reset_index(drop=True)
    frozen = replace(market, tables={**market.tables, "organisations": rows.assign(valid_to_us=FOREVER_US)})
    standing = standing_of(frozen, as_of=as_of, window_days=rules.window_days, rules=rules)
    row_of = counts_for(standing.rows)
    cycles = dict(rules.cycle_days)
    return Ahead(
        market=market,
        standing=standing,
        seen=read_visits(market, standing, row_of, standing.rows["org_id"]),
        first_known=first_known_on(market, standing.rows),
        row_of=row_of,
        cycle=standing.tiers.map(cycles).fillna(max(cycles.values())).to_numpy(dtype=float),
        rules=rules,
        keys=_keys(standing.rows, market, plan),
    )


def _keys(rows: pd.DataFrame, market: Market, plan: Plan) -> Mapping[Level, Array]:
    owners, named = plan.owners_now, plan.holders_now
    cell = _texts(rows["cell"])
    manager = _looked_up(rows["cell"], owners, np.where(cell == NOT_PLACED, NOT_PLACED, UNASSIGNED))
    return {
        "branch": np.full(len(rows), market.branch.branch_id, dtype=object),
        "manager": _looked_up(rows["org_id"], named, manager),
        "town": _texts(rows["town"]),
        "cell": cell,
    }


def _texts(values: pd.Series) -> Array:
    return values.astype("str").fillna(NOT_PLACED).to_numpy(dtype=object)


def _looked_up(values: pd.Series, among: pd.Series, otherwise: Array) -> Array:
    place = rows_in(values, among.index)
    found = np.append(among.to_numpy(dtype=object), np.array([""], dtype=object))[place]
    return np.where(place >= 0, found, otherwise)
