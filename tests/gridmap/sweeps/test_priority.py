"""Every part of the priority on the seven cells, worked out by hand.

Weights: never visited 6, overdue 3, unfiled 4, danger 5, contract ending 4, wins near 3, follow-up 8, task 6; tiers A 2, B 1.6, C 1.2, M 1.
"""

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from gridmap.market import Market
from gridmap.settings import Settings
from gridmap.sweeps.candidates import blocked_said, blocks_counted, find_candidates, reasons_of, without_place
from gridmap.sweeps.priority import PARTS
from gridmap.sweeps.request import DoorFilter, Shift, SweepRequest
from gridmap.texts import said
from tests import builders

DAY = date(2026, 7, 1)
EVERYBODY = SweepRequest(tuple(Shift(manager, DAY, 510, 1050) for manager in ("am1", "cm1", "cm2")))
S = Settings()


def table_of(market: Market | None = None, request: SweepRequest = EVERYBODY, **how: object) -> pd.DataFrame:
    given = {"as_of": builders.AS_OF, "settings": S, **how}
    return find_candidates(market or builders.seven_cells(), builders.plan(), request, **given)  # type: ignore[arg-type]


def why(table: pd.DataFrame, org_id: str) -> list[str]:
    row = table.loc[[org_id]].to_dict("records")[0]
    return [said(reason.said) for reason in reasons_of(row, S)]


# What each organisation is worth, why, and how its sum is made.
WORTH = (
    ("o1", 0.0, ["A tier"]),  # visited ten days ago, file complete, its win is a day too old
    ("o2", 1.6 * 2, ["its file is not complete", "B tier"]),  # 4 x 0.5: the licence has run out
    ("o3", 1.2 * (3.75 + 1 + 1), ["in danger: Orange", "1 visit owed", "1 win within 300 m", "C tier"]),  # 5 x 0.75, 3 x 1/3, 3 x 1/3
    ("o4", 1.2 * (6 + 4 + 3 + 1), ["never visited", "no file", "3 visits owed", "1 win within 300 m", "C tier"]),
    ("o5", 6 + 4 + 1, ["never visited", "no file", "1 win within 300 m", "M tier"]),  # younger than its cycle; the win is o4's
    ("o6", 3.75, ["in danger: Orange", "M tier"]),  # 9 of 12 points: 0.75
    ("o7", 6 + 4, ["never visited", "no file"]),  # of unknown tier, and nobody knows since when it is there
    ("o8", 1.6 * (6 + 4 + 3 + 1), ["never visited", "no file", "3 visits owed", "1 win within 300 m", "B tier"]),  # lost, its own win
    ("o12", 1.6 * (2 + 1), ["2 visits owed", "1 win within 300 m", "B tier"]),  # 120 days of 60; the visit after midnight is tomorrow's
)


@pytest.mark.parametrize(("org_id", "prize", "reasons"), WORTH)
def test_worth_and_words(org_id: str, prize: float, reasons: list[str]) -> None:
    table = table_of()
    assert table.loc[org_id, "prize"] == pytest.approx(prize)
    assert why(table, org_id) == reasons


def test_candidates_are_live_and_held_by_the_managers() -> None:
    table = table_of()
    assert table["holder"].to_dict() == {
        "o1": "am1", "o12": "am1", "o2": "am1", "o3": "cm1", "o4": "cm1", "o5": "cm1", "o6": "cm2", "o7": "cm2", "o8": "cm2",
    }  # fmt: skip
    assert list(table_of(request=SweepRequest((Shift("cm1", DAY, 510, 1050),))).index) == ["o3", "o4", "o5"]


def test_a_follow_up_promised_counts_when_it_is_due_in_the_sweep() -> None:
    visits = builders.visits().assign(next_due=pd.NaT)
    visits.loc[visits["visit_id"].eq("v4"), "next_due"] = pd.Timestamp(2026, 7, 1)
    visits.loc[visits["visit_id"].eq("v6"), "next_due"] = pd.Timestamp(2026, 7, 8)  # within a week after it: half
    visits.loc[visits["visit_id"].eq("v3"), "next_due"] = pd.Timestamp(2026, 7, 9)  # later
    visits.loc[visits["visit_id"].eq("v7"), "next_due"] = pd.Timestamp(2026, 6, 1)  # kept: v6 came after it
    table = table_of(builders.seven_cells(visits=visits))
    assert table["follow_up"].to_dict() == pytest.approx(dict.fromkeys(table.index, 0.0) | {"o3": 1.2 * 8, "o6": 4.0})
    assert why(table, "o3")[0] == "follow-up promised for Jul 1, 2026"


def test_tasks_at_the_door_count_and_calls_do_not() -> None:
    tasks = builders.frame(
        ("task_id", "org_id", "kind", "due_on", "assigned_to", "state"),
        ("k1", "o3", "warning", pd.Timestamp(2026, 6, 20), "cm1", "open"),
        ("k2", "o4", "call", pd.Timestamp(2026, 6, 20), "cm1", "open"),
        ("k3", "o5", "check", pd.Timestamp(2026, 7, 5), "cm1", "open"),
        ("k4", "o6", "check", pd.Timestamp(2026, 6, 5), "cm2", "done"),
        ("k5", "o7", "follow_up", pd.Timestamp(2026, 6, 5), "cm2", "open"),
    )
    table = table_of(builders.seven_cells(tasks=tasks))
    assert table["task_due"].to_dict() == pytest.approx(dict.fromkeys(table.index, 0.0) | {"o3": 1.2 * 6, "o5": 3.0})
    assert table.loc["o7", "follow_up"] == 8.0
    assert "Warning due on Jun 20, 2026" in why(table, "o3")


def test_a_contract_counts_more_the_nearer_its_end() -> None:
    organisations = builders.organisations().set_index("org_id")
    ends = {"o1": "2026-06-30", "o2": "2026-08-29", "o3": "2026-07-30", "o4": "2026-08-30", "o5": "2026-05-01", "o6": "2026-04-30"}
    organisations["contract_end"] = pd.to_datetime(pd.Series(ends)).reindex(organisations.index)
    found = table_of(builders.seven_cells(organisations=organisations.reset_index()))["contract_ending"]
    # today 1, after 60 days 0.5, in between in proportion, ended 60 days ago still 1; one day beyond either end nothing
    assert found[["o1", "o2", "o3", "o4", "o5", "o6"]].tolist() == pytest.approx([2 * 4, 1.6 * 2, 1.2 * 3, 0, 4, 0])


def test_wins_are_counted_within_the_radius_and_the_days() -> None:
    lat, lon = builders.spot("ne")
    near, far = 299 / 111_320, 302 / 111_320  # degrees of latitude

    def win(name: str, north: float, day: str, lines: int, verified: bool | None) -> tuple[object, ...]:  # noqa: FBT001 - as the column is
        return (name, None, day, lines, verified, lat + north, lon)

    rows = (
        win("a", near, "2026-06-30", 1, True),
        win("b", far, "2026-06-30", 1, True),  # too far
        win("c", 0, "2026-01-02", 1, None),  # the first of 180 days
        win("d", 0, "2026-01-01", 1, None),  # a day too old
        win("e", 0, "2026-06-01", 0, True),  # an attack without loss
        win("f", 0, "2026-06-01", 4, False),  # looked into, and untrue
        win("g", 0, "2026-07-01", 4, True),  # tomorrow
    )
    names = ["win_id", "org_id", "happened_on", "lines_lost", "verified", "lat", "lon"]
    wins = pd.DataFrame(list(rows), columns=names).assign(competitor="A")
    table = table_of(builders.seven_cells(wins=wins.assign(happened_on=pd.to_datetime(wins["happened_on"]))))
    assert why(table, "o4")[-2:] == ["2 wins within 300 m", "C tier"]
    assert table.loc["o4", "wins_near"] == pytest.approx(1.2 * 3 * 2 / 3)


def test_without_any_visits_nobody_is_never_visited_or_owed() -> None:
    table = table_of(builders.seven_cells(visits=builders.visits().iloc[:0]))
    assert (table[["never_visited", "overdue"]] == 0).all(axis=None)


def test_nobody_is_spoken_to_more_often_than_the_cap() -> None:
    moments = ("2026-06-01 10:00", "2026-06-25 09:00", "2026-06-25 16:00", "2026-06-30 10:00", "2026-05-31 10:00")
    rows = [
        ("x1", "o4", "cm1", moments[0], "visit", "met"),  # the first of the 30 days
        ("x2", "o4", "cm1", moments[1], "call", "staff_only"),
        ("x3", "o5", "cm1", moments[1], "call", "met"),
        ("x4", "o5", "cm1", moments[2], "visit", "refused"),  # the same day: one contact
        ("x5", "o7", "cm2", moments[1], "visit", "not_in"),  # nobody was bothered
        ("x6", "o7", "cm2", moments[3], "visit", "not_in"),
        ("x7", "o8", "cm2", moments[4], "visit", "met"),  # a day too old
        ("x8", "o8", "cm2", moments[3], "visit", "met"),
    ]
    visits = pd.DataFrame(rows, columns=["visit_id", "org_id", "manager_id", "visited_at", "kind", "outcome"])
    visits["visited_at"] = pd.to_datetime(visits["visited_at"]).dt.tz_localize("Asia/Shanghai").dt.tz_convert("UTC")
    market = builders.seven_cells(visits=visits)
    table = table_of(market)
    assert table.loc[["o4", "o5", "o7", "o8"], "contacts"].tolist() == [2, 1, 0, 1]
    assert table.index[table["blocked"] == "contacts"].tolist() == ["o4"]
    assert said(blocked_said(table.loc[["o4"]].to_dict("records")[0])) == "It was spoken to 2 times in the last 30 days."
    wanted = table_of(market, replace(EVERYBODY, mandatory=("o4",)))
    assert wanted.loc["o4", "blocked"] == ""
    assert why(wanted, "o4")[-1] == "asked for, though it was spoken to 2 times in 30 days"


def test_what_keeps_doors_out_is_counted_in_words() -> None:
    nowhere = builders.organisations()
    nowhere.loc[nowhere["org_id"].isin(["o2", "o12"]), ["lat", "lon"]] = None
    table = table_of(builders.seven_cells(organisations=nowhere), replace(EVERYBODY, without=("o3",)), locked=frozenset({"o4"}))
    assert table["blocked"].to_dict() == {
        "o1": "nothing_due", "o12": "no_place", "o2": "no_place", "o3": "without", "o4": "locked", "o5": "", "o6": "", "o7": "", "o8": "",
    }  # fmt: skip
    assert [said(each) for each in blocks_counted(table)] == [
        "2 doors have no place: place them on Data.",
        "1 door is in another published sweep.",
        "1 door was left out.",
        "Nothing is due at 1 door.",
    ]


def test_who_has_no_place_and_no_holder_is_counted() -> None:
    assert without_place(builders.seven_cells(), builders.plan(), builders.AS_OF) == 1  # o10
    held = builders.plan(holders=pd.Series({"o10": "am1"}, dtype="str"))
    assert without_place(builders.seven_cells(), held, builders.AS_OF) == 0


def test_what_must_be_visited_is_kept_out_by_place_and_lock_alone() -> None:
    request = replace(EVERYBODY, mandatory=("o1", "o4"), without=(), wanted=DoorFilter(tiers=("M",)))
    table = table_of(request=request, locked=frozenset({"o4"}))
    assert list(table.index) == ["o1", "o4", "o5", "o6"]  # listed whatever the filter
    assert table["blocked"].to_dict() == {"o1": "", "o4": "locked", "o5": "", "o6": ""}


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (DoorFilter(tiers=("A", "B")), ["o1", "o12", "o2", "o8"]),
        (DoorFilter(trades=("education",)), ["o12", "o6"]),
        (DoorFilter(towns=("t-east",), tiers=("C",)), ["o3", "o4"]),
        (DoorFilter(parks=("P1",)), ["o1", "o2"]),
        (DoorFilter(cells=(builders.CELLS["nw"], builders.CELLS["w"])), ["o6", "o7", "o8"]),
        (DoorFilter(parts=("danger", "contract_ending")), ["o3", "o6"]),
        (DoorFilter(parts=("no such part",)), []),
        (DoorFilter(streets=("Nowhere",)), []),
    ],
)
def test_filters(wanted: DoorFilter, expected: list[str]) -> None:
    assert list(table_of(request=replace(EVERYBODY, wanted=wanted)).index) == expected


def test_the_inputs_stay_as_they_are() -> None:
    market = builders.seven_cells()
    before = {name: frame.copy() for name, frame in market.tables.items()}
    table_of(market)
    for name, frame in market.tables.items():
        pd.testing.assert_frame_equal(pd.DataFrame(frame), pd.DataFrame(before[name]))


def test_parts_and_weights_go_together() -> None:
    keys = [part.key for part in PARTS]
    assert len(set(keys)) == len(keys)
    assert sorted(keys) == sorted(key for key, _ in S.sweeps.weights)
    table = table_of()
    assert table["prize"].tolist() == pytest.approx(table[keys].sum(axis=1).tolist())


def test_what_is_to_be_done_at_a_door_takes_its_time() -> None:
    minutes = table_of()["service_min"]
    assert minutes[["o2", "o4"]].tolist() == [30, 20]  # B and C
    assert minutes["o3"] == 20 + 10  # in danger
