"""Reports and their units, called as townships and areas were called at the end of the quarter that is reported."""

from collections.abc import Iterable
from copy import copy
from datetime import date

from areas.dated import each_then, then
from areas.models import Area
from areas.vocabulary import LEAVES, TOWNSHIPS
from inspection.models import Report, Unit


def called(reports: Iterable[Report]) -> list[Report]:
    """Reports, just read with their townships, these as of the report's quarter; one query."""
    found = list(reports)
    each_then([(report.township, report.quarter.last_day) for report in found])
    return found


def units_called(units: Iterable[Unit]) -> list[Unit]:
    """Units, just read with their areas and reports, these and the reports' townships as of the quarter; two queries.

    Their areas know what stands above them, as it was called then. Not to be asked of units that share their area or
    report with one of another quarter.
    """
    found = list(units)
    reports = {id(unit.report): unit.report for unit in found}
    days = {key: report.quarter.last_day for key, report in reports.items()}
    parents = Area.objects.in_bulk({unit.area.parent_id for unit in found}) if found else {}
    for unit in found:
        unit.area.parent = copy(parents[unit.area.parent_id])
    dated = [(area, days[id(unit.report)]) for unit in found for area in (unit.area, unit.area.parent)]
    dated += [(report.township, days[key]) for key, report in reports.items() if Report.township.is_cached(report)]
    each_then(dated)
    return found


def village_name(area: Area) -> str:
    """The village or community that an area is or lies in, as the area and its parent say; blank for streets and towns."""
    if area.kind in TOWNSHIPS:
        return ""
    return area.parent.name if area.kind in LEAVES else area.name


def full_name(area: Area, on: date) -> str:
    """The area's full name as it was on a day."""
    dated = copy(area)
    dated.parent = copy(area.parent)
    then([each for each in (dated, dated.parent) if each], on)
    return dated.full_name
