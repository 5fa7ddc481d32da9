"""The days of a sweep as items: a line and then its stops in order, told apart by the number of the day."""

import json
from datetime import date

import numpy as np
import pytest

import layers
from gridmap.coordinates import from_wgs84
from gridmap.errors import N_, say
from gridmap.sweeps.planned import DayRoute, Door, PlannedStop, Reason, Stop, SweepPlan
from gridmap.sweeps.request import Place
from layers import routes
from layers.shapes import WORLD, whole
from layers.sight import Sight
from tests import builders

BASE = Place(22.70, 112.23)
WHY = Reason("never_visited", 6.0, say(N_("Never visited")))


def stop(lat, lon, *doors, at=540):
    made = tuple(Door(org, "C", 5.0, 0.7, 20, reasons=(WHY,)) for org in doors)
    return PlannedStop(Stop(doors[0], lat, lon, "", "", made), at, at, at + 20, 5, 400)


def day(number, *stops):
    return DayRoute("cm1", date(2026, 7, number), BASE, BASE, 510, 1000, None, stops, 5, 400)


@pytest.fixture
def sight():
    def look(*days, **how):
        plan = SweepPlan(days, (), 1, 1, "done", "line")
        return Sight(builders.seven_cells(), builders.plan(), builders.AS_OF, 365, sweep=plan, **how)

    return look


TWO_DAYS = (day(6, stop(22.70, 112.24, "o1"), stop(22.71, 112.24, "o2", "o3")), day(7, stop(22.69, 112.22, "o4", at=600)))


def test_a_line_stands_before_the_stops_of_its_day(sight):
    items = json.loads(json.dumps(routes.items(sight(*TWO_DAYS))))
    assert [(item["k"], bool(item["p"])) for item in items] == [("0", True), ("0", False), ("0", False), ("1", True), ("1", False)]
    assert all(set(item) <= {"p", "k", "n", "d", "at"} for item in items)


def test_the_line_goes_from_the_base_over_the_stops_and_back(sight):
    line = routes.items(sight(*TWO_DAYS))[0]["p"][0]
    x, y = np.cumsum(np.reshape(line, (-1, 2)), axis=0).T
    lat, lon = (22.70, 22.70, 22.71, 22.70), (112.23, 112.24, 112.24, 112.23)
    assert np.array_equal([x, y], whole(lat, lon))
    assert 0 < x[0] < WORLD


def test_a_stop_has_its_first_doors_name_and_how_many_more_and_why(sight):
    items = routes.items(sight(*TWO_DAYS))
    called = builders.seven_cells().tables["organisations"].drop_duplicates("org_id", keep="last").set_index("org_id")["name"]
    assert items[2]["n"].endswith(" +1")
    assert "+" not in items[1]["n"]
    assert called["o2"] in items[2]["n"] or items[2]["n"].startswith(str(called["o2"]))
    assert items[4]["d"] == "10:00-10:20 · Never visited"


def test_the_legend_line_names_day_and_manager_in_the_language(sight):
    english, chinese = (routes.items(sight(*TWO_DAYS, language=language))[0] for language in ("en", "zh_CN"))
    assert english["n"].startswith("Mon, Jul 6 · ")
    assert english["d"] == "3 doors"
    assert "7月6日" in chinese["n"]


def test_stops_stand_where_the_base_map_has_them(sight):
    moved = routes.items(sight(*TWO_DAYS, system="gcj02"))[1]["at"]
    lat, lon = from_wgs84(np.array([22.70]), np.array([112.24]), "gcj02")
    assert moved == [int(side[0]) for side in whole(lat, lon)]


def test_a_day_that_stays_at_the_base_is_not_drawn_and_keeps_its_number(sight):
    items = routes.items(sight(day(6), *TWO_DAYS))
    assert {item["k"] for item in items} >= {"1", "2"}
    drawn = [item for item in items if item["k"] == "0" and not item["p"]]
    assert drawn == []


def test_without_a_sweep_there_is_nothing():
    assert layers.layer("routes").items(Sight(builders.seven_cells(), builders.plan(), builders.AS_OF, 365)) == []


@pytest.mark.parametrize(("minutes", "said"), [(0, "00:00"), (510.4, "08:30"), (509.6, "08:30"), (1439.7, "00:00"), (1500, "01:00")])
def test_minutes_are_a_time_of_day(minutes, said):
    assert routes.clock(minutes) == said
