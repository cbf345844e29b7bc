"""Where a return and its lines can stand, and why a figure is sent back."""

from django.db.models import TextChoices


class ReturnState(TextChoices):
    """Where one revision of a return stands; the way from state to state is the table ``returns.moves.MOVES``."""

    DRAFT = "draft", "草稿"
    SIGNING = "signing", "待签发"
    SUBMITTED = "submitted", "已报送"
    REVIEWING = "reviewing", "审核中"
    PASSED = "passed", "待审定"
    RETURNED = "returned", "已退回"
    APPROVED = "approved", "已审核"
    SUPERSEDED = "superseded", "已被更正"
    DISCARDED = "discarded", "已撤销"


AT_BUREAU = (ReturnState.SUBMITTED, ReturnState.REVIEWING, ReturnState.PASSED)
"""In these states the bureau has it and has not decided."""

EDITABLE = (ReturnState.DRAFT, ReturnState.RETURNED)
"""In these states the township may change figures."""

WITH_TOWNSHIP = (*EDITABLE, ReturnState.SIGNING)
"""In these states it is not reported yet."""


REPORTED = (*AT_BUREAU, ReturnState.APPROVED)
"""In these states the bureau has the figures, or has approved them."""

CORRECTING = "correcting_"


class ReturnStatus(TextChoices):
    """How a township's quarter stands, over all its revisions: the one word that is said of it everywhere.

    Worked out of the states of the revision and of its correction (``Return.objects.with_status``). While a correction
    is under way the approved figures still hold: it is said of both revisions.
    """

    NOT_BEGUN = "not_begun", "未开始"
    DRAFT = "draft", "草稿"
    SIGNING = "signing", "待签发"
    SUBMITTED = "submitted", "已报送"
    REVIEWING = "reviewing", "审核中"
    PASSED = "passed", "待审定"
    RETURNED = "returned", "已退回"
    APPROVED = "approved", "已审核"
    CORRECTION_DRAFT = "correcting_draft", "已审核，更正填报中"
    CORRECTION_SIGNING = "correcting_signing", "已审核，更正待签发"
    CORRECTION_SUBMITTED = "correcting_submitted", "已审核，更正待审核"
    CORRECTION_REVIEWING = "correcting_reviewing", "已审核，更正审核中"
    CORRECTION_PASSED = "correcting_passed", "已审核，更正待审定"
    CORRECTION_RETURNED = "correcting_returned", "已审核，更正已退回"
    SUPERSEDED = "superseded", "已被更正"
    DISCARDED = "discarded", "已撤销"

    @property
    def of_correction(self) -> str:
        """The words for the correction alone; blank while none is under way."""
        return self.label.partition("，")[2]

    @classmethod
    def current(cls) -> list[tuple[str, str]]:
        """The choices for a township and quarter: without what only an old revision can be."""
        return [choice for choice in cls.choices if choice[0] not in (cls.SUPERSEDED, cls.DISCARDED)]


class ReturnAction(TextChoices):
    """What can be done to a return."""

    OPEN = "open", "开始填报"
    SAVE = "save", "保存草稿"
    HAND_UP = "hand_up", "提请签发"
    HAND_BACK = "hand_back", "退回经办"
    SUBMIT = "submit", "签发报送"
    WITHDRAW = "withdraw", "撤回"
    TAKE = "take", "受理"
    PASS = "pass", "审核通过，报请审定"
    APPROVE = "approve", "审核通过"
    CONFIRM = "confirm", "审定"
    OVERRULE = "overrule", "退回审核员"
    SEND_BACK = "send_back", "退回"
    CORRECT = "correct", "更正"
    DISCARD = "discard", "撤销更正"
    SUPERSEDE = "supersede", "由更正取代"


class LineStatus(TextChoices):
    """What a line's figures may be used for: approved ones for every verdict, submitted ones where reported count."""

    DRAFT = "draft", "草稿"
    SUBMITTED = "submitted", "已报送"
    APPROVED = "approved", "已审核"
    SUPERSEDED = "superseded", "已被更正"
    DISCARDED = "discarded", "已撤销"


class FigureReturnReason(TextChoices):
    """Why a figure is sent back (退回原因)."""

    MISSING = "missing", "数字缺失"
    JUMP = "jump", "与上季度相差过大"
    OPERATORS = "operators", "与运营企业数据不符"
    DEFINITION = "definition", "口径错误"
    OTHER = "other", "其他"


class ExplanationReason(TextChoices):
    """Why a village's figure is as odd as it looks (原因类别); the sentence beside it says the particulars."""

    MOVED_IN = "moved_in", "新建小区或入住"
    NETWORK = "network", "新建或延伸光缆"
    DEMOLITION = "demolition", "拆迁或撤并"
    MIGRATION = "migration", "季节性变动（务工、开学）"
    DEFINITION = "definition", "口径更正"
    BEFORE = "before", "上季填报有误"
    OPERATORS = "operators", "运营企业数据有误"
    REGISTER = "register", "台账数据有误"
    OTHER = "other", "其他"
