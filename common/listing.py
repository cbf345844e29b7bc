"""Lists (台账): filters and columns declared once give the page, the sorting and the exports.

How to make a list, in any room::

    PEOPLE = Listing(
        key="people", title="人员", unit="人", filterset=PersonFilter, order=("username",),
        columns=(
            Column("username", "用户名", order=("username",), link=lambda row: reverse("…", args=[row.pk]), head=True),
            Column("post", "岗位", "get_post_display", order=("post",)),
            Column("age", "年龄", kind=COUNT, order=("age",)),
        ),
    )

    @requires(Power.…)
    def people(request):
        return answer(request, PEOPLE, Person.objects.visible_to(request.user).select_related("area"))

The view narrows the queryset to what the user may see and selects what the columns read, so that a
page costs the same number of queries however long it is. ``answer`` takes from the address the
filters (a django-filter FilterSet, see register/filters.py), ``sort`` (a column's key, with ``-`` for
descending), ``size``, ``page`` and ``export`` (xlsx or csv). A filterset of rows that are shown as of a
date is a ``common.filters.DatedFilterSet``. What it cannot understand it says in a
sentence and leaves out; it never fails for it. An export holds all pages, needs the power ``export``
and goes into the audit trail. Another template may extend common/list.html; ``context`` is passed on.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import InvalidPage, Page, Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone

from common import clock, exports
from common.filters import DatedFilterSet
from common.hooks import AFTER_EXPORT
from common.templatetags.figures import MISSING

TEXT, WORDS, CODE, COUNT, NUMBER = "text", "words", "code", "count", "number"
DATE, FLAG, SHARE = "date", "flag", "share"
"""Kinds of columns; WORDS are sentences, which a workbook breaks into lines and a page cuts when they are long."""
LONGEST_WORDS = 100
SIZES = (50, 25, 100)
"""Rows of a page; the first is the usual one."""

EXPORT = "export"
"""The power to take a list along, by its value: who has it is settled in a room above."""
REFUSAL = "您的岗位不能导出数据。如确需办理，请联系安全管理员调整岗位。"


@dataclass(frozen=True)
class Column:
    """A column: ``value`` is a function of the row or a dotted path (the key when blank).

    ``order`` names the fields by which it sorts (none: it does not), ``link`` gives the address a cell
    leads to and ``tone`` that of its badge (blank: none), ``head`` makes it the heading of the row,
    ``minor`` leaves it out where the screen is narrow and ``on_page`` False keeps it for the exports.
    None as a value is missing, never 0.
    """

    key: str
    label: str
    value: str | Callable[[Model], Any] = ""
    kind: str = TEXT
    order: tuple[str, ...] = ()
    link: Callable[[Model], str] | None = None
    tone: Callable[[Model], str] | None = None
    head: bool = False
    on_page: bool = True
    minor: bool = False

    @property
    def classes(self) -> str:
        """The CSS classes of its cells: figures are right-aligned, codes and dates never wrap."""
        kinds = {COUNT: "number", NUMBER: "number", CODE: "nowrap", DATE: "nowrap"}
        return " ".join(filter(None, [kinds.get(self.kind, "text"), "minor" if self.minor else ""]))

    def of(self, row: Model) -> Any:
        """The plain value for ``row``: text, number, date, bool or None."""
        if callable(self.value):
            return self.value(row)
        found: Any = row
        for name in (self.value or self.key).split("."):
            found = getattr(found, name, None) if found is not None else None
            found = found() if callable(found) else found
        return found


@dataclass(frozen=True)
class Listing:
    """A list as it is declared: its title, the noun it counts, its filter and its columns."""

    key: str
    title: str
    unit: str
    filterset: type
    columns: tuple[Column, ...]
    order: tuple[str, ...]
    template: str = "common/list.html"
    empty: str = "没有符合条件的记录。"
    hint: str = "请放宽或清除筛选条件。"
    kept_with: str = ""
    """The power to keep it in workbooks, blank where there are none; ``workbooks`` are their keys and names."""
    workbooks: tuple[tuple[str, str], ...] = ()
    selection: str = ""
    adding: str = ""
    """``selection`` is the name of the address to which rows are taken that a keeper ticks, to be changed together (blank:
    none are ticked), ``adding`` the address on which one is added, by those who keep the list (blank: there is none)."""
    grounds: str = ""
    """What an export says that it rests on; blank: the register as it stands."""


@dataclass(frozen=True)
class ListCell:
    """A cell of a list as the template shows it."""

    column: Column
    text: str
    href: str = ""
    tone: str = ""


@dataclass(frozen=True)
class ListHeading:
    """A column's heading; ``sort`` is the value of aria-sort, blank when another column sorts."""

    column: Column
    href: str
    sort: str


@dataclass
class Request:
    """The query string of a list, parsed: filters, sorting and page; what cannot be understood goes into ``problems``."""

    listing: Listing
    data: QueryDict
    problems: list[str] = field(default_factory=list)

    def narrowed(self, request: HttpRequest, rows: QuerySet):
        """The filterset as requested, whose form shows the errors, and a second one without the invalid filters."""
        asked = self.listing.filterset(data=self.data, queryset=rows, request=request)
        if asked.form.is_valid():
            return asked, asked
        kept = self.data.copy()
        for name, errors in asked.form.errors.items():
            label = asked.form.fields[name].label if name in asked.form.fields else "条件"
            self.problems.extend(f"“{label}”无效：{error}" for error in errors)
            kept.pop(name, None)
        if "__all__" in asked.form.errors:
            kept = QueryDict()
        used = self.listing.filterset(data=kept, queryset=rows, request=request)
        used.form.is_valid()
        return asked, used

    def sorting(self) -> str:
        """The key to sort by, with ``-`` for descending; blank for the list's own order."""
        asked = self.data.get("sort", "")
        if not asked:
            return ""
        if asked.removeprefix("-") in {column.key for column in self.listing.columns if column.order}:
            return asked
        self.problems.append("不能按所要求的列排序，已按默认顺序排列。请点击表头重新排序。")
        return ""

    def size(self) -> int:
        asked = self.data.get("size", "")
        if not asked or asked in {str(size) for size in SIZES}:
            return int(asked or SIZES[0])
        self.problems.append(
            f"每页条数只能是 {'、'.join(str(size) for size in sorted(SIZES))}，已按每页 {SIZES[0]} 条显示。"
        )
        return SIZES[0]

    def page(self, rows: QuerySet) -> Page:
        """The page asked for; the first when that is no number, the last when there are fewer."""
        paginator = Paginator(rows, self.size())
        asked = self.data.get("page") or "1"
        try:
            return paginator.page(asked if len(asked) < 10 else "0")
        except InvalidPage:
            nearest = paginator.num_pages if asked.isdecimal() and asked.strip("0") else 1
            self.problems.append(f"没有所要求的页（共 {paginator.num_pages} 页），已显示第 {nearest} 页。")
            return paginator.page(nearest)


def answer(request: HttpRequest, listing: Listing, rows: QuerySet, **context) -> HttpResponse:
    """The list's page, or its export when the address asks for one."""
    asked = Request(listing, request.GET)
    shown, used = asked.narrowed(request, rows)
    sort = asked.sorting()
    found = used.qs
    dated = used if isinstance(used, DatedFilterSet) else None
    order = _ordering(listing, sort)
    found = found.order_by(*(dated.ordering(order) if dated else order))
    if request.GET.get("export"):
        return _export(request, asked, used, _Dated(dated, found) if dated else found)
    page = asked.page(found)
    if dated:
        page.object_list = dated.as_of(page.object_list)
    return render(
        request,
        listing.template,
        {
            "listing": listing,
            "form": shown.form,
            "problems": [{"text": text} for text in asked.problems],
            "page": page,
            "heads": [_head(listing, column, sort, request.GET) for column in listing.columns if column.on_page],
            "rows": [[_cell(column, row) for column in listing.columns if column.on_page] for row in page],
            "filtered": any(value not in (None, "") for value in used.form.cleaned_data.values()),
            "may_export": request.user.may(EXPORT),
            "workbooks": listing.workbooks if request.user.may(listing.kept_with) else (),
            "adding": listing.adding if request.user.may(listing.kept_with) else "",
            "selection": listing.selection if request.user.may(listing.kept_with) else "",
            **_links(request, page.paginator.per_page),
            **context,
        },
    )


def unsorted(listing: Listing, rows: Iterable[Model]) -> dict:
    """The heads and rows of common/table.html, for a page of its own that is sorted in one way only."""
    columns = [column for column in listing.columns if column.on_page]
    return {
        "heads": [ListHeading(column, "", "") for column in columns],
        "rows": [[_cell(column, row) for column in columns] for row in rows],
    }


@dataclass(frozen=True)
class _Dated:
    """The rows of an export as of the filter's date."""

    filterset: DatedFilterSet
    rows: QuerySet

    def iterator(self, chunk_size: int) -> Iterator[Model]:
        coming = self.rows.iterator(chunk_size=chunk_size)
        while some := list(islice(coming, chunk_size)):
            yield from self.filterset.as_of(some)


def _ordering(listing: Listing, sort: str) -> list[str]:
    """Field names; the list's own order decides between equals, so that pages never overlap."""
    chosen = next((column.order for column in listing.columns if column.key == sort.removeprefix("-")), ())
    first = [f"-{name}" for name in chosen] if sort.startswith("-") else list(chosen)
    return first + [name for name in listing.order if name.removeprefix("-") not in chosen]


def _links(request: HttpRequest, per_page: int) -> dict:
    """The addresses that keep what was asked and change one thing."""
    return {
        "query": _query(request.GET, page=None),
        "kept": [(name, request.GET[name]) for name in ("sort", "size") if request.GET.get(name)],
        "reset": request.path if request.GET else "",
        "sizes": [
            (size, "?" + _query(request.GET, page=None, size=size).rstrip("&"), size == per_page)
            for size in sorted(SIZES)
        ],
        "xlsx": "?" + _query(request.GET, page=None, size=None, export="xlsx").rstrip("&"),
        "csv": "?" + _query(request.GET, page=None, size=None, export="csv").rstrip("&"),
    }


def _query(data: QueryDict, **changes) -> str:
    """The encoded query with ``changes`` (None: left out), ending in & when there is any; blanks are dropped."""
    changed = QueryDict(mutable=True)
    for name, values in data.lists():
        if name not in changes and any(values):
            changed.setlist(name, values)
    for name, value in changes.items():
        if value is not None:
            changed[name] = str(value)
    return f"{changed.urlencode()}&" if changed else ""


def _head(listing: Listing, column: Column, sort: str, data: QueryDict) -> ListHeading:
    if not column.order:
        return ListHeading(column, "", "")
    state = {column.key: "ascending", f"-{column.key}": "descending"}.get(sort, "")
    following = f"-{column.key}" if state == "ascending" else column.key
    return ListHeading(column, "?" + _query(data, page=None, sort=following).rstrip("&"), state)


def _cell(column: Column, row: Model) -> ListCell:
    value = column.of(row)
    missing = value is None or value == ""
    return ListCell(
        column,
        MISSING if missing else _cut(text_of(value, column.kind), column.kind),
        href=column.link(row) if column.link and not missing else "",
        tone=column.tone(row) if column.tone and not missing else "",
    )


def _cut(text: str, kind: str) -> str:
    return f"{text[: LONGEST_WORDS - 1]}…" if kind == WORDS and len(text) > LONGEST_WORDS else text


def text_of(value: Any, kind: str) -> str:
    """A value as a table shows it; dates as 2018-06-30, moments in the portal's time zone."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if kind == COUNT:
        return f"{value:,}"
    if kind == NUMBER:
        return f"{value:,.6f}".rstrip("0").rstrip(".")
    return str(value)


def _export(request: HttpRequest, asked: Request, used, rows: QuerySet | _Dated) -> HttpResponse:
    """All rows the filter finds as a file, refused to posts that may not export and never with a filter left out."""
    form = request.GET["export"]
    if form not in exports.FORMS:
        asked.problems.append("只能导出为 xlsx 或 csv。")
    if asked.problems:
        return render(
            request,
            "common/export_refused.html",
            {
                "listing": asked.listing,
                "problems": [{"text": text} for text in asked.problems],
                "back": request.path,
            },
            status=400,
        )
    note = exports.Note(
        title=asked.listing.title,
        by=request.user.name,
        at=clock.now(),
        scope=_scope_name(request.user),
        condition="；".join(described(used.form)) or "无（全部）",
        **({"grounds": asked.listing.grounds} if asked.listing.grounds else {}),
    )
    return handed_out(request, asked.listing, rows, note, form)


def handed_out(request: HttpRequest, listing: Listing, rows, note: exports.Note, form: str) -> HttpResponse:
    """The rows as a file, of which the audit trail is told; of a listing whose rows are no table's, ``exports.PlainRows``."""
    if not request.user.may(EXPORT):
        raise PermissionDenied(REFUSAL)
    response, count = exports.FORMS[form](listing, rows, note)
    detail = {"list": listing.title, "format": form, "rows": count, "condition": note.condition}
    for tell in AFTER_EXPORT:
        tell(request, detail)
    return response


def _scope_name(user) -> str:
    holder = user.operator or user.area
    return str(holder) if holder else "无"


def described(form) -> list[str]:
    """Describe in Chinese what a valid filter form asks for."""
    words = []
    for name, value in form.cleaned_data.items():
        if value in (None, ""):
            continue
        choices = dict(getattr(form.fields[name], "choices", ()))
        words.append(f"{form.fields[name].label}：{choices.get(str(value)) or text_of(value, TEXT)}")
    return words
