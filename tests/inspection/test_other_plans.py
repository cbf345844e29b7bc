"""The whole chain by plans other than ours: penetration hard, not asked at all, alone; kinds without a standard."""

import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from acceptance import plan
from inspection import reporting
from inspection.collecting import EvidenceUpload, add
from inspection.examining import Found
from inspection.models import Report, Submission, Unit
from inspection.vocabulary import CheckFinding, InspectionAction, ReportState, UnitState
from papers.models import Document
from reports.certificates.models import Certificate
from returns.models import ReturnLine
from tests import plans
from tests.evidence.files import JPEG
from tests.inspection.conftest import COVERED, ON, QUARTER, TOWN, XINMA, XIUXI
from tests.inspection.making import bring
from tests.inspection.test_pages import desk, form_of, page, post, signed_in, text_of
from tests.scenes import DAGUAN, STREET

PLACES = (("situation", ()), ("acceptance:verdict", (QUARTER,)))
LINK = re.compile(r'(?:href|action|src)="(/[^"#]*)')


@pytest.fixture(scope="session")
def plan_folder(tmp_path_factory):
    return tmp_path_factory.mktemp("plans")


@pytest.fixture
def written(settings, plan_folder, tmp_path):
    """Let the portal judge by another plan."""
    settings.VAR_DIR = tmp_path

    def by(name: str) -> None:
        settings.PLAN_FILE = plans.write(name, plan_folder)

    return by


@pytest.fixture(params=plans.OTHERS)
def other_plan(request, written) -> str:
    written(request.param)
    return request.param


@pytest.fixture
def lively(district) -> None:
    """Enough fibre users in 秀溪村, and so in the town, that penetration is met."""
    ReturnLine.objects.filter(area_id=XIUXI).update(fibre_users=220)


def crawl(client: Client) -> list[str]:
    """Follow the links of pages, of addresses that differ in numbers only the first; those that answered with an error."""
    waiting = [reverse(name, args=[*at, code]) for code in (STREET, DAGUAN) for name, at in PLACES]
    waiting, seen, broken = ["/", *waiting], set(), []
    while waiting:
        address = waiting.pop()
        answer = client.get(address)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        if answer.status_code >= 500:
            broken.append(address)
        links = LINK.findall(content.decode()) if "html" in answer.headers.get("Content-Type", "") else []
        for link in [*map(unescape, links), *filter(None, [answer.headers.get("Location")])]:
            alike = re.sub(r"[0-9]", "0", link.split("?")[0])
            if alike not in seen and not alike.startswith("/static/"):
                seen.add(alike)
                waiting.append(link)
    return broken


def draft(people, codes: list[str]) -> Report:
    clerk = signed_in(people.clerk)
    assert f'value="{TOWN}" checked' in page(clerk, "new")
    post(clerk, "new", period=str(QUARTER), unit=codes)
    report = Report.objects.get()
    add(report=report, given=EvidenceUpload("a.jpg", JPEG, "photo"), by=people.clerk)
    bring(report, people.clerk)
    page(clerk, "report", report.pk)
    post(clerk, "report", report.pk, version=0, hand_up=1, **text_of(report))
    return report


def examine(people, report: Report, refused: str) -> None:
    """Take the report, pass what is clean at once, refuse one unit, pass the others on their own pages; the head confirms."""
    reviewer = signed_in(people.reviewer)
    post(signed_in(people.head), "move", report.pk, version=1, action="send")
    post(reviewer, "move", report.pk, version=2, action="take")
    page(reviewer, "report", report.pk)
    for unit in report.units.select_related("frozen"):
        shown = desk(reviewer, unit)
        found = {f"finding-{row['key']}": "met" for row in unit.frozen.said["criteria"]}
        decision = "refuse" if unit.area_id == refused else "pass"
        assert 'value="pass"' in shown and "渗透率" not in re.findall(r'<label for="text">.*?</label>', shown)[0]
        post(reviewer, "examine", unit.pk, version=unit.version, decision=decision, text="核对无误", **found)
        confirmed = {"version": unit.version + 1, "decision": "confirm"}
        post(signed_in(people.bureau_head), "examine", unit.pk, **confirmed)
    assert Report.objects.get().state == ReportState.DECIDED


def ratify(people, chain) -> None:
    """Compile what passed, submit, hear the public, ratify all and announce."""
    reviewer, head, government = map(signed_in, (people.second, people.second_head, people.government))
    units = list(Unit.objects.filter(state=UnitState.PASSED))
    post(reviewer, "compile", unit=[unit.pk for unit in units])
    submission = Submission.objects.get()
    page(head, "submission", submission.pk)
    post(head, "submission", submission.pk, version=0, action="submit")
    for unit in submission.units.all():
        post(government, "submission_desk", submission.pk, act="look", unit=unit.pk, version=unit.version)
    submission.refresh_from_db()
    chain.grounded(chain.noticed(submission))
    post(government, "submission_batch", submission.pk, **form_of(government, submission))
    post(government, "submission", submission.pk, version=3, action="announce")


def award(people) -> list[Certificate]:
    chosen = {"units": list(Unit.objects.ratified().values_list("pk", flat=True)), "on": str(ON)}
    assert signed_in(people.second_government).post(reverse("certificates:issue"), chosen).status_code == 302
    return list(Certificate.objects.all())


def test_whole_chain_from_draft_to_certificate(other_plan, lively, people, chain):
    report = draft(people, [TOWN, XIUXI, XINMA, COVERED])
    assert "存在问题" not in report.problems and "未达" not in report.problems
    examine(people, report, refused=XIUXI)
    ratify(people, chain)
    certificates = award(people)

    assert {each.unit.area_id for each in certificates} == {TOWN, XINMA, COVERED}
    public = Client().get(reverse("public:certificate", args=[certificates[0].code_grouped])).content.decode()
    assert "有效" in public and plan.current().titles["town"].name in public
    kinds = sorted(Document.objects.values_list("kind", flat=True))
    assert kinds[:6] == ["circular", "compilation", "examination", "notice", "review-request", "self-inspection"]
    assert crawl(signed_in(people.reviewer)) == []


def test_what_lacks_penetration_is_told_and_cannot_be_reported(written, people):
    written("hard")
    clerk = signed_in(people.clerk)
    shown = page(clerk, "new")
    assert "再发展 40 户光网用户" in shown and f'value="{XIUXI}"' not in shown and "渗透率未达参考值" not in shown
    refused = post(clerk, "new", period=str(QUARTER), unit=[XIUXI], expect=422).content.decode()
    assert "秀溪村未达标，差距：再发展 40 户光网用户。" in refused


def test_penetration_that_cannot_be_told_leaves_the_unit_open(written, people):
    written("hard")
    ReturnLine.objects.filter(area_id=XINMA).delete()
    refused = post(signed_in(people.clerk), "new", period=str(QUARTER), unit=[XINMA], expect=422).content.decode()
    assert "新马村数据不全，暂不能判定是否达标。1 个村居的季报补报并审核后即可判定。" in refused


def test_hard_penetration_found_not_met_is_not_passed(written, lively, chain):
    written("hard")
    unit = chain.taken(XIUXI).units.get()
    with pytest.raises(reporting.Refused, match=r"硬性指标“S15 .+”标为不符合"):
        chain.ruled(InspectionAction.PASS, unit, S15=Found(CheckFinding.NOT_MET))


def test_pass_of_several_says_nothing_of_a_reference_that_nobody_asks(written, lively, chain, people):
    written("hard")
    report = chain.taken(XINMA, COVERED)
    assert "渗透率达到参考值" not in page(signed_in(people.reviewer), "report", report.pk)


def test_a_frozen_verdict_is_read_by_the_plan_of_its_time(chain, written):
    report = chain.drafted()
    digest = report.units.select_related("frozen")[0].frozen.said["plan"]["digest"]
    ours = plan.by_digest(digest)

    written("hard")

    assert plan.current().digest != digest and plan.by_digest(digest) == ours
