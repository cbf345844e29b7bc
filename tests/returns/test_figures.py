"""What a clerk may type into a cell."""

import pytest

from common.values import TextPlace
from returns.figures import BY_NAME, FIGURES, NAMES, Figure
from returns.models import FIGURES as MODEL_FIGURES
from returns.models import ReturnLine


def test_cell_is_read_in_its_place():
    """What is read how: tests/common/test_values.py."""
    read = BY_NAME["households"].read
    assert read("1.2万户") == 12_000
    assert read("1.2E3", place=TextPlace.SHEET) == 1_200
    assert read(" ") is None
    with pytest.raises(ValueError, match="科学计数法"):
        read("1.2E3")


@pytest.mark.parametrize(("text", "accepted"), [("9", False), ("10", True), ("20", True), ("21", False)])
def test_bounds_of_the_figure_count(text, accepted):
    figure = Figure("households", "总户数", "户", "", minimum=10, maximum=20)
    if accepted:
        assert figure.read(text) == int(text)
    else:
        with pytest.raises(ValueError, match=r"过[大小]"):
            figure.read(text)


def test_figures_are_declared_once():
    assert NAMES == MODEL_FIGURES == tuple(BY_NAME)
    assert [ReturnLine._meta.get_field(figure.name).verbose_name for figure in FIGURES] == [f.label for f in FIGURES]
