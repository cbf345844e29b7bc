"""What reads pictures from outside. It runs in the child (``gate.child``) and nowhere else, and needs no Django."""

import contextlib
import math
from collections.abc import Callable
from io import BytesIO
from typing import Any

from PIL import ExifTags, Image
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile

MOST_PIXELS = {"image/jpeg": 64_000_000, "image/png": 24_000_000}
"""A picture that unpacks to more is not a photo. That many, and a copy of them, fit into what the child is given."""
LONGEST_SIDE = 2048
_QUALITY = 85

READERS: dict[str, Callable[[bytes], ImageFile]] = {
    "image/jpeg": lambda data: JpegImageFile(BytesIO(data)),
    "image/png": lambda data: PngImageFile(BytesIO(data)),
}
"""The only two decoders that a file from outside reaches: Pillow's own choice knows some forty."""


def anew(data: bytes, *, media_type: str) -> tuple[None, bytes]:
    """Judge: the picture written anew."""
    return None, written_anew(data, media_type)


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


def camera(data: bytes) -> dict[str, Any]:
    """What the camera wrote into a picture, as it stands there: moment and place; empty where there is nothing to read."""
    for read in READERS.values():
        with contextlib.suppress(Exception):
            exif = read(data).getexif()
            return _moment(exif.get_ifd(ExifTags.IFD.Exif)) | _place(exif.get_ifd(ExifTags.IFD.GPSInfo))
    return {}


def _moment(tags: dict[int, Any]) -> dict[str, Any]:
    named = {"at": ExifTags.Base.DateTimeOriginal, "offset": ExifTags.Base.OffsetTimeOriginal}
    return {name: str(tags[tag]).strip("\0 ")[:40] for name, tag in named.items() if tags.get(tag)}


def _place(tags: dict[int, Any]) -> dict[str, Any]:
    lon = _degrees(tags.get(ExifTags.GPS.GPSLongitude), tags.get(ExifTags.GPS.GPSLongitudeRef), "EW")
    lat = _degrees(tags.get(ExifTags.GPS.GPSLatitude), tags.get(ExifTags.GPS.GPSLatitudeRef), "NS")
    if math.isnan(lon) or math.isnan(lat):
        return {}
    return {"lon": lon, "lat": lat, "datum": str(tags.get(ExifTags.GPS.GPSMapDatum) or "WGS84")[:40]}


def _degrees(parts: Any, side: str | None, sides: str) -> float:
    """Degrees, minutes and seconds as degrees; NaN for what cannot be."""
    if not parts or len(parts) != 3 or side not in tuple(sides):
        return math.nan
    degrees, minutes, seconds = (float(part) for part in parts)
    if not (0 <= minutes < 60 and 0 <= seconds < 60):
        return math.nan
    return (degrees + minutes / 60 + seconds / 3600) * (1 if side == sides[0] else -1)
