"""What a layer says about each cell of a resolution: from facts that add up, divided after; never a mean of rates."""

from collections.abc import Collection

import numpy as np
import numpy.typing as npt
import pandas as pd

from gridmap import grid as grids
from gridmap import metrics
from gridmap.facts import Facts, roll_up
from gridmap.grid import Grid
from gridmap.market import Market
from gridmap.plan import Plan
from layers.layer import FEW, NO_DATA, OK, OUTSIDE, CellValues, Layer
from layers.owners import nest, owned, owner_values


def level_cells(grid: Grid, resolution: int) -> pd.Index:
    """Return the sorted cells that are drawn at a resolution: the grid's own, or their parents."""
    native = grid.kind == "areas" or resolution == grid.resolution
    cells: pd.Index = pd.Index(grid.cells if native else np.unique(grids.parents(grid.cells, resolution)), dtype="str", name="cell")
    return cells


def roll_cells(facts: Facts, market: Market, *, resolution: int) -> pd.DataFrame:
    """Add facts up to the cells of a resolution; one row per cell of `level_cells`, index `cell`."""
    native = market.grid.kind == "areas" or resolution == market.grid.resolution
    rolled = roll_up(facts, "cell", market=market) if native else roll_up(facts, "parent", market=market, resolution=resolution)
    return rolled.reindex(level_cells(market.grid, resolution))


def layer_values(
    layer: Layer, facts: Facts, market: Market, plan: Plan, *, resolution: int, seen: Collection[str] | None = None
) -> CellValues:
    """Return what a layer says about each cell.

    Parameters
    ----------
    layer
        Of kind `cells`, `states` or `owners`.
    facts, market
        Of what the person may see: a Market cut to some cells gives facts of those cells only.
    resolution
        The grid's own, or a coarser one; not read for a grid of admin polygons.
    seen
        Cells of the grid that may be seen, None for all; a cell that holds none of them is `OUTSIDE`.
    """
    if layer.kind == "owners":
        return owner_values(owned(market.grid, plan.owners_now, seen), nest(market.grid, resolution))
    return values_of(layer, roll_cells(facts, market, resolution=resolution), market, resolution=resolution, seen=seen)


def values_of(
    layer: Layer, rolled: pd.DataFrame, market: Market, *, resolution: int, seen: Collection[str] | None = None, minimum_count: int = 5
) -> CellValues:
    """Return what a layer of kind `cells` or `states` says about rolled-up facts (`roll_cells`); few is below `minimum_count`."""
    if layer.kind == "states":
        value, state = _largest(rolled[[each.fact for each in layer.states]].to_numpy("f8"))
    else:
        told = metrics.evaluate(metrics.metric(layer.metric), rolled, minimum_count=minimum_count)
        value, state = told["value"].to_numpy("f4"), told["state"].to_numpy("u1")
    return _told(rolled.index, value, state, market.grid, resolution=resolution, seen=seen)


def _told(
    cells: pd.Index,
    value: npt.NDArray[np.float32],
    state: npt.NDArray[np.uint8],
    grid: Grid,
    *,
    resolution: int,
    seen: Collection[str] | None,
) -> CellValues:
    if seen is not None:
        shown = pd.Index(sorted(seen), dtype="str").intersection(grid.cells)
        if grid.kind == "h3" and resolution != grid.resolution:
            shown = pd.Index(grids.parents(shown, resolution), dtype="str")
        state = np.where(cells.isin(shown), state, OUTSIDE).astype("u1")
    return CellValues(cells, np.where(state <= FEW, value, np.nan).astype("f4"), state)


def _largest(counts: npt.NDArray[np.float64]) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.uint8]]:
    """Return the column with the most in each row, the later (worse) of equals, and NO_DATA where there is nothing."""
    counts = np.nan_to_num(counts)
    last = counts.shape[1] - 1
    return (last - counts[:, ::-1].argmax(axis=1)).astype("f4"), np.where(counts.sum(axis=1) > 0, OK, NO_DATA).astype("u1")
