"""Whom to call: the order, each organisation once, nobody too often, and the one contact."""

from datetime import date

import pandas as pd

from gridmap.fieldwork.call_list import REASONS, ROLES_FIRST, call_list
from gridmap.fieldwork.due import nothing_planned
from gridmap.settings import Rules, SweepRules
from gridmap.texts import said
from tests.builders import organisations, plan, seven_cells
from tests.gridmap.fieldwork.field_rows import planned, tasks, visits

TUESDAY = date(2026, 6, 30)
NO_CONTACTS = pd.DataFrame({name: pd.Series(dtype="str") for name in ("contact_id", "org_id", "role", "name", "phone")})


def calls(it, contacts: pd.DataFrame = NO_CONTACTS, *, of: pd.DataFrame | None = None, **rules: int) -> pd.DataFrame:
    on = nothing_planned() if of is None else of
    return call_list(it, plan(), contacts, day=TUESDAY, planned=on, rules=Rules(), sweep_rules=SweepRules(**rules))


def test_promises_come_first_then_warnings_calls_contracts_and_who_was_not_visited_for_long() -> None:
    ends = organisations()["org_id"].map({"o2": "2026-08-29", "o6": "2026-08-30"})
    it = seven_cells(
        organisations=organisations().assign(contract_end=pd.to_datetime(ends)),
        visits=visits(
            ("a", "o1", "am1", "2026-06-20 10:00", "visit", "met", "2026-06-28"),
            ("b", "o2", "am1", "2026-06-29 10:00", "visit", "not_in"),
            ("c", "o12", "am1", "2026-05-01 10:00", "visit", "met"),  # tier B, due on the 60th day after it: today
            ("d", "o10", "cm1", "2026-05-01 10:00", "visit", "met"),  # tier C, due in a month
        ),
        tasks=tasks(
            ("t1", "o3", "warning", "2026-06-30", "cm1"),
            ("t2", "o4", "call", "2026-06-30", "cm1"),
            ("t3", "o7", "check", "2026-06-30", "cm2"),
        ),
    )
    made = calls(it)
    assert made[["org_id", "reason", "manager_id"]].to_numpy().tolist() == [
        ["o1", "promised", "am1"],
        ["o3", "warning", "cm1"],
        ["o4", "call", "cm1"],
        ["o2", "contract", "am1"],  # sixty days from now; o6 a day later is none
        ["o12", "long_ago", "am1"],
    ]
    assert said(made["why"][3]) == "the contract ends on Aug 29, 2026"
    assert made["late_days"].tolist() == [2, 0, 0, -60, 0]
    assert list(dict.fromkeys(made["reason"])) == [reason for reason, _title in REASONS]


def test_each_organisation_is_called_once_for_the_first_reason() -> None:
    it = seven_cells(
        visits=visits(("a", "o1", "am1", "2026-05-20 10:00", "visit", "met", "2026-06-28")),
        tasks=tasks(("t1", "o1", "warning", "2026-06-20", "am1"), ("t2", "o1", "call", "2026-06-20", "am2")),
    )
    assert calls(it)[["org_id", "reason"]].to_numpy().tolist() == [["o1", "promised"]]


def test_who_is_visited_today_is_not_called() -> None:
    it = seven_cells(visits=visits(), tasks=tasks(("t1", "o1", "call", "2026-06-30", "am1"), ("t2", "o2", "call", "2026-06-30", "am1")))
    assert calls(it, of=planned(("o1", "am1", "2026-06-30", 1), ("o2", "am1", "2026-06-29", 1)))["org_id"].tolist() == ["o2"]


def test_who_was_contacted_often_enough_is_held_back_and_listed_last() -> None:
    spoken = [(f"v{org}{day}", org, "am1", f"2026-06-0{day} 10:00", "call", "met") for org in ("o1", "o2") for day in (1, 2)]
    promise = ("p", "o2", "am1", "2026-06-03 10:00", "visit", "met", "2026-06-30")
    it = seven_cells(
        visits=visits(*spoken, promise),
        tasks=tasks(("t1", "o1", "warning", "2026-06-30", "am1"), ("t2", "o3", "call", "2026-06-30", "cm1")),
    )
    made = calls(it)
    assert made[["org_id", "held_back", "contacts"]].to_numpy().tolist() == [["o2", False, 3], ["o3", False, 0], ["o1", True, 2]]
    assert not calls(it, most_contacts_month=3)["held_back"].any()


def test_the_contact_is_the_decision_maker_and_who_has_no_number_comes_after_who_has() -> None:
    it = seven_cells(visits=visits(), tasks=tasks(*((f"t{org}", org, "call", "2026-06-30", "am1") for org in ("o1", "o2", "o3"))))
    known = pd.DataFrame(
        [
            ("c1", "o2", "contact", "Ann", "138****0001"),
            ("c2", "o2", "decision_maker", "Bo", "138****0002"),
            ("c3", "o3", None, "Cy", "138****0003"),
            ("c4", "o3", "technical", "Di", "138****0004"),
        ],
        columns=["contact_id", "org_id", "role", "name", "phone"],
    )
    made = calls(it, known)
    assert made[["org_id", "contact", "role", "phone"]].to_numpy(dtype=object).tolist()[:2] == [
        ["o2", "Bo", "decision_maker", "138****0002"],
        ["o3", "Di", "technical", "138****0004"],
    ]
    assert made["org_id"].tolist() == ["o2", "o3", "o1"]
    assert made["phone"].isna().tolist() == [False, False, True]
    assert ROLES_FIRST[0] == "decision_maker"


def test_what_is_left_over_for_long_comes_after_the_work_of_the_day() -> None:
    it = seven_cells(
        visits=visits(("a", "o1", "am1", "2025-06-01 10:00", "visit", "met", "2025-06-28")),
        tasks=tasks(("t2", "o4", "call", "2026-06-30", "cm1")),
    )
    assert calls(it)[["org_id", "left_over"]].to_numpy().tolist() == [["o4", False], ["o1", True]]


def test_prospects_and_the_dead_are_not_called_for_want_of_a_visit() -> None:
    old = "2025-01-01 10:00"
    it = seven_cells(visits=visits(*((f"v{org}", org, "am1", old, "visit", "met") for org in ("o4", "o8", "o9", "o3"))), tasks=tasks())
    assert calls(it)["org_id"].tolist() == ["o3"]  # o4 is a prospect, o8 lost, o9 closed


def test_nothing_to_call_is_an_empty_list() -> None:
    it = seven_cells(organisations=organisations().iloc[:0], visits=visits(), tasks=tasks())
    assert len(calls(it)) == 0
