"""How long is searched where nothing, or half of it, is said."""

import pytest

from gridmap.territories.engine.effort import Effort


@pytest.mark.parametrize(("units", "proposals", "starts"), [(10, 12_000_000, 3), (1_500, 12_000_000, 3), (1_501, 8_500_000, 1)])
def test_the_size_decides_where_nothing_is_said(units, proposals, starts):
    assert Effort(workers=2).said(units) == Effort(proposals, starts, 2)


def test_what_is_said_stays():
    # A few proposals shared among many starts would be too few for each: they make one search.
    assert Effort(1_000).said(10) == Effort(1_000, 1)
    assert Effort(1_000, 2).said(10) == Effort(1_000, 2)
    assert Effort(0, 1).said(10) == Effort(12_000_000, 1)


def test_a_part_is_one_search_unless_starts_are_given():
    assert Effort().part(10, 4) == Effort(3_000_000, 1)
    assert Effort(2, 5).part(10, 4) == Effort(1, 5)
