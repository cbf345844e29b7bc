"""Choosing units of a long list: nothing is chosen in advance, and a whole group by a button of its own, without scripts."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest

from areas.vocabulary import AreaKind
from inspection.models import Unit
from inspection.pages import numbers, posted_text

_ALL, _NONE = "all", "none"


@dataclass(frozen=True)
class ChoiceGroup:
    """Units of one kind, each with whether it is chosen."""

    kind: AreaKind
    rows: list[tuple[Unit, bool]]

    @property
    def title(self) -> str:
        return self.rows[0][0].title

    @property
    def chosen(self) -> int:
        return sum(is_chosen for _, is_chosen in self.rows)


class UnitChoice:
    """What a form has chosen among units by the boxes called ``name``; one of its buttons takes or leaves a whole group."""

    def __init__(self, request: HttpRequest, units: Iterable[Unit], name: str) -> None:
        self._units = list(units)
        self._act, _, self._kind = posted_text(request, "choose").partition("-")
        self._ticked = set(numbers(request.POST.getlist(name)))

    @property
    def is_asked(self) -> bool:
        """Whether the form was sent to choose a group, and for nothing else."""
        return self._act in (_ALL, _NONE)

    @property
    def groups(self) -> list[ChoiceGroup]:
        """The units by kind, from townships down to compounds."""
        by_kind: dict[str, list[tuple[Unit, bool]]] = {}
        for unit in sorted(self._units, key=lambda unit: AreaKind.values.index(unit.kind)):
            by_kind.setdefault(unit.kind, []).append((unit, self._is_chosen(unit)))
        return [ChoiceGroup(AreaKind(kind), rows) for kind, rows in by_kind.items()]

    def _is_chosen(self, unit: Unit) -> bool:
        if self.is_asked and unit.kind == self._kind:
            return self._act == _ALL
        return unit.pk in self._ticked
