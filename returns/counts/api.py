"""The operators' counts through the API (docs/api.md): an operator reads and replaces its own, and no other's.

``GET /api/operator-counts/?period=2019Q1&area_code=441802103`` lists them, a page at a time.
``PUT`` or ``POST`` to the same address takes one row or a list of rows::

    {"period": "2019Q1", "area_code": "441802103", "broadband_users": 1200, "fibre_users": 1100}

All of them are kept, or none. Sending the same again changes nothing, and both methods do the same.
Both figures null take a count back. 200: {"created", "changed", "removed", "unchanged"}; 400: {"errors":
[{"row", "field", "value", "message"}]}, ``row`` counted from 1 in the list as sent (null: of no row).
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import django_filters as filters
from django.db import transaction
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework import mixins, serializers, viewsets
from rest_framework.filters import OrderingFilter
from rest_framework.response import Response
from rest_framework.routers import DefaultRouter

from accounts.access import HasPower
from accounts.posts import Power
from common.clock import today
from common.exceptions import Refused
from common.periods import Quarter
from register.api import Pages
from returns.counts import counts
from returns.figures import BY_NAME
from returns.models import COUNTED, OperatorCount

MOST_ROWS = 5_000
_FIELDS = ("period", "area_code", *COUNTED)


class CountSerializer(serializers.ModelSerializer):
    area_code = serializers.CharField(source="area_id")

    class Meta:
        model = OperatorCount
        fields = [*_FIELDS, "at"]


class CountFilter(filters.FilterSet):
    period = filters.CharFilter(label="季度", max_length=6)
    area_code = filters.CharFilter(label="区域编码", field_name="area_id", max_length=15)

    class Meta:
        model = OperatorCount
        fields = ["period", "area_code"]


class _Wrong(Exception):
    """What is wrong with what was sent, all of it."""

    def __init__(self, errors: list[dict]) -> None:
        super().__init__()
        self.errors = errors


class CountViewSet(mixins.ListModelMixin, viewsets.GenericViewSet):
    """An operator's own counts of broadband and fibre users, by quarter and township or village."""

    queryset = OperatorCount.objects.all()
    serializer_class = CountSerializer
    permission_classes = [HasPower]
    powers = (Power.ENTER_COUNTS,)
    pagination_class = Pages
    filter_backends = [DjangoFilterBackend, OrderingFilter]
    filterset_class = CountFilter
    ordering_fields, ordering = ["period", "area_id"], ["period", "area_id"]

    def get_queryset(self):
        return super().get_queryset().visible_to(self.request.user)

    def create(self, request) -> Response:
        return self.replace(request)

    def replace(self, request) -> Response:
        """Replace the operator's counts by those in the request."""
        try:
            return Response(_kept(request.data, request.user))
        except _Wrong as wrong:
            return Response({"errors": wrong.errors}, status=400)
        except Refused as refusal:
            return Response({"errors": [_error(None, "", None, str(refusal))]}, status=409)


def _error(row: int | None, field: str, value: Any, message: str) -> dict:
    shown = value if isinstance(value, (int, type(None))) else _plain(value)
    return {"row": row, "field": field, "value": shown, "message": message}


def _kept(data: Any, user) -> dict[str, int]:
    """How many counts were created, changed, taken back and left, over all quarters sent."""
    rows = data if isinstance(data, list) else [data]
    if not rows or len(rows) > MOST_ROWS:
        raise _Wrong([_error(None, "", None, f"一次应有 1 至 {MOST_ROWS} 行，收到 {len(rows)} 行。")])
    quarters, places = _read(rows)
    total = dict.fromkeys(("created", "changed", "removed", "unchanged"), 0)
    with transaction.atomic():
        for quarter in sorted(quarters):
            saved = _saved(quarter, quarters[quarter], places, user)
            total = {name: number + getattr(saved, name) for name, number in total.items()}
    return total


def _saved(quarter: Quarter, rows: Mapping[str, counts.CountInput], places: Mapping, user) -> counts.Saved:
    try:
        return counts.save(operator=user.operator, quarter=quarter, rows=rows, on=today(), by=user)
    except counts.Unsound as unsound:
        raise _Wrong(
            [
                _error(places.get((quarter, each.code)), each.figure or "area_code", each.value, each.message)
                for each in unsound.faults
            ]
        ) from None
    except Refused as refusal:
        first = next(iter(rows))
        raise _Wrong([_error(places[quarter, first], "period", str(quarter), str(refusal))]) from None


def _read(rows: list) -> tuple[dict[Quarter, dict[str, counts.CountInput]], dict[tuple[Quarter, str], int]]:
    """The rows by quarter and area, and where each stood; _Wrong with everything that cannot be read."""
    errors: list[dict] = []
    quarters: dict[Quarter, dict[str, counts.CountInput]] = defaultdict(dict)
    places: dict[tuple[Quarter, str], int] = {}
    for number, row in enumerate(rows, start=1):
        found = _row_errors(number, row)
        if not found:
            quarter, code = Quarter.parse(row["period"]), row["area_code"]
            if (quarter, code) in places:
                what = f"同一季度、同一区域在第 {places[quarter, code]} 行已有一行：请只留一行。"
                found = [_error(number, "area_code", code, what)]
            places.setdefault((quarter, code), number)
            quarters[quarter][code] = counts.CountInput({name: row[name] for name in COUNTED})
        errors += found
    if errors:
        raise _Wrong(errors)
    return quarters, places


def _row_errors(number: int, row: Any) -> list[dict]:
    if not isinstance(row, dict):
        return [_error(number, "", None, f"每一行应是一个对象，有 {'、'.join(_FIELDS)} 四项。")]
    found = [_error(number, name, None, f"无法识别 {name} 这一项：请删去。") for name in _strange(row)]
    found += [_error(number, name, None, f"缺少 {name} 这一项。") for name in _FIELDS if name not in row]
    if "period" in row and not _is_quarter(row["period"]):
        found.append(_error(number, "period", row["period"], "季度应写作 2019Q1 的形式。"))
    if "area_code" in row and not _is_code(row["area_code"]):
        found.append(
            _error(number, "area_code", row["area_code"], "区域编码应是 9 位（街镇）或 12 位（村居）数字的文本。")
        )
    for name in COUNTED:
        if name in row and not (row[name] is None or type(row[name]) is int):
            message = f"{BY_NAME[name].label}应为整数；尚无数据的填 null。"
            found.append(_error(number, name, row[name], message))
    return found


def _strange(row: Mapping) -> list[str]:
    return sorted(_plain(name) for name in row.keys() - set(_FIELDS))


def _plain(text: Any) -> str:
    """As much of it as an answer needs, without halves of characters."""
    return str(text)[:40].encode("utf-8", "replace").decode("utf-8")


def _is_quarter(text: Any) -> bool:
    try:
        return isinstance(text, str) and bool(Quarter.parse(text))
    except ValueError:
        return False


def _is_code(text: Any) -> bool:
    return isinstance(text, str) and text.isascii() and text.isdecimal() and len(text) in (9, 12)


def routes(router: DefaultRouter) -> None:
    """Add the counts to the API's root."""
    router.register("operator-counts", CountViewSet, "operator-count")
