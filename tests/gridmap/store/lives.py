"""A branch's history with everything in it, and what its audit chain says: for the tests of the chain."""

from datetime import date
from functools import partial

from gridmap.plan import Move
from gridmap.scope import Scope
from gridmap.store import (
    Store,
    ask_claim,
    audited_branches,
    comment_on_plan,
    create_plan,
    create_sweep,
    decide_claim,
    ensure_branch,
    publish_plan,
    rebase_plan,
    record_change,
    take_step,
    undo_plan,
    verify_audit,
    withdraw_claim,
    withdraw_sweep,
)
from gridmap.store.vault import Head, read_heads
from tests.gridmap.store.conftest import NOW_US, moves

BOTH = frozenset({"b1", "b2"})
LI = Scope("p1", "Li", "community_manager", BOTH, "m1")
WU = Scope("p2", "Wu", "community_manager", BOTH, "m2")
BOSS = Scope("p3", "Zhao", "branch_manager", BOTH)
CHIEF = Scope("p4", "Sun", "executive", BOTH)
AUGUST = date(2026, 8, 1)
CELLS = tuple(f"c{number}" for number in range(8))
LATER_US = NOW_US + 2_000_000_000  # after everything that `live` records


def live(store: Store, branch_id: str) -> None:
    """Make a history with everything in it: imports of owners, plans published, undone, rejected and left open, claims of every end."""
    at = (NOW_US + second * 1_000_000 for second in range(1, 1000))
    ensure_branch(store, BOSS, branch_id, now_us=next(at))
    change = partial(record_change, store, BOSS, branch_id, why="as it was")
    change(moves(*((cell, f"m{number % 2 + 1}", 0) for number, cell in enumerate(CELLS[:6]))), now_us=next(at))
    change(moves(("c0", "m2", NOW_US), ("c1", None, NOW_US), ("c2", "m1", 0, NOW_US)), now_us=next(at))
    change(moves(("o1", "m1", 0), layer="holder"), now_us=next(at))
    step = partial(take_step, store, expected=None)
    for number, ending in enumerate(("published", "undone", "rejected", "draft")):
        made = (Move(CELLS[number + 2], "cell", "m1" if number % 2 == 0 else "m2", "m9", f"reason {number}"),)
        plan = create_plan(store, BOSS, branch_id, title=ending, effective_on=AUGUST, now_us=next(at), moves=made).plan_id
        comment_on_plan(store, CHIEF, branch_id, plan, "why so?", now_us=next(at))
        if ending == "draft":
            break
        step(BOSS, branch_id, plan, "submit", now_us=next(at))
        rebase_plan(store, BOSS, branch_id, plan, expected=None, now_us=next(at))
        step(BOSS, branch_id, plan, "submit", now_us=next(at))
        step(CHIEF, branch_id, plan, "reject" if ending == "rejected" else "approve", now_us=next(at), note="seen")
        if ending != "rejected":
            publish_plan(store, CHIEF, branch_id, plan, expected=None, now_us=next(at))
        if ending == "undone":
            undo_plan(store, CHIEF, branch_id, plan, why="wrong street", now_us=next(at))
    ask = partial(ask_claim, store, branch_id=branch_id, kind="claim", why="near", cells=CELLS)
    first, second, third = (ask(who, cell=cell, now_us=next(at)) for who, cell in ((LI, "c6"), (WU, "c6"), (LI, "c7")))
    decide_claim(store, BOSS, branch_id, second.claim_id, accept=True, answer="yes", now_us=next(at))
    withdraw_claim(store, LI, branch_id, third.claim_id, now_us=next(at))
    ask(WU, cell="c7", now_us=next(at))
    assert first.claim_id
    days = {"first_on": AUGUST, "last_on": AUGUST}
    sweep = create_sweep(store, BOSS, branch_id, title="t", request="", result="", managers=["m1"], now_us=next(at), **days)
    withdraw_sweep(store, BOSS, branch_id, sweep.sweep_id, expected=1, now_us=next(at), note="rain")


def problems(store: Store) -> list[str]:
    return [str(problem) for branch_id in audited_branches(store, BOSS) for problem in verify_audit(store, BOSS, branch_id).problems]


def heads(store: Store) -> dict[str, Head]:
    return dict(read_heads(store.vault.head_path).heads)
