"""One metric over many month ends: towns by month, in classes that all months share."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from gridmap import metrics
from gridmap.classes import Breaks, class_colours
from gridmap.facts import NOT_PLACED, Facts, roll_up
from gridmap.market import Market
from gridmap.metrics import FEW, Metric
from gridmap.reports.ranges import breaks_of, look_of
from gridmap.settings import Rules


@dataclass(frozen=True, eq=False)
class Months:
    """A metric at several month ends.

    days in order; value, state: towns (area_id) by day; numerator, denominator the same; whole: the branch's value by day; breaks, colours:
    the classes that all days share, over the values of all of them.
    """

    metric: Metric
    days: tuple[date, ...]
    value: pd.DataFrame
    state: pd.DataFrame
    numerator: pd.DataFrame
    denominator: pd.DataFrame
    whole: pd.Series
    breaks: Breaks
    colours: tuple[str, ...]

    def colour(self, town: str, day: date) -> str:
        """Return the colour of a town on a day; empty where it has no value."""
        value = float(self.value[day][town])
        return "" if np.isnan(value) else self.colours[int(self.breaks.class_of([value])[0])]

    def is_few(self, town: str, day: date) -> bool:
        """Whether too little is counted there on that day to judge."""
        return bool(self.state[day][town] == FEW)


def over_months(market: Market, facts: Sequence[Facts], *, key: str, rules: Rules, target: float | None, dark: bool = False) -> Months:
    """Read one metric of every town at several days.

    Parameters
    ----------
    facts
        Of the days, in order, over windows of one length.
    key
        Key of a metric.
    target
        What should be reached: an edge of the classes.
    dark
        Whether the colours are for a dark page.
    """
    metric = metrics.metric(key)
    days = tuple(each.as_of for each in facts)
    towns = market.towns.index.astype("str")
    parts: dict[str, dict[date, pd.Series]] = {name: {} for name in ("value", "state", "numerator", "denominator")}
    whole = {}
    for each in facts:
        rolled = roll_up(each, "town", market=market)
        found = metrics.evaluate(metric, rolled[rolled.index != NOT_PLACED], minimum_count=rules.minimum_count).reindex(towns)
        for name, table in parts.items():
            table[each.as_of] = found[name]
        whole[each.as_of] = float(metrics.evaluate(metric, roll_up(each, "branch", market=market))["value"].iloc[0])
    tables = {name: pd.DataFrame(table, index=towns, columns=list(days)) for name, table in parts.items()}
    palette, scheme = look_of(metric)
    breaks = breaks_of(tables["value"].to_numpy(), scheme=scheme, unit=metric.unit, better=metric.better, target=target)
    colours = class_colours(palette, breaks, target=target, better=metric.better, dark=dark)
    return Months(metric, days, **tables, whole=pd.Series(whole), breaks=breaks, colours=colours)
