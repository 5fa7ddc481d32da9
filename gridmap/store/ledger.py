"""Reading the ledger: who owned or held what at any instant, as known at any other."""

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd
import pyarrow as pa
import sqlalchemy as sa

from gridmap.plan import Plan
from gridmap.scope import Scope
from gridmap.store.aliases import aliases_known
from gridmap.store.bulk import Subject, of_subjects, read_rows
from gridmap.store.engine import Store, reading
from gridmap.store.positions import position
from gridmap.store.tables import CHANGES, FOREVER_US, LEDGER
from gridmap.store.timeline import Span, owner_at

LEDGER_TYPES = (
    pa.large_string(),
    pa.large_string(),
    pa.large_string(),
    pa.int64(),
    pa.int64(),
    pa.int64(),
    pa.int64(),
    pa.int64(),
    pa.int64(),
)


def plan_as_of(store: Store, scope: Scope, branch_id: str, *, valid_us: int, known_us: int | None = None) -> Plan:
    """Return who owned what at one instant, as known at another.

    Parameters
    ----------
    valid_us
        The instant asked about, microseconds UTC.
    known_us
        The instant of the knowledge; None for all that is recorded. A later correction never changes an earlier answer.

    Raises
    ------
    ScopeError
        When the branch lies outside the scope.
    """
    scope.require("see_map", branch_id)
    with reading(store) as connection:
        return plan_at(connection, branch_id, valid_us=valid_us, known_us=known_us)


def plan_at(
    connection: sa.Connection, branch_id: str, *, valid_us: int, known_us: int | None = None, up_to_change: int | None = None
) -> Plan:
    """Read who owned what at one instant, as known at another or after a certain change, inside a transaction."""
    if up_to_change is not None:
        stamp = sa.select(sa.func.max(CHANGES.c.recorded_us)).where(CHANGES.c.branch_id == branch_id, CHANGES.c.change_id <= up_to_change)
        known_us = int(connection.execute(stamp).scalar() or 0)
    change_id = _last_change(connection, branch_id, known_us)
    rows = _at(connection, branch_id, valid_us=valid_us, known_us=known_us)
    aliases = aliases_known(connection, branch_id, known_us=known_us)
    holders, sponsors = (_by_kept(_layer(rows, layer, "org_id"), aliases) for layer in ("holder", "sponsor"))
    return Plan(branch_id, change_id, owners=_layer(rows, "cell", "cell"), holders=holders, sponsors=sponsors)


def ledger_rows(store: Store, scope: Scope, branch_id: str, *, layer: str, subjects: Sequence[str] | None = None) -> pd.DataFrame:
    """Return the whole record of a layer, superseded rows included.

    Returns
    -------
    One row per ledger row in the order subject, recorded_from, valid_from: layer, subject, owner (missing = released), the four
    instants in microseconds UTC (`FOREVER_US` = open), change_id, and of the change: kind, who, why.
    """
    scope.require("see_history", branch_id)
    table = LEDGER.join(CHANGES, LEDGER.c.change_id == CHANGES.c.change_id)
    columns = [column for column in LEDGER.c if column.name not in ("row_id", "branch_id")]
    query = sa.select(*columns, CHANGES.c.kind, CHANGES.c.who, CHANGES.c.why).select_from(table)
    query = query.where(LEDGER.c.branch_id == branch_id, LEDGER.c.layer == layer)
    if subjects is not None:
        query = query.where(LEDGER.c.subject.in_(sorted(set(subjects))))
    with reading(store) as connection:
        found = connection.execute(query.order_by(LEDGER.c.subject, LEDGER.c.recorded_from, LEDGER.c.valid_from)).mappings().all()
    return pd.DataFrame(found, columns=[*(column.name for column in columns), "kind", "who", "why"])


def _last_change(connection: sa.Connection, branch_id: str, known_us: int | None) -> int:
    if known_us is None:
        return position(connection, branch_id).change_id
    query = sa.select(sa.func.max(CHANGES.c.change_id)).where(CHANGES.c.branch_id == branch_id, CHANGES.c.recorded_us <= known_us)
    return int(connection.execute(query).scalar() or 0)


def recorded_at(known_us: int | None) -> "sa.ColumnElement[bool]":
    """Return the condition for ledger rows known at an instant; None for those open now."""
    if known_us is None:
        return LEDGER.c.recorded_to == FOREVER_US
    return sa.and_(LEDGER.c.recorded_from <= known_us, LEDGER.c.recorded_to > known_us)


def ledger_query(branch_id: str) -> "sa.Select[tuple[object, ...]]":
    """Return the query over a branch's ledger rows whose columns are of `LEDGER_TYPES`."""
    names = ("layer", "subject", "owner", "row_id", "valid_from", "valid_to", "recorded_from", "recorded_to", "change_id")
    return sa.select(*(LEDGER.c[name] for name in names)).where(LEDGER.c.branch_id == branch_id)


def _at(connection: sa.Connection, branch_id: str, *, valid_us: int, known_us: int | None) -> pd.DataFrame:
    query = ledger_query(branch_id).where(LEDGER.c.valid_from <= valid_us, LEDGER.c.valid_to > valid_us, recorded_at(known_us))
    found: pd.DataFrame = read_rows(connection, query, LEDGER_TYPES).to_pandas()
    return found


def _layer(rows: pd.DataFrame, layer: str, name: str) -> pd.Series:
    chosen = rows[rows["layer"] == layer].sort_values("subject")
    return pd.Series(chosen["owner"].astype("str").to_numpy(), index=pd.Index(chosen["subject"], name=name), name="manager_id", dtype="str")


def _by_kept(held: pd.Series, aliases: pd.Series) -> pd.Series:
    """Let a merged organisation's holder count for the kept one, where that has none of its own."""
    merged = held.index.isin(aliases.index)
    if not merged.any():
        return held
    named = held[merged].dropna()
    named.index = pd.Index([aliases[org_id] for org_id in named.index], name="org_id")
    own = held[~merged].dropna()
    inherited = named[~named.index.isin(own.index) & ~named.index.duplicated()]
    both: pd.Series = pd.concat([own, inherited]).sort_index()
    return both


def open_spans(connection: sa.Connection, branch_id: str, layer: str, subjects: Iterable[str]) -> dict[str, list[Span]]:
    """Return the spans that are open in recorded time, per subject of one layer, in order; subjects without any are absent."""
    found = spans_of(connection, branch_id, {(layer, subject) for subject in subjects})
    return {subject: spans for (_, subject), spans in found.items()}


def spans_of(connection: sa.Connection, branch_id: str, subjects: Iterable[Subject]) -> dict[Subject, list[Span]]:
    """Return the spans that are open in recorded time, per subject, in order; subjects without any are absent."""
    line, chosen = LEDGER.c, frozenset(subjects)
    query = sa.select(line.layer, line.subject, line.valid_from, line.valid_to, line.owner, line.row_id)
    query = query.where(line.branch_id == branch_id, line.recorded_to == FOREVER_US)
    result: dict[Subject, list[Span]] = {}
    for layer, subject, *span in connection.execute(of_subjects(connection, query, LEDGER, chosen)):
        if (layer, subject) in chosen:
            result.setdefault((layer, subject), []).append(Span(*span))
    for spans in result.values():
        spans.sort(key=lambda span: span.valid_from)
    return result


def owners_at(connection: sa.Connection, branch_id: str, known: Mapping[Subject, Sequence[Span]], instant_us: int) -> dict[Subject, str]:
    """Return who has subjects at an instant, as `plan_at` says it: a merged organisation's holder counts for the kept one.

    Parameters
    ----------
    known
        The open spans of every subject asked about, empty for those that nobody ever had.
    """
    result = {subject: owner_at(spans, instant_us) or "" for subject, spans in known.items()}
    held = sorted(subject for subject in known if subject[0] != "cell")
    if not held:
        return result
    aliases = aliases_known(connection, branch_id)
    kept = aliases.groupby(aliases).groups
    inherited = spans_of(connection, branch_id, ((layer, org_id) for layer, subject in held for org_id in kept.get(subject, ())))
    for layer, subject in held:
        heirs = (owner_at(inherited.get((layer, org_id), ()), instant_us) for org_id in sorted(kept.get(subject, ())))
        result[layer, subject] = "" if subject in aliases.index else result[layer, subject] or next(filter(None, heirs), "")
    return result
