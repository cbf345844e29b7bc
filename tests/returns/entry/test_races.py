"""Many at once: exactly one decision, whichever database."""

import threading

import pytest
from django.db import connection

from accounts.posts import Post
from areas.models import Area
from common.exceptions import Refused
from entry.cells import Fate, TypedCell, save_cells
from returns import actions
from returns.entry.return_form import ReturnForm
from returns.entry.saving import Contested, save_lines
from returns.models import FigureEntry, Return, ReturnMove, ReturnState, Round, Urge
from returns.review import decisions
from returns.rounds import rounds
from tests.returns.conftest import ON, QUARTER, TOWN, approved, fill, submitted, typed

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*deeds) -> list:
    """Run the deeds in threads that start together; each answers its result or its exception."""
    gate = threading.Barrier(len(deeds))
    results = [None] * len(deeds)

    def run(index: int, deed) -> None:
        try:
            gate.wait()
            results[index] = deed()
        except Exception as refusal:
            results[index] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(index, deed)) for index, deed in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_of_ten_decisions_one_wins(make_return, make_user, people):
    quarterly_return = submitted(make_return(), people.clerk)
    reviewers = [make_user(Post.REVIEWER) for _ in range(10)]

    def decide(index: int, by):
        fresh = Return.objects.get(pk=quarterly_return.pk)
        if index % 2:
            return decisions.approve(quarterly_return=fresh, version=quarterly_return.version, by=by)
        return decisions.send_back(quarterly_return=fresh, version=quarterly_return.version, reason="核对", by=by)

    results = at_once(*(lambda i=i, by=by: decide(i, by) for i, by in enumerate(reviewers)))

    assert sum(isinstance(result, ReturnMove) for result in results) == 1
    assert all(isinstance(result, (ReturnMove, Refused)) for result in results), results
    assert quarterly_return.moves.filter(from_state=ReturnState.SUBMITTED).count() == 1


def test_ten_posts_of_one_submission_make_one(make_return, people):
    quarterly_return = make_return()
    fill(quarterly_return, people.clerk)
    version = quarterly_return.version
    results = at_once(
        *[
            lambda: actions.hand_up(
                quarterly_return=Return.objects.get(pk=quarterly_return.pk), version=version, by=people.clerk
            )
        ]
        * 10
    )
    assert sum(isinstance(result, ReturnMove) for result in results) == 1
    assert quarterly_return.moves.filter(action="hand_up").count() == 1


def test_two_clerks_on_one_cell(make_return, make_user, people):
    quarterly_return = make_return()
    other = make_user(Post.CLERK)
    code = f"{TOWN}201"

    def save(value, by):
        return save_lines(
            quarterly_return=Return.objects.get(pk=quarterly_return.pk),
            rows={code: typed(value, None, None, None, None)},
            by=by,
        )

    results = at_once(lambda: save(1, people.clerk), lambda: save(2, other))
    assert sorted(isinstance(result, Contested) for result in results) == [False, True], results
    assert FigureEntry.objects.count() == 1


def test_eight_grids_on_one_cell(make_return, make_user, people):
    """One is kept; each of the others learns of it, and who it was."""
    quarterly_return, code = make_return(), f"{TOWN}201"
    clerks = [make_user(Post.CLERK) for _ in range(8)]

    def save(index: int):
        cell = TypedCell(code, "households", str(index + 1), (None,))
        return save_cells(ReturnForm(Return.objects.get(pk=quarterly_return.pk), clerks[index]), [cell])[0]

    results = at_once(*(lambda index=index: save(index) for index in range(8)))
    kept = [index for index, result in enumerate(results) if result.fate == Fate.SAVED]
    assert len(kept) == 1 and quarterly_return.lines.get(area_id=code).households == kept[0] + 1
    others = [result for index, result in enumerate(results) if index not in kept]
    assert {(each.fate, each.value, each.by) for each in others} == {(Fate.CONFLICT, kept[0] + 1, clerks[kept[0]].name)}
    assert FigureEntry.objects.count() == 1


def test_opening_at_once_makes_one_return(make_return, make_user, make_area, people):
    make_area(f"{TOWN}201")
    clerks = [make_user(Post.CLERK) for _ in range(6)]
    town = Area.objects.get(code=TOWN)
    results = at_once(
        *(lambda by=by: actions.open_return(township=town, quarter=QUARTER, on=ON, by=by).pk for by in clerks)
    )
    assert len(set(results)) == 1, results
    assert Return.objects.count() == 1


def test_correcting_at_once_makes_one_revision(make_return, people):
    quarterly_return = approved(make_return(), people.clerk, people.reviewer)
    results = at_once(
        *[
            lambda: actions.correct(
                quarterly_return=Return.objects.get(pk=quarterly_return.pk),
                version=quarterly_return.version,
                reason="错",
                by=people.clerk,
            )
        ]
        * 6
    )
    assert sum(isinstance(result, Return) for result in results) == 1, results
    assert all(isinstance(result, (Return, Refused)) for result in results), results


def test_of_ten_confirmations_one_wins(make_return, make_user, people, settings):
    settings.RETURNS_FOUR_EYES = True
    quarterly_return = submitted(make_return(), people.clerk)
    decisions.pass_(quarterly_return=quarterly_return, version=quarterly_return.version, by=people.reviewer)
    heads = [make_user(Post.BUREAU_HEAD) for _ in range(10)]

    def decide(index: int, by):
        fresh = Return.objects.get(pk=quarterly_return.pk)
        if index % 2:
            return decisions.confirm(quarterly_return=fresh, version=quarterly_return.version, by=by)
        return decisions.overrule(quarterly_return=fresh, version=quarterly_return.version, reason="再核对", by=by)

    results = at_once(*(lambda i=i, by=by: decide(i, by) for i, by in enumerate(heads)))
    assert sum(isinstance(result, ReturnMove) for result in results) == 1
    assert all(isinstance(result, (ReturnMove, Refused)) for result in results), results


def test_ten_clicks_urge_once(make_return, people):
    quarterly_return = make_return()
    round_ = Round.objects.create(county=quarterly_return.county, period=quarterly_return.period, due=ON)
    results = at_once(
        *[lambda: rounds.urge(round_=round_, township=quarterly_return.township, on=ON, by=people.reviewer)] * 10
    )
    assert sorted(results, key=bool) == [False] * 9 + [True]
    assert Urge.objects.count() == 1


def test_opening_a_round_at_once_makes_one(make_area, people):
    make_area(f"{TOWN}201")
    given = {"county": TOWN[:6], "quarter": QUARTER, "due": ON, "on": ON, "by": people.reviewer}
    results = at_once(*[lambda: rounds.open_round(**given).pk] * 6)
    assert len(set(results)) == 1, results
    assert Return.objects.count() == ReturnMove.objects.count() == 1
