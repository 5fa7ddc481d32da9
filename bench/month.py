"""A month on the sample branch with three in ten doors shut: every reachable door reached, and forecasts that keep what they say."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from statistics import fmean

import pandas as pd

from bench.figure import Figure
from bench.options import Options
from gridmap.market import Market, day_end_us
from gridmap.plan import Plan
from gridmap.scope import operator
from gridmap.services.demo import build_demo
from gridmap.services.sweeps import new_request
from gridmap.settings import Settings
from gridmap.store import open_market, open_store, plan_as_of
from gridmap.sweeps.calibration import compare_with_forecasts
from gridmap.sweeps.request import DoorFilter, SweepRequest
from gridmap.sweeps.simulation import METHODS, Method, Month, doors_of_area, draw_world, live_through
from sample_geo import TODAY

NOBODY_SHARE = 0.3
DAYS, EARLY_DAYS = 30, 10
# Months of each area lived through by every method, and further ones for the forecast alone.
SEEDS, FORECAST_SEEDS = 2, 10
AREAS = 3
# As many doors as one person can come to an end with in a month.
FEWEST, MOST = 60, 330
ROUNDS = 400
_SETTINGS = Settings()


@dataclass(frozen=True, eq=False)
class Area:
    """One manager's doors in one town, and the month's days."""

    name: str
    request: SweepRequest
    doors: pd.DataFrame


def run(options: Options) -> list[Figure]:
    """Live through months by every method; compare what happened with what was forecast."""
    market, plan = _branch(options)
    months: list[Mapping[str, float]] = []
    repaired, once = [], []
    for area in _areas(market, plan):
        for seed in range(options.seed, options.seed + FORECAST_SEEDS):
            world = draw_world(area.doors, nobody_share=NOBODY_SHARE, settings=_SETTINGS, seed=seed)
            methods: tuple[Method, ...] = tuple(key for key, _ in METHODS) if seed < options.seed + SEEDS else ("planned",)
            for method in methods:
                month = live_through(market, plan, area.request, world, as_of=TODAY, settings=_SETTINGS, method=method)
                if len(methods) > 1:
                    months.append({"area": area.name, "method": method, **_came_to(month, area, world.reachable)})  # type: ignore[dict-item]
                if method in ("planned", "repaired"):
                    rows = compare_with_forecasts(market, plan, month, as_of=TODAY, settings=_SETTINGS)
                    (once if method == "planned" else repaired).append(rows)
    return [*_methods(pd.DataFrame(months)), *_kept("a month ahead", once), *_kept("the next day", repaired)]


def _branch(options: Options) -> tuple[Market, Plan]:
    now_us, me = day_end_us(TODAY, "Asia/Shanghai") - 1, operator("bench")
    folder = options.data / f"month-{options.size}"
    demo = build_demo(folder, seed=0, organisations=options.size, scope=me, settings=_SETTINGS, now_us=now_us)
    store = open_store(str(demo.store), settings=_SETTINGS)
    try:
        return open_market(store, me, demo.branch_id), plan_as_of(store, me, demo.branch_id, valid_us=now_us)
    finally:
        store.engine.dispose()


def _areas(market: Market, plan: Plan) -> list[Area]:
    managers = market.at("managers", TODAY)
    days = [TODAY + timedelta(days=after) for after in range(1, DAYS + 1)]
    found = []
    for manager in sorted(managers.loc[managers["role"].eq("community"), "manager_id"]):
        request = replace(new_request(market, plan, managers=[manager], days=days, settings=_SETTINGS), iterations=ROUNDS)
        doors = doors_of_area(market, plan, request, as_of=TODAY, settings=_SETTINGS)
        if not len(doors):
            continue
        town = doors["town"].value_counts().index[0]
        request = replace(request, wanted=DoorFilter(towns=(town,)))
        doors = doors_of_area(market, plan, request, as_of=TODAY, settings=_SETTINGS)
        if FEWEST <= len(doors) <= MOST:
            found.append(Area(f"{manager} in {town}", request, doors))
        if len(found) == AREAS:
            break
    return found


def _came_to(month: Month, area: Area, reachable: frozenset[str]) -> Mapping[str, float]:
    reached = month.reached & reachable
    until = pd.Timestamp(TODAY + timedelta(days=EARLY_DAYS + 1), tz="Asia/Shanghai")
    early = replace(month, tries=month.tries[month.tries["at"] < until]).reached & reachable
    worth = area.doors["prize"]
    return {
        "early": float(worth.loc[sorted(early)].sum()) / float(worth.loc[sorted(reachable)].sum()),
        "reached": len(reached) / len(reachable),
        "doors": len(reached),
        "priority": float(worth.loc[sorted(reached)].sum()) / float(worth.loc[sorted(reachable)].sum()),
        "road_min": month.road_min / max(len(reached), 1),
        "tries": len(month.tries),
    }


def _methods(months: pd.DataFrame) -> list[Figure]:
    table = months.drop(columns="area").groupby("method").mean()
    worst = float(months.loc[months["method"].eq("repaired"), "reached"].min())
    titles = dict(METHODS)

    def others(column: str, scale: float) -> dict[str, float]:
        return {title: scale * float(table.loc[method, column]) for method, title in titles.items() if method != "repaired"}

    count = months["area"].nunique()
    return [
        Figure(f"reachable doors reached, the worst of {count} areas x {SEEDS} months", 100 * worst, "%", limit=100.0, better="higher"),
        *(
            Figure(f"planned and repaired: {name}", scale * float(table.loc["repaired", column]), unit, peers=others(column, scale))
            for column, name, unit, scale in (
                ("reached", "reachable doors reached", "%", 100.0),
                ("priority", "of the priority at reachable doors", "%", 100.0),
                ("early", f"of that priority in the first {EARLY_DAYS} days", "%", 100.0),
                ("road_min", "on the road for each door reached", "min", 1.0),
                ("tries", "tries in the month", "tries", 1.0),
            )
        ),
    ]


def _kept(when: str, tables: list[pd.DataFrame]) -> list[Figure]:
    rows = pd.concat(tables, ignore_index=True)
    figures = []
    for (what, level), own in rows.groupby(["what", "level"], sort=True):
        peers = {"stated by the forecast": 100 * fmean(own["stated"]), "ranges": float(len(own)), "months": float(len(tables))}
        figures.append(
            Figure(
                f"{what}, by {level}, {when}: happened inside the 80 % range",
                100 * fmean(own["inside"]),
                "%",
                limit=75.0,
                better="higher",
                peers=peers,
            )
        )
    return figures
