"""Cells to values: units, marks for nothing, words beside a number; what is not certain is asked, what is unreadable is a fault."""

import re
from collections.abc import Mapping, Sequence

from common.values import Ambiguous, UnreadableValue, read_number
from intake.outcome import Question, ReadLine
from intake.regions import Region
from intake.vocabulary import tidy
from intake.wanted import WantedColumn

_ASIDE = re.compile(r"([0-9][0-9,.]*[百千万]?户?)[(（]([^()（）]*)[)）]")
_PART = re.compile(r"[0-9０-９]+[.．][0-9０-９]*[1-9１-９]")
_MARKS = frozenset(("/", "无", "--", "---"))
_MOST_HOUSEHOLDS = 1_000_000
"""No place of the district has as many; more means that 户 were taken for 万户."""
_LONGEST = 500


class CellReader:
    """Reads the cells of a table's lines and collects what is to be asked."""

    def __init__(self, region: Region, answers: Mapping[str, str]) -> None:
        self.region, self.answers = region, answers
        self.questions: dict[str, Question] = {}

    def factor(self, column: WantedColumn, letter: str, texts: Sequence[str], own: int, around: int) -> int | None:
        """What a number in the column counts; None where that has to be asked."""
        key = f"unit/{column.name}"
        if key in self.answers:
            return int(self.answers[key]) if self.answers[key] else None
        factor = own or around or 1
        plain = [tidy(text) for text in texts]
        has_parts = any(_PART.fullmatch(text) for text in plain)
        is_huge = factor > 1 and any(self._count(text, factor) > _MOST_HOUSEHOLDS for text in plain)
        if not is_huge and not (has_parts and factor == 1):
            return factor
        example = next(text for text in plain if _PART.fullmatch(text) or (is_huge and text))
        text = f"“{column.label}”这一列的数（如 {example}）以什么为单位？"
        options = (("1", "户"), ("10000", "万户"), ("", "不读这一列"))
        self.questions[key] = Question("unit", key, letter, text, options)
        return None

    @staticmethod
    def _count(text: str, factor: int) -> int:
        try:
            return read_number(text, times=factor, place="sheet") or 0
        except UnreadableValue as error:
            return _MOST_HOUSEHOLDS + 1 if "太大" in str(error) else 0

    def read(self, line: ReadLine, column: WantedColumn, place: int, factor: int | None, is_turned: bool) -> None:
        """Put the cell's text into the line, and its value, or why it has none."""
        grid = self.region.grid
        text = grid.spread(line.row, place).strip()
        fault = grid.faults.get((line.row, place), "")
        line.texts[column.name] = text
        merge = grid.merged_into(line.row, place)
        if merge and column.kind == "figure" and (merge[0] != merge[2] or merge[1] != merge[3]) and text:
            fault = "合并单元格里的数分不清是哪一行、哪一列的：请取消合并后分别填写。"
        if fault:
            line.faults[column.name] = fault
        elif column.kind == "sentence":
            self._sentence(line, column.name, text)
        elif text and factor:
            self._figure(line, column, text, factor)

    def _sentence(self, line: ReadLine, name: str, text: str) -> None:
        words = " ".join(text.split())
        if len(words) > _LONGEST:
            line.faults[name] = f"文字太长（{len(words)} 字）：最多 {_LONGEST} 字。"
        elif words:
            line.values[name] = words

    def _figure(self, line: ReadLine, column: WantedColumn, text: str, factor: int) -> None:
        mark = f"value/{tidy(text)}" if tidy(text) in _MARKS else f"value/{line.code or line.row}/{column.name}"
        if mark in self.answers:
            if self.answers[mark] != "":
                line.values[column.name] = int(self.answers[mark])
            return
        aside = _ASIDE.fullmatch(tidy(text))
        try:
            value = read_number(aside[1] if aside else text, times=factor, place="sheet")
        except Ambiguous as error:
            options = [("" if way.value is None else str(way.value), way.label) for way in error.readings]
            self._ask(mark, line, column, text, options)
        except UnreadableValue as error:
            line.faults[column.name] = str(error)
        else:
            if aside:
                self._ask(mark, line, column, text, [(str(value), str(value)), ("", "不读这一格")])
            elif value is not None:
                line.values[column.name] = value

    def _ask(self, key: str, line: ReadLine, column: WantedColumn, text: str, options: list[tuple[str, str]]) -> None:
        if ("", "留空") not in options and not any(value == "" for value, _ in options):
            options = [*options, ("", "不读这一格")]
        said = (
            f"{line.name}的{column.label}写着“{text}”，应读作？"
            if key.count("/") > 1 and "//" not in key
            else f"表里的“{text}”表示什么？"
        )
        place = self.region.row_name(line.row)
        self.questions.setdefault(key, Question("value", key, place, said, tuple(options)))
