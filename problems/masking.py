"""Numbers of identity cards in free text: found, and masked before anything is kept."""

import re
from datetime import date

_BETWEEN = r"[\s\-\u2010-\u2015\u2212－.．·_/\u200b-\u200d\u2060\ufeff]?"
"""What may stand between two digits: a blank, a stroke, a dot, or a sign of no width."""
_LAST = "0-9０-９XxＸｘ×ХхΧχ"
_RUNS = tuple(
    re.compile(rf"(?<![0-9０-９])(?=([0-9０-９](?:{_BETWEEN}[0-9０-９]){{{more}}}{_BETWEEN}[{last}])(?![0-9０-９]))")
    for more, last in ((16, _LAST), (13, "0-9０-９"))
)
"""Eighteen digits, the last perhaps an X, and fifteen; wherever one begins, so that a figure beside a number does not hide it."""
_WIDE = str.maketrans("０１２３４５６７８９xＸｘ×ХхΧχ", "0123456789" + "X" * 8)
_SHOWN = 6
"""Digits of the place, which are left; date of birth and number are not."""
_FIRST_YEAR = {18: 1880, 15: 1920}
"""Years of birth. Nobody with a number of fifteen digits is older; what is read as 1900 to 1919 is the code of an area."""


def masked(text: str) -> tuple[str, int]:
    """The text with every number of an identity card masked, and how many there were."""
    count = 0
    for run in _RUNS:
        parts, end = [], 0
        for found in run.finditer(text):
            plain = re.sub(r"[^0-9X]", "", found[1].translate(_WIDE))
            if found.start() >= end and _is_of_a_person(plain):
                parts += [text[end : found.start()], plain[:_SHOWN], "*" * (len(plain) - _SHOWN)]
                end, count = found.end(1), count + 1
        text = "".join([*parts, text[end:]])
    return text, count


def said(count: int) -> str:
    """What whoever typed them is told; blank where there was none."""
    return f"内容中有 {count} 个身份证号码，已遮盖出生日期和顺序号后保存。" if count else ""


def _is_of_a_person(plain: str) -> bool:
    """Eighteen digits, or fifteen as until 1999, that begin with a place and hold a day on which somebody may have been born.

    The check digit is not asked for: a number with a slip in it is somebody's all the same.
    """
    born = {18: plain[6:14], 15: f"19{plain[6:12]}"}.get(len(plain), "")
    if not plain.startswith(tuple("12345678")):
        return False
    try:
        day = date(int(born[:4]), int(born[4:6]), int(born[6:]))
    except ValueError:
        return False
    return _FIRST_YEAR[len(plain)] <= day.year <= 2100
