"""Which place each row of a table means: by code, by name, and of places of one name by what stands around the row."""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from intake.names import COMMUNITY, VILLAGE, NameIndex, kind_of
from intake.outcome import Question
from intake.regions import Region, is_number
from intake.vocabulary import meaning, tidy

_TOTAL = re.compile(
    r"(?:全[镇街区县市]|[一二三四五六七八九十]、|各村|村居|村|社区|街道|镇|本页|以上)*(?:合计|小计|总计|共计|累计|总数|汇总|平均)(?:数|[(（].*[)）])?|全[镇街区县市]|小结|总"
)
_SUBTOTAL = re.compile("小计|小结|本页|各村|村|社区")
_KIND = {"村": VILLAGE, "行政村": VILLAGE, "村委会": VILLAGE, "村委": VILLAGE, "农村": VILLAGE, "建制村": VILLAGE}
_KIND |= {"社区": COMMUNITY, "居委会": COMMUNITY, "居委": COMMUNITY, "居": COMMUNITY, "城市社区": COMMUNITY}
_MOST_WORDS = 30


@dataclass
class PlacedRow:
    """A row that names a place: its codes as far as they are known, what was written, what stood around it."""

    row: int
    written: str
    codes: tuple[str, ...]
    town: str = ""
    kind: str = ""
    is_exact: bool = True
    clash: str = ""

    @property
    def code(self) -> str:
        return self.codes[0] if len(self.codes) == 1 and not self.clash else ""


@dataclass
class Places:
    """The rows of a region: those that name places, totals and subtotals, and what was left out, with why."""

    rows: list[PlacedRow] = field(default_factory=list)
    totals: list[int] = field(default_factory=list)
    unknown: list[tuple[int, str]] = field(default_factory=list)
    left_out: list[tuple[int, str]] = field(default_factory=list)


def placed(region: Region, index: NameIndex) -> Places:
    """Read the rows from above to below."""
    found, town, kind = Places(), "", ""
    for row in region.rows:
        texts = {c: text for c, text in region.grid.by_row[row].items() if region.left <= c <= region.right}
        words = [text for column, text in texts.items() if not is_number(text)]
        has_numbers = any(is_number(text) for column, text in texts.items() if column in region.columns)
        town = _town_beside(region, index, row) or town
        each = _place(region, index, row, town, kind)
        if each and _counts(each, index, has_numbers):
            found.rows.append(each)
        elif each or (not has_numbers and index.town(words[0] if words else "")):
            found.left_out.append((row, "分组标题"))
        elif has_numbers and words and index.town(words[0]) and not _beside_name(region, row):
            found.totals.append(row)
            found.left_out.append((row, "合计行"))
        elif any(_TOTAL.fullmatch(tidy(text)) for text in words[:3]):
            _total(found, region, index, row, town, words)
        elif not has_numbers:
            found.left_out.append((row, _why(region, texts, words)))
        elif words and _is_name(region, row):
            found.unknown.append((row, " ".join(words[0].split())))
        else:
            found.left_out.append((row, "没有村居名称的行"))
        heading = index.town(words[0]) if words and len(words) == 1 else ""
        if heading and not (each and each.codes and index.rows[each.codes[0]].within and each.is_exact):
            town, kind = heading, ""
        if not has_numbers and words and (stated := _kind_said(words)):
            kind = stated
    _tell_apart(found.rows, index)
    return found


def _kind_said(words: list[str]) -> str:
    return _KIND.get(re.sub(r"^[(（]?[一二三四五六七八九十]+[)）、.]|[:：]$", "", tidy(words[0]))) or ""


def _counts(each: PlacedRow, index: NameIndex, has_numbers: bool) -> bool:
    """Whether the row is one that is wanted: a heading with a township's name and no figures is none."""
    return has_numbers or (any(index.rows[code].within for code in each.codes) and each.is_exact)


def _town_beside(region: Region, index: NameIndex, row: int) -> str:
    return next((town for column in region.towns if (town := index.town(region.grid.spread(row, column)))), "")


def _place(region: Region, index: NameIndex, row: int, town: str, kind: str) -> PlacedRow | None:
    """What the code and the name in a row mean together; None where neither names a place."""
    texts = [text for column in region.names if (text := region.grid.spread(row, column).strip())]
    matches = [(text, match) for text in texts if (match := index.match(text))]
    if not matches:
        return _township(region, index, row, texts)
    written = next((text for text, match in matches if match.tier), matches[0][0])
    by_code = next((match for _, match in matches if match.tier == 0), None)
    named = [(text, match) for text, match in matches if match.tier]
    by_name = named[0][1] if named else None
    for text, match in named[1:]:
        if not set(match.codes) & set(by_name.codes):
            codes = tuple(dict.fromkeys((*by_name.codes, *match.codes)))
            return PlacedRow(row, written, codes, town, clash=f"一行里有两个名称“{written}”和“{text}”，是哪一个？")
    if by_code and by_name:
        both = set(by_code.codes) & set(by_name.codes)
        clash = "" if both else f"编码是{index.rows[by_code.codes[0]].name}，名称写的却是“{written}”，是哪一个？"
        codes = by_code.codes if both else (*by_code.codes, *by_name.codes)
        return PlacedRow(row, written, codes, town, clash=clash)
    if by_code:
        other = next((text for text in texts if text != written and kind_of(tidy(text))), "")
        clash = f"编码是{index.rows[by_code.codes[0]].name}，名称写的却是“{other}”，是哪一个？" if other else ""
        return PlacedRow(row, other or written, by_code.codes, town, clash=clash)
    codes = by_name.codes
    town = index.town_before(written) or town
    stated = _kind_beside(region, row) or kind
    if _town_beside(region, index, row):
        codes = _narrowed(codes, [code for code in codes if index.rows[code].within])
    codes = _narrowed(codes, [code for code in codes if town in (index.rows[code].within, index.rows[code].name)])
    codes = _narrowed(codes, [code for code in codes if stated and kind_of(index.rows[code].name) == stated])
    return PlacedRow(row, " ".join(written.split()), codes, town, stated, by_name.tier == 1)


def _narrowed(codes: tuple[str, ...], fewer: list[str]) -> tuple[str, ...]:
    return tuple(fewer) or codes


def _township(region: Region, index: NameIndex, row: int, texts: list[str]) -> PlacedRow | None:
    """A row with a township's name and no village's is the township's own."""
    if texts:
        return None
    for column in region.towns:
        match = index.match(region.grid.at(row, column))
        codes = tuple(code for code in match.codes if not index.rows[code].within) if match else ()
        if codes:
            return PlacedRow(row, region.grid.at(row, column).strip(), codes)
    return None


def _kind_beside(region: Region, row: int) -> str:
    """村 or 社区 in a column that says so."""
    for column in region.columns:
        if kind := _KIND.get(tidy(region.grid.spread(row, column))):
            return kind
    return ""


def _total(found: Places, region: Region, index: NameIndex, row: int, town: str, words: list[str]) -> None:
    """A total; the subtotal beneath or beside a township is the township's own figure where that is wanted."""
    beside = _town_beside(region, index, row)
    own = next((code for code, each in index.rows.items() if each.name == beside and not each.within), "")
    if own and len(index.rows) > 1:
        found.rows.append(PlacedRow(row, f"{beside}{tidy(words[-1])}", (own,), beside))
        return
    said = next(text for text in words if _TOTAL.fullmatch(tidy(text)))
    if not _SUBTOTAL.search(tidy(said)):
        found.totals.append(row)
    found.left_out.append((row, "合计行"))


def _beside_name(region: Region, row: int) -> bool:
    """Whether a township stands in its own column and another name beside it."""
    return any(region.grid.at(row, column) for column in region.towns) and any(
        region.grid.at(row, column) for column in region.names
    )


def _is_name(region: Region, row: int) -> bool:
    """Whether words stand where the others have their names."""
    return any(
        (text := region.grid.spread(row, column)) and not is_number(text) and len(tidy(text)) <= _MOST_WORDS
        for column in (*region.names, *region.towns)
    )


def _why(region: Region, texts: Mapping[int, str], words: list[str]) -> str:
    """What a row without figures is."""
    if not texts:
        return "空行"
    if sum(bool(meaning([text]).ways) for text in words) > 1:
        return "标题行"
    return (
        "说明文字"
        if (len(words) == 1 and len(tidy(words[0])) > 8) or any("：" in text or ":" in text for text in words)
        else "没有数字的行"
    )


def _tell_apart(rows: list[PlacedRow], index: NameIndex) -> None:
    """Rows of one name: those that stand elsewhere are out; then the neighbours decide, by township or by order."""
    for _ in range(3):
        before = [row.codes for row in rows]
        taken = defaultdict(list)
        for row in rows:
            if row.code:
                taken[row.code].append(row)
        for place, row in enumerate(rows):
            if len(row.codes) > 1 and not row.clash:
                free = tuple(code for code in row.codes if code not in taken)
                row.codes = free or row.codes
                row.codes = _by_neighbours(rows, place, index)
        if before == [row.codes for row in rows]:
            break


def _by_neighbours(rows: list[PlacedRow], place: int, index: NameIndex) -> tuple[str, ...]:
    """The codes that fit between the nearest rows above and below that are sure."""
    codes = rows[place].codes
    above = next((row.code for row in reversed(rows[:place]) if row.code), "")
    below = next((row.code for row in rows[place + 1 :] if row.code), "")
    if len(codes) == 1 or not (above or below):
        return codes
    if not any(index.rows[code].within for code in (above, below) if code):
        return _narrowed(codes, [code for code in codes if not index.rows[code].within]) if above and below else codes
    towns = {index.rows[code].within or index.rows[code].name for code in (above, below) if code}
    if len(towns) == 1:
        (town,) = towns
        inside = [code for code in codes if index.rows[code].within == town]
        if above and below and index.rows[above].within:
            codes = _narrowed(codes, inside)
    if above and below and _is_ordered(rows):
        between = [code for code in codes if above < code < below]
        codes = tuple(between) if len(between) == 1 else codes
    return codes


def _is_ordered(rows: list[PlacedRow]) -> bool:
    """Whether the sure rows stand in the order of the register."""
    codes = [row.code for row in rows if row.code]
    return len(codes) > 3 and codes == sorted(codes)


def row_questions(
    region: Region, found: Places, index: NameIndex, answers: Mapping[str, str], taken: set[str]
) -> list[Question]:
    """What is asked of the rows; answers settle them. A name nobody knows is asked only while some place has no row."""
    questions = []
    for row in found.rows:
        if row.code:
            continue
        key = f"row/{row.town}/{tidy(row.written)}" if row.town else f"row/{tidy(row.written)}"
        options = [(code, _shown(index, code)) for code in row.codes]
        text = row.clash or f"“{row.written}”是哪一个？"
        _settle(row, key, options, text, region, answers, questions)
    missing = [code for code, row in index.rows.items() if code not in taken and row.within]
    for number, written in found.unknown:
        near = [code for code in index.near(written) if code in missing]
        key = f"row/{tidy(written)}"
        unnamed = PlacedRow(number, written, ())
        options = [(code, _shown(index, code)) for code in (near or missing)[:60]]
        if not missing:
            found.left_out.append((number, f"“{written}”不在名单内，名单上的村居都已找到"))
            continue
        _settle(unnamed, key, options, f"名单里没有“{written}”，它是哪一个？", region, answers, questions)
        if unnamed.code:
            found.rows.append(unnamed)
        elif key in answers:
            found.left_out.append((number, "按您的选择不读"))
    found.rows.sort(key=lambda each: each.row)
    return questions


def _shown(index: NameIndex, code: str) -> str:
    row = index.rows[code]
    return f"{row.within}{row.name}（{code}）"


def _settle(row: PlacedRow, key: str, options, text: str, region: Region, answers, questions: list[Question]) -> None:
    """Take the answer, or ask."""
    if key in answers:
        row.codes, row.clash = (answers[key],) if answers[key] else (), ""
        return
    questions.append(Question("row", key, region.row_name(row.row), text, (*options, ("", "不读这一行"))))
