"""Writing: what goes out comes back the same in every format, and nothing in it runs."""

import io
import json
import zipfile

import geopandas
import numpy as np
import openpyxl
import pandas as pd
import pyogrio
import pytest
import shapely

from gridmap import schema
from gridmap.errors import FileError
from gridmap.files import FORMATS, read_file, write_table
from gridmap.files.layout import Style, StyleClass
from gridmap.files.parse import READERS, reader
from gridmap.files.sheets import guarded
from gridmap.files.writing import WRITERS
from gridmap.settings import Limits
from gridmap.tables import check_table
from tests.gridmap.reading_here import read_here

ORGANISATIONS, PARKS = schema.table("organisations"), schema.table("parks")
TODAY = pd.Timestamp("2026-10-31").date()
NAMES = (
    "=1+1", "+86 10", "-5", "@SUM(A1)", "\uff1d1", "'=x", "''@y", "'tis", "{{7*7}} ${1} <img src=x onerror=alert(1)> ` 😀 &amp;",
    "新兴县鸿达 “a”,;|", "two\nlines", "N° 5 / \\",
)  # fmt: skip


def organisations():
    count = len(NAMES)
    opened = pd.Series(pd.date_range("1999-12-30", periods=count, freq="500D").as_unit("us")).where(np.arange(count) % 3 > 0)
    return pd.DataFrame(
        {
            "org_id": pd.Series([f"000{at}" for at in range(count)], dtype="str"),
            "name": pd.Series(NAMES, dtype="str"),
            "opened_on": opened,
            "tier": pd.Series([("A", "M", np.nan)[at % 3] for at in range(count)], dtype="str"),
            "lat": np.where(np.arange(count) % 4 == 0, np.nan, 22.7 + np.arange(count) / 1e4),
            "lon": np.where(np.arange(count) % 4 == 0, np.nan, 112.2 + np.arange(count) / 1e4),
            "employees": pd.Series([None if at % 5 == 0 else at for at in range(count)], dtype="Int64"),
            "unified_payment": pd.Series([(True, False, None)[at % 3] for at in range(count)], dtype="boolean"),
        }
    )


def parks():
    shapes = [
        shapely.box(112.1, 22.6, 112.2, 22.7),
        shapely.MultiPolygon([shapely.box(0, 0, 1, 1), shapely.box(2, 2, 3, 3)]),
        shapely.box(0, 0, 9, 9) - shapely.box(3, 3, 4, 4),
    ]
    return pd.DataFrame({"park_id": ["P1", "P2", "P3"], "name": ["北园", "b<c>", "=c"], "geometry": [shape.wkt for shape in shapes]})


def there_and_back(frame, key, table):
    return check_table(read_here(write_table(frame, key, table=table), table=table.name), table, today=TODAY)


def same(a, b):
    if a.dtype == "float64":
        return np.allclose(a, b, atol=2e-7, equal_nan=True)
    return a.equals(b)


def test_every_format_has_a_reader_and_a_writer():
    keys = [each.key for each in FORMATS]
    assert keys == [key for key, _, _ in READERS] == [key for key, _ in WRITERS]
    assert all(callable(reader(key)) for key in keys)
    assert len(set(keys)) == len(keys)
    assert all(ending.startswith(".") for each in FORMATS for ending in each.extensions)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # GDAL dislikes a GeoPackage without an ending
@pytest.mark.parametrize("key", [each.key for each in FORMATS])
def test_organisations_come_back_as_they_went(key):
    frame = organisations()
    checked = there_and_back(frame, key, ORGANISATIONS)
    assert [finding for finding in checked.findings if finding.severity == "error"] == []
    for column in frame.columns:
        # A Shapefile holds no line break, and cuts nothing else of this.
        expected = frame[column].str.replace("\n", "\n") if column == "name" else frame[column]
        assert same(checked.accepted[column], expected), (column, checked.accepted[column].tolist())


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("key", [each.key for each in FORMATS])
def test_outlines_come_back_as_they_went(key):
    frame = parks()
    checked = there_and_back(frame, key, PARKS)
    assert checked.accepted["name"].tolist() == frame["name"].tolist()
    for here, there in zip(checked.accepted["geometry"], frame["geometry"], strict=True):
        assert shapely.equals_exact(
            shapely.normalize(shapely.from_wkt(here)).buffer(0), shapely.normalize(shapely.from_wkt(there)).buffer(0), 1e-6
        ) or (shapely.from_wkt(here).symmetric_difference(shapely.from_wkt(there)).area < 1e-6)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("key", [each.key for each in FORMATS])
@pytest.mark.parametrize("rows", [0, 1])
def test_nothing_and_one_row_can_be_written(key, rows):
    data = write_table(organisations().iloc[1 : 1 + rows].reset_index(drop=True), key, table=ORGANISATIONS)
    assert data
    if rows:
        assert len(read_here(data).rows) == 1


def test_csv_has_the_mark_and_no_cell_a_spreadsheet_would_run():
    data = write_table(organisations(), "csv", table=ORGANISATIONS)
    assert data.startswith(b"\xef\xbb\xbf")
    names = pd.read_csv(io.BytesIO(data), dtype=str)["name"].tolist()
    assert not any(name.startswith(tuple("=+-@\t\r＝＋－＠")) for name in names)  # noqa: RUF001 - the full-width signs
    assert pd.read_csv(io.BytesIO(write_table(pd.DataFrame({"n": [-5]}), "csv")))["n"].tolist() == [-5]


def test_a_header_is_guarded_too():
    assert write_table(pd.DataFrame({"=cmd": ["a"]}), "csv").splitlines()[0] == b"\xef\xbb\xbf'=cmd"
    assert [guarded(text) for text in ("=a", "'=a", "a=", "", "'a")] == ["'=a", "''=a", "a=", "", "'a"]


def test_xlsx_holds_no_formula_and_no_link_and_its_header_stands_still():
    frame = organisations()
    frame.loc[0, "name"] = "http://example.org"
    sheet = openpyxl.load_workbook(io.BytesIO(write_table(frame, "xlsx", table=ORGANISATIONS)))["organisations"]
    cells = [cell for row in sheet.iter_rows(min_row=2) for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n", "b", "d"}
    assert not any(cell.hyperlink for cell in cells)
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref
    assert sheet["A2"].value == "0000"


def test_geojson_is_what_the_rfc_asks_for():
    collection = json.loads(write_table(parks(), "geojson", table=PARKS))
    assert "crs" not in collection
    ring = collection["features"][0]["geometry"]["coordinates"][0]
    assert shapely.LinearRing(ring).is_ccw
    assert collection["features"][0]["properties"] == {"park_id": "P1", "name": "北园"}
    points = json.loads(write_table(organisations(), "geojson", table=ORGANISATIONS))
    assert points["features"][0]["geometry"] is None
    assert points["features"][1]["geometry"]["coordinates"] == [112.2001, 22.7001]


def test_a_geopackage_brings_its_styles_for_qgis(tmp_path):
    style = Style("Filing", "employees", (StyleClass(0, 5, "#ff0000", "< 5 & few"), StyleClass(5, 9, "#00ff00", "many")), shape="point")
    path = tmp_path / "a.gpkg"
    path.write_bytes(write_table(organisations(), "gpkg", table=ORGANISATIONS, styles=(style,)))
    assert [name for name, _ in pyogrio.list_layers(path)] == ["organisations", "layer_styles"]
    styles = pyogrio.read_dataframe(path, layer="layer_styles")
    assert styles["f_table_name"].tolist() == ["organisations"]
    assert styles["useAsDefault"].tolist() == [True]
    assert 'attr="employees"' in styles["styleQML"][0]
    assert styles["styleQML"][0].count("<range ") == 2
    assert geopandas.read_file(path, layer="organisations").crs.to_epsg() == 4326


def test_geoparquet_is_in_wgs84_with_a_bounding_box():
    features = geopandas.read_parquet(io.BytesIO(write_table(parks(), "geoparquet", table=PARKS)))
    assert features.crs.to_epsg() == 4326


def test_a_shapefile_says_that_it_is_utf8_and_keeps_names_apart():
    frame = parks().assign(population_a=1, population_b=2)
    data = write_table(frame, "shapefile", table=PARKS)
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        assert packed.read("parks.cpg") == b"UTF-8"
    raw = read_file(data, "a.zip", limits=Limits())
    assert {"population", "populatio2"} <= set(raw.columns)


def test_kml_escapes_what_people_wrote():
    text = write_table(organisations(), "kml", table=ORGANISATIONS).decode()
    assert "<img" not in text
    assert "&lt;img src=x onerror=alert(1)&gt;" in text


@pytest.mark.parametrize("key", [each.key for each in FORMATS if each.geometry])
def test_a_geographic_format_needs_a_geometry(key):
    with pytest.raises(FileError, match="needs a geometry"):
        write_table(pd.DataFrame({"a": [1]}), key)


def test_an_unknown_format_is_named():
    with pytest.raises(FileError, match="dwg"):
        write_table(organisations(), "dwg")
