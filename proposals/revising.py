"""Returned items as fields: each with the text that was proposed, beside what stands now."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField

from common.filters import DayField
from proposals.drafts import Assembly, ItemDraft
from proposals.forms import WhyForm, field_of, text_of
from proposals.history import names_of
from proposals.models import Proposal, ProposalItem
from proposals.policy import TABLES
from proposals.subjects import operators_all
from proposals.vocabulary import Act
from proposals.wording import value_words

MOST_REVISED = 200
"""Items that one page takes."""


@dataclass(frozen=True)
class RevisedItem:
    """An item with its fields, each with what stands in the register now."""

    item: ProposalItem
    drop: BoundField
    on: BoundField | None
    fields: list[tuple[BoundField, str]]


class ReviseForm(WhyForm):
    """Why, and the new texts of returned items; a ticked one is not sent again."""

    def __init__(self, proposal: Proposal, items: Sequence[ProposalItem], data: Any = None) -> None:
        self._items = list(items)
        initial = {"reason_code": proposal.reason_code, "reason": proposal.reason, "document": proposal.document}
        super().__init__(data, initial=initial, auto_id="%s")
        for item in self._items:
            self._add(item)

    def _add(self, item: ProposalItem) -> None:
        number, by_name = item.number, TABLES[item.table].by_name
        self.fields[f"drop-{number}"] = forms.BooleanField(label="不再提交这一项", required=False)
        if item.effective_on and item.act in (Act.CHANGE, Act.END):
            self.fields[f"on-{number}"] = DayField(label="起始日期", required=True, initial=item.effective_on)
        for column, text in item.new.items() if item.act not in (Act.END, Act.VOID) else ():
            field = field_of(by_name[column], choices=operators_all() if column == "operator" else [])
            field.initial = text
            self.fields[f"v-{number}-{column}"] = field

    @property
    def shown(self) -> Iterator[RevisedItem]:
        assembly = Assembly([self._draft(item, item.new, item.effective_on) for item in self._items])
        names = names_of(self._items)
        for index, item in enumerate(self._items):
            now = assembly.olds(index)
            fields = [
                (
                    self[f"v-{item.number}-{column}"],
                    names.get(now.get(column) or "", value_words(item.table, column, now.get(column))),
                )
                for column in item.values
                if f"v-{item.number}-{column}" in self.fields
            ]
            on = f"on-{item.number}"
            yield RevisedItem(item, self[f"drop-{item.number}"], self[on] if on in self.fields else None, fields)

    def _kept(self) -> list[ProposalItem]:
        return [item for item in self._items if not self.cleaned_data.get(f"drop-{item.number}")]

    def drafts(self) -> list[ItemDraft]:
        """The items that are sent again, as they were typed."""
        cleaned = self.cleaned_data
        found = []
        for item in self._kept():
            values = {column: text_of(cleaned.get(f"v-{item.number}-{column}")) for column in item.values}
            found.append(self._draft(item, values, cleaned.get(f"on-{item.number}", item.effective_on)))
        return found

    @staticmethod
    def _draft(item: ProposalItem, values: Any, on: Any) -> ItemDraft:
        given = {} if item.act in (Act.END, Act.VOID) else {name: text or "" for name, text in values.items()}
        return ItemDraft(item.table, item.key, Act(item.act), given, on)

    def place_error(self, index: int, column: str, message: str) -> None:
        """An error of the check at the field of its column; else at the day of its item, or at the top with its name."""
        item = self._kept()[index]
        for name in (f"v-{item.number}-{column}", f"on-{item.number}"):
            if name in self.fields:
                self.add_error(name, message)
                return
        self.add_error(None, f"{item.name}：{message}")
