"""A circular carries the head of the log out of the house; no other paper does."""

import pytest

from accounts.posts import Post
from areas.models import Area
from common import clock
from papers.document import Paper, Paragraph
from papers.issuing import government, issue
from papers.pdf import pages
from witness import receipts, tree
from witness.models import Leaf
from witness.sealing import append

pytestmark = pytest.mark.django_db


@pytest.fixture
def issued(make_user):
    """Issues a paper of the government."""
    head = make_user(Post.GOVERNMENT)
    district = Area.objects.get(code=head.area_id)
    append([("areas.operator", str(number), {"rows": {}}) for number in range(3)])

    def issued(**more):
        paper = Paper("关于某事的通报", (Paragraph("有关单位：情况如下。"),))
        return issue(
            kind="circular",
            issuer=government(district, clock.today()),
            area=district,
            on=clock.today(),
            by=head,
            build=lambda number: paper,
            **more,
        )

    return issued


def test_circular_names_the_head_of_when_it_was_issued(issued):
    head = tree.head()
    document = issued(is_circular=True)

    assert document.description.imprint.lines[-1] == f"存证树根（第3条）：{head.short}"
    assert Leaf.objects.filter(kind="papers.document", key=str(document.pk)).exists()
    assert receipts.checked(3, head.short).is_whole
    assert pages(document.description)


def test_other_papers_do_not(issued):
    assert issued().description.imprint is None
