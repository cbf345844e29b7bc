"""The township's sums beside what all operators together count, where they have not counted its villages."""

from collections.abc import Iterator

from returns.figures import BY_NAME
from returns.oddities.readings import ReturnReading, VillageReading
from returns.oddities.vocabulary import Oddity

COUNTED = ("broadband_users", "fibre_users")

AT_THE_BOUND = 0.12
"""The share by which a sum is off that makes a score of 1."""

LEAST = 20
"""Users by which a sum must be off at all."""


def off_total(reading: ReturnReading) -> Iterator[Oddity]:
    """A sum that is off the operators', and the village whose change comes nearest to the difference."""
    if any(village.context.counted for village in reading.villages):
        return
    for name in COUNTED:
        counted = (reading.context.counted_total or {}).get(name)
        typed = [village.typed.get(name) for village in reading.villages]
        if not counted or not typed or None in typed:
            continue
        off = sum(filter(None, typed)) - counted
        if abs(off) > LEAST:
            share = abs(off) / counted
            sentence = (
                f"{BY_NAME[name].label}合计 {counted + off:,}，运营企业合计 {counted:,}，相差 {off:+,}（{share:.0%}）"
            )
            yield Oddity("", name, "off_total", share / AT_THE_BOUND, sentence, _nearest(reading, name, off))


def _nearest(reading: ReturnReading, name: str, off: int) -> str:
    """The village that changed by about the difference; blank where none did."""
    changes = [
        (abs(change - off), village, change)
        for village in reading.villages
        if (change := _change(village, name)) is not None and abs(change - off) <= 0.2 * abs(off)
    ]
    if not changes:
        return ""
    _, village, change = min(changes, key=lambda each: each[0])
    return f"差额与“{village.context.name}”的变动（{change:+,}）相近"


def _change(village: VillageReading, name: str) -> int | None:
    now, before = village.typed.get(name), village.before(name)
    return now - before if now is not None and before is not None else None
