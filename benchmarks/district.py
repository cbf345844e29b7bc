"""The district, all quarters: facts in the database to stored verdicts, against reading and writing as much in plain SQL."""

import argparse
import sys

from measuring import machine, ratio, scratch, timed

LIMIT = 5
FACTS = ("areas_area", "areas_site", "areas_operator", "areas_accesspoint", "areas_serviceorder", "returns_returnline")
VERDICTS = ("acceptance_verdict", "acceptance_siteverdict", "acceptance_milestoneverdict")
RUNS = 3


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=float, default=1.0, help="share of the district's villages, e.g. 0.1")
    parser.add_argument(
        "--processor", action="store_true", help="hold the limit against processor time: on a shared machine"
    )
    given = parser.parse_args()
    with scratch():
        import county

        county.load(given.size)
        ours, plain = [], []
        for _ in range(RUNS):
            ours.append(judge())
            plain.append(read_and_write())
        print(machine())
        print(f"stored: {counts()}")
        for what, taken in (("wall", lambda each: each.wall), ("processor", lambda each: each.cpu)):
            print(
                f"{what}, runs: {[round(taken(each), 2) for each in ours]} / {[round(taken(each), 2) for each in plain]} s"
            )
        cpu = ratio("district, processor time", min(each.cpu for each in ours), min(each.cpu for each in plain), LIMIT)
        wall = ratio("district, wall time", min(each.wall for each in ours), min(each.wall for each in plain), LIMIT)
    return 0 if (cpu if given.processor else wall) else 1


def judge():
    """Our part, from an empty table of verdicts."""
    from county import DISTRICT

    from acceptance.judging import judging

    empty()
    with timed() as taken:
        judging.refresh(DISTRICT, everything=True)
    return taken


def read_and_write():
    """Plain SQL: read every fact, and write the very rows that we stored into the same, emptied tables."""
    import county
    from django.db import connection, transaction

    stored = [rows_of(table) for table in VERDICTS]
    empty()
    with timed() as taken, transaction.atomic(), connection.cursor() as cursor:
        for table in FACTS:
            cursor.execute(f"SELECT * FROM {table}")
            cursor.fetchall()
        for table, (columns, rows) in zip(VERDICTS, stored, strict=True):
            names = ", ".join(f'"{column}"' for column in columns)
            county.insert(cursor, f"INSERT INTO {table} ({names})", len(columns), rows)
    return taken


def rows_of(table: str) -> tuple[list[str], list[tuple]]:
    """All of a table but its primary keys; JSON as text."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table}")
        columns = [column[0] for column in cursor.description]
        kept = [place for place, name in enumerate(columns) if name != "id"]
        return [columns[place] for place in kept], [tuple(row[place] for place in kept) for row in cursor.fetchall()]


def empty() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        for table in VERDICTS:
            cursor.execute(f"DELETE FROM {table}")
        if connection.vendor == "postgresql":
            cursor.execute(f"VACUUM {', '.join(VERDICTS)}")


def counts() -> str:
    from django.db import connection

    with connection.cursor() as cursor:
        found = []
        for table in VERDICTS:
            cursor.execute(f"SELECT count(*) FROM {table}")
            found.append(f"{cursor.fetchone()[0]:,} {table.removeprefix('acceptance_')}s")
    return ", ".join(found)


if __name__ == "__main__":
    sys.exit(main())
