"""A town that meets the standard, a village that does not, and the people of the acceptance chain."""

from datetime import date
from types import SimpleNamespace

import pytest

from accounts.models import User
from accounts.posts import Post
from areas.models import AccessPoint, Area, Site
from common.periods import Quarter
from inspection import compiling, examining, government, reporting, samples
from inspection.desk import looking
from inspection.examining import Found, Ruling
from inspection.government import GroundGiven, UnitDecision
from inspection.models import Report, Submission, Unit
from inspection.vocabulary import CheckFinding, Decision, InspectionAction, RatificationGround, UnitState
from tests.evidence.files import PDF
from tests.inspection.making import bring
from tests.scenes import COVERED, NEAR, STREET, TOWN, XINMA, XIUXI, build_district

ON = date(2018, 7, 20)
NOTICED_ON = date(2018, 7, 12)
"""Five working days before ``ON``, so that whoever decides on ``ON`` does so after the term."""
QUARTER = Quarter(2018, 2)
COUNTY = "441802"
FAR = f"{XIUXI}202"
TEXTS = reporting.Texts("我镇认真开展自查。", "无。", "请予审核。")


@pytest.fixture(autouse=True)
def day(settings, monkeypatch):
    """The day of these tests, whose plan asks for no samples: what it is like with them is tested in spotcheck/."""
    settings.PORTAL_TODAY = ON
    monkeypatch.setattr(samples, "STANDINGS", ())


@pytest.fixture
def district(make_area):
    """The district of tests.scenes, with an access point for 黄岗: the whole town now meets the standard."""
    build_district(make_area)
    AccessPoint.objects.create(
        ap_id="DX-3", operator_id="telecom", lon=113.15, lat=23.7, downstream_mbps=100, tv_only=False,
        opened_on=date(2017, 1, 1), township_id=TOWN, county=COUNTY,
    )  # fmt: skip


@pytest.fixture
def people(make_user, district):
    return SimpleNamespace(
        clerk=make_user(Post.CLERK, TOWN, name="陈经办"),
        head=make_user(Post.TOWNSHIP_HEAD, TOWN, name="李镇长"),
        neighbour=make_user(Post.CLERK, STREET, name="邻居"),
        reviewer=make_user(Post.REVIEWER, TOWN, name="王审核"),
        second=make_user(Post.REVIEWER, TOWN, name="赵审核"),
        bureau_head=make_user(Post.BUREAU_HEAD, TOWN, name="周局长"),
        second_head=make_user(Post.BUREAU_HEAD, TOWN, name="郑副局长"),
        government=make_user(Post.GOVERNMENT, TOWN, name="吴区长"),
        second_government=make_user(Post.GOVERNMENT, TOWN, name="冯主任"),
        leader=make_user(Post.LEADER, TOWN, name="领导"),
        lead_unit=make_user(Post.LEAD_UNIT, TOWN, name="牵头"),
    )


class Chain:
    """The chain as far as a test needs it, each step by the person whose it is."""

    def __init__(self, people: SimpleNamespace) -> None:
        self.people = people

    def drafted(self, *codes: str, clerk=None) -> Report:
        clerk = clerk or self.people.clerk
        return reporting.start(
            township=Area.objects.get(code=clerk.area_id), quarter=QUARTER, codes=codes or (TOWN,), on=ON, by=clerk
        )

    def signing(self, *codes: str) -> Report:
        report = self.drafted(*codes)
        bring(report, self.people.clerk)
        reporting.hand_up(report=report, version=report.version, texts=TEXTS, by=self.people.clerk)
        return report

    def sent(self, *codes: str) -> Report:
        report = self.signing(*codes)
        reporting.send(report=report, version=report.version, on=ON, by=self.people.head)
        return report

    def taken(self, *codes: str) -> Report:
        report = self.sent(*codes)
        examining.take(report=report, version=report.version, by=self.people.reviewer)
        return report

    def ruled(self, action: InspectionAction, unit: Unit, text: str = "", by=None, **found) -> Unit:
        rows = {row["key"]: found.get(row["key"], Found(CheckFinding.MET)) for row in unit.frozen.said["criteria"]}
        ruling = Ruling(action, rows, text)
        examining.rule(unit=unit, version=unit.version, ruling=ruling, by=by or self.people.reviewer)
        return unit

    def passed(self, *codes: str) -> list[Unit]:
        report = self.taken(*codes)
        units = list(report.units.select_related("report", "frozen"))
        for unit in units:
            is_short = unit.frozen.reference == "short"
            action = InspectionAction.PASS_SHORT if is_short else InspectionAction.PASS
            self.confirmed(self.ruled(action, unit, "渗透率正在提高，同意。" if is_short else ""))
        return units

    def confirmed(self, unit: Unit, by=None) -> Unit:
        """What the reviewer proposed, confirmed by the bureau's head where that is asked for."""
        if unit.state in (UnitState.VETTED_PASS, UnitState.VETTED_REFUSAL):
            examining.confirm(unit=unit, version=unit.version, by=by or self.people.bureau_head)
        return unit

    def compiled(self, *codes: str) -> Submission:
        units = self.passed(*codes)
        return compiling.compile_(county=COUNTY, units=units, by=self.people.second)

    def submitted(self, *codes: str) -> Submission:
        submission = self.compiled(*codes)
        compiling.submit(submission=submission, version=submission.version, on=ON, by=self.people.second_head)
        return submission

    def noticed(self, submission: Submission, on: date = NOTICED_ON) -> Submission:
        """The list before the public, which can call the bureau."""
        User.objects.filter(pk=self.people.bureau_head.pk).update(phone="0763-3366001")
        government.notice(submission=submission, version=submission.version, on=on, by=self.people.government)
        return submission

    def grounded(self, submission: Submission) -> Submission:
        """On what the ratification will rest."""
        given = GroundGiven(
            RatificationGround.MEETING, "第12次常务会议", ON, "吴区长", "清区府纪〔2018〕12号", ("纪要.pdf", PDF)
        )
        government.give_ground(submission=submission, given=given, on=ON, by=self.people.government)
        return submission

    def heard(self, *codes: str) -> Submission:
        """A submission on which nothing stands in the way of deciding."""
        return self.grounded(self.noticed(self.submitted(*codes)))

    def decided(self, submission: Submission, **returned: str) -> Submission:
        """Ratify everything but the units named by ``u<pk>``, which are returned for the reason given."""
        verdicts = {
            unit.pk: UnitDecision(Decision.RETURNED, returned[f"u{unit.pk}"], "other")
            if f"u{unit.pk}" in returned
            else UnitDecision(Decision.RATIFIED)
            for unit in submission.units.all()
        }
        for unit in submission.units.all():
            looking.look(submission=submission, unit=unit, version=unit.version, by=self.people.government)
        government.decide(
            submission=submission, version=submission.version, verdicts=verdicts, on=ON, by=self.people.government
        )
        return submission

    def ratified(self, *codes: str) -> Submission:
        return self.decided(self.heard(*codes))

    def announced(self, *codes: str) -> Submission:
        submission = self.ratified(*codes)
        government.announce(submission=submission, version=submission.version, on=ON, by=self.people.government)
        return submission


@pytest.fixture
def chain(people) -> Chain:
    return Chain(people)


def fall() -> None:
    """Close the access points of 黄岗 and 大围: the town no longer meets the standard."""
    from areas import changes

    AccessPoint.objects.filter(ap_id__in=["DX-1", "DX-3"]).update(closed_on=date(2018, 5, 1))
    changes.note(COUNTY)


__all__ = ["COVERED", "FAR", "NEAR", "STREET", "TOWN", "XINMA", "XIUXI", "Site"]
