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
    make_area(VILLAGE, "黄岗村")
    make_area("441802105201", "青塘村")
    Area.objects.filter(code=TOWN).update(name="=源潭镇")
    Area.objects.filter(code="441802105").update(name="龙塘镇")
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


def confirm(client: Client, answer, **fields):
    """Save what the preview shows."""
    shown = client.get(answer.url).context
    standing = shown["preview"].standing if shown and "preview" in shown else ""
    return client.post(answer.url, {"standing": standing, "save": "1", **fields})


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
    assert confirm(client, answer).status_code == 302
    assert list(OperatorCount.objects.values_list("area_id", "broadband_users", "fibre_users")) == [
        (TOWN, 1200, 1100), (VILLAGE, 600, 500),
    ]  # fmt: skip
    assert confirm(client, answer).status_code == 302
    assert AuditEntry.objects.filter(action="workbook.confirm").count() == 1


def test_good_cells_are_kept_and_wrong_ones_wait_to_be_mended(book, client):
    sheet = book["用户数"]
    sheet["C6"], sheet["D6"] = 100, 101
    sheet["C8"], sheet["D8"] = 50, 40
    answer = bring(client, book)
    page = client.get(answer.url).content.decode()
    assert "不应超过" in page and "第 6 行 D 列" in page and "将要改动 2 行、3 处" in page
    assert confirm(client, answer).url == answer.url
    assert OperatorCount.objects.get().area_id == "441802105"
    assert "还有 1 处未保存" in client.get(answer.url).content.decode()
    assert confirm(client, answer, **{f"m-{TOWN}-fibre_users": "99"}).url != answer.url
    assert OperatorCount.objects.get(area_id=TOWN).figures == {"broadband_users": 100, "fibre_users": 99}


@pytest.mark.parametrize(("cell", "value", "says"), [
    ("C6", "约十", "不是确切的数"), ("C6", -3, "负数"), ("D6", 1.5, "带小数"), ("C6", "=1+1", "未保存计算结果"),
])  # fmt: skip
def test_clumsy_cells_are_named(cell, value, says, book, client):
    sheet = book["用户数"]
    for row in (6, 7, 8, 9):
        sheet[f"C{row}"], sheet[f"D{row}"] = 5 if row in (7, 9) else 10, 5
    sheet[cell] = value
    page = client.get(bring(client, book).url).content.decode()
    assert says in page and f"第 6 行 {cell[0]} 列" in page


def test_what_changed_online_since_is_not_overwritten_unless_chosen(book, client, operator):
    town = Area.objects.get(code=TOWN)
    fields = {"operator_id": "telecom", "county": "441802", "period": str(QUARTER), "by": operator}
    OperatorCount.objects.create(area=town, broadband_users=7, fibre_users=7, **fields)
    sheet = book["用户数"]
    sheet["C6"], sheet["D6"] = 10, 10
    answer = bring(client, book)
    assert "网上已改为 <strong>7</strong>" in " ".join(client.get(answer.url).content.decode().split())
    confirm(client, answer)
    assert OperatorCount.objects.get().broadband_users == 7
    answer = bring(client, book)
    confirm(client, answer, **{f"take-{TOWN}-broadband_users": "1", f"take-{TOWN}-fibre_users": "1"})
    assert OperatorCount.objects.get().figures == {"broadband_users": 10, "fibre_users": 10}


def test_wrong_quarter_and_another_operators_file_are_refused_by_name(book, client, make_user):
    answer = bring(client, book, at=["441802", QUARTER.plus(-1)])
    assert answer.status_code == 422 and "2019年第一季度" in answer.content.decode()
    other = Client()
    other.force_login(make_user(Post.OPERATOR, operator="mobile"))
    answer = bring(other, book)
    assert answer.status_code == 422 and "不是mobile的工作簿" in answer.content.decode()


@pytest.mark.parametrize(("cell", "value", "says"), [
    ("J3", "ABCDEFGH2345", "不是本系统发出的"), ("D3", "2018Q4", "被改为"),
])  # fmt: skip
def test_file_that_is_not_ours_is_refused(cell, value, says, book, client):
    book["用户数"]["C6"] = 5
    book["用户数"][cell] = value
    answer = bring(client, book)
    assert answer.status_code == 422 and says in answer.content.decode()


def test_workbook_without_its_stamp_is_read_like_any_sheet(book, client):
    sheet = book["用户数"]
    sheet["I3"] = sheet["J3"] = None
    sheet["C6"], sheet["D6"] = 5, 5
    confirm(client, bring(client, book))
    assert CountUpload.objects.get().issued is None
    assert OperatorCount.objects.get().figures == {"broadband_users": 5, "fibre_users": 5}


def test_old_template_is_refused(book, client):
    IssuedCounts.objects.update(template=0)
    book["用户数"]["C6"] = 5
    assert "旧模板" in bring(client, book).content.decode()


@pytest.mark.parametrize("content", [b"", b"\xd0\xcf\x11\xe0rest", b"PK\x03\x04broken", b"plain text"])
def test_garbage_is_refused(content, client):
    file = SimpleUploadedFile("用户数.xlsx", content)
    answer = client.post(reverse("workbooks:count_upload", args=AT), {"file": file})
    assert answer.status_code == 422 and "未读取。" in answer.content.decode()


def test_upload_past_its_time_is_not_saved(book, client):
    book["用户数"]["C6"], book["用户数"]["D6"] = 5, 5
    answer = bring(client, book)
    upload = CountUpload.objects.get()
    CountUpload.objects.update(expires_at=upload.expires_at - timedelta(days=8))
    assert "已过保留期" in client.post(answer.url, {"save": "1"}, follow=True).content.decode()
    assert not OperatorCount.objects.exists()


def test_upload_of_another_operator_is_not_there(book, client, make_user):
    book["用户数"]["C6"] = 5
    answer = bring(client, book)
    other = Client()
    other.force_login(make_user(Post.OPERATOR, operator="mobile"))
    assert other.get(answer.url).status_code == other.post(answer.url).status_code == 404
