"""The words of problems: their kinds, states and actions, where they come from, what points to them, and the words of a case."""

from django.db.models import TextChoices


class ProblemKind(TextChoices):
    """What stands in the way; who sees to it and by when stands in ``kinds``."""

    ACCESS = "access", "进场难"
    FEE = "fee", "收费"
    MONOPOLY = "monopoly", "垄断经营"
    OWNERSHIP = "ownership", "产权"
    DUCT = "duct", "管线"
    POWER = "power", "供电"
    WORKS = "works", "施工"
    LATE_ORDERS = "late_orders", "报装逾期"
    COVERAGE = "coverage", "未覆盖"
    COORDINATES = "coordinates", "坐标不明"
    MISMATCH = "mismatch", "与实际不符"
    OBJECTION = "objection", "退回意见"
    OTHER = "other", "其他"


class ProblemState(TextChoices):
    OPEN = "open", "待受理"
    HANDLING = "handling", "办理中"
    SOLVED = "solved", "已解决待销号"
    RETURNED = "returned", "退回重办"
    CLOSED = "closed", "已销号"
    MERGED = "merged", "已并入"
    WITHDRAWN = "withdrawn", "已撤回"


UNSOLVED = (ProblemState.OPEN, ProblemState.HANDLING, ProblemState.RETURNED)
"""States in which the responsible unit has the next step, and may be late with it."""
ENDED = (ProblemState.CLOSED, ProblemState.MERGED, ProblemState.WITHDRAWN)


class ProblemAction(TextChoices):
    OPEN = "open", "登记"
    ACCEPT = "accept", "受理"
    HAND_OVER = "hand_over", "转办"
    SOLVE = "solve", "报告解决"
    TURN = "turn", "指标显示已解决"
    CLOSE = "close", "销号"
    SEND_BACK = "send_back", "退回重办"
    REOPEN = "reopen", "重新打开"
    MERGE = "merge", "并入"
    SPLIT = "split", "拆分"
    WITHDRAW = "withdraw", "撤回"


TAKEN_UP = (ProblemAction.ACCEPT, ProblemAction.SOLVE, ProblemAction.TURN, ProblemAction.REOPEN)
"""Steps after which whoever wrote a problem down does not take it back."""


class ProblemSource(TextChoices):
    """How the portal learnt of it; a citizen's report comes in by hand until there is a door for it."""

    HAND = "hand", "人工登记"
    FIELD = "field", "现场走访"
    SAMPLE = "sample", "抽查不合格"
    ORDER = "order", "工单逾期"
    SITE = "site", "点位未覆盖"
    OBJECTION = "objection", "退回意见"
    FINDING = "finding", "台账问题"
    FIGURE = "figure", "指标差距"
    PART = "part", "拆分"
    CITIZEN = "citizen", "群众反映"


BY_HAND = (ProblemSource.HAND, ProblemSource.CITIZEN)
"""Sources that a person chooses when she writes a problem down."""


class PlaceTable(TextChoices):
    """Where a problem lies: an area of any kind, a site or an access point, as the data package calls them."""

    AREAS = "areas", "区域"
    SITES = "sites", "点位"
    ACCESS_POINTS = "access_points", "接入点"


class MemberKind(TextChoices):
    """What points to a problem, and by which the figures tell whether it is over (``telling``)."""

    SAMPLE = "sample", "抽查不合格"
    ORDER = "order", "逾期工单"
    SITE = "site", "未覆盖点位"
    PLACE = "place", "没有坐标的点位"
    AREA = "area", "未达到的区域"
    OBJECTION = "objection", "退回意见"
    FINDING = "finding", "台账问题"


class FileRole(TextChoices):
    """What a file of a problem shows."""

    BEFORE = "before", "办理前"
    AFTER = "after", "办理后"
    PROOF = "proof", "合同或票据"
    ANSWER = "answer", "主管部门答复"


PICTURED = (FileRole.BEFORE, FileRole.AFTER)


class CaseGround(TextChoices):
    """What a case is held against (三(二); 《广东省信息化促进条例》)."""

    UNMARKED = "unmarked", "不执行明码标价"
    BEYOND_RULES = "beyond_rules", "规定外收费"
    MONOPOLY = "monopoly", "垄断经营"


class CaseAuthority(TextChoices):
    """To whom a case is passed: the departments that the plan names."""

    HOUSING = "housing", "区住建局"
    MARKET = "market", "工商（市场监管）部门"
    REFORM = "reform", "发展改革部门"
    TELECOM = "telecom", "通信管理部门"


class CaseOutcome(TextChoices):
    STOPPED = "stopped", "已停止收费"
    REFUNDED = "refunded", "已退还"
    PUNISHED = "punished", "已查处"
    UNFOUNDED = "unfounded", "查无此事"
