"""The demonstration's findings: explained, one explanation not accepted, and made once."""

from datetime import date

from acceptance.judging import judging
from accounts.models import User
from areas.models import Area, Site
from areas.vocabulary import SiteKind
from demonstration.accounts import DISTRICT, demo_accounts
from demonstration.findings import EXPLAINED_ON, FOUND_ON, OVERRULED, create_findings
from findings.models import FindingMove, RegisterFinding
from findings.vocabulary import FindingState
from tests.scenes import STREET, build_district

DONGCHENG = "441802007"


def test_findings_are_explained_and_one_explanation_is_not_accepted(make_area, settings):
    settings.PORTAL_TODAY = date(2019, 4, 8)
    build_district(make_area)
    make_area(f"{DONGCHENG}001")
    Site.objects.create(site_id="D", area_id=f"{DONGCHENG}001", name="广场", kind=SiteKind.OTHER, county=DISTRICT)
    market = Site.objects.get(site_id="S-6")
    for number in (1, 2):
        Site.objects.create(
            site_id=f"C-{number}", area=market.area, name=f"档口{number}", kind=SiteKind.OTHER, county=DISTRICT,
            lon=113.05, lat=23.68,
        )  # fmt: skip
    for account in demo_accounts():
        if not account.area or Area.objects.filter(pk=account.area).exists():
            seat = {"area_id": account.area, "operator_id": None}
            if not account.operator:
                User.objects.create(username=account.username, name=account.name, post=account.post, **seat)
    judging.refresh(DISTRICT)

    create_findings()
    create_findings()

    close = RegisterFinding.objects.get(code="sites_close")
    assert (close.state, close.township, close.opened_at.date()) == (FindingState.EXPLAINED, STREET, FOUND_ON)
    assert close.explained_at.date() == EXPLAINED_ON
    steps = FindingMove.objects.filter(finding__key="D").values_list("action", "by__username", "reason")
    assert list(steps)[1] == ("overrule", *OVERRULED)
    assert RegisterFinding.objects.get(key="D").state == FindingState.OPEN
    assert FindingMove.objects.count() == 3
