"""What failed stands in the register's findings: it opens with the card that says so, and closes with one that says better."""

import pytest
from django.urls import reverse

from areas.models import Area, Site
from findings import surveying
from findings.models import RegisterFinding
from findings.vocabulary import FindingOwner, FindingState
from inspection.spotcheck import actions, offline
from inspection.spotcheck.models import FindingOutcome, Frame, Sample
from inspection.spotcheck.results import SampleResult
from tests.findings.conftest import judged_and_surveyed
from tests.inspection.conftest import COUNTY, FAR
from tests.inspection.spotcheck.conftest import AT, TOWN
from tests.inspection.spotcheck.test_actions import conclude, enter_all, seen

BAD, GOOD, AWAY = FindingOutcome.FAILED, FindingOutcome.PASSED, FindingOutcome.UNREACHED


@pytest.fixture
def sample(draw):
    judged_and_surveyed()
    return draw(size=3)


def found(code: str = "area_failed") -> RegisterFinding:
    return RegisterFinding.objects.get(code=code)


def surveyed() -> None:
    assert surveying.is_due(COUNTY)
    surveying.survey_due()


def test_failed_village_opens_its_finding_with_owner_and_day(sample, people):
    actions.enter(item=sample.items.get(key=FAR), seen=seen(BAD, remark="箱子没有通电。"), by=people.reviewer)
    surveyed()

    finding = found()
    assert (finding.key, finding.state, finding.owner, finding.township) == (
        FAR, FindingState.OPEN, FindingOwner.TOWNSHIP, TOWN,
    )  # fmt: skip
    assert finding.sentence == "2018年第二季度抽查，2018-07-03 现场核查不合格：箱子没有通电"
    assert finding.due_on is not None and finding.is_owned_by(people.clerk)


def test_failed_site_opens_its_finding(draw, people):
    judged_and_surveyed()
    sample = draw(frame=Frame.SITES, size=3)
    item = sample.items.first()
    actions.enter(item=item, seen=seen(BAD), by=people.reviewer)
    surveyed()

    assert (found("site_failed").key, found("site_failed").table) == (item.key, "sites")
    Site.objects.filter(site_id=item.key).update(valid_to="2018-07-01")
    surveying.survey(COUNTY)
    assert found("site_failed").state == FindingState.CLOSED, "what is no more cannot be mended"


def test_finding_closes_with_a_card_that_says_better_and_not_before(sample, people):
    item = sample.items.get(key=FAR)
    actions.enter(item=item, seen=seen(BAD), by=people.reviewer)
    surveyed()
    actions.enter(item=item, seen=seen(AWAY), by=people.reviewer)
    surveyed()
    assert found().state == FindingState.OPEN, "who could not look at it found nothing better"

    actions.enter(item=item, seen=seen(GOOD), by=people.second)
    surveyed()
    assert found().state == FindingState.CLOSED


def test_finding_closes_when_the_sample_is_void(sample, people):
    actions.enter(item=sample.items.get(key=FAR), seen=seen(BAD), by=people.reviewer)
    surveyed()
    actions.void(sample=sample, version=0, reason="抽错了季度", at=AT, by=people.reviewer)
    surveyed()

    assert found().state == FindingState.CLOSED


def test_later_sample_has_the_last_word(sample, draw, people):
    actions.enter(item=sample.items.get(key=FAR), seen=seen(BAD), by=people.reviewer)
    enter_all(sample, people.reviewer, sample.items.get(key=FAR).order)
    conclude(sample, people.reviewer)
    surveyed()
    again = draw(size=3)
    actions.enter(item=again.items.get(key=FAR), seen=seen(GOOD), by=people.reviewer)
    surveyed()

    assert found().state == FindingState.CLOSED


def test_recheck_after_the_conclusion_closes_the_finding_and_leaves_the_result(sample, people):
    order = sample.items.get(key=FAR).order
    enter_all(sample, people.reviewer, order)
    conclude(sample, people.reviewer, conclusion="return")
    surveyed()
    before = SampleResult(sample)
    actions.enter(item=sample.items.get(key=FAR), seen=seen(GOOD), by=people.second)
    surveyed()

    after = SampleResult(sample)
    assert found().state == FindingState.CLOSED
    assert (after.failed, after.estimate) == (before.failed, before.estimate) == (1, before.estimate)
    assert after.rows[order - 1].recheck.outcome == GOOD


def test_nothing_is_rechecked_but_what_failed(sample, people):
    from common.exceptions import Stale

    bad = sample.items.get(key=FAR)
    enter_all(sample, people.reviewer, bad.order)
    conclude(sample, people.reviewer)

    with pytest.raises(Stale, match="已作结论"):
        actions.enter(item=sample.items.exclude(pk=bad.pk).first(), seen=seen(), by=people.reviewer)
    actions.enter(item=bad, seen=seen(GOOD), by=people.reviewer)
    with pytest.raises(Stale, match="已作结论"):
        actions.enter(item=bad, seen=seen(BAD), by=people.reviewer)


def test_page_card_and_phone_offer_the_same_to_be_looked_at_again(sample, people, client):
    """Who could not reach what had failed found nothing better."""
    bad = sample.items.get(key=FAR)
    enter_all(sample, people.reviewer, bad.order)
    actions.enter(item=bad, seen=seen(AWAY), by=people.reviewer)
    conclude(sample, people.reviewer)
    client.force_login(people.reviewer)

    assert [row[1] for row in offline.pack_of(people.reviewer)["checks"]] == [bad.order]
    assert [row.item for row in SampleResult(Sample.objects.get()).rows if row.is_open] == [bad]
    card = reverse("spotcheck:card", args=[sample.pk, bad.order])
    assert f'href="{card}"' in client.get(reverse("spotcheck:sample", args=[sample.pk])).content.decode()
    assert "登记复查" in client.get(card).content.decode()


def test_asking_what_is_due_is_still_one_query(sample, django_assert_num_queries):
    with django_assert_num_queries(1):
        surveying.due_counties()
    assert Area.objects.filter(code=FAR).exists()
