"""Whose hand awarded a unit its title, for those who ask who may do what twice (``inspection.hands``)."""

from collections import defaultdict
from collections.abc import Sequence

from inspection.hands import AskedUnit, Deed
from inspection.vocabulary import Hand
from reports.certificates.models import CertificateAction, CertificateMove


def deeds(units: Sequence[AskedUnit], by: int | None) -> dict[int, list[Deed]]:
    """Who awarded which unit; one query."""
    moves = CertificateMove.objects.filter(
        action=CertificateAction.ISSUE, certificate__unit__in=[unit.pk for unit in units], by__isnull=False
    )
    found: dict[int, list[Deed]] = defaultdict(list)
    rows = moves if by is None else moves.filter(by=by)
    for unit, who, at in rows.values_list("certificate__unit_id", "by_id", "at"):
        found[unit].append(Deed(Hand.AWARDING, who, CertificateAction.ISSUE.label, at))
    return found
