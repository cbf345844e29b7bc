"""The small judged district, on a day of the summer of 2018."""

import pytest

from tests.judged_district import ON, district, enter, judged  # noqa: F401


@pytest.fixture(autouse=True)
def day(settings):
    settings.PORTAL_TODAY = ON
