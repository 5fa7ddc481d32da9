"""Supervised items (督办): set by who leads, done by who is named, every step kept with who and when."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import uuid4

import pandas as pd
import sqlalchemy as sa

from gridmap.errors import N_, Clash, Conflict, PlanError, say
from gridmap.scope import Scope
from gridmap.store.engine import Store, reading, retrying
from gridmap.store.fieldwork import SUPERVISED_EVENTS, SUPERVISED_SUBJECTS
from gridmap.store.positions import lock_branch

OPEN = ("set", "changed", "reopened")  # the last step of an item that is not settled
LONGEST = 400
_COLUMNS = ("item_id", "kind", "subject_kind", "subject", "wanted", "manager_id", "due_on", "note", "person_id", "who", "recorded_us")


@dataclass(frozen=True)
class Item:
    """A supervised item as it is now; `kind` is its last step, `recorded_us` when that was, `who` whoever took it."""

    item_id: str
    kind: str
    subject_kind: str
    subject: str
    wanted: str
    manager_id: str
    due_on: date
    note: str
    person_id: str
    who: str
    recorded_us: int

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done."""
        return self.kind in OPEN


def supervised_items(store: Store, scope: Scope, branch_id: str) -> pd.DataFrame:
    """List the supervised items of a branch as they are now: those of everybody for who supervises, else one's own.

    Returns
    -------
    The fields of `Item` and `open`; open ones first, the oldest due day before the latest. What an item about an organisation asks is
    shown to who sees organisations by name, and left empty for others.

    Raises
    ------
    ScopeError
        When the branch lies outside the scope.
    """
    scope.require("see_map", branch_id)
    with reading(store) as connection:
        found = list(_latest(connection, branch_id).values())
    if not scope.allows("supervise", branch_id):
        found = [each for each in found if each.manager_id == scope.manager_id and scope.manager_id]
    if not scope.allows("see_organisations", branch_id):
        found = [replace(each, wanted="", note="") if each.subject_kind == "organisation" else each for each in found]
    rows = pd.DataFrame([{name: getattr(each, name) for name in _COLUMNS} for each in found], columns=list(_COLUMNS))
    rows["open"] = rows["kind"].isin(OPEN)
    return rows.sort_values(["open", "due_on", "item_id"], ascending=[False, True, True], kind="stable").reset_index(drop=True)


def set_item(  # noqa: PLR0913 - what an item is, each by name
    store: Store, scope: Scope, branch_id: str, *, subject_kind: str, subject: str, wanted: str, manager_id: str, due_on: date, now_us: int
) -> str:
    """Ask something of a manager until a day; return the item's id.

    Raises
    ------
    PlanError
        When nothing is asked, of nobody, or of a subject of no known kind.
    ScopeError
        When the scope may not supervise here, or not see what it would name.
    """
    scope.require("supervise", branch_id)
    if subject_kind == "organisation":
        scope.require("see_organisations", branch_id)
    told = wanted.strip()
    if subject_kind not in SUPERVISED_SUBJECTS or (not subject) != (subject_kind == "branch"):
        raise PlanError(
            say(N_("Nothing is named that could be supervised.")), remedy=say(N_("Choose the branch, a town, a park or a metric."))
        )
    if not told or len(told) > LONGEST or not manager_id:
        raise PlanError(
            say(N_("A supervised item says in at most {most} characters what is wanted, and of whom."), most=LONGEST),
            remedy=say(N_("Write what is to be done, and choose a manager.")),
        )
    item = Item(f"S-{uuid4()}", "set", subject_kind, subject, told, manager_id, due_on, "", scope.person_id, scope.name, 0)

    def write(connection: sa.Connection) -> str:
        start = lock_branch(connection, branch_id, now_us=now_us)
        _append(connection, branch_id, replace(item, recorded_us=start.recorded_us))
        return item.item_id

    return retrying(store, write)


def settle_item(store: Store, scope: Scope, branch_id: str, item_id: str, *, kind: str, note: str, now_us: int) -> None:
    """Take a step: `done` by who is named or who supervises, `void` and `reopened` by who supervises.

    Raises
    ------
    Conflict
        When somebody took that step already, or it cannot follow.
    PlanError
        When there is no such item, or a step that needs a word has none.
    ScopeError
        When the scope may not take the step.
    """
    scope.require("see_map", branch_id)
    if kind not in ("done", "void", "reopened"):
        raise ValueError(f"no step of a supervised item: {kind!r}")
    if kind != "reopened" and not note.strip():
        raise PlanError(say(N_("Say what came of it.")), remedy=say(N_("Write a word on how it was settled.")))

    def write(connection: sa.Connection) -> None:
        start = lock_branch(connection, branch_id, now_us=now_us)
        found = _latest(connection, branch_id).get(item_id)
        if found is None:
            raise PlanError(say(N_("There is no supervised item {item}."), item=item_id), remedy=say(N_("Choose from those listed.")))
        if not (kind == "done" and scope.manager_id and found.manager_id == scope.manager_id):
            scope.require("supervise", branch_id)
        if found.is_open == (kind == "reopened"):
            raise Conflict(
                say(N_("This item was settled or opened in the meantime.")),
                clashes=(Clash(item_id, found.who, found.recorded_us),),
                remedy=say(N_("Nothing was changed. Look at the list again.")),
            )
        stamped = replace(
            found, kind=kind, note=note.strip()[:LONGEST], person_id=scope.person_id, who=scope.name, recorded_us=start.recorded_us
        )
        _append(connection, branch_id, stamped)

    retrying(store, write)


def _latest(connection: sa.Connection, branch_id: str) -> dict[str, Item]:
    line = SUPERVISED_EVENTS.c
    query = sa.select(*(line[name] for name in _COLUMNS)).where(line.branch_id == branch_id).order_by(line.event_id)
    return {str(row["item_id"]): Item(**row) for row in connection.execute(query).mappings()}


def _append(connection: sa.Connection, branch_id: str, item: Item) -> None:
    values: dict[str, Any] = {name: getattr(item, name) for name in _COLUMNS}
    connection.execute(sa.insert(SUPERVISED_EVENTS).values(branch_id=branch_id, **values))
