"""Read GeoPackages and zipped Shapefiles with GDAL, in the child process, all other drivers switched off."""

import io
import zipfile
from pathlib import PurePosixPath
from typing import Any

import numpy as np
import pyogrio
import pyogrio.errors
import pyogrio.raw

from gridmap.errors import N_, FileError, Message, say
from gridmap.files import archive
from gridmap.files.columnar import texts_and_geometry
from gridmap.files.parsed import Ask, Parsed

_PARTS = (".shp", ".shx", ".dbf", ".prj")
_CODE_PAGES = (
    ("65001", "UTF-8"),
    ("utf8", "UTF-8"),
    ("936", "GB18030"),
    ("cp936", "GB18030"),
    ("gbk", "GB18030"),
    ("gb2312", "GB18030"),
    ("ansi 936", "GB18030"),
)


def read_geopackage(data: bytes, ask: Ask) -> Parsed:
    """Read the layer named like the table, else the first one.

    Raises
    ------
    FileError
        When it is broken, holds no layer, or its CRS is not known.
    """
    try:
        layers = [str(name) for name, _ in pyogrio.list_layers(data)]
        layers = [name for name in layers if name != "layer_styles"]
        if not layers:
            raise FileError(say(N_("The GeoPackage holds no layer.")))
        layer = next((name for name in layers if name.lower() == ask.table), layers[0])
        parsed = _read(data, ask, layer=layer)
    except pyogrio.errors.DataSourceError as error:
        raise FileError(say(N_("The GeoPackage is broken."))) from error
    if len(layers) == 1:
        return parsed
    return _with_note(parsed, say(N_("Of {count} layers, {layer} was read."), count=len(layers), layer=layer))


def read_shapefile(data: bytes, ask: Ask) -> Parsed:
    """Read the first Shapefile in an archive; its text is decoded by the .cpg, else as UTF-8 or GB18030.

    Raises
    ------
    FileError
        When a part is missing or broken, or its CRS is not known.
    """
    opened = archive.open_archive(data, ask)
    names = archive.members(opened)
    stem = min(PurePosixPath(name).with_suffix("") for name in names if name.lower().endswith(".shp"))
    found = {PurePosixPath(name).suffix.lower(): name for name in names if PurePosixPath(name).with_suffix("") == stem}
    for part in (".shx", ".dbf"):
        if part not in found:
            raise FileError(
                say(N_("The archive lacks {stem}{part}."), stem=str(stem), part=part),
                remedy=say(N_("Zip the .shp, .shx, .dbf, .prj and .cpg together.")),
            )
    parts = {part: archive.read_member(opened, found[part], ask, packed=len(data)) for part in _PARTS if part in found}
    stated = archive.read_member(opened, found[".cpg"], ask, packed=len(data)) if ".cpg" in found else b""
    try:
        parsed = _read(_packed(parts), ask, encoding=_encoding(stated, parts[".dbf"]))
    except pyogrio.errors.DataSourceError as error:
        raise FileError(say(N_("The Shapefile is broken."))) from error
    if ".prj" not in found:
        parsed = _with_note(parsed, say(N_("There is no .prj: the coordinates are taken to be degrees.")))
    return parsed


def _read(data: bytes, ask: Ask, **options: Any) -> Parsed:
    count = int(pyogrio.read_info(data, layer=options.get("layer"), force_feature_count=True)["features"])
    if count > ask.rows:
        raise FileError(say(N_("The file has more than {limit} rows."), limit=ask.rows), remedy=say(N_("Split it into smaller files.")))
    told, table = pyogrio.raw.read_arrow(data, **options)
    rows = np.arange(1, table.num_rows + 1, dtype=np.int64)
    name = told["geometry_name"] or "wkb_geometry"
    if name not in table.column_names:
        raise FileError(say(N_("The layer has no geometry.")), remedy=say(N_("Save a plain table as CSV.")))
    texts, source, notes = texts_and_geometry(table, name, told["crs"])
    return Parsed(texts, rows, crs=source, notes=notes)


def _packed(parts: dict[str, bytes]) -> bytes:
    """Put the parts into an archive of our own, under names that we give."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as packed:
        for part, content in parts.items():
            packed.writestr(f"shape{part}", content)
    return target.getvalue()


def _encoding(stated: bytes, attributes: bytes) -> str:
    name = stated.decode("ascii", errors="ignore").strip().lower()
    known = dict(_CODE_PAGES).get(name)
    if known is not None or name:
        return known or name.upper()
    try:
        # The header of a .dbf holds lengths and offsets, which are no text; its records begin where it says.
        attributes[int.from_bytes(attributes[8:10], "little") :].decode("utf-8")
    except UnicodeDecodeError:
        return "GB18030"
    return "UTF-8"


def _with_note(parsed: Parsed, note: Message) -> Parsed:
    return Parsed(parsed.table, parsed.rows, crs=parsed.crs, notes=(*parsed.notes, note))
