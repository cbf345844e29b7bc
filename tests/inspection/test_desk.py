"""The desk: what is on it for whom, what is chosen by nobody in advance, what is decided together, what must be seen."""

import re
from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from acceptance.judging.rows import written
from acceptance.models import Basis, Verdict
from areas.models import AccessPoint, Area
from areas.vocabulary import AreaKind
from common.digests import digest
from common.exceptions import Refused, Stale
from inspection import advising, examining, government, samples
from inspection.desk import looking, signals
from inspection.desk.glance import UnitGlance
from inspection.desk.risk import CLEAN, HIGH, POINTS, RiskKind, RiskPart
from inspection.desk.rows import Desk
from inspection.freezing import _said
from inspection.government import UnitDecision
from inspection.models import Evidence, FrozenVerdict, PublicObjection, Report, Unit, UnitLook, UnitObjection
from inspection.samples import SampleShown, SampleStanding, StandingState
from inspection.vocabulary import Decision, UnitState
from proposals.models import Proposal, ProposalItem
from proposals.vocabulary import Act, ApprovalLevel, Denominator, Door, ItemState, ProposalState
from returns.models import OperatorCount
from tests.inspection.conftest import COUNTY, COVERED, NEAR, ON, TOWN, XINMA, XIUXI, fall
from tests.inspection.making import make_report
from tests.inspection.test_pages import desk, form_of, hidden, page, post, signed_in
from tests.scenes import QUARTER


def only(report: Report) -> Unit:
    return report.units.select_related("area", "frozen", "report").get()


def kinds_of(unit: Unit) -> set[RiskKind]:
    return {part.kind for part in signals.risks([unit])[unit.pk].parts}


# ------------------------------------------------------------ what speaks against a unit


def changed(unit: Unit, people, values: dict, **more) -> ProposalItem:
    """A change of the register beneath the unit that took effect."""
    proposal = Proposal.objects.create(
        county=COUNTY, area_id=TOWN, source=Door.PAGE, state=ProposalState.SETTLED, title="更正", by=people.clerk
    )
    fields = {"act": Act.CORRECT, "level": ApprovalLevel.BUREAU, "state": ItemState.APPLIED, "number": 1} | more
    return ProposalItem.objects.create(
        **{"proposal": proposal, "table": "areas", "key": COVERED, "name": "新屋", "area_code": COVERED, "values": values,
           "decided_at": timezone.make_aware(datetime(2018, 7, 1))} | fields
    )  # fmt: skip


def objected(unit: Unit, people, monkeypatch) -> None:
    UnitObjection.objects.create(area=unit.area, unit=unit, body="bureau", code="other", text="不清", by=people.second)


def asked(unit: Unit, people, monkeypatch) -> None:
    advising.ask(unit=unit, version=unit.version, asked=people.second, question="属实？", by=people.reviewer)


def unsampled(unit: Unit, people, monkeypatch) -> None:
    monkeypatch.setattr(
        samples, "standing_of", lambda units: {unit.pk: SampleStanding(StandingState.NONE, "没有抽查。", "")}
    )


def sample_failed(unit: Unit, people, monkeypatch) -> None:
    monkeypatch.setattr(samples, "samples_of", lambda units: {unit.pk: SampleShown("1 处不合格。", True, "")})


def without_evidence(unit: Unit, people, monkeypatch) -> None:
    Evidence.objects.all().delete()


def used_twice(unit: Unit, people, monkeypatch) -> None:
    own = Evidence.objects.filter(area=unit.area_id).first()
    names = ("kind", "by", "name", "algorithm", "digest", "size", "media_type")
    other = make_report(Area.objects.get(code=NEAR), people.clerk)
    Evidence.objects.create(report=other, area_id=NEAR, **{name: getattr(own, name) for name in names})


def counted_otherwise(unit: Unit, people, monkeypatch) -> None:
    for operator in ("telecom", "mobile"):
        OperatorCount.objects.create(
            operator_id=operator, area=unit.area, county=COUNTY, period="2018Q2", broadband_users=900, fibre_users=900,
            by=people.clerk,
        )  # fmt: skip


def withdrawn_before(unit: Unit, people, monkeypatch) -> None:
    monkeypatch.setattr(signals, "TITLE_HISTORY", [lambda units: {unit.pk: "称号于 2017 年撤销。"}])


def fell_before(unit: Unit, people, monkeypatch) -> None:
    now = Verdict.objects.standing().get(area=unit.area_id, period="2018Q2", basis=Basis.APPROVED)
    Verdict.objects.filter(area=unit.area_id, period__lt="2018Q1").delete()
    for period, outcome in (("2017Q3", "achieved"), ("2017Q4", "not_achieved")):
        now.pk, now.period, now.outcome = None, period, outcome
        now.save(force_insert=True)


def moved(unit: Unit, people, monkeypatch) -> None:
    changed(unit, people, {"permanent_households": ["45", "40"]})


def left(unit: Unit, people, monkeypatch) -> None:
    changed(unit, people, {}, act=Act.VOID, denominator=Denominator.LEFT)


def changed_since(unit: Unit, people, monkeypatch) -> None:
    Verdict.objects.standing().filter(area=unit.area_id).update(digest="0" * 64)


SPOILED = {
    RiskKind.CHANGED: (XINMA, changed_since),
    RiskKind.OBJECTION: (XINMA, objected),
    RiskKind.ADVICE: (XINMA, asked),
    RiskKind.SAMPLE_MISSING: (XINMA, unsampled),
    RiskKind.SAMPLE_FAILED: (XINMA, sample_failed),
    RiskKind.EVIDENCE_MISSING: (XINMA, without_evidence),
    RiskKind.EVIDENCE_DOUBTFUL: (XINMA, used_twice),
    RiskKind.LEFT_DENOMINATOR: (XINMA, left),
    RiskKind.MOVED: (XINMA, moved),
    RiskKind.COUNTS: (XINMA, counted_otherwise),
    RiskKind.HISTORY: (XINMA, withdrawn_before),
    RiskKind.SETBACK: (XINMA, fell_before),
}
"""How a clean unit is made unclean; the kinds that frozen figures alone tell are asked in test_risk."""


@pytest.mark.parametrize("kind", SPOILED, ids=str)
def test_clean_unit_is_clean_no_more(kind, chain, people, monkeypatch):
    code, spoil = SPOILED[kind]
    report = chain.taken(code)
    unit = only(report)
    assert kinds_of(unit) == set() and examining.clean(report) == [unit]
    spoil(unit, people, monkeypatch)
    assert kinds_of(unit) == {kind} and examining.clean(report) == []
    with pytest.raises(Refused, match="须逐条审核"):
        examining.rule_one_clean(unit=unit, version=unit.version, by=people.reviewer)


def test_sample_that_failed_is_not_said_to_be_missing_too(chain, people, monkeypatch):
    unit = only(chain.taken(XINMA))
    unsampled(unit, people, monkeypatch)
    sample_failed(unit, people, monkeypatch)
    assert kinds_of(unit) == {RiskKind.SAMPLE_FAILED}


def test_changes_that_weigh_stand_first_and_many_are_folded(chain, people):
    unit = only(chain.taken(XINMA))
    for number in range(9):
        changed(unit, people, {"name": ["甲", "乙"]}, name=f"点{number}")
    changed(unit, people, {"permanent_households": ["45", "40"]}, name="改户数")
    shown = desk(signed_in(people.reviewer), unit)
    assert shown.index("改户数") < shown.index("点0") < shown.index("其余 4 项") < shown.index("点8")


def test_fallen_unit_is_told_so_alone(chain, people):
    report = chain.taken(TOWN)
    fall()
    assert RiskKind.FALLEN in kinds_of(only(report)) and RiskKind.CHANGED not in kinds_of(only(report))


@pytest.mark.parametrize(
    ("values", "more", "is_told"),
    [
        ({"lon": ["113.1", "113.2"]}, {"table": "sites", "key": "S-3"}, True),
        ({"lon": [None, "113.2"]}, {"table": "sites", "key": "S-3"}, False),
        ({"lon": ["", "113.2"]}, {"act": Act.ADD}, False),
        ({"name": ["新屋", "新屋村"]}, {}, False),
        ({"permanent_households": ["45", "40"]}, {"state": ItemState.WAITING}, False),
        ({"permanent_households": ["45", "40"]}, {"area_code": NEAR}, False),
        ({"permanent_households": ["45", "40"]}, {"decided_at": timezone.make_aware(datetime(2017, 12, 31))}, False),
        ({"permanent_households": ["45", "40"]}, {"decided_at": timezone.make_aware(datetime(2018, 1, 1))}, True),
        ({"completed_on": ["2018-05-30", "2018-05-02"]}, {"table": "service_orders", "key": "GD-2"}, True),
        ({"lon": ["113.3", "113.2"]}, {"table": "access_points", "key": "DX-2", "area_code": ""}, True),
        ({"lon": ["113.3", "113.1"]}, {"table": "access_points", "key": "DX-1", "area_code": ""}, False),
        ({"ports_used": ["3", "5"]}, {"table": "access_points", "key": "DX-2", "area_code": ""}, False),
    ],
)
def test_changes_of_the_last_quarters_are_told(chain, people, values, more, is_told):
    unit = only(chain.taken(XINMA))
    changed(unit, people, values, **more)
    assert (RiskKind.MOVED in kinds_of(unit)) == is_told
    parts = signals.risks([unit])[unit.pk].parts
    assert not is_told or ("（陈经办）" in parts[0].sentence and "2018年第一季度以来" in parts[0].sentence)


@pytest.mark.parametrize(("lat", "is_told"), [(23.6818, True), (23.6822, False)])
def test_moved_access_point_bears_on_a_compound_within_the_urban_radius(chain, people, lat, is_told):
    """A site at 23.6801: 190 and 230 metres."""
    AccessPoint.objects.create(
        ap_id="YD-9", operator_id="mobile", lon=113.05, lat=lat, downstream_mbps=100, tv_only=False,
        opened_on=date(2017, 1, 1), county=COUNTY,
    )  # fmt: skip
    unit = only(make_report(Area.objects.get(code=QUARTER), people.reviewer))
    changed(unit, people, {"lat": ["23.7", str(lat)]}, table="access_points", key="YD-9", area_code="")
    assert (RiskKind.MOVED in kinds_of(unit)) == is_told


# ------------------------------------------------------------ the list


def many(people, count: int, first: int = 500) -> Report:
    """A report of natural villages, without the way there."""
    report = Report.objects.create(
        township_id=TOWN, county=COUNTY, period="2018Q2", state="examining", reviewer=people.reviewer,
        signed_by=people.head, signed_on=date(2018, 7, 20),
    )  # fmt: skip
    model = Verdict.objects.standing().get(area=NEAR, period="2018Q2", basis=Basis.APPROVED)
    for number in range(count):
        village = XIUXI if number % 2 else XINMA
        code = f"{village}{first + number}"
        area = Area.objects.create(
            code=code,
            name=f"村{number}",
            kind=AreaKind.NATURAL_VILLAGE,
            parent_id=village,
            county=COUNTY,
            permanent_households=9,
        )
        model.pk, model.area = None, area
        model.save(force_insert=True)
        text = written(_said(model))
        algorithm, value = digest(text.encode())
        frozen = FrozenVerdict.objects.create(
            report=report, area=area, verdict=model, text=text, algorithm=algorithm, digest=value,
            frozen_at=timezone.now(), frozen_by=people.clerk,
        )  # fmt: skip
        Unit.objects.create(
            report=report, area=area, kind=area.kind, title="全光网自然村", frozen=frozen, state=UnitState.SENT
        )
    return report


def test_two_hundred_units_cost_what_two_cost(chain, people):
    chain.taken(NEAR)
    few, lots = many(people, 2, first=300), many(people, 200)
    client, counts = signed_in(people.reviewer), []
    page(client, "desk", few.pk)
    for report in (few, lots):
        with CaptureQueriesContext(connection) as queries:
            shown = page(client, "desk", report.pk)
        counts.append(len(queries))
    assert shown.count("data-desk-row") == 200 and counts[0] == counts[1], counts
    assert shown.index("新马村 · 全光网自然村（100）") and shown.index("秀溪村 · 全光网自然村（100）")


def rows_of(people, report: Report, **query: str) -> list[str]:
    """The codes of the units in the list, in its order."""
    answer = signed_in(people.reviewer).get(reverse("inspection:desk", args=[report.pk]), query)
    assert answer.status_code == 200
    return [row.unit.area_id for block in answer.context["blocks"] for each in block.groups for row in each.rows]


def test_gravest_stand_first_and_clean_ones_apart(chain, people):
    report = chain.taken(TOWN, XINMA, COVERED)
    changed(report, people, {"permanent_households": ["45", "40"]}, name="")
    answer = signed_in(people.reviewer).get(reverse("inspection:desk", args=[report.pk]))
    doubtful, *others = answer.context["blocks"]
    assert [row.unit.area_id for row in doubtful.rows] == [TOWN, XINMA, COVERED]
    assert [row.risk.score for row in doubtful.rows] == sorted((row.risk.score for row in doubtful.rows), reverse=True)
    assert others == [] and answer.context["row"].unit.area_id == TOWN
    ProposalItem.objects.all().delete()
    doubtful, clean = signed_in(people.reviewer).get(reverse("inspection:desk", args=[report.pk])).context["blocks"]
    assert [row.unit.area_id for row in doubtful.rows] == [TOWN]
    assert [(each.village, each.title) for each in clean.groups] == [
        ("新马村", "全光网行政村"),
        ("新马村", "全光网自然村"),
    ]
    assert clean.clean == [sentence for sentence, _ in CLEAN]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, [TOWN, XINMA, COVERED]),
        ({"title": "全光网自然村"}, [COVERED]),
        ({"village": XINMA}, [XINMA, COVERED]),
        ({"risk": "reference"}, [TOWN]),
        ({"risk": "high"}, []),
        ({"text": "新 屋"}, []),
        ({"text": "新马村新屋"}, [COVERED]),
        ({"text": XINMA}, [XINMA, COVERED]),
        ({"state": "waiting", "title": "全光网行政村"}, [XINMA]),
        ({"state": "sent"}, [TOWN, XINMA, COVERED]),
        ({"state": "passed"}, [TOWN, XINMA, COVERED]),
        ({"risk": "no-such"}, [TOWN, XINMA, COVERED]),
    ],
    ids=str,
)
def test_list_is_filtered(chain, people, query, found):
    report = chain.taken(TOWN, XINMA, COVERED)
    assert rows_of(people, report, **query) == found


def test_unit_of_another_report_is_not_on_the_desk(chain, people):
    report, other = chain.taken(COVERED), chain.taken(XINMA)
    answer = signed_in(people.reviewer).get(reverse("inspection:desk", args=[report.pk]), {"unit": only(other).pk})
    assert answer.status_code == 404


# ------------------------------------------------------------ one unit


def test_nothing_is_chosen_in_advance(chain, people):
    for code in (TOWN, XINMA):
        unit = only(chain.taken(code))
        form = desk(signed_in(people.reviewer), unit).split('id="rule-title"')[1].split("</form>")[0]
        assert 'type="radio"' in form and " checked" not in form
        assert re.findall(r'<option value="([^"]*)" selected', form) in ([], [""] * form.count("<select"))


def test_what_was_typed_stays_after_a_refusal(chain, people):
    unit = only(chain.taken(XINMA))
    key = unit.frozen.said["criteria"][0]["key"]
    typed = {f"finding-{key}": "not_met", f"remark-{key}": "现场不符", "text": "须补照片"}
    answer = post(
        signed_in(people.reviewer), "examine", unit.pk, expect=422, version=unit.version, decision="pass", **typed
    ).content.decode()
    assert 'value="not_met" checked' in answer and "现场不符" in answer and "须补照片" in answer
    assert 'value="met" checked' not in answer


def test_next_unit_is_chosen_after_a_decision(chain, people):
    report = chain.taken(TOWN, XINMA, COVERED)
    reviewer = signed_in(people.reviewer)
    town = report.units.get(area=TOWN)
    shown = desk(reviewer, town)
    following = re.findall(r'name="next" value="(\d+)"', shown)[0]
    assert following == str(report.units.get(area=XINMA).pk)
    returned = {"decision": "return", "text": "补", "finding-S10": "met", "finding-S11": "met", "next": following}
    answer = reviewer.post(
        reverse("inspection:examine", args=[town.pk]) + "?village=" + XINMA, returned | {"version": town.version}
    )
    assert answer.status_code == 302, answer.content.decode()[:2000]
    assert answer.url == reverse("inspection:desk", args=[report.pk]) + f"?village={XINMA}&unit={following}"


def test_clean_unit_passes_with_a_confirmation_that_shows_its_figures(chain, people):
    unit = only(chain.taken(COVERED))
    reviewer = signed_in(people.reviewer)
    assert "data-desk-pass" in desk(reviewer, unit) and 'value="clean"' not in desk(reviewer, unit)
    shown = page(reviewer, "desk", unit.report_id, unit=unit.pk, **{"pass": 1})
    assert 'value="clean" autofocus' in shown and "全部合格" in shown
    for _ in range(2):
        post(reviewer, "examine", unit.pk, version=unit.version, decision="clean")
    assert Unit.objects.get().state == UnitState.VETTED_PASS
    assert {check.finding for check in unit.opinions.get().checks.all()} == {"met"}


def test_doubtful_unit_has_no_short_way(chain, people):
    unit = only(chain.taken(TOWN))
    reviewer = signed_in(people.reviewer)
    assert "data-desk-pass" not in desk(reviewer, unit)
    assert 'value="clean"' not in page(reviewer, "desk", unit.report_id, unit=unit.pk, **{"pass": 1})
    answer = post(reviewer, "examine", unit.pk, expect=422, version=unit.version, decision="clean")
    assert "须逐条审核" in answer.content.decode()


def test_unit_at_a_glance_tells_of_all_rooms(chain, people, monkeypatch):
    unit = only(chain.taken(XINMA))
    counted_otherwise(unit, people, monkeypatch)
    fell_before(unit, people, monkeypatch)
    before = changed(unit, people, {"permanent_households": ["45", "40"]})
    since = changed(unit, people, {"lon": ["113.1", "113.2"]}, name="新屋聚居点", decided_at=timezone.now())
    objected(unit, people, monkeypatch)
    passed = SampleStanding(StandingState.PASSED, "抽查合格。", "")
    monkeypatch.setattr(samples, "standing_of", lambda units: {each.pk: passed for each in units})
    shown = desk(signed_in(people.reviewer), unit)
    after, earlier = shown.split("取数之前")[0], shown.split("取数之前")[1]
    assert reverse("proposals:proposal", args=[since.proposal_id]) in after
    assert reverse("proposals:proposal", args=[before.proposal_id]) in earlier
    assert "中国移动 900，中国电信 900" in shown and "1,800" in shown
    assert "2017年第四季度由达标回落为未达标" in shown and "2017Q3" in shown
    assert "抽查合格。" in shown and "退回意见" in shown and "首次申报" in shown and ">应有<" in shown


def test_frozen_moment_parts_the_changes(chain, people):
    unit = only(chain.taken(XINMA))
    changed(unit, people, {}, decided_at=unit.frozen.frozen_at)
    glance = UnitGlance(people.reviewer, Desk(people.reviewer, unit.report).rows[0])
    assert len(glance.changed_before) == 1 and glance.changed_since == []
    ProposalItem.objects.update(decided_at=unit.frozen.frozen_at + timedelta(seconds=1))
    glance = UnitGlance(people.reviewer, Desk(people.reviewer, unit.report).rows[0])
    assert len(glance.changed_since) == 1 and glance.changed_before == []


def test_who_does_not_examine_reads_and_is_told_whose_it_is(chain, people):
    unit = only(chain.taken(XINMA))
    shown = desk(signed_in(people.second), unit)
    assert "本报告由王审核受理审核" in shown and 'name="decision"' not in shown
    sent = chain.sent(COVERED)
    assert "尚未受理" in desk(signed_in(people.reviewer), only(sent))


def test_old_addresses_lead_to_the_desk(chain, people):
    unit = only(chain.taken(XINMA))
    answer = signed_in(people.reviewer).get(reverse("inspection:examine", args=[unit.pk]))
    assert answer.url == reverse("inspection:desk", args=[unit.report_id]) + f"?unit={unit.pk}"


# ------------------------------------------------------------ together


def test_batch_is_confirmed_with_its_figures(chain, people):
    report = chain.taken(TOWN, XINMA, COVERED)
    reviewer = signed_in(people.reviewer)
    shown = page(reviewer, "desk_batch", report.pk)
    assert (
        "全光网行政村 1 个，全光网自然村 1 个" in shown
        and "源潭镇" not in shown.split("名单和余量")[1].split("</table>")[0]
    )
    form = hidden(shown)
    post(reviewer, "desk_batch", report.pk, **form)
    states = dict(report.units.values_list("area", "state"))
    assert states == {TOWN: "sent", XINMA: "vetted_pass", COVERED: "vetted_pass"}
    head = signed_in(people.bureau_head)
    assert "一并复核" in page(head, "desk", report.pk)
    post(head, "desk_batch", report.pk, **hidden(page(head, "desk_batch", report.pk)))
    assert report.units.filter(state=UnitState.PASSED).count() == 2


def test_batch_of_nothing_offers_no_button(chain, people):
    shown = page(signed_in(people.reviewer), "desk_batch", chain.taken(TOWN).pk)
    assert "没有可以一并办理的单位" in shown and "desk-confirm" not in shown


# ------------------------------------------------------------ the government


@pytest.fixture
def grave(monkeypatch):
    """源潭镇 has an earlier withdrawal and something else against it: it is of high risk."""
    against = {RiskKind.HISTORY, RiskKind.MOVED, RiskKind.REFERENCE}
    assert sum(POINTS[kind] for kind in against) >= HIGH

    def asks(units):
        for unit in units:
            if unit.area_id == TOWN:
                yield unit.pk, RiskPart(RiskKind.HISTORY, "称号于 2017 年撤销。")
                yield unit.pk, RiskPart(RiskKind.MOVED, "改动户数。")

    monkeypatch.setattr(signals, "SIGNALS", (*signals.SIGNALS, asks))


def ratified(submission, by):
    verdicts = {unit.pk: UnitDecision(Decision.RATIFIED) for unit in submission.units.all()}
    given = {"submission": submission, "version": submission.version, "verdicts": verdicts, "on": ON, "by": by}
    return government.decide(**given)


def test_unit_of_high_risk_is_seen_before_it_is_ratified(chain, people, grave):
    submission = chain.heard(TOWN, XINMA, COVERED)
    with pytest.raises(Refused, match="有 1 个风险较高的单位您尚未查看：源潭镇"):
        ratified(submission, people.government)
    office = signed_in(people.government)
    shown = page(office, "submission_batch", submission.pk)
    assert "尚有 1 个风险较高的单位未查看" in shown and "desk-confirm" not in shown
    assert post(office, "submission_batch", submission.pk, expect=422, version=submission.version)
    town = submission.units.get(area=TOWN)
    post(office, "submission_desk", submission.pk, act="look", unit=town.pk, version=town.version)
    assert "确认审定" in page(office, "submission_batch", submission.pk)
    with pytest.raises(Refused, match="您尚未查看"):
        ratified(submission, people.second_government)
    post(office, "submission_batch", submission.pk, **form_of(office, submission))
    assert Unit.objects.ratified().count() == 3


def test_second_of_two_reads_what_speaks_against_each_unit(chain, people, monkeypatch, settings):
    """Below the line of high risk, too, as the first of them did."""

    def told(units):
        return [(unit.pk, RiskPart(RiskKind.MOVED, "改动户数。")) for unit in units if unit.area_id == COVERED]

    monkeypatch.setattr(signals, "SIGNALS", (*signals.SIGNALS, told))
    settings.INSPECTION_BATCH_ALONE = 1
    submission = chain.heard(COVERED, XINMA)
    ratified(submission, people.government)
    for user in (people.government, people.second_government):
        rows = page(signed_in(user), "submission_batch", submission.pk).split("名单和余量")[1].split("<tr>")
        said = {code: row for row in rows for code in (COVERED, XINMA) if f">{code}<" in row}
        assert "户数、坐标有改动（8）" in said[COVERED] and "户数、坐标有改动" not in said[XINMA]


@pytest.mark.parametrize("stage", ["submitted", "heard"])
def test_units_wait_and_are_seen_before_and_while_the_list_stands(stage, chain, people, grave):
    submission = getattr(chain, stage)(TOWN, XINMA)
    office = signed_in(people.government)
    answer = office.get(reverse("inspection:submission_desk", args=[submission.pk]))
    assert [block.key for block in answer.context["blocks"]] == ["doubtful", "clean"]
    town = submission.units.get(area=TOWN)
    post(office, "submission_desk", submission.pk, act="look", unit=town.pk, version=town.version)
    assert looking.looks_of(submission, people.government).keys() == {town.pk}


def test_look_counts_for_the_unit_as_it_stood(chain, people, grave):
    submission = chain.submitted(TOWN)
    town = submission.units.get()
    looking.look(submission=submission, unit=town, version=town.version, by=people.government)
    assert looking.looks_of(submission, people.government).keys() == {town.pk}
    Unit.objects.filter(pk=town.pk).update(version=town.version + 1)
    assert looking.looks_of(submission, people.government) == {}
    with pytest.raises(Refused, match="尚未查看"):
        ratified(submission, people.government)
    with pytest.raises(Stale):
        looking.look(submission=submission, unit=town, version=town.version + 5, by=people.government)


def test_kind_of_a_return_is_chosen_by_whoever_returns(chain, people):
    submission = chain.heard(TOWN)
    verdicts = {unit.pk: UnitDecision(Decision.RETURNED, "请核实") for unit in submission.units.all()}
    given = {"submission": submission, "version": submission.version, "verdicts": verdicts, "on": ON}
    with pytest.raises(Refused, match="源潭镇：请选择退回的类别。"):
        government.decide(**given, by=people.government)


def test_what_is_returned_need_not_be_seen_and_can_be_taken_back(chain, people, grave):
    submission = chain.heard(TOWN, XINMA)
    town, office = submission.units.get(area=TOWN), signed_in(people.government)
    aside = {"unit": town.pk, "version": town.version, "code": "missing", "reason": "补照片", "criteria": "S10"}
    post(office, "submission_desk", submission.pk, act="return", **aside)
    shown = page(office, "submission_batch", submission.pk)
    assert "源潭镇（佐证材料不足）：补照片" in shown and "确认审定" in shown
    post(office, "submission_desk", submission.pk, act="look", unit=town.pk, version=town.version)
    assert "补照片" not in page(office, "submission_batch", submission.pk)
    post(office, "submission_desk", submission.pk, act="return", **aside)
    post(office, "submission_batch", submission.pk, **form_of(office, submission))
    assert UnitObjection.objects.get().criteria == ["S10"] and Unit.objects.ratified().get().area_id == XINMA


def _put_aside(office, submission) -> None:
    unit = submission.units.first()
    aside = {"code": "missing", "reason": "补照片", "version": unit.version}
    post(office, "submission_desk", submission.pk, act="return", unit=unit.pk, **aside)


def _other_basis(office, submission) -> None:
    given = {"ground": "instruction", "title": "签批", "on": ON.isoformat(), "signer": "吴区长", "number": "13号"}
    post(office, "basis", submission.pk, **given)


def _objected(office, submission) -> None:
    given = {"way": "letter", "received_on": submission.notices.get().noticed_on.isoformat(), "text": "无光纤"}
    post(office, "public_objections", submission.pk, **given)
    objection = PublicObjection.objects.get()
    post(office, "answer_objection", objection.pk, answer="已核实")


@pytest.mark.parametrize("meanwhile", [_put_aside, _other_basis, _objected])
def test_what_is_ratified_is_what_the_page_showed(meanwhile, chain, people):
    """Marks, the basis and answered objections change while the page stands open, in another window or by another."""
    submission = chain.heard(XINMA, COVERED)
    office = signed_in(people.government)
    form = form_of(office, submission)
    meanwhile(signed_in(people.government), submission)
    told = post(office, "submission_batch", submission.pk, expect=422, **form).content.decode()
    assert "页面打开之后，拟退回的单位、审定依据或公示异议有变动，尚未审定。" in told
    assert not Unit.objects.ratified().exists()
    post(office, "submission_batch", submission.pk, **hidden(told))
    assert Unit.objects.ratified().exists()


def test_look_refuses_what_does_not_fit(chain, people):
    submission = chain.submitted(XINMA)
    unit, office = submission.units.get(), signed_in(people.government)
    for said, refusal in (
        ({"act": "return", "reason": " "}, "退回必须写明原因"),
        ({"act": "return", "reason": "补", "code": "no"}, "请选择退回的类别"),
        ({"act": "return", "reason": "补" * 301, "code": "other"}, "最多 300 字"),
        ({"act": "return", "reason": "补", "code": "other", "criteria": "S99"}, "S99不是该单位的验收标准"),
        ({"act": "no"}, "无法识别所选的办理事项"),
    ):
        form = {"unit": unit.pk, "version": unit.version} | said
        assert refusal in post(office, "submission_desk", submission.pk, expect=422, **form).content.decode()
    assert not UnitLook.objects.exists()
    assert (
        signed_in(people.reviewer)
        .post(reverse("inspection:submission_desk", args=[submission.pk]), {"act": "look", "unit": unit.pk})
        .status_code
        == 403
    )


def test_bureau_reads_the_desk_of_a_submission(chain, people, grave):
    submission = chain.submitted(TOWN, XINMA)
    shown = page(signed_in(people.second_head), "submission_desk", submission.pk)
    assert "源潭镇" in shown and 'name="act"' not in shown and "未查看" not in shown
