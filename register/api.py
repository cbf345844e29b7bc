"""The registry through the API: reading only, within the same scope, with the same filters and as of the same date as the pages."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Model, QuerySet
from django.http import Http404
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework import serializers, viewsets
from rest_framework.filters import OrderingFilter
from rest_framework.pagination import PageNumberPagination
from rest_framework.routers import DefaultRouter

from accounts.access import HasPower
from accounts.posts import Power
from areas.models import AccessPoint, Area, ServiceOrder, Site
from common.http import NoSuchRow
from register.filters import AccessPointFilter, AreaFilter, OrderFilter, SiteFilter

_PLACE = ["lon", "lat", "given_lon", "given_lat", "datum"]


class Pages(PageNumberPagination):
    page_size = 50
    page_size_query_param = "size"
    max_page_size = 500


class AreaSerializer(serializers.ModelSerializer):
    class Meta:
        model = Area
        fields = [
            "code",
            "name",
            "kind",
            "parent",
            "permanent_households",
            "setting",
            "demonstration",
            "valid_from",
            "valid_to",
        ]


class SiteSerializer(serializers.ModelSerializer):
    area_code = serializers.CharField(source="area_id")

    class Meta:
        model = Site
        fields = ["site_id", "area_code", "name", "kind", "setting", *_PLACE, "valid_from", "valid_to"]


class AccessPointSerializer(serializers.ModelSerializer):
    class Meta:
        model = AccessPoint
        fields = [
            "ap_id",
            "operator",
            "name",
            "township",
            *_PLACE,
            "downstream_mbps",
            "tv_only",
            "opened_on",
            "closed_on",
            "ports_total",
            "ports_used",
        ]


class OrderSerializer(serializers.ModelSerializer):
    area_code = serializers.CharField(source="area_id")

    class Meta:
        model = ServiceOrder
        fields = ["order_id", "operator", "area_code", "accepted_on", "completed_on", "cancelled_on", "needs_expansion"]


class AsOfFilter(DjangoFilterBackend):
    """The filters of the pages; the view keeps them, for it shows rows as of their date (``on``, today if not given)."""

    def get_filterset(self, request, queryset: QuerySet, view) -> Any:
        view.dated = super().get_filterset(request, queryset, view)
        return view.dated


class AsOfOrdering(OrderingFilter):
    def get_ordering(self, request, queryset: QuerySet, view) -> list[str]:
        return view.dated.ordering(super().get_ordering(request, queryset, view))


class RegisterViewSet(viewsets.ReadOnlyModelViewSet):
    """Rows within the scope of the one who asks; another's row is not there."""

    permission_classes = [HasPower]
    pagination_class = Pages
    filter_backends = [AsOfFilter, AsOfOrdering]
    lookup_value_regex = "[^/]+"
    row_parameters = ("on",)
    powers = (Power.SEE_REGISTRY,)

    def get_queryset(self):
        return self.queryset.visible_to(self.request.user)

    def paginate_queryset(self, queryset: QuerySet) -> Sequence[Model]:
        return self.dated.as_of(super().paginate_queryset(queryset) or ())

    def get_object(self) -> Model:
        try:
            row = super().get_object()
        except Http404 as missing:
            asked = {self.lookup_field: self.kwargs[self.lookup_field]}
            raise NoSuchRow(str(missing), self.queryset.filter(**asked)) from None
        return self.dated.as_of([row])[0]


class AreaViewSet(RegisterViewSet):
    queryset = Area.objects.all()
    serializer_class = AreaSerializer
    filterset_class = AreaFilter
    lookup_field = "code"
    ordering_fields, ordering = ["code", "name", "kind", "permanent_households"], ["code"]


class SiteViewSet(RegisterViewSet):
    queryset = Site.objects.select_related("area")
    serializer_class = SiteSerializer
    filterset_class = SiteFilter
    lookup_field = "site_id"
    ordering_fields, ordering = ["site_id", "name", "kind", "area_id"], ["site_id"]


class AccessPointViewSet(RegisterViewSet):
    queryset = AccessPoint.objects.all()
    serializer_class = AccessPointSerializer
    filterset_class = AccessPointFilter
    lookup_field = "ap_id"
    powers = (Power.SEE_NETWORK,)
    ordering_fields, ordering = ["ap_id", "operator_id", "downstream_mbps", "opened_on"], ["ap_id"]


class OrderViewSet(RegisterViewSet):
    queryset = ServiceOrder.objects.all()
    serializer_class = OrderSerializer
    filterset_class = OrderFilter
    lookup_field = "order_id"
    powers = (Power.SEE_NETWORK,)
    ordering_fields, ordering = ["order_id", "operator_id", "accepted_on", "completed_on"], ["order_id"]


def routes(router: DefaultRouter) -> None:
    """Add the registry to the API's root."""
    router.register("areas", AreaViewSet, "area")
    router.register("sites", SiteViewSet, "site")
    router.register("access-points", AccessPointViewSet, "access-point")
    router.register("orders", OrderViewSet, "order")
