"""The routes of the phone page: the day of one manager, records and photos that come in, a number that is shown on request."""

import re

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from gridmap.services.phone import phone_days
from gridmap.services.phone_photos import MOST_BYTES, check_photo
from gridmap.store import put_photo, receive_captures, reveal_number
from gridmap.texts import said
from pages.shared import app
from pages.web import phone_files
from pages.web.phone_access import Malformed, asked, fresh_json, json_of, language_of, link_of, now_us

MOST_AT_ONCE = 100
_CAPTURES_BYTES, _REVEAL_BYTES = 512 * 1024, 1024
_PHOTO_ID = re.compile("[0-9a-f]{64}")
_LATEST_MS = 2**43


def routes(base: str) -> list[BaseRoute]:
    """Return every route of the phone page, below a base path."""
    home = f"{base}/{phone_files.HOME}"
    return [
        *phone_files.routes(base),
        Route(f"{home}/day", day, methods=["GET"]),
        Route(f"{home}/captures", captures, methods=["POST"]),
        Route(f"{home}/photos/{{photo_id}}", photo, methods=["PUT"]),
        Route(f"{home}/reveal", reveal, methods=["POST"]),
    ]


@asked(0)
def day(request: Request, _body: bytes) -> Response:
    """Answer with what the link's manager is sent; a link that has ended is refused in words."""
    seen = link_of(request, live=True)
    return fresh_json(phone_days(app.store(), seen, now_us=now_us()))


@asked(_CAPTURES_BYTES)
def captures(request: Request, body: bytes) -> Response:
    """Take records in and answer with a receipt for each, after they are committed; under a link that has ended they go into review."""
    seen = link_of(request, live=False)
    given = json_of(body)
    if not isinstance(given, list) or not 0 < len(given) <= MOST_AT_ONCE:
        raise Malformed("a list of captures")
    receipts = receive_captures(
        app.store(), seen.scope, seen.link.branch_id, given, way="phone", now_us=now_us(), link=seen, rules=app.settings().sweeps
    )
    language = language_of(request)
    told = [{"capture_id": each.capture_id, "status": each.status, "reason": said(each.reason, language)} for each in receipts]
    alone = len(told) == 1 and told[0]["status"] == "differs"
    return fresh_json({"link": seen.state, "receipts": told}, 409 if alone else 200)


@asked(MOST_BYTES)
def photo(request: Request, body: bytes) -> Response:
    """Take a photo of a capture in: what it is decides its content, and its name is its own digest."""
    seen = link_of(request, live=False)
    photo_id, taken = request.path_params["photo_id"], request.query_params.get("taken", "")
    if not _PHOTO_ID.fullmatch(photo_id) or not (taken.isascii() and taken.isdecimal() and int(taken) < _LATEST_MS):
        raise Malformed("photo")
    check_photo(photo_id, body)
    put_photo(
        app.store(),
        seen.scope,
        seen.link.branch_id,
        photo_id,
        capture_id=request.query_params.get("capture", ""),
        image=body,
        taken_us=int(taken) * 1000,
        now_us=now_us(),
    )
    return fresh_json({"state": "kept"})


@asked(_REVEAL_BYTES)
def reveal(request: Request, body: bytes) -> Response:
    """Answer with one contact's number, which is written down."""
    seen = link_of(request, live=True)
    given = json_of(body)
    contact_id = given.get("contact_id") if isinstance(given, dict) else None
    if not isinstance(contact_id, str):
        raise Malformed("contact_id")
    link = seen.link
    return fresh_json(
        {"phone": reveal_number(app.store(), seen.scope, link.branch_id, contact_id, sweep_id=link.sweep_id, now_us=now_us())}
    )
