"""The file of a unit names its certificate with every step, and the archive holds the signed statement."""

import io
import json
import zipfile

from django.urls import reverse

from areas.models import Area
from inspection.dossier import Dossier
from inspection.models import Unit
from inspection.spotcheck import actions as checking
from register.things import Thing
from reports.certificates import actions, signing
from reports.certificates.dossier import withdrawals
from tests.reports.certificates.conftest import COUNTY, COVERED, ISSUED_ON, TOWN, XINMA
from tests.scenes import XIUXI


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


def panel_of(user, code: str):
    return withdrawals(user, Thing("areas", code, Area.objects.get(code=code)))


def test_village_and_township_show_each_step_of_a_withdrawal_beneath_them(issued, people, procedure):
    hamlet = issued(COVERED)[0]
    procedure(hamlet).withdrawn()

    for code in (COVERED, XINMA, TOWN):
        shown = panel_of(people.clerk, code)
        assert [label for label, _ in shown.rows] == [
            f"{ISSUED_ON} {deed}" for deed in ("提议撤销", "签发告知书", "陈述申辩", "决定撤销")
        ]
        assert shown.rows[1][1].endswith("号，陈述申辩至2018年8月29日")
        assert shown.rows[-1][1] == "新屋“全光网自然村”：经核实"
    assert panel_of(people.clerk, XIUXI) is None and panel_of(people.leader, COUNTY) is None


def test_open_withdrawal_is_an_alert_from_the_notice_on(issued, people, procedure):
    walk = procedure(issued(COVERED)[0])
    withdrawal = walk.proposed()
    assert panel_of(people.clerk, XINMA) is None

    walk.take("notify", withdrawal, people.bureau_head)
    (alert,) = panel_of(people.clerk, XINMA).alerts
    assert alert.text == "新屋“全光网自然村”（设施拆除）听取陈述申辩，陈述申辩至2018年8月29日"


def test_panel_of_withdrawals_costs_three_queries(issued, people, procedure, django_assert_num_queries):
    for each in issued(COVERED, XINMA):
        procedure(each).heard()
    thing = Thing("areas", TOWN, Area.objects.get(code=TOWN))

    with django_assert_num_queries(3):
        withdrawals(people.clerk, thing)


def test_area_page_shows_the_withdrawal(issued, people, procedure, client):
    procedure(issued(COVERED)[0]).heard()
    client.force_login(people.clerk)

    page = client.get(reverse("areas:area", args=[XINMA])).content.decode()
    assert "撤销称号" in page and "陈述申辩至2018年8月29日" in page


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
