"""Time that a loaded machine does not blur: CPU seconds of the process and its children, medians of several runs."""

import resource
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Timed(Generic[T]):
    """What a function gave, and its median cost in seconds."""

    result: T
    cpu_s: float
    wall_s: float


def cpu_now_s() -> float:
    """Return user and system seconds used so far by this process and its finished children."""
    return sum(each.ru_utime + each.ru_stime for each in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))


def peak_mb() -> float:
    """Return the largest memory this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def timed(function: Callable[[], T], *, runs: int = 3) -> Timed[T]:
    """Run a function several times and keep the last result and the median costs.

    Parameters
    ----------
    function
        Takes nothing; what it needs is bound before.
    runs
        How often; the median of an odd number is one of the runs.
    """
    cpu, wall = [], []
    for _ in range(runs):
        cpu_from, wall_from = cpu_now_s(), time.perf_counter()
        result = function()
        cpu.append(cpu_now_s() - cpu_from)
        wall.append(time.perf_counter() - wall_from)
    return Timed(result, statistics.median(cpu), statistics.median(wall))
