"""Unusual behaviour (异常行为): rules over one day's entries of the audit trail, each with a figure from which on it finds something.

``look_out`` is asked by the worker; what it finds waits for the auditor (``accounts.models.Anomaly``), who sees the entries
behind the figure and says what came of checking it. A rule sees a day as it is in the portal's time zone.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from django.db import transaction
from django.utils import timezone

from accounts.audit import OK, record
from accounts.models import Anomaly, AnomalyTerms, AuditEntry, User
from accounts.posts import ADMINISTRATORS, Post, Power
from accounts.wording import HANDED_OUT, TAKEN
from areas.models import CalendarDay
from areas.workdays import notices
from common import clock
from common.exceptions import Refused

FIRST_HOUR, LAST_HOUR = 7, 22
"""Logins from the one hour up to the other are usual, on working days."""
HOUR = timedelta(hours=1)
BEFORE_FREEZE = timedelta(hours=24)
FREEZING = frozenset({"inspection.start", "inspection.refreeze"})
"""Actions by which the figures of a township are taken for a report, as they stand."""
CHANGING = frozenset(
    {
        *("proposal.apply", "proposal.accept", "proposal.accept_part", "proposal.confirm"),
        *("ledger.confirm", "ledger.load"),
    }
)
"""Actions by which the register is changed."""


@dataclass(frozen=True)
class TrailDay:
    """The entries of a day, in order; of the day before those of which the day's rules may speak (``eve``)."""

    on: date
    is_working: bool
    entries: list[AuditEntry]
    eve: list[AuditEntry] = field(default_factory=list)
    administrators: frozenset[str] = frozenset()

    def of(self, *actions: str) -> Iterator[AuditEntry]:
        return (entry for entry in self.entries if entry.action in actions)


Figures = Mapping[str, tuple[int, Mapping[str, str]]]
"""By account or address the figure, and the filters that find what it counts."""


@dataclass(frozen=True)
class AnomalyRule:
    """``figures`` counts, ``threshold`` is from which figure on there is an anomaly, ``why`` says what it may mean."""

    key: str
    title: str
    why: str
    unit: str
    threshold: int
    figures: Callable[[TrailDay], Figures]


def _counted(entries: Iterable[AuditEntry], by: str = "username", **filters: str) -> Figures:
    """How many entries of each account (or address), with the filters for them."""
    found: dict[str, int] = defaultdict(int)
    for entry in entries:
        found[getattr(entry, by)] += 1
    named = "who" if by == "username" else "address"
    return {who: (count, {named: who, **filters}) for who, count in found.items() if who}


def night_logins(day: TrailDay) -> Figures:
    unusual = [
        entry
        for entry in day.of("session.login")
        if entry.result == OK and not (day.is_working and FIRST_HOUR <= timezone.localtime(entry.at).hour < LAST_HOUR)
    ]
    return _counted(unusual, action="session.login")


def mass_exports(day: TrailDay) -> Figures:
    return _most_in_an_hour(day, lambda entry: 1)


def exported_rows(day: TrailDay) -> Figures:
    return _most_in_an_hour(day, lambda entry: _whole(entry.facts.get("rows")))


def _most_in_an_hour(day: TrailDay, weight: Callable[[AuditEntry], int]) -> Figures:
    """By account the most that was handed out within any hour."""
    by_account: dict[str, list[AuditEntry]] = defaultdict(list)
    for entry in day.of(*HANDED_OUT):
        by_account[entry.username].append(entry)
    found = {}
    for who, entries in by_account.items():
        most = max(sum(weight(each) for each in entries if entry.at <= each.at < entry.at + HOUR) for entry in entries)
        found[who] = (most, {"who": who, "group": TAKEN})
    return found


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0


def accounts_of_an_address(day: TrailDay) -> Figures:
    return _different(day, "address", "username")


def addresses_of_an_account(day: TrailDay) -> Figures:
    return _different(day, "username", "address")


def _different(day: TrailDay, by: str, counted: str) -> Figures:
    found: dict[str, set[str]] = defaultdict(set)
    for entry in day.of("session.login"):
        if entry.result == OK:
            found[getattr(entry, by)].add(getattr(entry, counted))
    named = "who" if by == "username" else "address"
    return {who: (len(each), {named: who, "action": "session.login"}) for who, each in found.items() if who}


def refusals(day: TrailDay) -> Figures:
    found: dict[str, int] = defaultdict(int)
    named = {}
    for entry in day.of("access.refused"):
        who = entry.username or entry.address
        found[who] += entry.facts.get("times", 1)
        named[who] = "who" if entry.username else "address"
    return {who: (count, {named[who]: who, "action": "access.refused"}) for who, count in found.items()}


def failed_logins(day: TrailDay) -> Figures:
    """By account, and by address: many names from one address are no less unusual."""
    failed = list(day.of("session.failed"))
    known = [entry for entry in failed if not entry.username.startswith("（")]
    return {
        **_counted(known, action="session.failed"),
        **_counted(failed, by="address", action="session.failed"),
    }


def own_accounts(day: TrailDay) -> Figures:
    """What an administrator did to the own account, but for the own password."""
    own = [
        entry
        for entry in day.entries
        if entry.action.startswith("account.")
        and entry.action != "account.password"
        and entry.username in day.administrators
        and (entry.subject_type, entry.subject_key) == ("accounts.user", str(entry.by_id))
    ]
    return _counted(own, group="账号、岗位和令牌")


def changes_before_freeze(day: TrailDay) -> Figures:
    """By account the changes of a township's register within a day before its figures were taken for a report."""
    taken: dict[str, list[datetime]] = defaultdict(list)
    for entry in day.of(*FREEZING):
        taken[entry.area_code[:9]].append(entry.at)
    late = [
        entry
        for entry in (*day.eve, *day.entries)
        if entry.action in CHANGING
        and any(moment - BEFORE_FREEZE <= entry.at < moment for moment in taken.get(entry.area_code[:9], ()))
    ]
    return _counted(late, group="台账和变更", since=(day.on - timedelta(days=1)).isoformat())


RULES = (
    AnomalyRule(
        "night_login",
        "非工作时间登录",
        f"{FIRST_HOUR}:00–{LAST_HOUR}:00 以外或休息日登录；可能是他人冒用账号。",
        "次",
        1,
        night_logins,
    ),
    AnomalyRule("mass_export", "频繁导出", "一小时内多次导出或下载；可能是成批带走数据。", "次", 20, mass_exports),
    AnomalyRule("export_rows", "大量导出", "一小时内导出的行数过多；可能是成批带走数据。", "行", 5_000, exported_rows),
    AnomalyRule(
        "address_accounts",
        "同一地址多个账号",
        "一个地址一天内登录多个账号；可能是账号借用或密码泄露。",
        "个",
        10,
        accounts_of_an_address,
    ),
    AnomalyRule(
        "account_addresses",
        "同一账号多个地址",
        "一个账号一天内从多个地址登录；可能是账号共用或被盗。",
        "个",
        4,
        addresses_of_an_account,
    ),
    AnomalyRule("refusals", "多次被拒绝", "一天内多次访问无权查看的内容；可能是在试探权限。", "次", 20, refusals),
    AnomalyRule("failed_logins", "多次登录失败", "一天内多次登录失败；可能是在猜测密码。", "次", 10, failed_logins),
    AnomalyRule(
        "own_account",
        "管理员办理本人账号",
        "系统管理员、安全管理员或审计员改动本人账号；应由他人办理。",
        "次",
        1,
        own_accounts,
    ),
    AnomalyRule(
        "before_freeze",
        "取数前集中改台账",
        "自查报告取数前 24 小时内改动本街镇台账；可能是为达标而改数。",
        "次",
        5,
        changes_before_freeze,
    ),
)
BY_KEY = {rule.key: rule for rule in RULES}


def thresholds() -> dict[str, int]:
    """By rule from which figure on there is an anomaly: as an auditor set it, else as declared."""
    chosen = dict(AnomalyTerms.objects.values_list("rule", "threshold"))
    return {rule.key: chosen.get(rule.key, rule.threshold) for rule in RULES}


def look_out(days: int = 1) -> int:
    """Ask every rule of today and so many days before it; how many anomalies are new or have grown."""
    today = timezone.localdate(clock.real_now())
    chosen = thresholds()
    administrators = frozenset(User.objects.filter(post__in=ADMINISTRATORS).values_list("username", flat=True))
    news, eve = 0, entries_of(today - timedelta(days=days + 1))
    for back in range(days, -1, -1):
        on = today - timedelta(days=back)
        entries = entries_of(on)
        day = TrailDay(on, is_working(on), entries, eve, administrators)
        news += sum(_keep(rule, day, chosen[rule.key]) for rule in RULES)
        eve = entries
    return news


def entries_of(on: date) -> list[AuditEntry]:
    begins = timezone.make_aware(datetime.combine(on, time.min))
    return list(AuditEntry.objects.filter(at__gte=begins, at__lt=begins + timedelta(days=1)).order_by("sequence"))


def is_working(on: date) -> bool:
    """Whether the day is worked, by the table of working days; beyond it by the day of the week."""
    said = CalendarDay.objects.filter(day=on).values_list("is_working", flat=True).first()
    return notices().get(on, on.weekday() < 5) if said is None else said


def _keep(rule: AnomalyRule, day: TrailDay, threshold: int) -> int:
    """Keep what the rule finds in the day; how much of it is news."""
    news = 0
    for who, (figure, filters) in rule.figures(day).items():
        if figure < threshold:
            continue
        until = {"until": day.on.isoformat()}
        query = urlencode({"since": day.on.isoformat(), **filters, **until})
        said = {"figure": figure, "threshold": threshold, "query": query}
        found, is_new = Anomaly.objects.get_or_create(rule=rule.key, day=day.on, who=who[:50], defaults=said)
        if not is_new and figure > found.figure:
            Anomaly.objects.filter(pk=found.pk).update(**said)
            is_new = True
        news += is_new
    return news


@transaction.atomic
def check_all(*, chosen: Iterable[Anomaly], finding: str, by: User) -> int:
    """Note the same of several, each with an entry of its own; how many. Refused as a whole where one is."""
    rows = list(chosen)
    for each in rows:
        check(anomaly=each, finding=finding, by=by)
    return len(rows)


@transaction.atomic
def check(*, anomaly: Anomaly, finding: str, by: User) -> None:
    """Note what came of checking an anomaly; when it grows it waits again.

    Refused without words, and for what is about oneself while there is another auditor.
    """
    if not finding.strip():
        raise Refused("请写明核查情况。")
    if anomaly.who == by.username and User.objects.open().filter(post=Post.AUDITOR).exclude(pk=by.pk).exists():
        raise Refused(f"涉及本人的异常行为（{anomaly}），由另一名审计员核查。")
    anomaly.checked_at, anomaly.checked_by, anomaly.checked_figure = clock.real_now(), by, anomaly.figure
    anomaly.finding = finding.strip()
    anomaly.save(update_fields=["checked_at", "checked_by", "checked_figure", "finding"])
    rule = BY_KEY[anomaly.rule].title if anomaly.rule in BY_KEY else anomaly.rule
    record(
        action="anomaly.check",
        by=by,
        subject=anomaly,
        detail={"rule": rule, "figure": anomaly.figure, "finding": anomaly.finding},
    )


@transaction.atomic
def set_threshold(*, rule: AnomalyRule, threshold: int, by: User) -> None:
    """From now on the rule finds something from this figure on; what it found before stays."""
    before = thresholds()[rule.key]
    if threshold == before:
        return
    AnomalyTerms.objects.update_or_create(rule=rule.key, defaults={"threshold": threshold})
    record(action="anomaly.set_terms", by=by, detail={"rule": rule.title, "threshold": [before, threshold]})


def waiting(user) -> list[tuple[AnomalyRule, list[Anomaly]]]:
    """What the user has to check, by rule; nothing for who does not read the trail."""
    if not user.may(Power.READ_AUDIT_TRAIL):
        return []
    found: dict[str, list[Anomaly]] = defaultdict(list)
    for each in Anomaly.objects.visible_to(user).waiting():
        found[each.rule].append(each)
    return [(rule, found[rule.key]) for rule in RULES if rule.key in found]
