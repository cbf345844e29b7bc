"""Where sources agree, where they do not, and why most likely."""

import pytest

from returns.sources.agreement import weigh
from returns.sources.causes import explained
from returns.sources.vocabulary import FigureSource, Part, SourceFigure

HERE, THERE = "441802103201", "441802103202"
PERCENT = {
    "households": 25,
    "broadband_covered_households": 5,
    "fibre_covered_households": 5,
    "broadband_users": 10,
    "fibre_users": 10,
}


def said(source: FigureSource, value: int, figure: str = "fibre_users", code: str = HERE, parts=()) -> SourceFigure:
    return SourceFigure(code, figure, value, source, parts=tuple(parts))


@pytest.mark.parametrize(
    ("values", "suggested"),
    [
        ({FigureSource.OPERATORS: 110, FigureSource.LAST: 100}, 110),
        ({FigureSource.OPERATORS: 100, FigureSource.LAST: 110}, 100),
        ({FigureSource.OPERATORS: 100, FigureSource.LAST: 111}, None),
        ({FigureSource.OPERATORS: 100, FigureSource.LAST: 89}, None),
        ({FigureSource.OPERATORS: 100}, None),
        ({FigureSource.LAST: 100}, None),
        ({FigureSource.LAST: 100, FigureSource.ORDERS: 103}, None),
        ({FigureSource.OPERATORS: 120, FigureSource.LAST: 100, FigureSource.ORDERS: 118}, 120),
        ({FigureSource.OPERATORS: 100, FigureSource.LAST: 95, FigureSource.ORDERS: 120}, 100),
        ({FigureSource.OPERATORS: 0, FigureSource.LAST: 0}, 0),
        ({FigureSource.OPERATORS: 0, FigureSource.LAST: 1}, None),
    ],
)
def test_two_witnesses_within_the_bound_make_a_suggestion(values, suggested):
    """Completed orders rest on the last figure: together they are one witness."""
    weighed = weigh([said(source, value) for source, value in values.items()], PERCENT)
    found = weighed.suggestions.get((HERE, "fibre_users"))
    assert (found.value if found else None) == suggested


def test_households_are_suggested_as_the_village_counted_them():
    found = weigh([said(FigureSource.REGISTER, 93, "households"), said(FigureSource.LAST, 100, "households")], PERCENT)
    (suggestion,) = found.suggestions.values()
    assert (suggestion.value, suggestion.source) == (100, FigureSource.LAST)
    assert [each.source for each in suggestion.sources] == [FigureSource.LAST, FigureSource.REGISTER]


def cause(*figures: SourceFigure, cell=(HERE, "fibre_users")) -> str:
    found = explained(weigh(figures, PERCENT).disagreements, {HERE: "新桥村", THERE: "青塘村"})
    return found[cell].cause


def test_cause_is_the_operator_whose_count_is_as_large_as_the_difference():
    parts = [Part("电信", 200), Part("联通", 41)]
    assert cause(said(FigureSource.OPERATORS, 241, parts=parts), said(FigureSource.LAST, 200)) == (
        "差额与联通的 41 户相当，可能是一方漏计或重复计入"
    )


def test_cause_is_the_neighbour_that_differs_by_as_much_the_other_way():
    found = cause(
        said(FigureSource.OPERATORS, 150),
        said(FigureSource.LAST, 200),
        said(FigureSource.OPERATORS, 152, code=THERE),
        said(FigureSource.LAST, 100, code=THERE),
    )
    assert found == "运营企业可能把约 50 户计入邻村青塘村"


def test_cause_is_the_natural_village_that_is_not_reached():
    parts = [Part("大围", 60), Part("小围", 30, is_counted=False)]
    computed = said(FigureSource.COMPUTED, 60, "fibre_covered_households", parts=parts)
    assert "1 个自然村未覆盖（小围，共 30 户）" in cause(
        computed, said(FigureSource.LAST, 90, "fibre_covered_households"), cell=(HERE, "fibre_covered_households")
    )


def test_cause_is_the_natural_village_that_was_reached_since():
    parts = [Part("大围", 60), Part("小围", 30)]
    computed = said(FigureSource.COMPUTED, 90, "fibre_covered_households", parts=parts)
    assert cause(
        computed, said(FigureSource.LAST, 60, "fibre_covered_households"), cell=(HERE, "fibre_covered_households")
    ) == ("差额与小围的 30 户相当，可能已覆盖而未计入")


def test_nothing_is_said_where_nothing_fits():
    assert cause(said(FigureSource.OPERATORS, 150), said(FigureSource.LAST, 200)) == ""
