"""Two people at one sheet: what somebody has changed on her page, and what a colleague has changed since it was shown to her."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from accounts.models import User

SHOWN = "shown"
"""The field in which a page says what it showed, by the names of its fields."""


@dataclass(frozen=True)
class OthersChange:
    """A field that is not what the page showed: its name and label, what stands there now, and who put it there (blank: unknown).

    ``own`` is what the person put into the same field meanwhile, which is not taken; None where she left it.
    """

    name: str
    label: str
    theirs: str
    who: str
    own: str | None

    def __str__(self) -> str:
        return f"{self.label}：{self.said}"

    @property
    def said(self) -> str:
        """What happened to the field, without its label."""
        stands = f"{self.who}已改为“{self.theirs}”" if self.who else f"现为“{self.theirs}”"
        return f"{stands}。" if self.own is None else f"{stands}；您填的“{self.own}”未采用，再次提交则以此为准。"


class PageChanges:
    """What a page sends back, beside what it showed and what stands now. ``hands`` says who changed which field last, by key.

    A page that does not say what it showed is compared with what stands.
    """

    def __init__(self, posted: Mapping[str, str], hands: Mapping[str, int], by: User) -> None:
        self._posted, self._hands, self._by = posted, hands, by
        self._shown = _shown(posted.get(SHOWN, ""))
        self._seen: set[str] = set()
        self.others: list[OthersChange] = []
        self.hands: dict[str, int] = {}
        """The fields that the person has changed, with her key."""

    def text(self, name: str, label: str, now: str, words: Mapping[str, str] | None = None) -> str | None:
        """What she has put into a field that held ``now``; None where she left it, or somebody else was faster.

        ``words`` are the texts of a list by their values.
        """
        self._seen.add(name)
        was, posted = str(self._shown.get(name, now)), self._posted.get(name)
        own = was if posted is None or posted == was else posted.strip()
        if own == now:
            return None
        if now != was and self._hands.get(name) != self._by.pk:
            said = words or {}
            mine = None if own == was else said.get(own, own) or "空白"
            self.others.append(OthersChange(name, label, said.get(now, now) or "空白", self._who(name), mine))
            return None
        return self._take(name, own) if own != was else None

    def tick(self, name: str, label: str, *, now: bool) -> bool:
        """Whether a box is ticked that was ``now``: as she has left it, or as somebody else has where she did not touch it."""
        was, posted = bool(self._shown.get(name, now)), name in self._posted
        if posted != was:
            return bool(self._take(name, "1")) and posted
        if now != was and self._hands.get(name) != self._by.pk:
            self.others.append(OthersChange(name, label, "已勾选" if now else "未勾选", self._who(name), None))
        return now

    @property
    def unasked(self) -> int:
        """How many fields she has filled in that there are no more."""
        gone = self._shown.keys() - self._seen
        return sum(self._posted.get(name, self._shown[name]) != self._shown[name] for name in gone)

    @property
    def typed(self) -> dict[str, str]:
        """What she has put into fields in which somebody else was faster, as she sent it."""
        return {each.name: self._posted[each.name] for each in self.others if each.own is not None}

    def _take(self, name: str, text: str) -> str:
        self.hands[name] = self._by.pk
        return text

    def _who(self, name: str) -> str:
        return self._names.get(self._hands.get(name, 0), "")

    @cached_property
    def _names(self) -> dict[int, str]:
        return dict(User.objects.filter(pk__in={*self._hands.values()}).values_list("pk", "name"))


def _shown(text: str) -> dict[str, str | bool]:
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return {name: each for name, each in said.items() if isinstance(each, str | bool)} if isinstance(said, dict) else {}
