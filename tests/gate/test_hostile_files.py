"""Hostile and clumsy files at the real entrances: none breaks anything, each is answered soon and in little memory.

Here few of each kind; ``benchmarks/hostile_files.py`` sends three hundred.
"""

import json
import os
import resource
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.posts import ROLE_GRANTS, Post
from gate import judging
from tests.access_table import ROWS
from tests.access_table.row import OWN, World
from tests.gate.hostile import KINDS, files

pytestmark = pytest.mark.django_db

COUNT = int(os.environ.get("QCF_HOSTILE_FILES", "0"))
SHARE = 8
"""Here the kinds are sent in so many tests, one file of each."""
MOST_S, MOST_MB = 2.0, 300
PICTURES = {
    "inspection:add_evidence": "file", "spotcheck:card": "photos", "spotcheck:deliveries": "photos", "field:thing": "photos",
    "inspection:basis": "file", "certificates:attach": "file", "ledgers:preview": "proofs",
}  # fmt: skip
SHEETS = {"workbooks:upload": "file", "workbooks:count_upload": "file", "ledgers:ledger": "file"}
"""Every entrance for files, with the name of its field; which there are says ``tests/gate/test_uploads.py``."""
FIELDS = {
    "kind": "photo", "outcome": "passed", "found": "here", "ground": "meeting", "title": "会议", "on": "2018-07-01", "signer": "张三",
    "number": "府〔2018〕1号", "reason_code": "below", "document": "x", "visited_at": "", "table": "sites", "key": "S",
}  # fmt: skip


@contextmanager
def opened(name: str, world: World) -> Iterator[tuple[str, Client, Callable[[], dict[str, str]]]]:
    """An entrance's address, a client who may, and what else is posted there; what it makes is gone afterwards."""
    row = next(row for row in ROWS if row.name == name and row.method == "post")
    post = next(post for post in Post if row.powers & ROLE_GRANTS[post].powers)
    client = Client(raise_request_exception=False)
    with transaction.atomic():
        client.force_login(world.make_user(post, area=OWN.area, operator=OWN.operator))
        if name == "spotcheck:deliveries":
            card = next(row for row in ROWS if row.name == "spotcheck:card" and row.method == "post")
            key = "/".join(map(str, card.at(world, OWN)))
            said = {"key": key, "outcome": "failed", "seen_outcome": "", "remark": "没有端口", "mbps": "3"}
            yield reverse(name), client, lambda: {"entry": json.dumps(said | {"id": str(uuid.uuid4())})}
        else:
            more = {"reason_code": ""} if name == "field:thing" else {}
            yield reverse(name, args=row.at(world, OWN)), client, lambda: more
        transaction.set_rollback(True)


def measured(client: Client, address: str, more: dict, field: str, name: str, data: bytes) -> tuple[int, float]:
    """The status of the answer, and the seconds of the processor that it took, the child's included."""
    judging.HEAVIEST.clear()
    said = {**FIELDS, "number": str(uuid.uuid4()), **more, field: SimpleUploadedFile(name or "x", data)}
    began = time.process_time()
    answer = client.post(address, said)
    return answer.status_code, time.process_time() - began + judging.HEAVIEST.get("cpu_s", 0)


def sent(chosen: list, world: World) -> tuple[list[str], float, float]:
    """What went wrong; the slowest answer, and the most memory of a child. Each file goes to an entrance of either kind."""
    wrong, slowest, memory, judged = [], 0.0, 0.0, set()
    for entrances in (PICTURES, SHEETS):
        for place, (door, field) in enumerate(entrances.items()):
            with opened(door, world) as (address, client, more):
                for kind, name, data in chosen[place :: len(entrances)]:
                    status, took = measured(client, address, more(), field, name, data)
                    slowest, memory = max(slowest, took), max(memory, judging.HEAVIEST.get("memory", 0))
                    judged |= {door} if judging.HEAVIEST else set()
                    if status >= 500 and status != 507:
                        wrong.append(f"{kind} at {door}: {status}")
                    if took > MOST_S:
                        wrong.append(f"{kind} at {door}: {took:.1f} s")
    if COUNT:  # Else a check that no file reached would pass.
        wrong += [f"{door} has judged no file" for door in sorted({*PICTURES, *SHEETS} - judged)]
    return wrong, slowest, memory / 2**20


@pytest.mark.any_database
@pytest.mark.parametrize("part", range(1 if COUNT else SHARE))
def test_hostile_file_is_answered_soon_and_breaks_nothing(part, make_area, make_user, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    settings.UPLOAD_DAY_MB = settings.UPLOAD_DAY_TOTAL_MB = 10**6
    make_area(OWN.area)
    chosen = list(files(COUNT or len(KINDS)))[part :: 1 if COUNT else SHARE]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    wrong, slowest, memory = sent(chosen, World(make_area, make_user))
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 - before
    print(  # noqa: T201
        f"{len(chosen)} files at {len(PICTURES | SHEETS)} entrances: slowest {slowest:.2f} s of {MOST_S} s (processor), "
        f"child at most {memory:.0f} MB, server grown by {grown:.0f} MB, of {MOST_MB} MB"
    )
    assert not wrong
    assert memory + grown <= MOST_MB
