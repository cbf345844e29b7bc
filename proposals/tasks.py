"""What proposals put into the inbox: for the bureau what is to be decided, for a unit what came back, waits or was decided."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta

from django.db.models import Count, Max, Min, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.contacts import bureau_of
from accounts.models import AuditEntry, User
from accounts.posts import Power
from common import clock
from inbox.hooks import InboxItem
from inbox.places import of_rows
from proposals.models import Proposal, ProposalMove
from proposals.vocabulary import ItemState, ProposalState

KIND = "变更申请"
KEEPING = (Power.KEEP_REGISTRY, Power.LOAD_NETWORK)
WAITING = (ProposalState.OPEN, ProposalState.CONFIRMING)
OUTCOME_DAYS = 7
"""Days for which a proposer's outcome stands in his inbox."""


def pending(user: User) -> list[InboxItem]:
    """What the user's post has to decide, what came back to his unit or was decided of late, and what waits for whom."""
    found = _to_decide(user) + _with_units(user) if user.may(Power.JUDGE_PROPOSALS) else []
    if any(user.may(power) for power in KEEPING):
        found += _of_unit(user)
    return found


def _to_decide(user) -> list[InboxItem]:
    rows = Proposal.objects.visible_to(user).filter(state__in=WAITING)
    past = Count("pk", filter=Q(turns_past=True))
    found = rows.aggregate(count=Count("pk"), past=past, since=Min("at"), latest=Max("at"), vetted=_vetted())
    if not found["count"]:
        return []
    turning = f"，其中 {found['past']} 件改变往季结果" if found["past"] else ""
    return [
        InboxItem(
            key="proposals/decide",
            version=f"{found['count']}.{found['latest']}",
            kind=KIND,
            title=f"变更申请待审定 {found['count']} 件{turning}",
            url=reverse("proposals:index"),
            state="待审定",
            since=found["since"],
            latest=found["latest"],
            words=f"{found['vetted']} 件待复核" if found["vetted"] else "",
        )
    ]


def _vetted() -> Count:
    return Count("pk", filter=Q(state=ProposalState.CONFIRMING))


def _with_units(user) -> list[InboxItem]:
    """What the bureau sent back, and lies with the unit that proposed it."""
    returned = Proposal.objects.visible_to(user).filter(state=ProposalState.RETURNED)
    return [
        _item(row, moves, who=row.unit_name, other=row.operator_id or row.area_id or "")
        for row, moves in _moved(returned)
        if (row.area_id, row.operator_id) != (user.area_id, user.operator_id)
    ]


def _of_unit(user) -> list[InboxItem]:
    own = Proposal.objects.filter(area=user.area_id, operator=user.operator_id)
    states = (ProposalState.RETURNED,) if user.may(Power.JUDGE_PROPOSALS) else (ProposalState.RETURNED, *WAITING)
    back, waiting = [], []
    for row, last in _moved(own.filter(state__in=states)):
        if row.state == ProposalState.RETURNED:
            back.append(_item(row, last, other=bureau_of(row.county)))
        else:
            waiting.append(_item(row, last, who="区经信局", words="", other=bureau_of(row.county)))
    return [*back, *_outcomes(own, user), *waiting]


def _moved(rows: QuerySet) -> list[tuple[Proposal, ProposalMove | None]]:
    """The proposals in order, each with its last step; two queries."""
    found = rows.select_related("area", "operator").prefetch_related("moves__by").order_by("pk")
    return [(row, list(row.moves.all())[-1] if row.moves.all() else None) for row in found]


def _item(row: Proposal, last: ProposalMove | None, **more) -> InboxItem:
    said = {
        "since": last.at if last else row.at,
        "words": f"{last.by}：{last.reason}" if last and last.reason and last.by else "",
    }
    return InboxItem(
        key=f"proposal/{row.pk}",
        version=str(row.version),
        kind=KIND,
        title=row.title,
        url=reverse("proposals:proposal", args=[row.pk]),
        state=row.get_state_display(),
        **said | more,
    )


def _outcomes(own: QuerySet, user) -> list[InboxItem]:
    """What somebody else decided in the last days of what the user proposed himself."""
    day = clock.today() - timedelta(days=OUTCOME_DAYS)
    since = timezone.make_aware(datetime.combine(day, time.min))
    decided = own.filter(by=user, state=ProposalState.SETTLED, items__decided_at__gte=since)
    keys = decided.exclude(items__decided_by=user).order_by().values("pk")
    states = {
        "applied": Count("items", filter=Q(items__state=ItemState.APPLIED)),
        "refused": Count("items", filter=Q(items__state=ItemState.REFUSED)),
        "decided_at": Max("items__decided_at"),
    }
    return [
        _item(
            row, None, since=row.decided_at, words=_outcome_words(row.applied, row.refused), other=bureau_of(row.county)
        )
        for row in own.filter(pk__in=keys).annotate(**states).order_by("pk")
    ]


def _outcome_words(applied: int, refused: int) -> str:
    """What became of a proposal's items: 采纳 5 项，不予采纳 15 项."""
    if not refused:
        return "区经信局已采纳"
    return f"采纳 {applied} 项，不予采纳 {refused} 项，原因见申请" if applied else "区经信局不予采纳，原因见申请"


def places(user: User, entries: list[AuditEntry]) -> Mapping[int, str]:
    """Where the proposals lie of which entries of the trail tell."""
    return of_rows(entries, Proposal.objects.visible_to(user), "proposals:proposal")
