"""What the page Targets reads: facts of the days that are compared, as the person may see them."""

from dataclasses import dataclass
from datetime import date

from gridmap.facts import Facts
from gridmap.services import targets
from gridmap.services.targets import Line
from pages.parts.opened import Opened
from pages.shared import app, cached


@dataclass(frozen=True, eq=False)
class Standing:
    """The branch against its targets, and the days it is compared with."""

    lines: tuple[Line, ...]
    month: date
    year: date


def standing(branch: Opened) -> Standing:
    """Hold what this person sees against the targets that are theirs."""
    market, as_of, window = branch.market, branch.now.as_of, branch.now.window_days
    days = targets.days_compared(as_of)
    facts = {name: _facts(branch, day, window) for name, day in days.items()}
    flows = {
        period: {name: _facts(branch, day, targets.flow_days(_period_at(period, as_of, day), day)) for name, day in days.items()}
        for period in targets.flow_periods(market, as_of)
    }
    mine = "" if branch.seen is None else branch.who.manager_id
    lines = targets.lines(market, facts, flows, rules=app.settings().rules, plan=branch.plan, manager_id=mine)
    return Standing(lines, days["month"], days["year"])


def _facts(branch: Opened, day: date, window_days: int) -> Facts:
    return cached.facts(branch.who, branch.market.branch.branch_id, as_of=day, window_days=window_days)


def _period_at(period: str, as_of: date, day: date) -> str:
    """Return the period of the same length that holds another year's day: `2025` where 2026 is asked for a day of 2025."""
    return f"{int(period[:4]) + day.year - as_of.year}{period[4:]}"
