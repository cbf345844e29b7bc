"""Pictures from outside: what is refused, what the one written anew still holds, and what a camera is believed."""

from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from PIL import Image, PngImagePlugin

from areas.datums import gcj02_from_wgs84
from common.clock import real_now
from common.exceptions import Refused
from evidence.content import LEAST_SIDE, Content, content_of, safe_name
from evidence.decoders import LONGEST_SIDE, camera, written_anew
from evidence.pictures import CameraData
from evidence.pictures import taken as taken_by
from tests.evidence.files import JPEG, PDF, PNG, exif, headed, photo, png

SCRIPT = b"<html><script>alert(document.cookie)</script></html>"
GPS = {
    "GPSLatitudeRef": "N",
    "GPSLatitude": (23.0, 42.0, 36.0),
    "GPSLongitudeRef": "E",
    "GPSLongitude": (113.0, 3.0, 0.0),
}


def taken(data: bytes) -> CameraData:
    return taken_by(camera(data))


def opened(data: bytes) -> Image.Image:
    image = Image.open(BytesIO(data))
    image.load()
    return image


def saved(image: Image.Image, form: str, **said) -> bytes:
    target = BytesIO()
    image.save(target, form, **said)
    return target.getvalue()


def with_text(text: str) -> bytes:
    said = PngImagePlugin.PngInfo()
    said.add_text("Comment", text)
    return saved(Image.new("RGB", (200, 200)), "PNG", pnginfo=said)


@pytest.mark.parametrize(
    "data",
    [
        JPEG + SCRIPT,
        photo(exif=exif(ImageDescription=SCRIPT.decode(), Artist="<script>")),
        saved(Image.new("RGB", (200, 200)), "JPEG", comment=SCRIPT),
        saved(Image.new("RGB", (200, 200)), "JPEG", icc_profile=SCRIPT * 9),
        with_text(SCRIPT.decode()),
        PNG + SCRIPT,
    ],
)
def test_nothing_but_the_pixels_is_left(data):
    assert b"<script" in data
    anew = content_of(data).shown
    assert b"script" not in anew and anew.endswith(b"\xff\xd9")
    assert set(opened(anew).info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


@pytest.mark.parametrize(
    ("orientation", "house"),
    [(1, "left"), (2, "right"), (3, "right"), (4, "left"), (5, "top"), (6, "top"), (7, "bottom"), (8, "bottom")],
)
def test_picture_is_set_upright(orientation, house):
    """The red house stands at the left of what the camera wrote; where it stands upright follows from the standard."""
    anew = opened(content_of(photo(300, 300, exif=exif(Orientation=orientation))).shown)
    edges = {"left": (15, 0), "right": (285, 0), "top": (0, 15), "bottom": (0, 285)}
    along = [100, 185, 200]
    x, y = edges[house]
    line = [anew.getpixel((x or at, y or at)) for at in along]
    assert any(red > 150 and green < 60 and blue < 60 for red, green, blue in line)


@pytest.mark.parametrize("size", [(4000, 3000), (1000, 5000), (2049, 300), (2048, 2048), (8200, 300)])
def test_large_picture_is_made_smaller_in_its_shape(size):
    anew = opened(written_anew(photo(*size), "image/jpeg"))
    shrink = min(1, LONGEST_SIDE / max(size))
    assert max(anew.size) <= LONGEST_SIDE
    assert anew.size == pytest.approx([side * shrink for side in size], abs=1.5)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_png_can_be_shown(mode):
    assert opened(content_of(saved(Image.new(mode, (200, 200)), "PNG")).shown).mode == "RGB"


def test_what_is_transparent_is_shown_on_white():
    assert (
        opened(content_of(saved(Image.new("RGBA", (200, 200), (0, 0, 0, 0)), "PNG")).shown).getpixel((9, 9))
        == (255,) * 3
    )


@pytest.mark.parametrize("mode", ["L", "CMYK"])
def test_every_kind_of_jpeg_can_be_shown(mode):
    assert opened(content_of(saved(Image.new(mode, (200, 200)), "JPEG")).shown).mode == "RGB"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (headed(20_000, 20_000), "图片过大（20000×20000 像素）"),
        (headed(6000, 4001), "图片过大（6000×4001 像素）"),
        (headed(0, 5), "PNG 图片不完整或已损坏"),
        (png(1, 1), "图片过小（1×1 像素）"),
        (photo(LEAST_SIDE, LEAST_SIDE - 1), "图片过小（200×199 像素）"),
        (JPEG[:60], "不完整"),
        (JPEG[:-2], "没有传完"),
        (JPEG[: len(JPEG) // 2], "没有传完"),
        (JPEG[: JPEG.index(b"\xff\xda")] + b"\xff\xd9", "JPEG 图片不完整或已损坏"),
        (PNG[:-30], "不完整"),
        (PNG[:45] + b"x" + PNG[46:], "已损坏"),
        (b"GIF89a" + bytes(99), "既不是 JPEG"),
        (SCRIPT, "既不是 JPEG"),
        (b"\xff\xd8\xff" + SCRIPT + b"\xff\xd9", "JPEG 图片不完整或已损坏"),
        (PDF[:-8], "PDF 不完整"),
    ],
)
def test_what_is_no_picture_is_refused(data, said):
    with pytest.raises(Refused, match=said):
        content_of(data)


def test_least_picture_and_pdf_are_taken():
    assert content_of(photo(LEAST_SIDE, LEAST_SIDE)).media_type == "image/jpeg"
    assert content_of(PDF) == Content("application/pdf")


def test_bomb_is_not_unpacked_even_where_nobody_asked_before():
    with pytest.raises(ValueError, match="20000"):
        written_anew(headed(20_000, 20_000), "image/png")


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../a b.jpg", "a b.png"),
        ("C:\\照片\\现场<1>.PNG", "现场1.png"),
        ("", "佐证材料.png"),
        ("长" * 200, f"{'长' * 95}.png"),
    ],
)
def test_name_is_made_harmless(name, kept):
    assert safe_name(name, "image/png") == kept


def test_camera_is_asked_for_moment_and_place():
    said = taken(photo(exif=exif("2018:07:20 09:30:00", place=GPS)))
    assert said.at == datetime(2018, 7, 20, 1, 30, tzinfo=UTC)
    assert (said.lon, said.lat) == pytest.approx((113.05, 23.71), abs=1e-9)


def test_offset_of_the_camera_counts():
    assert taken(photo(exif=exif("2018:07:20 09:30:00", "+07:00"))).at == datetime(2018, 7, 20, 2, 30, tzinfo=UTC)


def test_place_in_the_datum_of_chinese_maps_is_converted():
    lon, lat = (float(each) for each in gcj02_from_wgs84(113.05, 23.71))
    place = GPS | {"GPSLongitude": (lon, 0.0, 0.0), "GPSLatitude": (lat, 0.0, 0.0), "GPSMapDatum": "GCJ-02"}
    said = taken(photo(exif=exif(place=place)))
    assert (said.lon, said.lat) == pytest.approx((113.05, 23.71), abs=1e-7)


@pytest.mark.parametrize(
    "changes",
    [
        {"GPSLatitudeRef": "S"},
        {"GPSLongitudeRef": "W"},
        {"GPSLongitudeRef": "?"},
        {"GPSLatitude": (0.0, 0.0, 0.0), "GPSLongitude": (0.0, 0.0, 0.0)},
        {"GPSLatitude": (23.0, 75.0, 0.0)},
        {"GPSLatitude": (23.0, 42.0)},
        {"GPSMapDatum": "TOKYO"},
    ],
)
def test_place_that_cannot_be_is_none(changes):
    assert taken(photo(exif=exif(place=GPS | changes))) == CameraData()


@pytest.mark.parametrize("at", ["0000:00:00 00:00:00", "1980:01:01 00:00:00", "9999:12:31 23:59:59", "gestern", " "])
def test_moment_that_cannot_be_is_none(at):
    assert taken(photo(exif=exif(at))).at is None


def test_camera_a_few_hours_ahead_is_believed():
    ahead = real_now() + timedelta(hours=5)
    assert taken(photo(exif=exif(f"{ahead:%Y:%m:%d %H:%M:%S}", "+00:00"))).at == ahead.replace(microsecond=0)


@pytest.mark.parametrize("data", [PNG, JPEG, PDF, b"", b"\xff\xd8\xff\xe1\xff\xffExif\0\0MM\0*\xff\xff\xff\xff"])
def test_what_says_nothing_says_nothing(data):
    assert taken(data) == CameraData()
