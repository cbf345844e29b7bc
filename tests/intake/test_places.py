"""Which place a row means: names told apart by what stands around them, rows of others left out, and what is asked."""

import pytest

from intake.reading import read
from tests.intake.sheets import COUNTS, COUNTS_HEAD, HEAD, RETURN, VILLAGES, block, body, figures, values

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


def test_same_names_of_two_townships_are_told_apart_by_the_group_headings():
    rows = [["源潭镇"], ["新田", 9, 8], ["飞来峡镇"], ["新田", 7, 6]]

    reading = read(block(COUNTS_HEAD, *rows), "", COUNTS)

    assert reading.questions == []
    assert [line.code for line in reading.lines] == ["441802103005", "441802107214"]


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
