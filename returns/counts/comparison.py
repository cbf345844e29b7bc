"""The operators' sums beside the townships' figures: users add up over operators, and who has not counted is missing.

What the bureau tolerates is the bound of the check ``operators`` (returns.checks).
"""

from collections.abc import Sequence
from fractions import Fraction
from functools import partial

import django_filters as filters
from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Sum,
    TextChoices,
    Value,
    When,
)
from django.db.models.functions import Abs, Coalesce
from django.urls import reverse

from areas.models import Area, Operator
from areas.vocabulary import TOWNSHIPS, VILLAGE_LEVEL
from common.listing import CODE, COUNT, Column, Listing
from common.periods import Quarter
from returns.checks import percent
from returns.figures import BY_NAME
from returns.models import COUNTED, OperatorCount, ReturnLine
from returns.sources.vocabulary import FigureSource

REPORTED = "reported"


class Agreement(TextChoices):
    """How an area's figures stand to the operators'; figures taken from the operators confirm nothing."""

    OFF = "off", "超出允差"
    LACKING = "lacking", "有企业未报"
    UNREPORTED = "unreported", "季报未报"
    TAKEN = "taken", "相符，含取自企业数"
    AGREES = "agrees", "相符"


TONES = {
    Agreement.OFF: "missed",
    Agreement.LACKING: "pending",
    Agreement.UNREPORTED: "pending",
    Agreement.TAKEN: "info",
    Agreement.AGREES: "met",
}


def townships(user, county: str, quarter: Quarter, operators: int, bound: int) -> QuerySet:
    """The townships in the user's scope, each with its figures, the operators' sums and how they agree; two queries."""
    areas = Area.objects.visible_to(user).filter(county=county, kind__in=TOWNSHIPS)
    lines = ReturnLine.objects.usable(REPORTED).filter(area__parent=OuterRef("pk"), period=str(quarter))
    beneath = Area.objects.filter(parent=OuterRef("pk"), kind__in=VILLAGE_LEVEL).in_force(quarter.last_day)
    return _compared(areas.annotate(villages=_sum(beneath, Count("pk"))), lines, quarter, operators, bound)


def villages(township: Area, quarter: Quarter, operators: int, bound: int) -> QuerySet:
    """The villages of a township, each with its figures, the operators' sums and how they agree; two queries."""
    areas = Area.objects.filter(parent=township, kind__in=VILLAGE_LEVEL).annotate(villages=Value(1))
    lines = ReturnLine.objects.usable(REPORTED).filter(area=OuterRef("pk"), period=str(quarter))
    return _compared(areas, lines, quarter, operators, bound)


def _compared(areas: QuerySet, lines: QuerySet, quarter: Quarter, operators: int, bound: int) -> QuerySet:
    counts = OperatorCount.objects.filter(area=OuterRef("pk"), period=str(quarter))
    sums = {f"ours_{name}": _sum(lines, Sum(name), None) for name in COUNTED}
    sums |= {f"theirs_{name}": _sum(counts, Sum(name), None) for name in COUNTED}
    found = areas.in_force(quarter.last_day).annotate(
        lines=_sum(lines, Count("pk")), counted=_sum(counts, Count("pk")), **sums
    )
    is_whole = Q(lines__gte=F("villages"), lines__gt=0)
    is_counted = Q(counted=operators, counted__gt=0)
    found = found.annotate(**_differences(is_whole & is_counted))
    off = Q()
    for name in COUNTED:
        off |= Q(**{f"off_{name}__gt": bound * F(f"theirs_{name}")})
    copied = Q()
    for name in COUNTED:
        copied |= Q(**{f"taken__{name}": str(FigureSource.OPERATORS)})
    agreement = Case(
        When(~is_counted, then=Value(Agreement.LACKING)),
        When(~is_whole, then=Value(Agreement.UNREPORTED)),
        When(off, then=Value(Agreement.OFF)),
        When(Exists(lines.filter(copied)), then=Value(Agreement.TAKEN)),
        default=Value(Agreement.AGREES),
        output_field=CharField(),
    )
    is_told = {
        "is_whole": ExpressionWrapper(is_whole, BooleanField()),
        "is_counted": ExpressionWrapper(is_counted, BooleanField()),
    }
    own = OperatorCount.objects.filter(period=str(quarter)).select_related("operator")
    rows = found.annotate(agreement=agreement, **is_told)
    return rows.prefetch_related(Prefetch("operator_counts", own, to_attr="counts"))


def _sum(rows: QuerySet, aggregate, empty: int | None = 0):
    """An aggregate over other rows; ``empty`` where there are none."""
    grouped = rows.order_by().annotate(one=Value(1)).values("one").annotate(found=aggregate).values("found")
    found = Subquery(grouped, output_field=IntegerField())
    return found if empty is None else Coalesce(found, Value(empty))


def _differences(comparable: Q) -> dict:
    """Ours less theirs, where both are whole; and a hundred times its size, to be held against the bound."""
    found = {}
    for name in COUNTED:
        difference = F(f"ours_{name}") - F(f"theirs_{name}")
        found[f"difference_{name}"] = Case(When(comparable, then=difference), output_field=IntegerField())
        found[f"off_{name}"] = Case(When(comparable, then=Abs(difference) * 100), output_field=IntegerField())
    return found


class ComparisonFilter(filters.FilterSet):
    agreement = filters.ChoiceFilter(label="比对结果", choices=Agreement.choices, empty_label="全部")

    class Meta:
        model = Area
        fields: list[str] = []


def listing(operators: Sequence[Operator], quarter: Quarter, title: str, *, is_drilled: bool) -> Listing:
    """The list with a group of columns for each figure; each operator's own figures go into the exports."""
    name = "村居" if is_drilled else "街镇"
    groups = [column for figure in COUNTED for column in _columns(figure, operators)]
    return Listing(
        key="comparison",
        title=title,
        unit=f"个{name}",
        filterset=ComparisonFilter,
        order=("code",),
        template="returns/counts/comparison.html",
        empty=f"没有符合条件的{name}。",
        columns=(
            Column("code", "编码", kind=CODE, on_page=False),
            Column("name", name, order=("code",), head=True, link=None if is_drilled else partial(_villages, quarter)),
            Column(
                "agreement",
                "比对结果",
                lambda area: Agreement(area.agreement).label,
                order=("agreement",),
                tone=lambda area: TONES[Agreement(area.agreement)],
            ),
            Column("missing", "未报的企业", partial(_missing, operators)),
            *groups,
        ),
    )


def _villages(quarter: Quarter, area: Area) -> str:
    return reverse("returns:comparison_villages", args=[quarter, area.code])


def _columns(name: str, operators: Sequence[Operator]) -> list[Column]:
    label = BY_NAME[name].label.removesuffix("用户数")
    return [
        Column(f"ours_{name}", f"{label}：季报", partial(_ours, name), COUNT, order=(f"ours_{name}",)),
        Column(f"theirs_{name}", f"{label}：企业合计", partial(_theirs, name), COUNT, order=(f"theirs_{name}",)),
        Column(f"difference_{name}", f"{label}：相差", kind=COUNT, order=(f"difference_{name}",)),
        Column(f"share_{name}", f"{label}：相差%", partial(_share, name), order=(f"off_{name}",)),
        *(_operator_column(name, operator) for operator in operators),
    ]


def _operator_column(name: str, operator: Operator) -> Column:
    label = f"{operator.name}{BY_NAME[name].label}"
    return Column(f"{operator.pk}_{name}", label, partial(_of, operator.pk, name), COUNT, on_page=False)


def _ours(name: str, area: Area) -> int | None:
    """The figure of the return, None while a village is not reported."""
    return getattr(area, f"ours_{name}") if area.is_whole else None


def _theirs(name: str, area: Area) -> int | None:
    """The sum, None while an operator has not counted."""
    return getattr(area, f"theirs_{name}") if area.is_counted else None


def _share(name: str, area: Area) -> str:
    """The difference in percent of the operators' sum; blank when there is none, or nothing to divide by."""
    difference, theirs = getattr(area, f"difference_{name}"), getattr(area, f"theirs_{name}")
    return percent(Fraction(difference, theirs)) if difference is not None and theirs else ""


def _of(operator: str, name: str, area: Area) -> int | None:
    return next((getattr(count, name) for count in area.counts if count.operator_id == operator), None)


def _missing(operators: Sequence[Operator], area: Area) -> str:
    """Who has not counted; blank when everybody has."""
    there = {count.operator_id for count in area.counts}
    return "、".join(operator.name for operator in operators if operator.pk not in there)
