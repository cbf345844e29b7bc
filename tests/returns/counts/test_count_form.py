"""What an operator types cell by cell: kept at once, counted as soon as it is sound."""

import pytest

from accounts.posts import Post
from entry.cells import Fate, TypedCell, save_cells
from returns.counts import counts
from returns.counts.count_form import CountForm
from returns.counts.counts import CountInput
from returns.models import CountDraft, CountEntry, OperatorCount, Round
from tests.returns.conftest import ON, QUARTER, TOWN

VILLAGE, SECOND = f"{TOWN}201", f"{TOWN}202"
NAMES = {"b": "broadband_users", "f": "fibre_users"}


@pytest.fixture
def form(make_area, make_user):
    for code in (VILLAGE, SECOND):
        make_area(code)
    Round.objects.create(county=TOWN[:6], period=str(QUARTER), due=ON)
    by = make_user(Post.OPERATOR, operator="telecom", name="孙")
    return lambda user=by: CountForm.opened(user, f"{TOWN[:6]}-{QUARTER}")


def typed(form, *cells: tuple) -> list[Fate]:
    """Cells as code, b or f, text and what the page showed there."""
    found = [TypedCell(code, NAMES[name], text, (seen[0] if seen else None,)) for code, name, text, *seen in cells]
    return [each.fate for each in save_cells(form(), found)]


def counted() -> dict[str, tuple]:
    return {each.area_id: tuple(each.figures.values()) for each in OperatorCount.objects.all()}


def waiting() -> dict[str, tuple]:
    return {each.area_id: tuple(each.figures.values()) for each in CountDraft.objects.all()}


def states(form) -> dict[str, str]:
    return {row["code"]: row["state"] for row in form().problems(None, is_checking=False)["rows"]}


def test_first_figure_waits_for_the_second(form):
    assert typed(form, (TOWN, "b", "100")) == [Fate.SAVED]
    assert (counted(), waiting(), states(form)[TOWN]) == ({}, {TOWN: (100, None)}, "未计入")
    typed(form, (TOWN, "f", "80"))
    assert (counted(), waiting(), states(form)[TOWN]) == ({TOWN: (100, 80)}, {}, "已计入")


def test_contradiction_is_kept_and_what_counted_before_stands(form):
    typed(form, (TOWN, "b", "100"), (TOWN, "f", "80"))
    typed(form, (TOWN, "f", "101", 80))
    assert (counted(), waiting()) == ({TOWN: (100, 80)}, {TOWN: (100, 101)})
    assert "不应超过" in form().problems({TOWN}, is_checking=False)["rows"][0]["notes"]["fibre_users"][0][1]
    typed(form, (TOWN, "b", "110", 100))
    assert (counted(), waiting()) == ({TOWN: (110, 101)}, {})


def test_villages_above_their_township_wait_until_it_is_mended(form):
    typed(form, (TOWN, "b", "100"), (TOWN, "f", "80"), (VILLAGE, "b", "60"), (VILLAGE, "f", "50"))
    typed(form, (SECOND, "b", "41"), (SECOND, "f", "10"))
    assert counted() == {TOWN: (100, 80), VILLAGE: (60, 50)} and waiting() == {SECOND: (41, 10)}
    fault = form().problems({SECOND}, is_checking=False)["rows"][0]["faults"][0]
    assert "小于所属村居之和（101）" in fault["text"] and fault["href"] == f"#f-{TOWN}-broadband_users"
    typed(form, (TOWN, "b", "101", 100))
    assert counted() == {TOWN: (101, 80), VILLAGE: (60, 50), SECOND: (41, 10)} and not waiting()


def test_figures_that_are_sound_together_count_together(form):
    """Neither alone: the township's fibre falls, its broadband rises, and so do its village's."""
    typed(form, (TOWN, "b", "100"), (TOWN, "f", "80"), (VILLAGE, "b", "100"), (VILLAGE, "f", "80"))
    typed(form, (TOWN, "f", "50", 80))
    typed(form, (TOWN, "b", "120", 100))
    typed(form, (VILLAGE, "b", "120", 100))
    assert counted() == {TOWN: (100, 80), VILLAGE: (100, 80)}
    typed(form, (VILLAGE, "f", "50", 80))
    assert counted() == {TOWN: (120, 50), VILLAGE: (120, 50)} and not waiting()


def test_one_contradiction_keeps_no_other_from_counting(form):
    typed(form, (TOWN, "b", "100"), (TOWN, "f", "80"), (VILLAGE, "b", "200"), (VILLAGE, "f", "1"))
    typed(form, (SECOND, "b", "40"), (SECOND, "f", "30"))
    assert counted() == {TOWN: (100, 80), SECOND: (40, 30)} and waiting() == {VILLAGE: (200, 1)}


def test_count_that_was_emptied_is_taken_back(form):
    typed(form, (TOWN, "b", "100"), (TOWN, "f", "80"))
    typed(form, (TOWN, "b", "", 100), (TOWN, "f", "", 80))
    assert (counted(), waiting(), states(form)[TOWN]) == ({}, {}, "")


def test_change_taken_back_leaves_nothing_waiting(form):
    typed(form, (TOWN, "b", "100"), (TOWN, "f", "80"))
    typed(form, (TOWN, "f", "101", 80))
    typed(form, (TOWN, "f", "80", 101))
    assert (counted(), waiting()) == ({TOWN: (100, 80)}, {})


def test_what_the_api_brings_replaces_what_waits(form):
    typed(form, (TOWN, "b", "100"))
    by = form().by
    counts.save(
        operator=by.operator,
        quarter=QUARTER,
        rows={TOWN: CountInput(dict(zip(NAMES.values(), (7, 6), strict=True)))},
        on=ON,
        by=by,
    )
    assert (counted(), waiting()) == ({TOWN: (7, 6)}, {})


def test_colleagues_figure_is_shown_and_not_overwritten(form, make_user):
    other = make_user(Post.OPERATOR, operator="telecom", name="李")
    typed(lambda: form(other), (TOWN, "b", "100"))
    (settled,) = save_cells(form(), [TypedCell(TOWN, "broadband_users", "90", (None,))])
    assert (settled.fate, settled.value, settled.by) == (Fate.CONFLICT, 100, "李")
    assert [(each.before, each.after, each.by) for each in CountEntry.objects.all()] == [(None, 100, other)]


def test_every_change_is_kept_in_the_history_once(form):
    typed(form, (TOWN, "b", "100"))
    typed(form, (TOWN, "b", "100"))
    typed(form, (TOWN, "b", "90", 100))
    assert list(CountEntry.objects.values_list("figure", "before", "after")) == [
        ("broadband_users", None, 100),
        ("broadband_users", 100, 90),
    ]
