"""How numbers, days and rates are read: the examples of tests/values.json, one by one, in every place."""

import json
import random
from datetime import date
from functools import partial
from pathlib import Path

import pytest

from common.values import Ambiguous, NumberOutOfRange, TextPlace, read_day, read_number, read_rate

EXAMPLES = json.loads((Path(__file__).parents[1] / "values.json").read_text("utf-8"))
READERS = {
    "number": read_number,
    "number of a column headed 万户": partial(read_number, times=10_000),
    "day": read_day,
    "rate": read_rate,
}
EACH = [(kind, place, example) for kind in READERS for example in EXAMPLES[kind] for place in example["in"].split()]


def said(read, text: str, place: str) -> dict:
    """What a reader makes of a text, in the words of the table."""
    try:
        value = read(text, place=place)
    except Ambiguous as doubt:
        return {"asks": [plain(reading.value) for reading in doubt.readings], "says": str(doubt)}
    except ValueError as refusal:
        return {"says": str(refusal)}
    return {"is": plain(value)}


def plain(value):
    return value.isoformat() if isinstance(value, date) else value


@pytest.mark.parametrize(("kind", "place", "example"), EACH, ids=lambda each: str(each)[:40])
def test_example_is_read_as_the_table_says(kind, place, example):
    expected = {name: example[name] for name in ("is", "asks", "says") if name in example}

    assert said(READERS[kind], example["text"], place) == expected


def test_table_names_known_kinds_and_places():
    assert EXAMPLES.keys() == READERS.keys()
    assert {place for _, place, _ in EACH} == set(TextPlace)


@pytest.mark.parametrize("kind", ["number", "day", "rate"])
def test_place_that_the_table_leaves_out_refuses(kind):
    """What is read for people only is read for no machine."""
    by_text: dict[str, set[str]] = {}
    for example in EXAMPLES[kind]:
        by_text.setdefault(example["text"], set()).update(example["in"].split())
    left_out = [(text, place) for text, places in by_text.items() for place in set(TextPlace) - places]

    assert [each for each in left_out if "is" in said(READERS[kind], *each)] == []


@pytest.mark.parametrize(("text", "said"), [("9", "过小"), ("10", ""), ("20", ""), ("21", "过大")])
def test_bounds_count(text, said):
    read = partial(read_number, text, minimum=10, maximum=20)
    if not said:
        assert read() == int(text)
    else:
        with pytest.raises(NumberOutOfRange, match=said):
            read()


def test_unit_is_that_of_the_column():
    assert read_number("48个", unit="个") == 48
    with pytest.raises(ValueError, match="无法识别"):
        read_number("48户", unit="个")


@pytest.mark.parametrize("read", [read_number, read_day, read_rate])
@pytest.mark.parametrize("place", TextPlace)
def test_random_text_is_read_or_refused(read, place):
    """Whatever is typed or pasted, there is a value or a sentence."""
    chance = random.Random(20180501)
    letters = "0123456789,.-/()年月日万千百十零〇一二三户兆MGBEe+% \u3000\u200b\x00，．（）：:T人"
    for _ in range(5_000):
        text = "".join(chance.choices(letters, k=chance.randint(0, 9)))
        answer = said(read, text, place)
        assert "is" in answer or answer["says"].endswith("。")
