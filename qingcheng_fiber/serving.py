"""The server with a worker beside it: both begin and end together."""

import os
import socket

from django.core.management.base import CommandError

from jobs import worker_process

DEFAULT_ADDRESS = "127.0.0.1:8000"


def serve(host: str, port: int, *, processes: int = 1, threads: int = 4) -> None:
    """Serve until Ctrl-C or SIGTERM. Threads of one process share the cache of static files."""
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    server = Server(
        "qingcheng_fiber.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=processes,
        blocking_threads=threads,
        log_level=LogLevels.warning,
        websockets=False,
    )
    with worker_process.worker():
        server.serve()


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
        option = socket.SO_REUSEADDR if os.name != "nt" else socket.SO_EXCLUSIVEADDRUSE
        probe.setsockopt(socket.SOL_SOCKET, option, 1)
        try:
            probe.bind((host.strip("[]"), port))
        except OSError as problem:
            raise CommandError(
                f"不能在 {host}:{port} 上启动：{problem.strerror}。端口可能被另一个程序（或另一个演示）占用，"
                f"请先停止它，或换一个端口：python3 manage.py demo 127.0.0.1:{port + 1}"
            ) from None
