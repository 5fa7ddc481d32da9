"""What a layer's colours mean: classes with limits, counts and colours, states, and what should be reached."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gridmap import classes
from gridmap.classes import Breaks
from gridmap.errors import N_, Message
from gridmap.reports import ranges
from gridmap.texts import Translate, said, translator
from layers.layer import OK, CellValues, Layer


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
    breaks = ranges.breaks_of(everything, scheme=layer.scheme, unit=unit, better=better, target=target, k=layer.classes)
    colours = classes.class_colours(layer.palette, breaks, target=target, better=better, dark=dark)
    counts = breaks.counts(values.drawn())
    edges = breaks.edges
    entries = tuple(
        Entry(
            colour,
            edges[i - 1] if i else None,
            edges[i] if i < len(edges) else None,
            ranges.range_text(breaks, i, unit, everything),
            counts[i],
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


def describe(legend: Legend, *, language: str = "en") -> Mapping[str, Any]:
    """Write a legend out for the browser in a language: edges, colours, texts and counts."""
    scale, digits, pattern = ranges.unit_form(legend.unit)
    say_it = _(language)
    rows: list[dict[str, Any]] = [{"label": said(entry.label, language), "count": entry.count} for entry in legend.entries]
    target = (
        ""
        if legend.target is None
        else say_it(N_("Target {value}")).replace("{value}", ranges.write_value(legend.target, legend.unit, language))
    )
    if legend.target_at is not None and legend.target_at < len(rows):
        rows[legend.target_at]["target"] = target
        target = ""
    return {
        "edges": list(legend.breaks.edges),
        "colours": [entry.colour for entry in legend.entries],
        "legend": rows,
        "others": [{"state": state, "label": said(text, language), "count": count} for state, text, count in legend.states],
        "states": [say_it(text) for _state, text in ranges.STATES],
        "target": target,
        "scale": scale,
        "digits": digits,
        "pattern": say_it(pattern),
    }


def _states(values: CellValues) -> tuple[tuple[int, Message, int], ...]:
    found = np.bincount(values.state, minlength=len(ranges.STATES))
    return tuple((state, Message(text), int(found[state])) for state, text in ranges.STATES if state != OK and found[state])


def _(language: str) -> Translate:
    return translator(language)
