"""Team orienteering with time windows as sweep problems: Cordeau's instances from files, and made-up cities."""

import csv
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gridmap.sweeps.engine import Problem

BASE = 0
CITY_DAY_S = 8 * 3600 + 1800


def read_instance(path: Path, *, days: int) -> Problem:
    """Read `i x y service prize f a list opens closes` from line 3 on; point 0 is the base, its closing the length of a day.

    Travel is the straight distance cut, not rounded, to two decimals; all times are held as whole hundredths.
    """
    rows = []
    for line in path.read_text("utf-8").splitlines()[2:]:
        fields = line.split()
        if len(fields) >= 8:
            opens = 0.0 if not rows else float(fields[-2])
            rows.append((*map(float, fields[1:5]), opens, float(fields[-1])))
    points = np.array(rows)
    gaps = points[:, None, :2] - points[None, :, :2]
    travel_s = np.floor(np.sqrt((gaps**2).sum(axis=2)) * 100 + 1e-9).astype(np.int64)
    serve_s, opens_s, closes_s = (np.rint(points[:, column] * 100).astype(np.int64) for column in (2, 4, 5))
    return orienteering(travel_s, serve_s, np.rint(points[:, 3]), opens_s, closes_s, days=days)


def best_known(folder: Path) -> Mapping[tuple[str, int], int]:
    """Read the best known prize of each instance and number of days."""
    with (folder / "bks.csv").open(encoding="utf-8", newline="") as lines:
        return {(row["instance"], int(row["m"])): int(row["BKS"]) for row in csv.DictReader(lines)}


def make_city(stops: int, *, days: int, seed: int) -> Problem:
    """Twelve clusters in 50 km; 38 km/h over a detour of 1.35 and a minute a stop; 35 % with a window of 2 to 4 hours."""
    random = np.random.default_rng(seed)
    middles = random.uniform(-25, 25, (12, 2))
    cluster = random.choice(12, stops, p=random.dirichlet(np.ones(12)))
    places = np.concatenate([[[0, 0]], middles[cluster] + random.normal(0, 2.5, (stops, 2))])
    km = np.sqrt(((places[:, None] - places[None]) ** 2).sum(axis=2)) * 1.35
    travel_s = np.rint(km / 38 * 3600 + 60).astype(np.int64)
    np.fill_diagonal(travel_s, 0)
    serve_s = np.append(0, random.choice([900, 1200, 1800, 2700], stops)).astype(np.int64)
    prize = np.append(0, np.clip(np.rint(random.lognormal(2.2, 0.8, stops)), 1, 100))
    opens_s, closes_s = np.zeros(stops + 1, dtype=np.int64), np.full(stops + 1, CITY_DAY_S, dtype=np.int64)
    for stop in range(1, stops + 1):
        if random.random() < 0.35:
            opens_s[stop] = random.integers(0, 6) * 3600
            closes_s[stop] = min(int(opens_s[stop] + random.choice([2, 3, 4]) * 3600), CITY_DAY_S)
    return orienteering(travel_s, serve_s, prize, opens_s, closes_s, days=days)


def orienteering(  # one array per column of an instance
    travel_s: NDArray[np.int64],
    serve_s: NDArray[np.int64],
    prize: NDArray[np.float64],
    opens_s: NDArray[np.int64],
    closes_s: NDArray[np.int64],
    *,
    days: int,
) -> Problem:
    """Make a problem of points of which the first is the base; each day is alike, and no stop has more than one window."""
    stops = len(travel_s) - 1
    none, zeros = np.full(stops, -1, dtype=np.int64), np.zeros(days, dtype=np.int64)
    return Problem(
        travel_s=travel_s,
        start=zeros,
        end=zeros,
        begins_s=np.full(days, opens_s[BASE]),
        ends_s=np.full(days, closes_s[BASE]),
        lunch_s=np.zeros((days, 3), dtype=np.int64),
        most_doors=zeros,
        day=zeros,
        node=np.arange(1, stops + 1),
        serve_s=serve_s[1:],
        prize=prize[1:].astype(np.float64),
        doors=np.ones(stops, dtype=np.int64),
        window_at=np.arange(stops + 1),
        opens_s=opens_s[1:],
        closes_s=closes_s[1:],
        allowed=np.ones((stops, days), dtype=bool),
        mandatory=np.zeros(stops, dtype=bool),
        rank=none,
        home=none,
    )
