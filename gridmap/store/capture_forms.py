"""What one capture from the field may say: a JSON object of a stranger's browser becomes a frozen Capture, or a reason why not."""

import hashlib
import json
import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import Any

from gridmap.errors import N_, Message, say
from gridmap.schema.field import OUTCOMES
from gridmap.schema.organisations import AGREEMENTS, TRADES
from gridmap.store.capture_fields import (
    CheckIn,
    WrongFieldError,
    choice_of,
    count_of,
    day_of,
    instant_of,
    point_of,
    text_of,
    yes_or_no_of,
)

LONGEST_NOTE = 2000
PROSPECT = "P-"  # how the ids of organisations begin that were found at the door
LARGEST_BODY = 16_000  # characters of the canonical JSON
MOST_DOORS = 100_000
_SHA256 = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True)
class Filing:
    """What the checklist of a filing says; None: not asked."""

    licence_until: date | None
    agreement: str | None
    roster_members: int | None
    decision_maker: bool | None
    key_contact: bool | None


@dataclass(frozen=True)
class VisitSaid:
    """A visit to an organisation that is known."""

    org_id: str
    outcome: str
    note: str
    next_due: date | None
    filing: Filing | None
    photo_id: str | None


@dataclass(frozen=True)
class ProspectSaid:
    """An organisation found at the door, and what came of knocking there, if anybody did."""

    name: str
    trade: str | None
    street: str
    building: str
    floor: str
    room: str
    lines_known: int | None
    outcome: str | None
    note: str
    place: CheckIn | None


@dataclass(frozen=True)
class SurveySaid:
    """A street, cell or park that was walked to its end."""

    street: str
    cell: str | None
    park_id: str | None
    doors: int
    note: str


@dataclass(frozen=True)
class Capture:
    """A well-formed capture. `body` is its canonical JSON without the check-in, `digest` the SHA-256 of that."""

    capture_id: str
    kind: str
    captured_us: int
    said: VisitSaid | ProspectSaid | SurveySaid
    check_in: CheckIn | None
    body: str
    digest: str

    @property
    def org_id(self) -> str:
        """The organisation it is about: that visited, or the one it makes; empty for a survey."""
        if isinstance(self.said, VisitSaid):
            return self.said.org_id
        return f"{PROSPECT}{self.capture_id}" if isinstance(self.said, ProspectSaid) else ""


def canonical(capture: Mapping[str, object]) -> tuple[str, str]:
    """Return the canonical JSON of a capture without its check-in, and the SHA-256 of it.

    The point of the check-in takes no part, so that it leaves no trace once it is forgotten.

    Raises
    ------
    ValueError, TypeError, RecursionError
        When it is no JSON.
    """
    kept = {name: value for name, value in capture.items() if name != "check_in"}
    body = json.dumps(kept, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return body, hashlib.sha256(body.encode()).hexdigest()


def capture_id_of(capture: object) -> str:
    """Return the UUID a capture came with, in its one spelling; empty where it has none."""
    given = capture.get("capture_id") if isinstance(capture, Mapping) else None
    try:
        return given if isinstance(given, str) and str(uuid.UUID(given)) == given else ""
    except ValueError:
        return ""


def read_capture(capture: object) -> Capture | Message:
    """Read one capture.

    Parameters
    ----------
    capture
        A JSON object, as `json.loads` gives it; what else it is makes a reason.

    Returns
    -------
    The capture, or why it is refused: which field, and what belongs there.
    """
    if not isinstance(capture, Mapping):
        return say(N_("A capture is a JSON object."))
    try:
        return _read(capture)
    except WrongFieldError as wrong:
        return say(N_("The field {field} does not hold what belongs there: {expected}."), field=wrong.field, expected=say(wrong.expected))
    except (ValueError, TypeError, RecursionError):
        return say(N_("The capture is no JSON."))


def read_body(body: str, check_in: CheckIn | None = None) -> Capture:
    """Read a capture again from the body it was stored with; ValueError where it is none."""
    found = read_capture(json.loads(body))
    if isinstance(found, Message):
        raise ValueError(str(found))  # noqa: TRY004 - what it holds is wrong, not its type
    return replace(found, check_in=check_in)


def _read(capture: Mapping[str, object]) -> Capture:
    body, digest = canonical(capture)
    if len(body) > LARGEST_BODY:
        raise WrongFieldError("capture", N_("less text"))
    capture_id = capture_id_of(capture)
    if not capture_id:
        raise WrongFieldError("capture_id", N_("a UUID"))
    kind = capture.get("kind")
    if not isinstance(kind, str) or kind not in _FORMS:
        raise WrongFieldError("kind", N_("visit, prospect or survey"))
    form, names = _FORMS[kind]
    for name in capture:
        if name not in names:
            raise WrongFieldError(str(name)[:40], N_("no field of that name"))
    return Capture(capture_id, kind, instant_of(capture, "captured_at"), form(capture), point_of(capture, "check_in"), body, digest)


def _visit(capture: Mapping[str, object]) -> VisitSaid:
    photo = text_of(capture, "photo_id", longest=64)
    if photo and not _SHA256.fullmatch(photo):
        raise WrongFieldError("photo_id", N_("the SHA-256 of a picture"))
    return VisitSaid(
        org_id=text_of(capture, "org_id", longest=64, needed=True),
        outcome=choice_of(capture, "outcome", OUTCOMES, needed=True) or "",
        note=text_of(capture, "note", longest=LONGEST_NOTE),
        next_due=day_of(capture, "next_due"),
        filing=_filing(capture),
        photo_id=photo or None,
    )


def _prospect(capture: Mapping[str, object]) -> ProspectSaid:
    return ProspectSaid(
        name=text_of(capture, "name", longest=200, needed=True),
        trade=choice_of(capture, "trade", TRADES),
        street=text_of(capture, "street", longest=200),
        building=text_of(capture, "building", longest=200),
        floor=text_of(capture, "floor", longest=20),
        room=text_of(capture, "room", longest=40),
        lines_known=count_of(capture, "lines_known", most=2_000_000),
        outcome=choice_of(capture, "outcome", OUTCOMES),
        note=text_of(capture, "note", longest=LONGEST_NOTE),
        place=point_of(capture, "place"),
    )


def _survey(capture: Mapping[str, object]) -> SurveySaid:
    return SurveySaid(
        street=text_of(capture, "street", longest=200),
        cell=text_of(capture, "cell", longest=64) or None,
        park_id=text_of(capture, "park_id", longest=64) or None,
        doors=count_of(capture, "doors", most=MOST_DOORS, needed=True) or 0,
        note=text_of(capture, "note", longest=LONGEST_NOTE),
    )


_ALWAYS = ("capture_id", "kind", "captured_at", "note", "check_in")
_FORMS: Mapping[str, tuple[Callable[[Mapping[str, object]], Any], frozenset[str]]] = MappingProxyType(
    {
        "visit": (_visit, frozenset({*_ALWAYS, "org_id", "outcome", "next_due", "filing", "photo_id"})),
        "prospect": (
            _prospect,
            frozenset({*_ALWAYS, "name", "trade", "street", "building", "floor", "room", "lines_known", "outcome", "place"}),
        ),
        "survey": (_survey, frozenset({*_ALWAYS, "street", "cell", "park_id", "doors"})),
    }
)


def _filing(capture: Mapping[str, object]) -> Filing | None:
    given = capture.get("filing")
    if given is None:
        return None
    known = frozenset(Filing.__dataclass_fields__)
    if not isinstance(given, Mapping) or not set(given) <= known:
        raise WrongFieldError("filing", N_("the checklist of a filing"))
    return Filing(
        licence_until=day_of(given, "licence_until"),
        agreement=choice_of(given, "agreement", AGREEMENTS),
        roster_members=count_of(given, "roster_members", most=2_000_000),
        decision_maker=yes_or_no_of(given, "decision_maker"),
        key_contact=yes_or_no_of(given, "key_contact"),
    )
