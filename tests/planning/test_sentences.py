"""What a plan says in a sentence, status by status."""

import pytest

from planning.sentences import answer_words, change_words, work_words

NOTHING = {"new": 0, "upgrade": 0, "open": 0, "orders": 0}


def answer(status="optimal", value=None, bound=None, beyond=()) -> dict:
    value = None if status == "impossible" else NOTHING | (value or {})
    bound = value if bound is None else NOTHING | bound
    return {"status": status, "value": value, "bound": bound, "beyond_building": list(beyond)}


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"new": 9, "upgrade": 2}, "新建 9 个、提速 2 个接入点"),
        ({"new": 9, "orders": 4}, "新建 9 个接入点，按期办结 4 张逾期工单"),
        ({"open": 1200}, "开通 1,200 个接入点"),
        ({"orders": 1}, "按期办结 1 张逾期工单"),
        ({}, ""),
    ],
)
def test_work_is_said_in_a_clause(value, words):
    assert work_words(NOTHING | value) == words


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (answer("met"), "该目标已达到，无须建设。"),
        (answer(value={"new": 9, "upgrade": 2}), "新建 9 个、提速 2 个接入点即可达标，已证明不能再少。"),
        (
            answer("feasible", {"new": 9}, {"new": 8}),
            "新建 9 个接入点即可达标，尚未证明最少：新建接入点不会少于 8 个。",
        ),
        (
            answer("feasible", {"new": 9, "orders": 3}, {"new": 9, "orders": 1}),
            "新建 9 个接入点，按期办结 3 张逾期工单即可达标，尚未证明最少：按期办结逾期工单不会少于 1 张。",
        ),
        (
            answer("optimal", {"new": 1, "cost": 60000}),
            "新建 1 个接入点即可达标，投资 60,000 元，已证明投资不能再省。",
        ),
        (
            answer("feasible", {"new": 1, "cost": 60000}, {"cost": 50000}),
            "新建 1 个接入点即可达标，投资 60,000 元，尚未证明最省：投资不会少于 50,000 元。",
        ),
        (answer("impossible", beyond=[{"why": "too_few"}]), "仅靠建设接入点和办结工单不能达标，尚须先解决下列问题。"),
        (answer("impossible"), "按所给条件不能达标。"),
    ],
)
def test_answer_is_a_sentence(given, words):
    assert answer_words(given) == words


def test_change_says_from_how_many_to_how_many():
    assert change_words({"passed": 193}, {"passed": 205, "needed": 205}) == "已达到 193 → 205，应达到 205"
    assert change_words({"passed": 193}, None) == ""
