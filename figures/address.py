"""The address of a figure's members: pure, so that a page with a thousand figures asks nothing for its links."""

from functools import cache
from urllib.parse import quote_plus, urlencode

from django.urls import reverse

from acceptance.models import Basis
from common.periods import Quarter


class MemberPart:
    """Which members of a figure are meant. ``LACKING``: whoever failed or is unknown; ``GAP``: those of whom some are still wanted."""

    ALL, PASSED, FAILED, UNKNOWN = "all", "passed", "failed", "unknown"
    LACKING, GAP = "lacking", "gap"


@cache
def _page() -> tuple[str, str]:
    before, after = reverse("figures:figure", args=["OF"]).split("OF")
    return before, after


def figure(
    of: str, *, area, quarter: Quarter | str, basis: str = Basis.APPROVED, part: str = MemberPart.ALL, **more: object
) -> str:
    """The address of the members of ``of`` (G10, criterion.S10, sites …) in an area, given as a row or by its code.

    ``more`` are filters of the list: cause, kind, operator … No query; what is asked for anyway (已审核, all) is left out.
    """
    before, after = _page()
    query = f"area={getattr(area, 'code', area) or ''}&period={quarter}"
    if basis and basis != Basis.APPROVED:
        query += f"&basis={basis}"
    if part != MemberPart.ALL:
        query += f"&part={part}"
    if more:
        query += "&" + urlencode({name: str(value) for name, value in more.items() if value not in (None, "")})
    return f"{before}{quote_plus(of)}{after}?{query}"
