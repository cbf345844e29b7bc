"""Many at once: one decision, one certificate a unit, and numbers without a gap."""

import pytest

from common.exceptions import Refused
from reports.certificates import actions
from reports.certificates.models import Certificate, CertificateMove
from tests.inspection.conftest import NEAR
from tests.reports.certificates.conftest import COVERED, ISSUED_ON, TOWN, XINMA
from tests.returns.entry.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_ten_decisions_one_wins(certificate, people):
    said = {"reason": "核查", "on": ISSUED_ON}
    actions.recheck(certificate=certificate, version=0, by=people.reviewer, **said)

    def decide(index: int):
        fresh = Certificate.objects.get(pk=certificate.pk)
        if index % 2:
            return actions.confirm(certificate=fresh, version=1, by=people.bureau_head, **said)
        return actions.withdraw(
            certificate=fresh, version=1, by=people.government, circular="清区府〔2018〕9号", **said
        )

    results = at_once(*(lambda index=index: decide(index) for index in range(10)))

    assert sum(isinstance(result, CertificateMove) for result in results) == 1, results
    assert all(isinstance(result, (CertificateMove, Refused)) for result in results), results
    assert certificate.moves.filter(version=2).count() == 1


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
