"""What the judging says of an area or a site on its page in the register: its verdicts by quarter, and the milestones."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from acceptance.judging import standing
from acceptance.models import Basis, MilestoneVerdict, SiteVerdict, Verdict
from acceptance.rules.plan import Plan
from acceptance.verdicts.marks import Mark, area_mark, milestone_mark, site_mark
from acceptance.verdicts.pages import lacks
from acceptance.wording import milestone_title, site_words
from accounts.posts import Power
from areas.dated import then
from areas.models import Operator
from areas.vocabulary import AreaKind
from common.clock import today
from common.periods import Quarter
from register.things import Alert, Panel, Thing


@dataclass(frozen=True)
class StripCell:
    """A quarter's verdict in the strip."""

    quarter: Quarter
    mark: Mark
    url: str
    is_viewed: bool


def _viewed(thing: Thing, verdicts: Sequence[Any]) -> Any:
    """The verdict of the quarter viewed, else of the latest that has ended, else the latest; None where there is none."""
    if thing.quarter:
        return next((each for each in verdicts if each.period == str(thing.quarter)), None)
    ended = [each for each in verdicts if each.quarter.last_day < today()]
    return (ended or list(verdicts) or [None])[-1]


# ---------------------------------------------------------------- areas and sites


def verdicts(user, thing: Thing) -> Panel | None:
    """The verdicts of an area or a site by quarter, what the one viewed lacks, and the milestones in which it counts."""
    if not user.may(Power.SEE_VERDICTS) or thing.table not in ("areas", "sites"):
        return None
    plan = standing.of(thing.row.county).plan  # Asked first: where nothing was judged the page says so.
    found = _of_area(thing, plan) if thing.table == "areas" else _of_site(thing, plan)
    if found is None:
        return None
    cells, alerts, words, code = found
    milestones = _milestones(thing, code, cells, plan)
    context = {"cells": cells, "words": words, "milestones": milestones}
    return Panel("verdicts", "评定", template="acceptance/verdicts/_thing.html", context=context, alerts=alerts)


def _cell(thing: Thing, row: Any, mark: Mark, url: str, viewed: Any) -> StripCell:
    return StripCell(row.quarter, mark, url, row is viewed)


def _of_area(thing: Thing, plan: Plan) -> tuple | None:
    rows = Verdict.objects.standing().filter(area=thing.row, basis=Basis.APPROVED).order_by("period")
    found = list(rows.defer("figures", "ledger"))
    if not found:
        return None
    viewed, code = _viewed(thing, found), thing.key
    cells = []
    for row in found:
        is_community = thing.value("kind", row.quarter.last_day) == AreaKind.COMMUNITY
        mark = Mark("info", "不设称号") if is_community else area_mark(row.outcome, row.reference)
        cells.append(_cell(thing, row, mark, reverse("acceptance:verdict", args=[row.period, code]), viewed))
    words = ""
    if viewed is not None and viewed.outcome in ("not_achieved", "undetermined"):
        words = f"{viewed.quarter.label}差距：{lacks(plan, viewed)}"
    return cells, _alerts(cells, words), words, code


def _of_site(thing: Thing, plan: Plan) -> tuple | None:
    rows = list(SiteVerdict.objects.standing().filter(site=thing.row).order_by("period"))
    if not rows:
        return None
    viewed = _viewed(thing, rows)
    cells = [
        _cell(
            thing, row, site_mark(row.capable, row.reason),
            reverse("acceptance:site_verdict", args=[row.period, thing.key]), viewed,
        )
        for row in rows
    ]  # fmt: skip
    words = ""
    if viewed is not None:
        names = dict(Operator.objects.values_list("code", "name"))
        least = plan.capability.min_mbps
        said = site_words(viewed.capable, viewed.reason, viewed.nearest_m, viewed.inputs, names, least)
        words = f"{viewed.quarter.label}{said.text}{said.gap}"
    # Without coordinates the register says so itself, with the way to mend it.
    alerts = _alerts(cells, words) if thing.row.lat is not None else []
    return cells, alerts, words, viewed.area_code if viewed else thing.row.area_id


def _alerts(cells: Iterable[StripCell], words: str) -> list[Alert]:
    """The verdict viewed, where it is not as it should be."""
    viewed = next((cell for cell in cells if cell.is_viewed), None)
    if viewed is None or viewed.mark.tone not in ("missed", "pending", "late"):
        return []
    return [Alert(viewed.mark.tone, viewed.mark.text, words, viewed.url, "查看评定")]


_COUNTED_IN = {
    AreaKind.NATURAL_VILLAGE: ("natural_villages_covered", "natural_villages_achieved"),
    AreaKind.COMPOUND: ("quarters_achieved",),
    AreaKind.VILLAGE: ("villages_achieved", "coverage_rate"),
    AreaKind.COMMUNITY: ("coverage_rate",),
}
_DEMONSTRATED_IN = {
    AreaKind.NATURAL_VILLAGE: ("demonstration_natural_villages",),
    AreaKind.COMPOUND: ("demonstration_quarters",),
}
"""The measures in which an area counts, as a member."""


def _milestones(thing: Thing, code: str, cells: Sequence[StripCell], plan: Plan) -> list[tuple[Mark, str]]:
    """The milestones of an area's own scope, else those above in which an area counts; as of the quarter viewed."""
    viewed = next((cell.quarter for cell in cells if cell.is_viewed), None)
    if viewed is None or thing.table != "areas":
        return []
    declared = {each.key: each for each in plan.milestones}
    kind, wanted = thing.value("kind"), set(declared)
    scopes = [code]
    if len(code) > 9:
        chosen = _DEMONSTRATED_IN.get(kind, ()) if thing.value("demonstration") else ()
        measures = (*_COUNTED_IN.get(kind, ()), *chosen)
        wanted = {key for key, each in declared.items() if each.measure in measures}
        scopes = [code[:6], code[:9]]
    rows = MilestoneVerdict.objects.standing().filter(area_id__in=scopes, period=str(viewed), basis=Basis.APPROVED)
    shown = list(rows.filter(key__in=wanted).select_related("area").order_by("due", "key", "area_id"))
    then((row.area for row in shown), viewed.last_day)
    return [(milestone_mark(row), f"{row.key} {row.area.name}：{milestone_title(declared[row.key])}") for row in shown]
