"""Take it to the meeting: made beside the page, with the page's own totals, and only by who may take data away."""

import time

import pytest

from gridmap.scope import ROLES, Scope
from gridmap.services import briefing
from pages.parts import briefing_panel


def downloads(test):
    return [each for each in test.get("download_button") if "briefing" in str(each.proto)]


def texts(test):
    return [code.value for code in test.code if "Checksum" in code.value]


def made(test, format_title="Text for a group chat"):
    """Make a file and wait for it."""
    test.selectbox("pick_briefing_format_en").select(next(key for key, title in briefing_panel.CHOICES if title == format_title))
    test.run()
    test.button("briefing_make").click().run()
    for _try in range(60):
        if texts(test):
            return test
        time.sleep(0.5)
        test.run()
    raise AssertionError("the file was not made")


def test_the_text_for_the_chat_has_the_totals_of_the_page(open_page):
    test = open_page(as_of="2026-05-31")
    shown = {metric.label: metric.value for metric in test.metric}
    test = made(test)
    assert not test.exception
    text = texts(test)[0]
    for title, value in shown.items():
        assert f"{title}: {value}" in text
    assert downloads(test)


def test_another_day_lets_go_of_the_file(open_page):
    test = made(open_page(as_of="2026-05-31"))
    assert texts(test)
    test.query_params["as_of"] = "2026-04-30"
    test.run()
    assert not texts(test)
    assert not test.exception


@pytest.mark.parametrize("role", [role for role, _title in ROLES])
def test_only_who_may_take_data_away_is_offered_a_file(open_page, role):
    test = open_page(role=role)
    offered = "Take it to the meeting" in [header.value for header in test.header]
    assert offered == Scope("p", "p", role, None).allows("export_data")


def test_every_format_has_a_title_and_a_media_type():
    assert {key for key, _title in briefing_panel.CHOICES} == set(briefing_panel.MEDIA)
    assert [each.key for each in briefing.FORMATS] == [key for key, _title in briefing_panel.CHOICES[:-1]]
