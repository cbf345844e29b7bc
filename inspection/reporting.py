"""What a township does with a self-inspection report, and the words that the portal drafts around its frozen figures.

Each action is one transaction with its move and audit record. What is sent is never edited again: what came back is
reported anew (``follow``).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from django.db import IntegrityError, transaction

from acceptance import plan as plans
from acceptance import wording
from acceptance.models import Verdict
from areas.dated import then
from areas.models import Area
from areas.vocabulary import TOWNSHIPS, AreaKind
from common.exceptions import Refused, Stale
from common.periods import Quarter
from inspection import freezing, objections, report_papers, required
from inspection.freezing import UnitFault, current_verdicts, freeze
from inspection.hands import require_apart
from inspection.models import Evidence, InspectionMove, Report, Unit
from inspection.moves import CARRIED, MOVES, carry, hold
from inspection.naming import units_called
from inspection.vocabulary import Hand, InspectionAction, UnitState
from witness.sealing import seal, seal_keys
from workflow.engine import Transition

LONGEST_TEXT = 5_000


class UnitsNotReady(Refused):
    """Units cannot be reported; ``faults`` says of each what is missing, or which figure would decide."""

    def __init__(self, faults: Sequence[UnitFault]):
        super().__init__(f"有 {len(faults)} 个单位不能申报，原因列在下面。")
        self.faults = faults


@dataclass(frozen=True)
class Texts:
    """The parts of the report that the township words itself."""

    overview: str
    problems: str
    request: str

    @classmethod
    def of(cls, report: Report) -> "Texts":
        return cls(report.overview, report.problems, report.request)

    def checked(self) -> dict[str, Any]:
        """The texts without stray characters; Refused when one is too long."""
        found = {name: value.replace("\r\n", "\n").strip() for name, value in vars(self).items()}
        for name, value in found.items():
            if len(value) > LONGEST_TEXT:
                label = Report._meta.get_field(name).verbose_name
                raise Refused(f"“{label}”有 {len(value)} 字，最多 {LONGEST_TEXT} 字，请删减。")
        return found


@transaction.atomic
def start(*, township: Area, quarter: Quarter, codes: Sequence[str], on: date, by) -> Report:
    """A drafted report for the areas ``codes``, at or beneath the township, with their verdicts frozen.

    Refused for a quarter that is not over by ``on`` or is not judged; UnitsNotReady when an area does not meet the
    standard; Stale when one is under way already.
    """
    MOVES.permit(InspectionAction.START, township.code, by)
    if township.kind not in TOWNSHIPS:
        raise Refused(f"{township.name}不是街道或镇：自查报告由街道、镇报送。")
    if quarter not in freezing.reportable_quarters(township.county, on):
        raise Refused(f"{quarter.label}尚未结束或没有评定结果，不能申报。")
    freezing.require_return(township, quarter)
    report = Report.objects.create(township=township, county=township.county, period=str(quarter))
    step = MOVES.log(report, InspectionAction.START, "", by)
    _add(report, codes, by)
    units = drafted(report)
    require_apart(units, Hand.PROPOSING, by)
    _redraft(report, units)
    MOVES.record(step)
    return report


@transaction.atomic
def follow(*, report: Report, on: date, by) -> Report:
    """A new report for what was returned of a sent one, with its evidence, figures taken anew and texts worded anew.

    What the township had worded itself stays.
    """
    MOVES.permit(InspectionAction.START, report.township_id, by)
    returned = list(report.units.filter(state=UnitState.RETURNED).values_list("area_id", flat=True))
    live = set(Unit.objects.live().filter(area_id__in=returned).values_list("area_id", flat=True))
    codes = [code for code in returned if code not in live]
    if not codes:
        raise Refused("该报告没有退回待补正的单位，或者已经另行申报。")
    new = Report.objects.create(township=report.township, county=report.county, period=report.period, follows=report)
    step = MOVES.log(new, InspectionAction.START, "", by, f"补正{report.number or report}退回的单位")
    _add(new, codes, by)
    units = drafted(new)
    require_apart(units, Hand.PROPOSING, by)
    _redraft(new, units, _own_words(report))
    _copy_evidence(report, new, codes)
    MOVES.record(step)
    return new


def _copy_evidence(old: Report, new: Report, codes: Sequence[str]) -> None:
    """What belongs to the units or to the whole report; the files stay where they lie, under their digests."""
    for each in old.evidence.all():
        if each.area_id is None or each.area_id in codes:
            at = each.at
            each.pk, each.report, each._state.adding = None, new, True
            each.save()
            Evidence.objects.filter(pk=each.pk).update(at=at)


def _add(report: Report, codes: Sequence[str], by) -> None:
    verdicts = _verdicts(report, codes)
    if missing := freezing.faults(verdicts):
        raise UnitsNotReady(missing)
    frozen, titles = freeze(report, verdicts, by), plans.current().titles
    units = [
        Unit(
            report=report, area=each.area, kind=each.area.kind, title=titles[each.area.kind].name,
            frozen=frozen[each.area_id],
        )
        for each in verdicts
    ]  # fmt: skip
    try:
        with transaction.atomic():
            made = Unit.objects.bulk_create(units)
    except IntegrityError:
        live = Unit.objects.live().filter(area_id__in=frozen).select_related("area__parent").first()
        raise Stale(f"{live.area.full_name if live else '有单位'}已在申报或者已有称号，请刷新页面重新选择。") from None
    begun = InspectionMove.objects.bulk_create(
        InspectionMove(unit=unit, action=InspectionAction.START, to_state=unit.state, by=by, version=0) for unit in made
    )
    seal(*begun)


def _verdicts(report: Report, codes: Sequence[str]) -> list[Verdict]:
    """The verdicts on areas that the township may report; Refused where one is not its own or not judged."""
    wanted = list(dict.fromkeys(codes))
    if not wanted:
        raise Refused("请至少选择一个申报单位。")
    found = current_verdicts(report.county, report.period, wanted)
    for code in wanted:
        verdict = found.get(code)
        if verdict is None or not code.startswith(report.township_id) or verdict.area.kind not in freezing.KINDS:
            raise Refused(f"{code} 不是{report.township.name}在{report.quarter.label}可以申报的单位。")
    return [found[code] for code in sorted(wanted)]


def _redraft(report: Report, units: Sequence[Unit], own: Mapping[str, str] | None = None) -> None:
    """Word the three texts from the frozen figures, but those that the township worded itself (``own``, by column)."""
    texts = vars(_drafted_texts(report, units)) | dict(own or {})
    for name, text in texts.items():
        setattr(report, name, text)
    report.save(update_fields=list(texts))


def _drafted_texts(report: Report, units: Sequence[Unit]) -> Texts:
    (township,) = then([copy(report.township)], report.quarter.last_day)
    return Texts(
        drafted_overview(township, report.quarter, units), drafted_problems(units), drafted_request(township, units)
    )


def _own_words(report: Report) -> dict[str, str]:
    """The texts of a report that are not as the portal drafts them from its units, by column."""
    drafts = vars(_drafted_texts(report, drafted(report)))
    return {name: text for name, text in vars(Texts.of(report)).items() if text.strip() != drafts[name].strip()}


def drafted(report: Report) -> list[Unit]:
    """The units that the report asks titles for, without those that were taken out of it."""
    found = report.units.exclude(state=UnitState.DISCARDED).select_related("area__parent", "frozen", "report")
    return sorted(
        units_called(found.with_submission()), key=lambda unit: (freezing.KINDS.index(unit.kind), unit.area_id)
    )


@transaction.atomic
def save(*, report: Report, version: int, texts: Texts, by, answers: Mapping[int, str] | None = None) -> InspectionMove:
    """Keep the township's wording, and its ``answers`` to what was held against its units (None: as they are)."""
    move = MOVES.permit(InspectionAction.SAVE, report.township_id, by)
    require_apart(drafted(report), Hand.PROPOSING, by)
    return MOVES.record(MOVES.advance(report, move, version, by, **texts.checked(), **_answers(answers)))


def _answers(answers: Mapping[int, str] | None) -> dict[str, Any]:
    return {} if answers is None else {"answers": objections.checked_answers(answers)}


@transaction.atomic
def choose(*, report: Report, version: int, codes: Sequence[str], by) -> InspectionMove:
    """Report these areas and no others; texts are worded anew, as they name the units."""
    move = MOVES.permit(InspectionAction.SAVE, report.township_id, by)
    step = MOVES.advance(report, move, version, by)
    units = {unit.area_id: unit for unit in drafted(report)}
    gone = [unit for code, unit in units.items() if code not in codes]
    sources, target = CARRIED[InspectionAction.DISCARD]
    carry(gone, InspectionAction.DISCARD, sources, target, by, reason="从报告中移出")
    if new := [code for code in codes if code not in units]:
        _add(report, new, by)
    chosen = drafted(report)
    if not chosen:
        raise Refused("请至少选择一个申报单位；不再申报的，请撤销本报告。")
    require_apart(chosen, Hand.PROPOSING, by)
    _redraft(report, chosen)
    return MOVES.record(step)


@transaction.atomic
def refreeze(*, report: Report, version: int, by) -> InspectionMove:
    """Take the figures anew, as they are judged now; the township's texts stay."""
    move = MOVES.permit(InspectionAction.REFREEZE, report.township_id, by)
    step = MOVES.advance(report, move, version, by)
    units = drafted(report)
    require_apart(units, Hand.PROPOSING, by)
    verdicts = _verdicts(report, [unit.area_id for unit in units])
    frozen = freeze(report, verdicts, by)
    for unit in units:
        unit.frozen = frozen[unit.area_id]
    Unit.objects.bulk_update(units, ["frozen"])
    return MOVES.record(step)


@transaction.atomic
def hand_up(
    *, report: Report, version: int, texts: Texts, by, answers: Mapping[int, str] | None = None
) -> InspectionMove:
    """Keep the texts and give the report to the head for signing; UnitsNotReady with every unit that cannot go,
    EvidenceMissing with what each lacks.
    """
    move = MOVES.permit(InspectionAction.HAND_UP, report.township_id, by)
    step = MOVES.advance(report, move, version, by, **texts.checked(), **_answers(answers))
    units = drafted(report)
    require_apart(units, Hand.PROPOSING, by)
    _require_ready(report, units)
    return MOVES.record(step)


@transaction.atomic
def hand_back(*, report: Report, version: int, reason: str, by) -> InspectionMove:
    """The head gives it back to the clerk unsigned, with a reason."""
    move = MOVES.permit(InspectionAction.HAND_BACK, report.township_id, by)
    return MOVES.record(MOVES.advance(report, move, version, by, MOVES.require_reason(move, reason)))


@transaction.atomic
def send(*, report: Report, version: int, on: date, by) -> InspectionMove:
    """Sign the report and send it to the bureau; nobody signs what he wrote."""
    move = MOVES.permit(InspectionAction.SEND, report.township_id, by)
    step = MOVES.advance(report, move, version, by, signed_by=by, signed_on=on)
    units = drafted(report)
    require_apart(units, Hand.SIGNING, by)
    _require_ready(report, units)
    objections.answer_with(report, units, by)
    _seal_evidence(report)
    _carry(report, InspectionAction.SEND, by)
    report_papers.issue_report(report, units, on, by)
    return MOVES.record(step)


def _require_ready(report: Report, units: Sequence[Unit]) -> None:
    """Every unit met the standard when it was frozen, and meets it now; nothing important is blank, no evidence missing."""
    for name in ("overview", "request"):
        if not getattr(report, name):
            raise Refused(f"“{Report._meta.get_field(name).verbose_name}”尚未填写，请填写后提请签发。")
    freezing.require_return(report.township, report.quarter)
    objections.require_answered(report, units)
    now = current_verdicts(report.county, report.period, [unit.area_id for unit in units])
    missing = [
        UnitFault(unit.area, f"{unit.area.full_name}现在没有评定结果。") for unit in units if unit.area_id not in now
    ]
    missing += freezing.faults(now.values())
    standing = required.in_the_way(units)
    missing += [UnitFault(unit.area, said) for unit in units for said in standing.get(unit.pk, ())]
    missing += [
        UnitFault(unit.area, f"{unit.area.full_name}取数时没有达标，请重新取数。")
        for unit in units
        if unit.frozen.outcome != "achieved" and unit.area_id in now and now[unit.area_id].outcome == "achieved"
    ]
    if missing:
        raise UnitsNotReady(missing)
    required.require(report, units)


def _carry(report: Report, action: InspectionAction, by, reason: str = "") -> None:
    sources, target = CARRIED[action]
    units = report.units.filter(state__in=sources).select_related("area__parent")
    carry(units, action, sources, target, by, reason=reason)


def _seal_evidence(report: Report) -> None:
    """What the report brings stands for good while the bureau has it."""
    seal_keys(Evidence, report.evidence.values_list("pk", flat=True))


@transaction.atomic
def withdraw(*, report: Report, version: int, by) -> InspectionMove:
    """Take a report back that the head has not signed, or that no reviewer has taken."""
    move = MOVES.permit(InspectionAction.WITHDRAW, report.township_id, by)
    step = MOVES.advance(report, move, version, by, signed_by=None, signed_on=None)
    objections.take_answers_back(drafted(report))
    _seal_evidence(report)
    _carry(report, InspectionAction.WITHDRAW, by)
    return MOVES.record(step)


@transaction.atomic
def discard(*, report: Report, version: int, reason: str, by) -> InspectionMove:
    """Give up a draft; its units may be reported anew."""
    move = MOVES.permit(InspectionAction.DISCARD, report.township_id, by)
    reason = MOVES.require_reason(move, reason)
    step = MOVES.advance(report, move, version, by, reason)
    _carry(report, InspectionAction.DISCARD, by, reason)
    return MOVES.record(step)


@transaction.atomic
def edit_evidence(*, report: Report, by) -> Report:
    """Hold a draft so that evidence may be added or removed; its version stays, as no text changes.

    Refused when it is no longer a draft.
    """
    move: Transition = MOVES.permit(InspectionAction.SAVE, report.township_id, by)
    held = hold(report)
    if held.state not in move.sources:
        raise Refused(f"该报告现为“{held.get_state_display()}”，不能再增减佐证材料。")
    require_apart(drafted(held), Hand.PROPOSING, by)
    return held


def drafted_overview(township: Area, quarter: Quarter, units: Sequence[Unit]) -> str:
    """基本情况: what is reported, and how coverage and penetration stand."""
    counted = Counter(unit.kind for unit in sorted(units, key=lambda unit: len(unit.area_id)))
    listed = "、".join(f"{AreaKind(kind).label} {count} 个" for kind, count in counted.items())
    basis = "已审核的数据" if freezing.has_return(township, quarter) else "台账和网络数据"
    first = f"{township.name}以{quarter.label}{basis}对辖区光网建设情况进行了自查。"
    return "\n".join([f"{first}本次申报的单位共 {len(units)} 个：{listed}。", *_rates(units)])


def _rates(units: Sequence[Unit]) -> list[str]:
    """A sentence on coverage for each unit that has one; of many villages one for all, beside the township's own."""
    said = [(unit, unit.frozen.said["figures"].get("coverage")) for unit in units]
    known = [(unit, coverage) for unit, coverage in said if coverage]
    villages = [(unit, coverage) for unit, coverage in known if unit.kind not in TOWNSHIPS]
    if len(villages) <= _FEW or any(not coverage["denominator"] for _, coverage in villages):
        return [f"{unit.area.full_name}：{wording.coverage_words(coverage).text}" for unit, coverage in known]
    own = [
        f"{unit.area.name}：{wording.coverage_words(coverage).text}"
        for unit, coverage in known
        if unit.kind in TOWNSHIPS
    ]
    shares = sorted(Fraction(each["numerator"], each["denominator"]) for _, each in villages)
    least, most = (wording.rate(share.numerator, share.denominator) for share in (shares[0], shares[-1]))
    return [*own, f"{len(villages)} 个行政村的光网络覆盖率在 {least} 至 {most} 之间。"]


def drafted_problems(units: Sequence[Unit]) -> str:
    """存在问题: what still fails within units that meet the standard, and reference indicators that are short."""
    failing = [line for unit in units for line in _failing(unit)]
    short = [each for unit in units for each in _short(unit)]
    found = [*failing, *_short_words(short)]
    return "\n".join(f"{number}. {line}" for number, line in enumerate(found, 1)) or (
        "经自查，申报单位的各项硬性指标均达到标准，未发现影响达标的问题。"
    )


def _criteria(unit: Unit) -> list[tuple]:
    plan = plans.current()
    return [(plan.criteria[figures["key"]], figures) for figures in unit.frozen.said["criteria"]]


def _failing(unit: Unit) -> list[str]:
    """Members that fail within a share that is met."""
    return [
        f"{unit.area.full_name}：{wording.criterion_words(criterion, figures).text}"
        for criterion, figures in _criteria(unit)
        if figures["role"] == "hard" and figures.get("failed")
    ]


def _short(unit: Unit) -> list[tuple[Unit, object, dict]]:
    """The reference indicators that are short; one that is met within a share has nothing to say."""
    return [
        (unit, criterion, figures)
        for criterion, figures in _criteria(unit)
        if figures["role"] == "reference" and figures["outcome"] == "short"
    ]


def _short_words(short: Sequence[tuple[Unit, object, dict]]) -> list[str]:
    """A line for each; of many units one line in which each is named with its share and what it lacks."""
    if len(short) <= _FEW:
        return [
            f"{unit.area.full_name}光网用户渗透率未达参考值：{words.text}还须{words.gap}"
            for unit, criterion, figures in short
            for words in [wording.criterion_words(criterion, figures)]
        ]
    named = "、".join(
        f"{unit.area.full_name} {wording.rate(figures['numerator'], figures['denominator'])}"
        f"（尚差 {wording.number(figures['missing'])} 户）"
        for unit, _, figures in short
    )
    return [f"光网用户渗透率未达参考值的单位有 {len(short)} 个，将继续提高：{named}。"]


def drafted_request(township: Area, units: Sequence[Unit]) -> str:
    """申请事项: the titles asked for."""
    by_title: dict[str, list[str]] = {}
    for unit in units:
        by_title.setdefault(unit.title, []).append(unit.area.full_name)
    asked = "；".join(f"{_names(names)}为“{title}”" for title, names in by_title.items())
    return f"{township.name}自查认为下列单位达到验收标准（试行），商请贵局予以审核，并汇总报区人民政府审定：{asked}。"


_FEW, _NAMED = 5, 10
"""How many units are told of one by one, and how many are named, at most."""


def _names(names: list[str]) -> str:
    if len(names) <= _NAMED:
        return "、".join(names)
    return f"{'、'.join(names[:_NAMED])}等 {len(names)} 个单位（名单见对标自评表）"
