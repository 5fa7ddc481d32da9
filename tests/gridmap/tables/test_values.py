"""Values: numbers, dates, yes and no, choices, trades, in the ways people write them."""

# ruff: noqa: RUF001 - full-width letters are what is tested

from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmap import schema
from gridmap.tables.columns import Frame, check_column, own_words
from gridmap.tables.dates import read_moments, read_months
from gridmap.tables.issues import Issues
from gridmap.tables.trades import trade_of
from gridmap.tables.values import clean_text, to_booleans, to_choices, to_id_lists, to_ids, to_numbers
from gridmap.tables.words import CHOICES, NO, YES, choice_words

SHANGHAI = "Asia/Shanghai"
TODAY = date(2026, 6, 30)


def texts(*values):
    return pa.array(values, pa.large_string())


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", 12),
        ("-1.5e3", -1500),
        ("1,234,567.5", 1234567.5),
        ("1 234", 1234),
        ("１２．５", 12.5),  # full width
        ("3,14", 3.14),  # decimal comma
        ("¥1,000元", 1000),
        ("95%", 0.95),
        (".5", 0.5),
    ],
)
def test_numbers_as_people_write_them(text, number):
    values, bad = to_numbers(texts(text, "1", None))
    assert values[0] == pytest.approx(number)
    assert bad.tolist() == [False, False, False]
    assert np.isnan(values[2])


@pytest.mark.parametrize("text", ["50(万人民币元)", "abc", "1.2.3", "inf", "-Infinity", "0x10", "1,2,3", "twelve", "--5", "5万"])
def test_text_in_numbers_is_marked(text):
    values, bad = to_numbers(texts(text, "1"))
    assert bad.tolist() == [True, False]
    assert np.isnan(values[0])


@pytest.mark.parametrize(
    ("text", "degrees"),
    [("22.703204", 22.703204), ("22,703", 22.703), ("22°42'11.5\"N", 22.703194), ("S 22°30′", -22.5), ("112.2°E", 112.2), ("87°W", -87.0)],
)
def test_degrees_as_people_write_them(text, degrees):
    assert to_numbers(texts(text), degrees=True)[0][0] == pytest.approx(degrees, abs=1e-6)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_number_python_writes_is_read(value):
    assert to_numbers(texts(repr(value), "x"))[0][0] == value


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-10-31", "2026-10-31"),
        ("2026/10/31", "2026-10-31"),
        ("2026.10.31", "2026-10-31"),
        ("20261031", "2026-10-31"),
        ("31.10.2026", "2026-10-31"),
        ("2026年10月31日", "2026-10-31"),
        ("2026年1月3号", "2026-01-03"),
        ("2026-1-3", "2026-01-03"),
        ("46326", "2026-10-31"),  # Excel's serial number
        ("2025-05-06T00:00:00.000", "2025-05-06"),
        ("2026-10-31 23:30:00", "2026-10-31"),
        ("2026-10-31T17:00:00Z", "2026-11-01"),  # one in the morning there
        ("2026-10-31T23:30:00+08:00", "2026-10-31"),
        ("31 Oct 2026", "2026-10-31"),
        ("October 31, 2026", "2026-10-31"),
        ("31/10/2026", "2026-10-31"),
        ("10/31/2026", "2026-10-31"),
        ("05/05/2026", "2026-05-05"),
        ("２０２６-10-31", "2026-10-31"),
    ],
)
def test_dates_in_many_forms(text, day):
    read = read_moments(texts(text, None), SHANGHAI)
    assert str(read.moments[0].astype("datetime64[D]")) == day
    assert read.bad.tolist() == [False, False]
    assert np.isnat(read.moments[1])


@pytest.mark.parametrize(
    "text", ["2026-02-30", "31/31/2026", "2026-13-01", "soon", "0001-01-01", "9999-12-31", "31/10/26", "2026", "20261331", "12"]
)
def test_what_is_no_date_is_marked(text):
    read = read_moments(texts(text, "2026-01-01"), SHANGHAI)
    assert read.bad.tolist() == [True, False]
    assert read.ambiguous.tolist() == [False, False]


@pytest.mark.parametrize(
    ("column", "days", "ambiguous"),
    [
        (["31/10/2026", "05/06/2026"], ["2026-10-31", "2026-06-05"], [False, False]),  # one value decides: day first
        (["10/31/2026", "05/06/2026"], ["2026-10-31", "2026-05-06"], [False, False]),  # month first
        (["05/06/2026", "07/08/2026"], ["NaT", "NaT"], [True, True]),  # nothing decides
        (["31/10/2026", "10/31/2026", "05/06/2026"], ["2026-10-31", "2026-10-31", "NaT"], [False, False, True]),  # both occur
        (["05/06/2026", "05.06.2026"], ["NaT", "2026-06-05"], [True, False]),  # a dot means day first
    ],
)
def test_the_column_decides_between_day_first_and_month_first(column, days, ambiguous):
    read = read_moments(texts(*column), SHANGHAI)
    assert [str(day.astype("datetime64[D]")) for day in read.moments] == days
    assert read.ambiguous.tolist() == ambiguous
    assert not read.bad.any()


def test_times_keep_their_clock_and_days_say_that_they_are_days():
    read = read_moments(
        texts("2026-10-31 下午 3:05", "2026/10/31 14:05", "20261031140500", "2026-10-31T14:05", "2026-10-31", "2026-10-31 2:05 pm"),
        SHANGHAI,
    )
    assert [str(moment)[11:16] for moment in read.moments] == ["15:05", "14:05", "14:05", "14:05", "00:00", "14:05"]
    assert read.day_only.tolist() == [False, False, False, False, True, False]


def test_months():
    months, bad = read_months(texts("2026-10", "202610", "2026年9月", "2026/1", "2026-10-31", "2026-13", "Oct", None))
    assert months.to_pylist() == ["2026-10", "2026-10", "2026-09", "2026-01", "2026-10", None, None, None]
    assert bad.tolist() == [False] * 5 + [True, True, False]


def test_yes_and_no():
    flags, bad = to_booleans(texts("是", "Yes", "TRUE", "1", "否", "no", "0", "没有", "maybe", None))
    assert flags.to_pylist() == [True] * 4 + [False] * 4 + [None, None]
    assert bad.tolist() == [False] * 8 + [True, False]
    assert not YES & NO


@pytest.mark.parametrize("text", ["", "  ", "N/A", "n/a", "NULL", "None", "nan", "NaN", "-", "--", "无", "暂无", "#N/A", "\\N", "\u3000"])
def test_texts_that_mean_nothing_are_missing(text):
    assert clean_text(pd.Series([text, " a ", None], dtype="str")).to_pylist() == [None, "a", None]


@pytest.mark.parametrize(
    ("column", "choice"),
    [(column, choice) for table in schema.TABLES for column in table.columns if column.kind == "choice" for choice in column.choices],
    ids=lambda value: getattr(value, "name", value),
)
def test_a_choice_is_never_read_as_nothing(column, choice):
    written = pd.Series([choice, choice.upper(), "N/A"], dtype="str")
    assert to_choices(clean_text(written, own_words(column)), choice_words(column.name, column.choices))[0].to_pylist() == [
        choice,
        choice,
        None,
    ]


@pytest.mark.parametrize(
    ("table", "name", "text", "value"),
    [
        ("organisations", "agreement", "none", "none"),
        ("organisations", "agreement", "无", "none"),
        ("parks", "access", "none", "none"),
        ("wins", "our_number", "未知", "unknown"),
    ],
)
def test_none_and_unknown_mean_what_the_column_means(table, name, text, value):
    column = schema.table(table).column(name)
    issues = Issues(table, np.array([2]))
    read = check_column(column, clean_text(pd.Series([text], dtype="str"), own_words(column)), issues, name, Frame("UTC", TODAY))
    assert read.tolist() == [value]


def test_no_in_a_column_of_yes_and_no_is_no():
    column = schema.table("organisations").column("unified_payment")
    assert to_booleans(clean_text(pd.Series(["无", "有", "暂无"], dtype="str"), own_words(column)))[0].to_pylist() == [False, True, None]


def test_codes_are_half_width_and_keep_their_zeros_and_case():
    assert to_ids(texts("００１２a", "0012B", None)).to_pylist() == ["0012a", "0012B", None]
    assert to_id_lists(texts("a; b,c，a", " ; ", None)).to_pylist() == ["a;b;c", None, None]


@pytest.mark.parametrize("table", schema.TABLES, ids=lambda table: table.name)
def test_choices_by_key_in_any_case_and_by_the_trades_own_words(table):
    for column in table.columns:
        if column.kind != "choice":
            continue
        known = choice_words(column.name, column.choices)
        written = [choice.upper().replace("_", " ") for choice in column.choices]
        assert to_choices(texts(*written), known)[0].to_pylist() == list(column.choices)
        assert set(known.values()) == set(column.choices)
    assert choice_words("stage", ("prospect", "account", "lost", "closed"))["已建档"] == "account"


def test_no_word_means_two_choices_of_one_column():
    for table in schema.TABLES:
        for column in table.columns:
            meanings = {}
            for choice, words in dict(CHOICES).get(column.name, ()):
                for word in words if choice in column.choices else ():
                    assert meanings.setdefault(word, choice) == choice, (table.name, column.name, word)


@pytest.mark.parametrize(
    ("text", "trade"),
    [
        ("Restaurant", "catering"),
        ("餐饮服务;糕饼店;糕饼店", "catering"),
        ("住宿服务;宾馆酒店|餐饮服务;中餐厅", "hotel"),
        ("Medical Services", "health"),
        ("Wholesale Food Establishment", "catering"),
        ("Contractor- General", "construction"),
        ("不锈钢制品厂", "kitchenware"),
        ("饲料厂", "feed"),
        ("Apparel/Accessories", "retail"),
        ("Barber", "services"),
        ("Something else", None),
    ],
)
def test_foreign_trades_are_read_by_their_words(text, trade):
    assert trade_of(text) == trade
