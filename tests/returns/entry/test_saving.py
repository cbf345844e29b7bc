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


def stored(owner) -> tuple:
    return tuple(owner.lines.get(area_id=CODE).figures.values())


def save(owner, by, row) -> int:
    return save_lines(owner=owner, rows={CODE: row}, by=by)


def test_save_keeps_figures_and_who_typed_them(make_return, people):
    owner = make_return()
    assert save(owner, people.clerk, typed(*GOOD)) == 1
    assert owner.lines.get(area_id=CODE).figures == figures()
    entry = FigureEntry.objects.first()
    assert (entry.figure, entry.before, entry.after, entry.by) == ("households", None, 100, people.clerk)
    assert '"households":[null,100]' in AuditEntry.objects.get(action="return.save").detail


def test_same_form_twice_has_one_effect(make_return, people):
    owner = make_return()
    assert save(owner, people.clerk, typed(*GOOD)) == 1
    version = Return.objects.get().version
    assert save(owner, people.clerk, typed(*GOOD)) == 0
    assert (Return.objects.get().version, FigureEntry.objects.count()) == (version, 5)


def test_figure_can_be_emptied_again(make_return, people):
    owner = make_return()
    save(owner, people.clerk, typed(*GOOD))
    save(owner, people.clerk, typed(*BLANK, seen=GOOD))
    assert stored(owner) == BLANK


def test_zero_is_kept_as_zero(make_return, people):
    owner = make_return()
    save(owner, people.clerk, typed(0, 0, 0, 0, 0))
    assert stored(owner) == (0, 0, 0, 0, 0)


@pytest.mark.parametrize(("seen", "mine", "result"), [
    (BLANK, (7, None, None, None, None), None),
    (GOOD, (7, 90, 80, 60, 50), (7, 90, 80, 60, 50)),
    ((1, 90, 80, 60, 50), (1, 90, 80, 60, 9), (100, 90, 80, 60, 9)),
    ((1, 90, 80, 60, 50), (100, 90, 80, 60, 50), GOOD),
    ((1, 90, 80, 60, 50), (2, 90, 80, 60, 50), None),
])  # fmt: skip
def test_stored_against_seen_and_typed(seen, mine, result, make_return, people):
    """None: contested, and nothing of the form is kept."""
    owner = make_return()
    save(owner, people.clerk, typed(*GOOD))
    if result is None:
        with pytest.raises(Contested):
            save(owner, people.clerk, typed(*mine, seen=seen))
    else:
        save(owner, people.clerk, typed(*mine, seen=seen))
    assert stored(owner) == (result or GOOD)


def test_contest_in_one_row_saves_no_other(make_return, people):
    owner = make_return()
    save(owner, people.clerk, typed(*GOOD))
    rows = {CODE: typed(1, 1, 1, 1, 1), f"{TOWN}202": typed(*GOOD)}
    with pytest.raises(Contested) as stale:
        save_lines(owner=owner, rows=rows, by=people.clerk)
    assert len(stale.value.clashes) == 5
    assert owner.lines.get(area_id=f"{TOWN}202").households is None


def test_page_that_does_not_say_what_it_showed_overwrites_nothing(make_return, people):
    owner = make_return()
    save(owner, people.clerk, typed(*GOOD))
    row = typed(1, 90, 80, 60, 50)
    with pytest.raises(Contested):
        save(owner, people.clerk, type(row)(row.values, None))


def test_locked_line_is_not_written(make_return, people):
    owner = make_return()
    save(owner, people.clerk, typed(*GOOD))
    ReturnLine.objects.filter(area_id=CODE).update(status=LineStatus.APPROVED)
    with pytest.raises(Contested):
        save(owner, people.clerk, typed(1, 90, 80, 60, 50, seen=GOOD))
    assert stored(owner) == GOOD


def test_submitted_return_is_not_written(make_return, people):
    owner = submitted(make_return(), people.clerk)
    with pytest.raises(Refused, match="已报送"):
        save(owner, people.clerk, typed(1, 90, 80, 60, 50, seen=GOOD))
    assert stored(owner) == GOOD


@pytest.mark.parametrize("who", ["head", "reviewer", "neighbour", "leader"])
def test_only_the_clerk_of_the_township_types(who, make_return, people):
    with pytest.raises(PermissionDenied):
        save(make_return(), getattr(people, who), typed(*GOOD))


def test_village_of_another_township_is_refused(make_return, make_area, people):
    owner = make_return()
    make_area("441802105201")
    with pytest.raises(Refused, match="441802105201"):
        save_lines(owner=owner, rows={"441802105201": typed(*GOOD)}, by=people.clerk)


def test_save_costs_the_same_for_many_rows(make_return, people, django_assert_max_num_queries):
    owner = make_return(60)
    rows = {line.area_id: typed(*GOOD) for line in owner.lines.all()}
    with django_assert_max_num_queries(30):
        save_lines(owner=owner, rows=rows, by=people.clerk)
