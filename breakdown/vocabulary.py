"""The words of breakdowns: whose targets they hold, where they stand, what is done to them, and what they are shared by."""

from django.db.models import TextChoices


class LineLevel(TextChoices):
    """Whose targets a line holds, in the order of a page."""

    LEAD_UNIT = "lead_unit", "牵头单位"
    TOWNSHIP = "township", "街镇"
    VILLAGE = "village", "村居"
    OPERATOR = "operator", "运营企业"


class BreakdownState(TextChoices):
    DRAFT = "draft", "起草中"
    PROPOSED = "proposed", "待签发"
    ISSUED = "issued", "已签发"
    REPLACED = "replaced", "已更换"
    DISCARDED = "discarded", "已作废"


OPEN = (BreakdownState.DRAFT, BreakdownState.PROPOSED)
"""States in which a breakdown of a task keeps another from being drafted."""
SIGNED = (BreakdownState.ISSUED, BreakdownState.REPLACED)
"""States whose targets stand for good."""


class BreakdownAction(TextChoices):
    DRAFT = "draft", "起草分解"
    EDIT = "edit", "修改指标"
    PROPOSE = "propose", "提请签发"
    SEND_BACK = "send_back", "退回修改"
    ISSUE = "issue", "签发"
    ACCEPT = "accept", "签订责任书"
    DISCARD = "discard", "作废"
    REPLACE = "replace", "更换"


DRAFTING = (BreakdownAction.DRAFT, BreakdownAction.EDIT, BreakdownAction.PROPOSE)
"""Whoever did one of these does not sign."""


class SharedBy(TextChoices):
    """What the portal's proposal is shared by."""

    GAP = "gap", "尚缺数"
    HOUSEHOLDS = "households", "户数"
    PLAN = "plan", "已签发的建设方案"
