"""The nouns behind each measure of the plan: what is counted, what it has become, what closing the gap means."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Noun:
    """``whole``: what is counted; ``done``: said of one that passes; ``act``: what closes a gap of {n}; ``unit``: its counter."""

    whole: str
    done: str
    act: str
    unit: str = "个"


SITES = Noun("点位", "具备光网接入能力", "再使 {n} 个点位具备光网接入能力")
NATURAL_VILLAGES = Noun("自然村", "达到全光网自然村标准", "再建成 {n} 个全光网自然村")
VILLAGES = Noun("行政村", "达到全光网行政村标准", "再建成 {n} 个全光网行政村")
TOWNSHIPS = Noun("街镇", "达到全光网街镇标准", "再建成 {n} 个全光网街镇")
