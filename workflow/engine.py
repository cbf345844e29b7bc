"""Tables of legal moves, and how a document takes one of them.

A room declares its moves once, as a ``Workflow``::

    MOVES = Workflow(
        Transition(Action.SUBMIT, (State.SIGNING,), State.SUBMITTED, frozenset({Power.SIGN_RETURNS})),
        …,
        code_of=attrgetter("township_id"),
        trail={Return: "return"},
    )

and each of its actions, in one transaction, asks ``permit``, takes the step with ``advance`` and ends with ``record``::

    move = MOVES.permit(Action.SUBMIT, document.township_id, by)
    step = MOVES.advance(document, move, version, by)
    …
    return MOVES.record(step)

A document is a model with ``state``, ``version`` and a related manager ``moves``, whose rows say ``action``,
``from_state``, ``to_state``, ``by``, ``reason`` and ``version``, lead back by ``subject`` and call themselves ``deed``.
Of many simultaneous decisions exactly one wins: the step is one conditional UPDATE.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from operator import methodcaller
from typing import Any, TypeVar

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.db.models import F, Model

from accounts import audit
from accounts.posts import Power
from common.exceptions import Refused, Stale
from common.templatetags.figures import plain_date
from witness.kinds import kinds
from witness.sealing import seal

PORTAL = "（门户）"
"""Who acts in the audit trail where a step is nobody's."""

LONGEST_REASON = 500
"""Characters of a reason that somebody types."""


@dataclass(frozen=True)
class Transition:
    """From which states an action leads where, and whose powers allow it (any of them).

    No ``sources``: from nothing. No ``target``: the state stays. ``automatic``: the move follows from another and is
    nobody's to take alone. ``four_eyes``: the move is there only while the workflow's setting is so; None: always.
    """

    action: Any
    sources: tuple[Any, ...]
    target: Any | None
    powers: frozenset[Power] = frozenset()
    _: KW_ONLY
    of: type[Model] | None = None
    """Whose state it changes, where a table holds the moves of several documents."""
    needs_reason: bool = False
    needs: tuple[str, ...] = ()
    """Further columns that the step must say."""
    automatic: bool = False
    four_eyes: bool | None = None

    @property
    def label(self) -> str:
        return self.action.label


Move = TypeVar("Move", bound=Transition)


def fitting(reason: str) -> str:
    """A reason as typed, without its margins; Refused when it is too long."""
    reason = reason.replace("\r\n", "\n").strip()
    if len(reason) > LONGEST_REASON:
        raise Refused(f"原因有 {len(reason)} 字，最多 {LONGEST_REASON} 字，请删减。")
    return reason


class Workflow(Mapping[Any, Move]):
    """The moves of one or several kinds of documents, by action.

    ``code_of`` gives the area by which a document is in somebody's scope; ``trail`` what its actions begin with in the
    audit trail, by model; ``four_eyes`` names the setting that switches moves, ``not_there`` the sentence for a move
    that is not there while it is on (True) or off (False); ``noted`` the further columns of a step that the trail keeps;
    ``state_of`` how a document says where it stands.
    """

    def __init__(
        self,
        *transitions: Move,
        code_of: Callable[[Any], str],
        trail: Mapping[type[Model], str],
        four_eyes: str = "",
        not_there: Mapping[bool, str] | None = None,
        noted: tuple[str, ...] = (),
        state_of: Callable[[Any], str] = methodcaller("get_state_display"),
    ) -> None:
        self._table = {each.action: each for each in transitions}
        if len(self._table) != len(transitions):
            raise ImproperlyConfigured(
                f"an action stands twice in a table of moves: {[str(each.action) for each in transitions]}"
            )
        self.code_of, self.trail = code_of, trail
        self._four_eyes, self._not_there = four_eyes, not_there or {}
        self._noted, self._state_of = noted, state_of

    def __getitem__(self, action: Any) -> Move:
        return self._table[action]

    def __iter__(self) -> Iterator[Any]:
        return iter(self._table)

    def __len__(self) -> int:
        return len(self._table)

    @property
    def has_four_eyes(self) -> bool:
        """Whether a second person has to confirm."""
        return bool(self._four_eyes) and getattr(settings, self._four_eyes)

    def is_there(self, move: Transition) -> bool:
        """Whether this installation knows the move."""
        return move.four_eyes in (None, self.has_four_eyes)

    def allows(self, action: Any, subject: Model, by: Any) -> bool:
        """Whether ``by`` may take ``action`` on the document as it stands (whose hand was in it is not asked here)."""
        move = self[action]
        return (
            self.is_there(move)
            and not move.automatic
            and isinstance(subject, move.of or Model)
            and subject.state in move.sources
            and self.is_open_to(move, self.code_of(subject), by)
        )

    def permit(self, action: Any, code: Any, by: Any) -> Move:
        """The move, if the post and the area of ``by`` allow it at the area ``code``; else PermissionDenied.

        Refused where this installation does not know it.
        """
        move = self[action]
        if not self.is_open_to(move, code, by):
            raise PermissionDenied(f"您的岗位不能办理“{move.label}”。")
        if not self.is_there(move):
            raise Refused(self._not_there[self.has_four_eyes])
        return move

    @staticmethod
    def is_open_to(move: Transition, code: Any, by: Any) -> bool:
        """Whether the powers of ``by`` allow the move, and his area the document; a table whose documents are a person's or a
        unit's rather than an area's (``code_of``) says the second in its own way.
        """
        return any(by.may(power) for power in move.powers) and by.scope.holds(code)

    @staticmethod
    def require_reason(move: Transition, typed: str, said: str = "") -> str:
        """The reason: what somebody typed, without its margins, and what the portal itself says, of any length.

        Refused when too much is typed, or when the move needs a reason and it is blank.
        """
        reason = f"{fitting(typed)} {said}".strip()
        if move.needs_reason and not reason:
            raise Refused(f"“{move.label}”必须写明原因。")
        return reason

    def advance(
        self,
        subject: Any,
        move: Transition,
        version: int,
        by: Any,
        reason: str = "",
        *,
        said: Mapping[str, Any] | None = None,
        **fields: Any,
    ) -> Any:
        """Take the step if the document still stands where the page said, else Stale; from here on it is ours alone.

        ``fields`` of the document change with its state; ``said`` are further columns of the step, which is returned.
        Refused where one that the move needs is blank.
        """
        self._require_said(subject, move, said or {})
        rows = type(subject).objects
        current = rows.get(pk=subject.pk)
        is_ours = (
            current.state in move.sources
            and current.version == version
            and rows.filter(pk=subject.pk, state=current.state, version=version).update(
                state=move.target or current.state, version=F("version") + 1, **fields
            )
        )
        if not is_ours:
            raise Stale(self.overtaken(subject, move))
        subject.refresh_from_db(fields=["state", "version", *fields])
        return self.log(subject, move.action, current.state, by, reason, **(said or {}))

    @staticmethod
    def _require_said(subject: Any, move: Transition, said: Mapping[str, Any]) -> None:
        for name in move.needs:
            if not said.get(name):
                column = subject.moves.model._meta.get_field(name).verbose_name
                raise Refused(f"“{move.label}”必须写明{column}。")

    @staticmethod
    def log(subject: Any, action: Any, from_state: str, by: Any, reason: str = "", **said: Any) -> Any:
        """Add the step's row, which is sealed when the trail is told, and so is the document as it then stands."""
        step = subject.moves.create(
            action=action,
            from_state=from_state,
            to_state=subject.state,
            by=by,
            reason=reason,
            version=subject.version,
            **said,
        )
        seal(step, *_sealed([subject]))
        return step

    def overtaken(self, subject: Any, move: Transition) -> str:
        """Who was faster, when and with what, and how the document stands now."""
        current = type(subject).objects.get(pk=subject.pk)
        last = current.moves.select_related("by").order_by("pk").last()
        deed = f"{last.by or '系统'}于{plain_date(last.at)}已办理“{last.deed}”" if last else ""
        if current.state in move.sources:
            who = deed if last and last.version == current.version else "内容有改动"
            return f"未办理“{move.label}”：您打开页面之后，{who}。请核对最新情况后再办理。"
        return (
            f"未办理“{move.label}”：{deed and f'{deed}，'}{current}现在是“{self._state_of(current)}”。请核对后再办理。"
        )

    def record(self, step: Any, **more: Any) -> Any:
        """Append the step to the audit trail, ``more`` facts with it; the last thing that a transaction does.

        The one place where moves do. What follows from another step is told by that one's entry: units that go along
        with their report, the returns that a data package brings.
        """
        self.record_each([step], **more)
        return step

    def record_each(self, steps: Sequence[Any], **more: Any) -> None:
        """Append steps to the audit trail that somebody took together: the same action on each document."""
        seal(*_sealed(step.subject for step in steps))
        for first in steps[:1]:
            audit.record_each(
                [(step.subject, self._told(step) | more) for step in steps],
                action=f"{self.trail[type(first.subject)]}.{first.action}",
                by=first.by or PORTAL,
            )

    def _told(self, step: Any) -> dict[str, Any]:
        said = {name: getattr(step, name) for name in ("reason", *self._noted)}
        detail = {"state": [step.from_state, step.to_state], "version": step.version}
        return detail | {name: text for name, text in said.items() if text}

    def as_table(self) -> str:
        """The moves as the table that stands in docs/, which a test compares with it."""
        head = "| 对象 | 动作 | 从 | 到 | 权限（任一） | 须写明 | 何时有 |\n|---|---|---|---|---|---|---|"
        return "\n".join([head, *map(self._row, self.values())])

    def _row(self, move: Transition) -> str:
        [document, *_] = [move.of] if move.of else self.trail
        sources = "、".join(source.label for source in move.sources) or "（没有）"
        target = move.target.label if move.target else "（不变）"
        powers = "、".join(sorted(power.label for power in move.powers))
        when = "自动" if move.automatic else _WHEN[move.four_eyes]
        columns = document._meta.get_field("moves").related_model._meta
        needed = ["原因"] * move.needs_reason + [columns.get_field(name).verbose_name for name in move.needs]
        return (
            f"| {document._meta.verbose_name} | {move.label} `{move.action}` | {sources} | {target} "
            f"| {powers} | {'、'.join(needed) or '–'} | {when} |"
        )


def _sealed(documents: Iterable[Model]) -> list[Model]:
    """The documents of which something stands for good."""
    return [document for document in documents if document._meta.label_lower in kinds()]


_WHEN = {None: "总是", True: "复核开启", False: "复核关闭"}
