"""The year as field staff live it: holidays, Spring Festival, the June sprint, market days, typhoons."""

import numpy as np

from sample_geo.frames import HISTORY_FROM, TODAY, day

FIRST = day(HISTORY_FROM)
DAYS = np.arange(FIRST, day(TODAY) + 1)
SPRING_FESTIVAL = (day("2026-02-09"), day("2026-03-01"))  # New Year's Day of the moon calendar: 17 February 2026
HOLIDAYS = (
    ("2025-05-01", "2025-05-05"), ("2025-05-31", "2025-06-02"), ("2025-10-01", "2025-10-08"), ("2026-01-01", "2026-01-03"),
    ("2026-02-16", "2026-02-22"), ("2026-04-04", "2026-04-06"), ("2026-05-01", "2026-05-05"), ("2026-06-19", "2026-06-21"),
    ("2026-10-01", "2026-10-07"),
)  # fmt: skip
TYPHOONS = ("2025-07-20", "2025-09-23", "2025-09-24", "2026-07-28", "2026-08-19", "2026-09-14")
NORMAL = 0.72  # of what the June sprint does
# Market days come twice in ten days of the month; each town has its own pair.
MARKET_DAYS = 5
SWEEP_DAYS = 0.30  # share of working days on which a community manager sweeps; the others go to faults and installations


def day_weights() -> np.ndarray:
    """Return the share of planned calls that are made on each day of `DAYS`, 1 in the June sprint."""
    month = DAYS.astype("datetime64[M]").astype(int) % 12 + 1
    weekday = (DAYS.astype(int) + 3) % 7
    weights = np.where(month == 6, 1.0, NORMAL) * np.select([weekday == 6, weekday == 5], [0.03, 0.25], 1.0)
    weights[(SPRING_FESTIVAL[0] <= DAYS) & (SPRING_FESTIVAL[1] > DAYS)] *= 0.3
    for first, last in HOLIDAYS:
        weights[(day(first) <= DAYS) & (day(last) >= DAYS)] *= 0.05
    weights[np.isin(DAYS, [day(each) for each in TYPHOONS])] *= 0.03
    return weights


def sweep_days(generator: np.random.Generator, managers: int, account: int, market_town: np.ndarray) -> np.ndarray:
    """Return for each manager and day whether it is a day for doors: always for account managers, some for the others.

    Parameters
    ----------
    managers, account
        How many there are; the first `account` of them are account managers.
    market_town
        Town each manager works in: its market day is always a day for doors.
    """
    chosen = generator.random((managers, len(DAYS))) < SWEEP_DAYS
    number = (DAYS - DAYS.astype("datetime64[M]")).astype(int) + 1
    chosen |= number[None, :] % MARKET_DAYS == market_town[:, None] % MARKET_DAYS
    chosen[:account] = True
    return chosen


def next_day(weights: np.ndarray, open_days: np.ndarray) -> np.ndarray:
    """Return for each manager and day the position of that day or the next one open for doors (the last, where there is none)."""
    usable = open_days & (weights > 0.02)[None, :]
    positions = np.where(usable, np.arange(len(DAYS))[None, :], len(DAYS) - 1)
    return np.minimum.accumulate(positions[:, ::-1], axis=1)[:, ::-1]
