"""The portal under savers, killed again and again: nothing that was acknowledged is lost, nothing stands in part, and it comes back.

Victims: a server process, the server's parent, the job worker, all at once; on PostgreSQL a backend and the postmaster, too.
Savers type into returns, upload evidence and propose, and send again, as people do, what was not answered.
"""

import argparse
import hashlib
import os
import random
import re
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress

from serving import Browser, Cluster, Served, county_served, wait_until

RECOVERY_LIMIT_S = 60.0


class Saver(threading.Thread):
    """Somebody who saves one thing after the other until she is told to stop; ``kept`` is what was acknowledged."""

    def __init__(self, port: int, cookies: dict[str, str]) -> None:
        super().__init__(daemon=True)
        self.browser, self.stopped = Browser(port, cookies), threading.Event()
        self.kept: list[tuple] = []
        self.since: list[float] = []
        self.fault: BaseException | None = None
        self.again = 0

    def run(self) -> None:
        try:
            number = 0
            while not self.stopped.is_set():
                number += 1
                self.save(number)
        except BaseException as fault:  # told in the end, by the main thread
            self.fault = fault

    def acknowledged(self, send: Callable[[], object], is_kept: Callable) -> object:
        """Send until it is answered; a refused connection, 502 and 503 mean: not now."""
        while True:
            began = time.monotonic()
            with suppress(OSError):
                answer = send()
                if answer.status not in (502, 503):
                    assert is_kept(answer), (answer.status, answer.text[-2000:])
                    self.since.append(began)
                    return answer
            self.again += 1
            if self.stopped.wait(0.05):
                raise SystemExit

    def save(self, number: int) -> None:
        raise NotImplementedError


class Typist(Saver):
    """Types into the cells of one village of a return."""

    def __init__(self, port: int, cookies: dict[str, str], pk: int, code: str) -> None:
        super().__init__(port, cookies)
        self.path, self.code, self.value, self.token, self.user = f"/entry/return/{pk}/cells/", code, None, "", 0

    def save(self, number: int) -> None:
        if not self.token:
            shown = self.acknowledged(lambda: self.browser.get(self.path), lambda answer: answer.status == 200).json
            self.token, self.user, self.value = shown["token"], shown["user"], shown["lines"][self.code][0]
        cell = {"code": self.code, "name": "households", "text": str(number), "seen": [self.value]}
        said = {"user": self.user, "cells": [cell]}
        self.acknowledged(lambda: self.browser.send(self.path, said, self.token), lambda answer: answer.status == 200)
        self.value = number
        self.kept.append((self.code, number))


class Photographer(Saver):
    """Uploads evidence to a report, each picture another one."""

    def __init__(self, port: int, cookies: dict[str, str], pk: int) -> None:
        super().__init__(port, cookies)
        self.path = f"/inspection/{pk}/evidence/"

    def save(self, number: int) -> None:
        from tests.evidence.files import distinct

        if number == 1:
            self.acknowledged(lambda: self.browser.get(self.path), lambda answer: answer.status == 200)
        picture, said = distinct(number), {"kind": "photo", "caption": "", "area": "", "criterion": "", "mbps": ""}
        self.acknowledged(
            lambda: self.browser.upload(self.path, said, f"{number}.jpg", picture),
            lambda answer: answer.status == 302 or "该文件已在本报告内" in answer.text,
        )
        self.kept.append((hashlib.sha256(picture).hexdigest(),))
        if number >= 40:
            self.stopped.wait()


class Proposer(Saver):
    """Proposes other numbers of households, each looked at before it is sent."""

    def __init__(self, port: int, cookies: dict[str, str], key: str) -> None:
        super().__init__(port, cookies)
        self.key = key
        self.path = f"/proposals/new/?table=areas&key={key}&column=permanent_households"

    def save(self, number: int) -> None:
        from tests.returns.forms import fields

        page = self.acknowledged(lambda: self.browser.get(self.path), lambda answer: answer.status == 200)
        said = fields(page.text) | {
            "nature": "correct", "reason_code": "surveyed", "reason": "清点", "document": "9号",
            "permanent_households": str(100 + number),
        }  # fmt: skip
        said = {name: value for name, value in said.items() if name not in ("csrfmiddlewaretoken", "step", "drop")}
        looked = self.acknowledged(
            lambda: self.browser.post(self.path, said | {"step": "preview"}), lambda answer: answer.status == 200
        )
        previewed = re.search(r'name="previewed" value="([^"]+)"', looked.text)[1]
        self.acknowledged(
            lambda: self.browser.post(self.path, said | {"step": "send", "previewed": previewed}),
            lambda answer: answer.status == 302,
        )
        self.kept.append((self.key, str(100 + number)))


class Killer:
    """Kills, brings back what does not come back by itself, and tells after how long somebody could save again."""

    def __init__(self, service: Served, cluster: Cluster | None, savers: list[Saver], seed: int) -> None:
        self.service, self.cluster, self.savers, self.chance = service, cluster, savers, random.Random(seed)
        self.killed: Counter = Counter()
        self.recovered: dict[str, list[float]] = {}

    def kill(self, what: str) -> None:
        began = time.monotonic()
        {"server process": self._process, "parent": self._parent, "job worker": self._job_worker, "everything": self._all,
         "backend": self._backend, "postmaster": self._postmaster}[what]()  # fmt: skip
        self.killed[what] += 1
        wait_until(lambda: any(each.since and each.since[-1] > began for each in self.savers), f"saved after {what}")
        after = min(each for saver in self.savers for each in saver.since if each > began)
        self.recovered.setdefault(what, []).append(after - began)

    def victims(self, kills: int) -> list[str]:
        """Those of a database's own first, and twice as often as each other."""
        kinds = ["backend", "postmaster", "backend", "postmaster"] if self.cluster else []
        kinds += ["server process", "parent", "job worker", "everything"]
        return [kinds[number % len(kinds)] for number in range(kills)]

    def _any(self, found: Callable[[], list[int]]) -> None:
        wait_until(lambda: bool(found()), "a victim is there")
        with suppress(ProcessLookupError):
            os.kill(self.chance.choice(found()), signal.SIGKILL)

    def _process(self) -> None:
        self._any(self.service.workers)

    def _job_worker(self) -> None:
        self._any(self.service.job_workers)

    def _parent(self) -> None:
        os.kill(self.service.process.pid, signal.SIGKILL)
        self._all()

    def _all(self) -> None:
        self.service.end()
        self.service.begin()

    def _backend(self) -> None:
        self._any(self.cluster.backends)

    def _postmaster(self) -> None:
        self.cluster.kill_postmaster()
        self.cluster.start()


def lost(savers: list[Saver]) -> list:
    """What was acknowledged and is not there, or is there more than once."""
    from evidence import store
    from inspection.models import Evidence
    from proposals.models import ProposalItem
    from returns.models import FigureEntry

    typed = Counter(
        (code, int(after)) for code, after in FigureEntry.objects.values_list("line__area", "after") if after
    )
    pictures = {each.digest: store.path_of(each.key).exists() for each in Evidence.objects.all()}
    proposed = Counter((item.key, item.new.get("permanent_households")) for item in ProposalItem.objects.all())
    there = {
        Typist: lambda kept: typed[kept] == 1,
        Photographer: lambda kept: pictures.get(kept[0], False),
        Proposer: lambda kept: proposed[kept] == 1,
    }
    return [(type(saver).__name__, kept) for saver in savers for kept in saver.kept if not there[type(saver)](kept)]


def partly(savers: list[Saver]) -> list:
    """Rows without their others: figures that no entry explains, evidence without its file, a broken audit chain."""
    from accounts import audit
    from inspection.models import Evidence
    from returns.models import FigureEntry, ReturnLine
    from tests.simulation import invariants

    found = [*invariants.torn(), *([audit.verified().problem] if audit.verified().problem else [])]
    before: dict[tuple, object] = {}
    for entry in FigureEntry.objects.order_by("pk").select_related("line"):
        place = entry.line_id, entry.figure
        if place in before and before[place] != entry.before:
            found.append(f"{place}: {before[place]} became {entry.before} unseen")
        before[place] = entry.after
    lines = {line.pk: line for line in ReturnLine.objects.all()}
    found += [
        f"{place} stands otherwise" for place, value in before.items() if getattr(lines[place[0]], place[1]) != value
    ]
    doubled = Counter(Evidence.objects.values_list("digest", flat=True))
    found += [f"evidence {digest} {number} times" for digest, number in doubled.items() if number > 1]
    return found + list(invariants.lost_files_named())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with county_served(given.database) as (service, cluster, cookies):
        from django.db import connection

        savers = begin(service, cookies)
        killer = Killer(service, cluster, savers, given.seed)
        for what in killer.victims(given.kills):
            time.sleep(killer.chance.uniform(0.05, 0.6))
            killer.kill(what)
        for saver in savers:
            saver.stopped.set()
        for saver in savers:
            saver.join(60)
        connection.close()  # It may be one that was killed.
        return report(savers, killer)


def begin(service: Served, cookies: dict[str, dict[str, str]]) -> list[Saver]:
    """The savers at work, each of whom was answered once."""
    from inspection.models import Report
    from returns.models import Return
    from tests.simulation.county import TOWNS, VILLAGES, leaves

    first, second = (Return.objects.get(township=town, period="2018Q2").pk for town in TOWNS)
    savers = [
        Typist(service.port, cookies["clerk1"], first, VILLAGES[TOWNS[0]][0]),
        Typist(service.port, cookies["colleague1"], first, VILLAGES[TOWNS[0]][1]),
        Typist(service.port, cookies["clerk2"], second, VILLAGES[TOWNS[1]][0]),
        Photographer(service.port, cookies["clerk1"], Report.objects.get().pk),
        Proposer(service.port, cookies["colleague2"], leaves(VILLAGES[TOWNS[1]][0])[0]),
    ]
    for saver in savers:
        saver.start()
    wait_until(lambda: all(saver.kept or saver.fault for saver in savers), "everybody has saved something")
    return savers


def report(savers: list[Saver], killer: Killer) -> int:
    faults = [
        f"{type(each).__name__}: {each.fault!r}"
        for each in savers
        if each.fault and not isinstance(each.fault, SystemExit)
    ]
    missing, torn = lost(savers), partly(savers)
    print(f"{killer.killed.total()} kills: {', '.join(f'{number} × {what}' for what, number in killer.killed.items())}")
    for what, seconds in killer.recovered.items():
        print(f"  saved again after {what}: {sum(seconds) / len(seconds):.1f} s, at most {max(seconds):.1f} s")
    kept = ", ".join(f"{len(each.kept)} by {type(each).__name__}" for each in savers)
    print(f"acknowledged: {kept}; sent again {sum(each.again for each in savers)} times")
    print(f"lost {len(missing)}, in part {len(torn)}, limit 0; answered with a fault: {len(faults)}")
    print(*missing[:5], *torn[:5], *faults, sep="\n")
    slowest = max((max(each) for each in killer.recovered.values()), default=0.0)
    is_back = slowest <= RECOVERY_LIMIT_S
    print(f"slowest recovery {slowest:.1f} s, limit {RECOVERY_LIMIT_S:g} s: {'within' if is_back else 'EXCEEDED'}")
    return int(bool(missing or torn or faults or not is_back))


if __name__ == "__main__":
    sys.exit(main())
