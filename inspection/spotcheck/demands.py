"""What sample the plan's rule asks of a township and quarter: what is drawn, how many of each stratum, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import ceil

from acceptance import plan as plans
from acceptance.rules.plan import Sampling, Source
from areas.models import Area
from common.periods import Quarter
from inspection.spotcheck import design, risk
from inspection.spotcheck.estimates import LEVEL
from inspection.spotcheck.frames import ListedMember, frames_of, population
from inspection.spotcheck.models import Frame, SampleDesign

FREE = Sampling(Fraction(0), LEVEL, 0, 0, False, False, Source("", "", ()))
"""The rule where the plan asks nothing: as many as somebody wants, one of each stratum at least."""


@dataclass(frozen=True)
class SampleDemand:
    """The sample that is asked, laid out: its strata with their parts; in ``listed`` each member by its key.

    ``size`` is how many are drawn; by villages first, about as many. ``risk`` says of villages that weigh more why.
    """

    township: Area
    quarter: Quarter
    frame: str
    sampling: Sampling
    strata: Sequence[design.PlannedStratum]
    listed: Mapping[str, ListedMember] = field(repr=False)
    weights: Mapping[str, Fraction]
    risk: Mapping[str, Sequence[str]]
    villages: int | None = None
    is_ruled: bool = True

    @property
    def whole(self) -> int:
        return len(self.listed)

    @property
    def size(self) -> int:
        drawn = sum(each.drawn for each in self.strata)
        return drawn if self.villages is None else round(drawn * self.villages / len(self.strata))

    @property
    def frame_label(self) -> str:
        return Frame(self.frame).label

    @property
    def why(self) -> list[str]:
        """How the size comes about, a sentence each."""
        asked = self.sampling
        if not self.is_ruled:
            return ["方案没有规定抽查，数量由抽取人确定；每层至少 1 个。"]
        share = ceil(asked.share * self.whole)
        said = [
            f"{self.frame_label}共 {self.whole} 个，按 {_per_cent(asked.share)} 抽取为 {share} 个。",
            f"每个村居至少 {asked.least_per_village} 个"
            + (f"，每类点位至少 {asked.least_per_kind} 个" if self.frame == Frame.SITES else "")
            + (f"，合计 {self.size} 个。" if self.villages is None else "。"),
        ]
        if self.villages is not None:
            said.append(f"先从 {len(self.strata)} 个村居抽 {self.villages} 个，再在其中抽取，约 {self.size} 个。")
        if self.weights:
            said.append("风险较高的村居抽取比例较高；每个对象的抽中概率记录在案，估计时按概率还原。")
        return said


def _per_cent(share: Fraction) -> str:
    return f"{float(100 * share):g}%"


def demand_of(
    township: Area, quarter: Quarter, frame: str = "", *, size: int = 0, villages: int | None = None
) -> SampleDemand | None:
    """What the rule asks, of the first frame unless told otherwise; more where ``size`` is more.

    None where there is nothing to draw from. ValueError where so many ``villages`` cannot be drawn first.
    """
    plan = plans.current()
    frames = frames_of(plan, township)
    if not frames or (frame and frame not in frames):
        return None
    frame = frame or frames[0]
    listed = {each.member.key: each for each in population(plan, township, quarter, frame)}
    members = [each.member for each in listed.values()]
    if not members:
        return None
    sampling = plan.award.sampling or FREE
    if size and (plan.award.sampling is None or villages is not None):
        sampling = replace(sampling, share=max(sampling.share, min(Fraction(1), Fraction(size, len(members)))))
    names = {each.village for each in members}
    facts = risk.facts_of(township, quarter, names) if sampling.by_risk else risk.RiskFacts()
    weights = risk.weights(facts, sorted(names)) if sampling.by_risk and villages is None else {}
    strata = _laid_out(members, sampling, weights, size, villages)
    said = {name: list(facts.of(name.split(" ")[0])) for name in sorted(names)}
    reasons = {name: each for name, each in said.items() if each}
    is_ruled = plan.award.sampling is not None
    return SampleDemand(township, quarter, frame, sampling, strata, listed, weights, reasons, villages, is_ruled)


def _laid_out(
    members: Sequence[design.Member],
    sampling: Sampling,
    weights: Mapping[str, Fraction],
    size: int,
    villages: int | None,
) -> list[design.PlannedStratum]:
    if villages is None:
        return design.planned(members, sampling, weights, size)
    return design.by_villages(members, sampling, villages)


def design_of(villages: int | None) -> SampleDesign:
    return SampleDesign.STRATIFIED if villages is None else SampleDesign.VILLAGES
