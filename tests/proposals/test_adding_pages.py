"""The pages on which something is added, ended, moved or void, and whose they are."""

from datetime import date

import pytest
from django.urls import reverse

from areas.models import AccessPoint, ServiceOrder
from proposals import actions
from proposals.actions import Why
from proposals.drafts import ItemDraft
from proposals.models import ProposalItem
from proposals.vocabulary import Act, Door
from tests import scenes
from tests.proposals.forms import address, errors, filled, places, send, text

pytestmark = pytest.mark.django_db


# ------------------------------------------------ add, end, move, void


def test_new_village_gets_the_next_code(enter):
    url = address("areas", act="add", area=scenes.XIUXI)
    assert enter("clerk").get(url).context["form"]["code"].value() == f"{scenes.XIUXI}204"
    send(enter("clerk"), url, name="新围", permanent_households="33", **places())

    [item] = ProposalItem.objects.all()
    assert (item.act, item.key, item.new["kind"]) == (Act.ADD, f"{scenes.XIUXI}204", "natural_village")


def test_new_site_stands_in_its_area_with_a_free_number(enter):
    url = address("sites", act="add", area=scenes.FAR, lon="113.1", lat="23.7001")
    page = enter("clerk").get(url)
    form = page.context["form"]
    assert (form["site_id"].value(), form["place"].value()) == ("S-7", "113.1, 23.7001")
    send(enter("clerk"), url, site_id="S-20", name="黄岗祠堂", kind="settlement", **places())

    [item] = ProposalItem.objects.all()
    assert item.new["area_code"] == scenes.FAR and item.new["lon"] == "113.1"


def test_operator_adds_his_own_access_point_and_order(enter):
    url = address("access_points", act="add")
    typed = {
        "ap_id": "DX-9",
        "place": "113.15, 23.7",
        "downstream_mbps": "1000",
        "tv_only": "0",
        "opened_on": "2018-08-10",
    }
    send(enter("operator"), url, **typed)

    assert AccessPoint.objects.get(ap_id="DX-9").operator_id == "telecom"


def test_rates_days_and_numbers_may_be_written_as_people_do(enter):
    spot = {"ap_id": "DX-9", "place": "113.15, 23.7", "tv_only": "0"}
    typed = {"downstream_mbps": "1G", "opened_on": "2018年8月10日", "ports_total": "1,200.00", "ports_used": "48个"}
    send(enter("operator"), address("access_points", act="add"), **spot, **typed)

    point = AccessPoint.objects.get(ap_id="DX-9")
    assert (point.downstream_mbps, point.opened_on) == (1000, date(2018, 8, 10))
    assert (point.ports_total, point.ports_used) == (1200, 48)


def test_what_may_mean_two_things_is_asked_beside_its_field(enter):
    url = address("access_points", act="add")
    typed = {"ap_id": "DX-9", "downstream_mbps": "100MB", "opened_on": "03/04/2018", "ports_total": "三百二"}
    found = errors(send(enter("operator"), url, **typed))

    assert found["downstream_mbps"] == ["“100MB”可理解为 100Mbps 或 800Mbps：请改写清楚。"]
    assert found["opened_on"] == ["“03/04/2018”可理解为 2018-03-04 或 2018-04-03：请改写清楚。"]
    assert found["ports_total"] == ["“三百二”可理解为 320 或 302：请改写清楚。"]


def test_number_that_is_taken_is_told(enter):
    answer = send(
        enter("clerk"), address("sites", act="add", area=scenes.FAR), site_id="S-1", name="新", kind="settlement"
    )
    assert "已经有了" in errors(answer)["site_id"][0]


def test_village_ends_on_a_day(enter):
    url = address("areas", scenes.FAR, act="end")
    assert "终止的日期" in errors(send(enter("clerk"), url))["on"][0]
    send(enter("clerk"), url, on="2018-08-01", reason_code="demolished", **places())

    [item] = ProposalItem.objects.all()
    assert (item.act, item.denominator, item.new) == (Act.END, "left", {"valid_to": "2018-08-01"})


def test_void_village_was_never_there(enter):
    send(enter("clerk"), address("areas", scenes.FAR, act="void"), reason_code="duplicate", **places())
    [item] = ProposalItem.objects.all()
    assert item.act == Act.VOID and item.denominator == "left"
    said = text(enter("reviewer").get(reverse("proposals:proposal", args=[item.proposal_id])))
    assert "作废，所有季度都不计入" in said and "2017-01-01" not in said


@pytest.mark.parametrize("typed", [scenes.COVERED, "新屋", f"新屋（{scenes.COVERED}）"])
def test_site_moves_to_an_area_by_code_or_name(enter, typed):
    send(
        enter("clerk"),
        address("sites", "S-2", "area_code"),
        area_code=typed,
        nature="change",
        on="2018-08-01",
        reason_code="misentered",
        **places(),
    )
    [item] = ProposalItem.objects.all()
    assert item.new == {"area_code": scenes.COVERED} and item.denominator == "moved"


def test_area_out_of_scope_is_not_offered_and_not_taken(enter):
    url = address("sites", "S-2", "area_code")
    assert scenes.QUARTER not in dict(enter("clerk").get(url).context["suggestions"])
    answer = send(enter("clerk"), url, area_code="阳光花园", nature="correct")
    assert "您的范围内没有" in errors(answer)["area_code"][0]
    assert (
        "不在您的范围内"
        in errors(send(enter("clerk"), url, area_code=scenes.QUARTER, nature="correct"))["area_code"][0]
    )


def test_village_is_nominated(enter):
    send(
        enter("clerk"),
        address("areas", scenes.FAR, "demonstration"),
        demonstration="1",
        nature="change",
        on="2018-08-15",
    )
    [item] = ProposalItem.objects.all()
    assert item.new == {"demonstration": "1"}


def test_order_is_completed_at_once(enter):
    ServiceOrder.objects.filter(order_id="GD-2").update(
        completed_on=None, accepted_on=date(2018, 8, 10), operator_id="telecom"
    )
    client, url = enter("operator"), address("service_orders", "GD-2")
    answer = client.post(url, filled(client, url, completed_on="2018-08-14", step="send"))

    assert answer.status_code == 302 and ServiceOrder.objects.get(order_id="GD-2").completed_on == date(2018, 8, 14)


# ------------------------------------------------ whose it is


@pytest.mark.parametrize(
    ("who", "url", "status"),
    [
        ("neighbour", address("sites", "S-2", "place"), 404),
        ("neighbour", address("areas", act="add", area=scenes.XIUXI), 404),
        ("operator", address("access_points", "YD-1", "name"), 404),
        ("operator", address("sites", "S-2"), 403),
        ("clerk", address("access_points", "DX-1"), 403),
        ("clerk", address("successions", "x"), 404),
        ("clerk", address("sites", "S-99"), 404),
    ],
)
def test_page_of_what_is_not_ones_own(enter, who, url, status):
    assert enter(who).get(url).status_code == status
    assert enter(who).post(url, {"step": "send"}).status_code == status


def test_two_people_on_one_village_see_each_other(enter):
    send(
        enter("clerk"),
        address("areas", scenes.FAR, "permanent_households"),
        permanent_households="26",
        nature="correct",
    )
    page = enter("clerk").get(address("areas", scenes.FAR, "permanent_households"))
    assert "该处已有未办结的申请" in text(page) and "25户→26户" in text(page)


def test_proposal_of_too_many_items_is_refused(people):
    drafts = [ItemDraft("areas", scenes.FAR, Act.CORRECT, {"name": str(number)}) for number in range(5_001)]
    with pytest.raises(actions.Refused, match="一次最多 5000 项，这次有 5001 项"):
        actions.propose(drafts=drafts, by=people.clerk, source=Door.PAGE, why=Why())
