"""Find out what a file is by its content, and give it to the reader of that format; runs in the child process."""

import re
from collections.abc import Callable
from importlib import import_module

from gridmap.errors import N_, FileError, say
from gridmap.files import archive
from gridmap.files.parsed import Ask, Parsed

Reader = Callable[[bytes, Ask], Parsed]

# Format, module, function. A module is loaded when its format is met: each file has a process of its own, and GDAL, the workbook
# reader and the rest would cost every one of them half a second.
READERS: tuple[tuple[str, str, str], ...] = (
    ("csv", "delimited", "read_delimited"),
    ("xlsx", "book", "read_book"),
    ("json", "features", "read_records"),
    ("geojson", "features", "read_features"),
    ("gpkg", "database", "read_geopackage"),
    ("geoparquet", "columnar", "read_parquet"),
    ("shapefile", "database", "read_shapefile"),
    ("kml", "placemarks", "read_placemarks"),
)

_XML = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*<(?:\?xml|!|[A-Za-z][\w:.-]*[\s/>])")
_JSON = re.compile(rb'\{\s*["}]|\[\s*(?:[{\[\]"\d-]|null|true|false)')
_FEATURES = re.compile(rb'"type"\s*:\s*"(?:FeatureCollection|Feature)"')
_KML = re.compile(rb"<(?:\w+:)?kml[\s>]")
_BINARY = (
    (b"\xd0\xcf\x11\xe0", N_("an old Excel or Word file"), N_("Save it as .xlsx or CSV.")),
    (b"%PDF", N_("a PDF"), N_("Ask for the table as .xlsx or CSV.")),
    (b"\x89PNG", N_("a picture"), N_("Ask for the table as .xlsx or CSV.")),
    (b"\xff\xd8\xff", N_("a picture"), N_("Ask for the table as .xlsx or CSV.")),
    (b"Rar!", N_("a RAR archive"), N_("Unpack it and send the files.")),
    (b"7z\xbc\xaf", N_("a 7z archive"), N_("Unpack it and send the files.")),
    (b"\x1f\x8b", N_("a gzip archive"), N_("Unpack it and send the files.")),
    (b"\x00\x00\x27\x0a", N_("a bare .shp file"), N_("Zip the .shp, .shx, .dbf, .prj and .cpg together.")),
)


def parse(data: bytes, ask: Ask) -> tuple[str, Parsed]:
    """Return the key of the format a file is in, and what it holds; the name's ending decides nothing.

    Raises
    ------
    FileError
        When it is of no format that is read here, is broken, or is over a limit.
    """
    if not data.removeprefix(b"\xef\xbb\xbf").strip():
        raise FileError(say(N_("The file is empty.")), remedy=say(N_("Export it again, and look into it before sending it.")))
    key = recognise(data, ask)
    if key == "zip":
        name, data = archive.only_file(data, ask)
        key = recognise(data, ask)
        if key in ("zip", "xlsx", "shapefile"):
            raise FileError(say(N_("The archive holds an archive ({name})."), name=name), remedy=say(N_("Unpack it and send the files.")))
    return key, reader(key)(data, ask)


def reader(key: str) -> Reader:
    """Return the reader of a format; KeyError where there is none."""
    for name, module, function in READERS:
        if name == key:
            found: Reader = getattr(import_module(f"gridmap.files.{module}"), function)
            return found
    raise KeyError(key)


def recognise(data: bytes, ask: Ask) -> str:
    """Return the key of the format by the content; `zip` for an archive of one file."""
    for magic, what, remedy in _BINARY:
        if data.startswith(magic):
            raise FileError(say(N_("This is {what}, which is not read here."), what=say(what)), remedy=say(remedy))
    if data.startswith(b"PK"):
        return archive.recognise(data, ask)
    if data.startswith(b"SQLite format 3\0"):
        return "gpkg"
    if data.startswith(b"PAR1"):
        return "geoparquet"
    head = data[: 64 * 1024]
    if _XML.match(head):
        if _KML.search(head):
            return "kml"
        raise FileError(
            say(N_("This is an XML file, but not KML.")),
            expected=say(N_("CSV, XLSX, JSON, GeoJSON, GeoPackage, GeoParquet, zipped Shapefile, KML or KMZ.")),
        )
    if _looks_like_json(head):
        return "geojson" if _FEATURES.search(head) or _FEATURES.search(data[-4096:]) else "json"
    return "csv"


def _looks_like_json(head: bytes) -> bool:
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return bool(_JSON.match(text)) and not text.startswith(b'{{"')
