"""What an operator could mend, on its first page: how many sites hang on each piece of work, and which."""

from datetime import date

import pytest

from acceptance import plan
from acceptance.judging import judging
from accounts.posts import Post
from areas.models import AccessPoint, ServiceOrder
from common.periods import Quarter
from reports import fixes
from tests.scenes import DAGUAN, build_district

Q2 = Quarter.parse("2018Q2")


@pytest.fixture(autouse=True)
def day(monkeypatch):
    for module in ("reports.homes", "figures.views"):
        monkeypatch.setattr(f"{module}.today", lambda: date(2018, 7, 10))


@pytest.fixture
def scene(make_area):
    """An access point of telecom is too slow for one site; mobile was late at the compound with its two."""
    build_district(make_area)
    AccessPoint.objects.filter(ap_id="DX-1").update(downstream_mbps=20)
    ServiceOrder.objects.filter(order_id="GD-1").update(completed_on=date(2018, 6, 20))
    judging.ensure_current("441802")


def told(operator: str) -> list[tuple[str, str, int]]:
    return [(each.work, each.fix, each.sites) for each in fixes.of_operator(operator, plan.current(), Q2)]


def test_fixes_are_the_operators_own(scene):
    assert told("telecom") == [("提速", "DX-1", 1)]
    assert told("mobile") == [("按期办结工单", DAGUAN, 2)]


def test_fixes_on_the_first_page_open_into_their_sites(scene, client, make_user):
    client.force_login(make_user(Post.OPERATOR, operator="mobile"))
    (fix,) = fixes.of_operator("mobile", plan.current(), Q2)
    assert fix.members.replace("&", "&amp;") in client.get("/").content.decode()
    members = client.get(fix.members).context["page"].paginator
    assert sorted(row.site.site_id for row in members.object_list) == ["S-4", "S-5"]


def test_operator_is_not_told_of_anothers_fixes(scene, client, make_user):
    client.force_login(make_user(Post.OPERATOR, operator="telecom"))
    (fix,) = fixes.of_operator("mobile", plan.current(), Q2)
    assert client.get(fix.members).context["page"].paginator.count == 0


def test_fixes_cost_the_same_queries_however_many(scene, django_assert_num_queries):
    told("telecom")
    with django_assert_num_queries(5):
        told("telecom")
