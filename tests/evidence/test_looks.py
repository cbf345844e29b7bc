"""Two pictures that look alike are found, whatever was done to one; two that show other things are not."""

from itertools import combinations
from random import Random

import pytest
from PIL import Image, ImageDraw

from evidence.looks import MOST_APART, LookIndex, apart, look_of
from tests.evidence.files import distinct, patchwork, png, saved

NUMBERS = range(40)


def pole(number: int) -> Image.Image:
    """What evidence shows: a pole with a box in the middle, before something that is another each time."""
    image, left = patchwork(number, 800, 600), Random(number).randrange(300, 480)
    draw = ImageDraw.Draw(image)
    draw.rectangle((left, 50, left + 16, 570), fill=(90, 90, 90))
    draw.rectangle((left - 40, 200, left + 56, 300), fill=(225, 225, 225))
    return image


def trimmed(image: Image.Image, percent: int) -> Image.Image:
    across, down = image.width * percent // 100, image.height * percent // 100
    return image.crop((across, down, image.width - across, image.height - down))


def stamped(image: Image.Image) -> Image.Image:
    copy = image.copy()
    draw = ImageDraw.Draw(copy)
    draw.rectangle((540, 545, 790, 590), fill="white")
    draw.text((550, 560), "2018-06-01 10:20", fill="black")
    return copy


CHANGED = {
    "saved anew": lambda image: saved(image, 40),
    "scaled": lambda image: saved(image.resize((320, 240))),
    "trimmed": lambda image: saved(trimmed(image, 2)),
    "stamped": lambda image: saved(stamped(image)),
    "brighter": lambda image: saved(image.point(lambda value: min(255, value * 11 // 10))),
}


@pytest.mark.parametrize("change", CHANGED.values(), ids=CHANGED)
def test_changed_picture_looks_alike(change):
    far = [apart(look_of(saved(pole(number))), look_of(change(pole(number)))) for number in NUMBERS]
    assert max(far) <= MOST_APART


def test_most_are_found_when_more_is_trimmed():
    far = [apart(look_of(saved(pole(number))), look_of(saved(trimmed(pole(number), 3)))) for number in NUMBERS]
    assert sum(bits <= MOST_APART for bits in far) >= len(NUMBERS) * 0.9


def test_poles_at_different_places_do_not_look_alike():
    looks = [look_of(saved(pole(number))) for number in NUMBERS]
    assert min(apart(one, other) for one, other in combinations(looks, 2)) > MOST_APART


def test_picture_of_nothing_has_no_look():
    grey = Image.new("RGB", (240, 200), (120, 120, 120))
    assert look_of(saved(grey)) == "" and len(look_of(distinct(1))) == 16


def test_index_finds_what_asking_each_finds():
    grains = Random(7)
    looks = {number: f"{grains.getrandbits(64):016x}" for number in range(500)}
    for number in range(300):
        flipped = int(looks[number], 16)
        for bit in grains.sample(range(64), grains.randrange(16)):
            flipped ^= 1 << bit
        looks[1000 + number] = f"{flipped:016x}"
    index = LookIndex(looks.items())
    for look in looks.values():
        asked = {key: apart(look, other) for key, other in looks.items()}
        assert index.alike(look) == {key: bits for key, bits in asked.items() if bits <= MOST_APART}


def test_only_the_picture_that_is_shown_is_read():
    with pytest.raises(OSError, match="cannot identify"):
        look_of(png())
