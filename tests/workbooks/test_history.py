"""A township's whole history as a workbook."""

import io

import pytest
from django.test import Client
from openpyxl import load_workbook

from accounts.models import AuditEntry
from common.periods import Quarter
from returns import actions
from tests.returns.conftest import TOWN, approved, demonstration_day, fill, make_return, people
from workbooks import history

__all__ = ["demonstration_day", "make_return", "people"]

pytestmark = pytest.mark.django_db


def rows(page) -> list[list]:
    return [list(row) for row in page.iter_rows(min_row=2, values_only=True)]


def test_every_quarter_revision_and_line(make_return, people):
    old = approved(make_return(quarter=Quarter(2018, 4)), people.clerk, people.reviewer)
    correction = actions.correct(quarterly_return=old, version=old.version, reason="数错了", by=people.clerk)
    draft = make_return()
    fill(draft, people.clerk, explanation="=1+1")
    client = Client()
    client.force_login(people.clerk)
    answer = client.get(f"/returns/history/{TOWN}/")
    book = load_workbook(io.BytesIO(answer.content))

    assert book.sheetnames == [history.LINES, history.RETURNS, history.NOTES]
    lines = rows(book[history.LINES])
    assert [(line[0], line[1], line[9]) for line in lines] == [
        ("2019Q1", 1, "草稿"), ("2019Q1", 1, "草稿"),
        *[("2018Q4", correction.revision, "已审核，更正填报中")] * (len(lines) - 4),
        ("2018Q4", 1, "已审核，更正填报中"), ("2018Q4", 1, "已审核，更正填报中"),
    ]  # fmt: skip
    assert book[history.LINES]["K2"].data_type == "s"
    assert [(row[0], row[1], row[2]) for row in rows(book[history.RETURNS])] == [
        ("2019Q1", 1, "草稿"), ("2018Q4", 2, "已审核，更正填报中"), ("2018Q4", 1, "已审核，更正填报中"),
    ]  # fmt: skip
    assert rows(book[history.RETURNS])[1][-1] == "数错了"
    assert AuditEntry.objects.filter(action="workbook.history").exists()


def test_missing_figure_gives_no_total():
    assert history._total([1, None]) is None
    assert history._total([]) is None
    assert history._total([0, 2]) == 2


def test_village_is_no_township(people):
    client = Client()
    client.force_login(people.clerk)
    assert client.get(f"/returns/history/{TOWN}201/").status_code == 404


def test_list_of_returns_leads_there(people, make_return):
    make_return()
    client = Client()
    client.force_login(people.clerk)
    assert f"/returns/history/{TOWN}/" in client.get("/returns/").content.decode()
