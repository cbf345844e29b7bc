"""The inbox: what stands in which tab, read and unread, buttons, what was done, whom to call, and what it costs."""

from datetime import date

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from accounts import audit
from accounts.posts import Post
from common.periods import Quarter
from inbox import items
from inbox.hooks import InboxAct, InboxItem
from inbox.models import OpenedItem
from returns import actions
from returns.models import Return
from returns.review import decisions
from returns.rounds import rounds
from tests.returns.conftest import ON, QUARTER, TOWN, demonstration_day, fill, make_return, people, report, submitted

__all__ = ["demonstration_day", "make_return", "people"]

DUE = date(2019, 4, 15)


def enter(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def quarterly_return(make_return, make_area):
    make_area(f"{TOWN}201", "1号村", valid_from=date(2019, 1, 1))
    make_area(f"{TOWN}202", "2号村", valid_from=date(2019, 1, 1))
    return make_return()


def said(rows) -> list[tuple[str, str, str]]:
    return [(row.item.title, row.item.state, row.item.who) for row in rows if row.item.kind == "季报"]


def test_return_lies_with_whoever_has_it(quarterly_return, people):
    title = f"{quarterly_return.township.name}{QUARTER.label}季报"
    steps = []

    def note() -> None:
        steps.append(
            [
                next((who for name, _, who in said(rows) if name.startswith(title)), None)
                for user in (people.clerk, people.head, people.reviewer)
                for rows in [[*items.of(user).mine, *items.of(user).theirs]]
            ]
        )

    note()
    fill(quarterly_return, people.clerk)
    actions.hand_up(quarterly_return=quarterly_return, version=quarterly_return.version, by=people.clerk)
    note()
    actions.submit(quarterly_return=quarterly_return, version=quarterly_return.version, by=people.head)
    note()
    fresh = Return.objects.get(pk=quarterly_return.pk)
    decisions.send_back(quarterly_return=fresh, version=fresh.version, reason="请核对", by=people.reviewer)
    note()

    assert steps == [
        ["", "街镇经办", None],
        ["街镇负责人", "", None],
        ["区经信局", "区经信局", ""],
        ["", "街镇经办", quarterly_return.township.name],
    ]


def test_what_came_back_has_the_bureaus_words_and_is_unread_until_opened(quarterly_return, people):
    quarterly_return = submitted(quarterly_return, people.clerk)
    decisions.send_back(
        quarterly_return=quarterly_return, version=quarterly_return.version, reason="与上季相差过大", by=people.reviewer
    )
    clerk = enter(people.clerk)
    page = clerk.get(reverse("inbox:index"))
    assert "王审核：与上季相差过大" in page.text and "未读 1 项" in page.text

    (row,) = items.of(people.clerk).mine
    opened = clerk.get(reverse("inbox:item", args=[row.item.key]))
    assert opened.url == reverse("returns:return", args=[quarterly_return.pk])
    assert items.of(people.clerk).unread == 0 and items.of(people.head).unread == 0
    assert OpenedItem.objects.get().user == people.clerk

    report(Return.objects.get(pk=quarterly_return.pk), people.clerk)
    fresh = Return.objects.get(pk=quarterly_return.pk)
    decisions.send_back(quarterly_return=fresh, version=fresh.version, reason="仍不符", by=people.reviewer)
    assert items.of(people.clerk).unread == 1


def test_typing_does_not_make_an_item_unread_but_an_urging_does(quarterly_return, people):
    round_ = rounds.open_round(county="441802", quarter=QUARTER, due=DUE, on=ON, by=people.reviewer)
    (row,) = items.of(people.clerk).mine
    items.mark_opened(people.clerk, [row.item])
    fill(quarterly_return, people.clerk)
    assert items.of(people.clerk).unread == 0

    rounds.urge(round_=round_, township=quarterly_return.township, on=ON, by=people.reviewer)
    (row,) = items.of(people.clerk).mine
    assert row.is_unread and "王审核于 2019-04-08 催办" in row.item.words


def test_overdue_stands_first_and_none_of_it_leaves_the_home_page(make_area, people):
    make_area(f"{TOWN}201", valid_from=date(2016, 7, 1))
    inbox = items.of(people.clerk)
    assert len(inbox.mine) == 9 and inbox.late == 8
    assert [row.item.due for row in inbox.mine] == sorted(row.item.due for row in inbox.mine)
    page = enter(people.clerk).get("/")
    assert page.text.count("逾期 ") >= inbox.late
    assert "剩余 7 天" in enter(people.clerk).get(reverse("inbox:index")).text


def test_home_keeps_all_that_is_overdue_however_much():
    def row(number: int, left: int) -> items.InboxRow:
        item = InboxItem(key=str(number), version="", kind="季报", title="", url="", state="")
        return items.InboxRow(item, False, left)

    late, coming = [row(number, -1) for number in range(12)], [row(20 + number, 1) for number in range(5)]
    assert len(items.Inbox([*late, *coming], [], {}).first) == 12
    assert len(items.Inbox([*late[:3], *coming], [], {}).first) == 8


def test_kind_and_unread_narrow_the_list(make_area, people):
    make_area(f"{TOWN}201", valid_from=date(2018, 10, 1))
    clerk = enter(people.clerk)
    assert len(clerk.get(reverse("inbox:index"), {"kind": "季报"}).context["rows"]) == 2
    assert clerk.get(reverse("inbox:index"), {"kind": "抽查"}).context["rows"] == []
    items.mark_opened(people.clerk, [items.of(people.clerk).mine[0].item])
    assert len(clerk.get(reverse("inbox:index"), {"unread": "1"}).context["rows"]) == 1


def test_all_are_marked_as_read_by_a_form_only(make_area, people):
    make_area(f"{TOWN}201", valid_from=date(2018, 10, 1))
    clerk = enter(people.clerk)
    assert clerk.get(reverse("inbox:read_all")).status_code == 405
    assert clerk.get(reverse("inbox:unread")).json() == {"unread": 2}
    clerk.post(reverse("inbox:read_all"))
    assert clerk.get(reverse("inbox:unread")).json() == {"unread": 0}
    assert items.of(people.head).unread == 0 and not OpenedItem.objects.exclude(user=people.clerk).exists()


def test_item_that_is_settled_or_anothers_leads_back(quarterly_return, people):
    (row,) = items.of(people.clerk).mine
    submitted(quarterly_return, people.clerk)
    for user in (people.clerk, people.neighbour):
        page = enter(user).get(reverse("inbox:item", args=[row.item.key]), follow=True)
        assert page.redirect_chain == [(reverse("inbox:index"), 302)] and "该事项已办结" in page.text
    assert not OpenedItem.objects.exists()


def test_done_tells_what_the_person_did_and_leads_there(quarterly_return, people):
    fill(quarterly_return, people.clerk)
    fill(quarterly_return, people.clerk, 101, 90, 80, 60, 50)
    report(Return.objects.get(pk=quarterly_return.pk), people.clerk)
    page = enter(people.clerk).get(reverse("inbox:index"), {"tab": "done"})
    deeds = [(deed.what, deed.times, deed.url) for deed in page.context["done"]]
    address = reverse("returns:return", args=[quarterly_return.pk])
    assert deeds == [("提请签发季报", 1, address), ("保存季报草稿", 2, address), ("开始填报", 1, address)]
    assert items.done(people.neighbour) == []


@pytest.mark.parametrize("stands_on", [date(2019, 4, 8), None])
def test_done_says_that_its_moments_are_the_machines(stands_on, quarterly_return, people, settings):
    fill(quarterly_return, people.clerk)
    settings.PORTAL_TODAY = stands_on
    page = enter(people.clerk).get(reverse("inbox:index"), {"tab": "done"}).text
    assert quarterly_return.township.name in page
    assert ("门户日期设为 2019年4月8日；下列时间为计算机的实际时间。" in page) is (stands_on is not None)


def test_done_leaves_out_what_one_may_not_see_any_more(quarterly_return, people):
    assert len(items.done(people.clerk)) == 1
    people.clerk.area_id = "441802105"
    people.clerk.save()
    assert items.done(type(people.clerk).objects.get(pk=people.clerk.pk)) == []


def test_reviewer_sees_who_is_behind_in_a_round(quarterly_return, people):
    rounds.open_round(county="441802", quarter=QUARTER, due=DUE, on=ON, by=people.reviewer)
    (row,) = items.of(people.reviewer).theirs
    assert row.item.who == quarterly_return.township.name and row.item.due == DUE
    assert row.item.url == reverse("returns:round", args=[QUARTER])


@pytest.mark.parametrize("post", list(Post))
def test_every_post_has_an_inbox(post, make_area, make_user):
    make_area("441802")
    client = enter(make_user(post))
    for tab in ("mine", "theirs", "done"):
        assert client.get(reverse("inbox:index"), {"tab": tab}).status_code == 200
    assert client.get("/").status_code == 200


def test_page_asks_nothing_for_the_mark_in_its_header(people, monkeypatch):
    def none(user):
        raise AssertionError("the header asked for the inbox")

    monkeypatch.setattr(items, "pending", none)
    page = enter(people.clerk).get(reverse("accounts:me"))
    assert f'data-inbox="{reverse("inbox:unread")}"' in page.text and "data-unread" not in page.text


def test_inbox_costs_the_same_however_long(make_area, make_return, people, django_assert_max_num_queries):
    make_area(f"{TOWN}201", valid_from=date(2016, 7, 1))
    audit.record(action="round.open", by="测试")
    with django_assert_max_num_queries(30) as few:
        items.of(people.clerk)
    for number in range(1, 4):
        submitted(make_return(1, Quarter(2018, number)), people.clerk)
    with django_assert_max_num_queries(len(few)):
        items.of(people.clerk)


def test_reviewer_is_not_late_for_a_townships_last_day(make_area, make_return, people):
    make_area(f"{TOWN}201", "1号村", valid_from=date(2018, 1, 1))
    submitted(make_return(1, Quarter(2018, 3)), people.clerk)
    inbox = items.of(people.reviewer)
    (row,) = [row for row in inbox.mine if row.item.kind == "季报"]
    assert (row.item.due, row.is_overdue, row.left_words) == (date(2018, 10, 15), False, "") and inbox.late == 0
    assert "报送期限" in enter(people.reviewer).get(reverse("inbox:index")).text


def test_item_whose_button_is_there_is_posted_by_a_form():
    """Nothing is settled by following a link: a button is a form with its token."""
    act = InboxAct(label="允许", url="/x/", fields={"version": "3"})
    item = InboxItem(key="a/1", version="", kind="补报", title="某镇", url="/x/", state="待答复", acts=(act,))
    row = items.InboxRow(item, False, None)
    page = render_to_string(
        "inbox/_rows.html", {"rows": [row], "caption": "x", "has_holders": False, "csrf_token": "t0k"}
    )
    assert '<form method="post" action="/x/"' in page and 'value="t0k"' in page and 'name="version" value="3"' in page
