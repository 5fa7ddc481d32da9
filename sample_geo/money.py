"""Account months, the base frozen at the end of 2025, and contacts with numbers that cannot ring."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sample_geo.frames import MONTHS, chance, day, typed
from sample_geo.land import County
from sample_geo.organisations import Roll
from sample_geo.staff import person_names
from sample_geo.wins import Wins

BASE = "2025-12-31"
# Mobile numbers there begin with 13 to 19: a number that begins with 12 is nobody's.
FAKE_PREFIX = "120"
ROLES = ("decision_maker", "contact", "finance", "technical")


@dataclass(frozen=True)
class Months:
    """Rows of accounts, and (accounts, months) arrays; `billed` is False before the first and after the last number."""

    row: np.ndarray
    billed: np.ndarray
    members: np.ndarray
    revenue: np.ndarray
    information: np.ndarray
    arrears: np.ndarray


def account_months(seed: int, county: County, roll: Roll, wins: Wins) -> Months:
    """Return members and money by closed month for everybody who has or had a file: losses and growth both show."""
    generator = chance(seed, county.number, "months")
    frame = roll.frame
    row = np.flatnonzero(frame["filed_on"].notna())
    shape = (len(row), len(MONTHS))
    ends = (np.array(MONTHS, "datetime64[M]") + 1).astype("datetime64[D]") - 1
    joined, lost, closed = (frame[name].to_numpy("datetime64[D]")[row, None] for name in ("joined_on", "lost_on", "closed_on"))
    billed = (joined <= ends) & ~(lost <= ends) & ~(closed <= ends)
    now = np.maximum(frame["our_lines"].fillna(0).to_numpy(float)[row], 0)
    roster = frame["roster_members"].fillna(0).to_numpy(float)[row]
    now = np.where(now > 0, now, np.maximum(roster, 1))
    drift = generator.normal(0.002, 0.006, len(row))
    back = np.arange(len(MONTHS) - 1, -1, -1)
    members = now[:, None] * (1 - drift[:, None] * back) + _lost_since(frame, wins, row, ends)
    members = np.maximum(1, np.rint(members)).astype(int)
    spend = np.exp(generator.normal(np.log(46), 0.22, len(row)))
    revenue = members * spend[:, None] * generator.normal(1, 0.03, shape).clip(0.8, 1.2)
    services = frame["services"].fillna(0).to_numpy(float)[row]
    information = services[:, None] * np.sqrt(now)[:, None] * 14 * generator.normal(1, 0.08, shape).clip(0.5, 1.5)
    arrears = np.where(generator.random(shape) < 0.03, revenue * generator.uniform(0.2, 1.0, shape), 0.0)
    revenue = (revenue + information).round(2)
    return Months(row, billed, members, revenue, np.minimum(information.round(2), revenue), arrears.round(2))


def _lost_since(frame: pd.DataFrame, wins: Wins, row: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """Return the lines that each account was still to lose to competitors after each month."""
    lost = wins.frame[(wins.frame["lines_lost"] > 0) & wins.frame["org_id"].notna()]
    place = pd.Index(frame["org_id"].to_numpy(object)[row]).get_indexer(lost["org_id"])
    later = (lost["happened_on"].to_numpy("datetime64[D]")[:, None] > ends[None, :]) * lost["lines_lost"].to_numpy(float)[:, None]
    total = np.zeros((len(row), len(ends)))
    np.add.at(total, place[place >= 0], later[place >= 0])
    # Lines that a lost account took along are in its members already.
    gone = frame["lost_on"].notna().to_numpy()[row]
    return np.where(gone[:, None], 0.0, total)


def months_table(seed: int, county: County, roll: Roll, wins: Wins) -> pd.DataFrame:
    """Return the account months: one row for each account and closed month in which it was billed."""
    months = account_months(seed, county, roll, wins)
    account, month = np.nonzero(months.billed)
    return typed(
        "org_months",
        {
            "org_id": roll.frame["org_id"].to_numpy(object)[months.row[account]],
            "branch_id": county.branch_id,
            "month": np.array(MONTHS, object)[month],
            "members": months.members[account, month],
            "revenue": months.revenue[account, month],
            "information_revenue": months.information[account, month],
            "arrears": months.arrears[account, month],
        },
        len(account),
    )


def bases_table(seed: int, county: County, roll: Roll, wins: Wins) -> pd.DataFrame:
    """Return the base of 31 December 2025: who had a file then, numbers of that month, revenue from April to December."""
    months = account_months(seed, county, roll, wins)
    last = MONTHS.index(BASE[:7])
    filed = roll.frame["filed_on"].to_numpy("datetime64[D]")[months.row] <= day(BASE)
    kept = np.flatnonzero(months.billed[:, last] & filed)
    revenue = np.where(months.billed[:, : last + 1], months.revenue[:, : last + 1], 0.0).sum(axis=1)
    return typed(
        "bases",
        {
            "base": BASE,
            "org_id": roll.frame["org_id"].to_numpy(object)[months.row[kept]],
            "branch_id": county.branch_id,
            "members": months.members[kept, last],
            "revenue": revenue[kept].round(2),
        },
        len(kept),
    )


def contacts_table(seed: int, county: County, roll: Roll) -> pd.DataFrame:
    """Return the people in the files: the decision maker and the contact, and for A and B finance and technical people."""
    generator = chance(seed, county.number, "contacts")
    frame = roll.frame
    filed = frame["filed_on"].notna().to_numpy()
    named = filed & frame["tier"].isin(("A", "B")).to_numpy()
    has = (filed & frame["decision_maker"].fillna(value=False).to_numpy(bool), filed, named, named & (generator.random(len(frame)) < 0.5))
    row = np.concatenate([np.flatnonzero(each) for each in has])
    role = np.repeat(np.array(ROLES, object), [int(each.sum()) for each in has])
    order = np.lexsort((role.astype("U16"), row))
    numbers = generator.integers(0, 10**8, len(row))
    return typed(
        "contacts",
        {
            "contact_id": [f"{county.prefix}N{number:06d}" for number in range(1, len(row) + 1)],
            "org_id": frame["org_id"].to_numpy(object)[row[order]],
            "branch_id": county.branch_id,
            "role": role[order],
            "name": [name for name, _ in person_names(generator, len(row))],
            "phone": [f"{FAKE_PREFIX}{number:08d}" for number in numbers.tolist()],
        },
        len(row),
    )
