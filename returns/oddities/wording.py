"""Why a figure is odd, in words with the numbers."""

from returns.figures import BY_NAME
from returns.oddities.readings import ReturnReading, VillageReading
from returns.oddities.witnesses import RATE_OF, Hearing, Limits, Witness

ASTONISHED = 1.5
"""From so much surprise on a witness has something to say."""


def why(reading: ReturnReading, village: VillageReading, name: str, typed: int, hearing: Hearing) -> str:
    """What each witness finds odd, the most surprised first; what they find in order is said of the sources, too."""
    ordered = sorted(hearing.witnesses, key=lambda each: -each.surprise(typed))
    astonished = [each for each in ordered if each.surprise(typed) >= ASTONISHED] or ordered[:1]
    said = [_SAID[each.name](reading, village, name, typed, each) for each in astonished]
    return f"{BY_NAME[name].label} {typed:,}，" + "；".join(said)


def _course(reading: ReturnReading, village: VillageReading, name: str, typed: int, witness: Witness) -> str:
    before, (expected, *_) = village.before(name), witness.expected
    times = abs(typed - expected) / witness.stray(expected)
    common = _percent(reading.movements[name].now)
    since = "上期" if village.gap == 1 else f"{village.gap} 个季度前"
    change = f"，{(typed - before) / before:+.0%}" if before else ""
    return (
        f"{since} {before:,}（{typed - before:+,}{change}），按往期应在 {expected:,.0f} 左右，"
        f"偏离为常见幅度的 {times:.1f} 倍；全镇同期中位 {common}"
    )


def _register(reading: ReturnReading, village: VillageReading, name: str, typed: int, witness: Witness) -> str:
    now, then = village.context.register[name], (village.context.register_before or {}).get(name)
    return f"台账测算 {now:,}" + (f"（上期 {then:,}）" if then is not None else "")


def _operators(reading: ReturnReading, village: VillageReading, name: str, typed: int, witness: Witness) -> str:
    now, then = village.context.counted[name], (village.context.counted_before or {}).get(name)
    return f"运营企业合计 {now:,}" + (f"（上期 {then:,}）" if then is not None else "")


def _limits(reading: ReturnReading, village: VillageReading, name: str, typed: int, witness: Witness) -> str:
    return "与同一行的" + "、".join(witness.broken(typed)) + " 矛盾" if isinstance(witness, Limits) else ""


def _similar(reading: ReturnReading, village: VillageReading, name: str, typed: int, witness: Witness) -> str:
    whole = BY_NAME[RATE_OF[name][0]].label
    return f"按本镇其他村居与{whole}的比例，应在 {witness.expected[0]:,.0f} 左右"


def _percent(movement: float) -> str:
    return f"{movement:+.1%}"


_SAID = {"course": _course, "register": _register, "counted": _operators, "similar": _similar, "limits": _limits}
