"""A map as a drawing inside a page: one path per class, sharp at any size, a few tens of kilobytes."""

from html import escape
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from gridmap.reports.briefing.maps import FEW_HATCH, TOWN_COLOUR, MapSheet, over, scale_length_km

WIDTH = 1000  # of the drawing, in its own units; ten metres of a branch are less than one of them
_FOOT = 40


def svg_of(sheet: MapSheet) -> str:
    """Draw a map; its legend stands beside it in the page, in the same colours and hatching."""
    west, south, east, north = sheet.cells.total_bounds
    scale = WIDTH / max(east - west, north - south, 1.0)
    height = round((north - south) * scale)
    place = (west, north, scale)
    parts: list[str] = []
    for number, look in enumerate(sheet.classes):
        inside = sheet.class_of == number
        parts.append(f'<path d="{_path(sheet.cells[inside], place)}" fill="{look.colour}" stroke="#fff" stroke-width="0.6"/>')
        for cells, hatch in ((inside, look.hatch), (inside & sheet.few, FEW_HATCH)):
            if hatch and cells.any():
                parts.append(f'<path d="{_path(sheet.cells[cells], place)}" fill="url(#{_pattern(hatch, look.colour)})"/>')
    parts.append(f'<path d="{_path(sheet.towns.geometry, place)}" fill="none" stroke="{TOWN_COLOUR}" stroke-width="1.6"/>')
    for name, point in zip(sheet.towns["name"], sheet.towns.geometry.representative_point(), strict=True):
        x, y = (point.x - west) * scale, (north - point.y) * scale
        parts.append(f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="middle" class="town">{escape(str(name))}</text>')
    parts.append(_bar(sheet, (east - west), scale, height))
    box, name = f"0 0 {WIDTH} {height + _FOOT}", escape(f"{sheet.title}. {sheet.subtitle}")
    return f'<svg viewBox="{box}" role="img" aria-label="{name}">{"".join(parts)}</svg>'


def patterns() -> str:
    """Return the hatchings that all maps of a page share."""
    return (
        '<svg width="0" height="0" aria-hidden="true"><defs>'
        f"{_lines('lines', '#333')}{_lines('light', '#fff')}"
        '<pattern id="dots" width="6" height="6" patternUnits="userSpaceOnUse"><circle cx="3" cy="3" r="1" fill="#555"/></pattern>'
        "</defs></svg>"
    )


def swatch(colour: str, hatch: str) -> str:
    """Return the little box of a legend."""
    over = f'<rect width="18" height="14" fill="url(#{_pattern(hatch, colour)})"/>' if hatch else ""
    return f'<svg width="18" height="14" aria-hidden="true"><rect width="18" height="14" fill="{colour}" stroke="#888"/>{over}</svg>'


def _lines(name: str, colour: str) -> str:
    form = f'id="{name}" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"'
    return f'<pattern {form}><line x1="0" y1="0" x2="0" y2="6" stroke="{colour}" stroke-width="1.6"/></pattern>'


def _pattern(hatch: str, colour: str) -> str:
    return "dots" if "." in hatch else "light" if over(colour) == "#ffffff" else "lines"


def _bar(sheet: MapSheet, width_m: float, scale: float, height: int) -> str:
    length_km = scale_length_km(width_m)
    long, top = length_km * 1000 * scale, height + 12
    return (
        f'<rect x="8" y="{top}" width="{long:.0f}" height="6" fill="#fff" stroke="#1a1a1a"/>'
        f'<rect x="8" y="{top}" width="{long / 2:.0f}" height="6" fill="#1a1a1a"/>'
        f'<text x="{16 + long:.0f}" y="{top + 8}" class="scale">{length_km:g} {escape(sheet.scale)}</text>'
    )


def _path(shapes: gpd.GeoSeries, place: tuple[float, float, float]) -> str:
    """Write outlines as one path, in whole units of the drawing, each corner from the one before."""
    parts, _index = shapely.get_parts(shapes.to_numpy(), return_index=True)
    rings = shapely.get_rings(parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON])
    return "".join(_ring(shapely.get_coordinates(ring), place) for ring in rings)


def _ring(corners: Any, place: tuple[float, float, float]) -> str:
    west, north, scale = place
    units = np.rint(np.column_stack([corners[:, 0] - west, north - corners[:, 1]]) * scale).astype(int)
    steps = np.diff(units[:-1], axis=0)
    steps = steps[steps.any(axis=1)]
    if len(steps) < 2:
        return ""
    return f"M{units[0, 0]} {units[0, 1]}l{' '.join(f'{x} {y}' for x, y in steps.tolist())}z"
