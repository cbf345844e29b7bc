"""What a form must tell so that a sheet can be brought in for it: columns, rows, what contradicts, which workbook is its own."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar

from django.urls import reverse

from entry.forms import CHOICE, SENTENCE, EntryForm, Values
from intake.wanted import Wanted, WantedColumn, WantedRow
from workbooks.models import BroughtInQuerySet, HandedOut, SheetUpload

_ALSO = {"explanation": ("情况说明", "变动说明", "变动原因")}
"""Headings of sentences; those of figures are known to the reader."""


@dataclass(frozen=True)
class FormRow:
    """A row of the form: its code and name, the township it lies in (blank for a township), its values, locked columns."""

    code: str
    name: str
    within: str
    values: Values
    locked: Mapping[str, str] = field(default_factory=dict)
    """Columns that cannot be changed, each with why."""


@dataclass(frozen=True)
class FormFault:
    """What would be wrong or odd with a row: on which column, in a sentence."""

    name: str
    message: str
    is_error: bool


class UploadForm(ABC):
    """A form of the entry engine for which sheets are brought in."""

    prefix: ClassVar[str] = ""
    """Before the names of its addresses."""
    stamp_labels: ClassVar[tuple[str, ...]]
    corner: ClassVar[str]
    """What its rows are called."""
    entry: EntryForm
    owner: str
    """The township or the operator, for which readings are remembered."""
    title: str
    period: str
    back: str
    """The page where the form is filled in by hand."""
    by: Any
    subject: Any
    """Whom the audit trail names."""

    @cached_property
    @abstractmethod
    def rows(self) -> dict[str, FormRow]:
        """The rows by code, in their order."""

    @abstractmethod
    def faults(self, values: Mapping[str, Values]) -> dict[str, list[FormFault]]:
        """What would be wrong and odd if these rows stood so, by code."""

    @abstractmethod
    def issued_as(self, stamp: Mapping[str, str]) -> HandedOut:
        """The workbook that the stamp names, if it went out for this form; else Unreadable says which one it is."""

    @abstractmethod
    def uploads(self) -> BroughtInQuerySet:
        """What was brought in for this form."""

    @abstractmethod
    def new_upload(self, **fields) -> SheetUpload:
        """An upload for this form, not stored yet."""

    @abstractmethod
    def issue(self) -> tuple[bytes, HandedOut]:
        """The workbook of the form, and the record of what it shows, stored."""

    @property
    @abstractmethod
    def detail(self) -> dict[str, str]:
        """What the audit trail says besides the subject."""

    def shown_before(self) -> Mapping[str, tuple[str, Values]]:
        """Locked headings of the workbook, each with its column and what it shows by code; none unless declared."""
        return {}

    def unfit(self, name: str, text: str) -> str:
        """Why a text that stands in a sheet of one's own does not do for this column; blank where it does, as unless declared."""
        return ""

    @property
    def columns(self):
        """What a sheet can bring; what is chosen from a list stands in the sentence beside it, or is asked on the form."""
        return tuple(each for each in self.entry.columns if each.kind != CHOICE)

    @property
    def labels(self) -> dict[str, str]:
        return {column.name: column.label for column in self.columns}

    @property
    def wanted(self) -> Wanted:
        columns = [
            WantedColumn(each.name, each.label, _ALSO.get(each.name, ()), each.unit or "户", each.kind)
            for each in self.columns
        ]
        return Wanted(
            columns, [WantedRow(row.code, row.name, (), row.within) for row in self.rows.values()], self.period
        )

    def address(self, page: str, *args) -> str:
        return reverse(f"workbooks:{self.prefix}{page}", args=args or self.place)

    @property
    @abstractmethod
    def place(self) -> tuple:
        """How an address names the form."""

    @property
    def download(self) -> str:
        return self.address("download")

    @property
    def upload(self) -> str:
        return self.address("upload")

    @property
    def preview_name(self) -> str:
        return f"workbooks:{self.prefix}preview"

    @property
    def reading_name(self) -> str:
        return f"workbooks:{self.prefix}reading"

    @property
    def crumbs(self) -> list[tuple[str, str]]:
        return [("首页", "/"), (self.title, self.back), ("交表", "")]

    @property
    def is_open(self) -> bool:
        return self.entry.is_open

    def is_sentence(self, name: str) -> bool:
        return any(column.name == name and column.kind == SENTENCE for column in self.columns)
