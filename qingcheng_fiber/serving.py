"""The server with a worker beside it: both begin and end together, and what dies of either is begun again.

On SIGHUP both are begun anew, with the code and the variables as they are now: first the new one, then the end of the old.
"""

import contextlib
import logging
import multiprocessing
import os
import socket
import time
from collections import deque
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.net import SocketHolder
from granian.server import Server

from jobs import worker_process
from qingcheng_fiber import env_file
from upkeep import metrics

log = logging.getLogger(__name__)

DEFAULT_ADDRESS = "127.0.0.1:8000"
PATIENCE_S = 10
"""How long a server process may finish what it has in hand; one that two signals reach at once may never end by itself."""
LONGEST_START_S = 120
"""How long a new server process may take to load the portal before a reload is given up."""
LONGEST_ANSWER_S = 60
"""How long a server process that is replaced may finish what it has in hand."""
LOGGED_AS_OURS = {"handlers": {}, "formatters": {}, "loggers": {"_granian": {"propagate": True}}}
"""What granian says goes where the portal's own log goes, in its form."""
MOST_DEATHS = 6
WITHIN_S = 60
"""How many server processes may die in how short a time before the portal ends instead of trying for ever."""


def serve(host: str, port: int, *, processes: int = 1, threads: int = 4, variables: Path | None = None) -> None:
    """Serve until Ctrl-C or SIGTERM. Threads of one process share the cache of static files.

    ``variables``: the file that is read again on SIGHUP. CommandError when the server's processes die one after the other.
    """
    # None is forked: a child has none of the threads of this process (that set papers, or watch the other processes) but
    # whatever they had locked, and would wait for them for ever. Granian begins its processes as this says.
    multiprocessing.set_start_method("spawn", force=True)
    os.environ.setdefault(metrics.FOLDER, str(Path(settings.VAR_DIR) / "metrics" / f"{socket.gethostname()}-{port}"))
    metrics.sweep(Path(os.environ[metrics.FOLDER]))
    stream = worker_process.worker("stream") if settings.STREAM_TO else contextlib.nullcontext()
    with worker_process.worker() as beside, stream:
        server = _Server(
            "qingcheng_fiber.wsgi:application",
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            workers=processes,
            blocking_threads=threads,
            log_level=LogLevels.warning,
            log_dictconfig=LOGGED_AS_OURS,
            websockets=False,
            respawn_failed_workers=True,
            workers_kill_timeout=PATIENCE_S,
        )
        server.variables, server.beside = variables, beside
        try:
            server.serve()
        except SystemExit:
            # After a Ctrl-C too, which the terminal sends to all: the processes are gone before they are told to.
            if not server.interrupt_signal:
                raise CommandError("门户已停止：服务器进程接连异常退出，原因见上面的日志。") from None


class _Server(Server):  # type: ignore[misc, valid-type]
    """Ends where its processes cannot live; lets no request fall between an old process and its successor.

    By itself granian ends only when the same process dies twice within six seconds, and forgets about it as soon as
    another dies: two that die in turn, or a machine on which it takes longer to die, would be begun anew for ever.
    It also has each process open a listening socket of its own on Linux, so that whoever waits at the door of a process that ends
    is turned away, and ends the old process a few seconds after it has begun the new one, whether that answers or not. Here the
    sockets are the parent's, one for each process: at one for all, most of the work falls to the process that wakes first.
    """

    variables: Path | None = None
    beside: worker_process.WorkerBeside

    def __init__(self, *args, **options) -> None:
        super().__init__(*args, **options)
        self._deaths: deque[float] = deque(maxlen=MOST_DEATHS)
        self._doors: list[socket.socket] = []

    def _init_shared_socket(self) -> None:
        if not hasattr(socket, "TCP_DEFER_ACCEPT"):
            super()._init_shared_socket()
            return
        self._doors = [_listening(self.bind_addr, self.bind_port, self.backlog) for _ in range(self.workers)]

    def _drop_shared_socket(self) -> None:
        super()._drop_shared_socket()
        for door in self._doors:
            door.close()

    def _spawn_worker(self, idx, target, callback_loader):
        """A process at the door of its number: its predecessor's, where whoever was waiting still waits."""
        if self._doors:
            self._sso = self._doors[idx]
            self._shd = SocketHolder(self._sso.fileno(), False, self.backlog)  # Its arguments on Linux.
        return super()._spawn_worker(idx, target, callback_loader)

    def _respawn_workers(self, workers, *args, **options) -> None:
        dead = [index for index in workers if not self.wrks[index].is_alive()]
        self._deaths.extend(time.monotonic() for _ in dead)
        if dead and len(self._deaths) == MOST_DEATHS and self._deaths[-1] - self._deaths[0] < WITHIN_S:
            # Dead again, and begun this very moment: for granian's loop that is a reason to end, with status 1.
            self.respawned_wrks.update(dict.fromkeys(dead, time.monotonic()))
            self.interrupt_children.extend(dead)
            self.main_loop_interrupt.set()
        else:
            super()._respawn_workers(dead, *args, **options)

    def _reload(self, spawn_target, target_loader) -> None:
        """Put a new process in the place of each; where the portal cannot be loaded as it is now, the old ones stay."""
        self.reload_signal = False
        self.main_loop_interrupt.clear()
        try:
            if self.variables:
                env_file.apply(self.variables)
        except ImproperlyConfigured as problem:
            log.error("没有重新加载，仍按原来的设置运行：%s", problem)
            return
        for index in range(self.workers):
            new = self._begun(index, spawn_target, target_loader)
            if new is None:
                log.error("没有重新加载完：新的进程未能启动，原因见上面的日志；第 %s 个起仍是原来的进程。", index + 1)
                return
            old, self.wrks[index] = self.wrks[index], new
            self._end(old)
        self.beside.replace()
        log.warning("已重新加载：%s 个服务器进程和后台任务程序都已更换。", self.workers)

    def _begun(self, index, spawn_target, target_loader):
        """A new process that has loaded the portal; None when it could not, or when the server is to end meanwhile."""
        hears, tells = multiprocessing.Pipe(duplex=False)
        new = self._spawn_worker(index, spawn_target, partial(_loaded, target_loader, tells))
        new.interrupt_by_parent = True  # Until it answers, its death is no matter of granian's.
        new.start()
        tells.close()
        limit = time.monotonic() + LONGEST_START_S
        while not hears.poll(0.1):
            if self.interrupt_signal or time.monotonic() > limit:
                new.kill()
                return None
        new.interrupt_by_parent = False
        try:
            hears.recv()
        except EOFError:
            new.kill()
            return None
        return new

    def _end(self, process) -> None:
        """Let a server process finish what it has in hand; not when the server is to end meanwhile."""
        process.terminate()
        limit = time.monotonic() + LONGEST_ANSWER_S
        while process.is_alive() and not self.interrupt_signal and time.monotonic() < limit:
            process.join(0.1)
        if process.is_alive():
            process.kill()
            process.join()


def _loaded(load, tells: Connection):
    """The application; that it is loaded is told to whoever waits for it."""
    application = load()
    tells.send(True)
    tells.close()
    return application


def _listening(host: str, port: int, backlog: int) -> socket.socket:
    """The socket of one process and its successors; the kernel gives each as many of the connections as another.

    A connection is handed over only with a request (or after a second without), for one that has sent nothing yet is closed by a process
    that ends.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.create_server((host, port), family=family, backlog=backlog, reuse_port=True)
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, 1)
    listening.set_inheritable(True)
    return listening


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
