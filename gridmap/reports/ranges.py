"""What the classes of a map are called, on the screen and on paper: limits with their units, and how a metric is classed."""

from typing import Any

import numpy as np
import numpy.typing as npt

from gridmap.classes import Breaks, Scheme, classify
from gridmap.errors import N_, Message, say
from gridmap.metrics import FEW, NO_DATA, OK, OUTSIDE, UNKNOWN, Metric
from gridmap.texts import translator

# How the browser and the legend write a number: scale, digits, and the pattern around it.
UNITS: tuple[tuple[str, float, int, str], ...] = (
    ("share", 100.0, 1, N_("{value} %")),
    ("count", 1.0, 1, "{value}"),
    ("per_km2", 1.0, 1, N_("{value} per km²")),
    ("days", 1.0, 0, N_("{value} days")),
    ("hours", 1.0, 1, N_("{value} h")),
    ("per_100", 1.0, 1, N_("{value} per 100")),
    ("money", 1.0, 0, "{value}"),
)
_TO = "\u2013"  # a dash between limits
# What a cell without a plain value is called.
STATES: tuple[tuple[int, str], ...] = (
    (OK, N_("As measured")),
    (FEW, N_("Too few to judge")),
    (NO_DATA, N_("Nothing to measure here")),
    (UNKNOWN, N_("Not known")),
    (OUTSIDE, N_("Cells of others")),
)


def unit_form(unit: str) -> tuple[float, int, str]:
    """Return scale, digits and pattern of a unit; a plain number for a unit without a form of its own."""
    return next((form[1:] for form in UNITS if form[0] == unit), (1.0, 1, "{value}"))


def write_value(value: float, unit: str, language: str = "en") -> str:
    """Write a value with its unit, as the legend and the pointer do."""
    scale, digits, pattern = unit_form(unit)
    return translator(language)(pattern).replace("{value}", _number(value * scale, digits))


def look_of(metric: Metric) -> tuple[str, Scheme]:
    """Return palette and scheme of the map of a metric: its bad end stands out, and a target parts two hues."""
    if metric.target_key:
        return "target", "target"
    fifths = metric.unit == "share" and metric.better == "higher"
    return {"higher": "bad_low", "lower": "bad_high"}.get(metric.better, "amount"), "fifths" if fifths else "quantiles"


def breaks_of(values: npt.ArrayLike, *, scheme: Scheme, unit: str, better: str, target: float | None, k: int = 6) -> Breaks:
    """Class values; a scheme that turns on a target does without where there is none."""
    if scheme == "target" and target is None:
        scheme = "fifths" if unit == "share" and better == "higher" else "quantiles"
    return classify(values, scheme=scheme, k=k, target=target)


def range_text(breaks: Breaks, number: int, unit: str, values: Any) -> Message | str:
    """Say what one class holds, of the values that were classed."""
    scale, digits, pattern = unit_form(unit)
    edges = breaks.edges
    if not edges:
        return say(pattern, value=_number(breaks.low * scale, digits)) if np.isfinite(breaks.low) else ""
    whole = bool(len(values)) and bool(np.all(values == np.round(values))) and scale == 1
    low = breaks.low if number == 0 else edges[number - 1]
    high = edges[number] if number < len(edges) else None
    if number == 0 and low == 0 and breaks.scheme not in {"fifths", "target"} and not (values[values < edges[0]] > 0).any():
        return say(pattern, value="0")
    if high is None:
        return say(pattern, value=f"≥ {_number(low * scale, digits)}")
    if number == 0:
        return say(pattern, value=f"< {_number(high * scale, digits)}")
    if whole:
        top = high - 1
        return say(pattern, value=_number(low, 0) if top <= low else f"{_number(low, 0)} {_TO} {_number(top, 0)}")
    return say(pattern, value=f"{_number(low * scale, digits)} {_TO} {_number(high * scale, digits)}")


def _number(value: float, digits: int) -> str:
    """Write a number as short as it can be told apart: up to three significant digits below one, thousands set apart."""
    if value != 0 and abs(value) < 1:
        return f"{value:.2g}"
    text = f"{value:,.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
