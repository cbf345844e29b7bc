"""The door: what each kind of file gives, and with which sentence it is refused."""

import io
import multiprocessing
import os
import resource
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from areas.package.tables import Unreadable
from intake import files, ooxml
from intake.files import opened
from intake.reading import read
from tests.intake.sheets import PLAIN, RETURN, block, figures, values, workbook

CSV = "\r\n".join(",".join(f'"{cell:,}"' if isinstance(cell, int) else cell for cell in row) for row in PLAIN)
ODS = b"application/vnd.oasis.opendocument.spreadsheet"
SPACES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
)


def archive(**parts: bytes | str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name.replace("__", "/").replace("·", "."), content)
    return file.getvalue()


def ods(table: str, manifest: str = "<m/>", kind: bytes = ODS) -> bytes:
    content = f"<office:document-content {SPACES}><office:body>{table}</office:body></office:document-content>"
    return archive(mimetype=kind, **{"META-INF__manifest·xml": manifest, "content·xml": content})


def row(*cells: str, more: str = "") -> str:
    return f"<table:table-row {more}>{''.join(cells)}</table:table-row>"


def cell(value: object, more: str = "") -> str:
    if isinstance(value, str):
        return f'<table:table-cell office:value-type="string" {more}><text:p>{value}</text:p></table:table-cell>'
    return f'<table:table-cell office:value-type="float" office:value="{value}" {more}><text:p>{value}</text:p></table:table-cell>'


def table(*rows: str) -> str:
    return f'<table:table table:name="表">{"".join(rows)}</table:table>'


def ole(stream: str) -> bytes:
    """What looks like an old workbook from outside."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + stream.encode("utf-16-le") + bytes(1024)


TEXTS = {
    "UTF-8": CSV.encode(),
    "UTF-8 with a mark": CSV.encode("utf-8-sig"),
    "GBK": CSV.encode("gbk"),
    "UTF-16 as Excel writes it": block(*PLAIN).encode("utf-16"),
    "semicolons": "\n".join(";".join(map(str, line)) for line in PLAIN).encode(),
    "tabs": block(*PLAIN).encode("gbk"),
}


@pytest.mark.parametrize("name", TEXTS)
def test_text_file_is_read(name):
    assert values(read(TEXTS[name], "上报.csv", RETURN)) == figures()


def test_pasted_block_without_tabs_is_read():
    assert values(read("\n".join("  ".join(map(str, line)) for line in PLAIN), "", RETURN)) == figures()


def test_thousands_without_quotes_shift_no_figure():
    """1,007 in a CSV without quotes is two cells: the row is refused, not read one column further."""
    lines = [",".join(map(str, line)) for line in PLAIN]
    lines[2] = lines[2].replace("1007", "1,007")

    reading = read("\n".join(lines).encode(), "a.csv", RETURN)

    assert values(reading) == {code: each for code, each in figures().items() if code != "441802107003"}
    (line,) = [line for line in reading.lines if line.faults]
    assert "错位" in line.faults["households"]


@pytest.mark.skipif(shutil.which("soffice") is None, reason="no LibreOffice here to write the old formats")
@pytest.mark.parametrize(("kind", "ending"), [("xls", "xls"), ("xls", "et"), ("ods", "ods"), ("xlsx", "et")])
def test_other_formats_are_read(tmp_path, kind, ending):
    rows = [
        ["飞来峡镇2018年二季度光网统计表"],
        [],
        ["序号", *PLAIN[0]],
        *([n, *each] for n, each in enumerate(PLAIN[1:], 1)),
    ]
    source = tmp_path / "a.xlsx"
    source.write_bytes(workbook(rows=rows, merges=["A1:G1"]))
    if kind != "xlsx":
        command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", kind]
        subprocess.run([*command, "--outdir", tmp_path, source], check=True, capture_output=True)

    reading = read((tmp_path / f"a.{kind}").read_bytes(), f"上报.{ending}", RETURN)

    assert reading.questions == [] and values(reading) == figures()


def test_open_document_is_read_with_what_is_repeated_hidden_and_merged():
    content = ods(
        table(
            '<table:table-column table:number-columns-repeated="2"/><table:table-column table:visibility="collapse"/>',
            row(cell("村居"), cell("总户数", 'table:number-columns-spanned="2"')),
            row(more='table:number-rows-repeated="100000"'),
            row(cell("江口"), cell(5, 'table:number-columns-repeated="2"'), more='table:visibility="filter"'),
        )
        + table(
            row(cell(0.5).replace('"float"', '"percentage"'), cell("x", 'calcext:value-type="error" xmlns:calcext="c"'))
        )
    )

    sheet, other = opened(content, "a.ods")

    assert sheet.by_row == {1: {1: "村居", 2: "总户数"}, 100002: {1: "江口", 2: "5", 3: "5"}}
    assert (sheet.hidden_rows, sheet.hidden_columns, sheet.merges) == ({100002}, {3}, [(1, 2, 1, 3)])
    assert other.cells == {(1, 1): "50%"} and "公式出错" in other.faults[1, 2]


def test_workbook_tells_formats_formulas_and_errors():
    rows = [["x", "=1+1", "#REF!"], [0.5, 1.2, 43281], [12.3, 441802107001.0, 0.1 + 0.2], ["万", 12000, None]]
    styles = {"A2": "0%", "B2": '0.00"万户"', "C2": "yyyy-mm-dd", "B4": '0!.0,"万"'}

    (sheet,) = opened(workbook(rows=rows, formats=styles), "a.xlsx")

    assert sheet.by_row[2] == {1: "50%", 2: "1.2万", 3: "2018-06-30"}
    assert sheet.by_row[3] == {1: "12.3", 2: "441802107001", 3: "0.3"}
    assert sheet.by_row[4] == {1: "万", 2: "12000"}
    assert sheet.faults[1, 2] == ooxml.NO_RESULT and "公式出错" in sheet.faults[1, 3]


WORD = archive(**{"[Content_Types]·xml": "<a/>", "word__document·xml": "<a/>"})
REFUSED = {
    "empty": (b"", "是空的"),
    "blank": (workbook(rows=[[]]), "没有任何内容"),
    "blank text": (b" \r\n,,\r\n", "没有任何内容"),
    "too large": (bytes(2 * 2**20 + 1), "最多 2 MB"),
    "PDF": (b"%PDF-1.5", "PDF"),
    "picture": (b"\x89PNG\r\n", "是图片"),
    "archive of another kind": (b"Rar!\x1a", "请先解压"),
    "Word": (WORD, "文字文档"),
    "old Word": (ole("WordDocument"), "文字文档"),
    "slides": (archive(ppt__presentation·xml="<a/>"), "演示文稿"),
    "binary workbook": (archive(xl__workbook·bin=b"x"), ".xlsb"),
    "archive of files": (archive(a·csv="x"), "请先解压"),
    "locked": (ole("EncryptedPackage"), "打开密码"),
    "damaged": (workbook(rows=PLAIN)[:3000], "已损坏"),
    "damaged old workbook": (ole("Workbook"), "已损坏"),
    "web page": (b"<html><table><tr><td>1</td></tr></table></html>", "网页"),
    "locked open document": (ods(table(row(cell(1))), "<m:encryption-data xmlns:m='m'/>"), "打开密码"),
    "open document of text": (ods("", kind=b"application/vnd.oasis.opendocument.text"), "文字文档"),
    "DTD": (archive(mimetype=ODS, **{"META-INF__manifest·xml": "<m/>", "content·xml": "<!DOCTYPE a><a/>"}), "DTD"),
    "rows repeated a million times": (ods(table(row(cell(1), more='table:number-rows-repeated="1000000"'))), "使用范围过大"),
    "columns repeated": (ods(table(row(cell(1, 'table:number-columns-repeated="16384"')))), "使用范围过大"),
    "zip bomb": (archive(mimetype=ODS, content·xml=bytes(16 * 2**20)), "压缩比异常"),
    "far corner": (workbook(rows=[[None] * 200 + [1]]), "列"),
    "too many rows": (("江口,1\n" * (files.MOST_ROWS + 1)).encode(), "最多 2000 行"),
    "too many sheets": (workbook(*({"rows": [[1]]} for _ in range(51))), "最多 50 张"),
    "no text": (bytes(range(256)) * 4, "不是能识别的表格文件"),
    "quotes": (b'a,b\n"c,d\n', "引号不成对"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_table_is_refused_with_its_sentence(name):
    content, words = REFUSED[name]

    with pytest.raises(Unreadable) as refusal:
        opened(content, "C:\\上报 材料/飞来峡.xlsx")

    sentence = str(refusal.value)
    assert words in sentence and sentence.endswith("。")
    assert not any(word in sentence for word in ("Error", "zipfile", "NoneType", "/tmp", "sheet.xls"))


@pytest.mark.parametrize("name", ["PDF", "damaged", "locked", "Word", "web page", "empty", "damaged old workbook"])
def test_refusal_names_the_file_of_the_person(name):
    with pytest.raises(Unreadable, match=r"“飞来峡\.xlsx”"):
        opened(REFUSED[name][0], "上报/飞来峡.xlsx")


XLSX = {
    "xl__workbook·xml": '<workbook xmlns:r="r"><sheets><sheet name="表" r:id="a"/></sheets></workbook>',
    "xl___rels__workbook·xml·rels": '<Relationships><Relationship Id="a" Target="worksheets/a.xml"/></Relationships>',
}


def sheet_xml(*rows: str, more: str = "", before: str = "") -> bytes:
    """A workbook of one sheet, as nobody's program writes it."""
    sheet = f"<worksheet>{before}<sheetData>{''.join(rows)}</sheetData>{more}</worksheet>"
    return archive(**XLSX, xl__worksheets__a·xml=sheet)


FILLED = '<row r="1"><c r="A1"><v>1</v></c></row>'
FAR = '<row r="200000"><c r="CV200000"><v>1</v></c></row>'
ERROR = cell("x", 'calcext:value-type="error" xmlns:calcext="c" table:number-columns-repeated="100"')
SPANNED = '<table:table-cell table:number-columns-spanned="2"/>' * 1000
HOSTILE = {
    "hidden columns from far below": (sheet_xml(FILLED, before='<cols><col min="-300000000" max="5" hidden="1"/></cols>'), "opened"),
    "merged range over all": (sheet_xml(FILLED, FAR, more='<mergeCell ref="A1:CV200000"/>'), "合并单元格范围过大"),
    "many merged ranges": (sheet_xml(FILLED, more="".join(f'<mergeCell ref="A{n}:B{n}"/>' for n in range(1, 30_000))), "合并单元格过多"),
    "row past the guard": (sheet_xml(FILLED, '<row r = "99999999999"><c><v>1</v></c></row>'), "太远"),
    "tags that never end": (archive(**XLSX, xl__worksheets__a·xml="<c " * 300_000), "已损坏"),
    "merged tags that never end": (archive(**XLSX, xl__worksheets__a·xml="<mergeCell " * 90_000), "已损坏"),
    "XML without end": (archive(**XLSX, xl__worksheets__a·xml="<a/>" + SPANNED * 900), "展开后过大"),
    "tags without end": (archive(**XLSX, xl__worksheets__a·xml="<a>" + "<c/>" * 4_000_000 + os.urandom(50_000).hex()), "展开后过大"),
    "many hidden rows": (
        ods(table(*[row(more='table:number-rows-repeated="199999" table:visibility="collapse"')] * 2_000, row(cell(1)))),
        "使用范围过大",
    ),
    "square of repeated cells": (
        ods(table(row(cell(1, 'table:number-columns-repeated="100"'), more='table:number-rows-repeated="199000"'))),
        "使用范围过大",
    ),
    "tables of repeated rows": (ods(table(row(cell(1), more='table:number-rows-repeated="190000"')) * 50), "使用范围过大"),
    "faults repeated": (ods(table(row(ERROR, more='table:number-rows-repeated="199000"'))), "使用范围过大"),
}  # fmt: skip


def _opened_within_limits(content: bytes, sender) -> None:
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + 500_000_000,) * 2)
    resource.setrlimit(resource.RLIMIT_CPU, (5, 5))
    try:
        opened(content, "a.xlsx")
        sender.send("opened")
    except Unreadable as refusal:
        sender.send(str(refusal))
    finally:
        os._exit(0)


@pytest.mark.skipif(
    not Path("/proc/self/statm").exists(), reason="not on Linux, where a child's memory and time are limited"
)
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_file_costs_little(name):
    """In a child with five seconds and half a gigabyte, for otherwise the machine would be lost."""
    content, words = HOSTILE[name]
    fork = multiprocessing.get_context("fork")
    receiver, sender = fork.Pipe(duplex=False)
    child = fork.Process(target=_opened_within_limits, args=(content, sender))
    child.start()
    sender.close()
    try:
        assert words in receiver.recv()
    finally:
        child.kill()
        child.join()
