"""One thing that speaks against a plan, by name, with the place to look at."""

from dataclasses import dataclass
from typing import Literal

from gridmap.errors import N_, Message, say

Since = Literal["new", "worse", "before", ""]
_ROUNDING = 1e-6  # sums of hours differ by that much whatever is moved
_SINCE = {
    "new": N_("{what} The plan makes it so."),
    "worse": N_("{what} It was so before, and the plan makes it worse."),
    "before": N_("{what} It was so before the plan."),
}


@dataclass(frozen=True)
class Problem:
    """What is wrong. `check`: key of the check that found it; `blocks`: a plan with it cannot be submitted.

    `subject`: the manager, town, park, cell or organisation it is about, empty for the plan itself. `cell`: where to look first,
    empty where there is no such place; `cells`: all cells concerned. `since`: whether the plan makes it so ("new"), makes worse what
    was so ("worse"), or it was so already ("before"); empty where that does not arise.
    """

    check: str
    blocks: bool
    subject: str
    cell: str
    message: Message
    since: Since = ""
    cells: tuple[str, ...] = ()


@dataclass(frozen=True)
class Told:
    """What a check says of one subject, before it is known which check said it."""

    subject: str
    message: Message
    cell: str = ""
    since: Since = ""
    cells: tuple[str, ...] = ()


def since_when(before: float, after: float) -> Since:
    """Return since when something is so that is measured by a number: none before, fewer before, or as many or more."""
    return "new" if before <= 0 else "worse" if after > before + _ROUNDING else "before"


def dated(told: Told) -> Message:
    """Return the message with a sentence on since when it is so."""
    return say(_SINCE[told.since], what=told.message) if told.since else told.message
