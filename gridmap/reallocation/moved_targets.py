"""Targets move with the accounts: what each manager is to reach from the day on which a plan holds."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date
from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from typing import Any

import numpy as np
import pandas as pd

from gridmap import schema
from gridmap.facts import Facts
from gridmap.market import Market
from gridmap.metrics import METRICS, period_span
from gridmap.plan import UNASSIGNED, Plan
from gridmap.reallocation.organisations import held_organisations
from gridmap.settings import Rules

# How finely an amount is divided: organisations and visits whole, money to the cent, hours to a hundredth.
_STEPS = {"count": Decimal(1), "money": Decimal("0.01"), "hours": Decimal("0.01")}
Shares = Mapping[str, Mapping[str, int]]


def moved_targets(market: Market, plan: Plan, facts: Facts, *, effective_on: date, rules: Rules) -> pd.DataFrame:
    """Move the targets of managers with the accounts that change hands under a plan.

    What moves are amounts: targets of metrics that are a plain sum (money, counts, hours), of every period that has not ended
    before the plan's day. Rates (filing rate, accounts per post) stay as they are: they hold for whatever somebody has. A giver
    gives of each target the share that the accounts given are of all accounts held before, for the whole period, since stock
    counts for who holds it on the day. Accounts are filed A, B and C organisations; of a target set for one tier, filed
    organisations of that tier. What is released goes to the row of nobody, subject "-", and from there to whoever takes it later.
    A manager without a row gets one where something comes to it. Whole counts stay whole and money goes to the cent: a giver's
    part is rounded, half to even, and divided among the takers by largest remainder, so that the rows add up to what they did.

    Example: am1 holds 40 accounts and is to bring 100,000 in 2026; 8 go to am2, who is to bring 60,000, and 2 to am3, who has no
    target. am1 gives 10 / 40 of 100,000 = 25,000: to am2 8 / 10 of it. From then on am1 75,000, am2 80,000, am3 5,000; together
    160,000 before and after.

    Parameters
    ----------
    market, plan, facts
        What is, what moves, and the day (`facts.as_of`) whose accounts count.
    effective_on
        First day of the plan; rows that are in force on it are moved.
    rules
        Tiers.

    Returns
    -------
    Rows of the table `targets` to be in force from that day, only those that change; the old ones hold before it.
    """
    targets = market.at("targets", effective_on)[list(schema.table("targets").names)]
    chosen = targets[np.array([_moves(row, effective_on) for row in _records(targets)], dtype=bool)]
    if not len(chosen) or not plan.moves:
        return targets.iloc[:0]
    held = held_organisations(market, plan, as_of=facts.as_of, rules=rules)
    rows: list[dict[str, Any]] = []
    for (metric, tier, _), group in chosen.fillna({"tier": ""}).groupby(["metric", "tier", "period"], sort=True):
        values = {str(row["subject"]): Decimal(str(row["value"])) for row in _records(group)}
        shares, had = _shares(held, str(tier))
        finest = min(int(value.normalize().as_tuple().exponent) for value in values.values())
        after = _given(values, shares, had, min(_STEPS[_unit(str(metric))], Decimal(1).scaleb(finest)))
        like = _records(group)[0] | {"tier": tier or None}
        rows += [like | {"subject": who, "value": float(value)} for who, value in sorted(after.items()) if value != values.get(who)]
    return pd.DataFrame(rows, columns=targets.columns).astype(targets.dtypes.to_dict())


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def _unit(key: str) -> str:
    """Return the unit of what a target is set for where it is an amount, empty where it is a rate or nobody knows."""
    found = [each for each in METRICS if key in (each.target_key, each.key)]
    return found[0].unit if found and not any(each.denominator for each in found) else ""


def _moves(row: Mapping[str, Any], effective_on: date) -> bool:
    if row["level"] != "manager" or not isinstance(row["subject"], str) or not _unit(str(row["metric"])) or pd.isna(row["value"]):
        return False
    try:
        _, last = period_span(str(row["period"]))
    except ValueError:
        return False  # a period of no known form holds no day, as `target_for` reads it
    return last >= effective_on


def _shares(held: pd.DataFrame, tier: str) -> tuple[Shares, Mapping[str, int]]:
    """Return how many accounts go from each giver to each taker, and how many each held before."""
    accounts = held[held["counted"] if not tier else held["filed"] & held["tier"].eq(tier)]
    moved = accounts[(accounts["before"] != accounts["after"]) & accounts["before"].ne("")]
    shares: dict[str, Counter[str]] = defaultdict(Counter)
    for giver, taker in zip(moved["before"], moved["after"].replace("", UNASSIGNED), strict=True):
        shares[giver][taker] += 1
    return shares, Counter(accounts["before"])


def _given(values: Mapping[str, Decimal], shares: Shares, had: Mapping[str, int], step: Decimal) -> dict[str, Decimal]:
    after = dict(values)
    for giver, takers in sorted(shares.items()):
        if giver not in values:
            continue
        leaving = sum(takers.values())
        whole = values[giver]
        part = whole if leaving == had[giver] else (whole * leaving / had[giver] / step).quantize(Decimal(1), ROUND_HALF_EVEN) * step
        for taker, amount in _divided(part, takers, step).items():
            after[giver] -= amount
            after[taker] = after.get(taker, Decimal(0)) + amount
    return after


def _divided(part: Decimal, takers: Mapping[str, int], step: Decimal) -> dict[str, Decimal]:
    """Divide an amount, a multiple of the step, by largest remainder; of equal ones the first by name."""
    total, steps = sum(takers.values()), int(part / step)
    exact = {taker: Decimal(steps) * count / total for taker, count in takers.items()}
    low = {taker: int(value.to_integral_value(ROUND_FLOOR)) for taker, value in exact.items()}
    short = steps - sum(low.values())
    first = sorted(takers, key=lambda taker: (low[taker] - exact[taker], taker))[:short]
    return {taker: (low[taker] + (taker in first)) * step for taker in takers}
