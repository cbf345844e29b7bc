"""The inbox by mail: once a day whoever has a mail address is told what presses, and what is new since the last mail."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.core.mail import get_connection
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from common import clock
from inbox import items
from inbox.hooks import NEWS, InboxItem
from inbox.mailing import foot, mailed, record
from inbox.models import Reminder

LATE_EVERY = 7
"""Days between mails about what is long overdue."""

SAID = 20
"""Items of each part that a mail names; of the others it says how many there are."""


@dataclass(frozen=True)
class DigestRun:
    """What a run did: mails sent, addresses that failed, people told already today."""

    sent: int = 0
    failed: int = 0
    told_before: int = 0


@dataclass(frozen=True)
class _Digest:
    """What one mail is about: what presses, what is new besides, what presses but lies with others, and what changed."""

    pressing: list[InboxItem]
    new: list[InboxItem]
    theirs: list[InboxItem]
    changed: list[str]

    @property
    def is_empty(self) -> bool:
        return not (self.items or self.changed)

    @property
    def items(self) -> list[InboxItem]:
        return [*self.pressing, *self.new, *self.theirs]


def send_all() -> DigestRun:
    """Tell everybody to whom there is something to tell; one address that fails stops nobody else's mail."""
    on, sent, failed, told = clock.today(), 0, 0, 0
    with get_connection() as connection:
        for user in list(User.objects.active().exclude(email="").select_related("area", "operator").order_by("pk")):
            digest = _of(user, on)
            if digest.is_empty:
                continue
            if not _claim(user, on):
                told += 1
            elif _send(user, on, digest, connection):
                sent += 1
            else:
                failed += 1
    return DigestRun(sent, failed, told)


def _of(user: User, on: date) -> _Digest:
    inbox, after = items.of(user), _told_until(user, on)
    mine = [row.item for row in inbox.mine]
    return _Digest(
        [item for item in mine if presses(item, on)],
        [item for item in mine if not presses(item, on) and item.news_at and item.news_at > after],
        [row.item for row in inbox.theirs if presses(row.item, on)],
        [line for say in NEWS for line in say(user, after)],
    )


def presses(item: InboxItem, on: date) -> bool:
    """Whether it is due within the days of the setting, or overdue: daily for as many days, then once a week."""
    left = item.days_left(on)
    if left is None:
        return False
    return abs(left) <= settings.RETURN_REMIND_DAYS or (left < 0 and -left % LATE_EVERY == 0)


def _told_until(user: User, on: date) -> datetime:
    """When the person was mailed last, on another day; who never was is told what came since yesterday began."""
    last = Reminder.objects.filter(user=user, on__lt=on, sent_at__isnull=False).order_by("-on").first()
    return last.sent_at if last else timezone.make_aware(datetime.combine(on - timedelta(days=1), time()))


def _claim(user: User, on: date) -> bool:
    """Take the day's digest of a person for ours; False when it is sent, or on its way, already."""
    Reminder.objects.get_or_create(user=user, on=on)
    unsent = Reminder.objects.filter(user=user, on=on, sent_at__isnull=True)
    return bool(unsent.update(sent_at=clock.now(), problem=""))


def _send(user: User, on: date, digest: _Digest, connection) -> bool:
    """Whether the mail went out; either way the trail says so, and a failure can be tried again."""
    subject = _subject(digest, on)
    problem = mailed(user.email, subject, _text(user, digest, on), connection)
    with transaction.atomic():
        if problem:
            Reminder.objects.filter(user=user, on=on).update(sent_at=None, problem=problem)
        record("inbox.digest", "（提醒）", user, subject, problem)
    return not problem


def _subject(digest: _Digest, on: date) -> str:
    if not digest.items:
        return f"【进度变化】{len(digest.changed)} 项任务状态有变化"
    first, number = digest.items[0], len(digest.items)
    return f"【待办提醒】{first.title}{f'等 {number} 项' if number > 1 else ''}{_left(first, on)}"


def _left(item: InboxItem, on: date) -> str:
    left = item.days_left(on)
    if left is None:
        return ""
    if left < 0:
        return f"已逾期 {-left} 天"
    return f"还有 {left} 天截止" if left else "今天截止"


def _text(user: User, digest: _Digest, on: date) -> str:
    lines = [f"{user.name}，您好：", ""]
    lines += _part("临近期限或已逾期", digest.pressing, on)
    lines += _part("新增待办", digest.new, on)
    lines += _part("由他人承办、临近期限或已逾期", digest.theirs, on)
    lines += _listed("任务状态变化", digest.changed)
    return "\n".join([*lines, *foot()])


def _part(heading: str, found: list[InboxItem], on: date) -> list[str]:
    return _listed(heading, [_line(item, on) for item in found])


def _listed(heading: str, found: list[str]) -> list[str]:
    if not found:
        return []
    lines = [f"{number}. {line}" for number, line in enumerate(found[:SAID], start=1)]
    others = [f"另有 {len(found) - SAID} 项，请登录查看。"] if len(found) > SAID else []
    return [f"{heading}（{len(found)} 项）：", *lines, *others, ""]


def _line(item: InboxItem, on: date) -> str:
    left = _left(item, on)
    due = f"，截止 {item.due:%Y-%m-%d}（{left}）" if left else ""
    who = f"，由{item.who}承办" if item.who else ""
    return f"{item.kind}：{item.title}{due}{who}，{item.state}。{item.words}"
