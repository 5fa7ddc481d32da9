"""Why a stop has no place: because of its windows, the way, its length, a rule, or because others were worth more."""

from dataclasses import replace
from typing import Literal

import numpy as np

from gridmap.sweeps.engine.checker import check_route
from gridmap.sweeps.engine.problem import Problem

WhyNot = Literal["window", "travel", "length", "allowed", "room"]


def why_not(problem: Problem, stop: int) -> WhyNot:
    """Say what keeps a stop out of every shift, if it were the only one.

    "allowed": no shift may have it. "window": it is never open within a shift. "travel": one cannot be there when it is open and back
    in time. "length": the visit takes too long, or has too many doors. "room": it fits into an empty shift, others were worth more.
    """
    alone = [_alone(problem, stop, int(shift)) for shift in np.flatnonzero(problem.allowed[stop])]
    if not alone:
        return "allowed"
    if any(_holds(each) for each in alone):
        return "room"
    short = [replace(each, serve_s=each.serve_s * 0, doors=each.doors * 0) for each in alone]
    if any(_holds(each) for each in short):
        return "length"
    return "travel" if any(_holds(replace(each, travel_s=each.travel_s * 0)) for each in short) else "window"


def _holds(alone: Problem) -> bool:
    """Say whether the only stop can be visited."""
    return not check_route(alone, 0, (0,))[1]


def _alone(problem: Problem, stop: int, shift: int) -> Problem:
    """Return the problem of one stop and one shift."""
    nodes = [int(problem.start[shift]), int(problem.node[stop]), int(problem.end[shift])]
    windows = problem.windows(stop, int(problem.day[shift]))
    here, its = slice(shift, shift + 1), slice(stop, stop + 1)
    return Problem(
        travel_s=problem.travel_s[np.ix_(nodes, nodes)],
        start=np.array([0]),
        end=np.array([2]),
        begins_s=problem.begins_s[here],
        ends_s=problem.ends_s[here],
        lunch_s=problem.lunch_s[here],
        most_doors=problem.most_doors[here],
        day=np.array([0]),
        node=np.array([1]),
        serve_s=problem.serve_s[its],
        prize=problem.prize[its],
        doors=problem.doors[its],
        window_at=np.array([0, len(windows)]),
        opens_s=np.array([opens for opens, _ in windows], dtype=np.int64),
        closes_s=np.array([closes for _, closes in windows], dtype=np.int64),
        allowed=np.ones((1, 1), dtype=bool),
        mandatory=problem.mandatory[its],
        rank=problem.rank[its],
        home=np.array([-1]),
    )
