"""A small web server that speaks OSRM's table service, well or badly: its roads run north-south and east-west."""

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

Answer = tuple[int, bytes]
METRES_PER_DEGREE = 100_000.0


@dataclass
class Served:
    """A server that runs: its address, the paths it was asked for, and how it behaves (None: as OSRM does)."""

    port: int = 0
    asked: list[str] = field(default_factory=list)
    most: int = 100
    behave: Callable[["Served", BaseHTTPRequestHandler], None] | None = None
    without: frozenset[str] = frozenset()
    beside: dict[str, float] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def table(self, path: str) -> Answer:
        parts = urlsplit(path)
        _, service, version, _profile, places = parts.path.split("/")
        assert (service, version) == ("table", "v1")
        query = parse_qs(parts.query)
        coordinates = places.split(";")
        sources = [coordinates[int(each)] for each in query["sources"][0].split(";")]
        destinations = [coordinates[int(each)] for each in query["destinations"][0].split(";")]
        if len(sources) * len(destinations) > self.most**2:
            return 400, json.dumps({"code": "TooBig", "message": "Too many table coordinates"}).encode()
        metres = [[self.metres(one, other) for other in destinations] for one in sources]
        answer = {
            "code": "Ok",
            "distances": metres,
            "durations": [[None if each is None else each / 5.0 for each in row] for row in metres],
            "sources": [{"distance": self.beside.get(each, 1.0), "location": each.split(",")} for each in sources],
        }
        return 200, json.dumps(answer).encode()

    def metres(self, one: str, other: str) -> float | None:
        if one != other and {one, other} & self.without:
            return None
        (x1, y1), (x2, y2) = (map(float, each.split(",")) for each in (one, other))
        return (abs(x1 - x2) + abs(y1 - y2)) * METRES_PER_DEGREE


def answering(status: int, body: bytes, headers: Sequence[tuple[str, str]] = ()) -> Callable[[Served, BaseHTTPRequestHandler], None]:
    def behave(served: Served, handler: BaseHTTPRequestHandler) -> None:
        send(handler, status, body, headers)

    return behave


def send(handler: BaseHTTPRequestHandler, status: int, body: bytes, headers: Sequence[tuple[str, str]] = ()) -> None:
    handler.send_response(status)
    for name, value in (*headers, ("Content-Length", str(len(body)))):
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(body)


def dripping(served: Served, handler: BaseHTTPRequestHandler) -> None:
    """Send a byte now and then, so that no single read takes long."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    for _ in range(100):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.05)


def silent(served: Served, handler: BaseHTTPRequestHandler) -> None:
    time.sleep(1.0)


def broken_off(served: Served, handler: BaseHTTPRequestHandler, status: int = 200) -> None:
    handler.send_response(status)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"code"')


def refused_and_broken_off(served: Served, handler: BaseHTTPRequestHandler) -> None:
    broken_off(served, handler, 400)


def endless(served: Served, handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    for _ in range(1000):
        handler.wfile.write(b"[" * 2**16)


@contextmanager
def table_server() -> Iterator[Served]:
    served = Served()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            served.asked.append(self.path)
            try:
                if served.behave is not None:
                    served.behave(served, self)
                else:
                    send(self, *served.table(self.path))
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
