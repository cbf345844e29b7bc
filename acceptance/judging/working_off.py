"""Work off what changed: at the end of the request that changed it where that is little, else by the worker, at once.

A failure is logged, kept with the county so that its pages say it, and tried again after a minute.
"""

import logging
from collections.abc import Iterable
from datetime import timedelta

from django.db import DatabaseError, transaction
from django.db.models import Exists, OuterRef, Q

from acceptance import plan as plans
from acceptance.judging import judging, standing
from acceptance.judging.affected import Changes, Concern
from acceptance.models import Judgement
from acceptance.rules import VERSION
from areas.models import Area, FactChange
from areas.vocabulary import AreaKind
from areas.workdays import DayUnknown
from common import clock
from common.database import is_away

log = logging.getLogger(__name__)

AGAIN = timedelta(minutes=1)
"""A county that could not be judged is tried again after so long."""
FEW, SMALL = 200, 100
"""What is little has at most so many notes, of so many areas, each counted in every quarter: a third of a second or so."""
OUR_FAULT = "程序出错，已记入日志，请告知系统管理员。"


def work_off() -> None:
    """Judge every county that is behind: a chore of the worker."""
    for county in _behind():
        attempt(county)


def work_off_little(counties: Iterable[str]) -> None:
    """Judge those of ``counties`` of which little has changed; nobody is waited for, and the worker does the rest."""
    for county in sorted(counties):
        try:
            attempt(county, only_little=True)
        except DatabaseError:
            log.warning("%s is left to the worker", county, exc_info=True)


def attempt(county: str, *, only_little: bool = False) -> None:
    """Judge a county that is behind, after whoever else has it in hand; with ``only_little`` neither wait nor judge much.

    A database that does not answer is for the next time; whatever else goes wrong is kept.
    """
    try:
        with transaction.atomic():
            if _hold(county, waits=not only_little) or not only_little:
                stands = standing.read(county)
                if stands.is_behind and (not only_little or _is_little(county, stands)):
                    judging.refresh(county)
    except Exception as problem:
        if is_away(problem):
            raise
        log.exception("%s could not be judged", county)
        fault = str(problem) if isinstance(problem, DayUnknown) else OUR_FAULT
        Judgement.objects.update_or_create(county=county, defaults={"failed_at": clock.real_now(), "fault": fault})
        standing.forget(county)


def _hold(county: str, *, waits: bool) -> bool:
    """Hold the county's row; False where there is none, or where not to wait for whoever holds it."""
    held = Judgement.objects.select_for_update(of=("self",), skip_locked=not waits)
    return held.filter(county=county).first() is not None


def _behind() -> list[str]:
    """The counties whose verdicts are not current, but those that failed a moment ago."""
    given = Judgement.objects.filter(county=OuterRef("code"))
    noted = FactChange.objects.filter(county=OuterRef("county"))
    current = given.filter(~Exists(noted), plan__digest=plans.current().digest, engine=VERSION)
    districts = Area.objects.filter(kind=AreaKind.DISTRICT).order_by("code")
    return list(districts.exclude(Exists(given.filter(_failed()) | current)).values_list("code", flat=True))


def _failed() -> Q:
    """Judgements that failed a moment ago."""
    return Q(failed_at__gt=clock.real_now() - AGAIN)


def _is_little(county: str, stands: standing.CountyStanding) -> bool:
    """Whether the county was judged before, by this plan and these rules, and what has changed since is part of it."""
    if not stands.is_ours or Judgement.objects.filter(_failed(), county=county).exists():
        return False
    notes = list(FactChange.objects.filter(county=county)[: FEW + 1])
    if len(notes) > FEW:
        return False
    noted = Changes.noted(notes)
    concern = Concern(noted.on_sites | noted.on_areas, stands.quarters)
    return not concern.is_whole and concern.size <= SMALL
