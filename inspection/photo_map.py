"""The map of where evidence was photographed, beside the sites of its units: what static/js/photo-map.js draws."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from django.urls import reverse

from acceptance.verdicts.surroundings import background, placed
from acceptance.wording.figures import metres
from common.templatetags.figures import plain_date
from inspection.doubts import DoubtKind
from inspection.models import Evidence
from inspection.photo_places import UnitSites
from inspection.required import EvidenceShown


def of(shown: Iterable[EvidenceShown]) -> dict[str, Any] | None:
    """Sites and photos of units of one quarter; None where no photo says where it was taken."""
    units = list(shown)
    photos = [(each, file) for each in units for file in each.files if file.taken_lon is not None]
    if not photos:
        return None
    sites = UnitSites([each.unit for each in units], units[0].unit.quarter).sites
    return {
        "sites": [[*at, site.name] for at, site in zip(_places(sites, "lon", "lat"), sites, strict=True)],
        "photos": [
            [*at, *_photo(each, file)]
            for at, (each, file) in zip(
                _places([file for _, file in photos], "taken_lon", "taken_lat"), photos, strict=True
            )
        ],
        "background": background(),
    }


def _photo(shown: EvidenceShown, file: Evidence) -> list[Any]:
    """What a mark on the map says, where it leads, and whether the place is in doubt."""
    away = shown.away.get(file.pk)
    about = [shown.unit.area.full_name]
    if file.taken_at is not None:
        about.append(f"拍摄于 {plain_date(file.taken_at)}")
    if away is not None:
        about.append(f"离最近的点位 {metres(away)}")
    is_far = any(doubt.kind == DoubtKind.FAR for doubt in shown.doubts.get(file.pk, ()))
    return [str(file), reverse("inspection:evidence_picture", args=[file.pk]), about, is_far]


def _places(rows: Sequence[Any], lon: str, lat: str) -> list[list[float]]:
    """As the map's tiles have them."""
    if not rows:
        return []
    return placed(*(np.array([getattr(row, name) for row in rows], float) for name in (lon, lat)))
