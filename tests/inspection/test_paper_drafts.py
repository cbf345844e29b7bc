"""A paper on its way to being signed: written, checked by another, countersigned, and issued by the step that signs it."""

import pytest
from django.urls import reverse

from accounts.posts import Post
from common.exceptions import Refused
from inspection import compiling, examining, government, notice_papers, paper_drafts, reporting
from inspection.vocabulary import InspectionAction
from papers import bodies, drafts
from papers.models import Document, DraftAction, DraftState, PaperDraft, about
from tests.inspection.conftest import COUNTY, ON
from tests.inspection.test_papers import text_of

pytestmark = pytest.mark.django_db
KIND = "compilation"


def district():
    from areas.models import Area

    return Area.objects.get(pk=COUNTY)


def entered(people, **said) -> None:
    head = people.bureau_head
    body = bodies.body_of(head, ON)
    bodies.enter(body=body, said=said, seen=body.version, by=head)


@pytest.fixture
def submission(chain):
    return chain.compiled()


@pytest.fixture
def draft(submission, people) -> PaperDraft:
    return drafts.open_draft(kind=KIND, subject=submission, issuer=bodies.bureau(district(), ON), by=people.reviewer)


def do(draft: PaperDraft, action: str, by, **said):
    return drafts.move(draft=draft, action=action, version=draft.version, by=by, **said)


def worded(draft: PaperDraft, by, **texts):
    return drafts.word(draft=draft, version=draft.version, texts=texts, by=by)


def ready(draft: PaperDraft, people) -> PaperDraft:
    do(draft, DraftAction.HAND_IN, people.reviewer)
    do(draft, DraftAction.CHECK, people.bureau_head)
    return draft


def submit(submission, people) -> None:
    compiling.submit(submission=submission, version=submission.version, on=ON, by=people.second_head)


def test_paper_is_issued_in_the_words_of_its_draft(draft, submission, people, client):
    worded(draft, people.reviewer, closing="以上请示妥否，请批示。")
    ready(draft, people)
    submit(submission, people)

    draft.refresh_from_db()
    document = Document.objects.get(kind=KIND)
    assert (draft.state, draft.document) == (DraftState.ISSUED, document)
    assert "以上请示妥否，请批示。" in text_of(document)
    client.force_login(people.reviewer)
    assert "办文过程" in client.get(reverse("papers:document", args=[document.pk])).text
    client.force_login(people.government)
    assert "办文过程" not in client.get(reverse("papers:document", args=[document.pk])).text


def test_whoever_wrote_does_not_check(draft, people):
    do(draft, DraftAction.HAND_IN, people.reviewer)

    with pytest.raises(Refused, match="须由他人核稿"):
        do(draft, DraftAction.CHECK, people.reviewer)
    do(draft, DraftAction.CHECK, people.second)
    assert draft.state == DraftState.READY


def test_paper_that_is_not_checked_is_not_signed(draft, submission, people):
    with pytest.raises(Refused, match="正在拟稿"):
        submit(submission, people)
    assert not Document.objects.filter(kind=KIND).exists()
    do(draft, DraftAction.DROP, people.reviewer, reason="按模板印发")
    submission.refresh_from_db()
    submit(submission, people)


def test_body_that_wants_checking_signs_nothing_unchecked(submission, people):
    entered(people, needs_check=True)
    with pytest.raises(Refused, match="尚未拟稿、核稿"):
        submit(submission, people)


def test_paper_that_was_sent_back_is_written_and_checked_anew(draft, submission, people):
    ready(draft, people)
    do(draft, DraftAction.ASK, people.reviewer, asked=Post.LEAD_UNIT)
    with pytest.raises(Refused, match="原因"):
        do(draft, DraftAction.SEND_BACK, people.lead_unit, reason=" ")
    with pytest.raises(Refused, match="牵头单位会签"):
        do(draft, DraftAction.SEND_BACK, people.reviewer, reason="改结尾")
    do(draft, DraftAction.SEND_BACK, people.lead_unit, reason="改结尾")

    assert (draft.state, draft.moves.last().reason) == (DraftState.DRAFTING, "改结尾")
    with pytest.raises(Refused, match="正在拟稿"):
        submit(submission, people)
    draft.refresh_from_db()
    ready(draft, people)
    submission.refresh_from_db()
    submit(submission, people)


def test_countersignature_is_given_by_the_post_that_was_asked(draft, submission, people):
    ready(draft, people)
    do(draft, DraftAction.ASK, people.reviewer, asked=Post.LEAD_UNIT)

    assert drafts.visible_to(people.lead_unit).get() == draft
    with pytest.raises(Refused, match="牵头单位会签"):
        do(draft, DraftAction.COUNTERSIGN, people.government)
    with pytest.raises(Refused, match="正在会签"):
        submit(submission, people)
    draft.refresh_from_db()
    do(draft, DraftAction.COUNTERSIGN, people.lead_unit)
    submission.refresh_from_db()
    submit(submission, people)
    assert Document.objects.filter(kind=KIND).count() == 1


def test_changes_say_who_changed_which_sentence(draft, people):
    worded(draft, people.reviewer, closing="请予审定。妥否，请批示。")
    do(draft, DraftAction.HAND_IN, people.reviewer)
    worded(draft, people.bureau_head, closing="请审定。妥否，请批示。")

    first, second = drafts.changes(draft)
    assert (first.step.by, first.part, first.before, first.after) == (people.reviewer, "结尾", "", "请予审定。")
    assert (second.step.by, second.before, second.after) == (people.bureau_head, "请予审定。", "请审定。")


@pytest.mark.parametrize(
    ("texts", "refusal"), [({"closing": "{某人}"}, "没有填充项"), ({"closing": " "}, "不能空白"), ({}, "没有改动")]
)
def test_wrong_words_are_refused(draft, people, texts, refusal):
    with pytest.raises(Refused, match=refusal):
        worded(draft, people.reviewer, **texts)


def test_number_of_the_register_is_noted_and_borne(draft, submission, people):
    entered(people, numbering="register")
    ready(draft, people)
    with pytest.raises(Refused, match="请先在“审定请示”的拟稿页登记文号"):
        submit(submission, people)
    body = bodies.bureau(district(), ON)
    said = {"draft": draft, "issuer": body, "code": body.code, "on": ON, "by": people.reviewer}
    with pytest.raises(Refused, match="下一号为 1 号"):
        drafts.number(serial=4, version=draft.version, **said)
    drafts.number(serial=1, version=draft.version, **said)
    submission.refresh_from_db()
    submit(submission, people)
    assert submission.number == "清区经信〔2018〕1号"


def test_draft_is_the_own_office_s(draft, people, client):
    address = reverse("papers:draft", args=[KIND, draft.about])
    seen = {}
    for name in ("reviewer", "bureau_head", "government", "lead_unit", "clerk"):
        client.force_login(getattr(people, name))
        seen[name] = client.get(address).status_code
    assert seen == {"reviewer": 200, "bureau_head": 200, "government": 404, "lead_unit": 404, "clerk": 404}


def test_page_takes_a_draft_from_its_beginning_to_ready(submission, people, client):
    address = reverse("papers:draft", args=[KIND, about(submission)])
    client.force_login(people.reviewer)
    assert address in client.get(reverse("inspection:submission", args=[submission.pk])).text
    for action, more in (("open", {}), ("word", {"closing": "当否，请批示。"}), ("hand_in", {})):
        version = getattr(PaperDraft.objects.last(), "version", 0)
        assert client.post(address, {"action": action, "version": version} | more).status_code == 302, action
    assert client.post(address, {"action": "check", "version": 2}).status_code == 422
    preview = client.get(reverse("papers:draft_file", args=[KIND, about(submission), "pdf"]))
    assert preview.content.startswith(b"%PDF")

    client.force_login(people.bureau_head)
    page = client.get(address).text
    assert "当否，请批示。" in page and "妥否，请批示。" in page
    assert client.post(address, {"action": "check", "version": 2}).status_code == 302
    assert PaperDraft.objects.get().state == DraftState.READY


def test_circular_is_drafted_by_the_government(chain, people):
    submission = chain.ratified()
    draft = drafts.open_draft(
        kind="circular", subject=submission, issuer=bodies.government(district(), ON), by=people.government
    )
    with pytest.raises(Refused, match="正在拟稿"):
        government.announce(submission=submission, version=submission.version, on=ON, by=people.government)
    assert draft.area_id == COUNTY


def test_draft_waits_in_the_inbox_of_whoever_may_check_it(draft, submission, people):
    do(draft, DraftAction.HAND_IN, people.reviewer)

    waiting = {name: [item.state for item in paper_drafts.pending(getattr(people, name))] for name in vars(people)}
    assert {name for name, found in waiting.items() if found} == {"second", "bureau_head", "second_head"}
    assert waiting["second"] == ["待核稿"]
    compiling.abandon(submission=submission, version=submission.version, reason="另行汇总", by=people.second)
    assert list(paper_drafts.pending(people.second)) == []


@pytest.mark.parametrize("kind", ["self-inspection", "review-request"])
def test_papers_of_a_report_are_drafted_by_the_township(chain, people, client, kind):
    report = chain.signing()
    address = reverse("papers:draft", args=[kind, about(report)])
    client.force_login(people.clerk)
    assert client.post(address, {"action": "open", "version": 0}).status_code == 302
    assert client.get(f"{address}docx/").content.startswith(b"PK")
    client.force_login(people.reviewer)
    assert client.get(address).status_code == 404
    with pytest.raises(Refused, match="正在拟稿"):
        reporting.send(report=report, version=report.version, on=ON, by=people.head)
    assert not Document.objects.exists()


def test_opinion_is_drafted_while_the_report_is_examined(chain, people, client):
    report = chain.taken()
    client.force_login(people.reviewer)
    address = reverse("papers:draft", args=["examination", about(report)])
    assert client.post(address, {"action": "open", "version": 0}).status_code == 302
    assert client.get(f"{address}pdf/").content.startswith(b"%PDF")
    assert client.get(reverse("papers:draft", args=["circular", about(report)])).status_code == 404


def test_every_paper_of_the_chain_can_be_drafted_and_checked(chain, people, settings):
    """With the switch 核稿 on in all three bodies no step is a dead end: each paper is written, checked by another and issued."""
    town = people.clerk.area
    for by in (people.head, people.bureau_head, people.government):
        body = bodies.body_of(by, ON)
        bodies.enter(body=body, said={"needs_check": True}, seen=body.version, by=by)

    def checked(kind, subject, issuer, writer, checker):
        draft = drafts.open_draft(kind=kind, subject=subject, issuer=issuer, by=writer)
        do(draft, DraftAction.HAND_IN, writer)
        do(draft, DraftAction.CHECK, checker)

    report = chain.signing()
    with pytest.raises(Refused, match="须经核稿：“自查报告”尚未拟稿"):
        reporting.send(report=report, version=report.version, on=ON, by=people.head)
    township = bodies.township(town, ON)
    for kind in ("self-inspection", "review-request"):
        checked(kind, report, township, people.clerk, people.head)
    report.refresh_from_db()
    reporting.send(report=report, version=report.version, on=ON, by=people.head)
    examining.take(report=report, version=report.version, by=people.reviewer)
    bureau, government_ = bodies.bureau(district(), ON), bodies.government(district(), ON)
    checked("examination", report, bureau, people.reviewer, people.second)
    for unit in report.units.select_related("report", "frozen"):
        chain.confirmed(chain.ruled(InspectionAction.PASS_SHORT, unit, "渗透率正在提高，同意。"))
    submission = compiling.compile_(county=COUNTY, units=list(report.units.all()), by=people.second)
    checked("compilation", submission, bureau, people.second, people.second_head)
    submit(submission, people)
    with pytest.raises(Refused, match="须经核稿：“公示”尚未拟稿"):
        chain.noticed(submission)
    submission.refresh_from_db()
    checked("notice", submission, notice_papers.issuer(district(), ON), people.government, people.second_government)
    chain.decided(chain.grounded(chain.noticed(submission)))
    checked("circular", submission, government_, people.government, people.second_government)
    submission.refresh_from_db()
    government.announce(submission=submission, version=submission.version, on=ON, by=people.government)

    kinds = {document.kind for document in Document.objects.filter(draft__state=DraftState.ISSUED)}
    assert kinds == {"self-inspection", "review-request", "examination", "compilation", "notice", "circular"}


def test_notice_is_drafted_by_the_government_before_it_is_published(submission, people, client):
    submit(submission, people)
    address = reverse("papers:draft", args=["notice", about(submission)])
    client.force_login(people.government)
    assert address in client.get(reverse("inspection:submission", args=[submission.pk])).text
    assert client.post(address, {"action": "open", "version": 0}).status_code == 302
    refused = client.get(f"{address}pdf/")
    assert (refused.status_code, "受理电话" in refused.text) == (422, True), "nobody can be called"
    people.bureau_head.phone = "0763-3366001"
    people.bureau_head.save()
    assert client.get(f"{address}pdf/").content.startswith(b"%PDF")
    client.force_login(people.reviewer)
    assert client.get(address).status_code == 404
