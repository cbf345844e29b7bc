"""Storage of evidence files: under PORTAL_VAR, outside the web root, each file once under its digest."""

import contextlib
import errno
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.db import transaction

from common.digests import holds
from common.locking import alone
from inspection.models import Evidence


class NoSpace(Exception):
    """The disk is full; nothing was kept."""


class Damaged(Exception):
    """What lies on the disk is gone, or is no longer what was uploaded."""


def _folder() -> Path:
    return Path(settings.VAR_DIR) / "evidence"


def path_of(digest: str) -> Path:
    return _folder() / digest[:2] / digest


def is_full(error: OSError) -> bool:
    return error.errno in (errno.ENOSPC, errno.EDQUOT)


def keep(data: bytes, digest: str) -> bool:
    """Write a file unless it is there already; True when it is new. An OSError leaves no partial file behind.

    Written again, where need be, when the transaction has ended: until then whoever lets the same file go elsewhere
    cannot see that it is named here, and removes it.
    """
    is_new = _written(data, digest)
    transaction.on_commit(lambda: _written(data, digest))
    return is_new


def drop(digest: str, is_named: Callable[[], bool]) -> None:
    """Remove a file, after the transaction that let it go, unless somebody names it still."""
    with _held(digest):
        if not is_named():
            with contextlib.suppress(OSError):
                path_of(digest).unlink()


def _held(digest: str):
    """Between looking and acting nobody else writes or removes the file."""
    return alone(path_of(digest).parent / ".lock")


def _written(data: bytes, digest: str) -> bool:
    target = path_of(digest)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
    with _held(digest):
        if target.exists():
            return False
        _write(data, target)
        return True


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


def read(evidence: Evidence) -> bytes:
    """The file as it was uploaded; Damaged when it is gone or its digest no longer holds."""
    try:
        data = path_of(evidence.digest).read_bytes()
    except OSError as error:
        raise Damaged(f"佐证材料“{evidence}”读不出来，请联系系统管理员。") from error
    if not holds(data, evidence.algorithm, evidence.digest):
        raise Damaged(f"佐证材料“{evidence}”与上传时的摘要不符，已被改动，请联系系统管理员。")
    return data
