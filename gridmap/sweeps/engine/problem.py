"""The sweep problem as arrays: shifts, stops with their windows, and the travel between them. Seconds are whole numbers."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Routes = tuple[tuple[int, ...], ...]  # the stops of each shift in order

LONGEST_S = 2**31 - 1  # travel is kept in 32 bits within the search


@dataclass(frozen=True)
class Problem:
    """R shifts, S stops and D days; collect the most prize. Times are seconds from any common zero, as in a day's midnight.

    A stop is visited at most once. A visit of `serve_s` begins within one of the stop's windows on the shift's day; arriving early
    means waiting. Lunch of a given length begins between its earliest and latest second, wherever the manager then is: before leaving
    a place, or after arriving there and before the visit. It may be left out by whoever is back by the latest second, and by a shift
    that only begins after it. A shift without stops takes no time.

    Attributes
    ----------
    travel_s
        Seconds from node to node, N by N; need not be symmetric.
    start, end, begins_s, ends_s
        Per shift: nodes left and reached, the first second and the last.
    lunch_s
        R by 3: earliest begin, latest begin, length (0: no lunch).
    most_doors, day
        Per shift: limit of doors (0: none), and its day (0 to D - 1).
    node, serve_s, prize, doors
        Per stop: where, how long, what for, and how many doors it counts.
    window_at, opens_s, closes_s
        The windows of stop s on day d are `window_at[s * D + d]` up to, not including, the next; sorted, without overlap. A visit
        begins within [opens, closes]. A stop without a window on a day is not visited then.
    allowed
        S by R: whether the shift may have the stop.
    mandatory
        Per stop: planned before any other; those that find no place are named.
    rank
        Per stop: pinned order (-1: none); within a shift the ranks never fall.
    home, home_prize
        Per stop: the shift it is preferred in (-1: none), and the prize of being there.
    idle_price, wait_share
        What a second on the road, or of waiting, takes away from the prize; and the share of a stop's prize that each day it is visited
        later takes away. Both weigh stops against each other, and are no part of what `check` calls prize; no time is left unused for
        their sake.
    """

    travel_s: NDArray[np.int64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    begins_s: NDArray[np.int64]
    ends_s: NDArray[np.int64]
    lunch_s: NDArray[np.int64]
    most_doors: NDArray[np.int64]
    day: NDArray[np.int64]
    node: NDArray[np.int64]
    serve_s: NDArray[np.int64]
    prize: NDArray[np.float64]
    doors: NDArray[np.int64]
    window_at: NDArray[np.int64]
    opens_s: NDArray[np.int64]
    closes_s: NDArray[np.int64]
    allowed: NDArray[np.bool_]
    mandatory: NDArray[np.bool_]
    rank: NDArray[np.int64]
    home: NDArray[np.int64]
    home_prize: float = 0.0
    idle_price: float = 0.0
    wait_share: float = 0.0

    def __post_init__(self) -> None:
        """Refuse arrays that do not fit each other, with all faults in one error."""
        faults = [*_shape_faults(self)] or [*_value_faults(self), *_window_faults(self)]
        if faults:
            raise ValueError("; ".join(faults))

    @property
    def shifts(self) -> int:
        """Number of shifts, R."""
        return len(self.start)

    @property
    def stops(self) -> int:
        """Number of stops, S."""
        return len(self.node)

    @property
    def days(self) -> int:
        """Number of days, D."""
        return (len(self.window_at) - 1) // self.stops if self.stops else 0

    def windows(self, stop: int, day: int) -> tuple[tuple[int, int], ...]:
        """Return the windows of a stop on a day as (opens, closes) in seconds."""
        first, last = (int(self.window_at[stop * self.days + day + step]) for step in (0, 1))
        return tuple((int(self.opens_s[each]), int(self.closes_s[each])) for each in range(first, last))


def _shape_faults(problem: Problem) -> list[str]:
    """Say which arrays have the wrong length or kind."""
    shifts, stops, nodes = len(problem.start), len(problem.node), len(problem.travel_s)
    shapes = {
        "travel_s": (nodes, nodes),
        **dict.fromkeys(("end", "begins_s", "ends_s", "most_doors", "day"), (shifts,)),
        "lunch_s": (shifts, 3),
        **dict.fromkeys(("serve_s", "prize", "doors", "mandatory", "rank", "home"), (stops,)),
        "allowed": (stops, shifts),
        "closes_s": problem.opens_s.shape,
    }
    faults = [
        f"{name} has shape {getattr(problem, name).shape}, expected {shape}"
        for name, shape in shapes.items()
        if getattr(problem, name).shape != shape
    ]
    whole = (
        "travel_s",
        "start",
        "end",
        "begins_s",
        "ends_s",
        "lunch_s",
        "most_doors",
        "day",
        "node",
        "serve_s",
        "doors",
        "window_at",
        "opens_s",
        "closes_s",
    )
    faults += [f"{name} must hold whole numbers" for name in (*whole, "rank", "home") if getattr(problem, name).dtype.kind not in "iu"]
    faults += [f"{name} must hold True or False" for name in ("allowed", "mandatory") if getattr(problem, name).dtype.kind != "b"]
    entries = len(problem.window_at) - 1
    if stops and (entries < stops or entries % stops):
        faults.append(f"window_at has {entries + 1} entries, expected {stops} stops times the days, plus 1")
    return faults


def _value_faults(problem: Problem) -> list[str]:
    """Say which values are out of their range."""
    nodes, shifts, days = len(problem.travel_s), problem.shifts, problem.days
    ranges = (
        ("travel_s", 0, LONGEST_S),
        ("start", 0, nodes - 1),
        ("end", 0, nodes - 1),
        ("node", 0, nodes - 1),
        ("serve_s", 0, LONGEST_S),
        ("doors", 0, LONGEST_S),
        ("most_doors", 0, LONGEST_S),
        ("rank", -1, LONGEST_S),
        ("home", -1, shifts - 1),
        ("begins_s", 0, LONGEST_S),
        ("ends_s", 0, LONGEST_S),
        ("lunch_s", 0, LONGEST_S),
    )
    faults = []
    for name, low, high in ranges:
        values = getattr(problem, name)
        if values.size and (values.min() < low or values.max() > high):
            faults.append(f"{name} has values from {values.min()} to {values.max()}, expected {low} to {high}")
    if problem.stops and shifts and (problem.day.min() < 0 or problem.day.max() >= days):
        faults.append(f"day has values from {problem.day.min()} to {problem.day.max()}, expected 0 to {days - 1}")
    prizes = np.append(problem.prize, [problem.home_prize, problem.idle_price, problem.wait_share])
    if not np.isfinite(prizes).all() or prizes.min() < 0:
        faults.append("prizes and prices must be finite and not negative")
    if (problem.ends_s < problem.begins_s).any():
        faults.append("a shift ends before it begins")
    if (problem.lunch_s[:, 1] < problem.lunch_s[:, 0]).any():
        faults.append("a lunch's latest begin is before its earliest")
    return faults


def _window_faults(problem: Problem) -> list[str]:
    """Say what is wrong with the windows and their index."""
    at, opens, closes = problem.window_at, problem.opens_s, problem.closes_s
    if len(at) == 0 or at[0] != 0 or at[-1] != len(opens) or (np.diff(at) < 0).any():
        return [f"window_at must rise from 0 to the number of windows, {len(opens)}"]
    if (closes < opens).any():
        return ["a window closes before it opens"]
    if len(opens) and (opens.min() < -LONGEST_S or closes.max() > LONGEST_S):
        return ["a window is out of range"]
    same = np.zeros(len(opens) + 1, dtype=bool)
    same[1:-1] = True
    same[at] = False  # the first window of each stop and day follows none
    unsorted = same[1:-1] & (opens[1:] <= closes[:-1]) if len(opens) else np.zeros(0, dtype=bool)
    return ["windows of a stop and day must be sorted and must not overlap"] if unsorted.any() else []
