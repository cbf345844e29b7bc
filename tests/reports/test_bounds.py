"""What an incomplete share may be at worst and at best."""

from fractions import Fraction

import pytest

from common.templatetags.figures import failure_share, share
from reports.bounds import Bounds, bounds

pytestmark = pytest.mark.any_database


@pytest.mark.parametrize(
    ("known", "missing", "expected"),
    [
        ((80, 100), [], (80, 80, 80, 100)),
        ((80, 100), [(10, 20)], (90, 80, 100, 120)),
        ((80, 100), [(0, 20)], (80, 80, 100, 120)),
        ((80, 100), [(20, 20), (5, 10)], (105, 80, 110, 130)),
        ((80, 100), [(0, 0)], (80, 80, 80, 100)),
        ((0, 0), [(10, 20)], (10, 0, 20, 20)),
        ((80, 100), [(10, 20), None], None),
        ((0, 0), [None], None),
        ((0, 0), [(0, 0)], None),
        ((0, 0), [], None),
    ],
)
def test_share_of_all_lies_between_none_and_all_of_what_is_missing(known, missing, expected):
    found = bounds(known, missing)

    assert found == (Bounds(*(Fraction(part, expected[3]) for part in expected[:3])) if expected else None)


@pytest.mark.parametrize(
    ("value", "passed", "failed"),
    [
        (Fraction(899, 1000), "89.9%", "89.9%"),
        (Fraction(8999, 10000), "89.9%", "90.0%"),
        (Fraction(1, 15), "6.6%", "6.7%"),
        (0.1, "10.0%", "10.0%"),
        (Fraction(0), "0.0%", "0.0%"),
        (Fraction(1), "100.0%", "100.0%"),
        (Fraction(1, 100_000), "0.0%", "0.1%"),
        (None, "—", "—"),
    ],
)
def test_share_of_success_is_cut_down_and_of_failure_up(value, passed, failed):
    assert (share(value), failure_share(value)) == (passed, failed)
