"""What the tests of the reader want of sheets, and sheets as people write them."""

import io
from collections.abc import Mapping, Sequence

from openpyxl import Workbook

from intake.wanted import Wanted, WantedColumn, WantedRow

FIGURES = {
    "households": "总户数",
    "broadband_covered_households": "宽带覆盖户数",
    "fibre_covered_households": "光网覆盖户数",
    "broadband_users": "宽带用户数",
    "fibre_users": "光网用户数",
}
COUNTED = ("broadband_users", "fibre_users")
VILLAGES = {
    "441802107001": "江口居委会",
    "441802107003": "龙埗居委会",
    "441802107006": "升平居委会",
    "441802107007": "北潦居委会",
    "441802107202": "琶江口村委会",
    "441802107212": "石颈村委会",
    "441802107217": "升平村委会",
    "441802107218": "竹园村村委会",
}
COUNTY = {
    "441802008": ("洲心街道办事处", ""),
    "441802008001": ("洲心社区居委会", "洲心街道办事处"),
    "441802008003": ("永安社区居委会", "洲心街道办事处"),
    "441802103": ("源潭镇", ""),
    "441802103001": ("源潭社区居委会", "源潭镇"),
    "441802103005": ("新田社区居委会", "源潭镇"),
    "441802103214": ("连塘村委会", "源潭镇"),
    "441802107": ("飞来峡镇", ""),
    "441802107003": ("龙埗居委会", "飞来峡镇"),
    "441802107214": ("新田村委会", "飞来峡镇"),
}


def columns(*names: str) -> tuple[WantedColumn, ...]:
    return tuple(WantedColumn(name, FIGURES[name]) for name in names)


RETURN = Wanted(
    (*columns(*FIGURES), WantedColumn("explanation", "说明", unit="", kind="sentence")),
    tuple(
        WantedRow(code, name, ("横石河村",) if code == "441802107212" else (), "飞来峡镇")
        for code, name in VILLAGES.items()
    ),
)
COUNTS = Wanted(columns(*COUNTED), tuple(WantedRow(code, name, (), within) for code, (name, within) in COUNTY.items()))


def figures(codes: Sequence[str] = tuple(VILLAGES)) -> dict[str, dict[str, int]]:
    """Different numbers for each cell, in which a part is never more than its whole."""
    return {
        code: dict(zip(FIGURES, (1000 + 7 * n, 900 + 5 * n, 700 + 3 * n, 600 + 2 * n, 400 + n), strict=True))
        for n, code in enumerate(codes)
    }


def block(*rows: Sequence[object]) -> str:
    """A pasted block."""
    return "\n".join("\t".join("" if cell is None else str(cell) for cell in row) for row in rows)


def body(names: Mapping[str, str] = VILLAGES, fields: Sequence[str] = tuple(FIGURES)) -> list[list[object]]:
    """A row for each place: its name and its figures."""
    numbers = figures(tuple(names))
    return [[name, *(numbers[code][field] for field in fields)] for code, name in names.items()]


def workbook(*sheets: Mapping, **more) -> bytes:
    """An .xlsx: of each sheet its ``rows``, ``merges``, hidden ``rows_hidden`` and ``columns_hidden``, ``title``, ``state``."""
    book = Workbook()
    book.remove(book.active)
    for number, said in enumerate(sheets or [more], start=1):
        page = book.create_sheet(said.get("title", f"Sheet{number}"))
        page.sheet_state = said.get("state", "visible")
        for row in said["rows"]:
            page.append(row)
        for merge in said.get("merges", ()):
            page.merge_cells(merge)
        for row in said.get("rows_hidden", ()):
            page.row_dimensions[row].hidden = True
        for letter in said.get("columns_hidden", ()):
            page.column_dimensions[letter].hidden = True
        for place, style in said.get("formats", {}).items():
            page[place].number_format = style
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def values(reading) -> dict[str, dict[str, object]]:
    """What was read, by code, without lines that give nothing."""
    return {line.code: line.values for line in reading.lines if line.values}


HEAD = ["村居", *FIGURES.values()]
PLAIN = [HEAD, *body()]
TOTAL = ["合计", *(sum(each[name] for each in figures().values()) for name in FIGURES)]
COUNTS_HEAD = ["街镇、村居", "宽带用户数", "光网用户数"]
