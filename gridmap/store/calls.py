"""A call recorded at a desk: a capture like one from the field, and a contact that is no visit."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pandas as pd
import sqlalchemy as sa

from gridmap import schema
from gridmap.errors import N_, Conflict, Message, PlanError, say
from gridmap.scope import Scope
from gridmap.store.capture_forms import read_capture
from gridmap.store.capture_rows import insert_captures, sender_of, stored_digests
from gridmap.store.doors_seen import organisations_seen
from gridmap.store.engine import Store, retrying
from gridmap.store.positions import advance, lock_branch
from gridmap.store.superseding import append_rows

# What may come of a call; a file is made face to face, and whether somebody moved is checked at the door.
CALL_OUTCOMES = ("met", "staff_only", "not_in", "refused")


def record_call(  # noqa: PLR0913 - what a call is, each by name
    store: Store,
    scope: Scope,
    branch_id: str,
    *,
    call_id: str,
    org_id: str,
    outcome: str,
    called_us: int,
    now_us: int,
    note: str = "",
    next_due: date | None = None,
    manager_id: str | None = None,
) -> bool:
    """Record a call; say whether it was new.

    Parameters
    ----------
    call_id
        A UUID: the same call sent twice counts once.
    called_us
        When it was made, microseconds UTC; no later than `now_us`.
    outcome
        One of `CALL_OUTCOMES`; `met` is the decision maker, `staff_only` somebody else, `not_in` nobody answered.
    manager_id
        Who called, for somebody who may review visits; oneself where None.

    Raises
    ------
    Conflict
        When another call has this id.
    PlanError
        When there is no such organisation or outcome, or the note is too long.
    ScopeError
        When the scope may record nothing here, or another's call and may not.
    """
    scope.require("review_visits" if scope.allows("review_visits", branch_id) else "record_visits", branch_id)
    if outcome not in CALL_OUTCOMES:
        raise PlanError(
            say(N_("A call has no outcome {outcome}."), outcome=outcome),
            remedy=say(N_("Choose one of: {known}."), known=", ".join(CALL_OUTCOMES)),
        )
    at = datetime.fromtimestamp(min(called_us, now_us) / 1_000_000, tz=UTC)
    said = {
        "capture_id": call_id, "kind": "visit", "captured_at": at.isoformat(),
        "org_id": org_id, "outcome": outcome, "note": note, "next_due": None if next_due is None else next_due.isoformat(),
    }  # fmt: skip
    capture = read_capture(said)
    if isinstance(capture, Message):
        raise PlanError(capture, remedy=say(N_("Correct it and record the call again.")))
    if not organisations_seen(store, scope, branch_id, [org_id], now_us=now_us):
        raise PlanError(say(N_("There is no organisation {org} that you see."), org=org_id), remedy=say(N_("Choose one of those listed.")))

    def write(connection: sa.Connection) -> bool:
        start = lock_branch(connection, branch_id, now_us=now_us)
        sender = sender_of(connection, scope, branch_id, way="page", link=None, sweep_id=None, manager_id=manager_id)
        if known := stored_digests(connection, branch_id, [call_id]):
            if known[call_id][0] != capture.digest:
                raise Conflict(
                    say(N_("Another record with this number is here already; it was not overwritten.")),
                    remedy=say(N_("Record the call again.")),
                )
            return False
        insert_captures(connection, scope, branch_id, [(capture, Message(""))], sender, received_us=start.recorded_us)
        row = {
            "visit_id": call_id, "org_id": org_id, "branch_id": branch_id, "manager_id": sender.manager_id,
            "visited_at": pd.Timestamp(capture.captured_us, unit="us", tz="UTC"), "kind": "call", "outcome": outcome, "note": note,
            "next_due": next_due,
        }  # fmt: skip
        append_rows(connection, start, schema.table("visits"), pd.DataFrame([row]))
        advance(connection, replace(start, visit_no=start.visit_no + 1))
        return True

    return retrying(store, write)
