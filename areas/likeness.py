"""Names that may mean one and the same thing: written otherwise, with another ending, by ear, or with a slip."""

import re
import unicodedata

from common.pinyin import sound_alike

_ENDINGS = ("自然村", "村民小组", "村小组", "经济社", "住宅小区", "小区", "社区", "村")
"""What people add or leave out, the longer ones first."""
_WHAT_IT_IS = re.compile(
    r"(?:社区卫生服务中心|卫生[站院室]|诊所|医院|警务[室站]|派出所|居委会|村委会|党群服务中心|文化[站室]|祠堂|幼儿园"
    r"|(?:实验|中心)?(?:小学|中学|学校)"
    r"|主要人口聚居地|聚居[点地]|花园|家园|豪庭|华庭|名[苑都]|雅[居苑]|新村|公寓|(?:文化)?广场|大厦|商场|(?:农贸)?市场"
    r"|(?:工业|创业|产业)[园区]|[苑府城湾里居厂])\d*[区期栋]?$"
)
"""What a place is, at the end of its name: a slip counts in what is its own, and few signs are."""
_TELLING = frozenset("0123456789东西南北中上下大小新旧老前后内外左右头尾甲乙丙丁")
"""Signs that are there to tell two places apart: 东围 and 西围, 二期 and 三期 are no slips of each other."""
_LEAST_FOR_A_SLIP = 4
"""In a shorter name one sign more or less makes another name."""
_DIGITS = {sign: str(number) for number, sign in enumerate("〇一二三四五六七八九")} | {"零": "0", "两": "2"}
_TENS = re.compile(r"([1-9]?)十([1-9]?)")


def bare(name: str) -> str:
    """A name without what writers differ in: width, case, spaces and marks, Chinese numerals, the ending of its kind."""
    half = unicodedata.normalize("NFKC", name).lower()
    signs = "".join(_DIGITS.get(sign, sign) for sign in half if sign.isalnum())
    numbered = _TENS.sub(lambda found: f"{found[1] or '1'}{found[2] or '0'}", signs)
    return _shorn(numbered)


def _shorn(name: str) -> str:
    return name.removesuffix(next((each for each in _ENDINGS if name.endswith(each) and len(name) > len(each)), ""))


def likeness(name: str, other: str) -> str:
    """In what two names are alike, as the end of a sentence; blank when they are not."""
    if name == other:
        return "同名"
    one, two = bare(name), bare(other)
    if one == two:
        return "仅写法不同"
    if _is_slip(one, two):
        return "只差一个字"
    if len(one) > 1 and sound_alike(one, two):
        return "读音相同"
    return ""


def _is_slip(one: str, two: str) -> bool:
    """Whether a sign was changed, added or left out, or two neighbours exchanged, in a name that is long enough."""
    (short, ending), (long, other) = sorted(map(_parted, (one, two)), key=lambda parts: len(parts[0]))
    if len(short) < _LEAST_FOR_A_SLIP or len(long) - len(short) > 1 or short == long:
        return False
    if (ending and other and ending != other) or _differ_tellingly(one, two):
        return False
    same = next(
        (place for place, signs in enumerate(zip(short, long, strict=False)) if len(set(signs)) > 1), len(short)
    )
    if len(short) < len(long):
        return short[same:] == long[same + 1 :]
    swapped = short[same + 1 : same + 2] + short[same : same + 1] + short[same + 2 :]
    return short[same + 1 :] == long[same + 1 :] or swapped == long[same:]


def _parted(name: str) -> tuple[str, str]:
    """What is a name's own, and what says what kind of place it is."""
    ending = _WHAT_IT_IS.search(name)
    return (_shorn(name[: ending.start()]), ending[0]) if ending else (name, "")


def _differ_tellingly(one: str, two: str) -> bool:
    """Whether a sign that tells places apart stands in one more often than in the other."""
    return any(one.count(sign) != two.count(sign) for sign in _TELLING)
