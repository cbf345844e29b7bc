"""The table ``returns`` of the data package: lines in, grouped into returns; lines out.

After an import the standing line of a village and quarter is what the package says:

* the approved line with the same figures, or the only open line with the same figures and
  status: nothing happens;
* an open line is changed in place; nothing else was built on it;
* an approved line that the package contradicts is never edited but superseded. The new one
  stands in the correction that is in progress, else in a new revision, to which its unchanged
  neighbours are carried, so that a revision is whole: approved ones as copies, open ones as
  they are.

A return's state is that of its least advanced standing line. A line that is new to an existing
return joins its latest revision. What a package brings at once or in parts ends the same.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Max, QuerySet

from areas.lineage import Lineage
from areas.models import Succession
from areas.package.network import unknown_area
from areas.package.package import Handler, ImportOutcome, Package, RowChange, Selection
from areas.package.registry import AREA_CODE
from areas.package.tables import PackageRow, PackageTable, TableData
from areas.package.values import ListedValue, PackageColumn, PeriodValue, Whole
from common.lookups import chunks
from common.periods import Quarter
from returns import checks
from returns.figures import FIGURES, NAMES, Figures, added
from returns.models import FigureEntry, LineStatus, Return, ReturnLine, ReturnMove, ReturnState
from returns.sheet import LINE_OF_STATE
from witness.sealing import seal, seal_keys

REASON = "数据包导入"
_OPEN = (LineStatus.DRAFT, LineStatus.SUBMITTED)
_STANDING = (*_OPEN, LineStatus.APPROVED)
_SAID = (*NAMES, "status")
_STATUSES = {status.value: status.label for status in _STANDING}

TABLE = PackageTable(
    "returns",
    "季报",
    ("period", "area_code"),
    (
        PackageColumn("period", "季度", PeriodValue(), required=True),
        AREA_CODE,
        *(PackageColumn(figure.name, figure.label, Whole(), required=True, unit=figure.unit) for figure in FIGURES),
        PackageColumn("status", "状态", ListedValue(_STATUSES), required=True),
    ),
)

Key = tuple[str, str]
"""Period and area code."""


class ReturnsTable(Handler):
    table = TABLE
    model = ReturnLine
    attributes = {"area_code": "area_id"}
    _lineage = Lineage(())

    def look_up(self, package: Package) -> None:
        """The standing lines of the rows' quarters, and of those before, which the checks compare with."""
        data = package.tables[self.table.name]
        if data.by_key:
            self._lineage = _lineage(package, {area[:6] for _, area in data.by_key})
        self._read_lines(data)

    def _read_lines(self, data: TableData) -> None:
        self.lines: dict[Key, list[ReturnLine]] = defaultdict(list)
        if not data.by_key:
            return
        periods = {period for period, _ in data.by_key}
        before = {str(Quarter.parse(period).plus(-1)) for period in periods}
        areas = sorted(self._lineage.before({area for _, area in data.by_key}))
        for some in chunks(areas):
            standing = ReturnLine.objects.filter(area_id__in=some, period__in=periods | before, status__in=_STANDING)
            for line in standing.order_by("pk").iterator():
                self.lines[line.period, line.area_id].append(line)

    def check(self, package: Package) -> None:
        data = package.tables[self.table.name]
        for row in data.rows:
            self._area(package, data, row)
            self._figures(package, data, row)

    def areas_named(self, package: Package) -> Iterable[str | None]:
        named = {code for code in super().areas_named(package) if code}
        return self._lineage.before(named) if named else named

    @staticmethod
    def _area(package: Package, data: TableData, row: PackageRow) -> None:
        code, period = row.get("area_code"), row.get("period")
        if not code:
            return
        if package.areas.lacks(code):
            data.error(row, "area_code", unknown_area(code))
        elif len(code) != 12:
            data.error(row, "area_code", "季报按行政村和社区填报：请填它的编码（12 位）。")
        elif period and package.areas.certainly_not_in_force(code, Quarter.parse(period).last_day):
            data.warn(row, "area_code", f"该区域在 {period} 末不在有效期内：该行不计入评定，请核对。")

    def _figures(self, package: Package, data: TableData, row: PackageRow) -> None:
        figures = {name: row.get(name) for name in NAMES}
        for problem in checks.problems(figures, self._previous(package, data, row)):
            (data.error if problem.is_error else data.warn)(row, problem.figure, problem.message)

    def _previous(self, package: Package, data: TableData, row: PackageRow) -> Figures | None:
        """The figures of the quarter before, whatever their status: of a merged village the sums of what went into it."""
        values = row.all("period", "area_code")
        if values is None:
            return None
        quarter, code = Quarter.parse(values[0]), values[1]
        before = quarter.plus(-1)
        origins = self._lineage.origins(code, before.last_day, quarter.last_day)
        if origins is None:
            return None
        if origins == {code}:
            return self._said(data, (str(before), code))
        there = [each for each in sorted(origins) if not package.areas.certainly_not_in_force(each, before.last_day)]
        return added([self._said(data, (str(before), each)) for each in there])

    def _said(self, data: TableData, key: Key) -> Figures | None:
        """The figures of a village and quarter, from the package or else from the database."""
        if earlier := data.by_key.get(key):
            return {name: earlier.get(name) for name in NAMES}
        line = _most_advanced(self.lines.get(key, ()))
        return line.figures if line else None

    def changes(self, package: Package) -> list[RowChange]:
        """The rows that say something new; what stood before is of no account, for their status decides alone."""
        rows = package.tables[self.table.name].rows
        new = (
            row
            for row in rows
            if not _says_the_same(self.lines.get((row.values["period"], row.values["area_code"]), ()), row)
        )
        return [RowChange(None, row.values) for row in new]

    def store(self, package: Package, outcome: ImportOutcome) -> list[RowChange]:
        data = package.tables[self.table.name]
        latest = _latest({(period, area[:9]) for period, area in data.by_key})
        self._read_lines(data)
        townships: dict[Key, list[PackageRow]] = defaultdict(list)
        for row in data.rows:
            if not _says_the_same(self.lines.get(data.key(row), ()), row):
                townships[row.values["period"], row.values["area_code"][:9]].append(row)
        created = 0
        for key in sorted(townships):
            created += _Township(key, latest.get(key), self.lines).store(townships[key])
        outcome.count(self.table, created, sum(map(len, townships.values())) - created)
        outcome.lines |= {(row.values["area_code"], period) for (period, _), rows in townships.items() for row in rows}
        return []

    def rows(self, selection: Selection) -> Iterable[dict[str, Any]]:
        """The standing lines: of a correction in progress the approved one. A draft with blanks cannot be given."""
        self.left_out = 0
        chosen: dict[tuple[str, str], dict[str, Any]] = {}
        names = list(self.table.by_name)
        for values in self.selected(selection).order_by("pk").values_list(*map(self.attribute, names)).iterator():
            row = dict(zip(names, values, strict=True))
            key = (row["period"], row["area_code"])
            self.left_out += None in values
            if None not in values and (key not in chosen or row["status"] == LineStatus.APPROVED):
                chosen[key] = row
        return [chosen[key] for key in sorted(chosen)]

    def selected(self, selection: Selection) -> QuerySet:
        return selection.beneath(ReturnLine.objects.filter(status__in=_STANDING), "area__code")


def _lineage(package: Package, counties: Iterable[str]) -> Lineage:
    """The successions of some counties, as the import would leave them."""
    names = ("from_code", "to_code", "kind", "effective_on")
    given = {key: row.all(*names) for key, row in package.tables["successions"].by_key.items()}
    stored = Succession.objects.filter(area__county__in=counties).order_by("on", "pk")
    rows = stored.values_list("area_id", "successor_id", "kind", "on")
    return Lineage([*(row for row in rows if row[:2] not in given), *filter(None, given.values())])


def _most_advanced(lines: Sequence[ReturnLine]) -> ReturnLine | None:
    return max(lines, key=lambda line: _rank(line.status), default=None)


def _says_the_same(lines: Sequence[ReturnLine], row: PackageRow) -> bool:
    """Whether the standing line of a row is the row: the approved one, or the only open one."""
    line = _most_advanced(lines)
    return (
        line is not None
        and line.status == row.values["status"]
        and all(getattr(line, name) == row.values[name] for name in NAMES)
    )


def _latest(keys: Iterable[Key]) -> dict[Key, Return]:
    """The latest revision of each township's return for a quarter, by period and township; ours until the transaction ends."""
    townships = sorted({township for _, township in keys})
    periods = {period for period, _ in keys}
    found = {}
    for some in chunks(townships):
        quarterly_returns = (
            Return.objects.standing().select_for_update().filter(township_id__in=some, period__in=periods)
        )
        for quarterly_return in quarterly_returns.order_by("pk"):
            found[quarterly_return.period, quarterly_return.township_id] = quarterly_return
    return found


class _Township:
    """The return of one township and quarter, while rows that say something new are stored into it."""

    def __init__(self, key: Key, latest: Return | None, lines: Mapping[Key, list[ReturnLine]]) -> None:
        self._period, self._code = key
        self._quarterly_return = latest
        self._lines = lines

    def store(self, rows: Sequence[PackageRow]) -> int:
        """How many of the lines are of a village that had none standing."""
        standing = {
            row.values["area_code"]: self._lines.get((self._period, row.values["area_code"]), []) for row in rows
        }
        contradicted = [line for lines in standing.values() for line in lines if line.status == LineStatus.APPROVED]
        ReturnLine.objects.filter(pk__in=[line.pk for line in contradicted]).update(status=LineStatus.SUPERSEDED)
        old = self._quarterly_return
        if (
            old is None
            or old.state == ReturnState.SUPERSEDED
            or any(line.quarterly_return_id == old.pk for line in contradicted)
        ):
            self._revise()
        self._write(rows, standing)
        self._settle()
        self._seal()
        return sum(not lines for lines in standing.values())

    def _revise(self) -> None:
        """Begin the return, or its next revision with the lines that still hold."""
        old = self._quarterly_return
        self._quarterly_return = new = Return.objects.create(
            township_id=self._code,
            county=self._code[:6],
            period=self._period,
            revision=self._last_revision() + 1,
            corrects=old,
            reason=REASON if old else "",
        )
        if old is None:
            return
        approved = list(old.lines.filter(status=LineStatus.APPROVED))
        old.lines.filter(status=LineStatus.APPROVED).update(status=LineStatus.SUPERSEDED)
        old.lines.filter(status__in=_OPEN).update(quarterly_return=new)
        for line in approved:
            line.pk, line.quarterly_return, line.version = None, new, 0
        ReturnLine.objects.bulk_create(approved)

    def _last_revision(self) -> int:
        """The last revision's number, discarded corrections counted; 0 when there is none."""
        same = Return.objects.filter(township_id=self._code, period=self._period)
        return same.aggregate(last=Max("revision"))["last"] or 0

    def _write(self, rows: Sequence[PackageRow], standing: Mapping[str, Sequence[ReturnLine]]) -> None:
        """Change the open line of each village, or add one."""
        changed, created, entries = [], [], []
        for row in rows:
            area = row.values["area_code"]
            line = next((line for line in standing[area] if line.status in _OPEN), None)
            taken = _still_taken(line or _most_advanced(standing[area]), row)
            if line is None:
                line = ReturnLine(
                    quarterly_return=self._quarterly_return, area_id=area, county=self._code[:6], period=self._period
                )
                created.append(line)
            else:
                line.version += 1
                changed.append(line)
                entries += _entries(line, row)
            for name in _SAID:
                setattr(line, name, row.values[name])
            line.taken = taken
        ReturnLine.objects.bulk_update(changed, [*_SAID, "taken", "version"])
        seal_keys(ReturnLine, [line.pk for line in changed], anew=True)
        FigureEntry.objects.bulk_create(entries)
        ReturnLine.objects.bulk_create(created)

    def _settle(self) -> None:
        """Give each revision the state of its least advanced standing line; one without any is superseded."""
        same = Return.objects.filter(township_id=self._code, period=self._period)
        for quarterly_return in same.exclude(state__in=[ReturnState.SUPERSEDED, ReturnState.DISCARDED]).order_by(
            "revision"
        ):
            statuses = quarterly_return.lines.filter(status__in=_STANDING).values_list("status", flat=True)
            least = min(map(_rank, statuses), default=None)
            state = ReturnState.SUPERSEDED if least is None else ReturnState(_STANDING[least])
            is_same = LINE_OF_STATE.get(state) == LINE_OF_STATE[ReturnState(quarterly_return.state)]
            if is_same and (
                quarterly_return.pk != self._quarterly_return.pk or quarterly_return.state == ReturnState.RETURNED
            ):
                state = ReturnState(quarterly_return.state)
            if quarterly_return.pk == self._quarterly_return.pk or quarterly_return.state != state:
                _move(quarterly_return, state)

    def _seal(self) -> None:
        """Have the revisions of the township's quarter sealed, with their lines."""
        same = {"township_id": self._code, "period": self._period}
        seal_keys(Return, Return.objects.filter(**same).values_list("pk", flat=True))
        lines = ReturnLine.objects.filter(**{f"quarterly_return__{name}": value for name, value in same.items()})
        seal_keys(ReturnLine, lines.values_list("pk", flat=True))


def _still_taken(line: ReturnLine | None, row: PackageRow) -> dict[str, str]:
    """The figures of a line that were taken from a source and that the row leaves as they are, with the source."""
    if line is None:
        return {}
    return {name: source for name, source in line.taken.items() if getattr(line, name) == row.values[name]}


def _entries(line: ReturnLine, row: PackageRow) -> list[FigureEntry]:
    """What the row changes in a line, for the history of its cells."""
    return [
        FigureEntry(line=line, figure=name, before=getattr(line, name), after=row.values[name])
        for name in NAMES
        if getattr(line, name) != row.values[name]
    ]


def _rank(status: str) -> int:
    return _STANDING.index(LineStatus(status))


def _move(quarterly_return: Return, state: ReturnState) -> None:
    """Take a return to a state and say that an import did it."""
    before = quarterly_return.state if quarterly_return.version else ""
    quarterly_return.state = state
    quarterly_return.version += 1
    quarterly_return.save(update_fields=["state", "version"])
    step = ReturnMove.objects.create(
        quarterly_return=quarterly_return, action="import", from_state=before, to_state=state, by=None, reason=REASON
    )
    seal(step)
