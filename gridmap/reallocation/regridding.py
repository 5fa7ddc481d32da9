"""From one grid to another: who has each new cell, what came of each old one, and whom that would take to another manager."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from gridmap.grid import Grid, centres, overlaps, positions_of
from gridmap.market import Market, live_at
from gridmap.plan import UNASSIGNED, Move, Plan

Array = np.ndarray[Any, Any]
_TIE = 9  # decimals of a share below which two are equal


@dataclass(frozen=True, eq=False)
class Proposal:
    """What a regrid would do; nothing is written.

    Attributes
    ----------
    owners
        Index `cell` (new grid), the manager of each that has one.
    lineage
        `old_cell`, `new_cell`, `share` of the old cell's area (0 to 1), `organisations` that go from the one into the other.
    organisations
        One row per organisation in force on the day, index `org_id`: `name`, `old_cell`, `new_cell` (missing = not placed), `before` and
        `after`, who holds it (`-` = nobody), `kept`: it stays with its holder as a named exception.
    hands
        Moves of named holders: exceptions made to keep a holder, and those of an earlier regrid that are none any more.
    """

    owners: pd.Series
    lineage: pd.DataFrame
    organisations: pd.DataFrame
    hands: tuple[Move, ...]

    @property
    def changed(self) -> pd.DataFrame:
        """The organisations that would have another holder only because of the shapes of the new cells."""
        return self.organisations[self.organisations["before"] != self.organisations["after"]]

    @property
    def counts(self) -> pd.DataFrame:
        """How many organisations each manager holds, index `manager_id` (`-` = nobody): `before`, `after`; each counted once."""
        sides = {side: self.organisations.groupby(side).size() for side in ("before", "after")}
        return pd.DataFrame(sides).fillna(0).astype("int64").rename_axis("manager_id").sort_index()

    @property
    def placed(self) -> dict[str, int]:
        """How many organisations lie in a cell `before` and `after`; the others are not placed."""
        return {side: int(self.organisations[f"{grid}_cell"].notna().sum()) for side, grid in (("before", "old"), ("after", "new"))}


def propose(
    market: Market,
    plan: Plan,
    grid: Grid,
    *,
    as_of: date,
    keep_holders: bool = False,
    restored: Mapping[str, str] | None = None,
    exceptions: Collection[str] = (),
) -> Proposal:
    """Work out the owners of the cells of a new grid.

    A new cell goes to whoever owns most of the live organisations in it, by the old cells; where that is a tie or nobody lives there, to
    whoever owns most of its ground, then to the owner of the old cell under its centre. Unassigned counts as an owner: what is
    nobody's stays so.

    Parameters
    ----------
    market, plan
        What is, on the old grid, and who owns it on the day.
    grid
        The new grid.
    as_of
        The first day of the new grid.
    keep_holders
        Whether organisations that would change hands only because of the new shapes stay with their holder, by name. What nobody holds
        cannot be held by name: it goes with its new cell.
    restored
        Owners (empty: nobody) of cells that have again what they had before an earlier regrid, which `restored_owners` gives.
    exceptions
        Organisations that an earlier regrid made exceptions; those that are none any more follow their cell again.
    """
    rows = market.at("organisations", as_of)
    old_of = market.grid.cells.get_indexer(pd.Index(rows["cell"], dtype="str"))
    new_of = positions_of(grid, rows["lat"].to_numpy(dtype=float), rows["lon"].to_numpy(dtype=float))
    had = plan.owners_now.reindex(market.grid.cells).astype("str").fillna("").to_numpy(dtype=object)
    old, new, share = overlaps(market.grid, grid)
    decided = _decided(market.grid, grid, had, (old, new, share), (old_of, new_of), live_at(rows, as_of).to_numpy(dtype=bool))
    again = restored or {}
    has = np.array([again.get(cell, owner) for cell, owner in zip(grid.cells, decided, strict=True)], dtype=object)
    organisations, hands = _hands(rows, plan, _Side(market.grid.cells, had, old_of), _Side(grid.cells, has, new_of), exceptions)
    if keep_holders:
        organisations, hands = _kept(organisations, plan, hands)
    owners = pd.Series(has, index=grid.cells, dtype="str", name="owners")
    return Proposal(owners[owners != ""], _lineage(market.grid, grid, (old, new, share), (old_of, new_of)), organisations, hands)


def restored_owners(lineage: pd.DataFrame, *, before: pd.Series, given: pd.Series, now: pd.Series) -> dict[str, str]:
    """Return the owners that cells of a former grid have again: those none of whose parts was given to anybody else since.

    Parameters
    ----------
    lineage
        Of the regrid that did away with them: `old_cell`, `new_cell`.
    before
        Owner by old cell when it ended.
    given, now
        Owner by new cell when it began, and now; missing = nobody.
    """
    parts = lineage[["old_cell", "new_cell"]]
    then, since = (parts["new_cell"].map(owners).astype("str").fillna("") for owners in (given, now))
    untouched = (then == since).groupby(parts["old_cell"]).all()
    cells = untouched.index[untouched]
    return dict(zip(cells, before.reindex(cells).astype("str").fillna(""), strict=True))


def _decided(old_grid: Grid, grid: Grid, had: Array, ground: tuple[Array, Array, Array], where: tuple[Array, Array], live: Array) -> Array:
    """Return the owner of each new cell, empty for nobody: by organisations, then by ground, then by the cell under the centre."""
    old, new, share = ground
    old_of, new_of = where
    voting = live & (old_of >= 0) & (new_of >= 0)
    lat, lon = centres(grid, grid.cells)
    under = positions_of(old_grid, lat, lon)
    centred = np.flatnonzero(under >= 0)
    votes = pd.concat(
        [
            pd.DataFrame({"new": new_of[voting], "owner": had[old_of[voting]], "people": 1, "ground": 0.0, "centre": 0}),
            pd.DataFrame({"new": new, "owner": had[old], "people": 0, "ground": share * old_grid.sizes_km2[old], "centre": 0}),
            pd.DataFrame({"new": centred, "owner": had[under[centred]], "people": 0, "ground": 0.0, "centre": 1}),
        ],
        ignore_index=True,
    )
    summed = votes.groupby(["new", "owner"], as_index=False)[["people", "ground", "centre"]].sum()
    part = (summed["ground"].to_numpy() / grid.sizes_km2[summed["new"].to_numpy()]).round(_TIE)
    ordered = summed.assign(ground=part).sort_values(
        ["new", "people", "ground", "centre", "owner"], ascending=[True, False, False, False, True], kind="stable"
    )
    first = ordered.drop_duplicates("new")
    decided = np.full(len(grid.cells), "", dtype=object)
    decided[first["new"].to_numpy()] = first["owner"].to_numpy(dtype=object)
    return decided


@dataclass(frozen=True, eq=False)
class _Side:
    """One of the two grids: its cells, the owner of each (empty for nobody), and the position of each organisation's cell (-1: none)."""

    cells: pd.Index
    owners: Array
    place: Array

    def at(self, values: Array) -> Array:
        """Return values of cells per organisation, empty where it has no cell."""
        found: Array = np.append(values, "").astype(object)[self.place]
        return found

    @property
    def named(self) -> pd.Series:
        """The cell of each organisation, missing where it has none."""
        return pd.Series(self.at(self.cells.to_numpy(dtype=object)), dtype="str").replace("", np.nan).astype("str")


def _hands(rows: pd.DataFrame, plan: Plan, old: _Side, new: _Side, exceptions: Collection[str]) -> tuple[pd.DataFrame, tuple[Move, ...]]:
    org_ids = pd.Index(rows["org_id"], dtype="str", name="org_id")
    named = plan.holders_now.reindex(org_ids).astype("str").fillna("").to_numpy(dtype=object)
    then, now = old.at(old.owners), new.at(new.owners)
    freed = org_ids.isin(list(exceptions)) & (named != "") & (named == now)
    before, after = np.where(named != "", named, then), np.where((named != "") & ~freed, named, now)
    frame = pd.DataFrame(
        {
            "name": rows["name"].to_numpy(dtype=object),
            "old_cell": old.named.array,
            "new_cell": new.named.array,
            "before": np.where(before != "", before, UNASSIGNED),
            "after": np.where(after != "", after, UNASSIGNED),
            "kept": False,
        },
        index=org_ids,
    )
    moves = tuple(Move(org_id, "holder", holder, "") for org_id, holder in sorted(zip(org_ids[freed], named[freed], strict=True)))
    return frame.sort_index(), moves


def _kept(organisations: pd.DataFrame, plan: Plan, hands: tuple[Move, ...]) -> tuple[pd.DataFrame, tuple[Move, ...]]:
    stays = (organisations["before"] != organisations["after"]) & (organisations["before"] != UNASSIGNED)
    givers = plan.holders_now.reindex(organisations.index[stays]).astype("str").fillna("")
    made = tuple(
        Move(str(org_id), "holder", giver, holder)
        for org_id, giver, holder in zip(organisations.index[stays], givers, organisations.loc[stays, "before"], strict=True)
    )
    frame = organisations.assign(kept=stays, after=organisations["after"].where(~stays, organisations["before"]))
    return frame, tuple(sorted((*hands, *made), key=lambda move: move.subject))


def _lineage(old_grid: Grid, grid: Grid, ground: tuple[Array, Array, Array], where: tuple[Array, Array]) -> pd.DataFrame:
    old, new, share = ground
    old_of, new_of = where
    both = (old_of >= 0) & (new_of >= 0)
    parts = pd.DataFrame({"old": old, "new": new, "share": share})
    people = pd.DataFrame({"old": old_of[both], "new": new_of[both]}).groupby(["old", "new"]).size().rename("organisations")
    joined = parts.merge(people.reset_index(), on=["old", "new"], how="outer").fillna({"share": 0.0, "organisations": 0})
    return pd.DataFrame(
        {
            "old_cell": old_grid.cells[joined["old"].to_numpy(dtype=np.intp)].astype("str"),
            "new_cell": grid.cells[joined["new"].to_numpy(dtype=np.intp)].astype("str"),
            "share": joined["share"].to_numpy(dtype=float),
            "organisations": joined["organisations"].to_numpy(dtype=np.int64),
        }
    ).sort_values(["old_cell", "new_cell"], ignore_index=True)
