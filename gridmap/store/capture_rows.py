"""Reading and writing captures inside a transaction, and whose captures they are."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from gridmap.errors import N_, Message, PlanError, ScopeError, say
from gridmap.scope import Scope
from gridmap.store.capture_forms import Capture
from gridmap.store.fieldwork import CAPTURES, CHECK_INS
from gridmap.store.phone_links import LinkSeen
from gridmap.store.sweep_rows import sweep_of

_CHUNK = 500
# Why a capture waits for somebody to look at it; kept in English, translated where it is shown.
AFTER_LINK = N_("Recorded after the link had ended.")
LATE_LINK = N_("Recorded before the link ended, sent after.")
BEFORE_LINK = N_("Recorded before the link was issued.")
FROM_AHEAD = N_("Recorded in the future: the clock of the phone is wrong.")
LONG_AGO = N_("Recorded too long ago.")
UNKNOWN_DOOR = N_("There is no such organisation today.")
UNSEEN_DOOR = N_("The organisation is not one of this manager's.")


@dataclass(frozen=True)
class Sender:
    """Whose captures arrive, how, in which sweep, by which link."""

    manager_id: str
    way: str
    sweep_id: int | None
    link: LinkSeen | None


def sender_of(
    connection: sa.Connection,
    scope: Scope,
    branch_id: str,
    *,
    way: str,
    link: LinkSeen | None,
    sweep_id: int | None,
    manager_id: str | None,
) -> Sender:
    """Work out whose captures these are.

    Raises
    ------
    PlanError
        When nothing says whose they are, or the branch has no such sweep.
    ScopeError
        When they are somebody else's and the scope may not review visits, or the link is of another branch or manager.
    """
    if link is not None:
        if link.link.branch_id != branch_id or scope.manager_id != link.link.manager_id:
            raise ScopeError(say(N_("This link is not valid.")), remedy=say(N_("Ask whoever plans your sweep for a new link.")))
        return Sender(link.link.manager_id, way, link.link.sweep_id, link)
    found = None if sweep_id is None else sweep_of(connection, branch_id, sweep_id)
    whose = manager_id or scope.manager_id or (found.managers[0] if found is not None and len(found.managers) == 1 else "")
    if not whose:
        raise PlanError(say(N_("Nothing says whose visits these are.")), remedy=say(N_("Name the manager.")))
    if whose != scope.manager_id:
        scope.require("review_visits", branch_id)
    return Sender(whose, way, sweep_id, None)


def stored_digests(connection: sa.Connection, branch_id: str, capture_ids: Collection[str]) -> dict[str, tuple[str, str, str]]:
    """Read what is stored of captures: per id its digest, its state and the reason of it."""
    wanted = sorted(set(capture_ids))
    line, found = CAPTURES.c, {}
    for start in range(0, len(wanted), _CHUNK):
        part = line.capture_id.in_(wanted[start : start + _CHUNK])
        query = sa.select(line.capture_id, line.digest, line.state, line.reason).where(line.branch_id == branch_id, part)
        found.update({row.capture_id: (row.digest, row.state, row.reason) for row in connection.execute(query)})
    return found


def insert_captures(
    connection: sa.Connection, scope: Scope, branch_id: str, fresh: Iterable[tuple[Capture, Message]], sender: Sender, *, received_us: int
) -> None:
    """Store captures, each with the reason why it waits for review (empty: it counts), and their check-ins apart."""
    lines, points = [], []
    for capture, reason in fresh:
        lines.append(
            {
                "branch_id": branch_id, "capture_id": capture.capture_id, "sweep_id": sender.sweep_id,
                "link_id": None if sender.link is None else sender.link.link.link_id, "manager_id": sender.manager_id,
                "kind": capture.kind, "org_id": capture.org_id, "body": capture.body, "digest": capture.digest, "way": sender.way,
                "person_id": scope.person_id, "who": scope.name, "captured_us": capture.captured_us, "received_us": received_us,
                "state": "review" if reason.text else "counted", "reason": reason.text, "decided_by": "", "decided_who": "",
            }
        )  # fmt: skip
        if capture.check_in is not None:
            points.append(
                {
                    "branch_id": branch_id, "capture_id": capture.capture_id, "manager_id": sender.manager_id, "org_id": capture.org_id,
                    "at_us": capture.captured_us, **vars(capture.check_in),
                }
            )  # fmt: skip
    if lines:
        connection.execute(sa.insert(CAPTURES), lines)
    if points:
        connection.execute(sa.insert(CHECK_INS), points)
