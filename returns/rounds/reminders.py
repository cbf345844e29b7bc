"""Reminders by mail: whoever owes a return is told before and after its due date, once a day, and when urged.

Without a mail server (PORTAL_MAIL_HOST) nothing is sent; the tasks on the home page remind in any case.
"""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction

from accounts import audit
from accounts.models import User
from accounts.posts import ROLE_GRANTS, Power
from areas.models import Area
from common import clock
from returns.models import Reminder, Round
from returns.tasks import ReturnTask, owed_by

log = logging.getLogger(__name__)

REPORTING = [
    post.value for post, grants in ROLE_GRANTS.items() if grants.powers & {Power.ENTER_RETURNS, Power.SIGN_RETURNS}
]
LATE_EVERY = 7
"""Days between reminders of what is long overdue."""


@dataclass(frozen=True)
class ReminderRun:
    """What a run did: mails sent, addresses that failed, people told already today."""

    sent: int = 0
    failed: int = 0
    told_before: int = 0


def is_configured() -> bool:
    return bool(settings.EMAIL_HOST)


def people(township: str = "") -> Iterator[User]:
    """Who reports for a township (blank: for any) and has a mail address."""
    found = User.objects.active().filter(post__in=REPORTING).exclude(email="").select_related("area")
    return found.filter(area_id=township).iterator() if township else found.order_by("pk").iterator()


def pressing(tasks: Sequence[ReturnTask], on: date) -> list[ReturnTask]:
    """What is due within the days of the setting, or overdue: daily for as many days, then once a week."""
    return [task for task in tasks if _presses((task.due - on).days)]


def _presses(left: int) -> bool:
    return abs(left) <= settings.RETURN_REMIND_DAYS or (left < 0 and -left % LATE_EVERY == 0)


def remind(*, on: date) -> ReminderRun:
    """Tell everybody who owes something that presses; one address that fails stops nobody else's mail."""
    sent = failed = told = 0
    with get_connection() as connection:
        for user in list(people()):
            tasks = pressing(owed_by(user, on), on)
            if not tasks:
                continue
            if not _claim(user, on):
                told += 1
            elif _send(user, on, _subject(tasks, on), _text(user, tasks, on), connection):
                sent += 1
            else:
                failed += 1
    return ReminderRun(sent, failed, told)


def _claim(user: User, on: date) -> bool:
    """Take the day's reminder of a person for ours; False when it is sent, or on its way, already."""
    Reminder.objects.get_or_create(user=user, on=on)
    unsent = Reminder.objects.filter(user=user, on=on, sent_at__isnull=True)
    return bool(unsent.update(sent_at=clock.now(), problem=""))


def _send(user: User, on: date, subject: str, text: str, connection) -> bool:
    """Whether the mail went out; either way the trail says so, and a failure can be tried again."""
    problem = _mailed(user.email, subject, text, connection)
    with transaction.atomic():
        if problem:
            Reminder.objects.filter(user=user, on=on).update(sent_at=None, problem=problem[:200])
        detail = {"email": user.email, "subject": subject} | ({"problem": problem[:200]} if problem else {})
        result = audit.FAILED if problem else audit.OK
        audit.record(action="round.remind", by="（提醒）", subject=user, detail=detail, result=result)
    return not problem


def _mailed(address: str, subject: str, text: str, connection) -> str:
    """Why the mail did not go out; blank when it did. The next one begins on a fresh connection."""
    try:
        EmailMessage(subject, text, settings.DEFAULT_FROM_EMAIL, [address], connection=connection).send()
    except Exception as problem:
        log.warning("A reminder did not go out: %s", type(problem).__name__)
        if connection:
            connection.close()
        return f"{type(problem).__name__}: {problem}"
    return ""


def _subject(tasks: Sequence[ReturnTask], on: date) -> str:
    first = tasks[0]
    others = f"等 {len(tasks)} 份" if len(tasks) > 1 else ""
    return f"【季报提醒】{first.label}{others}{_left(first.due, on)}"


def _left(due: date, on: date) -> str:
    days = (due - on).days
    if days < 0:
        return f"已逾期 {-days} 天"
    return f"还有 {days} 天截止" if days else "今天截止"


def _text(user: User, tasks: Sequence[ReturnTask], on: date) -> str:
    lines = [f"{user.name}，您好：", "", "您单位以下季报尚未报送："]
    for number, task in enumerate(tasks, start=1):
        why = f"退回原因：{task.reason}。" if task.reason else ""
        lines.append(
            f"{number}. {task.label}，截止 {task.due:%Y-%m-%d}（{_left(task.due, on)}），现状：{task.state}。{why}{task.notice}"
        )
    return "\n".join([*lines, "", *_foot()])


def _foot() -> list[str]:
    where = (
        f"请登录办理：{settings.PORTAL_ADDRESS}" if settings.PORTAL_ADDRESS else "请登录门户，在首页“我的任务”中办理。"
    )
    return [where, "不再接收邮件的，请在“我的账号”中清空电子邮箱。本邮件由系统发出，请勿回复。"]


def mail_urge(*, round_: Round, township: Area, by: User) -> int:
    """Tell a township's people that they were urged (催办); how many were. Nothing that fails here undoes the urging."""
    if not is_configured():
        return 0
    subject = f"【季报催办】{township.name}{round_.quarter.label}季报"
    sent = 0
    for user in people(township.pk):
        lines = [
            f"{user.name}，您好：",
            "",
            f"{by.unit or '区经信局'}{by.name}催办：请尽快报送{township.name}{round_.quarter.label}季报，"
            f"截止日期 {round_.due:%Y-%m-%d}。",
            "",
            *_foot(),
        ]
        problem = _mailed(user.email, subject, "\n".join(lines), None)
        detail = {"email": user.email, "subject": subject} | ({"problem": problem[:200]} if problem else {})
        audit.record(
            action="round.remind", by=by, subject=user, detail=detail, result=audit.FAILED if problem else audit.OK
        )
        sent += not problem
    return sent
