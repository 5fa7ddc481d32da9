"""Maps for paper and slides, drawn once and shared by all formats: classes with counts, scale, source, and honest gaps."""

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import Patch, PathPatch, Rectangle
from matplotlib.path import Path
from pylopdf_fonts_zh_cn import sans_path

from gridmap.reports.glyphs import drawable, sized

WIDTH_PX, HEIGHT_PX, DPI = 1600, 1200, 160
# No value: a plain grey for nothing to measure, dots for what nobody knows. Lines over a colour: too few to judge.
NO_DATA_COLOUR, UNKNOWN_COLOUR, TOWN_COLOUR, INK = "#e9e9e9", "#ffffff", "#5a5a5a", "#1a1a1a"
FEW_HATCH, UNKNOWN_HATCH = "////", "...."
_LEGEND_FROM, _LARGEST_PT = 0.7, 13.0


@dataclass(frozen=True)
class MapClass:
    """One line of a legend: its text, how many cells, its colour, its hatching, and whether it is a class of values."""

    label: str
    count: int
    colour: str
    hatch: str = ""
    key: str = ""


@dataclass(frozen=True, eq=False)
class MapSheet:
    """One map: cells with the class each is in, and what is written around them.

    Attributes
    ----------
    key, title, subtitle, legend, source
        What it shows, of which branch and day, what the classes measure, and where it comes from; written out.
    cells
        Outlines in the metric CRS of the branch.
    class_of
        For each cell its place in `classes`.
    few
        Which cells are hatched, since their counts are too few to judge.
    towns
        Outlines of the towns in the same CRS, `name` written out.
    scale
        Unit of the scale bar, `km` written out.
    """

    key: str
    title: str
    subtitle: str
    legend: str
    source: str
    cells: gpd.GeoSeries
    class_of: npt.NDArray[np.intp]
    few: npt.NDArray[np.bool_]
    classes: tuple[MapClass, ...]
    few_label: str
    towns: gpd.GeoDataFrame
    scale: str

    @property
    def few_count(self) -> int:
        """How many cells are hatched."""
        return int(self.few.sum())

    @property
    def lines(self) -> tuple[MapClass, ...]:
        """The legend: the classes, then what is hatched."""
        few = (MapClass(self.few_label, self.few_count, "#ffffff", FEW_HATCH, "few"),) if self.few_count else ()
        return (*self.classes, *few)


def scale_length_km(width_m: float) -> float:
    """Return a round length for a scale bar, about a fifth of the width of a map."""
    wanted = max(width_m, 1.0) / 1000 / 5
    power = 10.0 ** math.floor(math.log10(wanted))
    return next(step * power for step in (5.0, 2.0, 1.0) if step * power <= wanted * 1.0001)


def draw_png(sheet: MapSheet) -> bytes:
    """Draw a map as a picture, 1600 by 1200 pixels; the same sheet gives the same bytes."""
    figure = Figure(figsize=(WIDTH_PX / DPI, HEIGHT_PX / DPI), dpi=DPI, facecolor="white")
    canvas = FigureCanvasAgg(figure)
    axes = figure.add_axes((0.02, 0.06, 0.67, 0.82))
    axes.set_axis_off()
    _cells(axes, sheet)
    _towns(axes, sheet)
    _scale_bar(axes, sheet)
    _legend(figure, sheet)
    _words(figure, 0.02, 0.945, sheet.title, 19)
    _words(figure, 0.02, 0.9, sheet.subtitle, 13)
    _words(figure, 0.02, 0.02, sheet.source, 10)
    target = io.BytesIO()
    canvas.print_png(target, metadata={"Software": None})
    return target.getvalue()


def font(size: float) -> FontProperties:
    """Return the font of the package at a size in points."""
    return FontProperties(fname=str(sans_path()), size=size)


def _cells(axes: Any, sheet: MapSheet) -> None:
    for number, look in enumerate(sheet.classes):
        inside = sheet.class_of == number
        _fill(axes, sheet.cells[inside], look.colour, look.hatch)
        _fill(axes, sheet.cells[inside & sheet.few], look.colour, FEW_HATCH)
    west, south, east, north = sheet.cells.total_bounds
    margin = 0.02 * max(east - west, north - south)
    axes.set_xlim(west - margin, east + margin)
    axes.set_ylim(south - margin, north + margin)
    axes.set_aspect("equal")


def _fill(axes: Any, cells: gpd.GeoSeries, colour: str, hatch: str) -> None:
    """Fill cells as one path: a patch for each costs a thousand times as much as its ink."""
    if len(cells):
        axes.add_patch(PathPatch(_path(cells), facecolor=colour, edgecolor="#ffffff", linewidth=0.25))
    if len(cells) and hatch:  # the colour of an edge is that of the hatching
        axes.add_patch(PathPatch(_path(cells), facecolor="none", edgecolor=over(colour), linewidth=0.0, hatch=hatch))


def over(colour: str) -> str:
    """Return a colour for lines over a colour: white on dark, dark on light."""
    return "#ffffff" if 0.299 * int(colour[1:3], 16) + 0.587 * int(colour[3:5], 16) + 0.114 * int(colour[5:7], 16) < 128 else "#333333"


def _path(shapes: gpd.GeoSeries) -> Path:
    """Return the outlines of shapes as one path; holes turn the other way, and so stay empty."""
    parts = shapely.get_parts(shapes.to_numpy())
    polygons = shapely.orient_polygons(parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON])
    rings = shapely.get_rings(polygons)
    corners, ring = shapely.get_coordinates(rings, return_index=True)
    codes = np.full(len(corners), Path.LINETO, dtype=Path.code_type)
    starts = np.flatnonzero(np.diff(ring, prepend=-1))
    codes[starts] = Path.MOVETO
    codes[np.append(starts[1:], len(corners)) - 1] = Path.CLOSEPOLY
    return Path(corners, codes)


def _towns(axes: Any, sheet: MapSheet) -> None:
    if not len(sheet.towns):
        return
    axes.add_patch(PathPatch(_path(sheet.towns.geometry), facecolor="none", edgecolor=TOWN_COLOUR, linewidth=0.9))
    middle = sheet.towns.geometry.representative_point()
    for name, x, y in zip(sheet.towns["name"], middle.x, middle.y, strict=True):
        text = axes.text(x, y, drawable(name), ha="center", va="center", color=INK, fontproperties=font(10), parse_math=False)
        text.set_bbox({"facecolor": "#ffffff", "alpha": 0.72, "edgecolor": "none", "pad": 1.2})


def _scale_bar(axes: Any, sheet: MapSheet) -> None:
    west, east = axes.get_xlim()
    south, north = axes.get_ylim()
    length_km = scale_length_km(east - west)
    left, base, height = west + 0.02 * (east - west), south + 0.02 * (north - south), 0.008 * (north - south)
    for part, colour in ((0, INK), (1, "#ffffff")):
        axes.add_patch(
            Rectangle((left + part * length_km * 500, base), length_km * 500, height, facecolor=colour, edgecolor=INK, linewidth=0.8)
        )
    label = f"{length_km:g} {sheet.scale}"
    axes.text(left + length_km * 1000, base + 2 * height, label, ha="right", va="bottom", fontproperties=font(11), parse_math=False)


def _legend(figure: Figure, sheet: MapSheet) -> None:
    handles = [
        Patch(
            facecolor=each.colour,
            edgecolor=over(each.colour) if each.hatch else "#8a8a8a",
            linewidth=0.5,
            hatch=each.hatch or None,
        )
        for each in sheet.lines
    ]
    labels = [drawable(f"{each.label}  ({each.count:,})") for each in sheet.lines]
    size = _fitting(labels, sheet.legend)
    place = {"loc": "upper left", "bbox_to_anchor": (_LEGEND_FROM, 0.89), "borderaxespad": 0.0, "borderpad": 0.0}
    form = {"frameon": False, "handlelength": 1.5, "handleheight": 1.1, "labelspacing": 0.45, "alignment": "left"}
    legend = figure.legend(handles, labels, prop=font(size), title=drawable(sheet.legend), **place, **form)
    legend.get_title().set_fontproperties(font(size))
    for text in (*legend.get_texts(), legend.get_title()):
        text.set_parse_math(False)


def _fitting(labels: Sequence[str], title: str) -> float:
    """Return the size in points at which a legend keeps within the picture, the largest where that leaves a choice."""
    room_pt, high_pt = (0.99 - _LEGEND_FROM) * WIDTH_PX * 72 / DPI, 0.85 * HEIGHT_PX * 72 / DPI
    widest = max(*(sized(100).getlength(label) / 100 + 2.4 for label in labels), sized(100).getlength(drawable(title)) / 100, 1.0)
    return min(_LARGEST_PT, room_pt / widest, high_pt / (1.65 * (len(labels) + 1)))


def _words(figure: Figure, x: float, y: float, text: str, size: float) -> None:
    figure.text(x, y, drawable(text), fontproperties=font(size), color=INK, parse_math=False)
