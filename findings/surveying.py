"""The survey of a county: findings open, change, close and come back with the facts; it may be asked as often as one likes."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import OuterRef, Subquery

from acceptance.models import Basis, Judgement, Verdict
from areas import workdays
from common import clock
from common.periods import Quarter
from findings import first, rows, terms
from findings.declared import CHECKS
from findings.hooks import SURVEY_MARKS
from findings.models import TOWNSHIP_DIGITS, FindingMove, FindingTerms, RegisterFinding, SurveyMark
from findings.vocabulary import FindingAction, FindingCheck, FindingHit, FindingOwner, FindingState
from proposals.models import ProposalMove
from witness.sealing import flush, seal

VERSION = 1
"""The rules' version: another one surveys every county anew."""

_CHANGING = ("area_code", "township", "operator", "owner", "name", "sentence", "said", "digest", "matters")
"""What a finding says anew while it stays the same finding."""

_STEPS = (
    "state",
    "version",
    "opened_at",
    "due_on",
    "explanation",
    "explained_by",
    "explained_at",
    "closed_at",
    "reopened",
)


@dataclass(frozen=True)
class SurveyTally:
    """What a survey did: how many findings it opened, closed and saw come back, and how many are open now."""

    opened: int = 0
    closed: int = 0
    reopened: int = 0
    open: int = 0


def due_in(days: int, calendar: workdays.WorkingDays | None = None) -> date | None:
    """The day that many working days from today; None where the table of working days ends before."""
    try:
        return (calendar or workdays.load()).nth_after(clock.today(), days)
    except workdays.DayUnknown:
        return None


def due_counties() -> list[str]:
    """The judged counties of which facts, bounds or the day are newer than their last survey; one query."""
    return [county for county, seen, last in _marks() if seen != last]


def is_due(county: str) -> bool:
    return county in due_counties()


def _marks() -> Iterator[tuple[str, str, str | None]]:
    """Each judged county with that by which it would be surveyed now, and by which it was last."""
    bounds = FindingTerms.objects.filter(county=OuterRef("county")).order_by("-pk").values("pk")[:1]
    # What changes no verdict leaves no judgement: a name, a port; every door of the register writes a proposal's step.
    steps = ProposalMove.objects.order_by("-pk").values("pk")[:1]
    marks = SurveyMark.objects.filter(county=OuterRef("county")).values("seen")
    judged = Judgement.objects.exclude(judged_at=None).order_by("county")
    above = {f"above{number}": mark() for number, mark in enumerate(SURVEY_MARKS)}
    rows = judged.annotate(bounds=Subquery(bounds), steps=Subquery(steps), last=Subquery(marks), **above)
    for county, judged_at, *newest, last in rows.values_list("county", "judged_at", "bounds", "steps", *above, "last"):
        yield county, " ".join(map(str, (VERSION, clock.today(), judged_at, *newest))), last


def survey_due() -> None:
    """The worker's chore: survey one county that is due, so that other chores get their turn between two."""
    for county in due_counties()[:1]:
        survey(county)


def survey(county: str, on: date | None = None) -> SurveyTally:
    """Look at the county by every check, and open, change, close and reopen its findings; the register as of a day, or today.

    Looking takes longest, and nobody waits for it: only what it found is written under the county's lock. Where another
    survey was faster meanwhile it is done again.
    """
    done = None
    while done is None:
        last = SurveyMark.objects.filter(county=county).values_list("surveyed_at", flat=True).first()
        seen = next((seen for each, seen, _ in _marks() if each == county), "")
        register = rows.read(county, on or clock.today())
        done = _written(county, dict(_found(register)), _Book(register.calendar), seen, last)
    return done


@transaction.atomic
def _written(
    county: str, found: Mapping["Subject", RegisterFinding], book: "_Book", seen: str, last: datetime | None
) -> SurveyTally | None:
    """Write what was found; None when the county was surveyed since ``last``. Its row is held until the transaction ends."""
    SurveyMark.objects.get_or_create(county=county)
    mark = SurveyMark.objects.select_for_update().get(county=county)
    if mark.surveyed_at != last:
        return None
    kept = {_subject(each): each for each in RegisterFinding.objects.filter(county=county)}
    for subject, hit in found.items():
        if subject in kept:
            book.keep(kept[subject], hit)
        else:
            book.open(hit)
    for subject, finding in kept.items():
        if subject not in found and finding.state != FindingState.CLOSED:
            book.close(finding)
    book.write()
    flush()
    mark.seen, mark.surveyed_at = seen, clock.now()
    mark.save()
    return book.tally(sum(each.state == FindingState.OPEN for each in [*kept.values(), *book.opened]))


Subject = tuple[str, str, str, str]
"""What a finding is by: its check, table, key and the other of a pair."""


def _subject(finding: RegisterFinding) -> Subject:
    return finding.code, finding.table, finding.key, finding.other


def _found(register: rows.RegisterRows) -> Iterator[tuple[Subject, RegisterFinding]]:
    """What every check finds now, as findings that are not stored."""
    county, bounds = register.county, terms.bounds(register.county)
    bearing = _Bearing(county)
    for check in CHECKS:
        bound = bounds[check.code]
        for hit in check.rule(register, bound):
            found = _finding(county, check, hit, bound)
            found.matters = check.bears and bearing.on(found)
            yield _subject(found), found


def _finding(county: str, check: FindingCheck, hit: FindingHit, bound: int) -> RegisterFinding:
    area = hit.area or county
    township = area[:TOWNSHIP_DIGITS] if len(area) >= TOWNSHIP_DIGITS else ""
    owner = check.owner
    if owner == FindingOwner.TOWNSHIP and not township:
        owner = FindingOwner.BUREAU
    said = dict(hit.words)
    return RegisterFinding(
        county=county,
        area_code=area,
        township=township,
        operator=hit.operator,
        owner=owner,
        code=check.code,
        table=check.table,
        key=hit.key,
        other=hit.other,
        name=hit.name,
        sentence=check.said_of(hit, bound),
        said=said,
        digest=hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest(),
    )


class _Bearing:
    """Whether a finding bears on a verdict or milestone that is not met: of the latest quarter that has ended, as approved."""

    UNMET = ("undetermined", "not_achieved")

    def __init__(self, county: str) -> None:
        quarter = first.latest_ended(county)
        self.outcome: Mapping[str, str] = {}
        self.facts: frozenset[tuple[str, str]] = frozenset()
        if quarter:
            self.outcome = _outcomes(county, quarter)
            open_ones = first.questions(county, quarter)
            self.facts = frozenset(fact.thing for each in open_ones for fact in each.answer.sure)

    def on(self, finding: RegisterFinding) -> bool:
        """By what is asked in ``first``, or by the nearest area above it that a standard judges."""
        if (finding.table, finding.key) in self.facts:
            return True
        code = finding.area_code
        nearest = (code[:digits] for digits in (15, 12, 9, 6) if digits <= len(code))
        outcome = next((self.outcome[each] for each in nearest if each in self.outcome), "")
        return outcome in self.UNMET


def _outcomes(county: str, quarter: Quarter) -> dict[str, str]:
    judged = Verdict.objects.standing().filter(county=county, period=str(quarter), basis=Basis.APPROVED)
    return dict(judged.exclude(outcome="not_applicable").order_by().values_list("area_id", "outcome"))


class _Book:
    """What a survey changes, collected and then written in bulk."""

    def __init__(self, calendar: workdays.WorkingDays) -> None:
        self.now = clock.now()
        self.due = {check.code: due_in(check.days, calendar) for check in CHECKS}
        self.opened: list[RegisterFinding] = []
        self.changed: dict[int, RegisterFinding] = {}
        self.moves: list[FindingMove] = []

    def open(self, hit: RegisterFinding) -> None:
        hit.opened_at, hit.due_on = self.now, self.due[hit.code]
        self.opened.append(hit)

    def keep(self, finding: RegisterFinding, hit: RegisterFinding) -> None:
        """What is found again: an explanation holds while the values do, and what was closed is open again."""
        holds = finding.digest == hit.digest
        for name in _CHANGING:
            if getattr(finding, name) != getattr(hit, name):
                setattr(finding, name, getattr(hit, name))
                self.changed[finding.pk] = finding
        if finding.state == FindingState.CLOSED or (finding.state == FindingState.EXPLAINED and not holds):
            self._step(finding, FindingAction.REOPEN, FindingState.OPEN)
            finding.opened_at, finding.due_on, finding.closed_at = self.now, self.due[finding.code], None
            finding.explanation, finding.explained_by, finding.explained_at = "", None, None
            finding.reopened += 1

    def close(self, finding: RegisterFinding) -> None:
        self._step(finding, FindingAction.CLOSE, FindingState.CLOSED)
        finding.closed_at = self.now

    def _step(self, finding: RegisterFinding, action: FindingAction, state: FindingState) -> None:
        before, finding.state = finding.state, state
        finding.version += 1
        self.changed[finding.pk] = finding
        self.moves.append(
            FindingMove(
                finding=finding,
                action=action,
                from_state=before,
                to_state=state,
                at=self.now,
                sentence=finding.sentence,
                version=finding.version,
            )
        )

    def write(self) -> None:
        RegisterFinding.objects.bulk_create(self.opened, batch_size=500)
        RegisterFinding.objects.bulk_update(self.changed.values(), [*_CHANGING, *_STEPS], batch_size=200)
        FindingMove.objects.bulk_create(self.moves, batch_size=500)
        seal(*self.moves)

    def tally(self, open_now: int) -> SurveyTally:
        closed = sum(move.action == FindingAction.CLOSE for move in self.moves)
        return SurveyTally(len(self.opened), closed, len(self.moves) - closed, open_now)
