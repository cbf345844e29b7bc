"""The return as a whole: one that repeats an earlier quarter, a column that does, a village that was left out."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import pairwise
from math import log

from common.periods import Quarter
from returns.figures import BY_NAME, NAMES, Figures
from returns.oddities.readings import ReturnReading, VillageReading
from returns.oddities.vocabulary import Oddity
from returns.oddities.wording import last_of

REPEATED = 0.97
"""The share of rows that repeat when somebody copies a quarter."""

AT_THE_BOUND = 4.5
"""The evidence that makes a score of 1: that so many rows repeat by chance is one in ninety."""

MOST_USUAL = 0.96
"""However often a village stood still, it is taken to move now and then."""

POOLED = 3
"""How many quarters of its own weigh as much as what the township's villages do."""

MOVING = ("broadband_users", "fibre_users")
"""Columns that change in every quarter; the others rightly stay for years."""

LEFT_OUT = 2.0
"""The score of a village that is missing."""

LEAST_LEFT_OUT = 20
"""Households from which a village that is missing counts."""


def repeated_return(reading: ReturnReading) -> Iterator[Oddity]:
    """All rows, or nearly, are those of an earlier approved quarter."""
    for period in reversed(_periods(reading)):
        then = [(village, row) for village in reading.villages if (row := _row_of(village, period))]
        pairs = [(village, _same_row(village.typed, row)) for village, row in then]
        score = _evidence(reading, pairs, _same_row) / AT_THE_BOUND
        if score > 0.2:
            same = sum(each for _, each in pairs)
            sentence = f"{len(pairs)} 个村居中 {same} 个的五项数字与{Quarter.parse(period).label}完全相同"
            yield Oddity("", "", "repeated", score, sentence, "疑似照抄以前季度的数字")
            return


def repeated_columns(reading: ReturnReading) -> Iterator[Oddity]:
    """A column is that of the last approved quarter although it usually moves."""
    for name in MOVING:
        pairs = [
            (village, village.typed[name] == before)
            for village in reading.villages
            if (before := village.before(name)) is not None and village.typed.get(name) is not None
        ]
        score = _evidence(reading, pairs, partial(_same_figure, name)) / AT_THE_BOUND
        if score > 0.2:
            same = sum(each for _, each in pairs)
            last = Counter(last_of(reading, village) for village, _ in pairs).most_common(1)[0][0]
            sentence = f"{len(pairs)} 个村居中 {same} 个的{BY_NAME[name].label}与{last}完全相同"
            grounds = "往期很少如此"
            yield Oddity("", name, "repeated_column", score, sentence, f"疑似整栏照抄{last}", grounds)


def _same_figure(name: str, now: Figures, before: Figures) -> bool:
    return now.get(name) == before.get(name)


def _same_row(now: Figures, before: Figures) -> bool:
    return all(now.get(name) == before.get(name) for name in NAMES)


Same = Callable[[Figures, Figures], bool]
"""Whether two rows are the same, or a figure of them."""


def _evidence(reading: ReturnReading, pairs: Sequence[tuple[VillageReading, bool]], is_same: Same) -> float:
    """How much better copying explains what is the same than what is usual, of each village by what it did so far."""
    past = {village.index: _repeats(village, is_same) for village in reading.villages}
    same, known = (sum(column) for column in zip(*past.values(), strict=True)) if past else (0, 0)
    pooled, evidence = (same + 1) / (known + 5), 0.0
    for village, is_now in pairs:
        own, quarters = past[village.index]
        usual = min(MOST_USUAL, (own + POOLED * pooled) / (quarters + POOLED))
        evidence += log(REPEATED / usual) if is_now else log((1 - REPEATED) / (1 - usual))
    return evidence


def _repeats(village: VillageReading, is_same: Same) -> tuple[int, int]:
    """How often the village stood as a quarter before, and in how many quarters."""
    found = [is_same(now, before) for (_, before), (_, now) in pairwise(village.context.course)]
    return sum(found), len(found)


def _periods(reading: ReturnReading) -> list[str]:
    return sorted({period for village in reading.villages for period, _ in village.context.course})


def _row_of(village: VillageReading, period: str) -> Figures | None:
    return next((row for each, row in village.context.course if each == period), None)


def left_out(reading: ReturnReading) -> Iterator[Oddity]:
    """A village without figures, or with noughts, though it had some; perhaps they stand in another's row."""
    for village in reading.villages:
        before = village.before("households")
        if before is None or before < LEAST_LEFT_OUT or (village.typed.get("households") or 0) > before * 0.1:
            continue
        holder = _holder(reading, village)
        if village.is_blank and holder is None and village.context.code in reading.figures:
            continue
        said = "未填" if village.is_blank else f"总户数为 {village.typed.get('households') or 0:,}"
        sentence = f"“{village.context.name}”{said}，{last_of(reading, village)} {before:,} 户"
        yield Oddity("", "", "left_out", LEFT_OUT, sentence, _where(holder))


def _where(holder: VillageReading | None) -> str:
    """Where the village's figures may stand."""
    if holder is None:
        return "疑似漏报"
    growth = (holder.typed["households"] or 0) - (holder.before("households") or 0)
    return f"疑似并入“{holder.context.name}”（其总户数增加 {growth:,}）"


def _holder(reading: ReturnReading, village: VillageReading) -> VillageReading | None:
    """The village whose row has grown by about the figures of this one."""
    for other in reading.villages:
        shares = [
            (now - then) / before
            for name in NAMES
            if (now := other.typed.get(name)) is not None
            and (then := other.before(name)) is not None
            and (before := village.before(name))
        ]
        if other is not village and shares and all(0.7 <= share <= 1.4 for share in shares):
            return other
    return None
