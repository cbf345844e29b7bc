"""Counts, terms and openings by many at once, whichever database."""

import pytest

from accounts.posts import Post
from areas.models import Area, Operator
from common.exceptions import Refused
from returns import actions
from returns.checks import terms
from returns.counts import counts
from returns.counts.counts import CountInput
from returns.models import CheckTerms, OperatorCount, Return, ReturnMove, ReturnState
from returns.moves import LOOK
from returns.review import decisions
from tests.returns.conftest import ON, QUARTER, TOWN, submitted
from tests.returns.entry.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def colleagues(make_user, make_area):
    make_area(f"{TOWN}201")
    return [make_user(Post.OPERATOR) for _ in range(6)]


def give(by, broadband: int, seen: dict | None):
    row = CountInput({"broadband_users": broadband, "fibre_users": broadband}, seen)
    operator = Operator.objects.get(pk="telecom")
    return lambda: counts.save(operator=operator, quarter=QUARTER, rows={TOWN: row}, on=ON, by=by)


def test_of_colleagues_on_one_cell_one_is_saved(colleagues):
    blank = {"broadband_users": None, "fibre_users": None}
    results = at_once(*(give(by, number, blank) for number, by in enumerate(colleagues, start=1)))
    assert sum(isinstance(result, counts.Saved) for result in results) == 1, results
    assert sum(isinstance(result, counts.CountsOvertaken) for result in results) == 5, results
    assert OperatorCount.objects.count() == 1


def test_same_counts_sent_at_once_have_one_effect(colleagues):
    results = at_once(*(give(by, 7, None) for by in colleagues))
    assert sum(result.created for result in results) == 1, results
    assert OperatorCount.objects.get().broadband_users == 7


def test_of_many_terms_one_is_set(people, make_area):
    county = Area.objects.get(code=TOWN[:6])
    given = {"county": county, "code": "fell", "blocks_from": "", "reason": "因", "number": 0, "by": people.bureau_head}
    results = at_once(*(lambda bound=bound: terms.set_terms(bound=bound, **given) for bound in range(1, 7)))
    assert sum(isinstance(result, CheckTerms) for result in results) == 1, results
    assert all(isinstance(result, (CheckTerms, Refused)) for result in results), results


def test_many_openings_leave_one_trace(make_return, make_user, people):
    quarterly_return = submitted(make_return(), people.clerk)
    reviewers = [make_user(Post.REVIEWER) for _ in range(6)]
    results = at_once(
        *(
            lambda by=by: decisions.look(quarterly_return=Return.objects.get(pk=quarterly_return.pk), by=by)
            for by in reviewers
        )
    )
    assert sorted(results, key=bool) == [False] * 5 + [True], results
    assert quarterly_return.moves.filter(action=LOOK).count() == 1


def test_recall_and_opening_at_once_agree(make_return, people):
    """Either it is recalled, or it was opened and stays; never an opened one that is a draft."""
    quarterly_return = submitted(make_return(), people.clerk)

    def withdraw():
        fresh = Return.objects.get(pk=quarterly_return.pk)
        return actions.withdraw(quarterly_return=fresh, version=quarterly_return.version, by=people.clerk)

    recalled, opened = at_once(
        withdraw,
        lambda: decisions.look(quarterly_return=Return.objects.get(pk=quarterly_return.pk), by=people.reviewer),
    )
    state = Return.objects.get(pk=quarterly_return.pk).state
    assert (state == ReturnState.DRAFT) is isinstance(recalled, ReturnMove), (recalled, opened)
    assert opened is (state == ReturnState.SUBMITTED), (recalled, opened)
