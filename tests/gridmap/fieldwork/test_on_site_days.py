"""On-site days: checklists, what is missing when, and what they brought."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from gridmap.fieldwork.on_site_days import AFTER, BEFORE, RESULTS, joined, missing, on_site_days, on_site_results
from gridmap.market import FOREVER_US
from gridmap.schema.field import CHECKS_AFTER, CHECKS_BEFORE
from sample_geo import TODAY, generate
from tests.builders import seven_cells

TODAY_HERE = date(2026, 6, 30)
ALL_BEFORE, ALL_AFTER = ";".join(CHECKS_BEFORE), ";".join(CHECKS_AFTER)


def days(*rows: tuple[object, ...]) -> pd.DataFrame:
    """Rows of (campaign_id, held_on, state, before, after)."""
    table = pd.DataFrame(list(rows), columns=["campaign_id", "held_on", "state", "before", "after"])
    return table.assign(org_id="o1", manager_id="am1", held_on=pd.to_datetime(table["held_on"]), valid_from_us=0, valid_to_us=FOREVER_US)


def test_every_key_of_a_checklist_has_its_words() -> None:
    assert tuple(key for key, _words in BEFORE) == CHECKS_BEFORE
    assert tuple(key for key, _words in AFTER) == CHECKS_AFTER


def test_the_next_comes_first_then_the_latest_that_is_over() -> None:
    rows = (("a", "2026-06-01"), ("b", "2026-07-09"), ("c", "2026-06-30"), ("d", "2026-06-29"), ("e", "2026-07-02"))
    made = on_site_days(seven_cells(campaigns=days(*((*row, "planned", None, None) for row in rows))), TODAY_HERE)
    assert made[["campaign_id", "when", "days"]].to_numpy().tolist() == [
        ["c", "today", 0],
        ["e", "coming", 2],
        ["b", "coming", 9],
        ["d", "over", -1],
        ["a", "over", -29],
    ]


@pytest.mark.parametrize(
    ("row", "open_"),
    [
        (("2026-07-07", "planned", "agreed", None), True),  # a week before and not ready
        (("2026-07-08", "planned", "agreed", None), False),  # there is time yet
        (("2026-07-01", "planned", ALL_BEFORE, None), False),
        (("2026-06-29", "planned", ALL_BEFORE, None), True),  # over, and nobody said what came of it
        (("2026-06-29", None, ALL_BEFORE, None), True),
        (("2026-06-29", "held", None, "thanked"), True),  # something is left to do after it
        (("2026-06-29", "held", None, ALL_AFTER), False),
        (("2026-06-29", "cancelled", None, None), False),
    ],
)
def test_a_day_asks_for_something_while_it_is_not_ready_or_not_finished(row: tuple[object, ...], open_: bool) -> None:  # noqa: FBT001
    made = on_site_days(seven_cells(campaigns=days(("a", *row))), TODAY_HERE)
    assert made["open"].tolist() == [open_]


def test_what_is_missing_of_a_checklist() -> None:
    made = on_site_days(seven_cells(campaigns=days(("a", "2026-06-29", "held", "staff;agreed", "thanked"))), TODAY_HERE).iloc[0]
    assert made["missing_before"] == ("place", "material", "network", "offer")
    assert made["missing_after"] == CHECKS_AFTER[1:]
    assert missing(np.nan, CHECKS_BEFORE) == CHECKS_BEFORE
    assert joined(["staff", "agreed", "nonsense"], CHECKS_BEFORE) == "agreed;staff"
    assert joined([], CHECKS_BEFORE) is None
    assert missing(joined(CHECKS_AFTER, CHECKS_AFTER), CHECKS_AFTER) == ()


def test_results_are_of_days_held() -> None:
    made = on_site_results(on_site_days(seven_cells(), TODAY_HERE), date(2025, 7, 1), TODAY_HERE, by="manager_id")
    assert made.loc["am1", ["sessions", "places", "cards", "terminals", "services_sold", "conversions"]].tolist() == [2, 1, 20, 3, 5, 7]
    assert made["per_day"].to_dict() == {"am1": 3.5, "cm1": 4.0}
    none = on_site_results(on_site_days(seven_cells(campaigns=days()), TODAY_HERE), TODAY_HERE, TODAY_HERE)
    assert none.loc["all", ["sessions", *(name for name, _title in RESULTS)]].tolist() == [0] * 5
    assert np.isnan(none.loc["all", "per_day"])


def test_the_figures_of_a_year_are_those_of_the_trade() -> None:
    """110 sessions at 60 organisations, 953 cards exchanged, 296 conversions."""
    table = generate(1, tables=("campaigns",)).tables["campaigns"]
    it = seven_cells(campaigns=table)
    made = on_site_results(on_site_days(it, TODAY), TODAY.replace(year=TODAY.year - 1), TODAY).loc["all"]
    assert made[["sessions", "places", "cards", "conversions"]].tolist() == [110, 60, 953, 296]
