"""The engine's own promises; what the three tables say is tried in their rooms."""

import pytest
from django.core.exceptions import ImproperlyConfigured, PermissionDenied

from accounts.posts import Post
from common.exceptions import Refused
from returns.models import Return, ReturnState
from returns.moves import MOVES, ReturnAction
from workflow.engine import Transition, Workflow


def table(*transitions, **options) -> Workflow:
    return Workflow(*transitions, code_of=lambda document: document.township_id, trail={Return: "return"}, **options)


def test_an_action_stands_once_in_a_table():
    submit = MOVES[ReturnAction.SUBMIT]

    with pytest.raises(ImproperlyConfigured, match="submit"):
        table(submit, submit)


def test_nobody_takes_an_automatic_move(make_user):
    head = make_user(Post.TOWNSHIP_HEAD)
    document = Return(township_id="441802103", state=ReturnState.SIGNING)
    legal = MOVES[ReturnAction.SUBMIT]
    automatic = Transition(legal.action, legal.sources, legal.target, legal.powers, automatic=True)

    assert table(legal).allows(ReturnAction.SUBMIT, document, head)
    assert not table(automatic).allows(ReturnAction.SUBMIT, document, head)


def test_four_eyes_switch_moves(settings, make_user):
    reviewer = make_user(Post.REVIEWER)
    for on, there, gone in (
        (True, ReturnAction.PASS, ReturnAction.APPROVE),
        (False, ReturnAction.APPROVE, ReturnAction.PASS),
    ):
        settings.RETURNS_FOUR_EYES = on
        assert MOVES.permit(there, "441802103", reviewer).action == there
        with pytest.raises(Refused):
            MOVES.permit(gone, "441802103", reviewer)


def test_a_neighbour_is_refused(make_user):
    with pytest.raises(PermissionDenied, match="签发报送"):
        MOVES.permit(ReturnAction.SUBMIT, "441802104", make_user(Post.TOWNSHIP_HEAD))


def test_a_reason_is_asked_for():
    assert MOVES.require_reason(MOVES[ReturnAction.HAND_BACK], " 数字不符 ") == "数字不符"
    with pytest.raises(Refused, match="原因"):
        MOVES.require_reason(MOVES[ReturnAction.HAND_BACK], "  ")


def test_what_is_typed_as_a_reason_has_a_limit():
    hand_back = MOVES[ReturnAction.HAND_BACK]

    with pytest.raises(Refused, match=r"^原因有 501 字，最多 500 字，请删减。$"):
        MOVES.require_reason(hand_back, "长" * 501)
    assert MOVES.require_reason(hand_back, f" {'长' * 249}\r\n{'长' * 250} ") == f"{'长' * 249}\n{'长' * 250}"
    assert MOVES.require_reason(hand_back, "请核对", "由门户写明" * 200) == f"请核对 {'由门户写明' * 200}"
