"""The filters of the list of reports."""

import django_filters as filters

from inspection.models import Report
from inspection.vocabulary import ReportState
from returns.filters import HandedInFilter


class ReportFilter(HandedInFilter):
    state = filters.ChoiceFilter(label="状态", choices=ReportState.choices, empty_label="全部")

    class Meta:
        model = Report
        fields = ["period", "township", "state"]
