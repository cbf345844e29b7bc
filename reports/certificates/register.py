"""The register of certificates (证书台账): a list that filters, sorts and exports."""

import django_filters as filters
from django.db.models import Q, QuerySet
from django.urls import reverse

from areas.models import Area
from areas.vocabulary import TOWNSHIPS, AreaKind
from common.filters import ALL, DayFilter, folded
from common.listing import CODE, DATE, Column, Listing
from reports.certificates.models import Certificate, CertificateState

TONES = {CertificateState.VALID: "met", CertificateState.RECHECKING: "late", CertificateState.WITHDRAWN: "missed"}
"""How a state is marked; the word stands beside it."""


class CertificateFilter(filters.FilterSet):
    q = filters.CharFilter(label="单位或编号", method="by_text", max_length=100)
    township = filters.ModelChoiceFilter(
        label="街镇", queryset=lambda request: _townships(request), method="by_township", empty_label=ALL
    )
    kind = filters.ChoiceFilter(label="类型", choices=AreaKind.choices, empty_label=ALL)
    state = filters.ChoiceFilter(label="状态", choices=CertificateState.choices, empty_label=ALL)
    issued_from = DayFilter(label="授牌日期从", field_name="issued_on", lookup_expr="gte")
    issued_to = DayFilter(label="授牌日期至", field_name="issued_on", lookup_expr="lte")

    class Meta:
        model = Certificate
        fields = ["q", "township", "kind", "state", "issued_from", "issued_to"]

    def by_text(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        text = folded(value)
        return queryset.filter(
            Q(unit_name__icontains=text)
            | Q(area__name__icontains=text)
            | Q(area__code__startswith=text)
            | Q(number__icontains=text)
        )

    def by_township(self, queryset: QuerySet, name: str, value: Area) -> QuerySet:
        return queryset.filter(area__code__startswith=value.code)


def _townships(request) -> QuerySet:
    return Area.objects.visible_to(request.user).filter(kind__in=TOWNSHIPS)


def address(certificate: Certificate) -> str:
    return reverse("certificates:certificate", args=[certificate.pk])


REGISTER = Listing(
    key="certificates",
    title="证书",
    unit="张",
    filterset=CertificateFilter,
    order=("-issued_on", "kind", "-year", "-serial"),
    template="reports/certificates/register.html",
    columns=(
        Column("number", "证书编号", kind=CODE, order=("kind", "year", "serial"), link=address, head=True),
        Column("unit", "单位", "unit_full_name", order=("area_id",)),
        Column("title", "称号", order=("title",), minor=True),
        Column("period", "达标季度", "quarter.label", order=("period",)),
        Column("issued_on", "授牌日期", kind=DATE, order=("issued_on",)),
        Column(
            "state", "状态", "get_state_display", order=("state",), tone=lambda row: TONES[CertificateState(row.state)]
        ),
        Column("withdrawn_on", "撤销日期", kind=DATE, order=("withdrawn_on",), on_page=False),
        Column("area", "区域编码", "area_id", kind=CODE, on_page=False),
        Column("decision", "审定依据", "decision_number", on_page=False),
        Column("issuer", "授牌机关", on_page=False),
        Column("code", "查验码", "code_grouped", kind=CODE, on_page=False),
        Column("verdict_digest", "评定摘要", kind=CODE, on_page=False),
    ),
)


def narrowed(request, rows: QuerySet) -> QuerySet:
    """The rows that the filters in the address leave, in the register's order; none where a filter is wrong."""
    asked = CertificateFilter(data=request.GET, queryset=rows, request=request)
    return asked.qs.order_by(*REGISTER.order) if asked.form.is_valid() else rows.none()
