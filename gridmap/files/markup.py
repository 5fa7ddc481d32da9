"""Write KML for map programs; every text is escaped, balloons hold no markup of strangers."""

from typing import Any
from xml.sax.saxutils import escape, quoteattr

import pandas as pd
import shapely

from gridmap.files.geographic import attributes_and_shapes
from gridmap.files.layout import Layout
from gridmap.files.sheets import without_control

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2">\n<Document>\n'
_TAIL = "</Document>\n</kml>\n"
_DECIMALS = 7


def write_kml(frame: pd.DataFrame, layout: Layout) -> bytes:
    """Write one placemark per row: `name` as its name, every column as extended data, its geometry in WGS-84."""
    attributes, shapes = attributes_and_shapes(frame, layout)
    parts = [_HEAD, f"<name>{_escaped(layout.name)}</name>\n"]
    names = list(attributes.columns)
    for row, shape in zip(attributes.itertuples(index=False), shapes, strict=True):
        record = dict(zip(names, row, strict=True))
        parts.append("<Placemark>")
        if record.get("name"):
            parts.append(f"<name>{_escaped(record['name'])}</name>")
        parts.append("<ExtendedData>")
        parts += [
            f"<Data name={quoteattr(without_control(str(key)))}><value>{_escaped(value)}</value></Data>"
            for key, value in record.items()
            if value is not None and key != "name"
        ]
        parts.append(f"</ExtendedData>{_geometry(shape)}</Placemark>\n")
    return "".join([*parts, _TAIL]).encode("utf-8", errors="replace")


def _escaped(value: object) -> str:
    text = ("true" if value else "false") if isinstance(value, bool) else str(value)
    return escape(without_control(text))


def _geometry(shape: Any) -> str:
    if shape is None or shapely.is_empty(shape):
        return ""
    kind = shape.geom_type
    if kind == "Point":
        return f"<Point>{_coordinates(shape)}</Point>"
    if kind in ("LineString", "LinearRing"):
        return f"<LineString>{_coordinates(shape)}</LineString>"
    if kind == "Polygon":
        rings = "".join(f"<innerBoundaryIs><LinearRing>{_coordinates(ring)}</LinearRing></innerBoundaryIs>" for ring in shape.interiors)
        outer = f"<outerBoundaryIs><LinearRing>{_coordinates(shape.exterior)}</LinearRing></outerBoundaryIs>"
        return f"<Polygon>{outer}{rings}</Polygon>"
    return f"<MultiGeometry>{''.join(_geometry(part) for part in shape.geoms)}</MultiGeometry>"


def _coordinates(shape: shapely.Geometry) -> str:
    pairs = shapely.get_coordinates(shape)
    return "<coordinates>" + " ".join(f"{x:.{_DECIMALS}f},{y:.{_DECIMALS}f}" for x, y in pairs) + "</coordinates>"
