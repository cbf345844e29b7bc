"""Which places a written name or code may mean: full, short, former, with or without 村委会, 社区, the township before it."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from areas.likeness import likeness
from intake.characters import simplified
from intake.wanted import WantedRow

_VILLAGE = ("村民委员会", "村民委员", "村委会", "村委", "行政村", "村")
_COMMUNITY = ("社区居民委员会", "居民委员会", "社区居委会", "社区居委", "居委会", "社区居", "居委", "社区", "居")
_TOWNSHIP = ("街道办事处", "街道办", "街办", "街道", "街", "镇人民政府", "镇政府", "镇")
_ABOVE = re.compile("^(?:广东省)?(?:清远市)?(?:清城区)?")
_SERIAL = re.compile(
    r"^(?:第?[0-9]{1,3}[.、)．:号]|[(（][0-9一二三四五六七八九十]{1,3}[)）]|[一二三四五六七八九十]{1,3}、|[①-⑳●·*★-])"
)
_ASIDE = re.compile(r"[(（](?!不?含|包括|部分|除|并|和|及|与)[^()（）]*[)）]")
"""What stands in brackets behind a name, unless it says that the row is of more than the place, or of less."""
_LABEL = re.compile("^[\u3400-\u9fff]{2,8}[:：]")
"""What stands before a name in 填报单位：石角镇."""
_HAN = re.compile("[\u3400-\u9fff]")
_CODE = re.compile(r"['’]?([0-9][0-9 -]{5,17})(?:\.0+)?")
_GLUED = re.compile(
    r"['’]?([0-9]{3,15})[^0-9\u3400-\u9fff]{0,3}([\u3400-\u9fff].*)|(.*[\u3400-\u9fff)）])[^0-9]{0,3}([0-9]{6,15})\W?"
)
"""A code and a name in one cell, in either order."""
_SHORT_CODE = 6
"""The last digits of a code, which tell a place of the district apart."""
_SERIALS = 200
"""A smaller number before a name may be a serial number; the villages of a township are numbered from 201 on."""
_SHORTEST = 2

_ENDS_OF_TOWNS = "镇道处办街府"
_OTHER_TOWN = re.compile("(?!原|.*[街乡各本全]镇$)[\u3400-\u9fff]{2,6}(?:镇|乡|街道|街道办|街道办事处|林场)")
FOREIGN = "其他街镇"

VILLAGE, COMMUNITY = "village", "community"


def tidy_name(text: str) -> str:
    """A name without spaces, marks and a serial number before it, in half width and simplified characters."""
    plain = simplified(re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)))
    plain = _SERIAL.sub("", plain)
    return re.sub(r"[·.,，、。:：*\"'“”_#/\\>-]", "", plain)


def kind_of(name: str) -> str:
    """Whether a name is a village's or a community's; blank of others."""
    for ending in (*_VILLAGE, *_COMMUNITY):
        if name.endswith(ending) and len(name) > len(ending):
            return VILLAGE if ending in _VILLAGE else COMMUNITY
    return ""


def _base(name: str, endings: tuple[str, ...]) -> str:
    """The name without the first of the endings that it has."""
    ending = next((each for each in endings if name.endswith(each) and len(name) - len(each) >= 1), "")
    return name.removesuffix(ending)


def _code_in(text: str) -> str:
    """The digits of a code; of a township's without the noughts of its villages."""
    match = _CODE.fullmatch(unicodedata.normalize("NFKC", text).strip())
    code = re.sub("[ -]", "", match[1]) if match else ""
    return code[:9] if len(code) == 12 and code.endswith("000") else code


@dataclass(frozen=True)
class NameMatch:
    """The places a text may mean, by code; ``tier`` 0: by code, 1: by its name, 2: by a name of another ending, or bare.

    ``is_clash``: it holds a code and a name, and they contradict each other.
    """

    codes: tuple[str, ...]
    tier: int
    is_clash: bool = False


class NameIndex:
    """The wanted places by all that may be written for them."""

    def __init__(self, rows: tuple[WantedRow, ...]) -> None:
        self.rows = {row.code: row for row in rows}
        self._exact: dict[str, set[str]] = defaultdict(set)
        self._loose: dict[str, set[str]] = defaultdict(set)
        self._towns: dict[str, str] = {}
        self._known: dict[str, NameMatch | None] = {}
        self._known_towns: dict[str, str] = {}
        for within in dict.fromkeys(row.within for row in rows if row.within):
            self._add_town(within, within)
        for row in rows:
            for name in (row.name, *row.also):
                self._add(row, tidy_name(name))
            if not row.within:
                self._add_town(row.name, row.name)

    def _add_town(self, name: str, within: str) -> None:
        base = _base(tidy_name(name), _TOWNSHIP)
        for form in (tidy_name(name), base, *(base + ending for ending in _TOWNSHIP)):
            self._towns.setdefault(form, within)

    def _add(self, row: WantedRow, name: str) -> None:
        self._exact[name].add(row.code)
        if not row.within:
            base = _base(name, _TOWNSHIP)
            own = ("镇", "镇政府", "镇人民政府") if name.endswith(("镇", "镇人民政府")) else _TOWNSHIP[:5]
            self._forms(row, base, own, _TOWNSHIP)
        elif kind_of(name) == VILLAGE:
            self._forms(row, self._village_base(name), _VILLAGE, _COMMUNITY)
        else:
            self._forms(row, _base(name, _COMMUNITY), _COMMUNITY, _VILLAGE)

        for town in (row.within, _base(tidy_name(row.within), _TOWNSHIP)) if row.within else ():
            rest = name.removeprefix(town) if town else name
            if rest != name and len(_base(_base(rest, _COMMUNITY), _VILLAGE)) >= _SHORTEST:
                for ending in ("", *_COMMUNITY, *_VILLAGE):
                    self._loose[_base(_base(rest, _COMMUNITY), _VILLAGE) + ending].add(row.code)

    @staticmethod
    def _village_base(name: str) -> str:
        """南村村委会 has its 村 left; 石颈村委会 is 石颈."""
        if name.endswith("村村委会"):
            return name.removesuffix("村委会")
        return _base(name, _VILLAGE)

    def _forms(self, row: WantedRow, base: str, own: tuple[str, ...], others: tuple[str, ...]) -> None:
        bases = {base} | ({base.removesuffix("村")} if base.endswith("村") and len(base) > _SHORTEST else set())
        for each in bases:
            for ending in own:
                self._exact[each + ending].add(row.code)
            for ending in ("", *others):
                if len(each + ending) >= _SHORTEST:
                    self._loose[each + ending].add(row.code)
        if own is _VILLAGE:
            self._exact[base + "村村委会"].add(row.code)
            self._exact[base + "村村民委员会"].add(row.code)

    def town(self, text: str) -> str:
        """The township that a text names and nothing else; blank where it names none, FOREIGN where it is not wanted."""
        if text not in self._known_towns:
            plain = _ABOVE.sub("", tidy_name(_LABEL.sub("", text.strip())))
            is_other = bool(_OTHER_TOWN.fullmatch(plain)) and not self.match(text)
            known = self._towns.get(plain, "") if len(plain) >= _SHORTEST else ""
            self._known_towns[text] = known or (FOREIGN if is_other else "")
        return self._known_towns[text]

    def town_in(self, text: str) -> str:
        """The one township that a title names somewhere, with what it is; blank where it names none, or several."""
        plain = tidy_name(text)
        found = {self._towns[form] for form in self._before if form[-1:] in _ENDS_OF_TOWNS and form in plain}
        return found.pop() if len(found) == 1 else ""

    def match(self, text: str) -> NameMatch | None:
        """The places that a cell may mean."""
        if text not in self._known:
            self._known[text] = self._matched(text)
        return self._known[text]

    def _matched(self, text: str) -> NameMatch | None:
        if not _HAN.search(text):
            return self._by_code(text) if len(text) >= _SHORT_CODE else None
        return self._glued(text) or self._by_name(text)

    def _glued(self, text: str) -> NameMatch | None:
        """What a code and a name in one cell mean together."""
        match = _GLUED.fullmatch(unicodedata.normalize("NFKC", text).strip())
        if match is None:
            return None
        digits, name = match[1] or match[4], self._by_name(match[2] or match[3])
        codes = tuple(code for code in self.rows if code.endswith(digits) or f"{code}000" == digits)
        if not codes or name is None:
            return None
        both = tuple(code for code in codes if code in name.codes)
        if not both and int(digits) < _SERIALS:
            return name
        return NameMatch(both, 1) if both else NameMatch((*codes, *name.codes), 1, is_clash=True)

    def _by_name(self, text: str) -> NameMatch | None:
        plain = tidy_name(text)
        if len(plain) > 40:
            return None
        for form in dict.fromkeys(self._spellings(plain)):
            if form in self._exact:
                return NameMatch(tuple(sorted(self._exact[form])), 1)
        for form in dict.fromkeys(self._spellings(plain)):
            if form in self._loose:
                return NameMatch(tuple(sorted(self._loose[form])), 2)
        return None

    def _by_code(self, text: str) -> NameMatch | None:
        """The place of a code, which may be parted or without the district's digits before it."""
        found = self._by_digits.get(_code_in(text))
        return NameMatch((found,), 0) if found else None

    def code_elsewhere(self, text: str) -> tuple[str, bool]:
        """A code as the wanted places have them, and of none of them; and whether it is of another township."""
        code = _code_in(text)
        whole = {len(each) for each in self.rows}
        if len(code) not in whole or code in self._by_digits or not any(code[:6] == each[:6] for each in self.rows):
            return "", False
        return code, not any(code[:9] == each[:9] for each in self.rows)

    @cached_property
    def _by_digits(self) -> dict[str, str]:
        """The one place of each code, and of its last six digits."""
        found = {code: code for code in self.rows}
        for code in self.rows:
            short = code[-_SHORT_CODE:]
            found[short] = "" if short in found else code
        return found

    def _spellings(self, plain: str) -> Iterator[str]:
        """The name as written, without an aside in brackets, and without the township before it."""
        bare = _ASIDE.sub("", plain)
        opened = bare if self._town_aside(plain) else plain.replace("(", "").replace(")", "")
        for name in (plain, opened, bare):
            name = _ABOVE.sub("", name) or name
            yield name
            for form in self._before:
                if name.startswith(form) and len(name) - len(form) >= _SHORTEST:
                    yield name.removeprefix(form)

    @cached_property
    def _before(self) -> list[str]:
        """What may stand before a village's name: its township, the longer forms first."""
        return sorted((form for form in self._towns if len(form) >= _SHORTEST), key=len, reverse=True)

    def town_told(self, text: str) -> str:
        """The township written before a village's name, or in brackets behind it; FOREIGN where it is not wanted."""
        name = _ABOVE.sub("", tidy_name(text))
        for form in self._before:
            if name.startswith(form) and len(name) > len(form) + 1 and form[-1:] in _ENDS_OF_TOWNS:
                return self._towns[form]
        return self._town_aside(name)

    def _town_aside(self, name: str) -> str:
        """The township in brackets behind a name."""
        return next((town for aside in _ASIDE.findall(name) if (town := self.town(aside.strip("()")))), "")

    def near(self, text: str, among: Iterable[str] | None = None) -> list[str]:
        """The places (of the codes ``among`` them) whose names are a slip away, for a question."""
        plain = tidy_name(text)
        base = _base(_base(plain, _COMMUNITY), _VILLAGE)
        return [
            code
            for code in (self.rows if among is None else among)
            if any(likeness(base, other) or _differs_by_one(base, other) for other in self._bases[code])
        ]

    @cached_property
    def _bases(self) -> dict[str, set[str]]:
        """The names of each place without what kind of place it is."""
        return {
            code: {_base(_base(tidy_name(name), _COMMUNITY), _VILLAGE) for name in (row.name, *row.also)}
            for code, row in self.rows.items()
        }


def _differs_by_one(one: str, two: str) -> bool:
    if len(one) == len(two) > 1:
        return sum(a != b for a, b in zip(one, two, strict=True)) == 1
    short, long = sorted((one, two), key=len)
    return (
        len(short) > 1
        and len(long) == len(short) + 1
        and any(long[:place] + long[place + 1 :] == short for place in range(len(long)))
    )
