"""The page on which one value is changed or corrected: a coordinate, a name, its proofs, what is said before it is sent."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from areas.models import Area, DatedValue, Site
from common import clock
from proposals.models import HeldProof, Proof, Proposal, ProposalItem
from proposals.showing import effect_shown
from proposals.vocabulary import Act, Door, ProposalState
from tests import scenes
from tests.evidence.files import JPEG
from tests.proposals.forms import address, errors, filled, places, send, text

pytestmark = pytest.mark.django_db


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


def test_form_sent_twice_makes_one_proposal_and_answers_alike(enter):
    client, url = enter("clerk"), address("sites", "S-2", "place")
    data = filled(client, url, place="113.1, 23.7001", **places())
    shown = client.post(url, {**data, "step": "preview"}).context["shown"]
    sent = {**data, "step": "send", "previewed": shown.digest}
    answers = [client.post(url, sent) for _ in range(2)]
    made = Proposal.objects.get()
    assert [answer.url for answer in answers] == [reverse("proposals:proposal", args=[made.pk])] * 2
    assert made.moves.count() == 1


def test_another_reason_is_another_proposal(enter):
    url = address("sites", "S-2", "place")
    for reason in ("", "实地复核"):
        send(enter("clerk"), url, place="113.1, 23.7001", reason=reason, **places())
    assert Proposal.objects.count() == 2
