"""Small sweep problems for tests: one line, and at random with every rule there is."""

from itertools import permutations

import numpy as np
from hypothesis import strategies as st

from gridmap.sweeps.engine import Problem
from gridmap.sweeps.engine.checker import check_route

HOUR = 3600
PRICES = ("home_prize", "idle_price", "wait_share")


def line(stops=3, **changes):
    """Nodes on a line, ten minutes apart; node 0 is the base; one shift 8:00-17:00, visits of half an hour, always open.

    0 - 1 - 2 - 3
    """
    nodes = np.arange(stops + 1)
    shift = np.zeros(1, dtype=np.int64)
    given = {
        "travel_s": np.abs(nodes[:, None] - nodes[None]) * 600,
        "start": shift,
        "end": shift,
        "begins_s": shift + 8 * HOUR,
        "ends_s": shift + 17 * HOUR,
        "lunch_s": np.zeros((1, 3), dtype=np.int64),
        "most_doors": shift,
        "day": shift,
        "node": nodes[1:],
        "serve_s": np.full(stops, 1800),
        "prize": np.full(stops, 10.0),
        "doors": np.ones(stops, dtype=np.int64),
        "window_at": np.arange(stops + 1),
        "opens_s": np.zeros(stops, dtype=np.int64),
        "closes_s": np.full(stops, 24 * HOUR),
        "allowed": np.ones((stops, 1), dtype=bool),
        "mandatory": np.zeros(stops, dtype=bool),
        "rank": np.full(stops, -1),
        "home": np.full(stops, -1),
    }
    return Problem(**{**given, **{name: value if name in PRICES else np.asarray(value) for name, value in changes.items()}})


@st.composite
def at_random(draw, most_stops=7, most_shifts=3, *, shortest=False):
    """Draw a problem with some windows, lunches, ranks, limits of doors, mandatory stops, and travel that is not symmetric.

    `shortest`: no way over another place is shorter than the direct one, as with roads.
    """
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    stops, shifts, days = draw(st.integers(1, most_stops)), draw(st.integers(1, most_shifts)), draw(st.integers(1, 2))
    nodes = stops + 2
    places = random.integers(0, 12, (nodes, 2))
    travel_s = np.abs(places[:, None] - places[None]).sum(axis=2) + random.integers(0, 6, (nodes, nodes))
    np.fill_diagonal(travel_s, 0)
    for node in range(nodes if shortest else 0):
        travel_s = np.minimum(travel_s, travel_s[:, [node]] + travel_s[[node]])
    windows = [_windows(random) for _ in range(stops * days)]
    begins_s = random.integers(0, 10, shifts)
    earliest = random.integers(0, 60, shifts)
    lunch_s = np.stack(
        [earliest, earliest + random.integers(0, 25, shifts), random.integers(0, 2, shifts) * random.integers(1, 15, shifts)], axis=1
    )
    return Problem(
        travel_s=travel_s,
        start=random.integers(0, nodes, shifts),
        end=random.integers(0, nodes, shifts),
        begins_s=begins_s,
        ends_s=begins_s + random.integers(30, 110, shifts),
        lunch_s=lunch_s,
        most_doors=random.integers(0, 2, shifts) * random.integers(2, 7, shifts),
        day=random.integers(0, days, shifts),
        node=random.permutation(nodes)[:stops] if random.random() < 0.7 else random.integers(0, nodes, stops),
        serve_s=random.integers(0, 15, stops),
        prize=random.integers(1, 20, stops).astype(float),
        doors=random.integers(1, 4, stops),
        window_at=np.cumsum([0, *map(len, windows)]),
        opens_s=np.array([opens for each in windows for opens, _ in each], dtype=np.int64),
        closes_s=np.array([closes for each in windows for _, closes in each], dtype=np.int64),
        allowed=random.random((stops, shifts)) < 0.85,
        mandatory=random.random(stops) < 0.15,
        rank=np.where(random.random(stops) < 0.3, random.integers(0, 3, stops), -1),
        home=np.where(random.random(stops) < 0.3, random.integers(0, shifts, stops), -1),
        home_prize=float(random.integers(0, 2) * 0.5),
    )


def _windows(random):
    """Always open, never, or up to three windows without overlap."""
    kind = random.random()
    if kind < 0.4:
        return [(0, 200)]
    if kind < 0.45:
        return []
    edges = np.sort(random.choice(130, 2 * int(random.integers(1, 4)), replace=False))
    return [(int(edges[each]), int(edges[each + 1])) for each in range(0, len(edges), 2)]


def best_worth(problem):
    """Return the worth of the best plan by trying all: which stops each shift can hold in some order, then what goes together."""
    sets = [
        {
            frozenset(order)
            for count in range(problem.stops + 1)
            for order in permutations(range(problem.stops), count)
            if _holds(problem, shift, order)
        }
        for shift in range(problem.shifts)
    ]
    reached = {(frozenset(), (0, 0.0))}
    for shift, held in enumerate(sets):
        reached = {
            (taken | more, tuple(map(sum, zip(value, worth_in(problem, shift, more), strict=True))))
            for taken, value in reached
            for more in held
            if not taken & more
        }
    return max(value for _, value in reached)


def _holds(problem, shift, order):
    return not check_route(problem, shift, order)[1]


def worth_in(problem, shift, stops):
    """What the search collects in a shift: mandatory stops before all, then prizes and stops in their preferred shift."""
    must = sum(bool(problem.mandatory[stop]) for stop in stops)
    return must, float(sum(problem.prize[stop] + (problem.home[stop] == shift) * problem.home_prize for stop in sorted(stops)))


def worth(problem, routes):
    """What a plan collects, as (mandatory stops, prizes)."""
    parts = [worth_in(problem, shift, route) for shift, route in enumerate(routes)]
    return sum(must for must, _ in parts), sum(prize for _, prize in parts)
