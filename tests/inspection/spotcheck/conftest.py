"""The district of the acceptance chain's tests, and samples drawn in it."""

from datetime import UTC, datetime
from fractions import Fraction

import pytest

from acceptance.rules.plan import Sampling, Source
from areas.models import Area
from inspection.spotcheck import actions
from inspection.spotcheck.models import Frame, Sample
from tests.inspection.conftest import ON, QUARTER, STREET, TOWN, Chain, chain, district, people

RULE = Sampling(Fraction(1, 10), Fraction(95, 100), 1, 1, False, True, Source("", "", ()))
AT = datetime(2018, 7, 2, 1, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def day(settings):
    """The day alone: samples are asked for here."""
    settings.PORTAL_TODAY = ON


@pytest.fixture
def draw(people):
    """Draw a sample, of the town's natural villages unless told otherwise."""

    def make(township: str = TOWN, frame: str = Frame.NATURAL_VILLAGES, size: int = 2, **said) -> Sample:
        said = {"by": people.reviewer, "at": AT, "seed": "3f9a"} | said
        return actions.draw(township=Area.objects.get(code=township), quarter=QUARTER, frame=frame, size=size, **said)

    return make


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    settings.VAR_DIR = tmp_path


__all__ = ["STREET", "TOWN", "Chain", "chain", "district", "people"]
