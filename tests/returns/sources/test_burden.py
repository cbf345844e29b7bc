"""What a round has cost: cells asked, confirmed, typed and typed again."""

import pytest
from django.urls import reverse

from returns.models import FigureEntry, Round
from returns.rounds import rounds
from tests.returns.conftest import ON, QUARTER, TOWN, fill

pytestmark = pytest.mark.django_db


def test_round_says_what_was_asked_confirmed_typed_and_typed_again(make_return, people, client):
    quarterly_return = make_return(2)
    rounds.open_round(county=TOWN[:6], quarter=QUARTER, due=ON, note="", on=ON, by=people.reviewer)
    fill(quarterly_return, people.clerk, 100, 90, 80, 60, 50)
    fill(quarterly_return, people.clerk, 100, 90, 80, 60, 51)
    line = quarterly_return.lines.first()
    FigureEntry.objects.filter(line=line, figure="households").update(source="last")
    FigureEntry.objects.filter(line=line, figure="fibre_covered_households").update(by=None)
    client.force_login(people.leader)
    page = client.get(reverse("returns:round", args=[QUARTER])).content.decode()
    assert "应填 10 格；确认建议 1 格，人工填报 8 格，重复改动 2 次" in page
    assert Round.objects.exists()
