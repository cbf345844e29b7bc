"""The register of a body's numbers on its page: kept and voided there by whoever keeps the office."""

import pytest
from django.urls import reverse

from accounts.posts import Post
from papers.models import NumberBlock, VoidNumber
from tests.inspection.conftest import day, district

__all__ = ["day", "district"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in(district, make_user, client):
    client.force_login(make_user(Post.BUREAU_HEAD))
    return client


def test_numbers_are_kept_and_voided_on_the_page(signed_in):
    year = {"year": 2018}
    kept = {"kept_code": "清区经信", "count": "2", "purpose": "区局其他公文"} | year
    void = {"void_code": "清区经信", "serial": "2", "reason": "稿纸打错"} | year
    assert signed_in.post(reverse("papers:keep_numbers"), kept).status_code == 302
    assert signed_in.post(reverse("papers:void_number"), void).status_code == 302

    page = signed_in.get(reverse("papers:numbers"), year).text
    for said in ("区局其他公文", "稿纸打错", "下一号：清区经信〔2018〕3号"):
        assert said in page
    assert (NumberBlock.objects.get().last, VoidNumber.objects.get().serial) == (2, 2)


def test_refusal_says_which_number_is_next(signed_in):
    answer = signed_in.post(
        reverse("papers:void_number"), {"void_code": "清区经信", "serial": "9", "reason": "跳号", "year": 2018}
    )
    assert answer.status_code == 422 and "下一号为 1 号" in answer.text
