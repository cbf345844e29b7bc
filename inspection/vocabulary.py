"""The listed values of the acceptance chain, each with the word that the counter uses."""

from django.db.models import TextChoices


class ReportState(TextChoices):
    """Where a self-inspection report stands."""

    DRAFT = "draft", "起草中"
    SIGNING = "signing", "待签发"
    SUBMITTED = "submitted", "已报送"
    EXAMINING = "examining", "审核中"
    DECIDED = "decided", "已审结"
    DISCARDED = "discarded", "已撤销"


class UnitState(TextChoices):
    """Where one unit of a report stands on its way to a title."""

    OPEN = "open", "拟申报"
    SENT = "sent", "待审核"
    VETTED_PASS = "vetted_pass", "拟通过，待复核"
    VETTED_REFUSAL = "vetted_refusal", "拟不予通过，待复核"
    PASSED = "passed", "审核通过"
    RETURNED = "returned", "退回补正"
    REFUSED = "refused", "不予通过"
    COMPILED = "compiled", "已汇总"
    REOPENED = "reopened", "区政府退回"
    RATIFIED = "ratified", "已审定"
    ENDED = "ended", "称号已撤销"
    DISCARDED = "discarded", "已撤回"


class SubmissionState(TextChoices):
    """Where a submission to the district government stands."""

    DRAFT = "draft", "汇总中"
    SUBMITTED = "submitted", "已上报"
    RATIFIED = "ratified", "已审定"
    TURNED_DOWN = "turned_down", "已退回"
    ANNOUNCED = "announced", "已通报"
    DISCARDED = "discarded", "已撤销"


class InspectionAction(TextChoices):
    """What can be done to a report, to a unit of one, or to a submission."""

    START = "start", "起草自查报告"
    SAVE = "save", "保存"
    REFREEZE = "refreeze", "重新取数"
    HAND_UP = "hand_up", "提请签发"
    HAND_BACK = "hand_back", "退回经办"
    SEND = "send", "签发报送"
    WITHDRAW = "withdraw", "撤回"
    DISCARD = "discard", "撤销"
    TAKE = "take", "受理审核"
    CONCLUDE = "conclude", "审结"
    REOPEN = "reopen", "重新审核"
    PASS = "pass", "审核通过"
    PASS_SHORT = "pass_short", "审核通过（渗透率未达参考值）"
    VET_PASS = "vet_pass", "拟通过，报请复核"
    VET_PASS_SHORT = "vet_pass_short", "拟通过（渗透率未达参考值），报请复核"
    RETURN = "return", "退回补正"
    REFUSE = "refuse", "不予通过"
    VET_REFUSAL = "vet_refusal", "拟不予通过，报请复核"
    CONFIRM_PASS = "confirm_pass", "复核同意通过"
    CONFIRM_REFUSAL = "confirm_refusal", "复核同意不予通过"
    OVERRULE = "overrule", "退回审核员"
    COMPILE = "compile", "开始汇总"
    INCLUDE = "include", "列入汇总"
    EXCLUDE = "exclude", "移出汇总"
    EDIT = "edit", "修改汇总意见"
    SUBMIT = "submit", "上报区政府"
    RECALL = "recall", "撤回上报"
    ABANDON = "abandon", "撤销汇总"
    RATIFY = "ratify", "审定通过"
    SEND_DOWN = "send_down", "退回区经信局"
    PROPOSE = "propose", "提出审定意见"
    DECIDE = "decide", "审定"
    TURN_DOWN = "turn_down", "全部退回"
    ANNOUNCE = "announce", "通报"
    END_TITLE = "end_title", "撤销称号"


NEEDING_REASON = (
    InspectionAction.HAND_BACK,
    InspectionAction.DISCARD,
    InspectionAction.PASS_SHORT,
    InspectionAction.VET_PASS_SHORT,
    InspectionAction.RETURN,
    InspectionAction.REFUSE,
    InspectionAction.VET_REFUSAL,
    InspectionAction.OVERRULE,
    InspectionAction.RECALL,
    InspectionAction.ABANDON,
    InspectionAction.SEND_DOWN,
    InspectionAction.TURN_DOWN,
    InspectionAction.END_TITLE,
)
"""The database refuses these moves without a reason."""

SETTLED = (UnitState.RETURNED, UnitState.REFUSED, UnitState.ENDED, UnitState.DISCARDED)
"""In these states a unit is out of the chain, and may be reported anew."""

WITH_TOWNSHIP = (ReportState.DRAFT, ReportState.SIGNING, ReportState.DISCARDED)
"""In these states a report is the township's own paper, which nobody else sees."""


class CheckFinding(TextChoices):
    """What the reviewer found of a criterion."""

    MET = "met", "符合"
    NOT_MET = "not_met", "不符合"


class CriterionReturnReason(TextChoices):
    """Why a criterion is returned (退回原因)."""

    FIGURES = "figures", "数据与现况不符"
    MISSING = "missing", "佐证材料不足"
    MISMATCH = "mismatch", "佐证材料与申报不符"
    SPOT_CHECK = "spot_check", "抽查不合格"
    TEXT = "text", "报告文字须修改"
    OTHER = "other", "其他"


class Hand(TextChoices):
    """The acts on a unit's way of which nobody does two; drawing and entering samples is examining, announcing ratifying."""

    PROPOSING = "proposing", "申报"
    SIGNING = "signing", "签发"
    EXAMINING = "examining", "审核"
    CONFIRMING = "confirming", "复核"
    COMPILING = "compiling", "汇总"
    RATIFYING = "ratifying", "审定"
    AWARDING = "awarding", "授牌"


class Decision(TextChoices):
    """What the district government decided about a unit of a submission."""

    RATIFIED = "ratified", "审定通过"
    RETURNED = "returned", "退回"


class EvidenceKind(TextChoices):
    """What a piece of evidence is (佐证材料); the plan file may ask for each by its value."""

    PHOTO = "photo", "现场照片"
    SPEED_TEST = "speed_test", "测速记录"
    SITE_LIST = "site_list", "点位清单（村委会签章）"
    ORDER_STATISTICS = "order_statistics", "报装工单统计"
    PUBLICITY_RECORD = "publicity_record", "公示记录"
    DOCUMENT = "document", "证明文件"


class Medium(TextChoices):
    """Where something was published (宣传渠道)."""

    TELEVISION = "television", "电视"
    PRESS = "press", "报刊"
    NETWORK = "network", "网络"
    OTHER = "other", "其他"
