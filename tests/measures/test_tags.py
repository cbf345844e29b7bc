"""Tags are dated facts with their own progress: which sites count under one, from when until when, and that the figures open."""

from datetime import date

import pytest
from django.urls import reverse

from acceptance.judging import judging
from accounts.posts import Post
from areas.models import Area, Site
from areas.vocabulary import SiteKind
from figures.asking import open_figure
from measures import tags
from measures.models import MeasureRecord
from tests.measures.conftest import ON
from tests.scenes import DAGUAN, NEAR, QUARTER, TOWN, XIUXI, build_district


@pytest.fixture
def district(make_area):
    build_district(make_area)
    judging.ensure_current("441802")


@pytest.fixture
def tag(district):
    def tagged(name: str, area: str = "", site: str = "", on="2017-03-01", until=None, **fields):
        found = Site.objects.filter(site_id=site).first()
        values = {"tag": name, "on": on, "until": until, "ground": "名单"}
        kept = {"confirmed_values": values, "state": "confirmed"} | fields
        return MeasureRecord.objects.create(
            kind="tag", county="441802", area_id=found.area_id if found else area, site=found, side="bureau:441802",
            unit="区经信局", title="标签", values=values, **kept,
        )  # fmt: skip

    return tagged


def progress(user, name: str, area=TOWN):
    asked = open_figure(user, f"tagged.{name}", {"area": area, "period": "2018Q2"}, ON).asked
    return next(row for row in tags.progress(asked) if row.tag == name)


def test_progress_of_a_tag_counts_its_sites(tag, make_user, client):
    leader = make_user(Post.LEADER)
    tag("poor_village", XIUXI)
    tag("poor_village", NEAR)
    tag("poor_village", site="S-3")
    tag("poor_village", DAGUAN, confirmed_values=None, state="sent")
    row = progress(leader, "poor_village", "441802")

    assert (row.things, row.sites, row.reached, row.capable) == (3, 3, 2, 2)
    client.force_login(leader)
    page = client.get(reverse("measures:tags"), {"period": "2018Q2"}).content.decode()
    assert 'data-figure="3"' in page and "66.6%" in page
    assert progress(make_user(Post.CLERK), "poor_village").sites == 3


def test_kinds_of_sites_belong_without_a_record(tag, make_user):
    Site.objects.filter(site_id="S-2").update(kind=SiteKind.SCENIC_SPOT)
    row = progress(make_user(Post.LEADER), "scenic_spot")

    assert (row.things, row.sites, row.capable) == (0, 1, 0)


def test_tag_holds_from_its_day_until_the_other(tag):
    tag("old_estate", QUARTER, on="2018-01-01", until="2018-07-01")

    days = (date(2017, 12, 31), date(2018, 1, 1), date(2018, 6, 30), date(2018, 7, 1))
    assert ["old_estate" in tags.tagged("441802", day) for day in days] == [False, True, True, False]


def test_page_of_a_thing_shows_its_tags_and_the_way_to_tag_it(tag, make_user, client):
    record = tag("old_estate", QUARTER)
    client.force_login(make_user(Post.REVIEWER))
    page = client.get(reverse("areas:area", args=[QUARTER])).content.decode()

    assert record.get_absolute_url() in page and f"about={QUARTER}" in page
    form = client.get(reverse("measures:new", args=["tag"]), {"about": QUARTER}).content.decode()
    assert f'value="{Area.objects.get(pk=QUARTER).code}"' in form
