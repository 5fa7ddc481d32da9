"""Territories: whose cell it is, neighbours in different colours, nobody's cells hatched; and their outlines with names."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from gridmap import classes
from gridmap import grid as grids
from gridmap.errors import N_, Message
from gridmap.market import Market
from gridmap.plan import Plan
from layers.layer import Layer
from layers.owners import Numbers, Owned, moved_places, owned
from layers.shapes import cell_polygons, outline_item
from layers.sight import Sight, called

NOBODY = ("#b3002d", "#ff4d6d")


def outlines(sight: Sight) -> list[dict[str, Any]]:
    """Return the outline of each territory with its owner's name."""
    whose = owned(sight.market.grid, sight.plan.owners_now)
    names = names_of(sight.market, whose.names, language=sight.language)
    drawn = ((name, _around(sight, np.flatnonzero(whose.number == number))) for number, name in enumerate(names.values()))
    return [item | {"n": name} for name, item in drawn if item]


def moved(sight: Sight) -> list[dict[str, Any]]:
    """Return the outline around what a plan moves; nothing without a plan."""
    item = _around(sight, moved_places(sight.market.grid, sight.plan))
    return [{"p": item["p"]}] if item else []


def _around(sight: Sight, place: Numbers) -> dict[str, Any] | None:
    grid = sight.market.grid
    return sight.outline(grid, place, sight.shift) if sight.outline else outline_item(cell_polygons(grid, place), sight.shift)


def names_of(market: Market, owners: tuple[str, ...], *, language: str) -> dict[str, str]:
    """Return what each owner is called in a language; their id where the managers' table lacks them."""
    managers = market.tables["managers"].drop_duplicates("manager_id", keep="last")
    known = dict(zip(managers["manager_id"], called(managers, language), strict=True))
    return {owner: known.get(owner) or owner for owner in owners}


def named_colours(
    market: Market, plan: Plan, whose: Owned, *, language: str = "en", dark: bool = False
) -> tuple[tuple[Message | str, str], ...]:
    """Return name and colour of each owner in the order of their numbers, and of nobody."""
    names, number = names_of(market, whose.names, language=language), owner_colours(market, plan, whose.names)
    return (*((names[owner], classes.OWNERS[number[owner]]) for owner in whose.names), (Message(N_("Nobody")), NOBODY[int(dark)]))


def owner_colours(market: Market, plan: Plan, shown: Sequence[str] = ()) -> dict[str, int]:
    """Return the colour of each owner as a number into `classes.OWNERS`.

    They are of the whole branch and of ownership before the plan's moves, so that a manager keeps the colour whoever looks and
    whatever is moved; managers who owned nothing, and other owners that are `shown`, take the colours in turn.
    """
    before = owned(market.grid, plan.owners)
    of_cell = np.array([*before.names, None], dtype=object)[before.number]
    colours = classes.owner_colours(grids.neighbour_pairs(market.grid), list(of_cell))
    known = {*market.tables["managers"]["manager_id"], *shown, *(move.taker for move in plan.moves if move.taker)}
    others = sorted(known - colours.keys())
    return colours | {owner: number % len(classes.OWNERS) for number, owner in enumerate(others)}


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
