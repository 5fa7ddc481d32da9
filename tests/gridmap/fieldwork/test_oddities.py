"""Oddities: each planted one is found by its own rule, honest days are accused of nothing, and places stay rough."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from gridmap.fieldwork.oddities import RULES, TITLES, Oddity, find_oddities, records_of
from gridmap.settings import SweepRules
from tests.gridmap.fieldwork.field_days import H_US, MIDNIGHT_US, MIN_US, S_US, Field, honest_days

R = SweepRules()
TEN = MIDNIGHT_US + 10 * H_US
HONEST_DAYS = 100


def odd(made: Field, rules: SweepRules = R) -> tuple[Oddity, ...]:
    captures, check_ins, market = made.tables()
    return find_oddities(records_of(captures, check_ins, market), rules)


def far(made: Field) -> None:
    made.record(made.door(0, 0), TEN, stood=(2000, 0), accuracy_m=30)


def ten_in_three_minutes(made: Field) -> None:
    for number in range(10):
        made.record(made.door(0, 10 * number), TEN + number * 19 * S_US, stood=(0.5 * number, 10 * number))


def one_point(made: Field) -> None:
    for number in range(3):
        made.record(made.door(0, 300 * number), TEN + number * 20 * MIN_US, stood=(0, 300), accuracy_m=20)


def flown(made: Field) -> None:
    made.record(made.door(0, 0), TEN, stood=(0, 0))
    made.record(made.door(0, 9000), TEN + 2 * MIN_US, stood=(0, 9000))


def next_day(made: Field) -> None:
    made.record(made.door(0, 0), TEN, stood=(0, 0), waited_us=40 * H_US)


def from_the_future(made: Field) -> None:
    made.record(made.door(0, 0), TEN, stood=(0, 0), waited_us=-90 * MIN_US)


def typed_in_the_evening(made: Field) -> None:
    for number in range(6):
        made.record(made.door(0, 200 * number), MIDNIGHT_US + 20 * H_US + number * MIN_US, stood=None)


def at_night(made: Field) -> None:
    made.record(made.door(0, 0), MIDNIGHT_US + 23 * H_US, stood=(0, 0))
    made.record(made.door(0, 10), MIDNIGHT_US + 23.2 * H_US, stood=(0, 10))


PLANTED: tuple[tuple[str, Callable[[Field], None], int, str], ...] = (
    ("far", far, 1, "Recorded at least 1940 m from the door, or the door is drawn at a wrong place."),
    ("pace", ten_in_three_minutes, 10, "10 doors were recorded within 171 seconds."),
    ("same_point", one_point, 3, "3 doors, 600 m apart, were recorded at exactly one point."),
    ("travel", flown, 2, "8960 m lie between two check-ins that are 120 seconds apart."),
    ("late", next_day, 1, "1 doors came in up to 40 hours after they were recorded."),
    ("clock", from_the_future, 1, "The clock of the phone was 90 minutes ahead."),
    (
        "evening",
        typed_in_the_evening,
        6,
        "6 doors were recorded after work within 5 minutes from 20:00 on, without a check-in at the door.",
    ),
    ("night", at_night, 2, "2 doors were recorded at night, the first at 23:00."),
)


def test_every_rule_has_a_case_here_and_words() -> None:
    assert [rule for rule, *_ in PLANTED] == [rule.key for rule in RULES]
    assert set(TITLES) == {rule.key for rule in RULES}


@pytest.mark.parametrize(("rule", "plant", "records", "words"), PLANTED, ids=[rule for rule, *_ in PLANTED])
def test_what_is_planted_is_found_by_its_rule_and_no_other(rule: str, plant: Callable[[Field], None], records: int, words: str) -> None:
    made = Field(1)
    plant(made)
    found = odd(made)
    assert [each.rule for each in found] == [rule]
    assert len(found[0].capture_ids) == records
    assert abs(len(str(found[0].said)) - len(words)) <= 1
    assert str(found[0].said) == words or rule in ("far", "same_point", "travel")  # metres on a round earth differ by ten


@pytest.mark.parametrize(("rule", "plant", "records", "words"), PLANTED, ids=[rule for rule, *_ in PLANTED])
def test_it_is_found_in_the_midst_of_honest_days_of_others(rule: str, plant: Callable[[Field], None], records: int, words: str) -> None:
    made = honest_days(7, 2)
    for capture in made.captures:
        capture["manager_id"] = "cm2"
    plant(made)
    assert [(each.rule, each.manager_id) for each in odd(made)] == [(rule, "cm1")]


def test_honest_days_are_accused_of_nothing() -> None:
    """A hundred days of about 40 doors, with bad places, offline days and evenings: at most one may be asked about (of 3,000 it was 9)."""
    made = honest_days(11, HONEST_DAYS)
    found = odd(made)
    accused = {pd.Timestamp(each.at_us, unit="us", tz="UTC").tz_convert("Asia/Shanghai").date() for each in found}
    assert len(made.captures) > 3000
    assert len(accused) <= 0.01 * HONEST_DAYS, [(each.rule, str(each.said)) for each in found]


@pytest.mark.parametrize(
    ("change", "plant"),
    [
        ({"odd_distance_m": 3000.0}, far),
        ({"odd_pace": (11, 3)}, ten_in_three_minutes),
        ({"odd_pace": (10, 2)}, ten_in_three_minutes),
        ({"odd_distance_m": 3000.0}, one_point),
        ({"shift": (510, 1200)}, typed_in_the_evening),
    ],
)
def test_the_settings_decide(change: dict[str, object], plant: Callable[[Field], None]) -> None:
    made = Field(1)
    plant(made)
    assert odd(made)
    assert not odd(made, replace(R, **change))  # type: ignore[arg-type]


def test_an_unsure_phone_is_given_the_benefit_of_the_doubt() -> None:
    for accuracy, expected in ((800.0, 0), (None, 0), (10.0, 1)):
        made = Field(1)
        made.record(made.door(0, 0), TEN, stood=(690 if accuracy is None else 2000, 0), accuracy_m=accuracy)
        assert len(odd(made)) == expected


def test_a_file_from_a_day_pack_is_late_by_its_nature() -> None:
    made = Field(1)
    made.record(made.door(0, 0), TEN, stood=(0, 0), waited_us=80 * H_US, way="pack")
    assert not odd(made)


def test_the_same_door_recorded_again_is_not_another_door() -> None:
    made = Field(1)
    door = made.door(0, 0)
    for number in range(12):
        made.record(door, TEN + number * 10 * S_US, stood=(0, number))
    assert not odd(made)


def test_a_door_or_a_place_that_nobody_knows_accuses_nobody() -> None:
    made = Field(1)
    made.record("nobody", TEN, stood=(5000, 0))
    made.record(made.door(np.nan, np.nan), TEN + H_US, stood=(5000, 0))
    made.record(made.door(0, 0), TEN + 2 * H_US, stood=None)
    assert not odd(made)


def test_no_place_of_a_person_is_in_what_is_told() -> None:
    made = Field(1)
    for _, plant, *_ in PLANTED:
        plant(made)
    captures, check_ins, market = made.tables()
    for each in find_oddities(records_of(captures, check_ins, market), R):
        text = f"{each} {each.said}"
        assert not any(f"{value:.4f}" in text for value in [*check_ins["lat"], *check_ins["lon"]])


def test_nothing_recorded_is_nothing_odd() -> None:
    made = Field(1)
    made.record(made.door(0, 0), TEN, stood=(0, 0))
    captures, check_ins, market = made.tables()
    assert find_oddities(records_of(captures.iloc[:0], check_ins.iloc[:0], market), R) == ()
