"""Exact answers of small problems: an integer programme by HiGHS, with cuts that keep territories whole, added where they are broken.

A separator cut: of two units a and b of one manager that do not touch, one of the units between them is the manager's as well,
x_a + x_b <= 1 + sum of x over a smallest set of units that parts them (Carvajal, Constantino, Goycoolea, Vielma, Weintraub 2013).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np

from gridmap.territories.engine.linear import Rows, pass_model, programme_of, solver_of
from gridmap.territories.engine.measured import measured, within_budget
from gridmap.territories.engine.pieces import components, extra_pieces
from gridmap.territories.engine.problem import Floats, Problem, Whole

SMALL = 60  # units up to which a problem is always proved
ROUNDS = 60  # of cuts
NODES = 4_000  # of each round's search: what is not proved by then stays a bound
KEPT = 1e-7


@dataclass(frozen=True, eq=False)
class Exact:
    """What was proved.

    owner: the best assignment found (n), None where there is none. bound: no assignment within limits and budgets, in one piece each
    and with something for everybody, is worth less; inf where there is none. proven: `owner` is the best, or there is none.
    """

    owner: Whole | None
    objective: float
    bound: float
    proven: bool


def prove(problem: Problem, owner: Whole, *, stop: Callable[[], bool] | None = None) -> Exact:
    """Find the best assignment and prove it, as far as a limited search goes.

    Parameters
    ----------
    owner
        An assignment (n) to begin with, if it keeps everything.
    stop
        Asked between rounds of cuts.
    """
    rows = programme_of(problem)
    solver, place = _model(problem, rows)
    best: Whole | None = owner.copy() if _keeps(problem, owner) else None
    bound = -np.inf
    for _ in range(ROUNDS):
        if stop is not None and stop():
            break
        if best is not None:
            _begin_with(solver, problem, rows, best)
        solver.run()
        state = solver.getModelStatus()
        if state == highspy.HighsModelStatus.kInfeasible:
            return Exact(best, _worth(problem, best), _worth(problem, best), proven=True)
        bound = max(bound, float(solver.getInfo().mip_dual_bound))
        found = _owner_of(problem, rows, solver)
        if found is None:
            break
        cuts = _cuts(problem, found, place)
        if not cuts:
            if best is None or measured(problem, found).objective < measured(problem, best).objective:
                best = found
            done = state == highspy.HighsModelStatus.kOptimal
            return Exact(best, _worth(problem, best), _worth(problem, best) if done else bound, proven=done)
        for columns, values in cuts:
            solver.addRow(-highspy.kHighsInf, 1.0, len(columns), columns, values)
    return Exact(best, _worth(problem, best), bound, proven=False)


def _worth(problem: Problem, owner: Whole | None) -> float:
    return np.inf if owner is None else measured(problem, owner).objective


def _keeps(problem: Problem, owner: Whole) -> bool:
    everybody = len(np.unique(owner)) == problem.managers
    apart = all(owner[one] != owner[other] for one, other in problem.apart)
    kept = measured(problem, owner).violation == 0 and within_budget(problem, owner) and not extra_pieces(problem, owner)
    return bool(everybody and apart and kept)


def _model(problem: Problem, rows: Rows) -> tuple[Any, Whole]:
    """Make the programme: shares that are whole, everybody has something, who must be apart is, and each border costs."""
    solver = solver_of()
    pass_model(solver, rows, problem.cost[rows.unit, rows.manager])
    solver.setOptionValue("mip_max_nodes", NODES)
    solver.setOptionValue("mip_rel_gap", 0.0)
    solver.setOptionValue("mip_abs_gap", 1e-9)
    columns = np.arange(len(rows.unit), dtype=np.int32)
    solver.changeColsIntegrality(len(columns), columns, np.full(len(columns), highspy.HighsVarType.kInteger))
    place = np.full((problem.units, problem.managers), -1, dtype=np.int64)
    place[rows.unit, rows.manager] = columns
    infinite = highspy.kHighsInf
    for j in range(problem.managers):
        own = place[:, j][place[:, j] >= 0].astype(np.int32)
        solver.addRow(1.0, infinite, len(own), own, np.ones(len(own)))
    for one, other in problem.apart.tolist():
        for j in range(problem.managers):
            both = np.array([at for at in (place[one, j], place[other, j]) if at >= 0], dtype=np.int32)
            solver.addRow(-infinite, 1.0, len(both), both, np.ones(len(both)))
    if problem.border_price > 0:
        _add_borders(solver, problem, place)
    return solver, place


def _add_borders(solver: Any, problem: Problem, place: Whole) -> None:
    """Add a column for each pair of neighbours: 1 where they have two owners."""
    for i in range(problem.units):
        for e in range(problem.begins[i], problem.begins[i + 1]):
            other = int(problem.near[e])
            if other <= i:
                continue
            solver.addCol(float(problem.border_price * problem.side[e]), 0.0, 1.0, 0, np.array([], dtype=np.int32), np.array([]))
            cut = solver.getNumCol() - 1
            for j in range(problem.managers):
                mine, theirs = place[i, j], place[other, j]
                terms = [(at, sign) for at, sign in ((mine, 1.0), (theirs, -1.0)) if at >= 0]
                if terms and terms[0][1] > 0:  # who has the one and not the other makes a border
                    columns = np.array([*(at for at, _ in terms), cut], dtype=np.int32)
                    solver.addRow(-highspy.kHighsInf, 0.0, len(columns), columns, np.array([*(sign for _, sign in terms), -1.0]))


def _begin_with(solver: Any, problem: Problem, rows: Rows, owner: Whole) -> None:
    solution = highspy.HighsSolution()
    values = np.zeros(solver.getNumCol())
    values[: len(rows.unit)] = owner[rows.unit] == rows.manager
    if problem.border_price > 0:
        pairs = [
            (i, int(other)) for i in range(problem.units) for other in problem.near[problem.begins[i] : problem.begins[i + 1]] if other > i
        ]
        values[len(rows.unit) :] = [owner[i] != owner[other] for i, other in pairs]
    solution.col_value = list(values)
    solver.setSolution(solution)


def _owner_of(problem: Problem, rows: Rows, solver: Any) -> Whole | None:
    values: Floats = np.asarray(solver.getSolution().col_value)
    if solver.getInfo().primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return None
    share = np.zeros((problem.units, problem.managers))
    share[rows.unit, rows.manager] = values[: len(rows.unit)]
    return np.asarray(share.argmax(axis=1), dtype=np.int64)


def _cuts(problem: Problem, owner: Whole, place: Whole) -> list[tuple[Any, Any]]:
    """Return a separator cut for each piece that hangs apart from the heaviest of its territory, for every manager who may have it."""
    count, part = components(problem, owner)
    weight = np.bincount(part, problem.weight + 1e-9, count)
    made = []
    for j in range(problem.managers):
        own = np.unique(part[owner == j])
        if len(own) < 2:
            continue
        main = own[np.argmax(weight[own])]
        goal = np.flatnonzero(part == main)
        b = int(goal[np.argmax(problem.weight[goal])])
        for piece in own[own != main]:
            inside = np.flatnonzero(part == piece)
            a = int(inside[np.argmax(problem.weight[inside])])
            between = _separator(problem, part == piece, b)
            for manager in range(problem.managers):
                if place[a, manager] >= 0 and place[b, manager] >= 0:
                    through = [place[s, manager] for s in between if place[s, manager] >= 0]
                    columns = np.array([place[a, manager], place[b, manager], *through], dtype=np.int32)
                    made.append((columns, np.array([1.0, 1.0, *(-1.0 for _ in through)])))
    return made


def _separator(problem: Problem, piece: Any, b: int) -> list[int]:
    """Return the neighbours of a piece that can be reached from `b` without crossing others of them: a smallest set that parts the two."""
    around = {int(v) for i in np.flatnonzero(piece) for v in problem.near[problem.begins[i] : problem.begins[i + 1]] if not piece[v]}
    seen, waiting, found = {b}, [b], set()
    while waiting:
        i = waiting.pop()
        for v in problem.near[problem.begins[i] : problem.begins[i + 1]].tolist():
            if v in around:
                found.add(v)
            elif v not in seen and not piece[v]:
                seen.add(v)
                waiting.append(v)
    return sorted(found)
