"""A problem as the search reads it, and the routes it changes: tuples of arrays, so that compiled functions take few arguments."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gridmap.sweeps.engine.problem import LONGEST_S, Problem

NEAREST = 80  # neighbours of a stop that a ruin may reach
ROWS = 512  # of the travel matrix at a time
UNRANKED = 2**40


class Data(NamedTuple):
    """A problem in the places 0 to S - 1 (stops), S + r (where shift r starts), S + R + r (where it ends).

    `gain` is what a stop brings the search: its prize and, if mandatory, more than all others together. `near` lists for each stop the
    stops nearest to it, itself first. `first_s` and `last_s` bound all windows of a stop on a day, `closing_s` is the last on any day;
    `hungry` says which shifts have a lunch to take; `toll` is the price of a second on the road that settles ties;
    `idle_price` that of a second on the road or of waiting, `waiting` what each stop loses by every day it is visited later.
    """

    travel_s: NDArray[np.int32]
    begins_s: NDArray[np.int64]
    ends_s: NDArray[np.int64]
    lunch_s: NDArray[np.int64]
    hungry: NDArray[np.bool_]
    most_doors: NDArray[np.int64]
    day: NDArray[np.int64]
    serve_s: NDArray[np.int64]
    gain: NDArray[np.float64]
    doors: NDArray[np.int64]
    window_at: NDArray[np.int64]
    opens_s: NDArray[np.int64]
    closes_s: NDArray[np.int64]
    first_s: NDArray[np.int64]
    last_s: NDArray[np.int64]
    closing_s: NDArray[np.int64]
    allowed: NDArray[np.bool_]
    mandatory: NDArray[np.bool_]
    rank: NDArray[np.int64]
    home: NDArray[np.int64]
    near: NDArray[np.int64]
    home_prize: float
    toll: float
    idle_price: float
    waiting: NDArray[np.float64]


class Tour(NamedTuple):
    """Routes and their times. Column q of a row is position q; column `size` is the end of the shift.

    `hungry`: lunch not taken; `fed`: taken, or none to take. `arrive` is the earliest arrival, `leave` the earliest leaving of the
    position before, `latest` the latest arrival that keeps the rest of the day in time. Ranks: the highest before a position, and
    the lowest from it on.
    """

    stops: NDArray[np.int64]
    size: NDArray[np.int64]
    leave_hungry: NDArray[np.int64]
    leave_fed: NDArray[np.int64]
    arrive_hungry: NDArray[np.int64]
    arrive_fed: NDArray[np.int64]
    latest_hungry: NDArray[np.int64]
    latest_fed: NDArray[np.int64]
    rank_before: NDArray[np.int64]
    rank_after: NDArray[np.int64]
    doors: NDArray[np.int64]
    worth: NDArray[np.float64]
    where: NDArray[np.int64]


def data_of(problem: Problem) -> Data:
    """Lay out a problem for the search; time and memory grow with the square of the stops."""
    places = np.concatenate([problem.node, problem.start, problem.end])
    travel_s = problem.travel_s[np.ix_(places, places)].astype(np.int32)
    first_s, last_s = _outer_windows(problem)
    length_s = np.maximum(problem.ends_s - problem.begins_s, 1)
    total = float(problem.prize.sum()) + problem.home_prize * problem.stops + 1.0
    worthy = problem.prize[problem.prize > 0]
    return Data(
        travel_s=travel_s,
        begins_s=problem.begins_s.astype(np.int64),
        ends_s=problem.ends_s.astype(np.int64),
        lunch_s=problem.lunch_s.astype(np.int64),
        hungry=(problem.lunch_s[:, 2] > 0) & (problem.begins_s <= problem.lunch_s[:, 1]),
        most_doors=np.where(problem.most_doors > 0, problem.most_doors, LONGEST_S).astype(np.int64),
        day=problem.day.astype(np.int64),
        serve_s=problem.serve_s.astype(np.int64),
        gain=problem.prize + np.where(problem.mandatory, total, 0.0),
        doors=problem.doors.astype(np.int64),
        window_at=problem.window_at.astype(np.int64),
        opens_s=problem.opens_s.astype(np.int64),
        closes_s=problem.closes_s.astype(np.int64),
        first_s=first_s,
        last_s=last_s,
        closing_s=last_s.max(axis=1, initial=-UNRANKED),
        allowed=problem.allowed & (first_s <= last_s)[:, problem.day],
        mandatory=problem.mandatory,
        rank=problem.rank.astype(np.int64),
        home=problem.home.astype(np.int64),
        near=_nearest(travel_s[: problem.stops, : problem.stops]),
        home_prize=float(problem.home_prize),
        toll=float(0.1 * (worthy.min() if worthy.size else 1.0) / max(length_s.sum(), 1)),
        idle_price=float(problem.idle_price),
        waiting=problem.prize * problem.wait_share,
    )


def empty_tour(problem: Problem) -> Tour:
    """Make routes without stops, with room for as many as can fit into the longest shift."""
    shape = (problem.shifts, _most_stops(problem) + 1)
    return Tour(
        stops=np.zeros(shape, dtype=np.int64),
        size=np.zeros(problem.shifts, dtype=np.int64),
        leave_hungry=np.zeros(shape, dtype=np.int64),
        leave_fed=np.zeros(shape, dtype=np.int64),
        arrive_hungry=np.zeros(shape, dtype=np.int64),
        arrive_fed=np.zeros(shape, dtype=np.int64),
        latest_hungry=np.zeros(shape, dtype=np.int64),
        latest_fed=np.zeros(shape, dtype=np.int64),
        rank_before=np.zeros(shape, dtype=np.int64),
        rank_after=np.zeros(shape, dtype=np.int64),
        doors=np.zeros(problem.shifts, dtype=np.int64),
        worth=np.zeros(problem.shifts),
        where=np.full(problem.stops, -1, dtype=np.int64),
    )


def _outer_windows(problem: Problem) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the first opening and last closing of each stop and day, S by D; the first after the last where there is no window."""
    entries, at = problem.stops * problem.days, problem.window_at
    first, last = np.full(entries, UNRANKED, dtype=np.int64), np.full(entries, -UNRANKED, dtype=np.int64)
    some = np.flatnonzero(np.diff(at) > 0)
    first[some], last[some] = problem.opens_s[at[some]], problem.closes_s[at[some + 1] - 1]
    shape = (problem.stops, problem.days)
    return first.reshape(shape), last.reshape(shape)


def _nearest(travel_s: NDArray[np.int32]) -> NDArray[np.int64]:
    """List for each stop the stops nearest by travel there and back, itself first; ties by number."""
    stops = len(travel_s)
    near = np.empty((stops, min(stops, NEAREST)), dtype=np.int64)
    for first in range(0, stops, ROWS):  # by blocks: a whole matrix of keys would be four times the travel's
        rows = slice(first, first + ROWS)
        both = travel_s[rows].astype(np.int64) + travel_s.T[rows]
        both[np.arange(len(both)), np.arange(first, first + len(both))] = -1
        both = both * stops + np.arange(stops)  # unique keys: which stop is cut off does not depend on how numpy partitions
        some = np.argpartition(both, near.shape[1] - 1, axis=1)[:, : near.shape[1]]
        near[rows] = np.take_along_axis(some, np.argsort(np.take_along_axis(both, some, axis=1), axis=1), axis=1)
    return near


def _most_stops(problem: Problem) -> int:
    """Bound the stops of one shift: those that cost least, until the longest shift is full."""
    if not problem.stops or not problem.shifts:
        return 0
    nodes = np.unique(np.concatenate([problem.node, problem.start]))
    shared = np.bincount(np.concatenate([problem.node, problem.start]), minlength=len(problem.travel_s))[problem.node] > 1
    into = problem.travel_s[np.ix_(nodes, problem.node)].astype(np.int64)
    into[np.searchsorted(nodes, problem.node), np.arange(problem.stops)] = np.where(shared, 0, LONGEST_S)  # none follows itself
    least = np.sort(problem.serve_s + into.min(axis=0))
    longest = int((problem.ends_s - problem.begins_s).max())
    return min(problem.stops, int((np.cumsum(least) <= longest).sum()))
