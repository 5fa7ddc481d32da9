"""Travel from an OSRM server: real sockets, a server that answers well, and every way in which one may not."""

import json
import socket
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from gridmap.errors import TravelError
from gridmap.settings import SweepRules
from gridmap.travel import Travel, osrm_server, travel_between
from tests.gridmap.travel.table_server import Served, answering, broken_off, dripping, endless, refused_and_broken_off, send, silent

LAT, LON = (22.58, 22.59, 22.58), (113.08, 113.08, 113.10)


def between(served: Served, lat: object = LAT, lon: object = LON, **changes: object) -> Travel:
    return travel_between(lat, lon, "ebike", rules=SweepRules(osrm_url=served.url), cache=None, **changes)  # type: ignore[arg-type]


def test_the_table_comes_back_with_the_minutes_lost_per_leg(served: Served) -> None:
    travel = between(served)
    # 0.01 degree is 1,000 m on these roads, gone at 5 m/s; two minutes are lost with an e-bike.
    assert travel.metres.tolist() == [[0, 1000, 2000], [1000, 0, 3000], [2000, 3000, 0]]
    assert travel.seconds.tolist() == [[0, 320, 520], [320, 0, 720], [520, 720, 0]]
    assert (travel.source, travel.filled) == (f"osrm 127.0.0.1:{served.port}", 0)
    places = "113.080000,22.580000;113.080000,22.590000;113.100000,22.580000"
    query = "sources=0;1;2&destinations=0;1;2&annotations=duration,distance&generate_hints=false"
    assert served.asked == [f"/table/v1/bike/{places}?{query}"]


def test_places_without_a_road_are_filled_and_counted(served: Served) -> None:
    served.without = frozenset({"113.100000,22.580000"})
    travel = between(served)
    # 0.02 degree of longitude at 22.58 N: 2053.5 m, x 1.3 at 18 km/h, and two minutes.
    assert (travel.metres[0, 2], travel.seconds[0, 2]) == (2669, 654)
    assert travel.metres[0, 1] == 1000
    assert travel.filled == 2


def test_a_place_far_beside_every_road_counts_as_one_without(served: Served) -> None:
    served.beside = {"113.100000,22.580000": 501.0, "113.080000,22.590000": 499.0}
    travel = between(served)
    assert travel.metres[0, 2] == 2669
    assert travel.metres[0, 1] == 1000
    assert travel.filled == 2


def test_two_doors_of_one_place_are_no_leg(served: Served) -> None:
    travel = between(served, (22.58, 22.58), (113.08, 113.08))
    assert travel.seconds.tolist() == [[0, 0], [0, 0]]


@pytest.mark.parametrize(("count", "most", "asked"), [(250, 100, 9), (100, 100, 1), (101, 100, 4), (60, 30, 1 + 1 + 9)])
def test_large_tables_are_asked_for_in_blocks(served: Served, count: int, most: int, asked: int) -> None:
    """60 places at a server that takes 30 x 30: one block of 60 and one of 50 are refused, then nine of 25 or less are answered."""
    served.most = most
    random = np.random.default_rng(count)
    lat, lon = 22.5 + random.random(count).round(6), 113.0 + random.random(count).round(6)
    travel = between(served, lat, lon)
    here = lat.round(6)[:, None], lon.round(6)[:, None]
    wanted = (np.abs(here[0] - here[0].T) + np.abs(here[1] - here[1].T)) * 100_000.0
    assert np.abs(travel.metres - wanted).max() <= 1
    assert len(served.asked) == asked
    assert max(map(len, served.asked)) < 6000


def test_a_server_that_takes_no_table_is_named_with_what_to_do(served: Served) -> None:
    served.most = 1
    with pytest.raises(TravelError) as refused:
        between(served)
    assert refused.value.what.values["count"] == 6
    assert "--max-table-size" in str(refused.value.remedy)


def body(**values: object) -> bytes:
    whole = {"code": "Ok", "durations": [[0, 1, 1]] * 3, "distances": [[0, 1, 1]] * 3}
    return json.dumps(whole | values).encode()


@pytest.mark.parametrize(
    "behave",
    [
        answering(200, b"<html>It works!</html>"),  # another web server
        answering(200, b"[" * 100_000),  # JSON nested beyond reading
        answering(200, b'"Ok"'),  # JSON, but no object
        answering(200, b"\xff\xfe"),  # no text
        answering(400, body(code="NoSegment", message="Could not find a matching segment")),
        answering(200, body(durations=[[0, 1], [1, 0]])),  # too few
        answering(200, body(durations=[[0, 1, 1], [1, 0], [1, 1, 0]])),  # ragged
        answering(200, body(distances=None)),  # of a server before 5.18
        answering(200, body(durations=[[0, "1", 1]] * 3)),  # text
        answering(200, body(durations=[[0, True, 1]] * 3)),  # neither
        answering(200, body(durations=[[0, -1, 1]] * 3)),  # negative
        answering(200, body(durations=[[0, 10**400, 1]] * 3)),  # beyond any number
        answering(200, body().replace(b"[0, 1, 1]", b"[0, Infinity, 1]", 1)),
        answering(404, b"nothing here"),
        answering(500, b"oh dear"),
        answering(302, b"", [("Location", "http://elsewhere.example/")]),
        answering(429, b"slower"),
        answering(400, b""),
        broken_off,
        refused_and_broken_off,
        endless,
    ],
    ids=lambda each: getattr(each, "__name__", ""),
)
def test_what_is_no_table_is_refused_with_the_address_and_a_remedy(served: Served, behave: Callable[..., None]) -> None:
    served.behave = behave
    with pytest.raises(TravelError) as refused:
        between(served)
    assert refused.value.where == served.url
    assert str(refused.value.remedy)


def test_nobody_is_led_on_to_another_address(served: Served) -> None:
    served.behave = answering(302, b"", [("Location", f"{served.url}/elsewhere")])
    with pytest.raises(TravelError, match="leads on to another one"):
        between(served)
    assert len(served.asked) == 1


@pytest.mark.parametrize("behave", [silent, dripping])
def test_a_slow_server_is_given_up(served: Served, monkeypatch: pytest.MonkeyPatch, behave: Callable[..., None]) -> None:
    monkeypatch.setattr(osrm_server, "_TIMEOUT_S", 0.2)
    monkeypatch.setattr(osrm_server, "_IN_ALL_S", 0.4)
    served.behave = behave
    begun = time.monotonic()
    with pytest.raises(TravelError, match="did not answer within"):
        between(served)
    assert time.monotonic() - begun < 2.0  # one that sends a byte now and then goes on for five seconds


def test_an_answer_without_end_is_not_read_to_its_end(served: Served) -> None:
    served.behave = endless
    with pytest.raises(TravelError, match="longer than 16 MB"):
        between(served)


def test_an_answer_that_breaks_off_is_asked_for_again_and_named_for_what_it_is(served: Served) -> None:
    served.behave = broken_off
    with pytest.raises(TravelError, match="not to be reached"):
        between(served)
    assert len(served.asked) == 2


def test_nobody_there_is_named() -> None:
    with socket.socket() as taken:  # bound, so that nobody else answers there; not listening
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(TravelError, match="not to be reached") as refused:
            travel_between(LAT, LON, "foot", rules=SweepRules(osrm_url=url), cache=None)
    assert refused.value.where == url


def test_a_busy_server_is_asked_once_more(served: Served) -> None:
    def busy_once(server: Served, handler: object) -> None:
        server.behave = None
        send(handler, 503, b"busy")  # type: ignore[arg-type]

    served.behave = busy_once
    assert between(served).metres[0, 1] == 1000
    assert len(served.asked) == 2


def test_straight_lines_stand_in_only_where_that_is_agreed_and_the_source_says_so(served: Served) -> None:
    served.behave = answering(500, b"")
    travel = between(served, fall_back=True)
    assert travel.metres[0, 1] == 1501
    assert travel.source == f"line instead of osrm 127.0.0.1:{served.port}"


@pytest.mark.parametrize(
    "url",
    [
        "ftp://routes.example",  # another scheme
        "file:///etc/passwd",
        "routes.example:5000",  # none
        "http://",  # no host
        "http://me:secret@routes.example",  # a password in a setting that errors repeat
        "http://routes.example/?key=1",
        "http://routes.example:port",
        "http://routes.example/a b",
        "http://[::1",
        "http://routes.example\r\nX: y",
    ],
)
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(TravelError) as refused:
        travel_between(LAT, LON, "foot", rules=SweepRules(osrm_url=url), cache=None)
    assert "osrm_url" in str(refused.value.where)


@pytest.mark.parametrize(("mode", "profile"), [("foot", "foot"), ("ebike", "bike"), ("car", "driving")])
def test_an_address_may_name_the_mode(served: Served, mode: str, profile: str) -> None:
    served.behave = answering(200, body())
    travel_between(LAT, LON, mode, rules=SweepRules(osrm_url=served.url + "/routed-{profile}/"), cache=None)
    assert served.asked[0].startswith(f"/routed-{profile}/table/v1/{profile}/113.08")


def test_a_mode_of_the_settings_own_is_asked_for_by_its_name(served: Served) -> None:
    rules = SweepRules(osrm_url=served.url)
    travel_between(LAT, LON, "bus", rules=replace(rules, modes=(("bus", 20.0, 1.5, 6.0),)), cache=None)
    assert served.asked[0].startswith("/table/v1/bus/")
