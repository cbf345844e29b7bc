"""Judges that behave as hostile files make theirs behave."""

import os
import time
from pathlib import Path

from common.exceptions import Refused


def echo(content: bytes, *, word: str = "") -> tuple[str, bytes]:
    return word, content[::-1]


def refuse(content: bytes) -> tuple[None, bytes]:
    raise Refused("这个不行。")


def break_off(content: bytes) -> tuple[None, bytes]:
    raise RecursionError("so deep")


def hog(content: bytes) -> tuple[None, bytes]:
    return None, bytes(int(content))


def spin(content: bytes) -> tuple[None, bytes]:
    while True:
        pass


def sleep(content: bytes) -> tuple[None, bytes]:
    time.sleep(60)
    return None, b""


def crash(content: bytes) -> tuple[None, bytes]:
    os.abort()


def end_the_parent(content: bytes) -> tuple[None, bytes]:
    os.kill(os.getppid(), 9)
    time.sleep(60)
    return None, b""


def write(content: bytes) -> tuple[None, bytes]:
    Path(content.decode()).write_bytes(b"x")
    return None, b""


def secrets(content: bytes) -> tuple[list[str], bytes]:
    return sorted(os.environ), b""


NAMES = [
    f"{__name__}.{name}" for name, each in list(globals().items()) if callable(each) and name not in ("Refused", "Path")
]
