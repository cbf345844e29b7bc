"""回落: when the portal itself begins a re-check, and when it does not."""

from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from acceptance.judging.judging import ensure_current
from accounts.models import AuditEntry
from areas import changes
from areas.models import AccessPoint
from common.periods import Quarter
from reports.certificates import actions
from reports.certificates.models import Certificate, CertificateState
from reports.certificates.watching import fall_of, falls, recheck
from tests.reports.certificates.conftest import COUNTY, COVERED, TOWN

AFTER_Q3, AFTER_Q4 = date(2018, 10, 1), date(2019, 1, 1)


@pytest.fixture
def village(issued) -> Certificate:
    """新屋, whose only site is reached by DX-2 alone; a natural village needs no return."""
    return issued(COVERED)[0]


@pytest.fixture
def day(day, settings):
    """The day on which the portal stands; the tests move it."""
    settings.PORTAL_TODAY = date(2018, 7, 20)
    return lambda on: setattr(settings, "PORTAL_TODAY", on)


def close(on: date | None) -> None:
    AccessPoint.objects.filter(ap_id="DX-2").update(closed_on=on)
    changes.note(COUNTY)


def now(certificate: Certificate) -> str:
    ensure_current(COUNTY)
    return Certificate.objects.get(pk=certificate.pk).state


def test_fall_in_a_later_quarter_begins_a_recheck(village, day):
    day(AFTER_Q3)
    close(date(2018, 9, 16))

    assert now(village) == CertificateState.RECHECKING
    step = village.moves.last()
    assert (step.by, step.period, step.on) == (None, "2018Q3", AFTER_Q3)
    assert step.reason.startswith("2018年第三季度评定未达标（回落）：")
    assert AuditEntry.objects.get(action="certificate.recheck").username == "（门户）"


def test_running_quarter_does_not(village, day):
    day(date(2018, 9, 30))
    close(date(2018, 9, 16))

    assert now(village) == CertificateState.VALID


def test_fall_that_was_mended_by_the_latest_quarter_does_not(village, day):
    close(date(2018, 9, 16))
    AccessPoint.objects.create(
        ap_id="DX-9", operator_id="telecom", lon=113.2, lat=23.7, downstream_mbps=100, tv_only=False,
        opened_on=date(2018, 11, 1), township_id=TOWN, county=COUNTY,
    )  # fmt: skip
    day(AFTER_Q4)

    assert now(village) == CertificateState.VALID


def test_quarter_of_the_award_and_earlier_ones_do_not(village, day):
    day(date(2018, 9, 1))
    close(date(2018, 4, 1))

    assert now(village) == CertificateState.VALID


def test_fall_says_since_when_it_lasts(village, day, people):
    """Fallen in 2018Q3, kept, and still below in 2018Q4: it says that it has been so since 2018Q3."""
    day(AFTER_Q3)
    close(date(2018, 9, 16))
    ensure_current(COUNTY)
    certificate = Certificate.objects.get(pk=village.pk)
    said = {"reason": "正在抢修", "on": AFTER_Q3, "by": people.government}
    actions.confirm(certificate=certificate, version=certificate.version, **said)
    day(AFTER_Q4)
    changes.note(COUNTY)
    ensure_current(COUNTY)

    recheck(COUNTY, AFTER_Q4)
    assert village.moves.last().reason.startswith("2018年第四季度评定未达标（回落，自2018年第三季度起）：")
    fall = fall_of(village)
    assert (fall.since, fall.quarter) == (Quarter(2018, 3), Quarter(2018, 4))


def test_recheck_for_another_reason_has_no_fall(village, procedure):
    assert fall_of(procedure(village).rechecked()) is None


def test_undetermined_quarter_does_not(issued, day):
    """The town has no return of 2018Q3: no matter, its hard criterion holds; without coordinates it is undetermined."""
    from areas.models import Site

    village = issued(COVERED)[0]
    Site.objects.filter(site_id="S-3").update(lat=None, lon=None)
    changes.note(COUNTY)
    day(AFTER_Q3)

    assert now(village) == CertificateState.VALID


def test_confirmed_title_is_not_rechecked_for_the_same_quarter_but_for_the_next(village, day, people):
    day(AFTER_Q3)
    close(date(2018, 9, 16))
    ensure_current(COUNTY)
    certificate = Certificate.objects.get(pk=village.pk)
    actions.confirm(
        certificate=certificate,
        version=certificate.version,
        reason="台风损毁，正在抢修",
        on=AFTER_Q3,
        by=people.government,
    )

    assert recheck(COUNTY, AFTER_Q3) == []
    assert [each.pk for each in recheck(COUNTY, AFTER_Q4)] == [village.pk]


def test_withdrawn_title_is_left_alone(village, procedure):
    procedure(village).withdrawn()
    close(date(2018, 9, 16))

    assert falls(COUNTY, AFTER_Q3) == []


def test_command_says_what_it_began_and_does_it_once(village, day, settings):
    settings.AFTER_JUDGING = []
    close(date(2018, 9, 16))
    said = StringIO()
    call_command("recheck_certificates", on=AFTER_Q3, stdout=said)
    call_command("recheck_certificates", on=AFTER_Q3 + timedelta(days=1), stdout=said)

    assert "清城区：启动复核 1 张。" in said.getvalue()
    assert "清城区：启动复核 0 张。" in said.getvalue()
    assert now(village) == CertificateState.RECHECKING


def test_falls_cost_three_queries(issued, django_assert_num_queries):
    issued(TOWN, COVERED)
    ensure_current(COUNTY)

    with django_assert_num_queries(3):
        falls(COUNTY, AFTER_Q3)
