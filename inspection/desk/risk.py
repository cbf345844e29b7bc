"""What speaks against a unit that asks for a title, and how much: a rank that says what it is made of. Without Django.

The rank decides nothing. It orders the desk, and parts what may be decided together from what is looked at one by one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class RiskKind(StrEnum):
    """Kinds of things that speak against a unit; ``CLEAN`` says of each what its absence means."""

    FALLEN = "fallen"
    CHANGED = "changed"
    OBJECTION = "objection"
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


POINTS = {
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
    RiskKind.UNKNOWN_MEMBERS: 5,
    RiskKind.THIN: 5,
    RiskKind.SETBACK: 3,
}
"""Facts that would turn the decision weigh most, then what nobody vouched for, then what only asks for a look."""

HIGH = 20
"""From here on the government sees each unit before it ratifies."""

CLEAN = (
    "取数之后数据没有变化",
    "没有未解决的异议",
    "已按规定抽查，抽中的全部合格",
    "佐证材料齐全，没有存疑",
    "近两个季度没有改动户数、坐标，没有对象退出分母",
    "运营企业填报数与季报相差不大",
    "没有被撤销、复核或回落的记录",
    "硬性指标留有余量，没有待定的对象，渗透率达到参考值",
)
"""What is true of every unit on the clean block, as it is written there."""


@dataclass(frozen=True)
class RiskPart:
    """One thing that speaks against a unit, in a sentence that names figures and persons."""

    kind: RiskKind
    sentence: str

    @property
    def points(self) -> int:
        return POINTS[self.kind]


@dataclass(frozen=True)
class Risk:
    """Everything that speaks against a unit, the gravest first; the same kind counts once, however often it is said."""

    parts: tuple[RiskPart, ...] = ()

    @property
    def score(self) -> int:
        return sum(POINTS[kind] for kind in {part.kind for part in self.parts})

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
    """By how many members, or users, a criterion is met; negative where it is short, None where nothing is asked.

    ``figures`` are those of a stored verdict's criterion.
    """
    if figures["outcome"] == "not_applicable":
        return None
    reached = figures["numerator"] if "numerator" in figures else figures["passed"]
    return reached - figures["needed"] if figures["outcome"] != "unknown" or "passed" in figures else None


def of_criteria(criteria: Sequence[dict]) -> list[RiskPart]:
    """What a frozen verdict says against itself: no room to spare, members that are not known, a short reference."""
    found = []
    for figures in criteria:
        if figures["role"] == "reference":
            if figures["outcome"] == "short":
                found.append(RiskPart(RiskKind.REFERENCE, f"渗透率未达参考值，差 {figures['missing']} 户"))
            elif figures["outcome"] == "unknown":
                found.append(RiskPart(RiskKind.REFERENCE, "渗透率待定（缺数据）"))
            continue
        if figures.get("unknown"):
            found.append(RiskPart(RiskKind.UNKNOWN_MEMBERS, f"其中 {figures['unknown']} 个待定"))
        if figures.get("failed") and margin(figures) == 0:
            found.append(RiskPart(RiskKind.THIN, "刚好达到：再有 1 个不合格即不达标"))
    return found
