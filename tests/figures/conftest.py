"""The small district, judged, on a day of the summer of 2018."""

from datetime import date

import pytest

from acceptance.judging import judging
from tests.scenes import build_district


@pytest.fixture(autouse=True)
def day(monkeypatch):
    for module in ("acceptance.verdicts.views", "reports.views", "reports.place_views", "figures.views"):
        monkeypatch.setattr(f"{module}.today", lambda: date(2018, 7, 10))


@pytest.fixture
def district(make_area):
    scene = build_district(make_area)
    judging.ensure_current("441802")
    return scene


@pytest.fixture
def enter(client, make_user, district):
    def log_in(post, **fields):
        client.force_login(make_user(post, **fields))
        return client

    return log_in
