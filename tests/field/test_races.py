"""The same visit from a phone that tries again while the first try is still being answered."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.posts import Post
from field.models import Visit
from offline.models import Delivery
from proposals.models import Proposal
from tests.field.walk import TOWN, build_walk, entry
from tests.returns.entry.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_four_tries_at_once_make_one_visit(make_area, make_user):
    build_walk(make_area)
    user, posted = make_user(Post.CLERK, area=TOWN), entry(households="35")

    def send():
        client = Client()
        client.force_login(user)
        return client.post(reverse("field:visits"), posted).json()

    answers = at_once(send, send, send, send)

    assert answers == [answers[0]] * 4 and answers[0]["fate"] == "proposed"
    assert (Visit.objects.count(), Delivery.objects.count(), Proposal.objects.count()) == (1, 1, 1)
