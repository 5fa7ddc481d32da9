"""What each person has seen of something that goes on, so that what is new since can be told apart."""

import json
from typing import Any, NamedTuple

import sqlalchemy as sa

from gridmap.errors import N_, PlanError, say
from gridmap.scope import Scope
from gridmap.store.engine import Store, reading, retrying
from gridmap.store.positions import insert_or
from gridmap.store.tables import LOOKS

LONGEST_LOOK = 200_000


class Look(NamedTuple):
    """What was seen (JSON), and when (microseconds UTC)."""

    seen: Any
    looked_us: int


def last_look(store: Store, scope: Scope, branch_id: str, what: str) -> Look | None:
    """Return what this person saw last; None where they never looked.

    Raises
    ------
    ScopeError
        When the scope may not see the branch.
    """
    scope.require("see_map", branch_id)
    query = sa.select(LOOKS.c.seen, LOOKS.c.looked_us).where(
        LOOKS.c.branch_id == branch_id, LOOKS.c.person_id == scope.person_id, LOOKS.c.what == what
    )
    with reading(store) as connection:
        found = connection.execute(query).first()
    return None if found is None else Look(json.loads(found.seen), int(found.looked_us))


def keep_look(store: Store, scope: Scope, branch_id: str, what: str, seen: Any, *, now_us: int) -> None:
    """Keep what this person sees now in place of what they saw last.

    Raises
    ------
    PlanError
        When it is larger than anything that is kept.
    ScopeError
        When the scope may not see the branch.
    """
    scope.require("see_map", branch_id)
    text = json.dumps(seen, ensure_ascii=False, sort_keys=True)
    if len(text) > LONGEST_LOOK:
        raise PlanError(say(N_("This is too much to be remembered as seen.")), remedy=say(N_("Look at a shorter window.")))

    def write(connection: sa.Connection) -> None:
        values = {"seen": text, "looked_us": now_us}
        kept = insert_or(connection, LOOKS).values(branch_id=branch_id, person_id=scope.person_id, what=what, **values)
        connection.execute(kept.on_conflict_do_update(index_elements=["branch_id", "person_id", "what"], set_=values))

    retrying(store, write)
