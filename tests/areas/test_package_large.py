"""A large workbook is read by another library in another process, and says the same."""

import datetime

import pytest
from openpyxl import Workbook

from areas.package import large, workbook


def shape(sheets):
    return [(sheet.name, list(sheet.rows), sheet.is_hidden) for sheet in sheets]


@pytest.fixture
def path(tmp_path):
    book = Workbook()
    page = book.active
    page.title = " sites "
    page.append([])
    page.append([None, "点位编号", "名称", "经度"])
    page.append([None, 441802103201, "=甲", 113.05, 1e-7, 100.0, True, "  空 格 "])
    page["C3"].data_type = "s"
    page.append([None, datetime.date(2019, 1, 2), datetime.datetime(2019, 1, 2, 3, 4), datetime.time(5, 6)])
    page.append([])
    page.append([None, "尾", None, "０１"])
    book.create_sheet("空")
    other = book.create_sheet("areas")
    other.append(["编码"])
    other.sheet_state = "hidden"
    book.save(tmp_path / "book.xlsx")
    return tmp_path / "book.xlsx"


def test_both_readers_say_the_same(path, monkeypatch):
    slow = shape(workbook.sheets(path, ["areas", "sites"]))
    monkeypatch.setattr(workbook, "LARGE", 0)
    monkeypatch.setattr(workbook, "_opened", None)
    assert shape(workbook.sheets(path, ["areas", "sites"])) == slow
    assert slow[0][1][1][1][1:] == ["441802103201", "=甲", "113.05", "0.0000001", "100", "TRUE", "  空 格 "]


@pytest.mark.parametrize("spoil", [lambda page: page.append(["=1+1"]), lambda page: page.merge_cells("A1:B2")])
def test_what_only_the_slow_reader_can_tell_is_left_to_it(tmp_path, monkeypatch, spoil):
    book = Workbook()
    spoil(book.active)
    book.save(tmp_path / "book.xlsx")
    monkeypatch.setattr(workbook, "LARGE", 0)
    monkeypatch.setattr(large, "sheets", None)
    assert [sheet.name for sheet in workbook.sheets(tmp_path / "book.xlsx", ["Sheet"])] == ["Sheet"]


def test_number_beyond_a_double_is_left_to_the_slow_reader(tmp_path):
    book = Workbook()
    book.active.append([2**60 + 1])
    book.save(tmp_path / "book.xlsx")
    assert large.sheets(tmp_path / "book.xlsx") is None


def test_child_that_dies_is_survived(tmp_path):
    (tmp_path / "book.xlsx").write_bytes(b"PK")
    assert large.sheets(tmp_path / "book.xlsx") is None
