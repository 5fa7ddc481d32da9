"""Every format: a file that an independent reader takes, the same each time, with no number and no harm in it."""

import csv
import io
import json
import re
import zipfile
from dataclasses import replace
from datetime import datetime, timedelta

import gpxpy
import icalendar
import openpyxl
import pandas as pd
import pypdfium2
import pytest
from defusedxml.ElementTree import fromstring

from gridmap.errors import FileError
from gridmap.files.parsed import Ask
from gridmap.files.placemarks import read_placemarks
from gridmap.reports.itinerary import FORMATS, Format, SweepSheet, itinerary_format
from gridmap.sweeps.planned import SweepPlan
from tests.gridmap.reports.itinerary.made import HOME, SHOPS, made_plan, made_sheet

EMPTY = SweepPlan((), (), seed=1, iterations=0, stopped="", travel_source="line")
EACH = pytest.mark.parametrize("format_", FORMATS, ids=[each.key for each in FORMATS])
KML = "{http://www.opengis.net/kml/2.2}"


def written(key: str, sheet: SweepSheet | None = None) -> bytes:
    return itinerary_format(key).write(sheet or made_sheet())


def words_of(key: str, data: bytes) -> str:
    """Return everything in a file that is text, as an independent reader finds it."""
    if key == "pdf":
        with pypdfium2.PdfDocument(data) as document:
            return "".join(page.get_textpage().get_text_range() for page in document)
    if key == "xlsx":
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            return "".join(packed.read(name).decode("utf-8") for name in packed.namelist())
    return data.decode("utf-8")


def test_keys_and_suffixes_are_one_each() -> None:
    assert len({each.key for each in FORMATS}) == len({each.suffix for each in FORMATS}) == len(FORMATS)
    assert all(each.suffix.startswith(".") and "/" in each.media_type and each.title for each in FORMATS)
    with pytest.raises(FileError) as refused:
        itinerary_format("doc")
    assert "pdf" in str(refused.value.expected)


@EACH
@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_the_same_sheet_is_the_same_file_and_stays_as_it_was(format_: Format, language: str) -> None:
    sheet = made_sheet(language)
    before, plan = sheet.organisations.copy(), sheet.plan
    assert format_.write(sheet) == format_.write(made_sheet(language))
    pd.testing.assert_frame_equal(sheet.organisations, before)
    assert sheet.plan == plan


@EACH
def test_a_sweep_without_a_stop_is_a_file_too(format_: Format) -> None:
    assert words_of(format_.key, format_.write(made_sheet(plan=EMPTY)))


@EACH
def test_names_are_in_the_language(format_: Format) -> None:
    def squeezed(language: str) -> str:
        return re.sub(r"\s", "", words_of(format_.key, format_.write(made_sheet(language))))

    assert "不锈钢餐具制造" in squeezed("zh_CN")
    assert "XinxingCutlery" not in squeezed("zh_CN")
    assert "XinxingCutlery" in squeezed("en")


@pytest.mark.parametrize("number", ["13812345678", "138 1234 5678", "+86-138-1234-5678", "0766-2888888", "Wang 2888.888"])
def test_a_number_that_is_not_masked_is_refused(number: str) -> None:
    frame = made_sheet().organisations
    with pytest.raises(ValueError, match="masked"):
        made_sheet(organisations=frame.assign(contact=number))


@EACH
def test_no_file_has_the_link_but_the_manager_s_own_paper(format_: Format) -> None:
    """The link opens the phone page for whoever has it; a calendar or a table is passed on."""
    assert b"branch.example" not in format_.write(made_sheet())
    assert "branch.example" not in words_of(format_.key, format_.write(made_sheet()))


@EACH
def test_organisations_without_any_column_are_called_by_their_id(format_: Format) -> None:
    bare = pd.DataFrame(index=pd.Index(["o1"]))
    assert "o1" in words_of(format_.key, format_.write(made_sheet(organisations=bare)))


def test_what_a_sheet_cannot_be() -> None:
    with pytest.raises(ValueError, match="time zone"):
        made_sheet(made_at=datetime(2026, 1, 1))  # noqa: DTZ001 - that is the point
    with pytest.raises(ValueError, match="twice"):
        made_sheet(organisations=pd.DataFrame({"name": ["a", "b"]}, index=["o1", "o1"]))


def test_gpx_has_a_route_per_day_through_named_points() -> None:
    file = gpxpy.parse(written("gpx").decode("utf-8"))
    assert [route.name for route in file.routes] == ["2026-11-02 · 李华玉", "2026-11-02 · @王芳", "2026-11-03 · 李华玉"]
    assert [len(route.points) for route in file.routes] == [4, 3, 3]
    first, tower, _shop, last = file.routes[0].points
    assert (first.latitude, first.longitude) == (last.latitude, last.longitude) == (HOME.lat, HOME.lon)
    assert (tower.latitude, tower.longitude, tower.name) == (22.7, 112.23, "1. 万象大厦")
    assert tower.time.isoformat() == "2026-11-02T00:40:00+00:00"
    assert [point.name for point in file.waypoints] == ["1. 万象大厦", "2. <b>甲&乙</b>]]>𠀀", "1. o5", "1. 丙"]


def test_kml_has_a_folder_per_day_with_numbered_stops() -> None:
    data = written("kml")
    document = fromstring(data)[0]
    folders = document.findall(f"{KML}Folder")
    assert [folder.findtext(f"{KML}name") for folder in folders] == ["2026-11-02 · 李华玉", "2026-11-02 · @王芳", "2026-11-03 · 李华玉"]
    marks = folders[0].findall(f"{KML}Placemark")
    assert [mark.findtext(f"{KML}name") for mark in marks[1:]] == ["1. 万象大厦", "2. <b>甲&乙</b>]]>𠀀"]
    assert marks[1].findtext(f"{KML}Point/{KML}coordinates") == "112.230000,22.700000"
    line = marks[0].findtext(f"{KML}LineString/{KML}coordinates")
    assert line is not None
    assert [len(each.split(",")) for each in line.split()] == [2, 2, 2, 2]


def test_our_own_import_takes_the_kml() -> None:
    parsed = read_placemarks(written("kml"), Ask("sweep.kml"))
    assert parsed.table.num_rows == 4 + 3
    assert parsed.flaws == ()


def events(data: bytes) -> list[icalendar.Event]:
    return list(icalendar.Calendar.from_ical(data).walk("VEVENT"))


def test_ics_has_an_event_per_stop_at_local_times_and_nothing_rings() -> None:
    calendar = icalendar.Calendar.from_ical(written("ics"))
    assert [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")] == ["Asia/Shanghai"]
    assert list(calendar.walk("VALARM")) == []
    tower = events(written("ics"))[0]
    assert tower["DTSTART"].dt.isoformat() == "2026-11-02T08:40:00+08:00"
    assert tower["DTSTART"].params["TZID"] == "Asia/Shanghai"
    assert tower["DTEND"].dt - tower["DTSTART"].dt == timedelta(minutes=40)
    assert (tower["GEO"].latitude, tower["GEO"].longitude) == (22.7, 112.23)
    assert str(tower["LOCATION"]) == "新城镇环城东路1号"
    assert str(events(written("ics"))[1]["LOCATION"]) == SHOPS["o3"][2]
    assert "3F 301 · 广东新兴不锈钢餐具制造有限公司" in str(tower["DESCRIPTION"])
    assert all(len(line) <= 75 for line in written("ics").split(b"\r\n"))


def test_ics_identities_last_when_times_change_and_are_one_each() -> None:
    plan = made_plan()
    later = replace(plan, days=tuple(replace(day, stops=tuple(replace(each, start_min=each.start_min + 30, leave_min=each.leave_min + 30)
                                                               for each in day.stops)) for day in plan.days))  # fmt: skip
    before, after = events(written("ics")), events(written("ics", made_sheet(plan=later, version=4, language="en")))
    assert [str(each["UID"]) for each in before] == [str(each["UID"]) for each in after]
    assert len({str(each["UID"]) for each in before}) == 4
    assert {int(each["SEQUENCE"]) for each in after} == {4}
    assert all(new["DTSTART"].dt - old["DTSTART"].dt == timedelta(minutes=30) for old, new in zip(before, after, strict=True))


def test_ics_in_a_zone_with_summer_time() -> None:
    (zone,) = icalendar.Calendar.from_ical(written("ics", made_sheet(time_zone="Europe/Lisbon"))).walk("VTIMEZONE")
    assert {part.name for part in zone.subcomponents} == {"STANDARD", "DAYLIGHT"}
    assert events(written("ics", made_sheet(time_zone="Europe/Lisbon")))[0]["DTSTART"].dt.isoformat() == "2026-11-02T08:40:00+00:00"


def csv_rows(language: str = "en") -> list[dict[str, str]]:
    data = written("csv", made_sheet(language))
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_csv_has_a_row_per_door_that_no_spreadsheet_runs() -> None:
    rows = csv_rows()
    assert [row["Organisation code"] for row in rows] == ["o1", "o2", "o3", "o5", "'007"]
    assert rows[1]["Organisation"] == "'" + SHOPS["o2"][0]
    assert rows[4]["Address"] == "'3-5"
    assert all(not value.startswith(("=", "+", "-", "@")) for row in rows for value in row.values())
    assert (rows[0]["Travel (min)"], rows[1]["Travel (min)"]) == ("6.0", "")
    assert (rows[0]["Latitude (WGS-84)"], rows[0]["Longitude (WGS-84)"]) == ("22.7", "112.23")
    assert rows[0]["Why"] == "never visited; 2 wins within 300 m"
    assert rows[0]["Contact"] == "Contact 138****5678"


def test_xlsx_has_days_and_doors_with_heading_filters_and_no_formula() -> None:
    book = openpyxl.load_workbook(io.BytesIO(written("xlsx", made_sheet("en"))))
    assert book.sheetnames == ["Days", "Doors"]
    doors = book["Doors"]
    assert doors.freeze_panes == "A2"
    assert doors.auto_filter.ref == "A1:Z6"
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    assert all(cell.hyperlink is None for cell in cells)
    headings = {cell.value: cell.column for cell in doors[1]}
    assert doors.cell(6, headings["Organisation code"]).value == "007"
    assert doors.cell(2, headings["Latitude (WGS-84)"]).value == 22.7
    assert doors.cell(2, headings["Day"]).value == datetime(2026, 11, 2)  # noqa: DTZ001 - a day has no zone
    days = [[cell.value for cell in row] for row in book["Days"].iter_rows()]
    assert ["Travel", "straight lines with a detour"] in [row[:2] for row in days]
    assert ["In all", "", None, "", "", 4, 5, 45.5, 10.3, 45] in [
        [round(value, 2) if isinstance(value, float) else value for value in row] for row in days
    ]


def test_geojson_is_longitude_first_with_ids_as_text() -> None:
    collection = json.loads(written("geojson"))
    assert collection["type"] == "FeatureCollection"
    assert "crs" not in collection
    features = collection["features"]
    assert len({feature["id"] for feature in features}) == 3 + 4
    assert all(isinstance(feature["id"], str) for feature in features)
    stop = next(feature for feature in features if feature["id"] == "stop-7-s-tower-2026-11-02")
    assert stop["geometry"] == {"type": "Point", "coordinates": [112.23, 22.7]}
    assert stop["properties"]["starts"] == "2026-11-02T08:40:00+08:00"
    assert [each["org_id"] for each in stop["properties"]["doors"]] == ["o1", "o2"]
    assert all(isinstance(feature["properties"]["sweep_id"], str) for feature in features)
    (route,) = [each for each in features if each["id"] == "route-7-M1-2026-11-02"]
    assert route["properties"]["travel_min"] == 21.5


@pytest.mark.parametrize("key", ["gpx", "kml", "ics", "geojson", "csv"])
def test_half_a_surrogate_breaks_no_file(key: str) -> None:
    frame = made_sheet().organisations.astype("object")
    frame.loc["o3", "name"] = "甲\ud800乙"
    assert written(key, made_sheet(organisations=frame)).decode("utf-8")


def test_a_minute_is_told_alike_everywhere() -> None:
    """12:00:30 is 12:01 in the calendar, on the table and on paper."""
    assert events(written("ics"))[1]["DTSTART"].dt.strftime("%H:%M") == "12:01"
    assert csv_rows()[2]["Starts"] == "12:01"
    assert "12:01" in words_of("pdf", written("pdf"))
