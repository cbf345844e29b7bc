"""What is done to problems, each in one transaction: opened, handed over, solved, closed, merged, split, talked of, shown."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from accounts import audit
from accounts.models import User
from accounts.units import Addressee, AddresseeKind
from common import clock
from common.exceptions import Refused, Stale
from evidence.keeping import SoundFile, checked
from gate.uploads import IncomingFile
from problems import telling
from problems.drafts import MemberDraft, ProblemDraft
from problems.kinds import KINDS, due_in
from problems.masking import masked
from problems.models import LONGEST_TEXT, Problem, ProblemFile, ProblemMember, ProblemMove, ProblemNote
from problems.moves import MOVES
from problems.vocabulary import (
    PICTURED,
    UNSOLVED,
    FileRole,
    ProblemAction,
    ProblemKind,
    ProblemSource,
)
from witness.sealing import seal
from workflow.engine import LONGEST_REASON

LONGEST_PLACE = 200
MOST_FILES = 5
"""Files that come with one step."""
NAMED = 3
"""How many things that still stand a sentence names."""


class AlreadyOpen(Refused):
    """Somebody reported the same before, and it is not closed: ``problems`` are the open ones."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        super().__init__(f"同一地点已有未销号的同类问题（{len(self.problems)} 个），请在原问题中补充。")


@dataclass(frozen=True)
class ShownFile:
    """A file that was uploaded, what it shows, and what the phone said of where and when (columns of KeptPhoto)."""

    role: FileRole
    file: IncomingFile
    seen: Mapping[str, object] | None = None


def like(draft: ProblemDraft) -> list[Problem]:
    """The problems of the same kind at the same place that are not closed."""
    rows = Problem.objects.open().filter(table=draft.place.table, key=draft.place.key, kind=draft.kind)
    return list(rows.order_by("pk")[:5])


@transaction.atomic
def open_problem(
    *, draft: ProblemDraft, by: User, files: Sequence[ShownFile] = (), is_apart: bool = False, where=None
) -> Problem:
    """Write a problem down. AlreadyOpen where the same is open, unless it ``is_apart``; Refused with what is wrong."""
    text = _text(draft.text, "问题情况")
    sound = _sound(files)
    if not is_apart and (same := like(draft)):
        raise AlreadyOpen(same)
    problem = written(draft, text, by, where)
    MOVES.permit(ProblemAction.OPEN, problem, by)
    problem.save()
    point(problem, draft.pointed)
    _keep(problem, sound, by)
    _begin(problem, by)
    return problem


def written(draft: ProblemDraft, text: str, by: User | None, where=None) -> Problem:
    """The row of a draft, not saved."""
    unit, place = draft.unit, draft.place
    lon, lat = where or place.where or (None, None)
    return Problem(
        county=place.area.county,
        kind=draft.kind,
        text=text,
        source=draft.source,
        mark=draft.mark,
        table=place.table,
        key=place.key,
        place=place.name[:LONGEST_PLACE],
        area=place.area,
        operator=draft.concerned,
        firm=masked(draft.firm.strip())[0],
        lon=lon,
        lat=lat,
        due_on=due_in(draft.kind, clock.today()),
        opened_by=by,
        **_unit_columns(unit),
    )


def _unit_columns(unit: Addressee) -> dict:
    return {
        "to_kind": unit.kind,
        "to_area_id": unit.area,
        "to_operator_id": unit.operator,
        "to_unit": unit.unit,
    }


def open_found(draft: ProblemDraft, by: User | None = None) -> Problem:
    """Write down what the figures found; nobody is its author, but who made a work list of a gap."""
    problem = written(draft, masked(draft.text)[0][:LONGEST_TEXT], by)
    problem.save()
    point(problem, draft.pointed)
    _begin(problem, by)
    return problem


def _begin(problem: Problem, by: User | None) -> None:
    step = MOVES.log(problem, ProblemAction.OPEN, "", by, to_unit=problem.to_unit, due_on=problem.due_on)
    MOVES.record(step, kind=problem.get_kind_display(), text=problem.text, source=problem.get_source_display())


def point(problem: Problem, members: Sequence[MemberDraft]) -> list[ProblemMember]:
    """Add what points to a problem, what is there already left out; the new ones."""
    known = set(problem.members.values_list("kind", "key"))
    fresh = [each for each in members if (str(each.kind), each.key) not in known]
    rows = [
        ProblemMember(
            problem=problem, kind=each.kind, key=each.key, name=each.name[:200], words=masked(each.words)[0][:500]
        )
        for each in fresh
    ]
    return ProblemMember.objects.bulk_create(rows)


def _text(text: str, what: str) -> str:
    """As it may be kept: numbers of persons masked. Refused when it is blank or too long."""
    found, _ = masked(text.replace("\r\n", "\n").strip())
    if not found:
        raise Refused(f"请填写{what}。")
    if len(found) > LONGEST_TEXT:
        raise Refused(f"{what}有 {len(found)} 字，最多 {LONGEST_TEXT} 字，请删减。")
    return found


# ------------------------------------------------ files


Sound = tuple[ShownFile, SoundFile]


def _sound(files: Sequence[ShownFile]) -> list[Sound]:
    """The files as they may be kept; Refused with the name of the first that may not."""
    if len(files) > MOST_FILES:
        raise Refused(f"一次最多上传 {MOST_FILES} 个文件。")
    found = []
    for each in files:
        try:
            sound = checked(each.file.data, each.file.name)
        except Refused as refusal:
            raise Refused(f"“{each.file.name}”：{refusal}") from None
        if each.role in PICTURED and not sound.is_picture:
            raise Refused(f"“{each.file.name}”不是照片，请上传 JPEG 或 PNG 图片。")
        found.append((each, sound))
    return found


def _keep(problem: Problem, files: Sequence[Sound], by: User) -> list[ProblemFile]:
    rows = []
    for each, sound in files:
        kept = sound.keep(ProblemFile) | dict(each.seen or {})
        kept["name"] = masked(kept["name"])[0].replace("*", "x")
        rows.append(ProblemFile.objects.create(problem=problem, role=each.role, by=by, **kept))
    seal(*rows)
    return rows


@transaction.atomic
def add_files(*, problem: Problem, files: Sequence[ShownFile], by: User) -> list[ProblemFile]:
    """Files that come by themselves, while the problem is open."""
    _require_open(problem)
    if not files:
        raise Refused("请选择文件。")
    rows = _keep(problem, _sound(files), by)
    audit.record(
        action="problem.attach",
        by=by,
        subject=problem,
        detail={"sha256": [row.digest for row in rows], "photos": len(rows)},
    )
    return rows


@transaction.atomic
def note(*, problem: Problem, text: str, by: User) -> ProblemNote:
    """Say something to whoever sees the problem."""
    _require_open(problem)
    row = ProblemNote.objects.create(problem=problem, text=_text(text, "留言内容"), by=by)
    seal(row)
    audit.record(action="problem.note", by=by, subject=problem, detail={"text": row.text})
    return row


def _require_open(problem: Problem) -> None:
    if not problem.is_open:
        raise Refused(f"该问题{problem.get_state_display()}，不再补充。")


# ------------------------------------------------ steps


ASKED = {
    ProblemAction.HAND_OVER: "转办原因",
    ProblemAction.SOLVE: "解决情况",
    ProblemAction.CLOSE: "销号意见",
    ProblemAction.SEND_BACK: "退回原因",
    ProblemAction.WITHDRAW: "撤回原因",
}
"""What is written with a step; with the others nothing."""
STEPS = (ProblemAction.ACCEPT, *ASKED)
"""Steps that a person takes on the page of a problem, besides merging and splitting."""


@transaction.atomic
def take_step(
    *,
    problem: Problem,
    action: ProblemAction,
    version: int,
    text: str,
    by: User,
    to: Addressee | None = None,
    person: User | None = None,
    files: Sequence[ShownFile] = (),
) -> ProblemMove:
    """Take a problem one step further. Stale where somebody was faster, Refused where something is missing for it."""
    move = _permitted(action, problem, version, by)
    reason = _reason(move, text)
    sound = _sound(files)
    if action == ProblemAction.HAND_OVER:
        return _handed_over(problem, version, reason, by, to, person)
    fields: dict = {}
    if action == ProblemAction.SOLVE:
        _require_proof(problem, sound)
        fields = {"solved_by": by}
    if action == ProblemAction.CLOSE:
        _require_told(problem)
    if action == ProblemAction.ACCEPT:
        fields = {"person": by}
    step = MOVES.advance(
        problem, move, version, by, reason, said={"to_unit": problem.to_unit, "due_on": problem.due_on}, **fields
    )
    _keep(problem, sound, by)
    return MOVES.record(step)


def hold(problem: Problem) -> Problem:
    """The problem as it stands now, held until the transaction ends: whoever else would change it waits."""
    problem.refresh_from_db(from_queryset=Problem.objects.select_for_update())
    return problem


def _permitted(action: ProblemAction, problem: Problem, version: int, by: User):
    """The move, if the person may take it with the problem as it stands now; Stale where that is not what the page showed."""
    hold(problem)
    move = MOVES[action]
    if problem.version != version:
        raise Stale(MOVES.overtaken(problem, move))
    return MOVES.permit(action, problem, by)


def _reason(move, text: str) -> str:
    asked = ASKED.get(move.action, "原因")
    text, _ = masked(text.replace("\r\n", "\n").strip())
    if move.needs_reason and not text:
        raise Refused(f"请填写{asked}。")
    if len(text) > LONGEST_REASON:
        raise Refused(f"{asked}有 {len(text)} 字，最多 {LONGEST_REASON} 字，请删减。")
    return text


def _handed_over(
    problem: Problem, version: int, reason: str, by: User, to: Addressee | None, person: User | None
) -> ProblemMove:
    if to is None:
        raise Refused("请选择转给哪个单位。")
    if to.key == problem.unit.key and person is None:
        raise Refused(f"{problem}已由{to.unit}办理，请选择其他单位，或指定责任人。")
    if person is not None and (unit := Addressee.of(person)) is not None and unit.key != to.key:
        raise Refused(f"{person}不是{to.unit}的人员。")
    if KINDS[ProblemKind(problem.kind)].is_case and to.kind == AddresseeKind.OPERATOR:
        raise Refused("收费和垄断案件不转运营企业办理，请选择街镇、区经信局或牵头单位。")
    columns = _unit_columns(to)
    move = MOVES[ProblemAction.HAND_OVER]
    said = {"to_unit": to.unit, "due_on": problem.due_on}
    step = MOVES.advance(problem, move, version, by, reason, said=said, **columns, person=person)
    return MOVES.record(step)


def _require_proof(problem: Problem, sound: Sequence[Sound]) -> None:
    """Refused without anything that shows it: a file that comes along or is there, or figures that say so."""
    has_file = bool(sound) or problem.files.exclude(role=FileRole.BEFORE).exists()
    if not has_file and not (problem.members.exists() and not still_standing(problem)):
        raise Refused("报告解决须附证明：请上传办理后的照片、合同、票据或答复。")


def still_standing(problem: Problem) -> list[ProblemMember]:
    """What points to the problem and is not over, asked now."""
    members = list(problem.members.order_by("pk"))
    keys = telling.standing(members, problem.county) if members else set()
    return [each for each in members if each.pk in keys]


def _require_told(problem: Problem) -> None:
    """Refused while the figures say that it stands, or while a case is not at its end."""
    if left := still_standing(problem):
        names = "、".join(each.name for each in left[:NAMED])
        more = "等" if len(left) > NAMED else ""
        raise Refused(f"指标显示尚未解决：{names}{more}共 {len(left)} 项未消除，不能销号。")
    case = getattr(problem, "case", None)
    if case is None:
        return
    if not case.outcome:
        raise Refused("案件尚未登记处理结果，不能销号。")
    if waiting := case.referrals.filter(answered_on=None).first():
        raise Refused(f"{waiting.get_authority_display()}尚未反馈，不能销号。")


@transaction.atomic
def merge(*, problem: Problem, into: Problem, version: int, reason: str, by: User) -> ProblemMove:
    """Make a problem part of another one: what points to it points to that from now on."""
    held = Problem.objects.select_for_update().order_by("pk").in_bulk([problem.pk, into.pk])
    move = _permitted(ProblemAction.MERGE, problem, version, by)
    reason, target = _reason(move, reason), held[into.pk]
    if KINDS[ProblemKind(problem.kind)].is_case or KINDS[ProblemKind(target.kind)].is_case:
        raise Refused("收费和垄断案件单独办理，不能并入。")
    if target.pk == problem.pk:
        raise Refused("不能并入自身，请填写其他问题的编号。")
    if target.county != problem.county or target.state not in UNSOLVED:
        raise Refused(f"第 {target.pk} 号问题{target.get_state_display()}，不能并入。")
    step = MOVES.advance(problem, move, version, by, f"并入第 {target.pk} 号。{reason}", into=target)
    known = set(target.members.values_list("kind", "key"))
    for each in problem.members.all():
        if (each.kind, each.key) not in known:
            ProblemMember.objects.filter(pk=each.pk).update(problem=target)
    return MOVES.record(step, into=target.pk)


@transaction.atomic
def split(
    *, problem: Problem, members: Collection[int], kind: str, text: str, version: int, reason: str, by: User
) -> Problem:
    """Make a problem of its own of some of what points to another; Refused unless some go and some stay."""
    move = _permitted(ProblemAction.SPLIT, problem, version, by)
    if KINDS[ProblemKind(kind)].is_case:
        raise Refused("收费和垄断案件请另行登记，不能拆分得出。")
    own = {each.pk: each for each in problem.members.all()}
    going = [own[pk] for pk in members if pk in own]
    if not going or len(going) == len(own):
        raise Refused("请选择要拆出的对象：至少一个，并至少留一个。")
    part = Problem(
        county=problem.county, kind=kind, text=_text(text, "问题情况"), source=ProblemSource.PART, table=problem.table,
        key=problem.key, place=problem.place, area=problem.area, operator=problem.operator, firm=problem.firm,
        lon=problem.lon, lat=problem.lat, due_on=problem.due_on, opened_by=by, person=problem.person,
        **_unit_columns(problem.unit),
    )  # fmt: skip
    part.save()
    step = MOVES.advance(problem, move, version, by, f"拆出第 {part.pk} 号。{_reason(move, reason)}")
    ProblemMember.objects.filter(pk__in=[each.pk for each in going]).update(problem=part)
    _begin(part, by)
    MOVES.record(step, into=part.pk)
    return part
