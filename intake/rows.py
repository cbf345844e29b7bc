"""Which place each row of a table means: by code, by name, and of places of one name by what stands around the row."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from intake.names import COMMUNITY, FOREIGN, VILLAGE, NameIndex, kind_of
from intake.neighbours import PlacedRow, narrowed, tell_apart
from intake.regions import Region, is_around, is_number
from intake.vocabulary import ideas, meaning, tidy

_TOTAL = re.compile(
    r"(?:全[镇街区县市]|[一二三四五六七八九十]、|各村|村居|村|社区|街道|镇|本页|以上)*(?:合计|小计|总计|共计|累计|总数|汇总|平均)(?:数|[(（].*[)）])?|全[镇街区县市]|小结|总"
)
_TOTAL_AT_THE_END = re.compile("(?:合计|小计|总计|共计|汇总)(?:数|[(（].*[)）])?$")
_WHOLE = frozenset("其他 其它 其余 未分配 未归属 公共 清城区 全区 本区 全镇 全街道 本镇 本街道 清远市清城区".split())
_NO_PLACE = frozenset(("rate", "change", "target", "before", "sum", "filler", "now"))
_SUBTOTAL = re.compile("小计|小结|本页|各村|村|社区")
_KIND = {"村": VILLAGE, "行政村": VILLAGE, "村委会": VILLAGE, "村委": VILLAGE, "农村": VILLAGE, "建制村": VILLAGE}
_KIND |= {"社区": COMMUNITY, "居委会": COMMUNITY, "居委": COMMUNITY, "居": COMMUNITY, "城市社区": COMMUNITY}
_MOST_WORDS = 30


@dataclass
class PlacedRows:
    """The rows of a region: those that name places, totals and subtotals, and what was left out, with why."""

    rows: list[PlacedRow] = field(default_factory=list)
    totals: list[int] = field(default_factory=list)
    unknown: list[tuple[int, str]] = field(default_factory=list)
    left_out: list[tuple[int, str]] = field(default_factory=list)


def placed(region: Region, index: NameIndex) -> PlacedRows:
    """Read the rows from above to below."""
    found, kind = PlacedRows(), ""
    town = next(
        (town for text in (*region.around, region.grid.name) if (town := index.town(text) or index.town_in(text))), ""
    )
    names = _names_down(region, index)
    for row in region.rows:
        texts = {c: text for c, text in region.grid.by_row[row].items() if region.left <= c <= region.right}
        words = [text for column, text in texts.items() if not is_number(text)]
        has_numbers = any(is_number(text) for column, text in texts.items() if column in region.columns)
        town = _town_beside(region, index, row) or town
        each = _place(region, index, row, town, kind)
        if row in names and found.rows and found.rows[-1].written == " ".join(names[row].written.split()):
            each = replace(found.rows[-1], row=row)
        if any(is_around(text) for text in words):
            found.left_out.append((row, "说明文字"))
        elif each and FOREIGN in (town, each.town) and all(index.rows[code].within for code in each.codes):
            found.left_out.append((row, "其他街镇的行"))
        elif each and _counts(each, index, has_numbers):
            found.rows.append(each)
        elif each or (not has_numbers and index.town(words[0] if words else "")):
            found.left_out.append((row, "分组标题"))
        elif has_numbers and words and _is_town(index, words[0]) and not _beside_name(region, row):
            found.totals.append(row)
            found.left_out.append((row, "合计行"))
        elif any(_is_total(text, index) for text in words[:3]):
            _total(found, region, index, row, words)
        elif not has_numbers:
            found.left_out.append((row, _why(region, texts, words)))
        elif words and town == FOREIGN:
            found.left_out.append((row, "其他街镇的行"))
        elif words and _is_name(region, row):
            found.unknown.append((row, " ".join(words[0].split())))
        else:
            found.left_out.append((row, "没有村居名称的行"))
        heading = index.town(words[0]) if words and len(words) == 1 else ""
        if heading == FOREIGN and index.near(words[0]):
            heading = ""
        if heading and not (each and each.codes and index.rows[each.codes[0]].within and each.is_exact):
            town, kind = heading, ""
        if not has_numbers and words and (stated := _kind_said(words)):
            kind = stated
    tell_apart(found.rows, index)
    return found


def _is_town(index: NameIndex, text: str) -> bool:
    """Whether a cell names a township; a name that is only a slip away from a wanted one is none yet."""
    town = index.town(text)
    return bool(town) and (town != FOREIGN or not index.near(text))


def _kind_said(words: list[str]) -> str:
    return _KIND.get(re.sub(r"^[(（]?[一二三四五六七八九十]+[)）、.]|[:：]$", "", tidy(words[0]))) or ""


def _counts(each: PlacedRow, index: NameIndex, has_numbers: bool) -> bool:
    """Whether the row is one that is wanted: a heading with a township's name and no figures is none."""
    return has_numbers or (any(index.rows[code].within for code in each.codes) and each.is_exact)


def _town_beside(region: Region, index: NameIndex, row: int) -> str:
    """The township in its own column; a name there that is not known is another township's."""
    for column in region.towns:
        text = region.grid.spread(row, column)
        if text and not is_number(text) and not _is_total(text, index):
            return index.town(text) or FOREIGN
    return ""


def _is_total(text: str, index: NameIndex) -> bool:
    """Whether a cell is the label of a total, or of something else that is no place: a share, a difference."""
    plain = tidy(text)
    if _TOTAL.fullmatch(plain) or plain in _WHOLE:
        return True
    said = ideas(plain)
    if said.what and not said.rest and said.what <= _NO_PLACE and said.what - {"filler"}:
        return True
    return bool(_TOTAL_AT_THE_END.search(plain)) and index.match(text) is None


def _names_down(region: Region, index: NameIndex) -> dict[int, PlacedRow]:
    """Where a place has several rows (of operators, quarters, hamlets), those beneath its name are its own too."""
    found: dict[int, PlacedRow] = {}
    last: PlacedRow | None = None
    for row in region.rows:
        here = _place(region, index, row, "", "")
        named = any(region.grid.spread(row, column) for column in (*region.names, *region.towns))
        last = here if here else None if named else last
        texts = region.grid.by_row[row]
        left = [text for column, text in texts.items() if region.left <= column < min(region.names)]
        words = [text for column, text in texts.items() if column in region.columns and not is_number(text)]
        counts = any(column in region.columns and is_number(text) for column, text in texts.items())
        is_total = any(_is_total(text, index) or is_around(text) for text in left)
        if last and not named and words and counts and not is_total:
            found[row] = last
    return found


def operator_column(region: Region) -> int:
    """The column that names an operator, or their total, in most rows; 0 where there is none."""
    for column in region.columns:
        texts = [text for row in region.rows if (text := region.grid.at(row, column))]
        said = [ideas(text) for text in texts if not is_number(text)]
        several = {name for each in said for name in each.operators}
        named = [each for each in said if (each.operators or "sum" in each.what) and not each.rest]
        if len(several) > 1 and len(named) * 2 > len(texts):
            return column
    return 0


def _place(region: Region, index: NameIndex, row: int, town: str, kind: str) -> PlacedRow | None:
    """What the code and the name in a row mean together; None where neither names a place."""
    texts = [text for column in region.names if (text := region.grid.spread(row, column).strip())]
    matches = [(text, match) for text in texts if (match := index.match(text))]
    if not matches:
        return _township(region, index, row, texts)
    by_code = next((match.codes[0] for _, match in matches if not match.tier), "")
    named = [(text, match) for text, match in matches if match.tier]
    if not named:
        other = next((text for text in texts if kind_of(tidy(text))), "")
        clash = _clash(index, by_code, other) if other else ""
        return PlacedRow(row, other or matches[0][0], (by_code,), town, clash=clash)
    written, by_name = named[0]
    codes = by_name.codes
    if by_name.is_clash:
        return PlacedRow(row, written, codes, town, clash=_clash(index, codes[0], written))
    for text, match in named[1:]:
        if not set(match.codes) & set(codes):
            both = tuple(dict.fromkeys((*codes, *match.codes)))
            return PlacedRow(row, written, both, town, clash=f"一行里有两个名称“{written}”和“{text}”，是哪一个？")
    if by_code:
        clash = "" if by_code in codes else _clash(index, by_code, written)
        return PlacedRow(row, written, (by_code, *codes) if clash else (by_code,), town, clash=clash)
    code, is_foreign = next((each for text in texts if (each := index.code_elsewhere(text))[0]), ("", False))
    if code:
        clash = f"编码{code}不在名单内，名称写的是“{written}”，是哪一个？"
        return PlacedRow(row, written, codes, FOREIGN if is_foreign else town, clash="" if is_foreign else clash)
    told = index.town_told(written)
    town = told or town
    stated = _kind_beside(region, row) or kind
    if told or _town_beside(region, index, row):
        codes = narrowed(codes, [code for code in codes if index.rows[code].within])
    codes = narrowed(codes, [code for code in codes if town in (index.rows[code].within, index.rows[code].name)])
    codes = narrowed(codes, [code for code in codes if stated and kind_of(index.rows[code].name) == stated])
    return PlacedRow(row, " ".join(written.split()), codes, town, stated, by_name.tier == 1)


def _clash(index: NameIndex, code: str, written: str) -> str:
    return f"编码是{index.rows[code].name}，名称写的却是“{written}”，是哪一个？"


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


def _total(found: PlacedRows, region: Region, index: NameIndex, row: int, words: list[str]) -> None:
    """A total; the subtotal beneath or beside a township is the township's own figure where that is wanted."""
    said = next(text for text in words if _is_total(text, index))
    beside = _town_beside(region, index, row) or index.town(_TOTAL_AT_THE_END.sub("", tidy(said)))
    own = next((code for code, each in index.rows.items() if each.name == beside and not each.within), "")
    if own and len(index.rows) > 1:
        found.rows.append(PlacedRow(row, f"{beside}{tidy(words[-1])}", (own,), beside))
        return
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
