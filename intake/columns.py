"""Which column of a table holds which figure: by the ideas in its heading, the quarter, the operator; doubts become questions."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from intake.outcome import SheetQuestion
from intake.regions import Region, is_around, is_number
from intake.vocabulary import Meaning, factor_in, ideas, meaning, month_in, periods_in, tidy
from intake.wanted import Wanted, WantedColumn

Period = tuple[int, int]
_HOUSEHOLDS = frozenset({"households"})
_HAS_NUMBER = re.compile("[0-9０-９一二三四五六七八九十百千]|^(?:[-—–/]+|无)$")
_OF_ONE = re.compile(
    "中国(电信|移动|联通|广电|铁通)|(电信|移动|联通|广电|铁通)[^、，,和及]{0,4}(?:公司|分局|营业[厅部])"
)
_FILED = re.compile("(?:填报|制表|填表|上报|报送|审核|打印)?(?:日期|时间)[:：]")
_PAIRED = re.compile("户数?[及和与、]")
"""A group that holds the households beside something else: 户数及覆盖情况."""
_UNIT_SAID = re.compile(r"(?:计量)?单位[:：为是]\s*([^。；;\s)）]+)")


_HOUSEHOLDS = (frozenset({"households"}),)


@dataclass
class Candidate:
    """A column of the table: its heading, what that means, and the texts beneath."""

    column: int
    heading: str
    said: Meaning
    texts: tuple[str, ...] = ()
    is_hidden: bool = False

    @property
    def is_within_quarter(self) -> bool:
        """Whether it is of the end of a month that ends no quarter."""
        return month_in(self.heading) % 3 > 0

    @property
    def mark(self) -> str:
        """The heading as it is remembered: without the quarter that it names."""
        return re.sub(
            r"(20)?[0-9]{2}年?第?[一二三四1-4]季度|20[0-9]{2}[qQ年.]?[1-4]?|[0-9]{1,2}月(底|末|份)?",
            "",
            tidy(self.heading),
        )


@dataclass
class FoundColumns:
    """The columns by field, why each was taken, their factors, and what is asked."""

    columns: dict[str, Candidate] = field(default_factory=dict)
    why: dict[str, str] = field(default_factory=dict)
    factors: dict[str, int] = field(default_factory=dict)
    questions: list[SheetQuestion] = field(default_factory=list)


def target_period(region: Region, wanted: Wanted, names: Sequence[str]) -> Period | None:
    """The quarter that is wanted, else the one that the title, the sheet's or the file's name tells; None where none does."""
    if wanted.period:
        return periods_in(wanted.period)[0]
    return said_period(region, names)


def said_period(region: Region, names: Sequence[str]) -> Period | None:
    """The quarter of which a table says itself that it is; the latest where it names several."""
    for texts in (region.titles, *([name] for name in names)):
        found = [period for text in texts if not _FILED.search(text) for period in periods_in(text)]
        if found:
            return max(found)
    return None


def operators_above(region: Region) -> set[str]:
    """The operators whose own table it is, as its titles or the sheet's name say."""
    named = ideas(region.grid.name)
    own = set() if named.rest else set(named.operators)
    said = (match for text in region.titles if not is_around(text) for match in _OF_ONE.finditer(tidy(text)))
    return own | {match[1] or match[2] for match in said}


def unit_said(texts: Sequence[str]) -> int:
    """What a number counts where the sheet says 单位：万户; 0 where it says nothing, or several things."""
    found = set()
    for text in texts:
        for match in _UNIT_SAID.finditer(text):
            parts = [factor_in(part) for part in re.split("[、,，/和]", match[1])]
            found |= {factor for factor in parts if factor}
        if factor := factor_in(text) if re.fullmatch(r"[(（]?[百千万]?户[)）]?", tidy(text)) else 0:
            found.add(factor)
    return found.pop() if len(found) == 1 else 0


def _fits(one: Period, other: Period) -> bool:
    return one[1] == other[1] and (one[0] == other[0] or 0 in (one[0], other[0]))


def candidates(region: Region, rows: Sequence[int]) -> list[Candidate]:
    """The columns in which anything stands beneath a heading or beside a place."""
    found: list[Candidate] = []
    for column in region.columns:
        texts = tuple(region.grid.spread(row, column).strip() for row in rows)
        levels = region.levels[column]
        if any(texts) or levels:
            heading = " / ".join(levels)
            said = _of_which(meaning(levels), levels, found)
            found.append(Candidate(column, heading, said, texts, column in region.grid.hidden_columns))
    return found


def _of_which(said: Meaning, levels: Sequence[str], before: Sequence[Candidate]) -> Meaning:
    """其中：光纤 is of the kind that the column to the left is of."""
    if not levels or "其中" not in levels[-1] or not before or len(before[-1].said.ways) != 1:
        return said
    left = before[-1].said
    same = tuple(way for way in said.ways if way & left.ways[0] & {"users", "covered"})
    return replace(said, ways=same) if len(same) == 1 and not left.ideas.is_excluded else said


def matched(
    region: Region,
    rows: Sequence[int],
    wanted: Wanted,
    period: Period | None,
    answers: Mapping[str, str],
    marks: Mapping,
) -> FoundColumns:
    """Find the wanted columns; ``answers`` are letters by question, ``marks`` the headings remembered for each field."""
    every = candidates(region, rows)
    present = [each for each in every if _is_now(each, every, period)]
    found, open_columns = FoundColumns(), []
    for column in wanted.columns:
        key = f"column/{column.name}"
        if key in answers:
            chosen = next((each for each in every if region.letter(each.column) == answers[key]), None)
            _take(found, column, chosen, "您指定")
        elif column.name in marks:
            like = [each for each in present if each.mark == marks[column.name] and any(each.texts)]
            if len(like) == 1 or not marks[column.name]:
                _take(found, column, like[0] if like else None, "与上次相同")
            else:
                open_columns.append(column)
        else:
            open_columns.append(column)
    used = {each.column for each in found.columns.values()}
    free = [each for each in present if each.column not in used]
    unsure: dict[str, list[Candidate]] = {}
    is_of_one = len(operators_above(region)) == 1 and not _is_counts(wanted)
    for column in open_columns:
        sure, maybe = _split(column, free, present)
        best = _one_of_many(sure, wanted)
        if len(best) == 1 and not (is_of_one and meaning([column.label]).ways != _HOUSEHOLDS):
            _take(found, column, best[0], "表头相符")
        elif sure or maybe:
            unsure[column.name] = best or sure or maybe
    _ask(found, region, wanted, unsure, every)
    return found


def _take(found: FoundColumns, column: WantedColumn, candidate: Candidate | None, why: str) -> None:
    if candidate:
        found.columns[column.name], found.why[column.name] = candidate, why
        found.factors[column.name] = candidate.said.ideas.factor


def _is_now(each: Candidate, every: Sequence[Candidate], period: Period | None) -> bool:
    """Whether a column is of the quarter wanted: it says so, or says nothing of any."""
    said = each.said.ideas
    if said.is_before and "change" not in said.what:
        return False
    if not said.periods:
        return True
    if period:
        return any(_fits(one, period) for one in said.periods)
    named = {one for other in every if any(other.texts) for one in other.said.ideas.periods}
    quarters = {quarter for year, quarter in named if not year}
    if not named or {1, 4} <= quarters:  # Whether the first quarter follows the fourth, no year says.
        return True
    return any(_fits(one, max(named)) for one in said.periods)


def _split(
    column: WantedColumn, free: Sequence[Candidate], present: Sequence[Candidate]
) -> tuple[list[Candidate], list[Candidate]]:
    """The columns that mean the one wanted, and those that may."""
    labels = {tidy(column.label), column.name, *(tidy(each) for each in column.also)}
    want = meaning([column.label]).ways
    sure: list[Candidate] = []
    maybe: list[Candidate] = []
    others = {each.said.ways[0] for each in present if len(each.said.ways) == 1 and not each.said.doubts}
    for each in free:
        said = each.said.ideas
        if column.kind == "figure" and not any(_HAS_NUMBER.search(text) for text in each.texts):
            continue
        if tidy(each.heading) in labels:
            (maybe if each.is_hidden else sure).append(each)
            continue
        ways = each.said.ways
        if _is_total_beneath(each, present):
            is_sure = _PAIRED.search(each.heading) and not each.said.doubts and not each.is_hidden
            if _HOUSEHOLDS in want and not said.is_excluded:
                (sure if is_sure else maybe).append(each)
            continue
        if len(ways) > 1:
            left = tuple(way for way in ways if way not in others)
            ways = left if len(left) == 1 and len(want) == 1 else ways
        if said.is_excluded or not set(ways) & set(want):
            continue
        if column.kind == "sentence" and "备注" in each.heading:
            maybe.append(each)
            continue
        is_unsure = (
            each.is_hidden or each.is_within_quarter or len(ways) > 1 or each.said.doubts or "which" in said.what
        )
        (maybe if is_unsure else sure).append(each)
    exact = [each for each in sure if tidy(each.heading) in labels]
    if column.kind == "sentence":
        return exact or sure or maybe, []
    return sure, maybe


def _is_total_beneath(each: Candidate, present: Sequence[Candidate]) -> bool:
    """Whether 总户数 stands beneath a group that is of something else, which it does not tell apart from its neighbours."""
    ways, (group, _, lowest) = each.said.ways, each.heading.rpartition(" / ")
    if not group or "总" not in lowest or meaning([lowest]).ways != (_HOUSEHOLDS,) or _HOUSEHOLDS in ways:
        return False
    return len(ways) > 1 or any(other is not each and other.said.ways == ways for other in present)


def _one_of_many(sure: list[Candidate], wanted: Wanted) -> list[Candidate]:
    """Where several columns mean the same: the total of all operators, the one that is shown; one of several that are equal."""
    operators = {name for each in sure for name in each.said.ideas.operators}
    whole = [each for each in sure if not each.said.ideas.operators]
    summed = [each for each in whole if "sum" in each.said.ideas.what]
    if operators:
        sure = (summed or whole) or (sure if len(operators) == 1 and _is_counts(wanted) else [])
    elif len(whole) > 1 and len(summed) == 1:
        sure = summed if not _same(whole) else whole
    return sure[:1] if len(sure) > 1 and _same(sure) else sure


def _is_counts(wanted: Wanted) -> bool:
    """Whether one operator's own counts are wanted, not the figures of all."""
    return not any(meaning([column.label]).ways == _HOUSEHOLDS for column in wanted.columns)


def _same(some: Sequence[Candidate]) -> bool:
    return len({each.texts for each in some}) == 1


def _ask(
    found: FoundColumns,
    region: Region,
    wanted: Wanted,
    unsure: Mapping[str, list[Candidate]],
    every: Sequence[Candidate],
) -> None:
    """A question for each field that several columns may hold, or one of which it is not certain."""
    used = {each.column for each in found.columns.values()}
    for column in wanted.columns:
        if column.name in unsure:
            some = [each for each in unsure[column.name] if each.column not in used]
            if not some:
                continue
            _put(found, region, column, some, f"“{column.label}”应取哪一列？")
    if not region.headings:
        numbered = [each for each in every if any(map(is_number, each.texts)) and each.column not in used]
        for column in wanted.columns:
            if column.kind == "figure" and column.name not in found.columns and column.name not in unsure and numbered:
                _put(found, region, column, numbered, f"表上没有列名，“{column.label}”是哪一列？")


def _put(found: FoundColumns, region: Region, column: WantedColumn, some: Sequence[Candidate], text: str) -> None:
    what = "行" if region.grid.is_turned else "列"
    options = tuple(
        (region.letter(each.column), f"{region.letter(each.column)} {what}：{each.heading or '（没有列名）'}")
        for each in some
    )
    places = "、".join(region.letter(each.column) for each in some)
    found.questions.append(
        SheetQuestion("column", f"column/{column.name}", f"{places} {what}", text, (*options, ("", "表中没有这一项")))
    )
