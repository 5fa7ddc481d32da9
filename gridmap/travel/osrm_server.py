"""Travel on roads from any OSRM server: its `table` service, asked block by block over HTTP."""

import json
import time
import urllib.parse
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPException, IncompleteRead
from typing import Any

import numpy as np

from gridmap.errors import N_, TravelError, say
from gridmap.travel.matrix import Floats, Table

# What OSRM calls the modes; `{profile}` in the address stands for it, where each mode has a server of its own.
PROFILES = (("foot", "foot"), ("ebike", "bike"), ("car", "driving"))
# A server answers 100 x 100 unless it is set up otherwise; blocks are halved where it says that is too big.
_BLOCK, _LEAST_BLOCK = 100, 5
_TIMEOUT_S, _IN_ALL_S = 20.0, 180.0
_LONGEST_ANSWER, _PIECE = 16 * 2**20, 2**16
_BUSY = (429, 502, 503, 504)


@dataclass(frozen=True)
class OsrmServer:
    """A server by its address, http or https, as the settings have it; `profile` is OSRM's word for the mode."""

    url: str
    profile: str

    @property
    def source(self) -> str:
        """The short form of where its travel is from."""
        return f"osrm {urllib.parse.urlsplit(self.url).netloc}"

    @property
    def identity(self) -> str:
        """What makes its answers differ from another's; a server that gets new roads keeps it."""
        return f"osrm {self.url} {self.profile}"

    def table(self, lat: Floats, lon: Floats) -> Table:
        """Ask for travel between every two points.

        Parameters
        ----------
        lat, lon
            WGS-84 degrees.

        Raises
        ------
        TravelError
            When the server is not there, is too slow, refuses, or answers what is no table.
        """
        ask = _Asking(self, time.monotonic() + _IN_ALL_S)
        block = _BLOCK
        while True:
            try:
                return _table(ask, [f"{x:.6f},{y:.6f}" for y, x in zip(lat, lon, strict=True)], block)
            except _TooBigError:
                if block // 2 < _LEAST_BLOCK:
                    raise self.failed(
                        say(N_("The OSRM server takes no table of {count} x {count} places."), count=block),
                        say(N_("Start it with a greater --max-table-size.")),
                    ) from None
                block //= 2

    def failed(self, what: Any, remedy: Any) -> TravelError:
        """Return the error that names this server."""
        return TravelError(what, where=self.url, remedy=remedy)


def osrm_server(url: str, mode: str) -> OsrmServer:
    """Return the server at an address of the settings.

    Parameters
    ----------
    url
        Such as `http://127.0.0.1:5000` or `https://routes.example/routed-{profile}`.
    mode
        A mode; those OSRM has no word for are asked for by their own.

    Raises
    ------
    TravelError
        When the address is none of a web server.
    """
    profile = dict(PROFILES).get(mode, mode)
    full = url.strip().replace("{profile}", profile).rstrip("/")
    try:
        parts = urllib.parse.urlsplit(full)
        fits = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:  # a port that is no number, a bracket left open
        fits = False
    if not fits or "@" in parts.netloc or parts.query or parts.fragment or any(not "!" <= each <= "~" for each in full):
        raise TravelError(
            say(N_("This is no address of an OSRM server.")),
            where=f"sweeps.osrm_url: {url}",
            expected=say(N_("An address such as http://127.0.0.1:5000, without a name, a password or a question mark.")),
            remedy=say(N_("Correct sweeps.osrm_url in the settings, or take it away.")),
        )
    return OsrmServer(full, profile)


class _TooBigError(Exception):
    """The server wants smaller blocks."""


class _PassingError(Exception):
    """Something that may be over in a moment; `failure` is what to say where it is not."""

    def __init__(self, failure: TravelError) -> None:
        self.failure = failure
        super().__init__(str(failure))


class _AsAnswered(urllib.request.HTTPErrorProcessor):
    """Hand every answer on as it is: a refusal has words of its own, and nobody is led on to where the settings do not say."""

    def http_response(self, request: urllib.request.Request, response: Any) -> Any:  # noqa: ARG002 - the library's form
        return response

    https_response = http_response


@dataclass(frozen=True)
class _Asking:
    """One table being asked for, and until when (monotonic seconds)."""

    server: OsrmServer
    until: float

    def answer(self, places: Sequence[str], sources: Sequence[int], destinations: Sequence[int]) -> dict[str, Any]:
        query = f"sources={';'.join(map(str, sources))}&destinations={';'.join(map(str, destinations))}"
        wanted = "annotations=duration,distance&generate_hints=false"
        url = f"{self.server.url}/table/v1/{self.server.profile}/{';'.join(places)}?{query}&{wanted}"
        status, body = self._fetched(url)
        try:
            answer = json.loads(body)
        except (ValueError, RecursionError):
            answer = None
        if not isinstance(answer, dict):
            raise self.server.failed(
                say(N_("What answers there is no OSRM server (HTTP {status}, no JSON)."), status=status),
                say(N_("Look whether the address in sweeps.osrm_url is the right one, and whether another programme listens there.")),
            )
        if answer.get("code") == "TooBig":
            raise _TooBigError
        if answer.get("code") != "Ok":
            raise self.server.failed(
                say(
                    N_("The OSRM server refuses: {code} {reason}"),
                    code=str(answer.get("code"))[:40],
                    reason=str(answer.get("message", ""))[:200],
                ),
                say(N_("Look whether its roads cover the branch, and whether it is told to answer the service table.")),
            )
        return answer

    def _fetched(self, url: str) -> tuple[int, bytes]:
        """Return status and body; a server that is busy, or breaks off, is asked once more."""
        try:
            return self._once(url)
        except _PassingError:
            pass
        try:
            return self._once(url)
        except _PassingError as error:
            raise error.failure from error

    def _once(self, url: str) -> tuple[int, bytes]:
        left_s = self.until - time.monotonic()
        if left_s <= 0:
            raise self._slow(_IN_ALL_S)
        request = urllib.request.Request(url, headers={"User-Agent": "gridmap"})  # noqa: S310 - http and https alone
        try:
            with urllib.request.build_opener(_AsAnswered).open(request, timeout=min(_TIMEOUT_S, left_s)) as reply:
                if reply.status not in (200, 400):  # 400 is a refusal that says why
                    failure = self._status(reply)
                    raise _PassingError(failure) if reply.status in _BUSY else failure
                return reply.status, self._body(reply)
        except (OSError, HTTPException) as error:
            reason = getattr(error, "reason", error)
            if isinstance(reason, TimeoutError):
                raise self._slow(min(_TIMEOUT_S, left_s)) from error
            raise _PassingError(
                self.server.failed(
                    say(N_("The OSRM server is not to be reached: {reason}."), reason=str(reason)[:200]),
                    say(N_("Start it, or correct or take away sweeps.osrm_url in the settings.")),
                )
            ) from error

    def _body(self, reply: Any) -> bytes:
        pieces, length = [], 0
        while piece := reply.read1(_PIECE):  # read would wait for a whole piece
            pieces.append(piece)
            length += len(piece)
            if length > _LONGEST_ANSWER:
                raise self.server.failed(
                    say(N_("The answer is longer than {limit} MB, which no table of this size is."), limit=_LONGEST_ANSWER // 2**20),
                    say(N_("Look whether the address in sweeps.osrm_url is the right one, and whether another programme listens there.")),
                )
            if time.monotonic() > self.until:  # one that sends a byte now and then never times out
                raise self._slow(_IN_ALL_S)
        if reply.length:
            raise IncompleteRead(b"", reply.length)
        return b"".join(pieces)

    def _slow(self, seconds: float) -> TravelError:
        return self.server.failed(
            say(N_("The OSRM server did not answer within {seconds} s."), seconds=round(seconds)),
            say(N_("Look how busy it is; plan with fewer places, or on straight lines.")),
        )

    def _status(self, reply: Any) -> TravelError:
        if 300 <= reply.status < 400:
            target = str(reply.headers.get("Location", ""))[:200]
            return self.server.failed(
                say(N_("The address leads on to another one: {target}."), target=target),
                say(N_("Write that address into sweeps.osrm_url, if it is the right one.")),
            )
        return self.server.failed(
            say(N_("The OSRM server answers with HTTP {status}."), status=reply.status),
            say(N_("Look into the log of the server; an error 414 or 431 comes from a proxy that takes only short addresses.")),
        )


def _table(ask: _Asking, places: list[str], block: int) -> Table:
    count = len(places)
    seconds, metres, beside = np.empty((count, count)), np.empty((count, count)), np.zeros(count)
    for row in range(0, count, block):
        rows = range(row, min(row + block, count))
        for column in range(0, count, block):
            columns = range(column, min(column + block, count))
            # A block beside the diagonal has two sets of places; one on it has one.
            asked = [places[each] for each in rows] + ([places[each] for each in columns] if row != column else [])
            last = range(len(asked) - len(columns), len(asked))
            answer = ask.answer(asked, range(len(rows)), last)
            square = slice(rows.start, rows.stop), slice(columns.start, columns.stop)
            seconds[square] = _numbers(ask, answer, "durations", (len(rows), len(columns)))
            metres[square] = _numbers(ask, answer, "distances", (len(rows), len(columns)))
            beside[square[0]] = _beside(answer, len(rows))
    return Table(seconds, metres, beside)


def _numbers(ask: _Asking, answer: dict[str, Any], name: str, shape: tuple[int, int]) -> Floats:
    """Return a matrix of the answer; null, where no road leads, as NaN."""
    rows = answer.get(name)
    wanted = isinstance(rows, list) and all(
        isinstance(row, list) and all(type(each) in (int, float, type(None)) for each in row) for row in rows
    )
    try:
        values = np.array(rows, dtype=np.float64) if wanted else np.empty(0)
    except (ValueError, OverflowError):  # rows of several lengths, a number beyond any
        values = np.empty(0)
    if values.shape != shape or (values < 0).any() or np.isinf(values).any():
        raise ask.server.failed(
            say(N_("The answer has no table {name} of {rows} x {columns} numbers."), name=name, rows=shape[0], columns=shape[1]),
            say(N_("Use OSRM 5.18 or later, which knows distances as well as durations.")),
        )
    return values


def _beside(answer: dict[str, Any], count: int) -> Floats:
    """Return how many metres each place lies beside the road it was put on; 0 where the server does not say."""
    sources = answer.get("sources")
    if not isinstance(sources, list) or len(sources) != count:
        return np.zeros(count)
    far = [each.get("distance") if isinstance(each, dict) else 0.0 for each in sources]
    return np.array([each if isinstance(each, int | float) else 0.0 for each in far], dtype=np.float64)
