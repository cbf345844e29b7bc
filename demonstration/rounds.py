"""The demonstration's rounds: each quarter of the returns, the last of them open on the demonstration's day."""

from areas.models import Area
from areas.vocabulary import TOWNSHIPS
from common.clock import today
from common.periods import Quarter
from demonstration.accounts import DISTRICT
from returns.models import Round
from returns.rounds import calendar, rounds


def create_rounds() -> None:
    """Make the rounds that are not there yet; only the last begins returns, for what is past is past."""
    if not Area.objects.filter(county=DISTRICT, kind__in=TOWNSHIPS).exists():
        return
    last = calendar.reporting_quarter(today())
    for quarter in calendar.FIRST.through(last.plus(-1)):
        Round.objects.get_or_create(county=DISTRICT, period=str(quarter), defaults={"due": calendar.due_on(quarter)})
    if not Round.objects.filter(county=DISTRICT, period=str(last)).exists():
        _open(last)


def _open(quarter: Quarter) -> None:
    due, on = calendar.due_on(quarter), today()
    rounds.open_round(county=DISTRICT, quarter=quarter, due=due, note="请核对村居名单后填报", on=on, by=None)
