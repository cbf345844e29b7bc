"""To which unit of a report a file belongs: by where it was taken, by its name, or because one unit alone asks for its kind."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePath

from inspection.models import Report, Unit
from inspection.naming import village_name
from inspection.photo_places import UnitSites
from inspection.required import criterion_for, plan_of, units_of


@dataclass(frozen=True)
class Belonging:
    """The unit to which a file belongs, None: the whole report; and the criterion for which it speaks there."""

    unit: Unit | None
    criterion: str = ""


class Matching:
    """The units of a report as files are matched to them."""

    def __init__(self, report: Report) -> None:
        self.report, self.units = report, {unit.area_id: unit for unit in units_of(report)}

    def belonging(self, code: str, kind: str, criterion: str = "") -> Belonging:
        """What is said of a file, the criterion by the rule where nobody names one of the unit's; KeyError for no unit."""
        if not code:
            return Belonging(None)
        unit = self.units[code]
        asked = {row["key"] for row in unit.frozen.said["criteria"]}
        return Belonging(unit, criterion if criterion in asked else criterion_for(plan_of(unit), unit.kind, kind))

    def found(self, kind: str, name: str, lon: float | None = None, lat: float | None = None) -> str:
        """The code of the unit to which a file seems to belong; blank where that cannot be told."""
        asking = [code for code, unit in self.units.items() if criterion_for(plan_of(unit), unit.kind, kind)]
        return self._by_place(asking, lon, lat) or self._by_name(asking, name) or _sole(asking)

    def _by_place(self, asking: Sequence[str], lon: float | None, lat: float | None) -> str:
        if lon is None or lat is None or not asking:
            return ""
        return self._sites.nearest_unit(lon, lat, asking)

    @cached_property
    def _sites(self) -> UnitSites:
        return UnitSites(self.units.values(), self.report.quarter)

    def _by_name(self, asking: Sequence[str], name: str) -> str:
        """By a code in the file's name, the longest; else by the longest name, of several alike by that of the village, too.

        What asks for the kind goes first.
        """
        stem = PurePath(name).stem
        for codes in (asking, list(self.units)):
            coded = [code for code in codes if code in stem]
            if coded:
                return max(coded, key=len)
            named = [code for code in codes if self.units[code].area.name in stem]
            within = [code for code in named if len(code) > 12 and village_name(self.units[code].area) in stem]
            if found := _longest(self.units, within or named):
                return found
        return ""


def _sole(codes: Sequence[str]) -> str:
    return codes[0] if len(codes) == 1 else ""


def _longest(units: dict[str, Unit], codes: Sequence[str]) -> str:
    """The one whose name is the longest; blank where several are."""
    length = max((len(units[code].area.name) for code in codes), default=0)
    return _sole([code for code in codes if len(units[code].area.name) == length])
