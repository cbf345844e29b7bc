"""Generated requests over all addresses, posts and methods: no fault of ours, and none takes long.

Here a few hundred of another seed than those of ``benchmarks/generated_requests.py``, which sends ten thousand.
"""

import os
import random
import time
from collections.abc import Iterator

import pytest
from django.db import transaction
from django.test import Client

from accounts.posts import Post
from tests.access_table import ROWS
from tests.access_table.row import OWN, World
from tests.gate.generated import Generated, made

pytestmark = pytest.mark.django_db

COUNT = int(os.environ.get("QCF_GENERATED_REQUESTS", "400"))
SEED = int(os.environ.get("QCF_SEED", "1"))
EACH = 5
"""Requests of one address that is made once."""
MOST_S = 2.0


def asked(count: int, seed: int, world: World) -> Iterator[tuple[Generated, str, int, float]]:
    """Each request with whose it was, the status of the answer, and the seconds of the processor; what it made is gone."""
    chance = random.Random(seed)
    left = count
    while left > 0:
        row, post = chance.choice(ROWS), chance.choice((None, *Post))
        with transaction.atomic():
            args, given = row.at(world, OWN), row.data(world, OWN)
            client = Client(raise_request_exception=False)
            if post:
                client.force_login(world.make_user(post, area=OWN.area, operator=OWN.operator))
            for _ in range(min(EACH, left)):
                left -= 1
                request = made(chance, row.name, args, given)
                began = time.process_time()
                with transaction.atomic():
                    answer = request.ask(client)
                    if answer.streaming:
                        b"".join(answer.streaming_content)
                    transaction.set_rollback(True)
                yield request, str(post), answer.status_code, time.process_time() - began
            transaction.set_rollback(True)


def test_generated_request_breaks_nothing(make_area, make_user, settings, tmp_path, caplog):
    settings.VAR_DIR = tmp_path
    caplog.set_level("CRITICAL", "django")
    make_area(OWN.area)
    wrong, slowest, statuses = [], (0.0, ""), {}
    for request, who, status, took in asked(COUNT, SEED, World(make_area, make_user)):
        statuses[status] = statuses.get(status, 0) + 1
        slowest = max(slowest, (took, str(request)))
        if (status >= 500 and status != 507) or took > MOST_S:
            wrong.append(f"{status} in {took:.1f} s for {who}: {request}")
    print(f"{COUNT} requests of seed {SEED}: slowest {slowest[0]:.2f} s of {MOST_S} s (processor); answers {statuses}")  # noqa: T201
    assert not wrong, "\n".join(wrong)
