"""Models of workbooks: those that were issued, those that were uploaded, and what became of them."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils.crypto import get_random_string

from areas.models import Operator
from common import clock
from common.periods import Quarter
from returns.models import Return

STAMP_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
KEPT = timedelta(days=7)
"""How long an upload waits to be confirmed."""


def new_stamp() -> str:
    return get_random_string(12, STAMP_LETTERS)


class HandedOut(models.Model):
    """Base of issued workbooks, identified by their stamp; ``seen`` is what the workbook showed."""

    stamp = models.CharField("校验号", max_length=12, primary_key=True, default=new_stamp)
    template = models.PositiveSmallIntegerField("模板版本")
    seen = models.JSONField("下载时的数字")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="下载人")
    at = models.DateTimeField("下载时间", default=clock.now, editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.stamp


def _end() -> datetime:
    return clock.real_now() + KEPT


class BroughtInQuerySet(models.QuerySet):
    def waiting(self) -> "BroughtInQuerySet":
        return self.filter(confirmed_at=None, expires_at__gt=clock.real_now())


class BroughtIn(models.Model):
    """Base of uploads: a workbook as it was read; nothing of it is saved before it is confirmed."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="上传人")
    at = models.DateTimeField("上传时间", default=clock.now, editable=False)
    file_name = models.CharField("文件名", max_length=200)
    sha256 = models.CharField("文件摘要", max_length=64)
    content = models.JSONField("读到的内容")
    expires_at = models.DateTimeField("保留至", default=_end)
    confirmed_at = models.DateTimeField("确认时间", null=True, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.file_name

    @property
    def kept_until(self) -> datetime:
        """``expires_at`` by the portal's own day, beside ``at``."""
        return self.at + KEPT

    @property
    def has_expired(self) -> bool:
        return self.confirmed_at is None and self.expires_at <= clock.real_now()


class SheetUpload(BroughtIn):
    """Base of what was brought in for a form of figures: the file as long as it waits, what was read, what the person said.

    ``answers`` are by the keys of the questions, ``mended`` the texts that she put into cells, ``chosen`` the contested
    cells in which the file counts; ``hands`` says by the names of the pages' fields whose keys changed each of them last.
    ``seen`` is what the form showed when the figures were written, as far as is known.
    """

    file = models.BinaryField("文件内容", default=b"", editable=False)
    is_pasted = models.BooleanField("粘贴", default=False)
    seen = models.JSONField("对照的数字", default=dict)
    answers = models.JSONField("答复", default=dict)
    mended = models.JSONField("更正的格子", default=dict)
    chosen = models.JSONField("采用文件的格子", default=list)
    hands = models.JSONField("改动人", default=dict)

    class Meta(BroughtIn.Meta):
        abstract = True

    @property
    def source(self) -> bytes | str:
        """The file, or the block that was pasted."""
        return bytes(self.file).decode() if self.is_pasted else bytes(self.file)


class Issued(HandedOut):
    """An issued workbook of a return; ``seen`` is by village."""

    quarterly_return = models.ForeignKey(
        Return, models.CASCADE, related_name="workbooks", verbose_name="季报", db_column="owner_id"
    )

    class Meta:
        verbose_name = verbose_name_plural = "已发出的工作簿"
        ordering = ["at"]


class UploadQuerySet(BroughtInQuerySet):
    def visible_to(self, user) -> "UploadQuerySet":
        """Uploads for returns in scope: a colleague of the same township may finish what another began."""
        return self.filter(user.scope.areas("quarterly_return__township__code"))


class Upload(SheetUpload):
    """A sheet that was brought in for a return; ``issued`` is the workbook that it is, None for a sheet of one's own."""

    quarterly_return = models.ForeignKey(
        Return, models.CASCADE, related_name="uploads", verbose_name="季报", db_column="owner_id"
    )
    issued = models.ForeignKey(
        Issued, models.CASCADE, null=True, blank=True, related_name="uploads", verbose_name="下载的工作簿"
    )

    objects = UploadQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "上传的工作簿"
        ordering = ["-pk"]


class IssuedCounts(HandedOut):
    """An issued workbook of an operator's counts; ``seen`` is by area."""

    operator = models.ForeignKey(Operator, models.PROTECT, related_name="+", verbose_name="运营企业")
    county = models.CharField("县区编码", max_length=6)
    period = models.CharField("季度", max_length=6)

    class Meta:
        verbose_name = verbose_name_plural = "已发出的企业数据工作簿"
        ordering = ["at"]

    @property
    def quarter(self) -> Quarter:
        return Quarter.parse(self.period)


class CountUploadQuerySet(BroughtInQuerySet):
    def visible_to(self, user) -> "CountUploadQuerySet":
        """Uploads of one's own operator: a colleague may finish what another began."""
        return self.filter(operator=user.scope.operator) if user.scope.operator else self.none()


class CountUpload(SheetUpload):
    """A sheet that was brought in for an operator's counts; ``issued`` as for a return."""

    operator = models.ForeignKey(Operator, models.PROTECT, related_name="+", verbose_name="运营企业")
    county = models.CharField("县区编码", max_length=6)
    period = models.CharField("季度", max_length=6)
    issued = models.ForeignKey(
        IssuedCounts, models.CASCADE, null=True, blank=True, related_name="uploads", verbose_name="下载的工作簿"
    )

    objects = CountUploadQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "上传的企业数据工作簿"
        ordering = ["-pk"]

    @property
    def quarter(self) -> Quarter:
        return Quarter.parse(self.period)


class RememberedReading(models.Model):
    """What somebody of a township or an operator (``owner``) said of a sheet, for the next of its shape.

    ``mapping`` has the headings (``columns``) by field, which make the shape, and the ``answers``.
    """

    form = models.CharField("表种", max_length=20)
    owner = models.CharField("单位编码", max_length=20)
    mapping = models.JSONField("读法")
    file_name = models.CharField("文件名", max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="确认人")
    at = models.DateTimeField("确认时间", default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = "记住的读法"
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["form", "owner"], name="reading_of_unit")]

    def __str__(self) -> str:
        return self.file_name
