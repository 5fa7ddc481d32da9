"""Workers in processes of their own: started once, told what to do, and heard line by line."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

HOME = Path(__file__).parents[2]


class Worker:
    """One process of `tests.crash.worker`."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.crash.worker"]
        self.process = subprocess.Popen(command, cwd=HOME, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def tell(self, do: str, **rest: Any) -> None:
        """Give an order."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"do": do, **rest}) + "\n")
        self.process.stdin.flush()

    def hear(self) -> dict[str, Any]:
        """Wait for the next answer."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("a worker ended by itself")
        return dict(json.loads(line))

    def end(self) -> None:
        """Let it go, and wait for it."""
        self.process.communicate()


@contextmanager
def hired(count: int) -> Iterator[list[Worker]]:
    """Start workers side by side; they are there when all of them answered."""
    workers = [Worker() for _ in range(count)]
    try:
        for worker in workers:
            worker.hear()
        yield workers
    finally:
        for worker in workers:
            worker.end()
