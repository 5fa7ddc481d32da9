"""The phone page itself: its scripts and styles as one file each, its service worker, and the day pack made of the same."""

import base64
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from gridmap.texts import LANGUAGES, translator
from pages.web.answers import guarded, packed, packed_json
from pages.web.phone_texts import TEXTS

FILES = Path(__file__).parent / "phone"
HOME = "gm-phone"
# In the order in which they build on each other; the first three run in the service worker as well.
SHARED = ("keep.js", "seal.js", "outbox.js")
SCRIPTS = (*SHARED, "page.js", "sweep.js", "map.js", "record.js", "found.js", "views.js", "box.js", "phone.js")
_DAY_S = 86_400


def routes(base: str) -> list[BaseRoute]:
    """Return the routes of everything that is the same for everybody, below a base path."""
    version, home = version_now(), f"{base}/{HOME}"
    page = _text("index.html").replace("{version}", version).encode()
    script, style = _bundle(SCRIPTS), _text("phone.css").encode()
    worker = worker_script(version)

    def file(body: bytes, media_type: str, *, seconds: int) -> Any:
        @guarded
        def answered(request: Request) -> Response:
            return packed(request, body, media_type, seconds=seconds)

        return answered

    return [
        Route(home, lambda _: RedirectResponse(f"{HOME}/")),
        Route(f"{home}/", file(page, "text/html", seconds=0)),
        Route(f"{home}/phone.js", file(script, "text/javascript", seconds=_DAY_S)),
        Route(f"{home}/phone.css", file(style, "text/css", seconds=_DAY_S)),
        Route(f"{home}/worker.js", file(worker, "text/javascript", seconds=0)),
        Route(f"{home}/icon.svg", file(_text("icon.svg").encode(), "image/svg+xml", seconds=_DAY_S)),
        Route(f"{home}/phone.webmanifest", file(_text("phone.webmanifest").encode(), "application/manifest+json", seconds=_DAY_S)),
        Route(f"{home}/texts", texts),
    ]


@guarded
def texts(request: Request) -> Response:
    """Answer with the words of the page in one language."""
    language = request.query_params.get("lang", "")
    return packed_json(request, words(language if language in dict(LANGUAGES) else "en"), seconds=_DAY_S)


def words(language: str) -> Mapping[str, str]:
    """Return the words of the page in a language."""
    translate = translator(language)
    return {key: translate(text) for key, text in TEXTS}


def version_now() -> str:
    """Return what tells one state of the page's files and words from another."""
    names = (*SCRIPTS, "worker.js", "index.html", "phone.css", "icon.svg", "phone.webmanifest")
    said = json.dumps([words(language) for language, _ in LANGUAGES], ensure_ascii=False).encode()
    return hashlib.sha256(_bundle(names) + said).hexdigest()[:12]


def worker_script(version: str) -> bytes:
    """Return the service worker of a version, which names what it keeps."""
    shell = ["./", f"phone.js?v={version}", f"phone.css?v={version}", "icon.svg", "phone.webmanifest"]
    shell += [f"texts?lang={language}&v={version}" for language, _ in LANGUAGES]
    named = f"const VERSION = {json.dumps(version)};\nconst SHELL = {json.dumps(shell)};\n"
    return named.encode() + _bundle((*SHARED, "worker.js"))


def pack_page(pack: Mapping[str, Any]) -> bytes:
    """Return the day pack: the page with everything in it as one HTML file that loads nothing and may reach nobody.

    Parameters
    ----------
    pack
        What `gridmap.services.phone.phone_days` gives.
    """
    script, style = _bundle(SCRIPTS).decode(), _text("phone.css")
    data = json.dumps({"pack": pack, "texts": {key: words(key) for key, _ in LANGUAGES}}, ensure_ascii=False, separators=(",", ":"))
    # A name such as </script> stays text: within JSON a letter may always be written by its number.
    safe = (
        data.replace("<", "\\u003c")
        .replace(">", "\\u003e")
        .replace("&", "\\u0026")
        .replace("\u2028", "\\u2028")
        .replace("\u2029", "\\u2029")
    )
    parts = {"script_hash": _hash(script), "style_hash": _hash(style), "style": style, "data": safe, "script": script}
    before, *rest = _text("pack.html").split("{")
    # One pass over the places of the form, so that nothing within data or script is taken for another place.
    filled = [f"{parts[name]}{after}" for name, _, after in (each.partition("}") for each in rest)]
    return (before + "".join(filled)).encode()


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _text(name: str) -> str:
    return (FILES / name).read_text("utf-8")


def _bundle(names: tuple[str, ...]) -> bytes:
    return b"\n".join((FILES / name).read_bytes() for name in names)
