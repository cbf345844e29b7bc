"""Two villages of one name: wherever a unit is named its village is named with it, and lists give the code, too."""

import html
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import strip_tags

from areas.models import Area
from common.exceptions import Refused
from inspection import compiling, objections, tasks
from inspection.examining import Found
from inspection.models import Submission, Unit
from inspection.vocabulary import CheckFinding, InspectionAction
from tests.inspection.conftest import COUNTY, COVERED, NEAR, XINMA, XIUXI, Chain

SIDES = {"秀溪村", "新马村"}
CODES = {NEAR, COVERED}
_ONE_VILLAGE = re.compile(rf"""FROM "areas_area" WHERE "areas_area"."code" = '?({XIUXI}|{XINMA})'?""")


@pytest.fixture
def namesakes(district):
    Area.objects.filter(code__in=CODES).update(name="新庄")


@pytest.fixture
def walked(namesakes, people) -> Chain:
    return Chain(people)


def read(user, address: str) -> str:
    """What a page says, without its marks; what is told of a control by its label alone is told as well."""
    client = Client()
    client.force_login(user)
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address)
    assert answer.status_code == 200
    assert not [each["sql"] for each in queries if _ONE_VILLAGE.search(each["sql"])], "a village is asked for alone"
    page = re.sub(r'aria-label="([^"]*)"[^>]*>', r">\1", answer.content.decode())
    return re.sub(r"\s", "", html.unescape(strip_tags(page)))


def told(user, name: str, *args, query: str = "", has_codes: bool = False) -> None:
    text = read(user, reverse(name, args=args) + query)
    named = re.findall(r"(.{0,3})新庄", text)
    assert set(named) <= SIDES, (name, [each for each in named if each not in SIDES])
    assert set(named) == SIDES, name
    assert not has_codes or all(code in text for code in CODES), name


def test_township_tells_its_units_apart(walked, people):
    told(people.clerk, "inspection:new", has_codes=True)
    report = walked.drafted(*CODES)
    told(people.clerk, "inspection:report", report.pk)
    told(people.clerk, "inspection:add_evidence", report.pk, has_codes=True)
    told(people.clerk, "inspection:units", report.pk, has_codes=True)


def test_bureau_tells_the_units_apart(walked, people):
    report = walked.taken(*CODES)
    told(people.reviewer, "inspection:report", report.pk, has_codes=True)
    told(people.reviewer, "inspection:desk", report.pk)
    told(people.reviewer, "inspection:desk_batch", report.pk, has_codes=True)
    for unit in report.units.select_related("report", "frozen"):
        walked.ruled(InspectionAction.PASS, unit)
    assert {each.title for each in tasks.pending(people.bureau_head)} >= {
        f"{village}新庄（全光网自然村）" for village in SIDES
    }
    for unit in Unit.objects.select_related("report", "frozen"):
        walked.confirmed(unit)
    told(people.second, "inspection:compile", has_codes=True)
    submission = compiling.compile_(county=COUNTY, units=compiling.awaiting(COUNTY), by=people.second)
    told(people.second, "inspection:submission", submission.pk, has_codes=True)


def test_returned_units_are_told_apart(walked, people):
    report = walked.taken(*CODES)
    for unit in report.units.select_related("report", "frozen"):
        walked.ruled(InspectionAction.RETURN, unit, "请补正。", S16=Found(CheckFinding.MET, "missing", "缺照片"))
    told(people.clerk, "inspection:report", report.pk)
    held = objections.open_on(Unit.objects.select_related("area"))
    assert {str(each)[:5] for found in held.values() for each in found} == {f"{village}新庄" for village in SIDES}


def test_government_tells_the_units_apart(walked, people):
    submission = walked.noticed(walked.submitted(*CODES))
    told(people.government, "inspection:submission", submission.pk, has_codes=True)
    told(people.government, "inspection:submission_desk", submission.pk)
    told(people.government, "inspection:submission_batch", submission.pk, has_codes=True)
    told(people.second_government, "inspection:public_objections", submission.pk, has_codes=True)
    walked.decided(walked.grounded(Submission.objects.get()))
    told(people.government, "certificates:issue", has_codes=True)


def test_refusal_names_the_village(walked, people):
    unit = walked.taken(NEAR).units.select_related("report", "frozen").get()
    with pytest.raises(Refused, match="秀溪村新庄不能通过"):
        walked.ruled(InspectionAction.PASS, unit, S16=Found(CheckFinding.MET, "missing", "缺照片"))
