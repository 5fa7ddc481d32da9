"""Branches of square villages, to design territories on: width x height of them, four accounts and hours drawn per village.

v00 v10 v20 | v30 v40 v50      cells of the grid, named by column and row from the south-west; towns: west | east
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
import shapely

from gridmap.facts import Facts, measure
from gridmap.market import Market
from gridmap.plan import Plan
from gridmap.settings import Rules
from gridmap.territories.building import make_task
from gridmap.territories.request import Request
from gridmap.territories.task import Task
from tests import builders
from tests.builders import frame

RULES = Rules()
ON = date(2026, 7, 1)
SOUTH, WEST, SIDE = 22.7, 112.2, 0.01


@dataclass(frozen=True, eq=False)
class Asked:
    """A market, who owns it, its facts, and a way to ask."""

    market: Market
    plan: Plan
    facts: Facts

    def task(self, request: Request, plan: Plan | None = None) -> Task:
        return make_task(self.market, plan or self.plan, self.facts, request=request, rules=RULES, on=ON)


def seven(plan: Plan | None = None, **replaced: pd.DataFrame) -> Asked:
    """Return the seven cells of `tests.builders`."""
    market, plan = builders.seven_cells(**replaced), plan or builders.plan()
    return Asked(market, plan, measure(market, plan.holders, as_of=builders.AS_OF, window_days=365, rules=RULES))


def villages(  # what is drawn, and what differs
    width: int,
    height: int,
    owners: dict[str, str],
    *,
    missing: tuple[str, ...] = (),
    bases: dict[str, str] | None = None,
    named: dict[str, str] | None = None,
    counts: dict[str, int] | None = None,
    river_at: float | None = None,
    seed: int = 0,
) -> Asked:
    """Make a branch of villages.

    Parameters
    ----------
    owners
        Manager by village.
    missing
        Villages that are not there.
    bases
        Village in whose middle a manager is based.
    named
        Manager who holds the first organisation of a village by name.
    counts
        Accounts of tier C in villages; 0 to 3, drawn, where not given.
    river_at
        Column on whose west side a river runs from south to north.
    """
    rng = np.random.default_rng(seed)
    names = [f"v{x}{y}" for x in range(width) for y in range(height)]
    drawn = dict(zip(names, rng.integers(0, 4, len(names)).tolist(), strict=True)) | (counts or {})
    there = [name for name in names if name not in missing]
    areas = frame(
        ("area_id", "name", "name_en", "level", "geometry"),
        *((name, name, name, "village", _box(name).wkt) for name in there),
        ("west", "西", "West", "town", shapely.box(WEST - 1, SOUTH - 1, WEST + SIDE * width / 2, SOUTH + 1).wkt),
        ("east", "东", "East", "town", shapely.box(WEST + SIDE * width / 2, SOUTH - 1, WEST + 1, SOUTH + 1).wkt),
    )
    rows = [(f"{name}-{number}", name) for name in there for number in range(drawn[name])]
    held = {f"{name}-0": manager for name, manager in (named or {}).items()}
    tables = {
        "areas": areas,
        "organisations": _organisations(rows),
        "managers": _managers(sorted({*owners.values(), *held.values()}), bases or {}),
    }
    if river_at is not None:
        lon = WEST + SIDE * river_at
        line = shapely.LineString([(lon, SOUTH - 1), (lon, SOUTH + 1)]).wkt
        tables["waters"] = frame(("water_id", "name", "kind", "geometry"), ("r", "r", "river", line))
    market = builders.market(tables, grid_kind="areas", boundary=None)
    nothing = pd.Series(dtype="str")
    plan = Plan("xx", 1, pd.Series(owners, dtype="str"), pd.Series(held, dtype="str"), nothing)
    return Asked(market, plan, measure(market, plan.holders, as_of=builders.AS_OF, window_days=365, rules=RULES))


def striped(width: int, height: int, managers: int) -> dict[str, str]:
    """Return owners m1, m2 ... of stripes of columns, the first of one column and the last of the rest."""
    return {f"v{x}{y}": f"m{min(x, managers - 1) + 1}" for x in range(width) for y in range(height)}


def _box(name: str) -> shapely.Geometry:
    x, y = int(name[1]), int(name[2])
    return shapely.box(WEST + SIDE * x, SOUTH + SIDE * y, WEST + SIDE * (x + 1), SOUTH + SIDE * (y + 1))


def _organisations(rows: list[tuple[str, str]]) -> pd.DataFrame:
    table = frame(("org_id", "village"), *rows)
    middle = [_box(name).centroid for _, name in rows]
    table = table.assign(tier="C", name=table["org_id"], filed_on=pd.Timestamp(2025, 1, 1))
    return table.drop(columns="village").assign(lat=[each.y for each in middle], lon=[each.x for each in middle])


def _managers(managers: list[str], bases: dict[str, str]) -> pd.DataFrame:
    table = frame(("manager_id", "name", "role"), *((who, who, "account") for who in managers))
    middle = [_box(bases[who]).centroid if who in bases else None for who in managers]
    lat, lon = ([getattr(each, axis) if each is not None else np.nan for each in middle] for axis in ("y", "x"))
    return table.assign(lat=lat, lon=lon, fte=1.0, hours_per_day=7.5, working_days="12345", active_from=pd.NaT, active_to=pd.NaT)
