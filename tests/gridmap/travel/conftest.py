"""A table server per test: real sockets on this computer."""

import socket
from collections.abc import Iterator

import pytest

from tests.gridmap.travel.table_server import Served, table_server


@pytest.fixture
def served() -> Iterator[Served]:
    with table_server() as running:
        yield running


@pytest.fixture
def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
