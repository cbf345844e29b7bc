"""How a package is read: every way of writing that is allowed, and what cannot be read at all."""

import datetime
import zipfile

import pytest
from openpyxl import Workbook, load_workbook

from areas.package import workbook
from areas.package.reading import sheets
from areas.package.registry import AREAS, SITES
from areas.package.tables import Unreadable
from tests.packages import checked, places, sound, write_csv, write_xlsx

TABLES = (AREAS, SITES)
AREA_HEADER = "code,name,kind\r\n"


@pytest.fixture
def areas_csv(tmp_path):
    """The errors of a package whose only table is areas.csv with this content."""

    def check(content: str | bytes):
        data = content if isinstance(content, bytes) else content.encode()
        (tmp_path / "areas.csv").write_bytes(data)
        return checked(tmp_path)

    return check


@pytest.fixture
def book(tmp_path):
    """The package of a workbook whose sheets are given as rows."""

    def check(**tables):
        workbook = Workbook()
        workbook.remove(workbook.active)
        for name, rows in tables.items():
            sheet = workbook.create_sheet(name)
            for row in rows:
                sheet.append(row)
        workbook.save(tmp_path / "book.xlsx")
        return checked(tmp_path / "book.xlsx")

    return check


def values(package, table: str) -> list[dict]:
    return [row.values for row in package.tables[table].rows]


@pytest.mark.django_db
class TestCsv:
    def test_bom_labels_order_and_disguises(self, areas_csv):
        package = areas_csv(
            "\ufeff类型, 编码 ,示范点,name,常住户数,生效日期\n"
            "区,441802,,清城区,,\n"
            "\u3000镇\u200b,４４１８０２１０３, ,源潭镇,,\u00a02017-01-01\n"
            "行政村,441802103203.0,,青龙村,,\n"
            "自然村,441802103203001,是,新寮村,３５,２０１７-01-０１\n"
        )

        assert places(package.report.errors) == []
        assert [row["code"] for row in values(package, "areas")] == [
            "441802",
            "441802103",
            "441802103203",
            "441802103203001",
        ]
        assert values(package, "areas")[3]["permanent_households"] == 35
        assert values(package, "areas")[3]["demonstration"] is True
        assert values(package, "areas")[3]["valid_from"] == datetime.date(2017, 1, 1)

    def test_a_row_is_the_line_on_which_its_record_begins(self, areas_csv):
        package = areas_csv(
            AREA_HEADER + '\r\n,,\r\n441802,"清城\r\n区",district\r\n441802103,,town\r\n\r\n'
            '"441802006","a ""b"", c",street\r\n441802007,x,?\r\n'
        )

        assert places(package.report.errors) == [("areas", 6, "name", ""), ("areas", 9, "kind", "?")]
        assert values(package, "areas")[0]["name"] == "清城\r\n区"
        assert values(package, "areas")[2]["name"] == 'a "b", c'

    def test_a_header_over_several_lines_counts_them_all(self, areas_csv):
        assert places(areas_csv('code,name,"kind\n"\n441802,,district\n').report.errors) == [("areas", 3, "name", "")]

    def test_short_rows_and_cells_without_a_heading(self, areas_csv):
        package = areas_csv(
            "code,name,kind,,\n441802,清城区,district,,,\n441802103\n441802006,凤城,street,,注\n441802007,东城,street,,,,又\n"
        )

        assert places(package.report.errors) == [
            ("areas", 3, "name", ""), ("areas", 3, "kind", ""), ("areas", 4, None, "注"), ("areas", 5, None, "又"),
        ]  # fmt: skip

    def test_a_column_twice_or_unknown(self, areas_csv):
        package = areas_csv("code,name,kind,名称, colour \n441802,清城区,district,x,y\n")

        assert places(package.report.errors) == [("areas", 1, "name", "名称"), ("areas", 1, "colour", " colour ")]

    def test_an_empty_file_is_an_error_of_the_table(self, areas_csv):
        assert places(areas_csv("").report.errors) == [("areas", None, None, "")]
        assert places(areas_csv("\r\n , \r\n").report.errors) == [("areas", None, None, "")]

    def test_a_header_alone_is_an_empty_table(self, areas_csv):
        package = areas_csv(AREA_HEADER)

        assert package.report.errors == []
        assert package.counts()["areas"] == 0

    def test_old_line_ends(self, areas_csv):
        assert places(areas_csv("code,name,kind\r441802,,district\r").report.errors) == [("areas", 2, "name", "")]

    def test_other_files_are_no_matter(self, tmp_path):
        write_csv({"areas": sound()["areas"]}, tmp_path)
        (tmp_path / "readme.txt").write_text("x")
        (tmp_path / "._areas.csv").write_bytes(b"\xff\x00")
        (tmp_path / "~$sites.csv").write_bytes(b"\xff\x00")

        assert checked(tmp_path).report.errors == []


@pytest.mark.django_db
class TestWorkbook:
    def test_cells_are_numbers_dates_and_text(self, book):
        package = book(
            areas=[
                ["编码", "名称", "类型", "常住户数", "生效日期"],
                [441802, "清城区", "区", None, datetime.date(2017, 1, 1)],
                [441802103.0, "源潭镇", "town", None, datetime.datetime(2017, 1, 2)],
                [],
                ["441802103203", 123, "village", None, "2017-01-03"],
                [441802103203001, "新寮村", "natural_village", 35.0, "'"],
            ],
            sites=[
                ["site_id", "area_code", "name", "kind", "lon", "lat", "valid_from"],
                [7, 441802103203, "小学", "school", 113.05, 23.7, datetime.date(2018, 1, 1)],
                [8.5, "441802103203", "一", "school", "113.05", 23, datetime.date(2018, 1, 1)],
            ],
        )

        assert places(package.report.errors) == [("areas", 6, "valid_from", "'")]
        assert [row["code"] for row in values(package, "areas")] == [
            "441802",
            "441802103",
            "441802103203",
            "441802103203001",
        ]
        assert values(package, "areas")[2]["name"] == "123"
        assert values(package, "areas")[1]["valid_from"] == datetime.date(2017, 1, 2)
        assert [row["site_id"] for row in values(package, "sites")] == ["7", "8.5"]
        assert values(package, "sites")[0]["lon"] == 113.05

    def test_values_are_reported_as_they_stand(self, book):
        package = book(areas=[
            ["code", "name", "kind", "demonstration", "valid_from"],
            [441802, "清城区", "district", True, datetime.datetime(2017, 1, 1, 13, 30)],
            [0.00001, "x", "town", 2, 43101],
        ])  # fmt: skip

        assert places(package.report.errors) == [
            ("areas", 2, "demonstration", "TRUE"), ("areas", 2, "valid_from", "2017-01-01 13:30:00"),
            ("areas", 3, "code", "0.00001"), ("areas", 3, "demonstration", "2"), ("areas", 3, "valid_from", "43101"),
        ]  # fmt: skip

    def test_a_formula_without_its_result_is_never_a_blank(self, book):
        package = book(areas=[["code", "name", "kind", "valid_to"], [441802, "清城区", "district", "=TODAY()"]])

        assert [(p.row, p.column) for p in package.report.errors] == [(2, "valid_to")]
        assert "未保存计算结果" in package.report.errors[0].message

    def test_a_formula_that_failed_is_named(self, book, tmp_path):
        book(areas=[["code", "name", "kind"], [441802, "清城区", "district"]])
        workbook = load_workbook(tmp_path / "book.xlsx")
        workbook["areas"]["B2"].value, workbook["areas"]["B2"].data_type = "#REF!", "e"
        workbook.save(tmp_path / "book.xlsx")

        errors = checked(tmp_path / "book.xlsx").report.errors

        assert places(errors) == [("areas", 2, "name", "#REF!")]

    def test_merged_cells_are_named(self, book, tmp_path):
        book(areas=[["code", "name", "kind"], [441802, "清城区", "district"]])
        workbook = load_workbook(tmp_path / "book.xlsx")
        workbook["areas"].merge_cells("B2:B3")
        workbook.save(tmp_path / "book.xlsx")

        assert places(checked(tmp_path / "book.xlsx").report.errors) == [("areas", None, None, "B2:B3")]

    def test_empty_sheets_are_no_matter_unless_they_are_a_table(self, book):
        package = book(
            Sheet1=[], areas=[["code", "name", "kind"], [441802, "清城区", "district"]], sites=[], 说明=[["x"]]
        )

        assert places(package.report.errors) == [("sites", None, None, ""), ("说明", None, None, "")]

    def test_csv_and_workbook_say_the_same(self, tmp_path):
        from_csv = checked(write_csv(sound(), tmp_path / "csv"))
        from_book = checked(write_xlsx(sound(), tmp_path / "book.xlsx"))

        assert from_csv.report.errors == from_book.report.errors == []
        for table in from_csv.tables:
            assert values(from_csv, table) == values(from_book, table)


class TestUnreadable:
    def refusal(self, path) -> str:
        with pytest.raises(Unreadable, match=r"。$") as refused:
            sheets(path, TABLES)
        return str(refused.value)

    def test_nothing_there(self, tmp_path):
        assert "找不到" in self.refusal(tmp_path / "none")

    def test_an_empty_folder(self, tmp_path):
        assert "没有 CSV 文件" in self.refusal(tmp_path)

    def test_no_known_table(self, tmp_path):
        (tmp_path / "Areas2.csv").write_text("code")
        assert "Areas2" in self.refusal(tmp_path)

    def test_the_same_table_twice(self, tmp_path):
        (tmp_path / "areas.csv").write_text("code")
        (tmp_path / "areas.CSV").write_text("code")
        assert "两张" in self.refusal(tmp_path)

    @pytest.mark.parametrize("encoding", ["gbk", "utf-16"])
    def test_another_encoding(self, tmp_path, encoding):
        (tmp_path / "areas.csv").write_bytes("code,name,kind\n441802,清城区,district\n".encode(encoding))
        assert "UTF-8" in self.refusal(tmp_path)

    def test_a_quotation_mark_that_never_ends(self, tmp_path):
        (tmp_path / "areas.csv").write_text(
            'code,name,kind\n441802,"清城区,district\n441802103,源潭镇,town\n', encoding="utf-8"
        )
        assert "第 2 行" in self.refusal(tmp_path)

    def test_a_csv_file_by_itself(self, tmp_path):
        (tmp_path / "areas.csv").write_text("code")
        assert "不是 .xlsx" in self.refusal(tmp_path / "areas.csv")

    def test_an_old_workbook(self, tmp_path):
        (tmp_path / "a.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512)
        assert "另存为" in self.refusal(tmp_path / "a.xls")

    def test_a_truncated_workbook(self, tmp_path):
        whole = write_xlsx({"areas": sound()["areas"]}, tmp_path / "a.xlsx").read_bytes()
        for size in (10, len(whole) // 2, len(whole) - 10):
            (tmp_path / "b.xlsx").write_bytes(whole[:size])
            assert "损坏" in self.refusal(tmp_path / "b.xlsx")

    def test_a_zip_that_is_no_workbook(self, tmp_path):
        with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
            archive.writestr("hello.txt", "x")
        assert "损坏" in self.refusal(tmp_path / "a.xlsx")


class TestHostileWorkbook:
    """Refused by the guard, before anything is parsed."""

    @pytest.fixture
    def refusal(self, tmp_path):
        write_xlsx({"areas": sound()["areas"]}, tmp_path / "good.xlsx")

        def refusal(replace=None, add=None) -> str:
            with (
                zipfile.ZipFile(tmp_path / "good.xlsx") as good,
                zipfile.ZipFile(tmp_path / "bad.xlsx", "w", zipfile.ZIP_DEFLATED) as bad,
            ):
                for name in good.namelist():
                    part = good.read(name)
                    bad.writestr(name, replace(part) if replace and "sheet1" in name else part)
                for name, part in (add or {}).items():
                    bad.writestr(name, part)
            with pytest.raises(Unreadable) as refused:
                workbook.inspect(tmp_path / "bad.xlsx")
            return str(refused.value)

        return refusal

    def test_a_bomb(self, refusal):
        assert "压缩比" in refusal(add={"xl/bomb.xml": b"<x>" + b" " * 5_000_000 + b"</x>"})

    def test_too_much_in_all(self, refusal, monkeypatch):
        monkeypatch.setattr(workbook, "MAX_BYTES", 10_000)
        assert "展开后超过" in refusal(add={"xl/a.xml": b"<x>" + b" " * 20_000 + b"</x>"})

    def test_too_many_parts(self, refusal):
        assert "部件" in refusal(add={f"xl/{number}.xml": b"<x/>" for number in range(workbook.MAX_ENTRIES)})

    def test_a_document_type(self, refusal):
        assert "DTD" in refusal(replace=lambda part: b'<!DOCTYPE x [<!ENTITY a "b">]>' + part)

    def test_another_encoding(self, refusal):
        assert "UTF-8" in refusal(replace=lambda part: '<?xml version="1.0" encoding="UTF-16"?><x/>'.encode("utf-16"))
        assert "UTF-8" in refusal(replace=lambda part: b"<?xml version='1.0' encoding='cp037'?><x/>")

    def test_a_cell_in_the_far_corner(self, refusal):
        cell = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
        assert "第 1048576 行" in refusal(replace=lambda part: part.replace(b"</sheetData>", cell))

    def test_a_cell_in_the_last_column(self, refusal):
        cell = b'<row r="9"><c r="XFD9"><v>1</v></c></row></sheetData>'
        assert "列" in refusal(replace=lambda part: part.replace(b"</sheetData>", cell))

    def test_a_size_that_lies(self, tmp_path):
        path = write_xlsx({"areas": sound()["areas"]}, tmp_path / "a.xlsx")
        with zipfile.ZipFile(path) as archive:
            info = next(info for info in archive.infolist() if "sheet1" in info.filename)
        raw = bytearray(path.read_bytes())
        size = info.file_size.to_bytes(4, "little")
        lie = (info.file_size - 100).to_bytes(4, "little")
        path.write_bytes(bytes(raw).replace(size, lie))

        with pytest.raises(Unreadable):
            workbook.inspect(path)
