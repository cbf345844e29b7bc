"""What a succession does beside turning verdicts: returns under way, sites that move, what quarters are compared with, accounts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db.models import Q

from accounts.models import User
from areas.models import Area, Site, Succession
from areas.vocabulary import SuccessionKind
from common.lookups import chunks
from common.periods import Quarter
from proposals.drafts import ItemDraft
from proposals.models import Proposal, ProposalItem
from proposals.vocabulary import Act, Door
from returns.figures import NAMES
from returns.models import Return, ReturnLine
from returns.models.vocabulary import ReturnState

_VILLAGE, _TOWNSHIP = 12, 9


@dataclass(frozen=True)
class MovedSite:
    """A site that stands elsewhere from the day on."""

    site_id: str
    name: str
    old: str
    new: str


@dataclass(frozen=True)
class ReturnTouched:
    """A return of a quarter that ends on or after the day: which villages it no longer covers, and which it covers now."""

    quarterly_return: Return
    left: tuple[str, ...]
    entered: tuple[str, ...]
    filled: int
    """Lines of the villages that leave which have figures; they stay, and count nowhere."""


class SuccessionPreview:
    """The parts of a preview, read from the rows of an act and the register as it is now."""

    def __init__(self, drafts: Sequence[ItemDraft]) -> None:
        self._drafts = drafts

    # ------------------------------------------------ sites

    @cached_property
    def moved(self) -> list[MovedSite]:
        drafts = {draft.key: draft.values["area_code"] for draft in self._of("sites")}
        found = []
        for some in chunks(drafts):
            rows = Site.objects.filter(site_id__in=some).order_by("site_id").values_list("site_id", "name", "area_id")
            found += [MovedSite(key, name, self._called(old), self._called(drafts[key])) for key, name, old in rows]
        return found

    def _called(self, code: str) -> str:
        return f"{self._names.get(code, code)}（{code}）"

    def _of(self, table: str) -> list[ItemDraft]:
        return [draft for draft in self._drafts if draft.table == table]

    # ------------------------------------------------ what waits

    @cached_property
    def waiting(self) -> list[Proposal]:
        """Other proposals that wait on what ends, or beneath it: accepted afterwards they would reach what is no more."""
        gone = Q(pk__in=())
        for code in {key.split("/")[0] for key in self._rows}:
            gone |= Q(area_code__startswith=code) | Q(table="areas", key__startswith=code)
        items = ProposalItem.objects.waiting().filter(gone).exclude(proposal__source=Door.SUCCESSION)
        return list(Proposal.objects.filter(pk__in=items.order_by().values("proposal")).order_by("pk"))

    # ------------------------------------------------ who follows whom

    @cached_property
    def _rows(self) -> dict[str, dict[str, str]]:
        """The successions by key; of one that is stored already only what changes is in its draft."""
        drafts = self._of("successions")
        found: dict[str, dict[str, str]] = {}
        for some in chunks(draft.keys[0] for draft in drafts if draft.act != Act.ADD):
            for row in Succession.objects.filter(area__in=some):
                said = {"effective_on": row.on.isoformat(), "kind": row.kind}
                found[f"{row.area_id}/{row.successor_id}"] = said
        return {draft.key: found.get(draft.key, {}) | dict(draft.values) for draft in drafts}

    @cached_property
    def day(self) -> date | None:
        days = [date.fromisoformat(said["effective_on"]) for said in self._rows.values()]
        return days[0] if days else next((draft.on for draft in self._drafts if draft.on), None)

    @cached_property
    def pairs(self) -> list[tuple[str, str, str]]:
        """What ends, what takes over, and how."""
        return [(*key.split("/", 1), said["kind"]) for key, said in self._rows.items()]  # type: ignore[misc]

    @cached_property
    def recoded(self) -> list[tuple[str, str, str]]:
        """What lies beneath and goes along under another code: name, old code, new code."""
        ended = set(self.ended)
        return [(self._names.get(old, old), old, new) for old, new, _ in self.pairs if old[:-3] in ended]

    @cached_property
    def ended(self) -> list[str]:
        return list(dict.fromkeys(old for old, _, _ in self.pairs))

    @cached_property
    def begun(self) -> list[str]:
        """The areas that begin on the day, be it under the code of one that was voided; not those that were there before."""
        return [draft.key for draft in self._new]

    @property
    def _new(self) -> list[ItemDraft]:
        areas = self._of("areas")
        return [draft for draft in areas if draft.act == Act.ADD or (draft.act == Act.CORRECT and draft.on is None)]

    @cached_property
    def _names(self) -> dict[str, str]:
        """What the areas are called, those that are new by the name that they are given."""
        codes = {code for old, new, _ in self.pairs for code in (old, new)}
        for some in chunks(draft.key for draft in self._of("sites")):
            codes |= set(Site.objects.filter(site_id__in=some).values_list("area_id", flat=True))
        found: dict[str, str] = {}
        for some in chunks(codes):
            found |= dict(Area.objects.filter(pk__in=some).values_list("pk", "name"))
        return found | {draft.key: name for draft in self._new if (name := draft.values.get("name"))}

    # ------------------------------------------------ returns

    @cached_property
    def returns(self) -> list[ReturnTouched]:
        """The returns of quarters that end on or after the day, of the streets and towns concerned."""
        left = [code for code in self.ended if len(code) == _VILLAGE]
        entered = [code for code in self.begun if len(code) == _VILLAGE]
        if not left or self.day is None:
            return []
        rows = Return.objects.filter(
            township__in={code[:9] for code in (*left, *entered)}, period__gte=str(Quarter.containing(self.day))
        ).exclude(state__in=(ReturnState.SUPERSEDED, ReturnState.DISCARDED))
        typed = Q(*[(f"{name}__isnull", False) for name in NAMES], _connector=Q.OR)
        found = []
        for each in rows.select_related("township").order_by("period", "township_id"):
            gone = [code for code in left if code.startswith(each.township_id)]
            come = [code for code in entered if code.startswith(each.township_id)]
            filled = ReturnLine.objects.filter(typed, quarterly_return=each, area__in=gone).count()
            found.append(
                ReturnTouched(
                    each, tuple(self._names[code] for code in gone), tuple(self._names[code] for code in come), filled
                )
            )
        return found

    @property
    def first_quarter(self) -> Quarter | None:
        """The first whose returns are asked of the successors."""
        return Quarter.containing(self.day) if self.day else None

    @property
    def asks_villages(self) -> bool:
        """Whether returns are asked of others at all; they are given by village."""
        return any(len(code) == _VILLAGE for code in self.ended)

    # ------------------------------------------------ comparisons

    @cached_property
    def compared(self) -> list[str]:
        """What 上季 and 增减 of each village, street and town will be."""
        into: dict[str, list[tuple[str, str]]] = {}
        for old, new, kind in self.pairs:
            if len(new) in (_VILLAGE, _TOWNSHIP):
                into.setdefault(new, []).append((old, kind))
        return [self._compared(new, rows) for new, rows in into.items()]

    def _compared(self, new: str, rows: Sequence[tuple[str, str]]) -> str:
        name, olds = self._called(new), [self._names.get(old, old) for old, _ in rows]
        if any(kind == SuccessionKind.SPLIT for _, kind in rows):
            return f"{name}：分设单位，上季无可比数"
        if any(kind == SuccessionKind.MERGE for _, kind in rows):
            own = [] if new in self.begun else [self._names.get(new, new)]
            parts = [*own, *olds]
            return f"{name}：上季数为{'、'.join(parts)}之和" if len(parts) > 1 else f"{name}：上季数为{parts[0]}的数"
        return f"{name}：上季数为原{olds[0]}（{rows[0][0]}）的数"

    # ------------------------------------------------ accounts

    @cached_property
    def accounts(self) -> int:
        """Accounts that belong to a street or town that ends: they keep seeing what is old, and need another place."""
        codes = [code for code in self.ended if len(code) == _TOWNSHIP]
        return User.objects.filter(area__in=codes, is_active=True).count() if codes else 0
