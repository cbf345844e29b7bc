"""The file of a unit names its certificate with every step, and the archive holds the signed statement."""

import io
import json
import zipfile

from inspection.dossier import Dossier
from inspection.models import Unit
from inspection.spotcheck import actions as checking
from reports.certificates import actions, signing
from tests.reports.certificates.conftest import ISSUED_ON, TOWN


def test_file_of_a_unit_says_how_its_certificate_stands(certificate, people):
    actions.recheck(certificate=certificate, version=0, reason="网速不达标", on=ISSUED_ON, by=people.reviewer)
    section = next(each for each in Dossier(people.leader, certificate.unit).sections if each.title == "证书")

    rows = dict(section.rows)
    assert rows["状态"] == "复核中"
    assert rows[f"{ISSUED_ON} 启动复核"] == "王审核：网速不达标"


def test_archive_holds_the_signed_statement(certificate, people):
    target = io.BytesIO()
    Dossier(people.leader, certificate.unit).write(target)
    content = zipfile.ZipFile(target).read("证书/certificate.json")

    assert signing.verify(json.loads(content), signing.public_key())["number"] == certificate.number


def test_unit_without_a_certificate_has_no_section(ratified, people):
    assert not [each for each in Dossier(people.leader, ratified()[TOWN]).sections if each.title == "证书"]


def test_township_learns_nothing_of_a_sample_that_is_not_concluded(chain, people):
    from tests.inspection.spotcheck.test_actions import AT, conclude, enter_all

    sample = checking.draw(
        township=people.clerk.area, quarter=chain.drafted().quarter, frame="natural_villages", size=2, at=AT,
        by=people.reviewer,
    )  # fmt: skip
    unit = Unit.objects.select_related("report", "area", "frozen").get()
    assert Dossier(people.clerk, unit).sample is None
    assert Dossier(people.reviewer, unit).sample is not None
    enter_all(sample, people.reviewer)
    conclude(sample, people.reviewer)

    assert Dossier(people.clerk, unit).sample is not None
