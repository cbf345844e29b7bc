"""The life of a breakdown: every state, step and person against a table by hand; two persons; versions; what is refused."""

from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import AuditEntry, User
from areas.models import Area
from breakdown import actions
from breakdown.models import Breakdown, BreakdownLine
from breakdown.moves import MOVES
from breakdown.vocabulary import BreakdownAction, BreakdownState
from common.exceptions import Refused, Stale
from tests.breakdown.conftest import ON
from tests.scenes import TOWN, XIUXI
from witness.models import Leaf

ALLOWED = {
    ("draft", "edit"): ({"reviewer", "bureau_head"}, "draft"),
    ("draft", "propose"): ({"reviewer", "bureau_head"}, "proposed"),
    ("draft", "discard"): ({"reviewer", "bureau_head"}, "discarded"),
    ("proposed", "send_back"): ({"bureau_head"}, "draft"),
    ("proposed", "issue"): ({"bureau_head"}, "issued"),
}
"""State and step: who takes it, and where it leads; whatever is not named is refused. The letter is a township's own."""


def test_every_step_of_everybody_is_as_the_table_says(drafted, people):
    breakdown, wrong = drafted(), []
    for state in BreakdownState:
        breakdown.state = state
        for action in set(MOVES) - {BreakdownAction.DRAFT, BreakdownAction.ACCEPT}:
            who, target = ALLOWED.get((state, action), (set(), None))
            for name, person in people.items():
                if MOVES.allows(action, breakdown, person) != (name in who):
                    wrong.append((state, action, name))
            if who and (MOVES[action].target or state) != target:
                wrong.append((state, action, MOVES[action].target))
    assert wrong == []


def test_documented_table_is_the_declared_one():
    page = (Path(__file__).parents[2] / "docs/breakdown.md").read_text("utf-8")

    assert MOVES.as_table() in page


def test_whoever_had_a_hand_does_not_sign(drafted, step):
    breakdown = drafted(by="bureau_head")
    step(breakdown, "propose", "reviewer")

    with pytest.raises(Refused, match="不能由本人签发"):
        step(breakdown, "issue", "bureau_head")


def test_what_is_sent_back_is_a_draft_again_and_may_be_discarded(drafted, step):
    breakdown = drafted()
    step(breakdown, "propose", "reviewer")
    for action, who in (("send_back", "bureau_head"), ("discard", "reviewer")):
        with pytest.raises(Refused, match="原因"):
            step(breakdown, action, who)
        step(breakdown, action, who, "村数有变。")

    assert [(move.action, move.to_state) for move in breakdown.moves.all()][-2:] == [
        ("send_back", "draft"), ("discard", "discarded"),
    ]  # fmt: skip
    assert drafted().number == 2


def test_life_with_its_letter_is_sealed_and_told(signed, people):
    actions.accept(breakdown=signed, township=people["township_head"].area, by=people["township_head"])

    assert [move.action for move in signed.moves.all()] == ["draft", "propose", "issue", "accept"]
    assert AuditEntry.objects.filter(action__startswith="breakdown.").count() == 4
    assert Leaf.objects.filter(kind="breakdown.breakdownline").exists()
    with pytest.raises(Refused, match="责任书已签订"):
        actions.accept(breakdown=signed, township=people["township_head"].area, by=people["township_head"])
    with pytest.raises(PermissionDenied):
        actions.accept(breakdown=signed, township=people["township_head"].area, by=people["neighbour"])


def test_letter_is_signed_although_another_was_signed_meanwhile(signed, people):
    Breakdown.objects.filter(pk=signed.pk).update(version=signed.version + 1)

    assert actions.accept(breakdown=signed, township=people["township_head"].area, by=people["township_head"])


def test_a_change_is_a_new_version_with_its_reason(signed, drafted, step):
    with pytest.raises(Refused, match="须写明调整原因"):
        drafted()
    with pytest.raises(PermissionDenied):
        step(signed, "discard", "leader", "不要")
    again = drafted(reason="新增自然村。")
    step(again, "propose", "reviewer")
    step(again, "issue", "bureau_head")

    assert list(Breakdown.objects.order_by("number").values_list("number", "state")) == [(1, "replaced"), (2, "issued")]
    with pytest.raises(Stale):
        step(signed, "discard", "reviewer", "不要")


def test_second_draft_while_one_is_open_is_refused(drafted):
    drafted()

    with pytest.raises(Refused, match=r"T12 任务分解（第 1 版）起草中，尚未签发"):
        drafted()


def test_what_does_not_sum_is_not_proposed(drafted, step):
    breakdown = drafted()
    town = breakdown.lines.get(level="township")
    BreakdownLine.objects.filter(pk=town.pk).update(targets=dict.fromkeys(breakdown.quarters, 2))

    with pytest.raises(Refused, match=r"源潭镇2019年第一季度指标 2 比目标 3 少 1。"):
        step(breakdown, "propose", "reviewer")


def test_person_who_left_and_unit_that_ended_are_refused(drafted, step, people):
    breakdown = drafted()
    User.objects.filter(pk=people["township_head"].pk).update(is_active=False)
    with pytest.raises(Refused, match="责任人何镇长已离岗或不属于该单位，请另选"):
        step(breakdown, "propose", "reviewer")
    User.objects.filter(pk=people["township_head"].pk).update(is_active=True)
    Area.objects.filter(pk=XIUXI).update(valid_to=ON)

    with pytest.raises(Refused, match="秀溪村已撤销，不能再下达指标"):
        step(breakdown, "propose", "reviewer")


def test_person_of_another_unit_is_not_kept(drafted, people):
    breakdown = drafted()
    town = breakdown.lines.get(level="township")

    with pytest.raises(Refused, match="所选责任人不属于源潭镇"):
        actions.edit(
            breakdown=breakdown,
            version=breakdown.version,
            targets={},
            persons={town.pk: people["neighbour"].pk},
            by=people["reviewer"],
        )
    assert town.person == people["township_head"] and town.area_id == TOWN
