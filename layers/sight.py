"""What a layer of areas or points is drawn from: the market as one person may see it, the plan, the day, the language."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from gridmap.coordinates import from_wgs84
from gridmap.grid import Grid
from gridmap.market import Market
from gridmap.plan import Plan
from gridmap.settings import DangerRules
from gridmap.sweeps.planned import SweepPlan

Shift = Callable[[npt.ArrayLike, npt.ArrayLike], tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]]
# Draws around cells of a grid, given by their places in it, in the system of a base map.
Outline = Callable[[Grid, npt.NDArray[np.intp], Shift | None], dict[str, Any] | None]


@dataclass(frozen=True, eq=False)
class Sight:
    """One look at a branch; `system` is the coordinate system that the map is drawn in.

    `outline` draws around cells in another way than afresh: who looks at one plan after the other gives one that remembers.
    `sweep` is the sweep whose days are drawn, None for none. `danger` scores accounts.
    """

    market: Market
    plan: Plan
    as_of: date
    window_days: int
    language: str = "en"
    system: str = "wgs84"
    outline: Outline | None = None
    sweep: SweepPlan | None = None
    danger: DangerRules = field(default_factory=DangerRules)

    def shift(self, lat: npt.ArrayLike, lon: npt.ArrayLike) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """Move WGS-84 degrees to the system the map is drawn in."""
        moved = from_wgs84(lat, lon, self.system)
        return np.asarray(moved[0], "f8"), np.asarray(moved[1], "f8")

    def called(self, rows: pd.DataFrame) -> list[str]:
        """Return the name of each row in the language of the reader, else in the other one, else nothing."""
        return called(rows, self.language)


def called(rows: pd.DataFrame, language: str) -> list[str]:
    """Return the name of each row in a language, else in the other one, else nothing."""
    first, second = ("name_en", "name") if language == "en" else ("name", "name_en")
    names = rows[first].where(rows[first].notna() & (rows[first] != ""), rows[second])
    return [str(name) for name in names.fillna("")]
