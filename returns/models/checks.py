"""By what returns are checked: the terms that the bureau sets, each with its dates, and what a submission was checked by."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from common import clock
from common.append_only import AppendOnly


class CheckTerms(models.Model):
    """The terms of a check (核对口径) from a moment on; the latest count, the earlier stay to be read.

    ``number`` counts the terms of a check, so that of two who change it at once one is told.
    """

    county = models.CharField("县区编码", max_length=6)
    code = models.CharField("核对规则", max_length=60)
    number = models.PositiveIntegerField("序号")
    bound = models.PositiveIntegerField("界限")
    blocks_from = models.CharField(
        "自哪个季度起要说明", max_length=6, blank=True, help_text="空白：一开始就要；此前只提示"
    )
    reason = models.CharField("原因", max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="经手人")
    at = models.DateTimeField("时间", default=clock.now, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "核对口径"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["county", "code", "number"], name="check_terms_once"),
            models.CheckConstraint(
                condition=~Q(reason=""), name="check_terms_have_reason", violation_error_message="改口径必须写明原因。"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.county} {self.code} {self.number}"


class Checking(models.Model):
    """What a submission was checked by, and what was found then (核对记录); kept as it was.

    ``terms`` is {code: {"bound", "blocks_from", "level"}}; ``found`` a list of
    {"area", "figure", "value", "code", "level", "message", "more"} in the order of the sheet.
    """

    move = models.OneToOneField("returns.ReturnMove", models.PROTECT, related_name="checking", verbose_name="报送")
    terms = models.JSONField("口径")
    found = models.JSONField("当时的问题")

    class Meta:
        verbose_name = verbose_name_plural = "核对记录"
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.move_id)


PROTECTED = (
    AppendOnly("returns_checkterms", "returns_checkterms", "核对口径只能增加，不能修改或删除。"),
    AppendOnly("returns_checking", "returns_checking", "核对记录只能增加，不能修改或删除。"),
)
"""Append-only in the database itself."""
