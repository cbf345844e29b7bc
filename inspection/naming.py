"""Reports and their units, called as townships and areas were called at the end of the quarter that is reported."""

from collections.abc import Iterable
from itertools import chain

from areas.dated import each_then
from inspection.models import Report, Unit


def called(reports: Iterable[Report]) -> list[Report]:
    """Reports, just read with their townships, these as of the report's quarter; one query."""
    found = list(reports)
    each_then((report.township, report.quarter.last_day) for report in found)
    return found


def units_called(units: Iterable[Unit]) -> list[Unit]:
    """Units, just read with their areas and reports, these and the reports' townships as of the quarter; one query.

    Not to be asked of units that share their area or report with one of another quarter.
    """
    found = list(units)
    townships = {id(unit.report): unit.report for unit in found if Report.township.is_cached(unit.report)}
    each_then(
        chain(
            ((unit.area, unit.quarter.last_day) for unit in found),
            ((report.township, report.quarter.last_day) for report in townships.values()),
        )
    )
    return found
