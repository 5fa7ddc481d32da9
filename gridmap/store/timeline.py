"""Laying moves over the dated owners of one subject: pure, so that an oracle can check it instant by instant."""

from collections.abc import Sequence
from dataclasses import dataclass

from gridmap.store.tables import FOREVER_US


@dataclass(frozen=True)
class Span:
    """Who owned a subject from one instant up to, and without, another; `row_id` None where it is not yet stored."""

    valid_from: int
    valid_to: int
    owner: str | None
    row_id: int | None = None


def overlay(spans: Sequence[Span], moves: Sequence[Span]) -> tuple[Span, ...]:
    """Lay moves over a subject's spans, later moves over earlier ones.

    What a move does not change is kept as the stored row; what lies between the first instant and forever and belongs
    to nobody becomes a release.

    Returns
    -------
    The spans afterwards, in order, without gap or overlap, the last one open to forever.
    """
    lying = list(spans)
    for move in moves:
        lying = _lay(lying, move)
    lying.sort(key=lambda span: span.valid_from)
    return _joined(lying)


def owner_at(spans: Sequence[Span], instant: int) -> str | None:
    """Return who has a subject at an instant; None for nobody, released or not yet given."""
    return next((span.owner for span in spans if span.valid_from <= instant < span.valid_to), None)


def next_change(spans: Sequence[Span], instant: int) -> int:
    """Return the first instant after one at which somebody else has the subject, forever where nobody ever does.

    An undo leaves spans of one owner side by side: the end of a span need not be a change.
    """
    has = owner_at(spans, instant)
    later = (span.valid_from for span in spans if span.valid_from > instant and span.owner != has)
    return min(later, default=FOREVER_US)


def _lay(spans: list[Span], move: Span) -> list[Span]:
    result: list[Span] = []
    free = [(move.valid_from, move.valid_to)]
    for span in spans:
        if span.valid_to <= move.valid_from or move.valid_to <= span.valid_from:
            result.append(span)
        elif span.owner == move.owner:
            result.append(span)
            free = [part for begin, end in free for part in ((begin, min(end, span.valid_from)), (max(begin, span.valid_to), end))]
            free = [(begin, end) for begin, end in free if begin < end]
        else:
            if span.valid_from < move.valid_from:
                result.append(Span(span.valid_from, move.valid_from, span.owner))
            if move.valid_to < span.valid_to:
                result.append(Span(move.valid_to, span.valid_to, span.owner))
    return [*result, *(Span(begin, end, move.owner) for begin, end in free)]


def _joined(spans: list[Span]) -> tuple[Span, ...]:
    result: list[Span] = []
    for span in spans:
        if result and result[-1].valid_to < span.valid_from:
            result.append(Span(result[-1].valid_to, span.valid_from, None))
        last = result[-1] if result else None
        if last and last.row_id is None and span.row_id is None and last.owner == span.owner:
            result[-1] = Span(last.valid_from, span.valid_to, span.owner)
        else:
            result.append(span)
    if result and result[-1].valid_to < FOREVER_US:
        result.append(Span(result[-1].valid_to, FOREVER_US, None))
    return tuple(result)
