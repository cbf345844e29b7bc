"""One thing of the register on its own page: its values over time, what may be done to it, what other rooms say of it."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Model
from django.urls import reverse
from django.utils.http import urlencode

from accounts.posts import Power
from areas.dated import FromDay, value_of, value_on
from areas.models import DatedValue
from areas.package.registry import CHANGING
from areas.vocabulary import AreaKind, SiteKind
from common.clock import today
from common.periods import Quarter
from register.hooks import PANELS

SHOWN_QUARTERS = 12
"""Quarters to choose from, the present one being the last."""

KEPT_WITH = {
    "areas": Power.KEEP_REGISTRY,
    "sites": Power.KEEP_REGISTRY,
    "access_points": Power.LOAD_NETWORK,
    "service_orders": Power.LOAD_NETWORK,
}
"""Who may propose changes to the rows of a table."""


@dataclass(frozen=True)
class Thing:
    """A row of the register, or a unit of the acceptance chain, of which a page is asked for.

    ``table`` is the data package's name, or ``units``. ``quarter`` is the one viewed, None for today; ``row`` holds the
    values that held from the beginning, ``value`` those of a day.
    """

    table: str
    key: str
    row: Any
    quarter: Quarter | None = None

    @property
    def day(self) -> date:
        """The last day of the quarter viewed, else today."""
        return self.quarter.last_day if self.quarter else today()

    @cached_property
    def steps(self) -> Mapping[str, Sequence[tuple[date, Any]]]:
        """By column what it holds from which day on; one query."""
        found: dict[str, list[FromDay]] = defaultdict(list)
        if self.table in CHANGING:
            rows = DatedValue.objects.filter(table=self.table, key=self.key).order_by("effective_on")
            for column, day, text in rows.values_list("column", "effective_on", "value"):
                found[column].append((day, value_of(self.table, column, text)))
        return found

    def value(self, column: str, day: date | None = None) -> Any:
        """What a column holds on a day, on the one viewed if none is named."""
        first = getattr(
            self.row, "area_id" if column == "area_code" else f"{column}_id" if column == "operator" else column
        )
        return value_on(first, self.steps.get(column, ()), day or self.day)


@dataclass(frozen=True)
class Alert:
    """Something wrong with a thing, for the top of its page: ``tone`` as in common/badge.html, and a way to put it right."""

    tone: str
    mark: str
    text: str
    url: str = ""
    link: str = ""


@dataclass(frozen=True)
class Panel:
    """What a room says of a thing: rows of label and text, or a template of its own with its context.

    ``is_beside`` puts it beside the values, ``is_wide`` gives it a row of its own; ``script`` names a module for a map,
    ``style`` a style sheet.
    ``files`` (name and content) go into the archive of a unit.
    """

    key: str
    title: str
    rows: Sequence[tuple[str, str]] = ()
    url: str = ""
    template: str = "register/_rows.html"
    context: Mapping[str, Any] = field(default_factory=dict)
    alerts: Sequence[Alert] = ()
    is_beside: bool = False
    is_wide: bool = False
    script: str = ""
    style: str = ""
    files: Sequence[tuple[str, bytes]] = ()


def panels(user, thing: Thing) -> list[Panel]:
    """What all rooms say of a thing."""
    return [found for ask in PANELS if (found := ask(user, thing)) is not None]


class ThingPage:
    """The page of a thing, as of today and beside it of the quarter that the address names (``?period=2018Q2``)."""

    def __init__(self, request, table: str, key: str, row: Model) -> None:
        self.user = request.user
        self.quarter, self.problem = _asked(request.GET.get("period", ""))
        self.thing = Thing(table, key, row, self.quarter)

    @property
    def kind(self) -> str:
        """What an area or a site is today."""
        kinds = {"areas": dict(AreaKind.choices), "sites": dict(SiteKind.choices)}.get(self.thing.table, {})
        return str(kinds[self.thing.value("kind", today())]) if kinds else ""

    @property
    def may_propose(self) -> bool:
        return may_propose(self.user, self.thing)

    @cached_property
    def panels(self) -> list[Panel]:
        return panels(self.user, self.thing)

    @property
    def alerts(self) -> list[Alert]:
        return [*self.own_alerts, *(alert for panel in self.panels for alert in panel.alerts)]

    @property
    def own_alerts(self) -> Iterator[Alert]:
        """What the register itself sees."""
        if self.problem:
            yield Alert("pending", "没有该季度", self.problem)
        if hasattr(self.thing.row, "lat") and self.thing.row.lat is None:
            url = self.change("place")
            said = "没有坐标，无法判断附近有没有接入点，评定为待定。"
            said += "" if url else "坐标由所在街镇补登。"
            yield Alert("pending", "缺坐标", said, url, "补登坐标" if url else "")

    @property
    def columns(self) -> tuple[list[Panel], list[Panel]]:
        """The panels beneath the values, and those beside them: some of them always, so that no column is empty."""
        narrow = [panel for panel in self.panels if not panel.is_wide]
        beside = [panel for panel in narrow if panel.is_beside]
        others = [panel for panel in narrow if not panel.is_beside]
        return (others, beside) if beside else ([], others)

    @property
    def wide(self) -> list[Panel]:
        return [panel for panel in self.panels if panel.is_wide]

    @property
    def styles(self) -> list[str]:
        return list(dict.fromkeys(f"css/{panel.style}.css" for panel in self.panels if panel.style))

    @property
    def scripts(self) -> list[str]:
        return list(dict.fromkeys(panel.script for panel in self.panels if panel.script))

    @property
    def quarters(self) -> list[Quarter]:
        """The quarters to choose from, the latest first, from the one in which the thing began."""
        last = Quarter.containing(today())
        begun = next(
            (
                day
                for name in ("valid_from", "opened_on", "accepted_on")
                if (day := getattr(self.thing.row, name, None))
            ),
            None,
        )
        first = last.plus(1 - SHOWN_QUARTERS)
        if begun and first < (own := Quarter.containing(begun)):
            first = min(own, last)
        return list(first.through(last))[::-1]

    # ------------------------------------------------ what may be proposed

    def change(self, *columns: str, **given: str) -> str:
        return change_address(self.user, self.thing, *columns, **given)

    def act(self, act: str) -> str:
        return change_address(self.user, self.thing, act=act)


def may_propose(user, thing: Thing) -> bool:
    """Whether the user keeps the table; whose rows, was asked when the row was looked up."""
    return thing.table in KEPT_WITH and user.may(KEPT_WITH[thing.table])


def change_address(user, thing: Thing, *columns: str, **given: str) -> str:
    """The form for proposing other values of some columns, with what is ``given`` filled in; blank for who may not."""
    if not may_propose(user, thing):
        return ""
    asked = [("table", thing.table), ("key", thing.key), *(("column", column) for column in columns)]
    return form_address([*asked, *given.items()])


def form_address(asked: Sequence[tuple[str, str]]) -> str:
    """The address of the form for a proposal."""
    return f"{reverse('proposals:new')}?{urlencode(asked)}"


def _asked(text: str) -> tuple[Quarter | None, str]:
    """The quarter of an address, and what is wrong with it."""
    if not text:
        return None, ""
    try:
        return Quarter.parse(text), ""
    except ValueError as error:
        return None, f"{error}显示的是今天的情况。"
