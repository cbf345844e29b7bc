"""What is not certain: asked, remembered, a fault of its cell, or said in a notice."""

import pytest

from areas.package.tables import Unreadable
from intake.reading import read
from intake.wanted import Wanted
from tests.intake.sheets import FIGURES, HEAD, PLAIN, RETURN, TOTAL, block, body, figures, values, workbook

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


def test_sentence_is_taken_from_the_column_that_explains():
    reading = read(block([*HEAD, "备注", "变动原因"], [*body()[0], "甲", "新楼盘"]), "", RETURN)

    assert reading.questions == [] and reading.lines[0].values["explanation"] == "新楼盘"


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


@pytest.mark.parametrize(
    ("last", "said"), [(TOTAL, "相符"), ([TOTAL[0], 1, *TOTAL[2:]], f"不符：总户数合计 1，各行之和 {TOTAL[1]:,}。")]
)
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
