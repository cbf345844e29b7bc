"""Documents in the search: by number, title and initials, within the scope."""

from datetime import date

import pytest
from django.utils import timezone

from accounts.posts import Post
from papers.document import Paper, paragraphs, to_json
from papers.models import Document, Series
from papers.searching import documents

pytestmark = pytest.mark.django_db

TOWN, STREET = "441802103", "441802006"


@pytest.fixture
def notice(make_area, make_user) -> Document:
    make_area("441802", "清城区")
    make_area(STREET, "凤城街道")
    return Document.objects.create(
        kind="notice", area=make_area(TOWN, "源潭镇"), issuer="源潭镇人民政府", subject="自查报告", number="源潭府〔2018〕12号",
        series=Series.objects.create(code="源潭府", year=2018, last=12), serial=12, issued_on=date(2018, 7, 5),
        issued_at=timezone.now(), by=make_user(Post.CLERK, area=TOWN), paper=to_json(Paper("自查报告", paragraphs("现予报送。"))),
    )  # fmt: skip


@pytest.mark.parametrize("text", ["自查", "zcbg", "源潭府〔2018〕12"])
def test_document_is_found_by_title_initials_and_number(notice, make_user, text):
    [group] = documents(make_user(Post.LEADER), text)

    assert [(group.title, hit.name, hit.code) for hit in group.hits] == [("公文", "自查报告", "源潭府〔2018〕12号")]


def test_document_of_a_neighbour_is_not_found(notice, make_user):
    assert not documents(make_user(Post.CLERK, area=STREET), "自查")[0].hits
    assert documents(make_user(Post.OPERATOR, operator="telecom"), "自查") == []
