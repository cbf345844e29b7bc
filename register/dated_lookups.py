"""Values of a date as expressions of a query, for filters and sorting; only for what has changed by then."""

from dataclasses import dataclass
from datetime import date

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Expression,
    F,
    FloatField,
    IntegerField,
    OuterRef,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce
from django.db.models.lookups import Exact, IsNull

from areas.models import DatedValue

_NUMBERS = {
    "permanent_households": IntegerField(),
    "ports_total": IntegerField(),
    "ports_used": IntegerField(),
    "downstream_mbps": FloatField(),
}
_FLAGS = ("demonstration", "tv_only")


@dataclass(frozen=True)
class DatedLookup:
    """A column of a dated table; ``key`` is where the row of a list names the row of that table."""

    table: str
    column: str
    key: str

    @property
    def alias(self) -> str:
        return f"{self.key}_{self.column}_then"

    def value_on(self, first: str, day: date) -> Expression:
        """The value on a day; ``first`` is the lookup of the one that held from the beginning."""
        changes = DatedValue.objects.filter(
            table=self.table, column=self.column, key=OuterRef(self.key), effective_on__lte=day
        )
        text = Subquery(changes.order_by("-effective_on").values("value")[:1], output_field=CharField())
        if self.column in _FLAGS:
            return Case(
                When(Exact(text, "1"), then=Value(True)), When(Exact(text, "0"), then=Value(False)),
                default=F(first), output_field=BooleanField(),
            )  # fmt: skip
        if self.column not in _NUMBERS:
            return Coalesce(text, F(first), output_field=CharField())
        kind = _NUMBERS[self.column]
        # A blank is a value of its own: since then there has been none.
        return Case(
            When(IsNull(text, True), then=F(first)), When(Exact(text, ""), then=None),
            default=Cast(text, kind), output_field=kind,
        )  # fmt: skip


def changed_by(day: date) -> set[tuple[str, str]]:
    """The tables and columns in which any value has changed by a day."""
    return set(DatedValue.objects.filter(effective_on__lte=day).order_by().values_list("table", "column").distinct())
