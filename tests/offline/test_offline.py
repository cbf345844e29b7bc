"""The worker, what stands for a page without a network, the session and the secret."""

from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.posts import Post
from offline import pages
from offline.models import Delivery, OfflineSecret

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(client, make_user):
    user = make_user(Post.CLERK, name="陈经办")
    client.force_login(user)
    return user


def test_worker_is_the_same_for_everybody_and_works_for_the_whole_portal(client, make_user):
    stranger = client.get("/worker.js")
    client.force_login(make_user(Post.CLERK))
    mine = client.get("/worker.js")

    assert stranger.content == mine.content
    assert (mine["Service-Worker-Allowed"], mine["Cache-Control"]) == ("/", "no-cache")
    assert mine["Content-Type"].startswith("text/javascript")
    assert "script-src 'self'" in mine["Content-Security-Policy"]


def test_worker_names_every_module_that_the_page_imports(client):
    content = client.get("/worker.js").content.decode()

    assert [
        name for name in ("field.js", "offline-store.js", "portal.js", "field.css") if f"/{name}" not in content
    ] == []
    assert '"/field/": "/offline/shell/field/"' in content


def test_version_changes_with_what_is_kept(monkeypatch):
    before = pages.version("text")
    page = replace(pages.declared()["field"], template="qingcheng_fiber/403.html", context=lambda: {"reason": ""})
    monkeypatch.setattr(pages, "declared", lambda: {"field": page})

    assert pages.version("text") not in (before, pages.version("other"))


def test_shell_is_of_nobody(client, clerk):
    content = client.get(reverse("offline:shell", args=["field"])).content.decode()

    assert "陈经办" not in content and "csrf" not in content and "data-account" not in content


def test_shell_of_an_unknown_page_is_not_there(client):
    assert client.get(reverse("offline:shell", args=["nothing"])).status_code == 404


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
