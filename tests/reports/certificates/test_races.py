"""Many at once: one decision, one certificate a unit, and numbers without a gap."""

import threading

import pytest

from common.exceptions import Refused
from reports.certificates import actions, withdrawal_papers, withdrawing
from reports.certificates.models import Certificate, CertificateMove, Withdrawal, WithdrawalMove
from tests.evidence.files import png
from tests.inspection.conftest import NEAR
from tests.reports.certificates.conftest import COVERED, ISSUED_ON, TOWN, XINMA
from tests.returns.entry.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_ten_decisions_one_wins(certificate, people, procedure):
    withdrawal = procedure(certificate).answered()

    def decide(index: int):
        deed = withdrawing.keep if index % 2 else withdrawing.withdraw
        fresh = Withdrawal.objects.get(pk=withdrawal.pk)
        return deed(withdrawal=fresh, version=withdrawal.version, reason="核查", on=ISSUED_ON, by=people.government)

    results = at_once(*(lambda index=index: decide(index) for index in range(10)))

    assert sum(isinstance(result, WithdrawalMove) for result in results) == 1, results
    assert all(isinstance(result, (WithdrawalMove, Refused)) for result in results), results
    assert certificate.moves.count() == 3


def test_of_a_proposal_and_a_confirmation_one_comes_first(certificate, people, procedure):
    """Never a certificate that is in force again while its withdrawal is under way."""
    rechecked = procedure(certificate).rechecked()
    said = {"version": rechecked.version, "on": ISSUED_ON}

    def take(index: int):
        fresh = Certificate.objects.get(pk=certificate.pk)
        if index % 2:
            return actions.confirm(certificate=fresh, reason="核查", by=people.bureau_head, **said)
        return withdrawing.propose(certificate=fresh, ground="other", text="核查", by=people.reviewer, **said)

    results = at_once(*(lambda index=index: take(index) for index in range(8)))

    assert sum(isinstance(each, (CertificateMove, WithdrawalMove)) for each in results) == 1, results
    assert all(isinstance(each, (CertificateMove, WithdrawalMove, Refused)) for each in results), results
    is_open = Withdrawal.objects.open().exists()
    assert Certificate.objects.get().state == ("rechecking" if is_open else "valid")


def test_notice_encloses_all_that_was_handed_in_before_it(certificate, people, procedure, monkeypatch):
    withdrawal = procedure(certificate).proposed()
    read, handed_in = threading.Event(), threading.Event()

    def notify():
        fresh = Withdrawal.objects.get(pk=withdrawal.pk)
        return withdrawing.notify(withdrawal=fresh, version=withdrawal.version, on=ISSUED_ON, by=people.bureau_head)

    def attach():
        read.wait(5)
        fresh = Withdrawal.objects.get(pk=withdrawal.pk)
        withdrawing.attach(withdrawal=fresh, name="又一份.png", data=png(300, 300), by=people.reviewer)
        handed_in.set()

    issue = withdrawal_papers.issue_notice

    def issued(*args):
        notice = issue(*args)
        read.set()
        handed_in.wait(1)
        return notice

    monkeypatch.setattr(withdrawal_papers, "issue_notice", issued)
    results = at_once(notify, attach)

    assert isinstance(results[0], WithdrawalMove) and isinstance(results[1], Refused), results
    assert withdrawal.files.count() == 1


def test_awarding_one_unit_at_once_makes_one_certificate(ratified, people):
    unit = ratified()[TOWN]
    results = at_once(*[lambda: actions.issue(units=[unit], on=ISSUED_ON, by=people.second_government)] * 8)

    assert sum(isinstance(result, list) for result in results) == 1, results
    assert all(isinstance(result, (list, Refused)) for result in results), results
    assert Certificate.objects.get().serial == 1


def test_numbers_drawn_at_once_have_no_gap(ratified, people):
    units = ratified(COVERED, NEAR, TOWN, XINMA)
    results = at_once(
        *(
            lambda unit=unit: actions.issue(units=[unit], on=ISSUED_ON, by=people.second_government)
            for unit in units.values()
        )
    )

    assert [type(result) for result in results] == [list] * 4, results
    hamlets = Certificate.objects.filter(title="全光网自然村").values_list("serial", flat=True)
    assert sorted(hamlets) == [1, 2]
