"""The mass production of titles under the settings as delivered: every office tries one click, and is told what is missing."""

import re
from datetime import date

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import User
from inspection.models import Report, Submission, Unit
from inspection.vocabulary import ReportState, UnitState
from reports.certificates.models import Certificate
from tests.evidence.files import PDF
from tests.inspection.conftest import COVERED, TOWN
from tests.inspection.making import bring
from tests.inspection.test_pages import form_of, page, post, signed_in, text_of

SECONDS = 20.0


def refused(client, name: str, *args, expect: int = 422, **said) -> str:
    """What the page says of a step that is not taken."""
    return words(post(client, name, *args, expect=expect, **said).content.decode())


def words(shown: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", shown.split("<main")[-1]).split())


def test_no_office_can_pass_on_what_nobody_looked_at(people, settings):
    clerk, head, reviewer, second = map(signed_in, (people.clerk, people.head, people.reviewer, people.second))
    bureau_head, second_head = signed_in(people.bureau_head), signed_in(people.second_head)
    government, colleague = signed_in(people.government), signed_in(people.second_government)
    User.objects.filter(pk=people.bureau_head.pk).update(phone="0763-3366001")

    # The township: without evidence nothing leaves the house.
    post(clerk, "new", period="2018Q2", unit=[TOWN, COVERED])
    report = Report.objects.get()
    said = refused(clerk, "report", report.pk, version=report.version, hand_up=1, **text_of(report))
    assert "佐证材料" in said and "新马村新屋" in said and "现场照片" in said
    bring(report, people.clerk)
    post(clerk, "report", report.pk, version=report.version, hand_up=1, **text_of(report))
    post(head, "move", report.pk, version=1, action="send")

    # The bureau: nothing is clean without a sample, nothing is found met unless somebody says so.
    post(reviewer, "move", report.pk, version=2, action="take")
    assert "没有可以一并办理的单位" in page(reviewer, "desk_batch", report.pk)
    units = list(report.units.order_by("pk"))
    together = {"unit": [each.pk for each in units], **{f"version-{each.pk}": each.version for each in units}}
    said = refused(reviewer, "desk_batch", report.pk, expect=409, **together)
    assert "没有抽查" in said
    for unit in units:
        way = {"version": unit.version, "decision": "pass_short" if unit.area_id == TOWN else "pass", "text": "同意"}
        assert "请选择符合或不符合" in refused(reviewer, "examine", unit.pk, **way)
        way |= {f"finding-{row['key']}": "met" for row in unit.frozen.said["criteria"]}
        assert "须由审核员、负责人分别写明理由" in refused(reviewer, "examine", unit.pk, **way)
        post(reviewer, "examine", unit.pk, sampling="佐证齐全，抽查随后补办。", **way)
        confirm = {"version": unit.version + 1, "decision": "confirm"}
        post(reviewer, "examine", unit.pk, expect=403, **confirm)
        assert "须写明理由" in refused(bureau_head, "examine", unit.pk, **confirm)
        post(bureau_head, "examine", unit.pk, ground="同意，限期补抽。", **confirm)
    assert Report.objects.get().state == ReportState.DECIDED

    # Compiling and signing are others' work.
    chosen = {"unit": [each.pk for each in units]}
    assert "同一单位的汇总须由他人办理" in refused(reviewer, "compile", **chosen)
    post(second, "compile", **chosen)
    submission = Submission.objects.get()
    assert "须由他人办理" in refused(bureau_head, "submission", submission.pk, version=0, action="submit")
    post(second_head, "submission", submission.pk, version=0, action="submit")

    # The government: notice, term, what it looked at, on what it rests; then the circular; then, by another, the plaque.
    assert "尚未公示" in refused(government, "submission_batch", submission.pk, version=1)
    post(government, "submission", submission.pk, version=1, action="notice")
    town = submission.units.get(area=TOWN)
    post(government, "submission_desk", submission.pk, act="look", unit=town.pk, version=town.version)
    assert "公示至" in refused(government, "submission_batch", submission.pk, version=2)
    settings.PORTAL_TODAY = date(2018, 7, 30)
    assert "尚未登记审定依据" in refused(government, "submission_batch", submission.pk, version=2)
    assert "请上传审定依据的文件" in refused(
        government, "basis", submission.pk, ground="meeting", title="会", on="2018-07-30", signer="吴", number="1"
    )
    assert Unit.objects.filter(state=UnitState.RATIFIED).count() == 0
    minutes = SimpleUploadedFile("纪要.pdf", PDF)
    given = {
        "ground": "meeting",
        "title": "常务会议",
        "on": "2018-07-30",
        "signer": "吴",
        "number": "1",
        "file": minutes,
    }
    post(government, "basis", submission.pk, **given)
    post(government, "submission_batch", submission.pk, **form_of(government, submission))
    assert "印发通报后方可授牌" in award(colleague, units)
    post(government, "submission", submission.pk, version=3, action="announce")
    assert "须由他人办理" in award(government, units)
    assert Certificate.objects.count() == 0
    award(colleague, units, expect=302)
    assert Certificate.objects.count() == len(units)


def award(client, units, expect: int = 422) -> str:
    answer = client.post(reverse("certificates:issue"), {"units": [each.pk for each in units], "on": "2018-07-30"})
    assert answer.status_code == expect, answer.content.decode()[:2000]
    return words(answer.content.decode())
