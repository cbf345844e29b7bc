"""The bodies that issue: full names as delivered, what their office enters before it, and only that office."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.posts import Post
from areas.models import Area
from common.exceptions import Stale
from papers import bodies, drafts
from tests.inspection.conftest import ON, STREET, TOWN, district

__all__ = ["district"]
pytestmark = pytest.mark.django_db


def area(code: str) -> Area:
    return Area.objects.select_related("parent").get(pk=code)


def test_names_are_full_and_offices_print(district):
    found = [bodies.government(area("441802"), ON), bodies.bureau(area("441802"), ON), bodies.township(area(TOWN), ON)]

    assert [body.name for body in found] == [
        "清远市清城区人民政府",
        "清远市清城区经济和信息化局",
        "清远市清城区源潭镇人民政府",
    ]
    assert [body.office for body in found] == [f"{body.name}办公室" for body in found]
    assert bodies.township(area(STREET), ON).name.startswith("清远市清城区人民政府")
    assert found[1].letter_code == "清区经信函"


def test_county_without_data_is_called_by_its_area(make_area):
    elsewhere = make_area("441803", "清新区")
    assert bodies.government(elsewhere, ON).name == "清新区人民政府"


def test_office_enters_its_own_body_once_a_version(district, make_user, client):
    head = make_user(Post.BUREAU_HEAD)
    client.force_login(head)
    body = bodies.body_of(head, ON)
    said = {"name": body.name, "code": "清区工信", "contact": "李某", "phone": "0763-3361234", "numbering": "register"}
    answer = client.post(reverse("papers:office"), said | {"seen": 0})

    assert answer.status_code == 302
    now = bodies.bureau(area("441802"), ON)
    assert (now.code, now.letter_code, now.asked(), now.version) == (
        "清区工信",
        "清区工信函",
        "联系人：李某，联系电话：0763-3361234",
        1,
    )
    with pytest.raises(Stale):
        bodies.enter(body=body, said={"code": "甲"}, seen=0, by=head)
    assert bodies.government(area("441802"), ON).code == "清区府"


def test_reviewer_enters_nothing(district, make_user):
    reviewer = make_user(Post.REVIEWER)
    with pytest.raises(PermissionDenied):
        bodies.enter(body=bodies.body_of(reviewer, ON), said={"code": "甲"}, seen=0, by=reviewer)


def test_table_of_moves_stands_in_the_documents(settings):
    assert drafts.DRAFT_MOVES.as_table() in (settings.BASE_DIR / "docs/papers.md").read_text(encoding="utf-8")
