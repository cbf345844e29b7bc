"""What an import leaves to be judged again: of few changed rows just their villages, of many the county."""

from io import StringIO

import pytest
from django.core.management import call_command

from acceptance.judging import judging
from areas.models import FactChange
from tests.acceptance.judging.test_judging import DISTRICT, judged_as_whole, judged_in_part
from tests.reference.packages import random_changes, random_package
from tests.reference.writing import write

pytestmark = pytest.mark.django_db

ONE_ROW = {
    "areas": {"demonstration": "1"},
    "sites": {"lon": "", "lat": ""},
    "access_points": {"downstream_mbps": "30"},
    "service_orders": {"completed_on": "", "cancelled_on": ""},
    "returns": {"fibre_users": "0"},
}


@pytest.fixture
def bring(tmp_path):
    """Import a package, without judging."""

    def bring(package, name: str) -> None:
        folder = write(package, tmp_path / name)
        call_command("import_package", str(folder), "--no-judge", stdout=StringIO(), stderr=StringIO())

    return bring


@pytest.mark.parametrize("table", ONE_ROW)
def test_one_changed_row_is_judged_in_part(bring, table):
    package = random_package(44)
    bring(package, "all")
    assert set(FactChange.objects.values_list("county", "area_code")) == {(DISTRICT, "")}
    judging.ensure_current(DISTRICT)
    wanted = {"kind": "natural_village"} if table == "areas" else {}
    for row in package[table]:
        if row.items() >= wanted.items():
            bring({table: [row | ONE_ROW[table]]}, f"one-{table}")
            if FactChange.objects.exists():
                break
    noted = FactChange.objects.values_list("area_code", flat=True)
    assert noted
    assert all(len(code) >= 9 for code in noted)
    assert judged_in_part() == judged_as_whole()


@pytest.mark.parametrize("seed", [12, 38, 44, 95])
def test_an_import_leaves_nothing_stale(bring, seed):
    package = random_package(seed)
    bring(package, "all")
    judging.ensure_current(DISTRICT)
    for step in range(3):
        bring(random_changes(package, 10 * seed + step), f"changes-{step}")
        assert judged_in_part() == judged_as_whole()


def test_what_bears_on_no_verdict_is_not_judged_again(bring):
    package = random_package(44)
    bring(package, "all")
    judging.ensure_current(DISTRICT)
    bring({"access_points": [package["access_points"][0] | {"ports_total": "9", "ports_used": "1"}]}, "ports")
    assert judging.is_current(DISTRICT)
