"""Claims: asked for by managers, decided once, and what is accepted moves in the same transaction."""

from collections.abc import Callable
from functools import partial

import pytest

from gridmap.errors import Conflict, PlanError, ScopeError
from gridmap.scope import Scope
from gridmap.store import (
    OVERTAKEN,
    Claim,
    Store,
    ask_claim,
    claims,
    decide_claim,
    ledger_rows,
    plan_as_of,
    record_change,
    verify_audit,
    withdraw_claim,
)
from tests.gridmap.store.conftest import NOW_US, Change, moves
from tests.gridmap.store.test_races import race

DAY_US = 86_400_000_000
LI = Scope("p1", "Li", "community_manager", frozenset({"b1"}), "m1")
WU = Scope("p2", "Wu", "community_manager", frozenset({"b1"}), "m2")
BOSS = Scope("p3", "Zhao", "branch_manager", frozenset({"b1"}))
OTHER_BOSS = Scope("p4", "Qian", "branch_manager", frozenset({"b1"}))
CELLS = ("c1", "c2", "c3", "c4", "c5")


@pytest.fixture
def owned(change: Change) -> None:
    """c1 belongs to m1, c2 to m2, c3 was released; c4 and c5 never belonged to anybody."""
    change(moves(("c1", "m1", 0), ("c2", "m2", 0), ("c3", "m2", 0)))
    change(moves(("c3", None, 0)))


pytestmark = pytest.mark.usefixtures("owned")


def ask(store: Store, scope: Scope, cell: str, kind: str = "claim", *, at: int = 10, why: str = "it is next to mine") -> Claim:
    return ask_claim(store, scope, "b1", cell, kind, why=why, now_us=NOW_US + at * 1_000_000, cells=CELLS)


def decide(store: Store, claim: Claim, *, accept: bool = True, scope: Scope = BOSS, answer: str = "well", **rest: int) -> Claim:
    return decide_claim(store, scope, "b1", claim.claim_id, accept=accept, answer=answer, now_us=NOW_US + 20_000_000, **rest)


def owner(store: Store, cell: str, valid_us: int = NOW_US + 30_000_000) -> str:
    return str(plan_as_of(store, BOSS, "b1", valid_us=valid_us).owners_now.get(cell, ""))


def states(store: Store, scope: Scope = BOSS) -> dict[int, str]:
    found = claims(store, scope, "b1")
    return dict(zip(found["claim_id"], found["state"], strict=True))


@pytest.mark.parametrize("cell", ["c3", "c4"])
def test_a_claimed_cell_is_the_claimants_from_the_decision_on(store: Store, cell: str) -> None:
    asked = ask(store, LI, cell)
    assert (asked.state, asked.who, asked.manager_id, owner(store, cell)) == ("open", "Li", "m1", "")
    done = decide(store, asked)
    assert (done.state, done.decided_who, done.answer) == ("accepted", "Zhao", "well")
    assert (owner(store, cell), owner(store, cell, NOW_US)) == ("m1", "")
    made = ledger_rows(store, BOSS, "b1", layer="cell", subjects=[cell]).iloc[-1]
    assert (made["change_id"], made["kind"], made["who"], made["why"]) == (done.change_id, "claim", "Zhao", "it is next to mine")


def test_a_returned_cell_is_nobodys(store: Store) -> None:
    done = decide(store, ask(store, LI, "c1", "return"))
    assert (owner(store, "c1"), done.kind) == ("", "return")
    assert ledger_rows(store, BOSS, "b1", layer="cell", subjects=["c1"])["kind"].iloc[-1] == "return"


def test_it_holds_from_another_day_and_until_what_the_ledger_has_already(store: Store, change: Change) -> None:
    change(moves(("c3", "m2", NOW_US + 9 * DAY_US)))
    decide(store, ask(store, LI, "c3"), effective_us=NOW_US + 5 * DAY_US)
    assert [owner(store, "c3", NOW_US + day * DAY_US) for day in (4, 5, 8, 9)] == ["", "m1", "m1", "m2"]


def test_a_declined_claim_changes_nothing_and_has_its_answer(store: Store) -> None:
    asked = ask(store, LI, "c4")
    with pytest.raises(PlanError, match="needs an answer"):
        decide(store, asked, accept=False, answer="  ")
    assert decide(store, asked, accept=False, answer="not this year").answer == "not this year"
    assert owner(store, "c4") == ""
    again = ask(store, LI, "c4")  # what was declined can be asked again
    assert states(store) == {asked.claim_id: "declined", again.claim_id: "open"}


def test_accepting_one_claim_declines_the_others_for_that_cell(store: Store) -> None:
    first, second, elsewhere = ask(store, LI, "c4"), ask(store, WU, "c4"), ask(store, WU, "c5")
    decide(store, second)
    found = claims(store, BOSS, "b1").set_index("claim_id")
    assert list(found.loc[[first.claim_id, second.claim_id, elsewhere.claim_id], "state"]) == ["declined", "accepted", "open"]
    assert found.loc[first.claim_id, "answer"] == OVERTAKEN


def test_a_claim_is_decided_once_and_withdrawn_only_while_it_is_open(store: Store) -> None:
    asked, other = ask(store, LI, "c4"), ask(store, LI, "c5")
    decide(store, asked)
    with pytest.raises(Conflict, match="accepted already") as caught:
        decide(store, asked, accept=False)
    assert [(clash.subject, clash.who) for clash in caught.value.clashes] == [("c4", "Zhao")]
    with pytest.raises(Conflict):
        withdraw_claim(store, LI, "b1", asked.claim_id, now_us=NOW_US)
    assert withdraw_claim(store, LI, "b1", other.claim_id, now_us=NOW_US).state == "withdrawn"
    with pytest.raises(Conflict, match="withdrawn already"):
        decide(store, other)


def test_a_cell_that_moved_since_is_a_conflict_that_says_who_moved_it(store: Store, me: Scope) -> None:
    claimed, returned = ask(store, LI, "c4"), ask(store, LI, "c1", "return")
    record_change(store, me, "b1", moves(("c4", "m2", 0), ("c1", "m2", 0)), why="", now_us=NOW_US + 15_000_000)
    for asked in (claimed, returned):
        with pytest.raises(Conflict) as caught:
            decide(store, asked)
        assert [(clash.subject, clash.who) for clash in caught.value.clashes] == [(asked.cell, "tester")]
    assert set(states(store).values()) == {"open"}
    assert owner(store, "c4") == owner(store, "c1") == "m2"


NOT_TO_BE_ASKED = [
    ("c2", "claim", Conflict),  # it has an owner
    ("c1", "claim", Conflict),  # even where that is oneself
    ("c2", "return", Conflict),  # it is another's
    ("c3", "return", Conflict),  # it is nobody's
    ("c9", "claim", PlanError),  # no cell of the grid
    ("c4", "return", PlanError),  # nobody ever had it
    ("c4", "steal", ValueError),  # no such kind: the programmer's fault
]


@pytest.mark.parametrize(("cell", "kind", "error"), NOT_TO_BE_ASKED)
def test_what_cannot_be_asked(store: Store, cell: str, kind: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        ask(store, LI, cell, kind)
    assert states(store) == {}


def test_the_same_is_not_asked_twice_and_without_a_grid_only_known_cells_are(store: Store) -> None:
    ask(store, LI, "c4")
    with pytest.raises(PlanError, match="already"):
        ask(store, LI, "c4")
    assert ask_claim(store, WU, "b1", "c3", "claim", why="", now_us=NOW_US).cell == "c3"
    with pytest.raises(PlanError, match="no cell c5"):
        ask_claim(store, WU, "b1", "c5", "claim", why="", now_us=NOW_US)


def test_a_manager_sees_and_withdraws_own_claims_only(store: Store) -> None:
    mine, theirs = ask(store, LI, "c4"), ask(store, WU, "c5")
    assert (set(states(store, LI)), set(states(store, WU))) == ({mine.claim_id}, {theirs.claim_id})
    assert set(states(store)) == {mine.claim_id, theirs.claim_id}
    assert list(claims(store, BOSS, "b1", states=("accepted",))["claim_id"]) == []
    with pytest.raises(PlanError, match="no claim"):
        withdraw_claim(store, LI, "b1", theirs.claim_id, now_us=NOW_US)


def test_rights(store: Store) -> None:
    asked = ask(store, LI, "c4")
    for scope in (LI, Scope("p", "n", "executive", None), Scope("p", "n", "chief", None, "m1")):
        with pytest.raises(ScopeError):
            decide(store, asked, scope=scope)
    for scope in (BOSS, Scope("p", "n", "community_manager", None)):  # no manager, or one without a code
        with pytest.raises(ScopeError):
            ask(store, scope, "c5")
    with pytest.raises(ScopeError):
        claims(store, Scope("p", "n", "community_manager", None), "b1")


def test_two_managers_who_claim_one_cell_may_both_ask_and_one_gets_it(open_again: Callable[[], Store]) -> None:
    stores = [open_again(), open_again()]
    for number in range(10):
        cell = CELLS[number % 2 + 3]
        asked = race([partial(ask, store, scope, cell, at=100 * number + 10) for store, scope in zip(stores, (LI, WU), strict=True)])
        assert all(isinstance(each, Claim) for each in asked), asked
        now = {"accept": True, "answer": "", "now_us": NOW_US + (100 * number + 20) * 1_000_000}
        runners = [
            partial(decide_claim, store, scope, "b1", claim.claim_id, **now)
            for store, scope, claim in zip(stores, (BOSS, OTHER_BOSS), asked, strict=True)
        ]
        results = race(runners)
        won = [each for each in results if isinstance(each, Claim)]
        lost = [each for each in results if isinstance(each, Conflict)]
        assert (len(won), len(lost)) == (1, 1), results
        assert lost[0].clashes[0].subject == cell
        back = ask(stores[0], LI if won[0].manager_id == "m1" else WU, cell, "return", at=100 * number + 30)
        decide_claim(stores[0], BOSS, "b1", back.claim_id, accept=True, answer="", now_us=NOW_US + (100 * number + 40) * 1_000_000)
    assert verify_audit(stores[0], BOSS, "b1").problems == ()


def test_two_branch_managers_who_decide_at_once_decide_once(open_again: Callable[[], Store]) -> None:
    stores = [open_again(), open_again()]
    for number in range(10):
        asked = ask(stores[0], LI, "c4", at=10 + number)
        runners = [
            partial(decide, stores[0], asked, accept=False, answer="no"),
            partial(decide, stores[1], asked, accept=False, scope=OTHER_BOSS, answer="never"),
        ]
        results = race(runners)
        won = [each for each in results if isinstance(each, Claim)]
        lost = [each for each in results if isinstance(each, Conflict)]
        assert (len(won), len(lost)) == (1, 1), results
        assert lost[0].clashes[0].who == won[0].decided_who
