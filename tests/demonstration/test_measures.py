"""The demonstration's records of measures: every kind, the township that is behind, the estate with a defect; made once."""

import pytest

from areas.vocabulary import AreaKind
from demonstration.accounts import create_accounts
from demonstration.measures import create_measures
from measures.ftth import shortcomings
from measures.kinds import KINDS
from measures.models import MeasureFile, MeasureRecord
from tests.demonstration.test_demo import district  # noqa: F401
from witness.models import Leaf


@pytest.fixture
def told(district, make_area):  # noqa: F811
    create_accounts()
    for code, name in (("441802006001", "北门社区"), ("441802107201", "下村")):
        make_area(code, name, kind=AreaKind.COMMUNITY if code.endswith("001") else AreaKind.VILLAGE)
    for number in (101, 102):
        make_area(f"441802006001{number}", f"花园{number}", kind=AreaKind.COMPOUND)
    create_measures()


def test_every_kind_has_its_records_made_once(told):
    create_measures()
    rows = MeasureRecord.objects.order_by("pk")

    assert set(rows.values_list("kind", flat=True)) == set(KINDS)
    plans = rows.filter(kind="township_plan")
    assert not plans.filter(area="441802107").exists() and plans.get(area="441802106").state == "sent"
    assert sorted(
        map(bool, map(shortcomings, rows.filter(kind="ftth").values_list("confirmed_values", flat=True)))
    ) == [
        False,
        True,
    ]
    assert Leaf.objects.filter(kind="measures.measurefile").count() == MeasureFile.objects.count() > 7
