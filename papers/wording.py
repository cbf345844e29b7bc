"""How a document is worded around its data (文书模板): texts that the bureau may edit, with named places for data.

A place is written {单位名称}. Only the names that a wording declares are known; nothing in a text is ever run.
An app declares its wordings in its module ``wordings``, which is read when one is first asked for.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

from django.db.models import Model
from django.utils.module_loading import autodiscover_modules

from papers.document import Paper
from papers.models import PaperDraft, WordingVersion

_PLACE = re.compile(r"\{([^{}\n]*)\}")
LONGEST = 4_000


@dataclass(frozen=True)
class Placeholder:
    """A placeholder in a wording's text: what data it stands for, and an example."""

    name: str
    meaning: str
    sample: str


@dataclass(frozen=True)
class WordingPart:
    """One of a wording's texts, as it is delivered; a line is a paragraph."""

    key: str
    label: str
    text: str
    rows: int = 4


@dataclass(frozen=True)
class Wording:
    """The texts of one kind of document; ``sample`` makes the whole document with sample data, for the preview."""

    key: str
    title: str
    places: tuple[Placeholder, ...]
    parts: tuple[WordingPart, ...]
    sample: Callable[["WordingTexts"], Paper]

    @property
    def delivered(self) -> dict[str, str]:
        return {part.key: part.text for part in self.parts}

    @property
    def samples(self) -> dict[str, str]:
        return {place.name: place.sample for place in self.places}

    def problems(self, text: str) -> list[str]:
        """What stands in the way of using a text: an unknown place, a brace too many, too long; in sentences."""
        names = [place.name for place in self.places]
        known = "、".join(f"{{{name}}}" for name in names)
        found = [
            f"没有填充项“{{{name}}}”，可用的有：{known}。"
            for name in dict.fromkeys(_PLACE.findall(text))
            if name not in names
        ]
        if re.search(r"[{}]", _PLACE.sub("", text)):
            found.append("花括号不成对：填充项应写作 {名称} 的形式，文字中不要单独使用 { 或 }。")
        if len(text) > LONGEST:
            found.append(f"文字过长（{len(text)} 字）：最多 {LONGEST} 字。")
        return found


@dataclass(frozen=True)
class WordingTexts:
    """The current texts of a wording; ``version`` 0 means those that the portal was delivered with."""

    wording: Wording
    texts: Mapping[str, str]
    version: int = 0

    def fill(self, part: str, values: Mapping[str, str]) -> str:
        """A text with its places filled; KeyError when a value is missing that the text asks for."""
        return _PLACE.sub(lambda place: str(values[place[1]]), self.texts[part])


_WORDINGS: dict[str, Wording] = {}


def register(wording: Wording) -> Wording:
    """Make a wording known; ValueError when its delivered texts are wrong, or the key is taken."""
    wrong = [problem for part in wording.parts for problem in wording.problems(part.text)]
    if wrong or wording.key in _WORDINGS:
        raise ValueError(f"Wording {wording.key}: {wrong or 'registered twice'}")
    _WORDINGS[wording.key] = wording
    return wording


@cache
def _known() -> dict[str, Wording]:
    """What every app declares."""
    autodiscover_modules("wordings")
    return _WORDINGS


def wordings() -> list[Wording]:
    """All of them, as they were declared."""
    return list(_known().values())


def wording_of(key: str) -> Wording:
    """KeyError when there is none."""
    return _known()[key]


def title_of(key: str) -> str:
    """What a kind of document is called; its key, when it has no wording."""
    return _known()[key].title if key in _known() else key


def words_for(key: str, county: str, subject: Model | str | None = None) -> WordingTexts:
    """The texts in force in a county: the latest version, or as delivered; before them those of the draft on ``subject``."""
    wording = _known()[key]
    latest = WordingVersion.objects.filter(county=county, key=key).first()
    texts = wording.delivered | (latest.texts if latest else {})
    draft = PaperDraft.objects.of(key, subject).open().last() if subject is not None else None
    return WordingTexts(wording, texts | (draft.texts if draft else {}), latest.version if latest else 0)
