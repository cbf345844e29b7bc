"""The papers of the chain: each step that sends a paper away numbers and keeps it, and nothing else does."""

import io
import re
from types import SimpleNamespace

import pytest
from django.urls import reverse
from pypdf import PdfReader

from areas.models import Area
from common.exceptions import Refused
from inspection import compiling, examining, government, notices, report_papers, reporting, samples, submission_papers
from inspection.examining import Found, Ruling
from inspection.models import Report, Unit
from inspection.vocabulary import CheckFinding, InspectionAction, ObjectionWay
from papers import bodies, editing
from papers.bodies import Issuer
from papers.document import Layout, PaperTable, Paragraph
from papers.models import Document, Series
from papers.pdf import pdf
from papers.wording import WordingTexts, wording_of
from tests.inspection.conftest import COUNTY, COVERED, ON, QUARTER, TOWN, XIUXI
from tests.inspection.test_objections import sent_again
from tests.papers.standard import faults

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

    assert submission.opinion.endswith(
        "其中：全光网乡镇 1 个。有 1 个单位的光网用户渗透率（参考指标）未达参考值，见附件备注。"
    )


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


def said_in(document: Document) -> str:
    """All visible words of a document, from the description."""
    paper = document.description
    blocks = [*paper.body, *paper.annex]
    texts = [block.text for block in blocks if isinstance(block, Paragraph)]
    texts += [cell for block in blocks if isinstance(block, PaperTable) for row in block.rows for cell in row]
    texts += [column.label for block in blocks if isinstance(block, PaperTable) for column in block.columns]
    return "\n".join([paper.subject, paper.addressee, paper.note, *paper.attachments, *texts])


def test_papers_are_in_chinese_and_as_the_standard_has_them(chain, people):
    """No Latin letters but those of the digest, no brackets that no office uses, no name of a file."""
    chain.announced(TOWN, XIUXI)
    documents = list(Document.objects.all())
    assert len(documents) == 6
    for document in documents:
        said = re.sub(r"sha256:[0-9a-f]{64}", "", said_in(document))
        assert not re.search(r"[A-Za-z「」『』]", said), (document.kind, re.findall(r".*[A-Za-z「」『』].*", said))
        layout = document.description.layout
        assert faults(pdf(document.description), is_letter=layout == Layout.LETTER) == [], document.kind


def test_evidence_is_counted_and_not_called_by_its_files(chain):
    report = chain.sent(TOWN, XIUXI)

    text = text_of(Document.objects.of(report).get(kind="self-inspection"))
    assert "jpg" not in text and re.search(r"测速记录\d份（源潭镇、秀溪村）。|测速记录\d份（秀溪村）。", text), text


def test_reference_indicator_is_marked_as_one(chain):
    chain.passed(TOWN)
    for kind in ("self-inspection", "examination"):
        text = text_of(Document.objects.get(kind=kind))
        assert "光网用户渗透率80%以上（参考指标）" in text, kind


def test_answer_cites_the_letter_it_answers(chain):
    chain.passed(TOWN)

    text = text_of(Document.objects.get(kind="examination"))
    assert "（源潭府函〔2018〕1号）及所送自查报告（源潭府〔2018〕1号）收悉" in text
    assert "由我局汇总后报区人民政府审定" in text and "请补正后重新申报" not in text, "nothing was returned"


def test_answer_says_of_a_returned_unit_what_follows_and_of_none_that_passed(chain):
    report = chain.taken(XIUXI)
    chain.ruled(InspectionAction.RETURN, report.units.select_related("report", "frozen").get(), "请补充测速记录。")

    text = text_of(Document.objects.get(kind="examination"))
    assert "请补正后重新申报" in text and "报区人民政府审定" not in text


def examined(*ruled: report_papers.Ruled) -> str:
    """The opinion on units of which this was decided."""
    bureau = Issuer("清远市清城区经济和信息化局", "清区经信")
    data = report_papers.Examination(
        bureau,
        "源潭镇人民政府",
        QUARTER,
        "源潭府〔2018〕1号",
        ON,
        ruled,
        (),
        "王审核",
        request_number="源潭府函〔2018〕1号",
    )
    wording = wording_of("examination")
    made = report_papers.examination(data, WordingTexts(wording, wording.delivered), "")
    return "\n".join(block.text for block in made.body)


def test_same_words_on_many_units_stand_once():
    """173 units of one township, of which the same is said, are one sentence."""
    units = [report_papers.Ruled(f"秀溪村{n}号", "全光网自然村", "审核通过", "", "抽查合格。") for n in range(173)]
    text = examined(*units, report_papers.Ruled("源潭镇", "全光网乡镇", "退回补正", "", "抽查不合格。"))

    assert text.count("抽查合格") == 1 and "秀溪村4号等173个单位：抽查合格。" in text and "秀溪村5号" not in text
    assert "源潭镇：抽查不合格。" in text
    assert "174个单位中，审核通过173个，退回补正1个。" in text


def test_opinion_after_a_return_by_the_government_tells_of_all_units_as_the_bureau_does(chain):
    """Of a unit that has gone on meanwhile the bureau's opinion is that it passed."""
    submission = chain.heard(TOWN, COVERED)
    chain.decided(submission, **{f"u{Unit.objects.get(area_id=COVERED).pk}": "请补充村民代表意见。"})
    unit = Unit.objects.select_related("report", "frozen").get(area_id=COVERED)
    chain.ruled(InspectionAction.RETURN, unit, "请补充测速记录。")

    text = text_of(Document.objects.filter(kind="examination").order_by("pk").last())
    assert "2个单位中，审核通过1个，退回补正1个。" in text and "已审定" not in text


def test_circular_says_how_the_notice_went_and_on_what_the_ratification_rests(chain, people):
    submission = chain.heard()
    unit = submission.units.get()
    given = notices.ObjectionGiven("网速慢。", ObjectionWay.TELEPHONE, ON, unit.pk)
    objection = notices.enter(submission=submission, given=given, on=ON, by=people.second)
    notices.answer(objection=objection, text="已核实。", by=people.second)
    chain.decided(submission)
    submission.refresh_from_db()
    government.announce(submission=submission, version=submission.version, on=ON, by=people.government)

    text = text_of(Document.objects.get(kind="circular"))
    assert "并于2018年7月12日至2018年7月19日公示，收到异议1件，均已答复" in text
    assert "（依据：2018年7月20日第12次常务会议，清区府纪〔2018〕12号）" in text


def test_circular_does_not_count_what_was_said_of_an_earlier_notice(chain, people):
    first = chain.heard()
    unit = first.units.get()
    given = notices.ObjectionGiven("网速慢。", ObjectionWay.TELEPHONE, ON, unit.pk)
    objection = notices.enter(submission=first, given=given, on=ON, by=people.second)
    notices.answer(objection=objection, text="已核实。", by=people.second)
    compiling.recall(submission=first, version=first.version, reason="重报", by=people.second_head)
    compiling.submit(submission=first, version=first.version, on=ON, by=people.second_head)
    chain.decided(chain.grounded(chain.noticed(first)))
    first.refresh_from_db()
    government.announce(submission=first, version=first.version, on=ON, by=people.government)

    assert "公示，没有收到异议，区人民政府于" in text_of(Document.objects.get(kind="circular"))


def test_circular_on_a_list_to_which_nobody_objected_says_so(chain):
    chain.announced()

    assert "公示，没有收到异议，区人民政府于" in text_of(Document.objects.get(kind="circular"))


def test_submission_asks_once(chain):
    """What is asked stands under 请示事项, and nowhere else; what is short of a reference is told."""
    text = text_of(Document.objects.of(chain.submitted()).get())

    assert text.count("拟请区人民政府审定") == 1 and "请区政府审定" not in text
    assert "有1个单位的光网用户渗透率（参考指标）未达参考值" in text


def test_notice_names_the_telephone_of_the_bureau_s_office_where_one_is_kept(chain, people):
    body = bodies.body_of(people.bureau_head, ON)
    bodies.enter(body=body, said={"phone": "0763-3360000"}, seen=body.version, by=people.bureau_head)
    chain.noticed(chain.submitted())

    text = text_of(Document.objects.get(kind="notice"))
    assert "受理电话：0763-3360000。" in text and "0763-3366001" not in text


def short(name: str, numerator: int) -> SimpleNamespace:
    """A unit whose reference indicator is short."""
    figures = {
        "key": "S13", "role": "reference", "outcome": "short", "numerator": numerator, "denominator": 100,
        "needed": 80, "missing": 80 - numerator, "returns_missing": 0,
    }  # fmt: skip
    area = Area(code=XIUXI, name=name, kind="village")
    return SimpleNamespace(area=area, frozen=SimpleNamespace(said={"criteria": [figures]}))


def test_many_units_short_of_a_reference_are_one_problem():
    few = reporting.drafted_problems([short(f"{n}村", 70) for n in "甲乙丙丁戊"])
    assert few.count("光网用户渗透率未达参考值：") == 5 and "还须再发展 10 户光网用户。" in few

    many = reporting.drafted_problems([short(f"{n}村", 79) for n in "甲乙丙丁戊己"])
    assert many.startswith("1. 光网用户渗透率未达参考值的单位有 6 个，将继续提高：甲村 79.0%（尚差 1 户）、乙村")


def test_draft_of_an_upward_paper_has_the_place_for_who_signs(chain):
    report, submission = chain.drafted(XIUXI), chain.compiled()

    for paper in (
        report_papers.report_paper(report, "", ON),
        submission_papers.submission_paper(submission, "", ON),
    ):
        text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf(paper))).pages)
        assert "签发人：（待签）" in text.replace("\n", "")


def test_head_s_own_reason_stands_with_what_is_said_of_the_sample(chain, people, monkeypatch):
    """Who passes a unit without a sound sample does so with a second reason, which the paper bears."""
    report = chain.taken(XIUXI)
    unit = report.units.select_related("report", "frozen").get()
    monkeypatch.setattr(examining, "needs_reasons", lambda unit: True)
    monkeypatch.setattr(samples, "standing_of", lambda units: {})
    ruling = Ruling(
        InspectionAction.PASS_SHORT if unit.frozen.reference == "short" else InspectionAction.PASS,
        {row["key"]: Found(CheckFinding.MET) for row in unit.frozen.said["criteria"]},
        "渗透率正在提高。",
        "抽查随后补办。",
    )
    examining.rule(unit=unit, version=unit.version, ruling=ruling, by=people.reviewer)
    examining.confirm(unit=unit, version=unit.version, reason="同意，补办抽查。", by=people.bureau_head)

    text = text_of(Document.objects.get(kind="examination"))
    assert "秀溪村：抽查随后补办。复核意见：同意，补办抽查。" in text
    assert "审核人：王审核" in text and "复核人：周局长" in text
