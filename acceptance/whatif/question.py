"""What if (假设推演): what a data package would turn if it were imported. Nothing is stored.

A supposition is told in the rows of the data package, whether they come from a file or from a page, and is checked
as an import is. The facts with the rows in place are judged by the rules beside the facts as they stand.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from types import SimpleNamespace

import numpy as np

from acceptance import wording
from acceptance.comparison.comparing import AreaTurn, Comparison, Side, SiteTurn, turned_milestones
from acceptance.comparison.differences import area_entry, names, site_entry, with_names
from acceptance.judging import standing, verdict_json
from acceptance.judging.evidence import SiteEvidence, Surveyed
from acceptance.judging.facts import FactsPart, access_points, has_changes, read, stands_ever
from acceptance.judging.judging import quarters
from acceptance.judging.stored_ledgers import elsewhere
from acceptance.plan import current
from acceptance.rules.capability import NEAREST_LIMIT_M
from acceptance.rules.facts import Facts
from acceptance.rules.judge import County
from acceptance.rules.plan import Capability
from acceptance.whatif.supposing import SupposedRows, suppose
from acceptance.wording import status_words
from acceptance.wording.changes import NOT_THERE, Names
from areas.models import AccessPoint, Site
from areas.package.package import Handler, Package, RowChange
from areas.package.places import PlaceHandler
from areas.tiles import around
from areas.vocabulary import DatedTable
from areas.workdays import load as working_days
from common.lookups import chunks
from common.periods import Quarter

MANY = 40
"""With more villages than this concerned, reading the whole county is quicker."""


@dataclass(frozen=True)
class Supposition:
    """The rows that would be different, and what stands now where they are: by table the changes, by number the points removed."""

    rows: SupposedRows
    changes: dict[str, list[RowChange]]
    removed: tuple[tuple[float, float], ...] = ()

    @classmethod
    def of(cls, package: Package, removed: Iterable[str] = ()) -> "Supposition":
        """What a package says that is not so already; the package has been checked and has no errors."""
        changes = {handler.table.name: handler.changes(package) for handler in package.handlers}
        rows = {handler.table.name: _positioned(handler, changes[handler.table.name]) for handler in package.handlers}
        gone = frozenset(removed)
        standing = AccessPoint.objects.filter(ap_id__in=gone).order_by("ap_id").values_list("lon", "lat")
        return cls(SupposedRows(**rows, removed=gone), changes, tuple(standing))

    def villages(self, capability: Capability) -> set[str]:
        """The villages that it bears on, or a street, town or district for what stands at it directly."""
        codes = set()
        for table, column in (("areas", "code"), ("sites", "area_code"), ("service_orders", "area_code")):
            for change in self.changes[table]:
                codes |= {row[column][:12] for row in (change.before, change.after) if row}
        codes |= {change.after["area_code"] for change in self.changes["returns"]}
        for change in self.changes["areas"]:
            codes |= {_bearing_on(change.after["code"])}
        for change in self.changes["changes"]:
            if change.after["table"] == DatedTable.AREAS:
                codes.add(_bearing_on(change.after["key"]))
        changed = {each.after["site_id"] for each in self.changes["sites"] if each.before}
        changed |= {each.after["key"] for each in self.changes["changes"] if each.after["table"] == DatedTable.SITES}
        for some in chunks(sorted(changed)):
            codes |= {code[:12] for code in stands_ever(Site.objects.filter(site_id__in=some).values("pk"))}
        codes |= {
            each.after["value"][:12]
            for each in self.changes["changes"]
            if (each.after["table"], each.after["column"]) == (DatedTable.SITES, "area_code")
        }
        return codes | _villages_around(self._positions(), capability.largest_radius_m)

    def _positions(self) -> list[tuple[float, float]]:
        """Where access points that differ are, and where they would be."""
        before = [change.before for change in self.changes["access_points"] if change.before]
        changes = [each.after for each in self.changes["changes"]]
        changed = sorted({each["key"] for each in changes if each["table"] == DatedTable.ACCESS_POINTS})
        return [
            *self.removed,
            *(place for some in chunks(changed) for place in _places(some)),
            *((row["wgs84_lon"], row["wgs84_lat"]) for row in before),
            *((row["lon"], row["lat"]) for row in self.rows.access_points),
        ]


def _bearing_on(code: str) -> str:
    """The village that what an area says bears on; of one above the villages anything beneath may follow."""
    return code[:12] if len(code) >= 12 else code[:6]


def _places(numbers: list[str]) -> Iterable[tuple[float, float]]:
    return AccessPoint.objects.filter(ap_id__in=numbers).order_by("ap_id").values_list("lon", "lat")


def _positioned(handler: Handler, changes: list[RowChange]) -> list[dict]:
    """The rows as they would be; places lie in WGS-84."""
    if not isinstance(handler, PlaceHandler):
        return [dict(change.after) for change in changes]
    derived = handler.derive(changes)
    return [
        {**change.after, "lon": pair["lon"], "lat": pair["lat"]} for change, pair in zip(changes, derived, strict=True)
    ]


def _villages_around(positions: list[tuple[float, float]], metres: float) -> set[str]:
    """The villages of the sites in a box around each position."""
    codes: set[str] = set()
    for some in chunks(positions, 100):
        lon, lat = np.array(some).T
        near = Site.objects.filter(around(lon, lat, metres)).order_by().values_list("area_id", flat=True).distinct()
        codes |= {code[:12] for code in near}
    return codes


@dataclass(frozen=True)
class Question:
    """A quarter and basis of a county, and the area whose verdicts are asked for, with all beneath.

    ``focus`` is an area whose verdict is wanted whether anything bears on it or not.
    """

    county: str
    quarter: Quarter
    basis: str
    beneath: str
    focus: str = ""


class Answer:
    """What would turn; everything is worked out once, when it is first asked for."""

    def __init__(self, question: Question, supposed: Supposition) -> None:
        """ValueError when the calendar of working days cannot say when an order is due."""
        self.question, self.supposed = question, supposed
        self.plan = current()
        facts = self._facts()
        calendar = working_days()
        self.before = County(facts, self.plan, calendar)
        self.after = County(self._supposed(facts), self.plan, calendar)

    def _facts(self) -> Facts:
        """The facts as they stand, of the villages concerned where they are few, else of the whole county.

        Beside a few villages stands what is stored of the others, so it has to be current.
        """
        county, quarter = self.question.county, self.question.quarter
        seen = list(self.plan.first_period.through(quarter))
        codes = {code for code in self.supposed.villages(self.plan.capability) if code.startswith(county)}
        is_small = len(codes) <= MANY and all(len(code) >= 9 for code in codes)
        if not is_small or standing.of(county).is_behind or quarter not in quarters(county):
            return read(county, seen, [self.question.basis])
        facts = read(
            county, seen, [self.question.basis], FactsPart(tuple(sorted({*codes, self.question.focus[:12] or county})))
        )
        facts.elsewhere.update(elsewhere(facts, seen, [self.question.basis]))
        return facts

    def _supposed(self, facts: Facts) -> Facts:
        rows = self.supposed.rows
        after = suppose(facts, rows, [self.question.basis])
        if not rows.sites:
            return after
        near = around(after.sites.lon, after.sites.lat, NEAREST_LIMIT_M)
        wider = replace(facts, access_points=access_points(facts.operators, near, has_changes()))
        return suppose(wider, rows, [self.question.basis])

    @cached_property
    def comparison(self) -> Comparison:
        quarter, basis = self.question.quarter, self.question.basis
        before, after = (Side(county.period(quarter), basis) for county in (self.before, self.after))
        return Comparison(before, after, self.question.beneath)

    @property
    def areas(self) -> list[AreaTurn]:
        return self.comparison.areas

    @property
    def sites(self) -> list[SiteTurn]:
        return self.comparison.sites

    @cached_property
    def milestones(self) -> list[tuple[dict | None, dict | None]]:
        """The entries that turn, as they are and as they would be."""
        return turned_milestones(*(self._milestones(county) for county in (self.before, self.after)))

    def _milestones(self, county: County) -> list[dict]:
        question = self.question
        printed = verdict_json.milestones(county, question.quarter, question.basis, beneath=question.beneath)
        return printed["milestones"]

    @cached_property
    def names(self) -> Names:
        focus = self.question.focus
        above = [focus[:digits] for digits in (6, 9, 12, 15) if digits <= len(focus)]
        scopes = above + [entry["scope"] for pair in self.milestones for entry in pair if entry]
        rows = self.supposed.rows
        return with_names(
            names(self.comparison, scopes),
            areas={row["code"]: row["name"] for row in rows.areas},
            sites={row["site_id"]: row["name"] for row in rows.sites},
            operators={row["code"]: row["name"] for row in rows.operators},
        )

    def verdicts(self, code: str) -> tuple[dict | None, dict | None]:
        """The verdict on an area as it is and as it would be."""
        return self.comparison.before.verdict(code), self.comparison.after.verdict(code)

    def site_evidence(self, site_id: str) -> tuple[float | None, dict]:
        """The distance to the nearest eligible access point and the evidence of a site, as they would be."""
        row = self.comparison.after.site_row[site_id]
        return self._documents.of(row)["nearest_m"], self._evidence.of(row)

    @cached_property
    def _documents(self) -> verdict_json.SiteDocuments:
        return verdict_json.SiteDocuments(self.comparison.after.period)

    @cached_property
    def _evidence(self) -> SiteEvidence:
        return SiteEvidence(self.comparison.after.period, Surveyed(self.comparison.after.period))


def document(answer: Answer) -> dict:
    """What ``whatif`` prints."""
    called, said = answer.names, Said(answer)
    return {
        "plan": answer.plan.key,
        "period": str(answer.question.quarter),
        "basis": answer.question.basis,
        "area": answer.question.beneath,
        "turned": [area_entry(turn, called) | {"missing": said.missing_of(turn.code)} for turn in answer.areas],
        "milestones": [said.milestone_entry(*pair) for pair in answer.milestones],
        "sites": [site_entry(turn, called) | {"missing": said.site(turn).gap} for turn in answer.sites],
    }


class Said:
    """An answer in words: how things would stand, and what would still be missing."""

    def __init__(self, answer: Answer) -> None:
        self.answer, self.plan, self.quarter = answer, answer.plan, answer.question.quarter

    def criteria(self, code: str) -> list[tuple]:
        """The criteria of an area as they would stand: criterion, figures, words, and the words of now."""
        was, is_now = self.answer.verdicts(code)
        before = {row["key"]: row for row in was["criteria"]} if was else {}
        rows = []
        for figures in is_now["criteria"] if is_now else []:
            criterion, old = self.plan.criteria[figures["key"]], before.get(figures["key"])
            now = wording.criterion_words(criterion, old) if old else None
            rows.append((criterion, figures, wording.criterion_words(criterion, figures), now))
        return rows

    def area(self, code: str) -> wording.Words:
        """The verdict on an area as it would be; blank where it would not be in force."""
        _, verdict = self.answer.verdicts(code)
        if verdict is None:
            return wording.Words("")
        name, rows = self.answer.names.area(code), [row[:3] for row in self.criteria(code)]
        return wording.area_words(
            name, self.quarter.label, verdict["title"], verdict["outcome"], verdict["reference"], rows
        )

    def missing_of(self, code: str) -> str:
        """What would still be missing, or what would decide; blank for what is achieved."""
        words = self.area(code)
        return words.gap or words.turn

    def milestone(self, entry: dict) -> wording.Words:
        milestone = next(each for each in self.plan.milestones if each.key == entry["key"])
        return wording.milestone_words(milestone, SimpleNamespace(**entry), self.quarter)

    def milestone_entry(self, was: dict | None, is_now: dict | None) -> dict:
        """A milestone that turns: its entry as it would be, with the status from and to, and the sentence."""
        entry = is_now or was
        assert entry is not None
        words = self.milestone(entry)
        return entry | {
            "from": was and was["status"],
            "to": is_now and is_now["status"],
            "held": {"from": was and was["held"], "to": is_now and is_now["held"]},
            "sentence": self.milestone_sentence(was, is_now),
            "missing": {"count": entry["missing"], "words": words.gap},
        }

    def milestone_sentence(self, was: dict | None, is_now: dict | None) -> str:
        entry = is_now or was
        assert entry is not None
        milestone = next(each for each in self.plan.milestones if each.key == entry["key"])
        states = [status_words(SimpleNamespace(**each)) if each else NOT_THERE for each in (was, is_now)]
        title = f"{entry['key']} {wording.milestone_title(milestone)}（{self.answer.names.area(entry['scope'])}）"
        if states[0] == states[1]:
            states = [
                f"{state}，本季{'达到' if each and each['held'] else '未达到'}"
                for state, each in zip(states, (was, is_now), strict=True)
            ]
        return f"{title}由{states[0]}转为{states[1]}：{self.milestone(entry).text}"

    def site(self, turn: SiteTurn) -> wording.Words:
        """A site as it would be."""
        if turn.after is None:
            return wording.Words("")
        nearest_m, evidence = self.answer.site_evidence(turn.site_id)
        operators = dict(self.answer.names.operators)
        return wording.site_words(*turn.after, nearest_m, evidence, operators, self.plan.capability.min_mbps)
