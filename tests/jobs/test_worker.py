"""The worker as a process: it does what waits, is killed, comes back; on the database of the tests."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.db import connection
from django_tasks import task_backends
from django_tasks_db import DatabaseBackend

from accounts.posts import Post
from jobs import worker_process
from jobs.actions import recover, start
from jobs.models import SILENT, Job, JobState
from tests.jobs import works

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE_S = 300
"""A ceiling: a worker begins as a process of its own, on a machine that may have other work."""


@pytest.fixture
def queued(monkeypatch):
    """Jobs wait for a worker, as in use."""
    real = DatabaseBackend("default", {"QUEUES": ["default"]})
    monkeypatch.setattr(task_backends._connections, "default", real, raising=False)


def on_test_database(monkeypatch) -> None:
    """Processes that are begun from here on work on the database of the tests."""
    monkeypatch.setenv("DATABASE_URL", _address())
    monkeypatch.setenv("PORTAL_VAR", str(settings.VAR_DIR))
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "qingcheng_fiber.settings")
    monkeypatch.setenv("PYTHONPATH", str(settings.BASE_DIR))


@pytest.fixture
def begun(monkeypatch):
    """Begins workers on the database of the tests, and ends them."""
    on_test_database(monkeypatch)
    workers = []

    def begin(*options: str) -> subprocess.Popen:
        command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "work", *options]
        workers.append(subprocess.Popen(command, stdin=subprocess.PIPE))
        return workers[-1]

    yield begin
    for worker in workers:
        worker.stdin.close()
        worker.kill()
        worker.wait()


def _address() -> str:
    given = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{given['NAME']}"
    host = f"{given['USER']}:{given['PASSWORD']}@{given['HOST']}:{given['PORT']}"
    return f"postgres://{host}/{given['NAME']}"


def wait_until(holds: Callable[[], bool], what: str) -> None:
    limit = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < limit, f"not within {PATIENCE_S} s: {what}"
        time.sleep(0.1)


def again(job: Job) -> Job:
    job.refresh_from_db()
    return job


def test_worker_does_what_waits(queued, begun, make_user):
    job = start(works.count, title="数", by=make_user(Post.CLERK), upto=100)
    assert job.state == JobState.WAITING
    assert begun("--once").wait(PATIENCE_S) == 0
    job.refresh_from_db()
    assert (job.state, job.done) == (JobState.DONE, 100)


def test_killed_worker_is_found_and_the_next_one_does_the_job(queued, begun, make_user):
    job = start(works.die_at_first, title="自尽", by=make_user(Post.CLERK))
    assert begun("--once").wait(PATIENCE_S) == -signal.SIGKILL
    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.RUNNING, 1)
    recover(job.heartbeat_at + SILENT)
    job.refresh_from_db()
    assert job.state == JobState.RUNNING
    recover(job.heartbeat_at + SILENT + timedelta(seconds=1))
    assert begun("--once").wait(PATIENCE_S) == 0
    job.refresh_from_db()
    assert (job.state, job.attempts, job.sentence) == (JobState.DONE, 2, "第二次办成了。")


def test_running_job_is_heard_of_meanwhile(queued, begun, make_user, tmp_path):
    job = start(works.dawdle, title="等", by=make_user(Post.CLERK), until=str(tmp_path / "enough"))
    begun()
    wait_until(lambda: again(job).sentence == "等着", "the worker says what it does")
    assert (job.state, job.total) == (JobState.RUNNING, 8)
    first = job.heartbeat_at
    wait_until(lambda: again(job).heartbeat_at > first, "the worker is heard of again")
    assert job.state == JobState.RUNNING
    (tmp_path / "enough").touch()
    wait_until(lambda: again(job).state == JobState.DONE, "the job is done")


def test_worker_beside_ends_when_its_server_is_gone(queued, begun):
    worker = begun("--beside")
    worker.stdin.close()
    assert worker.wait(PATIENCE_S) == 0


def test_worker_beside_is_begun_again_and_ends_with_the_server(begun, monkeypatch):
    monkeypatch.setattr(worker_process, "PAUSE_S", 0.1)
    began = []
    original = worker_process._begun
    monkeypatch.setattr(worker_process, "_begun", lambda command: began.append(original(command)) or began[-1])
    with worker_process.worker():
        os.kill(began[0].pid, signal.SIGKILL)
        wait_until(lambda: len(began) == 2, "another worker is begun")
    assert len(began) == 2
    assert began[1].poll() is not None


class Hours:
    """Time that passes at once; it is over after so many waits, which are kept."""

    def __init__(self, most: int) -> None:
        self.most, self.waits = most, []

    def wait(self, seconds: float) -> bool:
        self.waits.append(seconds)
        return len(self.waits) > self.most


def test_worker_that_cannot_live_is_begun_less_and_less_often(monkeypatch):
    def begin(command: str = "work") -> subprocess.Popen:
        process = subprocess.Popen([sys.executable, "-c", ""], stdin=subprocess.PIPE)
        process.wait()
        return process

    monkeypatch.setattr(worker_process, "_begun", begin)
    hours, beside = Hours(6), worker_process.WorkerBeside()
    worker_process._keep(beside, hours)
    beside.process.stdin.close()
    assert hours.waits == [3, 6, 12, 24, 48, 60, 60]


def test_worker_that_lives_is_looked_after_at_the_first_pause_again(monkeypatch):
    lives = iter([1, None, 1])
    begun = SimpleNamespace(poll=lambda: next(lives), stdin=BytesIO())
    monkeypatch.setattr(worker_process, "_begun", lambda command="work": begun)
    hours = Hours(3)
    worker_process._keep(worker_process.WorkerBeside(), hours)
    assert hours.waits == [3, 6, 3, 6]
