"""What the operators count in the demonstration: their shares of the users reported, a few of them at odds with the townships."""

from collections import defaultdict
from collections.abc import Mapping

from accounts.models import User
from accounts.posts import Post
from areas.models import Operator
from common.clock import today
from common.periods import Quarter
from demonstration.accounts import DISTRICT
from demonstration.randomness import stream
from returns.counts import counts
from returns.counts.counts import CountInput
from returns.models import OperatorCount, ReturnLine, Round

SHARES = {"telecom": 0.46, "mobile": 0.31, "unicom": 0.17, "broadcast": 0.06}
AT_ODDS = {
    ("441802103202", "2019Q1"): 0.80,
    ("441802103206", "2019Q1"): 1.19,
    ("441802008", "2018Q4"): 1.16,
    ("441802107", "2018Q2"): 0.86,
    ("441802006003", "2018Q4"): 1.22,
}
"""Townships and villages in which the operators together count so many times the users reported."""

BY_VILLAGE = ("441802006", "441802103")
"""Townships of which every operator has counts by village."""

MISSING = {
    ("unicom", "2019Q1"): ("441802106", "441802107"),
    ("broadcast", "2019Q1"): ("441802009", "441802106", "441802107"),
    ("broadcast", "2018Q4"): ("441802105",),
}
"""Townships that an operator has not counted yet."""

Users = tuple[int, int]
"""Broadband and fibre users."""


def create_counts() -> None:
    """The counts of every round, entered by the operators' own accounts; nothing where there are some."""
    if OperatorCount.objects.exists():
        return
    people = {user.operator_id: user for user in User.objects.filter(post=Post.OPERATOR).select_related("operator")}
    reported: dict[str, Users] = {}
    for round_ in Round.objects.filter(county=DISTRICT).order_by("period"):
        reported |= _reported(round_.period)
        for operator, share in SHARES.items():
            if operator in people:
                _enter(people[operator].operator, share, round_.quarter, reported, people[operator])


def _reported(period: str) -> dict[str, Users]:
    """What stands in the returns, by village; a village without a line keeps the figures of the quarter before."""
    lines = ReturnLine.objects.filter(county=DISTRICT, period=period, broadband_users__isnull=False)
    return {line.area_id: (line.broadband_users, line.fibre_users) for line in lines.exclude(status="superseded")}


def _enter(operator: Operator, share: float, quarter: Quarter, reported: Mapping[str, Users], by: User) -> None:
    villages: dict[str, dict[str, Users]] = defaultdict(dict)
    for code, users in reported.items():
        villages[code[:9]][code] = _part(operator, share, code, quarter, users)
    absent = MISSING.get((operator.pk, str(quarter)), ())
    rows: dict[str, CountInput] = {}
    for township, beneath in villages.items():
        if township in absent:
            continue
        factor = AT_ODDS.get((township, str(quarter)), 1.0)
        rows[township] = _given(*(round(factor * sum(each)) for each in zip(*beneath.values(), strict=True)))
        if township in BY_VILLAGE:
            rows |= {code: _given(*users) for code, users in beneath.items()}
    counts.save(operator=operator, quarter=quarter, rows=rows, on=today(), by=by)


def _part(operator: Operator, share: float, code: str, quarter: Quarter, users: Users) -> Users:
    """The operator's part of a village's users: within two percent of its share, unless the story is at odds."""
    noise = stream("counts", operator.pk, code, quarter).uniform(0.98, 1.02)
    factor = share * noise * AT_ODDS.get((code, str(quarter)), 1.0)
    broadband = round(users[0] * factor)
    return broadband, min(broadband, round(users[1] * factor))


def _given(broadband: int, fibre: int) -> CountInput:
    return CountInput({"broadband_users": broadband, "fibre_users": min(fibre, broadband)})
