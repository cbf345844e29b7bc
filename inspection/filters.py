"""The filters of the list of reports."""

from collections.abc import Iterable

import django_filters as filters

from common.filters import DatedFilterSet
from inspection.models import Report
from inspection.naming import called
from inspection.vocabulary import ReportState
from returns.filters import HandedInFilter


class ReportFilter(HandedInFilter, DatedFilterSet):
    state = filters.ChoiceFilter(label="状态", choices=ReportState.choices, empty_label="全部")

    class Meta:
        model = Report
        fields = ["period", "township", "state"]

    def ordering(self, names: Iterable[str]) -> list[str]:
        return list(names)

    def as_of(self, rows: Iterable[Report]) -> list[Report]:
        """Each as of its own quarter."""
        return called(rows)
