"""Initials of pinyin: which letters stand for which names."""

import pytest

from common.pinyin import are_initials, stands_for


@pytest.mark.parametrize(
    ("text", "meant"),
    [("flx", True), ("FL", True), ("f", False), ("fl1", False), ("飞来", False), ("f-l", False), ("a" * 21, False)],
)
def test_initials_are_letters(text, meant):
    assert are_initials(text) is meant


@pytest.mark.parametrize(
    ("text", "name", "found"),
    [
        ("flxz", "飞来峡镇", True),
        ("lx", "飞来峡镇", True),
        ("XZ", "飞来峡镇", True),
        ("fx", "飞来峡镇", False),
        ("flxzz", "飞来峡镇", False),
        ("cp", "长埔村", True),
        ("zp", "长埔村", True),
        ("cb", "长埔村", True),
        ("gw", "光网A区", True),
        ("waq", "光网A区", True),
        ("ab", "", False),
    ],
)
def test_initials_stand_for_neighbouring_characters(text, name, found):
    assert stands_for(text, name) is found
