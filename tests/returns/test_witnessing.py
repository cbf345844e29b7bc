"""From the first figure to a correction that was approved, every step and figure stands in the log; a receipt says where."""

import json

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from returns import actions
from returns.models import LineStatus, Return, ReturnLine, ReturnMove
from returns.review import decisions
from tests.returns.conftest import approved, fill, report, submitted
from tests.witness.planting import behind_the_portals_back
from upkeep.models import UpkeepEvent, UpkeepKind
from witness import receipts, tree, verifying
from witness.kinds import kinds
from witness.models import Leaf
from witness.sealing import begin

pytestmark = pytest.mark.django_db


def problems() -> list[str]:
    own = ("returns.return", "returns.returnline", "returns.returnmove")
    return [
        each
        for name in own
        for found in (verifying.of_rows(kinds()[name]), verifying.of_states(kinds()[name]))
        for each in found
    ]


@pytest.fixture
def corrected(make_return, people) -> Return:
    """A return that was withdrawn, sent back, approved and corrected, and its approved correction."""
    begin()
    draft = submitted(make_return(), people.clerk)
    actions.withdraw(quarterly_return=draft, version=draft.version, by=people.clerk)
    draft = report(Return.objects.get(pk=draft.pk), people.clerk)
    decisions.send_back(quarterly_return=draft, version=draft.version, by=people.reviewer, reason="请核对")
    fill(Return.objects.get(pk=draft.pk), people.clerk, 110, 100, 90, 70, 60)
    draft = report(Return.objects.get(pk=draft.pk), people.clerk)
    decisions.approve(quarterly_return=draft, version=draft.version, by=people.reviewer)
    first = Return.objects.get(pk=draft.pk)
    new = actions.correct(quarterly_return=first, version=first.version, reason="有误", by=people.clerk)
    fill(new, people.clerk, 120, 110, 100, 80, 70)
    new = report(Return.objects.get(pk=new.pk), people.clerk)
    decisions.approve(quarterly_return=new, version=new.version, by=people.reviewer)
    return Return.objects.get(pk=new.pk)


def test_whole_life_of_a_return_verifies(corrected):
    assert problems() == []
    assert set(ReturnLine.objects.values_list("status", flat=True)) == {LineStatus.APPROVED, LineStatus.SUPERSEDED}
    steps = Leaf.objects.filter(kind="returns.returnmove").values_list("content", flat=True)
    assert sum(len(json.loads(each)["rows"]) for each in steps) == ReturnMove.objects.count()


def test_figure_that_was_changed_is_told_with_its_village_and_both_values(corrected):
    line = corrected.lines.first()
    with behind_the_portals_back() as cursor:
        cursor.execute("UPDATE returns_returnline SET fibre_covered_households = 105 WHERE id = %s", [line.pk])
        said = problems()

    place = f"{corrected.township.name} {corrected.quarter.label} 第 2 版：{line.area.name}"
    assert said == [f"季报行 {place}（returns_returnline {line.pk}） 光网覆盖户数 存证 100，现为 105。"]


def test_state_that_no_step_led_to_is_told(corrected):
    with behind_the_portals_back() as cursor:
        cursor.execute("UPDATE returns_return SET state = 'draft' WHERE id = %s", [corrected.pk])
        assert [each for each in problems() if "状态 按流转为 已审核，现为 草稿" in each]


def test_figure_changed_between_report_and_approval_is_told_though_it_was_approved(make_return, people):
    draft = submitted(make_return(), people.clerk)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE returns_returnline SET households = 999")
    decisions.approve(quarterly_return=draft, version=draft.version, by=people.reviewer)

    assert [each for each in problems() if "总户数 原存证 100，第" in each and "999" in each]


def test_receipt_names_the_figures_that_were_signed(make_return, people, browse):
    draft = submitted(make_return(), people.clerk)
    step = draft.moves.get(action="submit")
    found = receipts.of_step(step, "returns.returnline")
    decisions.approve(quarterly_return=draft, version=draft.version, by=people.reviewer)

    said = json.loads(Leaf.objects.get(pk=found.position).content)["rows"]
    assert set(said) == {str(line.pk) for line in draft.lines.all()}
    assert receipts.of_step(step, "returns.returnline") == found
    page = browse(people.clerk).get(f"/returns/{draft.pk}/receipt/{step.pk}/").content.decode()
    assert found.short_digest in page and found.short_root in page
    assert receipts.checked(found.position, found.short_root).is_whole


def test_receipt_of_what_waits_for_the_signature_carries_no_root(make_return, people, browse):
    draft = make_return()
    fill(draft, people.clerk)
    step = actions.hand_up(quarterly_return=draft, version=draft.version, by=people.clerk)

    page = browse(people.clerk).get(f"/returns/{draft.pk}/receipt/{step.pk}/").content.decode()
    assert "存证树根" not in page


def test_verify_all_says_what_is_wrong_by_its_exit_code_and_keeps_it(make_return, people, capsys):
    approved(make_return(), people.clerk, people.reviewer)
    call_command("verify_all")
    assert tree.head().short in capsys.readouterr().out

    with behind_the_portals_back() as cursor:
        cursor.execute("UPDATE returns_returnline SET households = 999")
        with pytest.raises(CommandError) as stopped:
            call_command("verify_all")
        assert stopped.value.returncode == 1
        assert "总户数 存证 100，现为 999" in capsys.readouterr().err
        last = UpkeepEvent.objects.filter(kind=UpkeepKind.VERIFY).first()
        assert not last.ok and last.detail["count"] >= 2
