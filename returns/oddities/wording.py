"""Why a figure is odd, in words with the numbers: first one clause with the two figures, apart from it the grounds."""

from collections.abc import Callable

from common.periods import Quarter
from returns.figures import BY_NAME, LAST_QUARTER, called
from returns.oddities.readings import ReturnReading, VillageReading
from returns.oddities.witnesses import RATE_OF, Hearing, Limits, Witness

ASTONISHED = 1.5
"""From so much surprise on a witness has something to say."""

Said = tuple[str, str]
"""What a witness says in one clause, and its grounds (blank: none)."""


def last_of(reading: ReturnReading, village: VillageReading) -> str:
    """What the village's last approved figures are called."""
    return called(Quarter.parse(village.context.course[-1][0]), Quarter.parse(reading.context.period))


def why(reading: ReturnReading, village: VillageReading, name: str, typed: int, hearing: Hearing) -> Said:
    """What the most surprised witness finds odd; its grounds, and what the others find odd, the most surprised first."""
    ordered = sorted(hearing.witnesses, key=lambda each: -each.surprise(typed))
    astonished = [each for each in ordered if each.surprise(typed) >= ASTONISHED] or ordered[:1]
    (first, grounds), *others = (_SAID[each.name](reading, village, name, typed, each) for each in astonished)
    more = [f"{clause}（{rest}）" if rest else clause for clause, rest in others]
    return f"{BY_NAME[name].label} {typed:,}，{first}", "；".join(filter(None, (grounds, *more)))


def _course(reading: ReturnReading, village: VillageReading, name: str, typed: int, witness: Witness) -> Said:
    before, (expected, *_) = village.before(name), witness.expected
    times = abs(typed - expected) / witness.stray(expected)
    common = _percent(reading.movements[name].now)
    change = f"，{(typed - before) / before:+.0%}" if before else ""
    return (
        f"按往期应在 {expected:,.0f} 左右",
        f"{last_of(reading, village)} {before:,}（{typed - before:+,}{change}），偏离为常见幅度的 {times:.1f} 倍，"
        f"全镇同期中位 {common}",
    )


def _register(reading: ReturnReading, village: VillageReading, name: str, typed: int, witness: Witness) -> Said:
    now, then = village.context.register[name], (village.context.register_before or {}).get(name)
    return f"台账测算 {now:,}", _then(reading, village, "台账", then)


def _operators(reading: ReturnReading, village: VillageReading, name: str, typed: int, witness: Witness) -> Said:
    now, then = village.context.counted[name], (village.context.counted_before or {}).get(name)
    return f"运营企业合计 {now:,}", _then(reading, village, "运营企业", then)


def _then(reading: ReturnReading, village: VillageReading, who: str, then: int | None) -> str:
    """What a source said in the quarter of the last approved figures; blank where it said nothing."""
    if then is None:
        return ""
    when = LAST_QUARTER if village.gap == 1 else Quarter.parse(village.context.course[-1][0]).label
    return f"{who}{when} {then:,}"


def _limits(reading: ReturnReading, village: VillageReading, name: str, typed: int, witness: Witness) -> Said:
    return "与同一行的" + "、".join(witness.broken(typed)) + " 矛盾" if isinstance(witness, Limits) else "", ""


def _similar(reading: ReturnReading, village: VillageReading, name: str, typed: int, witness: Witness) -> Said:
    whole = BY_NAME[RATE_OF[name][0]].label
    return f"按本镇其他村居与{whole}的比例，应在 {witness.expected[0]:,.0f} 左右", ""


def _percent(movement: float) -> str:
    return f"{movement:+.1%}"


_SAID: dict[str, Callable[..., Said]] = {
    "course": _course,
    "register": _register,
    "counted": _operators,
    "similar": _similar,
    "limits": _limits,
}
