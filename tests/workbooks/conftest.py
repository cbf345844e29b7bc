"""A registry with two towns and two operators, and how tests take a ledger's workbook along and bring it back."""

import io
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import F
from django.test import Client
from openpyxl import Workbook, load_workbook

from accounts.posts import Post
from areas.models import AccessPoint, Operator
from proposals.actions import decide
from proposals.models import Proposal
from proposals.vocabulary import ProposalAction, ProposalState
from tests.register.conftest import HERE, make_order, make_point, make_site, registry
from workbooks.ledgers import declared
from workbooks.ledgers.declared import LEDGERS

__all__ = ["make_order", "make_point", "make_site", "registry"]

FIRST = declared.FIRST_ROW


class Person:
    """A user with a browser, who keeps ledgers."""

    def __init__(self, user) -> None:
        self.user, self.client = user, Client()
        self.client.force_login(user)

    def download(self, key: str, query: str = "") -> Workbook:
        answer = self.client.post(f"/ledgers/{key}/workbook/{query}")
        assert answer.status_code == 200, answer
        return load_workbook(io.BytesIO(answer.content))

    def send(self, key: str, content: Workbook | bytes, name: str = "台账.xlsx"):
        content = content if isinstance(content, bytes) else saved(content)
        return self.client.post(f"/ledgers/{key}/", {"file": SimpleUploadedFile(name, content)}, follow=True)

    def confirm(self, answer, **fields):
        """Confirm a preview with a reason and a paper, unless told otherwise."""
        shown = answer.context
        said = {"digest": shown["found"].digest, "reason_code": "below", "document": "源府〔2018〕9号", **fields}
        return self.client.post(f"/ledgers/uploads/{shown['upload'].pk}/", said, follow=True)

    def accept_all(self) -> None:
        """Accept whatever waits."""
        for proposal in Proposal.objects.filter(state=ProposalState.OPEN):
            decide(proposal=proposal, action=ProposalAction.ACCEPT, version=proposal.version, by=self.user)


def saved(book: Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def put(book: Workbook, row: int, **cells) -> Workbook:
    """Write into the columns with these labels."""
    page = book.worksheets[0]
    labels = [cell.value for cell in page[declared.HEADER_ROW]]
    for label, value in cells.items():
        page.cell(row, labels.index(label) + 1).value = value
    return book


def row_of(book: Workbook, key: str) -> int:
    return next(row for row in range(FIRST, FIRST + 50) if book.worksheets[0].cell(row, 1).value == key)


def title(key: str) -> str:
    return LEDGERS[key].title


@pytest.fixture
def people(registry, make_user) -> SimpleNamespace:
    AccessPoint.objects.update(given_lon=F("lon"), given_lat=F("lat"))
    Operator.objects.update_or_create(code="telecom", defaults={"name": "中国电信"})
    return SimpleNamespace(
        clerk=Person(make_user(Post.CLERK, area=HERE)),
        bureau=Person(make_user(Post.REVIEWER, area=HERE)),
        telecom=Person(make_user(Post.OPERATOR, operator="telecom")),
        mobile=Person(make_user(Post.OPERATOR, operator="mobile")),
    )
