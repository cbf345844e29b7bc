"""The filters of the list of reports."""

import django_filters as filters

from acceptance.inspection.models import Report
from acceptance.inspection.vocabulary import ReportState
from areas.models import Area
from areas.periods import Quarter
from areas.vocabulary import TOWNSHIPS


def _periods(queryset) -> list[tuple[str, str]]:
    found = queryset.order_by("-period").values_list("period", flat=True).distinct()
    return [(period, Quarter.parse(period).label) for period in found]


def _townships(request):
    return Area.objects.visible_to(request.user).filter(kind__in=TOWNSHIPS) if request else Area.objects.none()


class ReportFilter(filters.FilterSet):
    period = filters.ChoiceFilter(label="季度", choices=(), empty_label="全部")
    township = filters.ModelChoiceFilter(label="街镇", queryset=_townships, empty_label="全部")
    state = filters.ChoiceFilter(label="状态", choices=ReportState.choices, empty_label="全部")

    class Meta:
        model = Report
        fields = ["period", "township", "state"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["period"].extra["choices"] = _periods(self.queryset)
