"""The workbook of a return: what goes out, and an answer of its own for everything that comes back."""

import csv
import io
import zipfile
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook, load_workbook

from accounts.models import AuditEntry
from areas.models import Area
from common.periods import Quarter
from returns import actions as steps
from returns.models import FigureEntry, LineStatus, Return
from tests.returns.conftest import ON, TOWN, fill, submitted
from workbooks import actions, layout
from workbooks.models import Issued, Upload
from workbooks.return_form import ReturnUploadForm

FIRST = layout.FIRST_ROW
ONE, TWO = f"{TOWN}201", f"{TOWN}202"


VILLAGE_NAMES = [f"{first}{second}村" for second in "岗塘坑" for first in "黄青石新大东西南北中"]


@pytest.fixture(autouse=True)
def villages(make_area) -> None:
    """Villages with names as villages have them; the reader takes a number before a name for a serial number."""
    for number, name in enumerate(VILLAGE_NAMES[:2], start=1):
        make_area(f"{TOWN}{200 + number}", name)


@pytest.fixture
def quarterly_return(make_return) -> Return:
    return make_return()


@pytest.fixture
def clerk(people) -> Client:
    client = Client()
    client.force_login(people.clerk)
    return client


def downloaded(client: Client, quarterly_return: Return) -> Workbook:
    answer = client.post(reverse("workbooks:download", args=[quarterly_return.pk]))
    assert answer.status_code == 200
    return load_workbook(io.BytesIO(answer.content))


def saved(book: Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def sent(client: Client, quarterly_return: Return, content: bytes, name: str = "季报.xlsx"):
    file = SimpleUploadedFile(name, content)
    return client.post(reverse("workbooks:upload", args=[quarterly_return.pk]), {"file": file}, follow=True)


def write(book: Workbook, row: int, *values) -> Workbook:
    for column, value in enumerate(values, start=3):
        book[layout.SHEET].cell(row, column).value = value
    return book


def cell(book: Workbook, ref: str, value) -> Workbook:
    book[layout.SHEET][ref].value = value
    return book


def confirmed(client: Client, answer, **chosen):
    shown = answer.context
    data = {"standing": shown["preview"].standing, "save": "1", **chosen}
    return client.post(reverse("workbooks:preview", args=[shown["upload"].pk]), data, follow=True)


def figures(quarterly_return: Return) -> list[list[int | None]]:
    return [list(line.figures.values()) for line in quarterly_return.lines.order_by("area_id")]


# What goes out


def test_workbook_is_prefilled_locked_bounded_and_stamped(make_return, people, clerk):
    submitted(make_return(quarter=Quarter(2018, 4)), people.clerk)
    quarterly_return = make_return()
    book = downloaded(clerk, quarterly_return)
    page = book[layout.SHEET]

    stamp = [page.cell(layout.STAMP_ROW, column).value for column in range(1, 11)]
    issued = Issued.objects.get()
    assert stamp == ["单位编码", TOWN, "季度", "2019Q1", "版次", "1", "模板版本", "1", "校验号", issued.stamp]
    assert {one.name: one.value for one in book.custom_doc_props.props} == dict(
        zip(stamp[::2], stamp[1::2], strict=True)
    )
    assert [page.cell(FIRST, column).value for column in (1, 2, 3, 9, 10)] == [ONE, "黄岗村", None, 100, 90]
    locks = [page.cell(FIRST, column).protection.locked for column in range(1, 14)]
    assert locks == [True] * 2 + [False] * 6 + [True] * 5
    assert page.protection.sheet
    assert page.freeze_panes == "C6"
    assert (page.page_setup.orientation, page.page_setup.paperSize) == ("landscape", 9)
    rules = {str(rule.sqref): (rule.type, rule.formula2) for rule in page.data_validations.dataValidation}
    assert rules["D6:D7"] == ("whole", 'IF(C6="",2147483647,C6)')
    assert rules["F6:F7"] == ("whole", "2147483647")
    assert "光纤能够到达" in page["E5"].comment.text
    assert AuditEntry.objects.filter(action="workbook.download").exists()


def test_text_of_a_name_stays_text(make_area, make_return, clerk):
    quarterly_return = make_return()
    Area.objects.filter(code=ONE).update(name='=HYPERLINK("http://x")')
    assert downloaded(clerk, quarterly_return)[layout.SHEET].cell(FIRST, 2).data_type == "s"


def test_reported_return_has_no_workbook(quarterly_return, people, clerk):
    submitted(quarterly_return, people.clerk)
    answer = clerk.post(reverse("workbooks:download", args=[quarterly_return.pk]), follow=True)
    assert "现在不能填报" in answer.content.decode()


# What comes back


def test_changed_locked_cells_are_named_and_not_taken_over(make_return, people, clerk):
    submitted(make_return(quarter=Quarter(2018, 4)), people.clerk)
    quarterly_return = make_return()
    fill(quarterly_return, people.clerk)
    book = downloaded(clerk, quarterly_return)
    answer = sent(clerk, quarterly_return, saved(cell(cell(book, "I7", 999), "F7", 61)))
    preview = answer.context["preview"]
    assert [(one.letter, one.label, one.value) for one in preview.content.ignored] == [("I", "上季总户数", "999")]
    assert "锁定的格子被改动（1 处）" in answer.content.decode()
    assert [change.column.name for change in preview.changes] == ["broadband_users"]


def test_locked_row_is_named_and_not_taken_over(make_return, people, clerk):
    quarterly_return = make_return()
    fill(quarterly_return, people.clerk)
    book = downloaded(clerk, quarterly_return)
    quarterly_return.lines.filter(area_id=ONE).update(status=LineStatus.APPROVED)
    answer = sent(clerk, quarterly_return, saved(write(book, FIRST, 101, "八十")))
    preview = answer.context["preview"]
    assert [(one.code, one.column.label) for one in preview.of("locked")] == [(ONE, "总户数"), (ONE, "宽带覆盖户数")]
    assert "本行已审核，锁定不能修改：未采用" in preview.of("locked")[0].message
    assert (preview.left, preview.changes) == ([], [])


def test_good_rows_become_draft_once(quarterly_return, people, clerk):
    book = write(downloaded(clerk, quarterly_return), FIRST, 100, 90, 80, 60, "５０")
    book = write(book, FIRST + 1, "1,200", "0.1万", 900, 800, 700, "新建了小区")
    answer = sent(clerk, quarterly_return, saved(book))
    assert [(each.code, each.column.label, each.stands, each.value) for each in answer.context["preview"].changes][
        4:6
    ] == [
        (ONE, "光网用户数", None, 50),
        (TWO, "总户数", None, 1200),
    ]
    assert figures(quarterly_return) == [[None] * 5] * 2

    assert "2 行、11 处有改动" in confirmed(clerk, answer).content.decode()
    again = confirmed(clerk, answer)
    assert "已存为草稿" in again.content.decode()
    assert figures(quarterly_return) == [[100, 90, 80, 60, 50], [1200, 1000, 900, 800, 700]]
    assert FigureEntry.objects.filter(by=people.clerk).count() == 10
    assert quarterly_return.lines.get(area_id=TWO).explanation == "新建了小区"
    assert AuditEntry.objects.filter(action="workbook.confirm").count() == 1


def test_unchanged_file_changes_nothing(quarterly_return, people, clerk):
    fill(quarterly_return, people.clerk)
    answer = sent(clerk, quarterly_return, saved(downloaded(clerk, quarterly_return)))
    assert (answer.context["preview"].changes, answer.context["preview"].left) == ([], [])


def test_nought_is_not_blank(quarterly_return, clerk):
    answer = sent(clerk, quarterly_return, saved(write(downloaded(clerk, quarterly_return), FIRST, 0)))
    (change,) = answer.context["preview"].changes
    assert (change.stands_text, change.value_text) == ("空白", "0")


def test_upload_survives_the_closing_of_its_page(quarterly_return, clerk):
    sent(clerk, quarterly_return, saved(write(downloaded(clerk, quarterly_return), FIRST, 100)))
    assert "尚未确认的上传" in clerk.get(reverse("workbooks:upload", args=[quarterly_return.pk])).content.decode()


def test_upload_is_of_the_portals_day_and_expires_by_the_machines(quarterly_return, clerk):
    page = sent(clerk, quarterly_return, saved(write(downloaded(clerk, quarterly_return), FIRST, 100))).content.decode()
    assert "于 2019-04-08 " in page and "保留到 2019-04-15 " in page
    assert Upload.objects.get().expires_at > timezone.now()


def test_expired_upload_is_not_saved(quarterly_return, clerk):
    answer = sent(clerk, quarterly_return, saved(write(downloaded(clerk, quarterly_return), FIRST, 100)))
    Upload.objects.update(expires_at=timezone.now())
    assert "已过保留期" in confirmed(clerk, answer).content.decode()
    assert figures(quarterly_return)[0] == [None] * 5


def test_what_changed_online_since_the_download_is_chosen_by_the_person(quarterly_return, people, clerk):
    book = downloaded(clerk, quarterly_return)
    fill(quarterly_return, people.clerk)
    answer = sent(clerk, quarterly_return, saved(write(book, FIRST, 120)))
    (change,) = answer.context["preview"].contested
    assert (change.stands, change.value, answer.context["preview"].changes) == (100, 120, [])
    confirmed(clerk, answer)
    assert figures(quarterly_return)[0][0] == 100

    answer = sent(clerk, quarterly_return, saved(write(book, FIRST, 120)))
    confirmed(clerk, answer, **{answer.context["preview"].contested[0].choice: "1"})
    assert figures(quarterly_return) == [[120, 90, 80, 60, 50], [100, 90, 80, 60, 50]]


def test_return_that_moved_after_the_preview_is_shown_again(quarterly_return, people, clerk):
    answer = sent(clerk, quarterly_return, saved(write(downloaded(clerk, quarterly_return), FIRST, 120)))
    fill(quarterly_return, people.clerk)
    assert "请重新核对" in confirmed(clerk, answer).content.decode()
    assert figures(quarterly_return)[0][0] == 100


def _two_rows(book):
    cell(cell(book, f"A{FIRST + 1}", ONE), f"B{FIRST + 1}", "黄岗村")
    return write(write(book, FIRST, 100), FIRST + 1, 101)


def _merge(book):
    write(book, FIRST, 100)
    book[layout.SHEET].merge_cells(f"C{FIRST}:D{FIRST}")
    return book


def _removed(book):
    book[layout.SHEET].delete_rows(FIRST + 1)
    return book


def _row(book, *values):
    for column, value in enumerate(values, start=1):
        book[layout.SHEET].cell(FIRST + 2, column).value = value
    return book


CLUMSY_CELLS = {
    "decimal": (lambda book: write(book, FIRST, 12.5, 9), "C", "12.5", "带小数"),
    "negative": (lambda book: write(book, FIRST, -3, 9), "C", "-3", "负数"),
    "word": (lambda book: write(book, FIRST, "约一百", 9), "C", "约一百", "不是确切的数"),
    "not a number": (lambda book: write(book, FIRST, "1e5x", 9), "C", "1e5x", "无法识别"),
    "date": (lambda book: write(book, FIRST, date(2019, 1, 1), 9), "C", "2019-01-01", "无法识别"),
    "too large": (lambda book: write(book, FIRST, 9_999_999_999, 9), "C", "9999999999", "过大"),
    "formula without result": (lambda book: write(book, FIRST, "=1+1", 9), "C", "", "未保存计算结果"),
    "error value": (lambda book: write(book, FIRST, "#REF!", 9), "C", "", "公式出错"),
    "above its bound": (lambda book: write(book, FIRST, None, 9, 10), "E", "10", "大于宽带覆盖户数"),
    "long explanation": (lambda book: write(book, FIRST, None, 9, 1, 1, 1, "长" * 501), "H", "长" * 501, "文字过长"),
    "merged": (_merge, "C", "100", "合并单元格"),
}


@pytest.mark.parametrize("spoil, letter, value, sentence", CLUMSY_CELLS.values(), ids=CLUMSY_CELLS)
def test_wrong_cell_is_named_as_the_person_sees_it_and_the_others_are_kept(
    quarterly_return, clerk, spoil, letter, value, sentence
):
    book = write(downloaded(clerk, quarterly_return), FIRST + 1, 200, 100, 80, 60, 50)
    answer = sent(clerk, quarterly_return, saved(spoil(book)))
    preview = answer.context["preview"]
    problem = preview.left[0]
    assert (problem.letter, problem.text) == (letter, value)
    assert sentence in problem.message
    assert f"第 {FIRST} 行 {letter} 列" in answer.content.decode()
    confirmed(clerk, answer)
    kept = {cell.column.name: cell.value for cell in preview.changes if cell.code == ONE}
    line = quarterly_return.lines.get(area_id=ONE)
    assert {name: value for name, value in line.figures.items() if value is not None} | {
        "explanation": line.explanation
    } == {"explanation": ""} | kept
    assert problem.column.name not in kept


CLUMSY_ROWS = {
    "repeated": (_two_rows, "有 2 行，以哪一行为准"),
    "rows shifted": (
        lambda book: cell(write(book, FIRST, 100), f"B{FIRST}", "青岗村"),
        "编码是黄岗村，名称写的却是“青岗村”",
    ),
    "headings twice": (lambda book: cell(write(book, FIRST, 100, 90), "D5", "总户数"), "“总户数”应取哪一列"),
}


@pytest.mark.parametrize("spoil, sentence", CLUMSY_ROWS.values(), ids=CLUMSY_ROWS)
def test_what_is_not_certain_is_asked_before_anything_is_shown(quarterly_return, clerk, spoil, sentence):
    answer = sent(clerk, quarterly_return, saved(spoil(downloaded(clerk, quarterly_return))))
    assert sentence in "".join(question.text for question in answer.context["content"].questions)
    assert figures(quarterly_return) == [[None] * 5] * 2


LEFT_OUT = {
    "total": (lambda book: _row(book, None, "合计", 100), "合计行"),
    "note": (lambda book: _row(book, "注：数字为季末数，来自各村上报。"), "说明文字"),
}


@pytest.mark.parametrize("change, why", LEFT_OUT.values(), ids=LEFT_OUT)
def test_row_that_is_no_village_is_left_out(quarterly_return, clerk, change, why):
    book = change(write(write(downloaded(clerk, quarterly_return), FIRST, 60), FIRST + 1, 40))
    preview = sent(clerk, quarterly_return, saved(book)).context["preview"]
    assert [FIRST + 2, why] in preview.content.left_out
    assert [cell.value for cell in preview.changes] == [60, 40]


UNDERSTOOD = {
    "full width": ("１，２３４", 1234),
    "ten thousands": ("1.2万", 12000),
    "invisible characters": ("\u200b1 234\ufeff".replace(" ", ""), 1234),
    "spaces": ("　1234 ", 1234),
    "number": (1234.0, 1234),
}


@pytest.mark.parametrize("text, value", UNDERSTOOD.values(), ids=UNDERSTOOD)
def test_understood_figure(quarterly_return, clerk, text, value):
    book = write(write(downloaded(clerk, quarterly_return), FIRST, text), FIRST + 1, 5)
    answer = sent(clerk, quarterly_return, saved(book))
    assert [change.value for change in answer.context["preview"].changes] == [value, 5]


def _renamed(book):
    book[layout.SHEET].title = "我的表"
    return book


def _hidden_other(book):
    other = book.create_sheet("底稿")
    other["A1"], other.sheet_state = "旧数", "hidden"
    return book


NOTICED = {
    "renamed sheet": (_renamed, ""),
    "hidden sheet": (_hidden_other, "隐藏的工作表“底稿”未读取"),
    "missing village": (_removed, "没有这 1 行：青岗村"),
    "blank rows": (lambda book: _row(book), ""),
}


@pytest.mark.parametrize("change, notice", NOTICED.values(), ids=NOTICED)
def test_notice_about_the_file(quarterly_return, clerk, change, notice):
    answer = sent(clerk, quarterly_return, saved(change(write(downloaded(clerk, quarterly_return), FIRST, 100))))
    assert [found.value for found in answer.context["preview"].changes] == [100]
    assert answer.context["preview"].left == []
    assert notice in "".join(answer.context["preview"].notices)


def _hidden(book):
    write(book, FIRST, 100).create_sheet("别的")
    book[layout.SHEET].sheet_state, book.active = "hidden", 1
    return book


def _without_column(book):
    book[layout.SHEET].delete_cols(4)
    return book


REFUSED_BOOKS = {
    "hidden return": (_hidden, "已隐藏"),
    "unknown stamp": (lambda book: cell(book, "J3", "AAAABBBBCCCC"), "不是本系统发出的"),
    "changed unit": (lambda book: cell(book, "B3", "441802105"), "单位编码被改为“441802105”"),
    "changed quarter": (lambda book: cell(book, "D3", "2018Q4"), "季度被改为“2018Q4”"),
    "nothing in it": (lambda book: [book[layout.SHEET].delete_rows(FIRST, 2), book][1], "未找到名单中的"),
}


@pytest.mark.parametrize("spoil, sentence", REFUSED_BOOKS.values(), ids=REFUSED_BOOKS)
def test_workbook_that_is_refused_says_why(quarterly_return, clerk, spoil, sentence):
    answer = sent(clerk, quarterly_return, saved(spoil(downloaded(clerk, quarterly_return))))
    assert answer.status_code == 422
    assert sentence in answer.context["refusal"]
    assert not Upload.objects.exists()


READ_ALL_THE_SAME = {
    "no column": _without_column,
    "no stamp": lambda book: cell(book, "I3", None),
    "another heading of the codes": lambda book: cell(book, "A5", "号"),
    "merged beside the headings": lambda book: book[layout.SHEET].merge_cells("A5:A5") or book,
}


@pytest.mark.parametrize("change", READ_ALL_THE_SAME.values(), ids=READ_ALL_THE_SAME)
def test_workbook_that_was_changed_is_read_where_it_is_clear(quarterly_return, clerk, change):
    book = change(write(downloaded(clerk, quarterly_return), FIRST, 100))
    preview = sent(clerk, quarterly_return, saved(book)).context["preview"]
    assert [(cell.column.name, cell.value) for cell in preview.changes] == [("households", 100)]


def test_file_of_another_quarter_unit_revision_or_template(make_return, make_area, people, clerk):
    quarterly_return, before = make_return(), make_return(quarter=Quarter(2018, 4))
    assert (
        "这是2018年第四季度的工作簿"
        in sent(clerk, quarterly_return, saved(downloaded(clerk, before))).context["refusal"]
    )

    make_area("441802105201")
    other = steps.open_return(
        township=Area.objects.get(pk="441802105"), quarter=quarterly_return.quarter, on=ON, by=people.neighbour
    )
    content = actions.issue(ReturnUploadForm(people.neighbour, other.pk))
    assert "这是区域441802105的工作簿" in sent(clerk, quarterly_return, content).context["refusal"]

    content = saved(downloaded(clerk, quarterly_return))
    Issued.objects.filter(quarterly_return=quarterly_return).update(template=0)
    assert "旧模板（第 0 版" in sent(clerk, quarterly_return, content).context["refusal"]


def _zip(**parts: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


_FAR = b'<worksheet><sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
HOSTILE = {
    "empty": (b"", "是空的（0 字节）"),
    "xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "不是工作簿"),
    "password": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "加了打开密码"),
    "picture": (b"\x89PNG\r\n\x1a\n" + b"\0" * 99, "是图片"),
    "too large": (b"PK\3\4" + b"\0" * 3_000_000, "最多 2 MB"),
    "broken": (b"PK\3\4" + b"\0" * 999, "已损坏"),
    "bomb": (_zip(**{"xl/worksheets/sheet1.xml": b"<a>" + b" " * 300_000_000}), "未打开"),
    "far corner": (_zip(**{"xl/worksheets/sheet1.xml": _FAR}), "工作表用到了第 1048576 行"),
    "doctype": (_zip(**{"xl/workbook.xml": b"<!DOCTYPE a><a/>"}), "DTD"),
    "many parts": (_zip(**{f"{number}.txt": b"" for number in range(1001)}), "压缩包"),
    "no workbook": (_zip(**{"readme.xml": b"<a/>"}), "已损坏"),
}


@pytest.mark.parametrize("content, sentence", HOSTILE.values(), ids=HOSTILE)
def test_hostile_file_has_its_own_answer(quarterly_return, clerk, content, sentence):
    answer = sent(clerk, quarterly_return, content) if content else _sent_empty(clerk, quarterly_return)
    assert answer.status_code == 422
    assert sentence in answer.context["refusal"]


def _sent_empty(client: Client, quarterly_return: Return):
    file = io.BytesIO(b"")
    file.name = "季报.xlsx"
    return client.post(reverse("workbooks:upload", args=[quarterly_return.pk]), {"file": file}, follow=True)


def test_post_without_file(quarterly_return, clerk):
    answer = clerk.post(reverse("workbooks:upload", args=[quarterly_return.pk]))
    assert "未选择文件" in answer.context["refusal"]


def test_body_beyond_the_limit_is_refused_before_it_is_read(quarterly_return, clerk, settings):
    settings.LARGEST_BODY = 1000
    assert sent(clerk, quarterly_return, b"PK" * 1000).status_code == 413


@pytest.mark.parametrize("encoding", ["gbk", "utf-8-sig"])
def test_csv_saved_from_the_workbook_is_read(quarterly_return, clerk, encoding):
    page = write(downloaded(clerk, quarterly_return), FIRST, "1,234", "1,000")[layout.SHEET]
    text = io.StringIO()
    csv.writer(text).writerows([[one.value for one in row] for row in page])
    answer = sent(clerk, quarterly_return, text.getvalue().encode(encoding), "季报.csv")
    assert [change.value for change in answer.context["preview"].changes] == [1234, 1000]
    assert answer.context["upload"].issued == Issued.objects.get()


def test_pages_cost_the_same_however_many_villages(
    make_area, make_return, people, clerk, django_assert_max_num_queries
):
    for number, name in enumerate(VILLAGE_NAMES[2:], start=3):
        make_area(f"{TOWN}{200 + number}", name)
    quarterly_return = make_return(villages=30)
    book = downloaded(clerk, quarterly_return)
    for row in range(30):
        write(book, FIRST + row, 100, 90, 80, 60, 50)
    upload = sent(clerk, quarterly_return, saved(book)).context["upload"]
    with django_assert_max_num_queries(20):
        clerk.get(reverse("workbooks:preview", args=[upload.pk]))
