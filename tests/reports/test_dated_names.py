"""Pages of a quarter call things by the names, and show them as the kinds, of its last day."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from acceptance.judging import judging
from accounts.posts import Post
from areas import changes
from areas.models import DatedValue
from tests.scenes import TOWN, build_district

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(make_area, make_user) -> Client:
    build_district(make_area)
    for column, value in (("name", "源潭街道"), ("kind", "street")):
        DatedValue.objects.create(table="areas", key=TOWN, column=column, effective_on=date(2018, 4, 1), value=value)
    changes.note("441802")
    judging.ensure_current("441802")
    client = Client()
    client.force_login(make_user(Post.LEADER, area="441802"))
    return client


@pytest.mark.parametrize(
    ("period", "name", "title"), [("2018Q1", "源潭镇", "全光网乡镇"), ("2018Q2", "源潭街道", "全光网街道")]
)
def test_area_is_called_as_it_was(reader, period, name, title):
    said = reader.get(reverse("acceptance:verdict", args=[period, TOWN])).content.decode()
    assert name in said and title in said
    assert name in reader.get(reverse("acceptance:verdict", args=[period, "441802"])).content.decode()
    assert name in reader.get(reverse("townships") + f"?period={period}").content.decode()
    assert name in reader.get(reverse("progress") + f"?period={period}").content.decode()
