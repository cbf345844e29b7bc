"""The filters of the registry's lists, the same for pages, exports and the API, on the values of the list's date."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache

import django_filters as filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Case, CharField, Model, Q, QuerySet, TextChoices, Value, When
from django.db.models.functions import Left
from django.utils.choices import CallableChoiceIterator

from areas.dated import names_on, then_with_areas
from areas.models import AccessPoint, Area, Operator, ServiceOrder, Site, valid
from areas.vocabulary import TOWNSHIPS, VILLAGE_LEVEL, AreaKind, DatedTable, Setting, SiteKind
from common.clock import today
from common.filters import ALL, DatedFilterSet, DayFilter, YesNoFilter, matching
from register.dated_lookups import DatedLookup, changed_by


class Validity(TextChoices):
    """Whether an area or a site is in force on a date, with all that stands above it."""

    IN_FORCE = "in_force", "有效"
    NOT_IN_FORCE = "not_in_force", "未生效或已失效"


class PointState(TextChoices):
    OPEN = "open", "在用"
    CLOSED = "closed", "已停用"
    FUTURE = "future", "未开通"


class OrderState(TextChoices):
    OPEN = "open", "在办"
    COMPLETED = "completed", "已完成"
    CANCELLED = "cancelled", "已撤单"
    FUTURE = "future", "未受理"


class RegisterFilter(DatedFilterSet):
    """A list of the registry as it stands on a date: ``state`` is worked out for it and written on each row.

    Filters and sorting read the values of that date (``dated``), and so do the rows that are shown.
    """

    q = filters.CharFilter(label="名称或编码", method="by_text", max_length=100)
    area = filters.CharFilter(label="街镇或村居", method="by_area", widget=forms.Select)
    on = DayFilter(label="截至日期", method="as_it_is", help_text="")

    area_path = "area__code"
    area_kinds: tuple[AreaKind, ...] = (*TOWNSHIPS, *VILLAGE_LEVEL)
    code_path, name_path = "", ""
    dated: Mapping[str, DatedLookup] = {}
    """The lookups that may find other values on other days; ``_names`` has those that do on the list's."""
    _names: Mapping[str, str] = {}

    @property
    def form(self):
        fresh = not hasattr(self, "_form")
        form = super().form
        if fresh and "area" in form.fields:
            form.fields["area"].validators.append(self._known_area)
            form.fields["area"].widget.choices = CallableChoiceIterator(cache(lambda: self._area_choices(form)))
        for field in form.fields.values() if fresh else ():
            if "invalid_choice" in field.error_messages:
                field.error_messages["invalid_choice"] = "没有该选项，请在列表中选择。"
        return form

    @property
    def day(self) -> date:
        """The date for which states are shown: the one asked for, otherwise today."""
        return self.form.cleaned_data.get("on") or today()

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        changed = changed_by(self.day)
        found = {lookup: each for lookup, each in self.dated.items() if (each.table, each.column) in changed}
        self._names = {lookup: each.alias for lookup, each in found.items()}
        queryset = queryset.alias(**{each.alias: each.value_on(lookup, self.day) for lookup, each in found.items()})
        for each in self.filters.values():
            each.field_name = self._name(each.field_name)
        return super().filter_queryset(queryset.annotate(state=self._state()))

    def _name(self, lookup: str) -> str:
        return self._names.get(lookup, lookup)

    def _state(self) -> Case:
        return self.state_on(self.day)

    def ordering(self, names: Iterable[str]) -> list[str]:
        return ["-" * name.startswith("-") + self._name(name.removeprefix("-")) for name in names]

    def as_of(self, rows: Iterable[Model]) -> list[Model]:
        return then_with_areas(rows, self.day) if self._names else list(rows)

    @staticmethod
    def state_on(on: date) -> Case:
        raise NotImplementedError

    def by_text(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(matching(value, self.code_path, self._name(self.name_path)))

    def by_area(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(**{f"{self._name(self.area_path)}__startswith": value})

    def as_it_is(self, queryset: QuerySet, name: str, value: date) -> QuerySet:
        return queryset

    def _known_area(self, code: str) -> None:
        if not re.fullmatch(r"[0-9]{6,15}", code):
            raise ValidationError("区域编码应为 6、9、12 或 15 位数字。")
        if not self._areas().filter(pk=code).exists():
            raise ValidationError(f"没有编码为“{code}”的区域，或不在您的范围内。请在列表中选择。")

    def _areas(self) -> QuerySet:
        """The areas one may choose from: those in scope; for an operator, the townships of its own rows."""
        user = self.request.user
        if user.scope.operator is None:
            return Area.objects.visible_to(user)
        own = self._meta.model.objects.visible_to(user).annotate(within=Left(self.area_path, 9))
        return Area.objects.filter(code__in=own.order_by().values("within").distinct())

    def _area_choices(self, form) -> list:
        """Townships, as groups with their villages where those are asked for; also the leaf that is chosen."""
        groups: dict[str, list] = {}
        names = {}
        chosen = "" if "area" in form.errors else form["area"].value() or ""
        listed = self._areas().filter(Q(kind__in=self.area_kinds) | Q(code=chosen)).order_by("code")
        called = dict(listed.values_list("code", "name"))
        for code, name in (names_on(DatedTable.AREAS, called, self.day) if self._names else called).items():
            names[code] = name
            own = f"{name}（全部）" if len(code) == 9 else name
            groups.setdefault(code[:9], []).append((code, own))
        if all(len(options) == 1 for options in groups.values()):
            return [("", ALL)] + [(code, names[code]) for options in groups.values() for code, _ in options]
        return [("", ALL)] + [(names.get(code, "其他"), options) for code, options in groups.items()]


class AreaFilter(RegisterFilter):
    kind = filters.ChoiceFilter(label="类型", choices=AreaKind.choices, empty_label=ALL)
    setting = filters.ChoiceFilter(label="城乡", choices=Setting.choices, empty_label=ALL)
    demonstration = YesNoFilter(label="示范点")
    households_min = filters.NumberFilter(
        label="常住户数不少于",
        field_name="permanent_households",
        lookup_expr="gte",
        min_value=0,
        max_value=10**7,
        decimal_places=0,
    )
    state = filters.ChoiceFilter(label="状态", choices=Validity.choices, empty_label=ALL)

    area_path, code_path, name_path = "code", "code", "name"
    dated = {
        **{
            column: DatedLookup(DatedTable.AREAS, column, "code")
            for column in ("name", "kind", "permanent_households", "setting", "demonstration")
        },
        "parent__name": DatedLookup(DatedTable.AREAS, "name", "parent_id"),
    }

    class Meta:
        model = Area
        fields = ["q", "area", "kind", "setting", "demonstration", "households_min", "state", "on"]

    @staticmethod
    def state_on(on: date) -> Case:
        return _validity(Q(pk__in=Area.objects.in_force(on).order_by().values("pk")))


class SiteFilter(RegisterFilter):
    kind = filters.ChoiceFilter(label="类型", choices=SiteKind.choices, empty_label=ALL)
    setting = filters.ChoiceFilter(label="城乡", choices=Setting.choices, empty_label=ALL)
    located = filters.ChoiceFilter(
        label="坐标",
        choices=(("1", "有坐标"), ("0", "缺坐标")),
        empty_label=ALL,
        method="by_located",
    )
    state = filters.ChoiceFilter(label="状态", choices=Validity.choices, empty_label=ALL)

    code_path, name_path = "site_id", "name"
    dated = {
        **{column: DatedLookup(DatedTable.SITES, column, "site_id") for column in ("name", "kind", "setting")},
        **{lookup: DatedLookup(DatedTable.SITES, "area_code", "site_id") for lookup in ("area__code", "area_id")},
        "area__name": DatedLookup(DatedTable.AREAS, "name", "area_id"),
    }

    class Meta:
        model = Site
        fields = ["q", "area", "kind", "setting", "located", "state", "on"]

    @staticmethod
    def state_on(on: date) -> Case:
        return _validity(Q(pk__in=Site.objects.in_force(on).order_by().values("pk")))

    def _state(self) -> Case:
        """A site that was moved is in force with the area at which it is on the day."""
        if "area_id" not in self._names:
            return super()._state()
        areas = Area.objects.in_force(self.day).order_by().values("pk")
        return _validity(valid(self.day) & Q(**{f"{self._names['area_id']}__in": areas}))

    def by_located(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(lat__isnull=value == "0")


class NetworkFilter(RegisterFilter):
    """What access points and orders have in common; their operator is asked for only where there is a choice."""

    operator = filters.ModelChoiceFilter(label="运营企业", queryset=Operator.objects.all(), empty_label=ALL)

    @property
    def form(self):
        form = super().form
        if self.request.user.scope.operator is not None:
            form.fields.pop("operator", None)
        return form


class AccessPointFilter(NetworkFilter):
    area = filters.CharFilter(label="所在街镇", method="by_area", widget=forms.Select)
    state = filters.ChoiceFilter(label="状态", choices=PointState.choices, empty_label=ALL)
    tv_only = YesNoFilter(label="仅传电视")
    speed_min = filters.NumberFilter(
        label="速率不低于（Mbps）", field_name="downstream_mbps", lookup_expr="gte", min_value=0, max_value=10**7
    )
    opened_from = DayFilter(label="开通日期从", field_name="opened_on", lookup_expr="gte")
    opened_to = DayFilter(label="开通日期至", field_name="opened_on", lookup_expr="lte")

    area_path, area_kinds = "township__code", TOWNSHIPS
    code_path, name_path = "ap_id", "name"
    dated = {
        **{
            column: DatedLookup(DatedTable.ACCESS_POINTS, column, "ap_id")
            for column in ("name", "downstream_mbps", "tv_only", "ports_total", "ports_used")
        },
        "township__name": DatedLookup(DatedTable.AREAS, "name", "township_id"),
    }

    class Meta:
        model = AccessPoint
        fields = ["q", "area", "operator", "state", "tv_only", "speed_min", "opened_from", "opened_to", "on"]

    @staticmethod
    def state_on(on: date) -> Case:
        return _case(
            (Q(opened_on__gt=on), PointState.FUTURE), (Q(closed_on__lte=on), PointState.CLOSED), default=PointState.OPEN
        )


class OrderFilter(NetworkFilter):
    q = filters.CharFilter(label="工单号或区域名称", method="by_text", max_length=100)
    state = filters.ChoiceFilter(label="状态", choices=OrderState.choices, empty_label=ALL)
    needs_expansion = YesNoFilter(label="需扩容")
    accepted_from = DayFilter(label="受理日期从", field_name="accepted_on", lookup_expr="gte")
    accepted_to = DayFilter(label="受理日期至", field_name="accepted_on", lookup_expr="lte")

    code_path, name_path = "order_id", "area__name"
    dated = {"area__name": DatedLookup(DatedTable.AREAS, "name", "area_id")}

    class Meta:
        model = ServiceOrder
        fields = ["q", "area", "operator", "state", "needs_expansion", "accepted_from", "accepted_to", "on"]

    @staticmethod
    def state_on(on: date) -> Case:
        return _case(
            (Q(accepted_on__gt=on), OrderState.FUTURE),
            (Q(completed_on__lte=on), OrderState.COMPLETED),
            (Q(cancelled_on__lte=on), OrderState.CANCELLED),
            default=OrderState.OPEN,
        )


def _validity(in_force: Q) -> Case:
    return _case((in_force, Validity.IN_FORCE), default=Validity.NOT_IN_FORCE)


def _case(*cases: tuple[Q, str], default: str) -> Case:
    """The first case that holds, as text on the row."""
    whens = [When(condition, then=Value(str(value))) for condition, value in cases]
    return Case(*whens, default=Value(str(default)), output_field=CharField())
