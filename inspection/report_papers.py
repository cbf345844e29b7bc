"""The papers on a report (plan, section 三(三)): what they say, read from the frozen verdicts, and their issue.

达标自查报告 reports and asks nothing. What the township asks of the bureau, which is not its superior, goes with it as a letter
(函), and the bureau answers by one (复函) with its opinion. A paper that is not issued yet can be looked at; it has no number.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from acceptance import wording
from acceptance.plan import by_digest, cited
from acceptance.wording.criteria import CRITERION_OUTCOMES
from areas.models import Area
from common.digests import digest
from common.periods import Quarter
from inspection import objections, required, samples
from inspection.freezing import has_return
from inspection.hands import loosened_words
from inspection.models import FrozenVerdict, InspectionMove, Opinion, Report, Submission, Unit
from inspection.naming import full_name, units_called
from inspection.vocabulary import CheckFinding, InspectionAction, UnitState
from papers import issuing
from papers.document import (
    UNSIGNED,
    Annex,
    Imprint,
    Layout,
    Paper,
    PaperColumn,
    PaperHead,
    PaperTable,
    Paragraph,
    SignOff,
    annexed,
    close_up,
    day_written,
    paragraphs,
    title_lines,
)
from papers.issuing import Issuer, issue
from papers.models import Document
from papers.wording import WordingTexts, words_for

_ORDINALS = "一二三四五六七八九十"

_NAMED = 5
"""More units than that are counted, not named."""


@dataclass(frozen=True)
class Assessed:
    """One criterion of a unit as it was frozen: the words of its row in the report's table."""

    unit: str
    criterion: str
    figures: str
    outcome: str
    clause: str


@dataclass(frozen=True)
class SelfInspection:
    """What a 自查报告 says; the texts are the township's own, ``evidence`` what is enclosed."""

    township: Issuer
    bureau: Issuer
    quarter: Quarter
    on: date
    signer: str
    titles: str
    overview: str
    assessed: tuple[Assessed, ...]
    evidence: tuple[str, ...]
    problems: str
    contact: str
    digest: str
    answers: str = ""
    basis: str = "已审核的季报和台账"


def self_inspection(data: SelfInspection, words: WordingTexts, number: str) -> Paper:
    values = _values(data.township, data.bureau, data.quarter, data.titles) | {"数据来源": data.basis}
    evidence = "\n".join(f"{place}. {said}。" for place, said in enumerate(data.evidence, start=1))
    return Paper(
        title=title_lines(words.fill("title", values)),
        head=PaperHead(data.township.mark, number, data.signer),
        addressee=data.bureau.name,
        body=(
            *paragraphs(words.fill("opening", values)),
            *section(1, "基本情况", data.overview),
            *section(2, "对标自评情况", words.fill("assessment", values)),
            *section(3, "佐证材料", evidence or "无。"),
            *section(4, "存在问题", data.problems or "无。"),
            *(section(5, "对退回意见的答复", data.answers) if data.answers else ()),
            *paragraphs(words.fill("closing", values)),
        ),
        sign_off=SignOff(data.township.name, day_written(data.on)),
        note=data.contact,
        imprint=Imprint(data.township.office, day_written(data.on)),
        **annexed([Annex("对标自评表", (_assessment(data.assessed), Paragraph(f"取数校验码：{data.digest}", "left")))]),
    )


def _values(township: Issuer, bureau: Issuer, quarter: Quarter, titles: str) -> dict[str, str]:
    """What the places of the report's wording stand for."""
    return {
        "报送单位": township.name,
        "季度": quarter.label,
        "称号": titles,
        "受文单位": bureau.name,
        "截止日": day_written(quarter.last_day),
    }


def _titles(units: Iterable[Unit]) -> str:
    """The titles asked for, those of towns before those of villages."""
    return "、".join(dict.fromkeys(unit.title for unit in sorted(units, key=lambda unit: len(unit.area_id))))


def section(place: int, heading: str, text: str) -> tuple[Paragraph, ...]:
    return (Paragraph(f"{_ORDINALS[place - 1]}、{heading}"), *paragraphs(text))


def _assessment(assessed: tuple[Assessed, ...]) -> PaperTable:
    columns = (
        PaperColumn("单位", 1.5, "left"),
        PaperColumn("验收标准", 2.5, "left"),
        PaperColumn("自评情况", 3.3, "left"),
        PaperColumn("结果", 0.8),
        PaperColumn("方案条款", 1.4),
    )
    rows = tuple((each.unit, each.criterion, close_up(each.figures), each.outcome, each.clause) for each in assessed)
    return PaperTable(columns, rows, size=10.5)


@dataclass(frozen=True)
class ReviewRequest:
    """What the letter asks that goes with a 自查报告; ``request`` is the township's own text."""

    township: Issuer
    bureau: Issuer
    quarter: Quarter
    on: date
    request: str
    contact: str
    report_title: str


def review_request(data: ReviewRequest, words: WordingTexts, number: str) -> Paper:
    values = {"报送单位": data.township.name, "受文单位": data.bureau.name, "季度": data.quarter.label}
    return Paper(
        title=title_lines(words.fill("title", values)),
        layout=Layout.LETTER,
        head=PaperHead(data.township.name, number),
        addressee=data.bureau.name,
        body=(
            *paragraphs(words.fill("opening", values)),
            *paragraphs(data.request),
            *paragraphs(words.fill("closing", values)),
        ),
        sign_off=SignOff(data.township.name, day_written(data.on)),
        note=data.contact,
        **annexed([Annex(data.report_title)]),
    )


@dataclass(frozen=True)
class Ruled:
    """What was decided on a unit, and the reviewer's words; ``sampling`` is what the spot check gave and what follows."""

    unit: str
    title: str
    outcome: str
    opinion: str
    sampling: str = ""
    code: str = ""


@dataclass(frozen=True)
class Checked:
    """One criterion of a unit with the reviewer's finding, as a row of the opinion's table."""

    unit: str
    criterion: str
    figures: str
    finding: str
    remark: str


@dataclass(frozen=True)
class Examination:
    """What a 审核意见 says of all units of a report."""

    bureau: Issuer
    township: str
    quarter: Quarter
    report_number: str
    on: date
    ruled: tuple[Ruled, ...]
    checked: tuple[Checked, ...]
    reviewer: str
    confirmed_by: str = ""
    contact: str = ""
    loosened: tuple[str, ...] = ()
    request_number: str = ""


_PASSED, _RETURNED, _REFUSED = (state.label for state in (UnitState.PASSED, UnitState.RETURNED, UnitState.REFUSED))
_OUTCOMES = (_PASSED, _RETURNED, _REFUSED)
_AFTER = {"closing": _PASSED, "returned": _RETURNED}
"""Which text says what becomes of the units of an outcome."""
_GONE_ON = (UnitState.COMPILED, UnitState.RATIFIED, UnitState.ENDED)
"""Where units stand that had passed before their report was opened again."""


def examination(data: Examination, words: WordingTexts, number: str) -> Paper:
    found = Counter(each.outcome for each in data.ruled)
    outcomes = {outcome: found[outcome] for outcome in dict.fromkeys((*_OUTCOMES, *found)) if found[outcome]}
    values = {
        "报送单位": data.township,
        "发文单位": data.bureau.name,
        "季度": data.quarter.label,
        "报告文号": data.report_number or "无文号",
        "来函文号": data.request_number or "无文号",
        "数量": f"{len(data.ruled):,}",
        "结论": "，".join(f"{outcome}{count:,}个" for outcome, count in outcomes.items()),
    }
    sampled = "\n".join(_sampled(data.ruled))
    signed = f"审核人：{data.reviewer}" + (f"　　复核人：{data.confirmed_by}" if data.confirmed_by else "")
    return Paper(
        title=title_lines(words.fill("title", values)),
        layout=Layout.LETTER,
        head=PaperHead(data.bureau.name, number),
        addressee=data.township,
        body=(
            *paragraphs(words.fill("opening", values)),
            *section(1, "审核结论", words.fill("outcome", values)),
            *section(2, "现场抽查情况", sampled or "本次未安排抽查。"),
            *paragraphs("".join(words.fill(part, values) for part, outcome in _AFTER.items() if outcome in outcomes)),
        ),
        sign_off=SignOff(data.bureau.name, day_written(data.on)),
        note=data.contact,
        **annexed(
            [
                Annex("审核结论表", (_rulings(data.ruled), *(Paragraph(f"{each}。") for each in data.loosened))),
                Annex("逐条审核表", (Paragraph(signed, "left"), _checks(data.checked))),
            ]
        ),
    )


def _sampled(ruled: Sequence[Ruled]) -> list[str]:
    """What the spot check gave, once for all units of which the same is said."""
    alike: dict[str, list[str]] = defaultdict(list)
    for each in ruled:
        if each.sampling:
            alike[each.sampling].append(each.unit)
    return [f"{_several(units)}：{said}" for said, units in alike.items()]


def _several(units: Sequence[str]) -> str:
    """秀溪村、新马村; of many the first few, and how many they are."""
    if len(units) <= _NAMED:
        return "、".join(units)
    return f"{'、'.join(units[:_NAMED])}等{len(units):,}个单位"


def _rulings(ruled: tuple[Ruled, ...]) -> PaperTable:
    columns = (
        PaperColumn("单位", 1.5, "left"),
        PaperColumn("区域编码", 1.9),
        PaperColumn("申报称号", 1.5),
        PaperColumn("结论", 1.2),
        PaperColumn("意见", 2.9, "left"),
    )
    rows = tuple((each.unit, each.code, each.title, each.outcome, each.opinion) for each in ruled)
    return PaperTable(columns, rows, size=10.5)


def _checks(checked: tuple[Checked, ...]) -> PaperTable:
    columns = (
        PaperColumn("单位", 1.4, "left"),
        PaperColumn("验收标准", 2.4, "left"),
        PaperColumn("数据", 3.2, "left"),
        PaperColumn("审核", 0.8),
        PaperColumn("说明", 1.4, "left"),
    )
    rows = tuple((each.unit, each.criterion, close_up(each.figures), each.finding, each.remark) for each in checked)
    return PaperTable(columns, rows, size=10.5)


@dataclass(frozen=True)
class ReportBasis:
    """What both papers of a report rest on: its units, the body that issues them, and the one to which they go."""

    units: Sequence[Unit]
    township: Issuer
    bureau: Issuer

    @classmethod
    def of(cls, report: Report, on: date, units: Sequence[Unit] | None = None) -> "ReportBasis":
        """``units`` are those of the report, where somebody has read them."""
        named = required.units_of(report) if units is None else sorted(units, key=lambda unit: unit.area_id)
        return cls(named, issuing.township(report.township, on), issuing.bureau(district_of(report.county), on))


def report_paper(
    report: Report, number: str, on: date, signer: str = "", by=None, basis: ReportBasis | None = None
) -> Paper:
    """The 自查报告 of a report as it stands; ``by`` is whom to ask where the office names nobody."""
    basis = basis or ReportBasis.of(report, on)
    units, township = basis.units, basis.township
    data = SelfInspection(
        township=township,
        bureau=basis.bureau,
        quarter=report.quarter,
        on=on,
        signer=signer or UNSIGNED,
        titles=_titles(units),
        overview=report.overview,
        assessed=tuple(line for unit in units for line in _assessed(unit)),
        evidence=_evidence(report),
        problems=report.problems,
        contact=township.asked(by),
        digest=_digest(units),
        answers=_answers(report, units),
        **({} if has_return(report.township, report.quarter) else {"basis": "台账和网络数据"}),
    )
    return self_inspection(data, words_for("self-inspection", report.county, report), number)


def request_paper(report: Report, number: str, on: date, by=None, basis: ReportBasis | None = None) -> Paper:
    """The letter that goes with the 自查报告 as it stands; the report is named by its title, and its number once it has one."""
    basis = basis or ReportBasis.of(report, on)
    township, bureau = basis.township, basis.bureau
    values = _values(township, bureau, report.quarter, _titles(basis.units))
    title = words_for("self-inspection", report.county, report).fill("title", values).replace("\n", "")
    data = ReviewRequest(
        township=township,
        bureau=bureau,
        quarter=report.quarter,
        on=on,
        request=report.request,
        contact=township.asked(by),
        report_title=f"{title}（{report.number}）" if report.number else title,
    )
    return review_request(data, words_for("review-request", report.county, report), number)


def district_of(county: str) -> Area:
    return Area.objects.get(pk=county)


def _assessed(unit: Unit) -> Iterable[Assessed]:
    for criterion, figures in _criteria(unit.frozen):
        yield Assessed(
            unit.area.full_name,
            asked(criterion, figures),
            wording.criterion_words(criterion, figures).text,
            CRITERION_OUTCOMES[figures["outcome"]],
            cited(criterion.source.clause),
        )


def asked(criterion, figures: dict) -> str:
    """What a criterion asks, as a table of a paper has it; a reference indicator is marked as one."""
    title = close_up(wording.criterion_title(criterion))
    return f"{title}（参考指标）" if figures["role"] == "reference" else title


def _criteria(frozen: FrozenVerdict) -> Iterable[tuple]:
    """Each criterion of the plan by which the verdict was frozen, with its figures."""
    said = frozen.said
    plan = by_digest(said["plan"]["digest"])
    return [(plan.criteria[figures["key"]], figures) for figures in said["criteria"]]


def _evidence(report: Report) -> tuple[str, ...]:
    """How much of each kind is enclosed, and of which units; what a file is called is nothing for a paper."""
    pieces: dict[str, list[str]] = defaultdict(list)
    for piece in report.evidence.select_related("area__parent"):
        pieces[piece.get_kind_display()].append(full_name(piece.area, report.quarter.last_day) if piece.area else "")
    return tuple(f"{kind}{len(of):,}份{_of_units(of)}" for kind, of in pieces.items())


def _of_units(names: Sequence[str]) -> str:
    """（秀溪村、新马村）; of many units how many they are; blank where they belong to the report as a whole."""
    units = list(dict.fromkeys(filter(None, names)))
    if not units:
        return ""
    return f"（{'、'.join(units)}）" if len(units) <= _NAMED else f"，涉及{len(units):,}个单位"


def _answers(report: Report, units: Sequence[Unit]) -> str:
    """What was held against the units, each with the township's answer; blank where nothing was."""
    listed = objections.to_answer(report, units)
    return "\n".join(
        f"{place}. {each.area.full_name}（{each.get_body_display()}：{each.text}）：{answer or '（尚未答复）'}"
        for place, (each, answer) in enumerate(listed, start=1)
    )


def _digest(units: Sequence[Unit]) -> str:
    """Over the digests of all frozen verdicts, in the order of the units."""
    algorithm, value = digest("".join(unit.frozen.digest for unit in units).encode())
    return f"{algorithm}:{value}"


def examination_paper(report: Report, number: str, on: date) -> Paper:
    """The 审核意见 on a report whose units are decided."""
    opinions = _opinions(report)
    sampled = samples.samples_of([opinion.unit for opinion in opinions])
    confirmed = _confirmed(report)
    bureau = issuing.bureau(district_of(report.county), on)
    asked_by = Document.objects.of(report).filter(kind="review-request").last()
    data = Examination(
        bureau=bureau,
        township=issuing.township(report.township, on).name,
        quarter=report.quarter,
        report_number=report.number,
        on=on,
        ruled=tuple(
            _ruled(opinion, sampled.get(opinion.unit_id), confirmed.get(opinion.unit_id)) for opinion in opinions
        ),
        checked=tuple(line for opinion in opinions for line in _checked(opinion)),
        reviewer=report.reviewer.name if report.reviewer else "",
        confirmed_by="、".join(dict.fromkeys(step.by.name for step in confirmed.values())),
        contact=bureau.asked(report.reviewer),
        loosened=tuple(loosened_words([opinion.unit for opinion in opinions])),
        request_number=asked_by.number if asked_by else "",
    )
    return examination(data, words_for("examination", report.county, report), number)


def _confirmed(report: Report) -> dict[int, InspectionMove]:
    """The step by which the bureau's head last confirmed what was proposed, by the unit's key."""
    actions = (InspectionAction.CONFIRM_PASS, InspectionAction.CONFIRM_REFUSAL)
    steps = InspectionMove.objects.filter(unit__report=report, action__in=actions)
    return {step.unit_id: step for step in steps.select_related("by").order_by("pk")}


def _opinions(report: Report) -> list[Opinion]:
    """The latest opinion on each unit, the units called as they were."""
    found = Opinion.objects.filter(unit__report=report).select_related(
        "unit__area", "unit__frozen", "unit__report", "move"
    )
    latest = {opinion.unit_id: opinion for opinion in found.prefetch_related("checks").order_by("pk")}
    units_called(opinion.unit for opinion in latest.values())
    return sorted(latest.values(), key=lambda opinion: opinion.unit.area_id)


def _ruled(opinion: Opinion, sample: samples.SampleShown | None, confirmed: InspectionMove | None) -> Ruled:
    """What was decided, in the reviewer's words and, where the head gave a reason of the own, in those.

    The head gives one where the sample is not sound, so it stands with what is said of that.
    """
    sampling = "".join(filter(None, [sample.words if sample else "", opinion.sampling]))
    second = _second(confirmed)
    return Ruled(
        opinion.unit.area.full_name,
        opinion.unit.title,
        _PASSED if opinion.unit.state in _GONE_ON else opinion.unit.get_state_display(),
        "".join(filter(None, [opinion.text, _returned(opinion), "" if sampling else second])),
        sampling and sampling + second,
        opinion.unit.area_id,
    )


def _second(confirmed: InspectionMove | None) -> str:
    return f"复核意见：{confirmed.reason}" if confirmed and confirmed.reason else ""


def _returned(opinion: Opinion) -> str:
    """What is returned and why, each criterion by what it asks."""
    checks = {check.criterion: check for check in opinion.checks.all() if check.why}
    said = [
        f"{close_up(wording.criterion_title(criterion))}：{checks[criterion.key].get_why_display()}"
        + (f"（{checks[criterion.key].remark}）" if checks[criterion.key].remark else "")
        for criterion, _ in _criteria(opinion.unit.frozen)
        if criterion.key in checks
    ]
    return f"{'；'.join(said)}。" if said else ""


def _checked(opinion: Opinion) -> Iterable[Checked]:
    checks = {check.criterion: check for check in opinion.checks.all()}
    for criterion, figures in _criteria(opinion.unit.frozen):
        if check := checks.get(criterion.key):
            yield Checked(
                opinion.unit.area.full_name,
                asked(criterion, figures),
                wording.criterion_words(criterion, figures).text,
                CheckFinding(check.finding).label,
                check.remark or (check.get_why_display() if check.why else ""),
            )


def issue_report(report: Report, units: Sequence[Unit], on: date, by) -> Document:
    """Give the report of these units its number and keep it as signed, and with it the letter that asks; in the transaction
    that sends it.
    """
    basis, author = ReportBasis.of(report, on, units), writer(report)
    issuer = basis.township
    document = issue(
        kind="self-inspection",
        subject=report,
        issuer=issuer,
        area=report.township,
        on=on,
        by=by,
        build=lambda number: report_paper(report, number, on, by.name, author, basis),
    )
    noted(report, "number", document)
    issue(
        kind="review-request",
        subject=report,
        issuer=issuer,
        area=report.township,
        on=on,
        by=by,
        is_letter=True,
        build=lambda number: request_paper(report, number, on, author, basis),
    )
    return document


def writer(report: Report):
    """Whoever wrote the report, who can be asked about it."""
    step = report.moves.select_related("by").order_by("pk").first()
    return step.by if step else None


def issue_examination(report: Report, on: date, by) -> Document:
    """Keep the bureau's opinion; in the transaction that ends the examination."""
    return issue(
        kind="examination",
        subject=report,
        issuer=issuing.bureau(district_of(report.county), on),
        area=report.township,
        on=on,
        by=by,
        is_letter=True,
        build=lambda number: examination_paper(report, number, on),
    )


def noted(subject: Report | Submission, field: str, document: Document) -> Document:
    """Write the number on the row that the document was made from."""
    type(subject).objects.filter(pk=subject.pk).update(**{field: document.number})
    setattr(subject, field, document.number)
    return document
