"""What waits among the proposals, for the home pages of both sides."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Min, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.posts import Power
from proposals.models import Proposal
from proposals.vocabulary import ItemState, ProposalState

KEEPING = (Power.KEEP_REGISTRY, Power.LOAD_NETWORK)
OUTCOME_DAYS = 7
"""Days for which a proposer's outcome stands among his tasks."""


@dataclass(frozen=True)
class ProposalTask:
    """A line: how many of what, where they are, since when the oldest waits, and a remark."""

    label: str
    url: str
    since: date | None = None
    remark: str = ""


def waiting_for(user, on: date) -> list[ProposalTask]:
    """What the user's post has to decide, and what came back to his unit or was decided of late."""
    found = _to_decide(user) if user.may(Power.JUDGE_PROPOSALS) else []
    if any(user.may(power) for power in KEEPING):
        found += _of_unit(user, on)
    return found


def _to_decide(user) -> list[ProposalTask]:
    states = (ProposalState.OPEN, ProposalState.CONFIRMING)
    rows = Proposal.objects.visible_to(user).filter(state__in=states)
    past = Count("pk", filter=Q(turns_past=True))
    found = rows.aggregate(count=Count("pk"), past=past, since=Min("at"), vetted=_vetted())
    if not found["count"]:
        return []
    turning = f"，其中 {found['past']} 件改变往季结果" if found["past"] else ""
    vetted = f"{found['vetted']} 件待复核" if found["vetted"] else ""
    label = f"变更申请待审定 {found['count']} 件{turning}"
    return [ProposalTask(label, reverse("proposals:index"), _day(found["since"]), vetted)]


def _vetted() -> Count:
    return Count("pk", filter=Q(state=ProposalState.CONFIRMING))


def _of_unit(user, on: date) -> list[ProposalTask]:
    own = Proposal.objects.filter(area=user.area_id, operator=user.operator_id).order_by("pk")
    returned = own.filter(state=ProposalState.RETURNED)
    found = []
    if count := returned.count():
        url = reverse("proposals:index") + f"?state={ProposalState.RETURNED}"
        url = reverse("proposals:proposal", args=[returned[0].pk]) if count == 1 else url
        found.append(ProposalTask(f"退回的变更申请 {count} 件", url, _day(returned[0].at), "修改后重新提交，或者撤回"))
    return [*found, *_outcomes(own, user, on)]


def _outcomes(own: QuerySet, user, on: date) -> list[ProposalTask]:
    """What somebody else decided in the last days of what the user proposed himself."""
    since = on - timedelta(days=OUTCOME_DAYS)
    decided = own.filter(by=user, state=ProposalState.SETTLED, items__decided_at__date__gte=since)
    keys = decided.exclude(items__decided_by=user).order_by().values("pk")
    states = {
        "applied": Count("items", filter=Q(items__state=ItemState.APPLIED)),
        "refused": Count("items", filter=Q(items__state=ItemState.REFUSED)),
    }
    return [
        ProposalTask(
            f"{row.title}：{row.get_state_display()}",
            reverse("proposals:proposal", args=[row.pk]),
            _day(row.at),
            _outcome_words(row.applied, row.refused),
        )
        for row in own.filter(pk__in=keys).annotate(**states)[:5]
    ]


def _outcome_words(applied: int, refused: int) -> str:
    """What became of a proposal's items: 采纳 5 项，不予采纳 15 项."""
    if not refused:
        return "区经信局已采纳"
    return f"采纳 {applied} 项，不予采纳 {refused} 项，原因见申请" if applied else "区经信局不予采纳，原因见申请"


def _day(moment) -> date:
    return timezone.localdate(moment)
