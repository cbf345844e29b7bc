"""Taking in a file: what it is, how large, and what a scanner says of it; and letting it go again."""

import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from common.digests import digest
from common.exceptions import Refused
from evidence import store
from evidence.content import PICTURES, Content, judge, safe_name
from evidence.models import KeptFile, KeptPhoto
from evidence.pictures import taken
from evidence.store import original
from gate.judging import judged

__all__ = ["MEGABYTE", "SoundFile", "checked", "keep", "let_go", "original"]

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class SoundFile:
    """A file that may be kept, and is not yet."""

    name: str
    data: bytes
    content: Content
    algorithm: str
    digest: str

    @property
    def is_picture(self) -> bool:
        return self.content.media_type in PICTURES

    @property
    def look(self) -> str:
        """How the picture looks; blank for what is none."""
        return self.content.look

    def keep(self, model: type[KeptFile] = KeptFile) -> dict[str, Any]:
        """Write it where the files of ``model`` lie; the fields of its row. NoSpace when the disk is full."""
        fields = {
            "name": safe_name(self.name, self.content.media_type),
            "media_type": self.content.media_type,
            "size": len(self.data),
            "algorithm": self.algorithm,
            "digest": self.digest,
        }
        if issubclass(model, KeptPhoto):
            said = taken(self.content.camera)
            fields |= {"taken_at": said.at, "taken_lon": said.lon, "taken_lat": said.lat, "look": self.look}
        key = f"{model.place}{self.digest}"
        with store.disk():
            store.keep(self.data, key)
            if self.content.shown:
                store.keep_shown(self.content.shown, key)
        return fields


def keep(data: bytes, name: str, model: type[KeptFile] = KeptFile) -> dict[str, Any]:
    """Check a file and keep it where those of ``model`` lie; the fields of its row.

    Refused with a sentence when it must not be kept; NoSpace when the disk is full.
    """
    return checked(data, name).keep(model)


def checked(data: bytes, name: str) -> SoundFile:
    """The file with what it is; Refused with a sentence when it must not be kept. Nothing is written."""
    if not data:
        raise Refused("文件是空的，请重新选择。")
    if len(data) > settings.EVIDENCE_MB * MEGABYTE:
        raise Refused(f"文件超过 {settings.EVIDENCE_MB} MB，请压缩、拆分，或调低相机像素后上传。")
    said, shown = judged(judge, data, refusal=Refused)
    content = Content(shown=shown, **said)
    if refusal := _scanned(data, name):
        raise Refused(refusal)
    return SoundFile(name, data, content, *digest(data))


def _scanned(data: bytes, name: str) -> str:
    """What the installation's scanner says of a file (EVIDENCE_SCAN); blank where it has none or finds nothing."""
    if settings.EVIDENCE_SCAN is None:
        return ""
    scan: Callable[[Path, str], str] = import_string(settings.EVIDENCE_SCAN)
    with store.disk(), tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "upload"
        path.write_bytes(data)
        return scan(path, name)


def let_go(model: type[KeptFile], digests: Iterable[str]) -> None:
    """After rows of ``model`` are gone: their files leave the disk with the transaction, unless a row names them still."""
    for value in digests:
        transaction.on_commit(partial(drop, model, value))


def drop(model: type[KeptFile], value: str) -> None:
    """Remove a file at once, unless a row names it still."""
    store.drop(f"{model.place}{value}", partial(_is_named, model.place, value))


def _is_named(place: str, value: str) -> bool:
    """Asked of all tables at once, lest a row that moves from one to another be missed in both."""
    tables = [each for each in apps.get_models() if issubclass(each, KeptFile) and each.place == place]
    rows = [each.objects.filter(digest=value).order_by().values("digest") for each in tables]
    return bool(rows) and rows[0].union(*rows[1:]).exists()
