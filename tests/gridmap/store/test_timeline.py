"""Laying moves over dated owners, against a plain list that is asked at every instant."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from gridmap.store.tables import FOREVER_US
from gridmap.store.timeline import Span, overlay

END = 12
INSTANTS = range(END + 2)
owners = st.sampled_from(["m1", "m2", None])
moves = st.tuples(st.integers(0, END - 1), st.integers(1, 6), owners).map(lambda m: Span(m[0], min(m[0] + m[1], END), m[2]))
lasting = st.tuples(st.integers(0, END - 1), owners).map(lambda m: Span(m[0], FOREVER_US, m[1]))


def owner_at(spans: tuple[Span, ...], instant: int) -> list[str | None]:
    return [span.owner for span in spans if span.valid_from <= instant < span.valid_to]


def stored(spans: tuple[Span, ...]) -> tuple[Span, ...]:
    return tuple(Span(span.valid_from, span.valid_to, span.owner, number) for number, span in enumerate(spans))


@given(st.lists(st.lists(st.one_of(moves, lasting), min_size=1, max_size=3), min_size=1, max_size=6))
def test_every_instant_has_the_owner_of_the_last_move_that_covers_it(changes: list[list[Span]]) -> None:
    spans: tuple[Span, ...] = ()
    truth: dict[int, str | None] = {}
    for change in changes:
        spans = stored(overlay(spans, change))
        for move in change:
            truth.update({instant: move.owner for instant in INSTANTS if move.valid_from <= instant < move.valid_to})
    first = min(truth)
    for instant in INSTANTS:
        assert owner_at(spans, instant) == ([truth.get(instant)] if instant >= first else [])
    assert spans[-1].valid_to == FOREVER_US
    assert all(one.valid_to == other.valid_from for one, other in pairwise(spans))


def test_what_a_move_does_not_change_is_kept_as_stored() -> None:
    spans = (Span(0, 10, "m1", 1), Span(10, FOREVER_US, "m2", 2))
    assert overlay(spans, [Span(5, FOREVER_US, "m2")]) == (Span(0, 5, "m1"), Span(5, 10, "m2"), Span(10, FOREVER_US, "m2", 2))
    assert overlay(spans, [Span(2, 7, "m1")]) == spans
