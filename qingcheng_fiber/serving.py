"""The server with a worker beside it: both begin and end together."""

from jobs import beside


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
    with beside.worker():
        server.serve()
