"""Every file format: what it is called, how its files end, and what it can hold."""

from dataclasses import dataclass

from gridmap.errors import N_, FileError, say


@dataclass(frozen=True)
class Format:
    """One format: it is read by the reader of the same key in `parse.READERS` and written by that in `writing.WRITERS`."""

    key: str
    title: str
    extensions: tuple[str, ...]
    media_type: str
    geometry: bool = False


FORMATS: tuple[Format, ...] = (
    Format("csv", N_("CSV"), (".csv", ".txt", ".tsv"), "text/csv"),
    Format("xlsx", N_("Excel workbook"), (".xlsx", ".xlsm"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    Format("json", N_("JSON"), (".json", ".jsonl", ".ndjson"), "application/json"),
    Format("geojson", N_("GeoJSON"), (".geojson",), "application/geo+json", geometry=True),
    Format("gpkg", N_("GeoPackage"), (".gpkg",), "application/geopackage+sqlite3", geometry=True),
    Format("geoparquet", N_("GeoParquet"), (".parquet", ".geoparquet"), "application/vnd.apache.parquet", geometry=True),
    Format("shapefile", N_("Shapefile (zipped)"), (".zip",), "application/zip", geometry=True),
    Format("kml", N_("KML"), (".kml", ".kmz"), "application/vnd.google-earth.kml+xml", geometry=True),
)


def file_format(key: str) -> Format:
    """Return the format of that key.

    Raises
    ------
    FileError
        When there is none.
    """
    for each in FORMATS:
        if each.key == key:
            return each
    raise FileError(
        say(N_("There is no file format {format}."), format=key),
        expected=say(N_("One of: {known}."), known=", ".join(each.key for each in FORMATS)),
    )
