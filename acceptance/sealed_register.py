"""The register's rows stand as packages and accepted proposals wrote them: each that was written is sealed as it is since."""

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from django.db.models import Model

from areas.dated import changes_of
from areas.models import AccessPoint, Area, DatedValue, Operator, ServiceOrder, Site, Succession
from areas.package.package import ImportOutcome, RowChange
from common.lookups import chunks
from witness.kinds import Sealed
from witness.sealing import seal_keys


def kinds() -> tuple[Sealed, ...]:
    return (
        Sealed(Area, named=lambda row: f"{row.full_name} {row.code}"),
        Sealed(Site, named=lambda row: f"{row.name} {row.site_id}"),
        Sealed(Operator),
        # Whose an access point is to see follows from where sites are, and is worked out anew with each import.
        Sealed(AccessPoint, changing=("township", "county"), named=lambda row: f"{row.name} {row.ap_id}"),
        Sealed(ServiceOrder, named=lambda row: row.order_id),
        Sealed(DatedValue),
        Sealed(Succession),
    )


def _by(model: type[Model], column: str, name: str) -> Callable[[Collection[RowChange]], Iterator[Any]]:
    """The keys of a model's rows by the column ``name`` of what changed."""
    return lambda changes: (
        key
        for some in chunks(list(changes))
        for key in model._default_manager.filter(
            **{f"{column}__in": [change.after[name] for change in some]}
        ).values_list("pk", flat=True)
    )


def _dated(changes: Collection[RowChange]) -> Iterator[Any]:
    """The keys of the values that were written, and not of others that the same thing has from other days on."""
    written = {tuple(change.after[name] for name in _NAMED) for change in changes}
    return (key for key, *named in changes_of(written).values_list("pk", *_NAMED) if tuple(named) in written)


_NAMED = ("table", "key", "column", "effective_on")
_ROWS: Mapping[str, tuple[type[Model], Callable[[Collection[RowChange]], Iterator[Any]]]] = {
    "areas": (Area, _by(Area, "code", "code")),
    "sites": (Site, _by(Site, "site_id", "site_id")),
    "operators": (Operator, _by(Operator, "code", "code")),
    "access_points": (AccessPoint, _by(AccessPoint, "ap_id", "ap_id")),
    "service_orders": (ServiceOrder, _by(ServiceOrder, "order_id", "order_id")),
    "changes": (DatedValue, _dated),
    "successions": (Succession, _by(Succession, "area", "from_code")),
}


def seal_written(outcome: ImportOutcome) -> None:
    """Have what an import wrote to the register sealed, in its transaction."""
    for table, changes in outcome.changes.items():
        if changes:
            model, keys = _ROWS[table]
            seal_keys(model, keys(changes), anew=True)
