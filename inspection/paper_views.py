"""The papers of the chain for those who may see the rows: the issued document, or a draft without a number."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from accounts.access import requires
from accounts.posts import Power
from common.clock import today
from inspection import report_papers, submission_papers
from inspection.models import Report, Submission
from inspection.pages import report_or_404, submission_or_404
from inspection.paper_drafts import WRITTEN_BY, address, kinds
from inspection.vocabulary import WITH_TOWNSHIP, SubmissionState
from papers.bodies import OF_POST
from papers.models import Document
from papers.serving import answer
from papers.wording import title_of


@requires(Power.SEE_INSPECTIONS)
def report_draft(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """The self-inspection report as it would be signed now; once it is sent, as it was signed."""
    report = report_or_404(request, pk)
    if issued := _issued(report, "self-inspection"):
        return redirect("papers:download", issued.pk, form)
    signer = report.signed_by.name if report.signed_by else ""
    return answer(
        request, report_papers.report_paper(report, "", report.signed_on or today(), signer), form, subject=report
    )


@requires(Power.SEE_INSPECTIONS)
def submission_draft(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """The submission as it would be signed now; once it is submitted, as it was signed."""
    submission = submission_or_404(request, pk)
    if issued := _issued(submission, "compilation"):
        return redirect("papers:download", issued.pk, form)
    on = submission.submitted_on or today()
    return answer(request, submission_papers.submission_paper(submission, "", on), form, subject=submission)


def _is_open(subject: Report | Submission) -> bool:
    """Whether its paper is still to be signed."""
    return subject.state in (WITH_TOWNSHIP if isinstance(subject, Report) else (SubmissionState.DRAFT,))


def _issued(subject: Report | Submission, kind: str) -> Document | None:
    """The paper as it was signed last; None while it is to be signed, or where it never was by the portal."""
    return None if _is_open(subject) else Document.objects.of(subject).filter(kind=kind).last()


def links(subject: Report | Submission, user) -> list[tuple[str, str]]:
    """The papers of a row that were issued and, while it is open, the draft; label and address."""
    issued = Document.objects.visible_to(user).of(subject).only("pk", "kind")
    found = [(title_of(each.kind), reverse("papers:document", args=[each.pk])) for each in issued]
    if _is_open(subject):
        name = "inspection:report_draft" if isinstance(subject, Report) else "inspection:submission_draft"
        forms = (("pdf", "预览公文"), ("docx", "下载 Word"))
        found += [(label, reverse(name, args=[subject.pk, form])) for form, label in forms]
    return found + [(f"拟稿：{title_of(kind)}", address(kind, subject)) for kind in _own_kinds(subject, user)]


def _own_kinds(subject: Report | Submission, user) -> list[str]:
    """The papers still to be issued that people of the user's office write."""
    role = OF_POST.get(user.post) if user.may(Power.DRAFT_PAPERS) else None
    return [kind for kind in kinds(subject) if WRITTEN_BY[kind] == role]
