"""The one door for files: no view reads ``request.FILES`` itself. What comes in is counted here, and named harmlessly."""

import shutil
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Sum
from django.http import HttpRequest
from django.utils import timezone

from common import clock
from gate.models import UploadDay

MEGABYTE = 2**20
LONGEST_NAME = 200
KEPT_DAYS = 7


class OverQuota(Exception):
    """The account, or all together, have uploaded as much today as a day allows; the text is a Chinese sentence."""


class NoSpace(Exception):
    """The disk is full, or so full that what is left of it is kept for what is typed; nothing was kept of the file."""

    def __init__(self, said: str = "服务器的磁盘已满，文件未保存。请联系系统管理员清理后上传；已填写的文字不受影响。"):
        super().__init__(said)


@dataclass(frozen=True)
class IncomingFile:
    """A file as it was sent; nobody has looked into it yet."""

    name: str
    data: bytes

    @property
    def size(self) -> int:
        return len(self.data)


def uploads(request: HttpRequest, field: str) -> list[IncomingFile]:
    """The files that were sent in a field. OverQuota or NoSpace where none is taken now."""
    files = request.FILES.getlist(field)
    if files:
        _require_reserve()
        _count(request.user, sum(file.size or 0 for file in files))
    return [IncomingFile(harmless(file.name or ""), file.read()) for file in files]


def one_upload(request: HttpRequest, field: str) -> IncomingFile | None:
    """The one file of a field; None where none was sent."""
    return next(iter(uploads(request, field)[-1:]), None)


def names_of(request: HttpRequest, field: str) -> list[str]:
    """What the files of a field are called; none is read."""
    return [file.name or "" for file in request.FILES.getlist(field)]


def are_sent(request: HttpRequest) -> bool:
    """Whether files came with the request, whatever became of it."""
    return bool(request.FILES)


def harmless(name: str) -> str:
    """A file's name without what cannot be printed or turns the direction of writing; its end, where it is too long."""
    return "".join(sign for sign in name if sign.isprintable())[-LONGEST_NAME:]


def _require_reserve() -> None:
    free = shutil.disk_usage(settings.VAR_DIR).free
    if free < settings.DISK_RESERVE_MB * MEGABYTE:
        raise NoSpace(
            "服务器磁盘所剩空间不多，暂不接收文件，文件未保存；不带文件的填报不受影响。请通知系统管理员清理磁盘。"
        )


@transaction.atomic
def _count(user, size: int) -> None:
    """Add to the day of the account, before anything is made of the file: what is refused later was sent, too."""
    day = timezone.localdate(clock.real_now())
    row, _ = UploadDay.objects.select_for_update().get_or_create(day=day, user=user)
    if row.size + size > settings.UPLOAD_DAY_MB * MEGABYTE:
        raise OverQuota(
            f"您今天上传的文件合计超过 {settings.UPLOAD_DAY_MB:,} MB，本次未接收。请压缩后于明天上传；确需当天上传的，请联系系统管理员。"
        )
    total = UploadDay.objects.filter(day=day).aggregate(total=Sum("size"))["total"] or 0
    if total + size > settings.UPLOAD_DAY_TOTAL_MB * MEGABYTE:
        raise OverQuota(
            f"全区今天上传的文件合计超过 {settings.UPLOAD_DAY_TOTAL_MB:,} MB，本次未接收。请于明天上传，或联系系统管理员。"
        )
    UploadDay.objects.filter(pk=row.pk).update(size=F("size") + size)


def thin(today: date) -> None:
    """Forget the days that nobody asks about any more."""
    UploadDay.objects.filter(day__lt=today - timedelta(days=KEPT_DAYS)).delete()
