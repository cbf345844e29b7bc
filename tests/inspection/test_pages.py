"""The pages of the chain: each person's way through it, what is refused in words, and what is never lost."""

import io
import re
import zipfile
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry, User
from common.templatetags.figures import plain_date
from evidence import store
from inspection import collecting, dossier, publicising
from inspection.collecting import EvidenceUpload
from inspection.models import Evidence, Publication, Report, Submission, Unit
from inspection.publicising import Published
from inspection.vocabulary import InspectionAction, ReportState, SubmissionState, UnitState
from jobs.models import Job
from reports.certificates import actions as certificates
from tests.evidence.files import JPEG, PDF, PNG, distinct, headed
from tests.inspection.conftest import COVERED, FAR, NEAR, ON, TOWN, XINMA, XIUXI, fall
from tests.inspection.making import bring


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(client: Client, name: str, *args, **query) -> str:
    answer = client.get(reverse(f"inspection:{name}", args=args), query)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def desk(client: Client, unit: Unit) -> str:
    """The desk with a unit chosen."""
    return page(client, "desk", unit.report_id, unit=unit.pk)


def post(client: Client, name: str, *args, expect: int = 302, **data):
    answer = client.post(reverse(f"inspection:{name}", args=args), data)
    assert answer.status_code == expect, answer.content.decode()[:3000]
    return answer


def hidden(shown: str) -> dict[str, list[str]]:
    """The hidden fields of the form that decides."""
    found: dict[str, list[str]] = {}
    form = shown.split("desk-confirm")[1].split("</form>")[0]
    for name, value in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form):
        found.setdefault(name, []).append(value)
    return found


def form_of(client: Client, submission: Submission) -> dict[str, list[str]]:
    """What the page on which a submission is decided sends when it is confirmed."""
    return hidden(page(client, "submission_batch", submission.pk))


def text_of(report: Report) -> dict:
    return {"overview": report.overview, "problems": report.problems, "request": report.request}


def test_list_says_who_examined_and_who_confirmed(chain, people):
    submission = chain.compiled(COVERED)
    said = page(signed_in(people.second_head), "submission", submission.pk)
    assert "王审核：拟通过，报请复核<br>周局长：复核同意通过" in said


def test_whole_chain_by_pages(people, settings):
    clerk, head, reviewer = (signed_in(each) for each in (people.clerk, people.head, people.reviewer))
    bureau_head, government = signed_in(people.bureau_head), signed_in(people.government)
    second, second_head = signed_in(people.second), signed_in(people.second_head)

    assert 'value="441802103" checked' in page(clerk, "new")
    post(clerk, "new", period="2018Q2", unit=[TOWN, COVERED])
    report = Report.objects.get()
    assert "对标自评表" in page(clerk, "report", report.pk)
    bring(report, people.clerk)
    post(clerk, "report", report.pk, version=report.version, hand_up=1, **text_of(report))
    assert "签发报送" in page(head, "report", report.pk)
    post(head, "move", report.pk, version=1, action="send")
    assert "受理审核" in page(reviewer, "report", report.pk)
    post(reviewer, "move", report.pk, version=2, action="take")
    village, town = report.units.get(area_id=COVERED), report.units.get(area_id=TOWN)
    assert "打开审核台" in page(reviewer, "report", report.pk)
    assert "1 个单位拟通过，报请复核" in page(reviewer, "desk_batch", report.pk)
    post(reviewer, "desk_batch", report.pk, unit=village.pk, **{f"version-{village.pk}": village.version})
    assert "渗透率未达参考值，仍予通过" in desk(reviewer, town)
    found = {"finding-S10": "met", "finding-S11": "not_met"}
    post(reviewer, "examine", town.pk, version=town.version, decision="pass_short", text="逐季提高", **found)
    for unit in report.units.all():
        assert "复核同意" in desk(bureau_head, unit)
        post(bureau_head, "examine", unit.pk, version=unit.version, decision="confirm")
    assert Report.objects.get().state == ReportState.DECIDED
    assert "全光网自然村（1 个，已选 0 个）" in page(second, "compile")
    post(second, "compile", unit=[village.pk, town.pk])
    submission = Submission.objects.get()
    shown = page(second_head, "submission", submission.pk)
    assert "逐季提高" in shown and f"{people.bureau_head}：复核同意通过" in shown
    post(second_head, "submission", submission.pk, version=0, action="submit")
    aside = {"act": "return", "unit": village.pk, "version": Unit.objects.get(pk=village.pk).version}
    refused = post(government, "submission_desk", submission.pk, expect=422, code="missing", **aside)
    assert "新屋：退回必须写明原因" in refused.content.decode()
    post(government, "submission_desk", submission.pk, code="missing", reason="补照片", **aside)
    User.objects.filter(pk=people.bureau_head.pk).update(phone="0763-3366001")
    assert 'value="notice"' in page(government, "submission", submission.pk)
    post(government, "submission", submission.pk, version=1, action="notice")
    early = post(government, "submission_batch", submission.pk, version=2, expect=422).content.decode()
    assert "公示至2018年7月27日" in early
    settings.PORTAL_TODAY = date(2018, 7, 30)
    bare = post(government, "submission_batch", submission.pk, version=2, expect=422).content.decode()
    assert "尚未登记审定依据" in bare
    given = {"ground": "meeting", "title": "第12次常务会议", "on": "2018-07-30", "signer": "吴区长", "number": "12号"}
    post(government, "basis", submission.pk, file=SimpleUploadedFile("纪要.pdf", PDF), **given)
    post(government, "submission_batch", submission.pk, **form_of(government, submission))
    post(government, "submission", submission.pk, version=3, action="announce")
    assert "2018年第1批" in page(clerk, "submissions")
    assert "补照片" not in page(clerk, "submission", submission.pk)
    assert "2018年第1批" in page(clerk, "unit", town.pk)


def test_selection_lists_what_is_missing(people):
    fall()
    shown = page(signed_in(people.clerk), "new")
    assert "再建成 2 个全光网行政村" in shown or "再建成 1 个全光网行政村" in shown
    assert 'value="441802103"' not in shown


def test_refused_start_says_why_by_unit(people):
    fall()
    refused = post(signed_in(people.clerk), "new", period="2018Q2", unit=[XIUXI], expect=422)
    assert "秀溪村未达标，差距" in refused.content.decode()


def test_stale_draft_keeps_what_was_typed(chain, people):
    report = chain.drafted()
    clerk = signed_in(people.clerk)
    post(clerk, "report", report.pk, version=0, save=1, **text_of(report))
    refused = post(
        clerk, "report", report.pk, version=0, save=1, overview="我的一段话", problems="", request="", expect=409
    )
    assert "我的一段话" in refused.content.decode() and "陈经办于" in refused.content.decode()


def test_stale_decision_is_told_who_was_faster(chain, people):
    """Also on the last unit, whose decision ended the examination of the report."""
    unit = chain.taken(COVERED).units.get()
    ruled = chain.ruled(InspectionAction.PASS, Unit.objects.get(pk=unit.pk))
    chain.confirmed(ruled)
    decided = plain_date(unit.moves.last().at)
    stale = post(
        signed_in(people.reviewer), "examine", unit.pk, version=unit.version, decision="refuse", text="不符", expect=409,
        **{"finding-S16": "met"},
    ).content.decode()  # fmt: skip
    assert f"周局长于{decided}已办理“复核同意通过”" in stale and "现在是“审核通过”" in stale
    assert "请先受理" not in stale
    assert Unit.objects.get().state == UnitState.PASSED


def test_ratifying_twice_has_one_effect_and_later_marks_change_nothing(chain, people):
    submission, office = chain.heard(TOWN, COVERED), signed_in(people.government)
    form = form_of(office, submission)
    for _ in range(2):
        post(office, "submission_batch", submission.pk, **form)
    unit = submission.units.first()
    late = {"act": "return", "unit": unit.pk, "version": unit.version, "code": "other", "reason": "不同意"}
    assert "现在是“已审定”" in post(office, "submission_desk", submission.pk, expect=409, **late).content.decode()
    stranger = signed_in(people.second_government)
    stale = post(stranger, "submission_batch", submission.pk, version=submission.version, expect=409)
    assert "未办理“审定”" in stale.content.decode()
    assert {unit.state for unit in Unit.objects.all()} == {UnitState.RATIFIED}


def test_same_form_twice_has_one_effect_and_the_same_answer(chain, people):
    report = chain.signing()
    client = signed_in(people.head)
    for _ in range(2):
        post(client, "move", report.pk, version=1, action="send")
    assert report.moves.filter(action="send").count() == 1


@pytest.mark.parametrize("button", ["save", "hand_up"])
def test_draft_sent_twice_has_one_effect_and_the_same_answer(button, chain, people):
    report = chain.drafted()
    bring(report, people.clerk)
    client = signed_in(people.clerk)
    for _ in range(2):
        post(client, "report", report.pk, version=report.version, **{button: 1}, **text_of(report))
    assert report.moves.filter(action=button).count() == 1


def test_bureau_does_not_see_drafts_and_neighbours_see_nothing(chain, people):
    report = chain.drafted()
    for stranger in (people.reviewer, people.government, people.neighbour):
        client = signed_in(stranger)
        assert client.get(reverse("inspection:report", args=[report.pk])).status_code == 404
        assert "源潭镇2018年第二季度达标自查报告" not in page(client, "index")


def test_change_since_the_freeze_stands_beside_the_frozen_figure(chain, people):
    report = chain.taken(TOWN)
    fall()
    shown = page(signed_in(people.reviewer), "report", report.pk)
    assert "取数后有变化" in shown and "现在" in shown
    unit = report.units.get()
    assert "按现在的数据已不达标" in desk(signed_in(people.reviewer), unit)


def test_return_and_follow_up(chain, people):
    unit = chain.taken(COVERED).units.get()
    reviewer, clerk = signed_in(people.reviewer), signed_in(people.clerk)
    data = {"finding-S16": "not_met", "why-S16": "missing", "remark-S16": "缺聚居点照片"}
    refused = post(
        reviewer, "examine", unit.pk, version=unit.version, decision="return", expect=422, **{"finding-S16": "met"}
    )
    assert "退回补正须指明" in refused.content.decode()
    post(reviewer, "examine", unit.pk, version=unit.version, decision="return", **data)
    assert "缺聚居点照片" in page(clerk, "report", unit.report_id)
    post(clerk, "follow", unit.report_id)
    new = Report.objects.get(follows=unit.report_id)
    assert "缺聚居点照片" in page(clerk, "report", new.pk)


def test_evidence_goes_up_and_comes_down_as_it_was(chain, people, django_capture_on_commit_callbacks):
    report = chain.drafted()
    client = signed_in(people.clerk)
    file = SimpleUploadedFile("../现场<1>.png", PNG, "text/html")
    post(client, "add_evidence", report.pk, file=file, kind="photo", caption="聚居点")
    evidence = Evidence.objects.get()
    assert (evidence.name, evidence.media_type, evidence.size) == ("现场1.png", "image/png", len(PNG))
    answer = client.get(reverse("inspection:evidence", args=[evidence.pk]))
    assert answer.content == PNG and answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff" and "sandbox" in answer["Content-Security-Policy"]
    assert signed_in(people.neighbour).get(reverse("inspection:evidence", args=[evidence.pk])).status_code == 404
    with django_capture_on_commit_callbacks(execute=True):
        post(client, "remove_evidence", evidence.pk)
    assert not store.path_of(evidence.digest).exists()


@pytest.mark.parametrize(
    ("data", "kind", "more", "said"),
    [
        (b"", "photo", {}, "文件是空的"),
        (b"<html><script>alert(1)</script>", "photo", {}, "看的是内容，不是扩展名"),
        (JPEG[:60], "photo", {}, "不完整"),
        (JPEG[:-2], "photo", {}, "没有传完"),
        (PNG[:40], "photo", {}, "不完整"),
        (PNG[:45] + b"x" + PNG[46:], "photo", {}, "已损坏"),
        (headed(0, 5), "photo", {}, "已损坏"),
        (headed(20_000, 20_000), "photo", {}, "图片过大（20000×20000 像素）"),
        (PDF[:20], "document", {}, "PDF 不完整"),
        (PDF.replace(b"/Type", b"/JavaScript"), "document", {}, "脚本"),
        (PDF, "photo", {}, "现场照片须为"),
        (PNG, "nothing", {}, "请选择佐证材料的类别"),
        (PNG, "speed_test", {}, "须填写实测下行速率"),
        (PNG, "speed_test", {"mbps": "快"}, "实测下行速率“快”无法识别"),
        (PNG, "speed_test", {"mbps": "100.5M"}, "请填整数"),
        (PNG, "speed_test", {"mbps": "100MB"}, "100Mbps 或 800Mbps"),
        (PNG, "photo", {"area": "441802006"}, "不在本报告内"),
    ],
)
def test_refused_evidence_says_why_and_leaves_nothing(chain, people, data, kind, more, said):
    report = chain.drafted()
    file = SimpleUploadedFile("a.png", data) if data else SimpleUploadedFile("a.png", b"")
    answer = post(
        signed_in(people.clerk),
        "add_evidence",
        report.pk,
        file=file,
        kind=kind,
        caption="我写的说明",
        expect=422,
        **more,
    )
    assert said in answer.content.decode() and "我写的说明" in answer.content.decode()
    assert not Evidence.objects.exists()


def test_quota_and_repetition(chain, people, settings):
    """So many files for each unit, and as many for the whole report."""
    report = chain.drafted()
    settings.EVIDENCE_FILES = 1
    client = signed_in(people.clerk)
    files = [
        SimpleUploadedFile(f"{name}.png", content)
        for name, content in (("a", PNG), ("b", distinct(2)), ("c", distinct(1)))
    ]
    post(client, "add_evidence", report.pk, file=files[0], kind="photo")
    again = SimpleUploadedFile("a.png", PNG)
    refused = post(client, "add_evidence", report.pk, file=again, kind="photo", expect=422).content.decode()
    assert "无须重复上传" in refused
    post(client, "add_evidence", report.pk, file=files[1], kind="photo")
    more = post(client, "add_evidence", report.pk, file=files[2], kind="photo", expect=422).content.decode()
    assert "最多 2 个文件" in more
    settings.EVIDENCE_FILES, settings.EVIDENCE_UNIT_MB = 9, 0
    files[2].seek(0)
    more = post(client, "add_evidence", report.pk, file=files[2], kind="photo", expect=422).content.decode()
    assert "合计不能超过" in more


def infected(path, name) -> str:
    return f"{name} 里有病毒" if b"virus" in path.read_bytes() else ""


def test_scanner_of_the_installation_may_refuse(chain, people, settings):
    report = chain.drafted()
    settings.EVIDENCE_SCAN = "tests.inspection.test_pages.infected"
    file = SimpleUploadedFile("a.pdf", PDF.replace(b"%PDF-1.4", b"%PDF-1.4 virus"))
    answer = post(signed_in(people.clerk), "add_evidence", report.pk, file=file, kind="document", expect=422)
    assert "a.pdf 里有病毒" in answer.content.decode() and not Evidence.objects.exists()


def test_full_disk_leaves_no_row_and_no_part(chain, people, monkeypatch):
    report = chain.drafted()

    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store.os, "fsync", full)
    answer = post(
        signed_in(people.clerk),
        "add_evidence",
        report.pk,
        file=SimpleUploadedFile("a.jpg", JPEG),
        kind="photo",
        expect=507,
    )
    assert "磁盘已满" in answer.content.decode()
    assert not Evidence.objects.exists()
    left = [path for path in store.path_of("00").parent.parent.rglob("*") if path.name.startswith(".part")]
    assert left == []


def test_damaged_evidence_is_not_handed_out(chain, people):
    report = chain.drafted()
    given = EvidenceUpload("a.png", PNG, "photo")
    evidence = collecting.add(report=report, given=given, by=people.clerk)
    store.path_of(evidence.digest).write_bytes(b"other")
    answer = signed_in(people.clerk).get(reverse("inspection:evidence", args=[evidence.pk]))
    assert answer.status_code == 500 and "与上传时的摘要不符" in answer.content.decode()
    store.path_of(evidence.digest).unlink()


def test_evidence_of_a_sent_report_cannot_be_changed(chain, people):
    report = chain.drafted()
    evidence = collecting.add(report=report, given=EvidenceUpload("b.pdf", PDF, "document"), by=people.clerk)
    kept = 1 + len(bring(report, people.clerk))
    client = signed_in(people.clerk)
    post(client, "report", report.pk, version=0, hand_up=1, **text_of(report))
    post(client, "remove_evidence", evidence.pk, expect=409)
    post(client, "add_evidence", report.pk, file=SimpleUploadedFile("a.jpg", JPEG), kind="photo", expect=422)
    assert Evidence.objects.count() == kept


def test_archive_holds_the_whole_file_with_digests(chain, people):
    report = chain.drafted(COVERED)
    collecting.add(report=report, given=EvidenceUpload("照片.jpg", JPEG, "photo"), by=people.clerk)
    client = signed_in(people.clerk)
    unit = report.units.get()
    assert "全案" in page(client, "unit", unit.pk) and "与内容相符" in page(client, "unit", unit.pk)
    answer = client.post(reverse("inspection:archive", args=[unit.pk]))
    content = b"".join(answer.streaming_content)
    assert dossier.verify(io.BytesIO(content)) == []
    names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    assert {"自查报告.json", "取数时的评定.json", "佐证材料/01-照片.jpg", dossier.MANIFEST} <= set(names)


def test_whole_file_ends_with_papers_and_certificate(chain, people):
    chain.announced(COVERED)
    unit = Unit.objects.ratified().get()
    certificates.issue(units=[unit], on=ON, by=people.second_government)
    shown = page(signed_in(people.leader), "unit", unit.pk)
    assert "证书编号" in shown and "达标自查报告" in shown
    answer = signed_in(people.leader).post(reverse("inspection:archive", args=[unit.pk]))
    names = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))).namelist()
    assert "证书.json" in names and any(name.startswith("公文/01-") and name.endswith(".pdf") for name in names)


def test_long_report_folds_what_meets_every_criterion(chain, people, monkeypatch):
    report, client = chain.drafted(TOWN, COVERED), signed_in(people.clerk)
    assert '<details class="fold">' not in page(client, "report", report.pk)
    monkeypatch.setattr("inspection.pages._UNFOLDED", 1)
    shown = page(client, "report", report.pk)
    assert "全光网自然村 1 个，逐条满足" in shown
    fall()
    shown = page(client, "report", report.pk)
    assert "取数后有变化" in shown.split('<details class="fold">')[0]


@pytest.fixture
def published(chain, people):
    chain.ratified(TOWN)
    said = Published("press", "清远日报", "源潭提前建成全光网镇", "2018-07-19")
    return publicising.publish(
        area=people.clerk.area, milestone="G04", said=said, on=date(2018, 7, 20), by=people.lead_unit
    )


def test_correction_is_another_entry_and_the_old_one_stays(published, people):
    client, args = signed_in(people.lead_unit), ("publication", published.pk)
    typed = {"medium": "press", "outlet": "南方日报", "headline": published.headline, "published_on": "2018-07-18"}
    assert 'value="清远日报"' in page(client, *args)
    for wrong, said in (
        ({}, "原因"),
        ({"reason": "登错", "outlet": "清远日报", "published_on": "2018-07-19"}, "没有改动"),
    ):
        refused = post(client, *args, expect=422, **{**typed, **wrong, "decision": "correct"}).content.decode()
        assert said in refused and published.headline in refused
    post(client, *args, **typed, decision="correct", reason="刊播单位登错")

    new = Publication.objects.get(corrects=published)
    assert (new.outlet, new.published_on, new.milestone) == ("南方日报", date(2018, 7, 18), "G04")
    shown = page(client, "early")
    assert "南方日报" in shown and "已更正：刊播单位登错" in shown
    assert "更正之前" in page(client, "publication", new.pk) and "查看更正后的登记" in page(client, *args)
    assert '"outlet":["清远日报","南方日报"]' in AuditEntry.objects.get(action="publicity.correct").detail
    refused = post(client, *args, expect=422, **typed | {"outlet": "羊城晚报"}, decision="correct", reason="再改")
    assert "已由他人更正或撤下" in refused.content.decode() and Publication.objects.count() == 2


def test_what_was_withdrawn_stays_to_be_read_and_may_be_entered_again(published, people):
    client = signed_in(people.lead_unit)
    post(client, "publication", published.pk, decision="withdraw", reason="清远日报撤稿")
    assert "已撤下：清远日报撤稿" in page(client, "early")
    said = Published(published.medium, published.outlet, published.headline, "2018-07-20")
    again = {"area": published.area, "milestone": "G04", "said": said, "on": date(2018, 7, 20), "by": people.lead_unit}
    assert publicising.publish(**again).is_standing


def test_database_refuses_to_end_an_entry_without_a_reason(published, people):
    with pytest.raises(IntegrityError), transaction.atomic():
        Publication.objects.update(state="withdrawn", ended_by=people.lead_unit, ended_at=timezone.now())


def test_large_archive_is_made_in_the_background(chain, people, monkeypatch):
    report = chain.drafted(COVERED)
    collecting.add(report=report, given=EvidenceUpload("照片.jpg", JPEG, "photo"), by=people.clerk)
    unit, client = report.units.get(), signed_in(people.clerk)
    monkeypatch.setattr("inspection.dossier_views.AT_ONCE", len(JPEG) - 1)
    answer = client.post(reverse("inspection:archive", args=[unit.pk]))
    job = Job.objects.get()
    assert answer.url == reverse("jobs:job", args=[job.pk])
    assert (job.state, job.done, job.total, job.unit) == ("done", 8, 8, "份") and "已打包" in job.sentence
    content = b"".join(client.get(reverse("jobs:file", args=[job.pk])).streaming_content)
    assert dossier.verify(io.BytesIO(content)) == []
    assert AuditEntry.objects.get(action="export").subject_key == str(unit.pk)


def test_archive_in_the_background_says_what_is_damaged(chain, people, monkeypatch):
    report = chain.drafted(COVERED)
    evidence = collecting.add(report=report, given=EvidenceUpload("照片.jpg", JPEG, "photo"), by=people.clerk)
    store.path_of(evidence.digest).write_bytes(b"changed")
    monkeypatch.setattr("inspection.dossier_views.AT_ONCE", 0)
    signed_in(people.clerk).post(reverse("inspection:archive", args=[report.units.get().pk]))
    job = Job.objects.get()
    assert (job.state, job.file) == ("failed", "") and "与上传时的摘要不符" in job.sentence
    assert not AuditEntry.objects.filter(action="export").exists()


def test_archive_that_was_changed_is_noticed(chain, people):
    unit = chain.drafted(COVERED).units.select_related("report__township", "area", "frozen").get()
    target, changed = io.BytesIO(), io.BytesIO()
    dossier.Dossier(people.clerk, unit).write(target)
    with zipfile.ZipFile(target) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name) + (b" " if name == "自查报告.json" else b""))
    assert dossier.verify(changed) == ["自查报告.json"]


def test_early_finishers_and_what_was_published(chain, people):
    chain.ratified(TOWN)
    client = signed_in(people.lead_unit)
    shown = page(client, "early")
    assert "源潭镇" in shown and "审定为“全光网乡镇”" in shown
    args = ("publish", TOWN, "G04")
    typed = {"medium": "press", "outlet": "清远日报", "headline": "源潭提前建成全光网镇", "published_on": "2018-07-19"}
    refused = post(client, *args, expect=422, **{**typed, "address": "javascript:alert(1)"})
    assert "网址应以 http" in refused.content.decode() and "清远日报" in refused.content.decode()
    post(client, *args, expect=422, **{**typed, "address": "http://[1"})
    post(client, *args, expect=422, **{**typed, "published_on": "2018-07-21"})
    post(client, *args, **typed)
    assert Publication.objects.get().by == people.lead_unit and "清远日报" in page(client, "early")
    assert client.get(reverse("inspection:publish", args=[XINMA, "G04"])).status_code == 404


def test_home_shows_each_post_what_waits(chain, people):
    for user, said in ((people.clerk, "达标可申报"), (people.reviewer, ""), (people.government, "")):
        answer = signed_in(user).get("/")
        assert answer.status_code == 200 and said in answer.content.decode()
    report = chain.sent()
    assert "源潭镇2018年第二季度达标自查报告" in signed_in(people.reviewer).get("/").content.decode()
    submission = chain.submitted(COVERED)
    assert f"第 {submission.pk} 号汇总上报" in signed_in(people.government).get("/").content.decode()
    assert report.state == ReportState.SUBMITTED and submission.state == SubmissionState.SUBMITTED


def test_list_costs_the_same_however_long(chain, people, django_assert_num_queries):
    client = signed_in(people.reviewer)
    chain.sent(TOWN)
    page(client, "index")
    with django_assert_num_queries(7) as first:
        page(client, "index")
    chain.sent(COVERED)
    chain.sent(XINMA)
    with django_assert_num_queries(len(first)):
        page(client, "index")


def test_report_costs_the_same_however_many_units(chain, people, django_assert_num_queries):
    client = signed_in(people.reviewer)
    few, many = chain.taken(XINMA, COVERED), chain.taken(TOWN, XIUXI, NEAR, FAR)
    for report in (few, many):
        page(client, "report", report.pk)
    with django_assert_num_queries(25) as first:
        page(client, "report", few.pk)
    with django_assert_num_queries(len(first)):
        page(client, "report", many.pk)
