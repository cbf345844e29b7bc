"""What appraisals put into the inbox: scores to look at, objections to answer, what can be made final and published."""

from collections.abc import Iterator, Mapping

from django.conf import settings
from django.db.models import Count, Q

from accounts.models import AuditEntry, User
from accounts.posts import Power
from common.clock import today
from inbox.hooks import InboxItem
from inbox.places import of_rows
from measures.appraisal.models import Appraisal, subject_of
from measures.appraisal.vocabulary import AppraisalState

KIND = "考核"


def pending(user: User) -> Iterator[InboxItem]:
    """Nothing while the appraisal is off."""
    if not settings.APPRAISAL or not user.may(Power.SEE_MEASURES):
        return
    _, own = subject_of(user)
    rows = Appraisal.objects.visible_to(user).order_by("pk")
    left = Count("objections", filter=Q(objections__answer=""))
    for appraisal in rows.exclude(state=AppraisalState.PUBLISHED).annotate(left=left):
        if said := _said(appraisal, user, own):
            yield InboxItem(
                key=f"appraisal/{appraisal.pk}",
                version=f"{appraisal.version}-{appraisal.left}",
                kind=KIND,
                title=str(appraisal),
                url=appraisal.get_absolute_url(),
                state=said,
                since=appraisal.begun_at,
                due=appraisal.until if own else None,
            )


def _said(appraisal: Appraisal, user: User, own: str) -> str:
    """What the person has to do with it; blank: nothing."""
    is_over = appraisal.until is not None and today() > appraisal.until
    if appraisal.state == AppraisalState.OBJECTING:
        if own:
            return "" if is_over else "可以提出意见"
        if appraisal.left and user.may(Power.RUN_APPRAISALS):
            return f"{appraisal.left} 条意见待答复"
        return "待定稿" if is_over and user.may(Power.FREEZE_APPRAISALS) else ""
    is_final = appraisal.state == AppraisalState.FROZEN
    return "待公布" if is_final and user.may(Power.PUBLISH_APPRAISALS) else ""


def places(user: User, entries: list[AuditEntry]) -> Mapping[int, str]:
    """Where the appraisals lie of which entries of the trail tell."""
    return of_rows(entries, Appraisal.objects.visible_to(user), "appraisal:appraisal")
