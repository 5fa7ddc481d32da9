"""The maps of a briefing: the classes of the screen, cells that may be seen, nothing drawn yet."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from gridmap import grid as grids
from gridmap import metrics
from gridmap.classes import OWNERS, class_colours, owner_colours
from gridmap.coordinates import metric_crs
from gridmap.errors import N_
from gridmap.facts import roll_up
from gridmap.metrics import FEW, NO_DATA, UNKNOWN
from gridmap.reports.briefing.maps import NO_DATA_COLOUR, UNKNOWN_COLOUR, UNKNOWN_HATCH, MapClass, MapSheet
from gridmap.reports.ranges import STATES, breaks_of, look_of, range_text
from gridmap.reports.writer import Writer
from gridmap.services.briefing_day import ReportDay
from gridmap.texts import said

# What a meeting looks at: what is filed, who has been there, what is owed; and whose it is.
MAPPED = ("filing_rate_C", "visit_coverage", "visits_owed")
NOBODY_COLOUR, OTHERS_COLOUR, HIDDEN_COLOUR = "#b3002d", "#9a9a9a", "#f6f6f6"
MOST_NAMED = 22  # owners that a legend has room for


@dataclass(frozen=True, eq=False)
class Ground:
    """What all maps of a briefing lie on, projected once: the outlines of cells and towns in metres."""

    cells: gpd.GeoSeries
    towns: gpd.GeoDataFrame
    subtitle: str
    source: str
    writer: Writer


def map_sheets(day: ReportDay, *, targets: dict[str, float | None], subtitle: str, source: str, writer: Writer) -> tuple[MapSheet, ...]:
    """Make the maps of a briefing.

    Parameters
    ----------
    targets
        Of the branch, by the key of the metric.
    subtitle, source
        What stands below each title, and below the map.

    Returns
    -------
    One sheet per metric of `MAPPED`, then whose the cells are where all of them are seen.
    """
    ground = _ground(day, subtitle, source, writer)
    rolled = roll_up(day.now, "cell", market=day.market).reindex(ground.cells.index)
    hidden = np.zeros(len(rolled), bool) if day.seen is None else ~rolled.index.isin(day.seen)
    sheets = [_metric_sheet(key, day, rolled, hidden, ground, targets.get(key)) for key in MAPPED]
    return (*sheets, *((_owner_sheet(day, ground),) if day.seen is None else ()))


def _ground(day: ReportDay, subtitle: str, source: str, writer: Writer) -> Ground:
    market = day.market
    outlines = grids.outlines(market.grid, market.grid.cells)
    west, south, east, north = outlines.total_bounds
    crs = metric_crs((south + north) / 2, (west + east) / 2)
    towns = market.towns
    named = gpd.GeoDataFrame({"name": writer.names(towns)}, geometry=towns.geometry, crs=4326).to_crs(crs)
    return Ground(outlines.to_crs(crs), named, subtitle, source, writer)


def _metric_sheet(
    key: str, day: ReportDay, rolled: pd.DataFrame, hidden: np.ndarray[tuple[int], np.dtype[np.bool_]], ground: Ground, target: float | None
) -> MapSheet:
    writer, metric = ground.writer, metrics.metric(key)
    told = metrics.evaluate(metric, rolled, minimum_count=day.rules.minimum_count)
    value, state = told["value"].to_numpy("f4"), told["state"].to_numpy("u1")
    drawn = (state <= FEW) & ~hidden
    palette, scheme = look_of(metric)
    breaks = breaks_of(value[drawn], scheme=scheme, unit=metric.unit, better=metric.better, target=target)
    colours = class_colours(palette, breaks, target=target, better=metric.better) if drawn.any() else ()
    labels = [said(range_text(breaks, number, metric.unit, value[drawn]), writer.language) for number in range(len(colours))]
    class_of = np.where(drawn, breaks.class_of(value), -1).astype(np.intp)
    counts = np.bincount(class_of[drawn], minlength=len(colours))
    classes = [
        MapClass(label, int(count), colour, key=f"class_{number}")
        for number, (label, count, colour) in enumerate(zip(labels, counts, colours, strict=True))
    ]
    titles = dict(STATES)
    for code, name, colour, hatch in ((NO_DATA, "no_data", NO_DATA_COLOUR, ""), (UNKNOWN, "unknown", UNKNOWN_COLOUR, UNKNOWN_HATCH)):
        found = (state == code) & ~hidden
        if found.any():
            class_of[found] = len(classes)
            classes.append(MapClass(writer.translate(titles[code]), int(found.sum()), colour, hatch, name))
    if hidden.any():
        class_of[hidden] = len(classes)
        classes.append(MapClass(writer.translate(N_("Cells of others")), int(hidden.sum()), HIDDEN_COLOUR, key="others"))
    return MapSheet(
        key=key,
        title=writer.translate(metric.title),
        subtitle=ground.subtitle,
        legend=_measured(writer, metric.unit, target),
        source=ground.source,
        cells=ground.cells,
        class_of=class_of,
        few=(state == FEW) & ~hidden,
        classes=tuple(classes),
        few_label=writer.translate(titles[FEW]),
        towns=ground.towns,
        scale=writer.translate(N_("km")),
    )


def _measured(writer: Writer, unit: str, target: float | None) -> str:
    """Say what the classes of a map measure, and what should be reached."""
    _ = writer.translate
    cells = _("Cells by class")
    aim = _("target {target}")
    return cells if target is None else f"{cells} · {aim.format(target=writer.goal(target, unit))}"


def _owner_sheet(day: ReportDay, ground: Ground) -> MapSheet:
    writer, market = ground.writer, day.market
    _ = writer.translate
    owners = day.plan.owners_now.reindex(ground.cells.index)
    whose = [None if pd.isna(owner) or not owner else str(owner) for owner in owners]
    colour_of = owner_colours(grids.neighbour_pairs(market.grid), whose)
    counts = pd.Series(whose, dtype="object").value_counts()
    order = sorted(counts.index, key=lambda owner: (-counts[owner], owner))
    known = market.at("managers", day.now.as_of).set_index("manager_id")
    names = writer.names(known).dropna().to_dict()
    shown, rest = order[:MOST_NAMED], order[MOST_NAMED:]
    classes = [MapClass(str(names.get(owner, owner)), int(counts[owner]), OWNERS[colour_of[owner]], key=owner) for owner in shown]
    if rest:
        classes.append(MapClass(_("Other managers"), int(counts[rest].sum()), OTHERS_COLOUR, key="others"))
    place = {owner: number for number, owner in enumerate(shown)} | dict.fromkeys(rest, len(shown))
    free = sum(owner is None for owner in whose)
    if free:
        classes.append(MapClass(_("Nobody"), free, NOBODY_COLOUR, "xx", "nobody"))
    class_of = np.array([len(classes) - 1 if owner is None else place[owner] for owner in whose], dtype=np.intp)
    return MapSheet(
        key="territories",
        title=_("Territories"),
        subtitle=ground.subtitle,
        legend=_("Cells by owner"),
        source=ground.source,
        cells=ground.cells,
        class_of=class_of,
        few=np.zeros(len(whose), bool),
        classes=tuple(classes),
        few_label="",
        towns=ground.towns,
        scale=_("km"),
    )
