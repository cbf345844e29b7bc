"""What a report must bring for each of its units by the plan's rule, what is there, and what is missing; and what other rooms know
that keeps a unit from passing however good its figures are: a new estate that does not comply (M12).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from acceptance.plan import by_digest
from acceptance.rules.plan import EvidenceRequired, Plan
from acceptance.wording.criteria import criterion_title
from acceptance.wording.figures import metres
from common.exceptions import Refused
from evidence.content import PICTURES
from inspection import doubts
from inspection.doubts import EvidenceDoubt
from inspection.hooks import OBSTACLES
from inspection.models import Evidence, Report, Unit
from inspection.naming import units_called, village_name
from inspection.photo_places import PhotoPlaces
from inspection.vocabulary import EvidenceKind, UnitState


@dataclass(frozen=True)
class MissingEvidence:
    """What a unit lacks of a kind for a criterion; ``reading`` says by which reading of the plan it is asked."""

    unit: Unit
    kind: EvidenceKind
    criterion: str
    wanted: int
    there: int
    reading: str
    is_required: bool

    @property
    def lacking(self) -> int:
        return self.wanted - self.there


@dataclass(frozen=True)
class FileShown:
    """A file as the page of its unit shows it: what seems not to fit about it, and how far off it was photographed."""

    file: Evidence
    doubts: list[EvidenceDoubt]
    away: float | None

    @property
    def away_words(self) -> str:
        return "" if self.away is None else metres(self.away)

    @property
    def is_picture(self) -> bool:
        return self.file.media_type in PICTURES


@dataclass(frozen=True)
class EvidenceRow:
    """What is there of a kind for a criterion of a unit; ``wanted`` 0: nobody asked for it."""

    criterion: str
    kind: EvidenceKind
    wanted: int
    files: list[Evidence]
    is_required: bool = False
    reading: str = ""
    told: list[FileShown] = field(default_factory=list)

    @property
    def doubts(self) -> list[EvidenceDoubt]:
        return [doubt for each in self.told for doubt in each.doubts]

    @property
    def lacking_words(self) -> str:
        return f"{'缺' if self.is_required else '可补'} {self.lacking} 份"

    @property
    def there(self) -> int:
        return len(self.files)

    @property
    def lacking(self) -> int:
        return max(0, self.wanted - self.there)


@dataclass(frozen=True)
class EvidenceShown:
    """The evidence of a unit, what is asked first; doubts, and metres to the nearest site, by the file's primary key."""

    unit: Unit
    rows: list[EvidenceRow]
    doubts: dict[int, list[EvidenceDoubt]]
    away: dict[int, float]

    @property
    def lacking(self) -> list[EvidenceRow]:
        """What is missing of what a report must bring."""
        return [row for row in self.rows if row.is_required and row.lacking]

    @property
    def doubtful(self) -> int:
        """How many of its files give a doubt."""
        return sum(any(each.is_doubt for each in found) for found in self.doubts.values())

    @property
    def files(self) -> list[Evidence]:
        return [each for row in self.rows for each in row.files]


class EvidenceMissing(Refused):
    """A report lacks what it must bring; ``missing`` says of each unit what."""

    def __init__(self, missing: Sequence[MissingEvidence]):
        units = len({each.unit.pk for each in missing})
        super().__init__(
            f"佐证材料不齐：{units} 个单位共缺 {sum(each.lacking for each in missing)} 份，补齐后提请签发。"
        )
        self.missing = missing


def missing(
    report: Report, units: Sequence[Unit] | None = None, kept: Iterable[Evidence] | None = None
) -> list[MissingEvidence]:
    """What a report lacks of what the plan asks for, by unit; what is not required is told as well.

    ``units`` and ``kept`` are its units and its evidence, where somebody has read them.
    """
    units = units_of(report) if units is None else units
    held = _held(units, kept)
    return [
        MissingEvidence(unit, row.kind, row.criterion, row.wanted, row.there, row.reading, row.is_required)
        for unit in units
        for row in _asked(unit, held.get((unit.report_id, unit.area_id), []))
        if row.lacking
    ]


def require(report: Report, units: Sequence[Unit]) -> None:
    """EvidenceMissing where the report lacks what it must bring for its units."""
    if lacking := [each for each in missing(report, units) if each.is_required]:
        raise EvidenceMissing(lacking)


def of_units(units: Sequence[Unit], kept: Iterable[Evidence] | None = None) -> dict[int, EvidenceShown]:
    """By primary key what units, as they are called (``units_called``), bring; the queries do not grow with them.

    ``kept`` is the evidence of their reports, where somebody has read it.
    """
    held = _held(units, kept)
    files = [each for some in held.values() for each in some]
    places = PhotoPlaces(files)
    found = doubts.of(files, places)
    away = {each.pk: off for each in files if (off := places.metres(each)) is not None}
    shown = {}
    for unit in units:
        files = held.get((unit.report_id, unit.area_id), [])
        about = {each.pk: found[each.pk] for each in files if each.pk in found}
        shown[unit.pk] = EvidenceShown(unit, _rows(unit, files, about, away), about, away)
    return shown


def criterion_for(plan: Plan, title: str, kind: str) -> str:
    """The criterion for which evidence of a kind speaks where nobody says otherwise: the one for which the plan asks it."""
    return next((each.criterion for each in plan.award.evidence_of(title) if each.kind == kind), "")


def plan_of(unit: Unit) -> Plan:
    """The plan by which the unit was judged when it was frozen."""
    return by_digest(unit.frozen.said["plan"]["digest"])


def units_of(report: Report) -> list[Unit]:
    """What the report asks titles for, as its areas are called at the end of the quarter."""
    found = report.units.exclude(state=UnitState.DISCARDED).select_related("area__parent", "frozen", "report")
    return units_called(found.order_by("area_id"))


def evidence_of(reports: Iterable[int]) -> list[Evidence]:
    """The evidence of reports, by primary key, as it is shown; one query."""
    rows = Evidence.objects.filter(report__in=set(reports))
    return list(rows.select_related("area__parent", "by", "report").order_by("pk"))


def _held(units: Sequence[Unit], rows: Iterable[Evidence] | None = None) -> dict[tuple[int, str], list[Evidence]]:
    """The evidence of units, by report and area."""
    wanted = {(unit.report_id, unit.area_id) for unit in units}
    held: dict[tuple[int, str], list[Evidence]] = {}
    for row in evidence_of(report for report, _ in wanted) if rows is None else rows:
        if (row.report_id, row.area_id) in wanted:
            held.setdefault((row.report_id, row.area_id), []).append(row)
    return held


def _asked(unit: Unit, files: Sequence[Evidence]) -> list[EvidenceRow]:
    """A row for each rule of the plan; a file that names no criterion speaks for whatever asks for its kind."""
    plan = plan_of(unit)
    return [
        EvidenceRow(
            rule.criterion,
            EvidenceKind(rule.kind),
            rule.count,
            [each for each in files if each.kind == rule.kind and each.criterion in ("", rule.criterion)],
            rule.required,
            _reading(plan, rule),
        )
        for rule in plan.award.evidence_of(unit.kind)
    ]


def _rows(
    unit: Unit, files: Sequence[Evidence], about: Mapping[int, list[EvidenceDoubt]], away: Mapping[int, float]
) -> list[EvidenceRow]:
    """What is asked, then whatever else is there, by kind and criterion."""
    rows = _asked(unit, files)
    told = {each.pk for row in rows for each in row.files}
    others = sorted((each for each in files if each.pk not in told), key=_place)
    rows += [EvidenceRow(key[0], EvidenceKind(key[1]), 0, list(some)) for key, some in groupby(others, key=_place)]
    for row in rows:
        row.told.extend(FileShown(each, about.get(each.pk, []), away.get(each.pk)) for each in row.files)
    return rows


def _place(evidence: Evidence) -> tuple[str, str]:
    return evidence.criterion, evidence.kind


def _reading(plan: Plan, rule: EvidenceRequired) -> str:
    """The readings by which it is asked, each with its reason."""
    readings = [plan.readings[key] for key in rule.source.readings]
    return "".join(f"{each.key}：{each.text}理由：{each.reason}" for each in readings)


# ------------------------------------------------ many, to be read


@dataclass(frozen=True)
class MissingGroup:
    """What is missing of one kind for one criterion, by village, so that a report of hundreds of units stays readable."""

    kind: EvidenceKind
    criterion: str
    reading: str
    is_required: bool
    villages: list[tuple[str, list[MissingEvidence]]]

    @property
    def title(self) -> str:
        """The criterion with its key: S16 点位具备光网接入能力 100%."""
        judged_by = by_digest(self.units[0].unit.frozen.said["plan"]["digest"])
        return f"{self.criterion} {criterion_title(judged_by.criteria[self.criterion])}"

    @property
    def units(self) -> list[MissingEvidence]:
        return [each for _, some in self.villages for each in some]

    @property
    def lacking(self) -> int:
        return sum(each.lacking for each in self.units)


def grouped(found: Iterable[MissingEvidence]) -> list[MissingGroup]:
    """What is missing, by kind and criterion, what is required first, and within these by village."""
    ordered = sorted(found, key=lambda each: (not each.is_required, each.criterion, each.kind, each.unit.area_id))
    groups = []
    for _, some in groupby(ordered, key=lambda each: (not each.is_required, each.criterion, each.kind)):
        rows = list(some)
        by_village = [
            (village_name(each[0].unit.area), each)
            for _, some in groupby(rows, key=lambda row: row.unit.area_id[:12])
            for each in [list(some)]
        ]
        first = rows[0]
        groups.append(MissingGroup(first.kind, first.criterion, first.reading, first.is_required, by_village))
    return groups


def in_the_way(units: Sequence[Unit]) -> dict[int, list[str]]:
    """The sentences of what keeps each unit from passing, by primary key; units that nothing keeps are left out."""
    found: dict[int, list[str]] = defaultdict(list)
    for ask in OBSTACLES if units else ():
        for pk, sentence in ask(units).items():
            found[pk].append(sentence)
    return dict(found)


def require_none(units: Sequence[Unit]) -> None:
    """Refused with every sentence while anything keeps one of the units from passing."""
    if found := in_the_way(units):
        raise Refused("；".join(sentence.rstrip("。") for said in found.values() for sentence in said) + "。")
