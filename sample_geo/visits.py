"""Eighteen months of visits: planned by the cycle of the tier, thinned by the season, with what came of it at the door."""

# ruff: noqa: RUF001 - Chinese punctuation is meant

from typing import Any

import numpy as np
import pandas as pd

from sample_geo import words
from sample_geo.frames import NONE, TODAY, chance, choose_some, day, pick, share_out, text, typed
from sample_geo.land import County, offset
from sample_geo.organisations import Roll
from sample_geo.seasons import DAYS, FIRST, day_weights, next_day, sweep_days
from sample_geo.staff import ACCOUNT_TOWNS, COMMUNITY_TOWNS, Staff
from sample_geo.territories import Territories

# Days between planned calls: well short of the cycle, since half are never made and half of the rest find nobody to talk to.
PLANNED_DAYS = {"A": 7.5, "B": 15.0, "C": 27.0, "M": 58.0}
NEVER_SHARE = {"A": 0.0, "B": 0.02, "C": 0.08, "M": 0.30}  # organisations that no plan ever reaches
DOORS_A_DAY = 20  # planned ones that fit into a day; about 12 are usual
STRAY_SHARE = 0.03  # calls made in cells that nobody owns
OUTCOMES = ("met", "staff_only", "not_in", "refused", "moved", "closed", "filed")
AT_THE_DOOR = (0.38, 0.22, 0.27, 0.08, 0.05)  # decision maker, staff only, nobody, refused, gone
BY_PHONE = (0.52, 0.10, 0.33, 0.05, 0.0)
CALL_SHARE = {"A": 0.20, "B": 0.18, "C": 0.10, "M": 0.03}
SESSIONS, SESSION_HOSTS, CARDS, CONVERSIONS = 110, 60, 953, 296
NOTES = (
    "已派发优惠单张",
    "需要宽带报价",
    "老板外出，下次预约",
    "已加企业微信",
    "关注资费",
    "员工多用对方号码",
    "有意办理统付",
    "需跟进合同",
)
UTC_OFFSET = np.timedelta64(8, "h")


def visits_table(seed: int, county: County, *, roll: Roll, territories: Territories, staff: Staff) -> pd.DataFrame:
    """Return the visits, oldest first, each by who owned the organisation that day."""
    generator = chance(seed, county.number, "visits")
    planned = _planned(generator, roll, territories, staff)
    sessions = _sessions(generator, roll)
    filings = _filings(roll)
    parts = [planned, filings, _found_closed(generator, roll), sessions]
    row = np.concatenate([part[0] for part in parts])
    days = np.concatenate([part[1] for part in parts])
    kind = np.concatenate([np.full(len(part[0]), number) for number, part in enumerate(parts)])
    who = _who(roll, territories, row, days)
    kept = who >= 0
    row, days, kind, who = row[kept], days[kept], kind[kept], who[kept]
    tier = roll.frame["tier"].to_numpy(object)[row]
    by_phone = (kind == 0) & (generator.random(len(row)) < _of_tier(tier, CALL_SHARE))
    outcome = _outcomes(generator, kind, by_phone)
    note = text(np.array(NOTES, object)[generator.integers(0, len(NOTES), len(row))], generator.random(len(row)) < 0.18)
    note[kind == 3] = _session_notes(generator, int((kind == 3).sum()))
    lat, lon = _check_in(generator, roll, row, by_phone)
    promised = (outcome <= 1) & (generator.random(len(row)) < 0.14)
    due = np.where(promised, days + generator.integers(5, 30, len(row)), NONE)
    instant = _times(generator, days)
    frame = typed(
        "visits",
        {
            "org_id": roll.frame["org_id"].to_numpy(object)[row], "branch_id": county.branch_id, "manager_id": staff.ids[who],
            "visited_at": instant, "outcome": np.array(OUTCOMES, object)[outcome], "note": note, "lat": lat, "lon": lon, "next_due": due,
            "kind": np.select([by_phone, kind == 3, tier == "M"], ["call", "on_site", "sweep"], "visit"),
        },
        len(row),
    )  # fmt: skip
    frame = frame.iloc[np.lexsort((frame["org_id"].to_numpy(object).astype("U16"), instant))].reset_index(drop=True)
    frame["visit_id"] = [f"{county.prefix}V{number:07d}" for number in range(1, len(frame) + 1)]
    return frame


def _of_tier(tier: np.ndarray, values: dict[str, float]) -> np.ndarray:
    return np.select([tier == each for each in values], list(values.values()))


def _planned(generator: np.random.Generator, roll: Roll, territories: Territories, staff: Staff) -> tuple[np.ndarray, np.ndarray]:
    """Return (row, day) of the calls that were planned and made: regular, with slips, season and the manager's own days."""
    frame = roll.frame
    tier = frame["tier"].to_numpy(object)
    gap = _of_tier(tier, PLANNED_DAYS) * np.exp(generator.normal(0, 0.35, len(frame)))
    reached = generator.random(len(frame)) >= _of_tier(tier, NEVER_SHARE)
    counts = np.where(reached, np.ceil(len(DAYS) / gap), 0).astype(int)
    row = np.repeat(np.arange(len(frame)), counts)
    turn = np.arange(len(row)) - np.repeat(np.cumsum(counts) - counts, counts)
    phase = generator.random(len(frame))
    at = ((turn + phase[row] + generator.normal(0, 0.16, len(row))) * gap[row]).astype(int)
    row, at = row[(at >= 0) & (at < len(DAYS))], at[(at >= 0) & (at < len(DAYS))]
    owner = _who(roll, territories, row, DAYS[at])
    towns = np.array(ACCOUNT_TOWNS + COMMUNITY_TOWNS)
    weights = day_weights()
    next_open = next_day(weights, sweep_days(generator, len(staff.ids), len(ACCOUNT_TOWNS), towns))
    at = np.where(owner >= 0, next_open[owner, at], at)
    made = generator.random(len(row)) < weights[at]
    days = DAYS[at]
    opened, closed = _days(frame["opened_on"]), _days(frame["closed_on"])
    alive = (days > opened[row]) & ~(days >= closed[row])
    row, days, owner = row[made & alive], days[made & alive], owner[made & alive]
    fits = _fits(generator, owner, days, tier[row])
    return row[fits], days[fits]


def _fits(generator: np.random.Generator, owner: np.ndarray, days: np.ndarray, tier: np.ndarray) -> np.ndarray:
    """Say which calls fit into the day of who makes them, the big organisations' first."""
    order = np.lexsort((generator.random(len(owner)), tier.astype("U1"), days, owner))
    starts = np.r_[True, (np.diff(owner[order]) != 0) | (np.diff(days[order]).astype(int) != 0)]
    first = np.maximum.accumulate(np.where(starts, np.arange(len(order)), 0))
    rank = np.empty(len(order), int)
    rank[order] = np.arange(len(order)) - first
    return rank < DOORS_A_DAY


def _days(column: pd.Series) -> np.ndarray:
    return column.to_numpy("datetime64[D]")


def _who(roll: Roll, territories: Territories, row: np.ndarray, days: np.ndarray) -> np.ndarray:
    """Return who goes: the holder by name, else the owner of the cell that day; a few calls stray into unowned cells."""
    owner = territories.owner_at(roll.cell[row], days)
    town = np.where(roll.cell[row] >= 0, territories.town[roll.cell[row]], -1)
    # The town's former manager still drops in now and then; in the uncovered park nobody ever does.
    stray = np.isin(town, words.VACUUM) & ((row * 7 + days.astype(int)) % 100 < STRAY_SHARE * 100)
    fallback = np.where(stray, len(ACCOUNT_TOWNS), -1)
    owner = np.where(owner >= 0, owner, fallback)
    return np.where(roll.named[row] >= 0, roll.named[row], owner)


def _filings(roll: Roll) -> tuple[np.ndarray, np.ndarray]:
    """Return a visit on the day of each filing inside the history."""
    filed = _days(roll.frame["filed_on"])
    row = np.flatnonzero(filed >= FIRST)
    return row, filed[row]


def _found_closed(generator: np.random.Generator, roll: Roll) -> tuple[np.ndarray, np.ndarray]:
    """Return visits that found an organisation closed, within two months of its closing."""
    closed = _days(roll.frame["closed_on"])
    row = np.flatnonzero(~np.isnat(closed))
    days = closed[row] + generator.integers(1, 60, len(row))
    kept = (days <= day(TODAY)) & (generator.random(len(row)) < 0.6)
    return row[kept], days[kept]


def _sessions(generator: np.random.Generator, roll: Roll) -> tuple[np.ndarray, np.ndarray]:
    """Return 110 sessions at 60 named organisations, on working days, most in March, September and the first half of June."""
    named = np.flatnonzero((roll.named >= 0) & roll.frame["filed_on"].notna().to_numpy())
    hosts = choose_some(generator, named, SESSION_HOSTS)
    times = 1 + share_out(SESSIONS - len(hosts), generator.random(len(hosts)))
    row = np.repeat(hosts, times)
    month = DAYS.astype("datetime64[M]").astype(int) % 12 + 1
    weights = np.where(day_weights() > 0.6, np.where(np.isin(month, (3, 6, 9)), 3.0, 1.0), 0.0)
    return row, DAYS[pick(generator, weights, len(row))]


def _session_notes(generator: np.random.Generator, count: int) -> list[str]:
    cards = share_out(CARDS, generator.uniform(0.5, 1.5, count))
    turned = share_out(CONVERSIONS, cards)
    return [f"驻地活动 换卡{card} 转化{won} / on site, cards {card}, conversions {won}" for card, won in zip(cards, turned, strict=True)]


def _outcomes(generator: np.random.Generator, kind: np.ndarray, by_phone: np.ndarray) -> np.ndarray:
    """Return positions in `OUTCOMES`; shares at the door hold over all doors, filings and closures among them."""
    outcome = np.where(by_phone, pick(generator, BY_PHONE, len(kind)), 0)
    door = np.flatnonzero(~by_phone & (kind < 3))
    counts = share_out(len(door), AT_THE_DOOR)
    filings, closures = int((kind == 1).sum()), int((kind == 2).sum())
    moved = max(counts[4] - closures, 0)
    plain = np.flatnonzero(~by_phone & (kind == 0))
    counts = np.array([counts[0] - filings, counts[1], counts[2], counts[3], moved])
    counts = share_out(len(plain), np.maximum(counts, 0))
    outcome[plain] = generator.permutation(np.repeat(np.arange(5), counts))
    outcome[kind == 1], outcome[kind == 2], outcome[kind == 3] = 6, 5, 0
    return outcome


def _check_in(generator: np.random.Generator, roll: Roll, row: np.ndarray, by_phone: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return where the phone was: near the true door, which a register that knows only the village does not have."""
    noise: Any = generator.normal(0, 18, (2, len(row)))
    lat, lon = offset(roll.true_lat[row], roll.true_lon[row], *noise)
    missing = by_phone | (generator.random(len(row)) < 0.12)
    return np.where(missing, np.nan, lat.round(6)), np.where(missing, np.nan, lon.round(6))


def _times(generator: np.random.Generator, days: np.ndarray) -> np.ndarray:
    """Return UTC instants: mornings nine to noon, afternoons half past two to six, local to the branch."""
    count = len(days)
    minute = np.where(generator.random(count) < 0.55, generator.integers(540, 715, count), generator.integers(870, 1080, count))
    return (days.astype("datetime64[m]") + minute.astype("timedelta64[m]") - UTC_OFFSET).astype("datetime64[us]")
