"""What the pages of proposals show: a proposal with its items, its effect and what may be done; what is open of a thing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.urls import reverse

from accounts.posts import Power
from proposals import actions, places
from proposals.actions import Conflict
from proposals.history import ValueTurn, names_of, turns_of
from proposals.models import Proof, Proposal, ProposalItem, ProposalMove
from proposals.moves import MOVES
from proposals.showing import EffectShown, effect_shown
from proposals.sketching import KEEPING
from proposals.vocabulary import Act, ApprovalLevel, Door, ItemState, ProposalAction, ProposalState
from proposals.wording import column_label, item_words, value_words

PROPOSAL_TONES = {
    ProposalState.OPEN: "info",
    ProposalState.CONFIRMING: "info",
    ProposalState.RETURNED: "late",
    ProposalState.SETTLED: "met",
    ProposalState.WITHDRAWN: "pending",
}
ITEM_TONES = {
    ItemState.WAITING: "info",
    ItemState.VETTED: "info",
    ItemState.APPLIED: "met",
    ItemState.REFUSED: "missed",
    ItemState.RETURNED: "late",
    ItemState.WITHDRAWN: "pending",
}
CHOSEN_ONE_BY_ONE = 200
"""Items of a proposal on one page, each with its box; of a longer one the numbers are typed."""
_ADDRESSES = {
    "areas": ("areas:area", Power.SEE_REGISTRY),
    "sites": ("areas:site", Power.SEE_REGISTRY),
    "access_points": ("areas:access_point", Power.SEE_NETWORK),
    "service_orders": ("areas:order", Power.SEE_NETWORK),
}


def thing_url(table: str, key: str, user) -> str:
    """The page of a row of the register; blank where the post may not open such pages."""
    name, power = _ADDRESSES.get(table, ("", None))
    return reverse(name, args=[key]) if power is not None and user.may(power) else ""


@dataclass(frozen=True)
class OpenItem:
    """What is not decided yet about a row of the register; ``url`` is blank where the reader may not open the proposal."""

    words: str
    state: str
    tone: str
    at: datetime
    unit: str
    url: str


def open_items(table: str, key: str, user=None) -> list[OpenItem]:
    """The items of a row that wait or came back, the oldest first."""
    states = (ItemState.WAITING, ItemState.VETTED, ItemState.RETURNED)
    rows = ProposalItem.objects.of(table, key).filter(state__in=states).order_by("pk")
    items = list(rows.select_related("proposal__area", "proposal__operator"))
    seen = {item.proposal_id for item in items}
    if user is not None and seen:
        seen = set(Proposal.objects.visible_to(user).filter(pk__in=seen).values_list("pk", flat=True))
    return [_open_item(item, item.proposal_id in seen) for item in items]


def _open_item(item: ProposalItem, is_seen: bool) -> OpenItem:
    return OpenItem(
        item_words(item),
        item.get_state_display(),
        ITEM_TONES[ItemState(item.state)],
        item.proposal.at,
        item.proposal.unit_name,
        reverse("proposals:proposal", args=[item.proposal_id]) if is_seen else "",
    )


@dataclass(frozen=True)
class ItemShown:
    """An item of a proposal: what it says, old and new, how it stands, and where the register has moved on since."""

    item: ProposalItem
    turns: list[ValueTurn]
    url: str
    conflicts: list["ConflictShown"]

    @property
    def tone(self) -> str:
        return ITEM_TONES[ItemState(self.item.state)]

    @property
    def level(self) -> str:
        return ApprovalLevel(self.item.level).label

    @property
    def is_new(self) -> bool:
        return self.item.act == Act.ADD

    @property
    def since(self) -> str:
        """From when it holds, in words; blank where the day says nothing."""
        day = self.item.effective_on
        if day is None:
            return ""
        return f"更正自 {day} 起的值" if self.item.act == Act.CORRECT else f"自 {day} 起"


@dataclass(frozen=True)
class ConflictShown:
    """Both values of a conflict, in words."""

    label: str
    seen: str
    now: str


class ProposalPage:
    """A proposal for a reader."""

    def __init__(self, proposal: Proposal, user, page: str = "") -> None:
        self.proposal, self._user, self._page = proposal, user, page

    @cached_property
    def items(self) -> list[ProposalItem]:
        return list(self.proposal.items.select_related("decided_by"))

    @cached_property
    def shown_page(self) -> Page:
        return Paginator(self.items, CHOSEN_ONE_BY_ONE).get_page(self._page)

    @cached_property
    def shown(self) -> list[ItemShown]:
        """The items of this page of the list."""
        conflicts, names = self.conflicts, names_of(self.shown_page)
        return [
            ItemShown(
                item,
                turns_of(item, names),
                ""
                if item.act == Act.ADD and item.state != ItemState.APPLIED
                else thing_url(item.table, item.key, self._user),
                conflicts.get(item.number, []),
            )
            for item in self.shown_page
        ]

    @cached_property
    def open(self) -> list[ProposalItem]:
        return [item for item in self.items if item.state in (ItemState.WAITING, ItemState.VETTED)]

    @cached_property
    def returned(self) -> list[ProposalItem]:
        return [item for item in self.items if item.state == ItemState.RETURNED]

    @property
    def refused(self) -> int:
        """How many of its items were refused, of which the effect tells all the same."""
        return sum(item.state == ItemState.REFUSED for item in self.items)

    @cached_property
    def conflicts(self) -> dict[int, list[ConflictShown]]:
        """By the number of the item where the register has moved on; of those on this page."""
        asked = [item for item in self.shown_page if item.state in (ItemState.WAITING, ItemState.VETTED)]
        found: dict[int, list[ConflictShown]] = {}
        for conflict in actions.conflicts_of(asked) if asked else ():
            found.setdefault(conflict.item.number, []).append(_conflict_shown(conflict))
        return found

    @cached_property
    def effect(self) -> EffectShown:
        leaving = [item for item in self.items if item.denominator and item.state not in _GONE]
        return effect_shown(self.proposal.effect, leaving, self._user, self.proposal.get_reason_code_display())

    @cached_property
    def moves(self) -> Sequence[ProposalMove]:
        return self.proposal.moves.select_related("by")

    @cached_property
    def proofs(self) -> Sequence[Proof]:
        return list(self.proposal.proofs.select_related("by"))

    @cached_property
    def map(self) -> dict[str, Any] | None:
        """Places before and after, with what lies around the first of them; None where no place changes."""
        found = places.moved(self.items)
        if not found:
            return None
        near = found[0]["after"] or found[0]["before"]
        return {**places.background(), "moved": found, "around": places.neighbours(self._user, near)}

    # ------------------------------------------------ what may be done

    @property
    def tone(self) -> str:
        return PROPOSAL_TONES[ProposalState(self.proposal.state)]

    @cached_property
    def is_own_unit(self) -> bool:
        """Whether the reader's unit proposed it and he keeps the register."""
        user, proposal = self._user, self.proposal
        is_unit = (user.area_id, user.operator_id) == (proposal.area_id, proposal.operator_id)
        return is_unit and any(user.may(power) for power in KEEPING.values())

    @property
    def is_own(self) -> bool:
        return self.proposal.by_id == self._user.pk

    def _allows(self, action: str) -> bool:
        return MOVES.allows(action, self.proposal, self._user)

    @property
    def may_decide(self) -> bool:
        return self._allows(ProposalAction.ACCEPT)

    @property
    def may_confirm(self) -> bool:
        return self._allows(ProposalAction.CONFIRM)

    @property
    def is_vetter(self) -> bool:
        return any(item.decided_by_id == self._user.pk for item in self.open)

    @property
    def may_withdraw(self) -> bool:
        return self.is_own_unit and self.proposal.state in (ProposalState.OPEN, ProposalState.RETURNED)

    @property
    def is_whole(self) -> bool:
        """Whether it is accepted or refused as one: a succession, whose proposer is the first of the two persons."""
        return self.proposal.source == Door.SUCCESSION

    @property
    def may_revise(self) -> bool:
        return self.is_own_unit and self.proposal.state == ProposalState.RETURNED and not self.is_whole

    @property
    def needs_two(self) -> bool:
        """Whether an acceptance needs a second person."""
        is_for_two = not self.is_whole and any(item.level == ApprovalLevel.TWO for item in self.open)
        return MOVES.has_four_eyes or is_for_two

    @property
    def is_chosen_by_box(self) -> bool:
        return len(self.items) <= CHOSEN_ONE_BY_ONE and not self.is_whole

    @property
    def last_reason(self) -> str:
        """Why it came back, or was not accepted."""
        return next((move.reason for move in reversed(self.moves) if move.action in _SAID_NO), "")


_GONE = (ItemState.REFUSED, ItemState.WITHDRAWN)
_SAID_NO = (ProposalAction.SEND_BACK, ProposalAction.REFUSE, ProposalAction.ACCEPT_PART)


def _conflict_shown(conflict: Conflict) -> ConflictShown:
    table = conflict.item.table
    return ConflictShown(
        column_label(table, conflict.column),
        value_words(table, conflict.column, conflict.seen),
        value_words(table, conflict.column, conflict.now),
    )


def chosen_numbers(boxes: Sequence[str], typed: str, most: int) -> set[int]:
    """The numbers of the ticked items, or those typed as 1-120、125; what is none is left out."""
    found = {int(box) for box in boxes if box.isdecimal() and len(box) < 6}
    parts = typed.replace("，", ",").replace("、", ",").replace("－", "-").replace("—", "-").split(",")
    for part in list(dict.fromkeys(parts))[:most]:
        first, _, last = (piece.strip() for piece in part.partition("-"))
        if first.isdecimal() and (not last or last.isdecimal()) and len(first) < 6 and len(last) < 6:
            found |= set(range(int(first), min(int(last or first), most) + 1))
    return found
