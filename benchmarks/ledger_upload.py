"""Ledger workbooks: 100,000 rows validated and stored, against reading them fast and storing them unchecked.

``python benchmarks/ledger_upload.py [--size 0.1]``; with ``DATABASE_URL`` on a PostgreSQL the base stores by COPY.
Beside it: the memory of the import, django-import-export with the same rows, and a return's workbook of 25 lines.
"""

import argparse
import io
import os
import random
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.sax.saxutils import escape

import numpy as np
from measuring import ROOT, machine, ratio, ratio_line, scratch, timed, within

ROWS = 100_000
SITES = 1_000
TOWNS = 8
LIMIT, MEMORY_MB, FASTER = 4, 500, 10
HEADERS = ("ap_id", "operator", "name", "lon", "lat", "datum", "downstream_mbps", "tv_only", "opened_on", "closed_on",
           "ports_total", "ports_used")  # fmt: skip
_TYPES = """<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>
<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>
<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/>
</Types>"""
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_WORKBOOK = (
    f'<?xml version="1.0"?><workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
    '<sheet name="access_points" sheetId="1" r:id="a"/></sheets></workbook>'
)
_RELATIONS = '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'


def places(count: int, seed: int) -> list[tuple[float, float]]:
    """So many places in the district."""
    from areas import outline

    chance, found = np.random.default_rng(seed), []
    while len(found) < count:
        lon, lat = chance.uniform(112.8, 113.4, count).round(6), chance.uniform(23.4, 24.0, count).round(6)
        inside = outline.district().holds(lon, lat)
        found += zip(lon[inside].tolist(), lat[inside].tolist(), strict=True)
    return found[:count]


def records(count: int) -> Iterator[tuple]:
    """Access points as operators list them."""
    chance = random.Random(1)
    for number, (lon, lat) in enumerate(places(count, 1)):
        total = chance.choice((8, 16, 32, 64))
        yield (
            f"AP{number:08d}",
            chance.choice(("中国电信", "中国移动", "中国联通")),
            f"{chance.choice('东西南北中')}光交箱 {number}",
            lon,
            lat,
            "WGS84",
            chance.choice((50, 100, 200, 1000)),
            "否",
            f"20{chance.randint(14, 18)}-0{chance.randint(1, 9)}-{chance.randint(10, 28)}",
            "",
            total,
            chance.randint(0, total),
        )


def _related(key: str, kind: str, target: str) -> str:
    return f'<Relationship Id="{key}" Type="{_OFFICE}/{kind}" Target="{target}"/>'


def write_workbook(path: Path, rows: Iterator[tuple]) -> None:
    """As Excel writes it: shared strings, numbers as numbers."""
    strings: dict[str, int] = {}
    letters = "ABCDEFGHIJKL"
    sheet = io.StringIO()
    sheet.write(f'<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="{_MAIN}"><sheetData>')
    for number, row in enumerate((HEADERS, *rows), start=1):
        sheet.write(f'<row r="{number}">')
        for letter, value in zip(letters, row, strict=True):
            if isinstance(value, str):
                if value:
                    index = strings.setdefault(value, len(strings))
                    sheet.write(f'<c r="{letter}{number}" t="s"><v>{index}</v></c>')
            else:
                sheet.write(f'<c r="{letter}{number}"><v>{value}</v></c>')
        sheet.write("</row>")
    sheet.write("</sheetData></worksheet>")
    said = "".join(f"<si><t>{escape(text)}</t></si>" for text in strings)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _TYPES)
        archive.writestr(
            "_rels/.rels",
            _RELATIONS.format(f'<Relationship Id="a" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/>'),
        )
        archive.writestr("xl/workbook.xml", _WORKBOOK)
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            _RELATIONS.format(
                _related("a", "worksheet", "worksheets/sheet1.xml")
                + _related("b", "sharedStrings", "sharedStrings.xml")
            ),
        )
        archive.writestr(
            "xl/sharedStrings.xml", f'<?xml version="1.0" encoding="UTF-8"?><sst xmlns="{_MAIN}">{said}</sst>'
        )
        archive.writestr("xl/worksheets/sheet1.xml", sheet.getvalue())


def prepare() -> None:
    """A district with its towns and sites, and the operators."""
    from areas.models import Area, Operator, Site
    from areas.vocabulary import AreaKind, SiteKind

    Area.objects.create(code="441802", name="清城区", kind=AreaKind.DISTRICT, county="441802")
    for number in range(TOWNS):
        town, village = f"4418021{number:02d}", f"4418021{number:02d}201"
        Area.objects.create(code=town, name=f"镇{number}", kind=AreaKind.TOWN, parent_id="441802", county="441802")
        Area.objects.create(
            code=village, name=f"黄{number}岗村", kind=AreaKind.VILLAGE, parent_id=town, county="441802"
        )
    for code, name in (("telecom", "中国电信"), ("mobile", "中国移动"), ("unicom", "中国联通")):
        Operator.objects.create(code=code, name=name)
    Site.objects.bulk_create(
        Site(site_id=f"S{number}", area_id=f"4418021{number % TOWNS:02d}201", name=f"点{number}", county="441802",
             kind=SiteKind.SETTLEMENT, lon=lon, lat=lat, given_lon=lon, given_lat=lat)
        for number, (lon, lat) in enumerate(places(SITES, 2))
    )  # fmt: skip


def bare(path: Path) -> None:
    """The fastest reader, and the rows into a table without constraints, nothing checked."""
    import python_calamine
    from django.db import connection

    rows = python_calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()[1:]
    columns = ", ".join(f"c{number} text" for number in range(len(HEADERS)))
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE bare ({columns})")
        if connection.vendor == "sqlite":
            cursor.executemany(f"INSERT INTO bare VALUES ({', '.join(['%s'] * len(HEADERS))})", rows)
        else:
            text = io.StringIO("".join("\t".join(map(str, row)) + "\n" for row in rows))
            cursor.cursor.copy_expert("COPY bare FROM STDIN", text)


def ours(path: Path) -> None:
    from acceptance.packages import import_package

    package, outcome = import_package(path, by="benchmark")
    if outcome is None:
        sys.exit(str(package.report.errors[:3]))


def worked(work: Callable[[Path], None], path: Path) -> tuple[float, float]:
    """Seconds by the clock, and by the processor: of this process and of those that it waited for, not the database's."""
    before = os.times()
    work(path)
    after = os.times()
    return after.elapsed - before.elapsed, sum(after[:4]) - sum(before[:4])


def memory(path: Path) -> float:
    """MB that a process of its own holds at most while it imports, its reader's child not counted twice."""
    code = (
        "import sys, resource, django; sys.path[:0] = [sys.argv[2], sys.argv[2] + '/benchmarks']; django.setup();"
        "from pathlib import Path; from ledger_upload import ours; ours(Path(sys.argv[1]));"
        "print(max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code, str(path), str(ROOT)], check=True, capture_output=True, text=True
    )
    return int(answer.stdout) / 1024


def clear() -> None:
    from areas.models import AccessPoint

    AccessPoint.objects.all()._raw_delete("default")


def rivals(path: Path) -> float:
    """Seconds that django-import-export takes for the same rows into the same table."""
    import tablib
    from import_export import fields, resources, widgets

    from areas.models import AccessPoint, Operator

    class Points(resources.ModelResource):
        operator = fields.Field("operator", "operator", widgets.ForeignKeyWidget(Operator, "name"))
        lon = fields.Field("given_lon", "lon", widgets.FloatWidget())
        lat = fields.Field("given_lat", "lat", widgets.FloatWidget())
        tv_only = fields.Field("tv_only", "tv_only", widgets.BooleanWidget())

        class Meta:
            model = AccessPoint
            import_id_fields = ["ap_id"]
            fields = HEADERS
            use_bulk, batch_size, skip_diff = True, 1000, True
            clean_model_instances = True

        def before_import_row(self, row, **kwargs):
            row["tv_only"] = "1" if row["tv_only"] == "是" else "0"

        def before_save_instance(self, instance, row, **kwargs):
            instance.lon, instance.lat, instance.county = instance.given_lon, instance.given_lat, "441802"

        def after_init_instance(self, instance, new, row, **kwargs):
            instance.lon, instance.lat, instance.county = row["lon"], row["lat"], "441802"

    with timed() as taken:
        data = tablib.Dataset().load(path.read_bytes(), "xlsx")
        result = Points().import_data(data, raise_errors=True)
    if result.totals["new"] != len(data):
        sys.exit(f"django-import-export stored {result.totals}")
    return taken.wall


def small(rows: int = 25) -> float:
    """Milliseconds from the upload of a return's workbook, a wrong figure in each row, to the list of its errors."""
    from openpyxl import load_workbook

    from accounts.models import User
    from accounts.posts import Post
    from areas.models import Area
    from areas.vocabulary import AreaKind
    from returns.models import Return
    from workbooks import actions, layout
    from workbooks.preview import preview
    from workbooks.return_form import ReturnUploadForm

    town = Area.objects.create(code="441802199", name="镇", kind=AreaKind.TOWN, parent_id="441802", county="441802")
    Area.objects.bulk_create(
        Area(
            code=f"441802199{200 + number}", name=f"黄{number}岗村", kind=AreaKind.VILLAGE, parent=town, county="441802"
        )
        for number in range(rows)
    )
    clerk = User.objects.create_user(username="clerk", name="经办", post=Post.CLERK, area=town)
    quarterly_return = Return.objects.create(township=town, county="441802", period="2018Q2")
    book = load_workbook(io.BytesIO(actions.issue(ReturnUploadForm(clerk, quarterly_return.pk))))
    for row in range(layout.FIRST_ROW, layout.FIRST_ROW + rows):
        for column, value in enumerate((100, 90, "约八十", 60, 50), start=3):
            book[layout.SHEET].cell(row, column).value = value
    file = io.BytesIO()
    book.save(file)
    with timed() as taken:
        form = ReturnUploadForm(clerk, quarterly_return.pk)
        found = preview(actions.take_in(form, file.getvalue(), "a.xlsx"), form).left
    if len(found) != rows:
        sys.exit(f"{len(found)} errors found instead of {rows}")
    return taken.wall * 1000


def main() -> bool:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--size", type=float, default=1.0)
    arguments.add_argument("--without-rival", action="store_true")
    asked = arguments.parse_args()
    count = max(100, round(ROWS * asked.size))
    with scratch(), tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.xlsx"
        write_workbook(path, records(count))
        prepare()
        print(machine())
        good = [within("a workbook of 25 rows until its errors are listed", small(), 1000)]
        base, base_cpu = worked(bare, path)
        taken, taken_cpu = worked(ours, path)
        good.append(ratio(f"{count} rows validated and stored, by the clock", taken, base, LIMIT))
        print(ratio_line("the same by the processor, the reader's process included", taken_cpu, base_cpu, LIMIT))
        clear()
        good.append(within("memory of the import", memory(path), MEMORY_MB, unit="MB"))
        if not asked.without_rival:
            clear()
            good.append(ratio("of django-import-export", taken, rivals(path), 1 / FASTER))
    return all(good)


if __name__ == "__main__":
    sys.exit(not main())
