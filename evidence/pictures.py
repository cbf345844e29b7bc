"""Pictures from outside: decoded and written anew before anybody sees them, and what the camera wrote into them."""

import contextlib
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

from django.utils import timezone
from PIL import ExifTags, Image
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile

from areas.datums import to_wgs84
from areas.package.registry import EAST, NORTH
from common.clock import real_now
from evidence import store
from evidence.models import KeptFile

MOST_PIXELS = {"image/jpeg": 64_000_000, "image/png": 32_000_000}
"""A picture that unpacks to more is not a photo; that many take some 400 MB for a moment, less where a JPEG is shrunk on the way."""
LONGEST_SIDE = 2048
_QUALITY = 85

READERS: dict[str, Callable[[bytes], ImageFile]] = {
    "image/jpeg": lambda data: JpegImageFile(BytesIO(data)),
    "image/png": lambda data: PngImageFile(BytesIO(data)),
}
"""The only two decoders that a file from outside reaches: Pillow's own choice knows some forty."""


def shown(file: KeptFile) -> bytes:
    """The picture as it may be shown, a JPEG: as written when it was kept, made again when that is missing.

    Damaged when the original is gone or changed, or cannot be read as the picture it is said to be.
    """
    data = store.original(file)
    with contextlib.suppress(OSError):
        return store.shown_path(file.key).read_bytes()
    try:
        picture = written_anew(data, file.media_type)
    except Exception as broken:
        raise store.Damaged(f"{file.what}“{file}”不是能显示的图片，请下载原件查看。") from broken
    with contextlib.suppress(OSError):  # A full disk: it is shown all the same.
        store.keep_shown(picture, file.key)
    return picture


def written_anew(data: bytes, media_type: str) -> bytes:
    """The picture as a JPEG of its pixels alone: upright, of at most LONGEST_SIDE, with nothing else that the file held.

    Whatever its decoder raises goes up: a file made to break it decides what that is.
    """
    image = READERS[media_type](data)
    if image.width * image.height > MOST_PIXELS[media_type]:
        raise ValueError(f"{image.width}×{image.height} pixels")
    shrink = LONGEST_SIDE / max(*image.size, LONGEST_SIDE)
    # A JPEG can be unpacked at half the size, a quarter and so on, in a fraction of the time.
    image.draft(None, (math.ceil(image.width * shrink), math.ceil(image.height * shrink)))
    image.load()
    upright = _UPRIGHT.get(_orientation(image))
    mode = "RGBA" if image.has_transparency_data else "RGB"
    pixels = image if image.mode == mode else image.convert(mode)  # No second copy of a large one.
    pixels.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    canvas = Image.new("RGB", pixels.size, "white")
    canvas.paste(pixels, mask=pixels.getchannel("A") if pixels.mode == "RGBA" else None)
    target = BytesIO()
    (canvas if upright is None else canvas.transpose(upright)).save(target, "JPEG", quality=_QUALITY)
    return target.getvalue()


_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What sets a picture upright, by its orientation in EXIF."""


def _orientation(image: ImageFile) -> int | None:
    with contextlib.suppress(Exception):
        return image.getexif().get(ExifTags.Base.Orientation)
    return None


@dataclass(frozen=True)
class CameraData:
    """When and where a picture says it was taken; WGS-84 degrees; None where it does not say, or says what cannot be."""

    at: datetime | None = None
    lon: float | None = None
    lat: float | None = None


def taken(data: bytes) -> CameraData:
    """What the camera wrote into a picture. It proves nothing: whoever wants can write it."""
    for read in READERS.values():
        with contextlib.suppress(Exception):
            exif = read(data).getexif()
            return CameraData(_moment(exif.get_ifd(ExifTags.IFD.Exif)), *_place(exif.get_ifd(ExifTags.IFD.GPSInfo)))
    return CameraData()


_FIRST_YEAR = 2000
"""Before it nobody photographed an access point; a clock that was never set says 1970 or 1980."""
_AHEAD = timedelta(days=10 * 365)
"""A clock that is set wrong is kept as it stands, so that somebody may wonder; beyond that it is no clock."""


def _moment(tags: dict[int, Any]) -> datetime | None:
    """Where no offset stands beside it, of the portal's own time zone."""
    said, offset = tags.get(ExifTags.Base.DateTimeOriginal), tags.get(ExifTags.Base.OffsetTimeOriginal)
    try:
        at = timezone.make_aware(datetime.strptime(str(said).strip("\0 "), "%Y:%m:%d %H:%M:%S"))  # noqa: DTZ007
        if offset:
            at = at.replace(tzinfo=datetime.strptime(str(offset).strip("\0 "), "%z").tzinfo)
        return at if at.year >= _FIRST_YEAR and at <= real_now() + _AHEAD else None
    except (ValueError, OverflowError):
        return None


def _place(tags: dict[int, Any]) -> tuple[float | None, float | None]:
    nowhere = None, None
    lon = _degrees(tags.get(ExifTags.GPS.GPSLongitude), tags.get(ExifTags.GPS.GPSLongitudeRef), "EW")
    lat = _degrees(tags.get(ExifTags.GPS.GPSLatitude), tags.get(ExifTags.GPS.GPSLatitudeRef), "NS")
    if not (EAST[0] <= lon <= EAST[1] and NORTH[0] <= lat <= NORTH[1]):
        return nowhere
    datum = "".join(filter(str.isalnum, str(tags.get(ExifTags.GPS.GPSMapDatum) or "WGS84"))).upper()
    try:
        return to_wgs84(lon, lat, datum)
    except KeyError:
        return nowhere


def _degrees(parts: Sequence[float] | None, side: str | None, sides: str) -> float:
    """Degrees, minutes and seconds as degrees; NaN for what cannot be."""
    if not parts or len(parts) != 3 or side not in tuple(sides):
        return math.nan
    degrees, minutes, seconds = (float(part) for part in parts)
    if not (0 <= minutes < 60 and 0 <= seconds < 60):
        return math.nan
    return (degrees + minutes / 60 + seconds / 3600) * (1 if side == sides[0] else -1)
