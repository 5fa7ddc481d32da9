"""Links into navigation apps: the right numbers in the right order, in the system each app draws in."""

import re
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from gridmap.coordinates import SYSTEMS, offset_m, to_wgs84
from gridmap.reports.itinerary import APPS, navigation_link, navigation_links

# A point of Beijing, WGS-84, and the published conversions of it (coordtransform's own examples).
BEIJING = (39.915, 116.404)
GCJ02 = (39.916404, 116.410244)
NAME = "甲(乙) & 丙?#=/"


def place(key: str, lat: float, lon: float, name: str = NAME) -> tuple[float, float]:
    """Read latitude and longitude out of a link, as the app's own description says they stand."""
    link = navigation_link(key, lat, lon, name)
    parts = urlsplit(link)
    query = {each: values[0] for each, values in parse_qs(parts.query).items()}
    if key == "amap":
        east, north = query["position"].split(",")
        return float(north), float(east)
    text = {
        "baidu": query.get("location", ""),
        "tencent": query.get("marker", "").removeprefix("coord:").partition(";")[0],
        "apple": query.get("ll", ""),
        "google": query.get("query", ""),
        "geo": parts.path,
    }[key]
    north, east = text.split(",")
    return float(north), float(east)


@pytest.mark.parametrize("key", ["amap", "tencent", "apple", "google"])
def test_the_published_conversion(key: str) -> None:
    assert place(key, *BEIJING) == GCJ02


def test_baidu_is_told_its_own_system() -> None:
    assert "coord_type=bd09ll" in navigation_link("baidu", *BEIJING, NAME)
    lat, lon = place("baidu", *BEIJING)
    # BD-09 adds about 0.0060 and 0.0065 degrees to GCJ-02.
    assert lat - GCJ02[0] == pytest.approx(0.0060, abs=0.001)
    assert lon - GCJ02[1] == pytest.approx(0.0065, abs=0.001)


def test_amap_is_told_its_own_system_and_a_geo_uri_is_wgs84() -> None:
    assert "coordinate=gaode" in navigation_link("amap", *BEIJING, NAME)
    assert place("geo", *BEIJING) == BEIJING


@pytest.mark.parametrize("app", APPS, ids=[each.key for each in APPS])
@pytest.mark.parametrize("where", [(22.6955, 112.2253), (31.2304, 121.4737), (43.8256, 87.6168)])
def test_read_in_its_system_a_link_leads_back_to_the_door(app: object, where: tuple[float, float]) -> None:
    shown = place(app.key, *where)  # type: ignore[attr-defined]
    back = to_wgs84(*shown, app.system)  # type: ignore[attr-defined]
    assert float(offset_m(*where, *back)) < 0.5
    for other in SYSTEMS:
        if other != app.system:  # type: ignore[attr-defined]
            assert float(offset_m(*where, *to_wgs84(*shown, other))) > 100.0  # read in another system it is another street


@pytest.mark.parametrize("app", APPS, ids=[each.key for each in APPS])
def test_outside_the_mainland_every_system_is_wgs84(app: object) -> None:
    assert place(app.key, 43.7384, 7.4246) == (43.7384, 7.4246)  # type: ignore[attr-defined]


@pytest.mark.parametrize("app", APPS, ids=[each.key for each in APPS])
def test_a_name_cannot_change_the_link(app: object) -> None:
    plain, odd = (navigation_link(app.key, *BEIJING, name) for name in ("x", 'a&coordinate=wgs84;"<>\n\ud800' + NAME))  # type: ignore[attr-defined]
    assert re.fullmatch(r"[!-~]+", odd)
    assert urlsplit(odd).netloc == urlsplit(plain).netloc
    assert parse_qs(urlsplit(odd).query).keys() == parse_qs(urlsplit(plain).query).keys()
    assert parse_qs(urlsplit(odd).query).get("coordinate") == parse_qs(urlsplit(plain).query).get("coordinate")


def test_the_name_arrives() -> None:
    assert unquote(parse_qs(urlsplit(navigation_link("amap", *BEIJING, "甲 & 乙")).query)["name"][0]) == "甲 & 乙"


def test_every_app_has_a_link() -> None:
    links = navigation_links(*BEIJING, "甲")
    assert [app.key for app, _ in links] == [each.key for each in APPS]
    assert len({link for _, link in links}) == len(APPS)
