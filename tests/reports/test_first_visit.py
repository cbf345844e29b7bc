"""What a first visit of the map and of the progress page loads, packed: scripts, styles and the page, and the map's data."""

import gzip
import re
from datetime import date
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.urls import reverse

from acceptance.judging import judging
from accounts.posts import Post
from tests.scenes import build_district

MOST = 300_000
DATA_OF_A_DISTRICT = 160_000
"""The map's data of 6,200 sites, 2,900 access points and nine quarters, as measured on the demonstration (docs/map.md)."""
LOADED = re.compile(r'(?:href|src)="/static/([^"]+\.(?:css|js))"')


@pytest.mark.parametrize(("name", "data"), [("map", DATA_OF_A_DISTRICT), ("progress", 0)])
def test_first_visit_loads_little(client, make_area, make_user, monkeypatch, name, data):
    for module in ("reports.map_views", "reports.views"):
        monkeypatch.setattr(f"{module}.today", lambda: date(2018, 7, 10))
    build_district(make_area)
    judging.ensure_current("441802")
    client.force_login(make_user(Post.LEADER))
    page = client.get(reverse(name)).content
    files = {each: finders.find(each) for each in LOADED.findall(page.decode())}
    sizes = {each: len(gzip.compress(Path(path).read_bytes())) for each, path in files.items()}

    assert "js/portal.js" in sizes and "css/portal.css" in sizes
    assert len(gzip.compress(page)) + sum(sizes.values()) + data <= MOST, sizes
