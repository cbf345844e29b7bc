"""What a good reviewer finds, and what he does not mind; the shares caught and flagged in made-up townships."""

from itertools import pairwise
from random import Random
from time import process_time

import pytest

from returns.figures import NAMES
from returns.oddities import Oddity, ReturnContext, VillageContext, detect
from tests.returns.oddities import rough
from tests.returns.oddities.made_up import FAULTS, honest_return, plant

H, B, F, BU, FU = NAMES
PERIODS = ("2018Q1", "2018Q2", "2018Q3", "2018Q4")


def row(*figures: int) -> dict[str, int]:
    return dict(zip(NAMES, figures, strict=True))


def village(number: int, *, quarters: int = 4, upto: str = "", **beside) -> VillageContext:
    """A village of 213 households and more, that grows by a few users a quarter."""
    size = 213 + 61 * number
    periods = PERIODS[:quarters]
    course = tuple((period, line(size, at)) for at, period in enumerate(periods))
    return VillageContext(f"44180210{number:04d}", f"第{number}村", "village", course, **beside)


def line(size: int, at: int) -> dict[str, int]:
    return row(size, size - 13, size - 21, size // 2 + 2 * at, size // 3 + 3 * at)


def sound(context: ReturnContext) -> dict[str, dict[str, int]]:
    return {each.code: line(213 + 61 * number, 4) for number, each in enumerate(context.villages)}


def township(*, quarters: int = 4, villages: int = 8, period: str = "2019Q1", **beside) -> ReturnContext:
    every = [village(number, quarters=quarters, **(beside if number == 0 else {})) for number in range(villages)]
    return ReturnContext("441802100", period, tuple(every))


def above(found: list[Oddity]) -> list[Oddity]:
    return [each for each in found if each.score >= 1]


def changed(context: ReturnContext, number: int = 0, **figures: int) -> dict[str, dict[str, int]]:
    rows = sound(context)
    rows[context.villages[number].code] |= figures
    return rows


def test_detect_finds_nothing_in_a_sound_return():
    context = township()

    assert above(detect(sound(context), context)) == []


def test_detect_names_two_swapped_digits():
    context = township()
    (found,) = above(detect(changed(context, 1, households=724), context))

    assert (found.code, found.figure, found.kind) == (context.villages[1].code, H, "swapped")
    assert found.likeliest == "疑似数字颠倒（应为 274？）"
    assert (found.sentence, found.words) == (
        "总户数 724，按往期应在 274 左右", "总户数 724，按往期应在 274 左右，疑似数字颠倒（应为 274？）"
    )  # fmt: skip
    assert found.grounds.startswith("上季 274（+450，+164%），偏离为常见幅度的 ")
    assert found.more == f"异常程度 {found.points} 分；{found.grounds}"


@pytest.mark.parametrize(
    ("typed", "kind", "likeliest"),
    [
        (2133, "doubled", "疑似多输一位数字（应为 213？）"),
        (2130, "decimal", "疑似小数点错位或多输 0（应为 213 左右？）"),
        (21, "decimal", "疑似小数点错位或少输 0（应为 210 左右？）"),
        (0, "unit", "疑似单位错误（按万户填报？）"),
        (720, "unit", "疑似填成人口数（应填户数）"),
        (274, "row", "疑似填成相邻一行“第1村”的数字"),
    ],
)
def test_detect_names_a_slip_of_the_hand(typed, kind, likeliest):
    context = township()
    found = above(detect(changed(context, households=typed), context))

    assert [(each.kind, each.likeliest) for each in found if each.figure == H] == [(kind, likeliest)]


def test_detect_finds_a_jump_of_penetration():
    """The figures of a row stay within one another, and a fifth more of the users has fibre than ever."""
    context = township()
    number = 7
    users = line(213 + 61 * number, 4)

    found = above(detect(changed(context, number, fibre_users=round(users[FU] * 1.22)), context))
    assert [(each.code, each.figure) for each in found] == [(context.villages[number].code, FU)]


def test_detect_compares_with_the_latest_approved_quarter_whichever_that_is():
    context = township(quarters=2)

    (found,) = above(detect(changed(context, 1, households=724), context))
    assert "2018年第二季度填报数 274" in found.grounds


def test_detect_believes_fibre_that_the_register_confirms():
    """The same jump is odd where the register knows of nothing."""
    before = {H: 213, B: 200, F: 90}
    course = tuple((period, row(213, 200, 90, 110, 40)) for period in PERIODS)

    def found(now: dict[str, int]) -> list[Oddity]:
        first = VillageContext("441802100000", "第0村", "village", course, register=now, register_before=before)
        context = ReturnContext("441802100", "2019Q1", (first, *township().villages[1:]))
        rows = sound(context) | {first.code: row(213, 200, 196, 112, 42)}
        return above(detect(rows, context))

    assert found({H: 213, B: 200, F: 198}) == []
    assert [
        (each.figure, "台账测算 90（台账上季 90）" in f"{each.sentence}；{each.grounds}") for each in found(before)
    ] == [(F, True)]


def test_detect_believes_users_that_the_operators_count():
    context = township(counted={BU: 170, FU: 120}, counted_before={BU: 112, FU: 80})
    rows = changed(context, broadband_users=171, fibre_users=121)

    assert above(detect(rows, context)) == []
    assert [each.figure for each in above(detect(rows, township()))] == [BU]


def test_detect_finds_users_that_contradict_the_operators_beneath_what_the_course_allows():
    context = township(villages=8, counted={BU: 160, FU: 83}, counted_before={BU: 112, FU: 80})

    assert [each.figure for each in above(detect(changed(context, broadband_users=250), context))] == [BU]


def test_detect_believes_a_new_compound_that_the_whole_row_shares():
    context = township()
    rows = sound(context)
    rows[context.villages[2].code] = row(335 + 150, 322 + 150, 314 + 150, 175 + 80, 123 + 60)

    assert above(detect(rows, context)) == []
    assert above(detect(changed(context, 2, households=335 + 150), context))


def test_detect_finds_a_return_that_repeats_last_quarter():
    context = township()
    rows = {each.code: dict(each.course[-1][1]) for each in context.villages}
    found = above(detect(rows, context))

    assert found[0].kind == "repeated" and found[0].code == ""
    assert found[0].sentence == "8 个村居中 8 个的五项数字与2018年第四季度完全相同"


def test_detect_lets_villages_repeat_that_always_do():
    course = tuple((period, row(213, 200, 190, 100, 70)) for period in PERIODS)
    every = tuple(VillageContext(f"44180210{n:04d}", f"第{n}村", "village", course) for n in range(3))
    varied = tuple(
        VillageContext(
            each.code, each.name, each.kind, tuple((p, {k: v + 17 * n for k, v in r.items()}) for p, r in course)
        )
        for n, each in enumerate(every)
    )
    context = ReturnContext("441802100", "2019Q1", varied)

    assert above(detect({each.code: dict(each.course[-1][1]) for each in varied}, context)) == []


def test_detect_finds_rows_that_slipped():
    context = township()
    rows = sound(context)
    codes = [each.code for each in context.villages]
    for mine, theirs in pairwise(codes[2:6]):
        rows[mine] = sound(context)[theirs]

    found = [each for each in above(detect(rows, context)) if each.kind == "foreign_row"]
    assert [(each.code, each.likeliest) for each in found if each.code == codes[2]] == [
        (codes[2], "疑似错行，填成“第3村”的数字")
    ]


def test_detect_finds_a_row_that_stands_twice():
    context = township(quarters=0)
    rows = sound(context)
    rows[context.villages[5].code] = dict(rows[context.villages[1].code])

    assert [(each.code, each.kind) for each in above(detect(rows, context))] == [(context.villages[5].code, "twin_row")]


def test_detect_names_the_copy_of_a_row_and_not_its_model():
    context = township()
    rows = sound(context)
    rows[context.villages[1].code] = dict(rows[context.villages[5].code])

    twins = [each.code for each in above(detect(rows, context)) if each.kind == "twin_row"]
    assert twins == [context.villages[1].code]


def test_detect_says_into_whose_row_a_village_went():
    context = township()
    rows = sound(context)
    first, second = (each.code for each in context.villages[:2])
    rows[second] = {name: rows[first][name] + rows[second][name] for name in NAMES}
    rows[first] = row(0, 0, 0, 0, 0)

    found = [each for each in detect(rows, context) if each.kind == "left_out"]
    assert [(each.code, each.likeliest) for each in found] == [("", "疑似并入“第1村”（其总户数增加 213）")]
    assert found[0].score >= 1


def test_detect_finds_a_village_that_is_not_in_the_return():
    context = township()
    rows = sound(context)
    del rows[context.villages[3].code]

    assert [each.sentence for each in above(detect(rows, context))] == ["“第3村”未填，上季 396 户"]


def test_detect_says_nothing_of_what_is_not_filled_in_yet():
    context = township()

    assert detect({each.code: dict.fromkeys(NAMES) for each in context.villages}, context) == []


def test_detect_holds_the_first_return_against_similar_villages():
    context = township(quarters=0)
    found = above(detect(changed(context, 3, broadband_covered_households=39), context))

    assert context.villages[3].code in {each.code for each in found}
    assert any("按本镇其他村居" in each.sentence for each in found)


def test_detect_holds_sums_against_the_operators_total():
    context = township()
    total = sum(each[BU] for each in sound(context).values())
    short = ReturnContext(context.township, context.period, context.villages, {BU: round(total / 1.3), FU: None})

    (found,) = above(detect(sound(context), short))
    assert (found.code, found.figure, found.kind) == ("", BU, "off_total")


def test_detect_is_never_above_the_bound_for_a_few_households():
    context = township()
    code = context.villages[0].code

    for typed in range(213 - 14, 213 + 15):
        assert [each for each in above(detect(changed(context, households=typed), context)) if each.figure == H] == []
    assert [each.code for each in above(detect(changed(context, households=270), context)) if each.figure == H] == [
        code
    ]


def test_detect_catches_most_slips_and_flags_few_sound_rows():
    caught = planted = flagged = rows = 0
    for seed in range(60):
        context, figures = honest_return(seed)
        flagged += len({each.code for each in above(detect(figures, context))} - {""})
        rows += len(figures)
        for kind in FAULTS:
            rng = Random(seed)
            faulty = next((each for _ in range(30) if (each := plant(kind, context, figures, rng))), None)
            if faulty:
                planted += 1
                caught += any(each.code in faulty[1] for each in above(detect(faulty[0], context)))

    assert planted > 400 and caught / planted >= 0.95
    assert rows > 800 and flagged / rows <= 0.03


def test_detect_finds_a_row_that_counts_people():
    """All five figures move together, as with a new compound, but by one factor."""
    context = township()
    people = {name: round(value * 3.2) for name, value in sound(context)[context.villages[2].code].items()}
    found = above(detect(changed(context, 2, **people), context))

    assert (context.villages[2].code, "", "疑似整行填成人口数（应填户数）") in [
        (each.code, each.figure, each.likeliest) for each in found
    ]


def test_detect_believes_a_village_that_trebled_where_the_register_says_so():
    register = {H: 690, B: 640, F: 615}
    context = township(register=register, register_before={H: 213, B: 200, F: 192})
    people = {name: round(value * 3.2) for name, value in sound(context)[context.villages[0].code].items()}

    found = above(detect(changed(context, 0, **people), context))
    assert [each for each in found if each.kind == "unit" and not each.figure] == []


@pytest.mark.parametrize("quarters", [0, 4])
def test_detect_finds_a_row_in_ten_thousands(quarters):
    """On the row itself, not only as a village that is missing; in a first return by what the register says."""
    context = township(quarters=quarters, register={H: 213, B: 200, F: 192})
    found = above(detect(changed(context, 0, **dict.fromkeys(NAMES, 0)), context))

    assert (context.villages[0].code, "", "疑似整行单位错误（按万户填报）") in [
        (each.code, each.figure, each.likeliest) for each in found
    ]


@pytest.mark.parametrize(
    ("factor", "words"), [(3.2, "疑似整栏填成人口数（应填户数）"), (0.0001, "疑似整栏单位错误（按万户填报）")]
)
def test_detect_names_a_column_in_another_unit_once(factor, words):
    context = township()
    rows = {code: line | {H: round(line[H] * factor)} for code, line in sound(context).items()}
    found = above(detect(rows, context))

    assert [each.likeliest for each in found if (each.code, each.figure, each.kind) == ("", H, "unit")] == [words]
    assert {each.code for each in found if each.figure == H} == {"", *rows}


def test_detect_lets_a_mistake_of_last_quarter_be_put_right():
    context = township()
    first = context.villages[1]
    course = (*first.course[:-1], (PERIODS[-1], dict(first.course[-1][1]) | {H: 390}))
    wrong = VillageContext(first.code, first.name, first.kind, course)
    context = ReturnContext(context.township, context.period, (context.villages[0], wrong, *context.villages[2:]))

    assert above(detect(sound(context), context)) == []
    assert above(detect(changed(context, 1, households=310), context))


def test_detect_believes_fibre_whose_users_follow_before_the_register_knows():
    before = {H: 213, B: 200, F: 90}
    course = tuple((period, row(213, 200, 90, 110, 40)) for period in PERIODS)
    first = VillageContext("441802100000", "第0村", "village", course, register=before, register_before=before)
    context = ReturnContext("441802100", "2019Q1", (first, *township().villages[1:]))

    def found(users: int) -> list[str]:
        return [e.figure for e in above(detect(sound(context) | {first.code: row(213, 200, 185, 112, users)}, context))]

    assert F not in found(75)
    assert F in found(41)


def test_detect_judges_a_copied_column_by_what_each_village_did_so_far():
    """Half of the villages never change; that the others have stopped is odd all the same."""
    still = tuple(
        VillageContext(f"44180299{n:04d}", f"静{n}", "village", tuple((p, line(300 + 40 * n, 0)) for p in PERIODS))
        for n in range(6)
    )
    moving = township(villages=4).villages
    context = ReturnContext("441802100", "2019Q1", (*moving, *still))
    rows = sound(ReturnContext("441802100", "2019Q1", moving)) | {each.code: each.course[-1][1] for each in still}
    copied = rows | {each.code: rows[each.code] | {BU: each.course[-1][1][BU]} for each in moving}

    assert above(detect(rows, context)) == []
    assert [(each.figure, each.kind) for each in above(detect(copied, context))] == [(BU, "repeated_column")]


def test_detect_holds_its_own_in_rough_townships():
    """Sources late and off, recounts, mistakes put right, first returns; curves.py prints the whole trade-off."""
    caught, flagged, rows = [], 0, 0
    for seed in range(40):
        context, figures = rough.rough_return(seed)
        flagged += len({each.code for each in above(detect(figures, context))} - {""})
        rows += len(figures)
        for kind in rough.FAULTS:
            faulty = rough.plant(kind, context, figures, Random(seed))
            if faulty:
                caught.append(any(each.code in faulty[1] for each in above(detect(faulty[0], context))))

    assert len(caught) > 300 and sum(caught) / len(caught) >= 0.95
    assert rows > 500 and flagged / rows <= 0.025


def test_detect_takes_forty_villages_in_proportion():
    """Seconds of processor time for each village; with few of them, what is done once for a return is in it too."""

    def seconds(count: int) -> float:
        context, figures = next(made for seed in range(200) if len((made := honest_return(seed))[1]) == count)
        begun = process_time()
        for _ in range(5):
            detect(figures, context)
        return (process_time() - begun) / count

    assert seconds(40) < 2 * seconds(10)
