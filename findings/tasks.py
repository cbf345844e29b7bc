"""What the register asks of a person, for the home page: one line that leads to the list."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from accounts.posts import Power
from common.clock import today
from findings.models import RegisterFinding
from findings.vocabulary import FindingState


@dataclass(frozen=True)
class FindingTask:
    """A task on the register: its label, link, state, since when, and a remark; as the home page shows those of the chain."""

    label: str
    url: str
    state: str
    since: date | None = None
    remark: str = ""


def waiting_for(user) -> list[FindingTask]:
    """What the user's post has to settle, and for the bureau the explanations of the last days to be read."""
    return [*_own(user), *_explained(user)]


def _own(user) -> list[FindingTask]:
    own = RegisterFinding.objects.open().owned_by(user).order_by()
    found = own.aggregate(
        count=Count("pk"),
        matters=Count("pk", filter=Q(matters=True)),
        overdue=Count("pk", filter=Q(due_on__lt=today())),
        oldest=Min("opened_at"),
    )
    if not found["count"]:
        return []
    bears = f"，其中 {found['matters']} 条影响评定" if found["matters"] else ""
    late = f"{found['overdue']} 条已过期限" if found["overdue"] else ""
    url = f"{reverse('findings:index')}?{urlencode({'mine': 1})}"
    since = timezone.localtime(found["oldest"]).date()
    return [FindingTask(f"台账待处理 {found['count']} 条{bears}", url, "待处理", since, late)]


def _explained(user) -> list[FindingTask]:
    """How many explanations stand: whoever reviews findings may not accept one."""
    if not user.may(Power.JUDGE_PROPOSALS):
        return []
    explained = RegisterFinding.objects.visible_to(user).filter(state=FindingState.EXPLAINED).order_by()
    found = explained.aggregate(count=Count("pk"), latest=Min("explained_at"))
    if not found["count"]:
        return []
    url = f"{reverse('findings:index')}?{urlencode({'state': FindingState.EXPLAINED.value})}"
    since = timezone.localtime(found["latest"]).date()
    return [FindingTask(f"台账问题 {found['count']} 条说明不是问题，可核查", url, "已说明", since)]
