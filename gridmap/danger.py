"""Competition danger of an account: a matrix of factors gives a level, its reasons, and who is told."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from gridmap.errors import N_, Message, say
from gridmap.settings import DangerRules

Array = np.ndarray[Any, Any]
WORST_POINTS = 3.0
DAYS_PER_MONTH = 365.25 / 12

LEVELS = (
    ("none", N_("No danger")),
    ("blue", N_("Blue")),
    ("yellow", N_("Yellow")),
    ("orange", N_("Orange")),
    ("red", N_("Red")),
)
HIGH = ("orange", "red")

# What a state of a factor is called where it is a reason; factors from outside are named by their key.
_REASONS = MappingProxyType(
    {
        ("unified_payment", "no"): N_("The organisation does not pay for its members"),
        ("agreement", "expiring"): N_("The agreement is expiring"),
        ("agreement", "expired"): N_("The agreement has expired"),
        ("agreement", "none"): N_("There is no agreement"),
        ("relationship", "2"): N_("The relationship is fair"),
        ("relationship", "1"): N_("The relationship is weak"),
        ("relationship", "0"): N_("The relationship is bad"),
    }
)
_NUMBERED = MappingProxyType({"prepaid_months": N_("The prepayment ends in less than {limit} months")})
_FURTHER = N_("{factor}: {state}")


def factor_states(organisations: pd.DataFrame, *, as_of: date, rules: DangerRules) -> pd.DataFrame:
    """Return the state of each factor known from the organisations themselves, missing where nobody knows.

    Parameters
    ----------
    organisations
        `unified_payment`, `prepaid_until`, `agreement`, `relationship`.
    as_of
        The day prepayments are counted from.
    rules
        The states of `prepaid_months` are least months left: six whole months or more are `6` by default.

    Returns
    -------
    A text column per factor, index of the input.
    """
    left = (pd.to_datetime(organisations["prepaid_until"]) - pd.Timestamp(as_of)).dt.days / DAYS_PER_MONTH
    limits = sorted((state for factor, state, _ in rules.points if factor == "prepaid_months"), key=float)
    months = pd.Series(pd.NA, index=organisations.index, dtype="str")
    for limit in limits:
        months = months.mask((left >= float(limit)) | (left.notna() & (limit == limits[0])), limit)
    pays = organisations["unified_payment"].astype("boolean")
    return pd.DataFrame(
        {
            "unified_payment": pd.Series("no", index=organisations.index, dtype="str")
            .mask(pays.fillna(value=False), "yes")
            .where(pays.notna()),
            "prepaid_months": months,
            "agreement": organisations["agreement"].astype("str"),
            "relationship": organisations["relationship"].astype("Int64").astype("str"),
        }
    )


def score_danger(states: pd.DataFrame, rules: DangerRules) -> pd.DataFrame:
    """Score accounts by their states.

    score = sum of weight x points / (3 x sum of weight), over the factors whose state is known; a level is reached at
    its least score. With fewer than `least_factors` known an account is unscored.

    Parameters
    ----------
    states
        As `factor_states` gives them, with a column for each further factor in `rules.weights`; a factor without a
        column, and a state without points, are not known.
    rules
        Weights, points, levels.

    Returns
    -------
    Index of the input; `score` (0 safe to 1, NaN unscored), `level` (a key of `LEVELS`, missing unscored), `known`
    (factors), and `points_<factor>` (NaN unknown).
    """
    points = pd.DataFrame(index=states.index)
    for factor, _ in rules.weights:
        given = {state: value for name, state, value in rules.points if name == factor}
        column = states[factor] if factor in states else pd.Series(pd.NA, index=states.index, dtype="str")
        points[f"points_{factor}"] = column.map(given).astype(float)
    weights = np.array([weight for _, weight in rules.weights])
    known = points.notna().to_numpy()
    with np.errstate(divide="ignore", invalid="ignore"):
        score = np.nansum(points.to_numpy() * weights, axis=1) / (WORST_POINTS * (known * weights).sum(axis=1))
    score = np.where(known.sum(axis=1) >= max(rules.least_factors, 1), score, np.nan)
    # Sums of weights are not exact: a score that is the limit but for the last bit has reached it.
    reached = [score >= least - 1e-9 for _, least in rules.levels]
    texts = np.array([*(level for level, _ in rules.levels), "none", None], dtype=object)
    place = np.select([np.isnan(score), *reached], [len(texts) - 1, *range(len(reached))], default=len(reached))
    level = pd.Series(texts[place], index=states.index, dtype="str")
    return points.assign(score=score, level=level, known=known.sum(axis=1))


def danger_reasons(states: Mapping[str, object], rules: DangerRules) -> tuple[Message, ...]:
    """Return why one account is in danger, the heaviest reason first; factors without points are no reason.

    Parameters
    ----------
    states
        One row of the states, by factor.
    rules
        Weights and points.
    """
    points = {(factor, state): value for factor, state, value in rules.points}
    heavy = [
        (weight * points[factor, str(states[factor])], factor, str(states[factor]))
        for factor, weight in rules.weights
        if (factor, str(states.get(factor))) in points
    ]
    return tuple(_reason(factor, state, rules) for weight, factor, state in sorted(heavy, key=lambda each: -each[0]) if weight > 0)


def who_is_told(level: str, rules: DangerRules) -> tuple[str, ...]:
    """Return the roles that are told of a level: manager, chief, branch_manager, executive; nobody for none or unscored."""
    return dict(rules.told).get(level, ())


def _reason(factor: str, state: str, rules: DangerRules) -> Message:
    if factor in _NUMBERED:
        higher = [float(each) for name, each, _ in rules.points if name == factor and float(each) > float(state)]
        return say(_NUMBERED[factor], limit=f"{min(higher):g}" if higher else state)
    if (factor, state) in _REASONS:
        return say(_REASONS[factor, state])
    return say(_FURTHER, factor=factor, state=state)


def what_lowers(states: Mapping[str, object], rules: DangerRules) -> tuple[tuple[Message, str], ...]:
    """Return which change of a single factor lowers the level of an account, and to which, the lowest first.

    Parameters
    ----------
    states
        One row of the states, by factor.
    rules
        Weights, points and levels.

    Returns
    -------
    What to do and the level it leads to; empty where no single change reaches a lower level, or nobody can score the account.
    """
    ranks = {level: place for place, (level, _title) in enumerate(LEVELS)}
    now = _level_of(states, rules)
    found = []
    for factor, _weight in rules.weights:
        given = {state: value for name, state, value in rules.points if name == factor}
        if str(states.get(factor)) not in given or now is None:
            continue
        best = min(given, key=lambda state: given[state])
        then = _level_of({**states, factor: best}, rules)
        if then is not None and ranks[then] < ranks[now]:
            found.append((ranks[then], factor, best, then))
    return tuple((_to_do(factor, best), then) for _rank, factor, best, then in sorted(found))


def _level_of(states: Mapping[str, object], rules: DangerRules) -> str | None:
    """Score one account as `score_danger` scores many; None where too little is known."""
    points = {(factor, state): value for factor, state, value in rules.points}
    known = [
        (weight, points[factor, str(states.get(factor))]) for factor, weight in rules.weights if (factor, str(states.get(factor))) in points
    ]
    total = WORST_POINTS * sum(weight for weight, _value in known)
    if len(known) < max(rules.least_factors, 1) or not total:
        return None
    score = sum(weight * value for weight, value in known) / total
    return next((level for level, least in rules.levels if score >= least - 1e-9), "none")


_ACTIONS = MappingProxyType(
    {
        "unified_payment": N_("Agree that the organisation pays for its members"),
        "prepaid_months": N_("Renew the prepayment for {limit} months or more"),
        "agreement": N_("Get the agreement signed"),
        "relationship": N_("Mend the relationship"),
    }
)


def _to_do(factor: str, best: str) -> Message:
    return say(_ACTIONS[factor], limit=best) if factor in _ACTIONS else say(_FURTHER, factor=factor, state=best)
