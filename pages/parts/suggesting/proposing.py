"""Which answer is looked at, and which of its moves the map shows until they are accepted or laid aside."""

from collections.abc import Mapping

from gridmap.territories.result import Result
from pages.parts import session
from pages.parts.drafts.draft import Draft
from pages.parts.suggesting import searching

CHOSEN = "suggest_point"


def looked_at(draft: Draft) -> Result | None:
    """Return the answer, or the one of the point that is chosen on the curve."""
    found = searching.found(draft)
    if found is None:
        return None
    if found.points:
        cells = session.held(CHOSEN)
        point = next((each for each in found.points if each.cells == cells), found.points[-1])
        return point.result
    return found.result


def still_to_make(draft: Draft, result: Result) -> tuple[str, ...]:
    """Return the cells that would change hands if the answer were accepted now, in the order in which they are best moved."""
    wanted, now = result.plan.owners_now, draft.plan.owners_now
    order = [move.cell for move in result.moves]
    ours = {move.subject for move in draft.plan.moves if move.layer == "cell"}
    order += sorted(ours - set(order))  # what the draft had moved and the answer gives back
    return tuple(cell for cell in order if wanted.get(cell, "") != now.get(cell, ""))


def shown(draft: Draft) -> Mapping[str, list[str]]:
    """Return what the map shows as proposed: cells by who would take them."""
    result = looked_at(draft) if draft.editable else None
    cells: dict[str, list[str]] = {}
    if result is not None:
        wanted = result.plan.owners_now
        for cell in still_to_make(draft, result):
            if wanted.get(cell):
                cells.setdefault(str(wanted[cell]), []).append(cell)
    return cells
