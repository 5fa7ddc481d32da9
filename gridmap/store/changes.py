"""Writing the ledger: a change supersedes the rows it touches and inserts their replacements, all or nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import pandas as pd
import pyarrow as pa
import sqlalchemy as sa

from gridmap.errors import N_, Clash, Conflict, PlanError, StoreError, say
from gridmap.scope import Scope
from gridmap.store.bulk import Subject, close_rows, insert_rows, of_subjects
from gridmap.store.engine import Store, retrying
from gridmap.store.eras import within_eras
from gridmap.store.ledger import spans_of
from gridmap.store.positions import Position, advance, insert_or, lock_branch
from gridmap.store.sealing import seal_change
from gridmap.store.tables import BEGINNING_US, CHANGES, FOREVER_US, LAYERS, LEDGER, SUBJECT_VERSIONS
from gridmap.store.timeline import Span, overlay

Expected = int | Mapping[Subject, int] | None


@dataclass(frozen=True)
class Reason:
    """Why a change is made: what the user wrote, its kind, and the import it came with."""

    why: str
    kind: str = "move"
    import_id: int | None = None


def record_change(
    store: Store, scope: Scope, branch_id: str, moves: pd.DataFrame, *, why: str, now_us: int, expected: Expected = None, kind: str = "move"
) -> int:
    """Record moves of cells, holders and sponsors in one transaction.

    Parameters
    ----------
    moves
        One row per move: `layer` (cell, holder, sponsor), `subject`, `owner` (missing = released on purpose), `valid_from_us`, and
        `valid_to_us` (optional; missing = for ever). What lies outside a move's range keeps its owner.
    now_us
        When it is recorded, microseconds UTC; moved on where the clock went back.
    expected
        What the mover had seen: the change_id of their Plan, or the version of each (layer, subject). None: whatever is there.
    kind
        What kind of change this is, for the history.

    Returns
    -------
    The change_id; that of the last change where the moves change nothing.

    Raises
    ------
    Conflict
        When somebody else changed a subject since; every clash is listed, nothing is written.
    PlanError
        When a move cannot be: an unknown layer, no subject, an empty range, two moves of one subject that overlap.
    ScopeError
        When the scope may not change ownership here.
    """
    scope.require("change_ownership", branch_id)
    planned = read_moves(moves)

    def write(connection: sa.Connection) -> int:
        start = lock_branch(connection, branch_id, now_us=now_us)
        reached = apply_moves(connection, scope, start, planned, reason=Reason(why, kind), expected=expected)
        advance(connection, reached)
        return reached.change_id

    return retrying(store, write)


def read_moves(moves: pd.DataFrame) -> dict[Subject, list[Span]]:
    """Turn a frame of moves into spans per subject, refusing what cannot be."""
    ends = moves["valid_to_us"] if "valid_to_us" in moves else pd.Series(pd.NA, index=moves.index)
    owners = [None if pd.isna(owner) or owner == "" else str(owner) for owner in moves["owner"]]
    planned: dict[Subject, list[Span]] = {}
    for layer, subject, owner, begin, end in zip(moves["layer"], moves["subject"], owners, moves["valid_from_us"], ends, strict=True):
        span = Span(int(begin), FOREVER_US if pd.isna(end) else min(int(end), FOREVER_US), owner)
        if layer not in LAYERS or pd.isna(subject) or subject == "" or not BEGINNING_US <= span.valid_from < span.valid_to:
            raise PlanError(
                say(N_("A move needs a layer, a subject and a range of time: {layer} {subject}."), layer=str(layer), subject=str(subject)),
                remedy=say(N_("Correct or remove this move.")),
            )
        planned.setdefault((str(layer), str(subject)), []).append(span)
    for (_, subject), spans in planned.items():
        spans.sort(key=lambda span: span.valid_from)
        if any(earlier.valid_to > later.valid_from for earlier, later in pairwise(spans)):
            raise PlanError(say(N_("Two moves of {subject} overlap in time."), subject=subject), remedy=say(N_("Keep one of the two.")))
    return planned


def apply_moves(
    connection: sa.Connection,
    scope: Scope,
    start: Position,
    planned: Mapping[Subject, list[Span]],
    *,
    reason: Reason,
    expected: Expected = None,
    known: Mapping[Subject, list[Span]] | None = None,
) -> Position:
    """Write moves inside a transaction that holds the branch's lock; return the position reached.

    Parameters
    ----------
    known
        The open spans of the moved subjects where the transaction has read them already.
    """
    if reason.kind != "regrid":
        planned = within_eras(connection, start.branch_id, planned)
    _refuse_stale(connection, start.branch_id, planned, expected)
    lying = spans_of(connection, start.branch_id, planned) if known is None else known
    replaced: list[int] = []
    fresh: list[tuple[Subject, Span]] = []
    for subject in sorted(planned):
        before = lying.get(subject, [])
        after = overlay(before, planned[subject])
        kept = {span.row_id for span in after}
        replaced += [span.row_id for span in before if span.row_id is not None and span.row_id not in kept]
        fresh += [(subject, span) for span in after if span.row_id is None]
    if not fresh:
        return start
    change_id = _insert_change(connection, scope, start, reason)
    close_rows(connection, LEDGER, np.array(replaced, dtype="int64"), recorded_us=start.recorded_us)
    insert_rows(connection, LEDGER, _ledger_rows(fresh, start, change_id))
    seal_change(connection, start.branch_id, change_id, closed=replaced)
    _bump(connection, change_id)
    if connection.dialect.name == "sqlite":
        check_gaps(connection, start.branch_id, change_id)
    return replace(start, change_id=change_id)


def _versions(connection: sa.Connection, branch_id: str, planned: Mapping[Subject, list[Span]]) -> dict[Subject, tuple[int, int]]:
    table = SUBJECT_VERSIONS
    query = sa.select(table.c.layer, table.c.subject, table.c.version, table.c.change_id).where(table.c.branch_id == branch_id)
    narrowed = of_subjects(connection, query, table, planned)
    return {
        (layer, subject): (version, change_id)
        for layer, subject, version, change_id in connection.execute(narrowed)
        if (layer, subject) in planned
    }


def _refuse_stale(connection: sa.Connection, branch_id: str, planned: Mapping[Subject, list[Span]], expected: Expected) -> None:
    if expected is None:
        return
    versions = _versions(connection, branch_id, planned)
    if isinstance(expected, int):
        stale = [subject for subject, (_, change_id) in sorted(versions.items()) if change_id > expected]
    else:
        stale = [subject for subject in sorted(planned) if versions.get(subject, (0, 0))[0] != expected.get(subject, 0)]
    if not stale:
        return
    last = {subject: versions.get(subject, (0, 0))[1] for subject in stale}
    query = sa.select(CHANGES.c.change_id, CHANGES.c.who, CHANGES.c.recorded_us).where(CHANGES.c.change_id.in_(sorted(set(last.values()))))
    who = {change_id: (name, at_us) for change_id, name, at_us in connection.execute(query)}
    raise Conflict(
        say(N_("Somebody else changed {count} of these first."), count=len(stale)),
        clashes=tuple(Clash(subject[1], *who.get(last[subject], ("", 0))) for subject in stale),
        remedy=say(N_("Nothing was changed. Look at each, then move again what is still right.")),
    )


def _insert_change(connection: sa.Connection, scope: Scope, start: Position, reason: Reason) -> int:
    made = connection.execute(
        sa.insert(CHANGES)
        .values(
            branch_id=start.branch_id,
            kind=reason.kind,
            person_id=scope.person_id,
            who=scope.name,
            why=reason.why,
            recorded_us=start.recorded_us,
            import_id=reason.import_id,
        )
        .returning(CHANGES.c.change_id)
    )
    return int(made.scalar_one())


def _ledger_rows(fresh: list[tuple[Subject, Span]], start: Position, change_id: int) -> pa.Table:
    count = len(fresh)
    return pa.table(
        {
            "branch_id": pa.array([start.branch_id] * count, pa.large_string()),
            "layer": pa.array([layer for (layer, _), _ in fresh], pa.large_string()),
            "subject": pa.array([subject for (_, subject), _ in fresh], pa.large_string()),
            "owner": pa.array([span.owner for _, span in fresh], pa.large_string()),
            "valid_from": pa.array([span.valid_from for _, span in fresh], pa.int64()),
            "valid_to": pa.array([span.valid_to for _, span in fresh], pa.int64()),
            "recorded_from": pa.array([start.recorded_us] * count, pa.int64()),
            "recorded_to": pa.array([FOREVER_US] * count, pa.int64()),
            "change_id": pa.array([change_id] * count, pa.int64()),
        }
    )


def _bump(connection: sa.Connection, change_id: int) -> None:
    """Count a new version of every subject that a change has rows of."""
    line, table = LEDGER.c, SUBJECT_VERSIONS
    touched = (
        sa.select(line.branch_id, line.layer, line.subject, sa.literal(1), line.change_id).where(line.change_id == change_id).distinct()
    )
    statement = insert_or(connection, table).from_select(["branch_id", "layer", "subject", "version", "change_id"], touched)
    statement = statement.on_conflict_do_update(
        index_elements=["branch_id", "layer", "subject"],
        set_={"version": table.c.version + 1, "change_id": statement.excluded.change_id},
    )
    connection.execute(statement)


def check_gaps(connection: sa.Connection, branch_id: str, change_id: int) -> None:
    """Refuse to end a transaction whose change left a subject without owner or release; PostgreSQL does it by itself."""
    touched = sa.select(SUBJECT_VERSIONS.c.layer, SUBJECT_VERSIONS.c.subject).where(
        SUBJECT_VERSIONS.c.branch_id == branch_id, SUBJECT_VERSIONS.c.change_id == change_id
    )
    touched_rows = touched.subquery()
    lying = LEDGER.c
    open_now = sa.and_(
        lying.branch_id == branch_id,
        lying.layer == touched_rows.c.layer,
        lying.subject == touched_rows.c.subject,
        lying.recorded_to == FOREVER_US,
    )
    covered = sa.func.coalesce(sa.func.sum(lying.valid_to - lying.valid_from), -1)
    query = (
        sa.select(touched_rows.c.subject)
        .select_from(touched_rows.outerjoin(LEDGER, open_now))
        .group_by(touched_rows.c.layer, touched_rows.c.subject)
        .having(
            sa.or_(sa.func.coalesce(sa.func.max(lying.valid_to), 0) != FOREVER_US, covered != FOREVER_US - sa.func.min(lying.valid_from))
        )
    )
    left = [subject for (subject,) in connection.execute(query)]
    if left:
        raise StoreError(
            say(N_("The change would leave {subjects} without an owner or a release."), subjects=", ".join(sorted(left)[:10])),
            remedy=say(N_("Nothing was changed. Report this as a fault.")),
        )
