"""White space and park status."""

import numpy as np
import pandas as pd
import pytest

from gridmap.facts import measure, roll_up
from gridmap.parks import PARK_STATUSES, park_status, white_space
from gridmap.settings import Rules
from tests.builders import AS_OF, CELLS, plan, seven_cells


@pytest.mark.parametrize(
    ("known", "ours", "tier", "value"),
    [
        (800, 600, "A", 10_000),  # 200 lines that are not ours at 50 a month
        (None, None, "C", 1_250),  # nobody surveyed it: 25 lines is the guess for C
        (None, 10, "C", 750),
        (None, 40, "C", 0),  # more than the guess are ours already
        (5, 8, "M", 0),
        (None, None, None, 200),  # of unknown tier: the smallest guess
        (0, None, "A", 0),  # surveyed: there are none
    ],
)
def test_white_space_is_what_is_not_ours_times_the_revenue_of_a_line(known, ours, tier, value):
    table = pd.DataFrame({"lines_known": pd.array([known], "Int64"), "our_lines": pd.array([ours], "Int64")})
    tiers = pd.Series([tier], dtype="str")
    assert list(white_space(table, tiers, live=np.array([True]), rules=Rules())) == [value]
    assert list(white_space(table, tiers, live=np.array([False]), rules=Rules())) == [0]


@pytest.mark.parametrize(
    ("owners", "organisations", "never", "files", "complete", "surveyed", "status"),
    [
        (0, 9, 0, 9, 9, 1, "unowned"),  # whatever was done there
        (2, 9, 0, 9, 9, 1, "split"),
        (1, 9, 9, 3, 3, 1, "never_visited"),
        (1, 0, 0, 0, 0, 0, "never_visited"),  # nobody known, nobody looked
        (1, 0, 0, 0, 0, 1, "covered"),  # looked, and empty
        (1, 9, 3, 0, 0, 0, "not_filed"),
        (1, 10, 0, 8, 7, 0, "partly_covered"),
        (1, 10, 0, 9, 8, 0, "covered"),  # 80 %
    ],
)
def test_a_park_has_one_status(owners, organisations, never, files, complete, surveyed, status):
    row = {"owners": owners, "organisations": organisations, "never": never, "files": files, "complete": complete, "surveyed": surveyed}
    assert list(park_status(pd.DataFrame([row]), filed_target=0.8)) == [status]
    assert status in dict(PARK_STATUSES)


def test_the_parks_of_the_drawing():
    it, today = seven_cells(), plan()
    rolled = roll_up(measure(it, today.holders_now, as_of=AS_OF, window_days=365, rules=Rules()), "park", market=it)
    owners = pd.Series({"P1": CELLS["mid"], "P2": CELLS["se"]}).map(today.owners_now).notna().astype(int)
    table = rolled.loc[["P1", "P2"]].assign(owners=owners, never=rolled["visit_never"], surveyed=rolled["surveys"])
    assert park_status(table, filed_target=0.8).to_dict() == {"P1": "partly_covered", "P2": "unowned"}
