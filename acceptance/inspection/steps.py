"""How a subject of the chain takes a step: one UPDATE that only one of many can win, its row, and its audit record."""

from collections.abc import Iterable

from django.db.models import F

from acceptance.inspection.models import Move, Report, Submission, Unit
from acceptance.inspection.moves import MOVES, LegalMove, Stale, Subject
from acceptance.inspection.vocabulary import Action, ReportState, SubmissionState, UnitState
from accounts import audit
from areas.templatetags.figures import plain_date

_STATES = {Report: ReportState, Unit: UnitState, Submission: SubmissionState}
_FIELD = {Report: "report", Unit: "unit", Submission: "submission"}


def hold(report: Report) -> Report:
    """The report as it stands, locked until the transaction ends, so that decisions on its units come one by one."""
    return Report.objects.select_for_update().get(pk=report.pk)


def require_fresh(subject: Subject, move: LegalMove, version: int) -> None:
    """Lock the subject, and refuse with Stale when it no longer stands where the page said.

    For what is asked before the step itself is taken: else its answer hides who was faster.
    """
    current = type(subject).objects.select_for_update().get(pk=subject.pk)
    if current.version != version or current.state not in move.sources:
        raise Stale(overtaken(subject, move))


def advance(subject: Subject, move: LegalMove, version: int, by, reason: str = "", **fields) -> Move:
    """Take the step if the subject still stands where the page said, else Stale; ``fields`` change with it."""
    current = type(subject).objects.get(pk=subject.pk)
    target = move.target or current.state
    is_ours = (
        current.state in move.sources
        and current.version == version
        and type(subject)
        .objects.filter(pk=subject.pk, state=current.state, version=version)
        .update(state=target, version=F("version") + 1, **fields)
    )
    if not is_ours:
        raise Stale(overtaken(subject, move))
    subject.refresh_from_db()
    return log(subject, move.action, current.state, by, reason)


def log(subject: Subject, action: Action, from_state: str, by, reason: str = "") -> Move:
    return Move.objects.create(
        **{_FIELD[type(subject)]: subject},
        action=action,
        from_state=from_state,
        to_state=subject.state,
        by=by,
        reason=reason,
        version=subject.version,
    )


def carry(units: Iterable[Unit], action: Action, sources: tuple[str, ...], target: str, by, **said) -> None:
    """Move units together, each with its row; Stale when one of them no longer stands where it did.

    ``said``: the ``reason`` of the rows; anything else are fields of the units that change with the state.
    """
    reason, units = said.pop("reason", ""), {unit.pk: unit for unit in units}
    before = dict(Unit.objects.filter(pk__in=units).values_list("pk", "state"))
    standing = Unit.objects.filter(pk__in=units, state__in=sources)
    if standing.update(state=target, version=F("version") + 1, **said) != len(units):
        raise Stale(_faster(units, action, sources, target))
    versions = dict(Unit.objects.filter(pk__in=units).values_list("pk", "version"))
    Move.objects.bulk_create(
        Move(
            unit=unit, action=action, from_state=before[pk], to_state=target, by=by, reason=reason, version=versions[pk]
        )
        for pk, unit in units.items()
    )


def _faster(units: dict[int, Unit], action: Action, sources: tuple[str, ...], target: str) -> str:
    """Which of the units was moved by somebody else, and where it stands; those of ours are in ``target`` by now."""
    now = dict(Unit.objects.filter(pk__in=units).values_list("pk", "state"))
    elsewhere = [pk for pk in units if now.get(pk) not in (*sources, target)]
    named = units[(elsewhere or list(units))[0]]
    return f"没有办理“{action.label}”：{named.area.name}现在是“{UnitState(now[named.pk]).label}”，请刷新后重新选择。"


def overtaken(subject: Subject, move: LegalMove) -> str:
    """Who was faster, when and with what, and how the subject stands now."""
    current = type(subject).objects.get(pk=subject.pk)
    last = current.moves.select_related("by").last()
    faster = f"{last.by}于{plain_date(last.at)}" if last else ""
    if current.state in move.sources:
        who = f"{faster}已{last.get_action_display()}" if last else "内容有改动"
        return f"没有办理“{move.label}”：您打开页面之后，{who}。请核对最新情况后再办理。"
    state = _STATES[type(subject)](current.state).label
    who = f"{faster}已办理“{last.get_action_display()}”，" if last else ""
    return f"没有办理“{move.label}”：{who}{subject}现在是“{state}”。"


def done(step: Move) -> Move:
    """Leave the audit record, in the same transaction."""
    kind = _FIELD[MOVES[Action(step.action)].of]
    audit.record(
        action=f"{_AUDITED[kind]}.{step.action}",
        by=step.by,
        subject=step.subject,
        detail={"state": [step.from_state, step.to_state], "version": step.version, "reason": step.reason},
    )
    return step


_AUDITED = {"report": "inspection", "unit": "inspection_unit", "submission": "submission"}
"""How actions of each kind begin in the audit trail."""
