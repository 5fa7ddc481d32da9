"""Every metric that cells have is a layer by itself: declared once as a metric, drawn like this unless a file says otherwise."""

from gridmap.facts import ATTACHED, MEASURES
from gridmap.metrics import METRICS, Metric
from gridmap.reports.ranges import look_of
from layers.layer import Layer

# What facts of cells carry: every measure, and their area; posts and hours belong to managers.
_OF_CELLS = {name for name, _title in MEASURES} | {name for name in ATTACHED if name == "area_km2"}


def choropleth(metric: Metric) -> Layer:
    """Return the layer of a metric: its bad end stands out, and a target parts two hues."""
    palette, scheme = look_of(metric)
    return Layer(
        metric.key,
        metric.title,
        metric.family,
        "cells",
        help=metric.help,
        metric=metric.key,
        palette=palette,
        scheme=scheme,
    )


LAYERS = tuple(choropleth(metric) for metric in METRICS if {*metric.numerator, *metric.denominator} <= _OF_CELLS)
