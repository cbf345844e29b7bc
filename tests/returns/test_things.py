"""Who reported a village's figures, on the page of the village and of what lies in it."""

import re
from html import unescape

import pytest
from django.urls import reverse

from accounts.posts import Post
from areas.models import Area
from register.things import Thing
from returns.models import OperatorCount
from returns.things import reported
from tests.returns.conftest import QUARTER, TOWN, approved

pytestmark = pytest.mark.django_db
VILLAGE = f"{TOWN}201"


@pytest.fixture
def told(make_return, people, browse):
    """The panel on a village's page, as somebody reads it."""
    approved(make_return(), people.clerk, people.reviewer)

    def panel(user) -> str:
        page = browse(user).get(reverse("areas:area", args=[VILLAGE]), {"period": str(QUARTER)})
        assert page.status_code == 200
        return page.content.decode().partition('id="panel-reported"')[2].partition("</section>")[0]

    return panel


@pytest.mark.parametrize("post", ["clerk", "leader"])
def test_page_of_a_village_says_who_reported_and_leads_there(told, people, browse, post):
    reader = getattr(people, post)
    panel = told(reader)

    assert panel.count("陈经办") == 6 and "报送：李镇长" in panel and "审核通过：王审核" in panel
    links = {unescape(each) for each in re.findall(r'href="([^"]+)"', panel)}
    assert len(links) == 6
    assert {browse(reader).get(each).status_code for each in links} == {200}


def test_operator_is_not_told_who_reported(told, make_user):
    thing = Thing("areas", VILLAGE, Area.objects.get(code=VILLAGE), QUARTER)
    assert reported(make_user(Post.OPERATOR, operator="mobile"), thing) is None


def test_panel_costs_the_same_queries_however_much_was_counted(told, people, make_user, django_assert_num_queries):
    by = make_user(Post.OPERATOR, operator="mobile")
    thing = Thing("areas", VILLAGE, Area.objects.get(code=VILLAGE), QUARTER)
    for area in (VILLAGE, TOWN):
        OperatorCount.objects.create(
            operator_id="mobile",
            area_id=area,
            county="441802",
            period=str(QUARTER),
            broadband_users=9,
            fibre_users=8,
            by=by,
        )
        with django_assert_num_queries(4):
            assert reported(people.leader, thing).context["counts"]
