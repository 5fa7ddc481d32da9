"""Reading: encodings, delimiters, headers, row numbers, every format, as people's programs write them."""

import io
import json
import zipfile

import geopandas
import numpy as np
import openpyxl
import pytest
import shapely
import xlsxwriter

from gridmap.errors import FileError
from gridmap.files import read_file
from gridmap.settings import Limits
from tests.gridmap.reading_here import read_here

LIMITS = Limits()
read = read_here


def workbook(rows, *, sheets=(), formulas=()):
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        for name, content in (*sheets, ("Data", rows)):
            sheet = book.add_worksheet(name)
            for at, row in enumerate(content):
                sheet.write_row(at, 0, row)
            for cell, formula, value in formulas:
                sheet.write_formula(cell, formula, None, value)
    return target.getvalue()


@pytest.mark.parametrize(
    ("encoding", "told"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("gb18030", "gb18030"), ("gbk", "gb18030"), ("utf-16", "utf-16")],
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "^"])
def test_csv_in_the_encodings_and_delimiters_of_the_trade(encoding, told, delimiter):
    text = delimiter.join(["集团编码", "单位名称", "纬度"]) + "\r\n" + delimiter.join(["0012", "新兴县鸿达", "22.7"]) + "\r\n"
    raw = read(text.encode(encoding))
    assert (raw.encoding, raw.delimiter, raw.has_header) == (told, delimiter, True)
    assert raw.frame.to_dict("records") == [{"集团编码": "0012", "单位名称": "新兴县鸿达", "纬度": "22.7"}]
    assert raw.rows.tolist() == [2]


def test_row_numbers_are_those_of_the_file_across_blank_lines_and_long_cells():
    raw = read(b'org_id,name\n1,"two\nlines"\n\n2,b\n,\n3,c\n')
    assert raw.frame["org_id"].tolist() == ["1", "2", "3"]
    assert raw.rows.tolist() == [2, 4, 6]


def test_rows_with_too_few_or_too_many_fields_are_kept_and_marked():
    raw = read(b"org_id,name,lat\n1,a,22\n2,b,22,more\n3\n4,d,22,,\n")
    assert raw.rows.tolist() == [2, 3, 4, 5]
    assert raw.frame["org_id"].tolist() == ["1", "2", "3", "4"]
    assert [(flaw.row, flaw.rule, flaw.value) for flaw in raw.flaws] == [(3, "ragged", "4"), (4, "ragged", "1")]


@pytest.mark.parametrize(
    ("data", "header"),
    [
        (b"39.92,116.35\n39.95,116.46\n", False),  # numbers
        (b"a,2020-01-01\nb,2020-01-02\n", False),  # a date
        ("广州市维埃易贸易有限公司,91440101698694672C\n".encode(), False),  # a credit code
        (b"alpha,beta\n1,2\n", True),  # words, all different
        (b"lat,22\n1,2\n", True),  # a known header beside a number
        (b"#1,#2\n1,2\n", True),  # our own reject file
        (b"x,x\n1,2\n", True),  # x is a known header, twice
    ],
)
def test_a_header_is_told_from_a_first_row(data, header):
    raw = read(data)
    assert raw.has_header is header
    assert raw.rows[0] == (2 if header else 1)
    assert len(set(raw.columns)) == len(raw.columns)


def test_a_title_above_the_header_is_left_out_and_told():
    raw = read(b"Customers of Xinxing county\norg_id,name,lat,lon\n1,a,22,112\n")
    assert raw.columns == ("org_id", "name", "lat", "lon")
    assert raw.rows.tolist() == [3]
    assert len(raw.notes) == 1


def test_excels_hint_of_the_delimiter_is_followed():
    raw = read(b"sep=;\norg_id;name\n1;a,b\n")
    assert raw.frame["name"].tolist() == ["a,b"]
    assert raw.rows.tolist() == [3]


def test_xlsx_gives_values_as_people_see_them():
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["org_id", "name", "opened_on", "employees", "core"])
        sheet.write_row(2, 0, ["0012", "鸿达"])
        sheet.write_datetime(2, 2, __import__("datetime").datetime(2026, 10, 31), book.add_format({"num_format": "yyyy-mm-dd"}))
        sheet.write_number(2, 3, 12)
        sheet.write_boolean(2, 4, True)
    raw = read(target.getvalue())
    assert raw.source_format == "xlsx"
    assert raw.frame.to_dict("records") == [
        {"org_id": "0012", "name": "鸿达", "opened_on": "2026-10-31", "employees": "12", "core": "true"}
    ]
    assert raw.rows.tolist() == [3]


def test_xlsx_takes_the_sheet_named_like_the_table():
    raw = read(
        workbook([["org_id", "name"], ["2", "b"]], sheets=[("Notes", [["hello"]]), ("organisations", [["org_id", "name"], ["1", "a"]])])
    )
    assert raw.frame["org_id"].tolist() == ["1"]
    assert "organisations" in str(raw.notes[0])


def test_a_formula_is_read_by_its_saved_result_and_never_worked_out():
    raw = read(workbook([["org_id", "name", "employees"], ["1", "a", 0]], formulas=[("C2", "=40+2", 7)]))
    assert raw.frame["employees"].tolist() == ["7"]
    assert "1 cells hold formulas" in str(raw.notes[0])
    assert raw.flaws == ()


def test_a_formula_without_a_saved_result_is_a_flaw_of_its_cell():
    book = openpyxl.Workbook()
    book.active.append(["org_id", "name", "employees"])
    book.active.append(["1", "a", "=40+2"])
    book.active.append(["2", "b", "#REF!"])
    target = io.BytesIO()
    book.save(target)
    raw = read(target.getvalue())
    assert [(flaw.row, flaw.column, flaw.rule) for flaw in raw.flaws] == [(2, "employees", "formula"), (3, "employees", "formula_error")]


def test_a_long_workbook_is_refused_naming_csv():
    rows = [["org_id", "name"], *([str(at), "a"] for at in range(50))]
    with pytest.raises(FileError) as caught:
        read(workbook(rows), "long.xlsx", limits=Limits(xlsx_rows=20))
    assert "CSV" in str(caught.value.remedy)


def test_json_arrays_are_flattened():
    data = [{"id": 1, "name": "a", "location": {"latitude": "22.7"}, "tags": ["x"], "ok": True}, {"id": 2, "n": None, "rate": 2.50}]
    raw = read(json.dumps(data).encode())
    assert raw.columns == ("id", "name", "location.latitude", "tags", "ok", "n", "rate")
    assert raw.frame.iloc[0].dropna().to_dict() == {"id": "1", "name": "a", "location.latitude": "22.7", "tags": '["x"]', "ok": "true"}
    assert raw.frame["rate"].tolist()[1] == "2.5"
    assert raw.rows.tolist() == [1, 2]


@pytest.mark.parametrize("data", [b'{"meta": 1, "data": [{"id": 1}, {"id": 2}]}', b'{"id": 1}\n{"id": 2}\n', b'[{"id": 1}, {"id": 2}]'])
def test_json_comes_in_three_shapes(data):
    assert read(data).frame["id"].tolist() == ["1", "2"]


def test_geojson_with_a_crs_member_is_reprojected():
    collection = {
        "type": "FeatureCollection",
        "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3857"}},
        "features": [
            {"type": "Feature", "id": 7, "properties": {"name": "a"}, "geometry": {"type": "Point", "coordinates": [12489951, 2592837]}}
        ],
    }
    raw = read(json.dumps(collection).encode())
    point = shapely.from_wkt(raw.frame["geometry"][0])
    assert (round(point.x, 2), round(point.y, 2)) == (112.2, 22.68)
    assert raw.crs == "EPSG:3857"
    assert raw.frame["id"].tolist() == ["7"]


def frame_3857():
    points = geopandas.GeoSeries([shapely.Point(112.2, 22.7), shapely.Point(112.3, 22.8)], crs=4326).to_crs(3857)
    return geopandas.GeoDataFrame({"id": [1, 2], "name": ["新兴", "b"], "size": [1.5, np.nan]}, geometry=points)


@pytest.mark.parametrize("kind", ["gpkg", "parquet", "shapefile"])
def test_files_in_another_crs_are_reprojected(kind, tmp_path):
    if kind == "gpkg":
        frame_3857().to_file(tmp_path / "a.gpkg", layer="x")
        data = (tmp_path / "a.gpkg").read_bytes()
    elif kind == "parquet":
        frame_3857().to_parquet(tmp_path / "a.parquet")
        data = (tmp_path / "a.parquet").read_bytes()
    else:
        data = zipped_shapefile(frame_3857(), tmp_path, "UTF-8")
    raw = read_file(data, "file", limits=LIMITS)
    assert raw.crs == "EPSG:3857"
    assert raw.frame["name"].tolist() == ["新兴", "b"]
    assert raw.frame["id"].tolist() == ["1", "2"]
    x, y = shapely.get_coordinates(shapely.from_wkt(raw.frame["geometry"].to_numpy(dtype=object)))[0]
    assert (round(x, 6), round(y, 6)) == (112.2, 22.7)


def zipped_shapefile(frame, folder, encoding, *, cpg=True, folder_in_zip=""):
    frame.to_file(folder / "shape.shp", encoding=encoding)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as packed:
        for path in folder.glob("shape.*"):
            if path.suffix != ".cpg" or cpg:
                packed.write(path, f"{folder_in_zip}{path.name}")
    return target.getvalue()


@pytest.mark.parametrize("encoding", ["UTF-8", "GBK"])
@pytest.mark.parametrize("cpg", [True, False])
def test_shapefiles_are_read_in_their_code_page_with_and_without_cpg(encoding, cpg, tmp_path):
    raw = read(zipped_shapefile(frame_3857().to_crs(4326), tmp_path, encoding, cpg=cpg, folder_in_zip="in/side/"))
    assert raw.frame["name"].tolist() == ["新兴", "b"]
    assert raw.crs is None


def test_a_shapefile_without_its_table_is_refused_naming_the_part():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as packed:
        packed.writestr("shape.shp", b"x")
    with pytest.raises(FileError, match=r"shape\.shx"):
        read(target.getvalue())


KML = b"""<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document><Folder>
<Placemark id="p1"><name>A &amp; B</name><ExtendedData><Data name="kind"><value>shop</value></Data></ExtendedData>
<Point><coordinates>112.2,22.7,0</coordinates></Point></Placemark>
<Placemark><name>Area</name><MultiGeometry><Polygon><outerBoundaryIs><LinearRing><coordinates>0,0 1,0 1,1 0,0</coordinates></LinearRing>
</outerBoundaryIs></Polygon></MultiGeometry></Placemark></Folder></Document></kml>"""


@pytest.mark.parametrize("kmz", [False, True])
def test_kml_and_kmz(kmz):
    data = KML
    if kmz:
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w") as packed:
            packed.writestr("doc.kml", KML)
        data = target.getvalue()
    raw = read(data)
    assert raw.source_format == "kml"
    assert raw.frame["name"].tolist() == ["A & B", "Area"]
    assert raw.frame["kind"][0] == "shop"
    assert raw.frame["geometry"].tolist() == ["POINT (112.2 22.7)", "POLYGON ((0 0, 1 0, 1 1, 0 0))"]


def test_progress_runs_from_nothing_to_all():
    seen = []
    rows = [["org_id", "name"], *([str(at), "a"] for at in range(11_000))]
    read_file(workbook(rows), "a.xlsx", limits=LIMITS, table="organisations", progress=lambda done, what: seen.append((done, str(what))))
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert seen[0][0] == 0
    assert seen[-1][0] == 1
    assert len(seen) > 2


def test_a_header_without_the_delimiter_that_ends_every_other_row_is_still_the_header():
    raw = read(b"org_id,name,lat\n1,a,22,\n2,b,23,\n")
    assert raw.has_header
    assert raw.columns[:3] == ("org_id", "name", "lat")
    assert raw.rows.tolist() == [2, 3]
    assert not raw.flaws
