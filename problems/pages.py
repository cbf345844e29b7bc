"""The page of one problem: how it stands, what points to it, what was done and said, and what may be done by whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse

from accounts.posts import Power
from common.clock import today
from problems import cases
from problems.actions import ASKED, STEPS, still_standing
from problems.forms import HandOverForm, OutcomeForm
from problems.models import CaseReferral, FeeCase, Problem, ProblemFile, ProblemMember
from problems.moves import MOVES
from problems.vocabulary import CaseAuthority, CaseOutcome, FileRole, MemberKind, PlaceTable, ProblemAction

ROLES = {ProblemAction.SOLVE: FileRole.AFTER}
"""What a file shows that comes with a step."""


@dataclass(frozen=True)
class ProblemStep:
    """A step that the person may take; ``asked`` is what is to be written for it, blank: nothing; ``typed`` what was."""

    action: ProblemAction
    asked: str
    is_required: bool
    typed: str
    takes_files: bool
    form: HandOverForm | None = None

    @property
    def field_id(self) -> str:
        return f"reason_{self.action}"

    @property
    def is_back(self) -> bool:
        return self.action in (ProblemAction.SEND_BACK, ProblemAction.WITHDRAW, ProblemAction.HAND_OVER)


@dataclass(frozen=True)
class MemberShown:
    """What points to a problem, whether it still stands, and where it lies (blank: the reader may not go there)."""

    member: ProblemMember
    stands: bool
    url: str

    @property
    def label(self) -> str:
        return MemberKind(self.member.kind).label


def offered(problem: Problem, user, typed: Mapping[str, str], form: HandOverForm | None = None) -> list[ProblemStep]:
    """What the person may do with the problem as it stands, with what she has typed for it, by action."""
    return [
        ProblemStep(
            action,
            ASKED.get(action, ""),
            MOVES[action].needs_reason,
            typed.get(action, ""),
            action in ROLES,
            (form or HandOverForm(user, problem.county)) if action == ProblemAction.HAND_OVER else None,
        )
        for action in STEPS
        if MOVES.allows(action, problem, user)
    ]


TYPED = {
    "note": ("comment",),
    "attach": ("role",),
    "merge": ("into", "reason"),
    "split": ("kind", "text", "reason"),
    "refer": ("authority", "sent_on"),
    "answered": ("text", "on", "paper", "outcome", "refund", "refunded_on"),
}
"""What is typed into the smaller forms of the page, by the address that it is sent to."""


def typed(request: HttpRequest) -> Mapping[str, str]:
    """What somebody typed that was refused, by form and field, all else blank; ``answered`` is the referral that it was of."""
    match = request.resolver_match
    sent_to = match.url_name if match and request.method == "POST" else ""
    found = {
        f"{form}_{name}": request.POST.get(name, "") if form == sent_to else ""
        for form, names in TYPED.items()
        for name in names
    }
    return found | {"at": sent_to, "answered": match.kwargs["pk"] if match and sent_to == "answered" else 0}


def members(problem: Problem, user) -> list[MemberShown]:
    stand = {each.pk for each in still_standing(problem)}
    return [MemberShown(each, each.pk in stand, _member_url(each, user)) for each in problem.members.order_by("pk")]


_PAGES = {
    MemberKind.ORDER: ("areas:order", Power.SEE_NETWORK),
    MemberKind.SITE: ("areas:site", Power.SEE_REGISTRY),
    MemberKind.PLACE: ("areas:site", Power.SEE_REGISTRY),
    MemberKind.AREA: ("areas:area", Power.SEE_REGISTRY),
    MemberKind.FINDING: ("findings:finding", Power.SEE_NETWORK),
}


def _member_url(member: ProblemMember, user) -> str:
    name, power = _PAGES.get(MemberKind(member.kind), ("", None))
    return reverse(name, args=[member.key]) if name and user.may(power) else ""


def place_url(problem: Problem, user) -> str:
    """The page of the place; blank for who may not read it."""
    names = {
        PlaceTable.AREAS: ("areas:area", Power.SEE_REGISTRY),
        PlaceTable.SITES: ("areas:site", Power.SEE_REGISTRY),
        PlaceTable.ACCESS_POINTS: ("areas:access_point", Power.SEE_NETWORK),
    }
    name, power = names[PlaceTable(problem.table)]
    return reverse(name, args=[problem.key]) if user.may(power) else ""


def files(problem: Problem) -> Sequence[tuple[str, list[ProblemFile]]]:
    """The files by what they show, those that are there."""
    rows = list(problem.files.select_related("by").order_by("pk"))
    return [(role.label, found) for role in FileRole if (found := [each for each in rows if each.role == role])]


@dataclass(frozen=True)
class CaseShown:
    """The case of a problem: where it was passed to, and what the person may do about it."""

    case: FeeCase
    referrals: Sequence[tuple[CaseReferral, bool, bool]]
    """Each with whether its answer is overdue, and whether the person may write it down."""
    may_handle: bool
    may_see_reporter: bool
    form: OutcomeForm
    authorities = CaseAuthority.choices
    outcomes = CaseOutcome.choices


def case_of(problem: Problem, user, form: OutcomeForm | None = None) -> CaseShown | None:
    """None for a problem that is no case; ``form`` is an outcome that was refused. Two queries."""
    case = FeeCase.objects.filter(problem=problem).first()
    if case is None:
        return None
    on, may = today(), cases.may_handle(problem, user)
    found = list(case.referrals.select_related("case__problem", "answered_by").order_by("pk"))
    rows = [
        (
            each,
            each.is_overdue(on),
            problem.is_open and not each.answered_on and (may or cases.answers_itself(each, user)),
        )
        for each in found
    ]
    said = next((each for each in reversed(found) if each.outcome and not case.outcome), case)
    form = form or OutcomeForm(
        initial={"outcome": said.outcome, "refund": said.refund, "refunded_on": said.refunded_on}
    )
    is_seen = cases.may_see_reporter(problem, user) and hasattr(problem, "reporter")
    return CaseShown(case, rows, may, is_seen, form)
