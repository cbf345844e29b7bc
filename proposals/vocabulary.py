"""The listed values of proposals."""

from django.db.models import IntegerChoices, TextChoices


class Act(TextChoices):
    """What is done to a row: dated changes and corrections are never mixed up."""

    ADD = "add", "新增"
    CHANGE = "change", "变更"
    CORRECT = "correct", "更正"
    END = "end", "终止"
    VOID = "void", "作废"
    UNDO = "undo", "撤销"


class Door(TextChoices):
    """The door through which something came."""

    PAGE = "page", "页面"
    WORKBOOK = "workbook", "台账工作簿"
    API = "api", "接口"
    FIELD = "field", "走村"
    SELECTION = "selection", "批量修改"
    SUCCESSION = "succession", "撤并"
    IMPORT = "import", "数据包"


class ApprovalLevel(IntegerChoices):
    """Who has to accept: nobody, somebody of the bureau, or two of them."""

    AT_ONCE = 0, "即时生效"
    BUREAU = 1, "区经信局审定"
    TWO = 2, "区经信局两人审定"


class ReasonCode(TextChoices):
    """Why something changes; of what enters or leaves a denominator the first thing that is asked."""

    SURVEYED = "surveyed", "实地核实"
    MISENTERED = "misentered", "更正错登"
    BELOW = "below", "户数不足"
    MERGED = "merged", "并入"
    DEMOLISHED = "demolished", "拆除或搬迁"
    DUPLICATE = "duplicate", "重复登记"
    OUTSIDE = "outside", "不在本区"
    BUILT = "built", "新建或新增"
    WORKS = "works", "建设、扩容或停用"
    REPORTED = "reported", "定期上报"
    OTHER = "other", "其他"


class Denominator(TextChoices):
    """What becomes of the counts of which shares are taken."""

    ENTERED = "entered", "进入分母"
    LEFT = "left", "退出分母"
    MOVED = "moved", "换到另一处分母"


class ItemState(TextChoices):
    WAITING = "waiting", "待审定"
    VETTED = "vetted", "拟采纳，待复核"
    APPLIED = "applied", "已生效"
    REFUSED = "refused", "未采纳"
    RETURNED = "returned", "已退回"
    WITHDRAWN = "withdrawn", "已撤回"


class ProposalState(TextChoices):
    OPEN = "open", "待审定"
    CONFIRMING = "confirming", "待复核"
    RETURNED = "returned", "已退回"
    SETTLED = "settled", "已办结"
    WITHDRAWN = "withdrawn", "已撤回"


class ProposalAction(TextChoices):
    PROPOSE = "propose", "提出变更申请"
    APPLY = "apply", "即时生效"
    ACCEPT = "accept", "采纳"
    ACCEPT_PART = "accept_part", "部分采纳"
    VET = "vet", "拟采纳，报请复核"
    CONFIRM = "confirm", "复核同意"
    OVERRULE = "overrule", "复核退回审核员"
    SEND_BACK = "send_back", "退回"
    REFUSE = "refuse", "不予采纳"
    REVISE = "revise", "修改后重新提交"
    WITHDRAW = "withdraw", "撤回申请"
    RECORD = "record", "数据包导入"
