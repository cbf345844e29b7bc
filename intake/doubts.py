"""What is asked of the rows: names that several places have, that nobody knows, that contradict the code beside them."""

from collections.abc import Mapping, Sequence

from intake.names import NameIndex
from intake.neighbours import PlacedRow
from intake.outcome import SheetQuestion
from intake.regions import Region
from intake.rows import PlacedRows
from intake.vocabulary import tidy


def row_questions(
    region: Region, found: PlacedRows, index: NameIndex, answers: Mapping[str, str], taken: set[str]
) -> list[SheetQuestion]:
    """What is asked of the rows; answers settle them. A name nobody knows is asked only while some place has no row."""
    questions: list[SheetQuestion] = []
    for row in found.rows:
        if row.code:
            continue
        key = f"row/{row.town}/{tidy(row.written)}" if row.town else f"row/{tidy(row.written)}"
        options = [(code, _shown(index, code)) for code in row.codes]
        text = row.clash or f"“{row.written}”是哪一个？"
        _settle(row, key, options, text, region, answers, questions)
    missing = [code for code in index.rows if code not in taken]
    villages = [code for code in missing if index.rows[code].within]
    has_villages = any(index.rows[code].within for code in taken)
    for number, written in found.unknown:
        near = index.near(written, missing)
        key = f"row/{tidy(written)}"
        unnamed = PlacedRow(number, written, ())
        options = [(code, _shown(index, code)) for code in near or villages]
        if not near and not (villages and has_villages):
            found.left_out.append((number, f"“{written}”不在名单内"))
            continue
        _settle(unnamed, key, options, f"名单中没有“{written}”，应为哪一个？", region, answers, questions)
        if unnamed.code:
            found.rows.append(unnamed)
        elif key in answers:
            found.left_out.append((number, "按您的选择不读"))
    found.rows.sort(key=lambda each: each.row)
    return questions


def _shown(index: NameIndex, code: str) -> str:
    row = index.rows[code]
    return f"{row.within}{row.name}（{code}）"


def _settle(
    row: PlacedRow,
    key: str,
    options: Sequence[tuple[str, str]],
    text: str,
    region: Region,
    answers: Mapping[str, str],
    questions: list[SheetQuestion],
) -> None:
    """Take the answer, or ask."""
    if key in answers:
        row.codes, row.clash = (answers[key],) if answers[key] else (), ""
        return
    questions.append(SheetQuestion("row", key, region.row_name(row.row), text, (*options, ("", "不读这一行"))))
