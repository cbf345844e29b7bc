"""Numbers in a sentence as links to their members: found by their values, in the order in which they are said."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

_NUMBER = re.compile(
    r"(?<![\d.A-Za-z])\d{1,3}(?:,\d{3})+(?![\d%.])|(?<![\d.,A-Za-z])\d+(?![\d,.%]|年|月|日|\s?兆|\s?米)"
)
"""A whole number as acceptance.wording writes it: no share, no part of a date, no clause, no speed, no distance."""


class SaidNumber(NamedTuple):
    """A number that a sentence may say, and the address of its members; blank: it is a target, which has none."""

    value: int
    url: str


def linked(sentence: str, numbers: Sequence[SaidNumber]) -> SafeString:
    """The sentence with each number that is one of ``numbers`` as a link.

    Of equal values the one meant is the next in their order, for that is how sentences are made; a number that is none of
    them stays as it is.
    """
    return mark_safe("".join(_pieces(sentence, numbers)))


def _pieces(sentence: str, numbers: Sequence[SaidNumber]) -> Iterator[str]:
    begun = place = 0
    for found in _NUMBER.finditer(sentence):
        value = int(found[0].replace(",", ""))
        at = next((at for at in (*range(place, len(numbers)), *range(place)) if numbers[at].value == value), None)
        if at is None:
            continue
        yield escape(sentence[begun : found.start()])
        yield link(found[0], numbers[at])
        begun, place = found.end(), at + 1
    yield escape(sentence[begun:])


def link(text: str, number: SaidNumber) -> SafeString:
    """A number as it is written, as a link to its members; a target is told to be one."""
    if not number.url:
        return format_html('<span data-target="{}">{}</span>', number.value, text)
    return format_html('<a class="figure" href="{}" data-figure="{}">{}</a>', number.url, number.value, text)
