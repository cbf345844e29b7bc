"""The address of a figure's members: pure, so that a page with a thousand figures asks nothing for its links."""

from collections.abc import Mapping
from functools import cache
from urllib.parse import quote_plus, urlencode

from django.urls import reverse

from acceptance.models import Basis
from common.periods import Quarter


class MemberPart:
    """Which members of a figure are meant. ``LACKING``: whoever failed or is unknown; ``GAP``: those of whom some are still wanted;
    ``WAITING``: milestones that are not due or cannot be told yet."""

    ALL, PASSED, FAILED, UNKNOWN = "all", "passed", "failed", "unknown"
    LACKING, GAP, WAITING = "lacking", "gap", "waiting"


@cache
def _page() -> tuple[str, str]:
    before, after = reverse("figures:figure", args=["OF"]).split("OF")
    return before, after


def _code(value: object) -> str:
    """A row's code, or what is given as it is."""
    return str(getattr(value, "code", value))


def figure(
    of: str, *, area, quarter: Quarter | str, basis: str = Basis.APPROVED, part: str = MemberPart.ALL, **more: object
) -> str:
    """The address of the members of ``of`` (G10, criterion.S10, sites …) in an area, given as a row or by its code.

    ``more`` are filters of the list, words or rows with a code: cause, kind, operator … No query; what is asked for anyway (已审核, all) is left out.
    """
    before, after = _page()
    query = f"area={_code(area or '')}&period={quarter}"
    if basis and basis != Basis.APPROVED:
        query += f"&basis={basis}"
    if part != MemberPart.ALL:
        query += f"&part={part}"
    if said := {name: _code(value) for name, value in more.items() if value not in (None, "")}:
        query += f"&{urlencode(said)}"
    return f"{before}{quote_plus(of)}{after}?{query}"


def question_address(of: str, question: Mapping[str, str]) -> str:
    """The address of the figure that a ``question`` names."""
    more = {name: value for name, value in question.items() if name not in ("area", "period")}
    return figure(of, area=question["area"], quarter=question.get("period", ""), **more)
