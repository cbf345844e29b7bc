"""The village walk as plain pages, and what a phone takes along."""

import gzip
import json
import uuid

import pytest
from django.urls import reverse

from accounts.posts import Post
from areas.models import Area, DatedValue
from common import clock
from field.models import Visit
from findings.surveying import survey
from tests.field.walk import LEAF, OTHER_TOWN, TOWN, build_walk, make_site

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(client, make_area, make_user):
    build_walk(make_area)
    user = make_user(Post.CLERK, area=TOWN)
    client.force_login(user)
    return user


def test_pack_holds_what_the_clerk_sees_as_it_is_today(client, clerk, make_area):
    make_area(f"{OTHER_TOWN}201201", "别人的")
    DatedValue.objects.create(table="areas", key=LEAF, column="name", effective_on="2018-01-01", value="大围新村")

    pack = client.get(reverse("field:pack")).json()

    assert pack["areas"][0] == [LEAF, "大围新村", "natural_village", 30, "dt w x c", ""]
    assert pack["sites"][-1] == ["S-X", f"{TOWN}201", "秀溪市场", "market", None, None, "x qx fs c", ""]
    assert pack["places"] == {TOWN: "源潭镇", f"{TOWN}201": "秀溪村"}
    assert "别人的" not in str(pack)


def test_pack_tells_what_is_wrong_with_a_thing(client, clerk, settings):
    survey("441802", clock.today())

    remarks = client.get(reverse("field:pack")).json()["remarks"]

    assert any("坐标" in sentence for sentence in remarks["sites/S-X"])


def test_pack_of_another_datum_says_what_was_given(client, clerk):
    site = make_site(LEAF, "S-G", "百度点")
    type(site).objects.filter(pk=site.pk).update(datum="BD09", given_lon=113.06)

    row = next(row for row in client.get(reverse("field:pack")).json()["sites"] if row[0] == "S-G")

    assert row[4:6] == [113.05, 23.7] and row[8:] == ["113.06", "23.7"]


def test_pack_is_asked_for_again_only_when_something_changed(client, clerk):
    first = client.get(reverse("field:pack"))
    again = client.get(reverse("field:pack"), headers={"If-None-Match": first["ETag"]})
    Area.objects.filter(code=LEAF).update(permanent_households=31)
    changed = client.get(reverse("field:pack"), headers={"If-None-Match": first["ETag"]})

    assert (again.status_code, again.content, changed.status_code) == (304, b"", 200)


def test_pack_goes_packed_and_is_known_by_its_mark(client, clerk):
    packed = client.get(reverse("field:pack"), headers={"Accept-Encoding": "gzip"})
    again = client.get(reverse("field:pack"), headers={"Accept-Encoding": "gzip", "If-None-Match": packed["ETag"]})

    assert json.loads(gzip.decompress(packed.content))["scope"] == TOWN
    assert again.status_code == 304


def test_pack_takes_as_many_questions_for_many_villages_as_for_few(client, clerk, make_area, django_assert_num_queries):
    client.get(reverse("field:pack"))
    with django_assert_num_queries(10):
        client.get(reverse("field:pack"))
    for number in range(50):
        make_area(f"{TOWN}201{301 + number}")
        make_site(f"{TOWN}201{301 + number}", f"M-{number}", "点")
    with django_assert_num_queries(10):
        client.get(reverse("field:pack"))


def test_plain_list_finds_by_name(client, clerk):
    content = client.get(reverse("field:index"), {"q": "大围1"}).content.decode()

    assert "大围1" in content and "大围0" not in content


def test_plain_form_is_taken_once_and_says_what_became_of_it(client, clerk):
    address = reverse("field:thing", args=["areas", LEAF])
    number = client.get(address).context["number"]
    posted = {
        "number": number, "found": "here", "households": "35", "seen_name": "大围0", "seen_households": "30",
    }  # fmt: skip

    first = client.post(address, posted, follow=True)
    client.post(address, posted)

    assert "变更申请待区经信局审定" in first.content.decode()
    assert Visit.objects.count() == 1


def test_plain_form_shows_both_values_of_a_conflict_and_takes_the_second_word(client, clerk):
    address = reverse("field:thing", args=["areas", LEAF])
    Area.objects.filter(code=LEAF).update(permanent_households=32)
    posted = {
        "number": uuid.uuid4(),
        "found": "here",
        "households": "35",
        "seen_households": "30",
        "seen_name": "大围0",
    }

    clash = client.post(address, posted)

    assert clash.status_code == 409
    assert "您填的是 35，台账现在是 32。" in clash.content.decode()
    assert (
        client.post(
            address, posted | {"seen_households": clash.context["visit_form"]["seen_households"].value()}
        ).status_code
        == 302
    )


def test_plain_form_keeps_what_was_typed_when_it_is_refused(client, clerk):
    address = reverse("field:thing", args=["areas", LEAF])

    refused = client.post(address, {"number": "x", "found": "gone", "note": "拆了"})

    assert refused.status_code == 422
    assert "请选择不存在的原因" in refused.content.decode() and "拆了" in refused.content.decode()


def test_page_of_a_visit_says_what_was_found(client, clerk):
    address = reverse("field:thing", args=["areas", LEAF])
    posted = {
        "number": uuid.uuid4(),
        "found": "here",
        "households": "35",
        "seen_name": "大围0",
        "seen_households": "30",
    }
    client.post(address, posted)

    content = client.get(reverse("field:visit", args=[Visit.objects.get().pk])).content.decode()

    assert "台账 30，现场 35" in content and "待审定" in content


@pytest.mark.parametrize("address", ["/field/", f"/field/areas/{LEAF}/", "/offline/shell/field/"])
def test_page_may_ask_where_the_phone_is(address, client, clerk):
    assert client.get(address)["Permissions-Policy"] == "geolocation=(self)"


def test_visit_stands_on_the_day_of_the_district(client, clerk, settings):
    settings.PORTAL_TODAY = clock.today().replace(year=2019)
    address = reverse("field:thing", args=["areas", LEAF])
    client.post(address, {"number": uuid.uuid4(), "found": "here", "seen_name": "大围0", "seen_households": "30"})

    assert Visit.objects.get().visited_at.year == 2019
