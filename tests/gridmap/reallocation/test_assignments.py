"""Assignments: a plan's moves as a table and back; what a file names wrongly is told row by row."""

from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.errors import TableError
from gridmap.plan import Move
from gridmap.reallocation.assignments import assignments_of, moves_from_assignments
from tests.builders import CELLS, plan

DAY = date(2026, 8, 1)
MOVES = (Move(CELLS["e"], "cell", "", "cm2", "nearer"), Move(CELLS["mid"], "cell", "cm1", "", ""), Move("o1", "holder", "am1", "am2"))


def rows(*given: tuple[object, ...], columns: tuple[str, ...] = ("cell", "owner")) -> pd.DataFrame:
    return pd.DataFrame(list(given), columns=list(columns))


def test_a_plan_as_a_table_and_back_has_the_same_moves() -> None:
    drafted = plan().replaced(MOVES)
    table = assignments_of(drafted, DAY)
    assert table.columns.tolist() == ["cell", "owner", "valid_from", "reason"]
    assert set(table["valid_from"]) == {pd.Timestamp(DAY)}
    assert moves_from_assignments(plan(), table) == tuple(move for move in drafted.moves if move.layer == "cell")


def test_of_a_cells_whole_history_the_latest_row_counts() -> None:
    given = rows(
        (CELLS["mid"], "cm1", "2026-08-01"), (CELLS["mid"], "cm2", "2026-09-01"), (CELLS["mid"], None, "2025-01-01"),
        columns=("cell", "owner", "valid_from"),
    )  # fmt: skip
    assert moves_from_assignments(plan(), given) == (Move(CELLS["mid"], "cell", "cm1", "cm2"),)


def test_everything_wrong_is_told_with_its_row() -> None:
    given = rows(("", "cm1"), ("zz", "cm1"), (CELLS["e"], "nobody"), (CELLS["w"], "cm1"), (CELLS["w"], "cm2")).set_axis(range(2, 7))
    with pytest.raises(TableError) as refused:
        moves_from_assignments(plan(), given, cells=CELLS.values(), managers={"cm1", "cm2"})
    told = {(each.row, each.column, each.rule) for each in refused.value.findings}
    assert told == {
        (2, "cell", "required"), (3, "cell", "unknown_cell"), (4, "owner", "unknown_manager"),
        (5, "cell", "two_owners"), (6, "cell", "two_owners"),
    }  # fmt: skip


@pytest.mark.parametrize("columns", [("cell", "who"), ("where", "owner")])
def test_a_table_without_its_columns_is_refused(columns: tuple[str, ...]) -> None:
    with pytest.raises(TableError):
        moves_from_assignments(plan(), rows(("a", "b"), columns=columns))


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(CELLS.values())), st.sampled_from(["", "cm1", "cm2"])))
def test_after_the_moves_everybody_has_what_the_table_says(wanted: dict[str, str]) -> None:
    table = rows(*wanted.items()).astype("str")
    after = plan().with_moves(moves_from_assignments(plan(), table)).owners_now
    before = plan().owners
    expected = {**before, **wanted}
    assert {cell: after.get(cell, "") for cell in CELLS.values()} == {cell: expected.get(cell, "") for cell in CELLS.values()}
