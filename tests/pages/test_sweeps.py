"""The section Plan of the page Sweeps: from one press to doors that are locked, and what whoever presses may see."""

import json
import time
from datetime import date, timedelta

import pytest
import streamlit_folium

from bench.branches import BRANCH, CENTRE, NOW_US, TRIPWIRES
from gridmap.schema.staff import MANAGERS
from gridmap.scope import operator
from gridmap.store import door_locks, link_of_token, phone_links, sweep_record, sweeps, write_rows
from gridmap.sweeps.written import read_plan, read_request
from pages.parts.sweeping import phones
from pages.shared import app, cached

PATIENCE_S = 60
SCOPE = operator("test")


@pytest.fixture
def page(own_page, tmp_path, monkeypatch):
    """The page over a store of its own, with a planner that does not look for long."""
    settings = tmp_path / "settings.toml"
    settings.write_text("[sweeps]\niterations = 300\nmost_doors = 6\n", "utf-8")
    monkeypatch.setenv("GRIDMAP_SETTINGS", str(settings))
    for made in (app.settings, app.store):
        made.clear()

    def opened(role="branch_manager", **address):
        return own_page("sweeps.py", role, branch=BRANCH, part="plan", **address)

    opened("executive")  # which has the store opened
    _give_bases()
    yield opened
    for made in (app.settings, app.store):
        made.clear()


def _give_bases():
    """Managers of this branch have no base of their own: days begin in its middle."""
    market = cached.market(SCOPE, BRANCH)
    rows = market.tables["managers"].drop_duplicates("manager_id", keep="last").assign(lat=CENTRE[0], lon=CENTRE[1])
    told = {"as_of": None, "now_us": NOW_US + 20, "file_name": "m.csv", "file_sha256": "bases", "mapping": {}, "source": ""}
    write_rows(app.store(), SCOPE, BRANCH, "managers", rows[[name for name in MANAGERS.names if name in rows]], **told)


def settled(test):
    """Run the page until nothing is searched for any more."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        test.run()
        assert not test.exception, test.exception
        waiting = ("sweep_cancel", "sweep_repair_stop")
        if not any(button.key in waiting for button in test.button) and not any("door by door" in each.value for each in test.caption):
            return test
        time.sleep(0.05)
    raise TimeoutError


def planned(page, role="branch_manager", **address):
    test = page(role, sweep="new", **address)
    assert not test.exception
    test.button("new_sweep_begin").click()
    return settled(test)


def record(test):
    return sweep_record(app.store(), SCOPE, BRANCH, int(test.session_state["view"]["sweep"]))


def press(test, key):
    test.button(key).click()
    return settled(test)


def tab(test, title):
    """Open a tab: the test of pages has no hand for one."""
    test.session_state["sweep_tabs_en"] = title
    return settled(test)


def handed(test):
    """What the map component was handed."""
    return next(json.loads(each.proto.json_args) for each in test.main if each.type == "component_instance")


def texts(test):
    return [each.value for each in test.text]


# From nothing to a plan


@pytest.mark.parametrize("part", ["today", "plan", "records", "on_site"])
@pytest.mark.parametrize("role", ["branch_manager", "community_manager", "chief", "account_manager"])
def test_every_section_opens_for_who_plans_sweeps(open_page, role, part):
    test = open_page("sweeps.py", role, branch=BRANCH, part=part)
    assert not test.exception
    assert test.title[0].value == "Which doors, in what order?"


def test_one_press_plans_the_coming_working_days(page):
    test = planned(page)
    assert [metric.label for metric in test.metric] == ["Doors", "Visited within their cycle", "On the road", "Priority collected"]
    found = record(test)
    plan = read_plan(found.result)
    assert int(test.metric[0].value) == len(plan.doors) > 0
    assert len(found.managers) == 1
    today = date.today()  # noqa: DTZ011 - the branch's day is this one or the next
    assert today <= found.first_on <= today + timedelta(days=5)
    assert len(read_request(found.request).days) == 5
    sheet = next(frame.value for frame in test.dataframe if "place" in frame.value.columns)
    assert list(sheet["number"]) == [number + 1 for day in plan.days for number in range(len(day.stops))]
    assert sheet["why"].str.len().gt(0).all()


def test_the_map_is_handed_a_link_to_this_save_and_no_name(page):
    test = planned(page)
    args = handed(test)
    assert f"sweep={record(test).sweep_id}.{record(test).version}" in args["feature_group"]
    assert not any(name in json.dumps(args, ensure_ascii=False) for name in TRIPWIRES)
    told, _end = json.JSONDecoder().raw_decode(args["feature_group"].partition("gridmap.show(")[2].partition(", ")[2])
    assert told["sweep"] == {"sign": f"{record(test).sweep_id}.{record(test).version}", "shown": [], "drag": True}
    assert told["fit"][0][0] < told["fit"][1][0]


def test_who_plans_their_own_days_is_not_asked_whose(page):
    test = planned(page, "community_manager")
    assert record(test).managers == ("m00",)
    assert "Whose days" not in [each.label for each in test.multiselect]


def test_a_sweep_of_somebody_else_is_not_opened_by_its_number(page):
    other = record(planned(page, "community_manager")).sweep_id
    assert sweep_record(app.store(), SCOPE, BRANCH, other).managers == ("m00",)
    test = page("account_manager", sweep=str(other))
    assert not test.exception
    assert not test.metric
    assert test.session_state["view"]["sweep"] == "new"


def test_a_draft_that_was_begun_opens_by_itself(page):
    number = record(planned(page)).sweep_id
    test = page()
    assert test.session_state["view"]["sweep"] == str(number)
    assert test.metric


def test_nothing_in_a_name_runs_or_formats(page):
    test = planned(page)
    shown = [*(each.value for each in test.markdown), *(each.value for each in test.caption)]
    assert not any(trip in text for text in shown for trip in TRIPWIRES)


# Changing it


def test_what_must_be_visited_is_searched_for_asked_for_and_taken_back(page):
    test = tab(planned(page), "Must and must not")
    placed = {door.org_id for door in read_plan(record(test).result).doors}
    left = sorted({each.org_id for each in read_plan(record(test).result).unplaced} - placed)
    test.text_input("sweep_wish_text").set_value(left[0]).run()
    test = press(test, "sweep_wish_go")
    assert read_request(record(test).request).mandatory == (left[0],)
    assert left[0] in {door.org_id for door in read_plan(record(test).result).doors}
    test = press(test, "sweep_undo")
    assert read_request(record(test).request).mandatory == ()
    test = press(test, "sweep_redo")
    assert read_request(record(test).request).mandatory == (left[0],)


def test_a_door_is_left_out_and_the_rest_planned_again(page):
    test = planned(page)
    first = read_plan(record(test).result).days[0].stops[0].stop.doors[0].org_id
    looked = next(box for box in test.selectbox if box.label == "Look at a stop")
    test = looked.select_index(0).run()
    test = press(test, "sweep_out_go")
    found = record(test)
    assert first in read_request(found.request).without
    assert first not in {door.org_id for door in read_plan(found.result).doors}


@pytest.fixture
def hand(monkeypatch):
    """A way to have the map tell something, once."""
    real = streamlit_folium._component_func
    waiting = []

    def answered(*args, **kwargs):
        real(*args, **kwargs)
        return waiting[-1] if waiting else None

    monkeypatch.setattr(streamlit_folium, "_component_func", answered)

    def tell(test, **stop):
        found = record(test)
        known = {"sweep": f"{found.sweep_id}.{found.version}", "dropped": True, "zoom": 15, "centre": [22.7, 112.2], "seq": time.time()}
        waiting.append({"stop": {**known, **stop}})
        return settled(test)

    return tell


def test_a_stop_dropped_on_another_day_goes_there_and_stays(page, hand):
    test = planned(page)
    plan = read_plan(record(test).result)
    days = [number for number, day in enumerate(plan.days) if len(day.stops) > 1]
    here, there = days[0], days[1]
    target = plan.days[there].stops[0].stop
    moved = {door.org_id for door in plan.days[here].stops[0].stop.doors}
    test = hand(test, day=here, number=0, lat=target.lat, lon=target.lon)
    found = record(test)
    pins = read_request(found.request).pins
    assert {pin.org_id for pin in pins} == moved
    assert {pin.day for pin in pins} == {plan.days[there].day}
    after = {day.day: {door.org_id for door in day.doors} for day in read_plan(found.result).days}
    assert moved <= after[plan.days[there].day]


@pytest.mark.parametrize(
    ("stop", "news"),
    [
        ({"lat": 22.0, "lon": 111.0}, True),  # beside every way
        ({"sweep": "1.99", "lat": 22.7, "lon": 112.2}, False),  # of a save that is not shown
        ({"day": 77, "lat": 22.7, "lon": 112.2}, False),
        ({"number": 77, "lat": 22.7, "lon": 112.2}, False),
    ],
)
def test_a_drop_that_means_nothing_changes_nothing(page, hand, stop, news):
    test = planned(page)
    before = record(test)
    test = hand(test, **{"day": 0, "number": 0, **stop})
    assert record(test) == before
    assert any("stays where it was" in each.value for each in test.info) == news


def test_the_plan_is_compared_with_simpler_ways(page):
    test = tab(planned(page), "Compare")
    table = next(frame.value for frame in test.dataframe if "Way of planning" in frame.value.columns)
    assert list(table["Way of planning"]) == ["As planned", "Always the nearest door next", "Doors in a random order"]
    assert table["Against the plan"].iloc[0] == "100%"


def test_coverage_is_a_sentence_and_a_table(page):
    test = tab(planned(page), "Coverage")
    assert any("are visited within their cycle" in text for text in texts(test))
    table = next(frame.value for frame in test.dataframe if "By the end of" in frame.value.columns)
    assert len(table) == 6  # how it is now, and five days


# Publishing


def test_doors_are_locked_and_every_one_of_somebody_else_is_named(page):
    first = planned(page)
    second = planned(page)
    assert record(first).sweep_id != record(second).sweep_id
    first = press(first, "sweep_publish_go")
    assert record(first).state == "published"
    taken = door_locks(app.store(), SCOPE, BRANCH)
    second = press(second, "sweep_publish_go")
    assert record(second).state == "draft"
    table = next(frame.value for frame in second.dataframe if "Until" in frame.value.columns)
    wanted = {door.org_id for door in read_plan(record(second).result).doors}
    assert len(table) == len(wanted & set(taken["org_id"])) > 0
    second = press(second, "sweep_taken_go")
    assert record(second).state == "published"
    locks = door_locks(app.store(), SCOPE, BRANCH)
    assert locks["org_id"].is_unique
    assert set(locks["sweep_id"]) == {record(first).sweep_id, record(second).sweep_id}


def test_a_phone_link_is_shown_once_and_revoked(page):
    test = tab(press(planned(page), "sweep_publish_go"), "Phones")
    manager = record(test).managers[0]
    assert any("Phones cannot reach this server" in each.value for each in test.warning)
    test = press(test, f"sweep_phone_go_{manager}")
    address = next(each.value for each in test.code if "gm-phone/#" in each.value)
    assert len(phone_links(app.store(), SCOPE, BRANCH, record(test).sweep_id)) == 1
    assert "gm-phone" not in json.dumps(test.session_state["view"])
    assert phones.qr_code(address).startswith(b"\x89PNG")
    test = press(test, "sweep_revoke_go")
    assert phone_links(app.store(), SCOPE, BRANCH, record(test).sweep_id)["revoked_us"].notna().all()
    token = address.partition("#")[2]
    assert link_of_token(app.store(), token, now_us=app.store().clock()).state == "revoked"


def test_a_published_sweep_is_not_changed_but_repaired(page):
    test = press(planned(page), "sweep_publish_go")
    before = record(test)
    assert "sweep_apply" not in [button.key for button in test.button]
    test = press(tab(test, "Plan the rest anew"), "sweep_repair_go")
    assert record(test) == before, "nothing is changed before it is accepted"
    test = press(test, "sweep_repair_accept")
    assert record(test).version == before.version + 1
    assert record(test).state == "published"


def test_a_sweep_ends_and_its_doors_are_free(page):
    test = press(planned(page), "sweep_publish_go")
    test = press(test, "sweep_end_go")
    assert record(test).state == "ended"
    assert door_locks(app.store(), SCOPE, BRANCH).empty


def test_a_draft_is_given_up(page):
    test = press(planned(page), "sweep_withdraw_go")
    assert set(sweeps(app.store(), SCOPE, BRANCH)["state"]) == {"withdrawn"}
    assert not test.metric
