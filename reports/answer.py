"""The figures that the answer in words is made from, as the pages of progress have them, each with the way to its members."""

from collections import Counter, defaultdict
from collections.abc import Mapping

from acceptance import wording
from acceptance.models import Verdict
from acceptance.wording.measures import MEASURES
from acceptance.wording.milestones import RATES, fallen_back
from areas.vocabulary import TOWNSHIPS, AreaKind
from common.periods import Quarter
from figures import causes
from figures.address import MemberPart, figure
from figures.declared import FigureQuery, find
from figures.of_lights import BEHIND, FALLEN, HELD
from reports import words
from reports.closing import ClosingWork
from reports.lights import Light
from reports.progress import ProgressPage
from reports.words import LinkedNumber

TASKS: Mapping[str, str] = {
    "all": MemberPart.ALL,
    "in_time": "met",
    "late": "met_late",
    "missed": "missed",
    "open": MemberPart.WAITING,
    "fallen": FALLEN,
    "behind": BEHIND,
}
"""By its name in the sentences the part of the figure of tasks that a number counts."""


def _holds(light: Light, part: str) -> bool:
    """Whether a task belongs to a part of the figure of tasks (``figures.of_lights``)."""
    if part == MemberPart.WAITING:
        return light.row.status in ("undetermined", "pending")
    held = {MemberPart.ALL: True, BEHIND: light.is_behind, FALLEN: fallen_back(light.row), HELD: light.row.held}
    return held.get(part, light.row.status == part)


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
            **{name: listed.tasks(part, until=page.quarter) for name, part in TASKS.items()},
        ),
        units=_units(verdicts, listed),
        behind=tuple(_behind(each, page, listed, reasons.get(each.area_id, ())) for each in behind),
        missed=tuple(map(listed.task, page.behind)),
        closing=tuple(_closing(each.area.name, closing[each.area_id]) for each in behind if each.area_id in closing),
        following=words.NextStep(
            f"{step.due.label}末", listed.tasks(MemberPart.ALL, due=step.due), listed.tasks(HELD, due=step.due)
        )
        if step
        else None,
        own=own.name if own.kind in TOWNSHIPS else "",
    )


class _Listed:
    """Numbers with the addresses of their members, all of one quarter and basis."""

    def __init__(self, page: ProgressPage) -> None:
        self.page = page

    def tasks(self, part: str, until: Quarter | None = None, due: Quarter | None = None) -> LinkedNumber:
        """How many of the tasks that fall due ``until`` a quarter, or in one."""
        lights = [each for each in self.page.lights if each.row.scored and each.row.status != "not_applicable"]
        counted = sum(
            _holds(light, part)
            for light in lights
            if (until is None or light.milestone.due <= until) and (due is None or light.milestone.due == due)
        )
        return self.members(counted, "lights", self.page.user.area.code, part, until=until or "", due=due or "")

    def members(self, value: int, of: str, area: str, part: str = MemberPart.ALL, **more: object) -> LinkedNumber:
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
