"""What the pages of build plans show beside the answer itself: choices, pins, comparisons, lists."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.http import HttpRequest
from django.urls import reverse

from acceptance.judging import standing
from acceptance.models import Basis
from acceptance.wording import number
from areas.models import Area, Operator
from common.clock import today
from common.periods import Quarter
from common.templatetags.figures import MISSING
from findings.first import latest_ended
from jobs.models import Job, JobState
from planning.asking import WITH, WITHOUT, PlanAsked, key_of, parse_pin
from planning.forms import LIMITS, SignPlanForm
from planning.models import BuildPlan, PlanObjective, PlanPlaces
from planning.naming import ActionNames
from planning.runs import PlanRun, runs_of
from planning.sentences import STATUS_TONES, STATUSES, answer_words
from planning.shown import ActionShown, PlanShown

CHOICES = (("", "由系统决定"), (WITH, "必须采用"), (WITHOUT, "不采用"))
COMPARABLE = 30
_TONES = {JobState.WAITING: "pending", JobState.RUNNING: "info", JobState.DONE: "met"}
_COUNTED = (
    ("new", "新建（个）"),
    ("upgrade", "提速（个）"),
    ("open", "开通（个）"),
    ("orders", "逾期工单（张）"),
    ("cost", "投资（元）"),
)


def tone_of(job: Job) -> str:
    return _TONES.get(JobState(job.state), "missed")


# ---------------------------------------------------------------- asking


def initial(request: HttpRequest, county: str) -> Any:
    """What the form shows first: what the address says, else the district's latest quarter that has ended."""
    given = request.GET.copy()
    defaults = {
        "area": county,
        "period": str(usual_quarter(county)),
        "basis": Basis.APPROVED.value,
        "objective": PlanObjective.FEWEST.value,
        "places": PlanPlaces.SITES.value,
        "time_limit": "300",
    }
    for name, value in defaults.items():
        if not given.get(name):
            given[name] = value
    return _Initial(given)


def usual_quarter(county: str) -> Quarter:
    """The latest quarter that has ended; before any has, the first."""
    return latest_ended(county) or standing.of(county).quarters[0]


class _Initial(dict):
    """The first value of each name, all of those that may have several; as an address gives them."""

    def __init__(self, given) -> None:
        super().__init__(given.items())
        self["operators"] = given.getlist("operators")
        self["pins"] = given.getlist("pins")


@dataclass(frozen=True)
class PinShown:
    """An action that must or must not be there, in words; ``value`` is what a form sends."""

    value: str
    words: str
    side: str
    key: str


def pins_shown(pins: Iterable[str]) -> list[PinShown]:
    """Pins in words; those that say nothing are left out. Two queries, none where there is no pin."""
    parsed = []
    for pin in pins:
        try:
            parsed.append((pin, *parse_pin(pin)))
        except ValueError:
            continue
    if not parsed:
        return []
    names, sides = ActionNames([action for _, _, action in parsed]), dict(CHOICES)
    return [
        PinShown(pin, f"{sides[side]}：{names.words(action)}", side, key_of(action)) for pin, side, action in parsed
    ]


def conditions(asked: PlanAsked) -> list[tuple[str, str]]:
    """The question in words: pairs of what and which."""
    names = dict(Operator.objects.values_list("code", "name")) if asked.operators else {}
    found = [
        ("季度", Quarter.parse(asked.period).label),
        ("口径", Basis(asked.basis).label),
        ("以何者最少", PlanObjective(asked.objective).label),
        ("新建位置", PlanPlaces(asked.places).label),
        ("新建由", "、".join(names.get(each, each) for each in asked.operators) or "全部运营企业"),
        ("最长测算时间", dict(LIMITS).get(asked.time_limit, f"{asked.time_limit} 秒")),
    ]
    found += [("备用", "任一新建接入点失效时仍须达标")] if asked.is_robust else []
    return [*found, ("新建不超过", f"{number(asked.at_most)} 个")] if asked.at_most is not None else found


# ---------------------------------------------------------------- one answer


@dataclass(frozen=True)
class PinnedRow:
    """An action of the answer with the choice that was made of it."""

    shown: ActionShown
    options: list[tuple[str, str, bool]]


def rows_with_pins(shown: PlanShown, asked: PlanAsked) -> list[PinnedRow]:
    return [PinnedRow(each, _options(each.key, f"{WITH} {each.key}" in asked.pins)) for each in shown.actions]


def _options(key: str, is_pinned: bool) -> list[tuple[str, str, bool]]:
    return [(f"{side} {key}" if side else "", label, side == (WITH if is_pinned else "")) for side, label in CHOICES]


def dropped(shown: PlanShown, asked: PlanAsked) -> list[PinShown]:
    """Pins of actions that the answer does not have."""
    there = {each.key for each in shown.actions}
    return [each for each in pins_shown(asked.pins) if each.key not in there]


def sign_form(user, asked: PlanAsked, shown: PlanShown, plan) -> SignPlanForm:
    """The form to sign with, its day the milestone's own where that is still to come, else the end of the next quarter."""
    quarter = Quarter.parse(asked.period)
    due = plan.milestone(asked.milestone).due.last_day if asked.milestone else None
    last = due if due and due > today() else Quarter.containing(today()).plus(1).last_day
    name = f"{shown.area.full_name}{asked.milestone or '称号'}建设方案（{quarter.label}）"
    return SignPlanForm(asked.county, quarter.last_day, initial={"name": name[:60], "due_on": last})


# ---------------------------------------------------------------- several answers


@dataclass(frozen=True)
class RunListed:
    """One's own solving in a list."""

    run: PlanRun
    area: Area | None

    @property
    def tone(self) -> str:
        answer = self.run.answer
        return STATUS_TONES[answer["status"]] if answer else tone_of(self.run.job)

    @property
    def status(self) -> str:
        answer = self.run.answer
        return STATUSES[answer["status"]] if answer else self.run.job.get_state_display()

    @property
    def sentence(self) -> str:
        answer = self.run.answer
        return answer_words(answer) if answer else self.run.job.sentence


@dataclass(frozen=True)
class ComparedSide:
    """One of two answers that are compared."""

    key: str
    title: str
    url: str
    answer: Mapping

    @property
    def sentence(self) -> str:
        return answer_words(self.answer)


def side_of(user, key: str) -> ComparedSide | None:
    """The answer that an address names: ``run-3`` is one's own solving, ``plan-2`` a signed plan; None where there is none."""
    kind, _, pk = key.partition("-")
    if not pk.isdecimal() or len(pk) > 9:
        return None
    if kind == "plan":
        plan = BuildPlan.objects.visible_to(user).filter(pk=pk).first()
        return plan and ComparedSide(key, plan.name, plan.get_absolute_url(), plan.answer)
    job = runs_of(user).filter(pk=pk).first() if kind == "run" else None
    answer = PlanRun(job).answer if job else None
    return ComparedSide(key, job.title, reverse("planning:run", args=[pk]), answer) if answer else None


def comparable(user, but: PlanRun | None = None) -> list[tuple[str, str]]:
    """What may be compared: pairs of key and title, one's own solvings that ended well and the signed plans."""
    jobs = runs_of(user).filter(state=JobState.DONE)[:COMPARABLE]
    runs = [
        (f"run-{job.pk}", f"测算 {job.pk}：{job.title.partition('：')[2]}")
        for job in jobs
        if not but or job.pk != but.job.pk
    ]
    plans = BuildPlan.objects.visible_to(user).values_list("pk", "name", "withdrawal")[:COMPARABLE]
    return [*runs, *((f"plan-{pk}", f"{'已撤回' if gone else '已签发'}：{name}") for pk, name, gone in plans)]


@dataclass(frozen=True)
class ComparedPlans:
    """Two answers side by side: the counts of each, and the actions that only one of them has, or both."""

    counts: list[tuple[str, str, str]]
    both: int
    only: tuple[list[str], list[str]]


def _counted(value: Mapping, key: str) -> str:
    return number(value[key]) if key in value else MISSING


def compared(one: ComparedSide, other: ComparedSide) -> ComparedPlans:
    values = [side.answer["value"] or {} for side in (one, other)]
    counts = [
        (label, _counted(values[0], key), _counted(values[1], key))
        for key, label in _COUNTED
        if any(key in value for value in values)
    ]
    keys = [{key_of(each): each for each in side.answer["actions"]} for side in (one, other)]
    names = ActionNames([action for side in keys for action in side.values()])

    def only(mine: Mapping, others: Mapping) -> list[str]:
        return [names.words(each) for key, each in mine.items() if key not in others]

    return ComparedPlans(counts, len(keys[0].keys() & keys[1].keys()), (only(*keys), only(*reversed(keys))))


# ---------------------------------------------------------------- signed plans


def plans_listed(user):
    """The signed plans in sight, with how many tasks each gave."""
    plans = BuildPlan.objects.visible_to(user).select_related("area__parent", "signed_by", "withdrawal")
    return plans.annotate(task_count=Count("tasks")).order_by("-pk")


@dataclass(frozen=True)
class TaskPart:
    """The tasks of an operator or of a township: how many, and where they are listed."""

    name: str
    count: int
    url: str


def split_of(plan: BuildPlan) -> list[tuple[str, list[TaskPart]]]:
    """The plan's tasks by operator and by township."""
    tasks, address = plan.tasks.order_by(), reverse("planning:tasks", args=[plan.pk])
    found = []
    for label, column in (("按运营企业", "operator"), ("按街镇", "township")):
        rows = tasks.values_list(f"{column}_id", f"{column}__name").annotate(count=Count("pk")).order_by(f"{column}_id")
        found.append((label, [TaskPart(name, count, f"{address}?{column}={key}") for key, name, count in rows]))
    return found


def names_of(chosen: Mapping[str, str]) -> list[str]:
    """The names of the operator and the township that a list is narrowed to."""
    operators = Operator.objects.filter(pk=chosen.get("operator") or "").values_list("name", flat=True)
    townships = Area.objects.filter(pk=chosen.get("township") or "").values_list("name", flat=True)
    return [*operators, *townships]
