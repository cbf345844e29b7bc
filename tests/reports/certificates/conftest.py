"""Titles that the district government ratified, on the way of the whole chain, and their certificates."""

from datetime import date

import pytest

from inspection.models import Unit
from reports.certificates import actions, withdrawing
from reports.certificates.models import Certificate, Withdrawal, WithdrawalGround, WithdrawalMove
from tests.evidence.files import png
from tests.inspection.conftest import COUNTY, COVERED, TOWN, XINMA, Chain, chain, day, district, people

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


class Procedure:
    """The withdrawal of a certificate as far as a test needs it, each step by the person whose it is, all on one day."""

    def __init__(self, certificate: Certificate, people, on: date = ISSUED_ON) -> None:
        self.certificate, self.people, self.on = certificate, people, on

    @property
    def fresh(self) -> Certificate:
        return Certificate.objects.get(pk=self.certificate.pk)

    def rechecked(self) -> Certificate:
        if self.fresh.state == "valid":
            said = {"reason": "现场核查", "on": self.on, "by": self.people.reviewer}
            actions.recheck(certificate=self.fresh, version=self.fresh.version, **said)
        return self.fresh

    def proposed(self, ground: str = WithdrawalGround.REMOVED, by=None) -> Withdrawal:
        certificate, by = self.rechecked(), by or self.people.reviewer
        withdrawing.propose(
            certificate=certificate, version=certificate.version, ground=ground, text="分光器已经拆除。", on=self.on,
            by=by,
        )  # fmt: skip
        withdrawal = Withdrawal.objects.open().get(certificate=certificate)
        withdrawing.attach(withdrawal=withdrawal, name="现场.png", data=png(), by=by)
        return withdrawal

    def take(self, action: str, withdrawal: Withdrawal, by, on: date | None = None, **said) -> WithdrawalMove:
        words = {} if action in ("notify", "refer") else {"reason": "经核实"}
        given = {"version": withdrawal.version, "on": on or self.on} | words | said
        return getattr(withdrawing, action)(withdrawal=withdrawal, by=by, **given)

    def heard(self, **said) -> Withdrawal:
        withdrawal = self.proposed(**said)
        self.take("notify", withdrawal, self.people.bureau_head)
        return withdrawal

    def answered(self, **said) -> Withdrawal:
        withdrawal = self.heard(**said)
        self.take("answer", withdrawal, self.people.head, reason="正在恢复，请予延期。")
        return withdrawal

    def withdrawn(self, **said) -> Certificate:
        self.take("withdraw", self.answered(**said), self.people.government)
        return self.fresh


@pytest.fixture
def procedure(people):
    """The procedure of withdrawing a certificate, on a day."""
    return lambda certificate, on=ISSUED_ON: Procedure(certificate, people, on)


@pytest.fixture(autouse=True)
def own_keys(settings, tmp_path):
    settings.VAR_DIR = tmp_path


__all__ = ["COUNTY", "COVERED", "TOWN", "XINMA", "Chain", "Procedure", "chain", "day", "district", "people"]
