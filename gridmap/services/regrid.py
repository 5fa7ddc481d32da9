"""Changing the grid of a branch from a day on: what it would do, whom it would take to another manager, and doing it."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from gridmap.errors import N_, Message, PlanError, say
from gridmap.grid import Grid, expected_cells
from gridmap.market import Market, grid_of
from gridmap.reallocation.regridding import Proposal, propose
from gridmap.scope import Scope
from gridmap.store import RegridBase, Store, open_market, regrid, regrid_base

MOST_CELLS = 300_000
AREAS = ("areas", -1)


@dataclass(frozen=True, eq=False)
class RegridPreview:
    """What a regrid would do, as it was worked out; `obstacles` says what stands in its way, with which it is refused."""

    branch_id: str
    effective_on: date
    name: tuple[str, int]
    market: Market
    grid: Grid
    base: RegridBase
    proposal: Proposal
    obstacles: tuple[Message, ...]

    def as_json(self) -> dict[str, Any]:
        """Return what a script needs, as JSON types."""
        found = self.proposal
        changed = found.changed.reset_index()[["org_id", "before", "after"]]
        return {
            "branch_id": self.branch_id,
            "from": {"kind": self.market.grid.kind, "resolution": self.market.grid.resolution, "cells": len(self.market.grid.cells)},
            "to": {"kind": self.grid.kind, "resolution": self.grid.resolution, "cells": len(self.grid.cells)},
            "effective_on": self.effective_on.isoformat(),
            "owned": {"before": len(self.base.plan.owners), "after": len(found.owners)},
            "organisations": len(found.organisations),
            "placed": found.placed,
            "holders": found.counts.to_dict("index"),
            "changed": changed.to_dict("records"),
            "kept": sorted(found.organisations.index[found.organisations["kept"]]),
            "restored": len(self.base.restored),
        }


def preview_regrid(
    store: Store, scope: Scope, branch_id: str, *, to: tuple[str, int], effective_on: date, keep_holders: bool = False
) -> RegridPreview:
    """Work out a regrid; nothing is written.

    Parameters
    ----------
    to
        Kind (`h3`, `areas`) and H3 resolution of the new grid (-1 for areas: the finest level that has outlines).
    effective_on
        The first day of the new grid, local to the branch.
    keep_holders
        Whether organisations that would change hands only because of the new shapes stay with their holder by name.

    Raises
    ------
    PlanError
        When there can be no such grid: no areas with an outline, too many cells, none at all.
    ScopeError
        When the role may not regrid the branch.
    """
    base = regrid_base(store, scope, branch_id, effective_on=effective_on, grid=to)
    market = open_market(store, scope, branch_id, as_of=effective_on)
    grid = _new_grid(market, to)
    proposal = propose(
        market,
        base.plan,
        grid,
        as_of=effective_on,
        keep_holders=keep_holders,
        restored=base.restored,
        exceptions=base.exceptions,
    )
    return RegridPreview(branch_id, effective_on, to, market, grid, base, proposal, base.obstacles)


def do_regrid(store: Store, scope: Scope, preview: RegridPreview, *, why: str, now_us: int) -> int:
    """Do what a preview showed; return the number of the regrid.

    Raises
    ------
    Conflict
        When somebody wrote to the branch since the preview.
    PlanError
        When something stands in the way; `reasons` lists all of it.
    """
    return regrid(
        store,
        scope,
        preview.branch_id,
        effective_on=preview.effective_on,
        grid=preview.name,
        proposal=preview.proposal,
        expected=preview.base.version,
        why=why,
        now_us=now_us,
    )


def _new_grid(market: Market, to: tuple[str, int]) -> Grid:
    kind, resolution = to
    if kind == "h3" and not 0 <= resolution <= 15:
        raise PlanError(
            say(N_("There is no H3 resolution {resolution}."), resolution=resolution), expected=say(N_("A whole number from 0 to 15."))
        )
    expected = expected_cells(market.grid.boundary, resolution) if kind == "h3" else 0
    if expected > MOST_CELLS:
        raise PlanError(
            say(N_("The branch would have about {count} cells; {most} are allowed."), count=f"{expected:,}", most=f"{MOST_CELLS:,}"),
            remedy=say(N_("Choose a coarser resolution.")),
        )
    branch = replace(market.branch, grid_kind=kind, grid_resolution=resolution if kind == "h3" else market.branch.grid_resolution)
    grid = grid_of(branch, market)
    if not len(grid.cells):
        areas = say(N_("The branch has no areas with an outline that could be its cells."))
        raise PlanError(
            areas if kind == "areas" else say(N_("The branch has no outline and nothing that has a place.")),
            remedy=say(N_("Import towns and areas with their outlines first.")),
        )
    return grid
