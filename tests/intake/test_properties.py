"""Whatever surrounds a table, and in whatever order it stands: the reading is the same, or it asks; never another figure."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from areas.package.tables import Unreadable
from intake.reading import read
from tests.intake.sheets import FIGURES, RETURN, block, body, figures, values

HEAD = ["村居", *FIGURES.values()]
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
EXTRA = {
    "序号": "1",
    "常住人口": "3111",
    "光网渗透率": "66%",
    "上季光网用户数": "17",
    "联系电话": "3123456",
    "其中：电信光网用户": "18",
    "同比增减": "5",
    "自然村数": "12",
    "光端口数": "99",
}
NUMBERS = st.sampled_from(["", "/", "12", "1,2", "0.5", "无", "1.2万", "—", "约9", "9户", "3（含）", "x"])


@QUICK
@given(rows=st.permutations(range(8)), columns=st.permutations(range(6)))
def test_order_does_not_matter(rows, columns):
    table = [HEAD, *(body()[row] for row in rows)]

    reading = read(block(*([line[column] for column in columns] for line in table)), "", RETURN)

    assert reading.questions == [] and values(reading) == figures()


@QUICK
@given(
    above=st.integers(0, 4),
    left=st.integers(0, 3),
    gaps=st.lists(st.integers(1, 8), max_size=3),
    extra=st.lists(
        st.tuples(st.sampled_from(sorted(EXTRA)), st.integers(0, 6)), max_size=4, unique_by=lambda each: each[0]
    ),
)
def test_what_stands_around_does_not_matter(above, left, gaps, extra):
    table = [HEAD[:], *(line[:] for line in body())]
    for heading, place in extra:
        for number, line in enumerate(table):
            line.insert(place, EXTRA[heading] if number else heading)
    table = [[*[""] * left, *line] for line in table]
    for gap in sorted(gaps, reverse=True):
        table.insert(gap + 1, [])

    reading = read(block(*([[]] * above), *table), "", RETURN)

    assert reading.questions == [] and values(reading) == figures()


@QUICK
@given(cells=st.lists(st.tuples(st.integers(0, 7), st.integers(1, 5), NUMBERS), max_size=6))
def test_cells_that_others_spoil_leave_the_rest(cells):
    table = [line[:] for line in body()]
    for row, column, text in cells:
        table[row][column] = text
    spoilt = {(row, column) for row, column, _ in cells}

    found = values(read(block(HEAD, *table), "", RETURN))

    for row, (code, expected) in enumerate(figures().items()):
        for column, name in enumerate(FIGURES, start=1):
            if (row, column) not in spoilt and name in found.get(code, {}):
                assert found[code][name] == expected[name]


@QUICK
@given(
    cells=st.lists(
        st.tuples(
            st.integers(1, 9),
            st.integers(1, 7),
            st.sampled_from(["升平", "合计", "飞来峡镇", "总户数", "12", "注：", "光网", "社区"]),
        ),
        max_size=12,
    )
)
def test_no_sheet_breaks_the_reader(cells):
    grid = [[""] * 8 for _ in range(10)]
    for row, column, text in cells:
        grid[row][column] = text

    try:
        reading = read(block(*grid), "", RETURN)
    except Unreadable as refusal:
        assert str(refusal).endswith("。")
    else:
        assert {line.code for line in reading.lines} <= set(figures())
