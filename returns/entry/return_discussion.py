"""A return as those see it who talk about its cells: the township, and the bureau that reviews it."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Self

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import reverse

from accounts.access import refusal
from accounts.posts import Power
from common.http import get_object_or_404
from entry.discussion import CellFact, CellStory, Discussion
from entry.forms import Value
from returns.entry.saving import EXPLANATION
from returns.figures import BY_NAME
from returns.models import Return, ReturnLine, ReturnState
from returns.pages import address
from returns.review.history import events
from returns.review.reviewing import FigureReading, review_of
from returns.sheet import sheet_of, villages
from returns.surveying import ReturnSurvey

FROZEN = (ReturnState.APPROVED, ReturnState.SUPERSEDED, ReturnState.DISCARDED)
"""What is said about such a return stays to be read; nothing is added."""


class ReturnDiscussion(Discussion):
    """Cells are talked about by whoever types, signs or reviews, and read by whoever sees the return."""

    kind = "return"
    columns = {name: figure.label for name, figure in BY_NAME.items()} | {EXPLANATION: "说明"}
    writing = (Power.ENTER_RETURNS, Power.SIGN_RETURNS, Power.REVIEW_RETURNS)

    def __init__(self, quarterly_return: Return) -> None:
        self.quarterly_return = quarterly_return
        self.name, self.title = str(quarterly_return.pk), str(quarterly_return)

    @classmethod
    def opened(cls, user, name: str) -> Self:
        if not user.may(Power.SEE_RETURNS):
            raise PermissionDenied(refusal(user, (Power.SEE_RETURNS,)))
        returns = Return.objects.visible_to(user).select_related("township")
        return cls(get_object_or_404(returns, pk=int(name) if name.isdecimal() and len(name) < 10 else 0))

    @classmethod
    def seen_by(cls, user, names: Iterable[str]) -> Mapping[str, Self]:
        if not user.may(Power.SEE_RETURNS):
            return {}
        seen = Return.objects.visible_to(user).select_related("township")
        return {str(each.pk): cls(each) for each in seen.filter(pk__in=[int(name) for name in names])}

    @property
    def address(self) -> str:
        return address(self.quarterly_return)

    @property
    def closed(self) -> str:
        if self.quarterly_return.state not in FROZEN:
            return ""
        return f"本季报{self.quarterly_return.get_state_display()}，批注仅供查看；数字有误的，请办理更正。"

    def place(self, code: str, column: str) -> tuple[str, str]:
        if column and column not in self.columns:
            raise Http404(f"No column {column}.")
        return self._area(code).name, self.columns.get(column, "")

    def _area(self, code: str):
        line = self._lines.get(code)
        if line is None and not (
            found := villages(self.quarterly_return.township_id, self.quarterly_return.quarter, [code])
        ):
            raise Http404(f"No row {code}.")
        return line.area if line else found[0]

    @cached_property
    def _lines(self) -> dict[str, ReturnLine]:
        return {line.area_id: line for line in self.quarterly_return.lines.select_related("area")}

    def value(self, code: str, column: str) -> Value:
        line = self._lines.get(code)
        return getattr(line, column) if line and column else None

    def story(self, code: str, column: str) -> CellStory:
        told = events(self.quarterly_return, code, column)
        state = self.quarterly_return.status.label
        if column not in BY_NAME:
            return CellStory(self.value(code, column), state, events=told)
        readings = review_of(sheet_of(self.quarterly_return, only=[code]), ReturnSurvey()).rows[0].readings
        reading = next(each for each in readings if each.cell.figure.name == column)
        return CellStory(reading.cell.value, state, _facts(reading), told)


def _facts(reading: FigureReading) -> list[CellFact]:
    """What the reviewer reads beside a figure, as far as it is known."""
    cell = reading.cell
    change = f"（本季 {cell.change_text}）" if cell.change_text else ""
    told = [
        ("上季", cell.before, change),
        ("去年同期", reading.year_ago, ""),
        ("台账自然村常住户", reading.registered, ""),
    ]
    found = [CellFact(label, f"{value:,}{more}") for label, value, more in told if value is not None]
    if reading.counted is not None:
        found.append(CellFact("运营企业合计", f"{reading.counted:,}"))
    elif reading.has_counts and reading.uncounted:
        found.append(CellFact("运营企业合计", f"缺{reading.uncounted}"))
    if cell.source:
        found.append(CellFact("取自来源", f"{cell.source}，经填报人确认"))
    return found + [CellFact("核对", problem.message) for problem in cell.problems]


def panel_address(quarterly_return: Return, code: str, column: str = "") -> str:
    return f"{reverse('entry:panel', args=['return', quarterly_return.pk, code])}?column={column}"
