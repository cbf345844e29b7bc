"""From a question to a signed plan in a browser: every page in order at any width, the map drawn."""

from datetime import date

import pytest
from playwright.sync_api import expect

from acceptance.judging import judging
from accounts.posts import Post
from tests.browser.hands import follow
from tests.scenes import TOWN, build_district

pytestmark = pytest.mark.django_db(transaction=True)


def test_question_becomes_a_signed_plan(page, signed_in, make_area, make_user, settings, axe, shot):
    settings.PORTAL_TODAY = date(2018, 8, 15)
    build_district(make_area)
    judging.refresh("441802")
    head = signed_in(page, make_user(Post.BUREAU_HEAD))

    head.goto(f"/planning/ask/?area={TOWN}&period=2018Q2&milestone=T11")
    axe(head)
    shot(head, "plan-ask")
    follow(head, "text=开始测算")
    expect(head.locator(".plan-sentence")).to_contain_text("新建 1 个接入点")
    expect(head.locator("#plan-map[data-ready]")).to_be_visible()
    expect(head.locator("#plan-map-status")).to_have_text("点击方案位置查看措施。")
    axe(head)
    shot(head, "plan-answer")
    follow(head, "text=签发方案")
    expect(head.locator("#course")).to_be_visible()
    expect(head.locator("#plan-map[data-ready]")).to_be_visible()
    axe(head)
    shot(head, "plan-signed")
    follow(head, ".actions >> text=任务清单")
    axe(head)
    shot(head, "plan-tasks")
    head.go_back()
    head.click("text=撤回方案")
    head.fill("[name=reason]", "另行编制。")
    axe(head)
    follow(head, "button:text-is('撤回')")
    expect(head.locator(".plan-withdrawn")).to_contain_text("另行编制。")
    axe(head)
    shot(head, "plan-withdrawn")
    follow(head, ".breadcrumbs >> text=建设方案")
    axe(head)
    shot(head, "plans")
