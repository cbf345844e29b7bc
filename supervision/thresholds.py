"""The bounds that people set on figures: how much a figure is now, and whether it has come to lie beyond one; told by the worker."""

import json
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.db import transaction

from acceptance.judging import standing
from acceptance.verdicts.lookups import NotThere
from acceptance.wording.figures import number
from accounts import audit
from common import clock
from common.exceptions import Refused
from common.templatetags.figures import rate
from figures.address import MemberPart
from figures.asking import AskedFigure, open_figure
from supervision.models import Threshold
from supervision.vocabulary import Crossing, Measured

MOST = 20
"""Bounds that a person may set: each costs a query whenever verdicts have changed."""


@dataclass(frozen=True)
class MeasuredNow:
    """A figure as it is compared; None where it cannot be told, and so lies beyond nothing."""

    value: Fraction | None
    words: str


def of_figure(opened: AskedFigure, measured: str) -> MeasuredNow:
    """How much a figure is: in its unit, or the share of it that has passed, in per cent."""
    if measured == Measured.RATE:
        passed, total = opened.page.number(MemberPart.PASSED), opened.page.number(MemberPart.ALL)
        return MeasuredNow(Fraction(100 * passed, total) if total else None, rate(passed, total))
    counted = opened.counted()
    return MeasuredNow(Fraction(counted.value), f"{number(counted.value)} {counted.unit}")


def has_rate(opened: AskedFigure) -> bool:
    """Whether its page says what share of it has passed."""
    return {MemberPart.ALL, MemberPart.PASSED} <= opened.figure.names.keys()


def lies_beyond(value: Fraction | None, crossing: str, bound: Decimal) -> bool:
    if value is None:
        return False
    return value < Fraction(bound) if crossing == Crossing.BELOW else value > Fraction(bound)


@transaction.atomic
def set_threshold(*, opened: AskedFigure, measured: Measured, crossing: Crossing, bound: Decimal, by) -> Threshold:
    """Set a bound; where the figure lies beyond it already, the person is told once it has come back and gone there again.

    Refused where there are too many, or one is the same.
    """
    own = Threshold.objects.visible_to(by)
    if own.count() >= MOST:
        raise Refused(f"最多设置 {MOST} 项提醒，请先删除不再需要的。")
    is_network = opened.figure.is_network
    question = {name: said for name, said in opened.question.items() if name not in ("period", "on")}
    if any(
        (each.question, each.measured, each.crossing, each.bound) == (question, measured, crossing, bound)
        for each in own.filter(of=opened.figure.of)
    ):
        raise Refused("已设置相同的提醒。")
    now = of_figure(open_figure(by, opened.figure.of, _latest(question, is_network), clock.today()), measured)
    kept = Threshold.objects.create(
        user=by,
        of=opened.figure.of,
        question=question,
        area=opened.asked.area,
        title=opened.figure.title,
        part=opened.part_name,
        unit=opened.unit,
        measured=measured,
        crossing=crossing,
        bound=bound,
        is_beyond=lies_beyond(now.value, crossing, bound),
        now=now.words,
    )
    audit.record(action="threshold.set", by=by, subject=kept, detail={"bound": str(bound)})
    return kept


def _latest(question: dict, is_network: bool) -> dict:
    """The question as of today: a network as it stands, verdicts of the latest quarter that has ended."""
    return question | ({"on": clock.today().isoformat()} if is_network else {})


@transaction.atomic
def remove(threshold: Threshold, by) -> None:
    audit.record(action="threshold.remove", by=by, subject=threshold, detail={"bound": str(threshold.bound)})
    threshold.delete()


@transaction.atomic
def take_notice(threshold: Threshold, by) -> None:
    """The person has seen that it was crossed: it waits no more, until it is crossed again."""
    if Threshold.objects.filter(pk=threshold.pk, is_noted=False).update(is_noted=True):
        audit.record(action="threshold.note", by=by, subject=threshold)


_seen: dict[str, tuple] = {}
"""By county the version of its verdicts and the day on which this worker last looked at its bounds."""


def look() -> None:
    """The worker's chore, so that no save waits for it: look at the bounds of the counties whose verdicts have changed, and of all on a new day."""
    counties = Threshold.objects.order_by("area__county").values_list("area__county", flat=True).distinct()
    for county in counties:
        given = standing.of(county)
        seen = (given.version, clock.today())
        if not (given.is_never or given.is_behind) and _seen.get(county) != seen:
            look_at(county)
            _seen[county] = seen


@transaction.atomic
def look_at(county: str) -> None:
    """Look at every bound on a figure of a county; who asks for the same figure shares the query."""
    known: dict[str, MeasuredNow | None] = {}
    rows = Threshold.objects.filter(area__county=county, user__is_active=True)
    for each in rows.select_related("user__area", "user__operator", "area").order_by("pk"):
        if not each.user.scope.holds(each.area_id):
            continue
        key = json.dumps([each.of, each.question, each.measured], sort_keys=True)
        if key not in known:
            known[key] = _now(each)
        if known[key] is not None:
            _compare(each, known[key])


def _now(threshold: Threshold) -> MeasuredNow | None:
    """How much its figure is today; None where there is no such figure any more."""
    on = clock.today()
    try:
        opened = open_figure(threshold.user, threshold.of, threshold.question, on)
        if opened.figure.is_network:
            opened = open_figure(threshold.user, threshold.of, _latest(threshold.question, True), on)
        return of_figure(opened, threshold.measured)
    except NotThere:
        return None


def _compare(threshold: Threshold, now: MeasuredNow) -> None:
    """Keep what it is, and whether it has crossed; what has not changed is not written."""
    is_beyond = lies_beyond(now.value, threshold.crossing, threshold.bound)
    if (is_beyond, now.words) == (threshold.is_beyond, threshold.now):
        return
    changes: dict = {"now": now.words, "is_beyond": is_beyond}
    if is_beyond and not threshold.is_beyond:
        changes |= {"crossed_at": clock.now(), "times": threshold.times + 1, "is_noted": False}
    elif not is_beyond:
        changes |= {"crossed_at": None}
    Threshold.objects.filter(pk=threshold.pk).update(**changes)
