"""Photos of a report compared with all of a county by the index of looks, against asking each."""

import argparse
import os
import random
import sys

from measuring import machine, ratio, timed

LIMIT = 0.35
"""Of the time that asking each takes. Of 70 buckets, of 1,024 or 2,048 each, come 4.5 % of the looks, each at some two and a
half times the price of asking it alone: 0.11. The index is built once, for what asking each of 25 to 35 photos costs: of
200 another 0.13 to 0.17. A quarter more is left for the machine."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=int, default=10_000, help="photos of the county")
    parser.add_argument("--asked", type=int, default=200, help="photos of the report")
    given = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qingcheng_fiber.settings")
    from evidence.looks import MOST_APART, LookIndex, apart

    grains = random.Random(13)
    looks = [(number, f"{grains.getrandbits(64):016x}") for number in range(given.photos)]
    asked = [_near(look, grains) for _, look in grains.sample(looks, given.asked)]
    with timed() as bare:
        plain = [{key for key, look in looks if apart(each, look) <= MOST_APART} for each in asked]
    with timed() as ours:
        index = LookIndex(looks)
        found = [set(index.alike(each)) for each in asked]
    if found != plain or not all(found):
        sys.exit("the index does not find what asking each finds")
    print(machine())
    return not ratio(
        f"{given.asked} photos among {given.photos}, building the index included", ours.cpu, bare.cpu, LIMIT
    )


def _near(look: str, grains: random.Random) -> str:
    """The look of the same photo, saved anew: some bits differ."""
    bits = int(look, 16)
    for place in grains.sample(range(64), grains.randrange(8)):
        bits ^= 1 << place
    return f"{bits:016x}"


if __name__ == "__main__":
    sys.exit(main())
