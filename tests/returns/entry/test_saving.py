"""What is typed against what was seen and what is stored."""

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import AuditEntry
from common.exceptions import Refused
from returns.entry.saving import Contested, save_lines
from returns.models import FigureEntry, LineStatus, Return, ReturnLine
from tests.returns.conftest import GOOD, TOWN, figures, submitted, typed

CODE = f"{TOWN}201"
BLANK = (None,) * 5


def stored(quarterly_return) -> tuple:
    return tuple(quarterly_return.lines.get(area_id=CODE).figures.values())


def save(quarterly_return, by, row) -> int:
    return save_lines(quarterly_return=quarterly_return, rows={CODE: row}, by=by)


def test_save_keeps_figures_and_who_typed_them(make_return, people):
    quarterly_return = make_return()
    assert save(quarterly_return, people.clerk, typed(*GOOD)) == 1
    assert quarterly_return.lines.get(area_id=CODE).figures == figures()
    entry = FigureEntry.objects.first()
    assert (entry.figure, entry.before, entry.after, entry.by) == ("households", None, 100, people.clerk)
    assert '"households":[null,100]' in AuditEntry.objects.get(action="return.save").detail


def test_same_form_twice_has_one_effect(make_return, people):
    quarterly_return = make_return()
    assert save(quarterly_return, people.clerk, typed(*GOOD)) == 1
    version = Return.objects.get().version
    assert save(quarterly_return, people.clerk, typed(*GOOD)) == 0
    assert (Return.objects.get().version, FigureEntry.objects.count()) == (version, 5)


def test_figure_can_be_emptied_again(make_return, people):
    quarterly_return = make_return()
    save(quarterly_return, people.clerk, typed(*GOOD))
    save(quarterly_return, people.clerk, typed(*BLANK, seen=GOOD))
    assert stored(quarterly_return) == BLANK


def test_zero_is_kept_as_zero(make_return, people):
    quarterly_return = make_return()
    save(quarterly_return, people.clerk, typed(0, 0, 0, 0, 0))
    assert stored(quarterly_return) == (0, 0, 0, 0, 0)


@pytest.mark.parametrize(("seen", "mine", "result"), [
    (BLANK, (7, None, None, None, None), None),
    (GOOD, (7, 90, 80, 60, 50), (7, 90, 80, 60, 50)),
    ((1, 90, 80, 60, 50), (1, 90, 80, 60, 9), (100, 90, 80, 60, 9)),
    ((1, 90, 80, 60, 50), (100, 90, 80, 60, 50), GOOD),
    ((1, 90, 80, 60, 50), (2, 90, 80, 60, 50), None),
])  # fmt: skip
def test_stored_against_seen_and_typed(seen, mine, result, make_return, people):
    """None: contested, and nothing of the form is kept."""
    quarterly_return = make_return()
    save(quarterly_return, people.clerk, typed(*GOOD))
    if result is None:
        with pytest.raises(Contested):
            save(quarterly_return, people.clerk, typed(*mine, seen=seen))
    else:
        save(quarterly_return, people.clerk, typed(*mine, seen=seen))
    assert stored(quarterly_return) == (result or GOOD)


def test_contest_in_one_row_saves_no_other(make_return, people):
    quarterly_return = make_return()
    save(quarterly_return, people.clerk, typed(*GOOD))
    rows = {CODE: typed(1, 1, 1, 1, 1), f"{TOWN}202": typed(*GOOD)}
    with pytest.raises(Contested) as stale:
        save_lines(quarterly_return=quarterly_return, rows=rows, by=people.clerk)
    assert len(stale.value.clashes) == 5
    assert quarterly_return.lines.get(area_id=f"{TOWN}202").households is None


def test_page_that_does_not_say_what_it_showed_overwrites_nothing(make_return, people):
    quarterly_return = make_return()
    save(quarterly_return, people.clerk, typed(*GOOD))
    row = typed(1, 90, 80, 60, 50)
    with pytest.raises(Contested):
        save(quarterly_return, people.clerk, type(row)(row.values, None))


def test_locked_line_is_not_written(make_return, people):
    quarterly_return = make_return()
    save(quarterly_return, people.clerk, typed(*GOOD))
    ReturnLine.objects.filter(area_id=CODE).update(status=LineStatus.APPROVED)
    with pytest.raises(Contested):
        save(quarterly_return, people.clerk, typed(1, 90, 80, 60, 50, seen=GOOD))
    assert stored(quarterly_return) == GOOD


def test_submitted_return_is_not_written(make_return, people):
    quarterly_return = submitted(make_return(), people.clerk)
    with pytest.raises(Refused, match="已报送"):
        save(quarterly_return, people.clerk, typed(1, 90, 80, 60, 50, seen=GOOD))
    assert stored(quarterly_return) == GOOD


@pytest.mark.parametrize("who", ["head", "reviewer", "neighbour", "leader"])
def test_only_the_clerk_of_the_township_types(who, make_return, people):
    with pytest.raises(PermissionDenied):
        save(make_return(), getattr(people, who), typed(*GOOD))


def test_village_of_another_township_is_refused(make_return, make_area, people):
    quarterly_return = make_return()
    make_area("441802105201")
    with pytest.raises(Refused, match="441802105201"):
        save_lines(quarterly_return=quarterly_return, rows={"441802105201": typed(*GOOD)}, by=people.clerk)


def test_save_costs_the_same_for_many_rows(make_return, people, django_assert_max_num_queries):
    quarterly_return = make_return(60)
    rows = {line.area_id: typed(*GOOD) for line in quarterly_return.lines.all()}
    with django_assert_max_num_queries(30):
        save_lines(quarterly_return=quarterly_return, rows=rows, by=people.clerk)
