"""Made-up branches on H3 to design territories on: towns of work, bases where the work is, ragged owners of today."""

from dataclasses import dataclass
from typing import Any

import h3
import numpy as np

from gridmap.territories.engine.problem import NOBODY, Problem

Array = np.ndarray[Any, Any]
CENTRE, RESOLUTION = (52.0, 19.5), 8
TOLERANCE = (0.05, 0.10, 0.10)  # of hours, accounts and prospects
SIZES = ((1_000, 18, 10), (10_000, 57, 30), (50_000, 128, 60))  # cells asked for, rings of the disk, managers


@dataclass(frozen=True, eq=False)
class Branch:
    """Cells, x and y in km (n, 2); neighbours; measures in fair shares (n, 3); bases (k); today's owners (n); squared distances (n, k)."""

    xy: Array
    begins: Array
    near: Array
    measures: Array
    base: Array
    owner: Array
    km2: Array

    @property
    def managers(self) -> int:
        """How many managers there are."""
        return len(self.base)


def shape_of(cells: int) -> tuple[int, int]:
    """Return rings and managers of a branch of about so many cells."""
    known = {size: (rings, managers) for size, rings, managers in SIZES}
    rings = round((cells / 3) ** 0.5)
    return known.get(cells, (max(rings, 2), max(2, round(10 * (cells / 1000) ** 0.46))))


def make_branch(rings: int, managers: int, seed: int) -> Branch:
    """Make a branch; the same numbers for the same seed as those that the published figures were measured on."""
    rng = np.random.default_rng(seed)
    lat, lon = CENTRE
    cells = sorted(h3.grid_disk(h3.latlng_to_cell(lat, lon, RESOLUTION), rings))
    number = {cell: place for place, cell in enumerate(cells)}
    point = np.array([h3.cell_to_latlng(cell) for cell in cells])
    xy = np.c_[(point[:, 1] - lon) * np.cos(np.radians(lat)) * 111.32, (point[:, 0] - lat) * 110.57]
    around = [[number[each] for each in h3.grid_disk(cell, 1) if each != cell and each in number] for cell in cells]
    measures = _measures(rng, xy, managers)
    base = [int(rng.choice(len(cells), p=measures[:, 0] / measures[:, 0].sum()))]
    while len(base) < managers:
        share = ((xy[:, None] - xy[base][None]) ** 2).sum(axis=2).min(axis=1) * measures[:, 0]
        base.append(int(rng.choice(len(cells), p=share / share.sum())))
    offset = rng.normal(0, 0.25, managers)
    km2 = ((xy[:, None] - xy[base][None]) ** 2).sum(axis=2)
    scale = np.median(np.sort(km2, axis=1)[:, 1])
    owner = np.argmin(km2 + offset * scale + rng.normal(0, 0.02 * scale, km2.shape), axis=1)
    begins = np.cumsum([0, *(len(each) for each in around)]).astype(np.int64)
    near = np.array([other for each in around for other in each], dtype=np.int64)
    return Branch(xy, begins, near, measures, np.array(base), owner.astype(np.int64), km2)


def _measures(rng: np.random.Generator, xy: Array, managers: int) -> Array:
    """Return hours, accounts and prospects of each cell, 1 = a fair share."""
    radius, density = np.abs(xy).max(), np.full(len(xy), 0.25)
    for _town in range(max(4, managers // 3)):
        middle = rng.uniform(-0.8 * radius, 0.8 * radius, 2)
        wide = radius * rng.uniform(0.04, 0.15)
        density += rng.uniform(1, 6) * np.exp(-((xy - middle) ** 2).sum(axis=1) / (2 * wide * wide))
    accounts = rng.poisson(density * rng.lognormal(0, 0.8, len(xy)))
    prospects = rng.poisson(density * rng.lognormal(0.7, 0.9, len(xy)))
    hours = accounts * rng.lognormal(0, 0.3, len(xy)) * 1.5 + prospects * 0.4 + 0.02
    measures = np.c_[hours, accounts, prospects].astype(float)
    return measures / (measures.sum(axis=0) / managers)


def problem_of(branch: Branch, lam: float, *, border_price: float = 0.0) -> Problem:
    """Return the problem: hours times squared distance, `lam` times the hours that change hands, three balances, bases fixed."""
    n, k = branch.km2.shape
    weight = branch.measures[:, 0] / branch.measures[:, 0].sum()
    scale = np.median(branch.km2.min(axis=1))
    changed = np.arange(k)[None, :] != branch.owner[:, None]
    fixed = np.full(n, NOBODY, dtype=np.int64)
    fixed[branch.base] = np.arange(k)
    tolerance = np.array(TOLERANCE)
    return Problem(
        cost=np.ascontiguousarray((branch.km2 / scale + lam * changed) * weight[:, None]), loads=branch.measures,
        least=np.tile(1 - tolerance, (k, 1)), most=np.tile(1 + tolerance, (k, 1)), scale=np.ones(3), begins=branch.begins, near=branch.near,
        side=np.ones(len(branch.near)), border_price=border_price, owner=branch.owner, start=branch.owner.copy(), fixed=fixed,
        allowed=np.ones((n, k), dtype=bool), apart=np.zeros((0, 2), dtype=np.int64), change=np.zeros((n, 0)), budget=np.zeros(0),
        weight=branch.measures[:, 0].copy(),
    )  # fmt: skip
