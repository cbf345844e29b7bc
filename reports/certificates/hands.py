"""Whose hand awarded a unit its title, for those who ask who may do what twice (``inspection.hands``)."""

from collections import defaultdict
from collections.abc import Sequence

from inspection.hands import Deed
from inspection.models import Unit
from inspection.vocabulary import Hand
from reports.certificates.models import CertificateAction, CertificateMove


def deeds(units: Sequence[Unit], by: int | None) -> dict[int, list[Deed]]:
    """Who awarded which unit; one query."""
    moves = CertificateMove.objects.filter(
        action=CertificateAction.ISSUE, certificate__unit__in=units, by__isnull=False
    )
    found: dict[int, list[Deed]] = defaultdict(list)
    for move in (moves if by is None else moves.filter(by=by)).select_related("certificate"):
        found[move.certificate.unit_id].append(Deed(Hand.AWARDING, move.by_id, CertificateAction.ISSUE.label, move.at))
    return found
