"""The child in which files from outside are judged: begun once, it forks for each file a process with limits of its own.

Its modules are imported once, so that a judgement costs a fork and no start of Python; nothing of a file outlives the
process that saw it, which holds no database, no session, no key and can write no file. Without fork (Windows) a
process is begun for each file, limited in time only.
"""

import contextlib
import gc
import json
import os
import signal
import socket
import struct
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import IO, Any

_LENGTH = ">Q"
Judge = Callable[..., tuple[Any, bytes]]


def send(pipe: IO[bytes], said: Any, content: bytes) -> None:
    """What is said and bytes that go with it, each after its length."""
    for part in (json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass"), content):
        pipe.write(struct.pack(_LENGTH, len(part)))
        pipe.write(part)
    pipe.flush()


def received(pipe: IO[bytes]) -> tuple[Any, bytes]:
    """What ``send`` sent; EOFError when the other end is gone before it was whole."""
    said, content = _part(pipe), _part(pipe)
    return json.loads(said.decode("utf-8", "surrogatepass")), content


def _part(pipe: IO[bytes]) -> bytes:
    head = pipe.read(struct.calcsize(_LENGTH))
    if len(head) < struct.calcsize(_LENGTH):
        raise EOFError
    (length,) = struct.unpack(_LENGTH, head)
    part = pipe.read(length)
    if len(part) < length:
        raise EOFError
    return part


def kind_of(error: type[BaseException]) -> str:
    """By which an exception is known on either side."""
    return f"{error.__module__}.{error.__qualname__}"


def _answer(judges: dict[str, Judge], reading: IO[bytes], writing: IO[bytes]) -> None:
    """Judge one file within the limits that came with it."""
    asked, content = received(reading)
    with _limited(**asked["limits"]):
        try:
            said, made = judges[asked["judge"]](content, **asked["options"])
            answer = {"said": said}
        except MemoryError:
            answer, made = {"raised": kind_of(MemoryError), "text": ""}, b""
        except Exception as error:  # A file made to break its reader decides what is raised.
            answer, made = {"raised": kind_of(type(error)), "text": str(error)[:1000]}, b""
    send(writing, answer | {"used": _used()}, made)


def _used() -> dict[str, float]:
    """Seconds of the processor and bytes of memory that this process took; nothing where the system does not say."""
    try:
        import resource
    except ImportError:
        return {}
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {"cpu_s": used.ru_utime + used.ru_stime, "memory": used.ru_maxrss * 1024}


@contextlib.contextmanager
def _limited(cpu_s: int, wall_s: int, memory: int) -> Iterator[None]:
    """A context with limits of time by the processor and the clock, and of bytes beyond what the process has; no file is written.

    Beyond the time the system ends the process; memory that is not given is a MemoryError.
    """
    try:
        import resource
    except ImportError:  # Windows: whoever waits ends the process.
        yield
        return
    signal.setitimer(signal.ITIMER_REAL, wall_s)
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    before = resource.getrlimit(resource.RLIMIT_AS)
    with contextlib.suppress(OSError):
        held = int(Path("/proc/self/statm").read_text("ascii").split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (held + memory, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)  # To tell of it takes a little, too.


def _serve(control: socket.socket, judges: dict[str, Judge]) -> None:
    """Fork for every connection that comes, until the other end is gone."""
    signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # A Ctrl-C reaches all processes of a terminal: we end with our parent.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    gc.freeze()
    while True:
        message, handles, _, _ = socket.recv_fds(control, 1, 1)
        if not message:
            return
        with socket.socket(fileno=handles[0]) as connection:
            try:
                is_child = os.fork() == 0
            except OSError:
                continue  # No process to be had: the other end sees the connection close.
            if is_child:
                control.close()
                _judge_and_end(connection, judges)


def _judge_and_end(connection: socket.socket, judges: dict[str, Judge]) -> None:
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        with connection.makefile("rb") as reading, connection.makefile("wb") as writing:
            _answer(judges, reading, writing)
    except (EOFError, OSError):
        os._exit(1)
    finally:
        os._exit(0)


def _found(name: str) -> Judge:
    module, _, function = name.rpartition(".")
    return getattr(import_module(module), function)


if __name__ == "__main__":
    where, *names = sys.argv[1:]
    known = {name: _found(name) for name in names}
    if where == "once":
        _answer(known, sys.stdin.buffer, sys.stdout.buffer)
    else:
        _serve(socket.socket(fileno=int(where)), known)
