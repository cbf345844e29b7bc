"""The brief for a meeting (简报): conclusion, tasks by township, course and open items on one A4, for PDF and Word.

Its sentences are made from the figures; the bureau, of its own a township, may edit them in a draft (papers/drafts.py) and issues
it with a number of its own (期号).
"""

from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from django.db import transaction

from acceptance.models import Basis
from acceptance.wording import number
from areas.dated import then
from areas.models import Area
from areas.vocabulary import TOWNSHIPS
from common.exceptions import Refused
from papers import bodies, computed, drafts, issuing
from papers.bodies import Issuer
from papers.computed import ComputedText
from papers.document import Block, Gap, Imprint, Layout, Paper, PaperHead, Paragraph, close_up, day_written, paragraphs
from papers.models import Document, Numbering
from papers.numbers import DrawnNumber
from papers.pdf import page_count
from papers.wording import WordingTexts, words_for
from reports import answer, brief_tables
from reports.open_items import BriefItem, Plans, open_items
from reports.progress import ProgressPage
from reports.words import plain

KIND = "brief"
MOST_ITEMS = 12
"""A page holds no more open items, and a draft offers no more to be edited."""
SLACK_LINES = 1
"""What a page must have left, for Word sets a little wider than the PDF."""
_WITNESSED = Imprint("", "", witness="存证树根（第1条）")
"""What is said at the foot of a brief once it is issued."""
CONCLUSION = "conclusion"
NOWHERE = "无。"


@dataclass(frozen=True)
class BriefFigures:
    """What a brief says of ``area`` as ``page`` shows it; ``as_of`` is when that was judged, ``plans`` what was signed."""

    page: ProgressPage
    area: Area
    as_of: str
    plans: Plans

    @cached_property
    def conclusion(self) -> str:
        """The sentences of the page's answer, a line each."""
        titles = {area: work for (area, milestone), work in self.plans.items() if not milestone}
        return "\n".join(close_up(plain(each)) for each in answer.answer(self.page, titles))

    @cached_property
    def _listed(self) -> tuple[list[BriefItem], int]:
        return open_items(self.page, self.plans, MOST_ITEMS)

    @property
    def items(self) -> list[BriefItem]:
        """As many open items as a page may hold."""
        return self._listed[0]

    @property
    def all_items(self) -> int:
        return self._listed[1]

    @cached_property
    def texts(self) -> tuple[ComputedText, ...]:
        """The sentences that may be edited."""
        found = [ComputedText(CONCLUSION, "结论", self.conclusion, 5)]
        for item in self.items:
            name = f"{item.key.partition('.')[0]} {item.task}"
            found.append(ComputedText(f"{item.key}.cause", f"{name}：原因", item.cause))
            found.append(ComputedText(f"{item.key}.proposal", f"{name}：建议", item.proposal, 2))
        return tuple(found)


def issuer_of(area: Area, on: date) -> Issuer:
    """Who makes the brief of a district, or of a street or town."""
    return bodies.township(area, on) if area.kind in TOWNSHIPS else bodies.bureau(area, on)


def brief(figures: BriefFigures, words: WordingTexts, on: date, issue: str = "") -> Paper:
    """The brief written on a day, on one page; without ``issue`` (第1期) it was not issued.

    Refused where its words alone take more than a page.
    """
    page, area = figures.page, figures.area
    issuer = issuer_of(area, on)
    values = {"区域": then([copy(area)], page.quarter.last_day)[0].name, "季度": page.quarter.label}
    said = {text.key: computed.current(text, words.texts) for text in figures.texts}
    beginning = (*_conclusion(said[CONCLUSION]), *_matrix(figures), *_course(figures))

    def made(count: int) -> Paper:
        return laid_out(words, values, issuer.name, on, issue, (*beginning, *_items(figures, said, count)))

    return fitted(made, len(figures.items))


def fitted(made: Callable[[int], Paper], most: int) -> Paper:
    """The paper with as many items as one page holds, ``most`` at most; Refused where it takes more without any."""
    low, high = -1, most
    while low < high:
        middle = (low + high + 1) // 2
        paper = made(middle)
        if page_count(replace(paper, body=(*paper.body, Gap(SLACK_LINES)), imprint=_WITNESSED)) == 1:
            low = middle
        else:
            high = middle - 1
    if low < 0:
        raise Refused("简报超过一页：请压缩结论的文字。")
    return made(low)


def laid_out(words: WordingTexts, values: dict, made_by: str, on: date, issue: str, body: tuple[Block, ...]) -> Paper:
    """The brief with its head (报头); it bears no seal, and so leaves no room for one."""
    return Paper(
        title=words.fill("title", values),
        layout=Layout.BRIEF,
        head=PaperHead(words.fill("mark", values), issue or "（未编期号）", made_by=made_by, made_on=day_written(on)),
        body=body,
    )


def _conclusion(text: str) -> tuple[Block, ...]:
    return (_heading("一、结论"), *paragraphs(text))


def _matrix(figures: BriefFigures) -> tuple[Block, ...]:
    return (_heading("二、各项任务"), *brief_tables.matrix_tables(figures.page), brief_tables.LEGEND)


def _course(figures: BriefFigures) -> tuple[Block, ...]:
    page = figures.page
    table, is_partial, partial = brief_tables.course_table(page, figures.area)
    basis = f"数据截至{day_written(page.quarter.last_day)}，口径：{Basis(page.basis).label}，{figures.as_of}。"
    note = f"{brief_tables.HOLLOW}{partial}{basis}" if is_partial else basis
    return (_heading("三、各季度进展"), table, Paragraph(close_up(note), "left"))


def _items(figures: BriefFigures, said: Mapping[str, str], count: int) -> tuple[Block, ...]:
    heading = _heading("四、未达到和可能逾期的任务")
    if not figures.all_items:
        return (heading, Paragraph(NOWHERE))
    shown = [
        replace(item, cause=said[f"{item.key}.cause"], proposal=said[f"{item.key}.proposal"])
        for item in figures.items[:count]
    ]
    rest = figures.all_items - count
    more = (Paragraph(f"另有{number(rest)}项，见门户“任务进度”。"),) if rest else ()
    return (heading, *brief_tables.item_table(shown), *more)


def _heading(text: str) -> Paragraph:
    return Paragraph(text, "left", "first")


# ------------------------------------------------ issued


@transaction.atomic
def issue_brief(figures: BriefFigures, name: str, on: date, by) -> Document:
    """Give the brief the year's next number and keep it; everybody beneath may read it. ``name`` is what its draft is about.

    Refused where the draft is not checked yet, or the figures have moved since its words were edited.
    """
    area = figures.area
    issuer = issuer_of(area, on)
    draft = drafts.signed(kind=KIND, subject=name, issuer=replace(issuer, numbering=Numbering.PORTAL))
    words = words_for(KIND, area.county, name)
    if moved := [text.label for text in figures.texts if computed.has_moved(text, words.texts)]:
        raise Refused(f"文字修改后数据已变化：{'、'.join(moved)}。请退回拟稿，核对后再编发。")

    def numbered() -> tuple[DrawnNumber, str]:
        drawn = issuing.draw(code=f"{area.name}简报", year=on.year)
        return drawn, f"{on.year}年第{drawn.serial}期"

    return issuing.issue(
        kind=KIND,
        subject=name,
        issuer=issuer,
        area=area,
        on=on,
        by=by,
        is_circular=True,
        build=lambda number: brief(figures, words, on, number.partition("年")[2]),
        numbered=numbered,
        draft=draft,
    )
