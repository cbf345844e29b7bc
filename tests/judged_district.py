"""The small district of tests/scenes.py, judged once for all tests of a file: fixtures for a conftest to take over."""

from collections.abc import Iterator
from datetime import date
from types import SimpleNamespace

import pytest
from django.db import transaction

from acceptance.judging import judging
from tests.conftest import made_area
from tests.scenes import build_district

ON = date(2018, 7, 10)
"""The day on which the portal stands."""


@pytest.fixture(scope="module")
def judged(django_db_setup, django_db_blocker) -> Iterator[SimpleNamespace]:
    """The district and its verdicts; whatever a test does to it is undone with the test, and all of it in the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        scene = build_district(made_area)
        judging.ensure_current("441802")
        yield scene
        transaction.set_rollback(True)


@pytest.fixture
def district(judged, db) -> SimpleNamespace:
    return judged


@pytest.fixture
def enter(client, make_user, district):
    """Log somebody in, in the judged district."""

    def log_in(post, **fields):
        client.force_login(make_user(post, **fields))
        return client

    return log_in
