"""The auditor's first page: each number is that of the list to which it leads."""

import re
from html import unescape

import pytest

from accounts import unusual
from accounts.audit import FAILED, record
from accounts.models import Anomaly
from accounts.posts import Post
from accounts.wording import ACTIONS

LINK = re.compile(r'<dt>([^<]*(?:<span.*?</span>)?[^<]*)</dt>\s*<dd><a href="([^"]+)">(\d+)</a>', re.S)


@pytest.mark.any_database
def test_every_action_that_is_watched_has_its_word():
    assert {*unusual.DECISIONS, *unusual.VERIFYING} <= ACTIONS.keys()


@pytest.mark.django_db
def test_numbers_of_the_first_page_are_those_of_their_lists(client, make_user):
    auditor = make_user(Post.AUDITOR)
    record(action="witness.verify", by="（后台任务）", result=FAILED)
    for _ in range(3):
        record(action="hands.loosen", by=auditor)
    record(action="session.login", by=auditor)
    Anomaly.objects.create(rule="night_login", day="2018-07-01", who="li", figure=2, threshold=1, query="who=li")
    client.force_login(auditor)

    found = {unescape(url): int(number) for _, url, number in LINK.findall(client.get("/").content.decode())}

    assert sorted(found.values()) == [0, 0, 0, 1, 1, 3]
    for url, number in found.items():
        context = client.get(url).context
        listed = context["rows"] if "rules" in context else context["stretch"].entries
        assert len(list(listed)) == number, url


@pytest.mark.django_db
def test_other_administrators_are_told_nothing_odd(client, make_user):
    client.force_login(make_user(Post.SYSTEM_ADMIN))
    assert client.get("/").context["odd"] is None
