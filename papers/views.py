"""The pages of documents that were issued: the register, one document, and its files."""

import django_filters as filters
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from accounts.access import requires
from accounts.posts import Power
from common import listing
from common.filters import DayFilter
from papers import issuing, serving
from papers.document import block_word
from papers.models import Document
from papers.wording import title_of, wordings


class DocumentFilter(filters.FilterSet):
    subject = filters.CharFilter(label="标题", lookup_expr="icontains", max_length=100)
    number = filters.CharFilter(label="发文字号", lookup_expr="icontains", max_length=60)
    kind = filters.ChoiceFilter(label="种类", choices=lambda: _kinds(), empty_label="全部")
    issued_from = DayFilter(label="成文日期从", field_name="issued_on", lookup_expr="gte")
    issued_to = DayFilter(label="成文日期至", field_name="issued_on", lookup_expr="lte")

    class Meta:
        model = Document
        fields = ["subject", "number", "kind", "issued_from", "issued_to"]


def _kinds() -> list[tuple[str, str]]:
    return [(wording.key, wording.title) for wording in wordings()]


DOCUMENTS = listing.Listing(
    key="documents",
    title="公文",
    unit="份",
    filterset=DocumentFilter,
    order=("-issued_on", "-pk"),
    template="papers/documents.html",
    empty="尚无公文。",
    hint="自查报告、审核意见、汇总上报和通报在印发时自动登记于此。",
    columns=(
        listing.Column(
            "subject",
            "标题",
            order=("subject",),
            link=lambda document: reverse("papers:document", args=[document.pk]),
            head=True,
        ),
        listing.Column("number", "发文字号", kind=listing.CODE, order=("series__code", "series__year", "serial")),
        listing.Column("kind", "种类", lambda document: title_of(document.kind), order=("kind",)),
        listing.Column("issuer", "发文机关", order=("issuer",)),
        listing.Column("issued_on", "成文日期", kind=listing.DATE, order=("issued_on",)),
        listing.Column("by", "经手人", "by.name", minor=True),
        listing.Column("digest", "摘要", kind=listing.CODE, on_page=False),
    ),
)


@requires(Power.SEE_DOCUMENTS)
def documents(request: HttpRequest) -> HttpResponse:
    rows = Document.objects.visible_to(request.user).select_related("by", "series").defer("paper")
    return listing.answer(request, DOCUMENTS, rows, may_edit=request.user.may(Power.EDIT_WORDINGS))


@requires(Power.SEE_DOCUMENTS)
def document(request: HttpRequest, pk: int) -> HttpResponse:
    """A document to be read on the screen, with its files."""
    found = _found(request, pk)
    paper = found.description
    blocks = [(block_word(block), block) for block in paper.body]
    context = {
        "document": found,
        "paper": paper,
        "blocks": blocks,
        "kind": title_of(found.kind),
        "is_unchanged": issuing.is_unchanged(found),
    }
    return render(request, "papers/document.html", context)


@requires(Power.SEE_DOCUMENTS)
def download(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """Download a document as PDF or Word: always the pages that were issued."""
    found = _found(request, pk)
    return serving.answer(request, found.description, form, subject=found, at=found.issued_at)


def _found(request: HttpRequest, pk: int) -> Document:
    return get_object_or_404(Document.objects.visible_to(request.user).select_related("area", "by"), pk=pk)
