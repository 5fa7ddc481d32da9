"""Read KML and KMZ, in the child process; no GDAL sees them, and a document type is refused."""

import io
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element, ParseError

import numpy as np
import pyarrow as pa
import shapely
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from gridmap.errors import N_, FileError, say
from gridmap.files import archive
from gridmap.files.geometry import wkt_column
from gridmap.files.parsed import Ask, Parsed, Spot, text_table


def read_placemarks(data: bytes, ask: Ask) -> Parsed:
    """Read every placemark: name, description, extended data, and its geometry.

    Raises
    ------
    FileError
        When it is broken or holds a document type.
    """
    if data.startswith(b"PK"):
        opened = archive.open_archive(data, ask)
        name = min((name for name in archive.members(opened) if name.lower().endswith(".kml")), key=lambda name: (name != "doc.kml", name))
        data = archive.read_member(opened, name, ask, packed=len(data))
    records: list[dict[str, str]] = []
    shapes: list[Any] = []
    flaws: list[tuple[int, str]] = []
    try:
        for mark in _marks(data):
            records.append(_attributes(mark))
            shape, fault = _shape_or_fault(mark)
            shapes.append(shape)
            if fault:
                flaws.append((len(records), fault))
            if len(records) > ask.rows:
                raise FileError(say(N_("The file has more than {limit} rows."), limit=ask.rows))
    except DefusedXmlException as error:
        raise FileError(
            say(N_("The KML holds a document type or entities, which no honest KML does.")),
            remedy=say(N_("Export it again from the map it comes from.")),
        ) from error
    except ParseError as error:
        raise FileError(say(N_("The KML is broken: {reason}"), reason=str(error)[:200])) from error
    names = list(dict.fromkeys(name for record in records for name in record))
    columns: dict[str, list[str | None]] = {name: [record.get(name) for record in records] for name in names if name != "geometry"}
    table = text_table(columns) if columns else pa.table({})
    table = table.append_column("geometry", wkt_column(np.array(shapes, dtype=object)))
    spots: tuple[Spot, ...] = tuple((row, table.num_columns - 1, "not_geometry", text) for row, text in flaws)
    return Parsed(table, np.arange(1, len(records) + 1, dtype=np.int64), flaws=spots)


def _marks(data: bytes) -> Iterator[Element]:
    for _, element in iterparse(io.BytesIO(data), forbid_dtd=True):
        if _local(element) == "Placemark":
            yield element
            element.clear()


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _text(element: Element | None) -> str:
    return "".join(element.itertext()).strip() if element is not None else ""


def _child(element: Element, name: str) -> Element | None:
    return next((each for each in element if _local(each) == name), None)


def _attributes(mark: Element) -> dict[str, str]:
    found = {}
    if mark.get("id"):
        found["id"] = str(mark.get("id"))
    for name in ("name", "description", "address"):
        if (child := _child(mark, name)) is not None:
            found[name] = _text(child)
    for element in mark.iter():
        if _local(element) == "Data" and element.get("name"):
            found[str(element.get("name"))] = _text(_child(element, "value"))
        elif _local(element) == "SimpleData" and element.get("name"):
            found[str(element.get("name"))] = _text(element)
    return found


def _shape_or_fault(mark: Element) -> tuple[Any, str]:
    try:
        shapes = [shape for child in mark for shape in _shapes(child)]
    except (ValueError, IndexError, shapely.errors.GEOSException) as error:
        return None, str(error)[:80]
    return _together(shapes), ""


def _shapes(element: Element) -> list[Any]:
    kind = _local(element)
    if kind == "MultiGeometry":
        return [shape for child in element for shape in _shapes(child)]
    if kind == "Point":
        return [shapely.Point(_coordinates(element)[0])]
    if kind in ("LineString", "LinearRing"):
        return [shapely.LineString(_coordinates(element))]
    if kind == "Polygon":
        outer = _child(element, "outerBoundaryIs")
        holes = [_coordinates(each) for each in element if _local(each) == "innerBoundaryIs"]
        return [shapely.Polygon(_coordinates(outer if outer is not None else element), holes)]
    return []


def _together(shapes: list[Any]) -> Any:
    if len(shapes) <= 1:
        return shapes[0] if shapes else None
    for kind, many in ((shapely.Polygon, shapely.multipolygons), (shapely.LineString, shapely.multilinestrings)):
        if all(isinstance(shape, kind) for shape in shapes):
            return many(shapes)
    return shapely.geometrycollections(shapes)


def _coordinates(element: Element) -> list[tuple[float, float]]:
    text = " ".join(_text(each) for each in element.iter() if _local(each) == "coordinates")
    return [(float(lon), float(lat)) for lon, lat, *_ in (token.split(",") for token in text.split())]
