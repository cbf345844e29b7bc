"""The auditor's page over a million entries, question by question, against the same page of fifty found by primary key;
and a flood of refusals: how many entries it leaves, and whether the count is right.

What no index answers (a text anywhere in a name that nothing has) reads the whole trail: it is shown, and held to seconds.
"""

import argparse
import sys
from datetime import timedelta

from measuring import machine, ratio, scratch, timed, within

LIMIT, SCAN_SECONDS = 3.0, 5.0
REFUSALS, MOST_ENTRIES = 1_000, 5
PEOPLE, TOWNS, BATCH = 300, 25, 10_000

QUESTIONS = (
    ("the newest", ""),
    ("one account", "?who=clerk7"),
    ("accounts of a unit", "?unit=东城"),
    ("holders of a post", "?post=reviewer"),
    ("one action", "?action=session.failed"),
    ("a group of actions", "?group=季报"),
    ("what was refused", "?result=refused"),
    ("one address", "?address=10.0.0.9"),
    ("one address in a week half-way", "?address=10.0.0.9&since={day}&until={week}"),
    ("a town", "?area=441802103"),
    ("a number", "?subject=4711"),
    ("a name that many have", "?subject=东城"),
    ("exports of one account in the last 30 days", "?who=clerk7&group=导出和下载&period=month"),
)


def planted(count: int, now) -> None:
    """So many entries, three a minute up to now, by 300 accounts; not chained, for nothing here reads the chain."""
    from accounts.models import AuditEntry, AuditHead, User

    people = [
        User.objects.create(username=f"clerk{n}", name=f"经办{n}", unit="东城街道办事处" if n < 12 else "其他")
        for n in range(PEOPLE)
    ]
    actions = ("session.login", "return.save", "return.submit", "export", "session.logout", "evidence.download")
    for first in range(1, count + 1, BATCH):
        AuditEntry.objects.bulk_create(
            AuditEntry(
                sequence=n,
                at=now - timedelta(seconds=20 * (count - n)),
                by=people[n * 7 % PEOPLE],
                username=people[n * 7 % PEOPLE].username,
                address=f"10.0.{n % 4}.{n * 13 % 250}",
                action="session.failed" if n % 997 == 0 else "access.refused" if n % 991 == 0 else actions[n % 6],
                subject_type="returns.return",
                subject_key=str(n % 50_000),
                subject_name=f"{'东城街道' if n % 3 else '石角镇'}2018年第{n % 4 + 1}季度季报",
                area_code=f"4418021{n % TOWNS + 1:02d}",
                detail='{"state":["draft","submitted"]}',
                result="refused" if n % 991 == 0 else "failed" if n % 997 == 0 else "ok",
                algorithm="sha256",
                previous="a" * 64,
                hash="b" * 64,
            )
            for n in range(first, min(first + BATCH, count + 1))
        )
    AuditHead.objects.update_or_create(pk=AuditHead.ONLY, defaults={"sequence": count, "hash": "b" * 64})


def best(client, address: str, times: int = 5) -> float:
    """The shortest of some answers, in seconds of waiting."""
    found = []
    for _ in range(times):
        with timed() as taken:
            answer = client.get(address, headers={"host": "localhost"})
        assert answer.status_code == 200, (address, answer.status_code)
        found.append(taken.wall)
    return min(found)


def questions(count: int, now) -> bool:
    from django.db import connection
    from django.test import Client
    from django.utils import timezone

    from accounts.models import User
    from accounts.posts import Post

    auditor = User.objects.create(username="auditor", name="审计", post=Post.AUDITOR)
    client = Client()
    client.force_login(auditor)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    base = best(client, f"/accounts/audit/?before={count // 2}")
    middle = timezone.localtime(now - timedelta(seconds=10 * count)).date()
    said = {"day": middle, "week": middle + timedelta(days=6)}
    holds = True
    for what, query in QUESTIONS:
        holds &= ratio(what, best(client, "/accounts/audit/" + query.format(**said)), base, LIMIT)
    missing = best(client, "/accounts/audit/?subject=没有此名", times=1)
    return holds & within("a name that nothing has (reads all)", missing, SCAN_SECONDS, unit="s")


def flood() -> bool:
    """One account refused again and again within a minute."""
    from django.test import Client

    from accounts import audit
    from accounts.models import AuditEntry, User

    person = User.objects.get(username="clerk20")
    client = Client(raise_request_exception=False)
    client.force_login(person)
    last = AuditEntry.objects.first().sequence
    with timed() as taken:
        for _ in range(REFUSALS):
            client.get("/accounts/users/", headers={"host": "localhost"})
    audit.REFUSALS.flush()
    entries = [each for each in AuditEntry.objects.filter(sequence__gt=last) if each.action == "access.refused"]
    counted = sum(each.facts.get("times", 1) for each in entries)
    print(f"{REFUSALS} refusals in {taken.wall:.1f} s: {len(entries)} entries that tell of {counted}")
    return counted == REFUSALS and len(entries) <= MOST_ENTRIES


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=1_000_000)
    asked = parser.parse_args()
    with scratch():
        import logging

        from common import clock

        logging.disable(logging.WARNING)
        now = clock.real_now()
        with timed() as taken:
            planted(asked.entries, now)
        print(f"{asked.entries} entries planted in {taken.wall:.0f} s")
        holds = questions(asked.entries, now) & flood()
        print(machine())
    sys.exit(not holds)


if __name__ == "__main__":
    main()
