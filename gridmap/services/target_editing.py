"""Setting targets: checked, written with who, when and why, and taken back by setting what held before."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from gridmap import metrics
from gridmap.errors import N_, PlanError, say
from gridmap.market import Market
from gridmap.schema.staff import TIERS
from gridmap.scope import Scope
from gridmap.services.targets import AIMED
from gridmap.settings import Rules
from gridmap.store import Store, set_targets

OPEN_SHARES = ("revenue_retention", "hours_used")  # shares that may lie above one


@dataclass(frozen=True)
class Set:
    """One target that was set, and what held before for the same subject, metric, tier and day; None where nothing did."""

    target: Mapping[str, Any]
    before: float | None
    on: date


def set_target(
    store: Store, scope: Scope, market: Market, target: Mapping[str, Any], *, why: str, on: date, rules: Rules, now_us: int
) -> Set:
    """Check one target and set it from a day on; errors as of `checked_target` and `gridmap.store.set_targets`."""
    branch_id = market.branch.branch_id
    scope.require("edit_targets", branch_id)
    wanted = checked_target(market, target)
    metric = next(each for each in AIMED if each.target_key == wanted["metric"] and (each.tier == wanted["tier"] or not wanted["tier"]))
    rows = market.at("targets", on)
    same = rows["metric"].eq(wanted["metric"]) & rows["period"].eq(wanted["period"]) & rows["level"].eq(wanted["level"])
    for name in ("tier", "subject"):
        same &= rows[name].astype("str").fillna("").eq(wanted[name])
    stated = rows.loc[same.fillna(value=False).astype(bool), "value"]
    inherited = metrics.target_for(metric, rows, rules, level=wanted["level"], subject=wanted["subject"], as_of=on)
    before = float(stated.iloc[-1]) if len(stated) else inherited
    set_targets(store, scope, branch_id, [wanted], why=why, on=on, now_us=now_us)
    return Set(wanted, before, on)


def take_back(store: Store, scope: Scope, market: Market, done: Set, *, why: str, now_us: int) -> None:
    """Set what held before again: a new change, with its own who and when.

    Raises
    ------
    PlanError
        When nothing held before: there is no target to go back to.
    """
    if done.before is None:
        raise PlanError(say(N_("There was no target before this one.")), remedy=say(N_("Set another value.")))
    restored = {**done.target, "value": done.before}
    set_targets(store, scope, market.branch.branch_id, [restored], why=why, on=done.on, now_us=now_us)


def checked_target(market: Market, target: Mapping[str, Any]) -> dict[str, Any]:
    """Check one target before it is set, and return it as it is written.

    Raises
    ------
    PlanError
        When the metric has no target, the tier is none of its, nobody has the subject, the period cannot be read, or the value is no
        number of its unit.
    """
    aimed = {each.target_key: each for each in AIMED}
    metric = aimed.get(str(target["metric"]))
    if metric is None:
        raise PlanError(
            say(N_("No target can be set for {metric}."), metric=target["metric"]), remedy=say(N_("Choose one of those listed."))
        )
    try:
        metrics.period_span(str(target["period"]))
    except ValueError:
        raise PlanError(
            say(N_("{period} is no period."), period=target["period"]), remedy=say(N_("Write 2026, 2026H1, 2026Q2 or 2026-06."))
        ) from None
    tier = str(target.get("tier") or "")
    if tier not in {"", *TIERS} or (tier and metric.target_key != "filing_rate"):
        raise PlanError(say(N_("This metric has no target for tier {tier}."), tier=tier), remedy=say(N_("Leave the tier empty.")))
    _check_subject(market, str(target["level"]), str(target.get("subject") or ""))
    value = float(target["value"])
    high = 1.0 if metric.unit == "share" and metric.target_key not in OPEN_SHARES else math.inf
    if not (math.isfinite(value) and 0 <= value <= high):
        raise PlanError(
            say(N_("{value} is no target of {metric}."), value=value, metric=say(metric.title)),
            remedy=say(N_("A share lies between 0 and 1, anything else is 0 or more.")),
        )
    return {**target, "tier": tier, "subject": str(target.get("subject") or ""), "period": str(target["period"]).strip(), "value": value}


def _check_subject(market: Market, level: str, subject: str) -> None:
    known = {"branch": {""}, "town": set(market.towns.index.astype("str")), "manager": set(market.tables["managers"]["manager_id"])}
    if subject not in known.get(level, set()):
        raise PlanError(
            say(N_("There is no {level} {subject} here."), level=level, subject=subject or "-"),
            remedy=say(N_("Choose one of those listed.")),
        )
