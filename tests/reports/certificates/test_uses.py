"""Files of withdrawals, which no other evidence may pass off as its own."""

import pytest

from inspection import collecting, doubts
from inspection.collecting import EvidenceUpload
from inspection.models import Evidence
from reports.certificates import withdrawing
from tests.evidence.files import PDF, png
from tests.inspection.conftest import COVERED, FAR

pytestmark = pytest.mark.django_db


def told_of(people, chain, data: bytes, code: str) -> list[str]:
    """What is said about a file that is handed in as evidence for a unit."""
    kind = "photo" if data != PDF else "site_list"
    given = EvidenceUpload("现场.png" if data != PDF else "清单.pdf", data, kind, code=code)
    row = collecting.add(report=chain.drafted(code), given=given, by=people.clerk)
    found = Evidence.objects.select_related("report__township", "area").get(pk=row.pk)
    return [each.sentence for each in doubts.of([found]).get(found.pk, ()) if each.kind == "same_file"]


def test_file_of_a_served_withdrawal_is_told(procedure, certificate, people, chain):
    procedure(certificate).heard()

    assert told_of(people, chain, png(), FAR) == ["同一文件已用于源潭镇“全光网乡镇”撤销程序的材料“现场.png”。"]


def test_what_is_not_served_is_nobodys_to_know(procedure, certificate, people, chain):
    procedure(certificate).proposed()

    assert told_of(people, chain, png(), FAR) == []


def test_answer_of_the_township_may_be_used_for_its_unit_again(procedure, certificate, people, chain):
    withdrawal = procedure(certificate).heard()
    withdrawing.attach(withdrawal=withdrawal, name="整改.pdf", data=PDF, by=people.clerk)

    assert told_of(people, chain, PDF, COVERED) == []
