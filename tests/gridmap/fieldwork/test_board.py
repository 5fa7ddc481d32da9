"""The morning board: what is due and for whom, what was done, what stood in the way, and that nobody is pestered."""

from datetime import date

import pandas as pd
import pytest

from gridmap.fieldwork.board import Board, announcement, effective_share, morning_board
from gridmap.fieldwork.due import KINDS, due_items, nothing_planned
from gridmap.fieldwork.yesterday import last_working_day
from gridmap.market import FOREVER_US, Market
from gridmap.open_items import open_items
from gridmap.plan import Move
from gridmap.settings import SweepRules
from gridmap.sweeps.contacts import contacts_lately
from gridmap.texts import Name, said
from tests.builders import managers, organisations, plan, seven_cells
from tests.gridmap.fieldwork.field_rows import planned, tasks, visits

TUESDAY = date(2026, 6, 30)
RULES = SweepRules()


def board(it: Market, of: pd.DataFrame | None = None, *, day: date = TUESDAY, rules: SweepRules = RULES, on=None) -> Board:
    return morning_board(it, on or plan(), nothing_planned() if of is None else of, day=day, rules=rules)


def due_of(made: Board) -> list[tuple[str, str, str, int]]:
    return list(made.due[["manager_id", "org_id", "kinds", "late_days"]].itertuples(index=False, name=None))


# What is due, and for whom


def test_a_promise_is_the_holders_a_task_is_for_whom_it_is_given_to() -> None:
    it = seven_cells(
        visits=visits(
            ("a", "o3", "am2", "2026-06-20 10:00", "visit", "met", "2026-06-28"),
            ("b", "o10", "cm1", "2026-06-20 10:00", "visit", "met", "2026-06-30"),
        ),
        tasks=tasks(
            ("t1", "o6", "supervised", "2026-06-30", "ld1"),
            ("t2", "o1", "warning", "2026-06-29", None),
            ("t3", "o7", "check", "2026-06-29", "am9"),
        ),
    )
    assert due_of(board(it)) == [
        ("am1", "o1", "warning", 1),  # for nobody: the holder by name
        ("cm1", "o3", "follow_up", 2),  # am2 promised, cm1 owns the cell
        ("cm1", "o10", "follow_up", 0),  # no place and no holder: whoever promised
        ("cm2", "o7", "check", 1),  # am9 has left
        ("ld1", "o6", "supervised", 0),  # a leader looks after it
    ]


def test_moves_of_a_plan_move_what_is_promised() -> None:
    it = seven_cells(visits=visits(("a", "o1", "am1", "2026-06-20 10:00", "visit", "met", "2026-06-28")), tasks=tasks())
    moved = plan().with_moves([Move("o1", "holder", "am1", "am2")])
    assert due_of(board(it, on=moved)) == [("am2", "o1", "follow_up", 2)]


def test_one_line_per_manager_and_organisation_the_most_urgent_first() -> None:
    it = seven_cells(
        visits=visits(("a", "o1", "am1", "2026-06-20 10:00", "visit", "met", "2026-06-25")),
        tasks=tasks(
            ("t1", "o1", "call", "2026-06-30", "am1"),
            ("t2", "o1", "warning", "2026-06-29", "am2"),
            ("t3", "o1", "expiry", "2026-07-01", "am1"),
        ),
    )
    made = board(it, planned(("o1", "am1", "2026-06-30", 3)))
    assert due_of(made) == [("am1", "o1", "follow_up;call;visit", 5), ("am2", "o1", "warning", 1)]
    assert made.due["also"].tolist() == ["am2", "am1"]
    assert made.due["kind"].tolist() == ["follow_up", "warning"]
    assert [said(each) for each in made.due["why"][0]] == [
        "follow-up promised on Jun 20, 2026 for Jun 25, 2026",
        "call, due on Jun 30, 2026",
        "visit 3 of the day (June)",
    ]
    assert (made.total["due"], made.total["overdue"]) == (2, 2)


def test_nothing_is_due_at_an_organisation_that_is_gone() -> None:
    it = seven_cells(
        visits=visits(), tasks=tasks(("t1", "o9", "check", "2026-06-29", "cm2"), ("t2", "nobody", "check", "2026-06-29", "cm2"))
    )
    assert due_of(board(it)) == []


def test_what_is_done_void_or_later_is_not_due() -> None:
    it = seven_cells(
        visits=visits(),
        tasks=tasks(
            ("t1", "o1", "call", "2026-06-29", "am1", "done", "2026-06-29"),
            ("t2", "o2", "call", "2026-06-29", "am1", "void"),
            ("t3", "o3", "call", "2026-07-01", "am1"),
        ),
    )
    made = board(it)
    assert due_of(made) == []
    assert made.sums.loc["am1", "tasks_done"] == 1


def test_a_planned_visit_is_due_until_somebody_went_there() -> None:
    of = planned(
        ("o1", "am1", "2026-06-29", 1), ("o2", "am1", "2026-06-30", 1), ("o3", "cm1", "2026-06-30", 2), ("o4", "cm1", "2026-07-01", 1)
    )
    it = seven_cells(
        visits=visits(
            ("a", "o1", "am1", "2026-06-28 10:00", "visit", "met"),
            ("b", "o2", "am1", "2026-06-30 10:00", "call", "met"),
            ("c", "o3", "cm2", "2026-06-30 10:00", "sweep", "not_in"),
        ),
        tasks=tasks(),
    )
    made = board(it, of)
    assert due_of(made) == [("am1", "o1", "visit", 1), ("am1", "o2", "visit", 0)]  # a call is no visit; o3 was tried today
    assert said(made.due["why"][0][0]) == "planned for Jun 29, 2026, nobody was there yet"
    assert made.sums.loc["cm1", ["planned", "planned_done"]].tolist() == [1, 1]
    assert made.sums.loc["am1", ["planned", "planned_done"]].tolist() == [1, 0]


def test_nobody_is_pestered_and_what_is_held_back_is_said() -> None:
    spoken = visits(
        ("a", "o1", "am1", "2026-06-02 10:00", "call", "met"),
        ("b", "o1", "am1", "2026-06-02 15:00", "visit", "met"),
        ("c", "o1", "am1", "2026-06-09 10:00", "visit", "refused"),
        ("d", "o2", "am1", "2026-06-02 10:00", "visit", "not_in"),
        ("e", "o2", "am1", "2026-05-31 10:00", "visit", "met"),
        ("f", "o2", "am1", "2026-06-05 10:00", "visit", "staff_only"),
    )
    it = seven_cells(visits=spoken, tasks=tasks(("t1", "o1", "call", "2026-06-30", "am1"), ("t2", "o2", "call", "2026-06-30", "am1")))
    assert contacts_lately(it, TUESDAY).to_dict() == {"o1": 2, "o2": 1}  # two on one day are one; a closed door is none
    made = board(it)
    assert made.due.set_index("org_id")["held_back"].to_dict() == {"o2": False, "o1": True}
    assert made.sums.loc["am1", ["due", "held_back"]].tolist() == [1, 1]
    assert "Held back: 1, contacted 2 times this month already" in [said(each) for each in lines(made)]
    wide = board(it, rules=SweepRules(most_contacts_month=3))
    assert wide.sums.loc["am1", ["due", "held_back"]].tolist() == [2, 0]


@pytest.mark.parametrize("kind", ["supervised", "follow_up", "check"])
def test_what_was_promised_or_ordered_is_not_held_back(kind: str) -> None:
    spoken = visits(*((f"v{day}", "o1", "am1", f"2026-06-0{day} 10:00", "call", "met") for day in (1, 2, 3)))
    it = seven_cells(visits=spoken, tasks=tasks(("t1", "o1", kind, "2026-06-30", "am1")))
    assert board(it).due["held_back"].tolist() == [False]


def test_what_is_long_overdue_is_left_over_and_counted_apart() -> None:
    it = seven_cells(
        visits=visits(),
        tasks=tasks(
            ("t1", "o1", "call", "2026-05-31", "am1"),
            ("t2", "o2", "call", "2026-05-30", "am1"),
            ("t3", "o3", "call", "2026-01-30", "am1"),
            ("t4", "o3", "check", "2026-06-30", "am1"),
        ),
    )
    made = board(it)
    assert made.due.set_index("org_id")["left_over"].to_dict() == {"o3": False, "o1": False, "o2": True}  # 30 days late is not yet
    assert made.sums.loc["am1", ["due", "overdue", "left_over", "oldest"]].tolist() == [2, 2, 1, 151]


# What was done


def test_yesterday_is_since_the_last_working_day() -> None:
    it = seven_cells(managers=managers().assign(working_days="12345"))
    assert last_working_day(it, date(2026, 6, 29)) == date(2026, 6, 26)  # Monday: since Friday
    assert last_working_day(it, TUESDAY) == date(2026, 6, 29)
    assert last_working_day(seven_cells(), date(2026, 6, 29)) == date(2026, 6, 27)  # cm2 works on Saturdays
    assert last_working_day(seven_cells(managers=managers().iloc[:0]), TUESDAY) == date(2026, 6, 29)


def test_visits_by_outcome_and_the_share_that_was_effective() -> None:
    done = visits(
        ("a", "o1", "am1", "2026-06-29 09:00", "visit", "met"),
        ("b", "o1", "am1", "2026-06-29 15:00", "visit", "not_in"),
        ("c", "o2", "am1", "2026-06-29 10:00", "call", "not_in"),
        ("d", "o3", "cm1", "2026-06-29 23:59", "sweep", "filed"),
        ("e", "o4", "cm1", "2026-06-30 00:00", "sweep", "met"),
        ("f", "o4", "cm1", "2026-06-28 23:59", "sweep", "met"),
    )
    made = board(seven_cells(visits=done, tasks=tasks()))
    assert (made.first, made.last) == (date(2026, 6, 29), date(2026, 6, 29))
    assert made.done.loc["am1", ["met", "not_in", "attempts", "effective", "calls"]].tolist() == [1, 2, 2, 1, 1]
    assert made.done.loc["cm1", ["filed", "filings", "attempts", "effective"]].tolist() == [1, 1, 1, 1]
    assert effective_share(made.done).to_dict() == {"am1": 0.5, "cm1": 1.0}
    assert made.sums.loc["cm2", "attempts"] == 0  # who did nothing is on the board


def test_follow_ups_kept_and_missed() -> None:
    done = visits(
        ("a", "o1", "am1", "2026-06-20 09:00", "visit", "met", "2026-06-29"),
        ("b", "o2", "am1", "2026-06-20 09:00", "visit", "met", "2026-06-29"),
        ("c", "o3", "cm1", "2026-06-20 09:00", "visit", "met", "2026-07-20"),
        ("d", "o1", "am2", "2026-06-29 09:00", "visit", "met"),
        ("e", "o2", "am1", "2026-06-29 09:00", "visit", "not_in"),
        ("f", "o3", "cm1", "2026-06-29 09:00", "call", "staff_only"),
    )
    made = board(seven_cells(visits=done, tasks=tasks()))
    assert made.sums.loc["am2", "kept"] == 1  # whoever went
    assert made.sums.loc["cm1", ["kept", "missed"]].tolist() == [1, 0]  # before its day is kept too
    assert made.sums.loc["am1", ["kept", "missed"]].tolist() == [0, 1]


def test_difficulties_are_listed_once_each() -> None:
    hard = visits(
        ("a", "o1", "am1", "2026-06-29 09:00", "visit", "refused", None, "no time"),
        ("b", "o2", "am1", "2026-06-29 09:00", "visit", "moved"),
        ("c", "o3", "cm1", "2026-06-29 09:00", "visit", "met", None, "wants a bill for all"),
        ("d", "o4", "cm1", "2026-06-28 09:00", "visit", "closed"),
        ("e", "o6", "cm2", "2026-06-29 09:00", "visit", "met", None, "  "),
    )
    made = board(seven_cells(visits=hard, tasks=tasks()))
    listed = {(row.manager_id, row.org_id, row.kind) for row in made.difficulties.itertuples()}
    assert listed == {("am1", "o1", "refused"), ("am1", "o2", "moved"), ("cm1", "o3", "note")}
    assert made.total["difficulties"] == 3


@pytest.mark.parametrize(
    ("earlier", "final"),
    [
        ([], False),
        ([("2026-06-29 09:00", "sweep", "not_in")], False),  # the same half day
        ([("2026-06-26 09:00", "sweep", "not_in")], True),
        ([("2026-06-26 15:00", "sweep", "not_in"), ("2026-06-27 09:00", "sweep", "met")], False),  # found in between
        ([("2026-06-26 15:00", "call", "not_in")], False),  # a call is no try at the door
        ([("2026-06-26 15:00", "sweep", "not_in"), ("2026-06-26 09:00", "sweep", "not_in")], False),  # was final already
    ],
)
def test_nobody_in_is_final_with_the_second_try_in_another_half_day(earlier: list[tuple[str, str, str]], final: bool) -> None:  # noqa: FBT001
    rows = [(f"e{place}", "o4", "cm1", *each) for place, each in enumerate(earlier)]
    it = seven_cells(visits=visits(*rows, ("z", "o4", "cm1", "2026-06-29 11:00", "sweep", "not_in")), tasks=tasks())
    assert board(it).difficulties["kind"].tolist() == (["nobody_in"] if final else [])


def test_difficulties_of_on_site_days_are_on_the_board() -> None:
    day = pd.DataFrame({"campaign_id": ["z"], "org_id": [None], "park_id": ["P1"], "manager_id": ["cm1"], "state": ["held"]})
    day = day.assign(held_on=pd.Timestamp(2026, 6, 29), difficulties="no signal", note="n", valid_from_us=0, valid_to_us=FOREVER_US)
    made = board(seven_cells(visits=visits(), tasks=tasks(), campaigns=day))
    assert made.difficulties[["manager_id", "org_id", "kind", "note"]].to_numpy().tolist() == [["cm1", "", "on_site", "no signal"]]


# The whole


def lines(made: Board):
    return announcement(made, branch=Name("新兴", "Xinxing"), managers={"am1": Name("陈", "Chen")}, rules=RULES)


def test_the_branch_is_the_sum_of_its_managers_and_one_manager_sees_their_own() -> None:
    it = seven_cells(tasks=tasks(("t1", "o1", "call", "2026-06-29", "am1"), ("t2", "o6", "call", "2026-06-29", "cm2")))
    made = board(it)
    mine = made.of("am1")
    assert mine.due["org_id"].tolist() == ["o1"]
    assert mine.sums.loc["am1", "due"] == 1
    nobody = made.of("am7")
    assert (len(nobody.due), nobody.total.sum()) == (0, 0)
    assert sum(made.of(each).total["due"] for each in made.sums.index) == made.total["due"] == 2


def test_the_announcement_names_managers_and_no_organisation() -> None:
    it = seven_cells(organisations=organisations().assign(name="Secret Works"), tasks=tasks(("t1", "o1", "call", "2026-06-29", "am1")))
    english, chinese = ([said(each, language) for each in lines(board(it))] for language in ("en", "zh_CN"))
    assert english[0] == "Morning board of Xinxing, Jun 30, 2026"
    assert "Behind: Chen, overdue 1, the oldest by 1 days" in english
    assert not any("Secret" in line or "o1" in line for line in [*english, *chinese])


def test_a_board_of_an_empty_branch_is_empty() -> None:
    it = seven_cells(organisations=organisations().iloc[:0], visits=visits(), tasks=tasks(), managers=managers().iloc[:0])
    made = board(it)
    assert (len(made.due), len(made.difficulties), made.total.sum()) == (0, 0, 0)
    assert len(lines(made)) == 4


def test_every_kind_of_task_and_promise_has_its_place_and_its_words() -> None:
    kinds = [kind for kind, _title in KINDS if kind != "visit"]
    it = seven_cells(visits=visits(), tasks=tasks(*((f"t{kind}", "o1", kind, "2026-06-30", "am1") for kind in kinds)))
    items = due_items(it, plan(), nothing_planned(), day=TUESDAY)
    assert set(items["kind"]) == set(kinds) == set(open_items(it, TUESDAY)["kind"])
    assert len({said(each) for each in board(it).due["why"][0]}) == len(kinds)
