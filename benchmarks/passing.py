"""Two hundred clean units on the desk: opened and proposed by the reviewer, confirmed by the head, each in one go; on one core.

Against the barest write of as many rows in the same run: units updated one by one, their moves, opinions and checks
inserted in plain SQL, in one transaction. Decided means: rights, whose hand was where, versions, objections, samples,
what changed since the freeze, the moves, opinions and checks, the audit trail, and the last time the paper issued.
"""

import argparse
import os
import re
import statistics
import sys
import tempfile
from pathlib import Path

from measuring import machine, ratio, scratch, timed, within
from planting.chain import ON, TOWN, hamlets, prepare

UNITS, RUNS = 200, 3
LIMIT_SECONDS, LIMIT_TIMES = 2.0, 30


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--processor", action="store_true", help="hold the limits against processor time")
    given = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    with scratch():
        from django.conf import settings

        settings.PORTAL_TODAY = ON
        settings.PLAN_FILE = without_award(settings.PLAN_FILE)
        people = prepare(UNITS)
        runs = [measure(people, number) for number in range(RUNS)]
        print(machine())
        pick = "cpu" if given.processor else "wall"
        desk, passed, confirmed, bare = (
            statistics.median(getattr(run[place], pick) for run in runs) for place in range(4)
        )
        print(f"{'processor' if given.processor else 'wall'} time, median of {RUNS}; {UNITS} units")
        found = [
            within("the desk opened by the reviewer", desk, LIMIT_SECONDS, unit="s"),
            within("proposed by the reviewer", passed, LIMIT_SECONDS, unit="s"),
            within("confirmed by the head, paper issued", confirmed, LIMIT_SECONDS, unit="s"),
            ratio("proposed, against the barest write", passed, bare, LIMIT_TIMES),
        ]
        return int(not all(found))


def without_award(plan: str) -> str:
    """The plan without what a title must rest on besides its figures: no evidence is brought here, and no sample drawn."""
    target = Path(tempfile.mkdtemp()) / "plan.toml"
    text = re.sub(r"(?ms)^\[\[?award\..*?(?=^\[\[?(?!award)|\Z)", "", Path(plan).read_text("utf-8"))
    target.write_text(text, "utf-8")
    return str(target)


def measure(people, number: int):
    """The units reported, taken and decided; afterwards returned to nothing, so that they can be reported again."""
    from django.test import Client

    from inspection import examining
    from inspection.models import Unit

    report = taken(people)
    client = Client()
    client.force_login(people.reviewer)
    with timed() as desk:
        answer = client.get(f"/inspection/{report.pk}/desk/", headers={"host": "localhost"})
    assert answer.content.decode().count("data-desk-row") == UNITS
    shown = dict(report.units.values_list("pk", "version"))
    with timed() as passed:
        examining.rule_clean(report=report, versions=shown, by=people.reviewer)
    shown = dict(report.units.values_list("pk", "version"))
    with timed() as confirmed:
        examining.confirm_clean(report=report, versions=shown, by=people.bureau_head)
    assert len(shown) == UNITS and not Unit.objects.filter(report=report).exclude(state="passed").exists()
    bare = write_barely(report, people)
    Unit.objects.filter(report=report).update(state="returned")
    return desk, passed, confirmed, bare


def taken(people):
    from areas.models import Area
    from common.periods import Quarter
    from inspection import examining, reporting

    town, quarter = Area.objects.get(code=TOWN), Quarter(2018, 2)
    report = reporting.start(township=town, quarter=quarter, codes=hamlets(UNITS), on=ON, by=people.clerk)
    texts = reporting.Texts(report.overview, report.problems, report.request)
    reporting.hand_up(report=report, version=report.version, texts=texts, by=people.clerk)
    reporting.send(report=report, version=report.version, on=ON, by=people.head)
    examining.take(report=report, version=report.version, by=people.reviewer)
    return report


def write_barely(report, people):
    """As many rows as proposing leaves, in plain SQL, undone again."""
    from django.db import connection, transaction

    from inspection.models import Check, Opinion

    opinions = Opinion.objects.filter(unit__report=report)
    units = list(report.units.values_list("pk", flat=True))
    checks = Check.objects.filter(opinion__in=opinions).count() // len(units)
    with transaction.atomic(), connection.cursor() as cursor, timed() as taken:
        cursor.execute("SELECT COALESCE(MAX(id), 0) FROM inspection_move")
        first = cursor.fetchone()[0] + 1
        moves = [(first + place, unit) for place, unit in enumerate(units)]
        cursor.executemany(
            "UPDATE inspection_unit SET state = 'passed', version = version + 1 WHERE id = %s",
            [(unit,) for unit in units],
        )
        cursor.executemany(
            "INSERT INTO inspection_move (id, unit_id, action, from_state, to_state, by_id, at, reason, version)"
            " VALUES (%s, %s, 'pass', 'sent', 'passed', %s, CURRENT_TIMESTAMP, '', 900)",
            [(*move, people.reviewer.pk) for move in moves],
        )
        cursor.executemany(
            "INSERT INTO inspection_opinion (id, move_id, unit_id, text, sampling) VALUES (%s, %s, %s, '', '')",
            [(pk, pk, unit) for pk, unit in moves],
        )
        cursor.executemany(
            "INSERT INTO inspection_check (opinion_id, criterion, finding, why, remark) VALUES (%s, %s, 'met', '', '')",
            [(pk, f"B{place}") for pk, _ in moves for place in range(checks)],
        )
        transaction.set_rollback(True)
    return taken


if __name__ == "__main__":
    sys.exit(main())
