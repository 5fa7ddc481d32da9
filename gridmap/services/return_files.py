"""Return files: what a day pack, or a phone that never got a line, gives back; sealed by the phone, and taken in as if it had been sent."""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import pandas as pd

from gridmap.errors import N_, FileError, GridmapError, Message, PlanError, ScopeError, say
from gridmap.scope import Scope
from gridmap.services.phone_photos import check_photo
from gridmap.settings import SweepRules
from gridmap.store import LinkSeen, PhoneLink, Receipt, Store, phone_links, put_photo, read_table, receive_captures
from gridmap.store.capture_forms import canonical

FORMAT, VERSION = "gridmap-return", 1
LARGEST_BYTES = 64 * 1024 * 1024
_PURPOSE = b"gridmap return file\x1f"  # keys for other purposes are derived with other words
_ROLES = MappingProxyType({"account": "account_manager", "community": "community_manager", "chief": "chief"})


@dataclass(frozen=True)
class ReturnPhoto:
    """A picture in a return file, and the capture it belongs to."""

    photo_id: str
    capture_id: str
    taken_ms: int
    image: bytes


@dataclass(frozen=True)
class ReturnFile:
    """What a return file holds; `sealed` says that a phone which had this link's day wrote it, and nobody changed its captures since."""

    branch_id: str
    sweep_id: int
    manager_id: str
    link_id: str
    made_at: str
    captures: tuple[Mapping[str, object], ...]
    photos: tuple[ReturnPhoto, ...]
    sealed: bool


@dataclass(frozen=True)
class HandedIn:
    """What became of a return file: a receipt per capture, how many photos were kept, and why others were not."""

    receipts: tuple[Receipt, ...]
    photos_kept: int
    photos_refused: tuple[Message, ...]


def seal_key(store: Store, link_id: str) -> str:
    """Return the key with which the phone of a link seals its return files, in hexadecimal; it opens nothing."""
    return _key_from(store.vault.key(), link_id).hex()


def seal_of(key: bytes, link_id: str, captures: "tuple[Mapping[str, object], ...]") -> str:
    """Return the seal over captures in their order; check-ins take no part in it, as in their digests."""
    marks = [canonical(each)[1] for each in captures]
    return hmac.new(key, "\n".join([link_id, *marks]).encode(), hashlib.sha256).hexdigest()


def read_return(store: Store, content: bytes) -> ReturnFile:
    """Read a return file.

    Raises
    ------
    FileError
        When it is none, or too large. One whose seal does not hold is read: `sealed` says so.
    """
    if len(content) > LARGEST_BYTES:
        raise FileError(
            say(N_("The return file is larger than {most} MB."), most=LARGEST_BYTES // 2**20),
            remedy=say(N_("Save it again on the phone after its photos were sent, or import the records without photos.")),
        )
    try:
        given = json.loads(content.decode("utf-8-sig"))
        if given["format"] != FORMAT or given["version"] != VERSION:
            raise ValueError("another format")  # noqa: TRY301 - told below like every other fault
        captures = tuple(given["captures"])
        if not all(isinstance(each, dict) for each in captures):
            raise TypeError("captures")  # noqa: TRY301
        link_id, seal = str(given["link_id"]), str(given.get("seal", ""))
        keys = [_key_from(key, link_id) for key in store.vault.known_keys()]
        sealed = any(hmac.compare_digest(seal_of(key, link_id, captures).encode(), seal.encode("utf-8", "replace")) for key in keys)
        photos = tuple(_photo(each) for each in given.get("photos", []))
        sweep_id = given["sweep_id"]
        if not isinstance(sweep_id, int) or isinstance(sweep_id, bool):
            raise TypeError("sweep_id")  # noqa: TRY301
        named = (str(given["branch_id"]), sweep_id, str(given["manager_id"]), link_id, str(given.get("made_at", "")))
    except (UnicodeDecodeError, ValueError, KeyError, TypeError, RecursionError, AttributeError) as error:
        raise FileError(
            say(N_("This is no return file of the phone page.")),
            expected=say(N_("A file that the phone page or a day pack saved, named gridmap-return-….json.")),
            remedy=say(N_("Save it again on the phone, and hand it in unchanged.")),
        ) from error
    return ReturnFile(*named, captures, photos, sealed)


def hand_in(store: Store, scope: Scope, found: ReturnFile, *, now_us: int, rules: SweepRules, unsealed: bool = False) -> HandedIn:
    """Take a return file in under its link, by the same rules as if the phone had sent it; the same file again changes nothing.

    Parameters
    ----------
    scope
        Whoever hands it in: its manager, or somebody who may review visits.
    unsealed
        Take a file whose seal does not hold, on the word of somebody who may review visits.

    Raises
    ------
    FileError
        When its seal does not hold.
    PlanError
        When its link is not one of the branch.
    ScopeError
        When it is somebody else's.
    """
    branch_id = found.branch_id
    scope.require("review_visits" if scope.allows("review_visits", branch_id) else "record_visits", branch_id)
    if not scope.allows("review_visits", branch_id) and scope.manager_id != found.manager_id:
        raise ScopeError(
            say(N_("This return file is somebody else's.")),
            where=branch_id,
            remedy=say(N_("Let a chief or the branch manager hand it in.")),
        )
    if not found.sealed:
        if not unsealed:
            raise FileError(
                say(N_("The seal of the return file does not hold: it was changed, or no phone of this branch wrote it.")),
                remedy=say(N_("Save it again on the phone. Somebody who may review visits can take it as it is.")),
            )
        scope.require("review_visits", branch_id)
    seen = _link(store, scope, found, now_us)
    receipts = receive_captures(store, seen.scope, branch_id, found.captures, way="pack", now_us=now_us, link=seen, rules=rules)
    refused = []
    for photo in found.photos:
        try:
            check_photo(photo.photo_id, photo.image)
            put_photo(
                store, seen.scope, branch_id, photo.photo_id, capture_id=photo.capture_id, image=photo.image,
                taken_us=photo.taken_ms * 1000, now_us=now_us,
            )  # fmt: skip
        except GridmapError as error:  # a photo keeps no record out; each is named
            refused.append(error.what if isinstance(error.what, Message) else say(error.what))
    return HandedIn(receipts, len(found.photos) - len(refused), tuple(refused))


def _link(store: Store, scope: Scope, found: ReturnFile, now_us: int) -> LinkSeen:
    rows = phone_links(store, scope, found.branch_id, found.sweep_id)
    rows = rows[(rows["link_id"] == found.link_id) & (rows["manager_id"] == found.manager_id)]
    if rows.empty:
        raise PlanError(
            say(N_("The return file belongs to no sweep of this branch.")), remedy=say(N_("Hand it in where the sweep was planned."))
        )
    row = rows.iloc[0]
    revoked = None if pd.isna(row["revoked_us"]) else int(row["revoked_us"])
    link = PhoneLink(
        found.link_id, found.branch_id, found.sweep_id, found.manager_id, int(row["issued_us"]), int(row["expires_us"]), revoked
    )
    state: Any = "revoked" if revoked is not None else "expired" if link.expires_us <= now_us else "live"
    return LinkSeen(link, state, _manager(store, scope, found))


def _manager(store: Store, scope: Scope, found: ReturnFile) -> Scope:
    staff = read_table(store, scope, found.branch_id, "managers")
    rows = staff[staff["manager_id"] == found.manager_id]
    role = "community_manager" if rows.empty else _ROLES.get(str(rows.iloc[-1]["role"]), "community_manager")
    name = found.manager_id if rows.empty else str(rows.iloc[-1]["name"])
    return Scope(f"manager:{found.manager_id}", name, role, frozenset({found.branch_id}), found.manager_id)


def _photo(given: Mapping[str, Any]) -> ReturnPhoto:
    try:
        image = base64.b64decode(given["data"], validate=True)
    except binascii.Error as error:
        raise ValueError("data") from error
    return ReturnPhoto(str(given["photo_id"]), str(given["capture_id"]), int(given["taken_at"]), image)


def _key_from(secret: bytes, link_id: str) -> bytes:
    derived = hmac.new(secret, _PURPOSE, hashlib.sha256).digest()
    return hmac.new(derived, link_id.encode("utf-8", "replace"), hashlib.sha256).digest()
