"""A return as a form of the entry engine: its columns, its rows, and how they are kept."""

from collections.abc import Collection
from functools import cached_property, partial
from typing import Self

from django.core.exceptions import PermissionDenied
from django.db.models import F, Sum

from accounts.access import refusal
from accounts.posts import Power
from common.clock import today
from common.http import get_object_or_404
from entry.forms import CHOICE, SENTENCE, Changes, EntryColumn, EntryForm, Values
from returns import surveying
from returns.checks import Level
from returns.entry import saving, sheet_form
from returns.entry.saving import EXPLANATION, REASON
from returns.figures import BY_NAME, FIGURES, NAMES
from returns.models import ExplanationReason, Return, ReturnLine
from returns.moves import ReturnAction, allows
from returns.review.objections import CellPlace, unlocked_cells
from returns.rounds import rounds
from returns.sheet import SheetRow, sheet_of


class ReturnForm(EntryForm):
    """The five figures of each village, and the sentence that explains them with its reason; named by the return's number."""

    kind = "return"
    pages = "^/returns/[0-9]+/$"
    columns = (
        *(
            EntryColumn(
                each.name,
                each.label,
                each.read,
                each.unit,
                each.help,
                each.minimum,
                each.maximum,
            )
            for each in FIGURES
        ),
        EntryColumn(
            REASON,
            "原因类别",
            partial(saving.value_of, REASON),
            kind=CHOICE,
            choices=tuple(ExplanationReason.choices),
        ),
        EntryColumn(EXPLANATION, "说明", partial(saving.value_of, EXPLANATION), kind=SENTENCE),
    )

    def __init__(self, quarterly_return: Return, by) -> None:
        self.quarterly_return, self.by = quarterly_return, by
        self.name = str(quarterly_return.pk)
        self._lines: dict[str, ReturnLine] = {}

    @classmethod
    def opened(cls, user, name: str) -> Self:
        """A return of the clerk's own township, which was read with the account."""
        if not user.may(Power.ENTER_RETURNS):
            raise PermissionDenied(refusal(user, (Power.ENTER_RETURNS,)))
        pk = int(name) if name.isdecimal() and len(name) < 10 else 0
        found = get_object_or_404(Return.objects.filter(township=user.area_id), pk=pk)
        found.township = user.area
        return cls(found, user)

    @property
    def is_open(self) -> bool:
        return allows(ReturnAction.SAVE, self.quarterly_return, self.by) and not rounds.is_entry_locked(
            self.quarterly_return, today()
        )

    def values(self) -> dict[str, Values]:
        return saving.stored_in(self.quarterly_return.lines.all())

    @property
    def number(self) -> int:
        return self.quarterly_return.version

    def hold(self) -> None:
        saving.hold(self.quarterly_return, self.by, growth=1)

    def take(self, codes: Collection[str]) -> dict[str, Values]:
        self._lines = saving.lines_of(self.quarterly_return, codes)
        return saving.stored_in(self._lines.values())

    def is_locked(self, code: str, name: str) -> bool:
        """Whether other figures were sent back and not this one; what is missing can always be filled."""
        line = self._lines[code]
        if line.is_locked or name not in BY_NAME or getattr(line, name) is None:
            return line.is_locked
        return self._unlocked is not None and CellPlace(code, name) not in self._unlocked

    @cached_property
    def _unlocked(self) -> set[CellPlace] | None:
        """Which cells the bureau has left open; asked only when a figure that stands is to be changed."""
        return unlocked_cells(self.quarterly_return)

    def keep(self, changed: Changes) -> None:
        saving.write(self.quarterly_return, self._lines, changed, self.by)
        self.quarterly_return.version += 1

    def release(self) -> None:
        Return.objects.filter(pk=self.quarterly_return.pk).update(version=F("version") - 1)

    def hands(self, codes: Collection[str]) -> dict[tuple[str, str], str]:
        return saving.hands_of(self.quarterly_return, codes)

    def problems(self, codes: Collection[str] | None, *, is_checking: bool) -> dict:
        """What stands out is asked of the whole sheet, and only once everything is checked."""
        sheet = sheet_of(self.quarterly_return, complete=True, only=None if is_checking else codes)
        if is_checking:
            surveying.lay(sheet, complete=True)
        sheet_form.prepare(sheet, is_checking=is_checking)
        rows = [row for row in sheet.rows if codes is None or row.area.code in codes]
        return {"rows": [_row(row) for row in rows], "total": self._sums()}

    def _sums(self) -> dict[str, int | None]:
        """The sums of the columns, None where no village has a figure."""
        found = self.quarterly_return.lines.aggregate(**{f"sum_{name}": Sum(name) for name in NAMES})
        return {name: found[f"sum_{name}"] for name in NAMES}


def _row(row: SheetRow) -> dict:
    """The row as stored, and what the page shows of it besides its figures."""
    notes = {cell.figure.name: [[each.level, each.message, each.code] for each in cell.problems] for cell in row.cells}
    sentence = [[Level.ERROR, row.unexplained, "unexplained"]] if row.unexplained else []
    sentence += [[Level.ADVICE, row.needless, "needless"]] if row.needless else []
    return {
        "code": row.area.code,
        "values": [*row.figures.values(), row.reason, row.explanation],
        "notes": notes | {EXPLANATION: sentence},
        "asks": row.is_asked,
        "explained": row.explained,
        "faults": [{"text": fault.text, "href": fault.href} for fault in row.faults],
    }
