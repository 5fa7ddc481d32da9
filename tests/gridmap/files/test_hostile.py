"""Files made to hurt: each is refused with a reason, and the process that refuses it lives."""

import http.server
import io
import json
import os
import subprocess
import sys
import threading
import zipfile

import pytest

from gridmap.errors import FileError
from gridmap.files import read_file, reading
from gridmap.settings import Limits
from tests.gridmap.reading_here import read_here

LIMITS = Limits()

VRT = """<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource relativeToVRT="0">{source}</SrcDataSource>
<SrcLayer>{layer}</SrcLayer></OGRVRTLayer></OGRVRTDataSource>"""


def refused(data, name="file.csv", limits=LIMITS):
    with pytest.raises(FileError) as caught:
        read_file(data, name, limits=limits, table="organisations")
    assert str(caught.value.what)
    assert caught.value.where == name
    return caught.value


def zipped(members, compression=zipfile.ZIP_DEFLATED):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", compression) as packed:
        for name, content in members:
            packed.writestr(name, content)
    return target.getvalue()


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "empty"),
        (b"  \r\n \n", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"org_id,name\n1,\xff\xfe\xff\n", "neither UTF-8 nor GB18030"),
        (b"org_id,name\n1,a\x00b\n", "neither UTF-8 nor GB18030"),
        (b'org_id,name\n1,"a\n2,b\n3,c\n', "never closed"),
        (b"%PDF-1.7", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "old Excel"),
        (b"\x1f\x8b\x08\x00", "gzip"),
        (b"PK\x03\x04 not a zip", "archive is broken"),
        (b"SQLite format 3\0" + b"x" * 2000, "GeoPackage is broken"),
        (b"PAR1 xxxx PAR1", "Parquet file is broken"),
        (b'[{"a": 1},', "breaks off at line 1"),
        (b"[1, 2, 3]", "not a list of objects"),
        (b"[" * 50_000, "nested too deeply"),
        (b"<html><body>login</body></html>", "not KML"),
        (b'<?xml version="1.0"?><gpx></gpx>', "not KML"),
        (b"<kml><Document><Placemark>", "KML is broken"),
    ],
)
def test_what_is_no_table_is_refused_with_the_reason(data, why):
    with pytest.raises(FileError) as caught:
        read_here(data)
    assert why in str(caught.value.what)
    assert caught.value.where == "file"


def test_a_hundred_megabytes_of_noise_are_refused_quickly():
    error = refused(os.urandom(100 * 2**20))
    assert "neither UTF-8 nor GB18030" in str(error.what)


@pytest.mark.parametrize("name", ["evil.geojson", "evil.kml", "evil.csv", "evil.shp"])
def test_a_vrt_in_disguise_reaches_no_file(name, tmp_path):
    secret = tmp_path / "secret.csv"
    secret.write_text("a,b\n1,canary\n", "utf-8")
    refused(VRT.format(source=secret, layer="secret").encode(), name)


def test_a_vrt_reaches_no_host():
    hits = []

    class Trap(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            hits.append(self.path)
            self.send_error(404)

        do_HEAD = do_GET  # noqa: N815 - the library's name

    server = http.server.HTTPServer(("127.0.0.1", 0), Trap)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    refused(VRT.format(source=f"/vsicurl/http://127.0.0.1:{server.server_port}/a.csv", layer="a").encode(), "net.geojson")
    server.shutdown()
    server.server_close()
    assert hits == []


def in_child_environment(code, data=b""):
    from pyogrio import list_drivers  # noqa: PLC0415 - loads GDAL

    return subprocess.run(
        [sys.executable, "-I", "-c", code],
        input=data,
        env=reading.child_environment(list_drivers()),
        capture_output=True,
        check=False,
        timeout=60,
    )


def test_gdal_in_the_child_knows_no_driver_but_those_allowed():
    done = in_child_environment("import pyogrio, json, sys; sys.stdout.write(json.dumps(sorted(pyogrio.list_drivers())))")
    assert set(json.loads(done.stdout)) <= set(reading.DRIVERS) | {"Memory"}


def test_the_child_has_none_of_the_parents_secrets(monkeypatch):
    monkeypatch.setenv("GRIDMAP_SECRET", "canary")
    monkeypatch.setenv("GRIDMAP_DATABASE_URL", "canary")
    assert "canary" not in reading.child_environment({}).values()


@pytest.mark.parametrize(
    "data",
    [
        b'<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY x SYSTEM "file:///etc/hostname">]><kml><Placemark><name>&x;</name></Placemark></kml>',
        b'<!DOCTYPE kml [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><kml><Placemark><name>&b;</name></Placemark></kml>',
        b"<!DOCTYPE kml><kml><Placemark><name>x</name></Placemark></kml>",
    ],
)
def test_a_kml_with_a_document_type_is_refused(data):
    assert "document type" in str(refused(data, "x.kml").what)


def test_a_zip_bomb_is_refused_by_its_ratio_and_by_its_size():
    bomb = zipped([("a.csv", b"org_id,name\n" + b"1,a\n" * 12_000_000)])
    assert len(bomb) < 200_000
    assert "times its size" in str(refused(bomb, "a.zip").what)
    assert "larger than 10 MB" in str(refused(bomb, "a.zip", Limits(unpacked_mb=10)).what)


def test_a_zip_that_lies_about_its_size_is_counted_while_it_is_read():
    bomb = bytearray(zipped([("a.csv", b"org_id,name\n" + b"1,a\n" * 12_000_000)]))
    directory = bomb.rfind(b"PK\x01\x02")
    for place in (directory + 24, bomb.find(b"PK\x03\x04") + 22):
        bomb[place : place + 4] = (1000).to_bytes(4, "little")
    refused(bytes(bomb), "a.zip")


def test_nested_many_and_encrypted_archives_are_refused():
    inner = zipped([("a.csv", b"org_id\n1\n")])
    assert "archive holds an archive" in str(refused(zipped([("inner.zip", inner)]), "a.zip").what)
    assert "archive holds an archive" in str(refused(zipped([("inner.csv", inner)]), "a.zip").what)
    assert "300 members" in str(refused(zipped([(f"{at}.csv", b"x") for at in range(300)]), "a.zip").what)
    locked = bytearray(inner)
    for magic, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        locked[locked.find(magic) + offset] |= 1
    assert "encrypted" in str(refused(bytes(locked), "a.zip").what)


def test_a_member_that_climbs_out_is_only_ever_bytes(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    raw = read_file(zipped([("../../evil.csv", b"org_id,name\n1,a\n")]), "a.zip", limits=LIMITS)
    assert raw.frame["name"].tolist() == ["a"]
    assert list(tmp_path.iterdir()) == []
    assert not (tmp_path.parent.parent / "evil.csv").exists()


def test_an_xlsx_with_entities_is_refused():
    sheet = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><worksheet><sheetData><row><c><v>&a;</v></c></row></sheetData></worksheet>'
    refused(
        zipped([("[Content_Types].xml", sheet), ("xl/workbook.xml", sheet), ("xl/worksheets/sheet1.xml", sheet)]),
        "x.xlsx",
    )


def test_limits_on_size_rows_memory_and_time():
    rows = b"x,y\n" + b"1,2\n" * 2_100_000
    assert "MB are allowed" in str(refused(rows, limits=Limits(file_mb=1)).what)
    assert "more than 2000000 rows" in str(refused(rows).what)
    refused(rows * 10, limits=Limits(memory_mb=600, rows=10**9))
    assert "within" in str(refused(rows * 10, limits=Limits(cpu_s=1, rows=10**9)).what)
    assert "within" in str(refused(rows, limits=Limits(wall_s=0)).what)
    # The process that refused all of it reads the next file.
    assert len(read_file(b"org_id,name\n1,a\n", "a.csv", limits=LIMITS).rows) == 1


def test_the_child_starts_from_a_folder_where_gridmap_is_not_installed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert read_file(b"org_id,name\n1,a\n", "a.csv", limits=LIMITS).frame["name"].tolist() == ["a"]
