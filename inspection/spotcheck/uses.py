"""Where spot checks use a photo, for whoever asks whether evidence is used twice."""

from collections.abc import Collection, Iterable

from inspection.doubts import FileUse
from inspection.spotcheck.models import Photo


def of_photos(county: str, digests: Collection[str]) -> Iterable[tuple[str, FileUse]]:
    """The photos of findings in the county that have one of the digests."""
    rows = Photo.objects.filter(finding__item__sample__county=county, digest__in=digests)
    for row in rows.select_related("finding__item").order_by("pk"):
        item = row.finding.item
        yield row.digest, FileUse(item.area_id, f"{item.name}的抽查照片“{row}”")
