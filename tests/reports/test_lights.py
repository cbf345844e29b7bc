"""Lights: what stands in the list of those that are due and not enough, and by which sign it is known."""

import pytest
from django.template.loader import render_to_string

from acceptance import plan
from acceptance.models import MilestoneVerdict
from acceptance.verdicts.marks import AREA_TONES, CRITERION_TONES, FALLEN, LIGHT_TONES, SITE_TONES, milestone_mark
from areas.models import Area
from common.periods import Quarter
from reports.lights import Light
from reports.progress import Totals

COUNT, RATE = "G04", "G07"


def light(key: str = COUNT, **fields) -> Light:
    """A light that is due; ``fields`` say how it stands."""
    standing = {"status": "met", "held": False, "scored": True, "missing": 0, "unknown": 0} | fields
    row = MilestoneVerdict(key=key, area=Area(code="441802"), period=str(Quarter(2019, 1)), **standing)
    milestone = next(each for each in plan.current().milestones if each.key == key)
    return Light(milestone, row, milestone_mark(row), "", None)


def icon(tone: str) -> str:
    return render_to_string("common/badge.html", {"tone": tone, "text": ""}).partition("<svg")[2].partition(">")[2]


@pytest.mark.parametrize("status", ["met", "met_late"])
def test_light_that_fell_back_has_a_sign_of_its_own(status):
    assert light(status=status).mark.tone == FALLEN
    assert light(status=status, held=True).mark.tone == LIGHT_TONES["green" if status == "met" else "yellow"]
    others = {*AREA_TONES.values(), *CRITERION_TONES.values(), *SITE_TONES.values(), *LIGHT_TONES.values()}
    assert icon(FALLEN) not in {icon(tone) for tone in others}


@pytest.mark.parametrize(
    ("key", "missing", "unknown", "is_behind"),
    [(COUNT, 3, 2, True), (COUNT, 2, 2, False), (COUNT, 0, 0, False), (RATE, 646, 0, True), (RATE, 646, 1, False)],
)
def test_undetermined_task_that_is_short_today_is_behind(key, missing, unknown, is_behind):
    found = light(key, status="undetermined", missing=missing, unknown=unknown)
    assert found.is_behind is is_behind
    assert not light(key, status="undetermined", missing=missing, unknown=unknown, scored=False).is_behind


@pytest.mark.parametrize("status", ["met", "met_late"])
def test_counts_say_how_many_fell_back(status):
    rows = [light(status=each, held=held).row for each, held in ((status, False), (status, True), ("missed", False))]
    marks = [(mark.tone, mark.text, count) for mark, count in Totals.counted(rows).shares]
    assert marks[1:] == [(FALLEN, "其中回落", 1), ("missed", "未达到", 1)] and marks[0][2] == 2
    assert len(Totals.counted(rows[1:2]).shares) == 1
