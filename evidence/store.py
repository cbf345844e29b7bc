"""Where the files lie: under PORTAL_VAR, outside the web root, each once under its place and digest."""

import contextlib
import os
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction

from common.digests import holds
from common.locking import alone
from evidence.models import KeptFile
from gate.disk import is_full
from gate.uploads import NoSpace

__all__ = [
    "Damaged",
    "NoSpace",
    "disk",
    "drop",
    "is_full",
    "keep",
    "keep_shown",
    "original",
    "path_of",
    "shown_path",
    "sweep",
]


STRAY_AFTER = timedelta(hours=1)


class Damaged(Exception):
    """What lies on the disk is gone, or is no longer what was uploaded."""


def path_of(key: str) -> Path:
    """Where the file of a key lies: its place and digest."""
    return Path(settings.VAR_DIR) / "evidence" / key[:2] / key


def shown_path(key: str) -> Path:
    """Where the picture written anew lies: beside its original."""
    return path_of(key).with_name(f"{key}.jpg")


@contextlib.contextmanager
def disk() -> Iterator[None]:
    """A context in which a full disk is told as NoSpace."""
    try:
        yield
    except OSError as error:
        if is_full(error):
            raise NoSpace from error
        raise


def keep(data: bytes, key: str) -> bool:
    """Write a file unless it is there already; True when it is new. An OSError leaves no partial file behind.

    Written again, where need be, when the transaction has ended: until then whoever lets the same file go elsewhere
    cannot see that it is named here, and removes it.
    """
    is_new = _written(data, key)
    transaction.on_commit(lambda: _written(data, key))
    return is_new


def keep_shown(data: bytes, key: str) -> None:
    """Write the picture to be shown beside its original; never missed, for it can be made again."""
    with _held(key):
        if not shown_path(key).exists():
            _write(data, shown_path(key))


def original(file: KeptFile) -> bytes:
    """The file as it was uploaded; Damaged when it is gone or its digest no longer holds."""
    try:
        data = path_of(file.key).read_bytes()
    except OSError as error:
        raise Damaged(f"{file.what}“{file}”无法读取，请联系系统管理员。") from error
    if not holds(data, file.algorithm, file.digest):
        raise Damaged(f"{file.what}“{file}”与上传时的摘要不符，已被改动，请联系系统管理员。")
    return data


def drop(key: str, is_named: Callable[[], bool]) -> None:
    """Remove a file, after the transaction that let it go, unless somebody names it still."""
    with _held(key):
        if not is_named():
            for path in (path_of(key), shown_path(key)):
                with contextlib.suppress(OSError):
                    path.unlink()


def _held(key: str):
    """Between looking and acting nobody else writes or removes the file."""
    return alone(path_of(key).parent / ".lock")


def _written(data: bytes, key: str) -> bool:
    target = path_of(key)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
    with _held(key):
        if target.exists():
            return False
        _write(data, target)
        return True


def sweep(now: datetime) -> int:
    """Remove what a killed process left half written an hour ago or longer; how many such files there were."""
    found = 0
    for part in (Path(settings.VAR_DIR) / "evidence").glob("*/.part-*"):
        with contextlib.suppress(OSError):
            if part.stat().st_mtime < (now - STRAY_AFTER).timestamp():
                part.unlink()
                found += 1
    return found


def _write(data: bytes, target: Path) -> None:
    """Whole or not at all."""
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".part-")
    try:
        with os.fdopen(handle, "wb") as part:
            part.write(data)
            part.flush()
            os.fsync(part.fileno())
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
