"""Territories: whose cell it is, neighbours in different colours, nobody's cells hatched; and their outlines with names."""

from collections.abc import Collection
from typing import Any

import numpy as np
import pandas as pd
import shapely

from gridmap import classes
from gridmap import grid as grids
from gridmap.errors import N_, Message
from gridmap.market import Market
from gridmap.plan import Plan
from layers.layer import Layer
from layers.shapes import shape_item
from layers.sight import Sight, called
from layers.values import owner_names

NOBODY = ("#b3002d", "#ff4d6d")


def outlines(sight: Sight) -> list[dict[str, Any]]:
    """Return the outline of each territory with its owner's name."""
    grid, owners = sight.market.grid, sight.plan.owners_now
    owners = owners[owners.index.isin(grid.cells)]
    names = names_of(sight.market, tuple(sorted(set(owners))), language=sight.language)
    items = []
    for owner, name in names.items():
        own = owners.index[(owners == owner).to_numpy(bool)]
        outline = shapely.coverage_union_all(np.asarray(grids.outlines(grid, own).array, dtype=object))
        items.append(shape_item(outline, name=name, closed=False, rough_deg=0, shift=sight.shift))
    return [item for item in items if item]


def moved_cells(market: Market, plan: Plan) -> pd.Index:
    """Return the cells of the grid that a plan moves."""
    cells: pd.Index = market.grid.cells[market.grid.cells.isin([move.subject for move in plan.moves if move.layer == "cell"])]
    return cells


def moved(sight: Sight) -> list[dict[str, Any]]:
    """Return the outline around what a plan moves; nothing without a plan."""
    cells = moved_cells(sight.market, sight.plan)
    if not len(cells):
        return []
    around = shapely.coverage_union_all(np.asarray(grids.outlines(sight.market.grid, cells).array, dtype=object))
    item = shape_item(around, closed=False, rough_deg=0, shift=sight.shift)
    return [item] if item else []


def names_of(market: Market, owners: tuple[str, ...], *, language: str) -> dict[str, str]:
    """Return what each owner is called in a language; their id where the managers' table lacks them."""
    managers = market.tables["managers"].drop_duplicates("manager_id", keep="last")
    known = dict(zip(managers["manager_id"], called(managers, language), strict=True))
    return {owner: known.get(owner) or owner for owner in owners}


def named_colours(
    market: Market, plan: Plan, *, seen: Collection[str] | None = None, language: str = "en", dark: bool = False
) -> tuple[tuple[Message | str, str], ...]:
    """Return name and colour of each owner in the order of `owner_names`, and of nobody."""
    owners = owner_names(market, plan, seen)
    names = names_of(market, owners, language=language)
    number = owner_numbers(market, plan)
    named = tuple((names[owner], classes.OWNERS[number[owner]]) for owner in owners)
    return (*named, (Message(N_("Nobody")), NOBODY[int(dark)]))


def owner_numbers(market: Market, plan: Plan) -> dict[str, int]:
    """Return the colour of each owner as a number into `classes.OWNERS`.

    They are of the whole branch and of ownership before the plan's moves, so that a manager keeps the colour whoever looks and
    whatever is moved; managers who own nothing yet take the colours in turn.
    """
    of_cell = plan.owners.reindex(market.grid.cells)
    before = classes.owner_colours(grids.neighbour_pairs(market.grid), [owner if isinstance(owner, str) else None for owner in of_cell])
    staff = sorted({*market.tables["managers"]["manager_id"], *(move.taker for move in plan.moves if move.taker)} - before.keys())
    return before | {owner: number % len(classes.OWNERS) for number, owner in enumerate(staff)}


LAYER = Layer(
    "territories",
    N_("Territories"),
    "ownership",
    "owners",
    help=N_("Who has each cell. Cells that nobody has are hatched."),
    by_plan=True,
)
OUTLINES = Layer(
    "territory_outlines",
    N_("Territory outlines"),
    "ownership",
    "areas",
    help=N_("Where one territory ends and the next begins."),
    items=outlines,
    look="territories",
    by_plan=True,
)
MOVES = Layer(
    "plan_moves",
    N_("Moved in this plan"),
    "ownership",
    "areas",
    help=N_("Cells that the plan takes from one manager and gives to another, or to nobody."),
    items=moved,
    look="moved",
    by_plan=True,
    drafts_only=True,
)
