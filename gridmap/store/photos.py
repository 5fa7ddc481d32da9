"""Pictures of shop fronts, kept apart from what was recorded so that they can be erased."""

import hashlib
from collections.abc import Collection

import pandas as pd
import sqlalchemy as sa

from gridmap.errors import N_, FileError, ScopeError, say
from gridmap.scope import Scope
from gridmap.store.engine import Store, reading, retrying
from gridmap.store.fieldwork import CAPTURES, PHOTOS
from gridmap.store.positions import insert_or, lock_branch

LARGEST_PHOTO = 2_000_000  # bytes; the phone shrinks pictures to a tenth of it
_COLUMNS = ("photo_id", "capture_id", "manager_id", "media_type", "taken_us", "received_us")
# How the bytes of a picture begin, where its mark stands, and what it then is.
_SIGNATURES = ((b"\xff\xd8\xff", 0, "image/jpeg"), (b"\x89PNG\r\n\x1a\n", 0, "image/png"), (b"WEBP", 8, "image/webp"))
_PLACES = (b"Exif\x00\x00", b"eXIf", b"EXIF", b"http://ns.adobe.com/xap/")  # what pictures carry a place or a device in


def put_photo(
    store: Store,
    scope: Scope,
    branch_id: str,
    photo_id: str,
    *,
    capture_id: str,
    image: bytes,
    taken_us: int,
    now_us: int,
) -> None:
    """Keep a picture; the same one again changes nothing. It may arrive before its capture.

    Parameters
    ----------
    photo_id
        SHA-256 of the image, in hexadecimal.
    image
        A JPEG, PNG or WebP picture without metadata, at most `LARGEST_PHOTO` bytes.

    Raises
    ------
    FileError
        When it is no such picture, too large, carries metadata (a place, a device), or is not what its number says.
    ScopeError
        When the scope may record nothing here, or the capture is somebody else's.
    """
    scope.require("record_visits", branch_id)
    values = {
        "branch_id": branch_id, "photo_id": photo_id, "capture_id": capture_id, "manager_id": scope.manager_id,
        "media_type": _media_type(photo_id, image), "taken_us": min(max(taken_us, 0), now_us), "received_us": now_us, "image": image,
    }  # fmt: skip

    def write(connection: sa.Connection) -> None:
        lock_branch(connection, branch_id, now_us=now_us)
        of_capture = (CAPTURES.c.branch_id == branch_id, CAPTURES.c.capture_id == capture_id)
        owner = connection.execute(sa.select(CAPTURES.c.manager_id).where(*of_capture)).scalar()
        if owner not in (None, scope.manager_id):
            raise ScopeError(say(N_("This record is somebody else's.")), where=branch_id)
        connection.execute(insert_or(connection, PHOTOS).values(values).on_conflict_do_nothing())

    retrying(store, write)


def photo(store: Store, scope: Scope, branch_id: str, photo_id: str) -> bytes:
    """Return a picture: to who may review visits, else to who took it.

    Raises
    ------
    FileError
        When there is none, or none any more.
    """
    query = sa.select(PHOTOS.c.image).where(*_seen(scope, branch_id), PHOTOS.c.photo_id == photo_id)
    with reading(store) as connection:
        found = connection.execute(query).scalar()
    if found is None:
        raise FileError(say(N_("There is no such picture, or its time is over.")))
    return bytes(found)


def photos(store: Store, scope: Scope, branch_id: str, *, capture_ids: Collection[str]) -> pd.DataFrame:
    """List the pictures of captures, without the images: photo_id, capture_id, manager_id, media_type, taken_us, received_us."""
    wanted = PHOTOS.c.capture_id.in_(sorted(set(capture_ids)))
    query = sa.select(*(PHOTOS.c[name] for name in _COLUMNS)).where(*_seen(scope, branch_id), wanted)
    with reading(store) as connection:
        rows = connection.execute(query.order_by(PHOTOS.c.taken_us, PHOTOS.c.photo_id)).all()
    return pd.DataFrame(rows, columns=list(_COLUMNS))


def _seen(scope: Scope, branch_id: str) -> "tuple[sa.ColumnElement[bool], ...]":
    here = PHOTOS.c.branch_id == branch_id
    if scope.allows("review_visits", branch_id):
        return (here,)
    scope.require("record_visits", branch_id)
    return (here, PHOTOS.c.manager_id == scope.manager_id)


def _media_type(photo_id: str, image: bytes) -> str:
    media_type = next((kind for mark, at, kind in _SIGNATURES if image[at : at + len(mark)] == mark), "")
    wrong = len(image) > LARGEST_PHOTO or not media_type or any(mark in image for mark in _PLACES)
    if wrong or hashlib.sha256(image).hexdigest() != photo_id:
        raise FileError(
            say(N_("This is no picture that can be kept.")),
            expected=say(N_("A JPEG, PNG or WebP picture of at most {size} MB, without metadata."), size=LARGEST_PHOTO // 1_000_000),
            remedy=say(N_("Take it again on the phone page, which shrinks it.")),
        )
    return media_type
