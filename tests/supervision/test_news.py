"""What changed since one last looked: lights that turned, bounds crossed, matters; one sitting sees the same; the digest says it too."""

from datetime import date, datetime

import pytest
from django.core import mail
from django.utils import timezone

from accounts.posts import Post
from inbox import digest
from inbox.models import OpenedItem
from supervision import news
from tests.scenes import STREET, TOWN
from tests.supervision.conftest import reach_all


def at(day: int, hour: int = 9, minute: int = 0) -> datetime:
    return timezone.make_aware(datetime(2018, 7, day, hour, minute))


def looked(user, now: datetime) -> news.News | None:
    """What the first page says to a person who opens it now."""
    return news.news(user, now, dict(OpenedItem.objects.filter(user=user).values_list("key", "version")))


def marked(since: datetime | None, last: datetime) -> None:
    """Everybody looked last at that moment."""
    said = " ".join(each.isoformat() if each else "" for each in (since, last))
    OpenedItem.objects.filter(key=news.LOOKED).update(version=said)


@pytest.fixture
def turned(settings, leader):
    """The leader looked on the 11th; on the 12th every site of the town became capable."""
    assert looked(leader, at(11)) is None
    settings.PORTAL_TODAY = date(2018, 7, 12)
    reach_all()
    return leader


def keys(found) -> set[tuple[str, str]]:
    return {(light.key, light.area.pk) for light in found.lights}


def test_lights_that_turned_are_told_with_what_they_were(turned, make_user):
    found = looked(turned, at(13))

    assert ("T12", TOWN) in keys(found) and not any(area == STREET for _, area in keys(found))
    light = next(light for light in found.lights if light.key == "T12")
    assert (light.before.text, light.now.text) == ("未到期", "已达到")
    assert light.url.startswith("/figures/T12/") and found.since == at(11)


def test_sitting_sees_the_same_and_the_next_one_nothing(turned, client):
    first, second = looked(turned, at(13)), looked(turned, at(13, 9, 50))
    third = looked(turned, at(13, 10, 45))
    later = looked(turned, at(13, 12))

    assert first.lights and keys(first) == keys(second) == keys(third)
    assert later.is_empty and later.since == at(13, 10, 45)


def test_look_is_written_at_most_every_five_minutes(turned):
    looked(turned, at(13))
    before = OpenedItem.objects.get(user=turned).version
    looked(turned, at(13, 9, 4))

    assert OpenedItem.objects.get(user=turned).version == before


def test_end_of_a_quarter_is_a_change_of_its_own(leader, settings):
    """Nothing was judged in between; the third quarter, of which no return is there, is seen from October on."""
    assert looked(leader, at(11)) is None
    settings.PORTAL_TODAY = date(2018, 10, 8)
    found = news.turned(leader, at(11), date(2018, 10, 8))

    assert found and {light.now.text for light in found} != {light.before.text for light in found}


def test_where_nothing_was_judged_nothing_is_asked(turned, django_assert_num_queries):
    news.turned(turned, at(13), date(2018, 7, 13))
    with django_assert_num_queries(1):
        assert news.turned(turned, at(13), date(2018, 7, 13)) == []


def test_first_pages_say_it_quietly(client, leader, clerk, write, settings):
    for user in (leader, clerk):
        client.force_login(user)
        assert "上次查看" not in client.get("/").content.decode()
    marked(None, at(9))
    for user in (leader, clerk):
        client.force_login(user)
        client.get("/")
    settings.PORTAL_TODAY = date(2018, 7, 12)
    client.force_login(leader)
    assert "以来没有变化" in client.get("/").content.decode()
    marked(None, at(11))
    matter = write(leader, clerk)
    reach_all()
    for user, sees in ((leader, False), (clerk, True)):
        client.force_login(user)
        page = client.get("/").content.decode()
        assert "上次查看以来（2018年7月11日 09:00）" in page and "T12" in page
        assert (matter.get_absolute_url() in page.split('id="since"')[1].split("</section>")[0]) == sees


def test_operator_and_auditor_are_told_no_lights(turned, make_user):
    for post in (Post.OPERATOR, Post.AUDITOR):
        assert news.turned(make_user(post), at(11), date(2018, 7, 13)) == []


def test_digest_says_what_turned_since_the_last_one(turned, settings):
    settings.EMAIL_HOST, turned.email = "mail.example.cn", "leader@example.cn"
    turned.save()
    for day in (13, 14, 15):
        settings.PORTAL_TODAY = date(2018, 7, day)
        digest.send_all()

    [message] = mail.outbox
    assert message.subject.startswith("【进度变化】") and "源潭镇 T12" in message.body
    assert "未到期 → 已达到" in message.body
