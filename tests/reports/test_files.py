"""What leaves the pages: tables as workbooks, and the ranking that is off unless allowed."""

import io
from datetime import date

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from acceptance.judging import judging
from accounts.models import AuditEntry
from accounts.posts import Post
from tests.scenes import STREET, TOWN, build_district

TODAY = date(2018, 7, 10)


@pytest.fixture
def leader(make_area, make_user, monkeypatch):
    monkeypatch.setattr("reports.views.today", lambda: TODAY)
    build_district(make_area)
    judging.ensure_current("441802")
    return make_user(Post.LEADER)


def book_of(client, name: str, **asked):
    response = client.get(reverse(name), {"period": "2018Q2", "export": "xlsx", **asked})
    assert response.status_code == 200
    return load_workbook(io.BytesIO(b"".join(response.streaming_content)))


def columns_of(sheet) -> dict[str, list]:
    head, *rows = sheet.iter_rows()
    return {cell.value: [row[place] for row in rows] for place, cell in enumerate(head)}


# ---------------------------------------------------------------- workbooks


def test_milestones_hold_numbers_with_their_formats(client, leader):
    client.force_login(leader)
    columns = columns_of(book_of(client, "progress").worksheets[0])
    row = [cell.value for cell in columns["编号"]].index("G10")

    assert (columns["已达到"][row].value, columns["应达到"][row].value) == (2, 3)
    assert (columns["比例"][row].value, columns["比例"][row].number_format) == (0.666, "0.0%")
    assert columns["期限"][row].value.date() == date(2018, 12, 31)


def test_count_milestones_have_no_share(client, leader):
    client.force_login(leader)
    columns = columns_of(book_of(client, "progress").worksheets[0])
    row = [cell.value for cell in columns["编号"]].index("G02")

    assert columns["比例"][row].value is None


def test_townships_hold_rates_as_numbers(client, leader):
    client.force_login(leader)
    columns = columns_of(book_of(client, "townships").worksheets[0])
    row = [cell.value for cell in columns["编码"]].index(TOWN)

    assert columns["光网络覆盖率"][row].value == 0.867
    assert columns["全口径覆盖率"][row].value == 0.842
    assert columns["光网覆盖户数"][row].value == 590


@pytest.mark.parametrize(("basis", "label"), [("approved", "已审核"), ("reported", "含已报送")])
def test_workbook_notes_basis_and_date(client, leader, basis, label):
    client.force_login(leader)
    notes = dict(row[:2] for row in book_of(client, "progress", basis=basis)["说明"].iter_rows(values_only=True))

    assert f"口径：{label}" in notes["依据"]
    assert notes["筛选条件"] == "截至 2018-06-30"


def test_export_is_in_the_audit_trail(client, leader):
    client.force_login(leader)
    book_of(client, "progress")

    assert AuditEntry.objects.filter(action="export", detail__contains="全光网任务进度表").count() == 1


def test_export_of_a_township_is_its_own(client, leader, make_user):
    client.force_login(make_user(Post.CLERK, area=TOWN))
    columns = columns_of(book_of(client, "progress").worksheets[0])

    assert {cell.value for cell in columns["范围编码"]} == {TOWN}


# ---------------------------------------------------------------- the ranking


@pytest.mark.parametrize(("switch", "codes"), [(False, [STREET, TOWN]), (True, [TOWN, STREET])])
def test_townships_are_ranked_only_where_allowed(client, leader, settings, switch, codes):
    from returns.models import ReturnLine

    ReturnLine.objects.filter(area__code__startswith=STREET).update(fibre_covered_households=500)
    judging.refresh("441802", everything=True)
    settings.LEAGUE_TABLE = switch
    client.force_login(leader)
    response = client.get(reverse("townships"), {"period": "2018Q2", "rank": "coverage"})

    assert [row.area.code for row in response.context["rows"]] == codes
    assert ("按所选指标从高到低排列" in response.content.decode()) is switch
