"""The figures that the answer in words is made from, as the pages of progress have them, each with the way to its members."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping

from django.urls import reverse
from django.utils.http import urlencode

from acceptance import wording
from acceptance.models import Basis, Verdict
from acceptance.wording.measures import MEASURES
from acceptance.wording.milestones import RATES, fallen_back
from areas.vocabulary import TOWNSHIPS, AreaKind
from figures import causes
from figures.address import MemberPart, figure
from figures.declared import FigureQuery, find
from reports import words
from reports.closing import ClosingWork
from reports.lights import Light
from reports.progress import ProgressPage
from reports.words import LinkedNumber

CHOICES: Mapping[str, tuple[str, Callable[[Light], bool]]] = {
    "due": ("已到期的计分任务", lambda light: True),
    "in_time": ("按期达到的任务", lambda light: light.row.status == "met"),
    "late": ("逾期达到的任务", lambda light: light.row.status == "met_late"),
    "missed": ("到期未达到的任务", lambda light: light.row.status == "missed"),
    "open": ("到期待定的任务", lambda light: light.row.status in ("undetermined", "pending")),
    "fallen": ("达到后回落的任务", lambda light: fallen_back(light.row)),
    "behind": ("到期未达到或回落的任务", lambda light: light.is_behind),
    "next": ("下一期到期的任务", lambda light: True),
    "next_met": ("下一期到期、已提前达到的任务", lambda light: light.row.held),
}
"""The lists of tasks to which the numbers in the sentences lead, by the name that the address gives them."""


def chosen(page: ProgressPage, name: str) -> list[Light]:
    """The lights of a list: those that a number counted."""
    lights = page.next_step.lights if page.next_step and name.startswith("next") else page.lights
    if not name.startswith("next"):
        lights = [light for light in lights if light.milestone.due <= page.quarter]
    held = CHOICES[name][1]
    return [light for light in lights if light.row.scored and light.row.status != "not_applicable" and held(light)]


def answer(page: ProgressPage, closing: Mapping[str, ClosingWork]) -> tuple[words.Sentence, ...]:
    """Two or three sentences on what ``page`` shows; nothing where nothing is judged."""
    return words.sentences(standing(page, closing)) if page.lights else ()


def standing(page: ProgressPage, closing: Mapping[str, ClosingWork]) -> words.AnswerFigures:
    """How the page's scope stands; four queries besides the page's own."""
    listed = _Listed(page)
    verdicts = [each for each in page.township_verdicts if each.outcome != "not_applicable"]
    behind = [each for each in verdicts if each.outcome != "achieved"]
    reasons = _causes(page, listed) if behind else {}
    own = page.user.area
    step = page.next_step
    return words.AnswerFigures(
        tasks=words.DueTasks(
            all=listed.tasks("due"),
            **{name: listed.tasks(name) for name in ("in_time", "late", "missed", "open", "fallen", "behind")},
        ),
        units=_units(verdicts, listed),
        behind=tuple(_behind(each, page, listed, reasons.get(each.area_id, ())) for each in behind),
        missed=tuple(map(listed.task, page.behind)),
        closing=tuple(_closing(each.area.name, closing[each.area_id]) for each in behind if each.area_id in closing),
        following=words.NextStep(f"{step.due.label}末", listed.tasks("next"), listed.tasks("next_met"))
        if step
        else None,
        own=own.name if own.kind in TOWNSHIPS else "",
    )


class _Listed:
    """Numbers with the addresses of their members, all of one quarter and basis."""

    def __init__(self, page: ProgressPage) -> None:
        self.page = page

    def tasks(self, name: str) -> LinkedNumber:
        asked = {"period": self.page.quarter}
        if self.page.basis != Basis.APPROVED:
            asked["basis"] = self.page.basis
        return LinkedNumber(
            len(chosen(self.page, name)), f"{reverse('progress')}?{urlencode(asked | {'lights': name})}#lights"
        )

    def members(self, value: int, of: str, area: str, part: str = MemberPart.ALL, **more: str) -> LinkedNumber:
        url = figure(of, area=area, quarter=self.page.quarter, basis=self.page.basis, part=part, **more)
        return LinkedNumber(value, url)

    def task(self, light: Light) -> words.MissedTask:
        measure = light.milestone.measure
        unit = "户" if measure in RATES else f"{MEASURES[measure].unit}{MEASURES[measure].whole}"
        is_alone = light.milestone.scope == "district" or light.area.code == self.page.user.area.code
        name = light.title if is_alone else f"{light.area.name}{light.title}"
        part = MemberPart.LACKING if measure in RATES else MemberPart.GAP
        return words.MissedTask(
            name, self.members(light.row.missing, light.milestone.key, light.row.area_id, part), unit
        )


def _units(verdicts: list[Verdict], listed: _Listed) -> words.UnitsTold:
    """The streets and towns, told by the milestone that counts them where the plan has one."""
    outcomes = Counter(each.outcome for each in verdicts)
    plan, county = listed.page.plan, listed.page.county
    of = next((each.key for each in plan.milestones if each.measure == "townships_achieved"), "")

    def linked(value: int, part: str) -> LinkedNumber:
        return listed.members(value, of, county, part) if of else LinkedNumber(value)

    return words.UnitsTold(
        linked(len(verdicts), MemberPart.ALL),
        linked(outcomes["achieved"], MemberPart.PASSED),
        linked(outcomes["undetermined"], MemberPart.UNKNOWN),
        linked(len(verdicts) - outcomes["achieved"], MemberPart.LACKING),
    )


def _behind(
    verdict: Verdict, page: ProgressPage, listed: _Listed, reasons: tuple[words.CauseTold, ...] | list[words.CauseTold]
) -> words.UnitBehind:
    hard = next(row for row in verdict.criteria if row["role"] == "hard")
    criterion = page.plan.criteria[hard["key"]]
    part = MemberPart.GAP if hard["missing"] else MemberPart.LACKING
    return words.UnitBehind(
        verdict.area.name,
        verdict.area_id,
        listed.members(hard["missing"] or 0, f"criterion.{hard['key']}", verdict.area_id, part),
        wording.MEASURES[criterion.measure].whole if criterion.measure in wording.MEASURES else "点位",
        verdict.outcome == "undetermined",
        tuple(reasons),
    )


def _closing(name: str, work: ClosingWork) -> words.SignedPlan:
    counts = {kind: LinkedNumber(getattr(work, kind), work.url) for kind in ("new", "upgrade", "open", "orders")}
    return words.SignedPlan(name, is_proven=work.is_proven, **counts)


# ------------------------------------------------ why


def _causes(page: ProgressPage, listed: _Listed) -> dict[str, list[words.CauseTold]]:
    """By street or town why its members do not count: of a town its natural villages and what holds its villages back
    besides, of a street its sites; three queries."""
    asked = FigureQuery(page.user, page.plan, page.user.area, page.quarter, page.basis)
    street = page.plan.share_of(AreaKind.STREET)
    sources = [
        (f"titles.{AreaKind.NATURAL_VILLAGE}", "自然村", "area_id"),
        (f"titles.{AreaKind.VILLAGE}", "行政村", "area_id"),
    ]
    if street:
        sources.append((f"criterion.{street.key}", "点位", "area_code"))
    streets = {each.area_id for each in page.township_verdicts if each.area.kind == AreaKind.STREET}
    found: dict[str, list[words.CauseTold]] = defaultdict(list)
    for of, noun, code in sources:
        opened = find(of, page.plan)
        rows = opened.members(asked).exclude(part=MemberPart.PASSED).values_list(code, "part", "cause")
        counts = Counter((area[:9], part, cause) for area, part, cause in rows if part)
        for (township, part, cause), count in sorted(counts.items()):
            if (township in streets) == (noun == "点位") and cause not in (causes.MEMBERS, causes.MEMBERS_UNKNOWN, ""):
                link = listed.members(count, of, township, part, cause=cause)
                found[township].append(words.CauseTold(cause, opened.causes[cause], noun, link))
    return found
