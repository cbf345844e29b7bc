"""The clerk's journey, the map and the big screen in the oldest kernels that offices still use."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from acceptance.judging import judging
from accounts.posts import Post
from areas.models import Area
from field.models import Visit
from reports.screens import actions
from returns.models import ReturnState
from tests.browser import old_kernels
from tests.browser.conftest import REQUIRED
from tests.browser.entry_scene import BEFORE, TOWN, a_little_more, block, stored, town
from tests.browser.old_kernels import OldKernel
from tests.field.walk import build_walk
from tests.scenes import build_district

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.old_kernels]
PASSWORD = "清城全光网-2019"


@pytest.fixture(params=old_kernels.PACKED)
def open_old(request, served) -> Iterator[Callable[..., OldKernel]]:
    """``open_old(width, height)``: a page of the kernel. A fault of its scripts fails the test."""
    reason = old_kernels.missing(request.param)
    if reason:
        pytest.fail(reason) if REQUIRED else pytest.skip(reason)
    begun: list[OldKernel] = []

    def begin(width: int = 1440, height: int = 900) -> OldKernel:
        begun.append(OldKernel(request.param, width, height))
        return begun[-1]

    yield begin
    for kernel in begun:
        kernel.close()
    assert not [fault for kernel in begun for fault in kernel.faults]


def test_old_kernel_goes_the_clerks_way(open_old, served, make_area, make_user, settings):
    place = town(make_area, make_user, settings, before=BEFORE)
    place.clerk.set_password(PASSWORD)
    place.clerk.save()
    page = open_old()
    page.goto(f"{served}/returns/{place.quarterly_return.pk}/")
    page.click("#id_username")
    page.type(place.clerk.username)
    page.click("#id_password")
    page.type(PASSWORD)
    page.follow(".login-form button[type=submit]")
    page.click(f"#f-{TOWN}201-households")
    page.type("１,200")
    page.press("Enter", 13)
    page.until(f"document.activeElement.id === 'f-{TOWN}202-households'")
    page.until("document.querySelector('[data-standing]').textContent.includes('全部已保存')")
    assert stored(place.quarterly_return)[0][0] == 1200
    page.click(f"#f-{TOWN}201-households")
    page.paste(block(3, a_little_more))
    page.until("document.querySelector('[data-said]').textContent.includes('已粘贴 15 格')")
    page.until("document.querySelector('[data-standing]').textContent.includes('全部已保存')")
    page.follow("button[name=check]")
    assert stored(place.quarterly_return) == [a_little_more(number) for number in range(1, 4)]
    page.follow("main form button.btn-primary")
    page.until("document.querySelector('.receipt').textContent.includes('已提请负责人签发')")
    place.quarterly_return.refresh_from_db()
    assert place.quarterly_return.state == ReturnState.SIGNING


def test_old_kernel_walks_to_a_village(open_old, served, make_area, make_user):
    build_walk(make_area)
    clerk = make_user(Post.CLERK, area=TOWN)
    clerk.set_password(PASSWORD)
    clerk.save()
    page = open_old(360, 640)
    page.goto(f"{served}/field/")
    page.click("#id_username")
    page.type(clerk.username)
    page.click("#id_password")
    page.type(PASSWORD)
    page.follow(".login-form button[type=submit]")
    page.until("document.querySelector('[data-standing]').textContent.includes('5 处已存在本机')")
    page.click("[data-things] a[href*=areas]")
    page.until("!document.querySelector('[data-view=visit]').hidden")
    page.click("[data-visit] [name=found][value=here]")
    page.click("[data-visit] [name=note]")
    page.type("看过了")
    page.click("[data-visit] button[type=submit]")
    page.until("document.querySelector('[data-notice]').textContent.includes('已存在本机')")
    page.until("document.querySelector('[data-things]').textContent.includes('已发送')")
    assert Visit.objects.get().note == "看过了"


@pytest.fixture
def district(make_area, monkeypatch) -> None:
    for module in ("reports.map_views", "acceptance.verdicts.views", "reports.screens.views"):
        monkeypatch.setattr(f"{module}.today", lambda: date(2018, 7, 10))
    build_district(make_area)
    judging.ensure_current("441802")


def test_old_kernel_draws_the_map_beside_its_legend(open_old, served, district, make_user):
    client = Client()
    client.force_login(make_user(Post.LEADER))
    name = settings.SESSION_COOKIE_NAME
    page = open_old()
    page.ask("Network.setCookie", name=name, value=client.cookies[name].value, url=served)
    page.goto(f"{served}/map/")
    page.until("document.querySelector('#map').dataset.ready")
    side = "document.querySelector('.map-aside').getBoundingClientRect()"
    place = "document.querySelector('#map').getBoundingClientRect()"
    assert page.run(f"[{side}.left > {place}.right, {side}.top === {place}.top, {side}.right < 1440]") == [True] * 3
    assert page.run("document.querySelectorAll('.map-legend input').length") > 3
    assert page.run("document.querySelectorAll('.leaflet-surface-pane canvas').length") == 1
    assert page.run("document.querySelectorAll('.leaflet-overlay-pane canvas').length") == 1


def test_old_kernel_fills_the_big_screen(open_old, served, district, make_user):
    head = make_user(Post.BUREAU_HEAD, area="441802")
    screen = actions.give(name="大厅", area=Area.objects.get(pk="441802"), seen=0, by=head)
    page = open_old(1920, 1080)
    page.goto(served + reverse("screens:screen", args=[screen.token]))
    ends = page.run(
        "[...document.querySelectorAll('.board .panel')].filter(each => each.offsetHeight)"
        ".map(each => each.getBoundingClientRect().bottom)"
    )
    board = page.run("document.querySelector('.board').getBoundingClientRect().bottom")
    rem = page.run("parseFloat(getComputedStyle(document.documentElement).fontSize)")
    assert ends == pytest.approx([board - 0.75 * rem] * 2, abs=1)
    assert page.run("document.documentElement.scrollHeight") == 1080
