"""What stands on a screen: the next deadline, the streets and towns, what moved since the last quarter, the map."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from acceptance.models import Basis
from common.periods import Quarter
from reports.answer import answer
from reports.awards import Awarded
from reports.closing import closing
from reports.lights import Light
from reports.progress import ProgressPage, Step
from reports.query import PageQuery, Viewer
from reports.screens.drawing import Drawing, drawn
from reports.townships import TownshipRow, township_rows
from reports.words import plain


@dataclass(frozen=True)
class TownshipShown:
    """A street or town, and what changed since the quarter before."""

    row: TownshipRow
    villages: str
    sites: str

    @property
    def has_turned(self) -> bool:
        return bool(self.villages or self.sites)


@dataclass(frozen=True)
class OpenTask:
    """A task that was due in a quarter and is not reached, with its light."""

    due: Quarter
    light: Light


class Board:
    """Everything on the screen, as of the day ``on``; it holds no row that the area's leaders could not see."""

    def __init__(self, viewer: Viewer, asked: PageQuery, titles: Awarded) -> None:
        self.viewer, self.asked, self.titles = viewer, asked, titles

    @property
    def on(self) -> date:
        return self.asked.on

    @cached_property
    def progress(self) -> ProgressPage:
        asked = self.asked
        return ProgressPage(
            self.viewer, self.asked.plan, asked.county, asked.quarter, Basis.APPROVED, asked.against, self.titles
        )

    @cached_property
    def answer(self) -> list[str]:
        """The conclusion in two or three sentences; none where nothing is judged."""
        return [plain(each) for each in answer(self.progress, closing(self.viewer, self.asked.quarter, Basis.APPROVED))]

    @property
    def step(self) -> Step | None:
        """The nearest deadline from today, the last one where all are over."""
        steps = self.progress.steps
        return next((step for step in steps if step.due.last_day >= self.on), steps[-1] if steps else None)

    @property
    def days_left(self) -> int:
        """Until the end of that deadline; negative when it is over."""
        return (self.step.due.last_day - self.on).days

    @property
    def days_over(self) -> int:
        return -self.days_left

    @cached_property
    def townships(self) -> list[TownshipShown]:
        now = self._rows(self.asked.quarter)
        before = {row.area.pk: row for row in self._rows(self.asked.against)} if self.asked.against else {}
        return [_compared(row, before.get(row.area.pk)) for row in now]

    def _rows(self, quarter: Quarter) -> list[TownshipRow]:
        return township_rows(self.viewer, self.asked.plan, self.asked.county, quarter, Basis.APPROVED)

    @cached_property
    def drawing(self) -> Drawing:
        ended = [each for each in self.asked.quarters[::-1] if each <= self.asked.quarter]
        return drawn(self.viewer, self.asked.county, ended)

    @cached_property
    def open_tasks(self) -> list[OpenTask]:
        """What is due and not reached as it stands, with what it lacks; the earliest deadline first."""
        due = [step for step in self.progress.steps if step.due <= self.asked.quarter]
        return [OpenTask(step.due, light) for step in due for light in step.unmet if light.words.gap]


def _compared(now: TownshipRow, before: TownshipRow | None) -> TownshipShown:
    if before is None:
        return TownshipShown(now, "", "")
    villages, sites = "undetermined", "unknown"
    return TownshipShown(
        now,
        _change(now.villages_achieved - before.villages_achieved, now.villages[villages] == before.villages[villages]),
        _change(now.capable_sites - before.capable_sites, now.sites[sites] == before.sites[sites]),
    )


def _change(moved: int, is_like: bool) -> str:
    """+3, −2; blank where nothing moved, or where more or fewer could not be judged than before."""
    return f"{'+' if moved > 0 else '−'}{abs(moved)}" if moved and is_like else ""
