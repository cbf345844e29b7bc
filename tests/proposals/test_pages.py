"""The pages of proposals: changing one thing, the proposal, the queue, the policy, what left a denominator."""

from datetime import date, timedelta
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from areas.models import AccessPoint, Area, DatedValue, Operator, ServiceOrder, Site
from common import clock
from proposals import actions, tasks
from proposals.actions import Why
from proposals.drafts import ItemDraft
from proposals.history import history
from proposals.models import HeldProof, PolicyRule, Proof, Proposal, ProposalItem
from proposals.pages import open_items
from proposals.showing import effect_shown
from proposals.vocabulary import Act, ApprovalLevel, Door, ItemState, ProposalState
from tests import scenes
from tests.evidence.files import JPEG

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    settings.VAR_DIR = tmp_path


@pytest.fixture
def enter(people):
    """A browser in which somebody is signed in, by the name that the scene gives him."""

    def sign_in(name: str) -> Client:
        client = Client()
        client.force_login(getattr(people, name))
        return client

    return sign_in


def address(table: str, key: str = "", *columns: str, **more: str) -> str:
    asked = [("table", table), *([("key", key)] if key else []), *(("column", column) for column in columns)]
    return f"{reverse('proposals:new')}?{urlencode([*asked, *more.items()])}"


def filled(client: Client, url: str, **typed) -> dict:
    """What the page would send after somebody typed."""
    page = client.get(url)
    assert page.status_code == 200, page.content.decode()
    form = page.context["form"]
    data = {name: form[name].value() or "" for name in form.fields}
    return data | dict(page.context["seen"]) | typed


def send(client: Client, url: str, step: str = "send", **typed):
    """Type, look at what it would do, and send it."""
    data = filled(client, url, **typed)
    shown = client.post(url, {**data, "step": "preview"})
    if step == "preview" or shown.status_code != 200 or not shown.context["shown"]:
        return shown
    held = [str(file.pk) for file in shown.context["files"].held]
    return client.post(
        url, {**data, "proofs": [], "held": held, "step": "send", "previewed": shown.context["shown"].digest}
    )


def text(answer) -> str:
    return answer.content.decode()


def errors(answer) -> dict[str, list[str]]:
    return dict(answer.context["form"].errors)


def places(**more) -> dict[str, str]:
    return {"document": "现场照片", **more}


# ------------------------------------------------ one coordinate


@pytest.mark.parametrize("typed", ["113.1, 23.7001", "23.7001,113.1", "北纬23°42′0.36″ 东经113°6′0″"])
def test_coordinate_is_pasted_looked_at_and_sent(enter, typed):
    url = address("sites", "S-2", "place")
    shown = send(enter("clerk"), url, "preview", place=typed, **places())
    assert "改变已经结束的季度的结果" in text(shown) and "须区经信局审定" in text(shown)
    assert not Proposal.objects.exists()

    answer = send(enter("clerk"), url, place=typed, **places())
    made = Proposal.objects.get()
    assert answer.url == reverse("proposals:proposal", args=[made.pk])
    [item] = made.items.all()
    assert item.new == {"lon": "113.1", "lat": "23.7001"} and item.act == Act.CORRECT
    assert made.source == Door.PAGE and made.turns_past
    assert made.state == ProposalState.OPEN


def test_preview_and_proposal_say_how_far_a_thing_moves_and_in_which_datum(enter):
    Site.objects.filter(site_id="S-2").update(datum="BD09")
    url, degrees = address("sites", "S-2", "place"), "23°42′33″ 113°06′01″"
    shown = text(send(enter("clerk"), url, "preview", place=degrees, **places()))
    assert "与原来登记的位置相距" in shown and "坐标按 BD-09 换算" in shown
    assert "113.100277778" in shown and "113.1002777777" not in shown
    answer = send(enter("clerk"), url, place=degrees, **places())
    assert "与原来登记的位置相距" in text(enter("reviewer").get(answer.url))


def test_page_with_a_place_may_ask_the_phone_where_it_is(enter):
    client = enter("clerk")
    assert client.get(address("sites", "S-2", "place"))["Permissions-Policy"] == "geolocation=(self)"
    assert "geolocation=()" in client.get(address("areas", scenes.FAR, "name"))["Permissions-Policy"]


def test_swapped_pair_is_named_and_missing_half_is_asked_for(enter):
    url = address("sites", "S-2", "lon")
    assert "经纬度次序相反，已对调" in text(send(enter("clerk"), url, "preview", place="23.7001 113.1"))
    assert "还缺纬度" in errors(send(enter("clerk"), url, place="113.1"))["place"][0]


@pytest.mark.parametrize(
    ("typed", "said"), [("-113.1, 23.7", "不在中国范围"), ("113.1, 83.7", "不在中国境内"), ("南门口", "无法识别")]
)
def test_place_on_the_wrong_side_of_the_world_is_told_in_place(enter, typed, said):
    answer = send(enter("clerk"), address("sites", "S-2", "place"), place=typed, reason="量过了")

    assert answer.status_code == 422 and said in errors(answer)["place"][0]
    assert answer.context["form"]["place"].value() == typed and "量过了" in text(answer)
    assert not Proposal.objects.exists()


def test_place_near_another_is_shown_before_it_is_sent(enter):
    shown = send(enter("clerk"), address("sites", "S-2", "place"), "preview", place="113.1000, 23.70105", **places())

    assert "大围聚居点" in text(shown) and any("米" in remark for remark in shown.context["shown"].remarks)


def test_what_would_turn_nothing_says_so(enter):
    shown = send(
        enter("clerk"),
        address("areas", scenes.FAR, "permanent_households"),
        "preview",
        permanent_households="26",
        nature="correct",
    )

    assert "不改变任何评定结果" in text(shown)


# ------------------------------------------------ change or correction


def test_spelling_is_sent_at_once_without_a_look(enter):
    client = enter("clerk")
    url = address("areas", scenes.FAR, "name")
    answer = client.post(url, filled(client, url, name="黄冈", nature="correct", step="send"))

    assert answer.status_code == 302
    assert Area.objects.get(pk=scenes.FAR).name == "黄冈"


def test_what_needs_the_bureau_is_shown_before_it_is_sent(enter):
    client = enter("clerk")
    url = address("areas", scenes.FAR, "permanent_households")
    answer = client.post(url, filled(client, url, permanent_households="19", nature="correct", step="send", **places()))

    assert answer.status_code == 200 and answer.context["shown"].found.needs_proof
    assert "黄岗（441802103201202）退出分母" in text(answer)
    assert not Proposal.objects.exists()


def test_change_and_correction_are_asked_apart(enter):
    url = address("areas", scenes.FAR, "permanent_households")
    assert "情况变化" in errors(send(enter("clerk"), url, permanent_households="26"))["nature"][0]
    assert "起始日期" in errors(send(enter("clerk"), url, permanent_households="26", nature="change"))["on"][0]

    send(enter("clerk"), url, permanent_households="26", nature="change", on="2018-08-01")
    [item] = ProposalItem.objects.all()
    assert (item.act, item.effective_on) == (Act.CHANGE, date(2018, 8, 1))


def test_correction_is_of_the_value_that_stands(enter):
    DatedValue.objects.create(
        table="areas", key=scenes.FAR, column="permanent_households", effective_on=date(2018, 2, 1), value="28"
    )
    url = address("areas", scenes.FAR, "permanent_households")
    assert "更正的是自 2018-02-01 起的值" in text(enter("clerk").get(url))

    send(enter("clerk"), url, permanent_households="27", nature="correct")
    [item] = ProposalItem.objects.all()
    assert (item.act, item.effective_on, item.values) == (
        Act.CORRECT,
        date(2018, 2, 1),
        {"permanent_households": ["28", "27"]},
    )


def test_day_that_has_a_change_is_told(enter):
    DatedValue.objects.create(
        table="areas", key=scenes.FAR, column="permanent_households", effective_on=date(2018, 2, 1), value="28"
    )
    answer = send(
        enter("clerk"),
        address("areas", scenes.FAR, "permanent_households"),
        permanent_households="27",
        nature="change",
        on="2018-02-01",
    )

    assert "在 2018-02-01 已经有一次变更" in errors(answer)["permanent_households"][0]


def test_day_before_the_thing_began_is_told(enter):
    Area.objects.filter(pk=scenes.FAR).update(valid_from=date(2018, 3, 1))
    answer = send(
        enter("clerk"),
        address("areas", scenes.FAR, "permanent_households"),
        permanent_households="27",
        nature="change",
        on="2018-01-01",
    )

    assert answer.status_code == 422
    assert any(
        "2018-03-01" in message or "生效" in message for messages in errors(answer).values() for message in messages
    )


def test_stale_page_is_told_both_values_and_nothing_typed_is_lost(enter):
    client, url = enter("clerk"), address("areas", scenes.FAR, "permanent_households")
    data = filled(client, url, permanent_households="27", nature="correct", reason="数过了", step="preview")
    Area.objects.filter(pk=scenes.FAR).update(permanent_households=24)
    answer = client.post(url, data)

    assert "您看到的是“25户”，现在是“24户”" in errors(answer)["permanent_households"][0]
    assert answer.context["form"]["permanent_households"].value() == "27" and "数过了" in text(answer)
    again = client.post(url, {**data, **dict(answer.context["seen"])})
    assert again.status_code == 200 and again.context["shown"]


def test_nothing_changed_is_told(enter):
    answer = send(enter("clerk"), address("areas", scenes.FAR, "permanent_households"), nature="correct")
    assert "没有改动" in text(answer) and answer.status_code == 422


# ------------------------------------------------ files


def test_chosen_photo_is_kept_over_errors_and_goes_with_the_proposal(enter):
    client, url = enter("clerk"), address("sites", "S-2", "place")
    data = filled(client, url, place="113.1", step="preview")
    photo = SimpleUploadedFile("现场.jpg", JPEG, "image/jpeg")
    answer = client.post(url, {**data, "proofs": [photo]})
    [held] = HeldProof.objects.all()
    assert answer.status_code == 422 and "已选：现场.jpg" in text(answer)

    data |= {"place": "113.1, 23.7001", "held": [str(held.pk)]}
    shown = client.post(url, data)
    sent = client.post(url, {**data, "step": "send", "previewed": shown.context["shown"].digest})
    assert sent.status_code == 302
    [proof] = Proof.objects.all()
    assert not HeldProof.objects.exists()
    assert client.get(reverse("proposals:proof", args=[proof.pk]))["Content-Type"] == "image/jpeg"
    assert "attachment" in client.get(reverse("proposals:original", args=[proof.pk]))["Content-Disposition"]


def test_file_that_is_no_photo_is_told_and_the_others_kept(enter):
    client, url = enter("clerk"), address("sites", "S-2", "place")
    files = [SimpleUploadedFile("坏.jpg", b"<html>", "image/jpeg"), SimpleUploadedFile("好.jpg", JPEG, "image/jpeg")]
    answer = client.post(url, {**filled(client, url, place="113.1, 23.7001", step="preview"), "proofs": files})

    assert answer.status_code == 422 and "坏.jpg" in errors(answer)["__all__"][0]
    assert [held.name for held in HeldProof.objects.all()] == ["好.jpg"]


def test_file_held_by_another_is_not_taken_along(enter, people):
    client, url = enter("clerk"), address("sites", "S-2", "place")
    client.post(url, {**filled(client, url, step="preview"), "proofs": [SimpleUploadedFile("现场.jpg", JPEG)]})
    other = enter("reviewer")
    answer = other.post(
        url, {**filled(other, url, step="preview", place="113.1, 23.7001"), "held": [str(HeldProof.objects.get().pk)]}
    )

    assert not answer.context["files"].held


def test_file_never_sent_is_let_go(enter):
    client, url = enter("clerk"), address("sites", "S-2", "place")
    client.post(url, {**filled(client, url, step="preview"), "proofs": [SimpleUploadedFile("旧.jpg", JPEG)]})
    HeldProof.objects.update(at=clock.real_now() - timedelta(days=3))
    client.post(url, {**filled(client, url, step="preview"), "proofs": [SimpleUploadedFile("新.jpg", JPEG)]})

    assert [held.name for held in HeldProof.objects.all()] == ["新.jpg"]


def test_why_something_leaves_a_denominator_is_asked_for(enter):
    url, typed = (
        address("areas", scenes.FAR, "permanent_households"),
        {"permanent_households": "19", "nature": "correct"},
    )
    assert "请选择原因类别" in text(send(enter("clerk"), url, "preview", **typed, **places()))
    assert "请选择原因类别" in errors(send(enter("clerk"), url, **typed, **places()))["reason_code"][0]
    assert send(enter("clerk"), url, **typed, **places(reason_code="below")).status_code == 302
    assert Proposal.objects.get().reason_code == "below"


def test_value_of_before_is_corrected_by_its_day(enter):
    DatedValue.objects.create(
        table="areas", key=scenes.FAR, column="permanent_households", effective_on=date(2018, 2, 1), value="28"
    )
    url = address("areas", scenes.FAR, "permanent_households", **{"from": "first", "act": "correct"})
    assert enter("clerk").get(url).context["form"]["permanent_households"].value() == "25"
    send(enter("clerk"), url, permanent_households="27")
    [item] = ProposalItem.objects.all()
    assert (item.effective_on, item.values) == (None, {"permanent_households": ["25", "27"]})


def test_proof_is_asked_for_where_the_past_turns(enter):
    answer = send(enter("clerk"), address("sites", "S-2", "place"), place="113.1, 23.7001")
    assert answer.status_code == 422 and "必须附依据" in errors(answer)["document"][0]
    assert answer.context["shown"] is None and not Proposal.objects.exists()


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


# ------------------------------------------------ the proposal's page


@pytest.fixture
def waiting(propose):
    """黄岗 to 19 households, 大围 to 31: the first turns the past."""
    made, _ = propose(
        ItemDraft("areas", scenes.FAR, Act.CORRECT, {"permanent_households": "19"}),
        ItemDraft("areas", scenes.NEAR, Act.CORRECT, {"permanent_households": "31"}),
    )
    return made


def decide(client: Client, made: Proposal, action: str, **more):
    url = reverse("proposals:proposal", args=[made.pk])
    shown = client.get(url).context["page"]
    said = {"version": shown.proposal.version, "turned": shown.effect.turned, "past": shown.effect.past}
    return client.post(url, {**said, "action": action, **more})


def test_page_shows_effect_first_and_chooses_nothing(enter, waiting):
    page = text(enter("reviewer").get(reverse("proposals:proposal", args=[waiting.pk])))

    assert page.index("改变已经结束的季度的结果") < page.index("变更事项") < page.index("采纳全部 2 项")
    assert "秀溪村由未达标转为达标" in page and "/acceptance/2018Q3/" in page
    assert "<del>25户</del>" in page and "<ins>19户</ins>" in page
    assert page.count(" checked") == 0


def test_bureau_accepts_from_the_page(enter, waiting):
    answer = decide(enter("reviewer"), waiting, "accept")
    assert answer.status_code == 302 and Area.objects.get(pk=scenes.FAR).permanent_households == 19


def test_bureau_accepts_part_by_box_or_by_number(enter, waiting):
    assert decide(enter("reviewer"), waiting, "accept_part", item=["2"]).status_code == 409
    decide(enter("reviewer"), waiting, "accept_part", item=["2"], reason="黄岗另核")
    assert [item.state for item in waiting.items.all()] == [ItemState.REFUSED, ItemState.APPLIED]


def test_acceptance_is_refused_once_when_it_turns_more_than_was_shown(enter, waiting):
    url = reverse("proposals:proposal", args=[waiting.pk])
    client = enter("reviewer")
    answer = client.post(url, {"action": "accept", "version": 1, "turned": 1, "past": 0})
    assert answer.status_code == 409 and "比您打开页面时多" in text(answer)
    assert Area.objects.get(pk=scenes.FAR).permanent_households == 25

    assert decide(client, waiting, "accept").status_code == 302


def test_send_back_revise_and_accept(enter, waiting):
    decide(enter("reviewer"), waiting, "send_back", reason="请附清单")
    clerk, url = enter("clerk"), reverse("proposals:revise", args=[waiting.pk])
    assert "请附清单" in text(clerk.get(reverse("proposals:proposal", args=[waiting.pk])))
    form = clerk.get(url).context["form"]
    data = {name: form[name].value() or "" for name in form.fields}
    data = {name: value for name, value in data.items() if not name.startswith("drop-")}
    data |= {"v-1-permanent_households": "18", "drop-2": "on", "version": "2", "step": "preview"}
    shown = clerk.post(url, data)
    refused = clerk.post(url, data | {"step": "send", "previewed": shown.context["shown"].digest})
    assert "请选择原因类别" in errors(refused)["reason_code"][0]
    data["reason_code"] = "below"
    assert shown.status_code == 200 and shown.context["shown"]
    sent = clerk.post(url, data | {"step": "send", "previewed": shown.context["shown"].digest})
    assert sent.status_code == 302
    decide(enter("reviewer"), waiting, "accept")

    assert Area.objects.get(pk=scenes.FAR).permanent_households == 18
    assert Area.objects.get(pk=scenes.NEAR).permanent_households == 30


def test_revised_value_that_is_wrong_is_told_in_its_place(enter, waiting):
    decide(enter("reviewer"), waiting, "send_back", reason="请附清单")
    clerk, url = enter("clerk"), reverse("proposals:revise", args=[waiting.pk])
    data = {
        "v-1-permanent_households": "很多",
        "v-2-permanent_households": "31",
        "version": "2",
        "step": "preview",
        "reason_code": "surveyed",
    }
    answer = clerk.post(url, data)
    assert answer.status_code == 422 and "v-1-permanent_households" in errors(answer)


def test_conflict_shows_both_values(enter, waiting):
    Area.objects.filter(pk=scenes.FAR).update(permanent_households=24)
    assert "申请时为“25户”，现为“24户”" in text(enter("reviewer").get(reverse("proposals:proposal", args=[waiting.pk])))
    assert decide(enter("reviewer"), waiting, "accept").status_code == 409


def test_proposer_withdraws_and_another_town_sees_nothing(enter, waiting):
    assert enter("neighbour").get(reverse("proposals:proposal", args=[waiting.pk])).status_code == 404
    decide(enter("clerk"), waiting, "withdraw")
    waiting.refresh_from_db()
    assert waiting.state == ProposalState.WITHDRAWN


@pytest.mark.parametrize("action", ["accept", "send_back", "refuse", "accept_part", "confirm", "overrule"])
def test_clerk_decides_nothing(enter, waiting, action):
    url = reverse("proposals:proposal", args=[waiting.pk])
    answer = enter("clerk").post(url, {"action": action, "version": 1, "reason": "好", "turned": 99999, "past": 99999})
    assert answer.status_code == 403
    assert not waiting.items.exclude(state=ItemState.WAITING).exists()


def test_moved_site_is_drawn_before_and_after(enter, propose):
    made, _ = propose(ItemDraft("sites", "S-2", Act.CORRECT, {"lon": "113.1", "lat": "23.7001"}))
    [moved] = enter("reviewer").get(reverse("proposals:proposal", args=[made.pk])).context["page"].map["moved"]
    assert (moved["before"], moved["after"]) == ([113.15, 23.7], [113.1, 23.7001])


def test_long_proposal_has_pages_and_numbers_for_boxes(enter, propose, make_area):
    for number in range(1, 242):
        make_area(f"{scenes.XINMA}{number + 300}", f"村{number}")
    drafts = [
        ItemDraft("areas", f"{scenes.XINMA}{number + 300}", Act.CORRECT, {"permanent_households": "50"})
        for number in range(1, 242)
    ]
    made, _ = propose(*drafts)
    client, url = enter("reviewer"), reverse("proposals:proposal", args=[made.pk])
    assert 'name="item"' not in text(client.get(url)) and "第 1 / 2 页" in text(client.get(url))
    assert "村241" in text(client.get(f"{url}?page=2"))
    decide(client, made, "accept_part", numbers="1-100、 240－241,x", reason="其余另核")
    assert made.items.filter(state=ItemState.APPLIED).count() == 102


# ------------------------------------------------ queue, batch, tasks


def test_queue_begins_with_what_turns_most(enter, propose, waiting):
    propose(ItemDraft("areas", scenes.NEAR, Act.CORRECT, {"permanent_households": "32"}))
    page = enter("reviewer").get(reverse("proposals:index"))

    assert [row[3].text for row in page.context["rows"]] == [
        f"改变往季结果 {waiting.effect['past']} 项，共 {waiting.weight} 项",
        "不改变评定",
    ]
    assert page.context["silent"] == 1
    assert "共 2 件" in text(page)
    settled = enter("reviewer").get(reverse("proposals:index") + "?state=settled")
    assert not settled.context["rows"]


@pytest.mark.parametrize(("role", "shown"), [("reviewer", "待审定和待复核"), ("clerk", "全部")])
def test_queue_names_the_state_that_it_shows(enter, waiting, role, shown):
    """A list of choices shows its first one while none is chosen."""
    form = enter(role).get(reverse("proposals:index")).context["form"]
    assert next(iter(form["state"].subwidgets)).choice_label == shown
    chosen = enter(role).get(reverse("proposals:index") + "?state=settled").context["form"]
    assert [each.choice_label for each in chosen["state"].subwidgets if each.data["selected"]] == ["已办结"]


def test_queue_costs_the_same_however_long(enter, propose, django_assert_max_num_queries):
    for number in range(12):
        propose(ItemDraft("areas", scenes.NEAR, Act.CORRECT, {"permanent_households": str(40 + number)}))
    client = enter("reviewer")
    client.get(reverse("proposals:index"))
    with django_assert_max_num_queries(14):
        assert len(client.get(reverse("proposals:index")).context["rows"]) == 12


def test_operator_sees_his_own_only(enter, propose, people, waiting):
    propose(ItemDraft("access_points", "DX-2", Act.CORRECT, {"name": "二号"}), by=people.operator, why=Why())
    page = enter("operator").get(reverse("proposals:index"))
    assert [row[0].text for row in page.context["rows"]] == ["更正DX-2"]


def test_batch_names_operators(enter, propose, people, district):
    added = {"name": "三号", "operator": "telecom", "lon": "113.1", "lat": "23.7", "downstream_mbps": "100"}
    given = added | {"tv_only": "0", "opened_on": "2018-01-02"}
    propose(ItemDraft("access_points", "DX-9", Act.ADD, given), by=people.operator)
    Operator.objects.filter(pk="telecom").update(name="中国电信清城分公司")
    [row] = enter("reviewer").get(reverse("proposals:batch")).context["ready"]
    assert "运营企业 中国电信清城分公司" in row.words


def test_batch_takes_what_turns_nothing_and_leaves_ones_own(enter, propose, people, waiting):
    silent, _ = propose(ItemDraft("areas", scenes.NEAR, Act.CORRECT, {"permanent_households": "32"}))
    own, _ = propose(
        ItemDraft("areas", scenes.COVERED, Act.CORRECT, {"permanent_households": "41"}), by=people.reviewer
    )
    client, url = enter("reviewer"), reverse("proposals:batch")
    page = client.get(url)
    assert [row.pk for row in page.context["ready"]] == [silent.pk]
    assert [row.pk for row in page.context["own"]] == [own.pk]

    asked = [f"{made.pk}-{made.version}" for made in (silent, own, waiting)]
    client.post(url, {"proposal": asked})
    states = dict(Proposal.objects.values_list("pk", "state"))
    assert states == {silent.pk: ProposalState.SETTLED, own.pk: ProposalState.OPEN, waiting.pk: ProposalState.OPEN}


def test_tasks_of_both_sides(enter, people, waiting):
    assert [task.title for task in tasks.pending(people.reviewer)] == ["变更申请待审定 1 件，其中 1 件改变往季结果"]
    assert "变更申请待审定 1 件" in text(enter("reviewer").get(reverse("home")))
    decide(enter("reviewer"), waiting, "send_back", reason="请附清单")
    (back,) = tasks.pending(people.clerk)
    assert (back.title, back.state, back.words) == (waiting.title, "已退回", f"{people.reviewer}：请附清单")
    assert "请附清单" in text(enter("clerk").get(reverse("home")))
    assert enter("operator").get(reverse("home")).status_code == 200


@pytest.mark.parametrize(
    ("action", "remark"),
    [
        ("accept", "区经信局已采纳"),
        ("accept_part", "采纳 1 项，不予采纳 1 项，原因见申请"),
        ("refuse", "区经信局不予采纳，原因见申请"),
    ],
)
def test_proposer_is_told_what_became_of_his_items(people, enter, propose, action, remark):
    made, _ = propose(
        ItemDraft("areas", scenes.FAR, Act.CORRECT, {"permanent_households": "19"}),
        ItemDraft("areas", scenes.NEAR, Act.CORRECT, {"permanent_households": "33"}),
        why=Why("below", "", "清点表"),
    )
    answer = decide(enter("reviewer"), made, action, item="2", reason="未见清点表")
    assert [task.words for task in tasks.pending(people.clerk)] == [remark]
    assert ("没有采纳" in text(enter("clerk").get(answer.url))) == (action != "accept")


def test_outcome_stands_among_the_proposers_tasks(people, enter, waiting):
    decide(enter("reviewer"), waiting, "accept")
    assert [(task.title, task.state) for task in tasks.pending(people.clerk)] == [(waiting.title, "已办结")]


# ------------------------------------------------ policy, denominators, history


def test_policy_is_read_by_keepers_and_set_by_the_head(enter):
    assert "即时生效" in text(enter("clerk").get(reverse("proposals:policy")))
    url = reverse("proposals:level", args=["areas", "name"])
    assert enter("reviewer").get(url).status_code == 403
    answer = enter("head").post(url, {"level": 1, "reason": "地名要核", "number": 0})
    assert answer.status_code == 302 and PolicyRule.objects.get().level == ApprovalLevel.BUREAU
    assert enter("head").post(url, {"level": 1, "reason": "", "number": 1}).status_code == 422
    assert enter("head").post(url, {"level": 0, "reason": "又改", "number": 0}).status_code == 422
    assert "修改 1 次" in text(enter("clerk").get(reverse("proposals:policy")))


def test_what_left_a_denominator_is_listed_and_exported(enter, waiting):
    decide(enter("reviewer"), waiting, "accept")
    url = reverse("proposals:denominators")
    page = enter("clerk").get(url)
    assert [row[0].text for row in page.context["rows"]] == ["黄岗"]
    assert "实地核实" in text(page) and "源府〔2018〕9号" in text(page)
    assert not enter("neighbour").get(url).context["rows"]
    assert (
        len(
            enter("reviewer").get(f"{url}?township={scenes.TOWN}&kind=natural_village&denominator=left").context["rows"]
        )
        == 1
    )
    assert not enter("reviewer").get(f"{url}?kind=sites").context["rows"]
    assert "黄岗" in enter("clerk").get(f"{url}?export=csv").getvalue().decode("utf-8-sig")
    assert "季度" in text(enter("clerk").get(f"{url}?quarter=soon"))


def test_history_tells_who_and_why_and_what_a_package_brought(people, enter, waiting):
    DatedValue.objects.create(
        table="areas", key=scenes.FAR, column="setting", effective_on=date(2018, 1, 1), value="rural", document="数据包"
    )
    decide(enter("reviewer"), waiting, "accept")
    done, brought = history("areas", scenes.FAR, people.clerk)

    assert (done.title, done.proposed_by, done.accepted_by) == ("更正", people.clerk.name, people.reviewer.name)
    assert (done.turns[0].old, done.turns[0].new, done.document) == ("25户", "19户", "源府〔2018〕9号")
    assert done.url and not history("areas", scenes.FAR, people.neighbour)[0].url
    assert (brought.title, brought.since, brought.turns[0].new) == ("随数据包导入", date(2018, 1, 1), "农村")


def test_open_items_of_a_thing(people, waiting):
    [item] = open_items("areas", scenes.FAR, people.clerk)
    assert item.state == "待审定" and "25户→19户" in item.words and item.url
    assert not open_items("areas", scenes.FAR, people.neighbour)[0].url


# ------------------------------------------------ words that mislead nobody


def test_sites_alone_of_quarters_that_have_ended_are_told_in_red(people):
    row = {"code": "1", "words": "甲转为未生效", "periods": ["2018Q2"], "bases": [], "past": True}
    effect = {"sites": [row], "counts": {"sites": 1}, "turned": 1, "past": 1, "quarters": ["2018Q2"]}
    shown = effect_shown(effect, [], people.reviewer)
    assert shown.is_alarming and not shown.is_silent


def test_preview_says_at_once_what_is_still_lacking(enter):
    url = address("areas", scenes.FAR, act="end")
    shown = send(enter("clerk"), url, "preview", on="2018-08-01")
    assert "不能提交" in text(shown) and "请选择原因类别" in text(shown)
    assert f"终止{Area.objects.get(pk=scenes.FAR).name}的" not in text(shown)
    shown = send(enter("clerk"), url, "preview", on="2018-08-01", reason_code="demolished", document="拆迁公告")
    assert shown.context["shown"] and "不能提交" not in text(shown)


def test_what_became_different_is_not_taken_for_wrongly_entered(enter):
    client = enter("clerk")
    assert client.get(address("areas", scenes.FAR, "name", act="change")).context["form"]["reason_code"].value() == ""
    shown = client.get(address("areas", scenes.FAR, "name", act="correct"))
    assert shown.context["form"]["reason_code"].value() == "misentered"


def test_new_access_point_does_not_carry_television_alone(enter):
    assert enter("operator").get(address("access_points", act="add")).context["form"]["tv_only"].value() == "0"
