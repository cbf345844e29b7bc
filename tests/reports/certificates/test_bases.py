"""已授牌: issued on or before the as-of date, and not withdrawn on or before it; a table around both days."""

from datetime import date, timedelta

import pytest

from acceptance import plan
from acceptance.judging.judging import ensure_current
from acceptance.models import Basis
from accounts.posts import Post
from areas.models import DatedValue
from areas.vocabulary import AreaKind
from common.periods import Quarter
from reports.awards import awarded
from reports.certificates import actions
from reports.certificates.models import Certificate, held
from reports.progress import ProgressPage
from tests.reports.certificates.conftest import COUNTY, COVERED, ISSUED_ON, TOWN

WITHDRAWN_ON = date(2018, 9, 30)
DAY = timedelta(days=1)


@pytest.fixture
def withdrawn(certificate, procedure) -> Certificate:
    return procedure(certificate, WITHDRAWN_ON).withdrawn()


@pytest.mark.parametrize(
    ("on", "count"),
    [
        (ISSUED_ON - DAY, 0),
        (ISSUED_ON, 1),
        (WITHDRAWN_ON - DAY, 1),
        (WITHDRAWN_ON, 0),
        (WITHDRAWN_ON + DAY, 0),
    ],
)
def test_held_from_its_issue_until_the_day_before_its_withdrawal(on, count, withdrawn, people):
    assert Certificate.objects.filter(held(on)).count() == count
    assert awarded(people.leader, COUNTY, on).count((AreaKind.TOWN,)) == count


def test_title_under_recheck_is_held(certificate, people):
    actions.recheck(certificate=certificate, version=0, reason="核查", on=ISSUED_ON, by=people.reviewer)

    assert awarded(people.leader, COUNTY, ISSUED_ON).count((AreaKind.TOWN,)) == 1


def test_nobody_counts_what_he_may_not_see(issued, make_user):
    issued(TOWN, COVERED)
    neighbour = make_user(Post.CLERK, "441802105")

    assert awarded(neighbour, COUNTY, ISSUED_ON).count((AreaKind.TOWN,)) is None


def test_progress_shows_both_bases(issued, people):
    issued(TOWN, COVERED)
    ensure_current(COUNTY)
    page = ProgressPage(people.leader, plan.current(), COUNTY, Quarter(2018, 3), Basis.APPROVED)

    counts = {title.kind: (title.achieved, title.certified) for title in page.titles}
    assert counts[AreaKind.NATURAL_VILLAGE] == (3, 1)
    assert counts[AreaKind.COMPOUND] == (1, 0)


@pytest.mark.parametrize(("kind", "days", "count"), [("street", 0, 0), ("street", 1, 1), ("town", 0, 1)])
def test_a_title_counts_while_the_kind_can_earn_it(kind, days, count, issued, people):
    issued(TOWN)
    since = ISSUED_ON + timedelta(days=days)
    DatedValue.objects.create(table="areas", key=TOWN, column="kind", effective_on=since, value=kind)

    assert awarded(people.leader, COUNTY, ISSUED_ON).count((AreaKind.TOWN,)) == count
