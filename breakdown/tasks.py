"""What breakdowns put into the inbox: a version to be signed, a letter to be signed, and targets with which a unit is late."""

from collections.abc import Iterator, Mapping

from django.urls import reverse

from acceptance.judging import standing
from accounts.contacts import BUREAU
from accounts.models import AuditEntry, User
from accounts.posts import Power
from breakdown.following import followed
from breakdown.models import Breakdown, BreakdownLine
from breakdown.vocabulary import BreakdownState, LineLevel
from common.clock import today
from inbox.hooks import InboxItem
from inbox.places import of_rows

KIND = "分解落实"


def pending(user: User) -> list[InboxItem]:
    """What waits for a person: to be signed as head of the bureau or of a township; late targets of the own unit."""
    if not user.may(Power.SEE_MATTERS):
        return []
    return [*_to_issue(user), *_to_accept(user), *_late(user)]


def _to_issue(user: User) -> Iterator[InboxItem]:
    if not user.may(Power.SIGN_BREAKDOWNS):
        return
    for each in Breakdown.objects.visible_to(user).filter(state=BreakdownState.PROPOSED).prefetch_related("moves"):
        yield _item(each, "sign", "待签发", since=list(each.moves.all())[-1].at)


def _to_accept(user: User) -> Iterator[InboxItem]:
    if not user.may(Power.ACCEPT_LETTERS):
        return
    own = Breakdown.objects.in_force().filter(lines__level=LineLevel.TOWNSHIP, lines__area=user.area_id)
    for each in own.exclude(pk__in=Breakdown.objects.filter(moves__township=user.area_id)):
        yield _item(each, "letter", "责任书待签订")


def _item(each: Breakdown, name: str, state: str, **more) -> InboxItem:
    url = each.get_absolute_url()
    return InboxItem(
        key=f"breakdown/{each.pk}/{name}", version="1", kind=KIND, title=str(each), url=url, state=state, **more
    )


def _late(user: User) -> Iterator[InboxItem]:
    """The own unit's lines that are short of the last quarter's target, one item a breakdown; a line goes when it is reached."""
    lines = own_lines(user)
    if not lines:
        return
    county = lines[0].breakdown.county
    late = [each for each in followed(lines, today(), standing.of(county).quarters[-1]) if each.is_late]
    for breakdown in {each.line.breakdown.pk: each.line.breakdown for each in late}.values():
        mine = [each for each in late if each.line.breakdown.pk == breakdown.pk]
        named = "、".join(dict.fromkeys(each.line.person_name for each in mine if each.line.person_name))
        yield InboxItem(
            key=f"breakdown/{breakdown.pk}/late",
            version=f"{mine[0].quarter}.{sum(each.gap for each in mine)}",
            kind=KIND,
            title=f"{breakdown}：{len(mine)} 项指标未达到",
            url=reverse("breakdown:breakdown", args=[breakdown.pk]),
            state="未达到",
            due=mine[0].quarter.last_day,
            words=f"责任人{named}：{mine[0].words}",
            other=BUREAU,
        )


def own_lines(user: User) -> list[BreakdownLine]:
    """The lines of breakdowns in force that name the own unit: a township's, an operator's, a lead unit's."""
    rows = BreakdownLine.objects.visible_to(user).filter(breakdown__state=BreakdownState.ISSUED)
    if user.scope.operator:
        rows = rows.filter(level=LineLevel.OPERATOR)
    elif len(user.scope.area or "") == 9:
        rows = rows.filter(level=LineLevel.TOWNSHIP)
    else:
        rows = rows.filter(level=LineLevel.LEAD_UNIT, unit=user.unit) if user.unit else rows.none()
    found = rows.select_related("breakdown", "area", "operator").prefetch_related("breakdown__lines")
    return list(found.order_by("breakdown", "number"))


def places(user: User, entries: list[AuditEntry]) -> Mapping[int, str]:
    """Where the breakdowns lie of which entries of the trail tell."""
    return of_rows(entries, Breakdown.objects.visible_to(user), "breakdown:breakdown")
