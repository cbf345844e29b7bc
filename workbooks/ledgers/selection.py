"""A selection in a list, changed together: what is ticked, or all that the filter finds, set, moved or ended, with preview."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.access import refusal, requires
from accounts.models import User
from accounts.posts import Power
from areas.dated import standing
from areas.package.network import ServiceOrdersTable
from areas.package.places import AccessPointsTable, SitesTable
from areas.package.registry import CHANGING
from areas.package.tree import AreasTable
from areas.package.values import Day, Flag, ListedValue, PackageColumn
from common.clock import today
from common.exceptions import Refused
from common.filters import DayField
from common.forms import PlainField
from common.http import RowNotFound
from common.lookups import among, chunks
from proposals import proofs
from proposals.actions import propose
from proposals.desk_views import asked, files_of, sent_words
from proposals.drafts import ENDS, ItemDraft
from proposals.forms import NatureForm, WhyForm
from proposals.showing import effect_shown
from proposals.sketching import Sketch, sketch
from proposals.vocabulary import Act, ApprovalLevel, Denominator, Door
from register import lists
from workbooks.ledgers import selecting
from workbooks.ledgers.declared import WorkbookLedger
from workbooks.ledgers.preview import SHOWN, CellChange, cells_of, digest_of

MOST = 1_000
"""Rows that may be changed together."""
END = "end"


@dataclass(frozen=True)
class SelectableList:
    """A list of which rows may be changed together, and which of its columns."""

    ledger: WorkbookLedger
    columns: tuple[str, ...]

    @property
    def deeds(self) -> list[tuple[str, str]]:
        """What may be done, in words."""
        table = self.ledger.table
        found = [
            (name, "移至另一区域" if name == "area_code" else f"设{table.by_name[name].label}") for name in self.columns
        ]
        return found + ([(END, "终止（自某日起不再有）")] if table.name in ENDS else [])


def _list(handler: type, listing: Any, power: Power, *columns: str) -> SelectableList:
    return SelectableList(
        WorkbookLedger(listing.key, listing.title, listing.unit, handler, listing, power, {}), columns
    )


LISTS = {
    each.ledger.key: each
    for each in (
        _list(AreasTable, lists.AREAS, Power.KEEP_REGISTRY, "permanent_households", "kind", "setting", "demonstration"),
        _list(SitesTable, lists.SITES, Power.KEEP_REGISTRY, "area_code", "kind", "setting"),
        _list(AccessPointsTable, lists.ACCESS_POINTS, Power.LOAD_NETWORK, "downstream_mbps", "tv_only", "ports_total"),
        _list(ServiceOrdersTable, lists.ORDERS, Power.LOAD_NETWORK, "completed_on", "cancelled_on", "needs_expansion"),
    )
}


class DeedForm(NatureForm):
    """What is to be done to every row: the value of one column, or the day on which all of them end."""

    def __init__(self, chosen: SelectableList, deed: str, data: Any = None) -> None:
        super().__init__(data, auto_id="%s")
        self.table, self.deed = chosen.ledger.table, deed
        if deed not in CHANGING.get(self.table.name, ()):
            del self.fields["nature"], self.fields["on"]
        if deed == END:
            self.fields["on"] = DayField(label="自何日起终止", required=True)
        else:
            self.fields["value"] = _value_field(self.table.by_name[deed])
            self.order_fields(["value", "nature", "on"])

    def drafts(self, keys: Sequence[str]) -> list[ItemDraft]:
        """What the form says, for each row."""
        said, table = self.cleaned_data, self.table.name
        if self.deed == END:
            return [ItemDraft(table, key, Act.END, {}, said["on"]) for key in keys]
        values = {self.deed: _written(said["value"])}
        if self.since:
            return [ItemDraft(table, key, Act.CHANGE, values, self.since) for key in keys]
        stands = standing(table, keys, today()).items()
        begins = {key: columns[self.deed][0] for key, columns in stands if self.deed in columns}
        return [ItemDraft(table, key, Act.CORRECT, values, begins.get(key)) for key in keys]


def _written(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value or "").strip()


def _value_field(column: PackageColumn) -> forms.Field:
    """The field for a column; what may be blank may be cleared. What a value must be is checked with the drafts."""
    label = f"{column.label}{f'（{column.unit}）' if column.unit else ''}"
    options: dict[str, Any] = {"label": label, "required": column.required}
    if isinstance(column.kind, (Flag, ListedValue)):
        choices = [("1", "是"), ("0", "否")] if isinstance(column.kind, Flag) else [*column.kind.labels.items()]
        blank = "请选择" if column.required or isinstance(column.kind, Flag) else "空白"
        return forms.ChoiceField(choices=[("", blank), *choices], **options)
    if isinstance(column.kind, Day):
        return DayField(**options)
    help_text = "填区域编码（12 位或 15 位）。" if column.name == "area_code" else f"应为{column.kind.asked}。"
    return PlainField(max_length=100, help_text=help_text, plainly=column.plainly, **options)


# ------------------------------------------------ which rows


@dataclass
class ChosenRows:
    """The rows that were ticked, by key, with their names; those that are not there or not one's own are counted."""

    names: dict[str, str] = field(default_factory=dict)
    missing: int = 0

    @property
    def keys(self) -> list[str]:
        return list(self.names)

    @property
    def as_json(self) -> str:
        """How the page itself sends them on."""
        return json.dumps(self.keys, ensure_ascii=False)


def _chosen(chosen: SelectableList, request: HttpRequest) -> ChosenRows:
    """Refused where none are chosen, too many, or a filter was left out."""
    ledger, user = chosen.ledger, request.user
    if request.method == "GET" and request.GET.get("all"):
        found = selecting.chosen(ledger, request.GET.get("query", ""), user)
        if found.problems:
            raise Refused("有的筛选条件未生效，不能按全部办理：请返回列表更正条件。")
        _require_few(found.count)
        rows = _named(ledger, found.rows)
        return ChosenRows(rows)
    keys = request.GET.getlist("row") if request.method == "GET" else _sent(request.POST.get("rows", ""))
    keys = list(dict.fromkeys(keys))
    if not keys:
        raise Refused("未勾选任何一行：请返回列表勾选。")
    _require_few(len(keys))
    names: dict[str, str] = {}
    key = ledger.handler.attributes.get(ledger.table.key[0], ledger.table.key[0])
    for some in chunks(keys):
        names |= _named(ledger, ledger.rows(user).filter(among(key, some)).order_by(key))
    return ChosenRows(names, len(keys) - len(names))


def _require_few(count: int) -> None:
    if count > MOST:
        raise Refused(f"一次最多改 {MOST} 行，这里有 {count} 行：请先用筛选条件缩小范围，或者用 Excel 维护。")


def _named(ledger: WorkbookLedger, rows: Any) -> dict[str, str]:
    key = ledger.handler.attributes.get(ledger.table.key[0], ledger.table.key[0])
    name = "name" if "name" in ledger.table.by_name else key
    return dict(rows.values_list(key, name))


def _sent(text: str) -> list[str]:
    try:
        keys = json.loads(text)
    except (ValueError, RecursionError):
        return []
    return [key for key in keys if isinstance(key, str) and key.isprintable()] if isinstance(keys, list) else []


# ------------------------------------------------ the page


@requires(Power.KEEP_REGISTRY, Power.LOAD_NETWORK)
def page(request: HttpRequest, key: str) -> HttpResponse:
    """First what is to be done to the rows, then what it would do, then the sending; each keeps what was typed."""
    chosen = _may(request, key)
    try:
        rows = _chosen(chosen, request)
    except Refused as reason:
        return _page(request, chosen, ChosenRows(), refused=str(reason), status=422)
    sent = request.POST if request.method == "POST" else request.GET
    deed = sent.get("deed", "")
    if deed not in dict(chosen.deeds):
        return _page(request, chosen, rows)
    if request.method != "POST" or "step" not in request.POST:
        return _page(request, chosen, rows, DeedForm(chosen, deed))
    form = DeedForm(chosen, deed, request.POST)
    if not form.is_valid() or not rows.keys:
        return _page(request, chosen, rows, form, status=422)
    try:
        return _looked_at(request, chosen, rows, form)
    except Refused as reason:
        form.add_error(None, str(reason))
        return _page(request, chosen, rows, form, status=422)


def _looked_at(request: HttpRequest, chosen: SelectableList, rows: ChosenRows, form: DeedForm) -> HttpResponse:
    """The preview; and where just this preview was looked at and is sent, the proposal."""
    user: User = request.user
    found = sketch(drafts=form.drafts(rows.keys), by=user)
    is_sent = request.POST["step"] == "send" and request.POST.get("digest") == digest_of(found.items)
    why, files = WhyForm(request.POST if "reason_code" in request.POST else None), files_of(request)
    if request.POST["step"] == "send":
        leaving = any(item.denominator == Denominator.LEFT for item in found.items)
        if asked(why, files, is_leaving=leaving) and is_sent:
            try:
                made, _ = propose(
                    drafts=found.assembly.drafts,
                    by=user,
                    source=Door.SELECTION,
                    why=why.why,
                    has_proof=bool(files.held),
                    found=found,
                    attach=lambda proposal: proofs.adopt(proposal, files.held, user),
                )
            except Refused as reason:
                why.place(str(reason))
            else:
                return _done(request, chosen, made, found)
    has_moved = request.POST["step"] == "send" and not is_sent
    shown = {"why": why, "files": files, "has_moved": has_moved, **_shown(found, user)}
    return _page(request, chosen, rows, form, status=422 if why.errors or has_moved else 200, more=shown)


def _done(request: HttpRequest, chosen: SelectableList, made: Any, found: Sketch) -> HttpResponse:
    if made is None:
        messages.info(request, "没有改动：这些行的登记内容与此相同。")
        return redirect(f"areas:{chosen.ledger.key}")
    messages.success(request, sent_words(made, found.waiting))
    return redirect("proposals:proposal", made.pk)


def _shown(found: Sketch, user: User) -> dict[str, Any]:
    drafts = found.assembly.drafts
    rows = [found.places[index] + 1 for index in range(len(found.items))]
    cells: list[CellChange] = [
        cell for number, item in list(zip(rows, found.items, strict=True))[:SHOWN] for cell in cells_of(number, item)
    ]
    return {
        "found": found,
        "effect": effect_shown(found.effect, (), user),
        "cells": cells,
        "wrong": [(drafts[problem.index].key, problem.message) for problem in found.errors[:SHOWN]],
        "odd": [(drafts[problem.index].key, problem.message) for problem in found.warnings[:SHOWN]],
        "at_once": len([item for item in found.items if item.level == ApprovalLevel.AT_ONCE]),
        "leaving": len([item for item in found.items if item.denominator == Denominator.LEFT]),
        "digest": digest_of(found.items),
        "most_files": proofs.MOST,
    }


def _page(
    request: HttpRequest,
    chosen: SelectableList,
    rows: ChosenRows,
    form: DeedForm | None = None,
    *,
    refused: str = "",
    status: int = 200,
    more: Mapping[str, Any] | None = None,
) -> HttpResponse:
    context = {
        "ledger": chosen.ledger,
        "rows": rows,
        "names": list(rows.names.items())[:20],
        "deeds": chosen.deeds,
        "deed": form.deed if form else "",
        "deed_words": dict(chosen.deeds)[form.deed] if form else "",
        "form": form,
        "refused": refused,
        "found": None,
        "shown": SHOWN,
        "crumbs": [(chosen.ledger.title, reverse(f"areas:{chosen.ledger.key}")), ("一起修改", "")],
    }
    return render(request, "workbooks/ledgers/selection.html", context | dict(more or {}), status=status)


def _may(request: HttpRequest, key: str) -> SelectableList:
    """The list, when the user may keep it."""
    if key not in LISTS:
        raise RowNotFound("没有该台账，请从台账列表进入。")
    if not request.user.may(LISTS[key].ledger.power):
        raise PermissionDenied(refusal(request.user, (LISTS[key].ledger.power,)))
    return LISTS[key]
