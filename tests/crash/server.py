"""A PostgreSQL server that can be killed with its children, and starts again on what it left on the disk."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.postgres_server import make_cluster, programs, wait_for

DURABLE = "-c listen_addresses= -c max_connections=60 -c shared_buffers=128MB"


class MortalServer:
    """A server on a socket of its own, with the settings that a server has by itself: every commit is on the disk."""

    def __init__(self, folder: Path, options: str) -> None:
        self.folder, self.options = folder, options
        self.user = make_cluster(folder)
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"postgresql://postgres@/postgres?host={self.folder}"

    def start(self) -> None:
        """Start it, and wait until it answers: after a kill that is its recovery."""
        command = [str(programs() / "postgres"), "-D", str(self.folder / "data"), "-k", str(self.folder), *self.options.split()]
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(command, user=self.user, cwd="/", stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        wait_for(self.url, self.process, self.folder / "server.log")

    def kill(self) -> None:
        """Kill the server and every child it has, without a word."""
        if self.process is None:
            return
        os.kill(self.process.pid, signal.SIGSTOP)  # so that it has no more children than are counted
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text("utf-8").split()
        for pid in (self.process.pid, *map(int, children)):
            os.kill(pid, signal.SIGKILL)
        self.process.wait()
        self.process = None


@contextmanager
def mortal_server(options: str = DURABLE) -> Iterator[MortalServer]:
    """Give a server that runs; its folder is removed afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="gridmap-pg-"))
    try:
        server = MortalServer(folder, options)
        server.start()
        yield server
        server.kill()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
