"""Areas: each criterion, the verdict as a whole, coverage and penetration, in words with their figures."""

from acceptance.wording.figures import Words, at_least, number, percent, sentence
from acceptance.wording.measures import MEASURES, Noun
from common.templatetags.figures import rate

OUTCOMES = {"achieved": "达标", "not_achieved": "未达标", "undetermined": "待定", "not_applicable": "不适用"}
"""Of an area."""

CRITERION_OUTCOMES = {"met": "满足", "short": "不足", "unknown": "待定", "not_applicable": "不适用"}
"""Of a criterion."""

ROLES = {"hard": "硬性", "reference": "参考"}

UNRECORDED = {
    "natural_village": "没有登记主要人口聚居地点位",
    "quarter": "没有登记任何点位",
    "street": "没有登记住宅小区、楼盘、学校等应计点位",
}
"""Why a criterion over sites carries one unknown member that no site stands behind (S12, S16, S22)."""


def headline(outcome: str, reference: str) -> str:
    """达标, 未达标, 待定, 不适用; an achieved area with a short reference reads 达标（渗透率未达参考值）."""
    if outcome == "achieved" and reference == "short":
        return "达标（渗透率未达参考值）"
    return OUTCOMES[outcome]


def criterion_title(criterion) -> str:
    """What is asked, in a line: 行政村达到全光网行政村标准 90%以上."""
    noun = MEASURES[criterion.measure]
    asked = noun.goal if criterion.measure == "penetration" else f"{noun.whole}{noun.done}"
    return f"{asked} {at_least(criterion.threshold)}"


def criterion_words(criterion, figures: dict, *, recorded: int | None = None) -> Words:
    """A criterion's figures in words; ``recorded`` is how many members are on record, where that can fall short of the total."""
    if "numerator" in figures:
        return _rate_words(criterion, figures)
    return _share_words(criterion, figures, recorded)


def _share_words(criterion, figures: dict, recorded: int | None) -> Words:
    noun = MEASURES[criterion.measure]
    if figures["outcome"] == "not_applicable":
        return Words(f"辖区内没有须计入的{noun.whole}，本条不适用。")
    text = sentence(_tally(noun, figures), f"应达到 {number(figures['needed'])} 个（{at_least(criterion.threshold)}）")
    if figures["outcome"] == "met":
        return Words(text)
    gap = f"{noun.act.format(n=number(figures['missing']))}。"
    if figures["outcome"] == "short":
        return Words(text, gap, _short_turn(noun, figures))
    unrecorded = recorded is not None and recorded < figures["total"]
    return Words(text, gap, _unknown_turn(noun, figures, UNRECORDED.get(criterion.kind, "") if unrecorded else ""))


def _tally(noun: Noun, figures: dict) -> str:
    """16 个行政村中 14 个达到…，1 个未达到，1 个待定."""
    parts = [f"{number(figures['total'])} 个{noun.whole}中 {number(figures['passed'])} 个{noun.done}"]
    if figures["failed"]:
        parts.append(f"{number(figures['failed'])} 个未达到")
    if figures["unknown"]:
        parts.append(f"{number(figures['unknown'])} 个待定")
    return "，".join(parts)


def _short_turn(noun: Noun, figures: dict) -> str:
    """What short of the gap could still come from members not yet known."""
    if not figures["unknown"]:
        return ""
    return f"即使待定的 {number(figures['unknown'])} 个全部查明合格，仍然不足。"


def _unknown_turn(noun: Noun, figures: dict, unrecorded: str) -> str:
    """What would decide an open criterion: how many of the unknown members, known, would settle it either way."""
    if unrecorded:
        return f"{unrecorded}，因此不能判定；登记点位和坐标后即可判定。"
    unknown, to_meet = figures["unknown"], figures["missing"]
    to_fail = unknown - to_meet + 1
    if unknown == 1:
        return f"取决于 1 个待定的{noun.whole}：查明合格即满足，不合格即不足。"
    return (
        f"取决于 {number(unknown)} 个待定的{noun.whole}："
        f"其中 {number(to_meet)} 个查明合格即满足，{number(to_fail)} 个查明不合格即不足。"
    )


def _rate_words(criterion, figures: dict) -> Words:
    """Penetration as a criterion (S09, S11, S13, S15)."""
    if figures["outcome"] == "not_applicable":
        return Words("辖区内没有宽带用户，渗透率无从计算，本条不适用。")
    share = f"光网用户 {number(figures['numerator'])} 户，占全部宽带用户 {number(figures['denominator'])} 户的 " + rate(
        figures["numerator"], figures["denominator"]
    )
    target = f"应达到 {number(figures['needed'])} 户（{percent(criterion.threshold)}）"
    if figures["outcome"] == "unknown":
        missing = number(figures["returns_missing"])
        text = (
            f"有 {missing} 个村居缺季报，渗透率待定；现有季报中{share}。"
            if figures["denominator"]
            else f"{missing} 个村居缺季报，渗透率待定。"
        )
        return Words(text, turn=f"{missing} 个村居的季报补报并审核后即可判定。")
    gap = f"再发展 {number(figures['missing'])} 户光网用户。" if figures["outcome"] == "short" else ""
    return Words(sentence(share, target), gap)


def area_words(
    name: str, quarter: str, title: str | None, outcome: str, reference: str, criteria: list[tuple]
) -> Words:
    """The verdict as a whole; ``criteria`` are (criterion, figures, words) in their order."""
    if title is None:
        return Words(f"方案没有为社区设立称号，{name}不作评定；它的数字计入所在街镇。")
    if outcome == "not_applicable":
        return Words(f"{name}{quarter}不作{title}评定。")
    gaps = [words.gap.rstrip("。") for criterion, figures, words in criteria if figures["role"] == "hard" and words.gap]
    if outcome == "achieved":
        return Words(f"{name}{quarter}达到{title}标准。", turn=_reference_remark(reference, criteria))
    if outcome == "not_achieved":
        return Words(f"{name}{quarter}未达到{title}标准。", f"{'；'.join(gaps)}。")
    turns = [
        words.turn for _, figures, words in criteria if figures["role"] == "hard" and figures["outcome"] == "unknown"
    ]
    return Words(f"{name}{quarter}是否达到{title}标准，数据不全，暂不能判定。", turn="".join(turns))


def _reference_remark(reference: str, criteria: list[tuple]) -> str:
    """What an achieved area's reference indicator still lacks; it never changes the outcome (S02, A04)."""
    words = next((words for _, figures, words in criteria if figures["role"] == "reference"), None)
    if words is None or reference not in ("short", "unknown"):
        return ""
    if reference == "short":
        return f"渗透率是参考指标，未达参考值不影响评定结果：{words.gap}"
    return f"渗透率是参考指标，待定不影响评定结果：{words.turn}"


def out_of_scope_words(name: str, households: int, least: int) -> str:
    """A natural village below the plan's size (G11)."""
    return (
        f"{name}常住 {number(households)} 户，不足 {least} 户，不在方案的自然村范围内；村内学校、医院等点位仍照常评定。"
    )


COVERED = {
    "yes": "已实现光纤网络覆盖：主要人口聚居地点位都有可用接入点到达。",
    "no": "未实现光纤网络覆盖：有主要人口聚居地点位没有可用接入点到达。",
    "unknown": "是否实现光纤网络覆盖待定：主要人口聚居地没有登记点位或缺坐标。",
    "not_applicable": "不在自然村范围内，不计光纤网络覆盖。",
}


def covered_words(covered: str) -> str:
    """Fibre-covered natural village (G09, A37)."""
    return COVERED[covered]


def coverage_words(coverage: dict) -> Words:
    """Coverage by S05 and, beside it, on the full basis (A06)."""
    missing = coverage["returns_missing"]
    turn = f"有 {number(missing)} 个村居缺季报，合计只含现有季报。" if missing else ""
    if not coverage["denominator"]:
        if missing:
            return Words("没有可用的季报，光网络覆盖率和渗透率无从计算。", turn=f"缺 {number(missing)} 个村居的季报。")
        return Words("没有宽带覆盖户数，光网络覆盖率无从计算。")
    fibre = number(coverage["numerator"])
    text = (
        f"光网络覆盖率 {rate(coverage['numerator'], coverage['denominator'])}"
        f"（光网覆盖 {fibre} 户，宽带覆盖 {number(coverage['denominator'])} 户）；"
        f"全口径覆盖率 {rate(coverage['numerator'], coverage['full_denominator'])}（总户数 {number(coverage['full_denominator'])} 户）。"
    )
    return Words(text, turn=turn)
