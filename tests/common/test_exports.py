"""Exports: what the filter shows, as real numbers and dates, with text that stays text."""

import csv
import io
from datetime import date, datetime
from types import SimpleNamespace

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import AuditEntry
from accounts.posts import Post
from common.exports import Note, csv_file, xlsx


def workbook(response):
    return load_workbook(io.BytesIO(b"".join(response.streaming_content)))


def lines(response) -> list[list[str]]:
    return list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"), newline="")))


def test_workbook_holds_all_pages_of_the_filter(log_in, registry, make_site):
    for number in range(60):
        make_site(f"T-{number:03}", registry.leaf.code)
    response = log_in(Post.CLERK).get(reverse("areas:sites") + "?q=T-&page=2&size=25&sort=-site_id&export=xlsx")
    sheet = workbook(response).worksheets[0]
    assert [cell.value for cell in sheet["A"]] == ["点位编号", *(f"T-{number:03}" for number in range(59, -1, -1))]


def test_workbook_has_real_numbers_and_dates(log_in, registry):
    book = workbook(log_in(Post.CLERK).get(reverse("areas:access_points") + "?q=AP-1&export=xlsx"))
    head, row = book.worksheets[0].iter_rows(values_only=True)
    values = dict(zip(head, row, strict=True))
    assert values["下行速率（Mbps）"] == 100 and values["端口总数"] == 64 and values["停用日期"] is None
    assert values["开通日期"] == datetime(2017, 5, 1) and values["仅传电视"] == "否" and values["经度"] == 113.05


def test_workbook_notes_what_it_holds(log_in, registry):
    client = log_in(Post.CLERK)
    book = workbook(client.get(reverse("areas:sites") + "?located=0&on=2018-06-30&export=xlsx"))
    notes = dict(book["说明"].iter_rows(values_only=True))
    assert (
        notes["筛选条件"] == "截至日期：2018-06-30；坐标：缺坐标"
        or notes["筛选条件"] == "坐标：缺坐标；截至日期：2018-06-30"
    )
    assert (notes["范围"], notes["条数"], notes["导出人"]) == ("源潭镇", "1", client.user.name)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0", "\t=1"])
def test_formula_stays_text_in_both_forms(log_in, registry, make_site, text):
    make_site("X-1", registry.leaf.code, name=text)
    client = log_in(Post.CLERK)
    cell = workbook(client.get(reverse("areas:sites") + "?q=X-&export=xlsx")).worksheets[0]["B2"]
    assert (cell.value, cell.data_type) == (text, "s")
    assert lines(client.get(reverse("areas:sites") + "?q=X-&export=csv"))[2][1] == f"'{text}"


def test_heading_that_looks_like_a_formula_stays_text():
    column, note = SimpleNamespace(label="=1+1", kind="text"), Note("=清单", "=某人", datetime(2018, 7, 1), "=", "=")
    listing, none = SimpleNamespace(title="清单", columns=[column]), SimpleNamespace(iterator=lambda **_: iter(()))
    book, table = xlsx(listing, none, note)[0], csv_file(listing, none, note)[0]
    data, notes = workbook(book).worksheets
    assert (data["A1"].value, data["A1"].data_type) == ("=1+1", "s")
    assert {cell.data_type for row in notes.iter_rows() for cell in row} == {"s"}
    assert lines(table)[1] == ["'=1+1"]
    for response in (book, table):
        response.file_to_stream.close()


def test_csv_begins_with_its_note(log_in, registry):
    response = log_in(Post.CLERK).get(reverse("areas:orders") + "?state=open&export=csv")
    note, head, *rows = lines(response)
    assert "筛选条件：状态：在办" in note[0] and "条数" not in note[0]
    assert head[0] == "工单号" and [row[0] for row in rows] == ["GD-1"]
    assert dict(zip(head, rows[0], strict=True))["受理日期"] == "2018-01-10"


def test_export_holds_nothing_outside_the_scope(log_in, registry):
    response = log_in(Post.OPERATOR, operator="mobile").get(reverse("areas:orders") + "?export=csv")
    assert [row[0] for row in lines(response)[2:]] == ["GD-2", "GD-9"]


def test_export_is_in_the_audit_trail(log_in, registry):
    client = log_in(Post.CLERK)
    workbook(client.get(reverse("areas:sites") + "?kind=school&export=xlsx"))
    entry = AuditEntry.objects.get(action="export")
    assert entry.by == client.user
    assert '"list":"点位"' in entry.detail and '"rows":1' in entry.detail and "类型：学校" in entry.detail


@pytest.mark.parametrize("query", ["export=pdf", "export=xlsx&kind=castle", "export=csv&on=never"])
def test_export_is_refused_when_the_question_is_wrong(log_in, registry, query):
    response = log_in(Post.CLERK).get(f"{reverse('areas:sites')}?{query}")
    assert response.status_code == 400 and response.context["problems"]
    assert not AuditEntry.objects.filter(action="export").exists()


def test_export_needs_its_power(log_in, registry, monkeypatch):
    client = log_in(Post.CLERK)
    monkeypatch.setattr("accounts.models.User.may", lambda self, power: power != "export")
    assert client.get(reverse("areas:sites") + "?export=csv").status_code == 403
    assert "导出全部" not in client.get(reverse("areas:sites")).content.decode()


def test_file_says_that_it_is_demonstration_data(log_in, registry, settings):
    settings.DEMONSTRATION = True
    response = log_in(Post.CLERK).get(reverse("areas:sites") + "?export=csv")
    assert "%E6%BC%94%E7%A4%BA%E6%95%B0%E6%8D%AE" in response["Content-Disposition"]
    assert "演示数据" in lines(response)[0][0]


def test_dates_of_validity_are_exported(log_in, registry):
    registry.leaf.valid_from = date(2017, 3, 1)
    registry.leaf.save()
    sheet = workbook(log_in(Post.CLERK).get(reverse("areas:areas") + "?q=大围&export=xlsx")).worksheets[0]
    head, row = sheet.iter_rows(values_only=True)
    assert dict(zip(head, row, strict=True))["生效日期"] == datetime(2017, 3, 1)


def test_workbook_prints_on_pages_that_say_what_they_hold(log_in, registry):
    sheet = workbook(log_in(Post.CLERK).get(reverse("areas:areas") + "?q=R%26D&export=xlsx")).worksheets[0]

    assert sheet.print_title_rows == "$1:$1"
    assert "区域" in sheet.oddHeader.center.text
    assert "本系统登记的台账" in sheet.oddFooter.left.text
    assert "R&&D" in sheet.oddFooter.left.text


def printed(*kinds: str):
    """The sheet of a list with columns of these kinds, as a program opens the file."""
    columns = [SimpleNamespace(label=f"第{number}列", kind=kind) for number, kind in enumerate(kinds)]
    listing = SimpleNamespace(title="清单", columns=columns)
    response = xlsx(
        listing, SimpleNamespace(iterator=lambda **_: iter(())), Note("清单", "某人", datetime(2018, 7, 1), "", "")
    )[0]
    sheet = workbook(response).worksheets[0]
    response.file_to_stream.close()
    return sheet


@pytest.mark.parametrize(
    ("kinds", "orientation"),
    [(["code", "count", "count", "date"], "portrait"), (["count"] * 8, "portrait"), (["text"] * 8, "landscape")],
)
def test_list_of_eight_columns_is_fitted_to_one_page(kinds, orientation):
    sheet = printed(*kinds)

    assert sheet.page_setup.orientation == orientation
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert not sheet.col_breaks.brk and not sheet.print_title_cols


@pytest.mark.parametrize(
    ("kinds", "breaks"),
    [
        (["count"] * 9, [8]),
        (["code"] + ["count"] * 14, [8]),
        (["code"] + ["count"] * 15, [8, 15]),
        (["text", *["words"] * 7], [3, 5, 7]),
    ],
    ids=["nine", "two full pages", "three pages", "long sentences"],
)
def test_longer_list_has_several_pages_each_with_its_first_column(kinds, breaks):
    sheet = printed(*kinds)

    assert [each.id for each in sheet.col_breaks.brk] == breaks
    assert sheet.print_title_cols == "$A:$A"
    assert not sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.page_setup.orientation == "landscape"
    assert 60 <= sheet.page_setup.scale <= 100


@pytest.mark.parametrize(
    ("letters", "width", "height"), [(10, 22, None), (19, 40, None), (36, 40, 30), (80, 84, 30), (200, 96, 75)]
)
def test_sentences_take_no_more_room_than_they_need(letters, width, height):
    column = SimpleNamespace(label="说明", kind="words", of=lambda row: row)
    rows = SimpleNamespace(iterator=lambda **_: iter(["字" * letters]))
    note = Note("清单", "某人", datetime(2018, 7, 1), "", "")
    response = xlsx(SimpleNamespace(title="清单", columns=[column]), rows, note)[0]
    sheet = workbook(response).worksheets[0]
    response.file_to_stream.close()

    assert (sheet.column_dimensions["A"].width, sheet.row_dimensions[2].height) == (width, height)


def test_columns_are_as_wide_as_their_texts_and_the_name_stands_on_every_page():
    columns = [
        SimpleNamespace(label=f"第{number}列", kind="text", head=number == 1, of=lambda row: row) for number in range(9)
    ]
    rows = SimpleNamespace(iterator=lambda **_: iter(["飞来峡镇"]))
    response = xlsx(
        SimpleNamespace(title="清单", columns=columns), rows, Note("清单", "某人", datetime(2018, 7, 1), "", "")
    )[0]
    sheet = workbook(response).worksheets[0]
    response.file_to_stream.close()

    assert {sheet.column_dimensions[letter].width for letter in "ABCDEFGHI"} == {10}
    assert sheet.print_title_cols == "$A:$B"
    assert [each.id for each in sheet.col_breaks.brk] == [8]
    assert sheet.print_options.gridLines
