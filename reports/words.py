"""The answer in words: are we on time, who is behind and why, what would close it. Pure: figures in, sentences out.

A sentence is a row of texts and of numbers that lead to their members, so that page, screen and paper say the same.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from acceptance.wording import number

NAMED = 3
"""How many units that are behind are named, in the order given; of the others the number is said."""
CAUSES = 2
"""How many causes of a unit are said, the most frequent first."""


@dataclass(frozen=True)
class LinkedNumber:
    """A number in a sentence; ``url`` leads to its members, blank where they cannot be listed."""

    value: int
    url: str = ""

    def __str__(self) -> str:
        return number(self.value)


Sentence = tuple[str | LinkedNumber, ...]


@dataclass(frozen=True)
class DueTasks:
    """The scored tasks whose day is over: how many, and how they stand; ``fallen`` is a part of those that were met."""

    all: LinkedNumber
    in_time: LinkedNumber
    late: LinkedNumber
    missed: LinkedNumber
    open: LinkedNumber
    fallen: LinkedNumber
    behind: LinkedNumber
    """All that are not reached as they stand: missed, fallen back, or open and known to be short."""


@dataclass(frozen=True)
class CauseTold:
    """Why members of a kind (自然村) do not count, by its key and in words, and how many those are."""

    key: str
    words: str
    noun: str
    count: LinkedNumber


@dataclass(frozen=True)
class UnitBehind:
    """A street or town without its title: how many of what it lacks, or that it cannot be told yet; why, as many causes as there are."""

    name: str
    code: str
    gap: LinkedNumber
    noun: str
    is_unknown: bool = False
    causes: tuple[CauseTold, ...] = ()


@dataclass(frozen=True)
class UnitsTold:
    """The streets and towns that are judged for their title, and how many have it."""

    all: LinkedNumber
    achieved: LinkedNumber
    undetermined: LinkedNumber
    lacking: LinkedNumber


@dataclass(frozen=True)
class SignedPlan:
    """A plan that is kept for a unit: how many actions of each kind, each leading to the plan."""

    name: str
    new: LinkedNumber
    upgrade: LinkedNumber
    open: LinkedNumber
    orders: LinkedNumber
    is_proven: bool = False


@dataclass(frozen=True)
class MissedTask:
    """A task that is due and not reached, with how many of its members are missing."""

    name: str
    gap: LinkedNumber
    unit: str


@dataclass(frozen=True)
class NextStep:
    """The nearest deadline ahead: in words, how many tasks fall due, and how many of them are reached already."""

    due: str
    all: LinkedNumber
    met: LinkedNumber


@dataclass(frozen=True)
class AnswerFigures:
    """All that the sentences are made from. ``own`` is the one unit of a township's page, blank for the district."""

    tasks: DueTasks
    units: UnitsTold
    behind: tuple[UnitBehind, ...] = ()
    missed: tuple[MissedTask, ...] = ()
    closing: tuple[SignedPlan, ...] = ()
    following: NextStep | None = None
    own: str = ""


def sentences(said: AnswerFigures) -> tuple[Sentence, ...]:
    """Two or three sentences: on time or not, who is behind and why, what closes it or what comes next."""
    return tuple(filter(None, (on_time(said), who(said), closes(said) or next_step(said))))


def plain(sentence: Iterable[str | LinkedNumber]) -> str:
    """The sentence as text, for paper and for ears."""
    return "".join(map(str, sentence))


def on_time(said: AnswerFigures) -> Sentence:
    """Whether what is due is reached, and how many units have their title."""
    return (*_tasks(said.tasks), *_units(said.units, said.own), "。")


def _tasks(tasks: DueTasks) -> Sentence:
    if not tasks.all.value:
        return ("尚无到期任务",)
    if tasks.in_time.value == tasks.all.value and not tasks.fallen.value:
        return ("进度按期：到期的 ", tasks.all, " 项任务全部按期达到")
    parts = (
        (tasks.in_time, "项按期达到"),
        (tasks.late, "项逾期达到"),
        (tasks.missed, "项未达到"),
        (tasks.open, "项待定"),
    )
    told = _row([(count, words) for count, words in parts if count.value])
    fallen: Sentence = ("，其中 ", tasks.fallen, " 项达到后回落") if tasks.fallen.value else ()
    return (f"{_pace(tasks)}：到期的 ", tasks.all, " 项任务中 ", *told, *fallen)


def _pace(tasks: DueTasks) -> str:
    if tasks.missed.value or tasks.fallen.value:
        return "进度滞后"
    return "部分任务待定" if tasks.open.value else "逾期补齐"


def _units(units: UnitsTold, own: str) -> Sentence:
    if not units.all.value:
        return ()
    if own:
        is_achieved = units.achieved.value == units.all.value
        return (f"；{own}{'已达标' if is_achieved else '待定' if units.undetermined.value else '未达标'}",)
    waiting: Sentence = ("，", units.undetermined, " 个待定") if units.undetermined.value else ()
    return ("；", units.all, " 个街镇中 ", units.achieved, " 个达标", *waiting)


def _row(parts: Iterable[tuple[LinkedNumber, str]]) -> Sentence:
    """17 项按期达到，1 项未达到."""
    told: list[str | LinkedNumber] = []
    for count, words in parts:
        told += ["，" if told else "", count, f" {words}"]
    return tuple(told)


def who(said: AnswerFigures) -> Sentence:
    """Who is behind, by how much and why; of a district whose units are all well, which tasks are not reached."""
    named = [_behind(each, said.own) for each in said.behind[:NAMED]] or [_task(each) for each in said.missed[:NAMED]]
    if not named:
        return ()
    told: list[str | LinkedNumber] = []
    for each in named:
        told += ["；" if told else "", *each]
    if len(said.behind or said.missed) > len(named):
        told += [
            "；共 ",
            *((said.units.lacking, " 个街镇未达标") if said.behind else (said.tasks.behind, " 项任务未达到")),
        ]
    return (*told, "。")


def _behind(unit: UnitBehind, own: str) -> Sentence:
    name = "" if unit.name == own else unit.name
    gap: Sentence = (f"{name}待定",) if unit.is_unknown else (f"{name}差 ", unit.gap, f" 个{unit.noun}")
    causes = sorted(unit.causes, key=lambda cause: -cause.count.value)
    if not causes:
        return gap
    told: list[str | LinkedNumber] = []
    for cause in causes[:CAUSES]:
        told += ["、" if told else "", cause.count, f" 个{cause.noun}{cause.words}"]
    return (*gap, "，因 " if len(causes) <= CAUSES else "，主要因 ", *told)


def _task(task: MissedTask) -> Sentence:
    return (f"“{task.name}”差 ", task.gap, f" {task.unit}")


def closes(said: AnswerFigures) -> Sentence:
    """What meets the target: the numbers of a plan that is kept; without one the kinds of work that the causes ask for."""
    if said.closing:
        told: list[str | LinkedNumber] = []
        for plan in said.closing[:NAMED]:
            told += ["；" if told else "", *_plan(plan, said.own)]
        return (*told, "。")
    asked: dict[str, int] = {}
    for cause in (cause for unit in said.behind for cause in unit.causes if cause.key in WORK):
        asked[WORK[cause.key]] = asked.get(WORK[cause.key], 0) + cause.count.value
    work = sorted(asked, key=lambda kind: -asked[kind])[:NAMED]
    more = "等" if len(asked) > len(work) else ""
    return (f"达标须{'、'.join(work)}{more}；所需数量尚未测算，以建设方案为准。",) if work else ()


def _plan(plan: SignedPlan, own: str) -> Sentence:
    parts = (
        ("新建 ", plan.new, " 个接入点"), ("提速 ", plan.upgrade, " 个接入点"),
        ("开通 ", plan.open, " 个接入点"), ("补办 ", plan.orders, " 张逾期工单"),
    )  # fmt: skip
    told: list[str | LinkedNumber] = []
    for part in parts:
        told += ["、" if told else "", *part] if part[1].value else []
    name = "" if plan.name == own else plan.name
    return (name, *told, f"即可达标{'（已证明不能再少）' if plan.is_proven else ''}")


def next_step(said: AnswerFigures) -> Sentence:
    """What falls due next, and how much of it is reached already."""
    if said.following is None:
        return ()
    step = said.following
    return (f"下一步：{step.due}到期 ", step.all, " 项，已提前达到 ", step.met, " 项。")


WORK: Mapping[str, str] = {
    "out_of_reach": "在半径内新建接入点",
    "not_open": "开通接入点",
    "too_slow": "提速接入点",
    "tv_only": "新建宽带接入点",
    "service_late": "按期办结报装工单",
    "no_coordinates": "补录坐标",
    "not_recorded": "登记点位",
    "no_return": "补报季报",
    "penetration": "提高光网用户渗透率",
}
"""The kind of work that each cause asks for."""
