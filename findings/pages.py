"""What pages say of findings: those of one thing, a township's tally, what is worth finding out first."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils import timezone

from acceptance.judging import standing
from acceptance.rules.plan import Plan
from acceptance.wording import milestone_title
from areas.models import Area, Site
from areas.vocabulary import TOWNSHIPS
from common.clock import today
from common.periods import Quarter
from findings import first, mending
from findings.first import OpenQuestion, Worth
from findings.models import RegisterFinding
from findings.settling import Facts, Missing, MissingFact
from findings.vocabulary import FindingState

NAMED = 6
"""How many facts of a set a page names; how many there are it says besides."""

LISTED, MOST = 5, 100
"""How many facts the list of findings shows of what is worth finding out first; how many facts and answers its own page."""


@dataclass(frozen=True)
class FindingShown:
    """A finding as the page of its thing shows it; ``mend`` is where it is mended."""

    finding: RegisterFinding
    label: str
    sentence: str
    url: str
    mend: str


def about(user, table: str, key: str) -> list[FindingShown]:
    """What is open of one thing, also as the other of a pair, and in the user's sight; those that matter first. One query."""
    found = RegisterFinding.objects.visible_to(user).open().filter(Q(key=key) | Q(other=key), table=table)
    return [
        FindingShown(each, each.label, each.sentence, each.get_absolute_url(), mending.mending_address(each))
        for each in found.order_by("-matters", "due_on", "pk")
    ]


@dataclass(frozen=True)
class FindingTally:
    """How many findings stand in a township ('': in none): open, that matter, overdue, explained; the oldest in days."""

    code: str
    name: str
    open: int
    matters: int
    overdue: int
    explained: int
    oldest_days: int | None


def tallies(user, names: Mapping[str, str]) -> list[FindingTally]:
    """A row a township in sight, also where nothing is found; ``names`` are the townships'. One query."""
    is_open = Q(state=FindingState.OPEN)
    rows = RegisterFinding.objects.visible_to(user).order_by().values("township")
    counted = rows.annotate(
        open=Count("pk", filter=is_open),
        matters_=Count("pk", filter=is_open & Q(matters=True)),
        overdue=Count("pk", filter=is_open & Q(due_on__lt=today())),
        explained=Count("pk", filter=Q(state=FindingState.EXPLAINED)),
        oldest=Min("opened_at", filter=is_open),
    )
    found = {row["township"]: row for row in counted}
    codes = [*names, *sorted(found.keys() - names.keys())]
    return [_tally(code, names.get(code, "不属于哪个街镇"), found.get(code)) for code in codes]


def _tally(code: str, name: str, row: Mapping | None) -> FindingTally:
    if row is None:
        return FindingTally(code, name, 0, 0, 0, 0, None)
    oldest: datetime | None = row["oldest"]
    days = (today() - timezone.localtime(oldest).date()).days if oldest else None
    return FindingTally(code, name, row["open"], row["matters_"], row["overdue"], row["explained"], days)


def townships_of(user) -> dict[str, str]:
    """The names of the townships in sight; to an operator those of all in which something of its own was found."""
    areas = Area.objects.filter(kind__in=TOWNSHIPS).order_by("code")
    if user.scope.operator:
        own = RegisterFinding.objects.visible_to(user).order_by().values("township")
        return dict(areas.filter(code__in=own).values_list("code", "name"))
    return dict(areas.visible_to(user).values_list("code", "name"))


@dataclass(frozen=True)
class MissingShown:
    """A missing fact in words, where it is given, the page of what it belongs to, and what it settles."""

    label: str
    place: str
    url: str
    alone: int = 0
    bears: int = 0
    page: str = ""


def named(facts: Sequence[MissingFact]) -> list[MissingShown]:
    """The facts in words, in their order; two queries."""
    names = _Names(facts)
    return [names.shown(each) for each in facts]


@dataclass(frozen=True)
class QuestionShown:
    """Something undetermined: how many facts can settle it at best, which, and how many settle it for sure."""

    label: str
    url: str
    is_milestone: bool
    least: int
    outcome: str
    sure: int
    facts: list[MissingShown]
    is_whole: bool

    @property
    def more(self) -> int:
        """How many of the fewest facts are not named."""
        return self.least - len(self.facts)


class FirstPage:
    """What is worth finding out first in a part of the tree, as of the latest quarter that has ended (None: none was judged)."""

    def __init__(self, area: Area) -> None:
        self.area, self.on, self.plan = area, today(), standing.of(area.county).plan
        self.quarter: Quarter | None = first.latest_ended(area.county)
        self.asked = first.questions(area.county, self.quarter, area.code) if self.quarter else []
        self.worth = first.worth(self.asked)

    def facts(self, most: int = MOST) -> list[MissingShown]:
        """The missing facts, those first that settle the most; at most so many."""
        chosen = self.worth[:most]
        names = _Names(each.fact for each in chosen)
        return [names.shown(each.fact, each) for each in chosen]

    def questions(self) -> list[QuestionShown]:
        """Undetermined milestones and areas, at most so many; the milestones first, then those that the fewest facts settle."""
        ordered = sorted(self.asked, key=lambda each: (not each.key, len(each.answer.sure), each.area))[:MOST]
        named = [sorted(each.answer.least)[:NAMED] for each in ordered]
        names = _Names((fact for facts in named for fact in facts), {each.area for each in ordered})
        return [self._question(each, facts, names) for each, facts in zip(ordered, named, strict=True)]

    def _question(self, asked: OpenQuestion, named: list[MissingFact], names: "_Names") -> QuestionShown:
        answer = asked.answer
        return QuestionShown(
            _label(asked, names, self.plan),
            reverse("acceptance:verdict", args=[asked.period, asked.area]),
            bool(asked.key),
            len(answer.least),
            _outcome(asked, answer.yes, answer.no),
            len(answer.sure),
            [names.shown(fact) for fact in named],
            len(answer.least) == len(answer.sure),
        )


def _label(asked: OpenQuestion, names: "_Names", plan: Plan) -> str:
    if not asked.key:
        return names.path(asked.area)
    milestone = plan.milestone(asked.key)
    return f"{asked.key} {milestone_title(milestone)}（{names.area(asked.area)}，{milestone.due.label}）"


def _outcome(asked: OpenQuestion, yes: Facts, no: Facts) -> str:
    """What the fewest facts would show."""
    good, bad = ("达到", "未达到") if asked.key else ("达标", "未达标")
    return f"{good}或{bad}" if len(yes) == len(no) else good if len(yes) < len(no) else bad


class _Names:
    """The names of what facts belong to, in two queries."""

    def __init__(self, facts: Iterable[MissingFact], areas: Iterable[str] = ()) -> None:
        wanted = list(facts)
        ids = [fact.key for fact in wanted if fact.missing == Missing.COORDINATES]
        sites = Site.objects.filter(site_id__in=ids).order_by().values_list("site_id", "name", "area_id")
        self._sites = {site_id: (name, area) for site_id, name, area in sites}
        codes = {area for _, area in self._sites.values()} | set(areas)
        codes |= {fact.key for fact in wanted if fact.missing != Missing.COORDINATES}
        above = {code[:digits] for code in codes for digits in (9, 12, 15) if digits <= len(code)}
        self._areas = dict(Area.objects.filter(code__in=above | codes).order_by().values_list("code", "name"))

    def area(self, code: str) -> str:
        return self._areas.get(code, code)

    def path(self, code: str) -> str:
        """An area's name with those above it, from the township down; the district's alone."""
        above = [code[:digits] for digits in (9, 12, 15) if digits <= len(code)]
        return " ".join(self.area(each) for each in above) or self.area(code)

    def shown(self, fact: MissingFact, worth: Worth | None = None) -> MissingShown:
        more = (worth.alone if worth else 0, worth.bears if worth else 0, mending.thing_address(*fact.thing))
        if fact.missing == Missing.COORDINATES:
            name, area = self._sites.get(fact.key, (fact.key, ""))
            return MissingShown(f"{name}的坐标", self.path(area), mending.fact_address(fact), *more)
        what = _WANTED[fact.missing]
        quarter = Quarter.parse(fact.period).label if fact.period else ""
        return MissingShown(
            f"{self.area(fact.key)}{quarter}{what}", self.path(fact.key), mending.fact_address(fact), *more
        )


_WANTED = {
    Missing.SETTLEMENT: "的主要人口聚居地",
    Missing.SITE: "的点位",
    Missing.BUILDING: "的楼宇点位",
    Missing.RETURN: "的季报",
}
