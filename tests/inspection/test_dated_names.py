"""Reports and what follows from them call areas, and judge them, as what they were at the end of their quarter."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from acceptance.judging import judging
from areas import changes
from areas.models import Area, DatedValue
from inspection import report_papers, submission_papers, tasks
from inspection.freezing import groups
from inspection.models import Unit
from inspection.naming import full_name, units_called
from papers import issuing
from papers.document import to_json
from tests.inspection.conftest import COUNTY, ON, QUARTER
from tests.scenes import COVERED, TOWN, XINMA, XIUXI

BEFORE, LATER = date(2018, 4, 1), date(2018, 7, 10)
"""In the quarter that is reported, and after it."""


def rename(*values: tuple[str, str, str], on: date = BEFORE) -> None:
    for key, column, value in values:
        DatedValue.objects.create(table="areas", key=key, column=column, effective_on=on, value=value)
    changes.note(COUNTY)
    judging.refresh(COUNTY)


@pytest.fixture
def renamed(district):
    """新屋 is called 新屋坊 from the quarter on, the town 源潭新镇; after the quarter both have other names."""
    rename((COVERED, "name", "新屋坊"), (TOWN, "name", "源潭新镇"))
    rename((COVERED, "name", "新屋里"), (TOWN, "name", "源潭后镇"), on=LATER)


def seen(user, name: str, *args) -> str:
    client = Client()
    client.force_login(user)
    return client.get(reverse(name, args=args)).content.decode()


def test_report_calls_its_units_as_they_were(renamed, chain, people):
    report = chain.drafted(COVERED)
    assert "新屋坊" in report.request and "源潭新镇" in report.request
    assert Unit.objects.get().frozen.said["name"] == "新屋坊"
    paper = to_json(report_papers.report_paper(report, "", ON))
    assert "新屋坊" in str(paper) and "源潭后镇人民政府" in str(paper)
    for name, args in (("report", [report.pk]), ("index", []), ("unit", [Unit.objects.get().pk])):
        assert "源潭新镇2018年第二季度" in seen(people.clerk, f"inspection:{name}", *args)
    assert "新屋坊" in seen(people.clerk, "inspection:report", report.pk)
    assert any("源潭新镇" in task.title for task in tasks.pending(people.clerk))


def test_candidates_are_of_the_kind_that_they_were(district):
    rename((TOWN, "kind", "street"))
    town = Area.objects.get(pk=TOWN)
    assert "全光网街道" in {group.title for group in groups(town, QUARTER)}


def test_compiled_list_calls_its_units_as_they_were(renamed, chain):
    submission = chain.compiled(COVERED)
    paper = str(to_json(submission_papers.submission_paper(submission, "", ON)))
    assert "新屋坊" in paper and "源潭新镇" in paper and "新屋里" not in paper


def test_issuer_is_called_as_on_the_day(district):
    rename((TOWN, "name", "源潭街道"), (TOWN, "kind", "street"), on=LATER)
    town = Area.objects.select_related("parent").get(pk=TOWN)
    assert issuing.township(town, date(2018, 7, 9)).name == "清远市清城区源潭镇人民政府"
    assert issuing.township(town, LATER).name == "清远市清城区人民政府源潭街道办事处"


def test_namesakes_are_told_apart_by_their_village(renamed, make_area):
    """As both were called on the day."""
    rename((XIUXI, "name", "秀溪新村"))
    leaf, other = Area.objects.get(pk=COVERED), make_area(f"{XIUXI}299", "新屋坊")
    assert full_name(leaf, QUARTER.last_day) == "新马村新屋坊"
    assert full_name(other, QUARTER.last_day) == "秀溪新村新屋坊"
    assert full_name(Area.objects.get(pk=TOWN), QUARTER.last_day) == "源潭新镇"


def test_units_know_their_village_as_it_was(renamed, chain):
    rename((XINMA, "name", "新马坊"))
    chain.drafted(COVERED)
    [unit] = units_called(Unit.objects.select_related("area", "report"))
    assert unit.area.full_name == "新马坊新屋坊"
