import json

import numpy as np
import pandas as pd
import pytest

from gridmap.classes import OWNERS
from gridmap.reports.ranges import write_value
from layers import layer, legend
from layers.layer import FEW, NO_DATA, OK, OUTSIDE, UNKNOWN, CellValues


def told(*pairs):
    value, state = zip(*pairs, strict=True)
    return CellValues(pd.Index([f"c{n}" for n in range(len(pairs))]), np.array(value, "f4"), np.array(state, "u1"))


def test_every_cell_is_counted_once_in_a_class_or_a_state():
    values = told((0.1, OK), (0.5, FEW), (0.79, OK), (0.8, OK), (1.0, OK), (np.nan, NO_DATA), (np.nan, UNKNOWN), (np.nan, OUTSIDE))
    made = legend.class_legend(layer("filing_rate_C"), values, unit="share", better="higher", target=0.8)
    assert sum(entry.count for entry in made.entries) == 5
    assert {state: count for state, _text, count in made.states} == {FEW: 1, NO_DATA: 1, UNKNOWN: 1, OUTSIDE: 1}
    assert made.entries[made.target_at].low == pytest.approx(0.8)
    assert made.entries[made.target_at].count + made.entries[made.target_at + 1].count == 2, "0.8 has reached 80 %"


def test_the_browser_is_told_texts_and_plain_numbers():
    made = legend.class_legend(layer("filing_rate_C"), told((0.1, OK), (0.9, OK)), unit="share", better="higher", target=0.8)
    written = json.loads(json.dumps(legend.describe(made)))
    assert [row["label"] for row in written["legend"]] == [
        "< 20 %",
        "20 \u2013 40 %",
        "40 \u2013 60 %",
        "60 \u2013 80 %",
        "80 \u2013 90 %",
        "≥ 90 %",
    ]
    assert written["legend"][4]["target"] == "Target 80 %"
    assert written["target"] == "", "it is said at its line, and not twice"
    assert len(written["colours"]) == len(written["edges"]) + 1 == 6


def test_a_target_that_is_no_edge_is_said_below():
    made = legend.class_legend(layer("prospect_density"), told((1.0, OK), (9.0, OK)), unit="per_km2", target=4.0)
    assert made.target_at is None
    assert legend.describe(made)["target"] == "Target 4 per km²"


def test_nothing_to_show_is_an_empty_legend():
    made = legend.class_legend(layer("prospect_density"), told((np.nan, NO_DATA)), unit="per_km2")
    assert made.entries == ()
    assert legend.describe(made)["others"] == [{"state": NO_DATA, "label": "Nothing to measure here", "count": 1}]


def test_two_maps_that_are_compared_share_their_classes():
    first, second = told(*[(value, OK) for value in (0, 1, 2, 3)]), told(*[(value, OK) for value in (10, 20, 30, 40)])
    one = legend.class_legend(layer("visits_owed"), first, unit="count", better="lower", pooled=[second])
    two = legend.class_legend(layer("visits_owed"), second, unit="count", better="lower", pooled=[first])
    alone = legend.class_legend(layer("visits_owed"), first, unit="count", better="lower")
    assert one.breaks.edges == two.breaks.edges != alone.breaks.edges
    assert sum(entry.count for entry in one.entries) == 4


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [(0.5823, "share", "58.2 %"), (0.0042, "share", "0.42 %"), (1234.0, "count", "1,234"), (2.71, "per_km2", "2.7 per km²"),
     (3.0, "days", "3 days"), (99.6, "money", "100"), (0.0, "share", "0 %")],
)  # fmt: skip
def test_numbers_are_written_with_their_unit(value, unit, text):
    assert write_value(value, unit) == text


def test_counts_are_whole_and_zero_stands_alone():
    values = told(*[(value, OK) for value in (0, 0, 1, 1, 2, 3, 5, 8, 13, 40)])
    made = legend.class_legend(layer("visits_owed"), values, unit="count", better="lower")
    labels = [str(entry.label) for entry in made.entries]
    assert labels[0] == "0"
    assert made.entries[0].count == 2
    assert all("." not in label for label in labels)


def test_owners_have_their_colours_and_counts():
    made = legend.named_legend(told((0, OK), (1, OK), (1, OK), (2, FEW)), [("甲", OWNERS[0]), ("乙", OWNERS[1]), ("-", "#ffffff")])
    assert [(entry.label, entry.count) for entry in made.entries] == [("甲", 1), ("乙", 2), ("-", 1)]
