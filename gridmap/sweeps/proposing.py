"""What is proposed before anybody chooses: the next working days, and a shift for every manager on each of them."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta

from gridmap.errors import N_, PlanError, say
from gridmap.market import Market
from gridmap.plan import Plan
from gridmap.settings import Settings, SweepRules
from gridmap.sweeps.request import Lunch, Shift, SweepRequest
from gridmap.workload import WORKING_DAYS, is_active

_LOOK_AHEAD_DAYS = 60
DEFAULT_DAYS = 5


def default_days(market: Market, managers: Collection[str], *, first: date, count: int = DEFAULT_DAYS) -> tuple[date, ...]:
    """Return the next days, from one on, on which at least one of the managers works; none where nobody does within 60 days.

    Parameters
    ----------
    first
        The first day that may be taken.
    count
        Days wanted.
    """
    ahead = [first + timedelta(days=step) for step in range(_LOOK_AHEAD_DAYS)]
    return tuple(day for day in ahead if any(_works(market, manager, day) for manager in managers))[:count]


def new_request(market: Market, plan: Plan, *, managers: Sequence[str], days: Sequence[date], settings: Settings) -> SweepRequest:
    """Propose a request: a shift for every manager on each of the days they work.

    Shifts, lunch, most doors and rounds are the settings'; whose hours per day are shorter than that has a shorter shift.

    Parameters
    ----------
    market, plan
        What is, and who has what.
    managers, days
        Whose days, and which.

    Raises
    ------
    PlanError
        When a manager is not known, or none of them works on any of the days.
    """
    known = set(market.tables["managers"]["manager_id"])
    unknown = sorted(set(managers) - known)
    if unknown or not managers:
        raise PlanError(
            say(N_("There is no manager {managers}."), managers=", ".join(unknown)) if unknown else say(N_("A sweep needs a manager.")),
            expected=say(N_("One of: {known}."), known=", ".join(sorted(known & {*plan.owners_now, *plan.holders_now}))),
            remedy=say(N_("Choose whose days are planned.")),
        )
    rules = settings.sweeps
    worked = [(day, manager) for day in sorted(set(days)) for manager in sorted(set(managers)) if _works(market, manager, day)]
    if not worked:
        raise PlanError(
            say(N_("None of these managers works on these days.")),
            where=", ".join(sorted(set(managers))),
            remedy=say(N_("Choose other days, or mend the working days of the managers on Data.")),
        )
    shifts = tuple(_shift(market, manager, day, rules) for day, manager in worked)
    return SweepRequest(shifts, iterations=rules.iterations)


def _works(market: Market, manager: str, day: date) -> bool:
    rows = market.at("managers", day)
    row = rows[rows["manager_id"].eq(manager).to_numpy(dtype=bool)].tail(1)
    if not len(row) or not is_active(row, day)[0]:
        return False
    days = row["working_days"].fillna(WORKING_DAYS).iloc[0]
    return str(day.isoweekday()) in str(days)


def _shift(market: Market, manager: str, day: date, rules: SweepRules) -> Shift:
    begins, ends = rules.shift
    earliest, latest, minutes = rules.lunch
    rows = market.at("managers", day)
    hours = rows.loc[rows["manager_id"].eq(manager).to_numpy(dtype=bool), "hours_per_day"].astype(float).iloc[-1]
    takes_lunch = minutes > 0 and begins <= latest
    if hours == hours:  # noqa: PLR0124 - NaN, not stated, is not equal to itself
        ends = min(ends, round(begins + 60 * hours + (minutes if takes_lunch else 0)))
    lunch = Lunch(earliest, latest, minutes) if takes_lunch and ends > latest else None
    return Shift(manager, day, begins, max(ends, begins + 1), lunch, most_doors=rules.most_doors)
