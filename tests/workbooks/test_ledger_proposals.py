"""A workbook goes through the door of the proposals: what needs nobody is written, the rest waits, with its effect."""

import io
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from acceptance.judging import judging
from acceptance.models import Verdict
from accounts.models import AuditEntry
from accounts.posts import Post
from areas.models import Area, DatedValue, Site
from evidence.keeping import original
from proposals.models import HeldProof, Proof, Proposal, ProposalItem
from proposals.vocabulary import Act, Denominator, Door, ItemState, ProposalState
from tests import scenes
from tests.workbooks.conftest import FIRST, Person, put, row_of
from workbooks.ledgers import actions, views
from workbooks.ledgers.models import LedgerUpload

pytestmark = pytest.mark.django_db

VILLAGES = (scenes.NEAR, scenes.FAR, scenes.COVERED)


@pytest.fixture
def clerk(make_area, make_user, settings) -> Person:
    settings.PORTAL_TODAY = date(2018, 8, 15)
    scenes.build_district(make_area)
    judging.refresh("441802")
    return Person(make_user(Post.CLERK, area=scenes.TOWN))


@pytest.fixture
def reviewer(make_user) -> Person:
    return Person(make_user(Post.REVIEWER))


def lowered(clerk: Person):
    """The preview of a workbook that takes three villages out of the denominator."""
    book = clerk.download("natural-villages")
    for code in VILLAGES:
        put(book, row_of(book, code), 常住户数=19)
    return clerk.send("natural-villages", book)


def address(answer) -> str:
    return f"/ledgers/uploads/{answer.context['upload'].pk}/"


def picture(colour: str = "red") -> SimpleUploadedFile:
    file = io.BytesIO()
    Image.new("RGB", (300, 300), colour).save(file, "JPEG")
    return SimpleUploadedFile("村委会清点.jpg", file.getvalue())


def test_villages_lowered_beneath_twenty_households_wait_with_their_effect(clerk, reviewer):
    """It used to be written without a word to anybody, and no village was named in the trail."""
    answer = lowered(clerk)
    found, page = answer.context["found"], answer.content.decode()
    assert (found.at_once, found.waiting, found.leaving, found.needs_proof) == (0, 3, 3, True)
    assert '<div class="effect-alarm"' in page and "改变已经结束的季度的结果" in page and "秀溪村由未达标转为" in page

    clerk.confirm(answer)

    assert set(Area.objects.filter(code__in=VILLAGES).values_list("permanent_households", flat=True)) == {30, 25, 40}
    [proposal] = Proposal.objects.all()
    assert (proposal.state, proposal.source, proposal.turns_past) == (ProposalState.OPEN, Door.WORKBOOK, True)
    assert [(item.key, item.values, item.denominator) for item in proposal.items.all()] == [
        (code, {"permanent_households": [households, "19"]}, Denominator.LEFT)
        for code, households in zip(VILLAGES, ("30", "25", "40"), strict=True)
    ]
    told = AuditEntry.objects.get(action="proposal.propose")
    assert all(f"{name}（{code}）" in told.detail for name, code in (("大围", scenes.NEAR), ("黄岗", scenes.FAR)))

    reviewer.accept_all()
    judging.ensure_current("441802")
    assert set(Area.objects.filter(code__in=VILLAGES).values_list("permanent_households", flat=True)) == {19}
    assert all(f"{code}）" in AuditEntry.objects.get(action="proposal.accept").detail for code in VILLAGES)
    foretold = {(line["code"], period) for line in proposal.effect["areas"] for period in line["periods"]}
    turned = Verdict.objects.exclude(superseded_at=None).values_list("area_id", "period")
    assert foretold and foretold <= set(turned)


def said(refused, field: str) -> str:
    assert refused.status_code == 422
    return "".join(refused.context["form"].errors[field])


def test_without_a_proof_it_is_refused_and_nothing_typed_is_lost(clerk):
    answer = lowered(clerk)

    refused = clerk.confirm(answer, document="", reason="村委会清点")

    assert "必须附依据" in said(refused, "document") and "村委会清点</textarea>" in refused.content.decode()
    assert not Proposal.objects.exists() and LedgerUpload.objects.get().confirmed_at is None


def test_reason_has_to_be_chosen_and_says_why_something_leaves(clerk):
    answer = lowered(clerk)
    assert "请选择原因类别" in said(clerk.confirm(answer, reason_code=""), "reason_code")
    assert "退出分母" in said(clerk.confirm(answer, reason_code="surveyed"), "reason_code")


def test_files_outlive_a_refusal_and_go_with_the_proposal(clerk):
    answer = lowered(clerk)
    first = picture()
    data = first.read()
    first.seek(0)

    refused = clerk.confirm(answer, document="", reason_code="", proofs=[first])
    assert "已选：村委会清点.jpg" in refused.content.decode()
    clerk.confirm(answer, document="", held=[HeldProof.objects.get().pk])

    [proof] = Proof.objects.all()
    assert original(proof) == data and proof.proposal == Proposal.objects.get()
    assert not HeldProof.objects.exists()


def test_what_is_no_picture_is_said(clerk):
    refused = clerk.confirm(lowered(clerk), proofs=[SimpleUploadedFile("a.jpg", b"no picture")])
    assert "a.jpg" in said(refused, "__all__") and not Proposal.objects.exists()


def test_change_from_a_day_on_leaves_the_quarters_before(clerk, reviewer):
    """The effect is found anew for what was chosen; the coordinates of the same file are corrected all the same."""
    answer = lowered(clerk)
    chosen = clerk.client.post(
        address(answer), {"action": "compare", "nature": "change", "on": "2018-08-01"}, follow=True
    )
    found = chosen.context["found"]
    assert found.since == "2018-08-01" and found.waiting == 3 and not found.effect["past"]

    clerk.confirm(chosen)
    assert {(item.act, item.effective_on) for item in ProposalItem.objects.all()} == {(Act.CHANGE, date(2018, 8, 1))}
    reviewer.accept_all()
    assert DatedValue.objects.filter(column="permanent_households", effective_on=date(2018, 8, 1)).count() == 3
    assert Area.objects.get(pk=scenes.FAR).permanent_households == 25


def test_what_cannot_change_on_a_day_is_corrected(clerk):
    book = put(clerk.download("sites"), FIRST, 类型="学校", 经度=113.1001)
    answer = clerk.send("sites", book)
    chosen = clerk.client.post(
        address(answer), {"action": "compare", "nature": "change", "on": "2018-08-01"}, follow=True
    )
    clerk.confirm(chosen)
    assert {(item.act, *item.values) for item in ProposalItem.objects.all()} == {
        (Act.CHANGE, "kind"),
        (Act.CORRECT, "lon"),
    }


def test_chosen_nature_is_not_lost_where_it_was_not_looked_at(clerk):
    """Confirmed with another nature or day than the effect was shown for: shown anew with all that was typed, then sent."""
    answer = lowered(clerk)
    chosen = {"nature": "change", "on": "2018-08-01"}
    again = clerk.confirm(answer, **chosen)
    assert not Proposal.objects.exists() and "尚未提交" in again.content.decode()
    assert again.context["found"].since == "2018-08-01"
    assert again.context["form"]["reason_code"].value() == "below"

    without_day = clerk.confirm(answer, nature="change", on="")
    assert without_day.status_code == 422 and without_day.context["nature"].errors["on"]

    clerk.confirm(again, **chosen)
    assert {(item.act, item.effective_on) for item in ProposalItem.objects.all()} == {(Act.CHANGE, date(2018, 8, 1))}


def test_effect_is_found_anew_without_losing_what_was_typed(clerk):
    typed = {"action": "compare", "nature": "change", "on": "2018-08-01", "document": "清点表", "reason": "挨户数过"}
    form = clerk.client.post(address(lowered(clerk)), typed).context["form"]
    assert (form["document"].value(), form["reason"].value()) == ("清点表", "挨户数过")


def test_change_needs_its_day(clerk):
    answer = lowered(clerk)
    for day in ("", "去年"):
        refused = clerk.client.post(address(answer), {"action": "compare", "nature": "change", "on": day})
        assert refused.status_code == 422 and refused.context["nature"].errors["on"]


def test_what_waits_already_is_not_asked_for_twice(clerk):
    clerk.confirm(lowered(clerk))
    found = lowered(clerk).context["found"]
    assert (found.writes, found.pending) == (False, 3)
    assert any("已有相同的申请待审定" in notice for notice in found.notices)


def test_spelling_needs_no_reason(clerk):
    answer = clerk.send("sites", put(clerk.download("sites"), FIRST, 名称="大围屋场"))
    done = clerk.confirm(answer, reason_code="", document="")
    assert "1 行即时生效" in done.content.decode()
    assert Site.objects.get(site_id="S-1").name == "大围屋场"
    assert ProposalItem.objects.get().state == ItemState.APPLIED


def test_large_file_is_proposed_in_the_background_with_its_files(clerk, monkeypatch):
    answer = lowered(clerk)
    monkeypatch.setattr(views, "MANY_ROWS", 1)
    clerk.confirm(answer, document="", proofs=[picture()])
    assert Proposal.objects.get().proofs.count() == 1


def test_more_items_than_a_proposal_holds_are_refused_with_the_way_out(clerk, monkeypatch):
    monkeypatch.setattr(actions, "MOST_ITEMS", 2)
    answer = lowered(clerk)
    assert answer.status_code == 422 and "请分成几份上传" in answer.context["refusal"]
    assert not LedgerUpload.objects.exists()
