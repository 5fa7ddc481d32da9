"""Claims: a manager asks for a cell that nobody has, or to give one back, and whoever manages the branch decides."""

from collections.abc import Collection
from dataclasses import dataclass

import pandas as pd
import sqlalchemy as sa

from gridmap.errors import N_, Clash, Conflict, PlanError, ScopeError, say
from gridmap.scope import Scope
from gridmap.store.changes import Reason, apply_moves
from gridmap.store.engine import Store, reading, retrying
from gridmap.store.ledger import open_spans
from gridmap.store.positions import Position, advance, lock_branch
from gridmap.store.records import CLAIM_KINDS, CLAIMS
from gridmap.store.sealing import seal_claim
from gridmap.store.tables import BEGINNING_US, CHANGES, FOREVER_US, SUBJECT_VERSIONS
from gridmap.store.timeline import Span, next_change

# The answer to the other claims for a cell that one of them got; kept in English, translated where it is shown.
OVERTAKEN = N_("Another claim for this cell was accepted.")
_NUMBERS = ("decided_us", "change_id")


@dataclass(frozen=True)
class Claim:
    """A claim's line in the store; instants in microseconds UTC, `change_id` names the change it became when it was accepted."""

    claim_id: int
    branch_id: str
    cell: str
    kind: str
    manager_id: str
    person_id: str
    who: str
    why: str
    asked_us: int
    state: str
    decided_by: str = ""
    decided_who: str = ""
    answer: str = ""
    decided_us: int | None = None
    change_id: int | None = None


def claims(store: Store, scope: Scope, branch_id: str, *, states: Collection[str] | None = None) -> pd.DataFrame:
    """List claims, the last asked first: those of the branch for who may see its history, else those of one's own.

    Parameters
    ----------
    states
        Of open, accepted, declined, withdrawn; None for all.

    Returns
    -------
    claim_id, cell, kind (claim, return), manager_id, who, why, asked_us, state, decided_who, answer, decided_us, change_id.
    """
    names = [name for name in CLAIMS.c.keys() if name not in ("branch_id", "person_id", "decided_by")]  # noqa: SIM118 - no dict
    query = sa.select(*(CLAIMS.c[name] for name in names)).where(CLAIMS.c.branch_id == branch_id)
    if not scope.allows("see_history", branch_id):
        query = query.where(CLAIMS.c.manager_id == _claimant(scope, branch_id))
    if states is not None:
        query = query.where(CLAIMS.c.state.in_(sorted(states)))
    with reading(store) as connection:
        found = connection.execute(query.order_by(CLAIMS.c.asked_us.desc(), CLAIMS.c.claim_id.desc())).all()
    return pd.DataFrame(found, columns=names).astype(dict.fromkeys(_NUMBERS, "Int64"))


def ask_claim(
    store: Store, scope: Scope, branch_id: str, cell: str, kind: str, *, why: str, now_us: int, cells: Collection[str] | None = None
) -> Claim:
    """Ask for a cell that nobody has now (`claim`), or to give back one of one's own (`return`).

    Parameters
    ----------
    cells
        The cells of the branch's grid, which the store does not know; None: only cells that somebody had once can be claimed.

    Raises
    ------
    Conflict
        When the cell is no longer nobody's, or no longer the asker's; says who changed it and when.
    PlanError
        When the branch has no such cell, or the same is asked already.
    ScopeError
        When the scope may not claim cells here, or is no manager's.
    """
    manager_id = _claimant(scope, branch_id)
    if kind not in CLAIM_KINDS:
        raise ValueError(f"a claim of no known kind: {kind!r}")
    if kind == "claim" and cells is not None and cell not in cells:
        raise _no_cell(cell)

    def write(connection: sa.Connection) -> Claim:
        start = lock_branch(connection, branch_id, now_us=now_us)
        spans = open_spans(connection, branch_id, "cell", [cell]).get(cell, [])
        if not spans and (kind == "return" or cells is None):
            raise _no_cell(cell)
        _refuse_moved(connection, branch_id, cell, spans, manager_id if kind == "return" else None, start.recorded_us)
        _refuse_repeated(connection, branch_id, cell, manager_id)
        values = {
            "branch_id": branch_id, "cell": cell, "kind": kind, "manager_id": manager_id, "person_id": scope.person_id, "who": scope.name,
            "why": why.strip(), "asked_us": start.recorded_us, "state": "open", "decided_by": "", "decided_who": "", "answer": "",
        }  # fmt: skip
        claim_id = int(connection.execute(sa.insert(CLAIMS).values(values).returning(CLAIMS.c.claim_id)).scalar_one())
        seal_claim(connection, branch_id, claim_id, decided=False)
        return _claim(connection, branch_id, claim_id)

    return retrying(store, write)


def withdraw_claim(store: Store, scope: Scope, branch_id: str, claim_id: int, *, now_us: int) -> Claim:
    """Take an open claim of one's own back.

    Raises
    ------
    Conflict
        When it was decided in the meantime.
    PlanError
        When the scope's manager has no such claim.
    """
    manager_id = _claimant(scope, branch_id)

    def write(connection: sa.Connection) -> Claim:
        start = lock_branch(connection, branch_id, now_us=now_us)
        found = _open_claim(connection, branch_id, claim_id, manager_id=manager_id)
        return _end(connection, scope, found, start, state="withdrawn", answer="")

    return retrying(store, write)


def decide_claim(
    store: Store,
    scope: Scope,
    branch_id: str,
    claim_id: int,
    *,
    accept: bool,
    answer: str,
    now_us: int,
    effective_us: int | None = None,
) -> Claim:
    """Accept or decline an open claim; what is accepted moves the cell in the same transaction.

    The cell is the claimant's, or nobody's, until the next change of it that the ledger already has. Other open claims for it are declined.

    Parameters
    ----------
    answer
        What the claimant is told; a refusal needs one.
    effective_us
        From when the cell moves; None for now.

    Raises
    ------
    Conflict
        When somebody decided first, or the cell was moved since it was asked for; nothing is written.
    PlanError
        When the branch has no such claim, a refusal has no answer, or the instant cannot be.
    ScopeError
        When the scope may not change ownership here.
    """
    scope.require("change_ownership", branch_id)
    if not accept and not answer.strip():
        raise PlanError(say(N_("Declining a claim needs an answer.")), remedy=say(N_("Say why, so that whoever asked knows.")))
    if effective_us is not None and not BEGINNING_US <= effective_us < FOREVER_US:
        raise PlanError(say(N_("A cell cannot move at that instant.")), remedy=say(N_("Choose a day from 1970 on.")))

    def write(connection: sa.Connection) -> Claim:
        start = lock_branch(connection, branch_id, now_us=now_us)
        found = _open_claim(connection, branch_id, claim_id)
        if not accept:
            return _end(connection, scope, found, start, state="declined", answer=answer)
        begin = start.recorded_us if effective_us is None else effective_us
        reached = _move(connection, scope, found, start, begin)
        advance(connection, reached)
        done = _end(connection, scope, found, reached, state="accepted", answer=answer)
        same = (CLAIMS.c.branch_id == branch_id, CLAIMS.c.cell == found.cell, CLAIMS.c.state == "open")
        for other in connection.execute(sa.select(CLAIMS).where(*same).order_by(CLAIMS.c.claim_id)).mappings().all():
            _end(connection, scope, Claim(**other), start, state="declined", answer=OVERTAKEN)
        return done

    return retrying(store, write)


def _claimant(scope: Scope, branch_id: str) -> str:
    """Return the manager a scope stands for, refusing whoever may not claim."""
    scope.require("claim_cells", branch_id)
    if not scope.manager_id:
        raise ScopeError(
            say(N_("Only a manager can claim a cell or give one back, and {name} is none."), name=scope.name),
            where=branch_id,
            remedy=say(N_("Ask an administrator to name the manager in the table of people.")),
        )
    return scope.manager_id


def _no_cell(cell: str) -> PlanError:
    return PlanError(say(N_("The branch has no cell {cell}."), cell=cell), remedy=say(N_("Choose a cell on the map of the branch.")))


def _claim(connection: sa.Connection, branch_id: str, claim_id: int) -> Claim:
    query = sa.select(CLAIMS).where(CLAIMS.c.branch_id == branch_id, CLAIMS.c.claim_id == claim_id)
    return Claim(**connection.execute(query).mappings().one())


def _open_claim(connection: sa.Connection, branch_id: str, claim_id: int, *, manager_id: str | None = None) -> Claim:
    query = sa.select(CLAIMS).where(CLAIMS.c.branch_id == branch_id, CLAIMS.c.claim_id == claim_id)
    if manager_id is not None:
        query = query.where(CLAIMS.c.manager_id == manager_id)
    row = connection.execute(query.with_for_update()).mappings().first()
    if row is None:
        raise PlanError(say(N_("There is no claim {claim}."), claim=claim_id), remedy=say(N_("Choose one of the claims that are listed.")))
    found = Claim(**row)
    if found.state != "open":
        raise Conflict(
            say(N_("Claim {claim} is {state} already."), claim=claim_id, state=say(STATE_NAMES[found.state])),
            clashes=(Clash(found.cell, found.decided_who, found.decided_us or 0),),
            remedy=say(N_("Nothing was changed. A claim is decided once; to change the cell again, use a plan.")),
        )
    return found


STATE_NAMES = {
    "open": N_("open"),
    "accepted": N_("accepted"),
    "declined": N_("declined"),
    "withdrawn": N_("withdrawn"),
}


def _refuse_repeated(connection: sa.Connection, branch_id: str, cell: str, manager_id: str) -> None:
    same = (CLAIMS.c.branch_id == branch_id, CLAIMS.c.cell == cell, CLAIMS.c.manager_id == manager_id, CLAIMS.c.state == "open")
    if connection.execute(sa.select(CLAIMS.c.claim_id).where(*same)).first() is not None:
        raise PlanError(
            say(N_("You have asked about cell {cell} already."), cell=cell),
            remedy=say(N_("Wait for the answer, or withdraw that claim first.")),
        )


def _refuse_moved(connection: sa.Connection, branch_id: str, cell: str, spans: Collection[Span], holder: str | None, at_us: int) -> None:
    """Refuse a claim whose cell is not, at an instant, whose it has to be (None: nobody's)."""
    owner = next((span.owner for span in spans if span.valid_from <= at_us < span.valid_to), None)
    if owner == holder:
        return
    query = (
        sa.select(CHANGES.c.who, CHANGES.c.recorded_us)
        .join(SUBJECT_VERSIONS, SUBJECT_VERSIONS.c.change_id == CHANGES.c.change_id)
        .where(SUBJECT_VERSIONS.c.branch_id == branch_id, SUBJECT_VERSIONS.c.layer == "cell", SUBJECT_VERSIONS.c.subject == cell)
    )
    who, when = connection.execute(query).first() or ("", 0)
    what = N_("Cell {cell} is no longer without an owner.") if holder is None else N_("Cell {cell} is no longer that of {manager}.")
    raise Conflict(
        say(what, cell=cell, manager=holder or ""),
        clashes=(Clash(cell, str(who), int(when)),),
        remedy=say(N_("Nothing was changed. Look at who has the cell now.")),
    )


def _move(connection: sa.Connection, scope: Scope, found: Claim, start: Position, begin: int) -> Position:
    """Write the cell's move into the ledger, up to the next change of it that is there already."""
    spans = open_spans(connection, found.branch_id, "cell", [found.cell]).get(found.cell, [])
    giver, taker = (None, found.manager_id) if found.kind == "claim" else (found.manager_id, None)
    _refuse_moved(connection, found.branch_id, found.cell, spans, giver, begin)
    planned = {("cell", found.cell): [Span(begin, next_change(spans, begin), taker)]}
    return apply_moves(connection, scope, start, planned, reason=Reason(found.why or f"claim {found.claim_id}", found.kind))


def _end(connection: sa.Connection, scope: Scope, found: Claim, reached: Position, *, state: str, answer: str) -> Claim:
    """Write down and seal how a claim ended."""
    values = {
        "state": state, "decided_by": scope.person_id, "decided_who": scope.name, "answer": answer.strip(),
        "decided_us": max(reached.recorded_us, found.asked_us + 1), "change_id": reached.change_id if state == "accepted" else None,
    }  # fmt: skip
    connection.execute(sa.update(CLAIMS).where(CLAIMS.c.claim_id == found.claim_id).values(values))
    seal_claim(connection, found.branch_id, found.claim_id, decided=True)
    return _claim(connection, found.branch_id, found.claim_id)
