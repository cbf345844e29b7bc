"""What speaks against a unit that asks for a title, and how much: a rank that says what it is made of. Without Django.

The rank decides nothing. It orders the desk, and parts what may be decided together from what is looked at one by one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class RiskKind(StrEnum):
    """Kinds of things that speak against a unit; ``CLEAN`` says of each what its absence means."""

    OBSTRUCTED = "obstructed"
    FALLEN = "fallen"
    CHANGED = "changed"
    OBJECTION = "objection"
    ADVICE = "advice"
    SAMPLE_FAILED = "sample_failed"
    SAMPLE_MISSING = "sample_missing"
    EVIDENCE_MISSING = "evidence_missing"
    EVIDENCE_DOUBTFUL = "evidence_doubtful"
    LEFT_DENOMINATOR = "left_denominator"
    MOVED = "moved"
    COUNTS = "counts"
    HISTORY = "history"
    SETBACK = "setback"
    THIN = "thin"
    UNKNOWN_MEMBERS = "unknown_members"
    REFERENCE = "reference"
    CASE = "case"


LABELS = {
    RiskKind.OBSTRUCTED: "不得通过",
    RiskKind.FALLEN: "现已不达标",
    RiskKind.CHANGED: "取数后有变化",
    RiskKind.OBJECTION: "退回意见未了结",
    RiskKind.ADVICE: "会商未答复",
    RiskKind.SAMPLE_FAILED: "抽查不合格",
    RiskKind.SAMPLE_MISSING: "没有抽查结果",
    RiskKind.EVIDENCE_MISSING: "佐证材料不齐",
    RiskKind.EVIDENCE_DOUBTFUL: "佐证材料存疑",
    RiskKind.LEFT_DENOMINATOR: "对象退出分母",
    RiskKind.MOVED: "户数、坐标有改动",
    RiskKind.COUNTS: "与运营企业数不符",
    RiskKind.HISTORY: "称号曾被复核、撤销",
    RiskKind.SETBACK: "曾经回落",
    RiskKind.THIN: "刚好达到",
    RiskKind.UNKNOWN_MEMBERS: "有待定对象",
    RiskKind.REFERENCE: "参考值未达到",
    RiskKind.CASE: "有未办结案件",
}
"""What each kind is called in lists and filters."""

POINTS = {
    RiskKind.OBSTRUCTED: 50,
    RiskKind.FALLEN: 40,
    RiskKind.OBJECTION: 30,
    RiskKind.SAMPLE_FAILED: 30,
    RiskKind.EVIDENCE_MISSING: 20,
    RiskKind.SAMPLE_MISSING: 15,
    RiskKind.LEFT_DENOMINATOR: 15,
    RiskKind.EVIDENCE_DOUBTFUL: 10,
    RiskKind.HISTORY: 10,
    RiskKind.CHANGED: 8,
    RiskKind.MOVED: 8,
    RiskKind.COUNTS: 8,
    RiskKind.REFERENCE: 5,
    RiskKind.CASE: 5,
    RiskKind.UNKNOWN_MEMBERS: 5,
    RiskKind.THIN: 5,
    RiskKind.SETBACK: 3,
    RiskKind.ADVICE: 3,
}
"""Facts that would turn the decision weigh most, then what nobody vouched for, then what only asks for a look."""

HIGH = 20
"""From here on the government sees each unit before it ratifies."""

CLEAN: tuple[tuple[str, tuple[RiskKind, ...]], ...] = (
    ("不是光纤到户未达要求或尚未确认的新建小区", (RiskKind.OBSTRUCTED,)),
    ("取数之后数据没有变化，现在仍达标", (RiskKind.FALLEN, RiskKind.CHANGED)),
    ("没有未了结的退回意见，没有未答复的会商", (RiskKind.OBJECTION, RiskKind.ADVICE)),
    ("应当抽查的，抽查结果支持达标", (RiskKind.SAMPLE_FAILED, RiskKind.SAMPLE_MISSING)),
    ("佐证材料齐全，没有存疑", (RiskKind.EVIDENCE_MISSING, RiskKind.EVIDENCE_DOUBTFUL)),
    ("自申报季度的上季起，户数、坐标等没有改动，没有对象退出分母", (RiskKind.MOVED, RiskKind.LEFT_DENOMINATOR)),
    ("运营企业均已填报的，合计与季报相差不超过允差", (RiskKind.COUNTS,)),
    ("称号没有被复核、撤销的记录，近九个季度没有回落", (RiskKind.HISTORY, RiskKind.SETBACK)),
    ("硬性指标没有待定的对象，不合格的再多 1 个仍达标", (RiskKind.THIN, RiskKind.UNKNOWN_MEMBERS)),
    ("渗透率达到参考值，或不评渗透率", (RiskKind.REFERENCE,)),
    ("没有未办结的收费、垄断案件", (RiskKind.CASE,)),
)
"""What is true of every unit on the clean block, as it is written there, and the kinds whose absence makes it so."""


@dataclass(frozen=True)
class RiskPart:
    """One thing that speaks against a unit, in a sentence that names figures and persons."""

    kind: RiskKind
    sentence: str

    @property
    def clause(self) -> str:
        """The sentence as one of several in a line."""
        return self.sentence.rstrip("。")

    @property
    def points(self) -> int:
        return POINTS[self.kind]

    @property
    def label(self) -> str:
        return LABELS[self.kind]


@dataclass(frozen=True)
class Risk:
    """Everything that speaks against a unit, the gravest first; the same kind counts once, however often it is said."""

    parts: tuple[RiskPart, ...] = ()

    @property
    def score(self) -> int:
        return sum(POINTS[kind] for kind in {part.kind for part in self.parts})

    @property
    def kinds(self) -> list[str]:
        """What speaks against it in a word each, the gravest first."""
        return list(dict.fromkeys(part.label for part in self.parts))

    @property
    def is_clean(self) -> bool:
        return not self.parts

    @property
    def is_high(self) -> bool:
        return self.score >= HIGH


def risk(parts: Iterable[RiskPart]) -> Risk:
    """The rank that the parts make."""
    return Risk(tuple(sorted(parts, key=lambda part: -part.points)))


def margin(figures: dict) -> int | None:
    """By how many members, or users, a criterion is met; negative where it is short, None where nothing can be told.

    ``figures`` are those of a stored verdict's criterion.
    """
    if figures["outcome"] == "not_applicable" or (is_rate(figures) and figures["outcome"] == "unknown"):
        return None
    return (figures["numerator"] if is_rate(figures) else figures["passed"]) - figures["needed"]


def is_rate(figures: dict) -> bool:
    """Whether a criterion counts users, not members."""
    return "numerator" in figures


def margin_words(figures: dict) -> str:
    """还有 3 个余量, 刚好, 差 2 个; blank where nothing can be told."""
    left = margin(figures)
    if left is None:
        return ""
    unit = "户" if is_rate(figures) else "个"
    if left:
        return f"还有 {left:,} {unit}余量" if left > 0 else f"差 {-left:,} {unit}"
    return "全部合格" if not is_rate(figures) and figures["passed"] == figures["total"] else "刚好"


def of_criteria(criteria: Sequence[dict]) -> list[RiskPart]:
    """What a frozen verdict says against itself: no room to spare, members that are not known, a short reference."""
    found = []
    for figures in criteria:
        key = figures["key"]
        if figures["role"] == "reference":
            if figures["outcome"] == "short":
                found.append(RiskPart(RiskKind.REFERENCE, f"{key} 未达参考值，差 {figures['missing']:,} 户"))
            elif figures["outcome"] == "unknown":
                found.append(RiskPart(RiskKind.REFERENCE, f"{key} 待定（缺数据）"))
            continue
        if figures.get("unknown"):
            found.append(RiskPart(RiskKind.UNKNOWN_MEMBERS, f"{key} 有 {figures['unknown']:,} 个待定"))
        if margin_words(figures) == "刚好":
            found.append(RiskPart(RiskKind.THIN, f"{key} 刚好达到，没有余量"))
    return found
