"""Cells by what they are: those of a town, a park or an owner, and those a rule finds."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from gridmap.contiguity import edge_cells
from gridmap.errors import N_, PlanError, say
from gridmap.facts import UNASSIGNED, Facts
from gridmap.grid import cells_touching
from gridmap.market import Market
from gridmap.market.columns import rows_in
from gridmap.plan import Plan
from gridmap.reallocation.evidence import Evidence
from gridmap.settings import Rules

Array = np.ndarray[Any, Any]
Mask = np.ndarray[Any, np.dtype[np.bool_]]
By = Literal["town", "park", "owner", "rule"]


@dataclass(frozen=True)
class Rule:
    """A rule that finds cells: `find` gives true or false for each cell of the grid, after the moves of the plan."""

    key: str
    title: str
    find: Callable[[Evidence], Mask]


def select_cells(market: Market, plan: Plan, facts: Facts, *, by: By, value: str, rules: Rules, town: str = "") -> pd.Index:
    """Choose the cells of a town, a park or an owner, or those a rule finds.

    Parameters
    ----------
    market, plan, facts
        What is, who would own it after the plan's moves, and the facts of the day, measured with the plan's base holders.
    by
        town: cells whose middle lies in it. park: cells it touches. owner: a manager's, or nobody's ("-"). rule: one of `RULES`.
    value
        The code of the town, the park or the manager, or one of its names; or the key of a rule.
    rules
        As the facts were measured with.
    town
        Keep only what lies in this town, by code or name; empty for all.

    Returns
    -------
    Cells in the order of the grid; none where nothing is found.

    Raises
    ------
    PlanError
        When there is no such town, park, manager or rule.
    """
    seen = Evidence(market, plan, facts, rules, facts.as_of)
    found = {"town": _of_town, "park": _of_park, "owner": _of_owner, "rule": _by_rule}[by](seen, value)
    return market.grid.cells[found & _of_town(seen, town) if town else found]


def _of_town(seen: Evidence, value: str) -> Mask:
    return np.isin(seen.towns.astype(str), _codes(seen.market.towns, value, N_("There is no town {value} in this branch.")))


def _of_park(seen: Evidence, value: str) -> Mask:
    parks = seen.market.parks
    found = np.zeros(len(seen.cells), dtype=bool)
    for code in _codes(parks, value, N_("There is no park {value} in this branch.")):
        found[rows_in(cells_touching(seen.market.grid, parks.geometry[code]), seen.cells)] = True
    return found


def _of_owner(seen: Evidence, value: str) -> Mask:
    if value in ("", UNASSIGNED):
        return _is(seen, UNASSIGNED)
    if _is(seen, value).any():  # also who does not work here any more
        return _is(seen, value)
    return np.isin(seen.after.astype(str), _codes(seen.managers, value, N_("There is no manager {value} in this branch.")))


def _by_rule(seen: Evidence, value: str) -> Mask:
    for rule in RULES:
        if rule.key == value:
            return rule.find(seen)
    raise PlanError(
        say(N_("There is no rule {value} that finds cells."), value=value),
        expected=say(N_("One of: {known}."), known=", ".join(rule.key for rule in RULES)),
    )


def _codes(rows: pd.DataFrame, value: str, missing: str) -> list[str]:
    if value in rows.index:
        return [value]
    wanted = value.strip().casefold()
    called = np.zeros(len(rows), dtype=bool)
    for column in ("name", "name_en"):
        called |= rows[column].fillna("").astype(str).str.casefold().eq(wanted).to_numpy(dtype=bool)
    if not wanted or not called.any():
        raise PlanError(say(missing, value=value), remedy=say(N_("Choose one that is listed, by its code or its name.")))
    return [str(code) for code in rows.index[called]]


def _sum(seen: Evidence, name: str) -> Array:
    values: Array = seen.in_cells[name].to_numpy(dtype=float)
    return values


def _is(seen: Evidence, manager_id: str) -> Mask:
    return np.asarray(seen.after == manager_id, dtype=bool)


def _any(seen: Evidence, name: str) -> Mask:
    return np.asarray(_sum(seen, name) > 0, dtype=bool)


def _unassigned(seen: Evidence) -> Mask:
    return _is(seen, UNASSIGNED)


def _unassigned_with_organisations(seen: Evidence) -> Mask:
    return _unassigned(seen) & _any(seen, "organisations")


def _owner_gone(seen: Evidence) -> Mask:
    able = seen.managers.index[seen.managers["against"].eq("").to_numpy(dtype=bool)]
    return ~_unassigned(seen) & ~np.isin(seen.after.astype(str), able.to_numpy(dtype=str))


def _never_visited(seen: Evidence) -> Mask:
    return _any(seen, "history_known") & np.equal(_sum(seen, "visit_never"), _sum(seen, "history_known"))


def _not_filed(seen: Evidence) -> Mask:
    return _any(seen, "organisations") & ~_any(seen, "files")


def _not_surveyed(seen: Evidence) -> Mask:
    return ~_any(seen, "organisations") & ~_any(seen, "surveys")


def _over_capacity_edge(seen: Evidence) -> Mask:
    over = seen.effect.index[seen.effect["over_after"].to_numpy(dtype=bool)]
    return edge_cells(seen.market.grid, seen.plan.owners_now) & np.isin(seen.after.astype(str), over.to_numpy(dtype=str))


def _moved(seen: Evidence) -> Mask:
    return np.asarray(seen.before != seen.after, dtype=bool)


def _lone_pieces(seen: Evidence) -> Mask:
    alone = np.asarray(seen.pieces_after.rank > 0, dtype=bool)
    return alone[seen.pieces_after.of_cell] & ~_unassigned(seen)


def _enclaves(seen: Evidence) -> Mask:
    inside = ~np.isin(seen.pieces_after.inside.astype(str), ["", UNASSIGNED])
    return inside[seen.pieces_after.of_cell]


RULES: tuple[Rule, ...] = (
    Rule("unassigned", N_("Nobody owns it"), _unassigned),
    Rule("unassigned_with_organisations", N_("Nobody owns it, and organisations lie in it"), _unassigned_with_organisations),
    Rule("owner_gone", N_("Its owner does not work here any more"), _owner_gone),
    Rule("never_visited", N_("None of its organisations was ever visited"), _never_visited),
    Rule("not_filed", N_("None of its organisations is filed"), _not_filed),
    Rule("not_surveyed", N_("No organisation is known there, and nobody walked it"), _not_surveyed),
    Rule("over_capacity_edge", N_("On the edge of a manager who is over capacity"), _over_capacity_edge),
    Rule("lone_pieces", N_("Apart from the largest piece of its territory"), _lone_pieces),
    Rule("enclaves", N_("Wholly inside the territory of another"), _enclaves),
    Rule("moved", N_("Moved by this plan"), _moved),
)
