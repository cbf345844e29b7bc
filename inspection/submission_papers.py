"""The papers on a submission (plan, section 三(三)): what 请示 and 通报 say, read from its units, and their issue.

请示 goes upwards: it asks one thing, names who signed and whom to ask. 通报 goes to everybody.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from inspection import notice_papers
from inspection.hands import loosened_words
from inspection.models import RatificationBasis, Submission, Unit
from inspection.naming import units_called
from inspection.report_papers import district_of, noted, section
from inspection.vocabulary import Decision, RatificationGround
from papers import issuing
from papers.document import (
    UNSIGNED,
    Annex,
    Imprint,
    Paper,
    PaperColumn,
    PaperHead,
    PaperTable,
    SignOff,
    annexed,
    day_written,
    paragraphs,
    title_lines,
)
from papers.issuing import Issuer, issue
from papers.models import Document
from papers.wording import WordingTexts, words_for


@dataclass(frozen=True)
class ListedUnit:
    """A unit in a list of those that passed or were ratified."""

    unit: str
    code: str
    township: str
    title: str
    quarter: str
    remark: str = ""


def _list(units: tuple[ListedUnit, ...]) -> PaperTable:
    columns = (
        PaperColumn("序号", 0.65),
        PaperColumn("单位", 1.75, "left"),
        PaperColumn("区域编码", 2.15),
        PaperColumn("所属街镇", 1.15),
        PaperColumn("称号", 1.65),
        PaperColumn("达标季度", 2.0),
        PaperColumn("备注", 1.15, "left"),
    )
    rows = tuple(
        (str(place), each.unit, each.code, each.township, each.title, each.quarter, each.remark)
        for place, each in enumerate(units, start=1)
    )
    return PaperTable(columns, rows, size=10.5)


def _statistics(counts: tuple[tuple[str, int], ...]) -> PaperTable:
    rows = tuple((title, f"{count:,}") for title, count in counts)
    total = ("合计", f"{sum(count for _, count in counts):,}")
    return PaperTable((PaperColumn("称号", 2), PaperColumn("数量", 1)), (*rows, total), "分类统计表", "个", totals=1)


@dataclass(frozen=True)
class Compilation:
    """What the 请示 says: the units that passed, counted by title, and the bureau's opinion."""

    bureau: Issuer
    government: Issuer
    on: date
    signer: str
    opinion: str
    units: tuple[ListedUnit, ...]
    counts: tuple[tuple[str, int], ...]
    contact: str = ""
    loosened: tuple[str, ...] = ()


def compilation(data: Compilation, words: WordingTexts, number: str) -> Paper:
    values = {
        "上报单位": data.bureau.name,
        "受文单位": data.government.name,
        "数量": f"{len(data.units):,}",
        "季度": "、".join(dict.fromkeys(unit.quarter for unit in data.units)),
    }
    return Paper(
        title=title_lines(words.fill("title", values)),
        head=PaperHead(data.bureau.mark, number, data.signer),
        addressee=data.government.name,
        body=(
            *paragraphs(words.fill("opening", values)),
            *section(1, "审核情况", data.opinion),
            _statistics(data.counts),
            *(part for sentence in data.loosened for part in paragraphs(f"{sentence}。")),
            *section(2, "请示事项", words.fill("request", values)),
            *paragraphs(words.fill("closing", values)),
        ),
        sign_off=SignOff(data.bureau.name, day_written(data.on)),
        note=data.contact,
        imprint=Imprint(data.bureau.office, day_written(data.on)),
        **annexed([Annex(notice_papers.LIST, (_list(data.units),))]),
    )


LIST = "全光网建设达标单位名单"
"""What the list of ratified units is called."""


@dataclass(frozen=True)
class Circular:
    """What a 通报 says: the ratified units of a batch, how the public notice went, and on what the ratification rests.

    Both in words; blank where there was no notice, or nothing was recorded.
    """

    government: Issuer
    batch: str
    ratified_on: date
    on: date
    units: tuple[ListedUnit, ...]
    counts: tuple[tuple[str, int], ...]
    loosened: tuple[str, ...] = ()
    noticed: str = ""
    basis: str = ""


def circular(data: Circular, words: WordingTexts, number: str) -> Paper:
    values = {
        "发文单位": data.government.name,
        "批次": data.batch,
        "审定日期": day_written(data.ratified_on),
        "公示情况": data.noticed,
        "审定依据": data.basis,
        "数量": f"{len(data.units):,}",
    }
    return Paper(
        title=title_lines(words.fill("title", values)),
        head=PaperHead(data.government.mark, number),
        addressee=words.fill("addressee", values).strip().rstrip("：:"),
        body=(
            *paragraphs(words.fill("opening", values)),
            _statistics(data.counts),
            *(part for sentence in data.loosened for part in paragraphs(f"{sentence}。")),
            *paragraphs(words.fill("closing", values)),
        ),
        sign_off=SignOff(data.government.name, day_written(data.on)),
        imprint=Imprint(
            data.government.office, day_written(data.on), words.fill("copies", values).strip().rstrip("。")
        ),
        **annexed([Annex(LIST, (_list(data.units),))]),
    )


def submission_paper(submission: Submission, number: str, on: date, signer: str = "") -> Paper:
    """The 请示 on a submission as it stands."""
    district, units = district_of(submission.county), _listed(submission)
    bureau = issuing.bureau(district, on)
    data = Compilation(
        bureau=bureau,
        government=issuing.government(district, on),
        on=on,
        signer=signer or UNSIGNED,
        opinion=submission.opinion,
        units=units,
        counts=_counts(units),
        contact=bureau.asked(submission.created_by),
        loosened=tuple(loosened_words(list(Unit.objects.filter(entries__submission=submission)))),
    )
    return compilation(data, words_for("compilation", submission.county, submission), number)


def circular_paper(submission: Submission, number: str, on: date) -> Paper:
    """The 通报 of a ratified batch."""
    units = _listed(submission, decision=Decision.RATIFIED)
    data = Circular(
        government=issuing.government(district_of(submission.county), on),
        batch=submission.batch,
        ratified_on=submission.ratified_on or on,
        on=on,
        units=units,
        counts=_counts(units),
        loosened=tuple(loosened_words(list(submission.units.all()))),
        noticed=_noticed(submission),
        basis=_basis(submission),
    )
    return circular(data, words_for("circular", submission.county, submission), number)


def _noticed(submission: Submission) -> str:
    """，并于…至…公示，公示期间收到异议1件，均已答复: how the list's notice went; blank where none stood."""
    notice = submission.notices.filter(withdrawn_at__isnull=True).first()
    if notice is None:
        return ""
    objected = notice.objections.count()
    heard = f"收到异议{objected:,}件，均已答复" if objected else "没有收到异议"
    return f"，并于{day_written(notice.noticed_on)}至{day_written(notice.until)}公示，{heard}"


def _basis(submission: Submission) -> str:
    """（依据：2018年7月20日第12次常务会议，清区府纪〔2018〕12号）; blank where none was recorded."""
    basis = RatificationBasis.objects.filter(submission=submission).first()
    if basis is None:
        return ""
    is_meeting = basis.ground == RatificationGround.MEETING
    said = (
        f"{day_written(basis.on)}{basis.title}"
        if is_meeting
        else f"{basis.signer}{day_written(basis.on)}对{basis.title}的批示"
    )
    return f"（依据：{said}，{basis.number}）"


def _listed(submission: Submission, **wanted) -> tuple[ListedUnit, ...]:
    entries = submission.entries.filter(**wanted).select_related("unit__area", "unit__report__township", "unit__frozen")
    return tuple(
        ListedUnit(
            unit.area.full_name,
            unit.area_id,
            unit.report.township.name,
            unit.title,
            unit.report.quarter.label,
            "渗透率未达参考值" if unit.frozen.reference == "short" else "",
        )
        for unit in units_called(entry.unit for entry in entries.order_by("unit__area_id"))
    )


def _counts(units: Sequence[ListedUnit]) -> tuple[tuple[str, int], ...]:
    """How many units have each title, those of towns before those of villages."""
    return tuple(Counter(unit.title for unit in sorted(units, key=lambda unit: len(unit.code))).items())


def issue_submission(submission: Submission, on: date, by) -> Document:
    """Give the submission its number; in the transaction that puts it before the government."""
    district = district_of(submission.county)
    document = issue(
        kind="compilation",
        subject=submission,
        issuer=issuing.bureau(district, on),
        area=district,
        on=on,
        by=by,
        build=lambda number: submission_paper(submission, number, on, by.name),
    )
    return noted(submission, "number", document)


def issue_circular(submission: Submission, on: date, by) -> Document:
    """Give the circular its number and let every township read it; in the transaction that announces the batch."""
    district = district_of(submission.county)
    document = issue(
        kind="circular",
        subject=submission,
        issuer=issuing.government(district, on),
        area=district,
        on=on,
        by=by,
        build=lambda number: circular_paper(submission, number, on),
        is_circular=True,
    )
    return noted(submission, "circular_number", document)
