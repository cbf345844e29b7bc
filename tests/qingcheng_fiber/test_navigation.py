"""The main menu, post by post."""

import pytest
from django.urls import reverse

from accounts.posts import Post
from qingcheng_fiber.navigation import BARS, GROUPS, LONGEST_BAR, navigation

LABELS = [entry.label for _, entries in GROUPS for entry in entries]


def labels(found) -> list[str]:
    return [link.label for link in found.bar] + [link.label for _, links in found.more for link in links]


def test_tables_name_each_entry_once_and_each_post():
    assert len(set(LABELS)) == len(LABELS)
    assert BARS.keys() == set(Post)
    assert all(set(bar) <= set(LABELS) and len(set(bar)) == len(bar) for bar in BARS.values())


@pytest.mark.parametrize("post", Post)
def test_bar_has_what_the_post_does_first_and_nothing_is_lost(post, make_user):
    user = make_user(post)
    found = navigation(user, "/")

    assert len(found.bar) <= LONGEST_BAR
    assert [link.label for link in found.bar] == [each for each in BARS[post] if each in labels(found)][:LONGEST_BAR]
    assert len(set(labels(found))) == len(labels(found))
    for _, entries in GROUPS:
        for entry in entries:
            may = entry.power is None or user.may(entry.power)
            assert (entry.label in labels(found)) is may or entry.address == "inbox:index"


@pytest.mark.parametrize("post", Post)
def test_every_entry_leads_where_the_post_may_go(post, make_user, client):
    client.force_login(make_user(post))
    found = navigation(make_user(post), "/")

    urls = [link.url for link in found.bar] + [link.url for _, links in found.more for link in links]
    assert {url: client.get(url).status_code for url in urls} == dict.fromkeys(urls, 200)


@pytest.mark.parametrize(
    ("path", "label", "mark"),
    [
        ("/", "首页", "page"),
        (reverse("areas:areas"), "台账", "page"),
        (reverse("areas:site", args=["S-1"]), "点位", "true"),
        (reverse("certificates:register"), "证书", "page"),
        ("/returns/rounds/2019Q1/", "填报期", "true"),
    ],
)
def test_nearest_entry_is_current(path, label, mark, make_user):
    found = navigation(make_user(Post.REVIEWER), path)

    links = [*found.bar, *(link for _, group in found.more for link in group)]
    assert [(link.label, link.current) for link in links if link.current] == [(label, mark)]
    assert found.is_current_in_more is (label not in BARS[Post.REVIEWER][: LONGEST_BAR + 1])


def test_account_without_a_post_has_its_home_only(make_user):
    user = make_user(Post.CLERK)
    user.post = ""

    assert {link.label for link in navigation(user, "/").bar} <= {"首页", "待办"} and navigation(user, "/").more == ()
