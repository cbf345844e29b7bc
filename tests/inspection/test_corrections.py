"""A paper with an error is corrected by another, which names number, date, wrong and right words; each leads to the other."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from common.exceptions import Refused
from inspection import government
from inspection.models import Unit
from papers import bodies, correcting
from papers.models import Document
from tests.inspection.conftest import ON
from tests.inspection.test_papers import text_of

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
