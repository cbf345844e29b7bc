"""Pictures drawn for the demonstration: they look like nothing on earth, say that they are generated, and differ from each other."""

from datetime import datetime
from io import BytesIO
from random import Random

from PIL import ExifTags, Image, ImageDraw

_SIZE = (640, 480)


def photo(seed: str, at: datetime, place: tuple[float, float]) -> bytes:
    """A pole with a box before light and dark, with when and where a camera would say that it was taken."""
    grains = Random(seed)
    ground = Image.frombytes("L", (9, 8), bytes(grains.randrange(40, 230) for _ in range(72)))
    image = ground.resize(_SIZE, Image.Resampling.BICUBIC).convert("RGB")
    draw, left = ImageDraw.Draw(image), grains.randrange(200, 420)
    draw.rectangle((left, 60, left + 14, 470), fill=(90, 90, 96))
    draw.rectangle((left - 26, 190, left + 40, 270), fill=(225, 225, 220), outline=(60, 60, 60))
    draw.text((12, 460), "DEMO - generated picture", fill="white")
    return _saved(image, _exif(at, *place))


def stamped(picture: bytes) -> bytes:
    """A photo saved anew and smaller, with a date on it, as if it were another."""
    with Image.open(BytesIO(picture)) as before:
        image = before.convert("RGB").resize((_SIZE[0] * 3 // 4, _SIZE[1] * 3 // 4))
        draw = ImageDraw.Draw(image)
        draw.rectangle((350, 325, 475, 350), fill=(255, 240, 120))
        draw.text((356, 331), "DEMO 2019-03-20", fill="black")
        return _saved(image, before.getexif())


def sheet(seed: str) -> bytes:
    """A sheet with lines of some length, as a list or the screen of a speed test may look."""
    grains = Random(seed)
    image = Image.new("RGB", (480, 640), "white")
    draw = ImageDraw.Draw(image)
    draw.text((20, 16), f"DEMO - generated sheet {grains.randrange(10**6):06d}", fill="black")
    for row in range(60, 560, 24):
        draw.rectangle((20, row, 20 + grains.randrange(120, 430), row + 8), fill=(70, 90, 120))
    draw.ellipse((340, 540, 440, 630), outline=(200, 30, 30), width=4)
    return _saved(image, Image.Exif())


def _exif(at: datetime, lon: float, lat: float) -> Image.Exif:
    made = Image.Exif()
    made.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = f"{at:%Y:%m:%d %H:%M:%S}"
    made.get_ifd(ExifTags.IFD.GPSInfo).update(
        {
            ExifTags.GPS.GPSLongitudeRef: "E",
            ExifTags.GPS.GPSLongitude: (lon, 0.0, 0.0),
            ExifTags.GPS.GPSLatitudeRef: "N",
            ExifTags.GPS.GPSLatitude: (lat, 0.0, 0.0),
        }
    )
    return made


def _saved(image: Image.Image, exif: Image.Exif) -> bytes:
    target = BytesIO()
    image.save(target, "JPEG", quality=85, exif=exif)
    return target.getvalue()
