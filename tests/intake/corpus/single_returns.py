"""A return's sheets with one trouble that needs a sheet of its own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random

from tests.intake.corpus.case import ClumsySheet
from tests.intake.corpus.grid import ACCOUNTING, Formula, Grid, Value
from tests.intake.corpus.saving import file_of
from tests.intake.corpus.table import (
    BROADBAND,
    BROADBAND_COVERED,
    FIBRE,
    FIBRE_COVERED,
    HEADINGS,
    HOUSEHOLDS,
    NAMING,
    Column,
    Figures,
    Right,
    Table,
    beside,
    coded,
    constant,
    figure,
    figures_of,
    named,
    serial,
    stem,
    wide_digits,
)
from tests.intake.corpus.world import (
    DONGCHENG,
    FEILAIXIA,
    FENGCHENG,
    HENGHE,
    NAMES,
    RETURN_FIELDS,
    SHIJIAO,
    YUANTAN,
    ZHOUXIN,
    Row,
    villages,
)

Made = tuple[list[Grid], Right]
_SHEETS: list[ClumsySheet] = []


@dataclass
class Setting:
    """The villages of a township with their figures."""

    where: str
    rows: list[Row]
    figures: dict[str, Figures]
    random: Random
    active: int = field(default=0)


def sheet(
    name: str, why: str, where: str = YUANTAN, form: str = "xlsx", asks: Sequence[str] = (), title: str = "光网统计表"
):
    """Adds the case that the decorated function makes of the setting."""

    def add(make: Callable[[Setting], Made]) -> Callable[[Setting], Made]:
        random = Random(name)
        rows = list(villages(where))
        setting = Setting(where, rows, {row[0]: figures_of(row, random) for row in rows}, random)
        grids, right = make(setting)
        file_name, content = file_of(name, form, grids, title, setting.active)
        _SHEETS.append(ClumsySheet(name, why, "return", where, "2018Q4", file_name, content, right, tuple(asks)))
        return make

    return add


def columns(naming: str = "short", writing: str = "plain", heads: int = 0) -> list[Column]:
    five = [figure(name, (HEADINGS[name][heads],), writing) for name in RETURN_FIELDS]
    return [serial(), named(("村居",), naming), *five]


def plain(s: Setting, cols: list[Column] | None = None, lines: list | None = None, **more) -> Made:
    grid, right = Table(cols or columns(), s.rows if lines is None else lines, s.figures, **more).laid()
    return [grid], right


def titled(grid: Grid, text: str) -> Grid:
    page = Grid()
    page.put(1, 1, text)
    page.headline.add(1)
    page.merges.append((1, 1, 1, max(grid.width, 2)))
    page.lay(grid, 1)
    return page


def bare_block(s: Setting) -> Made:
    grid = Grid()
    for at, row in enumerate(s.rows, 1):
        grid.put_row(at, [s.figures[row[0]][name] for name in RETURN_FIELDS])
    return [grid], {row[0]: dict(s.figures[row[0]]) for row in s.rows}


def _two_tables(s: Setting, *, below: bool) -> Made:
    cols = columns()
    first, right = Table(cols[:5], s.rows, s.figures).laid()
    second, more = Table([serial(), named(("村居",)), *cols[5:]], s.rows, s.figures).laid()
    page = titled(first, "表一 覆盖情况")
    if below:
        down = page.height + 2
        page.put(down, 1, "表二 用户情况")
        page.lay(second, down)
    else:
        page.lay(second, 1, first.width + 1)
    return [page], {code: right[code] | more[code] for code in right}


def _repeated(s: Setting) -> Made:
    page, right = Grid(), {}
    for start in range(0, len(s.rows), 10):
        part, more = Table(columns(), s.rows[start : start + 10], s.figures).laid()
        down = page.height
        page.put(down + 1, 1, f"凤城街道光网统计表（第{start // 10 + 1}页）")
        page.lay(part, down + 1)
        right |= more
    return [page], right


def _natural(s: Setting, *, with_own_row: bool) -> Made:
    grid, right = Grid(), {}
    grid.put_row(1, ["行政村", "自然村", *(HEADINGS[name][0] for name in RETURN_FIELDS)])
    line = 2
    for row in s.rows:
        top, figures = line, s.figures[row[0]]
        if with_own_row:
            grid.put_row(line, [NAMING["short"](row), "小计", *figures.values()])
            right[row[0]] = dict(figures)
            line += 1
        else:
            grid.put(line, 1, NAMING["short"](row))
        names = s.random.sample(("田心村", "新村", "大围", "老屋场", "河背村", "塘尾村", "横坑"), 3)
        for name, part in zip(names, (40, 35, 25), strict=True):
            grid.put_row(line, [name, *(value * part // 100 for value in figures.values())], 2)
            line += 1
        grid.merges.append((top, 1, line - 1, 1))
    return [grid], right


def _numbered(s: Setting, unit: Value = None) -> Made:
    cols = columns("full")[1:]
    for at, column in enumerate(cols):
        mark: tuple[str, ...] = ("甲",) if at == 0 else (str(at),)
        units = ("—" if at == 0 else str(unit),) if unit else ()
        cols[at] = Column((column.heads[0], *units, *mark), column.cell, column.field, column.added, name=column.name)
    return plain(s, cols)


@sheet("same-name-village-and-community", "升平 is a village and a community: the ending tells them apart", FEILAIXIA)
def _(s):
    return plain(s, columns("bare"))


@sheet("same-name-by-part", "升平 stands twice without an ending; the group heading 社区/行政村 tells which", FEILAIXIA)
def _(s):
    cols = [serial(), Column(("名称",), lambda row, figures: (stem(row[1]), ""), name=True), *columns()[2:]]
    communities = [row for row in s.rows if row[1].endswith("居委会")]
    rest = [row for row in s.rows if row not in communities]
    return plain(s, cols, [("heading", "一、社区居委会"), *communities, ("heading", "二、村委会"), *rest])


@sheet("same-name-untold", "升平 stands twice, and nothing tells which is the village", FEILAIXIA, asks=("row",))
def _(s):
    cols = [serial(), Column(("名称",), lambda row, figures: (stem(row[1]), ""), name=True), *columns()[2:]]
    grids, right = plain(s, cols, s.random.sample(s.rows, len(s.rows)))
    return grids, {code: values for code, values in right.items() if stem(NAMES[code]) != "升平"}


@sheet("name-within-name", "源潭 and 源潭高桥, 石角 and 石角城中: a name that begins with another", SHIJIAO, "csv-gbk")
def _(s):
    return plain(s, columns("bare"), s.rows[::-1])


@sheet("name-within-name-prefixed", "源潭镇源潭社区 and 源潭镇源潭高桥社区: the township's name is a village's as well")
def _(s):
    return plain(s, columns("prefixed", heads=1))


@sheet("village-village", "南村 is 南村村委会, written 南村村 here", SHIJIAO)
def _(s):
    cols = columns()
    cols[1] = Column(
        ("村别",), lambda row, figures: (stem(row[1]) + ("社区" if row[1].endswith("居委会") else "村"), ""), name=True
    )
    return plain(s, cols)


for _form, _name in (("xlsx", "mixed-names"), ("csv-gbk", "mixed-names-gbk"), ("paste", "mixed-names-pasted")):

    @sheet(_name, "each village named in another way, two of them by former names", YUANTAN, _form)
    def _(s):
        kinds = "full short bare legal prefixed spaced wide padded committee former bracketed".split()
        order = {row[0]: kinds[at % len(kinds)] for at, row in enumerate(s.rows)}
        cols = columns()
        cols[1] = Column(("村居",), lambda row, figures: (NAMING[order[row[0]]](row), ""), name=True)
        return plain(s, cols, s.random.sample(s.rows, len(s.rows)))


@sheet("numbered-names", "the serial number stands in the name's cell: 1、高基里社区", FENGCHENG)
def _(s):
    numbers = {row[0]: at for at, row in enumerate(s.rows, 1)}
    cols = columns()[1:]
    cols[0] = Column(("社区",), lambda row, figures: (f"{numbers[row[0]]}、{NAMING['short'](row)}", ""), name=True)
    return plain(s, cols)


@sheet("code-and-name-in-one", "code and name share a cell", HENGHE, "csv-tab")
def _(s):
    cols = columns()[1:]
    cols[0] = Column(("村居代码及名称",), lambda row, figures: (f"{row[0]} {row[1]}", ""), name=True)
    return plain(s, cols)


@sheet("codes-cut", "township's code and the village's last three digits in two columns, no names", ZHOUXIN)
def _(s):
    cols = [
        Column(("街镇代码",), lambda row, figures: (row[0][:9], "")),
        Column(("村居代码（后三位）",), lambda row, figures: (row[0][9:], ""), name=True),
    ]
    return plain(s, cols + columns()[2:])


@sheet("codes-only", "codes as numbers and no names", DONGCHENG, "csv-semicolon")
def _(s):
    return plain(s, [Column(("编码",), lambda row, figures: (int(row[0]), ""), name=True), *columns()[2:]])


@sheet("codes-scientific", "codes as Excel's CSV spoils them (4.41802E+11); the names save it", DONGCHENG, "csv")
def _(s):
    return plain(s, [constant(("编码",), "4.41802E+11"), *columns("full")[1:]])


@sheet(
    "code-against-name",
    "one row has its neighbour's code; the neighbour has a sound row of its own",
    DONGCHENG,
    asks=("row",),
)
def _(s):
    wrong, other = s.rows[4][0], s.rows[5][0]
    code = Column(("编码",), lambda row, figures: (other if row[0] == wrong else row[0], ""))
    return plain(s, [code, *columns("full")[1:]])


@sheet("village-twice", "a village stands twice with different figures", SHIJIAO, asks=("row",))
def _(s):
    grids, right = plain(s)
    last = grids[0].height + 1
    code = s.rows[7][0]
    grids[0].put_row(last, [len(s.rows) + 1, NAMING["short"](s.rows[7]), 812, 800, 640, 421, 300])
    right.pop(code)
    return grids, right


@sheet("misspelt", "two names are misspelt; the nearest is likely but not sure", YUANTAN, asks=("row",))
def _(s):
    cols = columns()
    wrong = {"441802103206": "松糖村", "441802103219": "积宗村"}
    cols[1] = Column(("村居",), lambda row, figures: (wrong.get(row[0]) or NAMING["short"](row), ""), name=True)
    return plain(s, cols)


@sheet("foreign-row", "a row of a village of the neighbouring town: not ours, left out", YUANTAN)
def _(s):
    grids, right = plain(s)
    grids[0].put_row(grids[0].height + 1, [22, "龙塘镇安丰村", 512, 500, 440, 221, 200])
    return grids, right


@sheet(
    "bare-figures", "a pasted block of bare figures in the order of the villages", HENGHE, "paste", ("row", "column")
)
def _(s):
    return bare_block(s)


@sheet(
    "names-without-headings",
    "names and five columns without headings: which is which is likely only",
    HENGHE,
    "paste",
    ("column",),
)
def _(s):
    grids, right = bare_block(s)
    page = Grid()
    page.lay(grids[0], 0, 1)
    for at, row in enumerate(s.rows, 1):
        page.put(at, 1, NAMING["short"](row))
    return [page], right


@sheet("inhabitants-only", "figures in 人 where 户 are asked for", YUANTAN, asks=("unit",))
def _(s):
    cols = columns()
    cols[2] = beside(("总人口（人）",), HOUSEHOLDS, 340)
    return plain(s, cols)


@sheet("two-basis-households", "户籍户数 and 总户数 side by side: the second is asked for", YUANTAN)
def _(s):
    cols = columns()
    return plain(s, [*cols[:2], beside(("户籍户数",), HOUSEHOLDS, 88), *cols[2:]])


@sheet(
    "none-said",
    "无 where a figure belongs: nought or not known, so left out until somebody says",
    YUANTAN,
    asks=("value",),
)
def _(s):
    gaps = {(s.rows[at][0], name): "无" for at in (2, 9) for name in (FIBRE_COVERED, FIBRE)}
    return plain(s, gaps=gaps)


@sheet("read-two-ways", "1,5 can be 15, 1.5 or 1,500 cut short", YUANTAN, "csv-semicolon", ("value",))
def _(s):
    return plain(s, gaps={(s.rows[3][0], FIBRE): "1,5"})


@sheet("not-computed", "formulas that no program has computed: fibre users are not in the file", YUANTAN)
def _(s):
    gaps = {(row[0], FIBRE): Formula(f"=F{at}-12", None) for at, row in enumerate(s.rows, 2)}
    return plain(s, gaps=gaps)


@sheet("computed", "figures as formulas with the values they had when saved", FEILAIXIA)
def _(s):
    cols = columns()
    for at, name in ((3, BROADBAND_COVERED), (5, BROADBAND)):
        cols[at] = Column(
            (HEADINGS[name][0],),
            lambda row, figures, name=name: (Formula(f"={figures[name] - 5}+5", figures[name]), ""),
            name,
        )
    return plain(s, cols)


@sheet("linked", "fibre users as formulas with their values, in .xls", FEILAIXIA, "xls")
def _(s):
    cols = columns("full", heads=2)
    cols[6] = Column(("光宽用户",), lambda row, figures: (Formula(f"=1*{figures[FIBRE]}", figures[FIBRE]), ""), FIBRE)
    return plain(s, cols)


@sheet("remarks-in-cells", "a remark in brackets behind some figures", SHIJIAO)
def _(s):
    remarks = {
        (s.rows[2][0], HOUSEHOLDS): "（含集体户）",
        (s.rows[5][0], BROADBAND): "（含专线）",
        (s.rows[8][0], FIBRE_COVERED): "户（新增1个小区）",
    }
    return plain(s, remarks=remarks)


@sheet("about", "约600: an estimate, the careful colleague asks", SHIJIAO, asks=("value",))
def _(s):
    return plain(s, gaps={(s.rows[6][0], HOUSEHOLDS): "约600", (s.rows[9][0], HOUSEHOLDS): "500多"})


@sheet("negative-and-accounting", "accounting format: - is nought, (12) negative and not to be taken", SHIJIAO)
def _(s):
    for row in s.rows[3:6]:
        s.figures[row[0]] |= {FIBRE_COVERED: 0, FIBRE: 0}
    grids, right = plain(s, columns(writing="accounting"))
    grids[0].put(10, 7, -12, ACCOUNTING)
    right[s.rows[8][0]].pop(FIBRE)
    return grids, right


for _form, _name in (("csv-gbk", "accounting-csv"), ("paste", "accounting-pasted")):

    @sheet(_name, "the accounting format as text: 1,234 between blanks, - for nought", SHIJIAO, _form)
    def _(s):
        for row in s.rows[3:6]:
            s.figures[row[0]] |= {FIBRE_COVERED: 0, FIBRE: 0}
        return plain(s, columns(writing="accounting"))


@sheet("all-wan", "all five columns in 万户, said once above the table", FENGCHENG)
def _(s):
    grids, right = plain(s, columns(writing="wan"))
    page = titled(grids[0], "凤城街道光网建设情况表")
    shifted = Grid()
    shifted.lay(page, 1)
    shifted.put(1, 7, "单位：万户")
    return [shifted], right


@sheet("wan-written", "0.0634万 in each cell", FENGCHENG, "ods")
def _(s):
    return plain(s, columns(writing="wan_text"))


@sheet("mixed-writings", "each column written in another way", FENGCHENG, "csv")
def _(s):
    kinds = ("unit", "commas", "wide", "decimals", "padded")
    five = [figure(name, (HEADINGS[name][1],), kind) for name, kind in zip(RETURN_FIELDS, kinds, strict=True)]
    return plain(s, [named(("名称",), "full"), *five])


@sheet(
    "letters-for-digits", "l23 and 45O: typed letters for digits, not to be taken unasked", FENGCHENG, asks=("value",)
)
def _(s):
    return plain(s, gaps={(s.rows[1][0], FIBRE): "l23", (s.rows[6][0], BROADBAND): "45O"})


@sheet("explained", "a column of sentences that explain changes", SHIJIAO)
def _(s):
    said = {s.rows[2][0]: "新楼盘交付，新增住户96户。", s.rows[9][0]: "电信改造铜缆，用户迁转。"}
    grids, right = plain(s, [*columns(), Column(("情况说明",), lambda row, figures: (said.get(row[0]), ""))])
    for code, sentence in said.items():
        right[code]["explanation"] = sentence
    return grids, right


@sheet(
    "explained-in-remarks", "备注（变动原因） holds the explanations; a line break in one of them", SHIJIAO, "csv-gbk"
)
def _(s):
    said = {s.rows[4][0]: "拆迁，户数减少。", s.rows[12][0]: "移动新建光交箱，覆盖增加。"}
    cols = [*columns(), Column(("备注\n（变动原因）",), lambda row, figures: (said.get(row[0]), ""))]
    grids, right = plain(s, cols)
    for code, sentence in said.items():
        right[code]["explanation"] = sentence
    return grids, right


@sheet("years-beside", "quarters in the headings: 2018年第三季度 beside 2018年第四季度", YUANTAN)
def _(s):
    five = []
    for name in RETURN_FIELDS:
        head = HEADINGS[name][0]
        five += [beside((head, "2018年第三季度"), name, 96), figure(name, (head, "2018年第四季度"))]
    return plain(s, [serial(), named(("村居",)), *five])


@sheet("quarters-as-blocks", "a block of five columns for each quarter, the quarter above them", YUANTAN, "ods")
def _(s):
    old = [beside(("2018年第三季度", HEADINGS[name][0]), name, 95) for name in RETURN_FIELDS]
    new = [figure(name, ("2018年第四季度", HEADINGS[name][0])) for name in RETURN_FIELDS]
    return plain(s, [named(("村居",), "full"), *old, *new])


@sheet("quarters-as-sheets", "a sheet a quarter; the last one counts", YUANTAN)
def _(s):
    grids, right = plain(s, columns("full"))
    old = {code: {name: value * 9 // 10 for name, value in figures.items()} for code, figures in s.figures.items()}
    before = Table(columns("full"), s.rows, old).laid()[0]
    before.title, grids[0].title = "2018年第三季度", "2018年第四季度"
    s.active = 1
    return [before, grids[0]], right


@sheet(
    "copies-as-sheets",
    "two sheets of like headings and unlike figures, named Sheet1 and Sheet2",
    YUANTAN,
    asks=("sheet",),
)
def _(s):
    grids, _ = plain(s, columns("full"))
    old = {code: {name: value * 9 // 10 for name, value in figures.items()} for code, figures in s.figures.items()}
    before = Table(columns("full"), s.rows, old).laid()[0]
    before.title = "Sheet2"
    return [grids[0], before], {}


@sheet("increase-beside", "本季新增 and 较上季增减 beside the figures", DONGCHENG)
def _(s):
    cols = columns()
    more = [beside(("本季新增宽带用户",), BROADBAND, 4), beside(("较上季增减",), FIBRE, 3)]
    return plain(s, [*cols[:6], *more, cols[6]])


@sheet(
    "operators-and-sum", "the three operators' users side by side with their sum: the sum is the township's", DONGCHENG
)
def _(s):
    cols = columns()[:5]
    for name, group in ((BROADBAND, "宽带用户数"), (FIBRE, "光网用户数")):
        cols += [beside((group, who), name, part) for who, part in (("电信", 51), ("移动", 29), ("联通", 20))]
        cols.append(figure(name, (group, "小计")))
    return plain(s, cols)


@sheet("operators-sum-first", "合计 before 其中：电信 移动 联通, four heading rows", DONGCHENG)
def _(s):
    top = "光网建设情况"
    cols = [serial(), named(("村居",))]
    cols.append(figure(HOUSEHOLDS, (top, "基本情况", "总户数")))
    cols += [figure(BROADBAND_COVERED, (top, "覆盖户数", "宽带")), figure(FIBRE_COVERED, (top, "覆盖户数", "光网"))]
    for name, group in ((BROADBAND, "宽带用户数"), (FIBRE, "光网用户数")):
        cols.append(figure(name, (top, group, "合计")))
        cols += [
            beside((top, group, "其中", who), name, part) for who, part in (("电信", 51), ("移动", 29), ("联通", 20))
        ]
    return plain(s, cols)


@sheet("two-tables-above-each-other", "households and coverage above, users beneath, the same villages", YUANTAN)
def _(s):
    return _two_tables(s, below=True)


@sheet("two-tables-beside-each-other", "households and coverage on the left, users on the right", YUANTAN)
def _(s):
    return _two_tables(s, below=False)


@sheet("second-table-foreign", "a small table of points of presence stands beneath", YUANTAN)
def _(s):
    grids, right = plain(s, columns("full"))
    low = grids[0].height + 3
    grids[0].put(low, 1, "附：光交箱情况")
    grids[0].put_row(low + 1, ["序号", "位置", "容量（芯）", "已用"])
    grids[0].put_row(low + 2, [1, "圩镇中心", 288, 144])
    grids[0].put_row(low + 3, [2, "工业园", 576, 301])
    return grids, right


@sheet("two-up", "the list is folded: villages 1–11 on the left, the rest on the right, to fit one page", YUANTAN)
def _(s):
    half = len(s.rows) // 2 + 1
    left, right = Table(columns(), s.rows[:half], s.figures).laid()
    second, more = Table(columns(), s.rows[half:], s.figures).laid()
    left.lay(second, 0, left.width)
    return [left], right | more


@sheet("headings-repeated", "title and headings are repeated on each printed page", FENGCHENG, "xls")
def _(s):
    return _repeated(s)


@sheet("natural-villages", "each village's own row is followed by its natural villages, in a second column", YUANTAN)
def _(s):
    return _natural(s, with_own_row=True)


@sheet("natural-villages-only", "figures by natural village only: the sums are not written", YUANTAN, asks=("row",))
def _(s):
    return _natural(s, with_own_row=False)


@sheet("merged-parts", "片区 in merged cells at the left, the villages' numbers starting anew in each", SHIJIAO)
def _(s):
    grids, right = plain(s, [constant(("片区",), ""), *columns()])
    grid = grids[0]
    for top, bottom, name in ((2, 8, "东片"), (9, 14, "中片"), (15, len(s.rows) + 1, "西片")):
        grid.put(top, 1, name)
        grid.merges.append((top, 1, bottom, 1))
        for row in range(top, bottom + 1):
            grid.put(row, 2, row - top + 1)
    return [grid], right


@sheet("hidden-villages", "rows of some villages are hidden by a filter and still count", FENGCHENG)
def _(s):
    grids, right = plain(s)
    grids[0].hidden_rows |= {6, 7, 12}
    return grids, right


@sheet("blank-columns", "blank columns between the groups, as a rule between blocks", FENGCHENG, "lo.ods")
def _(s):
    grids, right = plain(s, columns("full"))
    page = Grid()
    for (row, column), value in grids[0].cells.items():
        page.put(row, column + (column > 3) + (column > 5), value)
    return [page], right


@sheet("part-of-figures", "only households and broadband users; no other column", SHIJIAO, "csv-utf8")
def _(s):
    cols = columns()
    return plain(s, [cols[1], cols[2], cols[5]])


@sheet("part-of-villages", "five villages only, pasted with headings", SHIJIAO, "paste")
def _(s):
    return plain(s, columns("bare", heads=1)[1:], s.rows[3:8])


@sheet("county-wide", "the whole county's sheet; only our township's rows are ours", HENGHE, "xls")
def _(s):
    grid, right = Grid(), {}
    grid.put_row(1, ["街镇", "村居", *(HEADINGS[name][0] for name in RETURN_FIELDS)])
    line = 2
    for where in (DONGCHENG, HENGHE, YUANTAN):
        for row in villages(where):
            figures = s.figures.get(row[0]) or figures_of(row, s.random)
            grid.put_row(line, [row[3].removesuffix("办事处"), NAMING["short"](row), *figures.values()])
            line += 1
            if where == s.where:
                right[row[0]] = dict(figures)
    return [grid], right


@sheet("order-of-columns", "users first, households last", YUANTAN, "lo.ods")
def _(s):
    cols = columns("short", heads=2)
    return plain(s, [cols[1], *cols[:1:-1]])


@sheet("name-last", "the villages' names stand in the last column", YUANTAN, "csv-tab")
def _(s):
    cols = columns("short", heads=3)
    return plain(s, [*cols[2:], cols[1]])


@sheet("headings-in-words", "headings are sentences: 辖区内住户总数（户）, 光纤已铺设到户的户数 …", YUANTAN)
def _(s):
    heads = (
        "辖区内住户总数（户）",
        "宽带网络已覆盖的户数（户）",
        "其中：光纤已覆盖到户的户数（户）",
        "已开通宽带的用户数（户）",
        "其中：使用光纤宽带的用户数（户）",
    )
    return plain(
        s,
        [named(("所属村（居）委会",), "legal"), *(figure(n, (h,)) for n, h in zip(RETURN_FIELDS, heads, strict=True))],
    )


@sheet("headings-broken", "headings with line breaks and blanks: 总 户 数, 宽带\n覆盖\n户数", YUANTAN, "et")
def _(s):
    heads = ("总 户 数", "宽带\n覆盖\n户数", "光网\n覆盖\n户数", "宽带\n用户数", "光 网\n用 户 数")
    return plain(
        s, [serial(), named(("村　居",)), *(figure(n, (h,)) for n, h in zip(RETURN_FIELDS, heads, strict=True))]
    )


@sheet(
    "form-numbers",
    "a row of column numbers (甲 1 2 3 4 5) beneath the headings, as statistical forms have",
    FEILAIXIA,
    "et",
)
def _(s):
    return _numbered(s)


@sheet("form-numbers-xlsx", "a row of column numbers and a row of units beneath the headings", FEILAIXIA)
def _(s):
    return _numbered(s, "户")


for _form, _name in (("xlsx", "portal-without-stamp"), ("xls", "portal-saved-by-wps"), ("csv", "portal-as-csv")):

    @sheet(
        _name, "code, name and the form's own headings, as the portal gives them out, in another file", FEILAIXIA, _form
    )
    def _(s):
        labels = ("总户数", "宽带覆盖户数", "光网覆盖户数", "宽带用户数", "光网用户数")
        five = [figure(name, (label,)) for name, label in zip(RETURN_FIELDS, labels, strict=True)]
        said = {s.rows[3][0]: "新建小区交付，户数增加。"}
        reason = Column(("说明",), lambda row, figures: (said.get(row[0]), ""))
        grids, right = plain(s, [coded(("区域编码",), "whole"), named(("区域名称",), "full"), *five, reason])
        for code, sentence in said.items():
            right[code]["explanation"] = sentence
        return grids, right


@sheet("wide-digits-everywhere", "full-width digits and full-width blanks, typed in WPS", HENGHE, "xls")
def _(s):
    grids, right = plain(s, columns("wide", "wide"))
    for at, _row in enumerate(s.rows, 2):
        grids[0].put(at, 1, wide_digits(at - 1))
    return grids, right


SINGLE_RETURNS = tuple(_SHEETS)
