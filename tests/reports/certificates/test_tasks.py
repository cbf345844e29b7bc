"""What the home page asks for: plaques to be given, re-checks, withdrawals."""

import re
from datetime import timedelta

from django.utils.timezone import localtime

from common import clock
from reports.certificates import actions
from reports.certificates.tasks import pending
from tests.reports.certificates.conftest import COVERED, ISSUED_ON, TOWN, XINMA


def said(user) -> list[tuple]:
    return [(task.title, task.state, task.since and localtime(task.since).date(), task.words) for task in pending(user)]


def test_ratified_units_wait_for_those_who_award(ratified, people):
    ratified(TOWN, XINMA)

    awarding = [("2 个单位已通报，待授牌", "待授牌", clock.today(), "")]
    assert said(people.second_government) == awarding
    assert said(people.government) == said(people.bureau_head) == [], "who ratified or confirmed awards nothing"
    assert said(people.reviewer) == said(people.leader) == said(people.clerk) == []


def items(user) -> list[tuple]:
    return [(item.state, item.who, item.words) for item in pending(user)]


def test_recheck_is_a_task_of_the_township_until_it_explains(certificate, people):
    actions.recheck(certificate=certificate, version=0, reason="网速不达标", on=ISSUED_ON, by=people.reviewer)

    assert said(people.clerk) == said(people.head)
    assert said(people.clerk) == [("源潭镇全光网乡镇", "复核中，待说明", clock.today(), "网速不达标")]
    assert items(people.clerk) == [("复核中，待说明", "", "网速不达标")]
    assert items(people.government) == [("复核中，待说明", "区经信局", "网速不达标")]
    assert items(people.reviewer) == items(people.bureau_head) == [("复核中，待说明", "", "网速不达标")]
    assert items(people.neighbour) == items(people.leader) == []
    before = pending(people.reviewer)[0].version
    actions.explain(certificate=certificate, version=1, reason="正在抢修", on=ISSUED_ON, by=people.clerk)
    assert items(people.clerk) == [("复核中，已说明", "区经信局", "网速不达标")]
    assert items(people.reviewer) == [("复核中，已说明", "", "陈经办：正在抢修")]
    assert pending(people.reviewer)[0].version != before


def test_a_new_recheck_asks_for_a_new_explanation(certificate, people):
    for version in (0, 3):
        actions.recheck(certificate=certificate, version=version, reason="网速", on=ISSUED_ON, by=people.reviewer)
        assert items(people.clerk) == [("复核中，待说明", "", "网速")]
        if not version:
            actions.explain(certificate=certificate, version=1, reason="抢修", on=ISSUED_ON, by=people.clerk)
            actions.confirm(certificate=certificate, version=2, reason="修复", on=ISSUED_ON, by=people.bureau_head)


def test_each_step_of_a_withdrawal_stands_in_the_inbox_of_whoever_has_the_next(
    certificate, people, procedure, settings
):
    settings.PORTAL_TODAY = ISSUED_ON
    walk = procedure(certificate)

    def held() -> dict[str, list]:
        names = ("clerk", "head", "reviewer", "bureau_head", "government")
        return {name: [(item.state, item.who) for item in pending(getattr(people, name))] for name in names}

    withdrawal = walk.proposed()
    signing = [("待签发告知", "区经信局负责人")]
    assert held() == {
        "clerk": [], "head": [], "reviewer": signing, "bureau_head": [("待签发告知", "")], "government": signing,
    }  # fmt: skip
    walk.take("notify", withdrawal, people.bureau_head)
    hearing = [("听取陈述申辩", "街镇")]
    mine = [("听取陈述申辩", "")]
    assert held() == {
        "clerk": mine, "head": mine, "reviewer": hearing, "bureau_head": hearing, "government": hearing,
    }  # fmt: skip
    assert pending(people.clerk)[0].due == withdrawal.hear_until
    walk.take("answer", withdrawal, people.head)
    deciding = [("待区政府决定", "区政府")]
    assert held() == {
        "clerk": deciding, "head": deciding, "reviewer": deciding, "bureau_head": deciding,
        "government": [("待区政府决定", "")],
    }  # fmt: skip
    walk.take("withdraw", withdrawal, people.government)
    ended = [("已撤销称号", "")]
    assert held() == {"clerk": ended, "head": ended, "reviewer": [], "bureau_head": [], "government": []}
    (told,) = pending(people.clerk)
    assert (told.words, told.due) == ("吴区长：经核实", None)


def test_term_that_passed_without_an_answer_is_the_government_s(certificate, people, procedure, settings):
    withdrawal = procedure(certificate).heard()
    settings.PORTAL_TODAY = withdrawal.hear_until
    assert items(people.clerk)[0][:2] == ("听取陈述申辩", "")

    settings.PORTAL_TODAY = withdrawal.hear_until + timedelta(days=1)
    assert items(people.government)[0][:2] == ("期满，待区政府决定", "")
    assert items(people.clerk)[0][:2] == ("期满，待区政府决定", "区政府")


def test_end_of_a_withdrawal_leaves_the_inbox_after_a_week(certificate, people, procedure, settings):
    procedure(certificate).withdrawn()
    settings.PORTAL_TODAY = ISSUED_ON + timedelta(days=7)
    assert len(items(people.clerk)) == 1

    settings.PORTAL_TODAY = ISSUED_ON + timedelta(days=8)
    assert items(people.clerk) == []


def test_tasks_cost_the_same_however_many(issued, people, procedure, django_assert_num_queries):
    town, village, hamlet = issued(TOWN, XINMA, COVERED)
    procedure(town).heard()
    with django_assert_num_queries(4):
        pending(people.clerk)
    procedure(village).heard()
    procedure(hamlet).rechecked()

    with django_assert_num_queries(6):  # The steps of re-checks, and who took them.
        pending(people.clerk)


def test_home_page_leads_there(certificate, client, people):
    actions.recheck(certificate=certificate, version=0, reason="网速不达标", on=ISSUED_ON, by=people.reviewer)
    client.force_login(people.bureau_head)

    href = re.search(r'href="([^"]+)">源潭镇全光网乡镇<', client.get("/").content.decode())[1]
    assert client.get(href).url == f"/certificates/{certificate.pk}/"
