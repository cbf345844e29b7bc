"""What the page of differences shows: what turned in an area between two views of it, paged, and as a file."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator

from acceptance.comparison import differences
from acceptance.comparison.comparing import AreaTurn, SiteTurn
from acceptance.comparison.differences import View
from acceptance.verdicts.marks import Mark, site_mark
from acceptance.whatif.page import verdict_mark
from acceptance.wording.changes import NOT_THERE
from areas.models import Area
from areas.vocabulary import TOWNSHIPS, AreaKind
from common import clock, exports
from common.listing import CODE, Column, Listing

PAGE_SIZE = 30

AREAS, SITES = "areas", "sites"
SHOWN = {AREAS: "区域", SITES: "点位"}


@dataclass(frozen=True)
class TurnRow:
    """Something that turned, ready to be shown."""

    township: str
    code: str
    name: str
    about: str
    before: Mark
    after: Mark
    sentence: str
    period: str
    """A quarter in which it has a verdict."""

    @property
    def before_text(self) -> str:
        return self.before.text

    @property
    def after_text(self) -> str:
        return self.after.text


COLUMNS = (
    Column("township", "街镇"),
    Column("code", "编码", kind=CODE),
    Column("name", "名称"),
    Column("about", "类型或所属区域"),
    Column("before_text", "由"),
    Column("after_text", "转为"),
    Column("sentence", "因为"),
)


class DifferencePage:
    """An area between two views; ``shown`` is what is listed, areas or sites."""

    def __init__(self, user, area: Area, before: View, after: View, shown: str) -> None:
        self.user, self.area, self.before, self.after, self.shown = user, area, before, after, shown
        self.comparison = differences.compare(area.code, before, after)

    @cached_property
    def townships(self) -> dict[str, str]:
        rows = Area.objects.filter(county=self.area.county, kind__in=TOWNSHIPS)
        return dict(rows.values_list("code", "name"))

    @cached_property
    def counts(self) -> dict[str, int]:
        return {AREAS: len(self.comparison.areas), SITES: len(self.comparison.sites)}

    @cached_property
    def gained(self) -> int:
        """Areas that are achieved now and were not."""
        return self._moved("achieved")["to"]

    @cached_property
    def lost(self) -> int:
        return self._moved("achieved")["from"]

    def _moved(self, outcome: str) -> Counter:
        moved: Counter = Counter()
        for turn in self.comparison.areas:
            was, is_now = (each and each["outcome"] for each in (turn.before, turn.after))
            if was != is_now:
                moved["from"] += was == outcome
                moved["to"] += is_now == outcome
        return moved

    @cached_property
    def _turns(self) -> list[AreaTurn] | list[SiteTurn]:
        turns = self.comparison.areas if self.shown == AREAS else self.comparison.sites
        return sorted(turns, key=self._place)

    def page(self, number: str | None) -> Page:
        page = Paginator(self._turns, PAGE_SIZE).get_page(number)
        page.object_list = list(self._rows(page.object_list))
        return page

    def _rows(self, turns: Sequence[Any]) -> Iterator[TurnRow]:
        """Rows with their names; the causes of an area may name what became of its own sites."""
        areas = turns if self.shown == AREAS else ()
        codes = {turn.code for turn in areas}
        sites = [turn for turn in self.comparison.sites if turn.area in codes] if areas else turns
        self.names = differences.names_of(self.comparison, areas, sites)
        return map(self._row, turns)

    @staticmethod
    def _place(turn: AreaTurn | SiteTurn) -> tuple[str, str]:
        """By area, and sites of one area by number."""
        return (turn.code, "") if isinstance(turn, AreaTurn) else (turn.area, turn.site_id)

    def _row(self, turn: AreaTurn | SiteTurn) -> TurnRow:
        return self._area(turn) if isinstance(turn, AreaTurn) else self._site(turn)

    def _area(self, turn: AreaTurn) -> TurnRow:
        return TurnRow(
            self._township(turn.code), turn.code, self.names.area(turn.code),
            AreaKind((turn.after or turn.before)["kind"]).label, verdict_mark(turn.before), verdict_mark(turn.after),
            differences.reasons(turn, self.names), self._period(turn),
        )  # fmt: skip

    def _site(self, turn: SiteTurn) -> TurnRow:
        before, after = (site_mark(*each) if each else Mark("info", NOT_THERE) for each in (turn.before, turn.after))
        return TurnRow(
            self._township(turn.area), turn.site_id, self.names.sites.get(turn.site_id, turn.site_id),
            self.names.area(turn.area), before, after, differences.reasons(turn, self.names), self._period(turn),
        )  # fmt: skip

    def _township(self, code: str) -> str:
        return self.townships.get(code[:9], "全区")

    def _period(self, turn: AreaTurn | SiteTurn) -> str:
        return str((self.after if turn.after else self.before).quarter)

    @property
    def title(self) -> str:
        return f"{self.area.name}{self.before.label}与{self.after.label}对照"

    def file(self, form: str):
        """Everything that is listed as a file, and how many rows it has."""
        rows = exports.PlainRows(self._rows(self._turns))
        listing = Listing("differences", "变化对照", "条", object, COLUMNS, ())
        note = exports.Note(
            title=f"{self.title}（{SHOWN[self.shown]}）",
            by=self.user.name,
            at=clock.now(),
            scope=self.area.name,
            condition=f"由{self.before.label}到{self.after.label}",
        )
        return exports.FORMS[form](listing, rows, note)
