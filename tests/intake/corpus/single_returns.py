"""How a return's sheet with one trouble is made: the plain sheet of a township, in which the chapters change one thing."""

from collections.abc import Sequence
from random import Random

from tests.intake.corpus.chapter import Chapter, Made, Setting
from tests.intake.corpus.grid import Grid
from tests.intake.corpus.table import HEADINGS, Column, Table, figure, figures_of, named, serial
from tests.intake.corpus.world import RETURN_FIELDS, YUANTAN, villages


class ReturnChapter(Chapter):
    """Sheets of a township's villages and their figures."""

    def __init__(self) -> None:
        super().__init__("return", _prepared)

    def sheet(
        self,
        name: str,
        why: str,
        where: str = YUANTAN,
        form: str = "xlsx",
        asks: Sequence[str] = (),
        title: str = "光网统计表",
    ):
        return super().sheet(name, why, where, form, asks, title)


def _prepared(where: str, random: Random) -> Setting:
    rows = list(villages(where))
    return Setting(where, rows, {row[0]: figures_of(row, random) for row in rows}, random)


def columns(naming: str = "short", writing: str = "plain", heads: int = 0) -> list[Column]:
    five = [figure(name, (HEADINGS[name][heads],), writing) for name in RETURN_FIELDS]
    return [serial(), named(("村居",), naming), *five]


def plain(s: Setting, cols: list[Column] | None = None, lines: list | None = None, **more) -> Made:
    grid, right = Table(cols or columns(), s.rows if lines is None else lines, s.figures, **more).laid()
    return [grid], right


def bare_block(s: Setting) -> Made:
    grid = Grid()
    for at, row in enumerate(s.rows, 1):
        grid.put_row(at, [s.figures[row[0]][name] for name in RETURN_FIELDS])
    return [grid], {row[0]: dict(s.figures[row[0]]) for row in s.rows}
