"""What about a piece of evidence seems not to fit: used twice, taken elsewhere, taken too early or too late.

A doubt blocks nothing by itself: the township may say why all is well, the reviewer judges.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property, partial
from typing import Any

from django.db.models import Case, Q, QuerySet, TextChoices, Value, When
from django.utils import timezone

from acceptance.wording.figures import metres
from evidence.looks import LookIndex
from field.models import VisitPhoto
from inspection.hooks import USES
from inspection.models import Evidence, Report
from inspection.photo_places import PhotoPlaces, radius_m
from inspection.vocabulary import WITH_TOWNSHIP, EvidenceKind, ReportState
from proposals.models import Proof

QUARTERS_BEFORE = 4
"""A photo may be older than the quarter by so much: what stood a year before stands still."""
CLOCK_WRONG = timedelta(minutes=10)
"""By so much a camera may be ahead of the portal."""
_NAMED = 3
"""Others named of many that are alike."""


class DoubtKind(TextChoices):
    """What a doubt is about."""

    SAME_FILE = "same_file", "重复使用"
    ALIKE = "alike", "图片雷同"
    FAR = "far", "位置不符"
    EARLY_OR_LATE = "early_or_late", "时间不符"
    NO_CAMERA_DATA = "no_camera_data", "无拍摄信息"


@dataclass(frozen=True)
class EvidenceDoubt:
    """A doubt in a sentence; ``other`` is the evidence with which it clashes, if it is evidence."""

    kind: DoubtKind
    sentence: str
    other: Evidence | None = None

    @property
    def is_doubt(self) -> bool:
        """What the picture does not say is only told: many cameras say nothing."""
        return self.kind != DoubtKind.NO_CAMERA_DATA


@dataclass(frozen=True)
class FileUse:
    """Where else a file is used: of which area, and what one calls it there; evidence with its row."""

    area: str
    words: str
    evidence: Evidence | None = None
    is_of_unit: bool = False
    """Whether one may use it for its area again: what a township photographed there itself."""


def of(evidence: Sequence[Evidence], places: PhotoPlaces | None = None) -> dict[int, list[EvidenceDoubt]]:
    """By primary key what seems not to fit about evidence, just read with report, area and village; the queries do not grow.

    ``places`` are those of the evidence, where somebody has read them already.
    """
    if not evidence:
        return {}
    found: dict[int, list[EvidenceDoubt]] = {}
    judges = (_Uses(evidence).doubts, partial(_far, places or PhotoPlaces(evidence)), _times, _silence)
    for row in evidence:
        if said := [doubt for judge in judges for doubt in judge(row)]:
            found[row.pk] = said
    return found


# ------------------------------------------------ used twice


_Key = tuple[int, int]
"""The number of a table, and a row's primary key in it."""


class _Uses:
    """Where else in the county the files are used, as they are or nearly; a query for each table, one more where something is."""

    def __init__(self, evidence: Sequence[Evidence]) -> None:
        self.county = evidence[0].report.county
        self._same: dict[str, list[_Key]] = {}
        digests, compared = {row.digest for row in evidence}, [row for row in evidence if _is_compared(row)]
        index = LookIndex(self._kept(digests, bool(compared)))
        self._alike = {row.pk: self._nearest(row, index.alike(row.look)) for row in compared}
        same = {key for row in evidence for key in self._others(row)}
        self._uses = self._read(same.union(*self._alike.values()))
        self._elsewhere = [found for ask in USES for found in ask(self.county, digests)]

    def doubts(self, row: Evidence) -> Iterable[EvidenceDoubt]:
        elsewhere = (use for value, use in self._elsewhere if value == row.digest)
        same = [use for use in (*self._read_of(self._others(row)), *elsewhere) if not self._is_fine(row, use)]
        yield from _told(DoubtKind.SAME_FILE, "同一文件已用于", same)
        near = [use for use in self._read_of(self._alike.get(row.pk, ())) if not self._is_fine(row, use)]
        yield from _told(DoubtKind.ALIKE, "与另一张照片几乎相同：", near)

    def _is_fine(self, row: Evidence, use: FileUse) -> bool:
        """Carried on from a report that came back; a township's own photo of the place.

        What another township has not sent yet is nobody's to know.
        """
        other = use.evidence
        if other is None:
            return use.is_of_unit and _is_within(use.area, row.area_id or row.report.township_id)
        is_hidden = other.report.state in WITH_TOWNSHIP and other.report.township_id != row.report.township_id
        is_carried = self._root(other) == self._root(row) and other.report_id != row.report_id
        return is_hidden or (is_carried and other.area_id == row.area_id)

    def _root(self, row: Evidence) -> int:
        return self._first_of.get(row.report_id, row.report_id)

    @cached_property
    def _first_of(self) -> dict[int, int]:
        return _first_reports(self.county)

    def _kept(self, digests: Collection[str], with_looks: bool) -> Iterator[tuple[_Key, str]]:
        """The looks of the photos of all tables, of which those with one of the digests are noted in passing."""
        for number, source in enumerate(_SOURCES):
            for pk, value, look in source.keys(self.county, digests, with_looks):
                if value in digests:
                    self._same.setdefault(value, []).append((number, pk))
                if look and with_looks:
                    yield (number, pk), look

    def _others(self, row: Evidence) -> list[_Key]:
        """Where the very file is used besides."""
        return [key for key in self._same.get(row.digest, ()) if key != (0, row.pk)]

    def _nearest(self, row: Evidence, alike: Mapping[_Key, int]) -> list[_Key]:
        """What looks alike and is another file, the nearest first."""
        same = self._same.get(row.digest, ())
        return [key for key, _ in sorted(alike.items(), key=lambda pair: (pair[1], pair[0])) if key not in same]

    def _read(self, keys: Collection[_Key]) -> dict[_Key, FileUse]:
        found = {}
        for number, source in enumerate(_SOURCES):
            wanted = [pk for at, pk in keys if at == number]
            for row in source.rows(self.county).filter(pk__in=wanted) if wanted else ():
                found[number, row.pk] = source.use(row)
        return found

    def _read_of(self, keys: Iterable[_Key]) -> list[FileUse]:
        return [self._uses[key] for key in keys if key in self._uses]


@dataclass(frozen=True)
class _Source:
    """A table of files, how its rows are read for a county, which are photos, and where one of them is used."""

    rows: Callable[[str], QuerySet]
    is_photo: Q
    use: Callable[[Any], FileUse]

    def keys(self, county: str, digests: Collection[str], with_looks: bool) -> QuerySet:
        """Key, digest and look of the rows with one of the digests and, where looks are asked for, of all photos that have one."""
        seen, wanted = self.is_photo & ~Q(look=""), Q(digest__in=digests)
        look = Case(When(seen, then="look"), default=Value(""))
        return self.rows(county).filter(wanted | seen if with_looks else wanted).values_list("pk", "digest", look)


def _evidence_rows(county: str):
    rows = Evidence.objects.filter(report__county=county).exclude(report__state=ReportState.DISCARDED)
    return rows.select_related("area__parent", "report__township").order_by("pk")


def _evidence_use(row: Evidence) -> FileUse:
    where = row.area.full_name if row.area else "整份报告"
    return FileUse(row.area_id or row.report.township_id, f"{row.report}（{where}）的“{row}”", row)


def _visit_rows(county: str):
    return VisitPhoto.objects.filter(visit__area__county=county).select_related("visit").order_by("pk")


def _visit_use(row: VisitPhoto) -> FileUse:
    return FileUse(row.visit.area_id, f"{row.visit}的走访照片“{row}”", is_of_unit=True)


def _proof_rows(county: str):
    rows = Proof.objects.filter(proposal__county=county)
    return rows.select_related("proposal").prefetch_related("proposal__items").order_by("pk")


def _proof_use(row: Proof) -> FileUse:
    areas = [item.area_code for item in row.proposal.items.all() if item.area_code]
    area = areas[0] if areas else row.proposal.area_id or ""
    return FileUse(area, f"变更申请“{row.proposal}”的依据“{row}”", is_of_unit=True)


_SOURCES = (
    _Source(_evidence_rows, Q(kind=EvidenceKind.PHOTO), _evidence_use),
    _Source(_visit_rows, Q(), _visit_use),
    _Source(_proof_rows, Q(), _proof_use),
)
"""Evidence is the first of them."""


def _is_compared(row: Evidence) -> bool:
    """Photos alone: the screens of a speed test, and the sheets of a list, all look alike."""
    return row.kind == EvidenceKind.PHOTO and bool(row.look)


def _is_within(area: str, other: str) -> bool:
    """Whether one of two areas lies in the other."""
    return bool(area) and (area.startswith(other) or other.startswith(area))


def _told(kind: DoubtKind, begins: str, uses: Sequence[FileUse]) -> Iterable[EvidenceDoubt]:
    """A doubt for each of the first, and one that counts the others."""
    for use in uses[:_NAMED]:
        yield EvidenceDoubt(kind, f"{begins}{use.words}。", use.evidence)
    if len(uses) > _NAMED:
        yield EvidenceDoubt(kind, f"{begins}另外 {len(uses) - _NAMED} 处。")


def _first_reports(county: str) -> dict[int, int]:
    """For each report that follows another the first of its row."""
    before = dict(
        Report.objects.filter(county=county, follows__isnull=False).order_by("pk").values_list("pk", "follows_id")
    )
    first: dict[int, int] = {}
    for report, earlier in before.items():
        first[report] = first.get(earlier, earlier)
    return first


# ------------------------------------------------ taken elsewhere, or at another time


def _far(places: PhotoPlaces, row: Evidence) -> Iterable[EvidenceDoubt]:
    away, unit = places.metres(row), places.unit(row)
    if away is not None and row.area is not None and away > radius_m(unit):
        said = f"拍摄位置离{row.area.full_name}最近的点位 {metres(away)}，超出方案的半径 {radius_m(unit):,} 米。"
        yield EvidenceDoubt(DoubtKind.FAR, said)


def _times(row: Evidence) -> Iterable[EvidenceDoubt]:
    if row.taken_at is None:
        return
    day, earliest = timezone.localtime(row.taken_at).date(), row.report.quarter.plus(-QUARTERS_BEFORE).first_day
    if day < earliest:
        said = f"拍摄于 {day}，早于申报季度开始前一年（{earliest}）。"
        yield EvidenceDoubt(DoubtKind.EARLY_OR_LATE, said)
    elif row.taken_at > row.at + CLOCK_WRONG:
        yield EvidenceDoubt(
            DoubtKind.EARLY_OR_LATE, f"拍摄时间 {day} 晚于上传时间 {timezone.localtime(row.at).date()}。"
        )


def _silence(row: Evidence) -> Iterable[EvidenceDoubt]:
    lacks = [name for name, value in (("拍摄时间", row.taken_at), ("拍摄位置", row.taken_lon)) if value is None]
    if row.kind == EvidenceKind.PHOTO and lacks:
        yield EvidenceDoubt(DoubtKind.NO_CAMERA_DATA, f"照片没有记录{'和'.join(lacks)}。")
