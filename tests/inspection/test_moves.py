"""The table of legal moves: complete, written down, and the same in the database."""

from pathlib import Path

from accounts.posts import ROLE_GRANTS, Post
from accounts.wording import ACTIONS
from inspection.models import InspectionMove, Report, Submission, Unit
from inspection.moves import CARRIED, MOVES, VETTING
from inspection.vocabulary import NEEDING_REASON, InspectionAction, ReportState, SubmissionState, UnitState

STATES = {Report: ReportState, Unit: UnitState, Submission: SubmissionState}


def test_documented_table_is_the_table():
    page = (Path(__file__).parents[2] / "docs/acceptance-chain.md").read_text(encoding="utf-8")
    assert MOVES.as_table() in page


def test_every_action_has_its_move():
    assert set(MOVES) == set(InspectionAction)


def test_every_state_can_be_reached():
    reached = {(move.of, move.target) for move in MOVES.values() if move.target}
    reached |= {(Unit, target) for _, target in CARRIED.values()} | {(Unit, UnitState.OPEN)}
    assert reached == {(of, state) for of, states in STATES.items() for state in states}


def test_every_move_is_somebodys():
    for move in MOVES.values():
        assert any(move.powers & grants.powers for grants in ROLE_GRANTS.values()), move.action


def test_no_post_both_reports_and_decides():
    reporting = {power for action in (InspectionAction.START, InspectionAction.SEND) for power in MOVES[action].powers}
    deciding = {
        power
        for action in (*VETTING, InspectionAction.CONFIRM_PASS, InspectionAction.DECIDE)
        for power in MOVES[action].powers
    }
    assert not [post for post in Post if ROLE_GRANTS[post].powers & reporting and ROLE_GRANTS[post].powers & deciding]


def test_database_and_table_name_the_same_moves_that_need_a_reason():
    (constraint,) = (each for each in InspectionMove._meta.constraints if each.name == "inspection_move_has_reason")
    assert str(tuple(NEEDING_REASON)) in str(constraint.condition)


def test_every_move_that_is_audited_has_words():
    begins = {Report: "inspection", Unit: "inspection_unit", Submission: "submission"}
    with_others = (InspectionAction.INCLUDE, InspectionAction.EXCLUDE, InspectionAction.RATIFY)
    audited = {f"{begins[move.of]}.{move.action}" for move in MOVES.values() if move.action not in with_others}
    assert audited <= set(ACTIONS)
