"""What is read once is read again in every run, so that a changed reader shows (tests.mutation forks its runs)."""

import pytest

from areas import workdays
from tests.acceptance.rules import building


@pytest.fixture(scope="session", autouse=True)
def read_afresh():
    for read_once in (building.the_plan, building.calendar, workdays.notices):
        read_once.cache_clear()
