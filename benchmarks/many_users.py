"""Two hundred people at once, each with time to think, for five minutes: no error, and reads and saves hardly slower than alone."""

import argparse
import random
import sys
import threading
import time
from collections import defaultdict

from measuring import machine, ratio
from serving import Browser, county_served

USERS, SECONDS, THINK_S, TIMES, ALONE, POSTS = 200, 300, 8.0, 3.0, 150, 5
COLUMNS = ("households", "broadband_covered_households", "fibre_covered_households", "broadband_users", "fibre_users")


class Person(threading.Thread):
    """Reads, thinks, and saves where she may; ``took`` are seconds by kind."""

    def __init__(self, port: int, cookies: dict[str, str], pages: list[str], cell: tuple | None, seed: int) -> None:
        super().__init__(daemon=True)
        self.browser, self.pages, self.cell, self.chance = Browser(port, cookies), pages, cell, random.Random(seed)
        self.took: dict[str, list[float]] = defaultdict(list)
        self.errors: list[str] = []
        self.until, self.think = 0.0, THINK_S
        self.token, self.user, self.value = "", 0, None

    def run(self) -> None:
        time.sleep(self.chance.uniform(0, self.think))
        while time.monotonic() < self.until:
            self.act()
            time.sleep(self.chance.expovariate(1 / self.think))
        self.browser.close()

    def act(self) -> None:
        kind = "save" if self.cell and self.chance.random() < 0.5 else "read"
        if kind == "save" and not self.token:
            shown = self.browser.get(self.cell[0]).json
            self.token, self.user = shown["token"], shown["user"]
            self.value = shown["lines"][self.cell[1]][COLUMNS.index(self.cell[2])]
        began = time.monotonic()
        try:
            wrong = self.save() if kind == "save" else self.read()
        except OSError as broken:
            wrong = str(broken)
        self.took[kind].append(time.monotonic() - began)
        self.errors += [wrong] if wrong else []

    def read(self) -> str:
        page = self.chance.choice(self.pages)
        answer = self.browser.get(page)
        return "" if answer.status == 200 else f"{page} → {answer.status}"

    def save(self) -> str:
        """A figure, over what she was told last; that a colleague was faster is no error."""
        path, code, name = self.cell
        cell = {"code": code, "name": name, "text": str(self.chance.randrange(1, 10**6)), "seen": [self.value]}
        answer = self.browser.send(path, {"user": self.user, "cells": [cell]}, self.token)
        if answer.status in (200, 409):
            self.value = answer.json["cells"][0]["value"]
            return ""
        return f"{path} → {answer.status} {answer.text[:200]}"


def people(port: int, count: int) -> list[Person]:
    """Three in five fill in returns, one in five reviews, one in five looks on."""
    from django.contrib.auth import get_user_model
    from django.test import Client

    from returns.models import Return
    from tests.simulation.county import COUNTY, TOWNS, VILLAGES

    returns = {town: Return.objects.get(township=town, period="2018Q2").pk for town in TOWNS}
    found = []
    for number in range(count):
        post, town = (("clerk",) * 3 + ("reviewer", "leader"))[number % 5], TOWNS[number % 2]
        place = town if post == "clerk" else COUNTY
        user = get_user_model().objects.create_user(f"user{number}", name=f"用户{number}", post=post, area_id=place)
        client = Client()
        client.force_login(user)
        pages = [
            "/",
            "/returns/",
            f"/returns/{returns[town]}/sheet/",
            "/areas/list/" if post != "leader" else "/progress/",
        ]
        village, column = VILLAGES[town][number % 3], COLUMNS[number % 5]
        cell = (f"/entry/return/{returns[town]}/cells/", village, column) if post == "clerk" else None
        cookies = {each.key: each.value for each in client.cookies.values()}
        found.append(Person(port, cookies, pages, cell, number))
    return found


def one_by_one(people: list[Person]) -> tuple[dict[str, list[float]], list[str]]:
    """The same requests served alone: what each took, by kind, and what went wrong."""
    for number in range(ALONE):
        people[number % POSTS].act()
    took = {kind: [each for person in people for each in person.took[kind]] for kind in ("read", "save")}
    for person in people:
        person.took = defaultdict(list)
    return took, [wrong for person in people for wrong in person.errors]


def p95(seconds: list[float]) -> float:
    return sorted(seconds)[int(len(seconds) * 0.95)] if seconds else 0.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--users", type=int, default=USERS)
    parser.add_argument("--seconds", type=int, default=SECONDS)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="postgresql")
    given = parser.parse_args()
    with county_served(given.database) as (service, _, _):
        everybody = people(service.port, given.users)
        base, first = one_by_one(everybody[:POSTS])
        until = time.monotonic() + given.seconds
        for person in everybody:
            person.until = until
            person.start()
        for person in everybody:
            person.join()
        print(machine())
        return report(everybody, base, first)


def report(everybody: list[Person], base: dict[str, list[float]], first: list[str]) -> int:
    errors = [*first, *(wrong for person in everybody for wrong in person.errors)]
    took = {kind: [each for person in everybody for each in person.took[kind]] for kind in ("read", "save")}
    asked = sum(map(len, took.values()))
    print(f"{len(everybody)} people, {asked} requests ({len(took['save'])} saves), {len(errors)} errors, limit 0")
    print(*errors[:5], sep="\n")
    held = [ratio(f"p95 of a {kind}, against alone", p95(took[kind]), p95(base[kind]), TIMES) for kind in took]
    return int(bool(errors) or not all(held))


if __name__ == "__main__":
    sys.exit(main())
