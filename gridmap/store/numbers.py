"""Contacts' numbers: listed masked for work in the field, and revealed one at a time, which leaves a trace."""

from collections.abc import Collection

import pandas as pd
import sqlalchemy as sa

from gridmap.errors import N_, PlanError, say
from gridmap.scope import Scope
from gridmap.store.doors_seen import organisations_seen
from gridmap.store.engine import Store, reading, retrying
from gridmap.store.masks import masked
from gridmap.store.positions import lock_branch
from gridmap.store.sweep_rows import add_sweep_event, no_such_sweep, sweep_of, takes_part
from gridmap.store.tables import FACTS, only_current

_COLUMNS = ("contact_id", "org_id", "role", "name", "phone")
_CHUNK = 500


def masked_contacts(store: Store, scope: Scope, branch_id: str, *, org_ids: Collection[str]) -> pd.DataFrame:
    """List the contacts of organisations that a scope sees, their numbers masked whatever the scope may reveal.

    Returns
    -------
    contact_id, org_id, role, name, phone (138****5678; missing where there is none), in order of org_id and contact_id.
    """
    seen = sorted(organisations_seen(store, scope, branch_id, org_ids, now_us=store.clock()))
    table, line = FACTS["contacts"], FACTS["contacts"].c
    rows: list[sa.Row[tuple[object, ...]]] = []
    with reading(store) as connection:
        for start in range(0, len(seen), _CHUNK):
            now = (line.branch_id == branch_id, only_current(table))
            query = sa.select(*(line[name] for name in _COLUMNS)).where(*now, line.org_id.in_(seen[start : start + _CHUNK]))
            rows += connection.execute(query).all()
    frame = pd.DataFrame(rows, columns=list(_COLUMNS)).sort_values(["org_id", "contact_id"], ignore_index=True)
    return frame.assign(phone=masked(frame["phone"].astype("str")))


def reveal_number(store: Store, scope: Scope, branch_id: str, contact_id: str, *, sweep_id: int, now_us: int) -> str:
    """Return a contact's number in full; that it was revealed, and to whom, stands among the events of the sweep.

    Raises
    ------
    PlanError
        When there is no such contact, it has no number, or the branch has no such sweep; one message for what may not be seen as well.
    ScopeError
        When the scope may reveal no number here.
    """
    scope.require("see_contacts", branch_id)
    table, line = FACTS["contacts"], FACTS["contacts"].c
    now = (line.branch_id == branch_id, line.contact_id == contact_id, only_current(table))
    with reading(store) as connection:
        row = connection.execute(sa.select(line.org_id, line.phone).where(*now)).first()
    if row is None or not row.phone or not organisations_seen(store, scope, branch_id, [row.org_id], now_us=now_us):
        raise PlanError(say(N_("There is no number of this contact.")), remedy=say(N_("Ask whoever keeps the file of the organisation.")))

    def write(connection: sa.Connection) -> None:
        start = lock_branch(connection, branch_id, now_us=now_us)
        found = sweep_of(connection, branch_id, sweep_id)
        if not takes_part(scope, found):
            raise no_such_sweep(sweep_id)
        add_sweep_event(connection, scope, found, "revealed", contact_id, at_us=start.recorded_us)

    retrying(store, write)
    return str(row.phone)
