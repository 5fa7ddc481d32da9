"""Opening hours as people write them, day by day; what is not understood is not known, never half known."""
# ruff: noqa: RUF001 - full-width signs are what Chinese keyboards write

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmap.sweeps.opening_hours import DAY_MIN, read_hours

MONDAY, SATURDAY, SUNDAY = date(2026, 6, 29), date(2026, 7, 4), date(2026, 7, 5)
MORNING, AFTERNOON = (510, 720), (870, 1050)
WHOLE = ((0, DAY_MIN),)

# What is written, and the windows of a Monday, a Saturday and a Sunday.
READ = (
    ("Mo-Fr 08:30-12:00,14:30-17:30; Sa 09:00-12:00; PH off", (MORNING, AFTERNOON), ((540, 720),), ()),
    ("24/7", WHOLE, WHOLE, WHOLE),
    ("Mo-Su 08:00-21:30", ((480, 1290),), ((480, 1290),), ((480, 1290),)),
    ("08:00-18:00", ((480, 1080),), ((480, 1080),), ((480, 1080),)),
    ("Fr-Mo 10:00-11:00", ((600, 660),), ((600, 660),), ((600, 660),)),  # over the weekend
    ("Mo-Su 09:00-18:00; Su off", ((540, 1080),), ((540, 1080),), ()),  # a later rule replaces an earlier
    ("Mo 08:00-12:00, Sa 09:00-10:00", ((480, 720),), ((540, 600),), ()),  # a comma before a day
    ("Mo-Sa 18:00-02:00", ((1080, 1440),), ((0, 120), (1080, 1440)), ((0, 120),)),  # over midnight
    ("Mo 22:00-26:00", ((1320, 1440),), (), ()),  # the same, as the notation writes it
    ("mo-fr 8:30-12:00", (MORNING,), (), ()),
    ("Mo-Fr 08:00-12:00,10:00-13:00", ((480, 780),), (), ()),  # windows that overlap are one
    ("周一至周五 8:30-12:00，14:30-17:30；周六、周日休息", (MORNING, AFTERNOON), (), ()),
    ("星期一到星期六：08：30—12：00", (MORNING,), (MORNING,), ()),
    ("每天 08:00-21:30", ((480, 1290),), ((480, 1290),), ((480, 1290),)),
    ("工作日08:30-12:00；周末休息；节假日休息", (MORNING,), (), ()),
    ("24小时", WHOLE, WHOLE, WHOLE),
    ("Mo-Fr", WHOLE, (), ()),  # a day without a time
)

UNKNOWN = (
    "",
    "by appointment",
    "Mo-Fr 08:30",
    "Mo-Fr 25:00-26:00",
    "Mo-Fr 08:70-12:00",
    "Mo-Fr 08:30-12:00 usually",
    "Xx 08:00-09:00",
    "Mo 08:00-08:00",
    "PH off",  # nobody said when it is open
    "Su off",
    "-",
    ";;;",
)


@pytest.mark.parametrize(("text", "monday", "saturday", "sunday"), READ)
def test_windows_of_each_day(text: str, monday: object, saturday: object, sunday: object) -> None:
    hours = read_hours(text)
    assert hours is not None
    assert (hours.on(MONDAY), hours.on(SATURDAY), hours.on(SUNDAY)) == (monday, saturday, sunday)


@pytest.mark.parametrize("text", UNKNOWN)
def test_what_is_not_understood_is_not_known(text: str) -> None:
    assert read_hours(text) is None


def test_holidays_are_as_written_where_they_are() -> None:
    closed, silent = read_hours("Mo-Su 08:30-12:00; PH off"), read_hours("Mo-Su 08:30-12:00")
    assert closed is not None
    assert silent is not None
    assert closed.on(MONDAY, holiday=True) == ()
    assert silent.on(MONDAY, holiday=True) == (MORNING,)


PIECES = st.sampled_from(
    [
        "Mo",
        "Sa",
        "Su",
        "PH",
        "周二",
        "至",
        "-",
        ",",
        "，",
        ";",
        "；",
        " ",
        "08:30-12:00",
        "14:00-17:30",
        "22:00-03:00",
        "off",
        "24/7",
        "9:00",
        "x",
    ]
)


@given(st.lists(PIECES, max_size=12))
def test_any_text_gives_ordered_windows_or_none(pieces: list[str]) -> None:
    hours = read_hours("".join(pieces))
    for windows in hours.weekdays if hours else ():
        assert all(0 <= opens < closes <= DAY_MIN for opens, closes in windows)
        assert all(first[1] < second[0] for first, second in pairwise(windows))
