"""Who may log in, and what they may do: read from the store at every call, never kept."""

import pandas as pd
import sqlalchemy as sa

from gridmap import schema
from gridmap.errors import N_, ScopeError, say
from gridmap.scope import Scope
from gridmap.store.engine import Store, reading
from gridmap.store.facts import read_facts
from gridmap.store.tables import FACTS, FOREVER_US

ALL_BRANCHES = "*"


def scope_of(store: Store, person_id: str) -> Scope:
    """Return what a person may see and change, as the store says now.

    Raises
    ------
    ScopeError
        When nobody of that code may log in.
    """
    people = FACTS["people"]
    now_us = store.clock()  # a right dated ahead is not given before its day, nor one taken that ends later
    in_force = (people.c.recorded_to == FOREVER_US, people.c.valid_from <= now_us, people.c.valid_to > now_us)
    query = sa.select(people).where(people.c.person_id == person_id, *in_force)
    with reading(store) as connection:
        row = connection.execute(query).mappings().first()
    if row is None:
        raise ScopeError(say(N_("There is no such person.")), remedy=say(N_("Log in again, or ask an administrator.")))
    named = frozenset(part.strip() for part in row["branches"].split(";") if part.strip())
    return Scope(
        person_id=row["person_id"],
        name=row["name"],
        role=row["role"],
        branches=None if ALL_BRANCHES in named else named,
        manager_id=row["manager_id"] or "",
    )


def people(store: Store, scope: Scope) -> pd.DataFrame:
    """List who may log in now, of the scope's branches.

    Returns
    -------
    The columns of the schema table `people`, sorted by person_id.
    """
    scope.require("see_people")
    table, made = schema.table("people"), FACTS["people"]
    with reading(store) as connection:
        known = connection.execute(sa.select(made.c.branch_id).where(made.c.recorded_to == FOREVER_US).distinct()).scalars().all()
        seen = sorted(branch for branch in known if scope.allows("see_people", branch))
        frames = [read_facts(connection, table, branch, valid_us=store.clock()) for branch in seen]
    if not frames:
        return pd.DataFrame({name: pd.Series(dtype="str") for name in table.names})
    return pd.concat(frames, ignore_index=True).sort_values("person_id", ignore_index=True)[list(table.names)]
