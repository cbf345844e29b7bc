"""A paper with an error is corrected by another, which names number, date, wrong and right words; each leads to the other."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from common.exceptions import Refused, Stale
from inspection import government, paper_drafts
from inspection.models import Unit
from papers import bodies, correcting
from papers.document import Layout
from papers.models import Document
from papers.pdf import pdf
from tests.inspection.conftest import ON
from tests.inspection.test_papers import text_of
from tests.papers.standard import faults

pytestmark = pytest.mark.django_db


@pytest.fixture
def circular(chain, people) -> Document:
    submission = chain.ratified()
    government.announce(submission=submission, version=submission.version, on=ON, by=people.government)
    return Document.objects.get(kind="circular")


def correct(document: Document, by, wrong: str = "源潭镇", right: str = "源潭新镇") -> Document:
    body = bodies.body_of(by, ON)
    return correcting.correct(document=document, body=body, wrong=wrong, right=right, on=ON, by=by)


def test_notice_names_the_paper_and_both_pages_lead_to_the_other(circular, people, client):
    notice = correct(circular, people.government)

    text = text_of(notice)
    for said in ("清区府〔2018〕1号", "2018年7月20日", "“源潭镇”应为“源潭新镇”"):
        assert said in text
    assert notice.number == "清区府〔2018〕2号"
    client.force_login(people.neighbour)
    pages = {each: client.get(reverse("papers:document", args=[each.pk])) for each in (circular, notice)}
    assert reverse("papers:document", args=[notice.pk]) in pages[circular].text
    assert reverse("papers:document", args=[circular.pk]) in pages[notice].text
    unit = Unit.objects.get()
    client.force_login(people.reviewer)
    assert reverse("papers:document", args=[notice.pk]) in client.get(reverse("inspection:unit", args=[unit.pk])).text
    client.force_login(people.neighbour)
    assert "已更正" in client.get(reverse("papers:documents")).text


def test_same_words_are_corrected_once(circular, people):
    correct(circular, people.government)
    with pytest.raises(Stale, match="这处更正已由清区府〔2018〕2号印发"):
        correct(circular, people.second_government)
    correct(circular, people.government, "全光网", "光网")
    assert Document.objects.filter(kind="correction").count() == 2


@pytest.mark.parametrize(
    ("wrong", "right", "said"),
    [("源谭镇", "源潭镇", "公文中没有"), ("源潭镇", "源潭镇", "请写明"), ("", "甲", "请写明")],
)
def test_correction_that_corrects_nothing_is_refused(circular, people, wrong, right, said):
    with pytest.raises(Refused, match=said):
        correct(circular, people.government, wrong, right)
    assert Document.objects.filter(kind="correction").count() == 0


def test_only_the_body_that_issued_it_corrects(circular, people):
    with pytest.raises(PermissionDenied):
        correct(circular, people.bureau_head)


def test_page_previews_before_anything_is_final(circular, people, client):
    client.force_login(people.government)
    typed = {"wrong": "源潭镇", "right": "源潭新镇"}

    preview = client.post(reverse("papers:preview_correction", args=[circular.pk]), typed)
    assert preview.content.startswith(b"%PDF") and not Document.objects.filter(kind="correction").exists()
    assert client.post(reverse("papers:correct", args=[circular.pk]), typed).status_code == 302
    assert Document.objects.filter(kind="correction").count() == 1


@pytest.mark.parametrize(
    ("kind", "poster", "form", "number"),
    [
        ("examination", "bureau_head", "函", "清区经信函〔2018〕2号"),
        ("compilation", "bureau_head", "报告", "清区经信〔2018〕2号"),
        ("circular", "government", "通知", "清区府〔2018〕2号"),
    ],
)
def test_correction_is_a_paper_of_the_right_kind(circular, people, kind, poster, form, number):
    """A letter is corrected by a letter, what went to a superior by a report with who signs, a circular by a notice."""
    by = getattr(people, poster)
    document = correct(Document.objects.get(kind=kind), by)

    paper = document.description
    assert document.subject.endswith(f"文的{form}") and document.number == number
    assert (paper.layout == Layout.LETTER) == (form == "函")
    assert (paper.head.signer == by.name) == (form == "报告")
    assert faults(pdf(paper), is_letter=form == "函") == []


@pytest.mark.parametrize("wrong", ["justify", "Paragraph", "size"])
def test_only_what_the_paper_says_can_be_corrected(circular, people, wrong):
    with pytest.raises(Refused, match="公文中没有"):
        correct(circular, people.government, wrong)


def test_correction_passes_a_second_pair_of_eyes_where_every_paper_does(circular, people, client):
    body = bodies.body_of(people.government, ON)
    bodies.enter(body=body, said={"needs_check": True}, seen=body.version, by=people.government)
    with pytest.raises(Refused, match="请先送核稿"):
        correct(circular, people.government)
    address = reverse("papers:correct", args=[circular.pk])
    client.force_login(people.government)
    assert "签发更正公文" not in client.get(address).text
    typed = {"wrong": "源潭镇", "right": "源潭新镇", "action": "draft"}
    way = client.post(address, typed)
    assert way.status_code == 302
    assert client.post(way.url, {"action": "hand_in", "version": 0}).status_code == 302
    assert client.post(way.url, {"action": "check", "version": 1}).status_code == 422
    client.force_login(people.second_government)
    assert [item.state for item in paper_drafts.pending(people.second_government)] == ["待核稿"]
    assert client.get(f"{way.url}pdf/").content.startswith(b"%PDF")
    assert client.post(way.url, {"action": "check", "version": 1}).status_code == 302
    client.force_login(people.government)
    assert "签发更正公文" in client.get(address).text
    issued = client.post(address, {"wrong": "石角镇", "right": "别处"})
    assert issued.status_code == 302
    assert "“源潭镇”应为“源潭新镇”" in text_of(Document.objects.get(kind="correction")), "as it was checked"
