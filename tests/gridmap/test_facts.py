"""Facts: every figure of the drawn market counted by hand, and what must hold for any market."""

from datetime import date

import pandas as pd
import pytest

from gridmap.facts import NOT_PLACED, UNASSIGNED, measure, roll_up
from gridmap.plan import Move
from gridmap.settings import Rules
from tests.builders import AS_OF, CELLS, frame, market, months, organisations, plan, seven_cells, visits

RULES = Rules()
NOBODY = pd.Series(dtype="str")

# As counted by hand from the drawing in tests/builders.py.
BRANCH = {
    "organisations": 10,  # twelve, but o9 is closed and o11 does not exist yet
    "live_A": 1,
    "live_B": 3,  # o2, o12 and o8, by its 120 lines
    "live_C": 3,
    "live_M": 2,
    "live_U": 1,  # o7: no tier, no lines, a trade that decides nothing
    "prospects": 3,
    "lost": 1,
    "files": 6,
    "filed_A": 1,
    "filed_B": 2,
    "filed_C": 2,
    "filed_M": 1,
    "filed_U": 0,
    "complete": 4,  # not o2, whose licence ran out, nor o10 without a roster
    "complete_A": 1,
    "complete_B": 1,
    "complete_C": 1,
    "complete_M": 1,
    "complete_U": 0,
    "filings": 1,  # o3
    "frozen": 7,  # o1 o2 o3 o8 o9 o10 o12
    "frozen_complete": 3,  # o1 o3 o12
    "additions": 1,  # o4
    "roster_members": 500 + 70 + 15 + 3 + 50,
    "roster_checked": 110,
    "roster_passed": 105,
    "licence_valid": 5,
    "roster_sampled": 2,
    "roster_clean": 1,
    "agreement_valid": 6,
    "roster_due": 6,
    "roster_full": 3,  # o6 3 of 3, o12 50 of 50, o1 500 of 600 = 83 %; not o2 70 %, o3 75 %, o10 none
    "people_named": 6,
    "schools": 1,  # o12; o6 is too small to be a county-town school
    "schools_covered": 1,
    "own_lines": 600 + 100 + 20 + 3 + 0 + 10 + 50,
    "surveyed_own_lines": 620,  # o2 was surveyed more than 12 months ago
    "surveyed_lines": 820,
    "coverage_due": 9,  # all but o5, younger than its cycle
    "covered": 3,  # o1 o2 o10
    "history_known": 10,
    "visit_never": 4,  # o4 o5 o7 o8
    "visit_on_time": 3,  # o1 o10, and o6 by a call
    "visit_due": 1,  # o2
    "visit_overdue": 2,  # o3 o12
    "visits_owed": 9,  # o3 1, o4 3, o8 3, o12 2
    "doors_listed": 24,
    "doors_final": 0,
    "attempts": 8,
    "effective_visits": 7,
    "attacks": 5,
    "wins": 3,
    "lines_lost": 35,  # w3 took lines of a prospect, which is no loss of ours
    "mean_members": 600 + 100 + 20 + 3 + 30 + 10 + 50,
    "our_number_known": 3,
    "our_number_kept": 1,
    "our_number_ported": 1,
    "intent_asked": 2,
    "intent_stated": 1,
    "danger_scored": 2,  # o3 and o6: of the others too little is known
    "danger_high": 2,  # o3: (3 + 1 + 2) / 9 = 0.67, orange; o6: (3 + 3 + 0 + 3) / 12 = 0.75, orange
    "white_space": 10_000 + 2_500 + 0 + 1_250 + 200 + 50 + 200 + 6_000 + 750 + 6_500,
    "surveys": 3,
    "revenue": 0,  # the months of the drawing state members alone; see test_revenue
    "revenue_known": 0,
    "information_revenue": 0,  # the drawing has no base, no named list and no warnings; see test_facts_retention
    **dict.fromkeys(("base_organisations", "base_kept", "base_open", "base_open_kept", "base_members", "base_members_kept"), 0),
    **dict.fromkeys(("base_revenue", "base_revenue_kept", "core", "core_stable", "core_services"), 0),
    **dict.fromkeys(("warnings_due", "warnings_done", "warnings_void"), 0),
    "payment_known": 2,  # o3 and o6
    "payment_unified": 0,
    "on_site_days": 3,  # two at o1, one at o3; not the one of last year, nor those planned and cancelled
    "on_site_cards": 30,
    "on_site_terminals": 3,
    "on_site_services": 8,  # of the second day at o1 nobody wrote down the services
    "on_site_conversions": 11,
}


@pytest.fixture(scope="module")
def seven():
    return seven_cells()


@pytest.fixture(scope="module")
def facts(seven):
    return facts_of(seven)


def facts_of(it, *, holders=None, as_of=AS_OF, window_days=365, rules=RULES):
    return measure(it, plan().holders_now if holders is None else holders, as_of=as_of, window_days=window_days, rules=rules)


def total(it, name, **how):
    return facts_of(it, **how).atoms[name].sum()


@pytest.mark.parametrize(("name", "count"), BRANCH.items())
def test_the_branch_is_as_counted_by_hand(seven, facts, name, count):
    assert roll_up(facts, "branch", market=seven).loc["xx", name] == count


def test_every_measure_is_counted_by_hand_or_by_its_formula(facts):
    assert set(facts.measures) - set(BRANCH) == {"hours_asked"}
    # 30.4375 days a month: A 80 min every 30 days, B 65 of 60, C 50 of 90, M 35 of 180 (o7 of unknown tier the same)
    hours = 80 / 60 * 30.4375 / 30 + 3 * 65 / 60 * 30.4375 / 60 + 3 * 50 / 60 * 30.4375 / 90 + 3 * 35 / 60 * 30.4375 / 180
    assert facts.atoms["hours_asked"].sum() == pytest.approx(hours)


def test_named_organisations_count_with_their_holder_the_rest_with_the_owner_of_the_cell(seven, facts):
    rolled = roll_up(facts, "holder", market=seven, plan=plan())
    assert rolled["organisations"].to_dict() == {"am1": 3, "am2": 0, "cm1": 3, "cm2": 3, UNASSIGNED: 0, NOT_PLACED: 1}
    by_cell = roll_up(facts, "territory", market=seven, plan=plan())
    assert by_cell.loc["cm1", "organisations"] == 6  # whoever holds them: o1 o2 o3 o12 o4 o5
    assert list(rolled["account_posts"]) == [1.0, 0.5, 0, 0, 0, 0]  # am9 has left


def test_a_plan_moves_what_is_held_by_cell_and_by_name(seven):
    moved = plan().with_moves([Move(CELLS["ne"], "cell", "cm1", "cm2"), Move("o12", "holder", "am1", "")])
    rolled = roll_up(facts_of(seven, holders=moved.holders_now), "holder", market=seven, plan=moved)
    assert rolled["organisations"].to_dict() == {"am1": 2, "am2": 0, "cm1": 2, "cm2": 5, UNASSIGNED: 0, NOT_PLACED: 1}


def test_activity_counts_for_who_did_it_and_stock_for_who_holds_it_today(seven, facts):
    rolled = roll_up(facts, "holder", market=seven, plan=plan())
    assert rolled["attempts"].to_dict() == {"am1": 3, "am2": 0, "cm1": 3, "cm2": 2, UNASSIGNED: 0, NOT_PLACED: 0}
    assert rolled.loc["cm1", "effective_visits"] == 2  # o3 and o10, which has no place: v8 was cm1's


def test_the_day_and_the_window_decide(seven):
    assert total(seven, "organisations", as_of=date(2026, 3, 31)) == 10  # o9 still open, o5 not there yet
    assert total(seven, "organisations", as_of=date(2026, 7, 15)) == 11  # o11 has opened, that day inclusive
    assert total(seven, "lost", as_of=date(2026, 1, 31)) == 0
    assert total(seven, "attempts", window_days=366) == 9  # v11, a day before
    assert total(seven, "attacks", window_days=366) == 6  # w7
    assert total(seven, "attempts", as_of=date(2026, 7, 1)) == 9  # v9 came half an hour after midnight, local
    assert total(seven, "wins", window_days=21) == 0
    assert total(seven, "mean_members", window_days=30) == 600 + 100 + 16 + 3 + 0 + 10 + 50  # of June alone


def test_a_day_is_the_branchs_day():
    it = market({"organisations": organisations(), "visits": visits()}, time_zone="UTC")
    assert total(it, "attempts") == 9  # o12's late visit is still of the 30th in UTC
    assert total(it, "covered") == 4  # so o12 is covered


def test_coverage_and_debt_turn_on_the_day_the_cycle_is_over():
    one = organisations().iloc[:1]
    visit = visits().iloc[:1].assign(visited_at=pd.Timestamp("2026-06-01 04:00", tz="UTC"))
    it = market({"organisations": one, "visits": visit})
    names = ("covered", "visit_due", "visit_overdue", "visits_owed")
    by_day = {day: tuple(total(it, name, as_of=day) for name in names) for day in (date(2026, 6, d) for d in (24, 25, 30))}
    assert by_day == {date(2026, 6, 24): (1, 0, 0, 0), date(2026, 6, 25): (1, 1, 0, 0), date(2026, 6, 30): (1, 1, 0, 0)}
    over = date(2026, 7, 1)  # thirty days: A has a cycle of 30
    assert tuple(total(it, name, as_of=over) for name in names) == (0, 0, 1, 1)
    assert total(it, "visits_owed", as_of=date(2026, 12, 31)) == 3  # min(3, floor(213 / 30))


def test_without_a_visit_history_nothing_is_known_of_visits():
    it = market({"organisations": organisations()})
    facts = facts_of(it)
    assert facts.atoms["organisations"].sum() == 10
    assert facts.atoms[["history_known", "coverage_due", "visit_never", "visits_owed"]].to_numpy().sum() == 0


def test_what_happened_to_a_merged_organisation_counts_for_the_kept_one():
    merged = organisations().assign(merged_into=lambda table: table["org_id"].map({"o2": "o1", "o3": "o2"}).astype("str"))
    it = seven_cells(organisations=merged)
    facts = facts_of(it)
    assert facts.atoms["organisations"].sum() == 8
    assert facts.atoms["attempts"].sum() == 8  # nothing is forgotten
    assert facts.atoms.loc[facts.atoms["named"] == "am1", "attacks"].sum() == 2  # w1 and w2 of o3 are o1's now


def test_doors_are_done_by_an_answer_or_two_tries_in_different_half_days():
    def sweeps(*rows):
        table = pd.DataFrame(rows, columns=["org_id", "visited_at", "outcome"])
        local = pd.to_datetime(table["visited_at"]).dt.tz_localize("Asia/Shanghai").dt.tz_convert("UTC")
        return table.assign(visited_at=local, kind="sweep", manager_id="cm1", visit_id=table.index.astype("str"))

    def done(*rows):
        return total(seven_cells(visits=sweeps(*rows)), "doors_final")

    assert done(("o1", "2026-06-01 09:00", "refused")) == 1
    assert done(("o1", "2026-06-01 09:00", "not_in"), ("o1", "2026-06-01 11:00", "not_in")) == 0
    assert done(("o1", "2026-06-01 09:00", "not_in"), ("o1", "2026-06-01 14:00", "not_in")) == 1
    assert done(("o4", "2026-06-01 09:00", "refused")) == 0  # no doors were listed in that cell


def test_row_history_decides_what_is_read():
    changed = frame(
        ("org_id", "name", "tier"),
        ("o1", "before", "C"),
        ("o1", "after", "A"),
    )
    changed["valid_from_us"] = [0, 1_780_243_200_000_000]  # 1 June 2026, midnight in Shanghai
    changed["valid_to_us"] = [1_780_243_200_000_000, changed["valid_to_us"].iloc[0]]
    it = market({"organisations": changed})
    assert [total(it, f"live_{tier}", as_of=date(2026, 5, 31)) for tier in "AC"] == [0, 1]
    assert [total(it, f"live_{tier}", as_of=date(2026, 6, 1)) for tier in "AC"] == [1, 0]


def test_the_fingerprint_follows_market_day_window_holders_and_rules(seven, facts):
    others = (
        facts_of(seven, as_of=date(2026, 6, 29)),
        facts_of(seven, window_days=30),
        facts_of(seven, holders=NOBODY),
        facts_of(seven, rules=Rules(debt_cap=4)),
        facts_of(seven_cells(org_months=months().iloc[:1])),
    )
    assert len({facts.fingerprint, *(each.fingerprint for each in others)}) == 6
    assert facts.fingerprint == facts_of(seven_cells()).fingerprint


def test_inputs_stay_as_they_are():
    it, who = seven_cells(), plan().holders_now
    before, held = {name: table.copy() for name, table in it.tables.items()}, who.copy()
    roll_up(facts_of(it, holders=who), "cell", market=it)
    for name, table in it.tables.items():
        pd.testing.assert_frame_equal(pd.DataFrame(table), pd.DataFrame(before[name]))
    pd.testing.assert_series_equal(who, held)


def test_visits_and_surveys_without_any_organisation_are_no_fault():
    empty = seven_cells(organisations=organisations().iloc[:0])
    assert facts_of(empty).atoms["organisations"].sum() == 0
