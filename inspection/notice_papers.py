"""The paper of a public notice (公示): the list as it is proposed, the term, and where to object."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date

from acceptance import wording
from acceptance.plan import by_digest
from areas.models import Area
from inspection.models import Unit
from papers.document import (
    Annex,
    Imprint,
    Paper,
    PaperColumn,
    PaperHead,
    PaperTable,
    SignOff,
    annexed,
    close_up,
    day_written,
    paragraphs,
    title_lines,
)
from papers.issuing import Issuer, government
from papers.wording import WordingTexts

KIND = "notice"
LIST = "拟审定全光网建设达标单位名单"
"""What the list is called while it is proposed."""


@dataclass(frozen=True)
class NoticedUnit:
    """A unit as the public reads it: village and name, and its figures against the standard."""

    unit: str
    code: str
    township: str
    title: str
    quarter: str
    figures: str


@dataclass(frozen=True)
class NoticeData:
    """What a 公示 says; ``address`` is where it can be read, blank where the portal's own is not known."""

    government: Issuer
    office: str
    phones: tuple[str, ...]
    on: date
    until: date
    days: int
    units: tuple[NoticedUnit, ...]
    address: str = ""

    @property
    def said(self) -> dict:
        """As the public page keeps it."""
        return {
            "issuer": self.government.name,
            "office": self.office,
            "phones": list(self.phones),
            "units": [asdict(each) for each in self.units],
        }


def issuer(district: Area, on: date) -> Issuer:
    """区人民政府, whose notices are a series of their own."""
    body = government(district, on)
    return replace(body, code=f"{body.code}公示")


def noticed(units: Sequence[Unit]) -> tuple[NoticedUnit, ...]:
    """Units, as they were called, with what was frozen of them."""
    return tuple(
        NoticedUnit(
            unit.area.full_name,
            unit.area_id,
            unit.report.township.name,
            unit.title,
            unit.quarter.label,
            _figures(unit),
        )
        for unit in units
    )


def _figures(unit: Unit) -> str:
    """A line for each criterion: what is asked, and what was found."""
    said = unit.frozen.said
    criteria = by_digest(said["plan"]["digest"]).criteria
    return "\n".join(
        f"{wording.criterion_title(criteria[row['key']])}：{wording.criterion_words(criteria[row['key']], row).text}"
        for row in said["criteria"]
    )


def notice(data: NoticeData, words: WordingTexts, number: str) -> Paper:
    values = {
        "发文单位": data.government.name,
        "数量": f"{len(data.units):,}",
        "工作日": str(data.days),
        "公示日期": day_written(data.on),
        "截止日期": day_written(data.until),
        "受理单位": data.office,
        "受理电话": "、".join(data.phones),
        "网上查看": f"名单和有关数据也可在网上查看：{data.address}" if data.address else "",
    }
    return Paper(
        title=title_lines(words.fill("title", values)),
        head=PaperHead(data.government.mark, number),
        body=(*paragraphs(words.fill("opening", values)), *paragraphs(words.fill("closing", values))),
        sign_off=SignOff(data.government.name, day_written(data.on)),
        imprint=Imprint(data.government.office, day_written(data.on)),
        **annexed([Annex(LIST, (_list(data.units),))]),
    )


def _list(units: Sequence[NoticedUnit]) -> PaperTable:
    columns = (
        PaperColumn("序号", 0.7),
        PaperColumn("单位", 1.6, "left"),
        PaperColumn("所属街镇", 1.2),
        PaperColumn("拟授称号", 1.7),
        PaperColumn("达标季度", 1.2),
        PaperColumn("标准和数据", 4.1, "left"),
    )
    rows = tuple(
        (str(place), each.unit, each.township, each.title, each.quarter, close_up(each.figures.replace("\n", "")))
        for place, each in enumerate(units, start=1)
    )
    return PaperTable(columns, rows, size=10.5)
