"""What somebody tried who wanted a figure turned without the bureau: each hole as it was found."""

import json
import uuid
from datetime import date

import pytest

from accounts.posts import Post
from areas.models import AccessPoint, Area, DatedValue, ServiceOrder
from areas.workdays import DayUnknown
from common.exceptions import Refused
from proposals import actions, effects, lists
from proposals.actions import Why
from proposals.drafts import ItemDraft
from proposals.models import Proposal
from proposals.vocabulary import Act, ApprovalLevel, Denominator, ProposalAction
from tests import scenes

pytestmark = pytest.mark.django_db


def levels(proposal) -> set[int]:
    return {item.level for item in proposal.items.all()}


@pytest.fixture
def mobile(make_user):
    return make_user(Post.OPERATOR, operator="mobile")


# ---------------------------------------------------------------- access points


def test_point_that_was_closed_long_ago_is_not_ended_once_more(propose, people):
    """Another end, of yesterday, would let it serve in all the quarters between."""
    AccessPoint.objects.filter(ap_id="DX-1").update(closed_on=date(2017, 12, 1))

    proposal, _ = propose(ItemDraft("access_points", "DX-1", Act.END, on=date(2018, 8, 10)), by=people.operator)

    assert AccessPoint.objects.get(ap_id="DX-1").closed_on == date(2017, 12, 1)
    assert proposal is None or levels(proposal) == {ApprovalLevel.BUREAU}


# ---------------------------------------------------------------- orders


def order(number: str, act: Act, **values: str) -> ItemDraft:
    return ItemDraft("service_orders", number, act, values)


def new_order(**values: str) -> ItemDraft:
    return order("GD-9", Act.ADD, area_code=scenes.FAR, operator="mobile", needs_expansion="0", **values)


@pytest.mark.parametrize(
    "values",
    [
        {"accepted_on": "2018-08-01"},
        {"accepted_on": "2018-07-20", "completed_on": "2018-07-27"},
        {"accepted_on": "2018-04-02"},
        {"accepted_on": "2018-04-02", "completed_on": "2018-06-08"},
    ],
)
def test_order_that_is_news_or_late_is_added_at_once(propose, mobile, values):
    proposal, _ = propose(new_order(**values), by=mobile)
    assert levels(proposal) == {ApprovalLevel.AT_ONCE}


def test_punctual_order_of_a_past_quarter_is_not_added_at_once(propose, mobile):
    """It thins out the late ones of a quarter that has ended."""
    old = new_order(accepted_on="2018-04-02", completed_on="2018-04-09")

    proposal, found = propose(old, by=mobile)

    assert not found.errors
    assert levels(proposal) == {ApprovalLevel.BUREAU}
    assert not ServiceOrder.objects.filter(order_id="GD-9").exists()


def test_order_of_today_does_not_become_a_punctual_one_of_a_past_quarter(propose, mobile):
    """The same in two steps: as it is not due, its dates were anybody's."""
    propose(new_order(accepted_on="2018-08-14"), by=mobile)
    assert ServiceOrder.objects.filter(order_id="GD-9").exists()

    proposal, _ = propose(order("GD-9", Act.CORRECT, accepted_on="2018-04-02", completed_on="2018-04-09"), by=mobile)

    assert ServiceOrder.objects.get(order_id="GD-9").accepted_on == date(2018, 8, 14)
    assert levels(proposal) == {ApprovalLevel.BUREAU}


@pytest.mark.parametrize(
    ("completed", "expected"), [("2018-05-31", ApprovalLevel.BUREAU), ("2018-07-31", ApprovalLevel.AT_ONCE)]
)
def test_late_order_is_not_done_in_a_quarter_that_has_ended(propose, mobile, completed, expected):
    """Late it stays, but it was late in every quarter since: said to be done long ago it is gone from those."""
    ServiceOrder.objects.filter(order_id="GD-2").update(completed_on=None)

    proposal, _ = propose(order("GD-2", Act.CORRECT, completed_on=completed), by=mobile)

    assert levels(proposal) == {expected}


def test_order_is_not_completed_before_the_day_has_come(propose, mobile):
    """Whoever enters the due day in advance is never late."""
    propose(new_order(accepted_on="2018-08-14"), by=mobile)

    proposal, _ = propose(order("GD-9", Act.CORRECT, completed_on="2018-08-28"), by=mobile)

    assert ServiceOrder.objects.get(order_id="GD-9").completed_on is None
    assert levels(proposal) == {ApprovalLevel.BUREAU}


# ---------------------------------------------------------------- denominators


def test_village_leaves_by_what_holds_then_not_by_what_held_first(propose):
    """It began with 18 households and has had 25 since: to go back to 15 is to leave."""
    Area.objects.filter(pk=scenes.FAR).update(permanent_households=18)
    DatedValue.objects.create(
        table="areas", key=scenes.FAR, column="permanent_households", effective_on=date(2018, 2, 1), value="25"
    )

    proposal, _ = propose(
        ItemDraft("areas", scenes.FAR, Act.CHANGE, {"permanent_households": "15"}, on=date(2018, 8, 1))
    )

    assert proposal.items.get().denominator == Denominator.LEFT


def test_batch_does_not_take_what_changes_a_tally(propose, people):
    """A school that becomes a settlement: no verdict turns, and yet 2/3 of all quarters is 1/2."""
    proposal, _ = propose(ItemDraft("sites", "S-5", Act.CORRECT, {"kind": "settlement"}), by=people.neighbour)
    assert proposal.effect["turned"] == 0 and "2/3 变为 1/2" in proposal.effect["figures"][0]["words"]

    assert proposal.items.get().denominator == Denominator.MOVED
    assert not lists.silent(people.reviewer).filter(pk=proposal.pk).exists()


def test_batch_reads_the_tallies_of_an_effect(propose, people):
    """What was never rehearsed, since nothing follows from it, has none."""
    proposal, _ = propose(ItemDraft("areas", scenes.FAR, Act.CORRECT, {"permanent_households": "26"}))
    assert lists.silent(people.reviewer).filter(pk=proposal.pk).exists()
    Proposal.objects.filter(pk=proposal.pk).update(effect={"counts": {"figures": 1}})
    assert not lists.silent(people.reviewer).filter(pk=proposal.pk).exists()
    Proposal.objects.filter(pk=proposal.pk).update(effect={})
    assert lists.silent(people.reviewer).filter(pk=proposal.pk).exists()


# ---------------------------------------------------------------- one's own


def test_whoever_sent_it_again_does_not_accept_it(propose, people):
    """What a colleague proposed and one has rewritten is one's own."""
    far = ItemDraft("areas", scenes.FAR, Act.CORRECT, {"permanent_households": "24"})
    proposal, _ = propose(far, by=people.reviewer)
    actions.decide(proposal=proposal, action=ProposalAction.SEND_BACK, version=1, by=people.colleague, reason="再数")
    mine = ItemDraft("areas", scenes.FAR, Act.CORRECT, {"permanent_households": "19"})
    actions.revise(proposal=proposal, version=2, drafts=[mine], by=people.colleague, why=Why("below", "清点", "表"))

    with pytest.raises(Refused, match="本人"):
        actions.decide(proposal=proposal, action=ProposalAction.ACCEPT, version=3, by=people.colleague)


# ---------------------------------------------------------------- what the page is sent


def test_number_of_an_item_that_is_none(propose, people, client):
    proposal, _ = propose(ItemDraft("areas", scenes.FAR, Act.CORRECT, {"permanent_households": "26"}))
    client.force_login(people.reviewer)

    answer = client.post(f"/proposals/{proposal.pk}/", {"action": "none", "item": "9" * 5_000})

    assert answer.status_code == 422


def test_whoever_may_not_decide_has_nothing_worked_out(propose, people, client, monkeypatch):
    proposal, _ = propose(ItemDraft("areas", scenes.FAR, Act.CORRECT, {"permanent_households": "19"}))
    monkeypatch.setattr(actions, "refresh_effect", None)
    client.force_login(people.clerk)

    for action in ("accept", "accept_part", "confirm"):
        said = {"action": action, "version": 1, "turned": 99, "past": 99, "reason": "x", "item": "1"}
        assert client.post(f"/proposals/{proposal.pk}/", said).status_code == 403


# ---------------------------------------------------------------- what is told to whom


def test_operator_is_not_told_of_sites_and_verdicts_that_it_may_not_see(propose, people, client):
    """A preview may be asked for any place and any rate: it would be a way to read the register and the verdicts."""
    proposal, _ = propose(
        ItemDraft("access_points", "DX-1", Act.CORRECT, {"lon": "113.15", "lat": "23.7"}), by=people.operator
    )
    assert proposal.effect["sites"] and proposal.effect["areas"] and proposal.turns_past
    address = f"/proposals/{proposal.pk}/"

    client.force_login(people.operator)
    shown = client.get(address).content.decode()
    assert "黄岗聚居点" not in shown and "秀溪村" not in shown and "1/2" not in shown
    assert "改变已经结束的季度的结果" in shown and "未逐条列出" in shown

    client.force_login(people.reviewer)
    assert "黄岗聚居点" in client.get(address).content.decode()


# ---------------------------------------------------------------- a county that cannot be judged


def test_calendar_that_falls_short_is_told_at_every_door(propose, people, client, monkeypatch, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    proposal, _ = propose(ItemDraft("areas", scenes.FAR, Act.CORRECT, {"permanent_households": "19"}))
    returned, _ = propose(ItemDraft("areas", scenes.NEAR, Act.CORRECT, {"permanent_households": "19"}))
    actions.decide(proposal=returned, action=ProposalAction.SEND_BACK, version=1, by=people.reviewer, reason="附清单")

    def short(*args, **options):
        raise DayUnknown(date(2019, 1, 1))

    monkeypatch.setattr(effects, "rehearsed", short)
    point = {
        "ap_id": "DX-1",
        "lon": 113.3,
        "lat": 23.7,
        "downstream_mbps": 100,
        "opened_on": "2017-01-01",
        "tv_only": 0,
    }
    chosen = {"rows": f'["{scenes.FAR}"]', "deed": "permanent_households", "value": "18", "nature": "correct"}
    visit = {"table": "areas", "key": scenes.FAR, "found": "here", "seen_households": "25", "households": "19"}
    judged = {"action": "accept", "version": "1", "turned": "99", "past": "99"}
    again = {
        "v-1-permanent_households": "18",
        "reason_code": "below",
        "document": "清单",
        "step": "preview",
        "version": 2,
    }
    changed = {"permanent_households": "18", "nature": "correct", "kind": "natural_village", "name": "黄岗"}
    asked = [
        (people.operator, "/api/load/access-points/", {"rows": [point]}, "application/json"),
        (people.clerk, "/field/visits/", {"entry": json.dumps(visit | {"id": str(uuid.uuid4())})}, None),
        (people.clerk, "/ledgers/selection/areas/", chosen | {"step": "preview"}, None),
        (people.clerk, f"/proposals/new/?table=areas&key={scenes.FAR}", changed | {"step": "preview"}, None),
        (people.clerk, f"/proposals/{returned.pk}/revise/", again, None),
        (people.reviewer, f"/proposals/{proposal.pk}/", judged, None),
    ]
    for who, address, said, kind in asked:
        client.force_login(who)
        answer = client.post(address, said, **({"content_type": kind} if kind else {}))
        assert answer.status_code in (400, 409, 422), address
        assert "工作日表里没有 2019-01-01" in answer.content.decode(), address
