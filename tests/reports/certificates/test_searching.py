"""Certificates are found by what stands on them, within one's scope."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.posts import Post
from tests.reports.certificates.making import make_certificate

pytestmark = pytest.mark.django_db
VILLAGE = "441802103201"


def found(user, text: str) -> list[str]:
    client = Client()
    client.force_login(user)
    hits = client.get(reverse("areas:suggestions"), {"q": text}).json()["hits"]
    return [hit["code"] for hit in hits if hit["kind"] == "证书"]


def test_certificates_are_found_by_number_name_initials_and_code(make_area, make_user):
    one = make_certificate(make_area(VILLAGE, "秀溪村"))
    leader = make_user(Post.LEADER, area="441802")
    for text in (one.number, "秀溪", "xxc", one.code, one.code_grouped.lower()):
        assert found(leader, text) == [one.number], text
    assert found(leader, "大围") == []


def test_certificates_of_others_are_not_found(make_area, make_user):
    one = make_certificate(make_area(VILLAGE, "秀溪村"))
    assert found(make_user(Post.CLERK, area="441802103"), one.code) == [one.number]
    for user in (make_user(Post.CLERK, area="441802104"), make_user(Post.OPERATOR)):
        assert found(user, one.code) == [] and found(user, "秀溪") == []
