"""Which facts to find out first where a target is undetermined (待定): as the findings reckon it."""

from common.periods import Quarter
from findings import first
from findings.settling import MissingFact
from planning.question import BuildQuestion, CannotPlan


def first_facts(question: BuildQuestion) -> dict[str, list[MissingFact]] | None:
    """``least``: the fewest facts that can settle the target; ``sure``: those that settle it whichever way they turn out.

    None where the target is not undetermined. A milestone hangs on the quarter in which it was due; only approved returns count.
    """
    try:
        quarter = Quarter.parse(question.period)
    except ValueError as error:
        raise CannotPlan(str(error)) from None
    for each in first.questions(question.area[:6], quarter, question.area):
        if (each.area, each.key) == (question.area, question.milestone or ""):
            return {"least": sorted(each.answer.least), "sure": sorted(each.answer.sure)}
    return None
