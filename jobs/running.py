"""Run a job: claim it once, send heartbeats while it runs, end it with a sentence."""

import logging
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError, connection
from django.db.models import F
from django_tasks import task

from common import clock, request_id
from jobs.models import Job, JobState, seat_of
from jobs.work import Finished, Refusal, work_at

log = logging.getLogger(__name__)

BEAT_S = 5
"""A running job is heard of at least so often."""
LOOK_S = 0.5
"""What was told is written at most so often."""


@task
def perform(pk: int) -> None:
    """What a worker is given: do the job with the number ``pk``, unless somebody has it in hand."""
    with request_id.of_job(pk):
        job = _taken(pk)
        if job is not None:
            _end(job, **_outcome(job))


def _taken(pk: int) -> Job | None:
    """Take a waiting job in hand, with an empty folder; None when it does not wait any more."""
    now = clock.real_now()
    fresh = {"attempts": F("attempts") + 1, "started_at": now, "heartbeat_at": now, "done": 0, "total": None}
    if not Job.objects.filter(pk=pk, state=JobState.WAITING).update(state=JobState.RUNNING, **fresh):
        return None
    job = Job.objects.select_related("by").get(pk=pk)
    shutil.rmtree(job.folder, ignore_errors=True)
    job.folder.mkdir(parents=True)
    return job


def _outcome(job: Job) -> dict:
    """Do the work; what is to be written of its end. Nothing that goes wrong gets out."""
    if not job.by.is_active or seat_of(job.by) != job.seat:
        return {"state": JobState.FAILED, "sentence": "未执行：发起之后，账号的岗位或所属已变动。请重新发起。"}
    try:
        work = work_at(job.work)
        with _beating(job) as telling:
            finished: Finished = work.function(telling, **job.arguments)
    except Refusal as refusal:
        return {"state": JobState.FAILED, "sentence": str(refusal)}
    except Exception:
        log.exception("Job %s (%s) failed", job.pk, job.work)
        return {
            "state": JobState.FAILED,
            "sentence": f"未完成：程序出错，已记入日志（任务 {job.pk}）。请稍后重新发起；仍不成功的，请告知系统管理员。",
        }
    return {
        "state": JobState.DONE,
        "sentence": finished.sentence,
        "file": finished.file,
        "link": finished.link,
        "problems": list(finished.problems),
    } | telling.complete()


def _end(job: Job, **outcome) -> None:
    """Write how it ended, unless it was taken from us meanwhile."""
    Job.objects.filter(pk=job.pk, state=JobState.RUNNING, attempts=job.attempts).update(
        finished_at=clock.real_now(), **outcome
    )


class Telling:
    """The progress of a job (``jobs.work.Progress``), kept in mind and written from time to time."""

    def __init__(self, job: Job) -> None:
        self.by, self.folder = job.by, job.folder
        self._row = Job.objects.filter(pk=job.pk, state=JobState.RUNNING, attempts=job.attempts)
        self._told: dict = {}
        self._is_new = False

    def tell(self, *, done: int | None = None, total: int | None = None, saying: str | None = None) -> None:
        told = {"done": done, "total": total, "sentence": saying}
        self._told = self._told | {name: value for name, value in told.items() if value is not None}
        self._is_new = True

    def complete(self) -> dict:
        """The count at a good end: all of it."""
        total = self._told.get("total")
        return {} if total is None else {"done": total, "total": total}

    def write(self) -> None:
        self._is_new = False
        self._row.update(heartbeat_at=clock.real_now(), **self._told)

    def beat(self, over: threading.Event) -> None:
        """Write what is new, and every few seconds in any case, until it is over; from a connection of its own."""
        waited = 0.0
        while not over.wait(LOOK_S):
            waited += LOOK_S
            if self._is_new or waited >= BEAT_S:
                try:
                    self.write()
                    waited = 0.0
                except DatabaseError:  # Locked by the work itself, or away for a moment: the next beat tells.
                    log.debug("A beat was missed", exc_info=True)
        connection.close()


@contextmanager
def _beating(job: Job) -> Iterator[Telling]:
    """Let the job be heard of while the block runs.

    Another thread writes, so that work in one long transaction is heard of too. Where the job itself is
    in a transaction (done at once, as in tests) nobody else could see it, and it is written at the end.
    """
    telling, over = Telling(job), threading.Event()
    if connection.in_atomic_block:
        yield telling
        telling.write()
        return
    beating = threading.Thread(target=telling.beat, args=[over], daemon=True)
    beating.start()
    try:
        yield telling
    finally:
        over.set()
        beating.join()
