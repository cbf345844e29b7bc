"""Numbers that an office's register gives, keeps or spoils: none is skipped, and the refusal says which is next."""

import pytest
from django.db import transaction

from accounts.posts import Post
from areas.models import Area
from common.exceptions import Refused
from papers import numbers
from papers.bodies import bureau
from papers.models import NumberBlock, Series
from tests.inspection.conftest import ON, district

__all__ = ["district"]
pytestmark = pytest.mark.django_db
CODE = "清区经信"
SAID = {"code": CODE, "year": 2018}


@pytest.fixture(autouse=True)
def on_the_day(settings):
    settings.PORTAL_TODAY = ON


@pytest.fixture
def head(district, make_user):
    return make_user(Post.BUREAU_HEAD)


@pytest.fixture
def body(head):
    return bureau(Area.objects.get(pk="441802"), ON)


def taken(serial: int) -> int:
    with transaction.atomic():
        return numbers.take(serial=serial, **SAID).serial


def drawn() -> int:
    with transaction.atomic():
        return numbers.draw(**SAID).serial


def test_typed_number_continues_the_series(body):
    assert (taken(1), taken(2), drawn()) == (1, 2, 3)


@pytest.mark.parametrize("serial", [3, 1])
def test_typed_number_that_leaves_a_gap_or_comes_twice_is_refused(body, serial):
    taken(1)
    with pytest.raises(Refused, match=r"下一号为 2 号"):
        taken(serial)
    assert drawn() == 2


def test_kept_numbers_are_passed_over_and_can_be_typed(body, head):
    block = numbers.keep(body=body, count=3, purpose="区局其他公文", by=head, **SAID)

    assert (block.first, block.last, block.by) == (1, 3, head)
    assert (drawn(), taken(2)) == (4, 2)
    assert numbers.kept(Series.objects.get()) == [1, 2, 3], "a number is used by its document, not by being taken"


def test_void_number_stays_with_its_reason_and_is_never_given(body, head):
    numbers.keep(body=body, count=2, purpose="备用", by=head, **SAID)
    numbers.void(body=body, serial=1, reason="稿纸打错", by=head, **SAID)
    numbers.void(body=body, serial=3, reason="跳号", by=head, **SAID)

    with pytest.raises(Refused, match="已经使用或作废"):
        taken(1)
    assert drawn() == 4
    [(series, found), _] = numbers.register(body, 2018)
    assert [(each.serial, each.state, each.words) for each in found] == [
        (3, "作废", "跳号"),
        (2, "留用", "备用"),
        (1, "作废", "稿纸打错"),
    ]
    assert series.last == 4


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ({"count": 0, "purpose": "备用"}, "1 至 200"),
        ({"count": 201, "purpose": "备用"}, "1 至 200"),
        ({"count": 1, "purpose": " "}, "用途"),
        ({"count": 1, "purpose": "备用", "code": "清区府"}, "不是"),
        ({"count": 1, "purpose": "备用", "year": 9999}, "没有 9999 年的发文登记簿"),
        ({"count": 1, "purpose": "备用", "year": 0}, "没有 0 年的发文登记簿"),
    ],
)
def test_keeping_is_refused(body, head, said, refusal):
    with pytest.raises(Refused, match=refusal):
        numbers.keep(body=body, by=head, **(SAID | said))
    assert not NumberBlock.objects.exists()
