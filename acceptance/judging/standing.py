"""How the stored verdicts on a county stand: when they were given, and whether facts, plan or rules have changed since.

Whoever shows verdicts reads this first; nothing is judged for it. What a request has read is kept while it is answered,
so that its page, or its header, can say it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Subquery
from django.utils import timezone

from acceptance import plan as plans
from acceptance.models import Judgement
from acceptance.rules import VERSION
from acceptance.rules.plan import Plan
from areas.models import FactChange
from common.periods import Quarter
from common.templatetags.figures import plain_date

_kept: ContextVar[dict[str, "CountyStanding"] | None] = ContextVar("standing", default=None)
"""By county what the request being answered has read; None outside of requests."""


@dataclass(frozen=True)
class CountyStanding:
    """A county's judgement, None where there was none yet, and the last note of a fact that has changed since."""

    judgement: Judgement | None
    last_note: int | None = None

    @property
    def is_never(self) -> bool:
        """Whether the county was never judged."""
        return self.judgement is None or self.judgement.judged_at is None

    @property
    def is_ours(self) -> bool:
        """Whether the verdicts were given by the plan and the rules in force."""
        given = self.judgement
        return not self.is_never and (given.plan.digest, given.engine) == (plans.current().digest, VERSION)

    @property
    def is_behind(self) -> bool:
        return not self.is_ours or self.last_note is not None

    @property
    def fault(self) -> str:
        """Why the county could not be judged when it was last tried; blank where it could."""
        return (self.judgement and self.judgement.fault) or ""

    @property
    def plan(self) -> Plan:
        """The plan by which the verdicts were given: the one to read them by."""
        return plans.current() if self.is_never else plans.by_digest(self.judgement.plan.digest)

    @property
    def quarters(self) -> list[Quarter]:
        """The quarters that are judged; those of the plan where none was yet."""
        plan = self.plan
        last = max(each.due for each in plan.milestones) if self.is_never else Quarter.parse(self.judgement.last_period)
        return list(plan.first_period.through(last))

    @property
    def judged_at(self) -> datetime | None:
        return None if self.is_never else timezone.localtime(self.judgement.judged_at)

    @property
    def version(self) -> tuple:
        """Changes whenever a stored verdict, or what is said of all of them, may read differently."""
        if self.judgement is None:
            return (None, self.last_note)
        given = self.judgement
        return (str(given.judged_at), given.plan_id, given.engine, self.is_ours, self.last_note, self.fault)

    @property
    def as_of(self) -> str:
        """When what is shown was judged, for what leaves the portal: a file, a paper."""
        if self.is_never:
            return "尚未评定"
        return f"评定时间 {plain_date(self.judged_at)}{'，此后的改动尚未计入' if self.is_behind else ''}"

    @property
    def sentence(self) -> str:
        """What a page says of verdicts that are behind; blank where they are current."""
        if not self.is_behind:
            return ""
        given = "" if self.is_never else f"{plain_date(self.judged_at)} 的评定结果"
        if self.fault:
            shown = f"重新评定未成功，下列为 {given}，此后的改动尚未计入" if given else "尚未评定：评定未成功"
            return f"{shown}。原因：{self.fault}系统将自动重试。"
        return f"正在重新评定，下列为 {given}；稍后刷新即可。" if given else "尚未评定：正在评定，稍后刷新即可。"

    @property
    def header(self) -> str:
        """What a response says of it to systems, in ASCII."""
        state = "current" if not self.is_behind else "failed" if self.fault else "behind"
        return f"{state}; never judged" if self.is_never else f"{state}; judged={self.judged_at.isoformat()}"


def of(county: str) -> CountyStanding:
    """How the verdicts on ``county`` stand; one query, and none where this request has asked already."""
    kept = _kept.get()
    if kept is None:
        return read(county)
    if county not in kept:
        kept[county] = read(county)
    return kept[county]


def read(county: str) -> CountyStanding:
    """How the verdicts on ``county`` stand at this moment."""
    noted = FactChange.objects.filter(county=county).order_by("-pk").values("pk")[:1]
    judged = Judgement.objects.filter(county=county).select_related("plan").defer("plan__text")
    given = judged.annotate(last_note=Subquery(noted)).first()
    return CountyStanding(given, given and given.last_note)


def seen_by(user) -> tuple:
    """The version of the verdicts in a person's scope; blank for whoever belongs to no county."""
    return of(user.area_id[:6]).version if user.area_id else ()


def forget(county: str) -> None:
    """What was read of ``county`` does not hold any more: it is being judged."""
    (_kept.get() or {}).pop(county, None)


def seen() -> CountyStanding | None:
    """What the request being answered has read, first of all what is behind; None where it has read nothing."""
    read_so_far = (_kept.get() or {}).values()
    return max(read_so_far, key=lambda each: each.is_behind, default=None)


@contextmanager
def keeping() -> Iterator[None]:
    """Keep what is read while a request is answered."""
    token = _kept.set({})
    try:
        yield
    finally:
        _kept.reset(token)
