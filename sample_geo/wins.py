"""What competitors did: approaches, offers and losses, one cluster of them, and the points in another coordinate system."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from sample_geo import words
from sample_geo.frames import chance, choose_some, day, days_between, pick, share_out, text, typed
from sample_geo.land import M_PER_LAT, STRETCH, County, offset
from sample_geo.organisations import Roll
from sample_geo.seasons import DAYS, FIRST

PER_1000 = 52  # cases per thousand organisations in 18 months
COMPETITORS = ("A", "B", "C")  # said 甲 乙 丙 in the branch
STEPS, STEP_SHARES = ("approached", "offer", "intent", "lost"), (0.17, 0.19, 0.14, 0.50)
REASONS = ("price", "one_bill", "bundle", "network", "service", "relationship", "other")
REASON_SHARES = (0.29, 0.22, 0.21, 0.08, 0.07, 0.09, 0.04)
KEPT = 0.73  # of the verified losses, our number stays as second number
CLUSTER_SIZE, CLUSTER_M, CLUSTER_DAYS = 9, 500.0, 30
CLUSTER_REACH_M = 215.0  # from its middle, so that any two are within the 500 m
CLUSTER_FROM, CLUSTER_COMPETITOR = day("2026-08-24"), "B"
QUIET_M, QUIET_DAYS = 900.0, 45  # around the cluster, so that it is the only one of its kind (see LOST_UNTIL too)
KRASOVSKY_A, KRASOVSKY_E2 = 6_378_245.0, 0.006693421622965943


@dataclass(frozen=True)
class Wins:
    """The cases with true points (WGS-84), and the rows of the cluster."""

    frame: pd.DataFrame
    cluster: np.ndarray
    centre: tuple[float, float]


def build_wins(seed: int, county: County, roll: Roll) -> Wins:
    """Return the cases: spread over accounts and prospects with our lines, lost accounts among them, and one cluster."""
    generator = chance(seed, county.number, "wins")
    frame = roll.frame
    lost_on, closed_on = _days(frame["lost_on"]), _days(frame["closed_on"])
    lost = np.flatnonzero(~np.isnat(lost_on) & (lost_on >= FIRST))
    centre, near = _cluster(frame, roll)
    open_to = np.flatnonzero(frame["joined_on"].notna() & np.isnat(lost_on) & frame["lat"].notna())
    rest = np.setdiff1d(open_to, near)
    wanted = max(60, round(PER_1000 * len(frame) / 1000) - len(lost) - CLUSTER_SIZE)
    size = np.sqrt(frame["our_lines"].fillna(0).to_numpy(float) + 1)[rest]
    others = rest[pick(generator, np.minimum(size, 6.0), wanted)]
    when = days_between(
        generator, np.maximum(_days(frame["joined_on"])[others], FIRST), np.where(np.isnat(closed_on[others]), DAYS[-1], closed_on[others])
    )
    beside = _distance_m(frame, others, centre) < QUIET_M
    kept = ~np.isnat(when) & ~(beside & _in_season(when))
    others, when = others[kept], when[kept]
    hit = choose_some(generator, near, CLUSTER_SIZE)
    row = np.concatenate([lost, others, hit])
    happened = np.concatenate([lost_on[lost], when, CLUSTER_FROM + np.sort(generator.permutation(CLUSTER_DAYS - 4)[:CLUSTER_SIZE])])
    step = np.concatenate([np.full(len(lost), 3), pick(generator, STEP_SHARES, len(others)), np.full(len(hit), 3)])
    table = _details(generator, county, roll, row, happened, step, len(hit))
    order = np.lexsort((row, happened))
    table = table.iloc[order].reset_index(drop=True)
    table["win_id"] = [f"{county.prefix}W{number:05d}" for number in range(1, len(table) + 1)]
    return Wins(table, np.flatnonzero(order >= len(row) - len(hit)), centre)


def _days(column: pd.Series) -> np.ndarray:
    return column.to_numpy("datetime64[D]")


def _in_season(days: np.ndarray) -> np.ndarray:
    return (days >= CLUSTER_FROM - QUIET_DAYS) & (days <= CLUSTER_FROM + CLUSTER_DAYS + QUIET_DAYS)


def _distance_m(frame: pd.DataFrame, rows: np.ndarray, point: tuple[float, float]) -> np.ndarray:
    north, east = frame["lat"].to_numpy()[rows] - point[0], (frame["lon"].to_numpy()[rows] - point[1]) * STRETCH
    return np.hypot(north, east) * M_PER_LAT


def _cluster(frame: pd.DataFrame, roll: Roll) -> tuple[tuple[float, float], np.ndarray]:
    """Return the middle of the densest spot of small accounts of the county town, and the accounts around it.

    A small sample has too few accounts anywhere: then prospects with lines of ours count as well, at last all that live.
    """
    here = frame["tier"].isin(("C", "M")) & frame["lat"].notna() & (frame["precision"] != "village") & (roll.town == words.SEAT)
    here &= frame["stage"].isin(("account", "prospect")) & (roll.holder_now >= 0) & ~(frame["opened_on"] > "2026-06-01")
    with_lines = here & (frame["our_lines"].fillna(0) > 0) & (frame["joined_on"] < "2026-06-01")
    for usable in (with_lines & (frame["stage"] == "account"), with_lines, here):
        rows = np.flatnonzero(usable)
        flat = np.column_stack([frame["lon"].to_numpy()[rows] * STRETCH, frame["lat"].to_numpy()[rows]])
        points = shapely.points(flat)
        pairs = shapely.STRtree(points).query(points, predicate="dwithin", distance=CLUSTER_REACH_M / M_PER_LAT)
        best = int(np.argmax(np.bincount(pairs[0], minlength=len(rows))))
        near = rows[pairs[1][pairs[0] == best]]
        if len(near) >= CLUSTER_SIZE:
            return (float(frame["lat"].iloc[rows[best]]), float(frame["lon"].iloc[rows[best]])), np.sort(near)
    raise ValueError("no spot has enough organisations for a cluster of wins")


def _details(
    generator: np.random.Generator, county: County, roll: Roll, row: np.ndarray, happened: np.ndarray, step: np.ndarray, cluster: int
) -> pd.DataFrame:
    """Return one row per case; the last `cluster` of them are the cluster's."""
    count = len(row)
    hit = np.arange(count) >= count - cluster
    loss = step == 3
    verified = hit | (generator.random(count) < 0.88)
    roster = roll.frame["roster_members"].fillna(0).to_numpy(float)[row]
    known = np.maximum(roll.frame["our_lines"].fillna(0).to_numpy(float)[row], roster)
    part = np.clip(generator.beta(1.3, 5, count), 0.02, 0.6)
    gone = roll.frame["lost_on"].notna().to_numpy()[row]
    lines = np.where(loss, np.maximum(1, np.rint(np.where(gone, np.maximum(known, 1), known * part))), 0).astype(int)
    number = np.full(count, None, object)
    number[loss] = "unknown"
    checked = np.flatnonzero(loss & verified)
    fates = share_out(len(checked), (KEPT, 0.17, 1 - KEPT - 0.17))
    number[checked] = generator.permutation(np.repeat(["second_kept", "given_up", "ported"], fates))
    tier = roll.frame["tier"].to_numpy(object)[row]
    asked = (step >= 2) | (generator.random(count) < np.where(tier == "C", 0.55, 0.25))
    says = (step == 2) | (generator.random(count) < 0.18)
    competitor = np.array(COMPETITORS, object)[pick(generator, (0.42, 0.35, 0.23), count)]
    competitor[hit] = CLUSTER_COMPETITOR
    # A few cases are known only by the place: the competitor's stall was seen, not whom it won.
    nameless = ~hit & ~gone & (step < 2) & (generator.random(count) < 0.12)
    known_lat, known_lon = roll.frame["lat"].to_numpy()[row], roll.frame["lon"].to_numpy()[row]
    reach = generator.uniform(0, 25, count)
    turn = generator.uniform(0, 2 * np.pi, count)
    lat, lon = offset(known_lat, known_lon, reach * np.cos(turn), reach * np.sin(turn))
    return typed(
        "wins",
        {
            "org_id": text(roll.frame["org_id"].to_numpy(object)[row], ~nameless), "branch_id": county.branch_id,
            "happened_on": happened, "competitor": competitor, "lines_lost": lines, "our_number": number,
            "step": np.array(STEPS, object)[step], "reason": np.array(REASONS, object)[pick(generator, REASON_SHARES, count)],
            "intent": np.where(asked, says, None), "verified": verified, "lat": lat.round(6), "lon": lon.round(6),
        },
        count,
    )  # fmt: skip


def to_gcj02(lat: np.ndarray, lon: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return points as a Chinese web map shows them (GCJ-02, the published formula); NaN stays NaN."""
    x, y = np.asarray(lon, float) - 105.0, np.asarray(lat, float) - 35.0
    ripple = (20 * np.sin(6 * x * np.pi) + 20 * np.sin(2 * x * np.pi)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x)) + ripple
    north = north + (20 * np.sin(y * np.pi) + 40 * np.sin(y / 3 * np.pi)) * 2 / 3
    north = north + (160 * np.sin(y / 12 * np.pi) + 320 * np.sin(y * np.pi / 30)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x)) + ripple
    east = east + (20 * np.sin(x * np.pi) + 40 * np.sin(x / 3 * np.pi)) * 2 / 3
    east = east + (150 * np.sin(x / 12 * np.pi) + 300 * np.sin(x / 30 * np.pi)) * 2 / 3
    turn = np.radians(lat)
    magic = 1 - KRASOVSKY_E2 * np.sin(turn) ** 2
    shift_lat = np.degrees(north * magic * np.sqrt(magic) / (KRASOVSKY_A * (1 - KRASOVSKY_E2)))
    shift_lon = np.degrees(east * np.sqrt(magic) / (KRASOVSKY_A * np.cos(turn)))
    return np.round(lat + shift_lat, 6), np.round(lon + shift_lon, 6)
