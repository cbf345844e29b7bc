"""The papers of the chain: each step that sends a paper away numbers and keeps it, and nothing else does."""

import io
import re

import pytest
from django.urls import reverse
from pypdf import PdfReader

from common.exceptions import Refused
from inspection import government, report_papers, reporting
from inspection.examining import Found
from inspection.models import Report
from inspection.vocabulary import CheckFinding, InspectionAction
from papers import editing
from papers.models import Document, Series
from papers.pdf import pdf
from papers.wording import wording_of
from tests.inspection.conftest import COUNTY, COVERED, ON, TOWN, XIUXI
from tests.inspection.test_objections import sent_again

pytestmark = pytest.mark.django_db
CODE = r"(?<![A-Za-z0-9])[GMST][0-9]{2}(?![0-9])"
"""A clause of the plan as the portal numbers it."""


def text_of(document: Document) -> str:
    reader = PdfReader(io.BytesIO(pdf(document.description)))
    return "".join(page.extract_text() for page in reader.pages).replace("\n", "").replace(" ", "")


def test_sent_report_is_numbered_and_kept_as_signed(chain, people):
    report = chain.sent()

    document = Document.objects.of(report).get(kind="self-inspection")
    assert report.number == document.number == Report.objects.get(pk=report.pk).number == "源潭府〔2018〕1号"
    text = text_of(document)
    for said in ("签发人：李镇长", "我镇认真开展自查。", "对标自评表", "2018年7月20日", "第二部分（三）3"):
        assert said in text
    assert "请予审核。" not in text, "a report asks nothing"


def test_letter_goes_with_the_report_and_asks(chain, people):
    people.clerk.phone = "0763-3361234"
    people.clerk.save()
    report = chain.sent()

    letter = Document.objects.of(report).get(kind="review-request")
    text = text_of(letter)
    assert letter.number == "源潭府函〔2018〕1号" and "函" in letter.subject
    for said in ("请予审核。", "（源潭府〔2018〕1号）", "联系人：陈经办，联系电话：0763-3361234"):
        assert said in text


def test_submission_asks_for_one_thing_and_says_whom_to_ask(chain, people):
    submission = chain.submitted()

    document = Document.objects.of(submission).get()
    text = text_of(document)
    assert document.subject.endswith("全光网建设达标单位的请示")
    for said in (
        "签发人：郑副局长",
        "妥否，请批示。",
        "联系人：赵审核",
        "清远市清城区人民政府：",
        "经济和信息化局办公室",
    ):
        assert said in text


def test_drafted_opinion_of_the_bureau_asks_nothing(chain):
    """What is asked stands at the end of the 请示, once."""
    submission = chain.compiled()

    assert submission.opinion.endswith("其中：全光网乡镇 1 个。现汇总上报。")


def test_face_of_a_paper_bears_no_codes_and_no_digest(chain):
    """They stand on an attachment; clauses are cited as the plan cites itself."""
    chain.ratified()
    for document in Document.objects.all():
        paper = document.description
        face = str(paper.body) + paper.note
        assert not re.search(rf"sha256|{CODE}", face), document.subject
        assert not re.search(CODE, str(paper.annex)), document.subject


def test_answers_of_the_township_name_criteria_in_words(chain, people):
    unit = chain.taken(COVERED).units.select_related("report", "frozen").get()
    chain.ruled(InspectionAction.RETURN, unit, "请补充材料", S16=Found(CheckFinding.MET, "missing", "缺学校照片"))
    sent_again(people, unit, "已补。")

    paper = Document.objects.filter(kind="self-inspection").latest("pk").description
    assert "新马村新屋（区经信局：请补充材料；点位具备光网接入能力100%：缺学校照片）：已补。" in str(paper.body)
    assert not re.search(CODE, str(paper.body))


def test_refused_step_draws_no_number(chain, people):
    report = chain.signing()

    with pytest.raises(Refused):
        reporting.send(report=report, version=report.version - 1, on=ON, by=people.head)

    assert not Document.objects.exists() and not Series.objects.exists()


def test_concluded_examination_leaves_the_opinion(chain):
    chain.passed(TOWN)

    document = Document.objects.get(kind="examination")
    text = text_of(document)
    assert document.number == "清区经信函〔2018〕1号" and document.subject.endswith("的复函")
    assert "源潭府〔2018〕1号" in text and "审核人：王审核" in text and "审核结论表" in text


def test_returned_unit_stands_in_the_opinion_with_its_reason(chain):
    report = chain.taken(XIUXI)
    unit = report.units.select_related("report", "frozen").get()
    chain.ruled(InspectionAction.RETURN, unit, "请补充测速记录。")

    text = text_of(Document.objects.get(kind="examination"))
    assert "请补充测速记录。" in text and "秀溪村" in text and XIUXI in text
    assert "请补充测速记录。" in text_of(Document.objects.get(kind="examination"))


def test_submission_and_circular_follow_each_other(chain, people, client):
    submission = chain.ratified()
    government.announce(submission=submission, version=submission.version, on=ON, by=people.government)

    kinds = Document.objects.order_by("pk").values_list("kind", "number")
    assert list(kinds) == [
        ("self-inspection", "源潭府〔2018〕1号"),
        ("review-request", "源潭府函〔2018〕1号"),
        ("examination", "清区经信函〔2018〕1号"),
        ("compilation", "清区经信〔2018〕1号"),
        ("notice", "清区府公示〔2018〕1号"),
        ("circular", "清区府〔2018〕1号"),
    ]
    assert (submission.number, submission.circular_number) == ("清区经信〔2018〕1号", "清区府〔2018〕1号")
    client.force_login(people.neighbour)
    listed = client.get(reverse("papers:documents")).text
    assert "清区府〔2018〕1号" in listed and "源潭府〔2018〕1号" not in listed


def test_draft_can_be_looked_at_and_has_no_number(chain, people, client):
    report = chain.drafted()
    client.force_login(people.clerk)

    answer = client.get(reverse("inspection:report_draft", args=[report.pk, "pdf"]))

    assert answer.content.startswith(b"%PDF") and not Document.objects.exists()


def test_issued_document_is_the_same_for_ever(chain, people, client):
    document = Document.objects.of(chain.sent()).get(kind="self-inspection")
    client.force_login(people.clerk)
    address = reverse("papers:download", args=[document.pk, "docx"])
    first = client.get(address).content

    wording = wording_of("self-inspection")
    texts = wording.delivered | {"closing": "专此报告。"}
    editing.edit(wording=wording, county=COUNTY, texts=texts, reason="统一用语", seen=0, by=people.reviewer)

    assert client.get(address).content == first
    assert "专此报告。" in str(report_papers.report_paper(Report.objects.get(), "", ON).body)
