"""Which papers rooms above let be drafted: what each is to be made from, in whose name, and how it looks now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from common.registry import Registry

if TYPE_CHECKING:
    from accounts.posts import Power
    from papers.bodies import Issuer
    from papers.computed import ComputedText
    from papers.document import Paper


@dataclass(frozen=True)
class Draftable:
    """A paper that is to be issued: about what, on which page that is done, in whose name, and as it would be now.

    ``is_open``: it is still to be signed. ``build`` is given the number, blank for a preview. ``computed`` are the sentences
    that it makes from its figures, which a draft may edit besides those of the wording. ``issue_url`` is asked (POST, with
    ``issue_power``) to issue it, where its own page has no place for that; ``has_own_number``: it is not numbered by its body.
    """

    title: str
    url: str
    issuer: Issuer
    is_letter: bool
    is_open: bool
    build: Callable[[str, date], Paper]
    computed: Callable[[], tuple[ComputedText, ...]] = tuple
    issue_url: str = ""
    issue_power: Power | None = None
    has_own_number: bool = False


DRAFTABLES: Registry[Callable[[str, str], Draftable | None]] = Registry()
"""Each answers a kind of paper and the row that it is about (``papers.models.about``); None for what it knows nothing of."""


def draftable(kind: str, name: str) -> Draftable | None:
    """The paper of a kind on a row (``papers.models.about``); None where no room lets it be drafted."""
    return next(filter(None, (ask(kind, name) for ask in DRAFTABLES)), None)
