"""Figures in sentences: counts with their changes, and nouns that agree with their numbers."""

from dataclasses import replace

import pytest

from gridmap import metrics
from gridmap.reports.writer import Writer
from gridmap.services import overview, wording

EN, ZH = Writer("en"), Writer("zh_CN")


def score(key="filing_rate_C", now=(215, 1331, 0.65), before=(206, 1331, 0.63), target=0.8, moved="numerator"):
    return overview.Score(metrics.metric(key), overview.Reading(*now, 0), overview.Reading(*before, 0), target, moved)


def test_a_figure_stands_with_the_change_of_both_its_counts():
    told = score()
    assert wording.evidence(told, EN) == "215 (+9) of 1,331"
    assert wording.evidence(replace(told, before=replace(told.before, denominator=1335)), EN) == "215 (+9) of 1,331 (\N{MINUS SIGN}4)"


def test_what_reads_as_unchanged_is_neither_good_nor_bad():
    told = score("wins_per_100", (88, 5935, 1.483), (85, 5927, 1.434), None, "both")
    assert EN.change(told.change, "per_100") == "\N{PLUS-MINUS SIGN}0"
    assert wording.visible_change(told, EN) == wording.good_change(told, EN) == 0
    worse = replace(told, before=replace(told.before, value=1.3))
    assert wording.visible_change(worse, EN) == pytest.approx(0.183)
    assert wording.good_change(worse, EN) == pytest.approx(-0.183), "more wins of competitors are no good"


@pytest.mark.parametrize(
    ("cells", "wanted"), [(1, "Nobody owns 1 cell with 2 organisations."), (1200, "Nobody owns 1,200 cells with 2 organisations.")]
)
def test_counts_in_sentences_agree_with_their_nouns(cells, wanted):
    assert wording.step_sentence(overview.Step("unassigned", "", cells, 2), {}, {}, EN) == wanted


def test_the_verdict_names_what_is_furthest_from_its_target():
    near, far = score(now=(78, 100, 0.78)), score("visit_coverage", now=(10, 100, 0.10), target=0.9)
    assert wording.verdict((near, far), EN) == "2 of 2 targets are missed; furthest from its target: Visit coverage, 10.0% against 90%."
    assert "走访覆盖率" in wording.verdict((near, far), ZH)
    assert wording.verdict((score(now=(9, 10, 0.9)),), EN) == "All 1 targets are met."


def test_a_change_for_the_worse_names_the_place_and_both_readings():
    worse = overview.Worse("town", "t1", score(now=(60, 100, 0.6), before=(63, 100, 0.63)), 3.0)
    told = wording.worse_sentence(worse, {"t1": "Xincheng"}, {}, EN)
    assert told == "Xincheng: Filing rate, tier C went from 63.0% (63 of 100) to 60.0% (60 of 100)."
    assert wording.worse_sentence(replace(worse, level="holder", key="-"), {}, {}, EN).startswith("Unassigned cells: ")
