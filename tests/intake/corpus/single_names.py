"""A return's sheets with one trouble about names and codes: which village is meant."""

from tests.intake.corpus.single_returns import ReturnChapter, columns, plain
from tests.intake.corpus.table import NAMING, Column, constant, serial, stem
from tests.intake.corpus.world import DONGCHENG, FEILAIXIA, FENGCHENG, HENGHE, NAMES, SHIJIAO, YUANTAN, ZHOUXIN

CHAPTER = ReturnChapter()
sheet = CHAPTER.sheet


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
