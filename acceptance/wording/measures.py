"""The nouns behind each measure of the plan: what is counted, what it has become, what closing the gap means."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Noun:
    """``whole``: what is counted; ``done``: said of one that passes; ``act``: what closes a gap of {n}; ``goal``: what a target asks of it."""

    whole: str
    done: str
    act: str
    goal: str
    unit: str = "个"


MEASURES: dict[str, Noun] = {
    "own_sites": Noun("点位", "具备光网接入能力", "再使 {n} 个点位具备光网接入能力", "具备光网接入能力"),
    "sites_beneath": Noun("点位", "具备光网接入能力", "再使 {n} 个点位具备光网接入能力", "具备光网接入能力"),
    "urban_sites_capable": Noun(
        "街道城市点位", "具备光网接入能力", "再使 {n} 个城市点位具备光网接入能力", "具备光网接入能力"
    ),
    "natural_villages_covered": Noun("自然村", "实现光网覆盖", "再覆盖 {n} 个自然村", "实现光纤网络覆盖"),
    "natural_villages_achieved": Noun(
        "自然村", "达到全光网自然村标准", "再建成 {n} 个全光网自然村", "建成全光网自然村"
    ),
    "quarters_achieved": Noun("小区", "达到全光网小区标准", "再建成 {n} 个全光网小区", "建成全光网小区"),
    "demonstration_quarters": Noun(
        "示范小区", "达到全光网小区标准", "再打造 {n} 个全光网小区示范点", "全光网小区示范点"
    ),
    "demonstration_natural_villages": Noun(
        "示范自然村", "达到全光网自然村标准", "再打造 {n} 个全光网自然村示范点", "全光网自然村示范点"
    ),
    "villages_achieved": Noun("行政村", "达到全光网行政村标准", "再建成 {n} 个全光网行政村", "建成全光网行政村"),
    "towns_achieved": Noun("镇", "达到全光网乡镇标准", "再建成 {n} 个全光网乡镇", "全光网乡镇"),
    "townships_achieved": Noun("街镇", "达到全光网街镇标准", "再建成 {n} 个全光网街镇", "全光网街镇"),
    "coverage_rate": Noun("宽带覆盖户数", "光网覆盖", "再使 {n} 户实现光网覆盖", "光网络覆盖率", "户"),
    "penetration": Noun("宽带用户", "光网用户", "再发展 {n} 户光网用户", "光网用户渗透率", "户"),
}
"""By the plan file's names of measures; a measure without words stops at first use."""
