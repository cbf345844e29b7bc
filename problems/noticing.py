"""The worker's chore: what stands in a county becomes a problem, and problems follow their figures; never done by a page."""

from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import Max, QuerySet

from acceptance.judging import standing
from acceptance.models import Judgement
from common import clock
from findings.models import SurveyMark
from inspection.models import UnitObjection
from inspection.spotcheck.models import SampleFinding
from jobs.hooks import every
from problems import actions, following, sources, telling
from problems.drafts import ProblemDraft
from problems.models import Problem, ProblemMember
from problems.vocabulary import ProblemState
from proposals.models import ProposalMove

ROUND_S = 20


@dataclass(frozen=True)
class NoticeTally:
    """What a round did: problems opened, members that came to open ones, steps that the figures took."""

    opened: int = 0
    added: int = 0
    turned: int = 0


_seen: dict[str, tuple] = {}
"""By county by what this worker last looked."""


@every(ROUND_S)
def notice() -> None:
    """Look at the counties of which verdicts, findings, samples or objections have changed, and at all on a new day."""
    for county in Judgement.objects.exclude(judged_at=None).order_by("county").values_list("county", flat=True):
        given = standing.of(county)
        mark = _mark(county, given.version)
        if not given.is_behind and _seen.get(county) != mark:
            notice_in(county)
            _seen[county] = mark


def _mark(county: str, version: object) -> tuple:
    objections = UnitObjection.objects.filter(area__county=county).aggregate(last=Max("pk"), settled=Max("settled_at"))
    return (
        clock.today(),
        version,
        *objections.values(),
        SampleFinding.objects.filter(item__sample__county=county).aggregate(last=Max("pk"))["last"],
        ProposalMove.objects.aggregate(last=Max("pk"))["last"],
        SurveyMark.objects.filter(county=county).values_list("surveyed_at", flat=True).first(),
    )


def notice_in(county: str) -> NoticeTally:
    """Open what is not open yet, add what came to it, and let every problem follow its figures."""
    opened = added = turned = 0
    marked = Problem.objects.filter(county=county).exclude(mark="").exclude(state=ProblemState.WITHDRAWN)
    known, held = {each.mark: each for each in marked}, _held(county)
    for draft in sources.drafts(county, clock.today()):
        if draft.mark in known:
            fresh = [each for each in draft.members if (str(each.kind), each.key) not in held]
            added += following.add(known[draft.mark], fresh) if fresh else 0
        else:
            opened += _opened(draft)
    for problem in _turned(county):
        turned += following.follow_figures(problem) is not None
    return NoticeTally(opened, added, turned)


def _pointing(county: str) -> QuerySet:
    """What points to the problems of a county that are a matter of their own."""
    gone = (ProblemState.MERGED, ProblemState.WITHDRAWN)
    return ProblemMember.objects.filter(problem__county=county).exclude(problem__state__in=gone)


def _held(county: str) -> set[tuple[str, str]]:
    """Kind and key of what points to some problem: what was split off, or listed from a figure, does not come to a second one."""
    return set(_pointing(county).values_list("kind", "key"))


def _turned(county: str) -> list[Problem]:
    """The problems of which something that points to them is over, or back: found for all at once, for most days few are."""
    rows = _pointing(county)
    members = list(rows.select_related("problem").order_by("problem", "pk"))
    stand = telling.standing(members, county)
    return list(
        {each.problem_id: each.problem for each in members if (each.pk in stand) == (each.over_at is not None)}.values()
    )


def _opened(draft: ProblemDraft) -> int:
    """1, or 0 where another worker was faster."""
    try:
        with transaction.atomic():
            actions.open_found(draft)
    except IntegrityError:
        return 0
    return 1
