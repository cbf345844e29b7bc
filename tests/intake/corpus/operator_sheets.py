"""Operators' sheets of users for the whole county: townships as headings, as a column, as sheets, or alone."""

from collections.abc import Callable, Sequence
from itertools import product
from random import Random

from tests.intake.corpus.chapter import Chapter, Made, Setting, titled
from tests.intake.corpus.grid import Grid
from tests.intake.corpus.table import (
    BROADBAND,
    FIBRE,
    HEADINGS,
    NAMING,
    Column,
    Figures,
    Table,
    beside,
    coded,
    constant,
    figure,
    figures_of,
    named,
    serial,
    stem,
)
from tests.intake.corpus.world import COUNTY, DONGCHENG, LONGTANG, ROWS, TOWNSHIPS, YUANTAN, Row, villages

TOWNSHIP_NAMES: dict[str, Callable[[str], str]] = {
    "full": lambda name: name,
    "short": lambda name: name.removesuffix("办事处"),
    "bare": lambda name: name.removesuffix("街道办事处").removesuffix("镇"),
    "office": lambda name: name.replace("街道办事处", "街办"),
}


def _prepared(where: str, random: Random) -> Setting:
    figures = {row[0]: figures_of(row, random) for row in ROWS}
    for row in TOWNSHIPS:
        beneath = [figures[village[0]] for village in villages(row[0])]
        figures[row[0]] = {key: sum(each[key] for each in beneath) for key in beneath[0]}
    return Setting(where, list(ROWS), figures, random)


CHAPTER = Chapter("counts", _prepared)


def sheet(name: str, why: str, form: str = "xlsx", asks: Sequence[str] = (), title: str = "清城区宽带用户统计2018Q4"):
    """Adds the case that the decorated function makes of a random source and the figures of all areas."""
    decorate = CHAPTER.sheet(name, why, COUNTY, form, asks, title)
    return lambda make: decorate(lambda setting: make(setting.random, setting.figures))


def two(heads: int = 0, writing: str = "plain") -> list[Column]:
    return [figure(name, (HEADINGS[name][heads],), writing) for name in (BROADBAND, FIBRE)]


def of_township(row: Row, naming: str) -> str:
    return TOWNSHIP_NAMES[naming](row[3] or row[1])


def county(columns: list[Column], figures: dict[str, Figures], lines: list | None = None) -> Made:
    grid, right = Table(columns, [row for row in ROWS if row[3]] if lines is None else lines, figures).laid()
    return [grid], right


for _number, (_township, _village, _form) in enumerate(
    zip(
        ("full", "short", "bare", "office", "short", "bare"),
        ("full", "short", "bare", "committee", "former", "traditional"),
        ("xlsx", "csv-gbk", "xls", "ods", "paste", "csv"),
        strict=True,
    )
):

    @sheet(
        f"township-column-{_township}-{_village}", f"a column of townships ({_township}), villages {_village}", _form
    )
    def _(random, figures, number=_number, township=_township, village=_village):
        column = Column(("街镇",), lambda row, _: (of_township(row, township), ""))
        return county([serial(), column, named(("村（社区）",), village), *two(number % 4)], figures)


def merged_column(figures: dict[str, Figures], townships: str, naming: str, heads: int) -> Made:
    grids, right = county([constant(("街镇",), ""), serial(), named(("村居",), naming), *two(heads)], figures)
    line = 2
    for row in TOWNSHIPS:
        count = len(villages(row[0]))
        grids[0].put(line, 1, TOWNSHIP_NAMES[townships](row[1]))
        grids[0].merges.append((line, 1, line + count - 1, 1))
        line += count
    return grids, right


for _form, _townships, _naming in (
    ("xlsx", "full", "short"),
    ("lo.ods", "short", "bare"),
    ("csv", "bare", "full"),
    ("paste", "short", "short"),
):

    @sheet(f"township-merged-{_form.replace('.', '-')}", f"townships ({_townships}) in merged cells at the left", _form)
    def _(random, figures, townships=_townships, naming=_naming):
        return merged_column(figures, townships, naming, 1)


for _form, _naming, _with_total in (
    ("xlsx", "short", False),
    ("et", "bare", False),
    ("csv-gbk", "committee", True),
    ("xls", "full", True),
):

    @sheet(
        f"township-headings-{_form}-{_naming}",
        "each township is a heading row above its villages" + ("; all of them added up beneath" if _with_total else ""),
        _form,
    )
    def _(random, figures, naming=_naming, with_total=_with_total):
        lines: list = []
        for row in TOWNSHIPS:
            lines += [("heading", TOWNSHIP_NAMES["short"](row[1])), *villages(row[0])]
        if with_total:
            lines.append(("total", "全区合计"))
        return county([named(("单位",), naming), *two(2)], figures, lines)


for _form, _townships in (("xlsx", "short"), ("ods", "full"), ("csv-semicolon", "office")):

    @sheet(
        f"township-own-row-{_form}",
        f"a row of the township ({_townships}) with its own figures above its villages",
        _form,
    )
    def _(random, figures, townships=_townships):
        name = Column(
            ("区域",),
            lambda row, _: (("　　" + NAMING["short"](row)) if row[3] else TOWNSHIP_NAMES[townships](row[1]), ""),
            name=True,
        )
        grids, right = county([name, *two(0, "thousands")], figures, list(ROWS))
        return [titled(grids[0], "中国电信清远分公司清城区宽带用户情况（截至2018年12月31日）")], right


for _form, _townships in product(("xlsx", "paste"), ("full", "bare")):

    @sheet(
        f"townships-only-{_form}-{_townships}",
        f"only the eight townships ({_townships}), with a total of the county",
        _form,
    )
    def _(random, figures, townships=_townships):
        name = Column(("街道（镇）",), lambda row, _: (TOWNSHIP_NAMES[townships](row[1]), ""), name=True)
        return county([serial(), name, *two(3, "thousands")], figures, [*TOWNSHIPS, ("total", "清城区合计")])


@sheet("same-name-two-townships", "青山村 twice: the former name of 沙溪社区 in 龙塘镇, and a village of 横荷街道")
def _(random, figures):
    column = Column(("街镇",), lambda row, _: (of_township(row, "short"), ""))
    name = Column(
        ("村居",), lambda row, _: ("青山村" if row[0] == "441802105009" else NAMING["short"](row), ""), name=True
    )
    return county([column, name, *two()], figures)


@sheet(
    "same-name-no-townships",
    "青山 with no township said: the present name of one, the former of another",
    asks=("row",),
)
def _(random, figures):
    name = Column(
        ("村居",), lambda row, _: ("青山村" if row[0] == "441802105009" else NAMING["short"](row), ""), name=True
    )
    grids, right = county(
        [name, *two()], figures, random.sample([row for row in ROWS if row[3]], len(ROWS) - len(TOWNSHIPS))
    )
    right.pop("441802105009")
    right.pop("441802009206")
    return grids, right


@sheet("prefixed-names", "township and village in one cell: 源潭镇新马村, in any order", "csv-tab")
def _(random, figures):
    return county(
        [named(("归属区域",), "prefixed"), *two()], figures, random.sample([row for row in ROWS if row[3]], 120)
    )


@sheet(
    "codes-of-system",
    "an export of the operator's system: codes, channels, new orders, and the users in the middle",
    "csv-gbk",
)
def _(random, figures):
    columns = [
        constant(("账期",), "201812"),
        coded(("行政区划编码",), "whole"),
        named(("行政区划名称",), "county"),
        beside(("当月新装",), BROADBAND, 3),
        beside(("当月拆机",), BROADBAND, 2),
        figure(BROADBAND, ("期末在网宽带用户数",)),
        figure(FIBRE, ("其中：FTTH用户数",)),
        beside(("IPTV用户数",), BROADBAND, 61),
    ]
    return county(columns, figures)


@sheet("speeds-beside", "users by speed beside the two figures that are asked for", "ods")
def _(random, figures):
    speeds = [
        beside(("其中：按速率分", said), BROADBAND, part)
        for said, part in (("20M以下", 9), ("20-100M", 41), ("100M及以上", 50))
    ]
    columns = [
        Column(("街镇",), lambda row, _: (of_township(row, "short"), "")),
        named(("村居",), "bare"),
        figure(BROADBAND, ("宽带用户数", "合计")),
        *speeds,
        figure(FIBRE, ("光宽用户", "合计")),
    ]
    return county(columns, figures)


@sheet("speeds-in-thousands-wan", "users in 万户 with a rate of fibre beside, townships only", "xls")
def _(random, figures):
    columns = [
        Column(("街镇",), lambda row, _: (row[1], ""), name=True),
        figure(BROADBAND, ("宽带用户数（万户）",), "wan"),
        figure(FIBRE, ("光网用户数（万户）",), "wan"),
        Column(("光网渗透率（%）",), lambda row, f: (round(f[FIBRE] / f[BROADBAND] * 100, 1), "")),
    ]
    return county(columns, figures, list(TOWNSHIPS))


@sheet("one-township", "one township's villages, the township only in the title")
def _(random, figures):
    grids, right = county([serial(), named(("村居",), "bare"), *two()], figures, list(villages(LONGTANG)))
    return [titled(grids[0], "龙塘镇宽带用户统计表")], right


@sheet(
    "three-operators",
    "all three operators side by side: whose figures these should become is not said",
    asks=("column",),
)
def _(random, figures):
    columns = [Column(("街镇",), lambda row, _: (of_township(row, "short"), "")), named(("村居",), "full")]
    for name, group in ((BROADBAND, "宽带用户数"), (FIBRE, "光网用户数")):
        columns += [beside((group, who), name, part) for who, part in (("电信", 51), ("移动", 29), ("联通", 20))]
    grids, _right = county(columns, figures)
    return grids, {}


@sheet("sheet-a-township", "a sheet for each township: all of them belong to the count", asks=("sheet",))
def _(random, figures):
    grids, right = [], {}
    for row in TOWNSHIPS:
        grid, more = Table([serial(), named(("村居",), "full"), *two()], list(villages(row[0])), figures).laid()
        grid.title = TOWNSHIP_NAMES["short"](row[1])
        grids.append(grid)
        right |= more
    return grids, right


@sheet(
    "cover-sheet", "a cover letter, the townships' totals, and the villages; the villages' sheet names both", "lo.ods"
)
def _(random, figures):
    cover = Grid("封面")
    cover.put_row(1, ["关于报送2018年第四季度宽带用户数据的函"])
    cover.put_row(3, ["区经济和信息化局：现将我公司数据报送如下，请查收。"])
    columns = [Column(("街镇",), lambda row, _: (of_township(row, "full"), "")), named(("村居",), "full"), *two()]
    grids, right = county(columns, figures)
    grids[0].title = "明细"
    return [cover, grids[0]], right


@sheet("turned-townships", "townships in columns, the two figures in rows")
def _(random, figures):
    name = Column(("指标",), lambda row, _: (TOWNSHIP_NAMES["short"](row[1]), ""), name=True)
    grids, right = county([name, *two()], figures, list(TOWNSHIPS))
    return [titled(grids[0].turned(), "清城区各街镇宽带用户（户）")], right


@sheet("last-months-beside", "October, November and December side by side: the end of the quarter counts")
def _(random, figures):
    columns = [Column(("街镇",), lambda row, _: (of_township(row, "short"), "")), named(("村居",), "short")]
    for name, group in ((BROADBAND, "宽带用户数"), (FIBRE, "光网用户数")):
        columns += [
            beside((group, "10月末"), name, 96),
            beside((group, "11月末"), name, 98),
            figure(name, (group, "12月末")),
        ]
    return county(columns, figures)


@sheet("not-served", "blank where the operator serves nobody yet, 0 where it has a network and no users", "ods")
def _(random, figures):
    rows = [row for row in ROWS if row[3] and row[0][:9] in (DONGCHENG, YUANTAN)]
    gaps = {(row[0], name): None for row in random.sample(rows, 8) for name in (BROADBAND, FIBRE)}
    for row in rows[3::9]:
        figures[row[0]] |= {BROADBAND: 0, FIBRE: 0}
    columns = [Column(("街镇",), lambda row, _: (of_township(row, "short"), "")), named(("村居",), "short"), *two()]
    grid, right = Table(columns, rows, figures, gaps=gaps).laid()
    return [grid], right


@sheet("spaced-and-numbered", "names with blanks and full-width blanks, serial numbers anew in each township", "ods")
def _(random, figures):
    grids, right = merged_column(figures, "short", "wide", 3)
    line = 2
    for row in TOWNSHIPS:
        for at in range(len(villages(row[0]))):
            grids[0].put(line, 2, at + 1)
            line += 1
    return grids, right


@sheet(
    "without-endings-shuffled", "bare names in the order of the operator's stations, the township behind", "csv-utf8"
)
def _(random, figures):
    rows = [row for row in ROWS if row[3] and stem(row[1]) != "升平"]
    columns = [
        named(("村",), "bare"),
        *two(1, "commas"),
        Column(("属地",), lambda row, _: (of_township(row, "bare"), "")),
    ]
    return county(columns, figures, random.sample(rows, len(rows)))
