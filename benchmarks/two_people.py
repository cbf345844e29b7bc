"""Two people on one return of 100 lines, typing at the same time: no cell may be lost.

Each types into cells of the same columns as the grid would: what stands there is what she was shown or told; on a conflict she
takes her own value over the other's, which she has seen. In the end every value that was acknowledged must stand in the history
with its author, every value that was overwritten must have been seen by whoever did so, and what stands is what came last.
"""

import argparse
import json
import random
import sys
import threading
import time

from cell_save import LINES, ON, TOWN, prepare
from measuring import machine, scratch

SECONDS = 300
COLUMNS = ("households", "broadband_users", "fibre_users")


class Person:
    """A clerk at her grid: what she believes stands in each cell, and what she was told is saved."""

    def __init__(self, user, quarterly_return, seed: int) -> None:
        from django.test import Client

        self.user, self.address = user, f"/entry/return/{quarterly_return.pk}/"
        self.client, self.random = Client(), random.Random(seed)
        self.client.force_login(user)
        self.shown: dict[tuple[str, str], int | None] = {}
        self.saved: list[tuple[str, str, int]] = []
        self.conflicts, self.fault = 0, None

    def work(self, until: float) -> None:
        from django.db import connection

        try:
            self.look()
            while time.monotonic() < until:
                self.type_in(f"{TOWN}{200 + self.random.randrange(LINES)}", self.random.choice(COLUMNS))
        except Exception as fault:
            self.fault = fault
        finally:
            connection.close()

    def look(self) -> None:
        lines = self.client.get(f"{self.address}cells/").json()["lines"]
        from returns.figures import NAMES

        self.shown = {(code, name): row[NAMES.index(name)] for code, row in lines.items() for name in COLUMNS}

    def type_in(self, code: str, name: str) -> None:
        value = self.random.randrange(1, 10**9)
        for _ in range(20):
            cell = {"code": code, "name": name, "text": str(value), "seen": [self.shown[code, name]]}
            said = json.dumps({"user": self.user.pk, "cells": [cell]})
            answer = self.client.post(f"{self.address}cells/", said, content_type="application/json")
            (settled,) = answer.json()["cells"]
            self.shown[code, name] = settled["value"]
            if settled["fate"] == "saved":
                self.saved.append((code, name, value))
                return
            assert settled["fate"] == "conflict", settled
            self.conflicts += 1
        raise AssertionError(f"{code} {name} cannot be saved.")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=SECONDS)
    given = parser.parse_args()
    with scratch():
        from django.conf import settings
        from django.contrib.auth import get_user_model

        from accounts.posts import Post

        settings.PORTAL_TODAY = ON
        settings.ALLOWED_HOSTS = ["testserver"]
        quarterly_return, clerk = prepare()
        other = get_user_model().objects.create_user("other", name="赵二", post=Post.CLERK, area_id=TOWN)
        people = [Person(user, quarterly_return, seed) for seed, user in enumerate((clerk, other))]
        until = time.monotonic() + given.seconds
        threads = [threading.Thread(target=person.work, args=(until,)) for person in people]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        print(machine())
        return report(quarterly_return, people)


def report(quarterly_return, people: list[Person]) -> int:
    from returns.models import FigureEntry

    entries = list(
        FigureEntry.objects.filter(line__quarterly_return=quarterly_return).order_by("pk").select_related("line")
    )
    written = {(each.line.area_id, each.figure, each.after, each.by_id) for each in entries}
    lost = [saved for person in people for saved in person.saved if (*saved, person.user.pk) not in written]
    last: dict[tuple[str, str], int | None] = {}
    torn = 0
    for each in entries:
        place = (each.line.area_id, each.figure)
        torn += place in last and last[place] != each.before
        last[place] = each.after
    stands = {(line.area_id, name): getattr(line, name) for line in quarterly_return.lines.all() for name in COLUMNS}
    wrong = [place for place, value in last.items() if stands[place] != value]
    saved, conflicts = sum(len(each.saved) for each in people), sum(each.conflicts for each in people)
    faults = [str(each.fault) for each in people if each.fault]
    print(
        f"{saved} cells saved, {conflicts} conflicts shown, {len(lost)} lost, {torn} overwritten unseen, {len(wrong)} wrong"
    )
    print(*faults, sep="\n")
    return int(bool(lost or torn or wrong or faults or not saved))


if __name__ == "__main__":
    sys.exit(main())
