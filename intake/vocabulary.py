"""What headings of such sheets speak of: a heading is read as the ideas in it, not compared letter by letter.

Two headings mean one thing when they hold the same ideas: 光纤在网用户（户） and 光网用户数 are both fibre and users.
"""

import re
import tomllib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

from intake.characters import simplified

_SAID = tomllib.loads((Path(__file__).parent / "vocabulary.toml").read_text("utf-8"))
_OPERATORS = _SAID.pop("operators")
_PERIOD = re.compile(
    r"(?:(?P<year>20[0-9]{2}|[0-9]{2})\s*[年.\-/]?\s*)?"
    r"(?:第?(?P<quarter>[一二三四1-4])\s*季度?|(?P<month>1[0-2]|0?[1-9])\s*月(?:份|底|末)?(?:[0-9]{1,2}[日号])?)"
    r"|(?<![A-Za-z0-9])(?:(?P<q_year>20[0-9]{2}|[0-9]{2})[年.\-/]?)?[Qq](?P<q>[1-4])(?![A-Za-z0-9])"
    r"|(?P<ended>20[0-9]{2})年[底末]"
)
_NUMERALS = {"一": 1, "二": 2, "三": 3, "四": 4}
_SPACE = re.compile(r"\s+")
_FOOTNOTE = re.compile("[①-⑳*※＊]")
_ASIDE = re.compile(r"[（(【\[]([^（()）】\]]*)[)）】\]]")
_UNIT = re.compile(r"(?:单位[:：为是]?\s*)?([百千万]?)\s*(户|个|人|%|户数)?(?:\s*[(（]([百千万])[)）])?")
_BOTH = re.compile(
    r"[^（()）]*(?:光[纤网]?\s*[/、和及+]\s*铜|铜[缆线]?\s*[/、和及+]\s*光|含光|包括光|含铜|包括铜)[^（()）]*"
)

_LABEL = re.compile("[A-Za-z]|[0-9=+/×÷*-]+|[甲乙丙丁戊]")
"""An aside that only numbers the column."""
_REMARKABLE = 5
"""A longer aside explains what is meant, and names no other figure."""

FACTORS = {"": 1, "百": 100, "千": 1_000, "万": 10_000}


def _words() -> list[tuple[str, str]]:
    """Every word with its idea, longer words first."""
    groups = _SAID | {f"operator {name}": words for name, words in _OPERATORS.items()}
    found: dict[str, str] = {}
    for idea, words in groups.items():
        for word in words.split():
            found.setdefault(word, idea)
    return sorted(found.items(), key=lambda pair: -len(pair[0]))


_IDEA_OF = dict(_words())
_ANY = re.compile("|".join(re.escape(word) for word, _ in _words()), re.IGNORECASE)
_EXCLUDED = frozenset(("copper", "rate", "people", "change", "target", "other", "hamlet", "part"))


@dataclass(frozen=True)
class Ideas:
    """What a heading, or one level of it, speaks of. ``rest`` are words that are not known; ``factor`` 0 is no unit given."""

    what: frozenset[str] = frozenset()
    operators: frozenset[str] = frozenset()
    periods: tuple[tuple[int, int], ...] = ()
    """Years (0: not said) and quarters that it names."""
    factor: int = 0
    rest: str = ""

    @property
    def is_before(self) -> bool:
        return "before" in self.what

    @property
    def is_excluded(self) -> bool:
        """Whether it speaks of something that no figure of a return is."""
        return bool(self.what & _EXCLUDED)

    @property
    def meaning(self) -> frozenset[str]:
        """What makes the difference between figures."""
        return self.what & {"fibre", "broadband", "covered", "users", "households", "which", "remark"}


@lru_cache(50_000)
def tidy(text: str) -> str:
    """Without spaces, line breaks and marks of footnotes, in half width and simplified characters."""
    return simplified(_SPACE.sub("", unicodedata.normalize("NFKC", _FOOTNOTE.sub("", text))))


def periods_in(text: str) -> tuple[tuple[int, int], ...]:
    """The quarters that a text names, each with its year, 0 where it names none."""
    found = []
    for match in _PERIOD.finditer(tidy(text)):
        if match["ended"]:
            found.append((int(match["ended"]), 4))
            continue
        month = int(match["month"]) if match["month"] else 0
        sign = match["quarter"] or match["q"]
        quarter = _NUMERALS.get(sign) or int(sign) if sign else (month + 2) // 3
        year = int(match["year"] or match["q_year"] or 0)
        found.append((year + 2000 if 0 < year < 100 else year, quarter))
    return tuple(dict.fromkeys(found))


def month_in(text: str) -> int:
    """The last month that a text names; 0 where it names none."""
    return max((int(match["month"]) for match in _PERIOD.finditer(tidy(text)) if match["month"]), default=0)


def factor_in(text: str) -> int:
    """How many households a written unit counts (户、万户、户(万)); 0 where the text is no such unit."""
    match = _UNIT.fullmatch(tidy(text))
    if match is None or not (match[1] or match[2] or match[3]) or match[2] in ("人", "%"):
        return 0
    return FACTORS[match[1]] * FACTORS[match[3] or ""]


@lru_cache(10_000)
def ideas(text: str) -> Ideas:
    """The ideas in one level of a heading."""
    plain = _BOTH.sub("", tidy(text)) if not re.match("其中", tidy(text)) else tidy(text)
    factor, asides = 0, []
    for aside in (match[1] for match in _ASIDE.finditer(plain)):
        factor = factor_in(aside) or factor
        if not factor_in(aside):
            asides.append(aside)
    bare = _ASIDE.sub("", plain)
    if match := re.search(r"[(（]?([百千万])户?[)）]?$", bare) if not factor else None:
        factor, bare = FACTORS[match[1]], bare[: match.start()]
    periods = periods_in(bare) + tuple(each for aside in asides for each in periods_in(aside))
    what: set[str] = set()
    operators: set[str] = set()
    rest = ""
    for part in (bare, *asides):
        left = re.sub(r"20[0-9]{2}年?|[0-9]+[.、)]", "", _PERIOD.sub("", part))
        for match in _ANY.finditer(left):
            idea = _IDEA_OF.get(match[0]) or _IDEA_OF[match[0].upper()]
            if part is not bare and len(part) > _REMARKABLE and idea not in ("rate", "before"):
                continue
            if idea.startswith("operator"):
                operators.add(idea.split()[1])
            else:
                what.add(idea)
        if part is not bare and len(part) > _REMARKABLE:
            continue
        if part is not bare and _LABEL.fullmatch(part):
            continue
        rest += re.sub(r"[^\w%]|[_]", "", _ANY.sub("", left))
    found = Ideas(frozenset(what), frozenset(operators), tuple(dict.fromkeys(periods)), factor, rest)
    return _settled(found, bare)


def _settled(found: Ideas, text: str) -> Ideas:
    """The stronger of two ideas in one text: 光纤宽带 is fibre, 覆盖用户 is covered, 用户户数 is users."""
    what = set(found.what)
    if "fibre" in what:
        what -= {"broadband"}
        if "part" in what and re.match(r"[(（]?其中", text):
            what -= {"part"}
    if "covered" in what:
        what -= {"users", "households"}
    if "users" in what:
        what -= {"households"}
    if "which" in what:
        what -= {"households"}
    return replace(found, what=frozenset(what))


@dataclass(frozen=True)
class Meaning:
    """A whole heading: its ideas together; ``ways`` are the figures it may mean, as pairs of ideas; ``doubts`` say why it is unsure."""

    ideas: Ideas
    ways: tuple[frozenset[str], ...] = ()
    doubts: tuple[str, ...] = field(default=())


def meaning(levels: Sequence[str]) -> Meaning:
    """What the levels of a heading say together, from the top down."""
    written = [level for level in levels if tidy(level)]
    parts = [
        Ideas(factor=factor_in(level.strip("()（） "))) if place and factor_in(level.strip("()（） ")) else ideas(level)
        for place, level in enumerate(written)
    ]
    parts = [part for part in parts if part != Ideas()]
    everything = Ideas(
        frozenset().union(*(part.what for part in parts)),
        frozenset().union(*(part.operators for part in parts)),
        tuple(dict.fromkeys(period for part in parts for period in part.periods)),
        next((part.factor for part in reversed(parts) if part.factor), 0),
        "".join(part.rest for part in parts),
    )
    if not parts:
        return Meaning(everything)
    levels = written
    kinds, media = _lowest(parts, {"covered", "users"}), _lowest(parts, {"fibre", "broadband"})
    if not any(part.what & kinds and part.what & media for part in parts):
        kinds |= frozenset().union(*(part.what & {"covered", "users"} for part in parts if part.what & media))
    bottom = parts[-1]
    excluded = everything.what & _EXCLUDED
    own_parts = any("part" in ideas(tidy(level).replace("其中", "")).what for level in levels)
    if excluded == {"part"} and not own_parts and "fibre" in bottom.what:
        excluded = frozenset()
    what = (everything.what - _EXCLUDED - {"covered", "users", "fibre", "broadband"}) | excluded
    if kinds:
        what -= {"households", "which"}
    found = replace(everything, what=frozenset(what | kinds | media))
    return Meaning(found, tuple(_ways(kinds, media, what)), (f"“{everything.rest}”",) if everything.rest else ())


def _lowest(parts: Sequence[Ideas], wanted: set[str]) -> frozenset[str]:
    """Which of the ideas the lowest level names that names any."""
    return next((part.what & wanted for part in reversed(parts) if part.what & wanted), frozenset())


def _ways(kinds: frozenset[str], media: frozenset[str], what: frozenset[str]) -> list[frozenset[str]]:
    """The figures that kind and medium may mean; several where one of them is not said."""
    if "remark" in what and not kinds and not media:
        return [frozenset({"remark"})]
    if not kinds and not media:
        return [frozenset({"households"})] if what & {"households", "which"} else []
    return [
        frozenset({medium, kind})
        for medium in sorted(media or {"broadband", "fibre"})
        for kind in sorted(kinds or {"covered", "users"})
    ]
