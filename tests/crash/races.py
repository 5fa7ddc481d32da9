"""Writers in processes of their own that do the same at the same moment: one wins, each loser is told everything."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from gridmap.plan import Move
from gridmap.store import Store, create_plan, plan_as_of, record_change, take_step
from tests.crash.hired import Worker
from tests.crash.worker import BRANCH, CELLS, FIRST_DAY, clock_us, frame_of, writer

ME = writer("first")
CONTESTED = list(CELLS[:8])
SHARED = list(CELLS[:3])  # what two plans both move
Round = tuple[list[dict[str, Any]], list[str]]  # an order for each writer, and the subjects that each loser must be told


@dataclass
class Score:
    """What came of many races."""

    rounds: int = 0
    not_one: int = 0  # rounds without exactly one winner
    incomplete: int = 0  # losers who were not told every subject with who and when
    wrong: int = 0  # rounds after which the winner does not have what was contested
    raw: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Whether nothing at all went wrong."""
        return not (self.not_one or self.incomplete or self.wrong or self.raw)


def same_cells(store: Store, number: int, writers: int) -> Round:
    """Everybody moves the same cells, having seen the same state."""
    seen = record_change(store, ME, BRANCH, frame_of(CONTESTED, f"seen{number}"), why="", now_us=clock_us())
    orders = [{"cells": CONTESTED[:: -1 if which % 2 else 1], "owner": f"w{which}", "expected": seen} for which in range(writers)]
    return orders, CONTESTED


def one_plan(store: Store, number: int, writers: int) -> Round:
    """Everybody publishes one plan."""
    plan_id, version = _approved(store, CONTESTED, f"plan{number}")
    return [{"plan_id": plan_id, "expected": version} for _ in range(writers)], [str(plan_id)]


def plans_that_share(store: Store, number: int, writers: int) -> Round:
    """Everybody publishes a plan of their own; the plans share some cells."""
    made = [_approved(store, [*SHARED, CELLS[10 + which]], f"p{number}-{which}") for which in range(writers)]
    return [{"plan_id": plan_id, "expected": version} for plan_id, version in made], SHARED


RACES: tuple[Callable[[Store, int, int], Round], ...] = (same_cells, one_plan, plans_that_share)


def _approved(store: Store, cells: list[str], taker: str) -> tuple[int, int]:
    owners = plan_as_of(store, ME, BRANCH, valid_us=0).owners
    fresh = f"{taker}-{clock_us()}"  # nobody has anything yet
    moves = [Move(cell, "cell", owners[cell], fresh) for cell in cells]
    found = create_plan(store, ME, BRANCH, title=taker, effective_on=FIRST_DAY, now_us=clock_us(), moves=moves)
    for step in ("submit", "approve"):
        found = take_step(store, ME, BRANCH, found.plan_id, step, expected=None, now_us=clock_us())
    return found.plan_id, found.version


def run_races(store: Store, location: str, workers: list[Worker], kind: Callable[[Store, int, int], Round], *, rounds: int) -> Score:
    """Let workers race, and look at each result; `kind` is one of `RACES`."""
    score = Score()
    for number in range(rounds):
        orders, told = kind(store, number, len(workers))
        start = time.monotonic() + 0.01
        for which, (worker, order) in enumerate(zip(workers, orders, strict=True)):
            worker.tell("race", **{"with": {**order, "location": location, "name": f"w{which}", "at": start}})
        _judge(store, score, [worker.hear() for worker in workers], told)
    return score


def _judge(store: Store, score: Score, answers: list[dict[str, Any]], told: list[str]) -> None:
    winners = [which for which, answer in enumerate(answers) if "won" in answer]
    losers = [answer["lost"] for answer in answers if "lost" in answer]
    score.rounds += 1
    score.raw += [answer["raw"] for answer in answers if "raw" in answer]
    score.not_one += len(winners) != 1 or len(losers) != len(answers) - 1
    if len(winners) != 1:
        return
    name, change_id = f"w{winners[0]}", answers[winners[0]]["won"]
    for clashes in losers:
        score.incomplete += [subject for subject, _, _ in clashes] != told or any(who != name or at_us <= 0 for _, who, at_us in clashes)
    plan = plan_as_of(store, ME, BRANCH, valid_us=0)
    score.wrong += plan.change_id != change_id or len(set(plan.owners[SHARED])) != 1
