"""Areas that went into others: where it is done, what the area's page says of each of them, what the database refuses."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.posts import Post
from areas.models import Area, Succession
from tests.register.conftest import HERE

TODAY = date(2019, 4, 8)
GONE, HEIR, ELSEWHERE = f"{HERE}101201", f"{HERE}101202", f"{HERE}102201"


@pytest.fixture(autouse=True)
def village(settings, make_area):
    settings.PORTAL_TODAY = TODAY
    for code, name in ((GONE, "蓝屋岭"), (HEIR, "塘头"), (ELSEWHERE, "大围")):
        make_area(code, name=name)
    Area.objects.filter(code=GONE).update(valid_to=date(2018, 12, 31))


@pytest.fixture
def reviewer(make_user):
    return make_user(Post.REVIEWER, area=HERE[:6])


def test_area_leads_to_where_it_is_done(client, reviewer):
    client.force_login(reviewer)
    address = reverse("areas:succession", args=[GONE])
    assert address in client.get(reverse("areas:area", args=[GONE])).content.decode()
    assert client.get(address).url == f"{reverse('successions:new')}?from={GONE}"


def test_township_is_not_offered_it(client, make_user):
    client.force_login(make_user(Post.CLERK, area=HERE))
    assert (
        reverse("areas:succession", args=[GONE]) not in client.get(reverse("areas:area", args=[GONE])).content.decode()
    )
    assert client.get(reverse("areas:succession", args=[GONE])).status_code == 403


def test_database_refuses_an_area_that_goes_into_itself_or_twice_into_another(reviewer):
    said = {"area_id": GONE, "successor_id": HEIR, "on": TODAY, "document": "函", "by": reviewer}
    Succession.objects.create(**said)
    for wrong in ({"successor_id": GONE}, {"document": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Succession.objects.create(**said | wrong)


def test_page_names_every_part_and_everything_that_came_in(client, reviewer):
    for heir in (HEIR, ELSEWHERE):
        Succession.objects.create(area_id=GONE, successor_id=heir, on=date(2018, 12, 31), kind="split")
    Succession.objects.create(
        area_id=ELSEWHERE, successor_id=HEIR, on=TODAY, kind="merge", document="石角府〔2018〕7号", carries_title=True
    )
    client.force_login(reviewer)
    gone = client.get(reverse("areas:area", args=[GONE])).content.decode()
    assert "已于2018年12月31日分设为塘头" in gone and "已于2018年12月31日分设为大围" in gone
    heir = client.get(reverse("areas:area", args=[HEIR])).content.decode()
    assert (
        ">蓝屋岭</a>分设为本单位" in heir and ">大围</a>并入本单位（石角府〔2018〕7号）" in heir and "（）" not in heir
    )
    assert "原称号由其承继" in client.get(reverse("areas:area", args=[ELSEWHERE])).content.decode()
