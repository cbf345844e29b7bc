"""公示 and the order of things: before the public, objected to and answered, decided on a basis, announced, awarded."""

import io
import re
import time
import zipfile
from datetime import date
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from acceptance.models import Verdict
from accounts.models import AuditEntry, User
from accounts.posts import Post
from areas.models import Area
from common.exceptions import Refused, Stale
from evidence import keeping, store
from inspection import compiling, government, notices
from inspection.government import GroundGiven, UnitDecision
from inspection.models import (
    Entry,
    Evidence,
    PublicNotice,
    PublicObjection,
    RatificationBasis,
    Report,
    Submission,
    Unit,
)
from inspection.notices import ObjectionGiven
from inspection.vocabulary import Decision, EvidenceKind, ObjectionWay, SubmissionState, UnitState
from papers.models import Document
from reports.certificates import actions as certificates
from reports.certificates.models import Certificate
from tests.evidence.files import JPEG, PDF, PNG, distinct
from tests.inspection.conftest import COVERED, NOTICED_ON, ON, TOWN, XIUXI
from tests.inspection.making import freeze_for
from tests.inspection.test_pages import form_of, page, post, signed_in

DURING, LAST, AFTER = date(2018, 7, 16), date(2018, 7, 19), date(2018, 7, 20)


def given(text: str = "村口两户还没有通光纤", **more) -> ObjectionGiven:
    said = {"way": ObjectionWay.TELEPHONE, "received_on": DURING, "name": "张三", "phone": "13800000000"}
    return ObjectionGiven(text=text, **said | more)


def ratifying(submission: Submission) -> dict[int, UnitDecision]:
    return {unit.pk: UnitDecision(Decision.RATIFIED) for unit in submission.units.all()}


def decide(submission: Submission, by, on: date = AFTER):
    return government.decide(
        submission=submission, version=submission.version, verdicts=ratifying(submission), on=on, by=by
    )


def without_publicity(settings, folder: Path) -> None:
    text = Path(settings.PLAN_FILE).read_text("utf-8")
    shorter = re.sub(r"(?ms)^\[award\.publicity\]\n.*?\n\n", "", text)
    assert shorter != text
    settings.PLAN_FILE = folder / "plan.toml"
    settings.PLAN_FILE.write_text(shorter, "utf-8")


# ------------------------------------------------------------ the term


def test_nothing_is_ratified_before_the_term_is_over(chain, people):
    submission = chain.grounded(chain.submitted(COVERED))
    with pytest.raises(Refused, match="尚未公示，不能审定通过：请先公示 5 个工作日"):
        decide(submission, people.government)

    chain.noticed(submission)
    notice = PublicNotice.objects.get()
    assert (submission.state, notice.noticed_on, notice.until, notice.days) == ("notice", NOTICED_ON, LAST, 5)
    with pytest.raises(Refused, match="公示至2018年7月19日"):
        decide(submission, people.government, on=LAST)
    decide(submission, people.government)
    assert submission.state == SubmissionState.RATIFIED


def test_holidays_are_no_part_of_the_term(chain):
    """From the Friday before National Day: the first week of October is not worked, the Saturday and Sunday before it are."""
    chain.noticed(chain.submitted(COVERED), on=date(2018, 9, 28))
    assert PublicNotice.objects.get().until == date(2018, 10, 10)


def test_all_can_be_returned_before_the_term_and_the_list_is_withdrawn(chain, people, client):
    submission = chain.noticed(chain.submitted(COVERED))
    (unit,) = submission.units.all()
    chain.decided(submission, **{f"u{unit.pk}": "名单有误"})
    assert submission.state == SubmissionState.TURNED_DOWN
    assert "已撤回" in public(client)


def test_plan_without_publicity_asks_for_none(chain, people, settings, tmp_path):
    submission = chain.grounded(chain.submitted(COVERED))
    without_publicity(settings, tmp_path)
    assert "没有规定公示" in page(signed_in(people.government), "submission", submission.pk)
    with pytest.raises(Refused, match="无须公示"):
        chain.noticed(submission)
    submission.refresh_from_db()
    decide(submission, people.government)
    assert submission.state == SubmissionState.RATIFIED


def test_notice_that_could_name_no_telephone_is_refused(chain, people):
    submission = chain.submitted(COVERED)
    with pytest.raises(Refused, match="没有区经信局的办公电话"):
        government.notice(submission=submission, version=submission.version, on=ON, by=people.government)
    assert Submission.objects.get().state == SubmissionState.SUBMITTED and not PublicNotice.objects.exists()


def test_notice_beyond_the_known_working_days_is_refused(chain):
    with pytest.raises(Refused, match="工作日表里没有"):
        chain.noticed(chain.submitted(COVERED), on=date(2090, 1, 3))


# ------------------------------------------------------------ the public page


def public(client: Client, name: str = "notice", expect: int = 200) -> str:
    args = [PublicNotice.objects.latest("pk").token] if name != "index" else []
    answer = client.get(reverse(f"notices:{name}", args=args))
    assert answer.status_code == expect
    return answer.content.decode()


def test_public_page_says_who_for_what_on_which_figures_and_where_to_object(chain, client):
    chain.noticed(chain.submitted(TOWN, COVERED))
    shown = public(client)
    for said in (
        "新马村新屋",
        COVERED,
        "全光网自然村",
        "2018年第二季度",
        "2018年7月12日 至 2018年7月19日",
        "0763-3366001",
    ):
        assert said in shown
    assert "行政村达到全光网行政村标准 90%以上：" in shown
    assert PublicNotice.objects.get().token in public(client, "index")


def test_notice_is_printed_with_its_list(chain, client):
    chain.noticed(chain.submitted(COVERED))
    answer = client.get(reverse("notices:paper", args=[PublicNotice.objects.get().token]))
    text = "".join(found.extract_text() for found in PdfReader(io.BytesIO(answer.content)).pages)
    text = text.replace("\n", "").replace(" ", "")
    for said in (
        "清区府公示〔2018〕1号",
        "公示期5个工作日，自2018年7月12日至2018年7月19日",
        "0763-3366001",
        "新马村新屋",
    ):
        assert said in text
    assert Document.objects.get(kind="notice").is_circular


def test_public_page_says_that_the_term_is_over(chain, client, settings):
    chain.noticed(chain.submitted(COVERED))
    settings.PORTAL_TODAY = LAST
    assert "正在公示" in public(client) and "公示期已满" not in public(client)
    settings.PORTAL_TODAY = AFTER
    assert "公示期已满" in public(client)


def test_recalled_list_no_longer_stands_before_the_public(chain, people, client):
    submission = chain.noticed(chain.submitted(COVERED))
    compiling.recall(submission=submission, version=submission.version, reason="漏报", by=people.second_head)
    shown = public(client)
    assert "该公示已撤回" in shown and "新屋" not in shown
    assert PublicNotice.objects.get().token not in public(client, "index")
    public(client, "paper", expect=404)

    compiling.submit(submission=submission, version=submission.version, on=ON, by=people.second_head)
    chain.noticed(submission)
    assert "正在公示" in public(client) or "公示期已满" in public(client)
    assert PublicNotice.objects.count() == 2


def test_one_list_stands_once(chain):
    """In the database, whoever asks."""
    notice = PublicNotice.objects.get(submission=chain.noticed(chain.submitted(COVERED)))
    document = Document.objects.create(
        kind="notice", area_id="441802", issuer="x", subject="x", issued_on=ON, issued_at=timezone.now(), by=notice.by,
        paper={}, digest="x",
    )  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        PublicNotice.objects.create(
            submission=notice.submission, token="0", document=document, noticed_on=ON, until=ON, days=1, said={},
            by=notice.by,
        )  # fmt: skip


def test_who_asks_too_often_waits(chain, client, settings):
    settings.CERTIFICATE_LOOKUPS = 2
    chain.noticed(chain.submitted(COVERED))
    public(client)
    public(client, "index")
    assert "访问次数过多" in public(client, expect=429)
    assert client.get(reverse("notices:notice", args=["0" * 16])).status_code == 429


def test_wrong_address_finds_nothing(client, district):
    assert client.get(reverse("notices:notice", args=["0" * 16])).status_code == 404


# ------------------------------------------------------------ objections


def test_unanswered_objection_stands_in_the_way_and_is_named(chain, people):
    submission = chain.heard(COVERED)
    objection = notices.enter(
        submission=submission, given=given(unit=submission.units.get().pk), on=AFTER, by=people.second
    )
    with pytest.raises(Refused, match="“新马村新屋”2018年7月16日电话异议"):
        decide(submission, people.government)
    notices.answer(objection=objection, text="经现场核实，两户已通光纤。", by=people.second)
    decide(submission, people.government)
    assert submission.state == SubmissionState.RATIFIED


def test_objection_stays_with_its_unit_on_another_list(chain, people):
    submission = chain.heard(COVERED)
    unit = submission.units.get()
    notices.enter(submission=submission, given=given(unit=unit.pk), on=AFTER, by=people.second)
    compiling.recall(submission=submission, version=submission.version, reason="重报", by=people.second_head)
    compiling.abandon(submission=submission, version=submission.version, reason="重报", by=people.second)
    again = compiling.compile_(county="441802", units=compiling.awaiting("441802"), by=people.second)
    compiling.submit(submission=again, version=again.version, on=ON, by=people.second_head)
    with pytest.raises(Refused, match="公示异议尚未答复"):
        decide(chain.grounded(chain.noticed(again)), people.government)


def test_objection_is_shown_beside_its_unit_when_it_is_decided(chain, people):
    submission = chain.heard(COVERED)
    objection = notices.enter(
        submission=submission, given=given(unit=submission.units.get().pk), on=AFTER, by=people.second
    )
    notices.answer(objection=objection, text="已核实。", by=people.government)
    shown = page(signed_in(people.government), "submission", submission.pk)
    assert "村口两户还没有通光纤" in shown and "（答复：已核实。）" in shown and "张三" not in shown
    assert "选为通过" not in shown.replace("并选为通过：", ""), "a unit with an objection is not chosen with others"


def test_who_objected_is_told_to_those_who_handle_it_and_each_look_is_kept(chain, people):
    submission = chain.heard(COVERED)
    objection = notices.enter(submission=submission, given=given(), on=AFTER, by=people.second)
    office = signed_in(people.reviewer)
    assert "张三" not in page(office, "public_objections", submission.pk)
    assert not AuditEntry.objects.filter(action="public_objection.look").exists()

    shown = post(office, "objector", objection.pk, expect=200).content.decode()
    assert "张三" in shown and "13800000000" in shown
    look = AuditEntry.objects.get(action="public_objection.look")
    assert look.by == people.reviewer and "张三" not in look.detail
    assert "张三" not in str(list(AuditEntry.objects.values_list("detail", "subject_name")))
    for other in (people.leader, people.lead_unit, people.clerk, people.head):
        assert signed_in(other).post(reverse("inspection:objector", args=[objection.pk])).status_code == 403
        with pytest.raises(PermissionDenied):
            notices.objector(objection=objection, by=other)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"received_on": date(2018, 7, 11)}, "收到日期"),
        ({"received_on": date(2018, 7, 21)}, "收到日期"),
        ({"text": "  "}, "请写明异议内容"),
        ({"text": "长" * 2_001}, "最多 2000 字"),
        ({"way": "rumour"}, "收到的方式"),
        ({"criterion": "S16"}, "一并选择单位"),
        ({"unit": 0}, "不在公示名单内"),
    ],
)
def test_objection_that_cannot_be_is_refused(chain, people, wrong, said):
    submission = chain.noticed(chain.submitted(COVERED))
    with pytest.raises(Refused, match=said):
        notices.enter(submission=submission, given=given(**wrong), on=AFTER, by=people.second)
    assert not PublicObjection.objects.exists()


def test_objection_names_a_criterion_of_its_unit(chain, people):
    submission = chain.noticed(chain.submitted(COVERED))
    unit = submission.units.get().pk
    with pytest.raises(Refused, match="S10不是"):
        notices.enter(submission=submission, given=given(unit=unit, criterion="S10"), on=AFTER, by=people.second)
    kept = notices.enter(submission=submission, given=given(unit=unit, criterion="S16"), on=AFTER, by=people.second)
    assert kept.criterion == "S16"


def test_objections_are_entered_while_the_list_stands_and_answered_once(chain, people):
    submission = chain.submitted(COVERED)
    with pytest.raises(Stale, match="不在公示中"):
        notices.enter(submission=submission, given=given(), on=AFTER, by=people.second)
    objection = notices.enter(submission=chain.noticed(submission), given=given(), on=AFTER, by=people.government)
    with pytest.raises(Refused, match="请写明答复"):
        notices.answer(objection=objection, text=" ", by=people.second)
    notices.answer(objection=objection, text="一", by=people.second)
    with pytest.raises(Stale, match="已经答复"):
        notices.answer(objection=objection, text="二", by=people.government)
    assert PublicObjection.objects.get().answer == "一"


def test_objections_by_pages(chain, people):
    submission, office = chain.noticed(chain.submitted(COVERED)), signed_in(people.second)
    unit = submission.units.get().pk
    form = {"unit": unit, "criterion": "S16", "way": "letter", "text": "信号不好", "name": "李四"}
    where = reverse("inspection:public_objections", args=[submission.pk])
    refused = office.post(where, form | {"received_on": "2018-07-01"})
    assert refused.status_code == 422
    assert "信号不好" in refused.content.decode() and "李四" in refused.content.decode()
    assert office.post(where, form | {"received_on": "2018-07-16"}).status_code == 302
    objection = PublicObjection.objects.get()
    assert "1 条公示异议" in signed_in(people.government).get("/inbox/").content.decode()
    blank = post(office, "answer_objection", objection.pk, answer="长" * 2_001, expect=422)
    assert "长" * 2_001 in blank.content.decode()
    post(office, "answer_objection", objection.pk, answer="已派人检修，现已正常。")
    assert "已派人检修" in page(office, "public_objections", submission.pk)


# ------------------------------------------------------------ on what it rests


def test_nothing_is_ratified_without_what_it_rests_on(chain, people):
    submission = chain.noticed(chain.submitted(COVERED))
    with pytest.raises(Refused, match="尚未登记审定依据"):
        decide(submission, people.government)
    assert Submission.objects.get().state == SubmissionState.NOTICED


GROUND = {
    "ground": "instruction",
    "title": "关于达标单位的批示",
    "on": ON,
    "signer": "吴区长",
    "number": "〔2018〕批12号",
}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"ground": ""}, "会议或批示"),
        ({"title": " "}, "会议名称"),
        ({"signer": ""}, "签批人"),
        ({"number": ""}, "文号"),
        ({"on": date(2018, 7, 21)}, "不能晚于今天"),
        ({"file": None}, "请上传"),
        ({"file": ("a.png", PNG)}, "PDF 或 JPEG"),
    ],
)
def test_basis_that_is_not_whole_is_refused(chain, people, wrong, said):
    submission = chain.noticed(chain.submitted(COVERED))
    ground = GroundGiven(**{**GROUND, "file": ("批示.jpg", JPEG)} | wrong)
    with pytest.raises(Refused, match=said):
        government.give_ground(submission=submission, given=ground, on=ON, by=people.government)
    assert not RatificationBasis.objects.exists()


def test_basis_is_mended_until_the_decision_and_its_old_file_goes(chain, people, django_capture_on_commit_callbacks):
    submission = chain.heard(COVERED)
    old = RatificationBasis.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        ground = GroundGiven(**GROUND, file=("批示.jpg", JPEG))
        government.give_ground(submission=submission, given=ground, on=ON, by=people.government)
    new = RatificationBasis.objects.get()
    assert (new.title, new.media_type) == ("关于达标单位的批示", "image/jpeg")
    assert not store.path_of(old.key).exists() and store.original(new)
    government.give_ground(submission=submission, given=GroundGiven(**GROUND), on=ON, by=people.government)
    again = RatificationBasis.objects.get()
    assert (again.digest, again.at) == (new.digest, new.at), "sent again it is what it was"
    decide(submission, people.government)
    with pytest.raises(Stale, match="不能再改审定依据"):
        government.give_ground(submission=submission, given=GroundGiven(**GROUND), on=ON, by=people.government)


def test_batch_from_before_notices_and_bases_asks_for_neither(chain, people):
    submission = chain.announced(COVERED)
    notices.withdraw(submission)
    RatificationBasis.objects.all().delete()
    shown = page(signed_in(people.government), "submission", submission.pk)
    assert "尚未公示" not in shown and "尚未登记" not in shown
    assert "未公示" in shown and "未登记" in shown


def test_basis_stands_on_the_page_and_in_the_archive(chain, people):
    submission = chain.announced(COVERED)
    unit = submission.units.get()
    assert "第12次常务会议" in page(signed_in(people.leader), "submission", submission.pk)
    assert "第12次常务会议" not in page(signed_in(people.clerk), "submission", submission.pk)
    answer = signed_in(people.leader).get(reverse("inspection:basis_file", args=[submission.pk]))
    assert answer.content == PDF and "attachment" in answer["Content-Disposition"]
    assert signed_in(people.clerk).get(reverse("inspection:basis_file", args=[submission.pk])).status_code == 404

    archive = signed_in(people.government).post(reverse("inspection:archive", args=[unit.pk]))
    with zipfile.ZipFile(io.BytesIO(b"".join(archive.streaming_content))) as opened:
        assert opened.read("审定依据/2018年第1批-纪要.pdf") == PDF
        told = opened.read("审定.json").decode()
    assert "清区府纪〔2018〕12号" in told and '"until": "2018-07-19"' in told


# ------------------------------------------------------------ the order of things


def test_no_plaque_before_the_circular(chain, people):
    submission = chain.ratified(COVERED)
    unit = submission.units.get()
    with pytest.raises(Refused, match="新马村新屋所在的2018年第1批尚未通报"):
        certificates.issue(units=[unit], on=ON, by=people.second_government)
    shown = signed_in(people.second_government).get(reverse("certificates:issue")).content.decode()
    assert "待通报（1 个）" in shown and f'value="{unit.pk}"' not in shown

    government.announce(submission=submission, version=submission.version, on=ON, by=people.government)
    with pytest.raises(Refused, match="通报，授牌日期不能更早"):
        certificates.issue(units=[unit], on=LAST, by=people.second_government)
    shown = signed_in(people.second_government).get(reverse("certificates:issue")).content.decode()
    assert "待通报" not in shown and f'value="{unit.pk}"' in shown
    certificates.issue(units=[unit], on=ON, by=people.second_government)
    assert Certificate.objects.get().decision_number == Submission.objects.get().circular_number != ""


def test_inbox_offers_plaques_only_after_the_circular(chain, people):
    submission, client = chain.ratified(COVERED), signed_in(people.second_government)
    assert "待授牌" not in client.get("/inbox/").content.decode()
    government.announce(submission=submission, version=submission.version, on=ON, by=people.government)
    assert "1 个单位已通报，待授牌" in client.get("/inbox/").content.decode()


# ------------------------------------------------------------ the decision


def test_decision_is_confirmed_with_its_figures_and_grounds(chain, people):
    submission, office = chain.heard(TOWN, COVERED), signed_in(people.government)
    look_at(office, submission)
    shown = page(office, "submission_batch", submission.pk)
    assert "第12次常务会议" in shown and "全光网自然村 1 个" in shown
    post(office, "submission_batch", submission.pk, **form_of(office, submission))
    assert Submission.objects.get().state == SubmissionState.RATIFIED


def look_at(office, submission: Submission) -> None:
    for unit in submission.units.all():
        post(office, "submission_desk", submission.pk, act="look", unit=unit.pk, version=unit.version)


def test_inbox_asks_another_to_confirm(chain, people, settings):
    settings.INSPECTION_BATCH_ALONE = 1
    submission, second = chain.heard(TOWN, COVERED), signed_in(people.second_government)
    version, verdicts = submission.version, ratifying(submission)
    government.propose(submission=submission, version=version, verdicts=verdicts, by=people.government)
    assert "提出了审定结果，待确认" in second.get("/inbox/").content.decode()
    assert "提出了审定结果，待确认" not in signed_in(people.government).get("/inbox/").content.decode()
    look_at(second, submission)
    post(second, "submission_batch", submission.pk, **form_of(second, submission))
    assert Submission.objects.get().state == SubmissionState.RATIFIED


def test_proposed_decision_is_gone_when_the_list_changed(chain, people):
    submission, office = chain.heard(COVERED), signed_in(people.government)
    verdicts = ratifying(submission)
    government.propose(submission=submission, version=submission.version, verdicts=verdicts, by=people.government)
    version = submission.version
    compiling.recall(submission=submission, version=version, reason="漏报", by=people.second_head)
    compiling.submit(submission=submission, version=submission.version, on=ON, by=people.second_head)
    chain.noticed(submission)
    look_at(office, submission)
    assert (
        "未办理“审定”" in post(office, "submission_batch", submission.pk, version=version, expect=409).content.decode()
    )
    assert Unit.objects.get().state == UnitState.COMPILED


def test_only_the_government_puts_lists_before_the_public_and_names_grounds(chain, people):
    submission = chain.submitted(COVERED)
    User.objects.filter(pk=people.bureau_head.pk).update(phone="0763-3366001")
    for other in (people.bureau_head, people.reviewer, people.leader, people.clerk):
        with pytest.raises(PermissionDenied):
            government.notice(submission=submission, version=submission.version, on=ON, by=other)
        with pytest.raises(PermissionDenied):
            ground = GroundGiven(**GROUND, file=("批示.jpg", JPEG))
            government.give_ground(submission=submission, given=ground, on=ON, by=other)
        with pytest.raises(PermissionDenied):
            government.propose(submission=submission, version=submission.version, verdicts={}, by=other)
    with pytest.raises(PermissionDenied):
        notices.enter(submission=submission, given=given(), on=AFTER, by=people.leader)


# ------------------------------------------------------------ two hundred at once


def compiled(make_area, by: User, count: int, first: int) -> Submission:
    """A signed submission of so many natural villages of the town, each as it stands when the government is asked."""
    area = Area.objects.get(code=TOWN)
    submission = Submission.objects.create(county=area.county, state=SubmissionState.SUBMITTED, submitted_on=ON)
    signed = {"state": "decided", "signed_by": by, "signed_on": ON, "reviewer": by}
    report = Report.objects.create(township=area, county=area.county, period="2018Q2", **signed)
    for number in range(first, first + count):
        village = make_area(f"{XIUXI}{number:03d}")
        frozen = freeze_for(report, village, by)
        unit = Unit.objects.create(
            report=report, area=village, kind=village.kind, title="全光网自然村", frozen=frozen,
            state=UnitState.COMPILED, submission=submission,
        )  # fmt: skip
        Entry.objects.create(submission=submission, unit=unit)
        fields = keeping.keep(distinct(number), f"{number}.jpg", Evidence)
        Evidence.objects.create(report=report, area=village, kind=EvidenceKind.PHOTO, by=by, **fields)
    Verdict.objects.filter(pk__in=report.frozen.values("verdict")).update(superseded_at=None)
    return submission


@pytest.mark.usefixtures("worker_asleep")
def test_more_than_one_person_decides_on_are_awarded_by_a_third(people, make_area, make_user, settings):
    """Two of the government ratify; the settings are those of an office that set none."""
    submission, first, second = (
        compiled(make_area, people.head, 51, first=300),
        people.government,
        people.second_government,
    )
    third = make_user(Post.GOVERNMENT, TOWN, name="蒋主任")
    User.objects.filter(pk=people.bureau_head.pk).update(phone="0763-3366001")
    ways = {person: signed_in(person) for person in (first, second, third)}
    post(ways[first], "submission", submission.pk, version=0, action="notice")
    settings.PORTAL_TODAY = date(2018, 7, 30)
    post(ways[first], "basis", submission.pk, **GROUND, file=SimpleUploadedFile("纪要.pdf", PDF))
    post(ways[first], "submission_batch", submission.pk, **form_of(ways[first], submission))
    assert not Unit.objects.filter(state=UnitState.RATIFIED).exists()
    post(ways[second], "submission_batch", submission.pk, **form_of(ways[second], submission))
    post(ways[second], "submission", submission.pk, version=3, action="announce")

    form = {"units": list(submission.units.values_list("pk", flat=True)), "on": "2018-07-30"}
    for person in (first, second):
        shown = ways[person].get(reverse("certificates:issue")).content.decode()
        assert "须由他人办理" in shown
        assert ways[person].post(reverse("certificates:issue"), form).status_code == 422
    assert not Certificate.objects.exists()
    assert ways[third].post(reverse("certificates:issue"), form).status_code == 302
    assert Certificate.objects.count() == 51


def set_aside(office, submission: Submission, count: int) -> int:
    """So many units are to be returned, each by a step of its own at the desk: the most queries that one took."""
    aside, most = {"act": "return", "code": "missing", "reason": "补照片"}, 0
    for unit in submission.units.order_by("area_id")[:count]:
        with CaptureQueriesContext(connection) as asked:
            post(office, "submission_desk", submission.pk, unit=unit.pk, version=unit.version, **aside)
        most = max(most, len(asked))
    return most


def whole(chain, submission: Submission, returned: int) -> tuple[int, int, float]:
    """Noticed, looked at, confirmed and announced by pages: how many queries, of setting a unit aside and of all else, and
    the seconds of processor time of all else.
    """
    office, version, count = signed_in(chain.people.government), submission.version, submission.units.count()
    begun = time.process_time()
    with CaptureQueriesContext(connection) as asked:
        post(office, "submission", submission.pk, version=version, action="notice")
        chain.settings.PORTAL_TODAY = date(2018, 7, 30)
        chain.grounded(submission)
        page(office, "submission", submission.pk)
    took = time.process_time() - begun
    aside = set_aside(office, submission, returned)
    begun = time.process_time()
    with CaptureQueriesContext(connection) as decided:
        form = form_of(office, submission)
        post(office, "submission_batch", submission.pk, **form)
        post(office, "submission", submission.pk, version=version + 2, action="announce")
    took += time.process_time() - begun
    chain.settings.PORTAL_TODAY = ON
    assert submission.entries.filter(decision=Decision.RETURNED).count() == returned
    assert Unit.objects.filter(state=UnitState.RATIFIED, submission=submission).count() == count - returned
    return aside, len(asked) + len(decided), took


@pytest.mark.usefixtures("worker_asleep")
def test_hundred_units_take_no_more_than_in_proportion_and_no_more_questions(chain, people, make_area, settings):
    """From the notice to the circular. SQLite asks in parts of 999 values, hence the few questions more."""
    settings.INSPECTION_BATCH_ALONE, chain.settings = 100, settings
    User.objects.filter(pk=people.bureau_head.pk).update(phone="0763-3366001")
    few = compiled(make_area, people.head, 20, first=300)
    many = compiled(make_area, people.head, 100, first=400)
    whole(chain, compiled(make_area, people.head, 2, first=700), returned=1)

    aside, asked, took = whole(chain, few, returned=5)
    aside_of_many, asked_of_many, took_of_many = whole(chain, many, returned=25)

    assert aside_of_many <= aside, (aside, aside_of_many)
    assert asked_of_many <= asked + 12, (asked, asked_of_many)
    assert took_of_many <= took * many.units.count() / few.units.count(), (took, took_of_many)
