"""Passwords that are guessed first: common ones, pinyin, places and names of the office, years, runs of keys, the own name.

A password is cut into pieces that guessers know, by the cheapest cut: a known piece is worth one character, however
long, and so is every character that belongs to none. What that leaves must be long enough. No word is known by a list of
ours beyond a few dozen; pinyin and the names of the district are generated.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from django.contrib.auth.password_validation import CommonPasswordValidator
from pypinyin import Style, lazy_pinyin
from pypinyin.pinyin_dict import pinyin_dict
from pypinyin.style import convert

LEAST = 7
"""What must be left: so many characters that no piece explains, pieces counted as one each."""

LEAST_COMMON = 4
"""Shorter entries of the list of common passwords are in every random text."""

COMMON, PINYIN, PLACE, OURS, OWN = "常见密码", "拼音", "本区地名或单位名", "本系统用词", "本人信息"
YEAR, DATE, PHONE, KEYS, REPEAT = "年份", "日期", "手机号", "键盘或字母数字顺序", "重复"

_LEET = str.maketrans("@4031!$57+", "aaoeiisstt")
_LEET_L = str.maketrans("1|", "ll")
_UNSHIFTED = str.maketrans("!@#$%^&*()", "1234567890")
_ROWS = ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "abcdefghijklmnopqrstuvwxyz")
_COLUMNS = ("1qaz", "2wsx", "3edc", "4rfv", "5tgb", "6yhn", "7ujm", "8ik", "9ol", "0p")
_RUN = 3
_WORDS = """
我爱你 我爱 爱你 中国 祖国 北京 上海 广州 深圳 广东 清远 你好 密码 用户 管理 管理员 系统 测试 登录 账号 平安 快乐 幸福 健康 发财
加油 老师 老婆 老公 宝宝 宝贝 亲爱 朋友 同学 妈妈 爸爸 女儿 儿子 生日 新年 春节 领导 单位 公司 办公室 政府 街道办 经信局 信息 工作 电脑
电话 手机 网络 宽带 电信 移动 联通 铁塔 广电 一生一世 天天 开心 大家 今天 明天 春天 夏天 秋天 冬天 世界 和平 胜利 成功 第一 人民
"""
_PORTAL = "光网 全光网 全光 光纤 门户 进度 全光网城市 光网门户 清城光网 验收 季报 达标 台账"
_SUFFIXES = re.compile(r"(街道办事处|人民政府|办事处|街道|社区|居委会|村委会|有限公司|分公司|镇|区|乡|村)$")


@dataclass(frozen=True)
class Piece:
    """A part of a password that guessers know, and what it is."""

    start: int
    end: int
    what: str


def weighed(password: str, own: Mapping[str, str] | None = None) -> tuple[int, list[Piece]]:
    """How many characters the password is worth, and the pieces in it that are known; ``own`` are pieces of its owner's."""
    text = normal(password)
    best: list[tuple[int, list[Piece]]] = [(0, [])]
    ways = _by_end(_pieces(text, own or {}))
    for end in range(1, len(text) + 1):
        worth, pieces = best[end - 1]
        choices = [(worth + 1, pieces)]
        choices += [(best[piece.start][0] + 1, [*best[piece.start][1], piece]) for piece in ways.get(end, ())]
        best.append(min(choices, key=lambda choice: (choice[0], len(choice[1]))))
    return best[-1]


def normal(password: str) -> str:
    """Full-width characters as plain ones, in small letters: the text in which pieces are found."""
    return unicodedata.normalize("NFKC", password).lower()


def _by_end(pieces: Iterable[Piece]) -> dict[int, list[Piece]]:
    found: dict[int, list[Piece]] = {}
    for piece in pieces:
        found.setdefault(piece.end, []).append(piece)
    return found


def _pieces(text: str, own: Mapping[str, str]) -> Iterator[Piece]:
    """All known pieces, wherever they stand, in whichever of the usual disguises."""
    disguises = {text, text.translate(_LEET), text.translate(_LEET_L).translate(_LEET), text.translate(_UNSHIFTED)}
    words = {**_generated(), **own}
    for plain in disguises:
        for start in range(len(plain)):
            for end in range(start + 2, min(start + 24, len(plain)) + 1):
                if what := _what(plain[start:end], words):
                    yield Piece(start, end, what)
    yield from _repeats(text)


def _what(piece: str, words: Mapping[str, str]) -> str:
    """What a piece of text is; '' when nothing."""
    if piece in words:
        return words[piece]
    if len(piece) >= _RUN and _is_run(piece):
        return KEYS
    if re.fullmatch(r"(19|20)\d\d[-./]\d\d?[-./]\d\d?", piece):
        return DATE
    if piece.isascii() and piece.isdigit():
        return _what_number(piece)
    return COMMON if len(piece) >= LEAST_COMMON and piece in common() else ""


def _is_run(piece: str) -> bool:
    return any(piece in row or piece in row[::-1] for row in (*_ROWS, *_COLUMNS))


def _what_number(digits: str) -> str:
    if re.fullmatch(r"(19[3-9]|20[0-4])\d", digits):
        return YEAR
    if re.fullmatch(r"((19|20)\d\d|\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])", digits):
        return DATE
    return PHONE if re.fullmatch(r"1[3-9]\d{9}", digits) else ""


def _repeats(text: str) -> Iterator[Piece]:
    """A part that comes again at once, and a character more than twice."""
    for match in re.finditer(r"(.)\1{2,}", text):
        yield Piece(match.start(), match.end(), REPEAT)
    for size in range(2, len(text) // 2 + 1):
        for start in range(size, len(text) - size + 1):
            if text[start : start + size] == text[start - size : start]:
                yield Piece(start, start + size, REPEAT)


@cache
def common() -> frozenset[str]:
    """Django's 20,000 passwords that are used most in the world."""
    return frozenset(CommonPasswordValidator().passwords)


@cache
def _generated() -> Mapping[str, str]:
    """Every syllable of pinyin, and the words that a person in a Chinese office writes in it."""
    spelt = {syllable for readings in pinyin_dict.values() for syllable in _plain(readings)}
    found = {syllable: PINYIN for syllable in spelt if len(syllable) > 1}
    found |= {"".join(lazy_pinyin(word)): PINYIN for word in _WORDS.split()}
    return found | {piece: OURS for word in _PORTAL.split() for piece in spellings(word)}


def _plain(readings: str) -> Iterator[str]:
    for reading in readings.split(","):
        yield convert(reading, Style.NORMAL, strict=False).replace("ü", "v")


def spellings(name: str) -> set[str]:
    """How a Chinese name is written in letters: in full, without its kind (镇, 街道), by initials; what is no Chinese as it is."""
    found = set()
    for each in {name, _SUFFIXES.sub("", name)}:
        syllables = [syllable.lower() for syllable in lazy_pinyin(each)]
        found |= {"".join(syllables), "".join(syllable[0] for syllable in syllables if syllable)}
    return {piece for piece in found if len(piece) > 1}


def of_person(name: str) -> set[str]:
    """A person's name: both ways round, the given name alone, initials with either part in full."""
    surname, *given = [syllable.lower() for syllable in lazy_pinyin(name)] or [""]
    whole, initials = "".join(given), "".join(syllable[0] for syllable in given)
    pieces = {surname + whole, whole + surname, whole, surname + initials, initials + surname, surname[:1] + initials}
    return {piece for piece in {*pieces, surname[:1] + whole} if len(piece) > 1}


def refusal_of(password: str, worth: int, pieces: list[Piece]) -> str:
    """The sentence for whoever chose it: which patterns, and what to do."""
    text = normal(password)
    named = dict.fromkeys(f"{piece.what}“{text[piece.start : piece.end]}”" for piece in pieces)
    return (
        f"密码容易被猜中，其中有{'、'.join(named)}，去掉规律后只相当于 {worth} 个字符，至少要 {LEAST} 个。"
        "请加入与姓名、单位、日期和键盘顺序无关的字母和数字。"
    )
