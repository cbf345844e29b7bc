"""What problems put into the inbox: with the unit that sees to them, and with whoever may close what is solved."""

from collections.abc import Iterator, Mapping
from datetime import datetime, time
from typing import Any

from django.db.models import Aggregate, Count, Max, Min, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from accounts.models import AuditEntry, User
from accounts.posts import Power
from accounts.units import Addressee, AddresseeKind
from common.clock import today
from inbox.hooks import InboxItem
from inbox.places import of_rows
from problems.authorities import authority_of
from problems.listing import MINE, OURS, REFERRED, SOLVED, unanswered
from problems.models import Problem
from problems.vocabulary import UNSOLVED, ProblemState

KIND = "问题"


def pending(user: User) -> list[InboxItem]:
    """A line for one's own, one for the unit's that are nobody's yet, one for what waits to be closed; two queries.

    Of an authority one for the cases that wait for its answer.
    """
    referred = list(_referred(user)) if authority_of(user) else []
    if not user.may(Power.HANDLE_PROBLEMS) or Addressee.of(user) is None:
        return referred
    seen = Problem.objects.visible_to(user)
    ours = seen.of_unit(user).filter(Q(person=user) | Q(person=None), state__in=UNSOLVED)
    of_person = {each["person"]: each for each in ours.order_by().values("person").annotate(**_counted())}
    return [
        *referred,
        *_line("mine", of_person.get(user.pk, {}), "由本人负责", {"side": MINE}),
        *_line("ours", of_person.get(None, {}), "待本单位办理", {"side": OURS}),
        *_to_close(user, seen),
    ]


def _to_close(user: User, seen) -> Iterator[InboxItem]:
    """What others have solved: of a township what lies in it, of the bureau whatever is not an operator's, which its township closes."""
    if not user.may(Power.CLOSE_PROBLEMS):
        return
    own = Addressee.of(user)
    solved = seen.filter(state=ProblemState.SOLVED).exclude(own.condition if own else Q(pk__in=[]))
    if len(user.area_id or "") == 6:
        solved = solved.exclude(to_kind=AddresseeKind.OPERATOR)
    yield from _line("solved", solved.order_by().aggregate(**_counted()), "已解决，待销号", {"state": SOLVED})


def _counted() -> dict[str, Aggregate]:
    return {
        "count": Count("pk"),
        "overdue": Count("pk", filter=Q(due_on__lt=today(), state__in=UNSOLVED)),
        "since": Min("opened_at"),
        "latest": Max("opened_at"),
        "due": Min("due_on", filter=Q(state__in=UNSOLVED)),
    }


def _line(key: str, found: Mapping[str, Any], words: str, query: Mapping[str, str]) -> Iterator[InboxItem]:
    if found.get("count"):
        yield InboxItem(
            key=f"problems/{key}",
            version=f"{found['count']}.{found['latest']}",
            kind=KIND,
            title=f"问题 {found['count']} 个{words}",
            url=f"{reverse('problems:index')}?{urlencode(query)}",
            state=words,
            since=found["since"],
            latest=found["latest"],
            due=found["due"],
            words=f"{found['overdue']} 个已逾期" if found["overdue"] else "",
        )


def _referred(user: User) -> Iterator[InboxItem]:
    """The cases that were passed to the person's authority and wait for its answer."""
    found = unanswered(user).aggregate(
        count=Count("pk"),
        overdue=Count("pk", filter=Q(due_on__lt=today())),
        since=Min("sent_on"),
        latest=Max("pk"),
        due=Min("due_on"),
    )
    if found["count"]:
        since = timezone.make_aware(datetime.combine(found["since"], time()))
        yield InboxItem(
            key="problems/referred",
            version=f"{found['count']}.{found['latest']}",
            kind="移送案件",
            title=f"移送案件 {found['count']} 个待反馈",
            url=f"{reverse('problems:index')}?{urlencode({'side': REFERRED})}",
            state="待反馈",
            since=since,
            latest=since,
            due=found["due"],
            words=f"{found['overdue']} 个已逾期" if found["overdue"] else "",
        )


def places(user: User, entries: list[AuditEntry]) -> Mapping[int, str]:
    """Where the problems lie of which entries of the trail tell."""
    return of_rows(entries, Problem.objects.visible_to(user), "problems:problem")
