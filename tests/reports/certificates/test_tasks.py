"""What the home page asks for: plaques to be given, re-checks to be decided."""

import re

from common import clock
from reports.certificates import actions
from reports.certificates.tasks import pending
from tests.reports.certificates.conftest import ISSUED_ON, TOWN, XINMA


def said(user) -> list[tuple]:
    return [(task.title, task.state, task.since and task.since.date(), task.words) for task in pending(user)]


def test_ratified_units_wait_for_those_who_award(ratified, people):
    ratified(TOWN, XINMA)

    assert (
        said(people.government) == said(people.bureau_head) == [("2 个单位已审定，待授牌", "待授牌", clock.today(), "")]
    )
    assert said(people.reviewer) == said(people.leader) == said(people.clerk) == []


def test_recheck_waits_for_those_who_decide_it_with_its_reason(certificate, people):
    actions.recheck(certificate=certificate, version=0, reason="网速不达标", on=ISSUED_ON, by=people.reviewer)

    assert said(people.government) == [("源潭镇全光网乡镇", "复核中", clock.today(), "网速不达标")]
    (waits,) = pending(people.reviewer)
    assert waits.who == "区政府或区经信局负责人"


def test_home_page_leads_there(certificate, client, people):
    actions.recheck(certificate=certificate, version=0, reason="网速不达标", on=ISSUED_ON, by=people.reviewer)
    client.force_login(people.government)

    href = re.search(r'href="([^"]+)">源潭镇全光网乡镇<', client.get("/").content.decode())[1]
    assert client.get(href).url == f"/certificates/{certificate.pk}/"
