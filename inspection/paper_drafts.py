"""The papers of the chain that can be drafted before they are issued, and the drafts that wait for somebody."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Max
from django.urls import reverse

from accounts.models import User
from common.clock import today
from inbox.hooks import InboxItem
from inspection import notice_papers, notices, report_papers, submission_papers
from inspection.models import Report, Submission
from inspection.naming import called
from inspection.report_papers import district_of
from inspection.vocabulary import ReportState, SubmissionState
from papers import bodies, drafts, hooks
from papers.document import Paper
from papers.hooks import Draftable
from papers.models import BodyRole, DraftState, PaperDraft, about
from papers.wording import title_of

BEFORE = {
    "self-inspection": (ReportState.DRAFT, ReportState.SIGNING),
    "review-request": (ReportState.DRAFT, ReportState.SIGNING),
    "examination": (ReportState.EXAMINING,),
    "compilation": (SubmissionState.DRAFT,),
    "notice": (SubmissionState.SUBMITTED,),
    "circular": (SubmissionState.RATIFIED,),
}
"""The states of a report or submission in which a paper on it is still to be issued."""
WRITTEN_BY = {
    "self-inspection": BodyRole.TOWNSHIP,
    "review-request": BodyRole.TOWNSHIP,
    "examination": BodyRole.BUREAU,
    "compilation": BodyRole.BUREAU,
    "notice": BodyRole.GOVERNMENT,
    "circular": BodyRole.GOVERNMENT,
}
_LETTERS = ("review-request", "examination")
_OF_SUBMISSIONS = ("compilation", "notice", "circular")


def kinds(subject: Report | Submission) -> list[str]:
    """The papers that are still to be issued on a row as it stands."""
    of_submission = isinstance(subject, Submission)
    return [
        kind
        for kind, states in BEFORE.items()
        if subject.state in states
        and of_submission == (kind in _OF_SUBMISSIONS)
        and (kind != "notice" or notices.required_days() is not None)
    ]


def draftable(kind: str, name: str) -> Draftable | None:
    """A paper on a report or a submission."""
    subject = _subject(name)
    if subject is None or kind not in BEFORE or isinstance(subject, Submission) != (kind in _OF_SUBMISSIONS):
        return None
    view = "inspection:report" if isinstance(subject, Report) else "inspection:submission"
    return Draftable(
        title=str(subject),
        url=reverse(view, args=[subject.pk]),
        issuer=_issuer(kind, subject, today()),
        is_letter=kind in _LETTERS,
        is_open=kind in kinds(subject),
        build=lambda number, on: _built(kind, subject, number, on),
    )


def _subject(name: str) -> Report | Submission | None:
    model, _, key = name.partition(":")
    if not key.isdecimal() or len(key) > 18:
        return None
    if model == Report._meta.label_lower:
        return next(iter(called(Report.objects.filter(pk=key).select_related("township__parent", "reviewer"))), None)
    return Submission.objects.filter(pk=key).first() if model == Submission._meta.label_lower else None


def _issuer(kind: str, subject: Report | Submission, on: date) -> bodies.Issuer:
    if kind in ("self-inspection", "review-request"):
        return bodies.township(subject.township, on)
    of = {"notice": notice_papers.issuer, "circular": bodies.government}
    return of.get(kind, bodies.bureau)(district_of(subject.county), on)


def _built(kind: str, subject: Report | Submission, number: str, on: date) -> Paper:
    if kind == "self-inspection":
        return report_papers.report_paper(subject, number, on, by=report_papers.writer(subject))
    if kind == "review-request":
        return report_papers.request_paper(subject, number, on, report_papers.writer(subject))
    if kind == "examination":
        return report_papers.examination_paper(subject, number, on)
    builders = {
        "compilation": submission_papers.submission_paper,
        "notice": notices.notice_paper,
        "circular": submission_papers.circular_paper,
    }
    return builders[kind](subject, number, on)


def pending(user: User) -> Iterable[InboxItem]:
    """Drafts that the user may check or countersign, of papers that are still to be issued."""
    waiting = drafts.visible_to(user).filter(state__in=(DraftState.CHECKING, DraftState.COUNTERSIGNING))
    for draft in waiting.annotate(moved_at=Max("moves__at")).order_by("moved_at"):
        if {"check", "countersign"} & drafts.may(draft, user):
            found = hooks.draftable(draft.kind, draft.about)
            if found and found.is_open:
                yield _item(draft, found)


def _item(draft: PaperDraft, paper: Draftable) -> InboxItem:
    return InboxItem(
        key=f"draft/{draft.pk}",
        version=str(draft.version),
        kind="公文",
        title=f"{title_of(draft.kind)}：{paper.title}",
        url=address(draft.kind, draft.about),
        state=f"待{draft.get_state_display().removesuffix('中')}",
        since=draft.moved_at,
    )


def address(kind: str, subject: Report | Submission | str) -> str:
    name = subject if isinstance(subject, str) else about(subject)
    return reverse("papers:draft", args=[kind, name])
