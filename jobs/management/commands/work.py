"""The worker: does the jobs that wait, one after the other, and looks after those that lost theirs.

Beside the jobs, so that no long one holds them up, it sees to the chores that rooms have registered.
"""

import logging
import os
import signal
import sys
import threading
import time

from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections, connection
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from common import clock
from jobs.actions import recover
from jobs.hooks import BEATS, CHORES
from jobs.running import BEAT_S

log = logging.getLogger(__name__)

PAUSE_S = 1
PAUSE_AFTER_FAULT_S = 60


class Command(BaseCommand):
    help = "后台任务：依次办理排队的任务；服务器旁边应始终有一个在运行（serve 和 demo 会自己启动它）。"

    def add_arguments(self, parser) -> None:
        parser.add_argument("--once", action="store_true", help="办结排队的任务后结束")
        parser.add_argument("--beside", action="store_true", help="标准输入关闭时结束（由 serve 和 demo 使用）")

    def handle(self, *, once: bool, beside: bool, **options) -> None:
        logging.getLogger("django_tasks_db").setLevel(logging.ERROR)
        worker = _worker()
        worker.configure_signals()
        if beside:
            threading.Thread(target=_end_with_input, daemon=True).start()
        if once:
            _chores()
        else:
            threading.Thread(target=_keep_house, args=[worker], daemon=True).start()
            threading.Thread(target=_be_heard, args=[worker], daemon=True).start()
        while worker.running:
            _safely(lambda: _round(worker))
            if once:
                break
            time.sleep(PAUSE_S)


def _worker() -> Worker:
    return Worker(
        queue_names=["default"],
        excluded_queue_names=[],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=get_random_string(32),
    )


def _round(worker: Worker) -> None:
    """Do what waits. Asked first without a lock, so that an idle worker disturbs nobody."""
    recover(clock.real_now())
    if DBTaskResult.objects.ready().exists():
        worker.run()
        DBTaskResult.objects.finished().delete()


def _keep_house(worker: Worker) -> None:
    """See to the chores, again and again, while the worker runs."""
    while worker.running:
        time.sleep(PAUSE_S if _chores() else PAUSE_AFTER_FAULT_S)
    connection.close()


def _be_heard(worker: Worker) -> None:
    """Let it be known that the worker lives."""
    while worker.running:
        for beat in BEATS:
            _safely(beat)
        time.sleep(BEAT_S)
    connection.close()


def _chores() -> bool:
    """See to all chores; False when one failed in a way that it did not expect."""
    are_done = True
    for chore in CHORES:
        try:
            _safely(chore)
        except Exception:
            log.exception("A chore failed")
            are_done = False
    return are_done


def _safely(step) -> None:
    """A database that is locked or away is asked again a moment later."""
    try:
        close_old_connections()
        step()
    except DatabaseError:
        log.warning("The database did not answer; trying again", exc_info=True)


def _end_with_input() -> None:
    """End as on Ctrl-C when the server that began this worker is gone, in whatever way it went."""
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGTERM)
