"""What a page of drafts has to say before it is sent: what is wrong, what is odd, what it would turn, who accepts."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from areas import nearby
from proposals.drafts import ItemDraft
from proposals.history import ValueTurn, names_of, turns_of
from proposals.models import ProposalItem
from proposals.policy import TABLES
from proposals.showing import EffectShown, effect_shown
from proposals.sketching import Sketch, sketch
from proposals.vocabulary import Act, ApprovalLevel, Denominator, ReasonCode
from proposals.wording import column_label, value_words

NO_REASON_TO_LEAVE = (ReasonCode.SURVEYED, ReasonCode.REPORTED, ReasonCode.BUILT, ReasonCode.WORKS)
"""How something became known, and not why it is counted no longer."""
WHY_IT_LEAVES = (
    "有单位或点位退出分母，请选择原因类别：户数不足、并入、拆除或搬迁、重复登记、不在本区、更正错登，或其他。"
)
_NEAR_COLUMNS = frozenset({"name", "lon", "lat", "datum", "area_code", "kind", "code"})


@dataclass(frozen=True)
class OvertakenValue:
    """A value that has changed since the page was opened: what the page showed and what stands now, in words."""

    column: str
    message: str


@dataclass
class Rehearsed:
    """Drafts, looked at: ``digest`` tells a page that shows just these from any other."""

    found: Sketch
    digest: str
    effect: EffectShown
    remarks: list[str] = field(default_factory=list)
    stale: list[OvertakenValue] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not self.found.items and not self.found.errors

    @property
    def lets_out(self) -> bool:
        """Whether something would leave a denominator."""
        return any(item.denominator == Denominator.LEFT for item in self.found.items)

    @property
    def may_skip(self) -> bool:
        """Whether it may be sent without having been looked at: nobody accepts, nothing is odd, nothing turns."""
        return not (self.found.waiting or self.remarks or self.found.turns_past)

    @property
    def accepters(self) -> list[tuple[str, list[str]]]:
        """By who accepts, in words, what: 即时生效：名称."""
        groups: dict[int, list[str]] = {}
        for item in self.found.items:
            groups.setdefault(item.level, []).append(said(item))
        words = {
            ApprovalLevel.AT_ONCE: "提交后即时生效",
            ApprovalLevel.BUREAU: "须区经信局审定",
            ApprovalLevel.TWO: "须区经信局两人审定",
        }
        return [(words[ApprovalLevel(level)], groups[level]) for level in sorted(groups)]

    @property
    def turns(self) -> list[tuple[ProposalItem, list[ValueTurn]]]:
        names = names_of(self.found.items)
        return [(item, turns_of(item, names)) for item in self.found.items]


def said(item: ProposalItem) -> str:
    """更正横埗的常住户数; what is added, ended or voided, by name alone."""
    labels = [column_label(item.table, column) for column in item.values]
    is_whole = item.act in (Act.ADD, Act.END, Act.VOID) or not labels
    return f"{item.get_act_display()}{item.name}" + ("" if is_whole else f"的{'、'.join(labels)}")


def rehearse(
    drafts: Sequence[ItemDraft], user, *, document: str, reason_code: str, remarks: Iterable[str] = ()
) -> Rehearsed:
    """Look at drafts before they are sent; nothing is stored."""
    found = sketch(drafts=drafts, by=user, document=document)
    reason = dict(ReasonCode.choices).get(reason_code, "")
    shown = Rehearsed(found, digest_of(drafts), effect_shown(found.effect, found.items, user, reason))
    shown.remarks = list(dict.fromkeys([*remarks, *_near(drafts, found), *_odd(found)]))
    shown.stale = _stale(found)
    if shown.lets_out and reason_code in NO_REASON_TO_LEAVE:
        shown.remarks.insert(0, WHY_IT_LEAVES)
    return shown


def digest_of(drafts: Sequence[ItemDraft]) -> str:
    """What tells these drafts from others."""
    told = [[each.table, each.key, each.act, str(each.on), sorted(each.values.items())] for each in drafts]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:32]


def _near(drafts: Sequence[ItemDraft], found: Sketch) -> list[str]:
    """What a thing would be near to, of the sound drafts."""
    said = []
    for index in found.assembly.sound:
        draft = drafts[index]
        if draft.act in (Act.ADD, Act.CHANGE, Act.CORRECT) and not _NEAR_COLUMNS.isdisjoint(draft.values):
            own = {"code": draft.key} if draft.table == "areas" else {}
            said += nearby.remarks(draft.table, {**own, **draft.values}, "" if draft.act == Act.ADD else draft.key)
    return said


def _odd(found: Sketch) -> list[str]:
    return [problem.message for problem in found.warnings]


def _stale(found: Sketch) -> list[OvertakenValue]:
    told = []
    for index in found.assembly.sound:
        draft = found.assembly.drafts[index]
        now = found.assembly.olds(index) if draft.seen else {}
        for column, seen in (draft.seen or {}).items():
            if column in now and (seen or "") != (now[column] or ""):
                label = TABLES[draft.table].by_name[column].label
                words = [value_words(draft.table, column, text) for text in (seen, now[column])]
                told.append(
                    OvertakenValue(
                        column,
                        f"“{label}”在您打开页面之后又改过：您看到的是“{words[0]}”，现在是“{words[1]}”。请核对后再提交。",
                    )
                )
    return told
