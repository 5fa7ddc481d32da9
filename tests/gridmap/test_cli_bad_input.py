"""Bad files through the command line: what is wrong, where and what to do; no traceback, nothing half-written."""

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xlsxwriter

from gridmap.cli import main
from gridmap.scope import operator
from gridmap.settings import Settings
from gridmap.store import branches, open_store, read_table

HEAD = "id,name,lat,lon,our_lines,opened_on\n"
SETTLED = HEAD + "".join(f"S{n},Settled {n},{22.70 + n / 1000},{112.22 + n / 1000},{n},2020-01-01\n" for n in range(5))
BOMB_MB = 300


def noise() -> bytes:
    return np.random.default_rng(1).bytes(100 * 2**20)


def zipped(name: str, content: bytes = b"", times: int = 1) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive, archive.open(name, "w", force_zip64=True) as member:
        for _ in range(times):
            member.write(content)
    return out.getvalue()


def bomb(name: str) -> bytes:
    return zipped(name, b"0" * 2**20, BOMB_MB)


def workbook() -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["id", "name", "lat", "lon"])
        sheet.write_row(1, 0, ["A1", "One", 22.70, 112.22])
        sheet.write_row(2, 0, ["A2", "Two", 22.70, 112.22])
        sheet.write_formula(2, 1, '=HYPERLINK("http://example.invalid","click")', value="")
    return out.getvalue()


VRT = b"""<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"""
DOCTYPE = b"""<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark><name>&x;</name><Point><coordinates>112.2,22.7</coordinates></Point></Placemark>
</Document></kml>"""

# what the file is called, its content, the rule that is named, the row in the file (None: the whole)
REFUSED: tuple[tuple[str, bytes | str | Callable[[], bytes], str, int | None], ...] = (
    ("empty.csv", "", "file", None),  # an empty file
    ("latin.csv", HEAD.encode() + b"A1,Caf\xe9\xff\x00,22.7,112.2,1,\n", "file", None),  # neither UTF-8 nor GB18030
    ("utf16.csv", HEAD.encode("utf-16-le"), "file", None),  # UTF-16 that does not say so
    ("noise.csv", noise, "file", None),  # 100 MB of noise
    ("noise.gpkg", lambda: b"SQLite format 3\0" + noise()[: 2**20], "file", None),  # noise behind a promising beginning
    ("bomb.zip", lambda: bomb("x.shp"), "file", None),  # zip bombs: a shapefile,
    ("bomb.kmz", lambda: bomb("doc.kml"), "file", None),  # a map,
    ("bomb.xlsx", lambda: bomb("xl/workbook.xml"), "file", None),  # and a workbook
    ("climb.zip", lambda: zipped("../../climb.shp", b"x"), "file", None),  # a member that climbs out of the archive
    ("vrt.geojson", VRT, "file", None),  # a VRT that reads other files, under another name
    ("vrt.csv", VRT, "file", None),  # nor as a table
    ("doctype.kml", DOCTYPE, "file", None),  # a KML that asks for a file by an entity
    ("formula.xlsx", workbook, "formula", 3),  # a workbook with formulas
    ("header.csv", HEAD, "no_rows", None),  # no rows
    ("keys.csv", HEAD + "A1,One,22.7,112.22,1,\nA1,Other,22.7,112.22,1,\n", "duplicate_key", 3),  # one key, two contents
    ("repeat.csv", HEAD + "A1,One,22.7,112.22,1,\nA1,One,22.7,112.22,1,\n", "repeat", 3),  # the same row again
    ("outside.csv", HEAD + "A1,One,22.7,112.22,1,\nA2,Two,48.85,2.35,1,\n", "outside_branch", 3),  # a point in Paris
    ("swapped.csv", HEAD + "A1,One,22.7,112.22,1,\nA2,Two,112.22,22.7,1,\n", "swapped", 3),  # latitude and longitude swapped once
    ("all.csv", HEAD + "".join(f"A{n},One,112.22,22.7{n},1,\n" for n in range(9)), "swapped_columns", None),  # and everywhere
    ("infinite.csv", HEAD + "A1,One,inf,112.22,1,\n", "not_number", 2),  # no number a map has
    ("half.csv", HEAD + "A1,One,NaN,112.22,1,\n", "half_point", 2),  # NaN in one half of a point
    ("words.csv", HEAD + "A1,One,22.7,112.22,a dozen,\n", "not_number", 2),  # text in numbers
    ("minus.csv", HEAD + "A1,One,22.7,112.22,-3,\n", "out_of_range", 2),  # fewer than none
    ("dates.csv", HEAD + "A1,One,22.7,112.22,1,sometime\n", "not_date", 2),  # no day at all
    ("ragged.csv", HEAD + "A1,One,22.7,112.22,1,\nA2,Two,22.7,112.22,1,2020-01-01,more,and more\n", "ragged", 3),  # commas within a text
    ("strange.csv", "colour,taste\nred,sweet\n", "file", None),  # nothing the table knows
    ("long.csv", HEAD + f"A1,{'x' * 10_000},22.7,112.22,1,\n", "too_long", 2),  # a name of 10,000 characters
)  # fmt: skip


@pytest.fixture
def here(sqlite_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    """Stand in a folder with a store that holds five organisations."""
    monkeypatch.chdir(tmp_path)
    for name in ("GRIDMAP_SETTINGS", "GRIDMAP_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GRIDMAP_DATABASE_URL", str(sqlite_path))
    (tmp_path / "settled.csv").write_text(SETTLED, "utf-8")
    assert bring("settled.csv") == 0
    capsys.readouterr()
    return tmp_path


def bring(*words: str) -> int:
    return main(["import", "--table", "organisations", "--branch", "XX", *words])


def state(store_path: Path) -> list[Any]:
    store = open_store(str(store_path), settings=Settings())
    me = operator("test")
    found = [frame.to_csv() for frame in (branches(store, me), read_table(store, me, "XX", "organisations"))]
    store.engine.dispose()
    return found


@pytest.mark.parametrize(("name", "content", "rule", "row"), REFUSED, ids=[case[0] for case in REFUSED])
def test_a_bad_file_is_refused_by_name(
    here: Path, sqlite_path: Path, capsys: pytest.CaptureFixture[str], name: str, content: Any, rule: str, row: int | None
) -> None:
    data = content() if callable(content) else content
    (here / name).write_bytes(data if isinstance(data, bytes) else data.encode())
    before = state(sqlite_path)
    assert bring(name, "--json") == 1
    told = capsys.readouterr()
    assert "Traceback" not in told.err
    answer = json.loads(told.out)
    assert answer["file"] == name
    found = next(each for each in answer["findings"] if each["rule"] == rule)
    assert found["row"] == row
    assert found["message"]
    assert rule == "file" or found["remedy"]
    assert answer["read"] == answer["accepted"] + answer["rejected"]
    assert state(sqlite_path) == before
    assert told.err.strip()  # the same in words


def test_no_file_of_another_is_ever_shown(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, data in (("a.geojson", VRT), ("a.kml", VRT), ("b.kml", DOCTYPE), ("a.csv", VRT)):
        (here / name).write_bytes(data)
        assert bring(name, "--json") == 1
        told = capsys.readouterr()
        assert "root:" not in told.out + told.err


def test_every_fault_of_a_file_is_told_at_once(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "many.csv").write_text(HEAD + "A1,,x,112.22,y,never\nA2,Two,95,400,2,\nA3,Three,22.7,112.22,2,\n", "utf-8")
    assert bring("many.csv", "--json") == 1
    found = {(each["row"], each["column"], each["rule"]) for each in json.loads(capsys.readouterr().out)["findings"]}
    assert found >= {(2, "name", "required"), (2, "lat", "not_number"), (2, "our_lines", "not_number"), (2, "opened_on", "not_date")}
    assert found >= {(3, "lat", "out_of_range"), (3, "lon", "out_of_range")}


# Days as people write them: all the same one.
DAYS = ("2026-10-31", "2026/10/31", "31.10.2026", "20261031", "2026年10月31日")
# Names that some program somewhere would run, break on, or cut off.
NAMES = ("{{7*7}}", "${1}", "<img onerror>", "`", "🏭", "=1+1", "'; DROP TABLE organisations; --", "x" * 200, "{name}", "%s")


def test_days_in_five_ways_are_one_day(here: Path, sqlite_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "days.csv").write_text(HEAD + "".join(f"D{n},Day {n},,,,{day}\n" for n, day in enumerate(DAYS)), "utf-8")
    assert bring("days.csv", "--json") == 0, capsys.readouterr()
    store = open_store(str(sqlite_path), settings=Settings())
    rows = read_table(store, operator("test"), "XX", "organisations").set_index("org_id")
    store.engine.dispose()
    assert {str(day.date()) for day in rows.loc[[f"D{n}" for n in range(len(DAYS))], "opened_on"]} == {"2026-10-31"}


def test_names_are_kept_as_they_are(here: Path, sqlite_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    quoted = [name.replace('"', '""') for name in NAMES]
    (here / "names.csv").write_text(HEAD + "".join(f'N{n},"{name}",,,,\n' for n, name in enumerate(quoted)), "utf-8")
    assert bring("names.csv") == 0, capsys.readouterr()
    store = open_store(str(sqlite_path), settings=Settings())
    rows = read_table(store, operator("test"), "XX", "organisations").set_index("org_id")
    store.engine.dispose()
    assert [rows.loc[f"N{n}", "name"] for n in range(len(NAMES))] == list(NAMES)


def test_strange_values_are_told_as_they_are(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # A value with braces must not be taken for a template of the message it stands in.
    (here / "braces.csv").write_text(HEAD + "A1,One,22.7,112.22,{{7*7}} {lat},\n", "utf-8")
    assert bring("braces.csv") == 1
    assert "{{7*7}} {lat}" in capsys.readouterr().err


def test_one_row_is_a_file(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "one.csv").write_text(HEAD + "A1,One,22.7,112.22,1,\n", "utf-8")
    assert bring("one.csv", "--json") == 0
    assert json.loads(capsys.readouterr().out)["new"] == 1


def test_the_command_line_has_the_limits_of_the_page(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "settings.toml").write_text("[limits]\nfile_mb = 1\nrows = 3\n", "utf-8")
    monkeypatch.setenv("GRIDMAP_SETTINGS", str(here / "settings.toml"))
    assert bring("settled.csv") == 1
    assert "3 rows" in capsys.readouterr().err
    (here / "big.csv").write_text("x" * (3 * 2**20), "utf-8")
    assert bring("big.csv") == 1
    assert "3 MB" in capsys.readouterr().err
