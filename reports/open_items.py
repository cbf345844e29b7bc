"""The open items of a brief: tasks that are missed, cannot be told or are likely to be late, each with cause, unit, due day and proposal."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from acceptance.wording import number
from acceptance.wording.figures import listed
from acceptance.wording.measures import MEASURES
from acceptance.wording.milestones import FALLEN_BACK, SCOPES, fallen_back, milestone_title
from areas.models import Area
from areas.vocabulary import TOWNSHIPS, AreaKind
from common.periods import Quarter
from common.templatetags.figures import MISSING
from figures.address import MemberPart
from figures.causes import MEMBERS, MEMBERS_UNKNOWN
from figures.declared import FigureQuery, OpenedFigure, find
from planning.sentences import work_words
from reports.closing import ClosingWork
from reports.lights import Light
from reports.progress import ProgressPage
from reports.words import CAUSES, WORK

Plans = Mapping[tuple[str, str], ClosingWork]
"""What was signed, by area and milestone; blank: the area's title."""
AT_RISK = "可能逾期"


@dataclass(frozen=True)
class BriefItem:
    """A task in one scope as a brief lists it; ``key`` (G10.441802103) names it from quarter to quarter."""

    key: str
    task: str
    state: str
    cause: str
    unit: str
    due: str
    proposal: str


def open_lights(page: ProgressPage) -> list[Light]:
    """What is missed or fell back, then what is due and cannot be told, then what will be late at its pace; each by due day and code."""
    scored = [light for light in page.lights if light.row.scored and light.row.status != "not_applicable"]
    behind = [light for light in scored if light.is_behind]
    open_ = [
        light for light in scored if light.row.status == "undetermined" and not light.is_behind and not light.row.held
    ]
    late = [light for light in scored if is_at_risk(light, page)]
    return [*behind, *open_, *late]


def is_at_risk(light: Light, page: ProgressPage) -> bool:
    """Whether it falls due later, is not reached, and will not be at the pace of the last quarters."""
    is_ahead = light.milestone.due > page.quarter and not light.row.held
    return is_ahead and light.pace is not None and light.pace.reaches is False


def open_items(page: ProgressPage, plans: Plans, most: int) -> tuple[list[BriefItem], int]:
    """The first ``most`` of them, and how many there are; a query a task besides the page's own."""
    lights = open_lights(page)
    causes = _Causes(page, lights[:most])
    return [_item(light, page, plans, causes) for light in lights[:most]], len(lights)


def _item(light: Light, page: ProgressPage, plans: Plans, causes: "_Causes") -> BriefItem:
    is_risk = is_at_risk(light, page)
    keys = causes.keys(light)
    return BriefItem(
        key=f"{light.milestone.key}.{light.area.code}",
        task=_task(light),
        state=_state(light, is_risk),
        cause=causes.words(light) or (light.pace.text if is_risk and light.pace else "") or MISSING,
        unit=_unit(light, page),
        due=_month(light.milestone.due),
        proposal=_proposal(light, plans, keys, causes.lacking(light)),
    )


def _task(light: Light) -> str:
    """飞来峡镇：60%以上自然村建成全光网自然村."""
    scope = "全区" if light.milestone.scope == "district" else light.area.name
    return f"{scope}：{short_title(light.milestone)}"


def short_title(milestone) -> str:
    """The task without its scope, which stands beside it."""
    return milestone_title(milestone).removeprefix(SCOPES[milestone.scope]).strip()


def _state(light: Light, is_risk: bool) -> str:
    """未达到，差 17 个."""
    state = AT_RISK if is_risk else FALLEN_BACK if fallen_back(light.row) else light.mark.text
    unit = MEASURES[light.milestone.measure].unit
    return f"{state}，差 {number(light.row.missing)} {unit}" if light.row.missing else state


def _month(due: Quarter) -> str:
    return f"{due.last_day.year}年{due.last_day.month}月"


def _unit(light: Light, page: ProgressPage) -> str:
    """Who leads, and of a street's or town's task its office."""
    lead = page.plan.duties[light.milestone.duty].lead
    if light.area.kind not in TOWNSHIPS:
        return lead
    office = "办事处" if light.area.kind == AreaKind.STREET else "人民政府"
    return f"{lead}、{light.area.name}{office}"


def _proposal(light: Light, plans: Plans, keys: Iterable[str], lacking: Iterable[Area]) -> str:
    """The work of a plan that is signed for the task, or for the titles that it counts; else the kinds that the causes ask for."""
    if plan := plans.get((light.row.area_id, light.milestone.key)):
        return f"按已签发的建设方案，{work_words(plan.counts)}。"
    titles = [(area.name, plans[area.code, ""]) for area in lacking if (area.code, "") in plans]
    if titles:
        told = [f"{name}{work_words(plan.counts)}" for name, plan in titles]
        return f"按已签发的建设方案，{'；'.join(told)}。"
    kinds = list(dict.fromkeys(WORK[key] for key in keys if key in WORK))[:CAUSES]
    return f"{listed(kinds)}。" if kinds else "扩大光网覆盖。" if light.is_rate else "逐项核实落实。"


class _Causes:
    """Why the members of each task do not count: by task one query over all of its scopes."""

    def __init__(self, page: ProgressPage, lights: Iterable[Light]) -> None:
        self.page = page
        self._asked = FigureQuery(page.user, page.plan, page.user.area, page.quarter, page.basis)
        self._opened: dict[str, OpenedFigure] = {}
        self._counts: dict[str, dict[str, Counter]] = {}
        for light in lights:
            if light.milestone.key not in self._counts:
                self._read(light)

    def _read(self, light: Light) -> None:
        opened = find(light.milestone.key, self.page.plan)
        rows = opened.members(self._asked).exclude(part=MemberPart.PASSED)
        code = "area_code" if "area_code" in {each.name for each in rows.model._meta.get_fields()} else "area_id"
        found: dict[str, Counter] = defaultdict(Counter)
        names = (code, "part", "cause") if opened.causes else (code, "part")
        for area, part, *cause in rows.values_list(*names):
            if part:
                found[area][part, *(cause or [""])] += 1
        self._opened[light.milestone.key], self._counts[light.milestone.key] = opened, found

    def _of(self, light: Light) -> Counter:
        """By part and cause how many members beneath the task's scope do not count."""
        whole: Counter = Counter()
        for area, counts in self._counts[light.milestone.key].items():
            if area.startswith(light.row.area_id):
                whole += counts
        return whole

    def keys(self, light: Light) -> list[str]:
        """The causes, the most frequent first."""
        if light.is_rate:
            return ["no_return"] if light.row.unknown else []
        by_cause: Counter = Counter()
        for (_, cause), count in self._of(light).items():
            by_cause[cause] += count
        return [cause for cause, _ in sorted(by_cause.items(), key=lambda pair: (-pair[1], pair[0])) if cause]

    def words(self, light: Light) -> str:
        """11 个自然村仅传电视、10 个自然村未开通或已停用; of streets and towns their names."""
        if light.row.status == "undetermined":
            return f"{light.milestone.due.label}数据不全"
        if light.is_rate:
            missing = f"{number(light.row.unknown)} 个村居缺季报" if light.row.unknown else ""
            return missing or f"光网覆盖 {number(light.row.passed)} / {number(light.row.total)} 户"
        opened, keys = self._opened[light.milestone.key], self.keys(light)
        if set(keys) & {MEMBERS, MEMBERS_UNKNOWN} and (lacking := self.lacking(light)):
            return f"{listed([area.name for area in lacking])}未达标"
        by_cause: Counter = Counter()
        for (_, cause), count in self._of(light).items():
            by_cause[cause] += count
        return listed([f"{number(by_cause[key])} 个{opened.noun}{opened.causes[key]}" for key in keys[:CAUSES]])

    def lacking(self, light: Light) -> list[Area]:
        """The streets and towns that a task counts and that do not count."""
        codes = self._counts[light.milestone.key]
        return [each.area for each in self.page.township_verdicts if each.area_id in codes]
