"""What is recorded at the door: nothing that arrives is lost, nothing counts twice, and what is doubtful waits for somebody to look."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import pandas as pd
import sqlalchemy as sa

from gridmap.errors import N_, Clash, Conflict, Message, PlanError, say
from gridmap.scope import Scope
from gridmap.settings import SweepRules
from gridmap.store.capture_effects import Counted, apply_captures
from gridmap.store.capture_forms import Capture, VisitSaid, canonical, capture_id_of, read_body, read_capture
from gridmap.store.capture_rows import (
    AFTER_LINK,
    BEFORE_LINK,
    FROM_AHEAD,
    LATE_LINK,
    LONG_AGO,
    UNKNOWN_DOOR,
    UNSEEN_DOOR,
    Sender,
    insert_captures,
    sender_of,
    stored_digests,
)
from gridmap.store.check_ins import forget_within
from gridmap.store.doors_seen import organisations_known, organisations_seen
from gridmap.store.engine import Store, reading, retrying
from gridmap.store.fieldwork import CAPTURE_WAYS, CAPTURES
from gridmap.store.phone_links import LinkSeen
from gridmap.store.positions import advance, lock_branch

Status = Literal["counted", "again", "review", "differs", "refused"]
MOST_CAPTURES = 2_000  # of one call
_CLOCK_US = 300_000_000  # clocks of phones are allowed to be this much ahead
_DAY_US = 86_400_000_000
_NOTHING = Message("")


@dataclass(frozen=True)
class Receipt:
    """What became of one capture, and why where it does not simply count.

    counted; again: it was here already with the same content (the reason says why it waits, where it does); review; differs: its id is
    here with other content, nothing was overwritten; refused: it is not well formed.
    """

    capture_id: str
    status: Status
    reason: Message = _NOTHING


@dataclass(frozen=True)
class _Sorted:
    """The captures of one call: receipts so far by position, and the well-formed ones that are new, each with why it needs review."""

    receipts: dict[int, Receipt] = field(default_factory=dict)
    fresh: dict[int, tuple[Capture, Message]] = field(default_factory=dict)


def receive_captures(  # noqa: PLR0913 - what comes with captures, each by name
    store: Store,
    scope: Scope,
    branch_id: str,
    captures: Sequence[Mapping[str, object]],
    *,
    way: str,
    now_us: int,
    link: LinkSeen | None = None,
    sweep_id: int | None = None,
    manager_id: str | None = None,
    rules: SweepRules | None = None,
) -> tuple[Receipt, ...]:
    """Take captures in, all in one transaction: when this returns, what the receipts say is on the disk.

    The same captures again, from whichever process, change nothing and get receipts as true. Check-ins and photos whose time is over
    are forgotten on the way.

    Parameters
    ----------
    captures
        JSON objects (see `gridmap.store.capture_forms`); each is judged by itself, so one that is wrong keeps no other out.
    way
        How they came: phone, pack, page or command.
    link
        The link they came by, live or not: what was recorded on one that has ended waits for review.
    sweep_id
        The sweep they were recorded in, where no link says so.
    manager_id
        Whose they are, for somebody who may review visits and hands in another's.
    rules
        How old a capture may be, and how long check-ins and photos are kept; the defaults where None.

    Returns
    -------
    One receipt per capture, in order.

    Raises
    ------
    PlanError
        When there are too many, or nothing says whose they are.
    ScopeError
        When the scope may record nothing here, or hands in another's captures and may not.
    """
    scope.require("review_visits" if scope.allows("review_visits", branch_id) else "record_visits", branch_id)
    if way not in CAPTURE_WAYS:
        raise ValueError(f"no such way: {way!r}")
    if len(captures) > MOST_CAPTURES:
        raise PlanError(
            say(N_("{count} records at once are too many."), count=len(captures)),
            remedy=say(N_("Send at most {most}."), most=MOST_CAPTURES),
        )
    chosen = rules or SweepRules()
    read = [read_capture(each) for each in captures]
    with reading(store) as connection:
        sender = sender_of(connection, scope, branch_id, way=way, link=link, sweep_id=sweep_id, manager_id=manager_id)
    asked = {each.org_id for each in read if isinstance(each, Capture) and isinstance(each.said, VisitSaid)}
    seen = organisations_seen(store, scope, branch_id, asked, now_us=now_us)

    def write(connection: sa.Connection) -> tuple[Receipt, ...]:
        start = lock_branch(connection, branch_id, now_us=now_us)
        unseen = asked - seen
        known = seen | organisations_known(connection, branch_id, unseen, now_us=now_us) if unseen else seen
        found = _sort(connection, branch_id, captures, read)
        judged = _judged(found, sender, known=known, seen=seen, now_us=now_us, rules=chosen)
        if judged:  # what was here already writes nothing
            insert_captures(connection, scope, branch_id, judged.values(), sender, received_us=start.recorded_us)
            swept = sender.sweep_id is not None
            counted = [Counted(capture, sender.manager_id, swept) for capture, reason in judged.values() if not reason.text]
            advance(connection, apply_captures(connection, scope, start, counted))
        forget_within(connection, branch_id, chosen, now_us=now_us)
        made = {
            at: Receipt(capture.capture_id, "review" if reason.text else "counted", reason) for at, (capture, reason) in judged.items()
        } | found.receipts
        return tuple(made[at] for at in range(len(captures)))

    return retrying(store, write)


def _sort(
    connection: sa.Connection, branch_id: str, captures: Sequence[Mapping[str, object]], read: Sequence[Capture | Message]
) -> _Sorted:
    """Tell what is new from what was here already, in the store or earlier in the same call."""
    ids = [capture_id_of(each) for each in captures]
    known = stored_digests(connection, branch_id, [each for each in ids if each])
    found = _Sorted()
    for at, (capture_id, given, capture) in enumerate(zip(ids, captures, read, strict=True)):
        if capture_id in known:  # asked before its form: what was taken once is taken for ever, however forms become stricter
            digest, state, reason = known[capture_id]
            same = _digest(given) == digest
            found.receipts[at] = (
                Receipt(capture_id, "again", Message(reason if state == "review" else "")) if same else _differs(capture_id)
            )
        elif isinstance(capture, Message):
            found.receipts[at] = Receipt(capture_id, "refused", capture)
        else:
            found.fresh[at] = (capture, _NOTHING)
            known[capture_id] = (capture.digest, "", "")
    return found


def _digest(capture: Mapping[str, object]) -> str:
    try:
        return canonical(capture)[1]
    except (ValueError, TypeError, RecursionError):
        return ""


def _differs(capture_id: str) -> Receipt:
    return Receipt(capture_id, "differs", say(N_("Another record with this number is here already; it was not overwritten.")))


def _judged(
    found: _Sorted, sender: Sender, *, known: frozenset[str], seen: frozenset[str], now_us: int, rules: SweepRules
) -> dict[int, tuple[Capture, Message]]:
    """Say of each new capture why it waits for review; nothing where it counts."""
    made = {capture.org_id for capture, _ in found.fresh.values() if not isinstance(capture.said, VisitSaid)}
    result = {}
    for at, (capture, _) in found.fresh.items():
        reason = _reason_of_time(capture, sender, now_us, rules)
        if not reason and isinstance(capture.said, VisitSaid) and capture.org_id not in made:
            reason = UNKNOWN_DOOR if capture.org_id not in known else "" if capture.org_id in seen else UNSEEN_DOOR
        result[at] = (capture, Message(reason))
    return result


def _reason_of_time(capture: Capture, sender: Sender, now_us: int, rules: SweepRules) -> str:
    at_us = capture.captured_us
    if at_us > now_us + _CLOCK_US:
        return FROM_AHEAD
    if at_us < now_us - rules.review_days * _DAY_US:
        return LONG_AGO
    if sender.link is None:
        return ""
    link = sender.link.link
    if at_us >= link.ends_us:
        return AFTER_LINK
    if sender.link.state != "live":
        return LATE_LINK
    return BEFORE_LINK if at_us < link.issued_us - _CLOCK_US else ""


def captures(
    store: Store,
    scope: Scope,
    branch_id: str,
    *,
    states: Collection[str] | None = None,
    sweep_id: int | None = None,
    since_us: int | None = None,
) -> pd.DataFrame:
    """List captures, the last recorded first: the branch's for who may review visits, else those of oneself.

    Returns
    -------
    capture_id, sweep_id, manager_id, kind, org_id, body (JSON), way, who (handed it in), captured_us, received_us, state, reason,
    decided_who, decided_us.
    """
    scope.require("review_visits" if scope.allows("review_visits", branch_id) else "record_visits", branch_id)
    names = (
        "capture_id", "sweep_id", "manager_id", "kind", "org_id", "body", "way", "who", "captured_us", "received_us", "state", "reason",
        "decided_who", "decided_us",
    )  # fmt: skip
    line = CAPTURES.c
    query = sa.select(*(line[name] for name in names)).where(line.branch_id == branch_id)
    if not scope.allows("review_visits", branch_id):
        query = query.where(line.manager_id == scope.manager_id)
    if states is not None:
        query = query.where(line.state.in_(sorted(states)))
    if sweep_id is not None:
        query = query.where(line.sweep_id == sweep_id)
    if since_us is not None:
        query = query.where(line.captured_us >= since_us)
    with reading(store) as connection:
        rows = connection.execute(query.order_by(line.captured_us.desc(), line.capture_id)).all()
    return pd.DataFrame(rows, columns=list(names)).astype({"sweep_id": "Int64", "decided_us": "Int64"})


def decide_capture(store: Store, scope: Scope, branch_id: str, capture_id: str, *, count: bool, why: str, now_us: int) -> None:
    """Decide on a capture in review, once: it counts, with all that a capture does, or it is dismissed and stays as it came.

    Raises
    ------
    Conflict
        When somebody decided first; says who and when.
    PlanError
        When there is no such capture, dismissing it has no reason, or what it is about is not there.
    ScopeError
        When the scope may not review visits here.
    """
    scope.require("review_visits", branch_id)
    if not count and not why.strip():
        raise PlanError(say(N_("Dismissing a record needs a reason.")), remedy=say(N_("Say why, so that whoever recorded it knows.")))

    def write(connection: sa.Connection) -> None:
        start = lock_branch(connection, branch_id, now_us=now_us)
        line = CAPTURES.c
        row = connection.execute(sa.select(CAPTURES).where(line.branch_id == branch_id, line.capture_id == capture_id)).mappings().first()
        if row is None:
            raise PlanError(say(N_("There is no such record.")), remedy=say(N_("Choose one of the records that are listed.")))
        if row["state"] != "review":
            raise Conflict(
                say(N_("Somebody else decided on this record already.")),
                clashes=(Clash(capture_id, row["decided_who"] or row["who"], row["decided_us"] or row["received_us"]),),
                remedy=say(N_("Nothing was changed. A record is decided on once.")),
            )
        if count:
            found = read_body(row["body"])
            if isinstance(found.said, VisitSaid) and not organisations_known(connection, branch_id, [found.org_id], now_us=now_us):
                raise PlanError(
                    say(N_("There is no organisation {org} today."), org=found.org_id),
                    remedy=say(N_("Import the organisation first, or dismiss the record.")),
                )
            swept = row["sweep_id"] is not None
            advance(connection, apply_captures(connection, scope, start, [Counted(found, row["manager_id"], swept)]))
        values = {
            "state": "counted" if count else "dismissed", "reason": why.strip() or row["reason"], "decided_by": scope.person_id,
            "decided_who": scope.name, "decided_us": max(start.recorded_us, row["received_us"] + 1),
        }  # fmt: skip
        connection.execute(sa.update(CAPTURES).where(line.branch_id == branch_id, line.capture_id == capture_id).values(values))

    retrying(store, write)
