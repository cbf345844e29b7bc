"""Have a file from outside judged in the child (``gate.child``), before anything else of the portal reads it."""

import logging
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from gate import child
from gate.hooks import JUDGES

log = logging.getLogger(__name__)

_ROOT = Path(__file__).resolve().parents[1]
_AT_ONCE = threading.BoundedSemaphore(2)
"""How many files of a server process are judged at the same time: each may take its memory."""
_SPARE_S = 10
"""How much longer than the child is allowed its answer is awaited."""
HEAVIEST: dict[str, float] = {}
"""The most that judging a file has taken of a process so far: ``cpu_s``, ``memory`` in bytes."""
EXHAUSTED = "文件过大或内部过于复杂，未能在限定的时间和内存内读取，未接收。请缩小、拆分，或另存后上传。"
BROKEN = "文件已损坏，无法读取，未接收。请重新导出或另存后上传。"


@dataclass(frozen=True)
class JudgingLimits:
    """What judging a file may take: seconds of the processor and by the clock, bytes beyond those of the idle child."""

    cpu_s: int
    wall_s: int
    memory: int


WITHIN_A_REQUEST = JudgingLimits(cpu_s=4, wall_s=60, memory=224 * 2**20)
IN_A_JOB = JudgingLimits(cpu_s=240, wall_s=600, memory=1_500 * 2**20)


def judged(
    judge: Callable[..., tuple[Any, bytes]],
    content: bytes,
    *,
    refusal: type[Exception],
    limits: JudgingLimits = WITHIN_A_REQUEST,
    **options: Any,
) -> tuple[Any, bytes]:
    """What ``judge``, one of ``gate.hooks.JUDGES``, says of the content, in the child.

    ``refusal`` is raised with the judge's sentence where it raises one, and with ours where the file broke its reader or
    took more than ``limits``.
    """
    name = child.kind_of(judge)  # type: ignore[arg-type]
    if name not in JUDGES.names:
        raise LookupError(f"{name} is no judge: register it in gate.hooks.JUDGES")
    asked = {"judge": name, "options": options, "limits": asdict(limits)}
    with _AT_ONCE:
        answer = _asked(asked, content, limits)
    used = {"cpu_s": limits.cpu_s} if answer is None else answer[0]["used"]
    HEAVIEST.update({what: max(much, HEAVIEST.get(what, 0)) for what, much in used.items()})
    if answer is None or answer[0].get("raised") == child.kind_of(MemoryError):
        log.warning("A file of %d bytes took more than %s may", len(content), name)
        raise refusal(EXHAUSTED)
    said, made = answer
    if "raised" not in said:
        return said["said"], made
    if said["raised"] == child.kind_of(refusal):
        raise refusal(said["text"])
    log.warning("A file of %d bytes broke %s: %s", len(content), name, said["raised"])
    raise refusal(BROKEN)


def start() -> None:
    """Begin the child now, so that the first file does not wait for its start."""
    if _CAN_FORK:
        _CHILD.begin()


def _asked(asked: dict[str, Any], content: bytes, limits: JudgingLimits) -> tuple[Any, bytes] | None:
    """The child's answer; None when it ended without one."""
    return _CHILD.asked(asked, content, limits) if _CAN_FORK else _once(asked, content, limits)


_CAN_FORK = hasattr(os, "fork") and hasattr(socket, "send_fds")


class _Child:
    """The process that forks for each file; begun when it is first needed, and again where it is gone."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen | None = None
        self._control: socket.socket | None = None

    def begin(self) -> None:
        with self._lock:
            if self._process is None or self._process.poll() is not None:
                self._begin()

    def _begin(self) -> None:
        ours, theirs = socket.socketpair()
        if self._control:
            self._control.close()
        command = [sys.executable, "-m", "gate.child", str(theirs.fileno()), *JUDGES.names]
        self._process = subprocess.Popen(
            command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, cwd=_ROOT, env=_environment()
        )
        self._control = ours
        theirs.close()

    def asked(self, asked: dict[str, Any], content: bytes, limits: JudgingLimits) -> tuple[Any, bytes] | None:
        """Once more with a new child where the old one was gone: then it was not the file's fault."""
        for _ in range(2):
            self.begin()
            process = self._process
            try:
                return self._answer(asked, content, limits)
            except (EOFError, OSError, ValueError):
                assert process is not None
                if process.poll() is None:
                    return None
        return None

    def _answer(self, asked: dict[str, Any], content: bytes, limits: JudgingLimits) -> tuple[Any, bytes]:
        ours, theirs = socket.socketpair()
        with ours:
            with theirs:
                assert self._control is not None
                socket.send_fds(self._control, [b"f"], [theirs.fileno()])
            ours.settimeout(limits.wall_s + _SPARE_S)
            with ours.makefile("wb") as writing, ours.makefile("rb") as reading:
                child.send(writing, asked, content)
                return child.received(reading)


_CHILD = _Child()


def _once(asked: dict[str, Any], content: bytes, limits: JudgingLimits) -> tuple[Any, bytes] | None:
    """The child's answer where nothing can be forked: a process of its own, ended when its time is over."""
    command = [sys.executable, "-m", "gate.child", "once", asked["judge"]]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=_ROOT, env=_environment()
    ) as process:
        ending = threading.Timer(limits.wall_s, process.kill)
        ending.start()
        try:
            assert process.stdin is not None and process.stdout is not None
            child.send(process.stdin, asked, content)
            return child.received(process.stdout)
        except (EOFError, OSError):
            return None
        finally:
            ending.cancel()
            process.kill()


def _environment() -> dict[str, str]:
    """What a child is told of the world: where programs lie, and no secret of the portal's."""
    kept = ("PATH", "LANG", "LC_ALL", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "VIRTUAL_ENV", "PYTHONPATH")
    return {name: os.environ[name] for name in kept if name in os.environ} | {"OPENBLAS_NUM_THREADS": "1"}
