"""What a proposal would turn, as it stands on its page: verdicts, milestones, figures, titles, by quarter.

Found by ``acceptance.judging.rehearsing``, kept as JSON: lines of the same words for several quarters are one.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from types import SimpleNamespace
from typing import Any

from acceptance import plan
from acceptance.judging.rehearsing import Rehearsal, Turn, rehearsed
from acceptance.models import Basis
from acceptance.wording import criterion_title, milestone_title, status_words
from acceptance.wording.changes import NOT_THERE, area_turn, site_turn
from areas.models import Area, Site
from areas.workdays import DayUnknown
from common.exceptions import Refused
from common.lookups import chunks
from common.periods import Quarter
from proposals.hooks import FURTHER_EFFECTS

MOST = 200
"""Lines of each kind that are kept; the counts are of all."""
_KINDS = ("areas", "milestones", "sites", "figures")


@dataclass(frozen=True)
class _Line:
    """One thing that would be said otherwise, in one quarter and basis."""

    kind: str
    code: str
    words: str
    period: str
    basis: str = ""


def effect_of(write: Callable[[], Iterable[str]], county: str, today: date) -> dict[str, Any]:
    """The effect of what ``write`` writes; see ``rehearsed``. Refused when the calendar of working days falls short."""
    try:
        found, (further, names) = rehearsed(write, county, partial(_looked_at, county))
    except DayUnknown as short:
        raise Refused(f"未办理，影响无法推算：{short}") from None
    return summed(found, further, today, names)


def _looked_at(county: str, seen: Rehearsal) -> tuple[list[str], dict[Any, str]]:
    """What rooms above add, and what everything is called while the change stands: also what it brings."""
    return [line for add in FURTHER_EFFECTS for line in add(county, seen)], _names(seen)


def summed(
    found: Rehearsal, further: Sequence[str], today: date, names: Mapping[Any, str] | None = None
) -> dict[str, Any]:
    """A rehearsal as it is kept and shown; ``names`` are what its subjects are called, where they are not all stored."""
    lines = list(_lines(found, names or _names(found)))
    grouped: dict[str, list[dict[str, Any]]] = {kind: [] for kind in _KINDS}
    for (kind, code, words), some in _groups(lines).items():
        periods = sorted({line.period for line in some})
        bases = sorted({line.basis for line in some} - {""})
        grouped[kind].append(
            {
                "code": code, "words": words, "periods": periods, "bases": bases,
                "past": Quarter.parse(periods[0]).last_day < today,
            }
        )  # fmt: skip
    turned = [line for line in lines if line.kind != "figures"]
    past = [line for line in turned if Quarter.parse(line.period).last_day < today]
    return {
        **{kind: rows[:MOST] for kind, rows in grouped.items()},
        "counts": {kind: len(rows) for kind, rows in grouped.items()},
        "further": list(further),
        "turned": len(turned),
        "past": len(past),
        "quarters": sorted({line.period for line in lines}),
    }


def _groups(lines: Iterable[_Line]) -> dict[tuple[str, str, str], list[_Line]]:
    groups: dict[tuple[str, str, str], list[_Line]] = defaultdict(list)
    for line in lines:
        groups[line.kind, line.code, line.words].append(line)
    return groups


def _lines(found: Rehearsal, called: Mapping[Any, str]) -> Iterator[_Line]:
    for turn in found.areas:
        yield from _area(turn, called[turn.subject[2]])
    for turn in found.milestones:
        yield from _milestone(turn, called[turn.subject[3]])
    for turn in found.sites:
        was, now = ((side["capable"], side["reason"]) if side else None for side in (turn.before, turn.after))
        if was != now:
            yield _Line("sites", str(turn.subject[1]), site_turn(called[turn.subject[1]], was, now), turn.period)


def _area(turn: Turn, name: str) -> Iterator[_Line]:
    period, basis, code = turn.subject
    before, after = turn.before, turn.after
    said = [side and (side["outcome"], side["reference"], side["covered"]) for side in (before, after)]
    if said[0] != said[1]:
        yield _Line("areas", code, area_turn(name, before, after), period, basis)
    if before and after:
        yield from _figures(turn, name)


def _figures(turn: Turn, name: str) -> Iterator[_Line]:
    """The tallies of streets, towns and the district that would be others: 达到 207/227 变为 190/208."""
    period, basis, code = turn.subject
    if len(code) > 9:
        return
    before = {each["key"]: each for each in turn.before["criteria"]}
    for now in turn.after["criteria"]:
        was = before.get(now["key"])
        tallies = [_tally(side) for side in (was, now) if side]
        if len(tallies) == 2 and tallies[0] != tallies[1]:
            title = criterion_title(plan.current().criteria[now["key"]])
            yield _Line("figures", code, f"{name}“{title}”：{tallies[0]} 变为 {tallies[1]}", period, basis)


def _tally(figures: dict[str, Any]) -> str:
    if "numerator" in figures:
        return f"{figures['numerator']}/{figures['denominator']}"
    return f"{figures['passed']}/{figures['total']}" if "total" in figures else ""


def _milestone(turn: Turn, name: str) -> Iterator[_Line]:
    period, basis, key, code = turn.subject
    states = [status_words(SimpleNamespace(**side)) if side else NOT_THERE for side in (turn.before, turn.after)]
    milestone = next((each for each in plan.current().milestones if each.key == key), None)
    title = f"{name}{key} {milestone_title(milestone)}" if milestone else f"{name}{key}"
    if states[0] != states[1]:
        yield _Line("milestones", code, f"{title}由{states[0]}转为{states[1]}", period, basis)
    elif turn.before and turn.after:
        tallies = [f"{side['passed']}/{side['total']}" for side in (turn.before, turn.after)]
        if tallies[0] != tallies[1]:
            yield _Line("figures", code, f"{title}：{tallies[0]} 变为 {tallies[1]}", period, basis)


def _names(found: Rehearsal) -> dict[Any, str]:
    """What the subjects are called, by the area's code or the site's primary key."""
    codes = {turn.subject[2] for turn in found.areas} | {turn.subject[3] for turn in found.milestones}
    names: dict[Any, str] = {code: code for code in codes}
    for some in chunks(codes):
        names |= dict(Area.objects.filter(code__in=some).order_by().values_list("code", "name"))
    sites = {turn.subject[1] for turn in found.sites}
    names |= {number: str(number) for number in sites}
    for some in chunks(sites):
        rows = Site.objects.filter(pk__in=some).order_by().values_list("pk", "name", "site_id")
        names |= {number: f"{name}（{site_id}）" for number, name, site_id in rows}
    return names


def periods_words(periods: Sequence[str]) -> str:
    """2017年第四季度至2019年第一季度, or each quarter by itself where one is left out between."""
    quarters = [Quarter.parse(period) for period in periods]
    spans: list[list[Quarter]] = []
    for quarter in quarters:
        if spans and spans[-1][-1].plus(1) == quarter:
            spans[-1].append(quarter)
        else:
            spans.append([quarter])
    return "、".join(span[0].label if len(span) == 1 else f"{span[0].label}至{span[-1].label}" for span in spans)


def bases_words(bases: Sequence[str]) -> str:
    """Which returns the verdicts read; blank where it makes no difference."""
    return "" if len(bases) != 1 else f"{Basis(bases[0]).label}口径"
