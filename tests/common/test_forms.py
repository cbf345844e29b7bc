"""Fields that take what people write."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from common.filters import DayField
from common.forms import CountField, PlainField
from common.values import LARGEST


@pytest.mark.parametrize(("typed", "value"), [("600户", 600), ("1.2万", 12_000), ("-", 0), (7, 7), ("", None)])
def test_count_is_read(typed, value):
    assert CountField(required=False).clean(typed) == value


def test_count_keeps_to_its_bounds_and_its_unit():
    assert CountField(unit="个").clean("48个") == 48
    for field, typed, sentence in (
        (CountField(max_value=100), "1.2万", "100"),
        (CountField(), "48个", "无法识别"),
        (CountField(), str(LARGEST + 1), "过大"),
    ):
        with pytest.raises(ValidationError, match=sentence):
            field.clean(typed)


def test_count_is_typed_with_the_keys_for_numbers():
    assert CountField().widget.attrs["inputmode"] == "numeric"


@pytest.mark.parametrize("typed", ["2018-05-01", "2018.5.1", "2018年5月1日", "２０１８／５／１", date(2018, 5, 1)])
def test_day_is_read(typed):
    assert DayField().clean(typed) == date(2018, 5, 1)


def test_day_that_is_not_certain_is_asked():
    with pytest.raises(ValidationError, match="2018-03-04 或 2018-04-03"):
        DayField().clean("03/04/2018")
    with pytest.raises(ValidationError, match="不是日历上有的一天"):
        DayField().clean("2018-02-30")


def test_text_is_made_plain_or_refused():
    def upper(text: str) -> str:
        if text == "?":
            raise ValueError("说不清。")
        return text.upper()

    field = PlainField(plainly=upper)
    assert field.clean(" a ") == "A"
    with pytest.raises(ValidationError, match="说不清"):
        field.clean("?")
