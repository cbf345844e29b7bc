"""The filters of the list of returns, and what they share with other lists of what townships hand in."""

import django_filters as filters

from areas.models import Area
from areas.vocabulary import TOWNSHIPS
from common.periods import Quarter
from returns.models import Return, ReturnStatus


def _periods(queryset) -> list[tuple[str, str]]:
    found = queryset.order_by("-period").values_list("period", flat=True).distinct()
    return [(period, Quarter.parse(period).label) for period in found]


def _townships(request):
    return Area.objects.visible_to(request.user).filter(kind__in=TOWNSHIPS) if request else Area.objects.none()


class HandedInFilter(filters.FilterSet):
    """Filter for lists of what townships hand in: by quarter (those that occur in the list) and by township."""

    period = filters.ChoiceFilter(label="季度", choices=(), empty_label="全部")
    township = filters.ModelChoiceFilter(label="街镇", queryset=_townships, empty_label="全部")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["period"].extra["choices"] = _periods(self.queryset)


class ReturnFilter(HandedInFilter):
    state = filters.ChoiceFilter(
        label="状态", field_name="status_code", choices=ReturnStatus.choices, empty_label="全部"
    )

    class Meta:
        model = Return
        fields = ["period", "township", "state"]
