"""The answer in words, as a table: figures in, sentences out."""

from dataclasses import replace

import pytest

from reports.words import (
    AnswerFigures,
    CauseTold,
    DueTasks,
    LinkedNumber,
    MissedTask,
    NextStep,
    SignedPlan,
    UnitBehind,
    UnitsTold,
    plain,
    sentences,
)

pytestmark = pytest.mark.any_database


def n(value: int) -> LinkedNumber:
    return LinkedNumber(value, f"/{value}")


def due(in_time: int, late: int = 0, missed: int = 0, open_: int = 0, fallen: int = 0) -> DueTasks:
    return DueTasks(
        n(in_time + late + missed + open_), *map(n, (in_time, late, missed, open_, fallen, missed + fallen))
    )


def units(achieved: int, of: int = 8, undetermined: int = 0) -> UnitsTold:
    return UnitsTold(*map(n, (of, achieved, undetermined, of - achieved)))


def why(key: str, words: str, count: int, noun: str = "自然村") -> CauseTold:
    return CauseTold(key, words, noun, n(count))


FEILAIXIA = UnitBehind("飞来峡镇", "441802107", n(4), "行政村", False, (why("out_of_reach", "超出半径", 17),))
FIGURES = AnswerFigures(due(20), units(7), (FEILAIXIA,))


def said(figures: AnswerFigures) -> list[str]:
    return [plain(sentence) for sentence in sentences(figures)]


@pytest.mark.parametrize(
    ("tasks", "begins"),
    [
        (due(0), "尚无到期任务；"),
        (due(20), "进度按期：到期的 20 项任务全部按期达到；"),
        (due(18, late=2), "逾期补齐：到期的 20 项任务中 18 项按期达到，2 项逾期达到；"),
        (due(18, open_=2), "部分任务待定：到期的 20 项任务中 18 项按期达到，2 项待定；"),
        (due(17, late=2, missed=1), "进度滞后：到期的 20 项任务中 17 项按期达到，2 项逾期达到，1 项未达到；"),
        (due(20, fallen=1), "进度滞后：到期的 20 项任务中 20 项按期达到，其中 1 项达到后回落；"),
    ],
)
def test_first_sentence_says_whether_it_is_on_time(tasks, begins):
    assert said(replace(FIGURES, tasks=tasks))[0] == f"{begins}8 个街镇中 7 个达标。"


@pytest.mark.parametrize(
    ("told", "own", "ends"),
    [
        (units(8), "", "；8 个街镇中 8 个达标。"),
        (units(6, undetermined=1), "", "；8 个街镇中 6 个达标，1 个待定。"),
        (units(1, of=1), "飞来峡镇", "；飞来峡镇已达标。"),
        (units(0, of=1), "飞来峡镇", "；飞来峡镇未达标。"),
        (units(0, of=1, undetermined=1), "飞来峡镇", "；飞来峡镇待定。"),
        (units(0, of=0), "", "达到。"),
    ],
)
def test_first_sentence_says_how_many_units_have_their_title(told, own, ends):
    assert said(replace(FIGURES, units=told, own=own))[0].endswith(ends)


@pytest.mark.parametrize(
    ("reasons", "sentence"),
    [
        ((), "飞来峡镇差 4 个行政村。"),
        ((why("out_of_reach", "超出半径", 17),), "飞来峡镇差 4 个行政村，因 17 个自然村超出半径。"),
        (
            (why("too_slow", "速率不足", 2), why("out_of_reach", "超出半径", 17), why("service_late", "报装逾期", 3)),
            "飞来峡镇差 4 个行政村，主要因 17 个自然村超出半径、3 个自然村报装逾期。",
        ),
    ],
)
def test_second_sentence_says_who_and_why_the_most_frequent_first(reasons, sentence):
    assert said(replace(FIGURES, behind=(replace(FEILAIXIA, causes=reasons),)))[1] == sentence


def test_second_sentence_names_three_in_the_order_given_and_says_how_many_there_are():
    many = tuple(replace(FEILAIXIA, name=name, causes=()) for name in ("甲镇", "乙镇", "丙镇", "丁镇"))
    assert said(replace(FIGURES, units=units(4), behind=many))[1] == (
        "甲镇差 4 个行政村；乙镇差 4 个行政村；丙镇差 4 个行政村；共 4 个街镇未达标。"
    )


def test_unit_that_cannot_be_told_is_said_to_be_open_and_a_township_does_not_name_itself():
    waiting = replace(FEILAIXIA, is_unknown=True, causes=(why("no_return", "缺季报", 3, "行政村"),))
    assert said(replace(FIGURES, behind=(waiting,)))[1] == "飞来峡镇待定，因 3 个行政村缺季报。"
    assert said(replace(FIGURES, own="飞来峡镇"))[1] == "差 4 个行政村，因 17 个自然村超出半径。"


def test_tasks_are_said_where_every_unit_is_well():
    tasks = (MissedTask("各街道小区全部建成全光网小区", n(2), "个小区"),)
    assert (
        said(AnswerFigures(due(19, missed=1), units(8), missed=tasks))[1]
        == "“各街道小区全部建成全光网小区”差 2 个小区。"
    )


@pytest.mark.parametrize(
    ("plan", "sentence"),
    [
        ((9, 0, 0, 0), "飞来峡镇新建 9 个接入点即可达标（已证明不能再少）。"),
        (
            (9, 2, 1, 4),
            "飞来峡镇新建 9 个接入点、提速 2 个接入点、开通 1 个接入点、补办 4 张逾期工单即可达标（已证明不能再少）。",
        ),
    ],
)
def test_third_sentence_has_the_numbers_of_a_signed_plan(plan, sentence):
    signed = SignedPlan("飞来峡镇", *map(n, plan), is_proven=True)
    assert said(replace(FIGURES, closing=(signed,)))[2] == sentence


def test_third_sentence_says_kinds_of_work_and_no_number_without_a_plan():
    reasons = (why("out_of_reach", "超出半径", 17), why("no_coordinates", "缺坐标", 2), why("other", "其他", 40))
    sentence = said(replace(FIGURES, behind=(replace(FEILAIXIA, causes=reasons),)))[2]
    assert sentence == "达标须在半径内新建接入点、补录坐标；所需数量尚未测算，以建设方案为准。"


def test_third_sentence_is_what_comes_next_where_nothing_is_to_be_closed():
    step = NextStep("2019年第一季度末", n(4), n(1))
    assert said(AnswerFigures(due(20), units(8), following=step))[1:] == [
        "下一步：2019年第一季度末到期 4 项，已提前达到 1 项。"
    ]


def test_every_number_leads_to_its_members():
    signed = SignedPlan("飞来峡镇", n(9), n(2), n(1), n(4))
    row = replace(FIGURES, tasks=due(16, 1, 1, 2, 1), closing=(signed,))
    parts = [part for sentence in sentences(row) for part in sentence]
    assert not [part for part in parts if isinstance(part, str) and any(map(str.isdigit, part))]
    assert all(part.url for part in parts if isinstance(part, LinkedNumber))
