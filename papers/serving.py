"""A paper as the answer to a request: PDF or Word, under a name of its own, with its audit record."""

from collections.abc import Callable
from datetime import datetime
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from accounts import audit
from papers.converters import PaperForm
from papers.document import Paper
from papers.pdf import pdf
from papers.typesetting import TIMELESS
from papers.word import word

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FORMS: dict[str, tuple[Callable[..., bytes], str]] = {
    PaperForm.PDF: (pdf, "application/pdf"),
    PaperForm.DOCX: (word, _WORD),
}
"""How each form is made, and its type."""


def answer(request: HttpRequest, paper: Paper, form: str, *, subject=None, at: datetime = TIMELESS) -> HttpResponse:
    """The paper as a download, or to be looked at where the browser shows PDFs; KeyError for a form that is not there."""
    make, kind = FORMS[form]
    content = make(paper, at=at)
    audit.record(
        action="document.export",
        by=request.user,
        subject=subject,
        request=request,
        detail={"title": paper.subject, "format": form},
    )
    return file(content, f"{paper.subject}{'（演示数据）' if settings.DEMONSTRATION else ''}.{form}", kind)


def file(content: bytes, name: str, kind: str) -> HttpResponse:
    """A file under a Chinese name; PDFs open in the browser."""
    response = HttpResponse(content, content_type=kind)
    place = "inline" if kind == "application/pdf" else "attachment"
    response["Content-Disposition"] = f"{place}; filename*=UTF-8''{quote(name, safe='')}"
    return response
