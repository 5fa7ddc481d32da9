"""Problems to try the engine on: drawn by hand, drawn at random, and made up like a branch."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import h3
import numpy as np
from hypothesis import strategies as st

from gridmap.territories.engine.problem import NOBODY, Problem

INF = np.inf


def problem(
    cost: object, loads: object, pairs: list[tuple[int, int]], *, most: object = INF, least: object = -INF, **changes: object
) -> Problem:
    """Make a problem from costs (n, k), loads (n, m) and pairs of neighbours; nobody has anything yet."""
    costs, brought = np.asarray(cost, dtype=float), np.asarray(loads, dtype=float)
    n, k = costs.shape
    m = brought.shape[1]
    around: list[list[int]] = [[] for _ in range(n)]
    for one, other in pairs:
        around[one].append(other)
        around[other].append(one)
    nobody = np.full(n, NOBODY, dtype=np.int64)
    made = Problem(
        cost=costs, loads=brought, least=np.broadcast_to(np.asarray(least, dtype=float), (k, m)).copy(),
        most=np.broadcast_to(np.asarray(most, dtype=float), (k, m)).copy(), scale=np.ones(m),
        begins=np.cumsum([0] + [len(each) for each in around]).astype(np.int64),
        near=np.array([v for each in around for v in sorted(each)], dtype=np.int64), side=np.ones(2 * len(pairs)), border_price=0.0,
        owner=nobody, start=nobody.copy(), fixed=nobody.copy(), allowed=np.ones((n, k), dtype=bool), apart=np.zeros((0, 2), dtype=np.int64),
        change=np.zeros((n, 0)), budget=np.zeros(0), weight=brought[:, 0].copy() if m else np.ones(n),
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]


def row(units: int) -> list[tuple[int, int]]:
    return [(each, each + 1) for each in range(units - 1)]


def lattice(width: int, height: int) -> list[tuple[int, int]]:
    across = [(y * width + x, y * width + x + 1) for y in range(height) for x in range(width - 1)]
    return across + [(y * width + x, y * width + x + width) for y in range(height - 1) for x in range(width)]


@st.composite
def small_problems(draw: st.DrawFn, *, whole: bool = False) -> Problem:
    """Lattices of up to nine units and three managers, with locks, pairs apart, budgets and borders; `whole`: today keeps the budget."""
    width, height, k, m = draw(st.integers(2, 3)), draw(st.integers(2, 3)), draw(st.integers(2, 3)), draw(st.integers(1, 2))
    n, rng = width * height, np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    loads = rng.integers(0, 4, (n, m)).astype(float)
    share = loads.sum(axis=0) / k
    slack = draw(st.sampled_from([0.1, 0.5, 1.0]))
    owner = rng.integers(0 if whole else -1, k, n)
    fixed = np.where((rng.random(n) < draw(st.sampled_from([0.0, 0.3]))) & (owner >= 0), owner, NOBODY)
    allowed = (rng.random((n, k)) < 0.9) | (np.arange(k)[None, :] == rng.integers(0, k, n)[:, None])
    allowed |= np.arange(k)[None, :] == np.maximum(owner, 0)[:, None]
    change = np.where(owner >= 0, 1.0, 0.0)[:, None]
    apart = (
        np.array([[0, n - 1]])
        if draw(st.booleans()) and fixed[0] == NOBODY and fixed[n - 1] == NOBODY
        else np.zeros((0, 2), dtype=np.int64)
    )
    return problem(
        rng.random((n, k)), loads, lattice(width, height), most=np.tile(share * (1 + slack), (k, 1)),
        least=np.tile(share * (1 - slack), (k, 1)) if draw(st.booleans()) else -INF, owner=owner, start=np.where(owner < 0, 0, owner),
        fixed=fixed, allowed=allowed, apart=apart, change=change, budget=np.array([draw(st.sampled_from([0.0, 2.0, INF]))]),
        border_price=draw(st.sampled_from([0.0, 0.05])), scale=np.maximum(share, 1.0),
    )  # fmt: skip


def assignments(given: Problem) -> Iterator[np.ndarray]:
    """Go through all assignments of units to those who may have them."""
    choices = [np.flatnonzero(given.allowed[i]) if given.fixed[i] == NOBODY else [given.fixed[i]] for i in range(given.units)]
    for each in product(*choices):
        yield np.array(each, dtype=np.int64)


def branch_problem(rings: int, managers: int, *, seed: int = 0, lam: float = 0.3, border_price: float = 0.0) -> Problem:
    """Make a branch of H3 cells up: towns of prospects, bases where the work is, ragged owners; three measures within 5, 10 and 10 %."""
    rng = np.random.default_rng(seed)
    cells = sorted(h3.grid_disk(h3.latlng_to_cell(52.0, 19.5, 8), rings))
    number = {cell: place for place, cell in enumerate(cells)}
    point = np.array([h3.cell_to_latlng(cell) for cell in cells])
    xy = np.c_[(point[:, 1] - 19.5) * 68.5, (point[:, 0] - 52.0) * 111.2]
    near = [[number[other] for other in sorted(h3.grid_disk(cell, 1)) if other != cell and other in number] for cell in cells]
    towns = rng.uniform(-0.8, 0.8, (managers, 2)) * np.abs(xy).max()
    density = 0.3 + sum(3 * np.exp(-((xy - town) ** 2).sum(axis=1) / (0.02 * np.abs(xy).max() ** 2)) for town in towns)
    counts = rng.poisson(density[:, None] * [1.0, 2.0] * rng.lognormal(0, 0.7, (len(cells), 2)))
    loads = np.c_[counts[:, 0] * 1.5 + counts[:, 1] * 0.4 + 0.02, counts].astype(float)
    loads /= loads.sum(axis=0) / managers
    base = rng.choice(len(cells), managers, replace=False, p=loads[:, 0] / loads[:, 0].sum())
    apart = ((xy[:, None] - xy[base][None]) ** 2).sum(axis=2)
    owner = np.argmin(apart * rng.uniform(0.7, 1.4, managers)[None, :], axis=1)
    share = loads[:, 0] / loads[:, 0].sum()
    cost = (apart / np.median(apart.min(axis=1)) + lam * (np.arange(managers)[None, :] != owner[:, None])) * share[:, None]
    fixed = np.full(len(cells), NOBODY)
    fixed[base] = np.arange(managers)
    pairs = [(i, j) for i, others in enumerate(near) for j in others if i < j]
    tolerance = np.array([0.05, 0.10, 0.10])
    return problem(
        cost, loads, pairs, most=np.tile(1 + tolerance, (managers, 1)), least=np.tile(1 - tolerance, (managers, 1)), owner=owner,
        start=owner, fixed=fixed, border_price=border_price,
    )  # fmt: skip
