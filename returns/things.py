"""Who reported the figures of a village, on its page in the register and on those of what lies in it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.http import urlencode

from accounts.models import User
from accounts.posts import Power
from areas.vocabulary import CODE_LENGTH, AreaKind
from register.things import Panel, Thing
from returns.figures import FIGURES
from returns.models import FigureEntry, OperatorCount, ReturnAction, ReturnLine, ReturnMove

IMPORTED = "数据导入"
_A = ReturnAction
STEPS = (_A.HAND_UP, _A.SUBMIT, _A.PASS, _A.APPROVE, _A.CONFIRM)
"""The steps by which a figure came to be counted: handed up by the clerk, signed by the head, passed by the bureau."""


@dataclass(frozen=True)
class ReportedFigure:
    """A figure of a village's line, who typed it last (blank: a data package brought it), and where its history stands."""

    label: str
    value: int | None
    entry: FigureEntry | None
    url: str

    @property
    def by(self) -> str:
        return self.entry.by.name if self.entry and self.entry.by else IMPORTED


def reported(user: User, thing: Thing) -> Panel | None:
    """The figures of the village in the quarter viewed, else of the latest that was approved, with whose hands they went
    through; four queries. None where nothing was reported, or the user reads no returns."""
    code = _village(thing)
    if not code or not user.may(Power.SEE_RETURNS):
        return None
    lines = ReturnLine.objects.visible_to(user).usable("approved").filter(area_id=code)
    lines = lines.filter(period=str(thing.quarter)) if thing.quarter else lines
    line = lines.select_related("quarterly_return__township", "area").order_by("-period").first()
    if line is None:
        return None
    context = {"line": line, "figures": _figures(line), "moves": _moves(line), "counts": _counts(user, line)}
    return Panel("reported", "季报数字和经手人", template="returns/_thing_reported.html", context=context)


def _village(thing: Thing) -> str:
    """The village or community at or above the thing; blank above them."""
    length = CODE_LENGTH[AreaKind.VILLAGE]
    code = {"areas": thing.key, "sites": thing.value("area_code") if thing.table == "sites" else ""}.get(
        thing.table, ""
    )
    return code[:length] if len(code) >= length else ""


def _figures(line: ReturnLine) -> list[ReportedFigure]:
    """A correction takes over what it does not change: whoever typed that stands with an earlier revision."""
    entries = FigureEntry.objects.filter(line__area_id=line.area_id, line__period=line.period)
    entries = entries.filter(line__quarterly_return__lte=line.quarterly_return_id).select_related("by").order_by("pk")
    last = {entry.figure: entry for entry in entries}
    history = reverse("returns:history", args=[line.quarterly_return_id, line.area_id])
    return [
        ReportedFigure(
            each.label, getattr(line, each.name), last.get(each.name), f"{history}?{urlencode({'figure': each.name})}"
        )
        for each in FIGURES
    ]


def _moves(line: ReturnLine) -> Iterable[ReturnMove]:
    """The last of each step that the revision took."""
    moves = ReturnMove.objects.filter(quarterly_return=line.quarterly_return_id, action__in=STEPS).select_related("by")
    return {move.action: move for move in moves.order_by("pk")}.values()


def _counts(user: User, line: ReturnLine) -> list[OperatorCount]:
    """What the operators counted in the village and in its street or town."""
    places = (line.area_id, line.quarterly_return.township_id)
    rows = OperatorCount.objects.visible_to(user).filter(area_id__in=places, period=line.period)
    return list(rows.select_related("operator", "area", "by").order_by("-area_id", "operator_id"))
