"""Documents and their wordings in the browser: clean, not too wide, edited and previewed by hand."""

from datetime import date

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from accounts.posts import Post
from areas.models import Area
from papers import issuing
from papers.issuing import issue
from papers.wording import wording_of, words_for
from returns.models import Round
from tests import scenes
from tests.browser.hands import follow

pytestmark = pytest.mark.django_db(transaction=True)
KEY = "self-inspection"


@pytest.fixture
def reviewer(make_area, make_user):
    scenes.build_district(make_area)
    return make_user(Post.REVIEWER)


@pytest.fixture
def document(reviewer):
    """The sample report, issued."""
    town, words = Area.objects.get(code=scenes.TOWN), words_for(KEY, "441802")
    return issue(
        kind=KEY, issuer=issuing.township(town, date(2018, 7, 5)), area=town, on=date(2018, 7, 5), by=reviewer,
        build=lambda number: words.wording.sample(words),
    )  # fmt: skip


def test_pages_are_clean(page, signed_in, reviewer, document, axe, shot):
    Round.objects.create(county="441802", period="2018Q2", due=date(2018, 7, 15))
    signed_in(page, reviewer)

    for name, args in (
        ("papers:documents", []),
        ("papers:document", [document.pk]),
        ("papers:wordings", []),
        ("papers:wording", [KEY]),
        ("returns:summary", ["2018Q2"]),
        ("papers:numbers", []),
    ):
        assert page.goto(reverse(name, args=args)).ok
        axe(page)
        shot(page, name.replace(":", "-"))


def test_office_pages_are_clean(page, signed_in, make_user, document, axe, shot):
    """Of the town's head, who keeps its office and corrects its papers."""
    signed_in(page, make_user(Post.TOWNSHIP_HEAD, area=scenes.TOWN))

    for name, args in (("papers:office", []), ("papers:numbers", []), ("papers:correct", [document.pk])):
        assert page.goto(reverse(name, args=args)).ok
        axe(page)
        shot(page, name.replace(":", "-"))


def test_wording_is_refused_mended_and_restored(page, signed_in, reviewer, axe, shot):
    signed_in(page, reviewer).goto(reverse("papers:wording", args=[KEY]))
    page.get_by_label("结尾").fill("特此报告{某人}。")
    page.get_by_label("修改原因").fill("统一用语")
    follow(page, page.get_by_role("button", name="保存为新版本"))
    expect(page.get_by_role("alert")).to_be_visible()
    axe(page)
    shot(page, "papers-wording-refused")
    expect(page.get_by_label("结尾")).to_have_value("特此报告{某人}。")

    page.get_by_label("结尾").fill("专此报告。")
    follow(page, page.get_by_role("button", name="保存为新版本"))
    expect(page.get_by_text("第 1 版 ·")).to_be_visible()
    axe(page)
    follow(page, page.get_by_role("button", name="恢复原文"))
    expect(page.get_by_text("模板已恢复原文")).to_be_visible()

    assert words_for(KEY, "441802").texts == wording_of(KEY).delivered
