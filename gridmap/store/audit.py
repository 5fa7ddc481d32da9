"""Verifying the audit chain: every entry, every record it seals, and the head that is kept apart from the database."""

import hmac
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from gridmap.errors import N_, Message, StoreError, say
from gridmap.scope import Scope
from gridmap.store.audit_records import Found, check_records, read_records
from gridmap.store.engine import Store, reading
from gridmap.store.records import AUDIT
from gridmap.store.sealing import PARTS, mac, store_id_of
from gridmap.store.tables import CHANGES, VERSIONS
from gridmap.store.vault import Head, Kept, keep_heads, put_head, read_heads


@dataclass(frozen=True)
class AuditReport:
    """What the verification of a branch's chain found.

    `problems` is empty for a chain that holds, else every broken entry in order, what is not sealed at all after them; `first_broken` is
    the number of the first. `head_behind` counts entries newer than the kept head, which is moved on where nothing is broken.
    """

    branch_id: str
    entries: int
    problems: tuple[Message, ...] = ()
    head_behind: int = 0
    first_broken: int | None = None


def verify_audit(store: Store, scope: Scope, branch_id: str, *, records: bool = True) -> AuditReport:
    """Verify a branch's audit chain.

    Parameters
    ----------
    records
        Whether what the entries seal is worked out anew; without, only the chain itself and its head are looked at, which takes a
        hundredth of the time.

    Raises
    ------
    ScopeError
        When the scope may not see the history of this branch.
    """
    scope.require("see_history", branch_id)
    kept, unreadable = _kept(store.vault.head_path)  # before the chain is read, which can then only be longer
    with reading(store) as connection:
        store_id = store_id_of(connection)
        entries = connection.execute(sa.select(AUDIT).where(AUDIT.c.branch_id == branch_id).order_by(AUDIT.c.seq)).all()
        found, distrusted = _chain_problems(entries, store.vault.known_keys(), store_id, branch_id)
        if records:
            found += check_records(read_records(connection, branch_id), entries, distrusted)
    heads = unreadable or list(_head_problems(store.vault.head_path, kept, store_id, branch_id, entries))
    found = sorted([*found, *heads], key=lambda each: each[0])
    head = kept.heads.get(branch_id, Head()) if kept is not None else Head()
    behind = 0 if found or store.vault.head_path is None else len(entries) - head.seq
    if behind > 0 and store.vault.head_path is not None:
        found += _moved_on(store.vault.head_path, store_id, branch_id, head, entries)
    return AuditReport(branch_id, len(entries), tuple(what for _, what in found), behind, found[0][0] if found else None)


def audited_branches(store: Store, scope: Scope) -> tuple[str, ...]:
    """Return the branches that have a history, or had one when a head was kept last; those of the scope, in order."""
    scope.require("see_history")
    kept, _ = _kept(store.vault.head_path)
    named = set(kept.heads) if kept is not None else set()
    with reading(store) as connection:
        for table in (AUDIT, CHANGES, VERSIONS):
            named.update(connection.execute(sa.select(table.c.branch_id).distinct()).scalars())
    return tuple(sorted(branch_id for branch_id in named if scope.allows("see_history", branch_id)))


def keep_audit_head(store: Store, scope: Scope, branch_id: str) -> Head:
    """Keep where a branch's chain ends now as its head, whatever was kept before: after a backup was put back, and only then.

    Raises
    ------
    ScopeError
        When the scope may not administer this branch.
    StoreError
        When the chain itself is broken, or the head cannot be written.
    """
    scope.require("manage_people", branch_id)
    path = store.vault.head_path
    with reading(store) as connection:
        store_id = store_id_of(connection)
        entries = connection.execute(sa.select(AUDIT).where(AUDIT.c.branch_id == branch_id).order_by(AUDIT.c.seq)).all()
        found, distrusted = _chain_problems(entries, store.vault.known_keys(), store_id, branch_id)
        found += check_records(read_records(connection, branch_id), entries, distrusted)
    if found or path is None:
        raise StoreError(
            found[0][1] if found else say(N_("A store in memory keeps no head.")),
            where=branch_id,
            remedy=say(N_("Nothing was kept. Mend the chain first: put back the backup, or the key that belongs to it.")),
        )
    head = Head(len(entries), entries[-1].mac) if entries else Head()
    try:
        put_head(path, store_id, branch_id, head)
    except OSError as error:
        raise StoreError(_unwritten(path, error), remedy=say(N_("Let whoever runs gridmap write this file."))) from error
    return head


def _kept(path: Path | None) -> tuple[Kept | None, list[Found]]:
    try:
        return (None if path is None else read_heads(path)), []
    except StoreError as error:
        return None, [(0, say(N_("{what} {where}"), what=error.what, where=error.where))]


def _chain_problems(
    entries: Sequence[Any], keys: tuple[bytes, ...], store_id: str, branch_id: str
) -> tuple[list[Found], frozenset[object]]:
    """Return what is wrong with the entries themselves, and the numbers of those that were altered."""
    missing: list[Found] = []
    altered: list[Found] = []
    tried, at = 0, Head()
    for entry in entries:
        record = (entry.seq, entry.kind, entry.record_id, entry.digest)
        follows = isinstance(entry.seq, int) and entry.seq == at.seq + 1
        if not isinstance(entry.seq, int) or entry.seq <= at.seq:
            missing.append((at.seq + 1, say(N_("An entry numbered {seq} does not belong to the chain."), seq=entry.seq)))
            continue
        if not follows:
            missing.append((at.seq + 1, _missing(at.seq + 1, entry.seq - 1)))
        else:
            tried += 1
            made = (mac(key, store_id, branch_id, record, at.mac) for key in keys)
            if entry.kind not in PARTS or not any(hmac.compare_digest(str(entry.mac).encode(), each.encode()) for each in made):
                altered.append((entry.seq, say(N_("Entry {seq} was altered, or written by somebody else."), seq=entry.seq)))
        at = Head(entry.seq, entry.mac)
    if tried and len(altered) == tried:
        fits = say(
            N_("None of the {count} entries fits the key: it is the wrong key, or somebody wrote the whole chain anew."), count=tried
        )
        return [(1, fits), *missing], frozenset()
    return [*missing, *altered], frozenset(seq for seq, _ in altered)


def _missing(first: int, last: int) -> Message:
    if first == last:
        return say(N_("Entry {seq} is missing."), seq=first)
    return say(N_("Entries {first} to {last} are missing."), first=first, last=last)


def _head_problems(path: Path | None, kept: Kept | None, store_id: str, branch_id: str, entries: Sequence[Any]) -> Iterator[Found]:
    if path is None:
        return
    after = len(entries) + 1
    if kept is None:
        if entries:
            yield after, say(N_("No head is kept in {path}, so nothing shows whether the end of the chain was cut off."), path=str(path))
        return
    if kept.store_id != store_id:
        yield after, say(N_("The heads kept in {path} are those of another store."), path=str(path))
        return
    head = kept.heads.get(branch_id, Head())
    last = entries[-1].seq if entries and isinstance(entries[-1].seq, int) else len(entries)
    if head.seq > last:
        what = N_("The chain ends at entry {last}, but {seq} had been kept: its end was cut off.")
        yield after, say(what, last=last, seq=head.seq)
    elif head.seq and not any((entry.seq, entry.mac) == head for entry in entries):
        yield head.seq, say(N_("Entry {seq} is not the one whose seal had been kept: the chain was replaced."), seq=head.seq)


def _moved_on(path: Path, store_id: str, branch_id: str, head: Head, entries: Sequence[Any]) -> list[Found]:
    """Move the kept head to the end of a chain that holds; another writer may have done so by now."""
    last = Head(entries[-1].seq, entries[-1].mac)
    try:
        keep_heads(path, store_id, {branch_id: (head, last)}, lambda _branch_id, _head: False)
    except OSError as error:
        return [(len(entries) + 1, _unwritten(path, error))]
    return []


def _unwritten(path: Path, error: OSError) -> Message:
    what = N_("The head of the chain cannot be written to {path}: {reason}.")
    return say(what, path=str(path), reason=str(error.strerror or error))
