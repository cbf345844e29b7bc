"""What an auditor looks at first: what rules found, verifications that failed, and decisions that are seldom taken."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.http import urlencode

from accounts import anomalies
from accounts.audit import FAILED, OK
from accounts.filters import AuditFilter
from accounts.models import AuditEntry
from accounts.wording import ACTIONS

PERIOD, PERIOD_WORDS = "month", "近 30 天"
"""As the list of entries is narrowed (``accounts.filters.PERIODS``)."""

VERIFYING = ("witness.verify", "audit.verify")
DECISIONS = (
    *("hands.loosen", "return.overrule", "inspection_unit.overrule", "proposal.overrule", "finding.overrule"),
    *("inspection_unit.send_down", "submission.turn_down", "round.unlock", "late.grant", "return.correct"),
    *("certificate.withdraw", "withdrawal.withdraw", "spot_check.void", "number.void", "evidence.remove"),
    *("check.set_terms", "finding.set_bound", "proposal.set_policy", "anomaly.set_terms", "wording.edit"),
    *("account.reset_password", "second_factor.reset", "account.reopen"),
    *("audit.protect", "backup.restore", "portal.downgrade"),
)
"""Somebody overruled, let off or taken a title from; a bound moved; a lock taken off: each is in order, and seldom."""


@dataclass(frozen=True)
class OddFigure:
    """How often something odd was found, and the list of it."""

    label: str
    count: int
    url: str


@dataclass(frozen=True)
class OddThings:
    """The auditor's first page: by rule what waits to be checked, by kind the verifications, by action the seldom decisions."""

    waiting: list[OddFigure]
    verified: list[tuple[str, OddFigure, OddFigure]]
    """By kind: how often all was whole, and how often not."""
    decisions: list[OddFigure]


def of(user) -> OddThings:
    """What is odd, for who reads the trail; four queries."""
    found = anomalies.waiting(user)
    waiting = [
        OddFigure(rule.title, len(rows), f"{reverse('accounts:anomalies')}?rule={rule.key}") for rule, rows in found
    ]
    told = AuditFilter({"period": PERIOD}, queryset=AuditEntry.objects.visible_to(user)).qs
    asked = told.filter(Q(action__in=VERIFYING) | Q(action__in=DECISIONS, result=OK)).order_by()
    counted = asked.values_list("action", "result").annotate(n=Count("pk"))
    numbers = Counter({(action, result): n for action, result, n in counted})
    verified = [(ACTIONS[each], _told(numbers, each, OK), _told(numbers, each, FAILED)) for each in VERIFYING]
    decisions = [_told(numbers, each, OK) for each in DECISIONS if numbers[each, OK]]
    return OddThings(waiting, verified, decisions)


def _told(numbers: Counter, action: str, result: str) -> OddFigure:
    asked = {"action": action, "result": result, "period": PERIOD}
    return OddFigure(ACTIONS[action], numbers[action, result], f"{reverse('accounts:audit')}?{urlencode(asked)}")
