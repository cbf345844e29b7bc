"""How the return of a township and quarter begins: once, with a blank line for each village in force."""

from django.db import IntegrityError, transaction

from areas.models import Area
from common.exceptions import Refused
from common.periods import Quarter
from returns.models import Return, ReturnLine
from returns.moves import MOVES, ReturnAction
from returns.sheet import villages


def begin(township: Area, quarter: Quarter, by) -> Return:
    """Get or create the return of a township and quarter; safe when several people open it at once."""
    try:
        with transaction.atomic():
            return latest_return(township, quarter) or _opened(township, quarter, by)
    except IntegrityError:
        found = latest_return(township, quarter)
        if found is None:
            raise
        return found


def latest_return(township: Area, quarter: Quarter) -> Return | None:
    """The latest revision, None when there is none; one that was discarded is none."""
    returns = Return.objects.standing().filter(township=township, period=str(quarter))
    return returns.order_by("-revision").first()


def _opened(township: Area, quarter: Quarter, by) -> Return:
    covered = villages(township.code, quarter)
    if not covered:
        raise Refused(f"{township.name}在{quarter.label}末没有村或社区，无须填报。")
    quarterly_return = Return.objects.create(township=township, county=township.county, period=str(quarter))
    ReturnLine.objects.bulk_create(
        ReturnLine(
            quarterly_return=quarterly_return, area=area, county=quarterly_return.county, period=quarterly_return.period
        )
        for area in covered
    )
    MOVES.record(MOVES.log(quarterly_return, ReturnAction.OPEN, "", by), lines=len(covered))
    return quarterly_return
