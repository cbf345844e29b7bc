"""Where evidence lies: under PORTAL_VAR, outside the web root, each file once under its digest."""

import contextlib
import errno
import os
import tempfile
from pathlib import Path

from django.conf import settings

from acceptance.inspection.digests import holds
from acceptance.inspection.models import Evidence


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
    """Write a file unless it is there already; True when it is new. An OSError leaves no partial file behind."""
    target = path_of(digest)
    if target.exists():
        return False
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
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
    return True


def drop(digest: str) -> None:
    """Remove a file that no evidence names any more."""
    if not Evidence.objects.filter(digest=digest).exists():
        with contextlib.suppress(OSError):
            path_of(digest).unlink()


def read(evidence: Evidence) -> bytes:
    """The file as it was uploaded; Damaged when it is gone or its digest no longer holds."""
    try:
        data = path_of(evidence.digest).read_bytes()
    except OSError as error:
        raise Damaged(f"佐证材料“{evidence}”读不出来，请联系系统管理员。") from error
    if not holds(data, evidence.algorithm, evidence.digest):
        raise Damaged(f"佐证材料“{evidence}”与上传时的摘要不符，已被改动，请联系系统管理员。")
    return data
