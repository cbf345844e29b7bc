"""Which areas went into which (撤并), so that a quarter is compared with what it came from."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from areas.models import Succession
from areas.vocabulary import SuccessionKind

Descent = tuple[str, str, str, date]
"""An area, what it went into, how, and on which day."""


class Lineage:
    """The successions of a county, or of some areas; asked without further queries."""

    def __init__(self, rows: Iterable[Descent]) -> None:
        self._into: dict[str, list[Descent]] = defaultdict(list)
        self._heirs: dict[str, list[Descent]] = defaultdict(list)
        for row in rows:
            self._into[row[1]].append(row)
            self._heirs[row[0]].append(row)

    @classmethod
    def of(cls, county: str) -> "Lineage":
        rows = Succession.objects.filter(area__code__startswith=county).order_by("on", "pk")
        return cls(rows.values_list("area_id", "successor_id", "kind", "on"))

    def __bool__(self) -> bool:
        return bool(self._into)

    def origins(self, code: str, after: date, until: date) -> set[str] | None:
        """The area and all that went into it later than ``after`` and by ``until``; None when some of it was split off."""
        found, coming = {code}, [code]
        while coming:
            for old, _, kind, on in self._into.get(coming.pop(), ()):
                if not after < on <= until or old in found:
                    continue
                if kind == SuccessionKind.SPLIT:
                    return None
                found.add(old)
                coming.append(old)
        return found

    def heirs(self, after: date, until: date) -> set[str]:
        """The areas into which others went, or that came out of one, later than ``after`` and by ``until``."""
        rows = (row for rows in self._into.values() for row in rows)
        return {new for _, new, _, on in rows if after < on <= until}

    def parted(self, after: date, until: date) -> set[str]:
        """The areas that were split later than ``after`` and by ``until``."""
        rows = (row for rows in self._heirs.values() for row in rows)
        return {old for old, _, kind, on in rows if kind == SuccessionKind.SPLIT and after < on <= until}

    def before(self, codes: Iterable[str]) -> set[str]:
        """Everything that ever went into some areas, and they themselves."""
        found = set(codes)
        coming = list(found)
        while coming:
            for old, *_ in self._into.get(coming.pop(), ()):
                if old not in found:
                    found.add(old)
                    coming.append(old)
        return found

    def heir(self, code: str) -> str:
        """What the area went into in the end, as a whole: itself when it did not, or was split."""
        seen = {code}
        while (rows := self._heirs.get(code)) and rows[0][2] != SuccessionKind.SPLIT and rows[0][1] not in seen:
            code = rows[0][1]
            seen.add(code)
        return code
