"""Sentences that follow the figures until somebody edits them."""

import pytest

from papers.computed import EDITED, ComputedText, current, has_moved, merged, problems

pytestmark = pytest.mark.any_database
THEN, NOW = (ComputedText("conclusion", "结论", f"8个街镇中{count}个达标。") for count in (6, 7))
HERS = "多数街镇已达标。"


def edited(*steps) -> dict:
    """The texts after each step: the sentence as the figures made it, what was typed, what was confirmed."""
    texts: dict = {}
    for text, typed, *confirmed in steps:
        texts = {EDITED: merged(texts, [text], {text.key: typed}, confirmed)}
    return texts


@pytest.mark.parametrize(
    ("steps", "says", "moved"),
    [
        ([], NOW.text, False),
        ([(THEN, THEN.text)], NOW.text, False),
        ([(THEN, HERS)], HERS, True),
        ([(NOW, HERS)], HERS, False),
        ([(THEN, HERS), (NOW, HERS)], HERS, True),
        ([(THEN, HERS), (NOW, HERS, "conclusion")], HERS, False),
        ([(THEN, HERS), (NOW, "街镇7个达标。")], "街镇7个达标。", False),
        ([(THEN, HERS), (NOW, "")], NOW.text, False),
    ],
)
def test_edit_stays_and_is_known_to_be_older_than_the_figures(steps, says, moved):
    texts = edited(*steps)

    assert (current(NOW, texts), has_moved(NOW, texts)) == (says, moved)


def test_edit_of_what_is_not_said_any_more_is_kept():
    texts = edited((THEN, HERS))

    assert merged(texts, [ComputedText("other", "别处", "一。")], {"other": "二。"})[THEN.key] == [
        THEN.label,
        THEN.text,
        HERS,
    ]


def test_edit_that_is_too_long_is_told():
    assert problems({"conclusion": "长" * 601}, [NOW]) == ["“结论”过长（601 字）：最多 600 字。"]
