"""Where a return and its lines can stand, and why a figure is sent back."""

from django.db.models import TextChoices


class State(TextChoices):
    """Where a return stands."""

    DRAFT = "draft", "草稿"
    SIGNING = "signing", "待签发"
    SUBMITTED = "submitted", "已报送"
    REVIEWING = "reviewing", "审核中"
    PASSED = "passed", "待审定"
    RETURNED = "returned", "已退回"
    APPROVED = "approved", "已审核"
    SUPERSEDED = "superseded", "已被更正"
    DISCARDED = "discarded", "已撤销"


AT_BUREAU = (State.SUBMITTED, State.REVIEWING, State.PASSED)
"""In these states the bureau has it and has not decided."""

EDITABLE = (State.DRAFT, State.RETURNED)
"""In these states the township may change figures."""

WITH_TOWNSHIP = (*EDITABLE, State.SIGNING)
"""In these states it is not reported yet."""


class LineStatus(TextChoices):
    """What a line's figures may be used for: approved ones for every verdict, submitted ones where reported count."""

    DRAFT = "draft", "草稿"
    SUBMITTED = "submitted", "已报送"
    APPROVED = "approved", "已审核"
    SUPERSEDED = "superseded", "已被更正"
    DISCARDED = "discarded", "已撤销"


class Why(TextChoices):
    """Why a figure is sent back (退回原因)."""

    MISSING = "missing", "数字缺失"
    JUMP = "jump", "与上季度相差过大"
    OPERATORS = "operators", "与运营企业数据不符"
    DEFINITION = "definition", "口径错误"
    OTHER = "other", "其他"
