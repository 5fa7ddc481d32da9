"""What a map layer is: a declaration; how it is drawn follows from it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from gridmap import metrics
from gridmap.classes import Scheme
from layers.sight import Sight

# cells: a metric in classes         states: parts of a whole, the largest part names the cell
# owners: whose the cell is          areas: outlines with names          points: places
# routes: the days of a sweep with numbered stops
Kind = Literal["cells", "states", "owners", "areas", "points", "routes"]
# What a cell without a plain value looks like; the first four come from `gridmap.metrics.evaluate`.
OK, FEW, NO_DATA, UNKNOWN, OUTSIDE = range(5)


@dataclass(frozen=True)
class State:
    """One state of a layer of states: the additive fact that counts what is in it, its title, and its two colours."""

    fact: str
    title: str
    light: str
    dark: str


@dataclass(frozen=True)
class Layer:
    """One layer.

    Attributes
    ----------
    key, title, group, help
        Key in links, English texts (marked with `N_`), group of the picker.
    kind
        What it draws.
    metric
        Key of the metric of a layer of kind `cells`.
    palette, scheme, classes
        Colours and class breaks (`gridmap.classes`); with `target` the target is an edge, and the sides differ in hue.
    states
        Of kind `states`, best first; a tie goes to the worse.
    items
        Of kind `areas`, `points` and `routes`: what is drawn, as `layers.shapes` writes it.
    look
        Of kind `areas`: how the browser strokes them.
    by_plan
        Whether it shows who owns what, and so is another picture by every plan.
    drafts_only
        Whether it says something only where there is a plan; not offered by itself.
    sweeps_only
        The same of a sweep.
    """

    key: str
    title: str
    group: str
    kind: Kind
    help: str = ""
    metric: str = ""
    palette: str = "amount"
    scheme: Scheme = "quantiles"
    classes: int = 6
    states: tuple[State, ...] = ()
    items: Callable[[Sight], list[dict[str, Any]]] | None = None
    look: str = ""
    by_plan: bool = False
    drafts_only: bool = False
    sweeps_only: bool = False

    @property
    def on_cells(self) -> bool:
        """Whether it colours the cells, as against lying over them."""
        return self.kind in {"cells", "states", "owners"}

    @property
    def by_level(self) -> bool:
        """Whether classes depend on the resolution: sums grow with the cell, ratios do not."""
        return self.kind == "cells" and not metrics.metric(self.metric).denominator


@dataclass(frozen=True, eq=False)
class CellValues:
    """What a layer says about each cell: 32-bit values and states (`OK` to `OUTSIDE`), in the order of `cells`.

    A layer of states or owners has the number of the state or owner as value. A value is NaN where its state has none.
    """

    cells: pd.Index
    value: npt.NDArray[np.float32]
    state: npt.NDArray[np.uint8]

    def drawn(self) -> npt.NDArray[Any]:
        """Return the values that have a colour."""
        return self.value[self.state <= FEW]
