"""The workbook of an operator's counts: out, back in, looked at, confirmed; each clumsy file has its answer."""

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import AuditEntry
from accounts.posts import Post
from areas.models import Area
from returns.models import OperatorCount, Round
from tests.returns.conftest import ON, QUARTER, TOWN
from workbooks.models import CountUpload, IssuedCounts

VILLAGE = f"{TOWN}201"
AT = ["441802", QUARTER]


@pytest.fixture
def operator(make_user, make_area):
    make_area(VILLAGE, "一号村")
    make_area("441802105201")
    Area.objects.filter(code=TOWN).update(name="=源潭镇")
    for quarter in (QUARTER, QUARTER.plus(-1)):
        Round.objects.create(county="441802", period=str(quarter), due=ON)
    return make_user(Post.OPERATOR, operator="telecom")


@pytest.fixture
def client(operator) -> Client:
    client = Client()
    client.force_login(operator)
    return client


@pytest.fixture
def book(client):
    """The workbook as it goes out, ready to be filled in."""
    answer = client.post(reverse("workbooks:count_download", args=AT))
    assert answer.status_code == 200
    return load_workbook(io.BytesIO(answer.content))


def bring(client: Client, book, name: str = "用户数.xlsx", at=AT):
    file = io.BytesIO()
    book.save(file)
    content = SimpleUploadedFile(name, file.getvalue())
    return client.post(reverse("workbooks:count_upload", args=at), {"file": content})


def test_workbook_is_prefilled_locked_and_stamped(book, client):
    sheet = book["用户数"]
    assert [sheet.cell(row, 1).value for row in (6, 7)] == [TOWN, VILLAGE]
    assert sheet["B6"].value == "=源潭镇" and sheet["B6"].data_type == "s"
    assert sheet.protection.sheet and not sheet["C6"].protection.locked and sheet["A6"].protection.locked
    assert sheet["J3"].value == IssuedCounts.objects.get().stamp
    assert len(sheet.data_validations.dataValidation) == 2


def test_filled_workbook_is_looked_at_and_confirmed(book, client):
    sheet = book["用户数"]
    sheet["C6"], sheet["D6"], sheet["C7"], sheet["D7"] = 1200, "1,100", "６００", 500
    answer = bring(client, book)
    page = client.get(answer.url).content.decode()
    assert "将要改动 2 行" in page and not OperatorCount.objects.exists()
    assert client.post(answer.url).status_code == 302
    assert list(OperatorCount.objects.values_list("area_id", "broadband_users", "fibre_users")) == [
        (TOWN, 1200, 1100), (VILLAGE, 600, 500),
    ]  # fmt: skip
    assert client.post(answer.url).status_code == 302
    assert AuditEntry.objects.filter(action="workbook.confirm").count() == 1


def test_good_rows_are_kept_and_wrong_ones_named(book, client):
    sheet = book["用户数"]
    sheet["C6"], sheet["D6"] = 100, 101
    sheet["C8"], sheet["D8"] = 50, 40
    answer = bring(client, book)
    page = client.get(answer.url).content.decode()
    assert "不应超过" in page and "D 光网用户数" in page and "将要改动 1 行" in page
    client.post(answer.url)
    assert OperatorCount.objects.get().area_id == "441802105"


@pytest.mark.parametrize(("cell", "value", "says"), [
    ("C6", "1.23E+05", "可理解为 123000 或 留空"), ("C6", -3, "负数"), ("D6", 1.5, "带小数"), ("A6", "441802999", "没有这个编码"),
    ("A7", TOWN, "已在第 6 行出现"), ("B7", "二号村", "行可能错位"), ("A6", None, "没有编码"), ("C6", "=1+1", "未保存计算结果"),
])  # fmt: skip
def test_clumsy_cells_are_named(cell, value, says, book, client):
    sheet = book["用户数"]
    for row in (6, 7, 8, 9):
        sheet[f"C{row}"], sheet[f"D{row}"] = 5 if row in (7, 9) else 10, 5
    sheet[cell] = value
    page = client.get(bring(client, book).url).content.decode()
    assert says in page


def test_what_changed_online_since_is_not_overwritten(book, client, operator):
    town = Area.objects.get(code=TOWN)
    fields = {"operator_id": "telecom", "county": "441802", "period": str(QUARTER), "by": operator}
    OperatorCount.objects.create(area=town, broadband_users=7, fibre_users=7, **fields)
    sheet = book["用户数"]
    sheet["C6"], sheet["D6"] = 10, 10
    answer = bring(client, book)
    assert "下载之后网上已改为 7、7" in client.get(answer.url).content.decode()
    client.post(answer.url)
    assert OperatorCount.objects.get().broadband_users == 7


def test_wrong_quarter_and_another_operators_file_are_refused_by_name(book, client, make_user):
    answer = bring(client, book, at=["441802", QUARTER.plus(-1)])
    assert answer.status_code == 422 and "2019年第一季度" in answer.content.decode()
    other = Client()
    other.force_login(make_user(Post.OPERATOR, operator="mobile"))
    answer = bring(other, book)
    assert answer.status_code == 422 and "不是mobile的工作簿" in answer.content.decode()


@pytest.mark.parametrize(("cell", "value", "says"), [
    ("J3", None, "没有校验号"), ("J3", "ABCDEFGH2345", "不是本系统发出的"), ("D3", "2018Q4", "被改成了"), ("D5", "户数", "不见了"), ("C5", "户数", "找不到表头"),
])  # fmt: skip
def test_file_that_is_not_ours_is_refused(cell, value, says, book, client):
    book["用户数"]["C6"] = 5
    book["用户数"][cell] = value
    if cell == "J3" and value is None:
        book["用户数"]["I3"] = None
    answer = bring(client, book)
    assert answer.status_code == 422 and says in answer.content.decode()


def test_old_template_is_refused(book, client):
    IssuedCounts.objects.update(template=0)
    book["用户数"]["C6"] = 5
    assert "旧模板" in bring(client, book).content.decode()


@pytest.mark.parametrize("content", [b"", b"\xd0\xcf\x11\xe0rest", b"PK\x03\x04broken", b"plain text"])
def test_garbage_is_refused(content, client):
    file = SimpleUploadedFile("用户数.xlsx", content)
    answer = client.post(reverse("workbooks:count_upload", args=AT), {"file": file})
    assert answer.status_code == 422 and "没有读取这个文件" in answer.content.decode()


def test_upload_past_its_time_is_not_saved(book, client):
    book["用户数"]["C6"], book["用户数"]["D6"] = 5, 5
    answer = bring(client, book)
    upload = CountUpload.objects.get()
    CountUpload.objects.update(expires_at=upload.expires_at - timedelta(days=8))
    assert client.post(answer.url).status_code == 409
    assert not OperatorCount.objects.exists()


def test_upload_of_another_operator_is_not_there(book, client, make_user):
    book["用户数"]["C6"] = 5
    answer = bring(client, book)
    other = Client()
    other.force_login(make_user(Post.OPERATOR, operator="mobile"))
    assert other.get(answer.url).status_code == other.post(answer.url).status_code == 404
