"""Stored verdicts read back and judged again from what is stored beside them, period by period."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from hashlib import sha256

from acceptance.judging import verdict_json
from acceptance.judging.rows import SAID, SUBJECTS, Stamp, written
from acceptance.judging.stored_ledgers import histories
from acceptance.models import Basis, Judgement, MilestoneVerdict, PlanVersion, SiteVerdict, Verdict
from acceptance.plan import plan_of
from acceptance.rules import VERSION
from acceptance.rules.plan import Plan
from acceptance.verification.faults import AreaGiven, Beneath, SiteGiven, area_faults, differing, site_faults
from areas.dated import KindsOverTime
from areas.models import Area
from areas.vocabulary import TOWNSHIPS, AreaKind
from common.periods import Quarter

JSON = {"criteria", "figures", "inputs", "ledger", "operators"}
"""What is sealed as it is written."""

BROKEN = "摘要与内容不符，存入后被改动过"


@dataclass(frozen=True)
class VerdictFault:
    """A stored verdict that does not follow from what is stored beside it."""

    code: str
    period: str
    what: str

    def __str__(self) -> str:
        return f"{self.code} {self.period}：{self.what}。"


@dataclass(frozen=True)
class VerdictSelection:
    """Which verdicts to look at: those of a county at and beneath an area, in a period or in all."""

    area: str
    period: str = ""

    @property
    def county(self) -> str:
        return self.area[:6]

    def standing(self, model):
        found = model.objects.standing().filter(county=self.county)
        return found.filter(period=self.period) if self.period else found


class Rereading:
    """The standing verdicts of a county, held against their digests, their inputs and each other."""

    def __init__(self, asked: VerdictSelection) -> None:
        self.asked, self.plans = asked, _Plans()
        self.kinds = KindsOverTime(asked.county)
        self.number = 0
        """How many verdicts were read so far."""

    @cached_property
    def periods(self) -> list[str]:
        found = self.asked.standing(Verdict).order_by("period").values_list("period", flat=True)
        return list(found.distinct())

    def others(self) -> Iterator[VerdictFault]:
        """What concerns no single period: the rules' version, the milestones, the plan's text. To be asked last."""
        yield from self._engine_faults()
        yield from self._milestone_faults()
        yield from self.plans.faults(self.asked.county)

    def _engine_faults(self) -> Iterator[VerdictFault]:
        judgement = Judgement.objects.filter(county=self.asked.county).first()
        if judgement and judgement.engine != VERSION:
            what = f"评定所用的规则程序是第 {judgement.engine} 版，现行的是第 {VERSION} 版，摘要无法核对，请先打开任一评定页面重新评定"
            yield VerdictFault(self.asked.county, "", what)

    def in_period(self, period: str) -> Iterator[VerdictFault]:
        """The verdicts on sites and, on each basis, on areas."""
        sites: dict[str, list[SiteGiven]] = defaultdict(list)
        for given, faults in self._sites(period):
            sites[given.area_code].append(given)
            yield from faults
        for basis in Basis:
            yield from self._areas(period, basis, sites)

    def _sites(self, period: str) -> Iterator[tuple[SiteGiven, list[VerdictFault]]]:
        fields = ("site__site_id", *SAID[SiteVerdict])
        standing = SiteVerdict.objects.standing().filter(
            county=self.asked.county, period=period, area_code__startswith=self.asked.area
        )
        for row in self._rows(standing, SiteVerdict, ("site__site_id",)):
            given = SiteGiven(**{name.removeprefix("site__"): row[name] for name in fields})
            whats = [*self._broken(SiteVerdict, row), *site_faults(self.plans[row["plan_id"]], given)]
            yield given, [VerdictFault(given.area_code, period, f"点位 {given.site_id}：{what}") for what in whats]

    def _areas(self, period: str, basis: Basis, sites: dict[str, list[SiteGiven]]) -> Iterator[VerdictFault]:
        standing = Verdict.objects.standing().filter(
            county=self.asked.county, period=period, basis=basis, area__code__startswith=self.asked.area
        )
        rows = list(self._rows(standing, Verdict, ("area__kind",)))
        day = Quarter.parse(period).last_day
        given = {row["area_id"]: _area(row, self.kinds.on(row["area_id"], row["area__kind"], day)) for row in rows}
        street = self._streets(day)
        beneath: dict[str, list[AreaGiven]] = defaultdict(list)
        for code, each in sorted(given.items()):
            beneath[Area.parent_code(code) or ""].append(each)
        for row in rows:
            each, children = given[row["area_id"]], beneath[row["area_id"]]
            in_leaves = [site for child in children if len(child.code) > 12 for site in sites[child.code]]
            below = Beneath(children, sites[each.code], in_leaves)
            plan = self.plans[row["plan_id"]]
            whats = area_faults(plan, each, below, within_street=each.code[:9] in street)
            for what in [*self._broken(Verdict, row), *whats]:
                yield VerdictFault(each.code, period, f"{basis.label}口径：{what}")

    def _streets(self, day: date) -> set[str]:
        """The areas that are streets on a date."""
        townships = Area.objects.filter(county=self.asked.county, kind__in=TOWNSHIPS).values_list("code", "kind")
        return {code for code, first in townships if self.kinds.on(code, first, day) == AreaKind.STREET}

    def _rows(self, standing, model, more: Sequence[str] = ()) -> Iterator[dict]:
        fields = (*SUBJECTS[model], *SAID[model], "digest", "plan_id", "plan__digest", *more)
        for row in standing.order_by(*SUBJECTS[model]).values(*dict.fromkeys(fields)).iterator():
            self.number += 1
            yield row

    def _broken(self, model, row: dict) -> list[str]:
        """The digest, taken again over everything that the verdict says."""
        plan = PlanVersion(digest=row["plan__digest"])
        said = tuple(
            written(row[name]) if name in JSON and row[name] is not None else row[name] for name in SAID[model]
        )
        sealed = Stamp(self.asked.county, plan, None).seal(tuple(row[name] for name in SUBJECTS[model]), said)
        return [] if sealed.digest == row["digest"] else [BROKEN]

    # ------------------------------------------------------------ milestones

    def _milestone_faults(self) -> Iterator[VerdictFault]:
        """The milestones follow from the standing ledgers of their scopes, quarter by quarter."""
        stored = self.asked.standing(MilestoneVerdict).filter(area__code__startswith=self.asked.area)
        rows = {self._place(row): row for row in self._rows(stored, MilestoneVerdict)}
        due: dict = {}
        for plan in self._plans_of(rows):
            due |= self._milestones_due(plan)
        for place in sorted(rows.keys() | due.keys()):
            period, basis, key, code = place
            row = rows.get(place)
            whats = self._broken(MilestoneVerdict, row) if row else []
            entry = row and {name: row[name] for name in SAID[MilestoneVerdict]}
            whats += differing("", entry, due.get(place))
            for what in whats:
                yield VerdictFault(code, period, f"{Basis(basis).label}口径：里程碑 {key} {what}")

    @staticmethod
    def _place(row: dict) -> tuple:
        return tuple(row[name] for name in SUBJECTS[MilestoneVerdict])

    def _plans_of(self, rows: dict[tuple, dict]) -> list[Plan]:
        return [self.plans[number] for number in {row["plan_id"] for row in rows.values()}]

    def _milestones_due(self, plan: Plan) -> dict[tuple, dict]:
        codes = Area.objects.filter(county=self.asked.county, code__startswith=self.asked.area).values_list(
            "code", flat=True
        )
        every = Verdict.objects.standing().filter(county=self.asked.county).values_list("period", flat=True)
        last = max((Quarter.parse(period) for period in set(every)), default=plan.first_period)
        quarters = list(plan.first_period.through(last))
        viewed = [each for each in quarters if not self.asked.period or str(each) == self.asked.period]
        found = {}
        for basis, scopes in histories(self.asked.county, codes, quarters, Basis.values).items():
            for quarter, entry in verdict_json.milestone_entries(plan, scopes, viewed):
                said = {name: entry[name] for name in SAID[MilestoneVerdict]} | {"first_met": entry["first_met"] or ""}
                found[str(quarter), basis, entry["key"], entry["scope"]] = said
        return found


def _area(row: dict, kind: str) -> AreaGiven:
    said = {name: row[name] for name in SAID[Verdict]}
    return AreaGiven(code=row["area_id"], kind=kind, **said)


class _Plans:
    """The plan versions that verdicts name, each read once."""

    def __init__(self) -> None:
        self._read: dict[int, tuple[PlanVersion, Plan]] = {}

    def __getitem__(self, number: int) -> Plan:
        if number not in self._read:
            version = PlanVersion.objects.get(pk=number)
            self._read[number] = version, plan_of(version.text)
        return self._read[number][1]

    def faults(self, county: str) -> Iterator[VerdictFault]:
        for version, _ in self._read.values():
            if sha256(version.text.encode()).hexdigest() != version.digest:
                yield VerdictFault(county, "", f"方案版本 {version.key} 的全文与其摘要不符，存入后被改动过")
