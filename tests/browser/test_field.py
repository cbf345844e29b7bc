"""The village walk on a phone: without a network, with a browser that is killed, and what the next user finds."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from accounts.posts import Post
from areas.models import Area, Site
from common import clock
from field.models import Visit
from offline.models import Delivery
from tests.browser.hands import until
from tests.evidence.files import photo
from tests.field.walk import LEAF, TOWN, build_walk

pytestmark = pytest.mark.django_db(transaction=True)

PHONE = {"width": 360, "height": 640}
SITES = 60
STOP = "立新围"
"""A name that nobody but the visitor has typed."""


@pytest.fixture
def clerk(make_area, make_user):
    build_walk(make_area)
    return make_user(Post.CLERK, area=TOWN, name="陈经办", username="chen")


@pytest.fixture
def phone(open_page, signed_in, clerk):
    """The page at 360 px in the hands of the clerk, who stands at the first site."""
    page = open_page(viewport=PHONE, geolocation=at(0), permissions=["geolocation"], has_touch=True, is_mobile=True)
    opened(signed_in(page, clerk))
    return page


def at(number: int, accuracy: float = 8) -> dict:
    """Ten metres from the site of this number."""
    return {"longitude": 113.05, "latitude": 23.7001 + number / 100, "accuracy": accuracy}


def opened(page: Page, address: str = "/field/") -> None:
    page.goto(address)
    standing(page, "已存在本机")


def ready(page: Page) -> None:
    """The worker has all that it needs."""
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")


def standing(page: Page, text: str) -> None:
    expect(page.locator("[data-standing]")).to_contain_text(text)


def choose(page: Page, name: str) -> None:
    page.locator(f"[data-things] a:has-text('{name}')").first.click()
    expect(page.locator("[data-title]")).to_contain_text(name)


def save(page: Page, name: str, **fields: str) -> None:
    """Say that it is there, and what was found; on the way back the page says that it is kept."""
    page.get_by_label("存在", exact=True).check()
    for label, text in fields.items():
        page.locator(f"[data-visit] [name={label}]").fill(text)
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator("[data-notice]")).to_contain_text(f"“{name}”已存在本机")


def states(page: Page) -> list[str]:
    return page.locator("[data-entries] .badge-state").all_inner_texts()


# ------------------------------------------------ one visit


@pytest.mark.journey
def test_visit_with_position_and_photo_under_one_thumb(phone, axe, shot):
    phone.get_by_role("button", name="按距离排列").click()
    expect(phone.locator("[data-notice]")).to_contain_text("已按距离排列，误差约 8 米")
    expect(phone.locator("[data-things] li").nth(0)).to_contain_text("10 米")
    axe(phone)
    shot(phone, "field-list")
    choose(phone, "聚居点0")
    phone.get_by_role("button", name="取当前位置作为坐标").click()
    expect(phone.locator("[data-located]")).to_contain_text("误差约 8 米，距台账位置 10 米")
    taken = {"name": "现场.jpg", "mimeType": "image/jpeg", "buffer": photo(2400, 1800)}
    phone.locator("#field-photo").set_input_files(taken)
    expect(phone.locator("[data-photo-said]")).to_contain_text("照片已存在本机，误差约 8 米")
    axe(phone)
    shot(phone, "field-visit")
    save(phone, "聚居点0", note="在祠堂旁")
    expect(phone.locator("[data-standing]")).not_to_contain_text("未发送")

    visit = Visit.objects.get()
    kept = visit.photos.get()
    assert (visit.found, visit.note, visit.proposal.items.get().values["lat"]) == (
        "here",
        "在祠堂旁",
        ["23.7", "23.7001"],
    )
    assert (round(kept.taken_lat, 4), kept.accuracy_m, kept.taken_at is not None) == (23.7001, 8, True)
    phone.goto("/field/#outbox")
    expect(phone.locator("[data-entries]")).to_contain_text("待区经信局审定")
    axe(phone)
    shot(phone, "field-outbox")


def test_whatever_is_pressed_is_large_enough_and_the_main_action_lies_low(phone):
    choose(phone, "大围0")
    small = """() => Array.from(document.querySelectorAll("[data-field-app] button, [data-field-app] a, [data-field-app] summary, "
        + "[data-field-app] input:not([type=hidden]):not([type=file]):not([type=radio]), [data-field-app] label:has(> input)"))
        .filter(each => each.offsetParent && each.getBoundingClientRect().height < 44).map(each => each.outerHTML)"""
    assert phone.evaluate(small) == []
    place = phone.get_by_role("button", name="保存", exact=True).bounding_box()
    assert place["y"] + place["height"] > PHONE["height"] - 24 and place["width"] > 150
    phone.goto("/field/#list")
    expect(phone.locator("[data-view=list]")).to_be_visible()
    assert phone.evaluate(small) == []


def test_position_that_is_too_vague_is_no_coordinate(phone):
    phone.context.set_geolocation(at(0, accuracy=80))
    choose(phone, "聚居点0")
    phone.get_by_role("button", name="取当前位置作为坐标").click()
    expect(phone.locator("[data-located]")).to_contain_text("误差约 80 米，大于 50 米，不能作为坐标")
    expect(phone.locator("[data-visit] [name=lon]")).to_have_value("")


def test_what_is_missing_is_said_on_the_spot(phone):
    choose(phone, "大围0")
    phone.get_by_role("button", name="保存", exact=True).click()
    expect(phone.locator("[data-problems]")).to_contain_text("请选择现场情况")
    phone.get_by_label("已不存在").check()
    phone.get_by_role("button", name="保存", exact=True).click()
    expect(phone.locator("[data-problems]")).to_contain_text("请选择不存在的原因")
    expect(phone.locator("[data-problems]")).to_contain_text("请在说明中写明情况")
    expect(phone.locator("[data-problems]")).to_contain_text("请拍摄现场照片")


def test_saved_twice_in_a_hurry_is_saved_once(phone):
    choose(phone, "大围0")
    phone.get_by_label("存在", exact=True).check()
    phone.get_by_role("button", name="保存", exact=True).dblclick()
    expect(phone.locator("[data-notice]")).to_contain_text("“大围0”已存在本机")
    until(phone, Visit.objects.exists, "it has arrived")
    phone.goto("/field/#outbox")
    expect(phone.locator("[data-entries] .badge-state")).to_have_text("已发送")
    assert Visit.objects.count() == 1


def test_second_tap_does_not_cover_what_was_said(phone):
    """As soon as the list stands there, its first button lies under the thumb that pressed 保存."""
    choose(phone, "大围0")
    phone.get_by_label("存在", exact=True).check()
    phone.evaluate("""() => {
        const list = document.querySelector("[data-view=list]");
        new MutationObserver((_, watch) => {
            if (list.hidden) return;
            watch.disconnect();
            document.querySelector("[data-near]").click();
            document.body.dataset.tapped = "yes";
        }).observe(list, { attributes: true });
    }""")
    phone.get_by_role("button", name="保存", exact=True).click()
    phone.locator("body[data-tapped]").wait_for()
    expect(phone.locator("[data-notice]")).to_have_text("“大围0”已存在本机。已按距离排列，误差约 8 米。")


def test_things_are_found_by_initials(phone):
    phone.get_by_label("按名称或拼音首字母查找").fill("xqsc")
    expect(phone.locator("[data-things] li")).to_have_count(1)
    expect(phone.locator("[data-things]")).to_contain_text("秀溪市场")
    expect(phone.locator("[data-things]")).to_contain_text("台账中没有坐标")


def test_file_that_is_no_photo_is_not_kept(phone):
    choose(phone, "大围0")
    phone.locator("#field-photo").set_input_files({"name": "表.jpg", "mimeType": "image/jpeg", "buffer": b"no picture"})
    expect(phone.locator("[data-photo-said]")).to_contain_text("“表.jpg”不是照片，未保存")


# ------------------------------------------------ conflicts and refusals


@pytest.mark.parametrize(("choice", "households"), [("按我报的", ["32", "35"]), ("采用台账", None)])
def test_conflict_shows_both_values_and_is_chosen(choice, households, phone, axe):
    Area.objects.filter(code=LEAF).update(permanent_households=32)
    choose(phone, "大围0")
    save(phone, "大围0", households="35")
    standing(phone, "未发送 1 条")
    phone.get_by_role("link", name="待处理 1").click()
    expect(phone.locator("[data-entries]")).to_contain_text("您报的是 35，台账现在是 32")
    axe(phone)
    phone.get_by_role("button", name=choice).click()
    expect(phone.locator("[data-entries] .badge-state")).to_have_text("已发送")
    proposal = Visit.objects.get().proposal
    assert (proposal and proposal.items.get().values["permanent_households"]) == households


def test_refused_entry_holds_up_its_own_thing_only_and_is_corrected(phone):
    phone.route("**/field/visits/", lambda route: route.abort())
    choose(phone, "聚居点0")
    save(phone, "聚居点0", note="先去")
    choose(phone, "聚居点1")
    save(phone, "聚居点1", note="后去")
    Site.objects.filter(site_id="S-0").update(valid_to="2017-01-01")
    phone.unroute("**/field/visits/")
    phone.goto("/field/#outbox")
    phone.get_by_role("button", name="立即发送").click()
    expect(phone.locator("[data-entries]")).to_contain_text("台账中没有该处")
    until(phone, lambda: states(phone) == ["已发送", "被退回"], "the second one was sent, the first one was not")
    Site.objects.filter(site_id="S-0").update(valid_to=None)
    phone.get_by_role("button", name="修改").click()
    expect(phone.locator("[data-visit] [name=note]")).to_have_value("先去")
    save(phone, "聚居点0", note="改好了")
    expect(phone.locator("[data-standing]")).not_to_contain_text("未发送")
    assert list(Visit.objects.order_by("pk").values_list("note", flat=True)) == ["后去", "改好了"]


# ------------------------------------------------ without a network


def test_sixty_sites_without_a_network_and_a_browser_killed_at_every_tenth(
    killable, cable, session_of, clerk, make_area
):
    for number in range(2, SITES):
        code = f"{TOWN}201{201 + number}"
        make_area(code, f"大围{number}")
        Site.objects.create(
            site_id=f"S-{number}", area_id=code, name=f"聚居点{number}", kind="settlement", county=TOWN[:6],
            lon=113.05, lat=23.7 + number / 100, given_lon=113.05, given_lat=23.7 + number / 100,
        )  # fmt: skip
    killable.address = f"http://localhost:{cable.port}"
    page = killable.open(session_of(clerk))
    opened(page, f"{killable.address}/field/")
    ready(page)
    cable.pull()
    for number in range(SITES):
        if number % 10 == 0:
            page = _killed(killable, number)
        page.context.set_geolocation(at(number))
        page.get_by_role("button", name="按距离排列").click()
        first = page.locator("[data-things] a").filter(has_text="10 米").filter(has_text=f"聚居点{number}").first
        first.click()
        expect(page.locator("[data-title]")).to_have_text(f"聚居点{number}")
        save(page, f"聚居点{number}", note=f"{STOP}{number}")
    page = _killed(killable, SITES)
    assert not Visit.objects.exists()
    assert killable.holds(STOP) == []

    cable.plug()
    cable.to_lose += [b"POST /field/visits/"] * 2
    page.goto(f"{killable.address}/field/")
    expect(page.get_by_role("heading", name="登录")).to_be_visible()
    killable.sign_in(session_of(clerk))
    page.goto(f"{killable.address}/field/")
    until(page, lambda: Visit.objects.count() == SITES, "all have arrived")
    standing(page, "已存在本机")
    expect(page.locator("[data-standing]")).not_to_contain_text("未发送", timeout=60_000)
    assert list(Visit.objects.order_by("pk").values_list("key", "note")) == [
        (f"S-{number}", f"{STOP}{number}") for number in range(SITES)
    ]
    assert Delivery.objects.count() == SITES and not cable.to_lose


def _killed(killable, number: int) -> Page:
    """Another browser in the place of the killed one, without a network and without a session; nothing is lost."""
    killable.kill()
    page = killable.open()
    page.set_viewport_size(PHONE)
    page.context.grant_permissions(["geolocation"], origin=killable.address)
    opened(page, f"{killable.address}/field/")
    if number:
        standing(page, f"未发送 {number} 条")
    return page


def test_what_is_typed_and_not_saved_survives_the_kill(killable, cable, session_of, clerk):
    killable.address = f"http://localhost:{cable.port}"
    page = killable.open(session_of(clerk))
    opened(page, f"{killable.address}/field/")
    ready(page)
    cable.pull()
    choose(page, "大围0")
    page.get_by_label("存在", exact=True).check()
    page.locator("[data-visit] [name=note]").fill(f"{STOP}还没写完")
    page.locator("#field-photo").set_input_files({"name": "现场.jpg", "mimeType": "image/jpeg", "buffer": photo()})
    expect(page.locator("[data-photo-said]")).to_contain_text("照片已存在本机")
    expect(page.locator("[data-drafted]")).to_have_text("草稿已存在本机。")
    killable.kill()

    page = killable.open()
    opened(page, f"{killable.address}/field/")
    expect(page.locator("[data-things] li").filter(has_text="草稿")).to_contain_text("大围0")
    choose(page, "大围0")
    expect(page.locator("[data-visit] [name=note]")).to_have_value(f"{STOP}还没写完")
    expect(page.locator("[data-photos] canvas")).to_have_count(1)
    cable.plug()
    killable.sign_in(session_of(clerk))
    save(page, "大围0")
    until(page, Visit.objects.exists, "it has arrived")
    assert Visit.objects.get().photos.count() == 1


# ------------------------------------------------ the next user of the same machine


def test_next_user_reads_nothing_and_the_same_person_finds_it_again(killable, cable, session_of, clerk, make_user):
    """Logged out with something unsent: another account sees a number, the disk shows nothing, she sends it later."""
    killable.address = f"http://localhost:{cable.port}"
    page = killable.open(session_of(clerk))
    opened(page, f"{killable.address}/field/")
    ready(page)
    page.route("**/field/visits/", lambda route: route.abort())
    choose(page, "大围0")
    save(page, "大围0", note=STOP)
    key = bytes(page.evaluate(SLIP))
    until(page, lambda: killable.holds(key) != [], "the sealed key lies on the disk")
    page.locator(".user-menu summary").click()
    page.get_by_role("button", name="退出登录").click()
    expect(page.get_by_role("heading", name="登录")).to_be_visible()
    assert page.evaluate(KEYS) == [0, False]
    until(page, lambda: killable.holds(key) == [], "the sealed key has left the disk")

    cable.pull()
    page.goto(f"{killable.address}/field/")
    expect(page.locator("[data-closed]")).to_contain_text("请联网登录后使用")
    expect(page.locator("[data-others]")).to_have_text("本机存有未发送的 1 条记录，须由本人登录后发送。")
    cable.plug()
    killable.sign_in(session_of(make_user(Post.CLERK, area=TOWN, username="next")))
    opened(page, f"{killable.address}/field/")
    expect(page.locator("[data-others]")).to_contain_text("本机存有另一账号未发送的 1 条记录，须由本人登录后发送。")
    page.goto(f"{killable.address}/field/#outbox")
    expect(page.locator("[data-entries]")).to_contain_text("本机没有走访记录")
    assert STOP not in page.evaluate(ROWS)
    killable.kill()
    assert killable.holds(STOP) == []
    assert killable.holds(key) == []

    page = killable.open(session_of(clerk))
    opened(page, f"{killable.address}/field/")
    until(page, Visit.objects.exists, "it has arrived")
    assert (Visit.objects.get().note, Visit.objects.get().by) == (STOP, clerk)


def test_ended_session_takes_the_key_along_and_the_open_page_goes_on(phone, session_of, clerk, served):
    ready(phone)
    Session.objects.all().delete()
    choose(phone, "大围0")
    save(phone, "大围0", note=STOP)
    expect(phone.locator("[data-closed]")).to_contain_text("登录已过期：本机内容保留")
    until(phone, lambda: phone.evaluate(KEYS) == [0, False], "the key is gone")
    choose(phone, "聚居点0")
    save(phone, "聚居点0", note="还能记")
    standing(phone, "未发送 2 条")
    phone.context.add_cookies([{"name": "session", "value": session_of(clerk), "url": served}])
    phone.goto("/field/#outbox")
    phone.get_by_role("button", name="立即发送").click()
    until(phone, lambda: states(phone) == ["已发送", "已发送"], "both were sent")
    assert Visit.objects.count() == 2


@pytest.mark.parametrize(("hours", "is_open"), [(11, True), (13, False)])
def test_without_a_network_it_opens_for_half_a_day(hours, is_open, phone):
    ready(phone)
    phone.context.set_offline(True)
    phone.clock.install(time=clock.real_now() + timedelta(hours=hours))
    phone.goto("/field/")
    if is_open:
        standing(phone, "已存在本机")
    else:
        expect(phone.locator("[data-closed]")).to_contain_text("请联网登录后使用")
        until(phone, lambda: phone.evaluate(KEYS) == [0, False], "the key is gone")
    phone.context.set_offline(False)


@pytest.mark.parametrize("forgotten", ["fiber-offline-key", "fiber-offline-key-again"])
def test_one_half_that_the_browser_forgot_is_kept_twice(forgotten, phone):
    """A browser that is killed in its first moments sometimes forgets what it put into a new cache."""
    ready(phone)
    phone.evaluate("name => caches.open(name).then(cache => cache.delete('/offline/slip/'))", forgotten)
    phone.context.set_offline(True)
    opened(phone)
    phone.context.set_offline(False)


@pytest.mark.journey
def test_two_tabs_send_each_entry_once(phone):
    posted = []
    phone.context.on("request", lambda request: posted.append(request.url) if request.method == "POST" else None)
    phone.context.set_offline(True)
    choose(phone, "大围0")
    save(phone, "大围0")
    choose(phone, "聚居点0")
    save(phone, "聚居点0")
    other = phone.context.new_page()
    phone.context.set_offline(False)
    opened(other)
    until(phone, lambda: Visit.objects.count() == 2, "both have arrived")
    phone.goto("/field/#outbox")
    expect(phone.locator("[data-entries] .badge-state").filter(has_text="已发送")).to_have_count(2)
    assert len([url for url in posted if url.endswith("/field/visits/")]) == 2


def test_locked_by_hand_and_deleted_with_a_question(phone, clerk):
    phone.route("**/field/visits/", lambda route: route.abort())
    choose(phone, "大围0")
    save(phone, "大围0")
    phone.goto("/field/#outbox")
    phone.get_by_text("锁定或删除本机数据").click()
    asked = []
    phone.on(
        "dialog",
        lambda dialog: (asked.append(dialog.message), dialog.dismiss() if len(asked) == 1 else dialog.accept()),
    )
    phone.get_by_role("button", name="删除本机全部数据").click()
    standing(phone, "未发送 1 条")
    assert asked == ["删除本机全部数据，包括未发送的 1 条记录？删除后不能恢复。"]
    phone.get_by_role("button", name="删除本机全部数据").click()
    expect(phone.locator("[data-entries]")).to_contain_text("本机没有走访记录")
    assert phone.evaluate(COUNT) == 0


def test_page_from_elsewhere_than_https_says_so_and_keeps_its_form(killable, cable, session_of, clerk, settings):
    settings.ALLOWED_HOSTS = ["*"]
    killable.address = f"http://portal.test:{cable.port}"
    page = killable.open(session_of(clerk), "--host-resolver-rules=MAP portal.test 127.0.0.1")
    page.goto(f"{killable.address}/field/")
    expect(page.locator("[data-insecure]")).to_contain_text("该地址不是 https，浏览器不允许在本机保存")
    page.get_by_role("link", name="大围0").click()
    page.get_by_label("存在", exact=True).check()
    page.locator("[name=households]").fill("35")
    page.get_by_role("button", name="报送").click()
    expect(page.locator(".messages")).to_contain_text("变更申请待区经信局审定")
    assert Visit.objects.get().proposal.items.get().values == {"permanent_households": ["30", "35"]}


KEYS = """() => new Promise((resolve, reject) => {
    const opening = indexedDB.open("fiber-offline");
    opening.onerror = reject;
    opening.onsuccess = () => {
        const asked = opening.result.transaction("halves").objectStore("halves").count();
        asked.onsuccess = () => {
            opening.result.close();
            caches.keys().then(names => resolve([asked.result, names.some(name => name.startsWith("fiber-offline-key"))]));
        };
    };
})"""
"""How many halves of a key lie in the database, and whether the other half lies in its cache."""

SLIP = """() => caches.match("/offline/slip/", {cacheName: "fiber-offline-key"})
    .then(found => found.arrayBuffer()).then(bytes => Array.from(new Uint8Array(bytes)))"""
"""The half of the key that lies in its cache."""

ROWS = """() => new Promise((resolve, reject) => {
    const opening = indexedDB.open("fiber-offline");
    opening.onerror = reject;
    opening.onsuccess = () => {
        const names = ["shelf", "entries", "blobs"];
        const reading = opening.result.transaction(names);
        const found = names.map(name => reading.objectStore(name).getAll());
        reading.oncomplete = () => {
            opening.result.close();
            const text = each => each.sealed ? Array.from(each.sealed, byte => String.fromCharCode(byte)).join("") : "";
            resolve(found.map(asked => JSON.stringify(asked.result) + asked.result.map(text)).join());
        };
    };
})"""
"""All rows as they are, and what is sealed in them as text."""

COUNT = """() => new Promise((resolve, reject) => {
    const opening = indexedDB.open("fiber-offline");
    opening.onerror = reject;
    opening.onsuccess = () => {
        const asked = opening.result.transaction("entries").objectStore("entries").count();
        asked.onsuccess = () => { opening.result.close(); resolve(asked.result); };
    };
})"""
