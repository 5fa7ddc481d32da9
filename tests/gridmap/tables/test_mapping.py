"""Mapping: headers of many makers, in two languages, proposed, remembered and overruled."""

# ruff: noqa: RUF001 - full-width letters are what is tested

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmap import schema
from gridmap.tables import header_fingerprint, propose_mapping
from gridmap.tables.headers import plain_header
from gridmap.tables.mapping import mappable, stated_system

ORGANISATIONS, AREAS, BUILDINGS = (schema.table(name) for name in ("organisations", "areas", "buildings"))


@pytest.mark.parametrize(
    ("headers", "table", "expected"),
    [
        # a register in Chinese
        (
            ["企业名称", "统一社会信用代码", "注册日期", "注册资金", "注册地址"],
            ORGANISATIONS,
            {"name": "企业名称", "credit_code": "统一社会信用代码", "opened_on": "注册日期", "address": "注册地址"},
        ),
        # full width, spaces, units in brackets, another case
        ([" Ｎａｍｅ ", "LATITUDE (°)", "Lng", "经度 "], ORGANISATIONS, {"name": " Ｎａｍｅ ", "lat": "LATITUDE (°)", "lon": "Lng"}),
        # nested objects, the plain ones first
        (["id", "name", "location.latitude", "latitude"], ORGANISATIONS, {"org_id": "id", "name": "name", "lat": "latitude"}),
        (
            ["name", "location.latitude", "location.longitude"],
            ORGANISATIONS,
            {"name": "name", "lat": "location.latitude", "lon": "location.longitude"},
        ),
        # two systems side by side: WGS-84 is taken
        (
            ["name", "lng", "lat", "lng_wgs84", "lat_wgs84"],
            ORGANISATIONS,
            {"name": "name", "lat": "lat_wgs84", "lon": "lng_wgs84"},
        ),
        (["name", "lng_gcj02", "lat_gcj02"], ORGANISATIONS, {"name": "name", "lat": "lat_gcj02", "lon": "lng_gcj02"}),
        # a column that is its own name beats one that is called like it
        (["code", "area_id", "name"], AREAS, {"area_id": "area_id", "name": "name"}),
        # a geometry serves a point table where there is no pair of columns, and only there
        (["building_id", "name", "WKT"], BUILDINGS, {"building_id": "building_id", "name": "name", "geometry": "WKT"}),
        (
            ["building_id", "name", "lat", "lon", "WKT"],
            BUILDINGS,
            {"building_id": "building_id", "name": "name", "lat": "lat", "lon": "lon"},
        ),
        # names that a Shapefile cut, and a slip of the finger
        (
            ["unified_pa", "relationsh", "openned_on"],
            ORGANISATIONS,
            {"unified_payment": "unified_pa", "relationship": "relationsh", "opened_on": "openned_on"},
        ),
    ],
)
def test_headers_find_their_columns(headers, table, expected):
    mapping = propose_mapping(headers, table)
    assert dict(mapping.columns) == expected
    assert set(mapping.unused) == set(headers) - set(expected.values())
    assert set(mapping.how) == set(expected)


def test_what_is_given_beats_what_is_remembered_and_found():
    headers = ["name", "trading_name", "y", "x", "note"]
    mapping = propose_mapping(
        headers, ORGANISATIONS, given={"name": "trading_name", "lon": "#3", "lat": ""}, remembered={"name": "note", "address": "note"}
    )
    assert dict(mapping.columns) == {"name": "trading_name", "lon": "y", "address": "note"}
    assert dict(mapping.how) == {"name": "given", "lon": "given", "address": "remembered"}


def test_what_is_remembered_but_gone_is_forgotten_and_what_is_given_but_missing_is_kept_to_be_named():
    mapping = propose_mapping(["name"], ORGANISATIONS, remembered={"address": "gone"}, given={"lat": "nowhere", "lon": "#9"})
    assert dict(mapping.columns) == {"name": "name", "lat": "nowhere", "lon": "#9"}


def test_every_declared_header_is_found_alone():
    for table in schema.TABLES:
        for column in table.columns:
            assert propose_mapping([column.name], table).header(column.name) == column.name, (table.name, column.name)
            for header in column.headers:
                found = propose_mapping([header], table)
                assert found.columns, (table.name, column.name, header)


@given(st.lists(st.text(max_size=12), unique=True, max_size=12))
def test_no_header_serves_twice_whatever_they_are(headers):
    for table in (ORGANISATIONS, AREAS):
        mapping = propose_mapping(headers, table)
        assert len(set(mapping.columns.values())) == len(mapping.columns)
        assert set(mapping.columns) <= set(mappable(table))
        assert set(mapping.columns.values()) | set(mapping.unused) == set(headers)


def test_two_files_with_the_same_headers_have_the_same_fingerprint():
    assert header_fingerprint(["Name", "LAT "]) == header_fingerprint(["name", "lat"])
    assert header_fingerprint(["name", "lat"]) != header_fingerprint(["lat", "name"])


def test_headers_are_made_comparable_and_name_their_system():
    assert plain_header(" Ｏｒｇ_ID (编号) ") == "orgid"
    assert plain_header("(°)") != ""
    assert [stated_system(header) for header in ("lng_gcj02", "Lat (WGS-84)", "bd09_lon", "经度")] == ["gcj02", "", "bd09", ""]
