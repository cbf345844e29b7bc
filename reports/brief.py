"""The brief for a meeting (简报): where the plan stands on one page, for PDF and Word; issued by the bureau it has a number (期号)."""

from collections import Counter
from copy import copy
from datetime import date

from django.db import transaction

from acceptance.models import Basis
from acceptance.wording import number
from areas.dated import then
from areas.vocabulary import TOWNSHIPS, AreaKind
from papers import issuing
from papers.document import Layout, Paper, PaperHead, Paragraph, close_up, day_written
from papers.models import Document
from papers.numbers import DrawnNumber
from papers.wording import WordingTexts, words_for
from reports.lights import Light
from reports.progress import ProgressPage, TitleCount

KIND = "brief"
NEXT, BEHIND = 3, 2
"""The section on the next step names so many, the others so many; the page has room for no more."""
_COUNTED = (AreaKind.STREET, AreaKind.TOWN, AreaKind.NATURAL_VILLAGE, AreaKind.COMPOUND)


def brief(page: ProgressPage, area, on: date, as_of: str, issue: str = "") -> Paper:
    """What ``page`` shows of ``area``, written on a day, and as of when; without ``issue`` (第1期) it was not issued."""
    issuer = issuing.township(area, on) if area.kind in TOWNSHIPS else issuing.bureau(area, on)
    sections = [
        _totals(page, as_of),
        _titles(page.titles),
        _listed(_next_name(page), _next(page), NEXT),
        _listed("到期未达到", [_gap(light) for light in page.behind], BEHIND, "没有。"),
        _listed("最接近达标的街镇", [f"{each.area.name}{each.lacks}" for each in page.nearest], BEHIND),
        _turned(page),
    ]
    place = then([copy(area)], page.quarter.last_day)[0].name
    values = {"区域": place, "季度": page.quarter.label}
    body = _numbered([close_up(section) for section in sections if section])
    return laid_out(words_for(KIND, area.county), values, issuer.name, on, issue, tuple(body))


def laid_out(
    words: WordingTexts, values: dict, made_by: str, on: date, issue: str, body: tuple[Paragraph, ...]
) -> Paper:
    """The brief with its head (报头); it bears no seal, and so leaves no room for one."""
    return Paper(
        title=words.fill("title", values),
        layout=Layout.BULLETIN,
        head=PaperHead(words.fill("mark", values), issue or "（未编期号）", made_by=made_by, made_on=day_written(on)),
        body=body,
    )


@transaction.atomic
def issue_brief(page: ProgressPage, area, on: date, as_of: str, by) -> Document:
    """Give the brief the year's next number and keep it; everybody beneath may read it."""
    issuer = issuing.bureau(area, on)

    def numbered() -> tuple[DrawnNumber, str]:
        drawn = issuing.draw(code=f"{area.name}简报", year=on.year)
        return drawn, f"{on.year}年第{drawn.serial}期"

    return issuing.issue(
        kind=KIND,
        issuer=issuer,
        area=area,
        on=on,
        by=by,
        is_circular=True,
        build=lambda number: brief(page, area, on, as_of, number.partition("年")[2]),
        numbered=numbered,
    )


def _numbered(sections: list[str]) -> list[Paragraph]:
    """With 一、二、三 before them."""
    return [Paragraph(f"{mark}、{text}") for mark, text in zip("一二三四五六", sections, strict=False)]


def _totals(page: ProgressPage, as_of: str) -> str:
    totals, day = page.totals, day_written(page.quarter.last_day)
    named = (
        ("已达到", totals.met), ("逾期达到", totals.met_late), ("未达到", totals.missed),
        ("未到期", totals.pending), ("待定", totals.undetermined), ("其中回落", totals.fallen_back),
    )  # fmt: skip
    parts = "，".join(f"{name}{number(count)}项" for name, count in named if count)
    return f"任务。截至{day}（口径：{Basis(page.basis).label}；{as_of}），计分的任务{number(totals.all)}项，{parts}。"


def _titles(titles: list[TitleCount]) -> str:
    """The titles on both bases; a township's own page counts none."""
    judged = [each for each in titles if each.kind in _COUNTED]
    if not judged:
        return ""
    computed = "、".join(f"{each.title}{number(each.achieved)}/{number(each.judged)}" for each in judged)
    certified = "、".join(f"{each.title}{number(each.certified)}个" for each in judged if each.certified)
    return f"称号。测算达标/参评：{computed}；已授牌：{certified or '无'}。"


def _next_name(page: ProgressPage) -> str:
    return f"{page.next_step.due.label}末到期" if page.next_step else ""


def _next(page: ProgressPage) -> list[str]:
    return [f"{_gap(light)}{_pace(light)}" for light in page.next_step.unmet] if page.next_step else []


def _gap(light: Light) -> str:
    """In which scope, and what is missing; what cannot be told yet is said so."""
    scope = "全区" if light.milestone.scope == "district" else light.area.name
    return f"{scope}{light.words.gap or light.title + '，' + light.mark.text}"


def _pace(light: Light) -> str:
    return f"（{light.pace.text}）" if light.pace and light.pace.gain is not None else ""


def _listed(name: str, items: list[str], most: int, nothing: str = "") -> str:
    """A section of the first few items; blank where there is nothing to say."""
    if not items:
        return f"{name}。{nothing}" if nothing else ""
    said = "；".join(item.replace("。", "") for item in items[:most])
    rest = f"；另有{number(len(items) - most)}项" if len(items) > most else ""
    return f"{name}。{said}{rest}。"


def _turned(page: ProgressPage) -> str:
    if page.against is None:
        return ""
    marks = Counter(light.mark.text for light in page.turned)
    said = "，".join(f"{number(count)}项转为{text}" for text, count in marks.most_common()) or "没有状态发生变化的任务"
    return f"与{page.against.label}相比。{said}。"
