"""The life of a record: who may take which step from where, against a table written by hand; nobody confirms her own."""

import threading
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from accounts.models import AuditEntry
from common.exceptions import Refused, Stale
from measures import actions
from measures.actions import TypedMeasure
from measures.models import MeasureRecord
from measures.moves import RECORDS
from measures.vocabulary import MeasureState
from tests.measures.conftest import SUPERIOR, begun, taken
from witness.models import Leaf

BUREAU = ("reviewer", "second", "chief")
ALLOWED = {
    **{("draft", "change", name): "draft" for name in BUREAU},
    **{("draft", "send", name): "sent" for name in BUREAU},
    **{("draft", "discard", name): "void" for name in BUREAU},
    **{("returned", "change", name): "returned" for name in BUREAU},
    **{("returned", "send", name): "sent" for name in BUREAU},
    **{("confirmed", "change", name): "sent" for name in BUREAU},
    ("sent", "confirm", "second"): "confirmed",
    ("sent", "confirm", "chief"): "confirmed",
    ("sent", "send_back", "second"): "returned",
    ("sent", "send_back", "chief"): "returned",
    ("confirmed", "void", "second"): "void",
    ("confirmed", "void", "chief"): "void",
    ("returned", "void", "second"): "void",
    ("returned", "void", "chief"): "void",
}
"""By state, step and person, of a duty of a superior document that the reviewer entered: where it leads. The rest is refused."""


def attempted(record, action: str, by, number: int):
    if action == "change":
        given = TypedMeasure(record.values | {"unit": f"第 {number} 科室"})
        return actions.change(record=record, version=record.version, given=given, by=by, reason="文号有误")
    return taken(record, action, by)


def test_every_step_of_everybody_is_as_the_table_says(people):
    record, wrong = begun("superior", people["reviewer"], SUPERIOR), []
    steps, number = [*actions.STEPS, "change"], 0
    for state in MeasureState.values:
        for action in steps:
            for name, person in people.items():
                number += 1
                MeasureRecord.objects.filter(pk=record.pk).update(state=state)
                expected = ALLOWED.get((state, action, name))
                if expected and action == "change" and name != "reviewer":
                    continue  # Her hand would then be in it.
                try:
                    attempted(MeasureRecord.objects.get(pk=record.pk), action, person, number)
                    outcome = MeasureRecord.objects.get(pk=record.pk).state
                except (PermissionDenied, Refused):
                    outcome = None
                if outcome != expected:
                    wrong.append((state, str(action), name, outcome, expected))
    assert wrong == []


def test_documented_table_is_the_declared_one():
    assert RECORDS.as_table() in (Path(__file__).parents[2] / "docs/measures.md").read_text("utf-8")


def test_whole_life_is_kept_sealed_and_told(people):
    record = begun("superior", people["reviewer"], SUPERIOR)
    for action, name in (("send", "reviewer"), ("send_back", "chief"), ("send", "reviewer"), ("confirm", "chief")):
        taken(record, action, people[name])
    given = TypedMeasure(record.values | {"clause": "三(二)"})
    actions.change(record=record, version=record.version, given=given, by=people["reviewer"], reason="条款有误")

    assert (record.state, record.confirmed_values["clause"], record.values["clause"]) == ("sent", "二(一)", "三(二)")
    assert list(MeasureRecord.objects.standing()) == [record]
    taken(record, "confirm", people["second"])
    assert record.confirmed_values["clause"] == "三(二)"
    assert [each.values["clause"] for each in record.versions.all()] == ["二(一)", "三(二)"]
    assert [each.reason for each in record.versions.all()] == ["", "条款有误"]
    kinds = ["measures.measuremove", "measures.measureversion"]
    assert [Leaf.objects.filter(kind=kind).count() for kind in kinds] == [7, 2]
    assert AuditEntry.objects.filter(action__startswith="measure.").count() == 7


def test_nobody_confirms_what_she_had_a_hand_in(people):
    record = begun("superior", people["reviewer"], SUPERIOR)
    given = TypedMeasure(record.values | {"unit": "信息科"})
    actions.change(record=record, version=record.version, given=given, by=people["chief"])
    taken(record, "send", people["reviewer"])

    for name in ("reviewer", "chief"):
        with pytest.raises(Refused, match="须由另一人办理"):
            taken(record, "confirm", people[name])
    assert taken(record, "confirm", people["second"]).to_state == "confirmed"


def test_what_is_blank_or_the_same_is_refused_with_its_name(people):
    record = begun("superior", people["reviewer"], SUPERIOR | {"clause": "", "duty": ""})
    with pytest.raises(Refused, match="尚缺：任务要求、本方案条款。请补齐后报送"):
        taken(record, "send", people["reviewer"])
    with pytest.raises(Refused, match="内容没有变化"):
        actions.change(
            record=record, version=record.version, given=TypedMeasure(dict(record.values)), by=people["reviewer"]
        )
    town = begun("township_plan", people["clerk"], {"title": "源潭镇方案"})
    with pytest.raises(Refused, match="附件"):
        taken(town, "send", people["clerk"])
    begun("superior", people["reviewer"], SUPERIOR)
    with pytest.raises(Refused, match="已经登记过"):
        begun("superior", people["second"], SUPERIOR)
    with pytest.raises(PermissionDenied):
        begun("superior", people["clerk"], SUPERIOR)
    with pytest.raises(PermissionDenied):
        begun("ftth", people["kexie"], {}, area=people["clerk"].area)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_at_once_one_wins(people):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one write at a time")
    record = begun("superior", people["reviewer"], SUPERIOR)
    taken(record, "send", people["reviewer"])
    gate, outcomes = threading.Barrier(2), []

    def decide(action, name):
        try:
            mine = MeasureRecord.objects.get(pk=record.pk)
            gate.wait(10)
            taken(mine, action, people[name])
            outcomes.append("done")
        except Stale:
            outcomes.append("stale")
        finally:
            connection.close()

    deeds = (("confirm", "chief"), ("send_back", "second"))
    threads = [threading.Thread(target=decide, args=deed) for deed in deeds]
    [thread.start() for thread in threads]
    [thread.join(30) for thread in threads]

    assert sorted(outcomes) == ["done", "stale"]
