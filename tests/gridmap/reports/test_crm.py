"""Layouts of another system's columns: read strictly, written and read again alike, and nothing in the file is a formula."""

from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmap.errors import PlanError
from gridmap.reports.crm import DATE_FORMATS, KINDS, SOURCES, CrmColumn, CrmLayout, default_layout, lay_out, read_layout, to_mapping
from gridmap.schema.field import OUTCOMES, VISIT_KINDS

GOOD = {"columns": [{"header": "编码", "source": "org_id"}, {"header": "来源", "fixed": "gridmap"}], "date_format": "%Y/%m/%d", "words": []}
KEYS = [kind for kind, _title in KINDS]


def rows(**changes: object) -> pd.DataFrame:
    given = {
        "org_id": ["o1", "o2"],
        "outcome": ["met", "moved"],
        "note": ["fine", None],
        "visited_at": pd.to_datetime(["2026-06-30 09:05", None]),
    }
    return pd.DataFrame({**given, **changes})


@pytest.mark.parametrize("kind", KEYS)
def test_a_common_layout_asks_for_what_there_is_and_comes_back_as_it_was(kind: str) -> None:
    layout = default_layout(kind)
    assert {each.source for each in layout.columns} <= set(SOURCES[kind])
    assert read_layout(kind, to_mapping(layout)) == layout


def test_the_common_layout_has_a_word_for_every_outcome_and_kind_of_visit() -> None:
    words = default_layout("visits").words
    assert {ours for source, ours, _theirs in words if source == "outcome"} == set(OUTCOMES)
    assert {ours for source, ours, _theirs in words if source == "kind"} == set(VISIT_KINDS)
    assert ("outcome", "met", "有效走访") in words


def test_records_stand_in_their_columns_with_their_words_and_dates() -> None:
    layout = CrmLayout(
        (
            CrmColumn("编码", "org_id"),
            CrmColumn("来源", fixed="gridmap"),
            CrmColumn("结果", "outcome"),
            CrmColumn("时间", "visited_at"),
            CrmColumn("内容", "note"),
        ),
        "%Y/%m/%d",
        (("outcome", "met", "有效走访"),),
    )
    made = lay_out(rows(), layout)
    assert list(made.columns) == ["编码", "来源", "结果", "时间", "内容"]
    assert made.to_numpy().tolist() == [["o1", "gridmap", "有效走访", "2026/06/30", "fine"], ["o2", "gridmap", "moved", "", ""]]
    flags = lay_out(
        rows(decision_maker=pd.array([True, None], dtype="boolean")),
        CrmLayout((CrmColumn("d", "decision_maker"),), words=(("decision_maker", "yes", "是"),)),
    )
    assert flags["d"].tolist() == ["是", ""]
    counts = lay_out(rows(roster_members=pd.array([12, None], dtype="Int64")), CrmLayout((CrmColumn("n", "roster_members"),)))
    assert counts["n"].tolist() == ["12", ""]
    assert len(lay_out(rows().iloc[:0], layout)) == 0


@pytest.mark.parametrize("form", DATE_FORMATS)
def test_every_date_format_writes_a_day(form: str) -> None:
    made = lay_out(rows(), CrmLayout((CrmColumn("t", "visited_at"),), form))
    assert made["t"].iloc[0].startswith(("2026-06-30", "2026/06/30", "20260630"))


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        [],
        {},
        {**GOOD, "columns": []},
        {**GOOD, "columns": [{"header": "a"}] * 61},
        {**GOOD, "more": 1},
        {**GOOD, "date_format": "%c"},
        {**GOOD, "columns": [{"header": "", "source": "org_id"}]},
        {**GOOD, "columns": [{"header": "a", "source": "phone"}]},
        {**GOOD, "columns": [{"header": "a", "source": "org_id", "fixed": "b"}]},
        {**GOOD, "columns": [{"header": "a"}, {"header": "a "}]},
        {**GOOD, "columns": [{"header": "a\nb"}]},
        {**GOOD, "columns": [{"header": 5}]},
        {**GOOD, "columns": [{"header": "a", "formula": "=1"}]},
        {**GOOD, "words": [["outcome", "met"]]},
        {**GOOD, "words": [["phone", "met", "x"]]},
        {**GOOD, "words": [["outcome", "", "x"]]},
        {**GOOD, "words": "met"},
    ],
)
def test_what_is_no_layout_is_refused(wrong: object) -> None:
    with pytest.raises(PlanError):
        read_layout("visits", wrong)


_WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=20).filter(
    lambda text: text == text.strip()
)


@given(
    st.lists(st.tuples(_WORDS, st.sampled_from(("", *SOURCES["visits"])), _WORDS), min_size=1, max_size=8, unique_by=lambda each: each[0]),
    st.sampled_from(DATE_FORMATS),
    st.lists(st.tuples(st.sampled_from(SOURCES["visits"]), _WORDS, _WORDS), max_size=5),
)
def test_any_layout_is_the_same_the_next_time(columns: list[tuple[str, str, str]], form: str, words: list[tuple[str, str, str]]) -> None:
    made = tuple(CrmColumn(header, source, "" if source else fixed) for header, source, fixed in columns)
    layout = CrmLayout(made, form, tuple(words))
    assert read_layout("visits", to_mapping(layout)) == layout
    assert replace(layout, words=()) == read_layout("visits", {**to_mapping(layout), "words": []})
