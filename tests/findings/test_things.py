"""The page of a thing says what is wrong with it."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.posts import Post
from areas.models import AccessPoint
from tests.findings.conftest import UNPLACED, judged_and_surveyed

MENDED_BY = f"/proposals/new/?table=sites&amp;key={UNPLACED}&amp;column=lon&amp;column=lat"


@pytest.fixture
def page_for(district):
    """The page of a thing as somebody sees it."""
    judged_and_surveyed()

    def opened(user, name: str, key: str):
        client = Client()
        client.force_login(user)
        return client.get(reverse(name, args=[key]))

    return opened


def marks(response) -> list[str]:
    return [alert.mark for alert in response.context["page"].alerts]


def test_page_lists_the_findings_of_its_thing(page_for, people):
    response = page_for(people.clerk, "areas:site", UNPLACED)
    [panel] = [each for each in response.context["beneath"] + response.context["beside"] if each.key == "findings"]
    assert [each.finding.code for each in panel.context["findings"]] == ["site_unlocated"]
    assert marks(response).count("缺坐标") == 1
    assert response.content.decode().count(f'<a href="{MENDED_BY}">更正</a>') == 1


def test_who_keeps_nothing_is_not_sent_to_the_form(page_for, people, make_user):
    content = page_for(make_user(Post.LEADER), "areas:site", UNPLACED).content.decode()
    assert MENDED_BY not in content and "台账问题" in content


def test_operator_is_not_told_of_a_rivals_point(district, people):
    for operator in ("telecom", "mobile"):
        AccessPoint.objects.create(
            ap_id=f"X-{operator}", operator_id=operator, lon=113.1, lat=23.72, downstream_mbps=100, tv_only=False,
            opened_on="2017-01-01", township_id=district.town, county="441802",
        )  # fmt: skip
    judged_and_surveyed()
    client = Client()
    client.force_login(people.operator)
    content = client.get(reverse("areas:access_point", args=["X-telecom"])).content.decode()
    assert "X-mobile" not in content
