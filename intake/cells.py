"""Cells to values: units, marks for nothing, words beside a number; what is not certain is asked, what is unreadable is a fault."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from common.values import Ambiguous, NumberOutOfRange, UnreadableValue, read_number
from intake.outcome import ReadLine, SheetQuestion
from intake.regions import Region
from intake.vocabulary import tidy
from intake.wanted import WantedColumn

_ASIDE = re.compile(r"([0-9][0-9,.]*[百千万]?户?)[(（]([^()（）]*)[)）]")
_EXPLAINS = re.compile("(?!.*[不未非外?？])(?:已?包?含|包括|其中|均为|全部?为).*")
"""What in brackets says of what the number consists; anything else there may correct it."""
_FOOTNOTE = re.compile("(?<=[0-9户])[ ]*[*＊※①-⑳]+$")
_PART = re.compile(r"[0-9０-９]+[.．][0-9０-９]*[1-9１-９]")
_MARKS = frozenset(("无", "--", "---"))
_NOTHING_YET = frozenset("/ // \\ 暂无 暂缺 缺 空 未报 待报 未统计 待统计 待核实 暂无数据 无数据 N/A".split())
"""What offices write where there is no figure: none of it is a number, nought included."""
_MOST_HOUSEHOLDS = {True: 20_000, False: 500_000}
"""No village, and no township, of the district has as many; more means that 户 were taken for 万户."""
_LONGEST = 500


class CellReader:
    """Reads the cells of a table's lines and collects what is to be asked."""

    def __init__(self, region: Region, answers: Mapping[str, str]) -> None:
        self.region, self.answers = region, answers
        self.questions: dict[str, SheetQuestion] = {}
        self._blank: Counter[str] = Counter()
        self._explained: dict[str, int | None] = {}

    @property
    def notices(self) -> list[str]:
        """What was read in a way that a person may want to see."""
        blank = [f"{count} 格写着“{text}”，作为空白。" for text, count in self._blank.items()]
        return [*blank, *(f"“{text}”读作 {value}，不计后面的说明。" for text, value in self._explained.items())]

    def factor(
        self, column: WantedColumn, letter: str, texts: Sequence[str], villages: Sequence[bool], own: int, around: int
    ) -> int | None:
        """What a number in the column counts; None where that has to be asked."""
        key = f"unit/{column.name}"
        if key in self.answers:
            return int(self.answers[key]) if self.answers[key] else None
        factor = own or around or 1
        plain = [tidy(text) for text in texts]
        has_parts = any(_PART.fullmatch(text) for text in plain)
        is_huge = factor > 1 and any(
            self._count(text, factor) > _MOST_HOUSEHOLDS[is_village]
            for text, is_village in zip(plain, villages, strict=True)
        )
        if not is_huge and not (has_parts and factor == 1):
            return factor
        example = next(text for text in plain if _PART.fullmatch(text) or (is_huge and text))
        text = f"“{column.label}”这一列的数（如 {example}）以什么为单位？"
        options = (("1", "户"), ("10000", "万户"), ("", "不读这一列"))
        self.questions[key] = SheetQuestion("unit", key, letter, text, options)
        return None

    @staticmethod
    def _count(text: str, factor: int) -> int:
        try:
            return read_number(text, times=factor, place="sheet") or 0
        except UnreadableValue as error:
            return _MOST_HOUSEHOLDS[False] + 1 if isinstance(error, NumberOutOfRange) else 0

    def read(self, line: ReadLine, column: WantedColumn, place: int, factor: int | None, is_turned: bool) -> None:
        """Put the cell's text into the line, and its value, or why it has none."""
        grid = self.region.grid
        text = grid.spread(line.row, place).strip()
        fault = grid.faults.get((line.row, place), "")
        line.texts[column.name] = text
        if column.kind == "figure" and text and self._is_shared(line.row, place):
            fault = "合并单元格中的数字无法判断属于哪一行、哪一列：请取消合并后分别填写。"
        if fault:
            line.faults[column.name] = fault
        elif column.kind == "sentence":
            self._sentence(line, column.name, text)
        elif text and factor:
            self._figure(line, column, text, factor)

    def _is_shared(self, row: int, place: int) -> bool:
        """Whether a merged range holds cells of several places or figures: its name or its heading is not merged alike."""
        grid, merge = self.region.grid, self.region.grid.merged_into(row, place)
        if merge is None:
            return False
        names = (grid.merged_into(row, column) for column in self.region.names)
        headings = (grid.merged_into(heading, place) for heading in self.region.headings)
        is_tall = merge[0] != merge[2] and not any(each and each[::2] == merge[::2] for each in names)
        is_wide = merge[1] != merge[3] and not any(each and each[1::2] == merge[1::2] for each in headings)
        return is_tall or is_wide

    def _sentence(self, line: ReadLine, name: str, text: str) -> None:
        words = " ".join(text.split())
        if len(words) > _LONGEST:
            line.faults[name] = f"文字过长（{len(words)} 字）：最多 {_LONGEST} 字。"
        elif words:
            line.values[name] = words

    def _figure(self, line: ReadLine, column: WantedColumn, text: str, factor: int) -> None:
        if tidy(text).upper() in _NOTHING_YET:
            self._blank[tidy(text)] += 1
            return
        mark = f"value/{tidy(text)}" if tidy(text) in _MARKS else f"value/{line.code or line.row}/{column.name}"
        if mark in self.answers:
            if self.answers[mark] != "":
                line.values[column.name] = int(self.answers[mark])
            return
        aside = _ASIDE.fullmatch(tidy(text))
        bare = _FOOTNOTE.sub("", text.strip())
        try:
            value = read_number(aside[1] if aside else bare, times=factor, place="sheet")
        except Ambiguous as error:
            options = [("" if way.value is None else str(way.value), way.label) for way in error.readings]
            self._ask(mark, line, column, text, options)
        except UnreadableValue as error:
            line.faults[column.name] = str(error)
        else:
            if bare != text.strip() or (aside and _EXPLAINS.fullmatch(aside[2])):
                self._explained[text] = value
            elif aside:
                self._ask(mark, line, column, text, [(str(value), str(value)), ("", "不读这一格")])
                return
            if value is not None:
                line.values[column.name] = value

    def _ask(self, key: str, line: ReadLine, column: WantedColumn, text: str, options: list[tuple[str, str]]) -> None:
        if ("", "留空") not in options and not any(value == "" for value, _ in options):
            options = [*options, ("", "不读这一格")]
        said = (
            f"{line.name}的{column.label}写着“{text}”，应读作？" if key.count("/") > 1 else f"表里的“{text}”表示什么？"
        )
        place = self.region.row_name(line.row)
        self.questions.setdefault(key, SheetQuestion("value", key, place, said, tuple(options)))
