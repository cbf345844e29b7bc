"""Pictures from outside: decoded and written anew before anybody sees them, and what the camera wrote into them."""

import contextlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from areas.datums import to_wgs84
from areas.package.registry import EAST, NORTH
from common.clock import real_now
from common.exceptions import Refused
from evidence import decoders, store
from evidence.models import KeptFile
from gate.judging import judged


def shown(file: KeptFile) -> bytes:
    """The picture as it may be shown, a JPEG: as written when it was kept, made again when that is missing.

    Damaged when the original is gone or changed, or cannot be read as the picture it is said to be.
    """
    data = store.original(file)
    with contextlib.suppress(OSError):
        return store.shown_path(file.key).read_bytes()
    try:
        _, picture = judged(decoders.anew, data, refusal=Refused, media_type=file.media_type)
    except Refused as broken:
        raise store.Damaged(f"{file.what}“{file}”不是能显示的图片，请下载原件查看。") from broken
    with contextlib.suppress(OSError):  # A full disk: it is shown all the same.
        store.keep_shown(picture, file.key)
    return picture


@dataclass(frozen=True)
class CameraData:
    """When and where a picture says it was taken; WGS-84 degrees; None where it does not say, or says what cannot be."""

    at: datetime | None = None
    lon: float | None = None
    lat: float | None = None


def taken(said: Mapping[str, Any]) -> CameraData:
    """What the camera wrote into a picture (``decoders.camera``). It proves nothing: whoever wants can write it."""
    return CameraData(_moment(said), *_place(said))


_FIRST_YEAR = 2000
"""Before it nobody photographed an access point; a clock that was never set says 1970 or 1980."""
_AHEAD = timedelta(days=10 * 365)
"""A clock that is set wrong is kept as it stands, so that somebody may wonder; beyond that it is no clock."""


def _moment(said: Mapping[str, Any]) -> datetime | None:
    """Where no offset stands beside it, of the portal's own time zone."""
    offset = said.get("offset")
    try:
        at = timezone.make_aware(datetime.strptime(said.get("at", ""), "%Y:%m:%d %H:%M:%S"))  # noqa: DTZ007
        if offset:
            at = at.replace(tzinfo=datetime.strptime(offset, "%z").tzinfo)
        return at if at.year >= _FIRST_YEAR and at <= real_now() + _AHEAD else None
    except (ValueError, OverflowError):
        return None


def _place(said: Mapping[str, Any]) -> tuple[float | None, float | None]:
    nowhere = None, None
    lon, lat = said.get("lon", math.nan), said.get("lat", math.nan)
    if not (EAST[0] <= lon <= EAST[1] and NORTH[0] <= lat <= NORTH[1]):
        return nowhere
    try:
        return to_wgs84(lon, lat, "".join(filter(str.isalnum, said["datum"])).upper())
    except KeyError:
        return nowhere
