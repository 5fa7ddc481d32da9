"""Whether a plan may be: everything that speaks against it, what blocks it first."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from gridmap.errors import N_
from gridmap.facts import Facts
from gridmap.market import Market
from gridmap.plan import Plan
from gridmap.reallocation import move_checks, territory_checks
from gridmap.reallocation.editing import Locks
from gridmap.reallocation.evidence import Evidence
from gridmap.reallocation.problem import Problem, Told, dated
from gridmap.reallocation.takers import Against
from gridmap.settings import Rules

__all__ = ["CHECKS", "Check", "Problem", "validate"]


@dataclass(frozen=True)
class Check:
    """Something a plan is looked through for; what it finds `blocks` the plan, or is told for the reader to judge."""

    key: str
    title: str
    blocks: bool
    find: Callable[[Evidence], Iterable[Told]]


def _unable(why: Against) -> Callable[[Evidence], Iterable[Told]]:
    return lambda seen: move_checks.unable_takers(seen, why)


CHECKS: tuple[Check, ...] = (
    Check("nothing_moved", N_("Nothing moves"), True, move_checks.moves_nothing),
    Check("unknown_subject", N_("Not a cell or organisation of the branch"), True, move_checks.unknown_subjects),
    Check("unknown_manager", N_("Manager unknown"), True, _unable("unknown")),
    Check("foreign_manager", N_("Manager of another branch"), True, _unable("foreign")),
    Check("inactive_manager", N_("Manager not at work on the day"), True, _unable("inactive")),
    Check("sponsor_given", N_("Sponsor given cells or organisations"), True, _unable("sponsor")),
    Check("locked", N_("Locked cell or owner moved"), True, move_checks.locked),
    Check("unassigned", N_("Organisations in cells that nobody owns"), False, territory_checks.unassigned_with_organisations),
    Check("gone_owner", N_("Owner not at work on the day"), False, territory_checks.gone_owners),
    Check("over_capacity", N_("Over capacity"), False, territory_checks.over_capacity),
    Check("pieces", N_("Territory in pieces"), False, territory_checks.territory_in_pieces),
    Check("enclave", N_("Enclave"), False, territory_checks.enclaves),
    Check("park_split", N_("Park split between owners"), False, territory_checks.park_split),
    Check("named_exception", N_("Held by name, stays behind"), False, move_checks.named_exceptions),
)


def validate(market: Market, plan: Plan, facts: Facts, *, rules: Rules, locks: Locks, effective_on: date) -> tuple[Problem, ...]:
    """Look a plan through for everything that speaks against it.

    Parameters
    ----------
    market, plan, facts
        What is, the plan, and the facts of the day, measured with the plan's base holders.
    rules
        As the facts were measured with.
    locks
        What the plan may not move.
    effective_on
        First day on which the moves hold: who takes must work here then.

    Returns
    -------
    What blocks the plan first; within that in the order of `CHECKS`, what the plan makes so before what was so already.
    """
    seen = Evidence(market, plan, facts, rules, effective_on, locks)
    found = [
        Problem(check.key, check.blocks, told.subject, told.cell, dated(told), told.since, told.cells)
        for check in CHECKS
        for told in check.find(seen)
    ]
    rank = {check.key: place for place, check in enumerate(CHECKS)}
    return tuple(sorted(found, key=lambda each: (not each.blocks, rank[each.check], each.since == "before")))
