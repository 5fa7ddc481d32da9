"""What speaks against the moves of a plan by themselves: who takes, what is locked, what stays behind."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from gridmap.errors import N_, say
from gridmap.market.columns import rows_in
from gridmap.plan import Move
from gridmap.reallocation.evidence import Evidence
from gridmap.reallocation.problem import Told
from gridmap.reallocation.takers import Against, names_of, objections


def moves_nothing(seen: Evidence) -> Iterator[Told]:
    """Find a plan without a move."""
    if not seen.plan.moves:
        yield Told("", say(N_("The plan moves nothing.")))


def unknown_subjects(seen: Evidence) -> Iterator[Told]:
    """Find moves of cells that are not in the grid, and of organisations that the branch does not know."""
    everything = {"cell": seen.cells, "holder": seen.market.tables["organisations"]["org_id"]}
    everything["sponsor"] = everything["holder"]
    for layer, known in everything.items():
        subjects = pd.Index([move.subject for move in seen.plan.moves if move.layer == layer], dtype="str")
        for subject in subjects[rows_in(subjects, known) < 0]:
            what = N_("The plan moves {subject}, which is no cell of the grid.")
            yield Told(
                str(subject),
                say(what if layer == "cell" else N_("The plan moves {subject}, an organisation nobody knows."), subject=subject),
            )


def unable_takers(seen: Evidence, why: Against) -> Iterator[Told]:
    """Find managers who are given something and may not be, for one reason."""
    given: dict[str, list[Move]] = {}
    for move in seen.plan.moves:
        # Who sponsors may be any manager at work; who owns and holds has hours for it.
        if move.taker and not (move.layer == "sponsor" and why == "sponsor"):
            given.setdefault(move.taker, []).append(move)
    for taker, (reason, message) in objections(seen.managers, given, on=seen.on).items():
        if reason == why:
            cells = tuple(move.subject for move in given[taker] if move.layer == "cell")
            told = say(N_("{objection} Moves to them in the plan: {count}."), objection=message, count=len(given[taker]))
            yield Told(taker, told, _place(seen, given[taker]), cells=cells)


def locked(seen: Evidence) -> Iterator[Told]:
    """Find locked cells that move, locked owners who give or take, and anything that moves while everything is locked."""
    moving = [move for move in seen.plan.moves if move.layer != "sponsor"]
    if seen.locks.everything and moving:
        yield Told("", say(N_("Everything is locked. Moves in the plan: {count}."), count=len(moving)), _place(seen, moving))
        return
    for move in moving:
        if move.layer == "cell" and move.subject in seen.locks.cells:
            told = say(
                N_("The cell {cell} is locked, and goes from {giver} to {taker}."),
                cell=move.subject,
                giver=seen.name(move.giver),
                taker=seen.name(move.taker),
            )
            yield Told(move.subject, told, move.subject, cells=(move.subject,))
    for owner in sorted(seen.locks.owners):
        theirs = [move for move in moving if owner in (move.giver, move.taker)]
        if theirs:
            cells = tuple(move.subject for move in theirs if move.layer == "cell")
            told = say(N_("{manager} is locked. Moves from or to them: {count}."), manager=seen.name(owner), count=len(theirs))
            yield Told(owner, told, _place(seen, theirs), cells=cells)


def named_exceptions(seen: Evidence) -> Iterator[Told]:
    """Find organisations held by name that stay with their holder while the cell they lie in goes to somebody else."""
    before, after = seen.plan.holders, seen.plan.holders_now
    stays = after[after.eq(before.reindex(after.index)).to_numpy(dtype=bool)]
    cell = seen.organisations["cell"].reindex(stays.index)
    place = rows_in(cell, seen.cells)
    moved = np.append(seen.before != seen.after, False)[place]
    taker = np.append(seen.after, "")[place]
    left = moved & (taker != stays.to_numpy(dtype=object))
    names = names_of(seen.organisations.reindex(stays.index[left]))
    for holder, cells in cell[left].groupby(stays[left].to_numpy(dtype=object)):
        first = str(cells.index[0])
        told = say(
            N_("Organisations that {holder} holds by name stay with {holder} though their cells move: {count}, such as {organisation}."),
            holder=seen.name(str(holder)),
            count=len(cells),
            organisation=names[first],
        )
        yield Told(str(holder), told, str(cells.iloc[0]), cells=tuple(sorted(set(cells.astype(str)))))


def _place(seen: Evidence, moves: list[Move]) -> str:
    """Return a cell where one of some moves is to be seen; empty where none has a place."""
    for move in moves:
        if move.layer == "cell":
            return move.subject
    found: Any = seen.organisations["cell"].reindex([move.subject for move in moves]).dropna()
    return str(found.iloc[0]) if len(found) else ""
