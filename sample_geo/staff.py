"""Managers with their bases, people who log in, and targets."""

# ruff: noqa: RUF001 - Chinese punctuation is meant

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sample_geo import words
from sample_geo.frames import chance, day, typed
from sample_geo.land import County, offset
from sample_geo.people_words import GIVEN, SURNAMES

# Where each manager works from: position of the town. Seven account managers sit in the county town.
ACCOUNT_TOWNS = (0, 0, 0, 0, 0, 0, 0, 4, 5, 8)
COMMUNITY_TOWNS = (0, 1, 3, 6, 9, 10, 11)
LEADERS = 5
CAPACITY = 50
OFFICES = (("executive", "总经理"), ("branch_manager", "分公司经理"), ("planner", "规划"), ("administrator", "系统管理"), ("chief", "首席"))
FILING_2026H1 = (("A", 0.95), ("B", 0.95), ("C", 0.80))


@dataclass(frozen=True)
class Staff:
    """Managers who own cells (account first, then community) with their base; and the leaders who sponsor."""

    ids: np.ndarray
    names: tuple[tuple[str, str], ...]
    lat: np.ndarray
    lon: np.ndarray
    leaders: np.ndarray
    leader_names: tuple[tuple[str, str], ...]
    others: tuple[tuple[str, str], ...]

    @property
    def account(self) -> np.ndarray:
        """Positions of the account managers."""
        return np.arange(len(ACCOUNT_TOWNS))


def build_staff(seed: int, county: County) -> Staff:
    """Hire the county's managers: 10 account managers, 7 community managers and 5 sponsoring leaders."""
    generator = chance(seed, county.number, "staff")
    towns = np.array(ACCOUNT_TOWNS + COMMUNITY_TOWNS)
    central = np.flatnonzero(towns == words.SEAT)
    north, east = generator.normal(0, 80, len(towns)), generator.normal(0, 80, len(towns))
    # Bases in the county town stand around it like the hours of a clock, so that each gets a side of it.
    bearing = np.linspace(0, 2 * np.pi, len(central), endpoint=False) + generator.uniform(0, 1)
    reach = 1750.0
    north[central] += reach * np.cos(bearing)
    east[central] += reach * np.sin(bearing)
    lat, lon = offset(county.seats[towns, 0], county.seats[towns, 1], north, east)
    ids = [f"{county.prefix}-A{n + 1:02d}" for n in range(len(ACCOUNT_TOWNS))]
    ids += [f"{county.prefix}-C{n + 1:02d}" for n in range(len(COMMUNITY_TOWNS))]
    leaders = [f"{county.prefix}-L{n + 1:02d}" for n in range(LEADERS)]
    names = person_names(generator, len(ids) + LEADERS + len(OFFICES))
    hired, heads = names[: len(ids)], names[len(ids) : len(ids) + LEADERS]
    return Staff(np.array(ids, object), hired, lat.round(6), lon.round(6), np.array(leaders, object), heads, names[len(ids) + LEADERS :])


def person_names(generator: np.random.Generator, count: int) -> tuple[tuple[str, str], ...]:
    """Return made-up names of people, as written there and in pinyin."""
    surnames = generator.integers(0, len(SURNAMES), count)
    first, second = generator.integers(0, len(GIVEN), (2, count))
    people = []
    for s, a, b in zip(surnames.tolist(), first.tolist(), second.tolist(), strict=True):
        (zh, en), (one, one_en), (two, two_en) = SURNAMES[s], GIVEN[a], GIVEN[b]
        people.append((zh + one + two, f"{en} {one_en}{two_en.lower()}"))
    return tuple(people)


def managers_table(seed: int, county: County, staff: Staff) -> pd.DataFrame:
    """Return the managers: bases, capacity and hours."""
    generator = chance(seed, county.number, "managers")
    account, community = len(ACCOUNT_TOWNS), len(COMMUNITY_TOWNS)
    count = account + community + LEADERS
    names = (*staff.names, *staff.leader_names)
    seat = county.seats[words.SEAT]
    return typed(
        "managers",
        {
            "manager_id": [*staff.ids, *staff.leaders],
            "name": [name for name, _ in names],
            "name_en": [name for _, name in names],
            "branch_id": county.branch_id,
            "role": ["account"] * account + ["community"] * community + ["leader"] * LEADERS,
            "lat": [*staff.lat, *[round(float(seat[0]), 6)] * LEADERS],
            "lon": [*staff.lon, *[round(float(seat[1]), 6)] * LEADERS],
            "capacity_accounts": [CAPACITY] * account + [None] * (community + LEADERS),
            "fte": [1.0] * (account + community) + [None] * LEADERS,
            "hours_per_day": [7.5] * account + [8.0] * community + [1.0] * LEADERS,
            "other_hours_per_week": [*[4.0] * account, *generator.choice([8.0, 10.0, 12.0, 14.0], community), *[0.0] * LEADERS],
            "working_days": ["12345"] * account + ["123456"] * community + ["12345"] * LEADERS,
            "active_from": np.array([day(f"{year}-03-01") for year in generator.integers(2012, 2025, count)]),
        },
        count,
    )


def people_table(county: County, staff: Staff) -> pd.DataFrame:
    """Return who logs in: one person for each role of the office and one for each account and community manager."""
    prefix = county.prefix.lower()
    rows = []
    for number, ((role, title), (name, name_en)) in enumerate(zip(OFFICES, staff.others, strict=True)):
        branches = "*" if role in ("executive", "administrator") else county.branch_id
        language = "en" if role in ("planner", "administrator") else "zh_CN"
        rows.append(
            (f"{county.prefix}-P{number + 1:02d}", f"{prefix}.{role}", f"{name}（{title}）", name_en, role, branches, None, language)
        )
    for number, (code, (name, name_en)) in enumerate(zip(staff.ids, staff.names, strict=True)):
        role = "account_manager" if number < len(ACCOUNT_TOWNS) else "community_manager"
        language = "en" if number % 6 == 5 else "zh_CN"
        rows.append((f"{county.prefix}-P{number + 11:02d}", code.lower(), name, name_en, role, county.branch_id, code, language))
    names = ("person_id", "login", "name", "name_en", "role", "branches", "manager_id", "language")
    columns = dict(zip(names, zip(*rows, strict=True), strict=True))
    return typed("people", {**columns, "branch_id": county.branch_id}, len(rows))


def targets_table(county: County, staff: Staff) -> pd.DataFrame:
    """Return the targets of 2026: the branch's, the first half's sprint by town, and loads by account manager."""
    branch = [("filing_rate", "A", 0.95), ("filing_rate", "B", 0.95), ("filing_rate", "C", 0.80), ("roster_truth", None, 1.0)]
    branch += [("member_coverage", None, 0.27), ("stability", None, 0.70), ("files_per_manager", None, 50.0)]
    branch += [("warning_tasks_done", None, 0.35), ("off_network", None, 0.075)]
    branch += [("information_revenue", None, 1_450_000.0), ("filings", None, 800.0)]
    rows = [("branch", None, metric, tier, "2026", value) for metric, tier, value in branch]
    rows += [("branch", None, "filing_rate", tier, "2026H1", value) for tier, value in FILING_2026H1]
    for number, town in enumerate(county.towns):
        goal = 0.50 if number in words.VACUUM else 0.85 if number == words.SEAT else 0.80
        rows.append(("town", town.code, "filing_rate", "C", "2026", goal))
    rows += [("manager", code, "files_per_manager", None, "2026", float(CAPACITY)) for code in staff.ids[staff.account]]
    names = ("level", "subject", "metric", "tier", "period", "value")
    return typed("targets", {"branch_id": county.branch_id, **dict(zip(names, zip(*rows, strict=True), strict=True))}, len(rows))
