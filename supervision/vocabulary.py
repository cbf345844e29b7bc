"""The words of followed matters: kinds, states, actions, and on which side a threshold lies."""

from django.db.models import TextChoices


class MatterKind(TextChoices):
    """What a matter began with; a further kind is a member here and a table of moves in ``moves``."""

    REMARK = "remark", "批示"


class MatterState(TextChoices):
    ISSUED = "issued", "待签收"
    HANDLING = "handling", "办理中"
    REPORTED = "reported", "已反馈"
    RETURNED = "returned", "退回重办"
    CLOSED = "closed", "已办结"
    WITHDRAWN = "withdrawn", "已撤回"


AWAITED = (MatterState.ISSUED, MatterState.HANDLING, MatterState.RETURNED)
"""States in which the unit addressed has the next step, and may be late with it."""
ENDED = (MatterState.CLOSED, MatterState.WITHDRAWN)


class MatterAction(TextChoices):
    WRITE = "write", "批示"
    SIGN = "sign", "签收"
    REPORT = "report", "办理反馈"
    CLOSE = "close", "办结"
    SEND_BACK = "send_back", "退回重办"
    WITHDRAW = "withdraw", "撤回"


class Crossing(TextChoices):
    """On which side of its bound a figure is told of."""

    BELOW = "below", "低于"
    ABOVE = "above", "高于"


class Measured(TextChoices):
    """What of a figure is compared with a bound."""

    COUNT = "count", "数量"
    RATE = "rate", "达到比例（%）"
