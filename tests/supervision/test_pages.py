"""A remark from the figure's page to its end: what is kept, who sees it, what the inbox says, what cannot be written."""

import io
from datetime import date
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from accounts.posts import Post
from areas.models import CalendarDay
from inbox import items
from inbox.models import OpenedItem
from supervision.models import Matter
from tests.scenes import STREET, TOWN
from tests.supervision.conftest import DUE, ON, reach_all

SITES = {"area": TOWN, "period": "2018Q2", "part": "failed", "cause": "out_of_reach"}


def said(of="sites", query=SITES, **changes) -> dict:
    form = {
        "of": of,
        "query": urlencode(query),
        "text": "请查明原因。",
        "to": f"township:{TOWN}",
        "days": "5",
        "due_on": "",
    }
    return form | changes


def text_of(response, status=200) -> str:
    assert response.status_code == status
    return response.content.decode()


@pytest.fixture
def as_leader(client, leader, clerk):
    client.force_login(leader)
    return client


def test_remark_keeps_the_figure_as_its_page_shows_it(as_leader, leader):
    page = text_of(as_leader.get(reverse("figures:figure", args=["sites"]), SITES))
    assert "作出批示" in page and f'value="township:{TOWN}" selected' in page

    response = as_leader.post(reverse("supervision:write"), said())

    matter = Matter.objects.get()
    kept = matter.figures.get()
    assert response.url == matter.get_absolute_url()
    assert (matter.to_unit, matter.due_on, matter.author) == ("源潭镇", date(2018, 7, 17), leader)
    assert (kept.value, kept.members, kept.unit, kept.part) == (1, 1, "个", "不具备（超出半径）")
    assert (kept.period, kept.basis, kept.on, kept.area_id) == ("2018Q2", "approved", date(2018, 6, 30), TOWN)
    assert "评定时间" in kept.as_of
    assert "请查明原因" in text_of(as_leader.get(reverse("figures:figure", args=["sites"]), SITES))


KEPT = [
    ("G10", {"area": "441802", "part": "gap"}, 1, "个"),
    ("G10", {"area": "441802"}, 3, "个"),
    ("coverage", {"area": TOWN, "part": "passed"}, 590, "户"),
    ("coverage", {"area": TOWN, "part": "unknown"}, 0, "个"),
    ("lights", {"area": TOWN, "part": "missed"}, None, "项"),
    ("points", {"area": "441802", "operator": "mobile"}, 1, "个"),
]
"""A figure, what is asked of it, its value (None: that of its list) and unit."""


def test_value_is_that_of_the_figure(leader, clerk, write):
    wrong = []
    for of, asked, value, unit in KEPT:
        kept = write(leader, clerk, of, **{"part": "all"} | asked).figures.get()
        if (kept.value, kept.unit) != (kept.members if value is None else value, unit):
            wrong.append((of, asked, kept.value, kept.unit))
    assert wrong == []


WRONG = [
    ({"text": " "}, "text", "必填"),
    ({"text": "字" * 501}, "text", "501 字，最多 500 字"),
    ({"to": "township:441803101"}, "to", "没有该选项"),
    ({"days": "", "due_on": ""}, "__all__", "只填一项"),
    ({"due_on": "2018-07-20"}, "__all__", "只填一项"),
    ({"days": "", "due_on": "2018-07-09"}, "due_on", "不能早于今天（2018-07-10）"),
    ({"days": "", "due_on": "2059-07-09"}, "due_on", "工作日表只到"),
    ({"days": "", "due_on": "那天"}, "due_on", "无法识别"),
    ({"days": "0"}, "days", "1"),
    ({"days": "几个"}, "days", "无法识别"),
]


def test_what_cannot_be_written_is_said_and_nothing_typed_is_lost(as_leader):
    wrong = []
    for changes, field, words in WRONG:
        response = as_leader.post(reverse("supervision:write"), said(**changes))
        page = text_of(response, 422)
        is_kept = changes.get("text", "请查明原因") in page and changes.get("due_on", "") in page
        if not is_kept or words not in "".join(response.context["form"].errors.get(field, [])):
            wrong.append((changes, response.context["form"].errors))
    assert wrong == [] and not Matter.objects.exists()


def test_days_beyond_the_table_are_refused_with_the_day(as_leader, monkeypatch):
    monkeypatch.setattr("areas.workdays.notices", lambda: {ON: True, date(2018, 7, 11): True})
    CalendarDay.objects.create(day=date(2018, 7, 12), is_working=True)

    page = text_of(as_leader.post(reverse("supervision:write"), said(days="3")), 422)

    assert "工作日表里没有 2018-07-13" in page


def test_no_figure_no_remark(as_leader):
    assert as_leader.post(reverse("supervision:write"), said(of="nothing")).status_code == 404
    assert as_leader.post(reverse("supervision:write"), said(query={"area": "441803"})).status_code == 404
    assert as_leader.post(reverse("supervision:write"), said(query=SITES | {"township": "\0"})).status_code == 404


SEEN = {
    Post.CLERK: True,
    Post.TOWNSHIP_HEAD: True,
    Post.REVIEWER: False,
    Post.BUREAU_HEAD: False,
    Post.GOVERNMENT: True,
    Post.LEAD_UNIT: False,
    Post.OPERATOR: False,
    Post.LEADER: True,
    Post.AUDITOR: True,
}
"""Who sees what a leader wrote to the town."""


def test_seen_by_those_whom_it_concerns(remark, make_user, write):
    people = {post: make_user(post, area=TOWN, unit="区住建局") for post in SEEN}
    people_elsewhere = [make_user(Post.CLERK, area=STREET), make_user(Post.LEADER, area="441803101")]

    assert {post: Matter.objects.visible_to(person).exists() for post, person in people.items()} == SEEN
    assert [Matter.objects.visible_to(each).exists() for each in people_elsewhere] == [False, False]
    for post in (Post.OPERATOR, Post.LEAD_UNIT, Post.REVIEWER):
        matter = write(people[Post.LEADER], people[post])
        assert Matter.objects.visible_to(people[post]).get() == matter and matter.is_handled_by(people[post])


def test_inbox_has_it_with_whoever_has_the_next_step(client, remark, leader, clerk, make_user):
    second = make_user(Post.TOWNSHIP_HEAD, area=TOWN)

    def waits(user):
        found = items.of(user)
        return [
            [row.item.state for row in rows if row.item.key == f"matter/{remark.pk}"]
            for rows in (found.mine, found.theirs)
        ]

    assert [waits(each) for each in (leader, clerk, second)] == [[[], ["待签收"]], [["待签收"], []], [["待签收"], []]]
    client.force_login(clerk)
    for version, (action, reason) in enumerate([("sign", ""), ("report", "已核查。")]):
        form = {"action": action, "version": version, "reason": reason}
        assert client.post(reverse("supervision:step", args=[remark.pk]), form).status_code == 302
    assert [waits(each) for each in (leader, clerk)] == [[["已反馈"], []], [[], ["已反馈"]]]
    [row] = [row for row in items.of(leader).mine if row.item.key == f"matter/{remark.pk}"]
    assert "已核查。" in row.item.words and row.is_unread and not OpenedItem.objects.filter(user=leader).exists()


def test_words_that_came_too_late_are_not_lost(client, remark, clerk):
    client.force_login(clerk)
    address = reverse("supervision:step", args=[remark.pk])
    client.post(address, {"action": "sign", "version": 0})
    late = client.post(address, {"action": "report", "version": 0, "reason": "已逐点核查"})

    assert "未办理“办理反馈”" in text_of(late, 409) and "已逐点核查</textarea>" in late.content.decode()
    assert "请选择办理事项" in text_of(client.post(address, {"action": "write", "version": 1}), 422)


def test_figure_that_turned_stands_beside_what_it_was(client, remark, leader, clerk):
    reach_all()
    for user in (leader, clerk):
        client.force_login(user)
        page = text_of(client.get(remark.get_absolute_url()))
        assert "批示时（2018年第二季度）" in page and "已变化" in page
        [figure] = client.get(remark.get_absolute_url()).context["figures"]
        assert (figure.then.value, figure.now.value) == (1, 0)


def test_unit_that_does_not_see_the_area_sees_the_number_alone(client, write, leader, clerk, make_user):
    operator = make_user(Post.OPERATOR, operator="mobile")
    district = [write(leader, unit, "G10", area="441802", part="gap") for unit in (clerk, operator)]
    reach_all()
    for user, matter in zip((clerk, operator), district, strict=True):
        client.force_login(user)
        [figure] = client.get(matter.get_absolute_url()).context["figures"]
        assert (figure.then.value, figure.now.value, figure.url) == (1, 0, "")


def test_overdue_is_said_and_feedback_after_it_marked(client, remark, clerk, settings):
    client.force_login(clerk)
    settings.PORTAL_TODAY = date(2018, 7, 23)

    assert "待签收，逾期 3 天" in text_of(client.get(remark.get_absolute_url()))
    rows = client.get(reverse("supervision:matters"), {"state": "overdue"}).context["page"]
    assert list(rows) == [remark]
    [row] = [row for row in items.of(clerk).mine if row.item.key == f"matter/{remark.pk}"]
    assert row.is_overdue and row.item.due == DUE
    for version, action in enumerate(("sign", "report")):
        client.post(
            reverse("supervision:step", args=[remark.pk]), {"action": action, "version": version, "reason": "已核查"}
        )
    assert "逾期反馈" in text_of(client.get(remark.get_absolute_url()))
    assert not client.get(reverse("supervision:matters"), {"state": "overdue"}).context["page"].object_list


def test_list_by_side_and_state_and_as_excel(as_leader, write, leader, clerk, make_user):
    own, other = write(leader, clerk), write(make_user(Post.GOVERNMENT), clerk)
    Matter.objects.filter(pk=other.pk).update(state="closed")

    def listed(**asked):
        return [row.pk for row in as_leader.get(reverse("supervision:matters"), asked).context["page"]]

    assert (listed(), listed(state="closed"), listed(state="all")) == ([own.pk], [other.pk], [own.pk, other.pk])
    assert (listed(state="all", side="mine"), listed(side="ours"), listed(q="接入能力")) == ([own.pk], [], [own.pk])
    body = b"".join(as_leader.get(reverse("supervision:matters"), {"export": "xlsx"}).streaming_content)
    cells = [cell.value for row in load_workbook(io.BytesIO(body)).active for cell in row]
    assert "请查明原因。" in cells and "源潭镇光网接入能力（不具备）" in cells and "1 个" in cells


def test_queries_do_not_grow_with_the_matters(as_leader, write, leader, clerk):
    def asked(*addresses) -> list[int]:
        counts = []
        for address in addresses:
            with CaptureQueriesContext(connection) as queries:
                text_of(as_leader.get(address))
            counts.append(len(queries))
        return counts

    pages = (
        reverse("supervision:matters"),
        f"{reverse('figures:figure', args=['sites'])}?{urlencode(SITES)}",
        "/inbox/",
    )
    write(leader, clerk)
    asked(*pages)
    one = asked(*pages)
    for _ in range(3):
        write(leader, clerk)
    asked(*pages)
    assert asked(*pages) == one
