"""Photos that somebody took of a report's units already, on a walk or for a proposal: offered, and taken over as evidence."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from common.exceptions import Refused
from evidence.content import PICTURES
from evidence.models import KeptPhoto
from evidence.store import Damaged, original
from field.models import Visit, VisitPhoto
from inspection import collecting
from inspection.collecting import EvidenceUpload, Outcome
from inspection.doubts import QUARTERS_BEFORE
from inspection.models import Report, Unit
from inspection.required import units_of
from inspection.vocabulary import EvidenceKind
from proposals.models import Proof, Proposal

MOST = 200
"""Photos that are offered at once; the latest."""


@dataclass(frozen=True)
class OfferedPhoto:
    """A photo with the unit of which it was taken, and who took it for what."""

    key: str
    photo: KeptPhoto
    unit: Unit
    words: str
    at: datetime


def offered(report: Report, user) -> list[OfferedPhoto]:
    """What the user may see of what was taken of the report's units since the year before its quarter, and is not in it."""
    units = {unit.area_id: unit for unit in units_of(report)}
    since = report.quarter.plus(-QUARTERS_BEFORE).first_day
    known = set(report.evidence.values_list("digest", flat=True))
    found = []
    for each in chain(_of_visits(report, units, since, user), _of_proposals(report, units, since, user)):
        if each.photo.digest not in known:
            known.add(each.photo.digest)
            found.append(each)
    latest = sorted(found, key=lambda each: each.at, reverse=True)[:MOST]
    return sorted(latest, key=lambda each: (each.unit.area_id, each.at))


def _of_visits(report: Report, units: dict[str, Unit], since, user) -> Iterable[OfferedPhoto]:
    visits = Visit.objects.visible_to(user).filter(
        area__code__startswith=report.township_id, visited_at__date__gte=since
    )
    for photo in VisitPhoto.objects.filter(visit__in=visits).select_related("visit__by").order_by("pk"):
        visit = photo.visit
        if unit := _unit_at(units, visit.area_id):
            yield OfferedPhoto(f"visit-{photo.pk}", photo, unit, f"{visit.by}走访“{visit}”", visit.visited_at)


def _of_proposals(report: Report, units: dict[str, Unit], since, user) -> Iterable[OfferedPhoto]:
    proposals = Proposal.objects.visible_to(user).filter(county=report.county, at__date__gte=since)
    rows = Proof.objects.filter(proposal__in=proposals, media_type__in=PICTURES)
    for proof in rows.select_related("proposal", "by").prefetch_related("proposal__items").order_by("pk"):
        codes = [item.area_code for item in proof.proposal.items.all()]
        unit = next((unit for code in codes if (unit := _unit_at(units, code))), None)
        if unit:
            yield OfferedPhoto(f"proof-{proof.pk}", proof, unit, f"{proof.by}申请“{proof.proposal}”", proof.at)


def _unit_at(units: dict[str, Unit], code: str) -> Unit | None:
    """The smallest unit of the report in which an area lies, if it is a village or less."""
    return next((units[code[:digits]] for digits in (15, 12) if len(code) >= digits and code[:digits] in units), None)


def take_over(*, report: Report, keys: Sequence[str], by) -> Outcome:
    """Add the chosen ones as photos of their units, with when and where the phone said that they were taken."""
    chosen = [each for each in offered(report, by) if each.key in set(keys)]
    if not chosen:
        raise Refused("请选择要取用的照片。")
    given, refused = [], []
    for each in chosen:
        try:
            given.append(_upload(each))
        except Damaged as damaged:
            refused.append((each.photo.name, str(damaged)))
    outcome = collecting.add_all(report=report, given=given, by=by)
    return Outcome(outcome.kept, [*refused, *outcome.refused])


def _upload(each: OfferedPhoto) -> EvidenceUpload:
    seen = {name: getattr(each.photo, name) for name in ("taken_at", "taken_lon", "taken_lat")}
    return EvidenceUpload(
        each.photo.name, original(each.photo), EvidenceKind.PHOTO, each.words, each.unit.area_id, seen=seen
    )
