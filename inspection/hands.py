"""Who may do what twice on a unit's way to its title: nobody.

Of proposing, signing, examining, confirming, compiling, ratifying and awarding a person acts in at most one, over the unit,
its report, the reports that this one follows, and its submissions. Whose hand was in what is read from the rows that
exist; every action of the chain asks before it acts (``require_apart``), and pages ask the same of what they offer.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from accounts import audit
from accounts.models import User
from accounts.posts import ROLE_GRANTS, Power
from common import clock
from common.exceptions import Refused, Stale
from common.templatetags.figures import plain_date
from inspection.hooks import DEEDS
from inspection.models import Evidence, InspectionMove, LoosenedPair, Report, Unit
from inspection.vocabulary import Hand, InspectionAction
from witness.sealing import seal
from workflow.engine import fitting

_A = InspectionAction

STEPS: Mapping[InspectionAction, Hand] = {
    **dict.fromkeys((_A.START, _A.SAVE, _A.REFREEZE, _A.HAND_UP), Hand.PROPOSING),
    _A.SEND: Hand.SIGNING,
    **dict.fromkeys((_A.PASS, _A.PASS_SHORT, _A.REFUSE, _A.RETURN), Hand.EXAMINING),
    **dict.fromkeys((_A.VET_PASS, _A.VET_PASS_SHORT, _A.VET_REFUSAL), Hand.EXAMINING),
    **dict.fromkeys((_A.CONFIRM_PASS, _A.CONFIRM_REFUSAL, _A.OVERRULE), Hand.CONFIRMING),
    **dict.fromkeys((_A.COMPILE, _A.EDIT, _A.INCLUDE, _A.EXCLUDE), Hand.COMPILING),
    **dict.fromkeys((_A.SUBMIT, _A.RECALL, _A.ABANDON), Hand.COMPILING),
    **dict.fromkeys(
        (_A.NOTICE, _A.RATIFY, _A.SEND_DOWN, _A.PROPOSE, _A.DECIDE, _A.TURN_DOWN, _A.ANNOUNCE), Hand.RATIFYING
    ),
}
"""The step by which a hand is in it."""

ASKED: Mapping[InspectionAction, Hand] = {**STEPS, _A.TAKE: Hand.EXAMINING}
"""The step before which is asked: who took a report and decided nothing has no hand in it, but must be free to decide."""

POWERS: Mapping[Hand, tuple[Power, ...]] = {
    Hand.PROPOSING: (Power.WRITE_INSPECTIONS,),
    Hand.SIGNING: (Power.SIGN_INSPECTIONS,),
    Hand.EXAMINING: (Power.EXAMINE,),
    Hand.CONFIRMING: (Power.CONFIRM_EXAMINATIONS,),
    Hand.COMPILING: (Power.COMPILE_SUBMISSIONS, Power.SUBMIT_SUBMISSIONS),
    Hand.RATIFYING: (Power.RATIFY,),
    Hand.AWARDING: (Power.AWARD_TITLES,),
}

_NAMED = 3
"""How many people are named of those who may act instead."""


@dataclass(frozen=True)
class Deed:
    """Somebody's act on a unit's way: which hand it is, by whom (a user's key), what was done, when."""

    hand: Hand
    by: int
    words: str
    at: datetime


def hands_of(units: Sequence[Unit]) -> dict[int, dict[Hand, set[int]]]:
    """Whose hands were in each unit's way so far: by its key and the hand, the keys of users."""
    found: dict[int, dict[Hand, set[int]]] = {}
    for pk, deeds in deeds_of(units).items():
        by_hand = found.setdefault(pk, {})
        for deed in deeds:
            by_hand.setdefault(deed.hand, set()).add(deed.by)
    return found


def deeds_of(units: Sequence[Unit], by: int | None = None) -> dict[int, list[Deed]]:
    """What was done on each unit's way, by its key, the earliest first; of one user where ``by`` says so.

    So many queries, however many units there are.
    """
    ways = _Ways(units)
    found, asked = ways.deeds(by), ways.asked
    for ask in DEEDS:
        for pk, deeds in ask(asked, by).items():
            found[pk] = [*found[pk], *deeds]
    return {pk: sorted(deeds, key=lambda deed: deed.at) for pk, deeds in found.items()}


@dataclass(frozen=True)
class AskedUnit:
    """A unit about which other rooms are asked: its key, its area's code, and the quarter in which it is reported."""

    pk: int
    area: str
    period: str


class _Ways:
    """The units, the reports and the submissions that belong to the way of each of some units."""

    def __init__(self, units: Sequence[Unit]) -> None:
        self.units = [(unit.pk, unit.area_id, unit.report_id) for unit in units]

    @property
    def asked(self) -> list[AskedUnit]:
        return [AskedUnit(pk, area, self._rows[report][1]) for pk, area, report in self.units]

    def deeds(self, by: int | None) -> dict[int, list[Deed]]:
        """What the chain itself tells of each unit."""
        done = self._done(by)
        return {
            pk: [
                deed
                for report in self._chain(report)
                for deed in (*done["report", report], *self._of_unit(done, report, area))
            ]
            for pk, area, report in self.units
        }

    def _of_unit(self, done, report: int, area: str) -> Iterable[Deed]:
        unit, submissions = self._same.get((report, area), (None, ()))
        yield from done["unit", unit]
        for submission in submissions:
            yield from done["submission", submission]

    @cached_property
    def _rows(self) -> dict[int, tuple[int | None, str]]:
        """Each report of the townships with the one that it follows, and its quarter."""
        rows = Report.objects.filter(township__in={area[:9] for _, area, _ in self.units})
        return {pk: (follows, period) for pk, follows, period in rows.values_list("pk", "follows_id", "period")}

    def _chain(self, report: int | None) -> Iterable[int]:
        while report is not None:
            yield report
            report, _ = self._rows[report]

    @cached_property
    def _same(self) -> dict[tuple[int, str], tuple[int, list[int]]]:
        """The unit of an area in a report, with the submissions in which it stands or stood."""
        rows = Unit.objects.filter(report__in=self._reports, area__in={area for _, area, _ in self.units})
        found: dict[tuple[int, str], tuple[int, list[int]]] = {}
        for pk, report, area, submission in rows.values_list("pk", "report_id", "area_id", "entries__submission_id"):
            _, submissions = found.setdefault((report, area), (pk, []))
            if submission is not None:
                submissions.append(submission)
        return found

    @cached_property
    def _reports(self) -> set[int]:
        return {report for *_, last in self.units for report in self._chain(last)}

    def _done(self, by: int | None) -> dict[tuple[str, int | None], list[Deed]]:
        """The deeds by what they were done to."""
        found: dict[tuple[str, int | None], list[Deed]] = defaultdict(list)
        units = [unit for unit, _ in self._same.values()]
        submissions = {each for _, listed in self._same.values() for each in listed}
        told = Q(report__in=self._reports) | Q(unit__in=units) | Q(submission__in=submissions)
        moves = _by(InspectionMove.objects.filter(told, action__in=STEPS), by)
        for report, unit, submission, action, who, at in moves.values_list(
            "report_id", "unit_id", "submission_id", "action", "by_id", "at"
        ):
            of = ("report", report) if report else ("unit", unit) if unit else ("submission", submission)
            found[of].append(Deed(STEPS[_A(action)], who, _A(action).label, at))
        evidence = _by(Evidence.objects.filter(report__in=self._reports), by)
        for report, who, at in evidence.values_list("report_id", "by_id", "at"):
            found["report", report].append(Deed(Hand.PROPOSING, who, "上传佐证材料", at))
        return found


def _by(rows, by: int | None):
    return rows if by is None else rows.filter(by=by)


class Apart:
    """Which acts on some units are not a user's, as the own hand was in another; asked for once, however often it is read."""

    def __init__(self, units: Sequence[Unit], by: User) -> None:
        self.units, self.by = list(units), by

    @cached_property
    def _deeds(self) -> dict[int, list[Deed]]:
        return deeds_of(self.units, self.by.pk) if self.units else {}

    @cached_property
    def _loosened(self) -> set[frozenset[str]]:
        counties = {unit.area_id[:6] for unit in self.units}
        return {each.pair for each in LoosenedPair.objects.standing().filter(county__in=counties)}

    def against(self, unit: Unit, hand: Hand) -> Deed | None:
        """The user's earlier act that keeps this one from being the user's; None where nothing does."""
        return next((deed for deed in self._deeds.get(unit.pk, ()) if self._excludes(deed.hand, hand)), None)

    def _excludes(self, one: Hand, other: Hand) -> bool:
        return one != other and frozenset((one, other)) not in self._loosened

    def is_free(self, unit: Unit, hand: Hand | None) -> bool:
        """Whether the user may act so on the unit; of an act that is no hand everybody may."""
        return hand is None or self.against(unit, hand) is None

    def free(self, hand: Hand) -> list[Unit]:
        return [unit for unit in self.units if self.is_free(unit, hand)]

    def bar(self, hand: Hand | None, units: Sequence[Unit] | None = None) -> str:
        """Why the user may not act so on all of the units (None: those asked about), and who may instead; blank where it is allowed."""
        asked = self.units if units is None else units
        barred = [(unit, deed) for unit in asked if hand is not None and (deed := self.against(unit, hand))]
        if not barred or hand is None:
            return ""
        unit, deed = barred[0]
        others = f"等 {len(barred)} 个单位" if len(barred) > 1 else ""
        return (
            f"您于{_day(deed.at)}办理过{unit.area.full_name}{others}的“{deed.words}”（{deed.hand.label}），"
            f"同一单位的{hand.label}须由他人办理。{_instead([unit for unit, _ in barred], hand)}"
        )


def _day(at: datetime) -> str:
    return plain_date(timezone.localtime(at).date())


def require_apart(units: Sequence[Unit], hand: Hand, by: User) -> None:
    """Refused where the user's hand was in another act on the way of one of the units."""
    if bar := Apart(units, by).bar(hand):
        raise Refused(bar)


def _instead(units: Sequence[Unit], hand: Hand) -> str:
    """Who may act so on all of these units."""
    area, done = units[0].area_id, deeds_of(units)
    pairs = {each.pair for each in LoosenedPair.objects.standing().filter(county=area[:6])}
    busy = {
        deed.by
        for deeds in done.values()
        for deed in deeds
        if deed.hand != hand and frozenset((deed.hand, hand)) not in pairs
    }
    names = [person.name for person in holders(POWERS[hand], area) if person.pk not in busy]
    if not names:
        return "现有人员均已办理过其他环节，请增设账号，或由区经信局负责人放宽经手限制。"
    more = f"等 {len(names)} 人" if len(names) > _NAMED else ""
    return f"可由{'、'.join(names[:_NAMED])}{more}办理。"


def holders(powers: Sequence[Power], code: str) -> list[User]:
    """Who has one of the powers at the area ``code``, in the order of their names."""
    posts = [post for post, grants in ROLE_GRANTS.items() if grants.powers.intersection(powers)]
    people = User.objects.active().filter(post__in=posts, area__in=(code[:6], code[:9])).order_by("name", "pk")
    return [person for person in people if person.scope.holds(code)]


def loosened_words(units: Sequence[Unit]) -> list[str]:
    """What one person did twice about these units so far under a loosened pair, a sentence for each pair: for papers."""
    pairs = list(LoosenedPair.objects.filter(county__in={unit.area_id[:6] for unit in units}).order_by("pk"))
    used: dict[LoosenedPair, set[int]] = defaultdict(set)
    for deeds in (deeds_of(units) if pairs else {}).values():
        for one, other in _twice(deeds):
            for pair in pairs:
                if pair.pair == {one.hand, other.hand} and _stood(pair, other.at):
                    used[pair].add(other.by)
    names = dict(
        User.objects.filter(pk__in={pk for people in used.values() for pk in people}).values_list("pk", "name")
    )
    return [_loosened_sentence(pair, sorted(names[pk] for pk in people)) for pair, people in used.items()]


def _twice(deeds: Sequence[Deed]) -> Iterable[tuple[Deed, Deed]]:
    """Pairs of acts by the same person that are different hands, the earlier one first."""
    for place, other in enumerate(deeds):
        for one in deeds[:place]:
            if one.by == other.by and one.hand != other.hand:
                yield one, other


def _stood(pair: LoosenedPair, at: datetime) -> bool:
    return pair.at <= at and (pair.ended_at is None or at < pair.ended_at)


def _loosened_sentence(pair: LoosenedPair, names: Sequence[str]) -> str:
    return (
        f"{pair.get_first_display()}、{pair.get_second_display()}由{'、'.join(names)}一人办理，"
        f"系{pair.by}于{_day(pair.at)}决定放宽：{pair.reason.rstrip('。')}"
    )


@transaction.atomic
def loosen(*, county: str, pair: Sequence[str], reason: str, by) -> LoosenedPair:
    """Let one person do both of two acts, for a reason; Stale where that is so already."""
    _require_loosener(county, by)
    first, second = _in_order(pair)
    try:
        with transaction.atomic():
            loosened = LoosenedPair.objects.create(
                county=county, first=first, second=second, reason=_reason(reason), by=by
            )
    except IntegrityError:
        raise Stale(f"{Hand(first).label}和{Hand(second).label}已经放宽，无须重复办理。") from None
    seal(loosened)
    audit.record(action="hands.loosen", by=by, subject=loosened, detail={"reason": loosened.reason})
    return loosened


@transaction.atomic
def tighten(*, loosened: LoosenedPair, by) -> LoosenedPair:
    """End a loosened pair; what was done under it stays as it is."""
    _require_loosener(loosened.county, by)
    ended = LoosenedPair.objects.standing().filter(pk=loosened.pk).update(ended_by=by, ended_at=clock.now())
    if not ended:
        raise Stale("未办理：这项放宽已经终止。")
    loosened.refresh_from_db()
    seal(loosened)
    audit.record(action="hands.tighten", by=by, subject=loosened)
    return loosened


def _in_order(pair: Sequence[str]) -> tuple[str, str]:
    if len(set(pair)) != 2 or not set(pair) <= set(Hand.values):
        raise Refused("请选择两个不同的环节。")
    first, second = sorted(pair)
    return first, second


def _reason(text: str) -> str:
    if not (found := fitting(text)):
        raise Refused("放宽必须写明理由。")
    return found


def _require_loosener(county: str, by) -> None:
    if not by.may(Power.LOOSEN_HANDS) or not by.scope.holds(county):
        raise PermissionDenied("您的岗位不能放宽经手限制。")
