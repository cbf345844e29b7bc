"""A table of villages as an office lays it out: chosen columns, headings of several rows, groups, totals, notes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from tests.intake.corpus.grid import ACCOUNTING, PERCENT, THOUSANDS, Formula, Grid, Value
from tests.intake.corpus.world import RETURN_FIELDS, Row

Figures = dict[str, int]
Right = dict[str, dict[str, int | str | None]]

HOUSEHOLDS, BROADBAND_COVERED, FIBRE_COVERED, BROADBAND, FIBRE = RETURN_FIELDS

SUFFIXES = ("社区居委会", "村委会", "居委会")
TRADITIONAL = str.maketrans("龙连长东马银积黄潦岭达横头门凤宝湾", "龍連長東馬銀積黃潦嶺達橫頭門鳳寶灣")

HEADINGS = {
    HOUSEHOLDS: ("总户数", "总户数（户）", "住户数", "家庭户数", "农户数(户)", "家庭总户数", "户数"),
    BROADBAND_COVERED: ("宽带覆盖户数", "已通宽带户数", "宽带通达户数", "宽带网络覆盖户数", "宽带覆盖"),
    FIBRE_COVERED: ("光网覆盖户数", "光纤覆盖户数", "FTTH覆盖户数", "光纤到户覆盖户数", "光网覆盖"),
    BROADBAND: ("宽带用户数", "宽带在网用户", "固定宽带用户", "固定宽带用户数（户）", "在网宽带用户数"),
    FIBRE: ("光网用户数", "光纤用户", "FTTH用户", "光宽用户", "光纤宽带用户数"),
}
GROUPED = {
    HOUSEHOLDS: ("户数", ""),
    BROADBAND_COVERED: ("覆盖户数", "宽带"),
    FIBRE_COVERED: ("覆盖户数", "其中：光网"),
    BROADBAND: ("用户数", "宽带"),
    FIBRE: ("用户数", "其中：光网"),
}


def figures_of(row: Row, random: Random) -> Figures:
    """Five sound figures; a township of the counts gets more than its villages."""
    households = random.randint(180, 1650)
    covered = households * random.randint(82, 100) // 100
    fibre = covered * random.randint(45, 100) // 100
    users = covered * random.randint(30, 75) // 100
    return dict(
        zip(
            RETURN_FIELDS,
            (households, covered, fibre, users, min(users, fibre) * random.randint(50, 98) // 100),
            strict=True,
        )
    )


def stem(name: str) -> str:
    """The name without its ending: 新马村委会 is 新马."""
    return next((name.removesuffix(end) for end in SUFFIXES if name.endswith(end)), name)


def short(row: Row) -> str:
    """As people say it: 新马村, 源潭社区, 南村."""
    bare = stem(row[1])
    if row[1].endswith("居委会"):
        return bare + "社区"
    return bare if bare.endswith("村") else bare + "村"


def bare(row: Row) -> str:
    """Without any ending, except the two of 升平, which only the ending tells apart."""
    return short(row) if stem(row[1]) == "升平" else stem(row[1])


NAMING: Mapping[str, Callable[[Row], str]] = {
    "full": lambda row: row[1],
    "short": short,
    "bare": bare,
    "legal": lambda row: row[1].replace("村委会", "村民委员会").replace("居委会", "居民委员会"),
    "prefixed": lambda row: row[3].removesuffix("办事处") + short(row),
    "county": lambda row: "清城区" + row[3] + row[1],
    "spaced": lambda row: " ".join(bare(row)) if len(bare(row)) == 2 else bare(row),
    "wide": lambda row: "\u3000".join(bare(row)) if len(bare(row)) == 2 else short(row),
    "padded": lambda row: f" {row[1]}  ",
    "committee": lambda row: stem(row[1]) + ("居委" if row[1].endswith("居委会") else "村委"),
    "former": lambda row: row[2][0] if row[2] else short(row),
    "traditional": lambda row: row[1].translate(TRADITIONAL),
    "bracketed": lambda row: f"{short(row)}（{'居委会' if row[1].endswith('居委会') else '村委会'}）",
}


def wide_digits(value: int) -> str:
    return str(value).translate(str.maketrans("0123456789", "０１２３４５６７８９"))


WRITING: Mapping[str, Callable[[int], tuple[Value, str]]] = {
    "plain": lambda value: (value, ""),
    "thousands": lambda value: (value, THOUSANDS),
    "text": lambda value: (str(value), ""),
    "commas": lambda value: (f"{value:,}", ""),
    "wide": lambda value: (wide_digits(value), ""),
    "unit": lambda value: (f"{value}户", ""),
    "float": lambda value: (float(value), ""),
    "decimals": lambda value: (f"{value:,}.00", ""),
    "accounting": lambda value: (value, ACCOUNTING),
    "padded": lambda value: (f" {value} ", ""),
    "wan": lambda value: (value / 10000, ""),
    "wan_text": lambda value: (f"{value / 10000:.4f}万", ""),
}


@dataclass(frozen=True)
class Column:
    """``heads`` from top to bottom; ``cell`` gives what stands in a village's row; ``field`` what a reader takes from it."""

    heads: tuple[str, ...]
    cell: Callable[[Row, Figures], tuple[Value, str]]
    field: str = ""
    added: bool = False
    hidden: bool = False
    name: bool = False


def figure(field_name: str, heads: Sequence[str], writing: str = "plain") -> Column:
    return Column(
        tuple(heads),
        lambda row, figures: WRITING[writing](figures[field_name]),
        field_name,
        added=writing != "wan_text",
    )


def beside(heads: Sequence[str], of: str, per_cent: int, hidden: bool = False) -> Column:
    """A figure that nobody asked for: last quarter's, inhabitants, subscribers of a speed."""
    return Column(tuple(heads), lambda row, figures: (figures[of] * per_cent // 100, ""), added=True, hidden=hidden)


def rate(heads: Sequence[str], part: str, whole: str) -> Column:
    return Column(tuple(heads), lambda row, figures: (figures[part] / max(figures[whole], 1), PERCENT))


def serial() -> Column:
    numbers = iter(range(1, 1000))
    return Column(("序号",), lambda row, figures: (next(numbers), ""))


def named(heads: Sequence[str], naming: str = "short") -> Column:
    return Column(tuple(heads), lambda row, figures: (NAMING[naming](row), ""), name=True)


def coded(heads: Sequence[str], kind: str) -> Column:
    """``whole`` as text, ``number``, ``twelve`` digits as the bureau of statistics has them, ``apostrophe``, ``parted``."""
    kinds = {
        "whole": lambda code: code,
        "number": int,
        "apostrophe": lambda code: "'" + code,
        "parted": lambda code: f"{code[:9]}-{code[9:]}",
    }
    return Column(tuple(heads), lambda row, figures: (kinds[kind](row[0]), ""))


def constant(heads: Sequence[str], text: str) -> Column:
    return Column(tuple(heads), lambda row, figures: (text, ""))


@dataclass
class Table:
    """The rows to write, in order: a village's row, or a tuple of what to write instead (kind, text)."""

    columns: list[Column]
    lines: list[Row | tuple[str, str]]
    figures: dict[str, Figures]
    formulas: bool = False
    gaps: dict[tuple[str, str], Value] = field(default_factory=dict)
    """What stands in a cell (code, field) instead of its figure; such a cell is not in the right reading."""
    remarks: dict[tuple[str, str], str] = field(default_factory=dict)
    """What is written behind a figure in its cell; the figure stays right."""

    def laid(self) -> tuple[Grid, Right]:
        """The table at its own first cell, and what is to be read from it."""
        grid, right = Grid(), {}
        depth = max(len(column.heads) for column in self.columns)
        self._headings(grid, depth)
        group: list[str] = []
        every: list[str] = []
        for number, line in enumerate(self.lines, depth + 1):
            if len(line) == 2:
                self._other(grid, number, line, group if line[0] == "subtotal" else every, depth + 1)
                if line[0] == "subtotal":
                    group = []
                continue
            group.append(line[0])
            every.append(line[0])
            for place, column in enumerate(self.columns, 1):
                self._cell(grid, number, place, column, line, right)
        return grid, right

    def _headings(self, grid: Grid, depth: int) -> None:
        heads = [(*column.heads, *[""] * (depth - len(column.heads))) for column in self.columns]
        for place, head in enumerate(heads, 1):
            if self.columns[place - 1].hidden:
                grid.hidden_columns.add(place)
            for level, text in enumerate(head, 1):
                above = place > 1 and heads[place - 2][:level] == head[:level] and level < depth
                grid.put(level, place, None if above else text)
            last = max(level for level, text in enumerate(head, 1) if text)
            if last < depth:
                grid.merges.append((last, place, depth, place))
        for level in range(1, depth):
            start = 1
            for place in range(2, len(heads) + 2):
                if place > len(heads) or heads[place - 1][:level] != heads[start - 1][:level]:
                    if place - start > 1 and heads[start - 1][level]:
                        grid.merges.append((level, start, level, place - 1))
                    start = place

    def _cell(self, grid: Grid, number: int, place: int, column: Column, line: Row, right: Right) -> None:
        value, number_format = column.cell(line, self.figures[line[0]])
        key = line[0], column.field
        if column.field and key in self.gaps:
            grid.put(number, place, self.gaps[key], number_format)
            return
        if key in self.remarks and column.field:
            value, number_format = f"{self.figures[line[0]][column.field]}{self.remarks[key]}", ""
        grid.put(number, place, value, number_format)
        if column.field:
            right.setdefault(line[0], {})[column.field] = self.figures[line[0]][column.field]

    def _other(self, grid: Grid, number: int, line: tuple[str, str], codes: list[str], first: int) -> None:
        """A blank row, a heading row, or a row of sums."""
        kind, text = line
        place = next(place for place, column in enumerate(self.columns, 1) if column.name)
        if kind == "blank":
            return
        if kind == "heading":
            grid.put(number, 1, text)
            grid.merges.append((number, 1, number, len(self.columns)))
            return
        grid.put(number, place, text)
        counted = codes or list(self.figures)
        for at, column in enumerate(self.columns, 1):
            if not column.added:
                continue
            rows = {row[0]: row for row in self.lines if len(row) > 2}
            given = [code for code in counted if code in rows and (code, column.field) not in self.gaps]
            values = [column.cell(rows[code], self.figures[code]) for code in given]
            total = sum(_number(value) for value, _ in values)
            is_number = all(isinstance(value, int | float) for value, _ in values)
            total = round(total, 6)
            letter = chr(64 + at)
            shown = (
                Formula(f"=SUM({letter}{first}:{letter}{number - 1})", total) if self.formulas and is_number else total
            )
            grid.put(number, at, shown, values[0][1] if values else "")


def _number(value: Value) -> float:
    """A sum's part, whichever way it is written."""
    if not isinstance(value, str):
        return value
    digits = value.strip().removesuffix("户").replace(",", "").removesuffix(".00")
    return int(digits.translate(str.maketrans("０１２３４５６７８９", "0123456789")))
