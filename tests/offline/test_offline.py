"""The session and the secret that devices ask for, and what has arrived from them."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.posts import Post
from offline.models import Delivery, OfflineSecret

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(client, make_user):
    user = make_user(Post.CLERK, name="陈经办")
    client.force_login(user)
    return user


def test_session_says_whose_it_is_and_is_kept_nowhere(client, clerk):
    answer = client.get(reverse("offline:session"))

    assert answer.json()["account"] == clerk.pk
    assert (answer.json()["name"], answer.json()["scope"]) == ("陈经办", clerk.area_id)
    assert "no-store" in answer["Cache-Control"]


def test_secret_is_the_same_each_time_and_another_for_each_account(client, clerk, make_user):
    def told() -> str:
        answer = client.post(reverse("offline:key"))
        assert "no-store" in answer["Cache-Control"]
        return answer.json()["secret"]

    mine = told()
    assert (told(), len(mine)) == (mine, 64)
    client.force_login(make_user(Post.CLERK, username="another"))
    assert told() != mine
    assert OfflineSecret.objects.count() == 2


def test_secret_is_asked_for_by_a_form_only(client, clerk):
    assert client.get(reverse("offline:key")).status_code == 405


def test_delivery_is_one_for_each_account_and_number(clerk):
    number = "0" * 32
    Delivery.objects.create(by=clerk, number=number, kind="visit")
    with pytest.raises(IntegrityError), transaction.atomic():
        Delivery.objects.create(by=clerk, number=number, kind="visit")
