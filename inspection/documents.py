"""The papers of the acceptance chain (plan, section 三(三)): what each says, from typed data and the bureau's wording.

自查报告 and 汇总上报 go upwards and name who signed; 审核意见 answers the township; 通报 goes to everybody.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from common.periods import Quarter
from papers.document import (
    Gap,
    Imprint,
    Paper,
    PaperColumn,
    PaperHead,
    PaperTable,
    Paragraph,
    SignOff,
    close_up,
    day_written,
    paragraphs,
    title_lines,
)
from papers.issuers import Issuer
from papers.wording import WordingTexts

_ORDINALS = "一二三四五六七八九十"


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
    """What a 自查报告 says; the three texts are the township's own, ``evidence`` what is enclosed."""

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
    request: str
    digest: str


def self_inspection(data: SelfInspection, words: WordingTexts, number: str) -> Paper:
    values = {
        "报送单位": data.township.name,
        "季度": data.quarter.label,
        "称号": data.titles,
        "受文单位": data.bureau.name,
        "截止日": day_written(data.quarter.last_day),
    }
    evidence = "\n".join(f"{place}. {name}" for place, name in enumerate(data.evidence, start=1))
    body: tuple[Any, ...] = (
        *paragraphs(words.fill("opening", values)),
        *_section(1, "基本情况", data.overview),
        *_section(2, "对标自评情况", words.fill("assessment", values)),
        _assessment(data.assessed),
        *_section(3, "佐证材料", evidence or "无。"),
        *_section(4, "存在问题", data.problems or "无。"),
        *_section(5, "申请事项", data.request),
        *paragraphs(words.fill("closing", values)),
    )
    return Paper(
        title=title_lines(words.fill("title", values)),
        head=PaperHead(data.township.mark, number, data.signer),
        addressee=data.bureau.name,
        body=body,
        sign_off=SignOff(data.township.name, day_written(data.on)),
        note=f"数据摘要 {data.digest}",
        imprint=Imprint(data.township.name, day_written(data.on)),
    )


def _section(place: int, heading: str, text: str) -> tuple[Paragraph, ...]:
    return (Paragraph(f"{_ORDINALS[place - 1]}、{heading}"), *paragraphs(text))


def _assessment(assessed: tuple[Assessed, ...]) -> PaperTable:
    columns = (
        PaperColumn("单位", 1.5, "left"),
        PaperColumn("验收标准", 2.6, "left"),
        PaperColumn("自评情况", 3.4, "left"),
        PaperColumn("结果", 0.9),
        PaperColumn("条款", 0.9),
    )
    rows = tuple((each.unit, each.criterion, close_up(each.figures), each.outcome, each.clause) for each in assessed)
    return PaperTable(columns, rows, caption="对标自评表", size=10.5)


@dataclass(frozen=True)
class Ruled:
    """What was decided on a unit, and the reviewer's words; ``sampling`` is what the spot check gave and what follows."""

    unit: str
    title: str
    outcome: str
    opinion: str
    sampling: str = ""


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


def examination(data: Examination, words: WordingTexts, number: str) -> Paper:
    values = {
        "报送单位": data.township,
        "季度": data.quarter.label,
        "报告文号": data.report_number or "无文号",
        "数量": f"{len(data.ruled):,}",
    }
    sampled = "\n".join(f"{each.unit}：{each.sampling}" for each in data.ruled if each.sampling)
    signed = f"审核人：{data.reviewer}" + (f"；复核人：{data.confirmed_by}" if data.confirmed_by else "")
    return Paper(
        title=title_lines(words.fill("title", values)),
        head=PaperHead(data.bureau.mark, number),
        addressee=data.township,
        body=(
            *paragraphs(words.fill("opening", values)),
            Paragraph("一、审核结论"),
            _rulings(data.ruled),
            Paragraph("二、逐条审核情况"),
            _checks(data.checked),
            *_section(3, "现场抽查情况", sampled or "本次未安排抽查。"),
            *paragraphs(words.fill("closing", values)),
        ),
        sign_off=SignOff(data.bureau.name, day_written(data.on)),
        note=signed,
    )


def _rulings(ruled: tuple[Ruled, ...]) -> PaperTable:
    columns = (
        PaperColumn("单位", 1.5, "left"),
        PaperColumn("申报称号", 1.7),
        PaperColumn("结论", 1.6),
        PaperColumn("意见", 4, "left"),
    )
    rows = tuple((each.unit, each.title, each.outcome, each.opinion) for each in ruled)
    return PaperTable(columns, rows, caption="审核结论表", size=10.5)


def _checks(checked: tuple[Checked, ...]) -> PaperTable:
    columns = (
        PaperColumn("单位", 1.4, "left"),
        PaperColumn("验收标准", 2.4, "left"),
        PaperColumn("数据", 3.2, "left"),
        PaperColumn("审核", 0.8),
        PaperColumn("说明", 1.4, "left"),
    )
    rows = tuple((each.unit, each.criterion, close_up(each.figures), each.finding, each.remark) for each in checked)
    return PaperTable(columns, rows, caption="逐条审核表", size=10.5)


@dataclass(frozen=True)
class ListedUnit:
    """A unit in a list of those that passed or were ratified."""

    unit: str
    code: str
    township: str
    title: str
    quarter: str
    remark: str = ""


def _list(units: tuple[ListedUnit, ...], caption: str) -> PaperTable:
    columns = (
        PaperColumn("序号", 0.75),
        PaperColumn("单位", 1.4, "left"),
        PaperColumn("区域编码", 2.1),
        PaperColumn("所属街镇", 1.2),
        PaperColumn("称号", 1.8),
        PaperColumn("达标季度", 2.2),
        PaperColumn("备注", 0.95, "left"),
    )
    rows = tuple(
        (str(place), each.unit, each.code, each.township, each.title, each.quarter, each.remark)
        for place, each in enumerate(units, start=1)
    )
    return PaperTable(columns, rows, caption=caption, size=10.5)


def _statistics(counts: tuple[tuple[str, int], ...]) -> PaperTable:
    rows = tuple((title, f"{count:,}") for title, count in counts)
    total = ("合计", f"{sum(count for _, count in counts):,}")
    return PaperTable((PaperColumn("称号", 2), PaperColumn("数量", 1)), (*rows, total), "分类统计表", "个", totals=1)


@dataclass(frozen=True)
class Compilation:
    """What a 汇总上报 says: the units that passed, counted by title, and the bureau's opinion."""

    bureau: Issuer
    government: Issuer
    on: date
    signer: str
    opinion: str
    units: tuple[ListedUnit, ...]
    counts: tuple[tuple[str, int], ...]


def compilation(data: Compilation, words: WordingTexts, number: str) -> Paper:
    values = {"上报单位": data.bureau.name, "受文单位": data.government.name, "数量": f"{len(data.units):,}"}
    return Paper(
        title=title_lines(words.fill("title", values)),
        head=PaperHead(data.bureau.mark, number, data.signer),
        addressee=data.government.name,
        body=(
            *paragraphs(words.fill("opening", values)),
            *_section(1, "审核情况", data.opinion),
            _statistics(data.counts),
            Paragraph("二、达标单位名单"),
            _list(data.units, "达标单位名单"),
            *paragraphs(words.fill("closing", values)),
        ),
        sign_off=SignOff(data.bureau.name, day_written(data.on)),
        imprint=Imprint(data.bureau.name, day_written(data.on)),
    )


@dataclass(frozen=True)
class Circular:
    """What a 通报 says: the ratified units of a batch."""

    government: Issuer
    batch: str
    ratified_on: date
    on: date
    units: tuple[ListedUnit, ...]
    counts: tuple[tuple[str, int], ...]


def circular(data: Circular, words: WordingTexts, number: str) -> Paper:
    values = {
        "发文单位": data.government.name,
        "批次": data.batch,
        "审定日期": day_written(data.ratified_on),
        "数量": f"{len(data.units):,}",
    }
    return Paper(
        title=title_lines(words.fill("title", values)),
        head=PaperHead(data.government.mark, number),
        addressee=words.fill("addressee", values).strip().rstrip("：:"),
        body=(
            *paragraphs(words.fill("opening", values)),
            _statistics(data.counts),
            *paragraphs(words.fill("closing", values)),
        ),
        attachments=("全光网达标单位名单",),
        sign_off=SignOff(data.government.name, day_written(data.on)),
        annex=(Paragraph("附件", align="left"), Gap(), _list(data.units, "全光网达标单位名单")),
        imprint=Imprint(data.government.name, day_written(data.on), words.fill("copies", values).strip().rstrip("。")),
    )
