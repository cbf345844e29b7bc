"""What a succession does beside turning verdicts: returns under way, sites that move, what quarters are compared with, accounts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db.models import Q

from accounts.models import User
from areas.models import Area, Site
from areas.package.package import chunks
from areas.vocabulary import SuccessionKind
from common.periods import Quarter
from proposals.drafts import ItemDraft
from proposals.vocabulary import Act
from returns.figures import NAMES
from returns.models import Return, ReturnLine
from returns.models.vocabulary import ReturnState

MOST = 50
"""Lines of each part that are shown; their number is always told."""
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
            found += [
                MovedSite(key, name, self._names.get(old, old), self._names.get(drafts[key], drafts[key]))
                for key, name, old in rows
            ]
        return found

    def _of(self, table: str) -> list[ItemDraft]:
        return [draft for draft in self._drafts if draft.table == table]

    # ------------------------------------------------ who follows whom

    @cached_property
    def day(self) -> date | None:
        days = [date.fromisoformat(draft.values["effective_on"]) for draft in self._of("successions")]
        return days[0] if days else next((draft.on for draft in self._drafts if draft.on), None)

    @cached_property
    def pairs(self) -> list[tuple[str, str, str]]:
        """What ends, what takes over, and how."""
        return [(*draft.key.split("/", 1), draft.values["kind"]) for draft in self._of("successions")]  # type: ignore[misc]

    @cached_property
    def ended(self) -> list[str]:
        return list(dict.fromkeys(old for old, _, _ in self.pairs))

    @cached_property
    def begun(self) -> list[str]:
        """The areas that begin on the day; those that were there before are none of them."""
        return [
            draft.key
            for draft in self._of("areas")
            if draft.act in (Act.ADD, Act.CORRECT) and "valid_from" in draft.values
        ]

    @cached_property
    def _names(self) -> dict[str, str]:
        """What the areas are called, those that are new by the name that they are given."""
        codes = {code for old, new, _ in self.pairs for code in (old, new)}
        codes |= set(
            Site.objects.filter(site_id__in=[d.key for d in self._of("sites")]).values_list("area_id", flat=True)
        )
        found: dict[str, str] = {}
        for some in chunks(codes):
            found |= dict(Area.objects.filter(pk__in=some).values_list("pk", "name"))
        return found | {draft.key: draft.values["name"] for draft in self._of("areas") if "valid_from" in draft.values}

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
        name, olds = f"{self._names.get(new, new)}（{new}）", [self._names.get(old, old) for old, _ in rows]
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
