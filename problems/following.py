"""What figures do to problems: solved when all is over that points to one, open again when some of it comes back or comes to it."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from common import clock
from problems import telling
from problems.actions import NAMED, point
from problems.drafts import MemberDraft
from problems.kinds import due_in
from problems.models import Problem, ProblemMember, ProblemMove
from problems.moves import MOVES
from problems.vocabulary import UNSOLVED, ProblemAction, ProblemState


@transaction.atomic
def follow_figures(problem: Problem) -> ProblemMove | None:
    """Take the step that the figures say: solved when all is over that points to it, open again when some of it came back."""
    problem = Problem.objects.select_for_update().get(pk=problem.pk)
    members = list(problem.members.order_by("pk"))
    stand = telling.standing(members, problem.county) if members else set()
    back = [each for each in members if each.pk in stand and each.over_at is not None]
    over = [each for each in members if each.pk not in stand and each.over_at is None]
    ProblemMember.objects.filter(pk__in=[each.pk for each in back]).update(over_at=None)
    ProblemMember.objects.filter(pk__in=[each.pk for each in over]).update(over_at=clock.now())
    if back and problem.state in (ProblemState.SOLVED, ProblemState.CLOSED):
        return _by_figures(problem, ProblemAction.REOPEN, back, due_on=due_in(problem.kind, clock.today()))
    if members and not stand and problem.state in UNSOLVED:
        return _by_figures(problem, ProblemAction.TURN, members, solved_by=None)
    return None


@transaction.atomic
def add(problem: Problem, members: Sequence[MemberDraft]) -> int:
    """What comes to a problem that is known, or to the one that it became a part of; how many are new. A closed one is open again."""
    while problem.into_id is not None:
        problem = problem.into
    if problem.state == ProblemState.WITHDRAWN:
        return 0
    fresh = point(problem, members)
    if fresh:
        _bring_back(problem, fresh)
    return len(fresh)


def _bring_back(problem: Problem, fresh: Sequence[ProblemMember]) -> ProblemMove | None:
    """Something new points to a problem that was solved or closed: it is open again."""
    problem = Problem.objects.select_for_update().get(pk=problem.pk)
    if problem.state not in (ProblemState.SOLVED, ProblemState.CLOSED):
        return None
    return _by_figures(problem, ProblemAction.REOPEN, fresh, due_on=due_in(problem.kind, clock.today()))


def _by_figures(problem: Problem, action: ProblemAction, of: Sequence[ProblemMember], **fields) -> ProblemMove:
    """The step of nobody, with the names of those by which the figures turned."""
    names = "、".join(each.name for each in of[:NAMED]) + ("等" if len(of) > NAMED else "")
    word = "已消除" if action == ProblemAction.TURN else "重新出现"
    due_on: date | None = fields.get("due_on", problem.due_on)
    step = MOVES.advance(
        problem, MOVES[action], problem.version, None, f"{names}共 {len(of)} 项{word}。",
        said={"to_unit": problem.to_unit, "due_on": due_on}, **fields,
    )  # fmt: skip
    return MOVES.record(step)
