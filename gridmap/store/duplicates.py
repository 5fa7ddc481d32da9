"""Decisions on duplicate companies: merged, kept apart, or open again; every one dated, none ever deleted.

A merge changes no row. The merged organisation keeps its rows under its own id; a Market leaves it out and reads what
is known about it as the kept one's. An import may still bring the merged id: its own row is updated, its visits
count for the kept one, and `ImportResult.merged` names it.
"""

from dataclasses import dataclass, replace

import pandas as pd
import sqlalchemy as sa

from gridmap.errors import N_, Conflict, PlanError, say
from gridmap.scope import Scope
from gridmap.store.aliases import aliases_known, last_step, merge_steps
from gridmap.store.engine import Store, reading, writing
from gridmap.store.imports import Origin, record_import
from gridmap.store.positions import advance, lock_branch
from gridmap.store.tables import DUPLICATES, FACTS, FOREVER_US


@dataclass(frozen=True)
class _Decision:
    a: str
    b: str
    decision: str
    kept: str | None
    why: str


def merge(store: Store, scope: Scope, branch_id: str, *, kept: str, merged: str, why: str = "", now_us: int) -> int:
    """Decide that two organisations are one, and count what is known about `merged` for `kept` from now on.

    Returns
    -------
    The import_id of the decision: the version of the branch that holds it.

    Raises
    ------
    PlanError
        When one of the two does not exist, or `kept` counts as `merged` already.
    Conflict
        When somebody else has merged the same organisation into another one; it is named.
    """
    scope.require("merge_duplicates", branch_id)
    return _decide(store, scope, branch_id, _decision(kept, merged, "merge", kept=kept, why=why), now_us=now_us)


def keep_apart(store: Store, scope: Scope, branch_id: str, *, org_id_a: str, org_id_b: str, why: str = "", now_us: int) -> int:
    """Decide that two organisations are two: they are not proposed as duplicates again, and a merge of them is undone."""
    scope.require("merge_duplicates", branch_id)
    return _decide(store, scope, branch_id, _decision(org_id_a, org_id_b, "apart", why=why), now_us=now_us)


def reopen(store: Store, scope: Scope, branch_id: str, *, org_id_a: str, org_id_b: str, why: str = "", now_us: int) -> int:
    """Take a decision on two organisations back: they are apart, and may be proposed as duplicates again."""
    scope.require("merge_duplicates", branch_id)
    return _decide(store, scope, branch_id, _decision(org_id_a, org_id_b, "open", why=why), now_us=now_us)


def decisions(store: Store, scope: Scope, branch_id: str, *, all_ever: bool = False) -> pd.DataFrame:
    """List decisions on duplicates.

    Returns
    -------
    org_id_a, org_id_b (in order), decision (`merge`, `apart`, `open`), kept (missing unless merged), who, why, recorded_from and
    recorded_to (microseconds UTC), import_id, newest first; only those in force unless `all_ever`.
    """
    scope.require("see_organisations", branch_id)
    columns = [column for column in DUPLICATES.c if column.name not in ("row_id", "branch_id", "person_id")]
    query = sa.select(*columns).where(DUPLICATES.c.branch_id == branch_id).order_by(DUPLICATES.c.row_id.desc())
    if not all_ever:
        query = query.where(DUPLICATES.c.recorded_to == FOREVER_US, DUPLICATES.c.decision != "open")
    with reading(store) as connection:
        found = connection.execute(query).mappings().all()
    return pd.DataFrame(found, columns=[column.name for column in columns])


def aliases(store: Store, scope: Scope, branch_id: str, *, known_us: int | None = None) -> pd.Series:
    """Return which organisation each merged one counts as: index `org_id`, values the kept id, chains followed to their end."""
    scope.require("see_organisations", branch_id)
    with reading(store) as connection:
        return aliases_known(connection, branch_id, known_us=known_us)


def _decision(one: str, other: str, decision: str, *, kept: str | None = None, why: str) -> _Decision:
    if one == other:
        raise PlanError(say(N_("An organisation is no duplicate of itself: {org}."), org=one), remedy=say(N_("Choose two.")))
    return _Decision(min(one, other), max(one, other), decision, kept, why)


def _decide(store: Store, scope: Scope, branch_id: str, decision: _Decision, *, now_us: int) -> int:
    pair = (DUPLICATES.c.branch_id == branch_id, DUPLICATES.c.org_id_a == decision.a, DUPLICATES.c.org_id_b == decision.b)
    in_force = (*pair, DUPLICATES.c.recorded_to == FOREVER_US)
    with writing(store) as connection:
        start = lock_branch(connection, branch_id, now_us=now_us)
        lying = connection.execute(sa.select(DUPLICATES).where(*in_force)).mappings().first()
        if lying and (lying["decision"], lying["kept"]) == (decision.decision, decision.kept):
            return int(lying["import_id"])
        _refuse_unknown(connection, branch_id, decision)
        if decision.kept is not None:
            _refuse_circle(connection, branch_id, decision)
        origin = Origin("duplicates", None, "", "", {}, "", "", {})
        import_id = record_import(
            connection, scope, start, origin, counts=(int(lying is None), int(lying is not None), 0), new_version=True
        )
        connection.execute(sa.update(DUPLICATES).where(*in_force).values(recorded_to=start.recorded_us))
        connection.execute(
            sa.insert(DUPLICATES).values(
                branch_id=branch_id,
                org_id_a=decision.a,
                org_id_b=decision.b,
                decision=decision.decision,
                kept=decision.kept,
                person_id=scope.person_id,
                who=scope.name,
                why=decision.why,
                recorded_from=start.recorded_us,
                recorded_to=FOREVER_US,
                import_id=import_id,
            )
        )
        advance(connection, replace(start, import_id=import_id))
    return import_id


def _refuse_unknown(connection: sa.Connection, branch_id: str, decision: _Decision) -> None:
    organisations = FACTS["organisations"]
    query = sa.select(organisations.c.org_id).where(
        organisations.c.branch_id == branch_id,
        organisations.c.org_id.in_([decision.a, decision.b]),
        organisations.c.recorded_to == FOREVER_US,
        organisations.c.valid_to == FOREVER_US,
    )
    known = set(connection.execute(query).scalars())
    missing = [org for org in (decision.a, decision.b) if org not in known]
    if missing:
        raise PlanError(
            say(N_("There is no organisation {org}."), org=", ".join(missing)), remedy=say(N_("Look at the list of duplicates again."))
        )


def _refuse_circle(connection: sa.Connection, branch_id: str, decision: _Decision) -> None:
    kept = str(decision.kept)
    merged = decision.a if kept == decision.b else decision.b
    steps = merge_steps(connection, branch_id, without=(decision.a, decision.b))
    if merged in steps:
        other, who = steps[merged]
        raise Conflict(
            say(N_("{who} merged {merged} into {kept} before."), who=who, merged=merged, kept=other),
            remedy=say(N_("Keep these two apart first, or merge {kept} instead."), kept=other),
        )
    if last_step(kept, steps) == merged:
        raise PlanError(
            say(N_("{kept} already counts as {merged}."), kept=kept, merged=merged), remedy=say(N_("Keep these two apart first."))
        )
