"""A verdict that is changed, added, taken away or raised again behind the portal's back is named."""

import pytest
from django.db import connection, transaction

from acceptance.judging import judging
from acceptance.judging.rows import SAID, SUBJECTS
from acceptance.judging.sealed_runs import JSON, KIND, MODELS, JudgingRuns
from acceptance.models import PlanVersion, Verdict
from areas import changes
from areas.models import AccessPoint
from common import clock
from tests import scenes
from tests.acceptance.rules.building import DISTRICT
from tests.witness.planting import behind_the_portals_back, changed
from witness import verifying
from witness.models import Leaf
from witness.sealing import begin

pytestmark = pytest.mark.django_db


def problems() -> list[str]:
    return list(JudgingRuns.problems())


@pytest.fixture
def judged_twice(make_area, monkeypatch):
    """The small district, judged, and judged again when an access point had gone."""
    scenes.build_district(make_area)
    judging.refresh(DISTRICT)
    monkeypatch.setattr(clock, "now", lambda now=clock.now: now().replace(microsecond=1))
    AccessPoint.objects.update(downstream_mbps=1)
    changes.note(DISTRICT)
    judging.refresh(DISTRICT)
    assert Verdict.objects.filter(superseded_at__isnull=False).exists()


def unnoticed(cursor, model) -> list[str]:
    """What verification does not name of what is done to a standing verdict of the model."""
    row = model.objects.standing().order_by("pk").last()
    table, missed = model._meta.db_table, []
    columns = [model._meta.get_field(name) for name in ("digest", "county", "judged_at", "superseded_at")]
    columns += [next(each for each in model._meta.concrete_fields if each.attname == name) for name in _said(model)]
    deeds = {
        f"{field.column} changed": (
            f'UPDATE {table} SET "{field.column}" = %s WHERE id = %s',
            [changed(field, row), row.pk],
        )
        for field in columns
    }
    for what, (deed, values) in deeds.items():
        cursor.execute("SAVEPOINT deed")
        cursor.execute(deed, values)
        if not any(f"（{table} {row.pk}）" in each for each in problems()):
            missed.append(f"{table} {what}")
        cursor.execute("ROLLBACK TO SAVEPOINT deed")
    return missed


def _said(model) -> tuple[str, ...]:
    return (*SUBJECTS[model], *SAID[model])


def test_change_of_any_column_of_a_verdict_is_named(judged_twice):
    begin()
    assert problems() == []

    with behind_the_portals_back() as cursor:
        assert [each for model in MODELS for each in unnoticed(cursor, model)] == []


def test_verdict_that_is_deleted_or_stands_again_is_noticed(judged_twice):
    begin()
    old = Verdict.objects.filter(superseded_at__isnull=False).order_by("pk").first()
    with behind_the_portals_back() as cursor:
        cursor.execute("DELETE FROM acceptance_verdict WHERE area_id = %s AND period = %s", [old.area_id, old.period])
        assert [each for each in problems() if "被删除" in each]
    with behind_the_portals_back() as cursor:
        cursor.execute("DROP INDEX verdict_one_standing")
        cursor.execute("UPDATE acceptance_verdict SET superseded_at = NULL WHERE id = %s", [old.pk])
        assert [
            each for each in problems() if "被取代时间 被改动" in each and f"（acceptance_verdict {old.pk}）" in each
        ]


def test_text_of_a_plan_that_was_changed_is_named(judged_twice):
    with behind_the_portals_back() as cursor:
        cursor.execute("UPDATE acceptance_planversion SET text = 'x'")
        plan = PlanVersion.objects.get()
        assert any(f"（acceptance_planversion {plan.pk}）" in each for each in problems())


def test_run_is_one_leaf_and_one_that_turns_nothing_is_none(judged_twice):
    assert Leaf.objects.filter(kind=KIND).count() == 2

    changes.note(DISTRICT)
    judging.refresh(DISTRICT)
    assert Leaf.objects.filter(kind=KIND).count() == 2


def test_runs_from_before_the_log_are_sealed_as_they_stand(judged_twice):
    with behind_the_portals_back() as cursor:
        cursor.execute("DELETE FROM witness_leaf")
        cursor.execute("DELETE FROM witness_loghead")
        begin()
        assert problems() == [] and verifying.verified().leaves > 2
        with transaction.atomic():
            cursor.execute("UPDATE acceptance_verdict SET outcome = 'x'")
        assert problems()


def test_json_is_what_verdicts_hold():
    held = {
        field.attname for model in MODELS for field in model._meta.concrete_fields if "JSON" in type(field).__name__
    }
    assert held == JSON and connection
