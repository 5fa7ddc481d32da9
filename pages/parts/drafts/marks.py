"""The cells that are selected in a draft: chosen on the map, by a name or in a table, kept in the session and not in the address."""

from collections.abc import Collection, Iterable

from pages.parts import session
from pages.parts.drafts.draft import Draft

REPLACE, ADD, REMOVE = "replace", "add", "remove"


def marked(draft: Draft) -> tuple[str, ...]:
    """Return the selected cells in order; what is no cell of the grid any more is left out."""
    kept: Collection[str] = session.held(_name(draft)) or ()
    return tuple(sorted(cell for cell in kept if cell in draft.cells.index))


def mark(draft: Draft, cells: Iterable[str], how: str = REPLACE) -> None:
    """Select these cells alone, add them, or take them out of the selection; what is no cell of the grid is not selected."""
    chosen, before = {cell for cell in cells if cell in draft.cells.index}, set(session.held(_name(draft)) or ())
    kept = {REPLACE: chosen, ADD: before | chosen, REMOVE: before - chosen}[how]
    session.hold(_name(draft), frozenset(kept) or None)


def _name(draft: Draft) -> str:
    return f"marked_{draft.branch_id}_{draft.plan_id}"
