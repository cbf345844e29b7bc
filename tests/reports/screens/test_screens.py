"""The big screen: what its address shows, that it opens nothing else, and how it is taken back."""

from datetime import date, timedelta
from urllib.parse import unquote

import pytest
from django.core.signing import Signer
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from accounts.posts import Post
from areas import changes
from areas.models import Area
from reports.screens import actions
from reports.screens.drawing import HEIGHT, WIDTH, Projection
from reports.screens.models import SEEN_EVERY, Screen
from tests.returns.entry.test_races import at_once
from tests.scenes import build_district

pytestmark = pytest.mark.django_db


@pytest.fixture
def screen(make_area, make_user, monkeypatch) -> Screen:
    monkeypatch.setattr("reports.screens.views.today", lambda: date(2018, 7, 10))
    build_district(make_area)
    head = make_user(Post.BUREAU_HEAD, area="441802")
    return actions.give(name="一楼大厅", area=Area.objects.get(pk="441802"), seen=0, by=head)


def look(screen: Screen, name: str = "screen", **headers):
    return Client(headers=headers).get(reverse(f"screens:{name}", args=[screen.token]))


def test_screen_shows_the_district_to_whoever_holds_its_address(screen):
    shown = look(screen).content.decode()
    assert "2018年9月30日" in shown and "还有 <strong>82</strong> 天" in shown
    assert "源潭镇" in shown and "凤城街道" in shown
    assert "2018年第二季度末，按已审核季报和台账评定" in shown


def test_screen_and_its_figures_say_the_portals_moment(screen, settings):
    settings.PORTAL_TODAY = date(2018, 7, 10)
    assert "数字取于 <time data-fetched>2018年7月10日 " in look(screen).content.decode()
    first = look(screen, "figures")
    again = look(screen, "figures", if_none_match=first.headers["ETag"])
    assert again.status_code == 304
    assert all(unquote(each.headers["X-Moment"]).startswith("2018年7月10日 ") for each in (first, again))


def test_screen_opens_nothing_else(screen):
    client = Client()
    client.get(reverse("screens:screen", args=[screen.token]))
    assert not client.cookies
    assert client.get(reverse("progress")).status_code == 302
    answer = look(screen)
    assert answer.headers["Cache-Control"] == "no-store" and answer.headers["Referrer-Policy"] == "no-referrer"


def test_figures_answer_304_until_facts_change(screen):
    first = look(screen, "figures")
    tag = first.headers["ETag"]
    assert first.status_code == 200 and "<!doctype" not in first.content.decode()
    assert look(screen, "figures", if_none_match=tag).status_code == 304
    Area.objects.filter(pk="441802103").update(name="源潭新镇")

    changes.note("441802")
    again = look(screen, "figures", if_none_match=tag)
    assert again.status_code == 200 and "源潭新镇" in again.content.decode()


def test_figures_cost_the_same_queries(screen, django_assert_num_queries):
    look(screen, "figures")
    with django_assert_num_queries(4):
        look(screen, "figures")


@pytest.mark.parametrize("token", ["1", "1:wrong", "x:y", "1:", "%00"])
def test_screen_with_a_token_never_given(screen, token):
    assert Client().get(f"/screen/{token}/").status_code == 404


def test_screen_with_another_salt(screen):
    assert Client().get(f"/screen/{Signer(salt='other').sign(screen.pk)}/").status_code == 404


def test_screen_withdrawn_shows_nothing_and_says_so(screen, make_user):
    client = Client()
    client.force_login(make_user(Post.REVIEWER, area="441802"))
    assert client.post(reverse("screens:withdraw", args=[screen.pk])).status_code == 302
    for name in ("screen", "figures"):
        answer = look(screen, name)
        assert answer.status_code == 404 and "授权已收回" in answer.content.decode()
        assert "源潭镇" not in answer.content.decode()
    assert not actions.withdraw(screen, by=make_user(Post.BUREAU_HEAD, area="441802"))
    assert list(AuditEntry.objects.filter(action="screen.withdraw").values_list("subject_name", flat=True)) == [
        "一楼大厅"
    ]


def test_screen_of_another_district_is_not_there(screen, make_user):
    client = Client()
    client.force_login(make_user(Post.BUREAU_HEAD, area="441803"))
    assert client.post(reverse("screens:withdraw", args=[screen.pk])).status_code == 404
    assert screen.token not in client.get(reverse("screens:index")).content.decode()


def test_screen_is_given_with_the_place_where_it_stands(screen, make_user):
    client = Client()
    client.force_login(make_user(Post.BUREAU_HEAD, area="441802"))
    refused = client.post(reverse("screens:index"), {"name": "  "})
    assert "请填写摆放地点" in refused.content.decode() and Screen.objects.count() == 1
    client.post(reverse("screens:index"), {"name": "会议室"})
    assert (
        reverse("screens:screen", args=[Screen.objects.get(name="会议室").token])
        in client.get(reverse("screens:index")).content.decode()
    )


def test_form_sent_twice_gives_one_screen(screen, make_user):
    client = Client()
    client.force_login(make_user(Post.BUREAU_HEAD, area="441802"))
    form = {"name": "会议室", "seen": client.get(reverse("screens:index")).context["seen"]}
    assert form["seen"] == screen.pk
    for _ in range(2):
        client.post(reverse("screens:index"), form)
    assert Screen.objects.filter(name="会议室").count() == 1
    form["seen"] = client.get(reverse("screens:index")).context["seen"]
    client.post(reverse("screens:index"), form)
    assert Screen.objects.filter(name="会议室").count() == 2


@pytest.mark.django_db(transaction=True)
def test_forms_sent_at_once_give_one_screen(screen):
    results = at_once(
        *[lambda: actions.give(name="会议室", area=screen.area, seen=screen.pk, by=screen.created_by)] * 5
    )
    assert {result.pk for result in results} == {Screen.objects.get(name="会议室").pk}, results


def test_screen_is_online_while_it_asks(screen):
    now = timezone.now()
    assert not screen.is_online(now)
    look(screen)
    screen.refresh_from_db()
    assert screen.is_online(now) and not screen.is_online(now + 3 * SEEN_EVERY)


def test_screen_is_withdrawn_by_somebody(screen):
    with pytest.raises(IntegrityError), transaction.atomic():
        Screen.objects.filter(pk=screen.pk).update(withdrawn_at=timezone.now() + timedelta(1))


@pytest.mark.parametrize("spots", [[(113.0, 23.7)], [(113.0, 23.7), (113.2, 23.7)], [(112.9, 23.4), (113.3, 23.9)]])
def test_projection_keeps_everything_in_the_drawing(spots):
    place = Projection(spots)
    for x, y in (place(*spot) for spot in spots):
        assert 0 < x < WIDTH and 0 < y < HEIGHT


def test_projection_puts_north_above_and_west_to_the_left():
    place = Projection([(113.0, 23.5), (113.2, 23.9)])
    (west, south), (east, north) = place(113.0, 23.5), place(113.2, 23.9)
    assert west < east and north < south


def test_first_quarter_has_nothing_to_be_compared_with(screen, monkeypatch):
    monkeypatch.setattr("reports.screens.views.today", lambda: date(2017, 4, 10))
    shown = look(screen).content.decode()
    assert "没有更早的季度可供对照" in shown and "没有状态发生变化的任务" not in shown


def test_screen_says_the_conclusion_and_what_is_open(screen):
    shown = look(screen).content.decode()
    said = shown[shown.index('class="sentences"') :]
    conclusion = said[: said.index("</div>")]
    assert "2 个街镇中 0 个达标，1 个待定。" in conclusion and "凤城街道待定，因 1 个点位缺坐标" in conclusion
    assert "已到期未达到的任务和差距" in shown and "2017年12月31日到期；" in shown
    assert "有接入能力点位" in shown


def test_map_of_the_screen_goes_through_the_quarters_that_have_ended(screen):
    shown = look(screen).content.decode()
    assert 'data-quarters="2017年第一季度末|' in shown and "2018年第二季度末|&quot;" not in shown
    assert 'data-tones="' in shown and shown.count('class="ground"') == 3
    assert "2018年第三季度末" not in shown


@pytest.mark.parametrize(
    ("asked", "scene", "after"),
    [("", "answer", "map"), ("?scene=open", "open", "answer"), ("?scene=x", "answer", "map")],
)
def test_screen_without_scripts_shows_the_next_scene_each_minute(screen, asked, scene, after):
    shown = Client().get(reverse("screens:screen", args=[screen.token]) + asked).content.decode()
    assert f'<main class="shows-{scene}"' in shown
    assert f'content="60; url=?scene={after}"' in shown
