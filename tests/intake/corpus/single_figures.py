"""A return's sheets with one trouble about what stands in the cells: units, writings, words, formulas, sentences."""

from tests.intake.corpus.chapter import titled
from tests.intake.corpus.grid import ACCOUNTING, Formula, Grid
from tests.intake.corpus.single_returns import ReturnChapter, bare_block, columns, plain
from tests.intake.corpus.table import (
    BROADBAND,
    BROADBAND_COVERED,
    FIBRE,
    FIBRE_COVERED,
    HEADINGS,
    HOUSEHOLDS,
    NAMING,
    Column,
    beside,
    figure,
    named,
)
from tests.intake.corpus.world import FEILAIXIA, FENGCHENG, HENGHE, RETURN_FIELDS, SHIJIAO, YUANTAN

CHAPTER = ReturnChapter()
sheet = CHAPTER.sheet


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
