"""Numbers, days and names in the language of the session."""

import pandas as pd
import pytest
import streamlit as st

from gridmap.metrics import METRICS
from pages.parts import formats


@pytest.fixture(params=["en", "zh_CN"])
def language(request):
    st.session_state["language"] = request.param
    yield request.param
    del st.session_state["language"]


@pytest.fixture
def english():
    st.session_state["language"] = "en"
    yield
    del st.session_state["language"]


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (lambda: formats.count(1234567), "1,234,567"),
        (lambda: formats.count(float("nan")), "–"),  # noqa: RUF001 - a dash
        (lambda: formats.per_cent(0.9), "90.0%"),
        (lambda: formats.per_cent(0.08654), "8.7%"),
        (lambda: formats.goal(0.95, "share"), "95%"),
        (lambda: formats.goal(0.075, "share"), "7.5%"),
        (lambda: formats.amount(36.5, "count"), "36.5"),
        (lambda: formats.amount(36.0, "count"), "36"),
        (lambda: formats.amount(2.63, "per_100"), "2.6 per 100"),
        (lambda: formats.amount(float("nan"), "share"), "–"),  # noqa: RUF001 - a dash
        (lambda: formats.change(0.0123, "share"), "+1.2 points"),
        (lambda: formats.change(-0.15, "share"), "\N{MINUS SIGN}15 points"),
        (lambda: formats.change(0.0, "share"), "\N{PLUS-MINUS SIGN}0 points"),
        (lambda: formats.change(0.0001, "share"), "\N{PLUS-MINUS SIGN}0 points"),
        (lambda: formats.change(float("nan"), "count"), ""),
        (lambda: formats.day(pd.Timestamp(2026, 7, 31)), "Jul 31, 2026"),
        (lambda: formats.day(None), "–"),  # noqa: RUF001 - a dash
        (lambda: formats.choice("preserved_fruit"), "Preserved fruit"),
        (lambda: formats.choice(None), "–"),  # noqa: RUF001 - a dash
    ],
)
def test_written_in_english(written, expected):
    assert written() == expected


def test_days_and_units_follow_the_language(language):
    day = formats.day(pd.Timestamp(2026, 7, 31))
    assert day == {"en": "Jul 31, 2026", "zh_CN": "2026年7月31日"}[language]
    assert formats.choice("preserved_fruit") == {"en": "Preserved fruit", "zh_CN": "凉果加工"}[language]


def test_names_are_shown_in_the_language_there_is(language):
    frame = pd.DataFrame({"name": ["新城", "车岗"], "name_en": ["Xincheng", None]})
    assert list(formats.names(frame)) == {"en": ["Xincheng", "车岗"], "zh_CN": ["新城", "车岗"]}[language]


@pytest.mark.usefixtures("language")
def test_every_metric_can_be_written():
    for metric in METRICS:
        assert formats.amount(0.5, metric.unit)
        assert formats.titled(metric)
        assert formats.unit_name(metric.unit)
