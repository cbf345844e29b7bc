"""On what the government's decision rests."""

from django.conf import settings
from django.db import models

from common.clock import now
from evidence.models import KeptFile
from inspection.models.submissions import Submission
from inspection.vocabulary import RatificationGround


class RatificationBasis(KeptFile):
    """The meeting or instruction by which a submission is ratified (审定依据), with its document as a file."""

    submission = models.OneToOneField(Submission, models.PROTECT, related_name="basis", verbose_name="汇总上报")
    ground = models.CharField("依据", max_length=12, choices=RatificationGround)
    title = models.CharField("会议名称或批示事项", max_length=100)
    on = models.DateField("会议或批示日期")
    signer = models.CharField("签批人", max_length=40)
    number = models.CharField("文号", max_length=60)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="登记人")
    at = models.DateTimeField("登记时间", default=now)

    class Meta:
        verbose_name = verbose_name_plural = "审定依据"

    def __str__(self) -> str:
        return f"{self.title}（{self.number}）"
