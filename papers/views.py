"""The pages of documents that were issued: the register, one document, and its files."""

import django_filters as filters
from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import CharField, Exists, OuterRef, Value
from django.db.models.functions import Cast, Concat
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.access import requires
from accounts.posts import Power
from common import listing
from common.clock import today
from common.exceptions import Refused
from common.filters import DayFilter
from common.http import get_object_or_404
from papers import correcting, drafts, issuing, serving
from papers.bodies import Issuer, body_of
from papers.document import block_word
from papers.models import Document, DraftMove, DraftState, Numbering, about
from papers.pdf import pdf
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
        listing.Column("corrected", "更正", lambda document: "已更正" if document.is_corrected else ""),
        listing.Column("by", "经手人", "by.name", minor=True),
        listing.Column("digest", "摘要", kind=listing.CODE, on_page=False),
    ),
)


@requires(Power.SEE_DOCUMENTS)
def documents(request: HttpRequest) -> HttpResponse:
    notice = Concat(Value(f"{Document._meta.label_lower}:"), Cast(OuterRef("pk"), CharField()))
    corrected = Exists(Document.objects.filter(kind=correcting.KIND, about=notice))
    rows = Document.objects.visible_to(request.user).select_related("by", "series").defer("paper")
    user = request.user
    may = {
        "edit": user.may(Power.EDIT_WORDINGS),
        "number": user.may(Power.DRAFT_PAPERS),
        "office": user.may(Power.KEEP_OFFICE),
    }
    return listing.answer(request, DOCUMENTS, rows.annotate(is_corrected=corrected), may=may)


@requires(Power.SEE_DOCUMENTS)
def document(request: HttpRequest, pk: int) -> HttpResponse:
    """A document to be read on the screen, with its files."""
    found = _found(request, pk)
    paper = found.description
    blocks, annex = ([(block_word(block), block) for block in part] for part in (paper.body, paper.annex))
    context = {
        "document": found,
        "paper": paper,
        "blocks": blocks,
        "annex": annex,
        "kind": title_of(found.kind),
        "is_unchanged": issuing.is_unchanged(found),
        "corrections": correcting.corrections_of(found),
        "corrected": correcting.corrected_by(found),
        "may_correct": request.user.may(Power.KEEP_OFFICE) and correcting.is_own(found, body_of(request.user, today())),
        "steps": _steps(found, request.user),
    }
    return render(request, "papers/document.html", context)


def _steps(found: Document, user) -> list[DraftMove]:
    """How the paper came about: for the people of its own office alone."""
    draft = getattr(found, "draft", None)
    return list(draft.moves.select_related("by")) if draft and drafts.is_own(draft, user) else []


@requires(Power.SEE_DOCUMENTS)
def download(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """Download a document as PDF or Word: always the pages that were issued."""
    found = _found(request, pk)
    return serving.answer(request, found.description, form, subject=found, at=found.issued_at)


class CorrectionNoticeForm(forms.Form):
    """Which words of a document are wrong, and how they are to be read."""

    wrong = forms.CharField(label="原文（误）", max_length=correcting.LONGEST, help_text="照原文逐字填写")
    right = forms.CharField(label="更正为（正）", max_length=correcting.LONGEST)
    serial = forms.IntegerField(label="登记簿给出的文号", min_value=1, required=False)

    def __init__(self, body: Issuer, *args, **options):
        super().__init__(*args, **options)
        if body.numbering != Numbering.REGISTER:
            del self.fields["serial"]


@requires(Power.KEEP_OFFICE)
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a document by a notice to everybody who reads it, at once or by way of 核稿."""
    found, body = _own(request, pk)
    draft = correcting.draft_of(found)
    typed = correcting.words_of(draft) if draft else request.POST if request.method == "POST" else None
    form = CorrectionNoticeForm(body, typed)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return _corrected(request, found, body, form)
            except Refused as refusal:
                form.add_error(None, str(refusal))
    return _correction(request, found, body, form, status)


def _corrected(request: HttpRequest, found: Document, body: Issuer, form: CorrectionNoticeForm) -> HttpResponse:
    said = {"document": found, "body": body, "on": today(), "by": request.user}
    if request.POST.get("action") == "draft":
        correcting.open_draft(**said, wrong=form.cleaned_data["wrong"], right=form.cleaned_data["right"])
        return redirect("papers:draft", correcting.KIND, about(found))
    issued = correcting.correct(**said, **form.cleaned_data)
    messages.success(request, "已印发更正公文，原件页面注明更正。")
    return redirect("papers:document", issued.pk)


def _correction(
    request: HttpRequest, found: Document, body: Issuer, form: CorrectionNoticeForm, status: int
) -> HttpResponse:
    draft = correcting.draft_of(found)
    context = {
        "document": found,
        "form": form,
        "draft": draft,
        "draft_url": reverse("papers:draft", args=[correcting.KIND, about(found)]) if draft else "",
        "may_draft": draft is None and request.user.may(Power.DRAFT_PAPERS),
        "may_issue": draft.state == DraftState.READY if draft else not body.needs_check,
    }
    return render(request, "papers/correct.html", context, status=status)


@requires(Power.KEEP_OFFICE)
@require_POST
def preview_correction(request: HttpRequest, pk: int) -> HttpResponse:
    """The notice as it would be issued (PDF); nothing is stored."""
    found, body = _own(request, pk)
    form = CorrectionNoticeForm(body, request.POST)
    if form.is_valid():
        said = {name: form.cleaned_data[name] for name in ("wrong", "right")}
        try:
            paper = correcting.drafted(document=found, body=body, on=today(), by=request.user, **said)
            return serving.file(pdf(paper), "更正通知（预览）.pdf", "application/pdf")
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return _correction(request, found, body, form, 422)


def _own(request: HttpRequest, pk: int) -> tuple[Document, Issuer]:
    """A document that the user's own body issued; else PermissionDenied."""
    found, body = _found(request, pk), body_of(request.user, today())
    if not correcting.is_own(found, body):
        raise PermissionDenied("该公文不是本机关印发的公文，由印发机关更正。")
    return found, body


def _found(request: HttpRequest, pk: int) -> Document:
    return get_object_or_404(Document.objects.visible_to(request.user).select_related("area", "by"), pk=pk)
