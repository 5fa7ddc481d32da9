"""Work beside the page: told of, stopped, answered or failed where the answer is asked for, and never too much at once."""

import threading

import pytest

from pages.shared import jobs
from pages.shared.jobs import Job

PATIENCE_S = 10


def test_a_job_tells_its_best_and_answers():
    told = threading.Event()
    go = threading.Event()

    def work(stop, tell):
        tell(1)
        told.set()
        go.wait(PATIENCE_S)
        return 2

    job = Job(work)
    assert told.wait(PATIENCE_S)
    assert (job.best, job.running) == (1, True)
    with pytest.raises(RuntimeError):
        job.answer()
    go.set()
    assert job.wait(PATIENCE_S)
    assert job.answer() == 2


def test_a_job_that_is_stopped_ends_with_what_it_has():
    def work(stop, tell):
        while not stop():
            pass
        return "so far"

    job = Job(work)
    job.stop()
    assert job.wait(PATIENCE_S)
    assert job.answer() == "so far"


def test_what_failed_is_raised_where_the_answer_is_asked_for():
    def work(stop, tell):
        raise KeyError("x")

    job = Job(work)
    assert job.wait(PATIENCE_S)
    with pytest.raises(KeyError):
        job.answer()


def test_more_than_the_server_bears_wait_for_their_turn():
    go = threading.Event()
    running = [Job(lambda _stop, _tell: go.wait(PATIENCE_S)) for _each in range(jobs.AT_ONCE)]
    late = Job(lambda _stop, _tell: "late")
    assert not late.wait(0.2)
    assert late.waiting
    go.set()
    assert late.wait(PATIENCE_S)
    assert all(job.wait(PATIENCE_S) for job in running)
