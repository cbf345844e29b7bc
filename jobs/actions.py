"""Start jobs, and recover those whose worker was killed."""

import shutil
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from accounts import audit
from jobs.models import UNFINISHED, Job, JobState, folders, seat_of
from jobs.running import perform
from jobs.work import Work, work_at

FORGOTTEN = timedelta(minutes=10)
"""A job that waits longer is queued once more: its worker may have died with it in hand. Twice is no harm."""


@transaction.atomic
def start(work: Work, *, title: str, by, **arguments) -> Job:
    """Have ``work`` done with ``arguments`` (what JSON can hold) as soon as a worker is free."""
    job = Job.objects.create(
        work=work.path, arguments=arguments, title=title[:200], unit=work.unit, by=by, seat=seat_of(by)
    )
    audit.record(action="job.start", by=by, subject=job, detail={"title": title})
    perform.enqueue(job.pk)
    job.refresh_from_db()
    return job


def recover(now: datetime) -> None:
    """Begin again what lost its worker, or say that it was interrupted; queue what was forgotten."""
    for job in Job.objects.silent(now):
        if job.attempts < _tries(job):
            _queue_again(job, now)
        else:
            _interrupt(job, now)
    for job in Job.objects.filter(state=JobState.WAITING, queued_at__lt=now - FORGOTTEN):
        _queue_again(job, now)


def _tries(job: Job) -> int:
    try:
        return work_at(job.work).tries
    except LookupError:
        return 0


@transaction.atomic
def _queue_again(job: Job, now: datetime) -> None:
    sentence = "处理中断过，正在重新开始。" if job.attempts else job.sentence
    if _moved(job, state=JobState.WAITING, queued_at=now, sentence=sentence):
        perform.enqueue(job.pk)


def _interrupt(job: Job, now: datetime) -> None:
    try:
        again = work_at(job.work).again
    except LookupError:
        again = "请重新发起。"
    _moved(job, state=JobState.INTERRUPTED, finished_at=now, sentence=f"处理中断：后台程序被关闭，任务未完成。{again}")


def _moved(job: Job, **changes) -> bool:
    """Change the job unless it has moved meanwhile."""
    as_seen = Job.objects.filter(pk=job.pk, state=job.state, attempts=job.attempts, heartbeat_at=job.heartbeat_at)
    return bool(as_seen.update(**changes))


def sweep(now: datetime) -> None:
    """Forget the jobs that ended ``JOB_DAYS`` days ago, with their files, and whatever else lies about from then."""
    limit = now - timedelta(days=settings.JOB_DAYS)
    Job.objects.exclude(state__in=UNFINISHED).filter(finished_at__lt=limit).delete()
    kept = {str(pk) for pk in Job.objects.values_list("pk", flat=True)}
    for folder in folders().glob("*"):
        if folder.name not in kept and folder.stat().st_mtime < limit.timestamp():
            shutil.rmtree(folder, ignore_errors=True)
