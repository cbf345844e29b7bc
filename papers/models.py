"""What is kept of documents: the series of their numbers, the documents as they were issued, and how they are worded."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from areas.models import Area
from common import clock
from common.append_only import AppendOnly
from papers.document import Paper, from_json


class Series(models.Model):
    """The numbers of one code in one year (发文字号, 证书编号): ``last`` is the last that was drawn."""

    code = models.CharField("机关代字", max_length=20)
    year = models.PositiveSmallIntegerField("年份")
    last = models.PositiveIntegerField("已用到", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "发文字号"
        ordering = ["-year", "code"]
        constraints = [models.UniqueConstraint(fields=["code", "year"], name="series_once_a_year")]

    def __str__(self) -> str:
        return f"{self.code}〔{self.year}〕"


class DocumentQuerySet(models.QuerySet):
    def visible_to(self, user) -> "DocumentQuerySet":
        """Documents of the areas in scope, and the circulars of the areas above."""
        area = user.scope.area
        if area is None:
            return self.none()
        above = [area[:length] for length in range(6, len(area) + 1, 3)]
        return self.filter(user.scope.areas("area__code") | Q(is_circular=True, area__in=above))

    def of(self, subject: models.Model) -> "DocumentQuerySet":
        """Documents that were made from a row, the latest last."""
        return self.filter(about=about(subject)).order_by("pk")


def about(subject: models.Model) -> str:
    """How a document names the row that it was made from: its model and primary key."""
    return f"{subject._meta.label_lower}:{subject.pk}"


class Document(models.Model):
    """A document as it was issued: ``paper`` is its frozen description, ``digest`` the hash over it.

    It is never changed; the same pages can be made from it at any time.
    """

    kind = models.CharField("种类", max_length=40)
    about = models.CharField("所据", max_length=80, blank=True, help_text="由哪一行数据成文：模型和主键")
    area = models.ForeignKey(Area, models.PROTECT, related_name="documents", verbose_name="区域")
    issuer = models.CharField("发文机关", max_length=100)
    series = models.ForeignKey(Series, models.PROTECT, null=True, related_name="documents", verbose_name="字号系列")
    serial = models.PositiveIntegerField("序号", null=True)
    number = models.CharField("发文字号", max_length=60, blank=True)
    subject = models.CharField("标题", max_length=200)
    issued_on = models.DateField("成文日期")
    issued_at = models.DateTimeField("生成时间")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="经手人")
    is_circular = models.BooleanField("普发", default=False, help_text="区域内各单位都能看到")
    paper = models.JSONField("内容")
    digest = models.CharField("摘要", max_length=80)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "公文"
        ordering = ["-issued_on", "-pk"]
        indexes = [
            models.Index(fields=["area", "kind"], name="document_area_kind"),
            models.Index(fields=["about"], name="document_about"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["series", "serial"],
                name="document_number_once",
                violation_error_message="这个发文字号已经用过。",
            ),
            models.CheckConstraint(
                condition=Q(series__isnull=True, serial__isnull=True, number="")
                | Q(series__isnull=False, serial__isnull=False) & ~Q(number=""),
                name="document_number_whole",
                violation_error_message="发文字号不完整。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject}（{self.number}）" if self.number else self.subject

    @property
    def description(self) -> Paper:
        """The paper as it was issued."""
        return from_json(self.paper)


class WordingVersion(models.Model):
    """A wording as the bureau of a county has set it: who, when, why; no texts: back to the delivered ones."""

    county = models.CharField("县区编码", max_length=6)
    key = models.CharField("文书", max_length=40)
    version = models.PositiveIntegerField("版本")
    texts = models.JSONField("文字", default=dict)
    reason = models.CharField("修改原因", max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="修改人")
    at = models.DateTimeField("修改时间", default=clock.now, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "文书模板"
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(fields=["county", "key", "version"], name="wording_version_once"),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="wording_has_reason",
                violation_error_message="修改文书模板必须写明原因。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} 第 {self.version} 版"


DOCUMENTS_GUARD = AppendOnly("papers_document", "document_append_only", "公文印发后不能修改或删除。")
WORDINGS_GUARD = AppendOnly("papers_wordingversion", "wording_append_only", "文书模板的旧版本不能修改或删除。")
