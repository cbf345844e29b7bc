"""Where in a sheet the tables are: the columns that name places, the rows that do, the headings above, what stands around."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import pairwise

from intake.grid import Grid, letter
from intake.names import NameIndex
from intake.vocabulary import ideas, meaning, tidy

_NUMBER = re.compile(
    r"[-—–/]+|无|约?[0-9][0-9.,，\s]*(?:[百千万]?(?:户|个)?|%)|[0-9][0-9.,]*[(（].*[)）]|[(（][0-9.,]+[)）]"
)
_AROUND = re.compile(
    r"(?:填报|制表|填表|报送|上报|审核|复核|联系|统计|经办|负责|电话|日期|时间|单位|盖章|注|备注|说明)[^:：]{0,8}[:：]|^注|^校验号$|^模板版本$"
)
_TITLE = re.compile(
    r"(?:表|表格|台账|汇总|明细|报告)(?:[(（].*[)）])?$|^清城区|镇.*(?:情况|统计|数据)$|街道.*(?:情况|统计|数据)$"
)
_SIGN = re.compile("[甲乙丙丁A-Za-z]|[①-⑳]|栏次")
_SUBJECTS = frozenset(("fibre", "broadband", "covered", "users", "households", "filler"))
_LONG = 15
_MOST_LEVELS = 5


@lru_cache(50_000)
def is_number(text: str) -> bool:
    """Whether a cell holds a figure of some kind, a mark for none included."""
    return bool(_NUMBER.fullmatch(tidy(text)))


def is_around(text: str) -> bool:
    """Whether a cell says who fills in what when, or is a note."""
    return bool(_AROUND.search(tidy(text)))


@dataclass
class Region:
    """A table: its rows from ``first`` to ``last``, its columns, which of them name places, and the rows of headings above."""

    grid: Grid
    first: int
    last: int
    left: int
    right: int
    names: list[int]
    towns: list[int]
    headings: list[int] = field(default_factory=list)
    around: list[str] = field(default_factory=list)
    """Titles, and what else stands above the headings."""

    @property
    def titles(self) -> list[str]:
        """What stands above the headings, and above all of them together."""
        return [*self.around, *self._heading[1]]

    @property
    def levels(self) -> dict[int, list[str]]:
        """The heading of each column, level by level."""
        return self._heading[0]

    @property
    def columns(self) -> list[int]:
        """The columns that name no place."""
        return [c for c in self.grid.columns if self.left <= c <= self.right and c not in (*self.names, *self.towns)]

    @property
    def rows(self) -> list[int]:
        return [row for row in self.grid.rows if self.first <= row <= self.last]

    def letter(self, column: int) -> str:
        """How a person finds the column; in a turned sheet it is a row."""
        return str(column) if self.grid.is_turned else letter(column)

    def row_name(self, row: int) -> str:
        return f"{letter(row)} 列" if self.grid.is_turned else f"第 {row} 行"

    @cached_property
    def _heading(self) -> tuple[dict[int, list[str]], list[str]]:
        """The levels above each column; what stands above all columns is no heading of one, and comes second."""
        found = {column: self._levels(column) for column in self.columns}
        common: list[str] = []
        while headed := _beneath_a_title(list(found.values())):
            common.append(headed[0][0])
            for levels in headed:
                del levels[0]
        return found, common

    def _levels(self, column: int) -> list[str]:
        levels: list[str] = []
        for row in self.headings:
            text = self.grid.spread(row, column) or self._from_the_left(row, column)
            if tidy(text) and (not levels or tidy(levels[-1]) != tidy(text)):
                levels.append(" ".join(text.split()))
        return levels

    def _from_the_left(self, row: int, column: int) -> str:
        """A heading above several columns whose merging was lost stands in the first of them only."""
        below = [each for each in self.headings if each > row]
        if not any(self.grid.spread(each, column) for each in below):
            return ""
        for other in range(column - 1, self.left - 1, -1):
            if other in self.names or other in self.towns:
                return ""
            if text := self.grid.spread(row, other):
                is_merged = self.grid.merged_into(row, other) is not None
                is_above = any(self.grid.spread(each, other) for each in below)
                return text if is_above and not is_merged else ""
        return ""


def _beneath_a_title(every: list[list[str]]) -> list[list[str]]:
    """The columns beneath a heading of all or most that says nothing that their own headings leave open."""
    headed = [levels for levels in every if levels]
    first, count = Counter(levels[0] for levels in headed).most_common(1)[0] if headed else ("", 0)
    beneath = [levels for levels in headed if levels[0] == first]
    if count < 3 or any(len(levels) < 2 for levels in beneath):
        return []
    said = ideas(first)
    is_subject = said.what <= _SUBJECTS and not (said.operators or said.periods or said.factor)
    if count < len(headed) and (count * 2 <= len(headed) or not is_subject):
        return []
    alone = sum(len(meaning(levels[1:]).ways) == 1 for levels in beneath)
    return beneath if alone > 1 or not meaning([first]).ways else []


def regions(grid: Grid, index: NameIndex) -> list[Region]:
    """The tables of a sheet, from left to right and from top to bottom."""
    found = []
    for left, right, names, towns in _panels(grid, index):
        found += list(_stacked(grid, index, left, right, names, towns))
    return found


def _panels(grid: Grid, index: NameIndex) -> Iterator[tuple[int, int, list[int], list[int]]]:
    """Tables side by side: their first and last column, the columns of names and codes, and of townships."""
    named, towns = _columns_of_names(grid, index)
    if not named:
        named, towns = towns, {}
    if not named:
        return
    panels: list[tuple[list[int], dict[int, set[str]]]] = []
    for column in sorted(named, key=lambda each: (-len(named[each]), each)):
        rows = named[column]
        like = next((each for each in panels if _agree(each[1], rows) or _is_beside(grid, each, column, rows)), None)
        if like:
            like[0].append(column)
        elif not panels or (len(rows) > 1 and len(rows) * 5 > len(panels[0][1]) and not _same_places(panels, rows)):
            panels.append(([column], rows))
    panels.sort(key=lambda panel: min(panel[0]))
    starts = [min(panel[0]) for panel in panels]
    for place, (columns, _) in enumerate(panels):
        left = starts[place] if place or grid.is_turned else min(grid.columns)
        right = starts[place + 1] - 1 if place + 1 < len(panels) else _last_column(grid)
        yield left, right, sorted(columns), [each for each in sorted(towns) if left <= each <= right or not place]


def _last_column(grid: Grid) -> int:
    """The last column; of a turned sheet the last in which not only notes stand, which were written beneath the table."""
    if not grid.is_turned:
        return max(grid.columns)
    filled = Counter(column for (_, column), text in grid.cells.items() if not is_around(text))
    return max((column for column in filled if filled[column] > 1), default=max(grid.columns))


def _columns_of_names(
    grid: Grid, index: NameIndex
) -> tuple[dict[int, dict[int, set[str]]], dict[int, dict[int, set[str]]]]:
    """For each column, the places its cells may mean, by row: columns of villages, and columns of townships only.

    Where a township stands alone in its row it is a title or a heading, not a column of townships.
    """
    named: dict[int, dict[int, set[str]]] = {}
    townships: dict[int, dict[int, set[str]]] = {}
    for (row, column), text in grid.cells.items():
        if is_around(text):
            continue
        match = index.match(text)
        if match and any(index.rows[code].within for code in match.codes):
            named.setdefault(column, {})[row] = set(match.codes)
        elif match or index.town(text):
            townships.setdefault(column, {})[row] = set(match.codes) if match else {index.town(text)}
    for column in list(named):
        if all(index.town(grid.at(row, column)) for row in named[column]):
            townships[column] = named.pop(column) | townships.get(column, {})
        elif len(named[column]) * 4 >= len(townships.get(column, {})):
            named[column] = townships.pop(column, {}) | named[column]
    return named, {
        column: rows
        for column, rows in townships.items()
        if column not in named and not (named and all(len(grid.by_row[row]) == 1 for row in rows))
    }


def _agree(one: dict[int, set[str]], other: dict[int, set[str]]) -> bool:
    """Whether two columns name the same places in the rows they share: a code beside a name."""
    common = one.keys() & other.keys()
    same = sum(bool(one[row] & other[row]) for row in common)
    return bool(common) and same * 2 > len(common)


def _is_beside(
    grid: Grid, panel: tuple[list[int], dict[int, set[str]]], column: int, rows: dict[int, set[str]]
) -> bool:
    """Whether a column names places in rows of the panel, and no figures part the two: it speaks of the same rows."""
    common = panel[1].keys() & rows.keys()
    nearest = min(panel[0], key=lambda each: abs(each - column))
    between = range(min(nearest, column) + 1, max(nearest, column))
    return len(common) * 2 > len(rows) and not any(is_number(grid.at(row, each)) for row in common for each in between)


def _same_places(panels: Sequence[tuple[list[int], dict[int, set[str]]]], rows: dict[int, set[str]]) -> bool:
    """Whether most places of a column stand in a panel already: then it is none of its own."""
    known = {code for _, each in panels for codes in each.values() for code in codes}
    return sum(bool(codes & known) for codes in rows.values()) * 2 > len(rows)


def _stacked(
    grid: Grid, index: NameIndex, left: int, right: int, names: list[int], towns: list[int]
) -> Iterator[Region]:
    """Tables one above the other: each begins with headings of its own."""
    keyed = [row for row in grid.rows if _is_keyed(grid, index, row, names, towns)]
    filled = [row for row in keyed if _has_numbers(grid, row, left, right, (*names, *towns))]
    if not filled:
        return
    starts = [filled[0]]
    for before, row in pairwise(filled):
        if any(_is_heading(grid, each, left, right, (*names, *towns)) for each in range(before + 1, row)):
            starts.append(row)
    floor = 0
    for place, start in enumerate(starts):
        limit = starts[place + 1] if place + 1 < len(starts) else max(grid.rows) + 1
        last = max(row for row in keyed if row < limit) if place + 1 < len(starts) else limit - 1
        region = Region(grid, start, last, left, right, names, towns)
        if grid.is_turned:
            region.around += [text for (_, c), text in grid.cells.items() if not left <= c <= right]
        _head(region, index, keyed, floor)
        yield region
        floor = last


def _is_keyed(grid: Grid, index: NameIndex, row: int, names: Sequence[int], towns: Sequence[int]) -> bool:
    return any(index.match(grid.at(row, column)) or index.town(grid.at(row, column)) for column in (*names, *towns))


def _has_numbers(grid: Grid, row: int, left: int, right: int, but: Sequence[int]) -> bool:
    return any(
        left <= column <= right and column not in but and is_number(text) for column, text in grid.by_row[row].items()
    )


def _is_heading(grid: Grid, row: int, left: int, right: int, but: Sequence[int]) -> bool:
    """Whether several cells of the row mean figures, and none is a number."""
    texts = [text for column, text in grid.by_row.get(row, {}).items() if left <= column <= right]
    told = sum(bool(meaning([text]).ways) and len(tidy(text)) <= 2 * _LONG for text in texts)
    return told > 1 and not any(is_number(text) for text in texts)


def _head(region: Region, index: NameIndex, keyed: Sequence[int], floor: int) -> None:
    """Find the rows of headings above the first row; what lies above them is around the table."""
    grid = region.grid
    is_above = False
    for row in reversed([row for row in grid.rows if floor < row < region.first]):
        texts = {c: text for c, text in grid.by_row[row].items() if region.left <= c <= region.right}
        if not texts:
            texts = grid.by_row[row]
            region.around += texts.values()
            continue
        is_above = is_above or (bool(region.headings) and row < region.headings[0] - 1)
        if is_above or _is_around(region, row, texts):
            is_above = is_above or bool(region.headings)
            region.around += texts.values()
        elif row in keyed or _is_of_figures(texts):
            if not region.headings and not _is_numbering(texts):
                region.first = row
        elif len(region.headings) < _MOST_LEVELS:
            region.headings.insert(0, row)


def _is_around(region: Region, row: int, texts: dict[int, str]) -> bool:
    """Whether a row is a title, or says who fills in what when."""
    said = [tidy(text) for text in texts.values()]
    if any(map(is_around, said)):
        return True
    if len(texts) > 1:
        return False
    (column,) = texts
    merge = region.grid.merged_into(row, column)
    last = merge[3] if merge else column
    key = min(region.names)
    return column <= key or column <= key <= last or bool(_TITLE.search(said[0])) or len(said[0]) > 2 * _LONG


def _is_of_figures(texts: dict[int, str]) -> bool:
    """Whether at least half of a row are figures or signs for columns: it is no heading."""
    signs = sum(is_number(text) or bool(_SIGN.fullmatch(tidy(text))) for text in texts.values())
    return signs * 2 >= len(texts)


def _is_numbering(texts: dict[int, str]) -> bool:
    """Whether a row counts the columns: 甲, 1, 2, 3."""
    numbers = [tidy(text) for text in texts.values() if not _SIGN.fullmatch(tidy(text))]
    return all(number.isdigit() for number in numbers) and [int(each) for each in numbers] == [
        int(numbers[0]) + step for step in range(len(numbers))
    ]
