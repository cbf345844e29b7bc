"""Reports and their units, called as townships and areas were called at the end of the quarter that is reported."""

from collections.abc import Iterable
from copy import copy
from datetime import date
from itertools import chain

from areas.dated import each_then, then
from areas.models import Area
from inspection.models import Report, Unit


def called(reports: Iterable[Report]) -> list[Report]:
    """Reports, just read with their townships, these as of the report's quarter; one query."""
    found = list(reports)
    each_then((report.township, report.quarter.last_day) for report in found)
    return found


def units_called(units: Iterable[Unit]) -> list[Unit]:
    """Units, just read with their areas and reports, these and the reports' townships as of the quarter; two queries.

    Their areas know what stands above them, as it was called then. Not to be asked of units that share their area or
    report with one of another quarter.
    """
    found = list(units)
    townships = {id(unit.report): unit.report for unit in found if Report.township.is_cached(unit.report)}
    parents = Area.objects.in_bulk({unit.area.parent_id for unit in found}) if found else {}
    for unit in found:
        unit.area.parent = copy(parents[unit.area.parent_id])
    each_then(
        chain(
            ((unit.area, unit.quarter.last_day) for unit in found),
            ((unit.area.parent, unit.quarter.last_day) for unit in found),
            ((report.township, report.quarter.last_day) for report in townships.values()),
        )
    )
    return found


def full_name(area: Area, on: date) -> str:
    """The area's full name as it was on a day."""
    dated = copy(area)
    dated.parent = copy(area.parent)
    then([each for each in (dated, dated.parent) if each], on)
    return dated.full_name
