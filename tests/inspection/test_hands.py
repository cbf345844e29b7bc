"""Who may do what twice on a unit's way: nobody, unless the bureau's head loosened that very pair."""

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from accounts import wording
from accounts.models import AuditEntry
from accounts.posts import Post
from areas.models import Area
from common.clock import now
from common.exceptions import Refused, Stale
from inspection import collecting, compiling, examining, government, hands, objections, reporting
from inspection.collecting import EvidenceUpload
from inspection.hands import ASKED, POWERS, STEPS, Apart, hands_of
from inspection.models import LoosenedPair, Unit, UnitObjection
from inspection.spotcheck import actions as checking
from inspection.spotcheck.actions import Observation
from inspection.spotcheck.models import Conclusion, FindingOutcome, Frame, Sample
from inspection.vocabulary import Hand, InspectionAction, UnitState
from reports.certificates import actions as awarding
from tests.evidence.files import png
from tests.inspection.conftest import COVERED, NEAR, ON, QUARTER, TEXTS, TOWN, XINMA
from tests.inspection.making import bring

NEUTRAL = {"hand_back", "withdraw", "discard", "take", "conclude", "reopen", "end_title"}


def become(person, post: Post) -> None:
    """The same person in another post, at the same place or in the district."""
    person.post, person.area_id = post, TOWN if post in (Post.CLERK, Post.TOWNSHIP_HEAD) else "441802"
    person.save()


def announced(chain, *codes: str):
    submission = chain.ratified(*codes)
    government.announce(submission=submission, version=submission.version, on=ON, by=chain.people.government)
    return submission


def test_every_step_is_a_hand_or_none():
    assert set(InspectionAction) == {*STEPS, *NEUTRAL}
    assert set(ASKED) - set(STEPS) == {InspectionAction.TAKE} and set(POWERS) == set(Hand)


def test_whose_hands_were_in_it_is_read_from_the_rows(chain, people):
    submission = announced(chain, COVERED)
    unit = submission.units.get()
    awarding.issue(units=[unit], on=ON, by=people.second_government)
    assert hands_of([unit])[unit.pk] == {
        Hand.PROPOSING: {people.clerk.pk},
        Hand.SIGNING: {people.head.pk},
        Hand.EXAMINING: {people.reviewer.pk},
        Hand.CONFIRMING: {people.bureau_head.pk},
        Hand.COMPILING: {people.second.pk, people.second_head.pk},
        Hand.RATIFYING: {people.government.pk},
        Hand.AWARDING: {people.second_government.pk},
    }


@pytest.mark.parametrize("who", ["clerk", "head", "reviewer", "bureau_head", "second", "second_head"])
def test_nobody_who_was_at_it_ratifies(chain, people, who):
    submission, person = chain.submitted(COVERED), getattr(people, who)
    become(person, Post.GOVERNMENT)
    people.government = person
    with pytest.raises(Refused, match=r"同一单位的审定须由他人办理。可由(吴区长、冯主任|冯主任、吴区长)办理。"):
        chain.decided(submission)


@pytest.mark.parametrize("who", ["clerk", "head", "reviewer", "bureau_head", "second", "second_head", "government"])
def test_nobody_who_was_at_it_awards(chain, people, who):
    submission, person = announced(chain, COVERED), getattr(people, who)
    become(person, Post.GOVERNMENT)
    with pytest.raises(Refused, match="同一单位的授牌须由他人办理"):
        awarding.issue(units=[submission.units.get()], on=ON, by=person)


@pytest.mark.parametrize("who", ["clerk", "head", "bureau_head", "second", "second_head", "government"])
def test_nobody_who_was_at_it_examines_what_came_back(chain, people, who):
    submission = chain.submitted(COVERED)
    unit = submission.units.get()
    chain.decided(submission, **{f"u{unit.pk}": "请补充"})
    person, unit = getattr(people, who), Unit.objects.get(pk=unit.pk)
    become(person, Post.REVIEWER)
    with pytest.raises(Refused, match="同一单位的审核须由他人办理"):
        examining.take(report=unit.report, version=unit.report.version, by=person)


def test_who_examined_neither_compiles_nor_signs_the_submission(chain, people):
    units = chain.passed(COVERED)
    with pytest.raises(
        Refused,
        match=r"办理过新马村新屋的“拟通过，报请复核”（审核），同一单位的汇总须由他人办理。可由赵审核、郑副局长办理。",
    ):
        compiling.compile_(county="441802", units=units, by=people.reviewer)
    submission = compiling.compile_(county="441802", units=units, by=people.second)
    with pytest.raises(Refused, match="（复核），同一单位的汇总须由他人办理"):
        compiling.submit(submission=submission, version=submission.version, on=ON, by=people.bureau_head)


def test_who_compiled_or_changed_a_submission_does_not_sign_it(chain, people):
    """One head could put a list together and sign it alone; another person has had it in hands now."""
    submission = compiling.compile_(county="441802", units=chain.passed(COVERED), by=people.second_head)
    address = reverse("inspection:submission", args=[submission.pk])
    client = Client()
    client.force_login(people.second_head)
    said = "您办理过本次汇总，须由没有参与汇总的区经信局负责人签发上报。没有这样的负责人的，请撤销本次汇总，由审核员另行汇总。"
    page = client.get(address).text
    assert said in page and 'value="submit"' not in page
    with pytest.raises(Refused, match=said):
        compiling.submit(submission=submission, version=submission.version, on=ON, by=people.second_head)

    submission.refresh_from_db()
    compiling.abandon(submission=submission, version=submission.version, reason="重新汇总", by=people.second_head)
    units = list(Unit.objects.filter(state="passed").select_related("report"))
    again = compiling.compile_(county="441802", units=units, by=people.second)
    kept = {"opinion": "同意上报。", "kept": [unit.pk for unit in units], "added": []}
    compiling.edit(submission=again, version=again.version, by=people.second, **kept)
    assert compiling.own_list(again, people.second_head) == ""
    compiling.submit(submission=again, version=again.version, on=ON, by=people.second_head)


def test_who_added_evidence_does_not_sign(chain, people):
    report = chain.drafted()
    collecting.add(report=report, given=EvidenceUpload("a.png", png(), "photo"), by=people.clerk)
    bring(report, people.clerk)
    other = people.clerk
    reporting.hand_up(report=report, version=report.version, texts=TEXTS, by=other)
    become(other, Post.TOWNSHIP_HEAD)
    with pytest.raises(Refused, match="同一单位的签发须由他人办理"):
        reporting.send(report=report, version=report.version, on=ON, by=other)


def test_who_signed_does_not_propose_the_report_that_follows(chain, people):
    unit = chain.taken(COVERED).units.get()
    chain.ruled(InspectionAction.RETURN, unit, "照片不清楚")
    become(people.head, Post.CLERK)
    with pytest.raises(Refused, match="“签发报送”（签发），同一单位的申报须由他人办理。可由陈经办办理。"):
        reporting.follow(report=unit.report, on=ON, by=people.head)


def test_who_examined_a_report_does_not_confirm_the_one_that_follows(chain, people):
    unit = chain.taken(COVERED).units.get()
    chain.ruled(InspectionAction.RETURN, unit, "照片不清楚")
    report = reporting.follow(report=unit.report, on=ON, by=people.clerk)
    objection = UnitObjection.objects.get()
    answers = {objection.pk: "照片已补。"}
    reporting.hand_up(report=report, version=report.version, texts=TEXTS, answers=answers, by=people.clerk)
    reporting.send(report=report, version=report.version, on=ON, by=people.head)
    examining.take(report=report, version=report.version, by=people.second)
    objections.settle(objection=objection, word="清楚了。", by=people.second)
    unit = chain.ruled(InspectionAction.PASS, report.units.get(), by=people.second)
    become(people.reviewer, Post.BUREAU_HEAD)
    with pytest.raises(Refused, match="“退回补正”（审核），同一单位的复核须由他人办理"):
        examining.confirm(unit=unit, version=unit.version, by=people.reviewer)


def drawn(people, by) -> Sample:
    return checking.draw(
        township=Area.objects.get(code=TOWN), quarter=QUARTER, frame=Frame.SITES, size=1, at=now(), by=by, seed="0f"
    )


def test_who_drew_the_sample_does_not_confirm(chain, people):
    drawn(people, people.bureau_head)
    unit = chain.ruled(InspectionAction.PASS, chain.taken(COVERED).units.get())
    with pytest.raises(Refused, match="“抽取样本”（审核），同一单位的复核须由他人办理。可由郑副局长办理。"):
        examining.confirm(unit=unit, version=unit.version, by=people.bureau_head)


def test_who_compiled_enters_no_findings(chain, people):
    sample = drawn(people, people.reviewer)
    chain.compiled(COVERED)
    seen = checking.Observation("passed", ON)
    with pytest.raises(Refused, match="（汇总），同一单位的审核须由他人办理"):
        checking.enter(item=sample.items.first(), seen=seen, by=people.second)
    with pytest.raises(Refused, match="须由他人办理"):
        checking.void(sample=sample, version=0, reason="重抽", at=now(), by=people.second)
    checking.enter(item=sample.items.first(), seen=seen, by=people.reviewer)


def test_one_may_act_on_other_units(chain, people):
    chain.compiled(COVERED)
    report = chain.sent(XINMA)
    examining.take(report=report, version=report.version, by=people.second)
    unit = chain.ruled(InspectionAction.PASS, report.units.get(), by=people.second)
    assert (unit.state, unit.moves.last().by) == (UnitState.VETTED_PASS, people.second)


def test_so_many_questions_however_many_units(chain, people, django_assert_num_queries):
    few, many = chain.compiled(COVERED), chain.compiled(XINMA, TOWN, NEAR)
    every = list(Unit.objects.all())
    for units in (list(few.units.all()), every):
        apart = Apart(units, people.second)
        with django_assert_num_queries(8):
            assert apart.free(Hand.EXAMINING) == []
    assert len(every) == 1 + many.units.count() == 4


# ------------------------------------------------------------ loosening


def test_head_loosens_a_pair_which_stands_on_the_paper(chain, people):
    pair = hands.loosen(
        county="441802", pair=("examining", "compiling"), reason="本局仅一名审核员在岗。", by=people.bureau_head
    )
    units = chain.passed(COVERED)
    submission = compiling.compile_(county="441802", units=units, by=people.reviewer)
    hands.tighten(loosened=pair, by=people.second_head)
    document = compiling.submit(submission=submission, version=submission.version, on=ON, by=people.second_head)
    from papers.models import Document

    (document,) = Document.objects.of(submission)
    said = "汇总、审核由王审核一人办理，系周局长于2018年7月20日决定放宽：本局仅一名审核员在岗。"
    assert said in str(document.description)
    with pytest.raises(Refused, match="须由他人办理"):
        compiling.recall(submission=submission, version=submission.version, reason="改", by=people.bureau_head)


def test_nothing_else_is_loosened_with_it(chain, people):
    hands.loosen(county="441802", pair=("examining", "compiling"), reason="人手不足", by=people.bureau_head)
    unit = chain.ruled(InspectionAction.PASS, chain.taken(COVERED).units.get())
    become(people.reviewer, Post.BUREAU_HEAD)
    with pytest.raises(Refused, match="同一单位的复核须由他人办理"):
        examining.confirm(unit=unit, version=unit.version, by=people.reviewer)


def test_what_is_not_loosened_leaves_no_word_on_the_paper(chain, people):
    submission = chain.submitted(COVERED)
    assert hands.loosened_words(list(submission.units.all())) == []


def test_loosening_is_the_head_s_and_needs_a_reason(people):
    with pytest.raises(PermissionDenied):
        hands.loosen(county="441802", pair=("examining", "compiling"), reason="人手不足", by=people.reviewer)
    with pytest.raises(Refused, match="必须写明理由"):
        hands.loosen(county="441802", pair=("examining", "compiling"), reason=" ", by=people.bureau_head)
    for pair in (("examining", "examining"), ("examining", "sleeping")):
        with pytest.raises(Refused, match="两个不同的环节"):
            hands.loosen(county="441802", pair=pair, reason="人手不足", by=people.bureau_head)
    pair = hands.loosen(county="441802", pair=("examining", "compiling"), reason="人手不足", by=people.bureau_head)
    with pytest.raises(Stale, match="已经放宽"):
        hands.loosen(county="441802", pair=("compiling", "examining"), reason="再来", by=people.second_head)
    hands.tighten(loosened=pair, by=people.bureau_head)
    with pytest.raises(Stale, match="已经终止"):
        hands.tighten(loosened=pair, by=people.bureau_head)
    said = [(wording.action_label(entry), wording.subject_label(entry)) for entry in AuditEntry.objects.all()[:2]]
    assert said[::-1] == [
        ("放宽经手限制", "经手限制的放宽：汇总和审核可由同一人办理"),
        ("终止放宽经手限制", "经手限制的放宽：汇总和审核可由同一人办理"),
    ]


def test_page_loosens_and_ends(people, client):
    client.force_login(people.bureau_head)
    typed = {"first": "examining", "second": "confirming", "reason": ""}
    answer = client.post("/inspection/hands/", typed)
    assert answer.status_code == 422 and "必须写明理由" in answer.content.decode()
    client.post("/inspection/hands/", typed | {"reason": "人手不足"})
    pair = LoosenedPair.objects.get()
    client.force_login(people.reviewer)
    page = client.get("/inspection/hands/").content.decode()
    assert "人手不足" in page and 'name="end"' not in page
    client.force_login(people.bureau_head)
    client.post("/inspection/hands/", {"end": pair.pk})
    assert not LoosenedPair.objects.standing().exists()


# ------------------------------------------------------------ pages


def page(client, user, address: str) -> str:
    client.force_login(user)
    return client.get(address, follow=True).content.decode()


def test_pages_offer_nothing_that_would_be_refused_and_say_who_may(chain, people, client):
    unit = chain.ruled(InspectionAction.PASS, chain.taken(COVERED).units.get())
    become(people.reviewer, Post.BUREAU_HEAD)
    address = f"/inspection/units/{unit.pk}/examine/"
    said = page(client, people.reviewer, address)
    assert 'value="confirm"' not in said and "可由周局长、郑副局长办理" in said
    said = page(client, people.reviewer, f"/inspection/{unit.report_id}/")
    assert "打开审核台" not in said and "可由周局长、郑副局长办理" in said
    assert 'value="confirm"' in page(client, people.bureau_head, address)


def test_who_examined_is_not_offered_what_passed(chain, people, client):
    chain.passed(COVERED)
    said = page(client, people.reviewer, "/inspection/submissions/new/")
    assert 'name="unit"' not in said and "可由赵审核、郑副局长办理" in said
    assert 'name="unit"' in page(client, people.second, "/inspection/submissions/new/")


def test_submission_is_signed_by_another_head(chain, people, client):
    submission = chain.compiled(COVERED)
    address = f"/inspection/submissions/{submission.pk}/"
    said = page(client, people.bureau_head, address)
    assert 'value="submit"' not in said and "可由赵审核、郑副局长办理" in said
    assert 'value="submit"' in page(client, people.second_head, address)


def test_who_ratified_is_offered_no_plaque(chain, people, client):
    announced(chain, COVERED)
    said = page(client, people.government, "/certificates/issue/")
    assert 'name="units"' not in said and "可由冯主任办理" in said
    assert 'name="units"' in page(client, people.second_government, "/certificates/issue/")


def test_sample_is_not_offered_to_who_compiled(chain, people, client):
    sample = drawn(people, people.reviewer)
    chain.compiled(COVERED)
    said = page(client, people.second, f"/spotcheck/{sample.pk}/")
    assert "须由他人办理" in said and f"/spotcheck/{sample.pk}/1/" not in said


def test_card_is_not_offered_to_who_compiled(chain, people, client):
    sample = drawn(people, people.reviewer)
    chain.compiled(COVERED)
    address = f"/spotcheck/{sample.pk}/1/"
    said = page(client, people.second, address)
    assert "须由他人办理" in said and 'name="outcome"' not in said
    assert 'name="outcome"' in page(client, people.reviewer, address)


def test_what_failed_is_not_offered_anew_to_who_compiled(chain, people, client):
    sample = drawn(people, people.reviewer)
    for item in sample.items.all():
        outcome = FindingOutcome.PASSED if item.area_id == COVERED else FindingOutcome.FAILED
        checking.enter(item=item, seen=Observation(outcome, ON, remark="没有信号"), by=people.reviewer)
    order = sample.items.exclude(area=COVERED).first().order
    checking.conclude(
        sample=sample, version=0, conclusion=Conclusion.RETURN, reason="不合格", at=sample.drawn_at, by=people.reviewer
    )
    chain.compiled(COVERED)
    address = f"/spotcheck/{sample.pk}/"
    said = page(client, people.second, address)
    assert "须由他人办理" in said and f"{address}{order}/" not in said
    assert f"{address}{order}/" in page(client, people.reviewer, address)


def test_state_of_a_unit_is_untouched_by_a_refusal(chain, people):
    unit = chain.ruled(InspectionAction.PASS, chain.taken(COVERED).units.get())
    become(people.reviewer, Post.BUREAU_HEAD)
    with pytest.raises(Refused):
        examining.confirm(unit=unit, version=unit.version, by=people.reviewer)
    assert Unit.objects.get().state == UnitState.VETTED_PASS
