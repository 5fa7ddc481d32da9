"""What each manager would cost on each unit: travel, and the price of a change of hands."""

from dataclasses import dataclass

import numpy as np
from pyproj import Transformer

from gridmap.coordinates import metric_crs
from gridmap.grid import centres
from gridmap.market import Market
from gridmap.territories.bases import candidate_cells, first_centres
from gridmap.territories.engine.problem import NOBODY, Bases
from gridmap.territories.parts import Parts, summed
from gridmap.territories.request import Request
from gridmap.territories.task import Floats

LEAST_SHARE = 1e-3  # of a mean cell's hours: what a cell without hours weighs, so that empty land goes to the near base as well


@dataclass(frozen=True, eq=False)
class Costs:
    """`Problem.cost`, and where managers may be based whose base is to be found."""

    cost: Floats
    bases: Bases | None


def metric_points(market: Market) -> Floats:
    """Return x and y of each cell's centre in metres, in the market's metric system."""
    lat, lon = centres(market.grid, market.grid.cells)
    if not len(lat):
        return np.zeros((0, 2))
    crs = metric_crs(float(lat.mean()), float(lon.mean()))
    return np.column_stack(Transformer.from_crs("EPSG:4326", crs, always_xy=True).transform(lon, lat))


def hours_weights(hours: Floats) -> Floats:
    """Return the share of all hours that each cell weighs, empty ones a little."""
    total = hours.sum()
    if total <= 0:
        return np.full(len(hours), 1.0 / max(len(hours), 1))
    floor = LEAST_SHARE * total / len(hours)
    return np.asarray(np.maximum(hours, floor) / np.maximum(hours, floor).sum(), dtype=float)


def costs_of(request: Request, parts: Parts, points: Floats, base: Floats, weight: Floats) -> Costs:
    """Work out what each manager would cost on each unit, and where managers to be found a base for might be.

    Parameters
    ----------
    points, base
        x and y in metres of each cell that takes part, and of each base there is.
    """
    km2 = ((points[:, None, :] - base[None, :, :]) ** 2).sum(axis=2) / 1e6
    typical = typical_km2(km2)
    travel = request.weights.travel * weight[:, None] * km2 / typical
    price = request.weights.disruption * weight[:, None]
    columns = np.arange(km2.shape[1] + request.new_managers)
    added = summed(price * ((parts.owner[:, None] != NOBODY) & (parts.owner[:, None] != columns[None, :])), parts)
    near = summed(travel, parts)
    if not request.new_managers:
        return Costs(near + added, None)
    unit_weight = summed(weight[:, None], parts)[:, 0]
    first = np.unique(parts.unit, return_index=True)[1]  # a base in a group of cells is in its first
    candidates = candidate_cells(unit_weight)
    square = ((points[:, None, :] - points[first[candidates]][None, :, :]) ** 2).sum(axis=2) / 1e6
    at = summed(request.weights.travel * weight[:, None] * square / typical, parts)
    nearest = near.min(axis=1) if near.shape[1] else np.full(parts.count, np.inf)
    chosen = first_centres(at, nearest, request.new_managers)
    found = columns >= km2.shape[1]
    centre = np.where(found, np.r_[np.full(km2.shape[1], -1), chosen], -1).astype(np.int64)
    return Costs(np.c_[near, at[:, chosen]] + added, Bases(found, candidates, at, added, centre))


def typical_km2(km2: Floats) -> float:
    """Return the median squared distance of cells to the nearest base, km2 (cells, bases); 1 where there is none to speak of."""
    nearest = float(np.median(km2.min(axis=1))) if km2.size else 0.0
    return nearest if nearest > 0 else 1.0
