"""What a briefing reads: a branch on the last day of a period, the day before, and how much of it may be seen."""

from dataclasses import dataclass
from datetime import date

from gridmap import store as stores
from gridmap.errors import N_, FileError, ScopeError, say
from gridmap.facts import Facts, measure
from gridmap.market import Market, day_end_us
from gridmap.metrics import period_span
from gridmap.plan import Plan
from gridmap.scope import Scope
from gridmap.services.exporting import local_day
from gridmap.services.overview import days_to_show, first_day, month_before
from gridmap.settings import Rules
from gridmap.store import Store


@dataclass(frozen=True, eq=False)
class ReportDay:
    """A branch on one day as a person may see it: facts of that day and of the day compared with, cells seen (None: all).

    `period` is what the files are called after; `cells_of` the manager whose cells alone are in it, empty for all of the branch.
    """

    scope: Scope
    market: Market
    plan: Plan
    now: Facts
    before: Facts
    seen: frozenset[str] | None
    rules: Rules
    period: str
    cells_of: str = ""


def open_report_day(store: Store, scope: Scope, branch_id: str, *, period: str, rules: Rules, now_us: int, cells_of: str = "") -> ReportDay:
    """Open a branch at the end of a period.

    Parameters
    ----------
    period
        `2026`, `2026H1`, `2026Q2` or `2026-06`; empty for the month of the last day with data. A period that has not ended is read at
        its last day with data.
    now_us
        Nothing later counts.
    cells_of
        A manager, whose cells alone are to be in the report; empty for all that the person may see.

    Raises
    ------
    FileError
        When the period is not written as one, or holds no day with data.
    ScopeError
        When the person may not take data away, or is to see the cells of a manager that the branch does not have.
    """
    scope.require("export_data", branch_id)
    eyes = _eyes(scope, branch_id, cells_of)
    whole = stores.open_market(store, eyes, branch_id)
    as_of = last_day_of(whole, period, today=local_day(now_us, whole.branch.time_zone))
    if cells_of and cells_of not in set(whole.at("managers", as_of)["manager_id"]):
        raise ScopeError(
            say(N_("There is no manager {manager} in this branch."), manager=cells_of), remedy=say(N_("Name a manager of the branch."))
        )
    market = stores.open_market(store, eyes, branch_id, as_of=as_of)
    plan = stores.plan_as_of(store, scope, branch_id, valid_us=day_end_us(as_of, market.branch.time_zone) - 1)
    now, before = (
        measure(market, plan_on.holders_now, as_of=day, window_days=rules.window_days, rules=rules)
        for day, plan_on in ((as_of, plan), (month_before(as_of), _plan_on(store, scope, market, month_before(as_of))))
    )
    seen = stores.cells_in_sight(store, eyes, market) if eyes.own_cells_only else None
    manager = eyes.manager_id if eyes.own_cells_only else ""
    return ReportDay(scope, market, plan, now, before, seen, rules, period or f"{as_of:%Y-%m}", manager)


def last_day_of(market: Market, period: str, *, today: date) -> date:
    """Return the day a period is read at: its last one, or the last with data where it goes on.

    Raises
    ------
    FileError
        When the period is not written as one, or holds no day with data.
    """
    last = days_to_show(market, today)[-1]
    if not period:
        return last
    try:
        first, end = period_span(period)
    except ValueError as error:
        raise FileError(
            say(N_("{period} is no period."), period=period),
            expected=say(N_("A month, a quarter, half a year or a year: 2026-06, 2026Q2, 2026H1, 2026.")),
            remedy=say(N_("Write the period like this.")),
        ) from error
    begun = first_day(market) or last
    if first > last or end < begun:
        raise FileError(
            say(N_("There are no data for {period}."), period=period),
            expected=say(N_("A period between {first} and {last}."), first=begun.isoformat(), last=last.isoformat()),
            remedy=say(N_("Choose one of these.")),
        )
    return min(end, last)


def _plan_on(store: Store, scope: Scope, market: Market, day: date) -> Plan:
    branch = market.branch
    return stores.plan_as_of(store, scope, branch.branch_id, valid_us=day_end_us(day, branch.time_zone) - 1)


def _eyes(scope: Scope, branch_id: str, cells_of: str) -> Scope:
    """Narrow a scope to the cells of one manager; nobody sees more by it than they did."""
    if not cells_of or (scope.own_cells_only and scope.manager_id == cells_of):
        return scope
    if scope.own_cells_only or not scope.allows("see_organisations", branch_id):
        # No role sees few cells and no names at once, and nobody sees more than their own.
        raise ScopeError(
            say(N_("Your role ({role}) may not do this here ({action})."), role=scope.role, action="cells_of"),
            where=branch_id,
            remedy=say(N_("Ask an administrator of the branch for the right.")),
        )
    return Scope(scope.person_id, scope.name, "community_manager", frozenset({branch_id}), cells_of)
