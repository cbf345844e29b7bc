"""By what the members of a figure are narrowed."""

from collections.abc import Iterable

import django_filters as filters
from django.db.models import CharField, Model, QuerySet
from django.db.models.functions import Cast

from areas.dated import then, then_with_areas
from areas.models import Area, Operator
from areas.vocabulary import TOWNSHIPS, SiteKind
from common.filters import ALL, DatedFilterSet, matching
from figures.address import MemberPart
from figures.declared import FigureQuery, OpenedFigure


class Members(DatedFilterSet):
    """The members of ``figure`` as ``asked``: a part of them, in a township, by name or code, by cause."""

    figure: OpenedFigure
    asked: FigureQuery
    code_path, name_path, area_path = "area__code", "area__name", "area__code"

    part = filters.ChoiceFilter(label="范围", empty_label=None, method="by_part")
    q = filters.CharFilter(label="名称或编码", method="by_text", max_length=100)
    township = filters.ChoiceFilter(label="街镇", empty_label=ALL, method="by_township")
    cause = filters.ChoiceFilter(label="原因", empty_label=ALL, method="by_cause")

    def __init__(self, data=None, **options) -> None:
        data = data.copy() if data is not None else {}
        data.setdefault("part", MemberPart.ALL)
        super().__init__(data, **options)

    @property
    def form(self):
        fresh = not hasattr(self, "_form")
        form = super().form
        if fresh:
            form.fields["part"].choices = part_choices(self.figure)
            form.fields["township"].choices = [("", ALL), *self._townships()]
            form.fields["cause"].choices = [("", ALL), *self.figure.causes.items()]
            if not self.figure.causes:
                del form.fields["cause"]
            for field in form.fields.values():
                if "invalid_choice" in field.error_messages:
                    field.error_messages["invalid_choice"] = "没有该选项，请在列表中选择。"
        return form

    def _townships(self) -> list[tuple[str, str]]:
        """The townships beneath the area, with the names of the quarter's last day."""
        rows = Area.objects.filter(kind__in=TOWNSHIPS)
        if self.asked.area:
            rows = rows.visible_to(self.asked.user).beneath(self.asked.code)
        return [(area.code, area.name) for area in then(rows.order_by("code"), self.asked.quarter.last_day)]

    def by_part(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return self.figure.part(rows, value)

    def by_text(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(matching(value, self.code_path, self.name_path))

    def by_township(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(**{f"{self.area_path}__startswith": value})

    def by_cause(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(cause=value)

    def ordering(self, names: Iterable[str]) -> list[str]:
        return list(names)

    def as_of(self, rows: Iterable[Model]) -> list[Model]:
        """With the areas' names and kinds of the quarter's last day."""
        found = list(rows)
        areas = {id(area): area for row in found for area in (row.area, row.area.parent) if area}
        then(areas.values(), self.asked.quarter.last_day)
        return found


class AreaMembers(Members):
    class Meta:
        fields: list[str] = []


class OfOperators(Members):
    """Members that can be narrowed to an operator, by the filter ``operator`` of whoever extends this."""

    @property
    def form(self):
        fresh = not hasattr(self, "_form")
        form = super().form
        if fresh:
            form.fields["operator"].choices = [
                ("", ALL),
                *Operator.objects.order_by("code").values_list("code", "name"),
            ]
        return form


class SiteMembers(OfOperators):
    code_path, name_path, area_path = "site__site_id", "site__name", "area_code"

    kind = filters.ChoiceFilter(field_name="site__kind", label="点位类型", choices=SiteKind.choices, empty_label=ALL)
    operator = filters.ChoiceFilter(label="能接入的企业", empty_label=ALL, method="by_operator")

    class Meta:
        fields: list[str] = []

    def by_operator(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """Sites that the operator makes capable; its code stands in quotation marks in the list of them."""
        return rows.annotate(served=Cast("operators", CharField())).filter(served__contains=f'"{value}"')

    def as_of(self, rows: Iterable[Model]) -> list[Model]:
        found = list(rows)
        then_with_areas([row.site for row in found], self.asked.quarter.last_day)
        return found


class LightMembers(Members):
    """Milestones in their scopes."""

    code_path, name_path, area_path = "key", "area__name", "area__code"

    due = filters.CharFilter(label="期限", max_length=6)
    until = filters.CharFilter(field_name="due", lookup_expr="lte", label="期限不晚于", max_length=6)

    class Meta:
        fields: list[str] = []


class NetworkMembers(OfOperators):
    """Access points or orders, of all operators or of one."""

    operator = filters.ChoiceFilter(label="运营企业", empty_label=ALL)

    class Meta:
        fields: list[str] = []


class OrderMembers(NetworkMembers):
    code_path, name_path, area_path = "order_id", "area__name", "area__code"

    def as_of(self, rows: Iterable[Model]) -> list[Model]:
        return then_with_areas(rows, self.asked.day)


class PointMembers(NetworkMembers):
    code_path, name_path, area_path = "ap_id", "name", "township__code"

    def as_of(self, rows: Iterable[Model]) -> list[Model]:
        """As they stand in the register, by which they are counted."""
        return list(rows)


def part_choices(figure: OpenedFigure) -> list[tuple[str, str]]:
    """The parts as a reader chooses them; whoever lacks are one choice, whether or not some are wanted of them."""
    names = {part: figure.names[part] for part in (MemberPart.ALL, *figure.states) if part in figure.names}
    lacking = "、".join(figure.names[part] for part in (MemberPart.FAILED, MemberPart.UNKNOWN) if part in figure.names)
    joint = {MemberPart.LACKING: lacking, MemberPart.GAP: "差额", MemberPart.WAITING: "未到期和待定"}
    return [*names.items(), *((part, name) for part, name in joint.items() if part in figure.states)]
