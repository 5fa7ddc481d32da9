"""What territories are designed on, in one hand."""

from dataclasses import dataclass
from datetime import date

from gridmap.facts import Facts
from gridmap.market import Market
from gridmap.plan import Plan
from gridmap.settings import Rules
from gridmap.territories.building import make_task
from gridmap.territories.request import Request
from gridmap.territories.task import Task


@dataclass(frozen=True, eq=False)
class Situation:
    """What is: the branch, who owns what, the facts of the day, the rules, and the first day on which territories shall hold."""

    market: Market
    plan: Plan
    facts: Facts
    rules: Rules
    on: date

    def task(self, request: Request) -> Task:
        """Make a request ready for the engine."""
        return make_task(self.market, self.plan, self.facts, request=request, rules=self.rules, on=self.on)
