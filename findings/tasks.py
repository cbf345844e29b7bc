"""What the register asks of a person, for the inbox: a line for each kind of finding, with how many there are."""

from collections.abc import Mapping

from django.db.models import Count, Max, Min, Q
from django.urls import reverse
from django.utils.http import urlencode

from accounts.contacts import BUREAU
from accounts.models import AuditEntry, User
from accounts.posts import Power
from areas.models import Area, Operator
from common.clock import today
from findings.declared import BY_CODE
from findings.models import RegisterFinding
from findings.vocabulary import FindingOwner, FindingState
from inbox.hooks import InboxItem
from inbox.places import of_rows

KIND = "台账问题"


def pending(user: User) -> list[InboxItem]:
    """What the user's post has to settle; for the bureau also the explanations to be read, and what lies with others."""
    found = _own(user)
    return [*found, *_explained(user), *_with_others(user)] if user.may(Power.JUDGE_PROPOSALS) else found


def _counted(rows, *by: str) -> list[dict]:
    """How many there are by these columns, how many bear on verdicts and are overdue, since when and by when; one query."""
    return list(
        rows.order_by()
        .values(*by)
        .annotate(
            count=Count("pk"),
            bearing=Count("pk", filter=Q(matters=True)),
            overdue=Count("pk", filter=Q(due_on__lt=today())),
            since=Min("opened_at"),
            latest=Max("opened_at"),
            due=Min("due_on"),
        )
        .order_by(*by)
    )


def _own(user) -> list[InboxItem]:
    return [
        _item(
            f"findings/{found['code']}",
            f"{BY_CODE[found['code']].name if found['code'] in BY_CODE else found['code']} {found['count']} 条",
            {"mine": 1, "code": found["code"]},
            found,
            other="" if len(user.area_id or "") == 6 else BUREAU,
        )
        for found in _counted(RegisterFinding.objects.open().owned_by(user), "code")
    ]


def _item(key: str, title: str, query: Mapping, found: dict, **more) -> InboxItem:
    bears = f"其中 {found['bearing']} 条影响评定" if found["bearing"] else ""
    late = f"{found['overdue']} 条已过期限" if found["overdue"] else ""
    return InboxItem(
        key=key,
        version=f"{found['count']}.{found['latest']}",
        kind=KIND,
        title=title,
        url=f"{reverse('findings:index')}?{urlencode(query)}",
        state="待处理",
        since=found["since"],
        latest=found["latest"],
        due=found["due"],
        words="，".join(filter(None, (bears, late))),
        **more,
    )


def _with_others(user) -> list[InboxItem]:
    """What townships and operators have to settle: a line for each of them."""
    open_ = RegisterFinding.objects.visible_to(user).open()
    towns = _counted(open_.filter(owner=FindingOwner.TOWNSHIP), "township")
    operators = _counted(open_.filter(owner=FindingOwner.OPERATOR), "operator")
    names = dict(Area.objects.filter(pk__in=[found["township"] for found in towns]).values_list("pk", "name"))
    names |= dict(Operator.objects.filter(pk__in=[found["operator"] for found in operators]).values_list("pk", "name"))
    lines = [(found["township"], {"township": found["township"]}, found) for found in towns]
    lines += [(found["operator"], {"state": FindingState.OPEN.value}, found) for found in operators]
    return [
        _item(
            f"findings/of/{code}",
            f"台账问题 {found['count']} 条",
            query,
            found,
            who=names.get(code, code),
            other=code,
        )
        for code, query, found in lines
    ]


def _explained(user) -> list[InboxItem]:
    """How many explanations stand: whoever reviews findings may not accept one."""
    explained = RegisterFinding.objects.visible_to(user).filter(state=FindingState.EXPLAINED).order_by()
    found = explained.aggregate(count=Count("pk"), since=Min("explained_at"), latest=Max("explained_at"))
    if not found["count"]:
        return []
    return [
        InboxItem(
            key="findings/explained",
            version=f"{found['count']}.{found['latest']}",
            kind=KIND,
            title=f"台账问题 {found['count']} 条说明不是问题，可核查",
            url=f"{reverse('findings:index')}?{urlencode({'state': FindingState.EXPLAINED.value})}",
            state="已说明",
            since=found["since"],
            latest=found["latest"],
        )
    ]


def places(user: User, entries: list[AuditEntry]) -> Mapping[int, str]:
    """Where the findings lie of which entries of the trail tell."""
    return of_rows(entries, RegisterFinding.objects.visible_to(user), "findings:finding")
