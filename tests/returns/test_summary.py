"""The summary of a quarter: sums by basis, and a workbook whose formulas carry their values."""

import io
from datetime import date

import openpyxl
import pytest
from django.urls import reverse

from accounts.posts import Post
from areas.models import Area
from returns.models import LineStatus, Return, ReturnLine, ReturnState, Round
from returns.summary import summary
from tests import scenes
from workbooks.summary_writing import write

ON = date(2018, 7, 16)


@pytest.fixture
def round_(make_area):
    scenes.build_district(make_area)
    return Round.objects.create(county="441802", period="2018Q2", due=date(2018, 7, 15))


@pytest.fixture
def reviewer(make_user, round_):
    return make_user(Post.REVIEWER)


def test_summary_adds_up_what_was_approved(reviewer, round_):
    found = summary(reviewer, round_, "approved", ON)

    town = next(line for line in found.lines if line.name == "源潭镇")
    assert (town.villages, town.reported) == (2, 2)
    assert list(town.figures.values()) == [700, 680, 590, 450, 340]
    assert list(found.total.figures.values()) == [1700, 1680, 1590, 1250, 1040]
    assert found.total.shown_rates == ["94.6%", "83.2%"]


def test_reported_lines_count_on_their_basis_only(reviewer, round_):
    quarterly_return = Return.objects.get(township_id=scenes.TOWN, period="2018Q2")
    ReturnLine.objects.filter(quarterly_return=quarterly_return).update(status=LineStatus.SUBMITTED)
    Return.objects.filter(pk=quarterly_return.pk).update(state=ReturnState.SUBMITTED)

    approved, reported = (summary(reviewer, round_, basis, ON).lines[1] for basis in ("approved", "reported"))

    assert approved.reported == 0 and set(approved.figures.values()) == {None}
    assert reported.reported == 2 and reported.figures["households"] == 700


def test_workbook_shows_its_sums_without_calculating(reviewer, round_):
    content = write(summary(reviewer, round_, "approved", ON))

    shown = openpyxl.load_workbook(io.BytesIO(content), data_only=True).active
    written = openpyxl.load_workbook(io.BytesIO(content)).active
    assert written["E6"].value == "=SUM(E4:E5)" and shown["E6"].value == 1700
    assert shown["J6"].value == 0.946 and written["J6"].number_format == "0.0%"
    assert all(shown.cell(6, column).value is not None for column in range(3, 12))


def test_only_our_own_formulas_are_formulas(reviewer, round_):
    Area.objects.filter(code=scenes.TOWN).update(name="=SUM(1,1)\x01")

    names = [
        row[1]
        for row in openpyxl.load_workbook(
            io.BytesIO(write(summary(reviewer, round_, "approved", ON)))
        ).active.iter_rows(min_row=4, max_row=5)
    ]

    assert [(cell.data_type, cell.value) for cell in names if cell.value.startswith("=")] == [("s", "=SUM(1,1)")]


def test_township_without_figures_has_no_rate(reviewer, round_):
    ReturnLine.objects.all().delete()

    shown = openpyxl.load_workbook(io.BytesIO(write(summary(reviewer, round_, "approved", ON))), data_only=True).active
    assert shown["E4"].value is None and not shown["J4"].value and shown["E6"].value == 0


def test_pages_and_files_answer(client, reviewer, round_, django_assert_max_num_queries):
    client.force_login(reviewer)

    with django_assert_max_num_queries(12):
        page = client.get(reverse("returns:summary", args=["2018Q2"]))
    assert "源潭镇" in page.text and "94.6%" in page.text
    assert client.get(reverse("returns:summary_file", args=["2018Q2", "pdf"])).content.startswith(b"%PDF")
    assert client.get(reverse("returns:summary_file", args=["2018Q2", "docx"])).content.startswith(b"PK")
    assert client.get(reverse("workbooks:summary", args=["2018Q2"])).content.startswith(b"PK")
    assert client.get(reverse("returns:summary", args=["2018Q2"]) + "?basis=guessed").status_code == 404


def test_township_sees_its_own_line_only(client, make_user, round_):
    client.force_login(make_user(Post.CLERK, area=scenes.TOWN))

    page = client.get(reverse("returns:summary", args=["2018Q2"]))

    assert "源潭镇" in page.text and "凤城街道" not in page.text
