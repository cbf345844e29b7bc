"""Sentences that a paper makes from its figures: they follow the figures until somebody edits one; the edit stays.

A draft keeps beside an edit what the figures said when it was made, so that it is known when they have moved since. Pure.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

EDITED = "edited"
"""Under this name a draft's texts hold its edits: by key the label, what the figures said, and the edit."""
LONGEST = 600


@dataclass(frozen=True)
class ComputedText:
    """A sentence as the figures make it now; ``key`` names it for good, ``rows`` is the height of its field."""

    key: str
    label: str
    text: str
    rows: int = 2


@dataclass(frozen=True)
class EditedText:
    """A sentence that somebody edited: what the figures said then, and her words."""

    key: str
    label: str
    computed: str
    text: str


def edits(texts: Mapping) -> dict[str, EditedText]:
    """By key what was edited in a draft's texts."""
    return {key: EditedText(key, *said) for key, said in texts.get(EDITED, {}).items()}


def current(text: ComputedText, texts: Mapping) -> str:
    """The edit where there is one, else what the figures say."""
    found = edits(texts).get(text.key)
    return found.text if found else text.text


def has_moved(text: ComputedText, texts: Mapping) -> bool:
    """Whether the figures say something else than when the sentence was edited."""
    found = edits(texts).get(text.key)
    return found is not None and found.computed != text.text


def problems(typed: Mapping[str, str], known: Iterable[ComputedText]) -> list[str]:
    """What is too long, in sentences."""
    return [
        f"“{text.label}”过长（{len(typed[text.key])} 字）：最多 {LONGEST} 字。"
        for text in known
        if len(typed.get(text.key, "")) > LONGEST
    ]


def merged(
    texts: Mapping, known: Iterable[ComputedText], typed: Mapping[str, str], confirmed: Collection[str] = ()
) -> dict[str, list[str]]:
    """The edits once ``typed`` is kept: a blank one, or one that says what the figures say, follows them again.

    An edit that is not typed anew keeps what the figures said when it was made, unless it is ``confirmed``.
    """
    kept = dict(texts.get(EDITED, {}))
    for text in known:
        words = typed.get(text.key)
        if words is None:
            continue
        if words in ("", text.text):
            kept.pop(text.key, None)
        elif text.key in confirmed or text.key not in kept or kept[text.key][2] != words:
            kept[text.key] = [text.label, text.text, words]
    return kept
