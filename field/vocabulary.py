"""The words of a visit."""

from django.db import models

from proposals.vocabulary import ReasonCode


class VisitTable(models.TextChoices):
    """Where a visited thing stands in the register."""

    AREAS = "areas", "自然村或小区"
    SITES = "sites", "点位"


class OnTheSpot(models.TextChoices):
    HERE = "here", "存在"
    GONE = "gone", "已不存在"
    ELSEWHERE = "elsewhere", "不在登记的位置"


class HouseholdsAct(models.TextChoices):
    CHANGE = "change", "情况变化"
    CORRECT = "correct", "原登记有误"


GONE_REASONS = (
    ReasonCode.DEMOLISHED, ReasonCode.MERGED, ReasonCode.DUPLICATE, ReasonCode.OUTSIDE, ReasonCode.OTHER,
)  # fmt: skip
"""Why something that is in the register is not on the spot."""

LEAST_ACCURATE_M = 50
"""A position known worse than this is no coordinate of a site: 200 m decide whether it is reached."""
MOST_PHOTOS = 4
"""How many a visit brings: a form may bring no more than five files."""
