"""Work off what changed: at the end of the request that changed it where that is little, else by the worker, at once.

A failure is logged, kept with the county so that its pages say it, and tried again after a minute.
"""

import logging
from collections.abc import Iterable
from datetime import timedelta

from django.db import OperationalError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from acceptance import plan as plans
from acceptance.judging import judging, standing
from acceptance.judging.affected import Changes, Concern
from acceptance.models import Judgement
from acceptance.rules import VERSION
from areas.models import Area, FactChange
from areas.vocabulary import AreaKind
from areas.workdays import DayUnknown
from common import clock

log = logging.getLogger(__name__)

AGAIN = timedelta(minutes=1)
"""A county that could not be judged is tried again after so long."""
FEW = 200
"""More notes than that are never little, whatever they say."""
OUR_FAULT = "程序出错，已记入日志，请告知系统管理员。"


def work_off() -> None:
    """Judge every county that is behind: a chore of the worker."""
    for county in _behind():
        attempt(county)


def work_off_little(counties: Iterable[str]) -> None:
    """Judge those of ``counties`` of which little has changed; nobody is waited for, and the worker does the rest."""
    for county in sorted(counties):
        if _is_little(county):
            attempt(county, waits=False)


def attempt(county: str, *, waits: bool = True) -> None:
    """Judge a county unless that has been done meanwhile or, with ``waits`` False, is being done."""
    try:
        with transaction.atomic():
            if (waits or _is_free(county)) and not judging.is_current(county):
                judging.refresh(county)
    except OperationalError:
        log.warning("%s is judged a moment later: the database did not answer", county, exc_info=True)
    except Exception as problem:
        log.exception("%s could not be judged", county)
        fault = str(problem) if isinstance(problem, DayUnknown) else OUR_FAULT
        Judgement.objects.update_or_create(county=county, defaults={"failed_at": clock.real_now(), "fault": fault})
        standing.forget(county)


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


def _is_little(county: str) -> bool:
    """Whether the county was judged before, by this plan and these rules, and what has changed since is part of it."""
    stands = standing.read(county)
    if not stands.is_ours or Judgement.objects.filter(_failed(), county=county).exists():
        return False
    notes = list(FactChange.objects.filter(county=county)[: FEW + 1])
    noted = Changes.noted(notes)
    return len(notes) <= FEW and not Concern(noted.on_sites | noted.on_areas, ()).is_whole


def _is_free(county: str) -> bool:
    """Hold the county's row; False where somebody else holds it, who is judging it or adding to what is to be judged."""
    held: QuerySet[Judgement] = Judgement.objects.select_for_update(skip_locked=True)
    return held.filter(county=county).first() is not None
