"""Who had one cell over time: hand-made stories on a ledger of one cell, and every instant of any story against the ledger itself."""

from datetime import date

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gridmap.scope import Scope, operator
from gridmap.services.timelines import days_between, timeline
from gridmap.store import FOREVER_US, Store, ensure_branch, ledger_rows, record_change

ZONE = "Asia/Shanghai"
DAY_US = 86_400_000_000
ME = operator("tester")


def at(text: str) -> int:
    return round(pd.Timestamp(text, tz=ZONE).timestamp() * 1_000_000)


class Ledger:
    """One cell; each change is recorded at noon of a day."""

    def __init__(self, store: Store) -> None:
        self.store = store
        ensure_branch(store, ME, "b1", now_us=at("2026-01-01"))

    def move(self, owner: str | None, first: str, last: str = "", *, on: str, who: str = "tester", why: str = "") -> int:
        until = FOREVER_US if not last else at(last)
        frame = pd.DataFrame(
            [("cell", "c1", owner, at(first), until)], columns=["layer", "subject", "owner", "valid_from_us", "valid_to_us"]
        )
        scope = Scope(who, who, "administrator", None)
        return record_change(self.store, scope, "b1", frame, why=why, now_us=at(f"{on} 12:00"))

    def story(self, *columns: str) -> list[tuple[object, ...]]:
        told = timeline(ledger_rows(self.store, ME, "b1", layer="cell", subjects=["c1"]), ZONE)
        for name in ("first_day", "last_day"):
            told[name] = ["" if pd.isna(day) else f"{day:%m-%d}" for day in told[name]]
        return [tuple(row) for row in told[list(columns)].itertuples(index=False)]


@pytest.fixture
def ledger(sqlite_store: Store) -> Ledger:
    return Ledger(sqlite_store)


def test_one_owner_after_the_other_is_no_correction(ledger):
    ledger.move("m1", "2026-02-01", on="2026-01-20")
    ledger.move("m2", "2026-04-01", on="2026-03-20")
    assert ledger.story("owner", "first_day", "last_day", "state") == [("m1", "02-01", "03-31", "known"), ("m2", "04-01", "", "known")]


def test_what_a_later_change_cuts_is_still_decided_by_the_first(ledger):
    first = ledger.move("m1", "2026-02-01", on="2026-01-20", who="Li", why="nearer")
    second = ledger.move("m2", "2026-04-01", on="2026-03-20", who="Wang", why="leave")
    assert ledger.story("owner", "change_id", "who", "why", "recorded_us") == [
        ("m1", first, "Li", "nearer", at("2026-01-20 12:00")),
        ("m2", second, "Wang", "leave", at("2026-03-20 12:00")),
    ]


def test_a_correction_shows_what_was_recorded_before_it_and_until_when(ledger):
    ledger.move("m1", "2026-02-01", on="2026-01-20")
    correction = ledger.move("m2", "2026-03-01", on="2026-05-10", who="Wang")
    known = ("owner", "first_day", "last_day", "state")
    assert ledger.story(*known) == [
        ("m1", "02-01", "02-28", "known"),
        ("m2", "03-01", "", "known"),
        ("m1", "03-01", "05-09", "corrected"),  # up to the day before: from then on m2 had it anyway
    ]
    assert ledger.story("replaced_us", "replaced_by")[2] == (at("2026-05-10 12:00"), correction)


def test_a_plan_taken_back_before_its_day_is_told_and_an_owner_who_just_stayed_is_not(ledger):
    ledger.move("m1", "2026-02-01", on="2026-01-20")
    ledger.move("m2", "2026-08-01", on="2026-07-01")
    ledger.move("m1", "2026-08-01", on="2026-07-10")
    assert ledger.story("owner", "first_day", "last_day", "state") == [
        ("m1", "02-01", "07-31", "known"),
        ("m1", "08-01", "", "known"),  # decided anew
        ("m2", "08-01", "", "withdrawn"),
    ]


def test_a_release_and_a_gap_are_nobody(ledger):
    ledger.move("m1", "2026-02-01", "2026-03-01", on="2026-01-20")
    ledger.move("m2", "2026-04-01", on="2026-03-20")
    assert ledger.story("owner", "first_day", "last_day") == [("m1", "02-01", "02-28"), ("", "03-01", "03-31"), ("m2", "04-01", "")]


def test_a_cell_nobody_ever_had_has_no_story(ledger):
    assert ledger.story("owner") == []


def test_the_end_of_a_day_decides_whose_it_was():
    zone = pd.Timestamp("2026-01-01", tz=ZONE).tz
    noon, next_noon = at("2026-03-01 12:00"), at("2026-03-02 12:00")
    assert days_between(noon, next_noon, zone) == (date(2026, 3, 1), date(2026, 3, 1))
    assert days_between(noon, noon + 60_000_000, zone) == (date(2026, 3, 1), date(2026, 3, 1))
    assert days_between(at("2026-03-01"), FOREVER_US, zone) == (date(2026, 3, 1), None)


steps = st.lists(
    st.tuples(st.sampled_from(["m1", "m2", None]), st.integers(0, 8), st.integers(1, 9), st.integers(0, 2)), min_size=1, max_size=7
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps)
def test_what_is_told_of_any_instant_is_what_the_ledger_said(sqlite_store, taken):
    branch, begin = f"t{abs(hash(str(taken)))}", at("2026-03-01")
    ensure_branch(sqlite_store, ME, branch, now_us=begin)
    said: dict[int, list[str]] = {0: [""] * 10}  # by the instant of the knowledge: who has the cell on each of ten days
    now_us = begin
    for owner, first, long, later in taken:
        now_us += later * DAY_US + 60_000_000
        until = FOREVER_US if first + long > 9 else begin + (first + long) * DAY_US
        frame = pd.DataFrame(
            {"layer": "cell", "subject": "c1", "owner": [owner], "valid_from_us": begin + first * DAY_US, "valid_to_us": until}
        )
        record_change(sqlite_store, ME, branch, frame, why="", now_us=now_us)
        latest = said[max(said)]
        said[now_us] = [
            (owner or "") if first <= day < first + long or (day >= first and first + long > 9) else latest[day] for day in range(10)
        ]
    told = timeline(ledger_rows(sqlite_store, ME, branch, layer="cell"), ZONE)
    for line in told.itertuples():
        days = [day for day in range(10) if line.valid_from <= begin + day * DAY_US < line.valid_to]
        until = FOREVER_US if pd.isna(line.replaced_us) else line.replaced_us
        known = [instant for instant in said if line.recorded_us <= instant < until]
        assert known[0] == line.recorded_us, "the change that decided it recorded it"
        assert all(said[instant][day] == line.owner for instant in known for day in days)
        before = said[max(instant for instant in said if instant < known[0])]
        assert not line.owner or all(before[day] != line.owner for day in days), "before it, something else was said"
        assert line.state != "corrected" or line.valid_to <= until
        assert line.state != "withdrawn" or line.valid_from > until - DAY_US
    standing = told[told["state"] == "known"]
    for day, owner in enumerate(said[max(said)]):
        instant = begin + day * DAY_US
        found = standing[(standing["valid_from"] <= instant) & (standing["valid_to"] > instant)]["owner"].tolist()
        assert found in ([owner], []), "exactly one, once there was any"
        assert found or not owner
