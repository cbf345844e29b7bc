"""What is missing of the records of measures, and of whom: a township without a filed plan, an operator without a quarter's sums."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from urllib.parse import urlencode

from django.urls import reverse

from acceptance import plan
from accounts.posts import Post
from areas import workdays
from areas.models import Area, Operator
from areas.vocabulary import TOWNSHIPS, AreaKind
from common.periods import Quarter
from measures.kinds import KINDS, SUPERIOR_DOCUMENTS, TOWNSHIP_POSTS, MeasureKind
from measures.models import MeasureRecord
from measures.sides import side_of
from measures.vocabulary import Expected, MeasureState

BUREAU = "区经济和信息化局"
_NAMED = 3


@dataclass(frozen=True)
class OwedRecord:
    """A record that is missing: of which kind, of whom (``side`` as ``measures.sides`` names it), and by when (None: no term)."""

    kind: MeasureKind
    side: str
    whom: str
    what: str
    due: date | None
    about: str = ""

    def is_late(self, on: date) -> bool:
        return self.due is not None and self.due < on

    @property
    def url(self) -> str:
        """Where it is entered."""
        asked = f"?{urlencode({'about': self.about})}" if self.about else ""
        return reverse("measures:new", args=[self.kind.key]) + asked

    @property
    def key(self) -> str:
        return f"{self.kind.key}/{self.side}"


class Owing:
    """What is missing in a county on a day."""

    def __init__(self, county: str, on: date) -> None:
        self.county, self.on, self.plan = county, on, plan.current()

    @cached_property
    def sent(self) -> list[MeasureRecord]:
        """What was sent of the kinds that are expected; a draft does not answer."""
        asked = [kind.key for kind in KINDS.values() if kind.expected]
        rows = MeasureRecord.objects.filter(county=self.county, kind__in=asked)
        rows = rows.exclude(state=MeasureState.VOID).exclude(state=MeasureState.DRAFT)
        return list(rows.only("kind", "area", "operator", "side", "values"))

    def of(self, kind: MeasureKind) -> list[MeasureRecord]:
        return [record for record in self.sent if record.kind == kind.key]

    def all(self) -> list[OwedRecord]:
        found = [owed for kind in KINDS.values() if kind.expected for owed in _MISSING[kind.expected](self, kind)]
        return sorted(found, key=lambda owed: (owed.due or date.max, owed.side))

    def due(self, kind: MeasureKind, after: date) -> date | None:
        """The last of the plan's working days for a kind, counted from a day; None where the plan, or the table of days, has none."""
        term = self.plan.terms.get(kind.term)
        try:
            return self._days.nth_after(after, int(term.value)) if term else None
        except workdays.DayUnknown:
            return None

    @cached_property
    def _days(self) -> workdays.WorkingDays:
        return workdays.load()

    @property
    def lead(self) -> str:
        return self.plan.duties["urban"].lead


def _townships(owing: Owing, kind: MeasureKind) -> Iterator[OwedRecord]:
    done = {record.area_id for record in owing.of(kind)}
    due = owing.due(kind, owing.plan.first_period.first_day)
    for area in Area.objects.in_force(owing.on).filter(county=owing.county, kind__in=TOWNSHIPS).order_by("code"):
        if area.code not in done:
            yield OwedRecord(kind, f"area:{area.code}", area.name, f"尚未报送{kind.title}", due)


def _quarters(owing: Owing, kind: MeasureKind) -> Iterator[OwedRecord]:
    last = Quarter.containing(owing.on).plus(-1)
    ended = list(owing.plan.first_period.through(last))
    done = {(record.operator_id, record.values.get("quarter")) for record in owing.of(kind)}
    for operator in Operator.objects.order_by("code"):
        missing = [each for each in ended if (operator.code, str(each)) not in done]
        if missing:
            named = "、".join(each.label for each in missing[:_NAMED])
            more = f"等 {len(missing)} 个季度" if len(missing) > _NAMED else ""
            due = owing.due(kind, missing[0].last_day)
            yield OwedRecord(kind, f"operator:{operator.code}", operator.name, f"尚未填报{named}{more}的投资", due)


def _documents(owing: Owing, kind: MeasureKind) -> Iterator[OwedRecord]:
    done = {record.values.get("number") for record in owing.of(kind)}
    missing = [number for number in SUPERIOR_DOCUMENTS if number not in done]
    if missing:
        what = f"尚未登记{'、'.join(missing)}的任务"
        yield OwedRecord(kind, f"bureau:{owing.county}", BUREAU, what, None)


def _lead(owing: Owing, kind: MeasureKind) -> Iterator[OwedRecord]:
    if not owing.of(kind):
        yield OwedRecord(kind, f"unit:{owing.county}:{owing.lead}", owing.lead, f"尚未登记{kind.title}", None)


def _estates(owing: Owing, kind: MeasureKind) -> Iterator[OwedRecord]:
    """Estates that came to the register since the plan began."""
    rows = Area.objects.in_force(owing.on).filter(county=owing.county, kind=AreaKind.COMPOUND)
    since = rows.filter(valid_from__gt=owing.plan.first_period.first_day).select_related("parent").order_by("code")
    done = {record.area_id for record in owing.of(kind)}
    missing = [area for area in since if area.code not in done]
    if missing:
        named = "、".join(area.full_name for area in missing[:_NAMED])
        more = f"等 {len(missing)} 个小区" if len(missing) > _NAMED else ""
        what = f"尚未登记{named}{more}的光纤到户设计和验收"
        yield OwedRecord(kind, f"unit:{owing.county}:{owing.lead}", owing.lead, what, None, missing[0].code)


_MISSING: Mapping[str, Callable[[Owing, MeasureKind], Iterator[OwedRecord]]] = {
    Expected.EACH_TOWNSHIP: _townships,
    Expected.EACH_QUARTER: _quarters,
    Expected.EACH_DOCUMENT: _documents,
    Expected.LEAD_UNIT: _lead,
    Expected.NEW_ESTATE: _estates,
}


def shown_to(user, on: date) -> list[OwedRecord]:
    """What is missing that concerns a person: of the own unit; of all where the post sees the district."""
    county = plan.current().district if user.post == Post.OPERATOR else (user.area_id or "")[:6]
    if not county:
        return []
    found, side = Owing(county, on).all(), side_of(user)
    sees_all = user.post not in TOWNSHIP_POSTS and user.post != Post.OPERATOR
    return [owed for owed in found if sees_all or owed.side == side]
