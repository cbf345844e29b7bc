"""The effect of a proposal as its page shows it: first what should alarm, then the rest, each line with its way to a verdict."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.urls import reverse

from acceptance import plan
from acceptance.models import Basis
from accounts.posts import Power
from areas.models import Site
from proposals.effects import bases_words, periods_words
from proposals.models import ProposalItem
from proposals.vocabulary import Denominator

FIRST_SITES = 5
FIRST_LINES = 10
"""Lines that are shown at once; the others are folded."""
TITLES = {"areas": "区域评定", "figures": "数字", "sites": "点位"}


@dataclass(frozen=True)
class EffectLine:
    """A sentence, the quarters of which it is true, and the verdict that it is about (blank: nothing to open)."""

    words: str
    when: str = ""
    basis: str = ""
    url: str = ""
    is_past: bool = False


@dataclass(frozen=True)
class EffectGroup:
    """Lines of a kind: the first of them, those that are folded, and how many there are, kept or not."""

    title: str
    first: list[EffectLine]
    more: list[EffectLine]
    count: int

    @property
    def left_out(self) -> int:
        return self.count - len(self.first) - len(self.more)


@dataclass(frozen=True)
class EffectShown:
    """What a proposal would turn, ready for the page."""

    alarms: EffectGroup
    """Quarters that have ended, milestones, valid titles."""
    groups: list[EffectGroup]
    denominators: list[str]
    turned: int = 0
    past: int = 0
    quarters: str = ""
    further: list[str] = field(default_factory=list)

    @property
    def is_silent(self) -> bool:
        """Whether nothing turns at all."""
        return not (self.alarms.count or self.groups or self.further)

    @property
    def is_alarming(self) -> bool:
        """Whether a quarter that has ended (of sites alone, too), a milestone or a title turns."""
        return bool(self.alarms.count or self.further or self.past)


def effect_shown(effect: Mapping[str, Any], items: Iterable[ProposalItem], user, reason: str = "") -> EffectShown:
    """The kept effect for a reader; ``items`` are those that enter or leave a denominator for the coded ``reason``.

    Whoever may not see verdicts is told what becomes of the county, and how much there is besides.
    """
    if not user.may(Power.SEE_VERDICTS):
        effect = (
            dict(effect) | {kind: _of_county(effect.get(kind, [])) for kind in ("areas", "figures")} | {"sites": []}
        )
    linked = partial(_url, user, _site_ids(effect))
    areas = effect.get("areas", [])
    alarming = [*effect.get("milestones", []), *(row for row in areas if row["past"])]
    alarms = _group("", alarming, FIRST_LINES, linked)
    groups = [
        _group("尚未结束的季度", [row for row in areas if not row["past"]], FIRST_LINES, linked),
        _figures(effect, linked),
        _group(TITLES["sites"], effect.get("sites", []), FIRST_SITES, linked, _count(effect, "sites")),
    ]
    return EffectShown(
        alarms,
        [group for group in groups if group.count],
        [denominator_words(item, reason) for item in items if item.denominator],
        effect.get("turned", 0),
        effect.get("past", 0),
        periods_words(effect.get("quarters", [])),
        effect.get("further", []),
    )


def _of_county(rows: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [row for row in rows if row["code"] == plan.current().district]


def _figures(effect: Mapping[str, Any], linked: Any) -> EffectGroup:
    """The latest of each figure that changes from quarter to quarter at once, the quarters before it folded."""
    rows = sorted(effect.get("figures", []), key=lambda row: row["periods"][-1], reverse=True)
    latest: dict[str, dict[str, Any]] = {}
    for row in rows:
        latest.setdefault(row["words"].rpartition("：")[0], row)
    first = list(latest.values())[:FIRST_LINES]
    rest = [row for row in rows if row not in first]
    return _group(TITLES["figures"], first + rest, len(first), linked, _count(effect, "figures"))


def _count(effect: Mapping[str, Any], kind: str) -> int:
    return effect.get("counts", {}).get(kind, 0)


def _group(title: str, rows: list[dict[str, Any]], most: int, linked: Any, count: int | None = None) -> EffectGroup:
    lines = [_line(row, linked) for row in rows]
    return EffectGroup(title, lines[:most], lines[most:], len(lines) if count is None else count)


def _line(row: Mapping[str, Any], linked: Any) -> EffectLine:
    return EffectLine(
        row["words"], periods_words(row["periods"]), bases_words(row["bases"]), linked(row), is_past=row["past"]
    )


def _site_ids(effect: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """By the primary key of the sites among the lines their numbers and areas."""
    keys = [int(row["code"]) for row in effect.get("sites", [])]
    rows = Site.objects.filter(pk__in=keys).order_by().values_list("pk", "site_id", "area_id") if keys else ()
    return {str(pk): (site_id, area) for pk, site_id, area in rows}


def _url(user, site_ids: Mapping[str, tuple[str, str]], row: Mapping[str, Any]) -> str:
    """The verdict of the last of a line's quarters; blank where the reader may not open it."""
    period, code = row["periods"][-1], row["code"]
    if not user.may(Power.SEE_VERDICTS):
        return ""
    if code in site_ids:
        site_id, area = site_ids[code]
        return reverse("acceptance:site_verdict", args=[period, site_id]) if user.scope.holds(area) else ""
    if not user.scope.holds(code):
        return ""
    only = row["bases"][0] if len(row["bases"]) == 1 else Basis.APPROVED
    query = f"?basis={only}" if only != Basis.APPROVED else ""
    return f"{reverse('acceptance:verdict', args=[period, code])}{query}"


def denominator_words(item: ProposalItem, reason: str = "") -> str:
    """黄岗（441802103201202）退出分母，自 2018-08-01 起：户数不足."""
    name = f"{item.name}（{item.key}）" if item.name != item.key else item.key
    since = f"，自 {item.effective_on} 起" if item.effective_on else ""
    why = f"：{reason}" if reason else ""
    return f"{name}{Denominator(item.denominator).label}{since}{why}"
