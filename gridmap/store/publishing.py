"""Publishing a plan into the ledger, bringing a stale one up to date, and undoing a published one: each one transaction."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date

import pandas as pd
import sqlalchemy as sa

from gridmap.errors import N_, Clash, Conflict, PlanError, say
from gridmap.plan import Move, Plan
from gridmap.scope import Scope
from gridmap.store.bulk import Subject, of_subjects
from gridmap.store.changes import Reason, apply_moves
from gridmap.store.engine import Store, reading, retrying
from gridmap.store.eras import cells_of_era, regrid_clashes
from gridmap.store.ledger import owners_at, plan_at, spans_of
from gridmap.store.plan_rows import PlanRecord, add_event, locked_record, moves_of, record_of, require_state, save_moves, update_plan
from gridmap.store.plan_targets import bring_back_targets, move_targets
from gridmap.store.positions import advance, day_start_us, lock_branch, zone_of
from gridmap.store.tables import CHANGES, LEDGER, SUBJECT_VERSIONS
from gridmap.store.timeline import Span, next_change


def publish_plan(
    store: Store,
    scope: Scope,
    branch_id: str,
    plan_id: int,
    *,
    expected: int | None,
    now_us: int,
    on: date | None = None,
    targets: pd.DataFrame | None = None,
) -> PlanRecord:
    """Make an approved plan's moves part of the ledger, all or nothing.

    A move holds from the plan's day on, until the next change of its subject that the ledger already has.

    Parameters
    ----------
    expected
        The plan's version that was approved; None for whatever is there.
    on
        Another day than the plan's own.
    targets
        Rows of the table `targets` that move with the accounts, in force from the same day.

    Raises
    ------
    Conflict
        When somebody changed a moved subject since the plan was drafted; lists every one, nothing is written.
    PlanError
        When the plan is not approved.
    ScopeError
        When the role may not publish.
    """
    scope.require("approve_plans", branch_id)

    def write(connection: sa.Connection) -> PlanRecord:
        start = lock_branch(connection, branch_id, now_us=now_us)
        found = locked_record(connection, branch_id, plan_id, expected=expected)
        require_state(found, "approved")
        day = on or found.effective_on
        begin = day_start_us(day, zone_of(connection, branch_id))
        moves = moves_of(connection, plan_id)
        subjects = [(move.layer, move.subject) for move in moves]
        known: dict[Subject, list[Span]] = {subject: [] for subject in subjects} | spans_of(connection, branch_id, subjects)
        refuse_stale(connection, found, moves, begin, known)
        reached = start
        if targets is not None and len(targets):
            reached = move_targets(connection, scope, start, plan_id, targets, day=day)
        reached = apply_moves(connection, scope, reached, _laid(moves, begin, known), reason=Reason(found.title, "plan"), known=known)
        if reached.change_id == start.change_id:
            raise PlanError(say(N_("Plan {plan} changes nothing."), plan=plan_id), remedy=say(N_("Withdraw it.")))
        advance(connection, reached)
        done = update_plan(connection, found, now_us=start.recorded_us, state="published", effective_on=day, change_id=reached.change_id)
        add_event(connection, scope, done, "published", "", at_us=start.recorded_us)
        return done

    return retrying(store, write)


def undo_plan(store: Store, scope: Scope, branch_id: str, plan_id: int, *, why: str, now_us: int, on: date | None = None) -> PlanRecord:
    """Take a published plan back by a new change: everybody has again what they had before, and the targets that went with it.

    Parameters
    ----------
    why
        Kept with the change.
    on
        The day from which it is taken back; None for the plan's own first day, as if it had never been.

    Raises
    ------
    Conflict
        When somebody moved a subject of the plan since; lists every one, nothing is written.
    PlanError
        When the plan is not published, or is undone already.
    """
    scope.require("approve_plans", branch_id)

    def write(connection: sa.Connection) -> PlanRecord:
        start = lock_branch(connection, branch_id, now_us=now_us)
        found = locked_record(connection, branch_id, plan_id, expected=None)
        require_state(found, "published")
        if found.undone_change_id is not None or found.change_id is None:
            raise PlanError(say(N_("Plan {plan} is undone already."), plan=plan_id), remedy=say(N_("Look at its history.")))
        moves = moves_of(connection, plan_id)
        _refuse(clashes_since(connection, branch_id, moves, found.change_id))
        begin = None if on is None else day_start_us(on, zone_of(connection, branch_id))
        planned = _taken_back(connection, branch_id, found.change_id, begin)
        reason = Reason(why.strip() or f"undo of plan {plan_id}", "undo")
        published_us = connection.execute(sa.select(CHANGES.c.recorded_us).where(CHANGES.c.change_id == found.change_id)).scalar_one()
        reached = bring_back_targets(connection, scope, start, plan_id, published_us=published_us, begin=begin)
        reached = apply_moves(connection, scope, reached, planned, reason=reason)
        if reached.change_id == start.change_id:
            raise PlanError(say(N_("There is nothing left to undo from that day on.")), remedy=say(N_("Choose an earlier day.")))
        advance(connection, reached)
        done = update_plan(connection, found, now_us=start.recorded_us, undone_change_id=reached.change_id)
        add_event(connection, scope, done, "undone", why, at_us=start.recorded_us)
        return done

    return retrying(store, write)


def rebase_plan(
    store: Store, scope: Scope, branch_id: str, plan_id: int, *, expected: int | None, now_us: int, drop: Collection[Subject] = ()
) -> PlanRecord:
    """Bring a plan up to the present ledger: it becomes a draft again, on what is there now.

    Moves whose subject the taker has by now fall away, and those of cells that are not of the grid of the plan's day; the others are
    taken from whoever has the subject now.

    Parameters
    ----------
    drop
        (layer, subject) of moves to leave out, for the other's change stands.
    """
    scope.require("change_ownership", branch_id)

    def write(connection: sa.Connection) -> PlanRecord:
        start = lock_branch(connection, branch_id, now_us=now_us)
        found = locked_record(connection, branch_id, plan_id, expected=expected)
        require_state(found, "draft", "submitted", "approved")
        base = plan_at(connection, branch_id, valid_us=day_start_us(found.effective_on, zone_of(connection, branch_id)))
        moves = [move for move in moves_of(connection, plan_id) if (move.layer, move.subject) not in set(drop)]
        kept = rebased(base, _of_the_grid(connection, found, moves))
        reached = update_plan(connection, found, now_us=start.recorded_us, state="draft", base_change_id=start.change_id)
        save_moves(connection, plan_id, kept)
        add_event(connection, scope, reached, "rebased", "", at_us=start.recorded_us)
        return reached

    return retrying(store, write)


def _of_the_grid(connection: sa.Connection, found: PlanRecord, moves: Sequence[Move]) -> list[Move]:
    day_us = day_start_us(found.effective_on, zone_of(connection, found.branch_id))
    there = cells_of_era(connection, found.branch_id, {move.subject for move in moves if move.layer == "cell"}, day_us)
    return [move for move in moves if move.layer != "cell" or move.subject in there]


def rebased(base: Plan, moves: Sequence[Move]) -> tuple[Move, ...]:
    """Return moves as they are to be made from who has the subjects now; those that are done already fall away."""
    has = {layer: base.before(layer) for layer in {move.layer for move in moves}}
    givers = (str(has[move.layer].get(move.subject, "")) for move in moves)
    return tuple(replace(move, giver=giver) for move, giver in zip(moves, givers, strict=True) if giver != move.taker)


def stale_moves(store: Store, scope: Scope, branch_id: str, plan_id: int) -> tuple[Clash, ...]:
    """List the subjects of a plan that somebody else changed since it was drafted: which, who and when."""
    scope.require("see_history", branch_id)
    with reading(store) as connection:
        return clashes_of(connection, record_of(connection, branch_id, plan_id))


def clashes_of(connection: sa.Connection, found: PlanRecord) -> tuple[Clash, ...]:
    """Return what somebody else changed of a plan's subjects since it was drafted; nothing for a plan that is settled."""
    if found.state not in ("draft", "submitted", "approved"):
        return ()
    moves = moves_of(connection, found.plan_id)
    clashes = clashes_since(connection, found.branch_id, moves, found.base_change_id)
    changed = {clash.subject for clash in clashes}
    cells = {move.subject for move in moves if move.layer == "cell"} - changed
    return (*clashes, *regrid_clashes(connection, found.branch_id, cells, found.base_change_id))


def refuse_stale(
    connection: sa.Connection, found: PlanRecord, moves: Sequence[Move], begin: int, known: Mapping[Subject, list[Span]]
) -> None:
    """Refuse a plan whose subjects were changed since, or are not the givers' on the day it shall hold from."""
    gone = regrid_clashes(connection, found.branch_id, {move.subject for move in moves if move.layer == "cell"}, found.base_change_id)
    if gone:
        raise Conflict(
            say(N_("The branch was regridded after this plan was drafted: {count} of its cells are of the old grid."), count=len(gone)),
            clashes=gone,
            remedy=say(N_("Nothing was changed. Draft it again on the new grid, or bring it up to date: what is left of it stays.")),
        )
    _refuse(clashes_since(connection, found.branch_id, moves, found.base_change_id))
    has = owners_at(connection, found.branch_id, known, begin)
    wrong = [move for move in moves if has[move.layer, move.subject] != move.giver]
    last = {clash.subject: clash for clash in clashes_since(connection, found.branch_id, wrong, 0)} if wrong else {}
    _refuse(tuple(last.get(move.subject, Clash(move.subject, "", 0)) for move in wrong))


def clashes_since(connection: sa.Connection, branch_id: str, moves: Sequence[Move], change_id: int) -> tuple[Clash, ...]:
    """Return the moved subjects that have a later change than one, each with who and when, in order."""
    table = SUBJECT_VERSIONS
    query = (
        sa.select(table.c.layer, table.c.subject, CHANGES.c.who, CHANGES.c.recorded_us)
        .join(CHANGES, CHANGES.c.change_id == table.c.change_id)
        .where(table.c.branch_id == branch_id, table.c.change_id > change_id)
    )
    chosen = {(move.layer, move.subject) for move in moves}
    narrowed = of_subjects(connection, query, table, chosen)
    found = [row for row in connection.execute(narrowed) if (row.layer, row.subject) in chosen]
    return tuple(Clash(row.subject, row.who, row.recorded_us) for row in sorted(found, key=lambda row: (row.layer, row.subject)))


def _refuse(clashes: tuple[Clash, ...]) -> None:
    if clashes:
        raise Conflict(
            say(N_("Somebody else changed {count} of these first."), count=len(clashes)),
            clashes=clashes,
            remedy=say(N_("Nothing was changed. Look at each, then bring the plan up to date.")),
        )


def _laid(moves: Sequence[Move], begin: int, known: Mapping[Subject, list[Span]]) -> Mapping[Subject, list[Span]]:
    """Date the moves: from `begin` until the next change of the subject that the ledger has already."""
    subjects = {(move.layer, move.subject): move.taker or None for move in moves}
    return {subject: [Span(begin, next_change(known[subject], begin), taker)] for subject, taker in subjects.items()}


def _taken_back(connection: sa.Connection, branch_id: str, change_id: int, begin: int | None) -> Mapping[Subject, list[Span]]:
    """Return the spans that lay there before a change: the rows it superseded, and releases where nothing lay."""
    stamp = sa.select(CHANGES.c.recorded_us).where(CHANGES.c.change_id == change_id).scalar_subquery()
    line = LEDGER.c
    columns = (line.layer, line.subject, line.owner, line.valid_from, line.valid_to)
    made = connection.execute(sa.select(*columns).where(line.branch_id == branch_id, line.change_id == change_id)).all()
    gone = connection.execute(sa.select(*columns).where(line.branch_id == branch_id, line.recorded_to == stamp)).all()
    before: dict[Subject, list[Span]] = {}
    for row in gone:
        before.setdefault((row.layer, row.subject), []).append(Span(row.valid_from, row.valid_to, row.owner))
    planned: dict[Subject, list[Span]] = {}
    for row in made:
        subject, first = (row.layer, row.subject), row.valid_from if begin is None else max(begin, row.valid_from)
        if first < row.valid_to:
            planned.setdefault(subject, []).extend(_filled(before.get(subject, []), first, row.valid_to))
    return planned


def _filled(spans: Sequence[Span], begin: int, end: int) -> list[Span]:
    """Cut spans to a range and release what none of them covers."""
    result, at = [], begin
    for span in sorted(spans, key=lambda each: each.valid_from):
        first, last = max(span.valid_from, begin), min(span.valid_to, end)
        if first >= last:
            continue
        if at < first:
            result.append(Span(at, first, None))
        result.append(Span(first, last, span.owner))
        at = last
    return [*result, Span(at, end, None)] if at < end else result
