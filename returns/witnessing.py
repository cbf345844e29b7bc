"""What of the returns stands for good: steps, leave to report late, reported and approved figures."""

from django.db.models import Q

from returns.models import LateRequestMove, LineStatus, Return, ReturnLine, ReturnMove, ReturnState, Unlock
from witness.kinds import Sealed, steps

_WITH_BUREAU = (LineStatus.SUBMITTED, LineStatus.APPROVED, LineStatus.SUPERSEDED)


def kinds() -> tuple[Sealed, ...]:
    return (
        steps(ReturnMove, "quarterly_return"),
        steps(LateRequestMove, "request"),
        Sealed(Unlock),
        Sealed(
            Return,
            changing=("state", "version"),
            due=Q(state__in=(ReturnState.APPROVED, ReturnState.SUPERSEDED)),
            named=_return,
        ),
        Sealed(
            ReturnLine,
            changing=("version",),
            later=("status",),
            due=Q(status__in=_WITH_BUREAU),
            group="quarterly_return_id",
            named=_line,
        ),
    )


def _return(row: Return) -> str:
    return f"{row.township.name} {row.quarter.label} 第 {row.revision} 版"


def _line(row: ReturnLine) -> str:
    return f"{_return(row.quarterly_return)}：{row.area.name}"
