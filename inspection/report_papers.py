"""The papers on a report (plan, section 三(三)): what they say, read from the frozen verdicts, and their issue.

达标自查报告 reports and asks nothing. What the township asks of the bureau, which is not its superior, goes with it as a letter
(函), and the bureau answers by one (复函) with its opinion. A paper that is not issued yet can be looked at; it has no number.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from acceptance import wording
from acceptance.plan import by_digest, cited
from acceptance.wording.criteria import CRITERION_OUTCOMES
from areas.dated import then
from areas.models import Area
from common.digests import digest
from common.periods import Quarter
from inspection import objections, samples
from inspection.freezing import has_return
from inspection.hands import loosened_words
from inspection.models import FrozenVerdict, Opinion, Report, Submission, Unit
from inspection.naming import units_called
from inspection.vocabulary import CheckFinding, UnitState
from papers import issuing
from papers.document import (
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

_LISTED_FILES = 20
"""More pieces of evidence than that are counted by kind."""


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
    evidence = "\n".join(f"{place}. {name}" for place, name in enumerate(data.evidence, start=1))
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
        **annexed([Annex("对标自评表", (Paragraph(f"取数摘要：{data.digest}", "left"), _assessment(data.assessed)))]),
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
    return "、".join(dict.fromkeys(unit.title for unit in units))


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


def examination(data: Examination, words: WordingTexts, number: str) -> Paper:
    outcomes = Counter(each.outcome for each in data.ruled)
    values = {
        "报送单位": data.township,
        "发文单位": data.bureau.name,
        "季度": data.quarter.label,
        "报告文号": data.report_number or "无文号",
        "数量": f"{len(data.ruled):,}",
        "结论": "，".join(f"{outcome}{count:,}个" for outcome, count in outcomes.items()),
    }
    sampled = "\n".join(f"{each.unit}：{each.sampling}" for each in data.ruled if each.sampling)
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
            *paragraphs(words.fill("closing", values)),
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
        named = sorted(_units(report) if units is None else units, key=lambda unit: unit.area_id)
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
        signer=signer,
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


def _units(report: Report) -> list[Unit]:
    found = report.units.exclude(state=UnitState.DISCARDED).select_related("area__parent", "frozen", "report")
    return units_called(found)


def district_of(county: str) -> Area:
    return Area.objects.get(pk=county)


def _assessed(unit: Unit) -> Iterable[Assessed]:
    for criterion, figures in _criteria(unit.frozen):
        yield Assessed(
            unit.area.full_name,
            wording.criterion_title(criterion),
            wording.criterion_words(criterion, figures).text,
            CRITERION_OUTCOMES[figures["outcome"]],
            cited(criterion.source.clause),
        )


def _criteria(frozen: FrozenVerdict) -> Iterable[tuple]:
    """Each criterion of the plan by which the verdict was frozen, with its figures."""
    said = frozen.said
    plan = by_digest(said["plan"]["digest"])
    return [(plan.criteria[figures["key"]], figures) for figures in said["criteria"]]


def _evidence(report: Report) -> tuple[str, ...]:
    pieces = list(report.evidence.select_related("area__parent"))
    if len(pieces) > _LISTED_FILES:
        counted = Counter(piece.get_kind_display() for piece in pieces)
        return tuple(f"{kind} {count} 份" for kind, count in counted.items())
    placed = [piece.area for piece in pieces if piece.area]
    then([area for each in placed for area in (each, each.parent) if area], report.quarter.last_day)
    return tuple(
        f"{piece.get_kind_display()}：{piece}{f'（{piece.area.full_name}）' if piece.area else ''}" for piece in pieces
    )


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
    confirmed = report.units.filter(moves__action__in=("confirm_pass", "confirm_refusal")).order_by("-moves__pk")
    confirmed_by = confirmed.values_list("moves__by__name", flat=True).first() or ""
    bureau = issuing.bureau(district_of(report.county), on)
    data = Examination(
        bureau=bureau,
        township=issuing.township(report.township, on).name,
        quarter=report.quarter,
        report_number=report.number,
        on=on,
        ruled=tuple(_ruled(opinion, sampled.get(opinion.unit_id)) for opinion in opinions),
        checked=tuple(line for opinion in opinions for line in _checked(opinion)),
        reviewer=report.reviewer.name if report.reviewer else "",
        confirmed_by=confirmed_by,
        contact=bureau.asked(report.reviewer),
        loosened=tuple(loosened_words([opinion.unit for opinion in opinions])),
    )
    return examination(data, words_for("examination", report.county, report), number)


def _opinions(report: Report) -> list[Opinion]:
    """The latest opinion on each unit, the units called as they were."""
    found = Opinion.objects.filter(unit__report=report).select_related(
        "unit__area", "unit__frozen", "unit__report", "move"
    )
    latest = {opinion.unit_id: opinion for opinion in found.prefetch_related("checks").order_by("pk")}
    units_called(opinion.unit for opinion in latest.values())
    return sorted(latest.values(), key=lambda opinion: opinion.unit.area_id)


def _ruled(opinion: Opinion, sample: samples.SampleShown | None) -> Ruled:
    sampling = " ".join(filter(None, [sample.words if sample else "", opinion.sampling]))
    return Ruled(
        opinion.unit.area.full_name,
        opinion.unit.title,
        opinion.unit.get_state_display(),
        " ".join(filter(None, [opinion.text, _returned(opinion)])),
        sampling,
        opinion.unit.area_id,
    )


def _returned(opinion: Opinion) -> str:
    """What is returned and why, each criterion by what it asks."""
    checks = {check.criterion: check for check in opinion.checks.all() if check.why}
    said = [
        f"{wording.criterion_title(criterion)}：{checks[criterion.key].get_why_display()}"
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
                wording.criterion_title(criterion),
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
