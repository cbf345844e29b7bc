"""The table of legal moves: complete, written down, and the same in the database."""

from pathlib import Path

from accounts.posts import CHARGES, Post
from accounts.wording import ACTIONS
from inspection.models import Move, Report, Submission, Unit
from inspection.moves import CARRIED, MOVES, VETTING
from inspection.vocabulary import NEEDING_REASON, Action, ReportState, SubmissionState, UnitState

STATES = {Report: ReportState, Unit: UnitState, Submission: SubmissionState}


def test_documented_table_is_the_table():
    page = (Path(__file__).parents[2] / "docs/acceptance-chain.md").read_text(encoding="utf-8")
    assert MOVES.as_table() in page


def test_every_action_has_its_move():
    assert set(MOVES) == set(Action)


def test_every_state_can_be_reached():
    reached = {(move.of, move.target) for move in MOVES.values() if move.target}
    reached |= {(Unit, target) for _, target in CARRIED.values()} | {(Unit, UnitState.OPEN)}
    assert reached == {(of, state) for of, states in STATES.items() for state in states}


def test_every_move_is_somebodys():
    for move in MOVES.values():
        assert any(move.powers & charge.powers for charge in CHARGES.values()), move.action


def test_no_post_both_reports_and_decides():
    reporting = {power for action in (Action.START, Action.SEND) for power in MOVES[action].powers}
    deciding = {power for action in (*VETTING, Action.CONFIRM_PASS, Action.DECIDE) for power in MOVES[action].powers}
    assert not [post for post in Post if CHARGES[post].powers & reporting and CHARGES[post].powers & deciding]


def test_database_and_table_name_the_same_moves_that_need_a_reason():
    (constraint,) = (each for each in Move._meta.constraints if each.name == "inspection_move_has_reason")
    assert str(tuple(NEEDING_REASON)) in str(constraint.condition)


def test_every_move_that_is_audited_has_words():
    begins = {Report: "inspection", Unit: "inspection_unit", Submission: "submission"}
    with_others = (Action.INCLUDE, Action.EXCLUDE, Action.RATIFY)
    audited = {f"{begins[move.of]}.{move.action}" for move in MOVES.values() if move.action not in with_others}
    assert audited <= set(ACTIONS)
