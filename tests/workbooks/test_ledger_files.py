"""Hostile and clumsy files: each its own answer, refused whole, read with a notice, or named cell by cell."""

import csv
import io
import shutil
import subprocess
import zipfile
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook, load_workbook

from areas.models import Site
from tests.workbooks.conftest import FIRST, put, saved
from workbooks.ledgers import declared, views, works
from workbooks.ledgers.models import LedgerWorkbook

pytestmark = pytest.mark.django_db


def said(answer) -> str:
    assert answer.status_code == 422, answer.status_code
    return answer.context["refusal"]


def zipped(change) -> bytes:
    """A workbook whose parts were changed after it was saved."""
    book = Workbook()
    book.active.append([1])
    source, target = zipfile.ZipFile(io.BytesIO(saved(book))), io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in source.namelist():
            archive.writestr(name, change(name, source.read(name)))
    return target.getvalue()


def in_sheet(old: bytes, new: bytes):
    return zipped(lambda name, content: content.replace(old, new) if "sheet1.xml" in name else content)


def far_corner() -> bytes:
    return in_sheet(b'<row r="1"', b'<row r="1048576"')


def with_dtd() -> bytes:
    return in_sheet(b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet')


def bomb() -> bytes:
    return zipped(lambda name, content: content + b" " * 30_000_000 if "sheet1.xml" in name else content)


def many_parts() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for number in range(1001):
            archive.writestr(f"{number}.xml", b"<a/>")
    return file.getvalue()


REFUSED = {
    "empty": (lambda: b"", "台账.xlsx", "文件是空的（0 字节）"),
    "xls": (lambda: b"\xd0\xcf\x11\xe0" + b"\0" * 600, "台账.xls", "“台账.xls”不是工作簿"),
    "password": (
        lambda: b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "台账.xlsx", "“台账.xlsx”加了打开密码",
    ),
    "picture": (lambda: b"\x89PNG\r\n", "台账.xlsx", "文件不是 .xlsx 工作簿"),
    "broken": (lambda: b"PK\x03\x04" + b"\0" * 100, "台账.xlsx", "点位台账.xlsx 已损坏"),
    "bomb": (bomb, "台账.xlsx", "工作簿的部件 xl/worksheets/sheet1.xml 压缩比异常"),
    "far corner": (far_corner, "台账.xlsx", "工作表用到了第 1048576 行"),
    "dtd": (with_dtd, "台账.xlsx", "工作簿里有文档类型定义（DTD）"),
    "many parts": (many_parts, "台账.xlsx", "工作簿里有 1001 个部件"),
    "another sheet": (lambda: saved(Workbook()), "台账.xlsx", "工作簿中未找到工作表“点位”"),
    "csv of nothing": (lambda: b"a,b\n1,2\n", "台账.csv", "本 CSV 文件（UTF-8 编码）中没有校验号"),
    "csv of another encoding": (lambda: b"\xff\xfe\x00a", "台账.csv", "CSV 文件的编码无法识别"),
    "csv that never ends": (lambda: b'"a,b\n', "台账.csv", "CSV 文件无法读取"),
}  # fmt: skip


@pytest.mark.parametrize("kind", REFUSED)
def test_file_is_refused_with_its_own_sentence(people, kind):
    content, name, sentence = REFUSED[kind]
    assert said(people.clerk.send("sites", content(), name)).startswith(sentence)


def test_no_file_is_said(people):
    assert said(people.clerk.client.post("/ledgers/sites/")).startswith("未选择文件")


def restamped(book: Workbook, label: str, value: str) -> Workbook:
    page = book.worksheets[0]
    cell = next(cell for cell in page[declared.STAMP_ROW] if cell.value == label)
    page.cell(declared.STAMP_ROW, cell.column + 1).value = value
    return book


def hidden(book: Workbook) -> Workbook:
    book.create_sheet("面上")
    book.worksheets[0].sheet_state = "hidden"
    book.active = 1
    return book


def renamed_heading(book: Workbook) -> Workbook:
    book.worksheets[0].cell(declared.HEADER_ROW, 3).value = "名字"
    return book


def doubled_heading(book: Workbook) -> Workbook:
    book.worksheets[0].cell(declared.HEADER_ROW, 11).value = "名称"
    return book


def merged_heading(book: Workbook) -> Workbook:
    book.worksheets[0].merge_cells("K5:L5")
    return book


def no_rows(book: Workbook) -> Workbook:
    book.worksheets[0].delete_rows(FIRST, 10)
    return book


CLUMSY = {
    "no stamp": (lambda book: restamped(book, "校验号", ""), "校验号“”不是本系统发出的"),
    "foreign stamp": (lambda book: restamped(book, "校验号", "AAAAAAAAAAAA"), "校验号“AAAAAAAAAAAA”不是本系统发出的"),
    "edited unit": (lambda book: restamped(book, "单位编码", "441802104"), "表里的单位编码被改为“441802104”"),
    "edited day": (lambda book: restamped(book, "日期", "2030-01-01"), "表里的日期被改为"),
    "hidden": (hidden, "工作表“点位”已隐藏"),
    "heading renamed": (renamed_heading, "第 5 行表头里的“名称”缺失"),
    "heading twice": (doubled_heading, "第 5 行表头里的“名称”重复出现"),
    "heading merged": (merged_heading, "表头（第 5 行）有合并单元格"),
    "no rows": (no_rows, "表头下面未填写任何一行"),
}


@pytest.mark.parametrize("kind", CLUMSY)
def test_workbook_that_was_spoiled_is_refused(people, kind):
    spoil, sentence = CLUMSY[kind]
    assert said(people.clerk.send("sites", spoil(people.clerk.download("sites")))).startswith(sentence)


def test_workbook_of_another_ledger_unit_or_template(people):
    villages, sites = people.clerk.download("natural-villages"), people.bureau.download("sites")
    assert said(people.clerk.send("sites", villages)).startswith("这是自然村台账的工作簿，不是点位的")
    assert said(people.clerk.send("sites", sites)).startswith("这是清城区的工作簿，不是源潭镇的")
    old = people.clerk.download("sites")
    LedgerWorkbook.objects.update(template=0)
    assert said(people.clerk.send("sites", old)).startswith("工作簿是旧模板（第 0 版，现用第 1 版）")


# Read with a notice


def as_csv(book: Workbook, encoding: str) -> bytes:
    file = io.StringIO(newline="")
    for row in book.worksheets[0].iter_rows(values_only=True):
        csv.writer(file).writerow(["" if value is None else value for value in row])
    return file.getvalue().encode(encoding)


@pytest.mark.parametrize(("encoding", "label"), [("gbk", "GBK"), ("utf-8-sig", "UTF-8")])
def test_csv_saved_from_the_workbook_is_read(people, encoding, label):
    book = put(people.clerk.download("sites"), FIRST, 名称="大围")
    answer = people.clerk.send("sites", as_csv(book, encoding), "点位.csv")
    found = answer.context["found"]
    assert found.notices == [f"所读为 CSV 文件（{label} 编码）：请核对每一处数字。"]
    assert [(cell.label, cell.after) for cell in found.cells] == [("名称", "大围")]


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice makes the old formats")
@pytest.mark.parametrize(("kind", "ending"), [("xls", "xls"), ("xls", "et"), ("ods", "ods")])
def test_workbook_saved_in_another_format_is_read(people, tmp_path, kind, ending):
    book = put(people.clerk.download("sites"), FIRST, 名称="李屋小学")
    source = tmp_path / "a.xlsx"
    source.write_bytes(saved(book))
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", kind]
    subprocess.run([*command, "--outdir", tmp_path, source], check=True, capture_output=True)

    answer = people.clerk.send("sites", (tmp_path / f"a.{kind}").read_bytes(), f"台账.{ending}")

    assert [(change.label, change.after) for change in answer.context["found"].cells] == [("名称", "李屋小学")]


def test_renamed_sheet_is_recognised_and_others_are_not_read(people):
    book = put(people.clerk.download("sites"), FIRST, 名称="大围")
    book.worksheets[0].title = "点位2"
    book.create_sheet("草稿")["A1"] = "1"
    found = people.clerk.send("sites", book).context["found"]
    assert found.notices == [
        "工作表“点位”已改名为“点位2”，已按表中的校验号识别。",
        "另一张工作表“草稿”未读取：只读取点位。",
    ]
    assert found.changed == 1


def test_blank_rows_invisible_characters_and_full_width_digits(people, registry):
    book = people.clerk.download("sites")
    put(book, FIRST, 名称=" 点位S-0001\u200b", 经度="１１３．０６６６", 行校验=None)
    put(book, FIRST + 3, 名称="\u3000", 类型=" ")
    put(book, FIRST + 7, 点位编号="S-0007", 所属区域=float(registry.leaf.code), 名称="隔行", 类型="学校")
    found = people.clerk.send("sites", book).context["found"]
    assert (found.wrong, found.changed, [one.row for one in found.additions]) == ([], 0, [FIRST + 7])


# Named cell by cell

CELLS = {
    "word": ({"经度": "东边"}, "经度“东边”无法识别"),
    "blank": ({"名称": None}, "名称未填"),
    "unknown kind": ({"类型": "庙"}, "类型“庙”无法识别：应为主要人口聚居地、住宅小区"),
    "date": ({"生效日期": "去年"}, "生效日期“去年”无法识别：应为日期"),
    "no such day": ({"生效日期": "2018-02-30"}, "生效日期“2018-02-30”不是日历上有的一天"),
    "before": ({"生效日期": date(2018, 2, 1), "失效日期": date(2018, 1, 1)}, "失效日期早于生效日期"),
    "half": ({"经度": None}, "只填了纬度，没有填经度"),
    "abroad": ({"经度": 2.35, "纬度": 48.85}, "经度 2.35、纬度 48.85不在中国境内"),
    "unknown area": ({"所属区域": "441802103999"}, "没有编码为 441802103999 的区域"),
    "formula": ({"名称": "=A1&B1"}, "单元格公式未保存计算结果"),
    "too long": ({"名称": "长" * 101}, "名称“"),
}


@pytest.mark.parametrize("kind", CELLS)
def test_wrong_cell_is_named(people, kind):
    cells, sentence = CELLS[kind]
    found = people.clerk.send("sites", put(people.clerk.download("sites"), FIRST, **cells)).context["found"]
    assert [(place.sheet, place.row) for place in found.wrong] == [("点位", FIRST)]
    assert found.wrong[0].message.startswith(sentence)
    assert found.wrong[0].letter
    assert not found.writes


def test_merged_rows_are_named(people):
    book = people.clerk.download("sites")
    book.worksheets[0].merge_cells(f"C{FIRST}:C{FIRST + 1}")
    found = people.clerk.send("sites", book).context["found"]
    rows = {place.row: place.message for place in found.wrong if "合并单元格" in place.message}
    assert rows == dict.fromkeys(
        (FIRST, FIRST + 1), f"有合并单元格 C{FIRST}:C{FIRST + 1}：请取消合并，每行每格分别填写。"
    )


def test_stored_script_is_shown_as_text(people):
    book = put(people.clerk.download("sites"), FIRST, 名称='"><img src=x onerror=alert(1)>')
    page = people.clerk.send("sites", book).content.decode()
    assert "<img" not in page
    assert "&lt;img" in page


def test_nothing_of_a_refused_file_is_kept(people):
    people.clerk.send("sites", far_corner())
    assert not people.clerk.client.get("/ledgers/").context["waiting"]
    assert Site.objects.count() == 3


def test_the_file_opens_again_after_another_program_saved_it(people):
    """As LibreOffice and WPS do: shared strings, no document properties, other styles."""
    book = load_workbook(io.BytesIO(saved(people.clerk.download("sites"))))
    book.custom_doc_props.props.clear()
    found = people.clerk.send("sites", put(book, FIRST, 名称="大围")).context["found"]
    assert (found.changed, found.wrong) == (1, [])


# As people write


def changes_of(found) -> dict[str, str]:
    assert found.wrong == []
    return {cell.label: cell.after for cell in found.cells}


def test_rates_days_and_numbers_are_read_as_people_write_them(people):
    book = people.telecom.download("access-points")
    put(
        book,
        FIRST,
        下行速率="200M",
        开通日期="2017年6月1日",
        停用日期="2019.3.31",
        端口总数="1,500.00",
        已用端口="48个",
    )
    assert changes_of(people.telecom.send("access-points", book).context["found"]) == {
        "下行速率": "200兆比特每秒",
        "开通日期": "2017-06-01",
        "停用日期": "2019-03-31",
        "端口总数": "1500个",
        "已用端口": "48个",
    }


@pytest.mark.parametrize(("text", "after"), [("600户", "600户"), ("1.2千", "1200户"), (" - ", "0户"), (600.0, "600户")])
def test_households_are_read_as_people_write_them(people, text, after):
    book = put(people.clerk.download("natural-villages"), FIRST, 常住户数=text)
    assert changes_of(people.clerk.send("natural-villages", book).context["found"]) == {"常住户数": after}


@pytest.mark.parametrize(
    ("label", "text", "sentence"),
    [
        ("生效日期", "03/04/2018", "生效日期“03/04/2018”可理解为 2018-03-04 或 2018-04-03：请改写清楚。"),
        ("常住户数", "（12）", "常住户数“（12）”是负数：应为不小于 0 的整数。"),
        ("常住户数", "三百二", "常住户数“三百二”可理解为 320 或 302：请改写清楚。"),
    ],
)
def test_cell_that_may_mean_two_things_is_named(people, label, text, sentence):
    book = put(people.clerk.download("natural-villages"), FIRST, **{label: text})
    found = people.clerk.send("natural-villages", book).context["found"]
    assert [(place.row, place.label, place.value, place.message) for place in found.wrong] == [
        (FIRST, label, text, sentence)
    ]
    assert not found.writes


def long_but_small(rows: int = 199_000) -> bytes:
    """A workbook of very many rows that packs to almost nothing."""
    more = "".join(f'<row r="{number}"><c r="A{number}"><v>5</v></c></row>' for number in range(2, rows)).encode()
    return in_sheet(b"</sheetData>", more + b"</sheetData>")


@pytest.mark.parametrize(("rows", "in_the_background"), [(5_000, True), (199_000, True), (50, False)])
def test_long_workbook_is_read_in_the_background_however_small_it_is_packed(
    people, rows, in_the_background, monkeypatch
):
    begun = []
    monkeypatch.setattr(views, "start", lambda work, **said: begun.append(work) or "/jobs/")
    content = long_but_small(rows)
    assert rows != 5_000 or len(content) < views.MANY_BYTES
    answer = people.telecom.client.post("/ledgers/access-points/", {"file": SimpleUploadedFile("台账.xlsx", content)})
    assert (answer.status_code, bool(begun)) == ((302, True) if in_the_background else (422, False))
    assert begun in ([], [works.examine])
