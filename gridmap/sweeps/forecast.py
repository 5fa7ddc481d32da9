"""How much coverage by when: reach and files expected at each day's end of a sweep, with a range from the chance of nobody in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from gridmap.market import Market
from gridmap.plan import UNASSIGNED, Plan
from gridmap.settings import Rules, SweepRules
from gridmap.sweeps.ahead import Ahead, Future, Level, look_ahead
from gridmap.sweeps.chances import Chances, Range, count_of, range_of
from gridmap.sweeps.in_shares import DoorRates, Rate, door_rates
from gridmap.sweeps.planned import SweepPlan

Array = np.ndarray[Any, Any]
RANGE_SHARE = 0.8
_COUNTS = ("reached", "reached_low", "reached_high", "reached_inside", "due", "filed", "filed_low", "filed_high", "filed_inside", "live")


@dataclass(frozen=True, eq=False)
class Forecast:
    """What a sweep is expected to come to; the rows of `as_of` are what is, the same figures as the metrics.

    Columns of every table: `day`, `reached` (expected number effectively visited face to face within the cycle) of `due` (those the metric
    visit coverage counts), `filed` (expected number of complete files) of `live`; `_low` and `_high` bound a range that holds the count
    with a chance of `share` or a little more, stated in `_inside`.

    `by_day` has manager_id and cell: an empty cell is all that the manager holds, else the whole cell and who owns it. `by_town` has town,
    `by_tier` manager_id and tier.
    """

    as_of: date
    share: float
    by_day: pd.DataFrame
    by_town: pd.DataFrame
    by_tier: pd.DataFrame


@dataclass(frozen=True, eq=False)
class Tries:
    """The doors that will be tried: organisation row, day, group of the rates (by number), and their chances."""

    row: Array
    day: Array
    group: Array
    reach: Array
    file: Array
    rates: tuple[tuple[Rate, Rate], ...]


def forecast(
    market: Market, plan: Plan, sweep: SweepPlan, *, as_of: date, rules: Rules, sweep_rules: SweepRules, share: float = RANGE_SHARE
) -> Forecast:
    """Forecast a sweep from the end of a day on; what was planned for days up to it is over and counts by its records alone.

    A door tried on a day is reached with the chance that somebody is in (`Door.in_share`) and is spoken to; sums of doors are exact
    (Poisson binomial) and the rates themselves unsure (Beta, from the branch's own visits). Visits that fall out of their cycle and
    licences that run out meanwhile are counted.

    Parameters
    ----------
    market, plan, sweep
        What is, who holds what, and who goes where when.
    as_of
        The last day whose visits are known.
    rules, sweep_rules
        Cycles; shares and what a visit yields.
    share
        How much each range is to hold.
    """
    ahead = look_ahead(market, plan, as_of=as_of, rules=rules)
    tries = _tries(ahead, sweep, door_rates(market, as_of=as_of, rules=sweep_rules), as_of)
    days = (as_of, *sorted({route.day for route in sweep.days if route.day > as_of}))
    futures = {day: ahead.on(day) for day in days}
    managers = sorted({route.manager_id for route in sweep.days})
    cells = sorted({str(cell) for cell in ahead.keys["cell"][tries.row]} - {""})
    owners = plan.owners_now.reindex(pd.Index(cells, dtype="str")).fillna(UNASSIGNED)
    tables = _Tables(ahead, tries, futures, share)
    by_manager = tables.of("manager", managers).rename(columns={"subject": "manager_id"}).assign(cell="")
    by_cell = tables.of("cell", cells).rename(columns={"subject": "cell"})
    by_cell["manager_id"] = by_cell["cell"].map(dict(zip(cells, owners, strict=True))).astype("str")
    towns = sorted({str(town) for town in ahead.keys["town"][tries.row]} - {""})
    by_day = pd.concat([by_manager, by_cell], ignore_index=True)[["manager_id", "cell", "day", *_COUNTS]]
    by_town = tables.of("town", towns).rename(columns={"subject": "town"})
    tiers = [
        tables.of("manager", managers, tier=tier).rename(columns={"subject": "manager_id"}).assign(tier=tier)
        for tier in (tier for tier, _ in rules.cycle_days)
    ]
    by_tier = pd.concat(tiers, ignore_index=True)[["manager_id", "tier", "day", *_COUNTS]]
    return Forecast(as_of, share, by_day, by_town, by_tier)


def _tries(ahead: Ahead, sweep: SweepPlan, rates: DoorRates, as_of: date) -> Tries:
    doors = [(stop, door, route.day) for route in sweep.days if route.day > as_of for stop in route.stops for door in stop.stop.doors]
    keys = [rates.key(door.tier, stop.start_min) for stop, door, _ in doors]
    groups = {key: number for number, key in enumerate(rates.found)}
    place = ahead.place([door.org_id for _, door, _ in doors])
    # The door's own chance that somebody is in, times what the rates say comes of it.
    reach = [door.in_share * rates.reached[key].mean / rates.found[key].mean for (_, door, _), key in zip(doors, keys, strict=True)]
    file = [door.in_share * rates.filed[key].mean / rates.found[key].mean for (_, door, _), key in zip(doors, keys, strict=True)]
    known = place >= 0
    known[known] = ~pd.Series(place[known]).duplicated().to_numpy()  # two doors may be of one organisation, merged since
    return Tries(
        row=place[known].astype(np.int64),
        day=np.array([day for _, _, day in doors], dtype="datetime64[D]")[known],
        group=np.array([groups[key] for key in keys], dtype=np.int64)[known],
        reach=np.clip(np.array(reach, dtype=float), 0.0, 1.0)[known],
        file=np.clip(np.array(file, dtype=float), 0.0, 1.0)[known],
        rates=tuple((rates.reached[key], rates.filed[key]) for key in groups),
    )


@dataclass(frozen=True, eq=False)
class _Tables:
    """Writes the rows of one level after the other from the same tries and futures."""

    ahead: Ahead
    tries: Tries
    futures: Mapping[date, Future]
    share: float

    def of(self, level: Level, subjects: Iterable[str], *, tier: str = "") -> pd.DataFrame:
        keys = self.ahead.keys[level]
        within = np.ones(len(keys), dtype=bool) if not tier else self.ahead.standing.tier == tier
        rows = [
            {"subject": subject, "day": pd.Timestamp(day), **counts}
            for subject in subjects
            for mine in [(keys == subject) & within]
            for day, counts in self._days(mine)
        ]
        frame = pd.DataFrame(rows, columns=["subject", "day", *_COUNTS])
        return frame.astype({"subject": "str", "day": "datetime64[us]", **dict.fromkeys(_COUNTS, float)})

    def _days(self, mine: Array) -> Iterable[tuple[date, Mapping[str, float]]]:
        tried = mine[self.tries.row] if len(self.tries.row) else np.zeros(0, dtype=bool)
        known: dict[tuple[bytes, int], Range] = {}  # the same doors are asked for again on the days that follow
        for day, future in self.futures.items():
            open_now = tried & (self.tries.day <= np.datetime64(day, "D"))
            age = (np.datetime64(day, "D") - self.tries.day).astype(np.int64)
            row = self.tries.row
            reach = open_now & future.due[row] & ~future.covered[row] & (age < self.ahead.cycle[row])
            file = open_now & future.live[row] & ~future.complete[row]
            ranges = [self._range(chosen, which, known) for which, chosen in enumerate((reach, file))]
            base = (int((future.covered & mine).sum()), int((future.complete & mine).sum()))
            yield day, _counts(ranges, base, due=int((future.due & mine).sum()), live=int((future.live & mine).sum()))

    def _range(self, chosen: Array, which: int, known: dict[tuple[bytes, int], Range]) -> Range:
        key = (chosen.tobytes(), which)
        if key not in known:
            shares = self.tries.file if which else self.tries.reach
            groups = [Chances(rates[which], shares[chosen & (self.tries.group == number)]) for number, rates in enumerate(self.tries.rates)]
            known[key] = range_of(count_of(groups), self.share)
        return known[key]


def _counts(ranges: list[Range], base: tuple[int, int], *, due: int, live: int) -> Mapping[str, float]:
    said: dict[str, float] = {"due": due, "live": live}
    for name, found, already in zip(("reached", "filed"), ranges, base, strict=True):
        said |= {
            name: already + found.expected,
            f"{name}_low": already + found.low,
            f"{name}_high": already + found.high,
            f"{name}_inside": found.inside,
        }
    return MappingProxyType(said)
