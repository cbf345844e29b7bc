"""A small sound package, and how tests write and bring one in."""

import csv
import json
from collections.abc import Mapping, Sequence
from copy import deepcopy
from pathlib import Path

from django.core.management import call_command
from openpyxl import Workbook

from areas.package.package import Package, open_package
from areas.package.tables import ImportProblem

Tables = dict[str, list[dict[str, object]]]

LINE = {
    "period": "2018Q2",
    "area_code": "441802103203",
    "households": "1000",
    "broadband_covered_households": "900",
    "fibre_covered_households": "800",
    "broadband_users": "700",
    "fibre_users": "600",
    "status": "approved",
}

SOUND: Tables = {
    "areas": [
        {"code": "441802", "name": "清城区", "kind": "district"},
        {"code": "441802103", "name": "源潭镇", "kind": "town"},
        {"code": "441802103203", "name": "青龙村", "kind": "village"},
        {
            "code": "441802103203001",
            "name": "新寮村",
            "kind": "natural_village",
            "permanent_households": "35",
            "demonstration": "1",
        },
        {"code": "441802006", "name": "凤城街道", "kind": "street", "setting": "urban"},
        {"code": "441802006001", "name": "高基里社区", "kind": "community"},
        {"code": "441802006001001", "name": "学府湾", "kind": "quarter"},
    ],
    "sites": [
        {
            "site_id": "S1",
            "area_code": "441802103203001",
            "name": "新寮村",
            "kind": "settlement",
            "lon": "113.2",
            "lat": "23.68",
        },
        {
            "site_id": "S2",
            "area_code": "441802006001001",
            "name": "一号楼",
            "kind": "residence",
            "lon": "113.05",
            "lat": "23.7",
            "datum": "GCJ02",
        },
        {"site_id": "S3", "area_code": "441802006001", "name": "小学", "kind": "school"},
    ],
    "operators": [{"code": "telecom", "name": "中国电信"}, {"code": "mobile", "name": "中国移动"}],
    "access_points": [
        {
            "ap_id": "A1",
            "operator": "telecom",
            "name": "",
            "lon": "113.2",
            "lat": "23.681",
            "datum": "",
            "downstream_mbps": "100",
            "tv_only": "0",
            "opened_on": "2017-01-01",
            "closed_on": "",
            "ports_total": "64",
            "ports_used": "64",
        },
    ],
    "service_orders": [
        {
            "order_id": "O1",
            "operator": "telecom",
            "area_code": "441802103203",
            "accepted_on": "2018-03-01",
            "completed_on": "2018-03-01",
            "cancelled_on": "",
            "needs_expansion": "0",
        },
    ],
    "returns": [LINE],
}
"""One of everything, nothing wrong and nothing odd."""


def sound() -> Tables:
    """A copy of SOUND, to be spoilt."""
    return deepcopy(SOUND)


def without(*names: str) -> Tables:
    return {name: rows for name, rows in sound().items() if name not in names}


def columns(rows: Sequence[Mapping[str, object]]) -> list[str]:
    return list(dict.fromkeys(column for row in rows for column in row))


def write_csv(tables: Tables, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as text:
            writer = csv.DictWriter(text, columns(rows), restval="")
            writer.writeheader()
            writer.writerows(rows)
    return folder


def write_xlsx(tables: Tables, path: Path) -> Path:
    book = Workbook()
    book.remove(book.active)
    for name, rows in tables.items():
        sheet = book.create_sheet(name)
        header = columns(rows)
        sheet.append(header)
        for row in rows:
            sheet.append([row.get(column) or None for column in header])
    book.save(path)
    return path


def checked(path: Path) -> Package:
    """The package after its check against the database, nothing brought in."""
    from acceptance.packages import handlers

    package = open_package(path, handlers())
    package.check()
    return package


def places(problems: Sequence[ImportProblem]) -> list[tuple]:
    return [(problem.table, problem.row, problem.column, problem.value) for problem in problems]


def bring_in(path: Path, capsys, *options: str) -> tuple[int, dict]:
    """What ``import_package --format json`` exits with and prints; no document with status 2."""
    status = 0
    capsys.readouterr()
    try:
        call_command("import_package", str(path), *options, "--format", "json", "--no-judge")
    except SystemExit as end:
        status = end.code
    printed = capsys.readouterr().out
    return status, json.loads(printed) if printed else {}
