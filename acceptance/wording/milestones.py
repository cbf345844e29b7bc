"""Milestones: what each asks for, how it stands, what is missing, and what would turn its light (docs/rules.md, section 6)."""

from fractions import Fraction

from acceptance.wording.figures import Words, at_least, number, percent, sentence
from acceptance.wording.measures import MEASURES, Noun
from common.periods import Quarter
from common.templatetags.figures import rate

STATUSES = {
    "met": "已达到",
    "met_late": "逾期达到",
    "missed": "未达到",
    "pending": "未到期",
    "undetermined": "待定",
    "not_applicable": "不适用",
}
LIGHTS = {
    "met": "green",
    "met_late": "yellow",
    "missed": "red",
    "pending": "grey",
    "undetermined": "grey",
    "not_applicable": "grey",
}
SCOPES = {"district": "全区", "street": "各街道", "town": "各镇"}
RATES = ("coverage_rate",)
"""Measures that compare sums of returns and not members."""

FALLEN_BACK = "回落"


def milestone_title(milestone) -> str:
    """What the milestone asks for, in a line: 各镇 40%以上自然村建成全光网自然村."""
    noun, scope, target = MEASURES[milestone.measure], SCOPES[milestone.scope], milestone.target
    if target == "all":
        return f"{scope}{noun.whole}全部建成{noun.goal}"
    if isinstance(target, int):
        return f"{scope}建成 {target} 个以上{noun.goal}"
    if milestone.measure in RATES:
        return f"{scope}{noun.goal}达到 {at_least(target)}"
    return (
        f"{scope}{noun.whole}全部{noun.goal}" if target == 1 else f"{scope} {at_least(target)}{noun.whole}{noun.goal}"
    )


def target_words(milestone) -> str:
    """The target alone: ≥ 40%, ≥ 4 个, 全部, 100%."""
    target = milestone.target
    if target == "all":
        return "全部"
    if isinstance(target, Fraction):
        return "100%" if target == 1 else f"≥ {percent(target)}"
    return f"≥ {target} 个"


def value_words(milestone, row) -> str:
    """Where the measure stands in the period viewed: 7,900 / 10,000（79.0%）, or 5 个; a rate says besides how many returns it lacks."""
    if isinstance(milestone.target, Fraction):
        lacks = f"，{number(row.unknown)} 个村居缺季报" if milestone.measure in RATES and row.unknown else ""
        return f"{number(row.passed)} / {number(row.total)}（{rate(row.passed, row.total)}{lacks}）"
    return f"{number(row.passed)} 个"


def fallen_back(row) -> bool:
    """Met or met late, and no longer held."""
    return row.status in ("met", "met_late") and not row.held


def status_words(row) -> str:
    """The status with its mark: 已达到（回落）."""
    return f"{STATUSES[row.status]}（{FALLEN_BACK}）" if fallen_back(row) else STATUSES[row.status]


def milestone_words(milestone, row, viewed: Quarter) -> Words:
    """A milestone in one scope, seen from ``viewed``; ``row`` has the fields that ``milestones`` prints."""
    noun = MEASURES[milestone.measure]
    return Words(_figures(milestone, noun, row), _gap(milestone, noun, row), _turn(milestone, noun, row, viewed))


def _figures(milestone, noun: Noun, row) -> str:
    if row.total == 0 and row.needed == 0:
        return f"范围内没有可计的{noun.whole}。"
    if milestone.measure in RATES:
        missing = f"，另有 {number(row.unknown)} 个村居缺季报" if row.unknown else ""
        return (
            f"宽带覆盖 {number(row.total)} 户中光网覆盖 {number(row.passed)} 户，{noun.goal} {rate(row.passed, row.total)}，"
            f"目标 {percent(milestone.target)}，即 {number(row.needed)} 户{missing}。"
        )
    parts = [f"{number(row.total)} 个{noun.whole}中 {number(row.passed)} 个{noun.done}"]
    if isinstance(milestone.target, Fraction):
        parts[0] += f"（{rate(row.passed, row.total)}）"
    if row.failed:
        parts.append(f"{number(row.failed)} 个未达到")
    if row.unknown:
        parts.append(f"{number(row.unknown)} 个待定")
    aim = percent(milestone.target) + "，即 " if isinstance(milestone.target, Fraction) else ""
    return sentence(*parts, f"目标 {aim}{number(row.needed)} 个")


def _gap(milestone, noun: Noun, row) -> str:
    """What is missing now; for demonstrations also how many more have to be nominated."""
    if not row.missing or row.held:
        return ""
    act = noun.act.format(n=number(row.missing))
    candidates = row.failed + row.unknown
    if milestone.measure.startswith("demonstration_") and row.missing > candidates:
        act += f"（现列示范点不足，还须增列 {number(row.missing - candidates)} 个）"
    return f"{act}。"


def _turn(milestone, noun: Noun, row, viewed: Quarter) -> str:
    """Why the light is what it is, and what would turn it."""
    return _TURNS[row.status](noun, row, Quarter.parse(str(row.due)), viewed)


def _met(noun: Noun, row, due: Quarter, viewed: Quarter) -> str:
    first = f"{Quarter.parse(row.first_met).label}首次达到，" if row.first_met else ""
    if viewed < due:
        why = f"{first}期限（{due.label}末）未到已提前达到，亮绿灯；到期当季仍须保持。"
    else:
        why = f"{first}期限当季（{due.label}）达到，亮绿灯。"
    return why if row.held else f"{why}但{viewed.label}已回落，须补齐差额。"


def _met_late(noun: Noun, row, due: Quarter, viewed: Quarter) -> str:
    caught_up = Quarter.parse(row.first_met)
    late = 4 * (caught_up.year - due.year) + caught_up.number - due.number
    if late > 0:
        why = f"期限（{due.label}末）未达到，{caught_up.label}达到，逾期 {late} 个季度，保持黄灯，不再转绿。"
    else:
        why = f"{caught_up.label}曾经达到，期限当季（{due.label}）未达到，其后重新达到，保持黄灯，不再转绿。"
    return why if row.held else f"{why}但{viewed.label}已回落，须补齐差额。"


def _missed(noun: Noun, row, due: Quarter, viewed: Quarter) -> str:
    waiting = (
        "" if not row.missing or row.unknown < row.missing else f"（或由待定的 {number(row.unknown)} 个查明合格补足）"
    )
    overdue = 4 * (viewed.year - due.year) + viewed.number - due.number
    since = f"已过期限 {overdue} 个季度" if overdue else "期限当季未达到"
    return f"期限为{due.label}末，{since}，亮红灯；补齐差额{waiting}后转为黄灯（逾期达到），不能再转绿。"


def _pending(noun: Noun, row, due: Quarter, viewed: Quarter) -> str:
    left = 4 * (due.year - viewed.year) + due.number - viewed.number
    waiting = f"（其中待定 {number(row.unknown)} 个）" if row.unknown else ""
    return f"期限为{due.label}末，还有 {left} 个季度；到期前补齐差额{waiting}即转绿，到期仍有差额则转红。"


def _undetermined(noun: Noun, row, due: Quarter, viewed: Quarter) -> str:
    return f"期限当季（{due.label}）的数据不全，暂不能判定；{due.label}的缺报和缺坐标补齐后即转绿或转红。"


def _not_applicable(noun: Noun, row, due: Quarter, viewed: Quarter) -> str:
    return f"范围内没有可计的{noun.whole}，本条不适用，不计入合计。"


_TURNS = {
    "met": _met,
    "met_late": _met_late,
    "missed": _missed,
    "pending": _pending,
    "undetermined": _undetermined,
    "not_applicable": _not_applicable,
}
