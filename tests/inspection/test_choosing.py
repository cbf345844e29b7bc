"""Units of a long list are chosen by whoever decides: none in advance, a group by a button of its own, without scripts."""

import re

import pytest
from django.urls import reverse

from inspection import compiling
from inspection.models import Submission, Unit
from reports.certificates.models import Certificate
from tests.inspection.conftest import COUNTY, COVERED, NEAR, XINMA
from tests.inspection.test_pages import signed_in

COMPILE = reverse("inspection:compile")
AWARD = reverse("certificates:issue")


def ticked(answer) -> set[str]:
    """The codes of the units whose boxes are ticked."""
    boxes = re.findall(
        r'<input type="checkbox" name="(?:unit|units|added)" value="(\d+)"([^>]*)>', answer.content.decode()
    )
    assert boxes
    return {Unit.objects.get(pk=pk).area_id for pk, rest in boxes if "checked" in rest}


def keys(*codes: str) -> list[int]:
    return list(Unit.objects.filter(area__in=codes).values_list("pk", flat=True))


def test_nothing_is_chosen_in_advance_to_be_compiled(chain, people):
    chain.passed(NEAR, COVERED, XINMA)
    client = signed_in(people.second)
    assert ticked(client.get(COMPILE)) == set()
    refused = client.post(COMPILE)
    assert refused.status_code == 422 and "请至少选择一个审核通过的单位。" in refused.content.decode()
    assert not Submission.objects.exists()


def test_group_is_chosen_and_left_at_once_and_the_rest_stays(chain, people):
    chain.passed(NEAR, COVERED, XINMA)
    client = signed_in(people.second)
    chosen = client.post(COMPILE, {"unit": keys(XINMA), "choose": "all-natural_village"})
    assert (chosen.status_code, ticked(chosen)) == (200, {NEAR, COVERED, XINMA})
    assert "（2 个，已选 2 个）" in chosen.content.decode()
    left = client.post(COMPILE, {"unit": keys(NEAR, COVERED, XINMA), "choose": "none-natural_village"})
    assert ticked(left) == {XINMA}
    assert not Submission.objects.exists(), "nothing was decided by choosing"


def test_refused_compiling_keeps_what_was_chosen(chain, people):
    chain.passed(NEAR, COVERED, XINMA)
    client = signed_in(people.second)
    gone = keys(COVERED)
    compiling.compile_(
        county=COUNTY, units=list(Unit.objects.filter(pk__in=gone).select_related("report")), by=people.second
    )
    refused = client.post(COMPILE, {"unit": [*gone, *keys(NEAR)]})
    assert (refused.status_code, ticked(refused)) == (409, {NEAR})


def test_refused_edit_keeps_what_was_chosen(chain, people):
    units = chain.passed(NEAR, COVERED, XINMA)
    listed = [unit for unit in units if unit.area_id != XINMA]
    submission = compiling.compile_(county=COUNTY, units=listed, by=people.second)
    client, where = signed_in(people.second), reverse("inspection:submission", args=[submission.pk])
    assert ticked(client.get(where)) == {NEAR, COVERED}
    said = {"action": "edit", "version": submission.version, "opinion": "长" * 5001}
    refused = client.post(where, said | {"unit": keys(NEAR), "added": keys(XINMA)})
    assert (refused.status_code, ticked(refused)) == (422, {NEAR, XINMA})


@pytest.fixture
def announced(chain):
    return chain.announced(NEAR, COVERED)


def test_nothing_is_chosen_in_advance_to_be_awarded(announced, people):
    client = signed_in(people.second_government)
    assert ticked(client.get(AWARD)) == set()
    refused = client.post(AWARD, {"on": "2018-07-20"})
    assert refused.status_code == 422 and "请至少勾选一个单位。" in refused.content.decode()


def test_group_is_chosen_to_be_awarded_and_the_day_stays(announced, people):
    client = signed_in(people.second_government)
    chosen = client.post(AWARD, {"on": "2018-07-2x", "choose": "all-natural_village"})
    assert (chosen.status_code, ticked(chosen)) == (200, {NEAR, COVERED})
    assert 'value="2018-07-2x"' in chosen.content.decode() and not Certificate.objects.exists()
    refused = client.post(AWARD, {"on": "2018-07-2x", "units": keys(NEAR)})
    assert (refused.status_code, ticked(refused)) == (422, {NEAR})
