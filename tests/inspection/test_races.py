"""Many at once: exactly one decision, whichever database."""

import threading

import pytest
from django.db import connection, transaction

from accounts.posts import Post
from areas.models import Area
from common.exceptions import Refused, Stale
from evidence import store
from inspection import advising, collecting, compiling, examining, government, reporting
from inspection.collecting import EvidenceUpload
from inspection.examining import Found, Ruling
from inspection.government import UnitDecision
from inspection.models import Evidence, Report, SecondOpinion, Submission, Unit
from inspection.vocabulary import Decision, InspectionAction, ReportState, UnitState
from tests.evidence.files import png
from tests.inspection.conftest import COUNTY, COVERED, ON, QUARTER, TOWN, XINMA
from tests.returns.entry.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def won(results: list) -> list:
    """What came of those that were not refused; anything but a refusal fails the test."""
    others = [each for each in results if isinstance(each, Exception) and not isinstance(each, Refused)]
    assert others == []
    return [each for each in results if not isinstance(each, Exception)]


def test_of_ten_decisions_on_a_unit_one_wins(chain, people, settings):
    settings.INSPECTION_FOUR_EYES = False
    pk = chain.taken(COVERED).units.get().pk
    version = Unit.objects.get(pk=pk).version

    def decide(action):
        unit = Unit.objects.select_related("report", "frozen", "area").get(pk=pk)
        found = {row["key"]: Found("met") for row in unit.frozen.said["criteria"]}
        return examining.rule(unit=unit, version=version, ruling=Ruling(action, found, "理由"), by=people.reviewer)

    actions = [InspectionAction.PASS, InspectionAction.RETURN, InspectionAction.REFUSE] * 3 + [InspectionAction.PASS]
    results = at_once(*[lambda action=action: decide(action) for action in actions])
    assert len(won(results)) == 1
    unit = Unit.objects.get(pk=pk)
    assert unit.opinions.count() == 1 and unit.report.moves.filter(action="conclude").count() == 1


def test_nobody_is_asked_about_a_unit_that_is_just_being_passed(chain, people, monkeypatch):
    unit = chain.taken(COVERED).units.get()
    looked, asked, clean = threading.Event(), threading.Event(), examining.clean

    def looked_at(*args):
        units = clean(*args)
        looked.set()
        asked.wait(1)
        return units

    def ask():
        looked.wait(5)
        fresh = Unit.objects.get(pk=unit.pk)
        advising.ask(unit=fresh, version=unit.version, asked=people.second, question="属实吗？", by=people.reviewer)
        asked.set()

    monkeypatch.setattr(examining, "clean", looked_at)
    versions = {unit.pk: unit.version}
    won(at_once(lambda: examining.rule_clean(report=unit.report, versions=versions, by=people.reviewer), ask))
    assert Unit.objects.get().state == UnitState.VETTED_PASS and not SecondOpinion.objects.exists()


def test_of_ten_reviewers_one_takes(chain, people, make_user):
    report = chain.sent()
    reviewers = [make_user(Post.REVIEWER, TOWN) for _ in range(10)]
    version = report.version
    deeds = [
        lambda by=by: examining.take(report=Report.objects.get(pk=report.pk), version=version, by=by)
        for by in reviewers
    ]
    (step,) = won(at_once(*deeds))
    assert Report.objects.get().reviewer == step.by


def test_two_last_decisions_at_once_conclude_the_report(chain, people, settings):
    settings.INSPECTION_FOUR_EYES = False
    report = chain.taken(COVERED, XINMA)

    def decide(pk, version):
        unit = Unit.objects.select_related("report", "frozen", "area").get(pk=pk)
        found = {row["key"]: Found("met") for row in unit.frozen.said["criteria"]}
        return examining.rule(
            unit=unit, version=version, ruling=Ruling(InspectionAction.PASS, found), by=people.reviewer
        )

    units = list(report.units.values_list("pk", "version"))
    assert len(won(at_once(*[lambda unit=unit: decide(*unit) for unit in units]))) == 2
    assert Report.objects.get().state == ReportState.DECIDED


def test_a_unit_is_reported_once_however_many_start(chain, people):
    area = Area.objects.get(code=TOWN)
    deed = lambda: reporting.start(township=area, quarter=QUARTER, codes=[COVERED], on=ON, by=people.clerk)  # noqa: E731
    assert len(won(at_once(*[deed] * 6))) == 1
    assert Unit.objects.count() == 1 and Report.objects.count() == 1


def test_a_passed_unit_is_compiled_once(chain, people):
    units = chain.passed(COVERED, XINMA)
    deed = lambda: compiling.compile_(county=COUNTY, units=units, by=people.second)  # noqa: E731
    assert len(won(at_once(*[deed] * 6))) == 1
    assert Submission.objects.count() == 1 and Submission.objects.get().entries.count() == 2


def test_batches_ratified_at_once_are_numbered_without_a_gap(chain, people):
    submissions = [chain.heard(code) for code in (COVERED, XINMA, TOWN)]

    def ratify(submission):
        verdicts = {unit.pk: UnitDecision(Decision.RATIFIED) for unit in submission.units.all()}
        return government.decide(
            submission=submission, version=submission.version, verdicts=verdicts, on=ON, by=people.government
        )

    assert len(won(at_once(*[lambda submission=submission: ratify(submission) for submission in submissions]))) == 3
    assert sorted(Submission.objects.values_list("batch_number", flat=True)) == [1, 2, 3]


def test_one_submission_is_decided_once(chain, people):
    submission = chain.heard(COVERED)
    version, unit = submission.version, submission.units.get()

    def decide(verdict):
        return government.decide(
            submission=Submission.objects.get(pk=submission.pk),
            version=version,
            verdicts={unit.pk: verdict},
            on=ON,
            by=people.government,
        )

    verdicts = [UnitDecision(Decision.RATIFIED), UnitDecision(Decision.RETURNED, "补", "other")] * 5
    results = at_once(*[lambda verdict=verdict: decide(verdict) for verdict in verdicts])
    assert len(won(results)) == 1
    assert sum(isinstance(each, Stale) for each in results) == 9


def test_evidence_uploaded_at_once_keeps_within_the_quota(chain, people, settings):
    """Two files for the report's one unit, and two for the whole."""
    settings.EVIDENCE_FILES = 2
    report = chain.drafted()
    files = [EvidenceUpload("a.png", png(shade=shade), "photo") for shade in range(10)]
    deeds = [lambda given=given: collecting.add(report=report, given=given, by=people.clerk) for given in files]
    assert len(won(at_once(*deeds))) == 4
    assert Evidence.objects.count() == 4


def test_file_removed_elsewhere_before_its_row_is_there_is_written_again(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    store.keep(b"one", "ab1")
    with transaction.atomic():
        assert not store.keep(b"one", "ab1")
        store.drop("ab1", is_named=lambda: False)
        assert not store.path_of("ab1").exists()
    assert store.path_of("ab1").read_bytes() == b"one"


def test_file_is_not_removed_between_being_seen_and_being_kept(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    store.keep(b"one", "ab1")

    def upload():
        store.keep(b"one", "ab1")
        connection.close()

    other = threading.Thread(target=upload)

    def is_named() -> bool:
        other.start()
        other.join(timeout=0.5)
        return False

    store.drop("ab1", is_named)
    other.join()
    assert store.path_of("ab1").read_bytes() == b"one"
