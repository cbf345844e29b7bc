"""Counties whose towns report what the register lets pass: the truth first, then the faults, then what those leave behind.

Every row is one that the portal itself would hold. Its rules judge the truth, and again the register with the faults in
it; its own code draws the samples, tells what becomes of denominators, and freezes the verdicts. A unit is bad when it
meets the standard by the register and not by the truth.

Towns alone; natural villages on a grid of five kilometres, each with an access point of its own, so that one fault makes
one bad natural village, and whatever rests on it. A quarter alone: nothing fell back before.
"""

import math
import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from acceptance import plan as plans
from acceptance.judging.facts import read
from acceptance.rules.judge import County
from acceptance.rules.shares import State, needed
from accounts.models import User
from accounts.posts import Post
from areas.models import AccessPoint, Area, Operator, ServiceOrder, Site
from areas.vocabulary import AreaKind, SiteKind
from areas.workdays import load as working_days
from common.periods import Quarter
from inspection import required
from inspection.freezing import BASIS, KINDS, current_verdicts, freeze
from inspection.models import Evidence, Report, Unit
from inspection.spotcheck import actions
from inspection.spotcheck.estimates import ABOVE
from inspection.spotcheck.models import Conclusion, FindingOutcome, Item, SampleFinding
from inspection.spotcheck.results import SampleResult
from inspection.vocabulary import EvidenceKind, ReportState, UnitState
from planting.presumptions import PLANTED, PlantedKind, Presumption
from proposals.drafts import ItemDraft
from proposals.models import Proposal, ProposalItem
from proposals.sketching import item_of
from proposals.vocabulary import Act, ApprovalLevel, Door, ItemState, ProposalState
from returns.figures import NAMES
from returns.models import LineStatus, OperatorCount, Return, ReturnLine, ReturnState

QUARTER = Quarter(2018, 2)
TODAY = date(2018, 7, 20)
SHANGHAI = timezone.get_default_timezone()
DRAWN_AT, CHANGED_AT = datetime(2018, 7, 3, 9, tzinfo=SHANGHAI), datetime(2018, 5, 15, 9, tzinfo=SHANGHAI)
TOWNS = 25
"""Of a county."""
OPERATORS = ("telecom", "mobile", "unicom")
GRID = 0.05
"""Degrees from one natural village to the next."""
DEGREE_M = 111_000
FAILS_OPENLY = 0.03
"""Of natural villages, those that do not meet the standard, and are not reported."""
WITH_SCHOOL = 0.25
SCATTER = 0.03
"""Of the operators' counts about what the return says."""

Place = tuple[float, float]


@dataclass
class Hamlet:
    """A natural village as it is; ``fault`` is what its register hides, ``claimed`` where it has a point or settlement instead."""

    code: str
    settlement: Place
    fault: PlantedKind | None = None
    is_out_of_scope: bool = False
    """It falls out of what its village is measured by."""
    point_is_wrong: bool = False
    point: Place = (0.0, 0.0)
    claimed: Place = (0.0, 0.0)


@dataclass(frozen=True)
class ReportedUnit:
    """A unit as the desk has it, with what the desk cannot know: whether it is bad, and what was planted in itself."""

    unit: Unit
    fault: PlantedKind | None
    is_bad: bool


@dataclass
class ReportedCounty:
    """What a county reports; ``unsent``: of these could not be brought what the plan asks. ``visited`` counts the sampled."""

    units: list[ReportedUnit] = field(default_factory=list)
    unsent: list[ReportedUnit] = field(default_factory=list)
    visited: dict[str, int] = field(default_factory=dict)


class CountyPlanting:
    """One county, up to the moment at which a reviewer opens the desk."""

    def __init__(self, number: int, towns: int, presumed: Presumption, seed: int) -> None:
        self.code = f"{450000 + number:06d}"
        self.towns = [f"{self.code}{101 + town}" for town in range(towns)]
        self.traces, self.people = presumed.traces, presumed.people
        self.random = random.Random(f"{seed}/{number}")
        self.origin = 80 + 3.6 * (number % 10), 18 + 2.6 * (number // 10)
        self.hamlets: dict[str, Hamlet] = {}
        self.shrunk: set[str] = set()
        """Villages out of which hamlets fall."""
        self.rows: dict[type, list] = defaultdict(list)
        self.items: list[ProposalItem] = []

    @transaction.atomic
    def report(self) -> ReportedCounty:
        """All of it."""
        self._build()
        truth = self._truth()
        self._falsify()
        self._sample(truth)
        return self._send(truth)

    def _happens(self, chance: float) -> bool:
        return self.random.random() < chance

    def _add(self, row: models.Model) -> None:
        self.rows[type(row)].append(row)

    # ------------------------------------------------ the truth

    def _build(self) -> None:
        self._area(self.code, AreaKind.DISTRICT)
        for number, town in enumerate(self.towns):
            self._area(town, AreaKind.TOWN)
            west, south = self.origin[0] + 0.7 * (number % 5), self.origin[1] + 0.5 * (number // 5)
            for village in range(self.random.randint(1, 2)):
                self._village(f"{town}{201 + village}", west + 0.22 * village, south)
        for code in OPERATORS:
            Operator.objects.get_or_create(code=code, defaults={"name": code})
        Area.objects.bulk_create(self.rows[Area])
        self.reviewer = self._person(Post.REVIEWER, self.code)
        self.clerk = self._person(Post.CLERK, self.towns[0])
        for count in self.rows[OperatorCount]:
            count.by = self.clerk
        for model in (Site, AccessPoint, ServiceOrder, OperatorCount):
            model.objects.bulk_create(self.rows[model])
        returns = Return.objects.bulk_create(
            Return(township_id=town, county=self.code, period=str(QUARTER), state=ReturnState.APPROVED)
            for town in self.towns
        )
        of_town = {each.township_id: each for each in returns}
        for line in self.rows[ReturnLine]:
            line.quarterly_return = of_town[line.area_id[:9]]
        ReturnLine.objects.bulk_create(self.rows[ReturnLine])

    def _person(self, post: Post, area: str) -> User:
        return User.objects.create(username=f"{post}{self.code}", name=post.label, post=post, area_id=area)

    def _area(self, code: str, kind: AreaKind, households: int | None = None) -> None:
        self._add(
            Area(
                code=code,
                name=f"区域{code[-3:]}",
                kind=kind,
                parent_id=Area.parent_code(code),
                county=self.code,
                permanent_households=households,
            )
        )

    def _village(self, code: str, west: float, south: float) -> None:
        self._area(code, AreaKind.VILLAGE)
        count = self.random.randint(9, 14)
        shrinks = self._happens(PLANTED[PlantedKind.DENOMINATOR])
        fallen = count - int(needed(plans.current().criteria["S14"].threshold, count)) + 1 if shrinks else 0
        self.shrunk |= {code} if shrinks else set()
        own = []
        for number in range(count):
            place = west + GRID * (number % 4), south + GRID * (number // 4)
            own.append(self._hamlet(f"{code}{201 + number}", place, number < fallen))
        self._users(code, any(each.fault == PlantedKind.ORDERS for each in own))

    def _hamlet(self, code: str, place: Place, is_out_of_scope: bool) -> Hamlet:
        """A natural village with an access point in reach, unless it fails openly, or in truth."""
        hamlet = self.hamlets[code] = Hamlet(code, place, is_out_of_scope=is_out_of_scope)
        fails = is_out_of_scope or self._happens(FAILS_OPENLY)
        hamlet.fault = None if fails else self._drawn_fault()
        is_far = fails or hamlet.fault == PlantedKind.COORDINATES
        hamlet.point = self._away(place, 1_200, 2_300) if is_far else self._away(place, 80, 800)
        hamlet.point_is_wrong = self._happens(self.traces.point_is_wrong)
        hamlet.claimed = self._away(place if hamlet.point_is_wrong else hamlet.point, 80, 800)
        self._area(code, AreaKind.NATURAL_VILLAGE, self.random.randint(24, 90))
        self._site(f"S{code}", code, SiteKind.SETTLEMENT, place)
        operator = self.random.choice(OPERATORS)
        self._add(
            AccessPoint(
                ap_id=f"P{code}",
                operator_id=operator,
                downstream_mbps=100,
                tv_only=False,
                county=self.code,
                opened_on=date(2017, 6, 1),
                **_placed(hamlet.point),
            )
        )
        if hamlet.fault == PlantedKind.DENOMINATOR:
            self._site(f"C{code}", code, SiteKind.SCHOOL, self._away(hamlet.point, 1_300, 2_300))
        elif not is_far and self._happens(WITH_SCHOOL):
            self._site(f"C{code}", code, SiteKind.SCHOOL, self._away(hamlet.point, 50, 700))
        self._orders(hamlet, operator)
        return hamlet

    def _drawn_fault(self) -> PlantedKind | None:
        drawn = self.random.random()
        for kind, share in PLANTED.items():
            if drawn < share:
                return kind
            drawn -= share
        return None

    def _away(self, place: Place, least: float, most: float) -> Place:
        """A place so many metres from another."""
        metres, angle = self.random.uniform(least, most), self.random.uniform(0, 2 * math.pi)
        east = metres * math.sin(angle) / DEGREE_M / math.cos(math.radians(place[1]))
        return place[0] + east, place[1] + metres * math.cos(angle) / DEGREE_M

    def _site(self, key: str, area: str, kind: SiteKind, place: Place) -> None:
        self._add(Site(site_id=key, area_id=area, name=kind.label, kind=kind, county=self.code, **_placed(place)))

    def _orders(self, hamlet: Hamlet, operator: str) -> None:
        """Some orders of the quarter; the first is late where that is what is hidden."""
        for number in range(self.random.randint(1, 4)):
            accepted = date(2018, 4, 8) + timedelta(self.random.randint(0, 40))
            is_late = hamlet.fault == PlantedKind.ORDERS and number == 0
            taken = timedelta(self.random.randint(20, 30) if is_late else self.random.randint(1, 8))
            self._add(
                ServiceOrder(
                    order_id=f"O{hamlet.code}-{number}",
                    operator_id=operator,
                    area_id=hamlet.code,
                    county=self.code,
                    accepted_on=accepted,
                    completed_on=accepted + taken,
                    needs_expansion=False,
                )
            )

    def _users(self, code: str, hides_orders: bool) -> None:
        """What a village reports of its users, and what the operators count there, if they do."""
        broadband = self.random.randint(400, 900)
        fibre = reported = int(broadband * self.random.uniform(0.78, 0.95))
        if hides_orders and self._happens(self.traces.inflated):
            reported = min(broadband, int(fibre * self.random.uniform(1.03, 1.2)))
        figures = (broadband + 200, broadband + 100, broadband + 50, broadband, reported)
        self._add(
            ReturnLine(
                area_id=code,
                county=self.code,
                period=str(QUARTER),
                status=LineStatus.APPROVED,
                **dict(zip(NAMES, figures, strict=True)),
            )
        )
        if self._happens(self.traces.counted):
            counted = min(broadband, int(fibre * self.random.gauss(1, SCATTER)))
            for place, operator in enumerate(OPERATORS):
                part = [(whole + place) // len(OPERATORS) for whole in (broadband, counted)]
                self._add(
                    OperatorCount(
                        operator_id=operator,
                        area_id=code,
                        county=self.code,
                        period=str(QUARTER),
                        broadband_users=part[0],
                        fibre_users=part[1],
                    )
                )

    def _truth(self) -> dict[str, bool]:
        """Which areas meet the standard as things are."""
        facts = read(self.code, [QUARTER], [BASIS])
        state = County(facts, plans.current(), working_days()).period(QUARTER).standing(BASIS).state
        return {code: bool(state[row] == State.PASSED) for row, code in enumerate(facts.areas.code)}

    # ------------------------------------------------ the register

    def _falsify(self) -> None:
        """Write the faults into the register, and what honest townships change; with their items where something tells."""
        lies = {
            PlantedKind.COORDINATES: self._lie_of_place,
            PlantedKind.ORDERS: self._lie_of_order,
            PlantedKind.DENOMINATOR: self._lie_of_school,
        }
        for hamlet in self.hamlets.values():
            if hamlet.is_out_of_scope:
                self._lie_of_households(hamlet)
            elif hamlet.fault:
                lies[hamlet.fault](hamlet)
            else:
                self._honest_change(hamlet)
        proposals = Proposal.objects.bulk_create(
            Proposal(
                county=self.code, source=Door.PAGE, state=ProposalState.SETTLED, title="变更", by=self.clerk,
                area_id=self.towns[0],
            )
            for _ in self.items
        )  # fmt: skip
        for item, proposal in zip(self.items, proposals, strict=True):
            item.proposal, item.state, item.decided_at = proposal, ItemState.APPLIED, CHANGED_AT
        ProposalItem.objects.bulk_create(self.items)

    def _tell(self, table: str, key: str, act: Act, texts: dict[str, list[str | None]], row: Mapping[str, Any]) -> None:
        """An item as the portal makes it, which says of which area it is, and what becomes of denominators."""
        draft = ItemDraft(table, key, act, {name: str(new) for name, (_, new) in texts.items()})
        self.items.append(item_of(1, draft, row, texts, ApprovalLevel.AT_ONCE))

    def _lie_of_place(self, hamlet: Hamlet) -> None:
        if hamlet.point_is_wrong:
            table, key, was = "access_points", f"P{hamlet.code}", hamlet.point
            rows, row = AccessPoint.objects.filter(ap_id=key), {}
        else:
            table, key, was = "sites", f"S{hamlet.code}", hamlet.settlement
            rows, row = Site.objects.filter(site_id=key), {"area_code": hamlet.code}
        rows.update(**_placed(hamlet.claimed))
        if self._happens(self.traces.changed_late):
            pairs = zip(("lon", "lat"), was, hamlet.claimed, strict=True)
            self._tell(table, key, Act.CORRECT, {name: [str(old), str(new)] for name, old, new in pairs}, row)

    def _lie_of_order(self, hamlet: Hamlet) -> None:
        rows = ServiceOrder.objects.filter(order_id=f"O{hamlet.code}-0")
        was, accepted = rows.values_list("completed_on", "accepted_on").get()
        rows.update(completed_on=accepted + timedelta(7))
        if self._happens(self.traces.changed_late):
            texts = {"completed_on": [str(was), str(accepted + timedelta(7))]}
            self._tell("service_orders", f"O{hamlet.code}-0", Act.CORRECT, texts, {"area_code": hamlet.code})

    def _lie_of_school(self, hamlet: Hamlet) -> None:
        """What is out of reach is said to be no more, of late or since before; or was never entered."""
        self._end(hamlet, CHANGED_AT.date(), self._happens(self.traces.moved_late))

    def _end(self, hamlet: Hamlet, on: date, is_told: bool) -> None:
        key = f"C{hamlet.code}"
        Site.objects.filter(site_id=key).update(valid_to=on)
        if is_told:
            row = {"area_code": hamlet.code, "kind": SiteKind.SCHOOL, "valid_to": None}
            self._tell("sites", key, Act.END, {"valid_to": ["", str(on)]}, row)

    def _lie_of_households(self, hamlet: Hamlet) -> None:
        """Too few households to be counted."""
        self._households(hamlet, self.random.randint(8, 19), self._happens(self.traces.moved_late))

    def _households(self, hamlet: Hamlet, new: int, is_told: bool) -> None:
        rows = Area.objects.filter(code=hamlet.code)
        old = rows.values_list("permanent_households", flat=True).get()
        rows.update(permanent_households=new)
        if is_told:
            row = {"kind": AreaKind.NATURAL_VILLAGE, "permanent_households": old}
            self._tell("areas", hamlet.code, Act.CORRECT, {"permanent_households": [str(old), str(new)]}, row)

    def _honest_change(self, hamlet: Hamlet) -> None:
        """Households put right; a school entered twice taken out."""
        if self._happens(self.traces.honest_moved):
            self._households(hamlet, self.random.randint(24, 90), True)
        if self._happens(self.traces.honest_left):
            row = {"area_code": hamlet.code, "kind": SiteKind.SCHOOL, "valid_to": None}
            self._tell("sites", f"D{hamlet.code}", Act.END, {"valid_to": ["", str(CHANGED_AT.date())]}, row)

    # ------------------------------------------------ the sample

    def _sample(self, truth: Mapping[str, bool]) -> None:
        """Of each town by the plan's rule, before it reports; the reviewer concludes by the reading of the interval."""
        towns = Area.objects.in_bulk(self.towns)
        for code in self.towns:
            sample = actions.draw(
                township=towns[code], quarter=QUARTER, at=DRAWN_AT, by=self.reviewer,
                seed=f"{self.random.getrandbits(128):032x}",
            )  # fmt: skip
            SampleFinding.objects.bulk_create(self._found(each, truth) for each in sample.items.all())
            is_above = SampleResult(sample).reading == ABOVE
            actions.conclude(
                sample=sample, version=sample.version, reason="按区间", at=DRAWN_AT, by=self.reviewer,
                conclusion=Conclusion.RETURN if is_above else Conclusion.SUPPORTS,
            )  # fmt: skip

    def _found(self, item: Item, truth: Mapping[str, bool]) -> SampleFinding:
        said = {"item": item, "visited_on": DRAWN_AT.date(), "by": self.reviewer, "remark": "现场核查"}
        if self._happens(self.people.visit_fails):
            return SampleFinding(outcome=FindingOutcome.UNREACHED, **said)
        kind = self.hamlets[item.key].fault or PlantedKind.COORDINATES
        chance = self.people.visit_errs if truth[item.key] else self.people.visit_finds[kind]
        return SampleFinding(outcome=FindingOutcome.FAILED if self._happens(chance) else FindingOutcome.PASSED, **said)

    # ------------------------------------------------ the report

    def _send(self, truth: Mapping[str, bool]) -> ReportedCounty:
        """Each town reports what meets the standard by the register; what lacks evidence is left out."""
        codes = Area.objects.filter(county=self.code, kind__in=KINDS).values_list("code", flat=True)
        verdicts = current_verdicts(self.code, str(QUARTER), codes)
        ready = [each for each in verdicts.values() if each.outcome == "achieved"]
        found, titles = ReportedCounty(), plans.current().titles
        for town in self.towns:
            report = Report.objects.create(
                township_id=town, county=self.code, period=str(QUARTER), state=ReportState.EXAMINING,
                signed_by=self.clerk, signed_on=TODAY, reviewer=self.reviewer,
            )  # fmt: skip
            own = [each for each in ready if each.area_id.startswith(town)]
            frozen = freeze(report, own, self.clerk)
            Unit.objects.bulk_create(
                Unit(
                    report=report, area_id=each.area_id, kind=each.area.kind, title=titles[each.area.kind].name,
                    frozen=frozen[each.area_id], state=UnitState.SENT,
                )
                for each in own
            )  # fmt: skip
            Evidence.objects.bulk_create(self._evidence(report, own))
            lacking = {each.unit.pk for each in required.missing(report) if each.is_required}
            units = [self._reported(each, truth) for each in report.units.select_related("area", "frozen", "report")]
            found.units += [each for each in units if each.unit.pk not in lacking]
            found.unsent += [each for each in units if each.unit.pk in lacking]
            found.visited[town] = Item.objects.filter(sample__township=town).count()
        return found

    def _reported(self, unit: Unit, truth: Mapping[str, bool]) -> ReportedUnit:
        hamlet = self.hamlets.get(unit.area_id)
        fault = hamlet.fault if hamlet else PlantedKind.DENOMINATOR if unit.area_id in self.shrunk else None
        return ReportedUnit(unit, fault, not truth[unit.area_id])

    # ------------------------------------------------ the evidence

    def _evidence(self, report: Report, verdicts: Sequence) -> list[Evidence]:
        """What the plan asks: photos of the natural villages, and the rest, which says nothing of itself."""
        photos: list[Evidence] = []
        others = []
        for each in verdicts:
            if hamlet := self.hamlets.get(each.area_id):
                photos += self._photo(report, hamlet, photos)
            else:
                asked = plans.current().award.evidence_of(each.area.kind)
                others += [self._file(report, each.area_id, rule.kind) for rule in asked for _ in range(rule.count)]
        return photos + others

    def _file(self, report: Report, code: str, kind: str, **said: Any) -> Evidence:
        return Evidence(
            report=report, area_id=code, kind=kind, name=f"{code}.jpg", media_type="image/jpeg", size=1, by=self.clerk,
            algorithm="sha256", digest=f"{self.random.getrandbits(256):064x}", **said,
        )  # fmt: skip

    def _photo(self, report: Report, hamlet: Hamlet, others: Sequence[Evidence]) -> list[Evidence]:
        """The picture that the township brings of a natural village, if any; where its camera says it was taken, if it does."""
        traces = self.traces
        place, look = self._away(hamlet.point, 0, 50), f"{self.random.getrandbits(64):016x}"
        taken = datetime(2018, 6, self.random.randint(1, 28), 10, tzinfo=SHANGHAI)
        says_where = self._happens(traces.says_where)
        if hamlet.fault == PlantedKind.COORDINATES:
            if self._happens(traces.photo_at_settlement):
                place = self._away(hamlet.settlement, 0, 50)
            elif hamlet.point_is_wrong:
                if self._happens(traces.given_up):
                    return []
                if self._happens(traces.staged):
                    place = self._away(hamlet.claimed, 0, 50)
                elif others and self._happens(traces.reused):
                    says_where, look = False, _saved_anew(self.random.choice(others).look, self.random)
        elif self._happens(traces.honest_far):
            place, says_where = self._away(hamlet.point, 3_000, 9_000), True
        elif others and self._happens(traces.honest_alike):
            look = _saved_anew(self.random.choice(others).look, self.random)
        elif self._happens(traces.honest_early):
            taken = datetime(2016, 6, 1, 10, tzinfo=SHANGHAI)
        said = {"taken_lon": place[0], "taken_lat": place[1]} if says_where else {}
        return [self._file(report, hamlet.code, EvidenceKind.PHOTO, look=look, taken_at=taken, **said)]


def _placed(place: Place) -> dict[str, float]:
    return {"lon": place[0], "lat": place[1], "given_lon": place[0], "given_lat": place[1]}


def _saved_anew(look: str, grains: random.Random) -> str:
    """The look of the same picture, scaled and saved again: some bits differ."""
    bits = int(look, 16)
    for place in grains.sample(range(64), grains.randrange(5)):
        bits ^= 1 << place
    return f"{bits:016x}"
