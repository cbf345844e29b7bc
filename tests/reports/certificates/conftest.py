"""Titles that the district government ratified, on the way of the whole chain, and their certificates."""

from datetime import date

import pytest

from inspection.models import Unit
from reports.certificates import actions
from reports.certificates.models import Certificate
from tests.inspection.conftest import COUNTY, COVERED, TOWN, XINMA, Chain, chain, day, district, people, sampled

ISSUED_ON = date(2018, 8, 15)


@pytest.fixture
def ratified(chain):
    """Ratify the titles of areas (the town's unless others are named); their units by code."""

    def ratify(*codes: str) -> dict[str, Unit]:
        submission = chain.ratified(*(codes or (TOWN,)))
        return {unit.area_id: unit for unit in submission.units.all()}

    return ratify


@pytest.fixture
def issued(ratified, people):
    """Certificates for the titles of areas, in the order of their codes."""

    def issue(*codes: str, on: date = ISSUED_ON) -> list[Certificate]:
        return actions.issue(units=list(ratified(*codes).values()), on=on, by=people.second_government)

    return issue


@pytest.fixture
def certificate(issued) -> Certificate:
    return issued()[0]


@pytest.fixture(autouse=True)
def own_keys(settings, tmp_path):
    settings.VAR_DIR = tmp_path


__all__ = ["COUNTY", "COVERED", "TOWN", "XINMA", "Chain", "chain", "day", "district", "people", "sampled"]
