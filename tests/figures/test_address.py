"""The address of a figure, and the links that templates write."""

import pytest
from django.template import Context, Template

from common.periods import Quarter
from figures.address import figure

Q2 = Quarter.parse("2018Q2")


@pytest.mark.parametrize(
    ("asked", "address"),
    [
        ({}, "/figures/G10/?area=441802&period=2018Q2"),
        ({"basis": "approved", "part": "all"}, "/figures/G10/?area=441802&period=2018Q2"),
        ({"basis": "reported"}, "/figures/G10/?area=441802&period=2018Q2&basis=reported"),
        ({"part": "lacking"}, "/figures/G10/?area=441802&period=2018Q2&part=lacking"),
        ({"cause": "too_slow", "kind": ""}, "/figures/G10/?area=441802&period=2018Q2&cause=too_slow"),
    ],
)
def test_address_leaves_out_what_is_asked_anyway(asked, address):
    assert figure("G10", area="441802", quarter=Q2, **asked) == address


def written(text: str, **values) -> str:
    return Template("{% load figure %}" + text).render(Context({"quarter": Q2, **values}))


def test_tag_writes_the_number_as_a_link_with_its_value():
    link = written('{% figure value "sites" area="441802" quarter=quarter part="passed" %}', value=12345)

    assert link == (
        '<a class="figure" href="/figures/sites/?area=441802&amp;period=2018Q2&amp;part=passed" data-figure="12345">12,345</a>'
    )


def test_tag_leads_nowhere_where_the_number_is_missing():
    assert written('{% figure value "sites" area="441802" quarter=quarter %}', value=None) == "—"
