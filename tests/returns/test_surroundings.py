"""What stands beside the lines of a return where villages were merged."""

from datetime import date

from areas.models import Area, Succession
from areas.vocabulary import SuccessionKind
from returns.checks.terms import using
from returns.figures import NAMES
from returns.models import ReturnLine
from returns.surroundings import ReturnSurroundings
from tests.returns.conftest import GOOD, QUARTER, TOWN, approved

MERGED_ON = date(2019, 1, 1)


def merge(gone: str, heir: str) -> None:
    Area.objects.filter(pk=gone).update(valid_to=MERGED_ON)
    Succession.objects.create(area_id=gone, successor_id=heir, kind=SuccessionKind.MERGE, on=MERGED_ON)


def test_merged_village_is_read_beside_the_sum_of_what_went_into_it(
    make_return, people, settings, django_assert_max_num_queries
):
    before = QUARTER.plus(-1)
    approved(make_return(4, before), people.clerk, people.reviewer)
    assert ReturnLine.objects.filter(period=str(before)).count() == 4
    merge(f"{TOWN}203", f"{TOWN}201")
    merge(f"{TOWN}204", f"{TOWN}202")

    beside = ReturnSurroundings(TOWN, QUARTER, using(TOWN[:6], QUARTER))
    with django_assert_max_num_queries(12):
        earlier = [beside.beside(Area.objects.get(pk=f"{TOWN}20{number}")).previous for number in (1, 2)]

    assert earlier == [dict(zip(NAMES, (2 * value for value in GOOD), strict=True))] * 2
