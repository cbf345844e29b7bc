"""Resolve references between rows: in the package first, then in the database."""

from collections.abc import Hashable, Mapping
from datetime import date
from typing import Any

from areas.package.rows import TableData

Interval = tuple[date | None, date | None]


def ancestors(code: str) -> list[str]:
    """The codes above an area's code, from the district down."""
    return [code[:length] for length in (6, 9, 12) if length < len(code)]


class Known:
    """The rows of a table that can be referred to, by key."""

    def __init__(self, data: TableData, stored: Mapping[Hashable, Mapping[str, Any]]) -> None:
        self._data = data
        self._stored = stored
        self.is_certain = data.keyed or not data.present
        """Whether a key that is not found is really missing: not so while the package's table cannot be read."""

    def lacks(self, key: Hashable) -> bool:
        """Whether the key is certainly not there."""
        return self.is_certain and key not in self._data.by_key and key not in self._stored


class KnownAreas(Known):
    def interval(self, code: str) -> Interval | None:
        """From when to when an area is valid by its own dates; None when that is not known."""
        row = self._data.by_key.get(code)
        values: Mapping[str, Any] = row.values if row else self._stored.get(code, {})
        if "valid_from" not in values or "valid_to" not in values:
            return None
        return values["valid_from"], values["valid_to"]

    def certainly_not_in_force(self, code: str, on: date) -> bool:
        """Whether the area or one of its ancestors is known not to be valid on a day."""
        for ancestor in (*ancestors(code), code):
            interval = self.interval(ancestor)
            if interval and not ((interval[0] or date.min) <= on < (interval[1] or date.max)):
                return True
        return False


class KnownOperators(Known):
    def __init__(self, data: TableData, stored: Mapping[Hashable, Mapping[str, Any]]) -> None:
        super().__init__(data, stored)
        names: dict[str, list[str]] = {}
        for values in (*stored.values(), *(row.values for row in data.rows)):
            if values.get("code") and values.get("name"):
                names.setdefault(values["name"], []).append(values["code"])
        self._by_name = {name: codes[0] for name, codes in names.items() if len(set(codes)) == 1}

    def code(self, text: str) -> str:
        """The code that a text stands for: itself, or that of the one operator of this name."""
        return self._by_name.get(text, text) if self.lacks(text) else text
