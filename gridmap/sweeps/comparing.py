"""What planning brings: the same shifts filled with always the nearest door next, and with doors in a random order."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pandas as pd

from gridmap.errors import N_
from gridmap.market import Market
from gridmap.plan import Plan
from gridmap.settings import Settings
from gridmap.sweeps.answering import answer
from gridmap.sweeps.engine import Routes, Solution, nearest_first, random_order
from gridmap.sweeps.planned import SweepPlan
from gridmap.sweeps.planning import lay_out, solve_sweep
from gridmap.sweeps.request import SweepRequest

METHODS: tuple[tuple[str, str], ...] = (
    ("planned", N_("As planned")),
    ("nearest", N_("Always the nearest door next")),
    ("random", N_("Doors in a random order")),
)


def compare(
    market: Market,
    plan: Plan,
    request: SweepRequest,
    *,
    as_of: date,
    settings: Settings,
    locked: frozenset[str] = frozenset(),
    cache: Path | None = None,
    solved: SweepPlan | None = None,
) -> pd.DataFrame:
    """Compare a plan with simpler ways over the same doors, shifts and hours.

    Parameters
    ----------
    solved
        The plan of the request; None to search it here. Other arguments and errors as `solve_sweep` has them.

    Returns
    -------
    Index `method` in the order of `METHODS`: doors, priority, road_min (minutes on the road), road_m.
    """
    laid = lay_out(market, plan, request, as_of=as_of, settings=settings, locked=locked, cache=cache)
    found = solved or solve_sweep(market, plan, request, as_of=as_of, settings=settings, locked=locked, cache=cache)

    def filled(routes: Routes) -> SweepPlan:
        solution = Solution(routes, prize=0.0, travel_s=0, iterations=0, stopped=False, missing_mandatory=())
        return answer(laid, solution, market=market, plan=plan, as_of=as_of)

    plans: Mapping[str, SweepPlan] = {
        "planned": found,
        "nearest": filled(nearest_first(laid.problem)),
        "random": filled(random_order(laid.problem, request.seed)),
    }
    rows = {method: _figures(plans[method]) for method, _ in METHODS}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("method")


def _figures(sweep: SweepPlan) -> dict[str, float]:
    return {
        "doors": len(sweep.doors),
        "priority": sweep.prize,
        "road_min": sum(day.travel_min for day in sweep.days),
        "road_m": sum(day.travel_m for day in sweep.days),
    }
