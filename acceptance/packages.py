"""Import and export of data packages: all or nothing. The tables of the format, for whoever reads rows of them."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType

from django.db import connection, transaction

from acceptance import plan
from acceptance.hooks import AFTER_IMPORT
from acceptance.judging import import_notes, judging, rehearsing
from acceptance.models import Judgement
from acceptance.rules import service
from acceptance.rules.plan import Service
from acceptance.sealed_register import seal_written
from accounts import audit
from areas import workdays
from areas.models import Area
from areas.package import writing
from areas.package.changing import ChangesTable
from areas.package.network import OperatorsTable, ServiceOrdersTable
from areas.package.package import (
    Handler,
    ImportOutcome,
    Package,
    Selection,
    open_package,
    undisturbed,
)
from areas.package.places import AccessPointsTable, SitesTable
from areas.package.succeeding import SuccessionsTable
from areas.package.tree import AreasTable
from returns.package import ReturnsTable

Say = Callable[[str], None]

MOST_TURNED = 20_000
"""Verdicts that an import may turn and that are still told one by one."""


class UnknownArea(Exception):
    """The area of an export is not in the database."""


def handlers() -> list[Handler]:
    """The tables of the format, in its order, for one import or export."""
    return [
        AreasTable(),
        SitesTable(),
        OperatorsTable(),
        AccessPointsTable(),
        ServiceOrdersTable(_due_on()),
        ReturnsTable(),
        ChangesTable(lambda: int(plan.current().permanent_households.value)),
        SuccessionsTable(),
    ]


def _due_on() -> Callable[[date, bool], date]:
    """By the plan and the calendar, which are looked up for the first order."""

    @cache
    def terms() -> tuple[Service, workdays.WorkingDays]:
        return plan.current().service, workdays.load()

    def due_on(accepted_on: date, needs_expansion: bool) -> date:
        return service.due_on(accepted_on, needs_expansion, *terms())

    return due_on


def import_package(
    path: Path, *, by, document: str = "", dry_run: bool = False, say: Say = lambda text: None
) -> tuple[Package, ImportOutcome | None]:
    """Check the package at ``path`` and, unless it has errors or this is a rehearsal, bring it in, all or nothing.

    ``document`` is the paper on which it rests. The outcome is None when nothing was to be brought in. ``areas.package.tables.Unreadable``
    when the package cannot be read.
    """
    with undisturbed():
        return _imported(path, by, document, dry_run, say)


def _imported(path: Path, by, document: str, dry_run: bool, say: Say) -> tuple[Package, ImportOutcome | None]:
    say(f"读取 {path} ……")
    package = open_package(path, handlers())
    say(f"读到 {sum(package.counts().values())} 行，开始检查 ……")
    if dry_run:
        package.check()
        return package, None
    with transaction.atomic():
        if package.check().errors:
            return package, None
        say("检查完毕，开始导入 ……")
        outcome = package.store()
        seal_written(outcome)
        outcome.counties = import_notes.leave(outcome)
        outcome.afterwards = [tell(outcome, path.name, document) for tell in AFTER_IMPORT]
        audit.record(action="package.import", by=by, detail=_detail(path, package, outcome) | {"document": document})
    return package, outcome


def judge(outcome: ImportOutcome, say: Say = lambda text: None) -> None:
    """Judge again the counties that an import concerns, and have the database count what is new.

    Until it has (PostgreSQL does by itself, some time), it reads thousands of rows by plans made for empty tables.
    """
    last, gone = rehearsing.newest(), {}
    for county in sorted(outcome.counties):
        say(f"重新评定 {county} ……")
        was_judged = Judgement.objects.filter(county=county, judged_at__isnull=False).exists()
        superseded = judging.refresh(county)
        if was_judged:
            gone[county] = superseded
    _tell(outcome, last, gone)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _tell(outcome: ImportOutcome, last: rehearsing.Newest, gone: dict[str, judging.Superseded]) -> None:
    """Tell what turned, unless it is too much to be listed; a county that is judged for the first time turns nothing."""
    count = sum(len(pks) for each in gone.values() for pks in each.values())
    found = rehearsing.turned(gone, last) if gone and count <= MOST_TURNED else None
    for tell in outcome.afterwards:
        tell(found)


def _detail(path: Path, package: Package, outcome: ImportOutcome) -> dict:
    return {
        "path": path.name,
        "sha256": _digest(path),
        "rows": package.counts(),
        "created": outcome.created,
        "changed": outcome.changed,
        "warnings": len(package.report.warnings),
    }


def _digest(path: Path) -> str:
    """SHA-256 over the package's files, names included."""
    total = hashlib.sha256()
    for file in sorted(path.glob("*.[cC][sS][vV]")) if path.is_dir() else [path]:
        if file.is_file():
            with file.open("rb") as content:
                total.update(
                    f"{file.name}\n{hashlib.file_digest(content, 'sha256').hexdigest()}\n".encode(errors="replace")
                )
    return total.hexdigest()


def export_package(
    folder: Path, *, by, area: str | None = None, alterations: Mapping[str, writing.Alteration] = MappingProxyType({})
) -> tuple[dict[str, int], int]:
    """Write the package to ``folder``: how many rows each table has, and how many could not be written.

    ``alterations`` say by table what is written in place of what is stored. UnknownArea when
    ``area`` is not in the database; OSError when the folder cannot be written.
    """
    if area is not None and not Area.objects.filter(code=area).exists():
        raise UnknownArea(area)
    tables = handlers()
    with transaction.atomic():
        counts = writing.write(folder, tables, Selection(area), alterations)
        left_out = sum(handler.left_out for handler in tables)
        audit.record(action="package.export", by=by, detail={"path": folder.name, "area": area or "", "rows": counts})
    return counts, left_out
