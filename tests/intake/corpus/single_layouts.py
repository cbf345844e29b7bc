"""A return's sheets with one trouble about where things stand: quarters, operators, tables, parts, the order of columns."""

from tests.intake.corpus.chapter import Made, Setting, titled
from tests.intake.corpus.grid import Grid, Value
from tests.intake.corpus.single_returns import ReturnChapter, columns, plain
from tests.intake.corpus.table import (
    BROADBAND,
    BROADBAND_COVERED,
    FIBRE,
    FIBRE_COVERED,
    HEADINGS,
    HOUSEHOLDS,
    NAMING,
    Column,
    Table,
    beside,
    coded,
    constant,
    figure,
    figures_of,
    named,
    serial,
    wide_digits,
)
from tests.intake.corpus.world import DONGCHENG, FEILAIXIA, FENGCHENG, HENGHE, RETURN_FIELDS, SHIJIAO, YUANTAN, villages

CHAPTER = ReturnChapter()
sheet = CHAPTER.sheet


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
