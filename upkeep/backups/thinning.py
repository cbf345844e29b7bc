"""Which archives stay as they grow old: pure, told what there is."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

_NAME = re.compile(
    r"portal-(?P<mark>[0-9a-f]{8})-(?P<at>\d{8}T\d{6}Z)(?P<missing>-incomplete)?\.tar(?P<age>\.age)?", re.A
)
_STAMP = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True)
class ArchiveName:
    """What an archive's name says: of which installation, of when, whether files were missing, whether it is encrypted."""

    mark: str
    at: datetime
    is_complete: bool = True
    is_encrypted: bool = False

    def __str__(self) -> str:
        missing, age = "" if self.is_complete else "-incomplete", ".age" if self.is_encrypted else ""
        return f"portal-{self.mark}-{self.at.astimezone(UTC):{_STAMP}}{missing}.tar{age}"

    @classmethod
    def parsed(cls, name: str) -> "ArchiveName | None":
        """What a file's name says; None for one that no backup wrote."""
        if not (match := _NAME.fullmatch(name)):
            return None
        try:
            at = datetime.strptime(match["at"], _STAMP).replace(tzinfo=UTC)
        except ValueError:
            return None
        return cls(match["mark"], at, not match["missing"], bool(match["age"]))


@dataclass(frozen=True)
class Keeping:
    """For how many days, weeks and months with a backup the last one of each is kept."""

    days: int = 0
    weeks: int = 0
    months: int = 0

    def __bool__(self) -> bool:
        return bool(self.days or self.weeks or self.months)


def superfluous(names: Iterable[str], mark: str, keeping: Keeping, zone: tzinfo) -> list[str]:
    """The archives of this installation that need not be kept, the oldest first.

    Days and weeks without a backup do not count, so that archives do not vanish while none are made. The newest complete
    one stays whatever is asked; an incomplete one stays until a complete one comes after it.
    """
    parsed = {name: ArchiveName.parsed(name) for name in names}
    ours = {name: each for name, each in parsed.items() if each and each.mark == mark}
    ordered = sorted(ours, key=lambda name: (ours[name].at, name), reverse=True)
    complete = [name for name in ordered if ours[name].is_complete]
    newest = complete[:1]
    waiting = [name for name in ordered if not complete or ours[name].at > ours[complete[0]].at]
    kept = {*newest, *waiting}
    for count, period in ((keeping.days, _day), (keeping.weeks, _week), (keeping.months, _month)):
        kept |= _last_of_each(complete, count, {name: period(ours[name].at.astimezone(zone)) for name in complete})
    return [name for name in reversed(ordered) if name not in kept]


def _last_of_each(newest_first: list[str], count: int, periods: dict[str, object]) -> set[str]:
    last: dict[object, str] = {}
    for name in newest_first:
        last.setdefault(periods[name], name)
    return set(list(last.values())[:count])


def _day(at: datetime) -> object:
    return at.date()


def _week(at: datetime) -> object:
    return at.isocalendar()[:2]


def _month(at: datetime) -> object:
    return at.year, at.month
