"""Tables as people write them: each way in which they are laid out, with what it must give without a question."""

import pytest

from intake.reading import read
from tests.intake.sheets import (
    COUNTED,
    COUNTS,
    COUNTS_HEAD,
    COUNTY,
    FIGURES,
    HEAD,
    PLAIN,
    RETURN,
    TOTAL,
    VILLAGES,
    block,
    body,
    figures,
    values,
    workbook,
)

SHORT = {code: name.removesuffix("居委会").removesuffix("村委会") for code, name in VILLAGES.items()}
SHORT |= {"441802107006": "升平社区", "441802107217": "升平村"}
UNITS = {code: name for code, (name, _) in COUNTY.items()}


def with_column(rows, place, cells):
    return [[*row[:place], cell, *row[place:]] for row, cell in zip(rows, cells, strict=True)]


def renamed(**labels):
    return [["村居", *(labels.get(name, label) for name, label in FIGURES.items())], *body()]


def two_levels(*, merged: bool):
    """宽带 and 光网 above 覆盖户数 and 用户数."""
    order = ("households", "broadband_covered_households", "broadband_users", "fibre_covered_households", "fibre_users")
    rows = [
        ["序号", "村（社区）", "总户数", "宽带（户）", None, "光网（户）", None],
        [None, None, None, "覆盖户数", "用户数", "覆盖户数", "用户数"],
        *([number, *row] for number, row in enumerate(body(fields=order), start=1)),
    ]
    merges = ("A1:A2", "B1:B2", "C1:C2", "D1:E1", "F1:G1") if merged else ()
    return rows, merges


def last_quarter_beside():
    """上季 and 本季 above each figure; the former a little less."""
    top = ["村居", *(cell for label in FIGURES.values() for cell in (label, None))]
    low = [None, *("上季", "本季") * 5]
    return [top, low, *([row[0], *(cell for n in row[1:] for cell in (n - 3, n))] for row in body())]


def dated(first="2018年一季度", second="2018年二季度"):
    top = ["村居", first, *[None] * 4, second, *[None] * 4]
    low = [None, *FIGURES.values(), *FIGURES.values()]
    return [top, low, *([row[0], *(n - 3 for n in row[1:]), *row[1:]] for row in body())]


def operators_beside():
    """Each operator's users and their total."""
    top = [
        "村居",
        "总户数",
        "宽带覆盖户数",
        "光网覆盖户数",
        "宽带用户数",
        None,
        None,
        None,
        "光网用户数",
        None,
        None,
        None,
    ]
    low = [*[None] * 4, *("电信", "移动", "联通", "合计") * 2]
    rows = [[name, h, b, f, u - 30, 20, 10, u, v - 30, 20, 10, v] for name, h, b, f, u, v in body()]
    return [top, low, *rows]


def two_up():
    left, right = body()[:4], body()[4:]
    head = ["序号", *HEAD]
    return [
        [*head, None, *head],
        *([n, *a, None, n + 4, *b] for n, (a, b) in enumerate(zip(left, right, strict=True), 1)),
    ]


def turned(rows):
    return [list(column) for column in zip(*rows, strict=True)]


def operators_beneath(*, is_named_once):
    """Four rows for each place: of three operators, and their total."""
    rows = [["村居", "运营企业", *HEAD[1:]]]
    for name, *numbers in body():
        for place, operator in enumerate(("电信", "移动", "联通", "小计")):
            share = numbers if operator == "小计" else [n // (place + 2) for n in numbers]
            rows.append(["" if place and is_named_once else name, operator, *share])
    return rows


def merged_wide():
    """Each figure over two columns, each place over two rows."""
    rows = [["村居", *(cell for label in FIGURES.values() for cell in (label, None))]]
    merges = [f"{a}1:{b}1" for a, b in ("BC", "DE", "FG", "HI", "JK")]
    for number, row in enumerate(body()):
        rows += [[row[0], *(cell for n in row[1:] for cell in (n, None))], []]
        top = 2 * number + 2
        merges += [f"A{top}:A{top + 1}", *(f"{a}{top}:{b}{top + 1}" for a, b in ("BC", "DE", "FG", "HI", "JK"))]
    return workbook(rows=rows, merges=merges)


OTHERS = [["源潭镇", 9, 9, 9, 9, 9], ["连塘村", 8, 8, 8, 8, 8], ["升平村", 7, 7, 7, 7, 7]]

READ = {
    "plain": block(*PLAIN),
    "short names": block(HEAD, *body(SHORT)),
    "codes beside": block(*with_column(PLAIN, 0, ["编码", *VILLAGES])),
    "codes as floats": block(*with_column(PLAIN, 0, ["编码", *(f"{code}.0" for code in VILLAGES)])),
    "codes only": block(["编码", *HEAD[1:]], *([code, *row[1:]] for code, row in zip(VILLAGES, body(), strict=True))),
    "former name": block(*[[("横石河村" if cell == "石颈村委会" else cell) for cell in row] for row in PLAIN]),
    "spaces and serials": block(HEAD, *body({c: f"{n}、{' '.join(name)}" for n, (c, name) in enumerate(SHORT.items(), 1)})),
    "township before": block(HEAD, *body({code: f"清城区飞来峡镇{name}" for code, name in VILLAGES.items()})),
    "title and notes": block(
        ["飞来峡镇2018年第二季度光网建设情况统计表"],
        ["填报单位：飞来峡镇人民政府", None, None, "填报日期：2018年7月3日", None, "单位：户"],
        HEAD,
        ["甲", 1, 2, 3, 4, 5],
        *body(),
        TOTAL,
        ["注：以上数据由各村居统计"],
        ["填表人：李青", None, "审核人：王江口"],
    ),
    "total on top": block(HEAD, TOTAL, *body()),
    "township's own row": block(HEAD, ["飞来峡镇", *TOTAL[1:]], *body()),
    "subtotals by kind": block(
        HEAD, ["一、社区"], *body()[:4], ["小计", 1, 1, 1, 1, 1], ["二、村"], *body()[4:], ["小计", 1, 1, 1, 1, 1], TOTAL
    ),
    "blank rows and columns": block([], [], *([None, row[0], None, *row[1:]] for row in PLAIN[:4]), [], *([None, row[0], None, *row[1:]] for row in PLAIN[4:])),
    "levels merged": workbook(rows=two_levels(merged=True)[0], merges=two_levels(merged=True)[1]),
    "levels not merged": block(*two_levels(merged=False)[0]),
    "last quarter beside": block(*last_quarter_beside()),
    "dated quarters": block(*dated()),
    "dated quarters turned round": block(*dated("2018年第2季度", "2018年Q1")[:2], *([r[0], *r[6:], *r[1:6]] for r in dated()[2:])),
    "operators beside": block(*operators_beside()),
    "two tables side by side": block(*two_up()),
    "villages in columns": block(*turned(PLAIN)),
    "villages in columns with a total": block(*turned([*PLAIN, TOTAL])),
    "rates and people": block(
        *([*row[:1], extra, *row[1:], rate] for row, extra, rate in zip(PLAIN, ["常住人口（人）", *range(3000, 3008)], ["光网渗透率（%）", *["66.7%"] * 8], strict=True))
    ),
    "ten thousands": block(renamed(households="总户数（万户）")[0], *([r[0], f"{r[1] / 10000:.4f}", *r[2:]] for r in body())),
    "ten thousands all over": block(["单位：万户"], HEAD, *([r[0], *(f"{n / 10000:.4f}" for n in r[1:])] for r in body())),
    "numbers in words": block(HEAD, *([r[0], f"{r[1]:,}户", f"{r[2]}.00", *r[3:]] for r in body())),
    "synonyms": block(
        *renamed(
            households="住户总数",
            broadband_covered_households="固定宽带可接入户数",
            fibre_covered_households="光纤已覆盖户数",
            broadband_users="宽带（含光/铜）在网用户（户）",
            fibre_users="其中：FTTH用户",
        )
    ),
    "two sheets": workbook(
        {"title": "社区", "rows": [HEAD, *body()[:4]]}, {"title": "村", "rows": [HEAD, *body()[4:]]}
    ),
    "figures on two sheets": workbook(
        {"title": "覆盖", "rows": [row[:4] for row in PLAIN]}, {"title": "用户", "rows": [[row[0], *row[4:]] for row in PLAIN]}
    ),
    "last quarter's sheet": workbook(
        {"title": "一季度", "rows": [["2018年第一季度"], HEAD, *([r[0], *(n - 1 for n in r[1:])] for r in body())]},
        {"title": "二季度", "rows": [["2018年第二季度"], HEAD, *body()]},
    ),
    "hidden sheet": workbook({"rows": [HEAD, *body()]}, {"rows": [HEAD, *([r[0], 1, 1, 1, 1, 1] for r in body())], "state": "hidden"}),
    "a row for each operator": block(*operators_beneath(is_named_once=False)),
    "a row for each operator, named once": block(*operators_beneath(is_named_once=True)),
    "merged over two rows and columns": merged_wide(),
    "another township above": block(HEAD, *OTHERS, ["飞来峡镇", *TOTAL[1:]], *body()),
    "another township in a column": block(
        ["街镇", *HEAD], *(["源潭镇", *row] for row in OTHERS[1:]), *(["飞来峡镇" if not n else "", *row] for n, row in enumerate(body()))
    ),
    "last quarter beneath": block(["本季度"], HEAD, *body(), [], ["上季度"], HEAD, *([r[0], *(n - 1 for n in r[1:])] for r in body())),
    "shares and differences beneath": block(HEAD, *body(), TOTAL, ["占比", 1, 2, 3, 4, 5], ["较上季增减", 1, 2, 3, 4, 5], ["上季合计", 6, 7, 8, 9, 9]),
    "telephone in the signature": block(HEAD, *body(), ["填表人：李青", "电话：", 3123456]),
    "title over the middle": block([None, None, "飞来峡镇光网建设情况统计表"], HEAD, *body()),
    "the portal's own stamp": block(["飞来峡镇2018年第二季度季报"], ["说明：只填白色格子"], ["单位编码", "441802107", "季度", "2018Q2", "校验号", "A1B2"], [], ["编码", *HEAD, "说明", *(f"上季{label}" for label in HEAD[1:])], *([code, *row, "", *(n - 1 for n in row[1:])] for code, row in zip(VILLAGES, body(), strict=True))),
    "of which": block(["村居", "总户数", "宽带覆盖户数", "其中：光网", "宽带用户数", "其中：光网"], *body()),
    "fibre, copper and both": block(["村居", "总户数", "覆盖户数", "", "", "用户数"], ["", "", "合计", "光", "铜", "小计", "光纤", "铜缆"], *([n, h, b, f, b - f, u, v, u - v] for n, h, b, f, u, v in body())),
    "a row for each quarter, named once": block(["村居", "季度", *HEAD[1:]], *(line for name, *n in body() for line in ([name, "2018年一季度", *(x - 1 for x in n)], ["", "2018年二季度", *n]))),
    "hamlets with a subtotal": block(["行政村", "自然村", *HEAD[1:]], *(line for name, *n in body() for line in ([name, "甲村", *(x - 9 for x in n)], ["", "乙村", *[9] * 5], ["", "小计", *n])), ["合计", "", *TOTAL[1:]]),
    "this quarter, last, and the difference in rows": block(["村居", "期别", *HEAD[1:]], *(line for name, *n in body() for line in ([name, "本季", *n], ["", "上季", *(x - 1 for x in n)], ["", "增减", *[1] * 5]))),
    "the end of last year beside": block(["村居", "2017年底", *[""] * 4, "2018年6月底"], ["", *HEAD[1:], *HEAD[1:]], *([r[0], *(n - 3 for n in r[1:]), *r[1:]] for r in body())),
    "subtotals of parts": block(HEAD, *body()[:3], ["城区小计", 1, 1, 1, 1, 1], *body()[3:], ["北片小计", 1, 1, 1, 1, 1], TOTAL),
    "a year's columns, half of them blank": block(["村居", "2018年一季度", *[""] * 4, "2018年二季度", *[""] * 4, "2018年三季度"], ["", *HEAD[1:] * 3], *([r[0], *(n - 3 for n in r[1:]), *r[1:]] for r in body())),
    "is covered, yes or no": block(*([row[0], cell, *row[1:]] for row, cell in zip(PLAIN, ["是否光网覆盖", *"是是否是是是是是"], strict=True))),
    "asides that explain": block(["村居", "总户数（季末的全部户数）", "宽带覆盖户数（任何一种宽带都算）", "光网覆盖户数", "宽带用户数（各家企业相加）", "光网用户数（其中使用光纤的）"], *body()),
    "who fills it in, above the serial numbers": block(["飞来峡镇光网建设情况统计表（2018年第二季度）"], ["单位：飞来峡镇", *[""] * 5, "填报日期：2018年7月8日"], ["序号", *HEAD], *([n, *row] for n, row in enumerate(body(), 1))),
    "groups merged over all columns": workbook(rows=[["单位：飞来峡镇"], ["序号", *HEAD], ["东部片区"], *([n, *row] for n, row in enumerate(body()[:4])), ["西部片区"], *([n, *row] for n, row in enumerate(body()[4:]))], merges=["A3:G3", "A8:G8"]),
    "villages in columns between title and notes": block(["飞来峡镇光网情况统计表"], ["填报单位：飞来峡镇", *[""] * 7, "2018年7月8日"], *turned(PLAIN), ["注：截至季末。"], ["填报人：李", *[""] * 7, "审核人：王"]),
    "traditional characters": block(["村居", "總戶數", "寬帶覆蓋戶數", "光網覆蓋戶數", "寬帶用戶數", "光網用戶數"], *body({code: name.replace("龙", "龍").replace("会", "會").replace("园", "園") for code, name in VILLAGES.items()})),
    "codes before the names in one cell": block(["代码及名称", *HEAD[1:]], *body({code: code + name for code, name in VILLAGES.items()})),
    "ends of codes before the names in one cell": block(HEAD, *body({code: code[-3:] + name for code, name in VILLAGES.items()})),
    "parted codes": block(["代码", *HEAD[1:]], *([f"{code[:6]}-{code[6:9]} {code[9:]}", *row[1:]] for code, row in zip(VILLAGES, body(), strict=True))),
    "last six digits": block(["代码", *HEAD[1:]], *([code[-6:], *row[1:]] for code, row in zip(VILLAGES, body(), strict=True))),
    "last three digits without their noughts": block(["村居编码", *HEAD[1:]], *([int(code[-3:]), *row[1:]] for code, row in zip(VILLAGES, body(), strict=True))),
    "a heading above nearly all": workbook(rows=[["序号", "村居", "光网建设情况"], ["", "", "基本情况", "覆盖户数", "", "用户数"], ["", "", "总户数", "宽带", "光网", "宽带", "光网"], *([n, *row] for n, row in enumerate(body()))], merges=["C1:G1", "D2:E2", "F2:G2"]),
    "of which, in a row of its own": block(["村居", "总户数", "宽带覆盖户数", "其中", "宽带用户数", "其中"], ["", "", "", "光网覆盖户数", "", "光网用户数"], *body()),
    "remarks and footnotes": block(HEAD, *([name, f"{n}（含集体户）", f"{c}*", f"{f}户（包括宿舍12户）", f"{u}②", v] for name, n, c, f, u, v in body())),
    "hamlets that do not add up": block(["行政村", "自然村", *HEAD[1:]], *(line for name, *n in body() for line in ([name, "小计", *n], ["", "甲村", *(x - 9 for x in n)], ["", "乙村", *[8] * 5]))),
    "township between strokes": block(HEAD, *body({code: f"飞来峡镇/{name}" for code, name in VILLAGES.items()})),
    "township behind the name": block(["村居", "所属街镇", *HEAD[1:]], *([name, "飞来峡镇", *row] for name, *row in body())),
    "headings again on each page": block(HEAD, *body()[:3], ["第2页"], HEAD, *body()[3:]),
}  # fmt: skip


@pytest.mark.parametrize("name", READ)
def test_sheet_is_read_without_a_question(name):
    content = READ[name].encode() if "quarter, named" in name else READ[name]

    reading = read(content, "2018年二季度.csv", RETURN)

    assert reading.questions == []
    assert values(reading) == figures()


def counts_body():
    numbers = figures(tuple(COUNTY))
    return [[name, *(numbers[code][field] for field in COUNTED)] for code, name in UNITS.items()]


def expected_counts():
    return {code: {name: each[name] for name in COUNTED} for code, each in figures(tuple(COUNTY)).items()}


def beside_town():
    """The township in a column of its own, once for all its rows; its own figures beside 小计."""
    rows = []
    for row, (name, within) in zip(counts_body(), COUNTY.values(), strict=True):
        short = name.removesuffix("居委会").removesuffix("村委会").removesuffix("社区")
        rows.append([None, short, *row[1:]] if within else [name.removesuffix("办事处"), "小计", *row[1:]])
    return rows


def bare_names():
    """All names without what they are: 洲心 is the township, then its community."""
    endings = ("街道办事处", "社区居委会", "居委会", "村委会", "镇")
    short = [next(name.removesuffix(each) for each in endings if name.endswith(each)) for name in UNITS.values()]
    return [[name, *row[1:]] for name, row in zip(short, counts_body(), strict=True)]


COUNTED_SHEETS = {
    "bare names in order": block(COUNTS_HEAD, *bare_names()),
    "plain": block(COUNTS_HEAD, *counts_body()),
    "full and short townships": block(COUNTS_HEAD, *([r[0].replace("办事处", ""), *r[1:]] for r in counts_body())),
    "townships in a column": block(["街镇", "村居", *COUNTS_HEAD[1:]], *beside_town()),
    "one operator above all": block(
        ["中国电信清城分公司2018年二季度用户数"], ["街镇、村居", "电信宽带用户", "电信光纤用户"], *counts_body()
    ),
    "turned": block(*turned([COUNTS_HEAD, *counts_body()])),
    "the months of the quarter": block(["街镇、村居", "宽带用户数", "", "", "光网用户数"], ["", "4月末", "5月末", "6月末", "4月末", "5月末", "6月末"], *([name, a - 4, a - 3, a, b - 2, b - 1, b] for name, a, b in counts_body())),
}  # fmt: skip


@pytest.mark.parametrize("name", COUNTED_SHEETS)
def test_counts_are_read_without_a_question(name):
    reading = read(COUNTED_SHEETS[name], "", COUNTS)

    assert reading.questions == []
    assert values(reading) == expected_counts()


def test_heading_above_all_figures_says_what_they_are():
    rows = [
        ["村居", "宽带用户数"],
        ["", "公众", "政企", "合计", "其中光纤"],
        ["江口", 5, 2, 7, 6],
        ["龙埗", 6, 3, 9, 8],
    ]

    reading = read(block(*rows), "", RETURN)

    assert reading.questions == []
    assert [line.values for line in reading.lines] == [
        {"broadband_users": 7, "fibre_users": 6},
        {"broadband_users": 9, "fibre_users": 8},
    ]
