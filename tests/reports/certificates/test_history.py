"""What the desk learns of titles that an area had before."""

from inspection.models import Unit
from reports.certificates import actions
from reports.certificates.history import titles_before
from tests.reports.certificates.conftest import COVERED, ISSUED_ON, TOWN


def test_withdrawn_title_is_told_with_day_circular_and_ground(certificate, procedure, chain):
    procedure(certificate).withdrawn()
    unit = chain.sent().units.get()

    assert titles_before([unit]) == {
        unit.pk: "2018-08-15 授“全光网乡镇”（清城区全光网乡镇〔2018〕1号），"
        "2018-08-15 撤销（清区府〔2018〕2号）：经核实 （撤销事由：设施拆除）。"
    }


def test_kept_title_is_told_too_and_one_without_a_history_is_not(certificate, procedure, people, chain):
    walk = procedure(certificate)
    actions.confirm(certificate=walk.rechecked(), version=1, reason="已修复。", on=ISSUED_ON, by=people.bureau_head)
    walk.withdrawn()
    town, hamlet = chain.sent(TOWN, COVERED).units.order_by("area_id")

    told = titles_before([town, hamlet])
    assert told.keys() == {town.pk}
    assert "，2018-08-15 复核后维持：已修复，2018-08-15 撤销" in told[town.pk]


def test_title_of_the_unit_itself_is_none_that_it_had_before(certificate):
    assert titles_before([Unit.objects.get()]) == {}


def test_history_costs_two_queries(certificate, procedure, chain, django_assert_num_queries):
    procedure(certificate).withdrawn()
    units = list(chain.sent(TOWN, COVERED).units.all())

    with django_assert_num_queries(2):
        titles_before(units)
