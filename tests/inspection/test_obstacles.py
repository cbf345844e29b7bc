"""A new estate that does not comply with GB 50846 and GB 50847 passes nowhere: not handed up, passed, confirmed, ratified, awarded."""

import pytest

from accounts.posts import Post
from areas.models import Area, Site
from areas.vocabulary import AreaKind, SiteKind
from common.exceptions import Refused
from inspection import compiling, government, reporting
from inspection.desk import signals
from inspection.desk.risk import RiskKind
from inspection.models import Submission, Unit
from inspection.reporting import UnitsNotReady
from inspection.vocabulary import InspectionAction
from measures import actions, ftth
from measures.actions import TypedMeasure
from measures.kinds import FTTH
from measures.models import MeasureFile, MeasureRecord
from measures.vocabulary import MeasureAction
from reports.certificates import actions as certificates
from reports.certificates.models import Certificate
from tests.inspection.conftest import COUNTY, ON, TEXTS
from tests.scenes import TOWN

ESTATE = f"{TOWN}001101"
GOOD = {
    "title": "新花园一期",
    "builder": "某地产公司",
    "design": "passed",
    "design_on": "2018-01-05",
    "built": "passed",
    "on": "2018-06-01",
    "defect": "none",
}
BAD = GOOD | {"defect": "open", "defects": "二栋没有光缆"}
FIXED = GOOD | {"defect": "closed", "closed_on": "2018-07-01", "remedy": "已补"}


@pytest.fixture
def estate(district, make_area) -> Area:
    make_area(f"{TOWN}001", "源潭社区", kind=AreaKind.COMMUNITY)
    found = make_area(ESTATE, "新花园", kind=AreaKind.COMPOUND)
    Site.objects.create(
        site_id="S-9", area_id=ESTATE, name="新花园一区", kind=SiteKind.RESIDENCE, lon=113.2, lat=23.7001,
        given_lon=113.2, given_lat=23.7001, county=COUNTY,
    )  # fmt: skip
    return found


@pytest.fixture
def zjj(estate, make_user):
    return make_user(Post.LEAD_UNIT, TOWN, unit="区住房和城乡建设局", name="住建")


@pytest.fixture
def says(zjj):
    """What 区住建局 says of the estate: entered and sent, or corrected."""

    def said(values: dict) -> MeasureRecord:
        record = MeasureRecord.objects.filter(kind="ftth").first()
        given = TypedMeasure({field.key: values.get(field.key) for field in FTTH.fields}, Area.objects.get(pk=ESTATE))
        if record is not None:
            return actions.change(record=record, version=record.version, given=given, by=zjj, reason="现场核查")
        record = actions.begin(kind=FTTH, given=given, by=zjj)
        kept = {"media_type": "application/pdf", "size": 1, "algorithm": "sha256", "digest": "0" * 64}
        MeasureFile.objects.create(record=record, edition=1, by=zjj, name="a.pdf", **kept)
        step(record, MeasureAction.SEND, zjj)
        return record

    return said


def step(record: MeasureRecord, action: MeasureAction, by) -> None:
    actions.take_step(record=record, action=action, version=record.version, text="请附照片", by=by)


def unit_of(report) -> Unit:
    return report.units.select_related("report", "frozen", "area__parent").get()


WORDS = "新花园新建小区光纤到户未达要求：缺陷整改中（二栋没有光缆）。请由区住房和城乡建设局督促整改"


def test_estate_with_an_open_defect_is_not_handed_up(chain, says, people):
    says(BAD)
    report = chain.drafted(ESTATE)

    with pytest.raises(UnitsNotReady) as refusal:
        reporting.hand_up(report=report, version=report.version, texts=TEXTS, by=people.clerk)

    assert WORDS in refusal.value.faults[0].sentence


def test_defect_stops_passing_until_its_remedy_is_confirmed(chain, says, people):
    unit = unit_of(chain.taken(ESTATE))
    record = says(BAD)
    with pytest.raises(Refused, match=WORDS):
        chain.ruled(InspectionAction.PASS, unit)
    [part] = [part for part in signals.risks([unit])[unit.pk].parts if part.kind == RiskKind.OBSTRUCTED]
    assert WORDS in part.sentence
    step(record, MeasureAction.SEND_BACK, people.second)
    assert WORDS in ftth.obstacles([unit])[unit.pk]
    record = says(FIXED)
    step(record, MeasureAction.SEND, record.versions.first().by)
    assert "尚未确认" in ftth.obstacles([unit])[unit.pk]
    step(record, MeasureAction.CONFIRM, people.second)
    assert ftth.obstacles([unit]) == {}
    says(BAD)
    assert WORDS in ftth.obstacles([unit])[unit.pk]


def stands(says, values: dict) -> None:
    """The record as it would be had these values been confirmed."""
    if not MeasureRecord.objects.exists():
        says(values)
    MeasureRecord.objects.update(values=values, confirmed_values=values, state="confirmed")


def test_defect_found_late_stops_confirming_ratifying_and_awarding(chain, says, people):
    unit = chain.ruled(InspectionAction.PASS, unit_of(chain.taken(ESTATE)))
    stands(says, BAD)
    with pytest.raises(Refused, match=WORDS):
        chain.confirmed(unit)
    stands(says, FIXED)
    unit = unit_of(unit.report)
    chain.confirmed(unit)
    submission = compiling.compile_(county=COUNTY, units=[unit], by=people.second)
    compiling.submit(submission=submission, version=submission.version, on=ON, by=people.second_head)
    chain.grounded(chain.noticed(submission))
    stands(says, BAD)
    with pytest.raises(Refused, match=WORDS):
        chain.decided(submission)
    stands(says, FIXED)
    chain.decided(Submission.objects.get(pk=submission.pk))
    submission.refresh_from_db()
    government.announce(submission=submission, version=submission.version, on=ON, by=people.government)
    unit = Unit.objects.select_related("submission", "area__parent").get(pk=unit.pk)
    stands(says, BAD)
    with pytest.raises(Refused, match=WORDS):
        certificates.issue(units=[unit], on=ON, by=people.second_government)
    assert not Certificate.objects.exists()
