"""The papers of the chain from its rows: what each says is read from the frozen verdicts, and issued with the step.

A paper that is not issued yet can be looked at; it has no number.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

from acceptance import wording
from acceptance.wording.criteria import CRITERION_OUTCOMES
from areas.models import Area
from inspection import documents, samples
from inspection.digests import digest
from inspection.freezing import plan_by
from inspection.models import FrozenVerdict, Opinion, Report, Submission, Unit
from inspection.vocabulary import Decision, UnitState
from papers import issuers
from papers.document import Paper
from papers.issuing import issue
from papers.models import Document
from papers.wording import words_for

_LISTED_FILES = 20
"""More pieces of evidence than that are counted by kind."""


def report_paper(report: Report, number: str, on: date, signer: str = "") -> Paper:
    """The 自查报告 of a report as it stands."""
    units = _units(report)
    data = documents.SelfInspection(
        township=issuers.township(report.township),
        bureau=issuers.bureau(_district(report.county)),
        quarter=report.quarter,
        on=on,
        signer=signer,
        titles="、".join(dict.fromkeys(unit.title for unit in units)),
        overview=report.overview,
        assessed=tuple(line for unit in units for line in _assessed(unit)),
        evidence=_evidence(report),
        problems=report.problems,
        request=report.request,
        digest=_digest(units),
    )
    return documents.self_inspection(data, words_for("self-inspection", report.county), number)


def _units(report: Report) -> list[Unit]:
    found = report.units.exclude(state=UnitState.DISCARDED).select_related("area", "frozen")
    return list(found.order_by("area_id"))


def _district(county: str) -> Area:
    return Area.objects.get(pk=county)


def _assessed(unit: Unit) -> Iterable[documents.Assessed]:
    for criterion, figures in _criteria(unit.frozen):
        yield documents.Assessed(
            unit.area.name,
            wording.criterion_title(criterion),
            wording.criterion_words(criterion, figures).text,
            CRITERION_OUTCOMES[figures["outcome"]],
            criterion.source.clause,
        )


def _criteria(frozen: FrozenVerdict) -> Iterable[tuple]:
    """Each criterion of the plan by which the verdict was frozen, with its figures."""
    said = frozen.said
    plan = plan_by(said["plan"]["digest"])
    return [(plan.criteria[figures["key"]], figures) for figures in said["criteria"]]


def _evidence(report: Report) -> tuple[str, ...]:
    pieces = list(report.evidence.select_related("area"))
    if len(pieces) > _LISTED_FILES:
        counted = Counter(piece.get_kind_display() for piece in pieces)
        return tuple(f"{kind} {count} 份" for kind, count in counted.items())
    return tuple(
        f"{piece.get_kind_display()}：{piece}{f'（{piece.area.name}）' if piece.area else ''}" for piece in pieces
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
    data = documents.Examination(
        bureau=issuers.bureau(_district(report.county)),
        township=issuers.township(report.township).name,
        quarter=report.quarter,
        report_number=report.number,
        on=on,
        ruled=tuple(_ruled(opinion, sampled.get(opinion.unit_id)) for opinion in opinions),
        checked=tuple(line for opinion in opinions for line in _checked(opinion)),
        reviewer=report.reviewer.name if report.reviewer else "",
        confirmed_by=confirmed_by,
    )
    return documents.examination(data, words_for("examination", report.county), number)


def _opinions(report: Report) -> list[Opinion]:
    """The latest opinion on each unit."""
    found = Opinion.objects.filter(unit__report=report).select_related(
        "unit__area", "unit__frozen", "unit__report", "move"
    )
    latest = {opinion.unit_id: opinion for opinion in found.prefetch_related("checks").order_by("pk")}
    return sorted(latest.values(), key=lambda opinion: opinion.unit.area_id)


def _ruled(opinion: Opinion, sample: samples.SampleShown | None) -> documents.Ruled:
    sampling = " ".join(filter(None, [sample.words if sample else "", opinion.sampling]))
    return documents.Ruled(
        opinion.unit.area.name,
        opinion.unit.title,
        opinion.unit.get_state_display(),
        opinion.text or opinion.move.reason,
        sampling,
    )


def _checked(opinion: Opinion) -> Iterable[documents.Checked]:
    checks = {check.criterion: check for check in opinion.checks.all()}
    for criterion, figures in _criteria(opinion.unit.frozen):
        if check := checks.get(criterion.key):
            yield documents.Checked(
                opinion.unit.area.name,
                wording.criterion_title(criterion),
                wording.criterion_words(criterion, figures).text,
                check.get_finding_display(),
                check.remark or (check.get_why_display() if check.why else ""),
            )


def submission_paper(submission: Submission, number: str, on: date, signer: str = "") -> Paper:
    """The 汇总上报 of a submission as it stands."""
    district, units = _district(submission.county), _listed(submission)
    data = documents.Compilation(
        bureau=issuers.bureau(district),
        government=issuers.government(district),
        on=on,
        signer=signer,
        opinion=submission.opinion,
        units=units,
        counts=_counts(units),
    )
    return documents.compilation(data, words_for("compilation", submission.county), number)


def circular_paper(submission: Submission, number: str, on: date) -> Paper:
    """The 通报 of a ratified batch."""
    units = _listed(submission, decision=Decision.RATIFIED)
    data = documents.Circular(
        government=issuers.government(_district(submission.county)),
        batch=submission.batch,
        ratified_on=submission.ratified_on or on,
        on=on,
        units=units,
        counts=_counts(units),
    )
    return documents.circular(data, words_for("circular", submission.county), number)


def _listed(submission: Submission, **wanted) -> tuple[documents.ListedUnit, ...]:
    entries = submission.entries.filter(**wanted).select_related("unit__area", "unit__report__township", "unit__frozen")
    return tuple(
        documents.ListedUnit(
            unit.area.name,
            unit.area_id,
            unit.report.township.name,
            unit.title,
            unit.report.quarter.label,
            "渗透率未达参考值" if unit.frozen.reference == "short" else "",
        )
        for unit in (entry.unit for entry in entries.order_by("unit__area_id"))
    )


def _counts(units: Sequence[documents.ListedUnit]) -> tuple[tuple[str, int], ...]:
    return tuple(Counter(unit.title for unit in units).items())


def issue_report(report: Report, on: date, by) -> Document:
    """Give the report its number and keep it as signed; in the transaction that sends it."""
    document = issue(
        kind="self-inspection",
        subject=report,
        issuer=issuers.township(report.township),
        area=report.township,
        on=on,
        by=by,
        build=lambda number: report_paper(report, number, on, by.name),
    )
    return _noted(report, "number", document)


def issue_examination(report: Report, on: date, by) -> Document:
    """Keep the bureau's opinion; in the transaction that ends the examination."""
    return issue(
        kind="examination",
        subject=report,
        issuer=issuers.bureau(_district(report.county)),
        area=report.township,
        on=on,
        by=by,
        build=lambda number: examination_paper(report, number, on),
    )


def issue_submission(submission: Submission, on: date, by) -> Document:
    """Give the submission its number; in the transaction that puts it before the government."""
    district = _district(submission.county)
    document = issue(
        kind="compilation",
        subject=submission,
        issuer=issuers.bureau(district),
        area=district,
        on=on,
        by=by,
        build=lambda number: submission_paper(submission, number, on, by.name),
    )
    return _noted(submission, "number", document)


def issue_circular(submission: Submission, on: date, by) -> Document:
    """Give the circular its number and let every township read it; in the transaction that announces the batch."""
    district = _district(submission.county)
    document = issue(
        kind="circular",
        subject=submission,
        issuer=issuers.government(district),
        area=district,
        on=on,
        by=by,
        build=lambda number: circular_paper(submission, number, on),
        is_circular=True,
    )
    return _noted(submission, "circular_number", document)


def _noted(subject: Report | Submission, field: str, document: Document) -> Document:
    """Write the number on the row that the document was made from."""
    type(subject).objects.filter(pk=subject.pk).update(**{field: document.number})
    setattr(subject, field, document.number)
    return document
