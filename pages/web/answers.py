"""Answers of the routes: compressed once, cached by the browser that asked and by nobody else."""

import gzip
import json
import time
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from gridmap.errors import GridmapError, ScopeError
from gridmap.texts import explain
from pages.shared import app
from pages.shared.cached import Gone
from pages.shared.view import NAMES, View, read_address, view_of

Endpoint = Callable[[Request], Response]
_WORTH_PACKING = 400


class Refused(Exception):  # noqa: N818 - a refusal is no error of ours
    """The link is not signed for this, has ended, or names a version that is gone; the page makes a fresh one."""


def guarded(endpoint: Endpoint) -> Endpoint:
    """Turn what an endpoint raises into an answer: 403 asks the page for a fresh link, 400 is a malformed address."""

    @wraps(endpoint)
    def answered(request: Request) -> Response:
        try:
            return endpoint(request)
        except (Refused, Gone, ScopeError):
            return PlainTextResponse("refused", 403, {"cache-control": "no-store"})
        except GridmapError as error:
            return PlainTextResponse(explain(error), 409, {"cache-control": "no-store"})
        except (ValueError, KeyError):
            return PlainTextResponse("malformed", 400, {"cache-control": "no-store"})

    return answered


def signed(request: Request, route: str, *names: str) -> dict[str, str]:
    """Return the signed parts of a request.

    Raises
    ------
    Refused
        When they are not signed for this route, or the link has ended.
    """
    parts = read_address(route, request.query_params, names, app.key(), time.time())
    if parts is None:
        raise Refused
    return parts


def viewed(request: Request, route: str) -> View:
    """Return the signed view of a request; Refused like `signed`."""
    return view_of(signed(request, route, *NAMES))


def packed(request: Request, body: bytes, media_type: str, *, seconds: int, after: BackgroundTask | None = None) -> Response:
    """Answer with a body, compressed where the browser takes it, and kept by it for some seconds; then do what comes after."""
    headers = {"cache-control": f"private, max-age={seconds}", "vary": "accept-encoding"}
    if len(body) > _WORTH_PACKING and "gzip" in request.headers.get("accept-encoding", ""):
        body = gzip.compress(body, 6, mtime=0)
        headers["content-encoding"] = "gzip"
    return Response(body, media_type=media_type, headers=headers, background=after)


def packed_json(request: Request, value: Mapping[str, Any], *, seconds: int) -> Response:
    """Answer with JSON; text in it is data, and is written with textContent where it is shown."""
    return packed(request, json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode(), "application/json", seconds=seconds)
