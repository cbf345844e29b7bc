"""While a writer holds the lock, who only reads does not wait: SQLite has one lock for all writers, PostgreSQL one a row."""

import threading

import pytest
from django.db import connection, transaction
from django.urls import reverse

from acceptance.judging import judging
from accounts.posts import Post
from areas.models import Area
from returns.models import Return
from tests.scenes import TOWN, build_district

PAGES = (
    reverse("home"),
    reverse("progress"),
    reverse("townships"),
    reverse("situation", args=[TOWN]),
    reverse("returns:rounds"),
    reverse("areas:areas"),
    reverse("acceptance:verdict", args=["2018Q2", TOWN]),
    reverse("findings:index"),
)


@pytest.mark.django_db(transaction=True)
def test_pages_are_read_while_a_writer_holds_the_lock(client, make_area, make_user, worker_asleep):
    build_district(make_area)
    judging.ensure_current("441802")
    client.force_login(make_user(Post.BUREAU_HEAD))
    client.get(PAGES[0])  # That the session is in use is written now, and again in two minutes.
    is_held, is_read = threading.Event(), threading.Event()
    said: list[bool] = []

    def write() -> None:
        try:
            with transaction.atomic():
                Area.objects.update(name="改名中")
                Return.objects.update(version=9)
                is_held.set()
                said.append(is_read.wait(15))  # Sooner than SQLite gives a waiting one up.
        finally:
            connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    assert is_held.wait(60)
    answers = [client.get(page) for page in PAGES]
    is_read.set()
    writer.join()

    assert [(page, answer.status_code) for page, answer in zip(PAGES, answers, strict=True)] == [
        (page, 200) for page in PAGES
    ]
    assert said == [True], "The pages waited for the writer."
    assert not any("改名中" in answer.content.decode() for answer in answers)
