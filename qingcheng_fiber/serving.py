"""The server with a worker beside it: both begin and end together, and what dies of either is begun again."""

import contextlib
import multiprocessing
import socket
import time
from collections import deque

from django.conf import settings
from django.core.management.base import CommandError
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from jobs import worker_process

DEFAULT_ADDRESS = "127.0.0.1:8000"
PATIENCE_S = 10
"""How long a server process may finish what it has in hand; one that two signals reach at once may never end by itself."""
MOST_DEATHS = 6
WITHIN_S = 60
"""How many server processes may die in how short a time before the portal ends instead of trying for ever."""


def serve(host: str, port: int, *, processes: int = 1, threads: int = 4) -> None:
    """Serve until Ctrl-C or SIGTERM. Threads of one process share the cache of static files.

    CommandError when the server's processes die one after the other.
    """
    # None is forked: a child has none of the threads of this process (that set papers, or watch the other processes) but
    # whatever they had locked, and would wait for them for ever. Granian begins its processes as this says.
    multiprocessing.set_start_method("spawn", force=True)
    server = _Server(
        "qingcheng_fiber.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=processes,
        blocking_threads=threads,
        log_level=LogLevels.warning,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=PATIENCE_S,
    )
    stream = worker_process.worker("stream") if settings.STREAM_TO else contextlib.nullcontext()
    with worker_process.worker(), stream:
        try:
            server.serve()
        except SystemExit:
            # After a Ctrl-C too, which the terminal sends to all: the processes are gone before they are told to.
            if not server.interrupt_signal:
                raise CommandError("门户已停止：服务器进程接连异常退出，原因见上面的日志。") from None


class _Server(Server):  # type: ignore[misc, valid-type]
    """Ends where its processes cannot live.

    By itself granian ends only when the same process dies twice within six seconds, and forgets about it as soon as
    another dies: two that die in turn, or a machine on which it takes longer to die, would be begun anew for ever.
    """

    def __init__(self, *args, **options) -> None:
        super().__init__(*args, **options)
        self._deaths: deque[float] = deque(maxlen=MOST_DEATHS)

    def _respawn_workers(self, workers, *args, **options) -> None:
        dead = [index for index in workers if not self.wrks[index].is_alive()]
        self._deaths.extend(time.monotonic() for _ in dead)
        if dead and len(self._deaths) == MOST_DEATHS and self._deaths[-1] - self._deaths[0] < WITHIN_S:
            # Dead again, and begun this very moment: for granian's loop that is a reason to end, with status 1.
            self.respawned_wrks.update(dict.fromkeys(dead, time.monotonic()))
            self.interrupt_children.extend(dead)
            self.main_loop_interrupt.set()
        else:
            super()._respawn_workers(workers, *args, **options)


def parsed(address: str) -> tuple[str, int]:
    """Host and port of ``host:port``, or of either alone."""
    host, _, port = address.rpartition(":")
    if not port.isdecimal():
        host, port = address, DEFAULT_ADDRESS.rpartition(":")[2]
    if not 0 < int(port) < 65536:
        raise CommandError(f"“{address}”中的端口应在 1 至 65535 之间。")
    return host or "127.0.0.1", int(port)


def refuse_if_taken(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        option = getattr(socket, "SO_EXCLUSIVEADDRUSE", socket.SO_REUSEADDR)
        probe.setsockopt(socket.SOL_SOCKET, option, 1)
        try:
            probe.bind((host.strip("[]"), port))
        except OSError as problem:
            raise CommandError(
                f"不能在 {host}:{port} 上启动：{problem.strerror}。端口可能被另一个程序（或另一个演示）占用，"
                f"请先停止它，或换一个端口：python3 manage.py demo 127.0.0.1:{port + 1}"
            ) from None
