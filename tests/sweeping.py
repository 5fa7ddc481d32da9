"""A sweep planned on the sample branch, for whoever tests what comes after the planner: build once, share read-only."""

import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from gridmap.market import Market, day_end_us
from gridmap.plan import Plan
from gridmap.scope import operator
from gridmap.services.demo import build_demo
from gridmap.services.sweeps import new_request, solve_request
from gridmap.settings import Settings
from gridmap.store import SweepRecord, create_sweep, open_market, open_store, plan_as_of
from gridmap.sweeps.planned import SweepPlan
from gridmap.sweeps.request import SweepRequest
from gridmap.sweeps.written import plan_text, request_text
from sample_geo import TODAY

ME = operator("tester")
NOW_US = day_end_us(TODAY, "Asia/Shanghai") - 1  # the last instant of 31 October 2026
DAYS = (date(2026, 11, 2), date(2026, 11, 3), date(2026, 11, 4))
MANAGER = "XX-C02"


@dataclass(frozen=True, eq=False)
class Swept:
    """The sample branch in a store of its own, and three days of one community manager planned in it as a draft."""

    folder: Path
    branch_id: str
    market: Market
    plan: Plan
    request: SweepRequest
    sweep: SweepPlan
    record: SweepRecord
    settings: Settings

    def copied(self, folder: Path) -> str:
        """Copy the store, with its keys, for a test that writes; returns where it is."""
        for path in self.folder.iterdir():
            if path.name.startswith("gridmap.db"):
                (shutil.copytree if path.is_dir() else shutil.copy)(path, folder / path.name)
        return str(folder / "gridmap.db")


def swept_sample(folder: Path, *, organisations: int = 1500, iterations: int = 300) -> Swept:
    """Build the sample and plan a sweep in it; some seconds."""
    settings = Settings()
    demo = build_demo(folder, seed=5, organisations=organisations, scope=ME, settings=settings, now_us=NOW_US)
    store = open_store(str(demo.store), settings=settings, clock=lambda: NOW_US)
    market = open_market(store, ME, demo.branch_id)
    plan = plan_as_of(store, ME, demo.branch_id, valid_us=NOW_US)
    proposed = new_request(market, plan, managers=[MANAGER], days=DAYS, settings=settings)
    request = SweepRequest(proposed.shifts, iterations=iterations)
    sweep = solve_request(market, plan, request, as_of=TODAY, settings=settings)
    record = create_sweep(
        store, ME, demo.branch_id, title="新成 3 days", request=request_text(request), result=plan_text(sweep), managers=[MANAGER],
        first_on=DAYS[0], last_on=DAYS[-1], now_us=NOW_US,
    )  # fmt: skip
    store.engine.dispose()
    return Swept(folder, demo.branch_id, market, plan, request, sweep, record, settings)
