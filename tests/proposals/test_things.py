"""The page of a thing tells what was proposed of it, and its history."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from proposals import actions
from proposals.drafts import ItemDraft
from proposals.vocabulary import ProposalAction
from tests.scenes import NEAR


@pytest.fixture
def opened(people):
    def get(user, name: str = "areas:area", key: str = NEAR):
        client = Client()
        client.force_login(user)
        return client.get(reverse(name, args=[key]))

    return get


def marks(response) -> list[str]:
    return [alert.mark for alert in response.context["page"].alerts]


def test_page_says_what_waits_and_tells_it_when_it_is_accepted(propose, people, opened):
    draft = ItemDraft("areas", NEAR, "change", {"permanent_households": "45"}, on=date(2018, 7, 10))
    proposal, _ = propose(draft)
    response = opened(people.clerk)
    assert "待审定" in marks(response)
    assert "没有变更记录" in response.content.decode()

    actions.decide(proposal=proposal, action=ProposalAction.ACCEPT, version=proposal.version, by=people.reviewer)
    response = opened(people.clerk)
    content = response.content.decode()
    assert "待审定" not in marks(response)
    assert "<ins>45户</ins>" in content and "自 2018-07-10 起" in content and "源府〔2018〕9号" in content
    [row] = [row for row in response.context["values"] if row.label == "常住户数"]
    assert (row.now, row.note) == ("45 户", "自 2018-07-10 起")


def test_order_has_a_time_line(opened, people):
    response = opened(people.reviewer, "areas:order", "GD-2")
    assert [panel.key for panel in response.context["page"].wide] == ["history"]
