"""Numbers of identity cards in free text: found, and masked before anything is kept."""

import re
from datetime import date

_RUN = re.compile(r"(?<![0-9０-９])([0-9０-９](?:[\s-]?[0-9０-９]){13,16}[\s-]?[0-9０-９Xxｘ×])(?![0-9０-９])")
"""Fifteen to eighteen digits, the last perhaps an X, with a blank or a stroke between some of them."""
_WIDE = str.maketrans("０１２３４５６７８９ｘ×", "0123456789XX")
_SHOWN = 6
"""Digits of the place, which are left; date of birth and number are not."""


def masked(text: str) -> tuple[str, int]:
    """The text with every number of an identity card masked, and how many there were."""
    count = 0

    def mask(found: re.Match) -> str:
        nonlocal count
        plain = re.sub(r"[\s-]", "", found[1].translate(_WIDE)).upper()
        if not _is_of_a_person(plain):
            return found[0]
        count += 1
        return plain[:_SHOWN] + "*" * (len(plain) - _SHOWN)

    return _RUN.sub(mask, text), count


def said(count: int) -> str:
    """What whoever typed them is told; blank where there was none."""
    return f"内容中有 {count} 个身份证号码，已遮盖出生日期和顺序号后保存。" if count else ""


def _is_of_a_person(plain: str) -> bool:
    """Eighteen digits, or fifteen as until 1999, that begin with a place and hold a day on which somebody may have been born.

    The check digit is not asked for: a number with a slip in it is somebody's all the same.
    """
    born = {18: plain[6:14], 15: f"19{plain[6:12]}"}.get(len(plain), "")
    if not plain.startswith(tuple("12345678")) or (len(plain) == 15 and plain.endswith("X")):
        return False
    try:
        day = date(int(born[:4]), int(born[4:6]), int(born[6:]))
    except ValueError:
        return False
    return 1880 <= day.year <= 2100
