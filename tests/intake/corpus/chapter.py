"""A chapter of the corpus: a function that makes a sheet is decorated with its case."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random

from tests.intake.corpus.case import ClumsySheet
from tests.intake.corpus.grid import Grid
from tests.intake.corpus.saving import file_of
from tests.intake.corpus.table import Figures, Right
from tests.intake.corpus.world import Row

Made = tuple[list[Grid], Right]


@dataclass
class Setting:
    """The rows of a form with their figures, and chance; ``active`` is the sheet that the file opens with."""

    where: str
    rows: list[Row]
    figures: dict[str, Figures]
    random: Random
    active: int = field(default=0)


class Chapter:
    """The sheets of one form; ``prepared`` makes the setting of a place."""

    def __init__(self, form: str, prepared: Callable[[str, Random], Setting]) -> None:
        self._form, self._prepared = form, prepared
        self.sheets: list[ClumsySheet] = []

    def sheet(self, name: str, why: str, where: str, form: str, asks: Sequence[str], title: str):
        """Adds the case that the decorated function makes of the setting."""

        def add(make: Callable[[Setting], Made]) -> Callable[[Setting], Made]:
            setting = self._prepared(where, Random(name))
            grids, right = make(setting)
            file_name, content = file_of(name, form, grids, title, setting.active)
            case = ClumsySheet(name, why, self._form, where, "2018Q4", file_name, content, right, tuple(asks))
            self.sheets.append(case)
            return make

        return add


def titled(grid: Grid, text: str) -> Grid:
    page = Grid()
    page.put(1, 1, text)
    page.headline.add(1)
    page.merges.append((1, 1, 1, max(grid.width, 2)))
    page.lay(grid, 1)
    return page
