"""The page of what is known already: suggestions to be taken in one act, and what the sources disagree on."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.access import requires
from accounts.posts import Power
from common.exceptions import Refused
from returns.figures import BY_NAME, FIGURES, NAMES
from returns.moves import ReturnAction, allows
from returns.pages import address, return_context, return_or_404
from returns.sheet import ReturnSheet, sheet_of
from returns.sources.agreement import Cell, Disagreement, Suggestion, Weighed
from returns.sources.confirming import confirm
from returns.sources.suggesting import asked, open_suggestions

_GIVEN = re.compile(r"([0-9]{12})-([a-z_]{1,40})-([0-9]{1,10})")


@dataclass(frozen=True)
class DisagreementShown:
    """A cell on which the sources differ, with what stands in it (None: blank)."""

    village: str
    label: str
    value: int | None
    disagreement: Disagreement

    @property
    def href(self) -> str:
        return f"f-{self.disagreement.code}-{self.disagreement.figure}"


@dataclass(frozen=True)
class SuggestedRow:
    """A village with what stands in its cells, or may be filled in, and the columns' labels, in their order."""

    village: str
    cells: list[tuple[int | None, Suggestion | None, str]]


@dataclass(frozen=True)
class KnownCells:
    """What is known of a return's cells: ``suggested`` to be confirmed, ``disagreements``, and how many nobody else knows."""

    suggested: dict[Cell, Suggestion]
    rows: list[SuggestedRow]
    disagreements: list[DisagreementShown]
    unknown: int


def known_of(sheet: ReturnSheet, weighed: Weighed) -> KnownCells:
    suggested = open_suggestions(sheet, weighed)
    blank = {(row.area.code, name) for row in sheet.rows for name in NAMES if row.figures[name] is None}
    rows = [
        SuggestedRow(
            row.area.name,
            [(row.figures[name], suggested.get((row.area.code, name)), BY_NAME[name].label) for name in NAMES],
        )
        for row in sheet.rows
        if any((row.area.code, name) in suggested for name in NAMES)
    ]
    by_code = {row.area.code: row for row in sheet.rows}
    differing = [
        DisagreementShown(by_code[code].area.name, BY_NAME[name].label, by_code[code].figures[name], each)
        for (code, name), each in weighed.disagreements.items()
    ]
    differing.sort(key=lambda each: -each.disagreement.size)
    return KnownCells(suggested, rows, differing, len(blank - suggested.keys()))


@requires(Power.ENTER_RETURNS)
def sources(request: HttpRequest, pk: int) -> HttpResponse:
    """GET: what the sources say. POST: take the suggestions that the page showed, all of them or none."""
    quarterly_return = return_or_404(request, pk)
    if request.method != "POST":
        return _page(request, quarterly_return)
    try:
        number = confirm(quarterly_return=quarterly_return, seen=_given(request.POST.getlist("take")), by=request.user)
    except Refused as refusal:
        return _page(request, return_or_404(request, pk), str(refusal), 409)
    messages.success(request, f"已采用 {number} 格建议数。" if number else "没有可采用的建议数，或已由他人填报。")
    return redirect(address(quarterly_return))


def _given(texts: list[str]) -> Mapping[Cell, int]:
    """What the page showed, by cell; a text that no page sends is left out, and so is not taken."""
    found = [match.groups() for text in texts if (match := _GIVEN.fullmatch(text))]
    return {(code, name): int(value) for code, name, value in found}


def _page(request: HttpRequest, quarterly_return, refusal: str = "", status: int = 200) -> HttpResponse:
    if not allows(ReturnAction.SAVE, quarterly_return, request.user):
        if refusal:
            messages.error(request, refusal)
        return redirect(address(quarterly_return))
    sheet = sheet_of(quarterly_return)
    context = {"known": known_of(sheet, asked(sheet)), "figures": FIGURES, "refusal": refusal}
    return render(
        request, "returns/sources/sources.html", return_context(request, quarterly_return) | context, status=status
    )
