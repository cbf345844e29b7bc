"""What may be supposed on a page: forms whose rows become a data package, checked as an import is."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property

from django import forms

from acceptance import plan
from acceptance.packages import handlers
from acceptance.rules.service import due_on
from areas import workdays
from areas.models import AccessPoint, Area, Operator, ServiceOrder, Site
from areas.package import registry
from areas.package.package import Package
from areas.package.tables import PackageSheet, PackageTable
from areas.package.values import Day, Flag, ListedValue, OperatorCode, PackageColumn, Whole
from areas.vocabulary import LEAVES, VILLAGE_LEVEL, AreaKind
from common.lookups import chunks
from common.periods import Quarter
from returns.figures import NAMES
from returns.models import LineStatus, ReturnLine
from returns.package import TABLE as RETURNS

NEW_POINTS, CLOSED_POINTS, NEW_ORDERS = 3, 2, 2
"""Blank rows on the page."""
MOST_ORDERS, MOST_SITES = 40, 20
"""How many orders and sites are listed one by one."""

YES_NO = (("0", "否"), ("1", "是"))


class RowForm(forms.Form):
    """Some columns of a row of the package, typed as text; the package says what is wrong with them."""

    use_required_attribute = False

    def __init__(
        self, columns: Sequence[PackageColumn], about: str, operators: Sequence[tuple[str, str]] = (), **options
    ) -> None:
        super().__init__(**options)
        for column in columns:
            self.fields[column.name] = _field(column, operators)
            self.fields[column.name].widget.attrs["aria-label"] = f"{about} {column.label}"
        self.columns = {column.name: column for column in columns}

    def texts(self) -> dict[str, str]:
        """What was typed, white space cut."""
        return {name: (self[name].value() or "").strip() for name in self.fields}

    @property
    def is_changed(self) -> bool:
        """Whether anything was typed over what stood there; a field that was not sent was not touched."""
        return self.is_bound and any(
            self.add_prefix(name) in self.data and text != str(self.initial.get(name, ""))
            for name, text in self.texts().items()
        )

    def read(self) -> dict[str, str]:
        """The texts for the package, which people may have written in their own way (1,234, 1.2万, 100M, 2018.5.1)."""
        self.full_clean()
        return {name: self._plain(name, text) for name, text in self.texts().items()}

    def _plain(self, name: str, text: str) -> str:
        try:
            return self.columns[name].plainly(text)
        except ValueError as problem:
            self.add_error(name, str(problem))
            return text


def _field(column: PackageColumn, operators: Sequence[tuple[str, str]]) -> forms.Field:
    choices: Iterable[tuple[str, str]] | None = None
    if isinstance(column.kind, OperatorCode):
        choices = operators
    elif isinstance(column.kind, Flag):
        choices = YES_NO
    elif isinstance(column.kind, ListedValue):
        choices = column.kind.labels.items()
    if choices is not None:
        return forms.ChoiceField(choices=list(choices), required=False, label=column.label)
    widget = forms.TextInput(attrs={"autocomplete": "off"})
    if isinstance(column.kind, Day):
        widget.attrs["placeholder"] = "例如 2018-06-30"
    if isinstance(column.kind, Whole):
        widget.attrs["inputmode"] = "numeric"
    return forms.CharField(required=False, max_length=100, label=column.label, widget=widget)


@dataclass
class Supposed:
    """A row of the page: its form, what it is about, and the columns of the package that the page fills in."""

    table: PackageTable
    form: RowForm
    name: str = ""
    code: str = ""
    fixed: Mapping[str, str] = field(default_factory=dict)

    @property
    def fields(self) -> list[forms.BoundField]:
        return list(self.form)


@dataclass(frozen=True)
class LateOrder:
    """An order that counts as late in the quarter, and the day by which it was due."""

    order: ServiceOrder
    due_on: date
    is_checked: bool

    @property
    def state(self) -> str:
        if self.order.completed_on:
            return f"{self.order.completed_on} 完成"
        return f"{self.order.cancelled_on} 撤单" if self.order.cancelled_on else "未完成"


class WhatIfForm:
    """Everything that may be supposed of ``area`` in ``quarter``; ``data`` is what was posted."""

    def __init__(self, user, area: Area, quarter: Quarter, basis: str, data: Mapping | None = None) -> None:
        self.user, self.area, self.quarter, self.basis, self.data = user, area, quarter, basis, data
        self.problems: list[str] = []

    def _row(
        self, table: PackageTable, names: Sequence[str], prefix: str, about: str, initial: Mapping | None = None, **more
    ) -> Supposed:
        columns = [table.by_name[name] for name in names]
        options = {"data": self.data, "prefix": prefix, "initial": initial or {}, "auto_id": "id_%s"}
        return Supposed(table, RowForm(columns, about, self.operators, **options), about, **more)

    @cached_property
    def operators(self) -> list[tuple[str, str]]:
        return list(Operator.objects.order_by("code").values_list("code", "name"))

    @property
    def _usual_operator(self) -> str:
        codes = [code for code, _ in self.operators]
        return "telecom" if "telecom" in codes else next(iter(codes), "")

    @property
    def _by_then(self) -> str:
        """The last day that still counts in the quarter."""
        return str(self.quarter.last_day)

    # ------------------------------------------------ what is offered

    @cached_property
    def _beneath(self):
        return Area.objects.visible_to(self.user).beneath(self.area.code).in_force(self.quarter.last_day)

    @cached_property
    def lines(self) -> list[Supposed]:
        """The returns of the villages beneath a street or town, or of the village itself; above that there are too many."""
        if self.area.kind == AreaKind.DISTRICT:
            return []
        villages = self._beneath.filter(kind__in=VILLAGE_LEVEL)
        if self.area.kind in LEAVES:
            villages = Area.objects.visible_to(self.user).filter(code=self.area.parent_id)
        known = {
            line.area_id: line
            for line in ReturnLine.objects.usable(self.basis).filter(
                area__in=villages.values("pk"), period=str(self.quarter)
            )
        }
        return [self._line(village, known.get(village.code)) for village in villages]

    def _line(self, village: Area, line: ReturnLine | None) -> Supposed:
        initial = {name: str(getattr(line, name)) for name in NAMES if getattr(line, name) is not None} if line else {}
        fixed = {"period": str(self.quarter), "area_code": village.code, "status": LineStatus.APPROVED.value}
        return self._row(RETURNS, NAMES, f"line-{village.code}", village.name, initial, code=village.code, fixed=fixed)

    @cached_property
    def points(self) -> list[Supposed]:
        """Planned access points, open by the quarter's last day unless another day is typed."""
        names = ("operator", "lon", "lat", "datum", "downstream_mbps", "opened_on")
        return [
            self._row(
                registry.ACCESS_POINTS, names, f"point-{number}", f"拟建接入点 {number}",
                {"operator": self._usual_operator, "datum": "WGS84", "downstream_mbps": "100", "opened_on": self._by_then},
                fixed={"ap_id": f"推演接入点{number}", "tv_only": "0"},
            )
            for number in range(1, NEW_POINTS + 1)
        ]  # fmt: skip

    @cached_property
    def closures(self) -> list[Supposed]:
        names = ("ap_id", "closed_on")
        initial = {"closed_on": self._by_then}
        return [
            self._row(registry.ACCESS_POINTS, names, f"close-{number}", f"停用接入点 {number}", initial)
            for number in range(1, CLOSED_POINTS + 1)
        ]

    @cached_property
    def new_orders(self) -> list[Supposed]:
        names = ("operator", "area_code", "accepted_on", "completed_on", "needs_expansion")
        located = self.area.code if len(self.area.code) > 9 else ""
        initial = {"operator": self._usual_operator, "area_code": located, "needs_expansion": "0"}
        return [
            self._row(
                registry.SERVICE_ORDERS, names, f"order-{number}", f"新增工单 {number}", initial,
                fixed={"order_id": f"推演工单{number}"},
            )
            for number in range(1, NEW_ORDERS + 1)
        ]  # fmt: skip

    @cached_property
    def households(self) -> list[Supposed]:
        """The natural villages of a village or community, or the natural village itself."""
        if len(self.area.code) < 12:
            return []
        villages = self._beneath.filter(kind=AreaKind.NATURAL_VILLAGE)
        return [
            self._row(
                registry.AREAS, ("permanent_households",), f"area-{each.code}", each.name,
                {"permanent_households": str(each.permanent_households)},
                code=each.code, fixed={"code": each.code, "name": each.name, "kind": each.kind},
            )
            for each in villages
        ]  # fmt: skip

    @cached_property
    def _unplaced(self):
        sites = Site.objects.visible_to(self.user).beneath(self.area.code).in_force(self.quarter.last_day)
        return list(sites.filter(lon__isnull=True).order_by("site_id")[: MOST_SITES + 1])

    @property
    def has_more_sites(self) -> bool:
        return len(self._unplaced) > MOST_SITES

    @cached_property
    def sites(self) -> list[Supposed]:
        """The first of the sites without coordinates."""
        return [
            self._row(
                registry.SITES, ("lon", "lat", "datum"), f"site-{each.pk}", each.name, {"datum": "WGS84"}, code=each.site_id,
                fixed={"site_id": each.site_id, "area_code": each.area_id, "name": each.name, "kind": each.kind},
            )
            for each in self._unplaced[:MOST_SITES]
        ]  # fmt: skip

    @cached_property
    def _late(self) -> list[tuple[ServiceOrder, date]]:
        """The late orders of the quarter at and beneath the area, and of a leaf's village (A32)."""
        terms, calendar, first, last = (
            plan.current().service,
            workdays.load(),
            self.quarter.first_day,
            self.quarter.last_day,
        )
        orders = ServiceOrder.objects.visible_to(self.user).beneath(self.area.code)
        if self.area.kind in LEAVES:
            orders |= ServiceOrder.objects.visible_to(self.user).filter(area=self.area.parent_id)
        open_or_late = (
            orders.filter(accepted_on__lte=last).exclude(completed_on__lt=first).exclude(cancelled_on__lt=first)
        )
        rows = open_or_late.order_by().values_list(
            "pk", "accepted_on", "needs_expansion", "completed_on", "cancelled_on"
        )
        due_of = cache(lambda accepted_on, expands: due_on(accepted_on, expands, terms, calendar))
        due = {}
        for number, *accepted, completed_on, cancelled_on in rows:
            due_by, done = due_of(*accepted), completed_on or cancelled_on
            if due_by <= last and (done is None or done > due_by):
                due[number] = due_by
        late = [
            order
            for some in chunks(due)
            for order in ServiceOrder.objects.filter(pk__in=some).select_related("area", "operator")
        ]
        return [(order, due[order.pk]) for order in sorted(late, key=lambda order: order.order_id)]

    @property
    def late_count(self) -> int:
        return len(self._late)

    @cached_property
    def late_orders(self) -> list[LateOrder]:
        """The first of them, one by one."""
        return [LateOrder(order, due, self._is_on_time(order)) for order, due in self._late[:MOST_ORDERS]]

    @property
    def all_on_time(self) -> bool:
        return bool(self.data and self.data.get("all-on-time"))

    def _is_on_time(self, order: ServiceOrder) -> bool:
        return bool(self.data and self.data.get(f"on-time-{order.pk}"))

    @property
    def has_errors(self) -> bool:
        return bool(self.problems) or any(row.form.is_bound and row.form.errors for row in self._rows)

    @property
    def errors(self) -> list[dict]:
        """Every problem with the way to its field."""
        found = [{"text": text} for text in self.problems]
        for row in self._rows:
            for bound in row.form:
                found += [
                    {"text": f"{row.name} {bound.label}：{error}", "href": f"#{bound.id_for_label}"}
                    for error in bound.errors
                ]
            found += [{"text": f"{row.name}：{error}"} for error in row.form.non_field_errors()]
        return found

    @cached_property
    def _rows(self) -> list[Supposed]:
        return [*self.lines, *self.points, *self.closures, *self.new_orders, *self.households, *self.sites]

    # ------------------------------------------------ what was supposed

    def package(self) -> Package:
        """What was supposed, as a package, checked; its problems stand beside the fields."""
        sheets: dict[str, list[tuple[dict[str, str], Supposed | None]]] = {}
        for row in self._rows:
            if row.form.is_changed and (values := self._values(row)) is not None:
                sheets.setdefault(row.table.name, []).append((values, row))
        for order, due in self._late:
            if self.all_on_time or self._is_on_time(order):
                sheets.setdefault("service_orders", []).append((_on_time(order, due), None))
        package = Package(handlers(), [_sheet(name, [values for values, _ in rows]) for name, rows in sheets.items()])
        for problem in package.check().errors:
            self._place(problem, sheets)
        return package

    def _values(self, row: Supposed) -> dict[str, str] | None:
        """A row's texts; None where the page itself already says what is wrong."""
        values = {**row.form.read(), **row.fixed}
        if row.form.errors:
            return None
        if row in self.closures:
            return self._closing(row, values)
        code = values.get("area_code", "")
        if code and not self.user.scope.holds(code):
            row.form.add_error(
                "area_code", f"编码 {code} 不在您的查看范围内：请填范围内行政村、社区、自然村或小区的编码。"
            )
            return None
        return values

    def _closing(self, row: Supposed, values: dict[str, str]) -> dict[str, str] | None:
        """The whole row of an access point that is to be closed."""
        point = AccessPoint.objects.visible_to(self.user).filter(ap_id=values["ap_id"]).first()
        if point is None:
            row.form.add_error("ap_id", "没有该编号的接入点，或不在您的查看范围内：请核对编号。")
            return None
        if not values["closed_on"]:
            row.form.add_error("closed_on", "停用日期未填：应为日期 YYYY-MM-DD，例如 2018-06-30。")
            return None
        stored = {
            "operator": point.operator_id, "lon": point.given_lon, "lat": point.given_lat, "datum": point.datum,
            "downstream_mbps": point.downstream_mbps, "tv_only": point.tv_only, "opened_on": point.opened_on,
        }  # fmt: skip
        if point.given_lon is None:
            stored |= {"lon": point.lon, "lat": point.lat, "datum": "WGS84"}
        return _written(registry.ACCESS_POINTS, stored) | values

    def _place(self, problem, sheets: Mapping[str, list]) -> None:
        """Put a problem of the package beside the field that it is about."""
        row = sheets[problem.table][problem.row - 2][1] if problem.row and problem.table in sheets else None
        if row is None:
            self.problems.append(problem.message)
        elif problem.column in row.form.fields:
            if problem.message not in row.form.errors.get(problem.column, []):
                row.form.add_error(problem.column, problem.message)
        else:
            row.form.add_error(None, problem.message)


def _written(table: PackageTable, values: Mapping[str, object]) -> dict[str, str]:
    return {name: table.by_name[name].write(value) for name, value in values.items()}


def _on_time(order: ServiceOrder, due: date) -> dict[str, str]:
    """An order completed on the day by which it was due."""
    values = {
        "order_id": order.order_id, "operator": order.operator_id, "area_code": order.area_id,
        "accepted_on": order.accepted_on, "completed_on": due, "cancelled_on": None,
        "needs_expansion": order.needs_expansion,
    }  # fmt: skip
    return _written(registry.SERVICE_ORDERS, values)


def _sheet(name: str, rows: Sequence[Mapping[str, str]]) -> PackageSheet:
    header = list(dict.fromkeys(column for row in rows for column in row))
    numbered = [(number, [row.get(column, "") for column in header]) for number, row in enumerate(rows, start=2)]
    return PackageSheet(name, [(1, header), *numbered])
