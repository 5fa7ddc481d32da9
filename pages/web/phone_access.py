"""Who asks from a phone: the link behind the token of every request, bodies of a bounded size, and answers in the phone's language."""

import json
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from gridmap.errors import N_, GridmapError, Message, ScopeError, say
from gridmap.store import LinkSeen, link_of_token
from gridmap.texts import LANGUAGES, explain, said
from pages.shared import app

Work = Callable[[Request, bytes], Response]
_BEARER = "bearer "
# Why a link opens nothing, by its state.
ENDED = (
    ("expired", N_("This link has expired. What you record is still accepted, and reviewed at the branch.")),
    ("revoked", N_("This link was revoked. What you recorded before is still accepted, and reviewed at the branch.")),
)


class TooLarge(Exception):  # noqa: N818 - a refusal is no error of ours
    """The body is larger than the route takes."""


class Unknown(Exception):  # noqa: N818 - a refusal is no error of ours
    """The token stands for no link; `why` says so."""

    def __init__(self, why: ScopeError) -> None:
        super().__init__(str(why))
        self.why = why


class Malformed(Exception):  # noqa: N818 - a refusal is no error of ours
    """The body or the address is not what our own script sends."""


class Ended(Exception):  # noqa: N818 - a refusal is no error of ours
    """The link does not open this any more."""

    def __init__(self, seen: LinkSeen) -> None:
        super().__init__(seen.state)
        self.seen = seen


def asked(most: int) -> Callable[[Work], Callable[[Request], Any]]:
    """Read the body of a request up to a size, do the work in a thread, and turn what it raises into an answer in words.

    401 says that the link is not known, 403 that it has ended (`state` says how) or does not allow this, 413 that the body is too
    large, 400 that it is malformed, 409 what the domain refuses.
    """

    def around(work: Work) -> Callable[[Request], Any]:
        @wraps(work)
        async def answered(request: Request) -> Response:
            try:
                body = await _body(request, most)
            except TooLarge:
                return told(request, 413, "large", say(N_("This is more than is taken at once.")))
            return await run_in_threadpool(_guarded, work, request, body)

        return answered

    return around


def _guarded(work: Work, request: Request, body: bytes) -> Response:
    try:
        return work(request, body)
    except (Unknown, Malformed, Ended, GridmapError) as refusal:
        return _refused(request, refusal)


def json_of(body: bytes) -> object:
    """Read a body as JSON; Malformed where it is none."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Malformed(str(error)) from error


def _refused(request: Request, refusal: Unknown | Malformed | Ended | GridmapError) -> Response:
    if isinstance(refusal, Unknown):
        return told(request, 401, "unknown", refusal.why)
    if isinstance(refusal, Malformed):
        return told(request, 400, "malformed", say(N_("This is not what the server expects; fetch the page again.")))
    if isinstance(refusal, Ended):
        return told(request, 403, refusal.seen.state, say(dict(ENDED)[refusal.seen.state]))
    return told(request, 403 if isinstance(refusal, ScopeError) else 409, "refused", refusal)


def link_of(request: Request, *, live: bool) -> LinkSeen:
    """Return the link of a request.

    Raises
    ------
    Ended
        When it must be live, and has expired or was revoked.
    Unknown
        When the token stands for none.
    """
    given = request.headers.get("authorization", "")
    token = given[len(_BEARER) :].strip() if given[: len(_BEARER)].lower() == _BEARER else ""
    try:
        seen = link_of_token(app.store(), token, now_us=now_us())
    except ScopeError as error:
        raise Unknown(error) from error
    if live and seen.state != "live":
        raise Ended(seen)
    return seen


def now_us() -> int:
    """Return the instant it is, microseconds UTC."""
    return time.time_ns() // 1000


def language_of(request: Request) -> str:
    """Return the language the phone speaks."""
    wanted = request.query_params.get("lang", "")
    return wanted if wanted in dict(LANGUAGES) else app.settings().language


def told(request: Request, status: int, state: str, why: Message | GridmapError) -> Response:
    """Answer with a state that the script knows and a sentence for the person."""
    language = language_of(request)
    message = explain(why, language) if isinstance(why, GridmapError) else said(why, language)
    return fresh_json({"state": state, "message": message}, status)


def fresh_json(value: Any, status: int = 200) -> Response:
    """Answer with JSON that nobody keeps."""
    body = json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()
    return Response(body, status, {"cache-control": "no-store"}, "application/json")


async def _body(request: Request, most: int) -> bytes:
    """Read a body, counting what really comes: the length that a request states may be anything."""
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > most:
            raise TooLarge
        parts.append(part)
    return b"".join(parts)
