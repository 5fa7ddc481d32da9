"""Competitive pressure: wins closer together in space and time than chance explains, and who stands next to them.

The space-time permutation scan statistic of Kulldorff et al. (PLoS Medicine 2, 2005): cylinders around every win, of several radii and
spans, are rated by how many wins they hold beyond what place and time alone would bring. How often the best cylinder of the same wins
with their days shuffled is as strong says how often chance does it: the rate of false alarms, `alarm`, is that of a whole look.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pyproj import Transformer
from scipy.spatial import cKDTree

from gridmap.coordinates import metric_crs
from gridmap.kernels.compiled import compiled
from gridmap.market import Market
from gridmap.market.columns import is_true, numbers_in
from gridmap.market.standing import live_at, stage_at

Array = np.ndarray[Any, Any]
RADII_M, SPANS_DAYS = (250.0, 500.0, 1_000.0), (14, 30, 60)
ALARM, SHUFFLES = 0.05, 199
LEAST_WINS = 3  # fewer are no cluster whatever chance says
MOST_WINS = 1_500  # of a look, the latest: beyond, shuffling takes long
BESIDE_M = 500.0  # who stands so near to a win of a cluster is its neighbour


@dataclass(frozen=True, eq=False)
class Cluster:
    """Wins that chance does not explain.

    wins: win_ids by day. competitors: who won, most first. first, last: days of the first and last win. radius_m, lat, lon: the circle
    around them. expected: wins that place and time alone would bring. chance: share of shuffled looks whose best cylinder is as strong.
    cells: of the wins, sorted. unfiled, filed: org_ids of live organisations near a win, without and with a file.
    """

    wins: tuple[str, ...]
    competitors: tuple[str, ...]
    first: date
    last: date
    radius_m: float
    lat: float
    lon: float
    expected: float
    chance: float
    cells: tuple[str, ...]
    unfiled: tuple[str, ...]
    filed: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Found:
    """One cylinder: the wins in it (positions), its middle (a position), radius, what chance expects, and how often chance does as well."""

    members: Array
    middle: int
    radius_m: float
    expected: float
    chance: float


def clusters_of(market: Market, *, as_of: date, window_days: int = 365, seed: int = 0, alarm: float = ALARM) -> tuple[Cluster, ...]:
    """Find clusters among the verified wins of a window, the least likely by chance first.

    Parameters
    ----------
    alarm
        How often a look at wins without any cluster may find one.
    """
    wins = market.at("wins", as_of)
    days = wins["happened_on"].to_numpy(dtype="datetime64[D]").astype(np.int64)
    today = int(np.datetime64(as_of, "D").astype(np.int64))
    lat, lon = numbers_in(wins, "lat"), numbers_in(wins, "lon")
    kept = np.isfinite(lat) & np.isfinite(lon) & is_true(wins["verified"]) & (days > today - window_days) & (days <= today)
    place = np.flatnonzero(kept)
    place = place[np.argsort(days[place], kind="stable")][-MOST_WINS:]
    if len(place) < LEAST_WINS:
        return ()
    to_metres = Transformer.from_crs("EPSG:4326", metric_crs(float(lat[place].mean()), float(lon[place].mean())), always_xy=True)
    xy = np.column_stack(to_metres.transform(lon[place], lat[place]))
    found = scan(xy, days[place], np.random.default_rng(seed), alarm=alarm)
    near = _neighbours(market, as_of, to_metres)
    return tuple(_told(each, wins.iloc[place], xy, near) for each in found)


def scan(
    xy: Array,
    days: Array,
    chance: np.random.Generator,
    *,
    radii_m: Sequence[float] = RADII_M,
    spans_days: Sequence[int] = SPANS_DAYS,
    alarm: float = ALARM,
    shuffles: int = SHUFFLES,
) -> tuple[Found, ...]:
    """Scan points in time for cylinders that hold more than chance explains.

    Parameters
    ----------
    xy, days
        Place in metres (n, 2) and day (n) of each event.
    chance
        Shuffles the days.

    Returns
    -------
    Cylinders that do not share an event, strongest first, each as strong as at most the share `alarm` of shuffled looks.
    """
    n = len(days)
    pairs = [_within(xy, radius) for radius in radii_m]
    begins = np.array([each[0] for each in pairs], dtype=np.int64)
    members = np.concatenate([each[1] for each in pairs]).astype(np.int64)
    offsets = np.cumsum([0, *(len(each[1]) for each in pairs)])[:-1].astype(np.int64)
    spans = np.array(spans_days, dtype=np.int64)
    moments = days.astype(np.int64) - int(days.min())
    through = _in_span(moments, spans)
    best = np.zeros((n, 5))  # of each middle: rating, radius, span, last day, events
    rate(begins, offsets, members, moments, spans, through, best)
    highest = np.zeros(shuffles)
    room = np.zeros((n, 5))
    for each in range(shuffles):
        rate(begins, offsets, members, chance.permutation(moments), spans, through, room)
        highest[each] = room[:, 0].max()
    found: list[Found] = []
    taken = np.zeros(n, dtype=bool)
    for middle in np.argsort(-best[:, 0], kind="stable").tolist():
        share = (1 + float((highest >= best[middle, 0]).sum())) / (shuffles + 1)
        if best[middle, 0] <= 0 or share > alarm:
            break
        radius, span, last = int(best[middle, 1]), int(best[middle, 2]), best[middle, 3]
        inside = members[offsets[radius] + begins[radius, middle] : offsets[radius] + begins[radius, middle + 1]]
        events = inside[(moments[inside] <= last) & (moments[inside] > last - spans[span])]
        if taken[events].any() or len(events) < LEAST_WINS:
            continue
        taken[events] = True
        expected = len(inside) * through[span, int(last)] / n
        found.append(Found(events[np.argsort(moments[events], kind="stable")], middle, float(radii_m[radius]), float(expected), share))
    return tuple(found)


def _within(xy: Array, radius: float) -> tuple[Array, Array]:
    """Return the events within a radius of each (CSR: begins (n + 1), members)."""
    lists = cKDTree(xy).query_ball_point(xy, radius)
    return np.cumsum([0, *(len(each) for each in lists)]), np.concatenate([np.sort(np.array(each, dtype=np.int64)) for each in lists])


def _in_span(moments: Array, spans: Array) -> Array:
    """Return how many of all events lie in each span that ends on each day (spans, days)."""
    until = np.cumsum(np.bincount(moments))
    before = [np.r_[np.zeros(span, dtype=np.int64), until][: len(until)] for span in spans.tolist()]
    return np.array([until - each for each in before], dtype=np.float64)


@compiled
def rate(
    begins: NDArray[np.int64],
    offsets: NDArray[np.int64],
    members: NDArray[np.int64],
    moments: NDArray[np.int64],
    spans: NDArray[np.int64],
    through: NDArray[np.float64],
    best: NDArray[np.float64],
) -> None:
    """Rate the best cylinder around each event: its log-likelihood ratio, radius, span, last day and events, into `best` (n, 5)."""
    n = moments.shape[0]
    for i in range(n):
        best[i, 0] = 0.0
        for r in range(begins.shape[0]):
            first, last = offsets[r] + begins[r, i], offsets[r] + begins[r, i + 1]
            inside = float(last - first)
            if inside < 2:
                continue
            for at in range(first, last):
                end = moments[members[at]]
                for s in range(spans.shape[0]):
                    count = 0
                    for other in range(first, last):
                        day = moments[members[other]]
                        if day <= end and day > end - spans[s]:
                            count += 1
                    expected = inside * through[s, end] / n
                    if count > expected and count < n:
                        value = count * np.log(count / expected) + (n - count) * np.log((n - count) / (n - expected))
                        if value > best[i, 0]:
                            best[i, 0], best[i, 1], best[i, 2], best[i, 3], best[i, 4] = value, float(r), float(s), float(end), float(count)


@dataclass(frozen=True, eq=False)
class _Near:
    org_id: Array
    filed: Array
    tree: cKDTree


def _neighbours(market: Market, as_of: date, to_metres: Transformer) -> _Near:
    rows = market.at("organisations", as_of).drop_duplicates("org_id", keep="last")
    stage = stage_at(rows, as_of)
    lat, lon = numbers_in(rows, "lat"), numbers_in(rows, "lon")
    kept = live_at(rows, as_of, stage=stage).to_numpy(dtype=bool) & np.isfinite(lat) & np.isfinite(lon)
    xy = np.column_stack(to_metres.transform(lon[kept], lat[kept])) if kept.any() else np.zeros((0, 2))
    return _Near(rows["org_id"].to_numpy(dtype=object)[kept], stage.eq("account").to_numpy(dtype=bool)[kept], cKDTree(xy))


def _told(found: Found, wins: pd.DataFrame, xy: Array, near: _Near) -> Cluster:
    rows = wins.iloc[found.members]
    days = pd.to_datetime(rows["happened_on"])
    beside = sorted({place for each in near.tree.query_ball_point(xy[found.members], BESIDE_M) for place in each})
    filed = near.filed[beside] if beside else np.zeros(0, dtype=bool)
    organisations = near.org_id[beside] if beside else np.zeros(0, dtype=object)
    middle = wins.iloc[found.middle]
    return Cluster(
        wins=tuple(rows["win_id"].astype(str)),
        competitors=tuple(rows["competitor"].fillna("").astype(str).value_counts().index),
        first=days.min().date(),
        last=days.max().date(),
        radius_m=found.radius_m,
        lat=float(middle["lat"]),
        lon=float(middle["lon"]),
        expected=found.expected,
        chance=found.chance,
        cells=tuple(sorted(set(rows["cell"].dropna().astype(str)))),
        unfiled=tuple(str(each) for each in organisations[~filed]),
        filed=tuple(str(each) for each in organisations[filed]),
    )
