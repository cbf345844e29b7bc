"""What is worth finding out first: for each undetermined area and milestone the fewest missing facts that would settle it.

Read from the standing verdicts on the basis of approved returns, of the latest quarter that has ended; of a milestone from
those of the quarter in which it was due, for that one decides whether it was met in time. Nothing is judged here.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from django.db.models import F, Q

from acceptance.judging import standing
from acceptance.models import Basis, MilestoneVerdict, SiteVerdict, Verdict
from acceptance.rules.plan import Criterion, Milestone
from areas.dated import FromDay, value_of, value_on
from areas.models import Area, DatedValue
from areas.vocabulary import VILLAGE_LEVEL, AreaKind, DatedTable
from common import clock
from common.periods import Quarter
from findings.settling import Liking, Missing, MissingFact, OpenAnswer, every, one, share, together
from returns.models import ReturnLine

UNKNOWN, UNDETERMINED = "unknown", "undetermined"


@dataclass(frozen=True)
class OpenQuestion:
    """An area, or a milestone in its scope (``key``), that is undetermined in a quarter, and what would settle it."""

    area: str
    period: str
    answer: OpenAnswer
    key: str = ""


@dataclass(frozen=True)
class Worth:
    """A missing fact: how many undetermined answers it settles alone, and on how many it bears."""

    fact: MissingFact
    alone: int
    bears: int


def latest_ended(county: str) -> Quarter | None:
    """The latest quarter that was judged and has ended; None before the first judgement."""
    stands = standing.of(county)
    ended = [quarter for quarter in stands.quarters if quarter.last_day < clock.today()]
    return ended[-1] if ended and not stands.is_never else None


def questions(county: str, quarter: Quarter, beneath: str = "") -> list[OpenQuestion]:
    """Everything at or beneath the code that is undetermined, the milestones first, then areas by code; the county's where blank."""
    asked = _Asked(county, quarter, beneath or county)
    found = list(asked.all(lambda fact: 0))
    liked = Counter(fact for each in found for fact in each.answer.sure)
    return list(asked.all(liked.__getitem__))


def of_target(
    county: str, quarter: Quarter, area: str, key: str = "", basis: str = Basis.APPROVED
) -> OpenAnswer | None:
    """What would settle an area's outcome, or a milestone's measure in that very quarter, whenever it is due; None: nothing would."""
    asked = _OneTarget(county, quarter, area, key, basis)
    found = asked.all(lambda fact: 0)
    return next((each.answer for each in found if (each.area, each.key) == (area, key)), None)


def worth(asked: Iterable[OpenQuestion]) -> list[Worth]:
    """The missing facts, those first that settle the most answers by themselves, then those that bear on the most."""
    alone: Counter[MissingFact] = Counter()
    bears: Counter[MissingFact] = Counter()
    for each in asked:
        bears.update(each.answer.sure)
        if len(each.answer.sure) == 1:
            alone.update(each.answer.sure)
    return sorted(
        (Worth(fact, alone[fact], count) for fact, count in bears.items()),
        key=lambda each: (-each.alone, -each.bears, each.fact),
    )


@dataclass(frozen=True)
class _Judged:
    """An undetermined verdict, or one on a natural village of which the coverage is unknown."""

    code: str
    kind: str
    outcome: str
    criteria: list[dict]
    sites: list[list]
    villages: list[list]
    covered: str


@dataclass(frozen=True)
class _Unplaced:
    """A site without coordinates in a quarter, as it was judged."""

    site_id: str
    area: str
    kind: str
    setting: str


class _Asked:
    """What is undetermined in a county or beneath an area, with what it hangs on; eight queries, two more a quarter with a rate."""

    def __init__(self, county: str, quarter: Quarter, beneath: str, basis: str = Basis.APPROVED) -> None:
        self.county, self.quarter, self.beneath, self.plan = county, quarter, beneath, standing.of(county).plan
        self.basis = basis
        self.milestones = self._milestones()
        self.periods = sorted({str(quarter), *(each.period for each in self.milestones)})
        self.verdicts = self._verdicts()
        self.unplaced = self._unplaced()

    def all(self, liking: Liking) -> Iterator[OpenQuestion]:
        """Every question with its answer; of equally good facts those that are liked best."""
        answers = _Answers(self, liking)
        for each in self.milestones:
            found = answers.of_milestone(each)
            if found:
                yield OpenQuestion(each.area_id, each.period, found, each.key)
        period = str(self.quarter)
        for code, judged in sorted(self.verdicts[period].items()):
            found = answers.of_area(period, code) if judged.outcome == UNDETERMINED else None
            if found:
                yield OpenQuestion(code, period, found)

    def _milestones(self) -> list[MilestoneVerdict]:
        """Milestones that are undetermined now, as they stood in the quarter in which they were due."""
        rows = MilestoneVerdict.objects.standing().filter(
            county=self.county, basis=self.basis, status=UNDETERMINED, area__code__startswith=self.beneath
        )
        now = rows.filter(period=str(self.quarter)).order_by().values_list("key", "area_id")
        still = set(now)
        due = rows.filter(period=F("due")).order_by("due", "key", "area_id")
        return [each for each in due if (each.key, each.area_id) in still]

    def _verdicts(self) -> dict[str, dict[str, _Judged]]:
        unknown = Q(outcome=UNDETERMINED) | Q(covered=UNKNOWN)
        rows = Verdict.objects.standing().filter(
            unknown,
            county=self.county,
            basis=self.basis,
            period__in=self.periods,
            area__code__startswith=self.beneath,
        )
        found: dict[str, dict[str, _Judged]] = {period: {} for period in self.periods}
        columns = ("period", "area_id", "outcome", "criteria", "inputs", "covered")
        for period, code, outcome, criteria, inputs, covered in rows.order_by().values_list(*columns):
            kind = self.plan.criteria[criteria[0]["key"]].kind if criteria else ""
            beneath = inputs.get("sites", []), inputs.get("natural_villages", [])
            found[period][code] = _Judged(code, kind, outcome, criteria, *beneath, covered)
        return found

    def _unplaced(self) -> dict[str, list[_Unplaced]]:
        rows = SiteVerdict.objects.standing().filter(
            county=self.county, period__in=self.periods, capable=UNKNOWN, area_code__startswith=self.beneath
        )
        found: dict[str, list[_Unplaced]] = {period: [] for period in self.periods}
        columns = ("period", "site__site_id", "area_code", "site__kind", "inputs")
        for period, site_id, area, kind, inputs in rows.order_by("site__site_id").values_list(*columns):
            day = Quarter.parse(period).last_day
            then = value_on(kind, self._changes.get((DatedTable.SITES, site_id), ()), day)
            found[period].append(_Unplaced(site_id, area, then, inputs["setting"]))
        return found

    @cached_property
    def _changes(self) -> dict[tuple[str, str], list[FromDay]]:
        """What became of the kind of sites, and of the kind and the nomination of areas; by table and key, an area's by column too."""
        among = Q(table=DatedTable.SITES, column="kind") | Q(
            table=DatedTable.AREAS, column__in=("kind", "demonstration"), key__startswith=self.county
        )
        found: dict[tuple[str, str], list[FromDay]] = {}
        rows = DatedValue.objects.filter(among).order_by("effective_on", "pk")
        for table, key, column, day, text in rows.values_list("table", "key", "column", "effective_on", "value"):
            name = key if table == DatedTable.SITES else f"{key} {column}"
            found.setdefault((table, name), []).append((day, value_of(table, column, text)))
        return found

    def area_on(self, code: str, column: str, period: str):
        """What an area's kind or nomination was at the quarter's end."""
        steps = self._changes.get((DatedTable.AREAS, f"{code} {column}"), ())
        return value_on(self._areas[code][column], steps, Quarter.parse(period).last_day)

    @cached_property
    def _areas(self) -> dict[str, dict]:
        rows = Area.objects.filter(county=self.county).order_by().values("code", "kind", "demonstration")
        return {row["code"]: row for row in rows}

    def missing_returns(self, period: str, beneath: str) -> list[MissingFact]:
        """The villages and communities beneath that have no approved return of the quarter."""
        return [MissingFact(Missing.RETURN, code, period) for code in self._lacking(period) if code.startswith(beneath)]

    def _lacking(self, period: str) -> list[str]:
        if period not in self._without_return:
            owing = Area.objects.in_force(Quarter.parse(period).last_day).filter(
                county=self.county, kind__in=VILLAGE_LEVEL
            )
            given = ReturnLine.objects.usable(self.basis).filter(county=self.county, period=period)
            codes = owing.order_by("code").values_list("code", flat=True)
            at_hand = set(given.order_by().values_list("area_id", flat=True))
            self._without_return[period] = [code for code in codes if code not in at_hand]
        return self._without_return[period]

    @cached_property
    def _without_return(self) -> dict[str, list[str]]:
        return {}


class _OneTarget(_Asked):
    """A single area's outcome, or a single milestone as its measure stands in the quarter, whatever its status is by then."""

    def __init__(self, county: str, quarter: Quarter, area: str, key: str, basis: str) -> None:
        self._key = key
        super().__init__(county, quarter, area, basis)

    def _milestones(self) -> list[MilestoneVerdict]:
        rows = MilestoneVerdict.objects.standing().filter(
            county=self.county, basis=self.basis, period=str(self.quarter)
        )
        return list(rows.filter(key=self._key, area_id=self.beneath).order_by("pk")) if self._key else []


class _Answers:
    """What each undetermined area and milestone hangs on, down to the facts; None where what is stored is being judged anew."""

    def __init__(self, asked: _Asked, liking: Liking) -> None:
        self.asked, self.plan, self.liking = asked, asked.plan, liking
        self._areas: dict[tuple[str, str], OpenAnswer | None] = {}

    def of_area(self, period: str, code: str) -> OpenAnswer | None:
        """An area hangs on those of its hard criteria that are unknown: none is short, or it would not be undetermined."""
        if (period, code) not in self._areas:
            judged = self.asked.verdicts[period][code]
            own = [each for each in judged.criteria if each["role"] == "hard" and each["outcome"] == UNKNOWN]
            found = [self._criterion(period, judged, each) for each in own]
            self._areas[period, code] = every(_whole(found), self.liking) if found and all(found) else None
        return self._areas[period, code]

    def _criterion(self, period: str, judged: _Judged, entry: dict) -> OpenAnswer | None:
        criterion = self.plan.criteria[entry["key"]]
        if criterion.is_rate:
            return self._rate(period, judged.code)
        members = self._MEMBERS[criterion.measure](self, period, judged, criterion)
        return self._share(members, entry["needed"] - entry["passed"], entry["unknown"])

    def _share(self, members: list[OpenAnswer | None], wanted: int, unknown: int) -> OpenAnswer | None:
        """None when the members are not those that were counted."""
        if len(members) != unknown or not all(members) or not 1 <= wanted <= unknown:
            return None
        return share(_whole(members), wanted, self.liking)

    def _rate(self, period: str, code: str) -> OpenAnswer | None:
        missing = self.asked.missing_returns(period, code)
        return together(missing) if missing else None

    def _own_sites(self, period: str, judged: _Judged, criterion: Criterion) -> list[OpenAnswer | None]:
        """The sites of a leaf without coordinates, and what is not registered at all: its settlement, or any site."""
        own = [each for each in judged.sites if each[1] in criterion.site_kinds]
        found: list[OpenAnswer | None] = [_coordinates(each[0]) for each in own if each[2] == UNKNOWN]
        required = (criterion.required_kind,) if criterion.required_kind else criterion.site_kinds
        if not any(each[1] in required for each in own):
            lacking = Missing.SETTLEMENT if criterion.required_kind else Missing.SITE
            found.append(one(MissingFact(lacking, judged.code)))
        return found

    def _villages_beneath(self, period: str, judged: _Judged, criterion: Criterion) -> list[OpenAnswer | None]:
        return [self.of_area(period, code) for code, outcome in judged.villages if outcome == UNDETERMINED]

    def _buildings(self, period: str, judged: _Judged, criterion: Criterion) -> list[OpenAnswer | None]:
        """The sites beneath a street without coordinates; the first of all where it has none."""
        sites = self._unplaced(period, judged.code)
        found: list[OpenAnswer | None] = [
            _coordinates(site.site_id) for site in sites if site.kind in criterion.site_kinds
        ]
        return found or [one(MissingFact(Missing.BUILDING, judged.code))]

    def _of_kinds(self, *kinds: str) -> Callable[..., list[OpenAnswer | None]]:
        def members(period: str, code: str) -> list[OpenAnswer | None]:
            return [self.of_area(period, each.code) for each in self._undetermined(period, code, *kinds)]

        return members

    def _undetermined(self, period: str, beneath: str, *kinds: str) -> list[_Judged]:
        judged = self.asked.verdicts[period].values()
        return [
            each
            for each in judged
            if each.outcome == UNDETERMINED and each.kind in kinds and each.code.startswith(beneath)
        ]

    def _unplaced(self, period: str, beneath: str) -> list[_Unplaced]:
        return [site for site in self.asked.unplaced[period] if site.area.startswith(beneath)]

    def _villages(self, period: str, judged: _Judged, criterion: Criterion) -> list[OpenAnswer | None]:
        return self._of_kinds("village")(period, judged.code)

    def _townships(self, period: str, judged: _Judged, criterion: Criterion) -> list[OpenAnswer | None]:
        return self._of_kinds("street", "town")(period, judged.code)

    _MEMBERS = {
        "own_sites": _own_sites,
        "natural_villages_achieved": _villages_beneath,
        "villages_achieved": _villages,
        "townships_achieved": _townships,
        "sites_beneath": _buildings,
    }

    def of_milestone(self, verdict: MilestoneVerdict) -> OpenAnswer | None:
        """A milestone hangs on the members that were unknown in the quarter in which it was due."""
        milestone = self.plan.milestone(verdict.key)
        if milestone.measure == "coverage_rate":
            return self._rate(verdict.period, verdict.area_id)
        members = list(self._counted(milestone, verdict.period, verdict.area_id))
        return self._share(members, verdict.needed - verdict.passed, verdict.unknown)

    def _counted(self, milestone: Milestone, period: str, scope: str) -> Iterable[OpenAnswer | None]:
        measure = milestone.measure
        if measure in _KINDS_COUNTED:
            return self._of_kinds(*_KINDS_COUNTED[measure])(period, scope)
        if measure in _NOMINATED:
            nominated = self._undetermined(period, scope, _NOMINATED[measure])
            return [
                self.of_area(period, each.code)
                for each in nominated
                if self.asked.area_on(each.code, "demonstration", period)
            ]
        if measure == "natural_villages_covered":
            return self._covered(period, scope)
        return [
            _coordinates(site.site_id)
            for site in self._unplaced(period, scope)
            if site.setting == "urban" and self._is_in_street(site.area, period)
        ]

    def _is_in_street(self, code: str, period: str) -> bool:
        return len(code) >= 9 and self.asked.area_on(code[:9], "kind", period) == AreaKind.STREET

    def _covered(self, period: str, scope: str) -> Iterator[OpenAnswer | None]:
        """Natural villages of which nobody knows whether every settlement is reached (G09)."""
        for judged in self.asked.verdicts[period].values():
            if judged.covered == UNKNOWN and judged.code.startswith(scope):
                settlements = [each for each in judged.sites if each[1] == "settlement"]
                unplaced = [_coordinates(each[0]) for each in settlements if each[3] == UNKNOWN]
                yield every(unplaced or [one(MissingFact(Missing.SETTLEMENT, judged.code))], self.liking)


_KINDS_COUNTED = {
    "natural_villages_achieved": ("natural_village",),
    "quarters_achieved": ("quarter",),
    "towns_achieved": ("town",),
    "townships_achieved": ("street", "town"),
}
"""Which areas a milestone's measure counts, by their outcome."""

_NOMINATED = {
    "demonstration_quarters": "quarter",
    "demonstration_natural_villages": "natural_village",
}
"""And which only where they are nominated (示范点)."""


def _coordinates(site_id: str) -> OpenAnswer:
    return one(MissingFact(Missing.COORDINATES, site_id))


def _whole(found: list[OpenAnswer | None]) -> list[OpenAnswer]:
    return [each for each in found if each is not None]
