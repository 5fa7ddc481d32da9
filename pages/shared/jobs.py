"""Work that takes longer than a page may: done in a thread of its own, watched by the page, and stopped when it is no longer wanted."""

import threading
import time
from collections.abc import Callable
from typing import Any

import streamlit as st

AT_ONCE = 2  # searches that run at the same time on one server; the others wait for their turn

Stop = Callable[[], bool]
Tell = Callable[[Any], None]


class Job:
    """One piece of work: `best` is the last that it told of, and when it has ended `answer` gives what it came to.

    The work is called with a function to ask whether it should stop, and one to tell what it has so far. It must touch nothing of a
    session: everything it needs is in it when the job begins.
    """

    def __init__(self, work: Callable[[Stop, Tell], Any]) -> None:
        self.best: Any = None
        self.waiting = True
        self.begun_s = time.monotonic()
        self._stop = threading.Event()
        self._answer: Any = None
        self._error: BaseException | None = None
        self._places = _places()
        self._thread = threading.Thread(target=self._run, args=(work,), daemon=True, name="job")
        self._thread.start()

    def _run(self, work: Callable[[Stop, Tell], Any]) -> None:
        with self._places:
            self.waiting = False
            try:
                self._answer = work(self._stop.is_set, self._tell)
            except BaseException as error:  # noqa: BLE001 - whatever it is, it is raised where the answer is asked for
                self._error = error

    def _tell(self, best: Any) -> None:
        self.best = best

    @property
    def running(self) -> bool:
        """Whether there is no answer yet."""
        return self._thread.is_alive()

    @property
    def seconds(self) -> float:
        """Seconds since it was begun."""
        return time.monotonic() - self.begun_s

    def stop(self) -> None:
        """Ask it to end with what it has."""
        self._stop.set()

    def wait(self, seconds: float) -> bool:
        """Wait for the answer, no longer than that; say whether it is there."""
        self._thread.join(seconds)
        return not self.running

    def answer(self) -> Any:
        """Return what it came to, or raise what stopped it; only after it has ended."""
        if self.running:
            raise RuntimeError("the job has not ended")
        if self._error is not None:
            raise self._error
        return self._answer


@st.cache_resource(show_spinner=False)
def _places() -> threading.BoundedSemaphore:
    return threading.BoundedSemaphore(AT_ONCE)
