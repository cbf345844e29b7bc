"""Tables as people write them: each mechanism with what it must give, and what it must ask."""

import pytest

from areas.package.tables import Unreadable
from intake.reading import read
from intake.wanted import Wanted
from tests.intake.sheets import (
    COUNTED,
    COUNTS,
    COUNTY,
    FIGURES,
    RETURN,
    VILLAGES,
    block,
    body,
    figures,
    values,
    workbook,
)

HEAD = ["村居", *FIGURES.values()]
PLAIN = [HEAD, *body()]
TOTAL = ["合计", *(sum(each[name] for each in figures().values()) for name in FIGURES)]
SHORT = {code: name.removesuffix("居委会").removesuffix("村委会") for code, name in VILLAGES.items()}
SHORT |= {"441802107006": "升平社区", "441802107217": "升平村"}
BASE = dict.fromkeys(VILLAGES, "") | SHORT
COUNTS_HEAD = ["街镇、村居", "宽带用户数", "光网用户数"]
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


ORDER_OF_NAMES = ["江口", "龙埗", "升平", "北潦", "琶江口", "石颈", "升平", "竹园"]


def test_one_name_twice_is_told_apart_by_its_neighbours():
    reading = read(block(HEAD, *body(dict(zip(VILLAGES, ORDER_OF_NAMES, strict=True)))), "", RETURN)

    assert reading.questions == []
    assert values(reading) == figures()


def test_one_name_twice_is_told_apart_by_the_groups():
    names = dict(zip(VILLAGES, ORDER_OF_NAMES, strict=True))
    rows = body(names)
    reading = read(block(HEAD, ["村委会"], *rows[:3:-1], ["居委会"], *rows[3::-1]), "", RETURN)

    assert reading.questions == []
    assert values(reading) == figures()


def test_name_of_two_places_is_asked():
    reading = read(block(HEAD, ["升平", 5, 4, 3, 2, 1], ["石颈村", 9, 8, 7, 6, 5]), "", RETURN)

    (question,) = reading.questions
    assert (question.kind, {value for value, _ in question.options}) == ("row", {"441802107006", "441802107217", ""})
    assert set(values(reading)) == {"441802107212"}

    answered = read(
        block(HEAD, ["升平", 5, 4, 3, 2, 1], ["石颈村", 9, 8, 7, 6, 5]),
        "",
        RETURN,
        answers={question.key: "441802107217"},
    )
    assert answered.questions == []
    assert answered.lines[0].code == "441802107217" and answered.lines[0].values["fibre_users"] == 1


def test_answers_are_remembered_for_the_next_sheet():
    rows = [["村居", "户籍户数", *HEAD[2:]], ["石岭村", 9, 8, 7, 6, 5], ["江口", 8, 7, 6, 5, 4]]
    first = read(block(*rows), "", RETURN)
    answers = {first.questions[0].key: "B", first.questions[1].key: "441802107212"}
    settled = read(block(*rows), "", RETURN, answers=answers)
    later = block(["二季度"], *(["", *row] for row in rows))
    again = read(later, "", RETURN, remembered=settled.mapping)

    assert [question.kind for question in first.questions] == ["column", "row"]
    assert again.questions == []
    assert values(again)["441802107212"] == dict(zip(FIGURES, (9, 8, 7, 6, 5), strict=True))


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


def test_townships_alone_are_read_by_their_short_names():
    reading = read(
        block(["街镇", "宽带用户数", "光网用户数"], ["洲心", 9, 8], ["源潭", 7, 6], ["飞来峡", 5, 4]), "", COUNTS
    )

    assert reading.questions == []
    assert {line.code: line.values["fibre_users"] for line in reading.lines} == {
        "441802008": 8,
        "441802103": 6,
        "441802107": 4,
    }


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


def test_name_that_was_torn_apart_is_asked():
    reading = read("村居 总户数 宽带用户数\n江口 5 4\n龙 埗 6 3", "", RETURN)

    assert [question.kind for question in reading.questions] == ["row"]
    assert values(reading) == {"441802107001": {"households": 5, "broadband_users": 4}}


def test_rows_beside_the_townships_are_left_out():
    rows = [["洲心", 9, 8], ["源潭镇", 7, 6], ["高新区", 5, 4], ["银盏林场", 3, 2], ["其他", 1, 1], ["合计", 25, 21]]

    reading = read(block(["街镇", "宽带用户数", "光网用户数"], *rows), "", COUNTS)

    assert reading.questions == []
    assert {line.code: line.values["fibre_users"] for line in reading.lines} == {"441802008": 8, "441802103": 6}


def test_township_a_slip_away_is_asked():
    reading = read(block(["街镇", "宽带用户数", "光网用户数"], ["洲心", 9, 8], ["飞来狭镇", 7, 6]), "", COUNTS)

    (question,) = reading.questions
    assert question.kind == "row" and "441802107" in dict(question.options)


def test_sentence_is_taken_from_the_column_that_explains():
    reading = read(block([*HEAD, "备注", "变动原因"], [*body()[0], "甲", "新楼盘"]), "", RETURN)

    assert reading.questions == [] and reading.lines[0].values["explanation"] == "新楼盘"


def test_same_names_of_two_townships_are_told_apart_by_the_group_headings():
    rows = [["源潭镇"], ["新田", 9, 8], ["飞来峡镇"], ["新田", 7, 6]]

    reading = read(block(COUNTS_HEAD, *rows), "", COUNTS)

    assert reading.questions == []
    assert [line.code for line in reading.lines] == ["441802103005", "441802107214"]


ASKED = {
    "broadband of some kind": (["村居", "宽带户数", "光网户数"], ["江口", 3, 2], {"column"}),
    "households of some kind": (["村居", "户籍户数", "常住户数"], ["江口", 3, 2], {"column"}),
    "no headings": (["江口", 3, 2], ["龙埗", 4, 3], {"column"}),
    "operators without a total": (["村居", "电信光纤用户", "移动光纤用户"], ["江口", 3, 2], {"column"}),
    "an operator's table": (["中国电信飞来峡分局统计表"], ["村居", "总户数", "光网用户数"], ["江口", 3, 2], {"column"}),
    "an operator above most columns": (["序号", "村居", "总户数", "电信", "", "", ""], ["", "", "", *HEAD[2:]], [1, *body()[0]], [2, *body()[1]], {"column"}),
    "twice": (["村居", "光网用户数", "光网用户数"], ["江口", 3, 2], {"column"}),
    "unknown word": (["村居", "总户数", "某某光网用户数"], ["江口", 3, 2], {"column"}),
    "decimals without a unit": (["村居", "总户数", "光网用户数"], ["江口", "0.32", "0.21"], {"unit"}),
    "households by the million": (["村居", "总户数（万户）", "光网用户数"], ["江口", 3211, 2100], {"unit"}),
    "two villages in a row": (["村居", "总户数"], ["江口", 5], ["龙埗居委会（含北潦）", 9], {"row"}),
    "quarters without a year": (["村居", "12月底光网用户数", "3月底光网用户数"], ["江口", 2, 3], {"column"}),
    "a village of a town's size": (["村居", "总户数（万户）"], ["江口", 12], {"unit"}),
    "village nobody knows": (["村居", "总户数", "光网用户数"], ["江日村", 3, 2], ["龙埗", 3, 2], {"row"}),
    "code of one, name of another": (["编码", "村居", "总户数"], ["441802107001", "龙埗居委会", 3], {"row"}),
    "code before another name in one cell": (["村居", "总户数"], ["441802107001龙埗居委会", 3], ["江口", 4], {"row"}),
    "code behind another name in one cell": (["村居", "总户数"], ["龙埗居委会（441802107001）", 3], ["江口", 4], {"row"}),
    "code that is not in the list": (["编码", "村居", "总户数"], ["441802107001", "江口", 3], ["441802107299", "龙埗", 3], {"row"}),
    "end of a month within the quarter": (["村居", "总户数", "5月末光网用户数"], ["江口", 4, 3], {"column"}),
    "aside that corrects": (["村居", "总户数"], ["江口", "320（应为302）"], {"value"}),
    "aside that takes away": (["村居", "总户数"], ["江口", "320（不含集体户）"], {"value"}),
    "aside of others": (["村居", "总户数"], ["江口", "320（含外村30户）"], {"value"}),
    "nothing or nought": (["村居", "总户数", "光网用户数"], ["江口", "无", 3], {"value"}),
    "comma": (["村居", "总户数"], ["江口", "1,5"], {"value"}),
}  # fmt: skip


@pytest.mark.parametrize("name", ASKED)
def test_what_is_unclear_is_asked(name):
    *rows, kinds = ASKED[name]

    reading = read(block(*rows), "", RETURN)

    assert {question.kind for question in reading.questions} == kinds
    asked = {question.key.split("/")[-1] for question in reading.questions if question.kind in ("column", "unit")}
    assert not any(asked & line.values.keys() for line in reading.lines)


@pytest.mark.parametrize("text", ["66.7%", "约300", "(12)", "三百多", "12.5", "#REF!", "见附件"])
def test_what_cannot_be_read_is_a_fault_of_its_cell(text):
    reading = read(block(["村居", "总户数（户）", "光网用户数"], ["江口", 9, text], ["龙埗", 8, 4]), "", RETURN)

    line = reading.lines[0]
    assert line.values == {"households": 9}
    assert line.faults.keys() == {"fibre_users"} or [question.kind for question in reading.questions] == ["unit"]


def test_marks_for_nothing_yet_are_blanks_and_said():
    reading = read(block(HEAD, ["江口", 9, "/", 7, "暂无", 5], ["龙埗", "／", 7, 6, 5, 4]), "", RETURN)

    assert reading.questions == [] and not any(line.faults for line in reading.lines)
    assert values(reading)["441802107001"] == {"households": 9, "fibre_covered_households": 7, "fibre_users": 5}
    assert reading.notices == ["2 格写着“/”，作为空白。", "1 格写着“暂无”，作为空白。"]


def test_remarks_are_said():
    reading = read(block(["村居", "总户数"], ["江口", "320（含集体户）"], ["龙埗", "7*"]), "", RETURN)

    assert values(reading) == {"441802107001": {"households": 320}, "441802107003": {"households": 7}}
    assert reading.notices == [
        "“320（含集体户）”读作 320，不计后面的说明。",
        "“7*”读作 7，不计后面的说明。",
    ]


@pytest.mark.parametrize(
    "rows",
    [
        [["编码", *COUNTS_HEAD], ["441802103005", "新田", 9, 8], ["441802105005", "新田村", 7, 6]],
        [["", *COUNTS_HEAD], ["", "新田（源潭镇）", 9, 8], ["", "新田村（石角镇）", 7, 6]],
    ],
)
def test_village_of_the_same_name_elsewhere_is_left_out(rows):
    reading = read(block(*rows), "", COUNTS)

    assert values(reading) == {"441802103005": {"broadband_users": 9, "fibre_users": 8}}
    assert (reading.questions, reading.left_out) == ([], [(3, "其他街镇的行")])


def test_township_in_brackets_tells_the_village_from_the_township():
    rows = [["源潭（源潭镇）", 9, 8], ["新田（飞来峡镇）", 7, 6], ["洲心（洲心街道）", 5, 4]]

    reading = read(block(COUNTS_HEAD, *rows), "", COUNTS)

    assert reading.questions == []
    assert [line.code for line in reading.lines] == ["441802103001", "441802107214", "441802008001"]


def test_serial_numbers_headed_as_codes_are_none():
    reading = read(
        block(["编码", "村居", "总户数"], *([n, name, 9] for n, (name, *_) in enumerate(body(), 1))), "", RETURN
    )

    assert reading.questions == [] and len(values(reading)) == len(VILLAGES)


def test_parts_without_a_sum_are_asked():
    """A hamlet's figures are not the village's, though the name stands beside the first of them only."""
    rows = [["江口", "甲村", 5], ["", "乙村", 6], ["龙埗", "丙村", 7]]

    reading = read(block(["村居", "自然村", "总户数"], *rows), "", RETURN)

    assert [question.key for question in reading.questions] == ["row/twice/441802107001"]
    assert "441802107001" not in values(reading)


def test_total_in_another_column_is_no_village():
    reading = read(
        block(["村居", "类别", "总户数"], ["江口", "居", 5], ["龙埗", "居", 7], ["", "合计", 12]), "", RETURN
    )

    assert values(reading).get("441802107003") in (None, {"households": 7})


def test_place_in_two_rows_is_asked():
    reading = read(block(["村居", "总户数"], ["江口", 9], ["龙埗", 8], ["江口居委会", 7]), "", RETURN)

    assert [question.kind for question in reading.questions] == ["row"]
    assert values(reading) == {"441802107003": {"households": 8}}


def test_contradicting_sheets_are_asked():
    other = [HEAD, *([row[0], *(n + 1 for n in row[1:])] for row in body())]
    content = workbook({"rows": PLAIN, "title": "甲"}, {"rows": other, "title": "乙"})

    reading = read(content, "a.xlsx", RETURN)

    (question,) = reading.questions
    assert question.kind == "sheet" and values(reading) == {}
    answered = read(content, "a.xlsx", RETURN, answers={"sheet": question.options[0][0]})
    assert answered.questions == [] and values(answered) == figures()


def test_part_larger_than_its_whole_is_asked():
    reading = read(block(["村居", "宽带用户数", "光网用户数"], ["江口", 2, 3], ["龙埗", 3, 4]), "", RETURN)

    assert [question.key for question in reading.questions] == ["column/fibre_users", "column/broadband_users"]
    assert values(reading) == {}


def beneath(group, *labels):
    """总户数 and the coverage beneath one group, the users beside them."""
    top = ["村居", group, *[None] * (len(labels) - 1), "宽带用户数", "光网用户数"]
    return [top, [None, *labels, None, None]]


COVERED = ("总户数（户）", "宽带覆盖（户）", "光网覆盖（户）")


@pytest.mark.parametrize("group", ("户数及覆盖情况", "覆盖情况", "宽带网络覆盖情况"))
def test_households_beside_the_coverage_of_a_group_are_households(group):
    found = read(block(*beneath(group, *COVERED), *body()), "", RETURN)
    assert values(found) == figures() and not found.questions


def test_households_beneath_a_group_are_never_the_coverage_that_lacks():
    fields = ("households", "fibre_covered_households", "broadband_users", "fibre_users")
    rows = [*beneath("覆盖情况", "总户数", "光网覆盖"), *body(fields=fields)]
    found = read(block(*rows), "", RETURN)
    assert "broadband_covered_households" not in found.letters
    assert [each.key for each in found.questions] == ["column/households"]
    answered = read(block(*rows), "", RETURN, answers={"column/households": "B"})
    assert answered.letters["households"] == "B"


def test_hidden_rows_follow_the_total():
    rows = [["村居", "总户数"], ["江口", 5], ["龙埗", 7], ["石颈", 9]]
    counted, left_out, alone = (
        read(workbook(rows=[*rows, *last], rows_hidden=[3]), "a.xlsx", RETURN)
        for last in ([["合计", 21]], [["合计", 14]], [])
    )

    assert counted.questions == [] and len(values(counted)) == 3
    assert left_out.questions == [] and len(values(left_out)) == 2
    assert [question.kind for question in alone.questions] == ["row"] and len(values(alone)) == 2


def test_hidden_column_is_asked_where_no_other_holds_the_figure():
    rows = [["村居", "总户数", "光网用户数"], ["江口", 5, 3]]

    alone = read(workbook(rows=rows, columns_hidden=["C"]), "a.xlsx", RETURN)
    beside = read(
        workbook(rows=[[*row, cell] for row, cell in zip(rows, ["光网用户数", 2], strict=True)], columns_hidden=["C"]),
        "a.xlsx",
        RETURN,
    )

    assert [question.key for question in alone.questions] == ["column/fibre_users"]
    assert beside.questions == [] and values(beside) == {"441802107001": {"households": 5, "fibre_users": 2}}


def test_merged_figures_are_no_ones():
    rows = [["村居", "总户数"], ["江口", 5], ["龙埗", None]]

    reading = read(workbook(rows=rows, merges=["B2:B3"]), "a.xlsx", RETURN)

    assert values(reading) == {} and all("合并" in line.faults["households"] for line in reading.lines)


@pytest.mark.parametrize(("last", "said"), [(TOTAL, "相符"), (["合计", 1, 1, 1, 1, 1], "不符")])
def test_total_is_compared(last, said):
    (notice,) = read(block(HEAD, *body(), last), "", RETURN).notices

    assert said in notice


def test_sheet_of_another_quarter_is_asked():
    wanted, content = Wanted(RETURN.columns, RETURN.rows, "2018Q2"), block(["2018年第一季度报表"], *PLAIN)

    reading = read(content, "", wanted)

    assert [question.kind for question in reading.questions] == ["sheet"] and values(reading) == {}
    answers = {"sheet": reading.questions[0].options[0][0]}
    assert values(read(content, "", wanted, answers=answers)) == figures()


@pytest.mark.parametrize("stamp", ["4EV349Q4MD4N", "ABCDEFGHJ49Q2"])
def test_stamp_names_no_quarter(stamp):
    wanted = Wanted(RETURN.columns, RETURN.rows, "2018Q2")

    reading = read(block(["季度", "2018Q2", "校验号", stamp], *PLAIN), "", wanted)

    assert reading.questions == [] and values(reading) == figures()


@pytest.mark.parametrize(
    ("rows", "words"),
    [([["甲", 1], ["乙", 2]], "未找到名单中的村居"), ([["村居", "电话"], ["江口", "3123456"]], "未找到应报的数字")],
)
def test_no_table_is_refused(rows, words):
    with pytest.raises(Unreadable, match=words):
        read(block(*rows), "", RETURN)
