"""Write tables in every format: spreadsheets that run nothing, and geographic files in WGS-84."""

from collections.abc import Callable

import pandas as pd

from gridmap.errors import N_, FileError, say
from gridmap.files import geographic, markup, sheets
from gridmap.files.formats import file_format
from gridmap.files.layout import Layout, Style
from gridmap.schema import Table

Writer = Callable[[pd.DataFrame, Layout], bytes]

WRITERS: tuple[tuple[str, Writer], ...] = (
    ("csv", sheets.write_csv),
    ("xlsx", sheets.write_xlsx),
    ("json", sheets.write_json),
    ("geojson", geographic.write_geojson),
    ("gpkg", geographic.write_geopackage),
    ("geoparquet", geographic.write_geoparquet),
    ("shapefile", geographic.write_shapefile),
    ("kml", markup.write_kml),
)


def write_table(
    frame: pd.DataFrame,
    format: str,  # noqa: A002 - the word for it
    *,
    table: Table | None = None,
    name: str = "",
    styles: tuple[Style, ...] = (),
    delimiter: str = ",",
) -> bytes:
    """Write a table as a file.

    Parameters
    ----------
    frame
        The rows. For a geographic format, a GeoDataFrame, or columns `lat` and `lon`, or a column of WKT, all WGS-84;
        rows without a place are written without geometry.
    format
        Key of a format of `FORMATS`.
    table
        Gives the kinds of the columns; without it they are told from their types.
    name
        Name of the sheet, layer or document; the table's where empty.
    styles
        Styles for QGIS, stored in a GeoPackage; the first is the default.
    delimiter
        For CSV.

    Raises
    ------
    FileError
        When there is no such format, or the frame has no geometry where the format needs one.
    """
    chosen = file_format(format)
    layout = Layout(name or (table.name if table is not None else "table"), table, styles, delimiter)
    if chosen.geometry and geographic.geometry_source(frame) is None:
        raise FileError(
            say(N_("{title} needs a geometry, and the table has none."), title=say(chosen.title)),
            remedy=say(N_("Choose CSV, XLSX or JSON.")),
        )
    return dict(WRITERS)[chosen.key](frame, layout)
