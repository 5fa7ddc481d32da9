"""Writing accepted rows: one transaction per import, history kept in both times, the ledger's columns to the ledger."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import sqlalchemy as sa

from gridmap import schema
from gridmap.errors import N_, TableError, say
from gridmap.schema import Table
from gridmap.scope import Scope
from gridmap.store.aliases import aliases_known
from gridmap.store.changes import Reason, apply_moves
from gridmap.store.compare import CHANGED, NEW, UNCHANGED, Matched, difference_frame, match_rows
from gridmap.store.engine import Store, reading, writing
from gridmap.store.holding import Moves, Step, holding_steps, ownership_steps
from gridmap.store.imports import Origin, record_import, same_import
from gridmap.store.positions import DEFAULT_ZONE, Position, advance, day_start_us, local_day, lock_branch, zone_of
from gridmap.store.rights import require_all_branches, require_writing
from gridmap.store.superseding import supersede_rows
from gridmap.store.tables import BEGINNING_US, FACTS, FOREVER_US, LEDGER_COLUMNS


@dataclass(frozen=True)
class Comparison:
    """What an import would do; `differences` has the key columns, `column`, `old` and `new`, one row per value that changes."""

    new: int
    changed: int
    unchanged: int
    differences: pd.DataFrame


@dataclass(frozen=True)
class ImportResult:
    """What an import did. `merged` lists accepted organisations that count as another one they were merged into."""

    import_id: int
    new: int
    changed: int
    unchanged: int
    merged: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Work:
    """An import made ready: rows matched (None for ownership), moves per reason, the state of each accepted row."""

    matched: Matched | None
    moves: dict[str, Moves]
    steps: dict[str, list[Step]]
    state: np.ndarray
    at_us: int

    def count(self, state: int) -> int:
        return int((self.state == state).sum())

    @property
    def changes_facts(self) -> bool:
        return self.matched is not None and bool((self.matched.state != UNCHANGED).any())


def compare_rows(
    store: Store, scope: Scope, branch_id: str, table_name: str, accepted: pd.DataFrame, *, as_of: date | None = None
) -> Comparison:
    """Say what writing these rows would change; nothing is written.

    Parameters
    ----------
    accepted
        Rows that passed the gate, with unique keys; columns that are absent keep their stored value.
    as_of
        The day the rows speak of; None for today.

    Raises
    ------
    ScopeError
        When the scope may not write this table.
    """
    table, rows = _asked(scope, branch_id, table_name, accepted)
    with reading(store) as connection:
        work = _prepare(connection, scope, branch_id, table, rows, as_of=as_of, now_us=store.clock())
    return Comparison(work.count(NEW), work.count(CHANGED), work.count(UNCHANGED), _differences(work, table, rows))


def write_rows(  # noqa: PLR0913 - what an import is known by, each by name
    store: Store,
    scope: Scope,
    branch_id: str,
    table_name: str,
    accepted: pd.DataFrame,
    *,
    as_of: date | None,
    now_us: int,
    file_name: str,
    file_sha256: str,
    mapping: Mapping[str, str],
    source: str,
    system: str = "",
    findings: Mapping[str, int] | None = None,
) -> ImportResult:
    """Write accepted rows in one transaction.

    A row whose key is new is in force from `as_of`, or from the beginning where that is None (its dates say when things
    happened); a changed row is in force from `as_of`, or from the start of today, until the stored row it replaces ended, and the
    time before keeps the old values. Rows of tables that only grow have no course: a changed one is a correction of the
    whole. What is absent, rows or columns, stays as it is. The same content twice changes nothing.

    Parameters
    ----------
    accepted
        Rows that passed the gate, with unique keys.
    now_us
        The instant it is recorded, microseconds UTC.
    mapping, source
        The mapping used, and the fingerprint of the headers under which it is remembered (empty: it is not).
    system, findings
        The coordinate system the file was in, and how often each rule was broken: kept with the import.

    Raises
    ------
    ScopeError
        When the scope may not write this table, or rows are about branches outside it.
    Conflict
        When another writer was faster.
    """
    table, rows = _asked(scope, branch_id, table_name, accepted)
    origin = Origin(table_name, as_of, file_name, file_sha256, dict(mapping), source, system, dict(findings or {}))
    with writing(store) as connection:
        start = lock_branch(connection, branch_id, now_us=now_us)
        result, reached = _write_rows(connection, scope, start, table, rows, origin)
        if reached is not None:
            advance(connection, reached)
    return result


def write_rows_within(
    connection: sa.Connection, scope: Scope, start: Position, table_name: str, accepted: pd.DataFrame, *, as_of: date | None, source: str
) -> tuple[ImportResult, Position]:
    """Write rows inside a transaction that holds the branch's lock, as part of something larger; return the position reached.

    `source` says what the rows come from and stands where an import has its file's name. The caller has asked for the right to what
    the rows are part of, and advances the branch.
    """
    table, rows = _completed(scope, start.branch_id, table_name, accepted)
    origin = Origin(table_name, as_of, source, "", {}, "", "", {})
    result, reached = _write_rows(connection, scope, start, table, rows, origin)
    return result, reached or start


def _write_rows(
    connection: sa.Connection, scope: Scope, start: Position, table: Table, rows: pd.DataFrame, origin: Origin
) -> tuple[ImportResult, Position | None]:
    work = _prepare(connection, scope, start.branch_id, table, rows, as_of=origin.as_of, now_us=start.recorded_us)
    counts = (work.count(NEW), work.count(CHANGED), work.count(UNCHANGED))
    merged = _merged(connection, start.branch_id, table, rows)
    if counts[:2] == (0, 0) and (earlier := same_import(connection, start.branch_id, origin)):
        return ImportResult(earlier, *counts, merged), None
    import_id = record_import(connection, scope, start, origin, counts=counts, new_version=work.changes_facts)
    if counts[:2] == (0, 0):
        return ImportResult(import_id, *counts, merged), None
    reached = _write(connection, scope, replace(start, import_id=import_id), table, work, dated=origin.as_of is not None)
    reached = reached if work.changes_facts else replace(reached, import_id=start.import_id)
    _advance_branches(connection, replace(reached, import_id=import_id), table, rows)
    return ImportResult(import_id, *counts, merged), reached


def _asked(scope: Scope, branch_id: str, table_name: str, accepted: pd.DataFrame) -> tuple[Table, pd.DataFrame]:
    require_writing(scope, table_name, branch_id)
    return _completed(scope, branch_id, table_name, accepted)


def _completed(scope: Scope, branch_id: str, table_name: str, accepted: pd.DataFrame) -> tuple[Table, pd.DataFrame]:
    table = schema.table(table_name)
    if "branch_id" in accepted:
        about = frozenset(accepted["branch_id"].dropna().astype("str")) - {branch_id}
        require_all_branches(scope, about)
        if about and table_name != "branches":
            raise ValueError(f"{table_name}: rows of other branches than {branch_id}: {sorted(about)[:5]}")
        filled = accepted["branch_id"].astype("str").fillna(branch_id)
    else:
        filled = pd.Series(branch_id, index=accepted.index, dtype="str")
    rows = accepted.assign(branch_id=filled).reset_index(drop=True)
    for name in set(table.key) - set(rows):  # a part of the key that a file leaves out is empty
        rows[name] = pd.Series(pd.NA, index=rows.index, dtype="str")
    if table_name == "people":
        granted = rows["branches"].astype("str").fillna("").str.split(";").explode().str.strip()
        require_all_branches(scope, frozenset(granted[granted != ""]))
    return table, rows


def _prepare(
    connection: sa.Connection, scope: Scope, branch_id: str, table: Table, rows: pd.DataFrame, *, as_of: date | None, now_us: int
) -> _Work:
    zone = ZoneInfo(DEFAULT_ZONE) if table.name == "branches" else zone_of(connection, branch_id)  # a wrong zone can be mended
    at_us = day_start_us(as_of or local_day(now_us, zone), zone)
    if table.name == "ownership":
        moves, steps = ownership_steps(connection, branch_id, rows)
        names = {"new": NEW, "changed": CHANGED, "unchanged": UNCHANGED}
        state = np.full(len(rows), UNCHANGED, dtype="int8")
        for step in steps:
            state[step[1]] = names[step[4]]
        return _Work(None, moves, {"owner": steps}, state, at_us)
    matched = match_rows(connection, branch_id, table, rows, at_us=at_us if table.history else BEGINNING_US)
    state = matched.state.copy()
    moves_all: Moves = {}
    steps_all: dict[str, list[Step]] = {}
    for name, layer in LEDGER_COLUMNS.items() if table.name == "organisations" else ():
        if name not in rows:
            continue
        named = rows.set_index("org_id")[name]
        held, steps = holding_steps(connection, branch_id, layer, named, at_us=at_us, dated=as_of is not None)
        moves_all.update(held)
        steps_all[name] = steps
        touched = np.array([step[1] for step in steps], dtype="int64")
        state[touched[state[touched] == UNCHANGED]] = CHANGED
    if moves_all:
        scope.require("change_ownership", branch_id)
    if table.name == "people":
        _refuse_foreign(connection, scope, rows)
    if table.name == "bases":
        _refuse_thawing(connection, branch_id, rows, state)
    return _Work(matched, {"": moves_all} if moves_all else {}, steps_all, state, at_us)


def _refuse_foreign(connection: sa.Connection, scope: Scope, rows: pd.DataFrame) -> None:
    people = FACTS["people"]
    query = sa.select(people.c.branches).where(people.c.person_id.in_(rows["person_id"].tolist()), people.c.recorded_to == FOREVER_US)
    held = {branch for (branches,) in connection.execute(query) for branch in branches.split(";")}
    require_all_branches(scope, frozenset(held))


def _refuse_thawing(connection: sa.Connection, branch_id: str, rows: pd.DataFrame, state: np.ndarray) -> None:
    """Refuse to change a base, or to add to it, once it is there: what retention is measured on must not move under it."""
    bases = FACTS["bases"]
    touched = rows.loc[state != UNCHANGED, "base"].astype("str")
    query = sa.select(bases.c.base).distinct().where(bases.c.branch_id == branch_id, bases.c.recorded_to == FOREVER_US)
    frozen = {base for (base,) in connection.execute(query)} & set(touched)
    if frozen:
        count = int(touched.isin(frozen).sum())
        raise TableError(
            say(N_("The base {base} is frozen; rows that would change it: {count}."), base=", ".join(sorted(frozen)), count=count),
            where="bases",
            remedy=say(N_("A base is never edited. Import a new one under the day it was frozen on.")),
        )


def _write(connection: sa.Connection, scope: Scope, start: Position, table: Table, work: _Work, *, dated: bool) -> Position:
    reached = start
    if work.matched is not None:
        supersede_rows(connection, start, table, work.matched, at_us=work.at_us, dated=dated)
        grown = work.count(NEW) + work.count(CHANGED) if table.name == "visits" else 0
        reached = replace(start, visit_no=start.visit_no + grown)
    for number, why in enumerate(sorted(work.moves)):  # one change per reason, each with an instant of its own
        reached = replace(reached, recorded_us=start.recorded_us + number)
        reached = apply_moves(connection, scope, reached, work.moves[why], reason=Reason(why, "import", start.import_id))
    return reached


def _advance_branches(connection: sa.Connection, reached: Position, table: Table, rows: pd.DataFrame) -> None:
    """Let every branch an import of `branches` speaks of take part in its version."""
    if table.name != "branches":
        return
    for other in sorted(set(rows["branch_id"]) - {reached.branch_id}):
        start = lock_branch(connection, other, now_us=reached.recorded_us)
        advance(connection, replace(start, import_id=reached.import_id))


def _merged(connection: sa.Connection, branch_id: str, table: Table, rows: pd.DataFrame) -> tuple[str, ...]:
    if table.name != "organisations":
        return ()
    aliases = aliases_known(connection, branch_id).index
    return tuple(sorted(aliases[aliases.isin(rows["org_id"])])) if len(aliases) else ()


def _differences(work: _Work, table: Table, rows: pd.DataFrame) -> pd.DataFrame:
    key = rows[list(table.key)].astype("str")
    parts = [difference_frame(work.matched, table)] if work.matched else []
    for name, steps in work.steps.items():
        moved = [step for step in steps if work.state[step[1]] == CHANGED and step[4] != "unchanged"]
        part = key.iloc[[step[1] for step in moved]].reset_index(drop=True)
        old, new = ([step[which] for step in moved] for which in (2, 3))
        parts.append(part.assign(column=name, old=pd.Series(old, dtype="str"), new=pd.Series(new, dtype="str")))
    return pd.concat(parts, ignore_index=True)
