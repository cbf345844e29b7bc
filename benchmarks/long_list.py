"""Two hundred natural villages and their village from the draft to the certificate: every step that somebody waits for, and
every page on the way; on one core.

A step is held to two seconds of the processor, a page to one; awarding, besides, to so many times the barest write of
the same rows in the same run (certificates, their steps and entries of the audit trail, in plain SQL in one transaction).
With ``--queries`` the queries of each are counted in a run of their own.
"""

import argparse
import os
import sys
from collections.abc import Callable

from measuring import machine, ratio, scratch, timed, within
from planting.chain import NOTICED_ON, ON, drafted, ground, prepare, texts, versions, without_samples

UNITS = 200
STEP_SECONDS, PAGE_SECONDS, AWARD_TIMES = 2.0, 1.0, 60


class Walk:
    """Takes the steps and opens the pages, and keeps how long each took."""

    def __init__(self, pick: str, counts: bool) -> None:
        self.pick, self.counts, self.holds = pick, counts, True

    def step(self, what: str, deed: Callable[[], object]) -> float:
        """Seconds that a step took; said, and held to the limit."""
        return self._told(what, deed, STEP_SECONDS, 1)

    def page(self, by, address: str) -> None:
        """A page opened by somebody, after it was opened once; that by nobody is public."""
        from django.test import Client

        client = Client()
        if by:
            client.force_login(by)

        def read() -> None:
            answer = client.get(address, headers={"host": "localhost"})
            assert answer.status_code == 200, (answer.status_code, address)

        read()
        self._told(f"{address} ({by.username if by else 'everyone'})", read, PAGE_SECONDS, 3)

    def _told(self, what: str, deed: Callable[[], object], limit: float, times: int) -> float:
        taken = min(getattr(self._timed(deed), self.pick) for _ in range(times))
        asked = f", {self._asked(deed)} queries" if self.counts and times > 1 else ""
        self.holds &= within(what + asked, taken, limit, unit="s")
        return taken

    @staticmethod
    def _timed(deed: Callable[[], object]):
        with timed() as taken:
            deed()
        return taken

    @staticmethod
    def _asked(deed: Callable[[], object]) -> int:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as asked:
            deed()
        return len(asked)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--units", type=int, default=UNITS)
    parser.add_argument("--processor", action="store_true", help="hold the limits against processor time")
    parser.add_argument("--queries", action="store_true", help="count the queries of each page")
    given = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    with scratch():
        from django.conf import settings

        settings.PORTAL_TODAY = ON
        settings.PLAN_FILE = without_samples(settings.PLAN_FILE)
        people = prepare(given.units)
        print(machine())
        walk = Walk("cpu" if given.processor else "wall", given.queries)
        print(f"{'processor' if given.processor else 'wall'} time; {given.units} units")
        submission = compiled(walk, people, given.units)
        is_held = ratified(walk, people, submission)
        return int(not (is_held and walk.holds))


def compiled(walk: Walk, people, count: int):
    """From the draft to the submission that stands before the government."""
    from inspection import compiling, examining, reporting
    from inspection.models import Submission

    walk.page(people.clerk, "/inspection/new/?period=2018Q2")
    report = drafted(people, count)
    at = f"/inspection/{report.pk}/"
    unit = report.units.first()
    for address in (at, f"{at}units/", f"{at}evidence/", f"/inspection/units/{unit.pk}/"):
        walk.page(people.clerk, address)
    said = texts(report)
    walk.step(
        "handed up", lambda: reporting.hand_up(report=report, version=report.version, texts=said, by=people.clerk)
    )
    walk.page(people.head, at)
    walk.page(people.head, "/")
    walk.step("signed", lambda: reporting.send(report=report, version=report.version, on=ON, by=people.head))
    walk.page(people.reviewer, at)
    walk.step("taken", lambda: examining.take(report=report, version=report.version, by=people.reviewer))
    for address in (at, f"{at}desk/", f"{at}desk/batch/", f"/inspection/units/{unit.pk}/", "/", "/inspection/"):
        walk.page(people.reviewer, address)
    shown = versions(report)
    walk.step("proposed", lambda: examining.rule_clean(report=report, versions=shown, by=people.reviewer))
    for address in (at, f"{at}desk/", f"{at}desk/batch/", "/"):
        walk.page(people.bureau_head, address)
    shown = versions(report)
    walk.step("confirmed", lambda: examining.confirm_clean(report=report, versions=shown, by=people.bureau_head))
    walk.page(people.second, "/inspection/submissions/new/")
    walk.page(people.second, "/")
    units = compiling.awaiting(report.county)
    walk.step("compiled", lambda: compiling.compile_(county=report.county, units=units, by=people.second))
    submission = Submission.objects.get()
    walk.page(people.second_head, f"/inspection/submissions/{submission.pk}/")
    say = {"submission": submission, "version": submission.version}
    walk.step("submitted", lambda: compiling.submit(**say, on=ON, by=people.second_head))
    return submission


def ratified(walk: Walk, people, submission) -> bool:
    """From the notice to the certificates; whether awarding is held to its limit."""
    from inspection import government
    from inspection.government import UnitDecision
    from inspection.models import PublicNotice
    from inspection.vocabulary import Decision

    at = f"/inspection/submissions/{submission.pk}/"
    first, second = people.government, people.second_government
    for address in (at, f"{at}desk/", "/"):
        walk.page(first, address)

    def step(what: str, deed: Callable, **said) -> None:
        submission.refresh_from_db()
        walk.step(what, lambda: deed(submission=submission, version=submission.version, **said))

    step("put before the public", government.notice, on=NOTICED_ON, by=first)
    for address in ("/notices/", f"/notices/{PublicNotice.objects.get().token}/"):
        walk.page(None, address)
    ground(submission, first)
    for address in (at, f"{at}desk/", f"{at}desk/batch/", f"{at}objections/", f"{at}basis/"):
        walk.page(first, address)
    verdicts = dict.fromkeys(submission.units.values_list("pk", flat=True), UnitDecision(Decision.RATIFIED))
    step("decided by one", government.decide, verdicts=verdicts, on=ON, by=first)
    walk.page(second, f"{at}desk/batch/")
    step("decided by another", government.decide, verdicts=verdicts, on=ON, by=second)
    step("announced", government.announce, on=ON, by=first)
    for by in (people.clerk, first):
        walk.page(by, at)
        walk.page(by, "/")
    return awarded(walk, people, submission)


def awarded(walk: Walk, people, submission) -> bool:
    """Awarding in one request, held to the barest write of its rows, and the pages of certificates."""
    from django.test import Client

    from reports.certificates import actions
    from reports.certificates.models import Certificate

    for address in ("/certificates/issue/", "/certificates/", "/"):
        walk.page(people.awarding, address)
    units = list(submission.units.all())
    bare = write_barely(rows_of(lambda: actions.issue(units=units, on=ON, by=people.awarding)))
    client = Client()
    client.force_login(people.awarding)

    def award() -> None:
        chosen = {"units": [unit.pk for unit in units], "on": ON}
        answer = client.post("/certificates/issue/", chosen, headers={"host": "localhost"})
        assert answer.status_code == 302, answer.content.decode()[:2000]

    taken = walk.step("awarded", award)
    assert Certificate.objects.count() == len(units)
    for by in (people.awarding, people.clerk, people.reviewer):
        for address in ("/certificates/", "/", f"/certificates/{Certificate.objects.first().pk}/"):
            walk.page(by, address)
    return ratio("awarded, against the barest write of its rows", taken, getattr(bare, walk.pick), AWARD_TIMES)


def rows_of(deed: Callable[[], object]) -> dict[str, list[tuple]]:
    """The rows that awarding leaves, by table, as the database holds them; undone again."""
    from django.db import connection, transaction

    from accounts.models import AuditEntry
    from reports.certificates.models import Certificate, CertificateMove

    tables = [each._meta.db_table for each in (Certificate, CertificateMove, AuditEntry)]
    found = {}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SELECT MAX(sequence) FROM {tables[-1]}")
        last = cursor.fetchone()[0]
        deed()
        for table in tables:
            cursor.execute(f"SELECT * FROM {table}" + (f" WHERE sequence > {last}" if table == tables[-1] else ""))
            found[table] = cursor.fetchall()
        transaction.set_rollback(True)
    return found


def write_barely(rows: dict[str, list[tuple]]):
    """These rows in plain SQL, in a transaction; undone again."""
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        with timed() as taken:
            for table, values in rows.items():
                marks = ", ".join(["%s"] * len(values[0]))
                cursor.executemany(f"INSERT INTO {table} VALUES ({marks})", values)
        transaction.set_rollback(True)
    return taken


if __name__ == "__main__":
    sys.exit(main())
