"""Which font each part of a document is set in: the ones GB/T 9704-2012 names where the machine has them.

They are not free, so a machine without them uses the two Chinese fonts of the wheel ``pylopdf-fonts-zh-cn``,
which every installation has: documents never depend on a network or on what else is installed.
"""

from dataclasses import dataclass
from functools import cache

import pylopdf_fonts_zh_cn
import typst

SERIF, SANS = "Noto Serif SC", "Noto Sans SC"


@dataclass(frozen=True)
class Role:
    """A typeface by the names under which machines have it, the wheel's stand-in, and its name in Word.

    ``in_word_else`` are the names that Word looks for when it has no such font.
    """

    families: tuple[str, ...]
    stand_in: str
    in_word: str
    in_word_else: str


ROLES = {
    "body": Role(("FangSong", "FangSong_GB2312", "仿宋", "仿宋_GB2312", "STFangsong"), SERIF, "仿宋", "仿宋_GB2312"),
    "title": Role(
        ("FZXiaoBiaoSong-B05S", "FZXiaoBiaoSong-B05", "方正小标宋简体", "方正小标宋_GBK"),
        SERIF,
        "方正小标宋简体",
        "方正小标宋_GBK,宋体",
    ),
    "first": Role(("SimHei", "黑体", "STHeiti"), SANS, "黑体", "SimHei"),
    "second": Role(("KaiTi", "KaiTi_GB2312", "楷体", "楷体_GB2312", "STKaiti"), SERIF, "楷体", "楷体_GB2312"),
    "number": Role(("SimSun", "宋体", "STSong"), SERIF, "宋体", "SimSun"),
}
"""仿宋 the text, 小标宋 title and head, 黑体 level 一、 and table heads, 楷体 level （一）, 宋体 page numbers and forms."""


@cache
def available() -> typst.Fonts:
    """The wheel's fonts and the machine's; looked for once a process."""
    folder = pylopdf_fonts_zh_cn.serif_path().parent
    return typst.Fonts(include_system_fonts=True, include_embedded_fonts=False, font_paths=[str(folder)])


@cache
def chosen() -> dict[str, dict]:
    """The family of each role, and whether it stands in for the proper one."""
    there = set(available().families())
    return {name: _choice(role, there) for name, role in ROLES.items()}


def _choice(role: Role, there: set[str]) -> dict:
    family = next((family for family in role.families if family in there), role.stand_in)
    return {"family": family, "is_stand_in": family == role.stand_in}
