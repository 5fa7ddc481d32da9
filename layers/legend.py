"""What a layer's colours mean: classes with limits, counts and colours, states, and what should be reached."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gridmap import classes
from gridmap.classes import Breaks
from gridmap.errors import N_, Message, say
from gridmap.texts import Translate, said, translator
from layers.layer import FEW, NO_DATA, OK, OUTSIDE, UNKNOWN, CellValues, Layer


@dataclass(frozen=True)
class Entry:
    """One line: colour, limits (None where open), text and how many cells."""

    colour: str
    low: float | None
    high: float | None
    label: Message | str
    count: int


@dataclass(frozen=True)
class Legend:
    """A legend as data; `states` are (state, text, count) of what is drawn without a class."""

    entries: tuple[Entry, ...]
    states: tuple[tuple[int, Message, int], ...]
    breaks: Breaks
    unit: str
    target: float | None
    target_at: int | None


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
STATES = (
    (OK, N_("As measured")),
    (FEW, N_("Too few to judge")),
    (NO_DATA, N_("Nothing to measure here")),
    (UNKNOWN, N_("Not known")),
    (OUTSIDE, N_("Cells of others")),
)


def unit_form(unit: str) -> tuple[float, int, str]:
    """Return scale, digits and pattern of a unit; a plain number for a unit without a form of its own."""
    return next((form[1:] for form in UNITS if form[0] == unit), (1.0, 1, "{value}"))


def class_legend(
    layer: Layer,
    values: CellValues,
    *,
    unit: str,
    better: str = "",
    target: float | None = None,
    pooled: Sequence[CellValues] = (),
    dark: bool = False,
) -> Legend:
    """Describe a layer of classes.

    Parameters
    ----------
    layer
        Of kind `cells`.
    values
        What is drawn; its cells are counted.
    unit, better, target
        Of the metric; a target of None leaves the line out.
    pooled
        Values of other maps that are compared with this one: they share the breaks.
    dark
        For a dark page.
    """
    everything = np.concatenate([each.drawn() for each in (values, *pooled)])
    scheme: classes.Scheme = layer.scheme
    if scheme == "target" and target is None:
        scheme = "fifths" if unit == "share" and better == "higher" else "quantiles"
    breaks = classes.classify(everything, scheme=scheme, k=layer.classes, target=target)
    colours = classes.class_colours(layer.palette, breaks, target=target, better=better, dark=dark)
    counts = breaks.counts(values.drawn())
    edges = breaks.edges
    entries = tuple(
        Entry(
            colour, edges[i - 1] if i else None, edges[i] if i < len(edges) else None, _range_text(breaks, i, unit, everything), counts[i]
        )
        for i, colour in enumerate(colours)
    )
    at = int(np.searchsorted(np.asarray(edges, "f4"), np.float32(target), side="left")) + 1 if target is not None and edges else None
    exact = at is not None and at <= len(edges) and np.float32(edges[at - 1]) == np.float32(target if target is not None else 0)
    return Legend(entries if len(everything) else (), _states(values), breaks, unit, target, at if exact else None)


def named_legend(values: CellValues, names: Sequence[tuple[Message | str, str]], *, unit: str = "") -> Legend:
    """Describe a layer whose value is the number of a name: states or owners, (text, colour) each."""
    found = np.bincount(values.drawn().astype(np.intp), minlength=len(names)) if len(names) else np.zeros(0, np.intp)
    entries = tuple(Entry(colour, None, None, text, int(found[number])) for number, (text, colour) in enumerate(names))
    return Legend(entries, _states(values), Breaks((), float("nan"), float("nan"), "equal"), unit, None, None)


def write_value(value: float, unit: str, language: str = "en") -> str:
    """Write a value with its unit, as the legend and the pointer do."""
    scale, digits, pattern = unit_form(unit)
    return _(language)(pattern).replace("{value}", _number(value * scale, digits))


def describe(legend: Legend, *, language: str = "en") -> Mapping[str, Any]:
    """Write a legend out for the browser in a language: edges, colours, texts and counts."""
    scale, digits, pattern = unit_form(legend.unit)
    say_it = _(language)
    rows: list[dict[str, Any]] = [{"label": said(entry.label, language), "count": entry.count} for entry in legend.entries]
    target = (
        "" if legend.target is None else say_it(N_("Target {value}")).replace("{value}", write_value(legend.target, legend.unit, language))
    )
    if legend.target_at is not None and legend.target_at < len(rows):
        rows[legend.target_at]["target"] = target
        target = ""
    return {
        "edges": list(legend.breaks.edges),
        "colours": [entry.colour for entry in legend.entries],
        "legend": rows,
        "others": [{"state": state, "label": said(text, language), "count": count} for state, text, count in legend.states],
        "states": [say_it(text) for _state, text in STATES],
        "target": target,
        "scale": scale,
        "digits": digits,
        "pattern": say_it(pattern),
    }


def _range_text(breaks: Breaks, number: int, unit: str, values: Any) -> Message | str:
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


def _states(values: CellValues) -> tuple[tuple[int, Message, int], ...]:
    found = np.bincount(values.state, minlength=len(STATES))
    return tuple((state, Message(text), int(found[state])) for state, text in STATES if state != OK and found[state])


def _number(value: float, digits: int) -> str:
    """Write a number as short as it can be told apart: up to three significant digits below one, thousands set apart."""
    if value != 0 and abs(value) < 1:
        return f"{value:.2g}"
    text = f"{value:,.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _(language: str) -> Translate:
    return translator(language)
