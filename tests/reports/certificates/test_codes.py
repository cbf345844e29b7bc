"""The public code: hard to guess, easy to type, and every slip of one character or of two exchanged is noticed."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.certificates import codes

CODES = st.text(codes.ALPHABET, min_size=codes.LENGTH - 1, max_size=codes.LENGTH - 1).map(
    lambda random: random + codes.check_character(random)
)


def test_alphabet_is_unambiguous_and_prime():
    assert len(set(codes.ALPHABET)) == len(codes.ALPHABET) == 31
    assert not set("01ILO") & set(codes.ALPHABET)
    assert len(codes.ALPHABET) ** (codes.LENGTH - 1) > 2**60


def test_new_codes_are_sound_and_differ():
    made = {codes.new() for _ in range(200)}

    assert len(made) == 200
    assert all(map(codes.is_sound, made))


@given(CODES)
def test_every_single_slip_is_noticed(code):
    for position, right in enumerate(code):
        for wrong in set(codes.ALPHABET) - {right}:
            assert not codes.is_sound(code[:position] + wrong + code[position + 1 :])


@given(CODES)
def test_any_two_exchanged_characters_are_noticed(code):
    for left, right in combinations(range(codes.LENGTH), 2):
        exchanged = list(code)
        exchanged[left], exchanged[right] = code[right], code[left]
        assert codes.is_sound("".join(exchanged)) == (code[left] == code[right])


@pytest.mark.parametrize(
    "typed", ["2345-6789-abcd-efgh", " 2345 6789 ABCD EFGH ", "２３４５—６７８９–ABCD_EFGH", "23456789abcdefgh"]
)
def test_typed_codes_are_folded(typed):
    assert codes.folded(typed) == "23456789ABCDEFGH"


@pytest.mark.parametrize("wrong", ["", "2222", "2" * 17, "O" * 16, "全" * 16, "2222-2222"])
def test_what_cannot_be_a_code_is_not_sound(wrong):
    assert not codes.is_sound(codes.folded(wrong))


def test_grouped_for_typing():
    assert codes.grouped("23456789ABCDEFGH") == "2345-6789-ABCD-EFGH"
