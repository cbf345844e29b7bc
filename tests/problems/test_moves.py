"""The life of a problem: who may take which step from where, against a table written by hand; random lives; only one of two."""

import threading
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from accounts.models import AuditEntry
from accounts.units import Addressee
from common.exceptions import Refused, Stale
from problems import actions
from problems.kinds import KINDS
from problems.models import Problem, ProblemMove
from problems.moves import MOVES
from problems.vocabulary import ProblemAction, ProblemKind, ProblemState
from tests.problems.conftest import photo
from tests.scenes import TOWN
from witness.kinds import kind_of
from witness.models import Leaf

ALLOWED = {
    **{("open", "accept", who): "handling" for who in ("operator", "engineer")},
    **{
        (state, "hand_over", who): "open"
        for state in ("open", "handling", "returned")
        for who in ("operator", "engineer", "reviewer", "bureau")
    },
    **{(state, "solve", who): "solved" for state in ("handling", "returned") for who in ("operator", "engineer")},
    **{("solved", "close", who): "closed" for who in ("clerk", "head", "reviewer", "bureau")},
    **{("solved", "send_back", who): "returned" for who in ("clerk", "head", "reviewer", "bureau")},
    ("open", "withdraw", "clerk"): "withdrawn",
}
"""State, step and who takes it, of a problem that the town's clerk wrote down and the telecom sees to; the rest is refused."""

OF_THE_BUREAU = {
    **{("solved", "close", who): "closed" for who in ("clerk", "head", "reviewer")},
}
"""Of one that is the bureau's own, and that its head reported solved."""


def taken(problem: Problem, action: str, by, text="已核实。", version=None, **more):
    version = problem.version if version is None else version
    if action == "hand_over":
        more.setdefault("to", Addressee.of(by) or problem.unit)
        more["person"] = by if more["to"].key == problem.unit.key and problem.is_handled_by(by) else None
    return actions.take_step(problem=problem, action=ProblemAction(action), version=version, text=text, by=by, **more)


def outcome(problem: Problem, state: str, action: str, who, **columns) -> tuple[str | None, bool]:
    """Where the step leads, None where it is refused; and whether it was offered."""
    into = {"into": problem} if state == "merged" else {"into": None}
    Problem.objects.filter(pk=problem.pk).update(state=state, **columns, **into)
    asked = Problem.objects.get(pk=problem.pk)
    offered = MOVES.allows(action, asked, who)
    try:
        taken(asked, action, who)
        return Problem.objects.get(pk=problem.pk).state, offered
    except (PermissionDenied, Stale):
        return None, offered


def test_every_step_of_everybody_is_as_the_table_says(people, write):
    """Every state, step and person; the row is put back in between. What was taken up is not withdrawn, so that has one of its own."""
    problem, untouched, wrong = write(files=[photo()]), write(is_apart=True), []
    unit = {"to_kind": "operator", "to_area": None, "to_operator": "telecom", "to_unit": "中国电信", "person": None}
    for state in ProblemState.values:
        for action in actions.STEPS:
            for name, person in people.items():
                if name == "lead":
                    continue
                asked = untouched if action == ProblemAction.WITHDRAW else problem
                found, offered = outcome(asked, state, action, person, **unit)
                if found != ALLOWED.get((state, action, name)) or offered != (found is not None):
                    wrong.append((state, str(action), name, found, offered))
    assert wrong == []


def test_within_the_bureau_another_person_closes(people, write):
    problem = write("other", by="bureau", files=[photo()])
    assert problem.to_kind == "bureau"

    columns = {"solved_by": people["bureau"]}
    found = {
        ("solved", "close", name): result
        for name, person in people.items()
        if (result := outcome(problem, "solved", "close", person, **columns)[0])
    }

    assert found == OF_THE_BUREAU


def test_documented_tables_are_the_declared_ones():
    page = (Path(__file__).parents[2] / "docs/problems.md").read_text("utf-8")

    assert MOVES.as_table() in page
    assert KINDS.keys() == set(ProblemKind) and all(f"| {kind.label} `{kind}` |" in page for kind in KINDS)


def test_whole_life_is_sealed_and_told(people, write):
    problem = write()
    for action, name in (("accept", "operator"), ("solve", "engineer"), ("send_back", "clerk"), ("solve", "operator")):
        taken(problem, action, people[name], files=[photo()] if action == "solve" else ())
    taken(problem, "close", people["head"], text="")

    problem.refresh_from_db()
    assert problem.person == people["operator"] and problem.state == "closed"
    assert [move.action for move in problem.moves.all()] == ["open", "accept", "solve", "send_back", "solve", "close"]
    assert AuditEntry.objects.filter(action__startswith="problem.").count() == 6
    for model, least in ((ProblemMove, 6), (Problem, 1)):
        assert Leaf.objects.filter(kind=kind_of(model).kind).count() >= least
    with pytest.raises(Stale):
        taken(problem, "close", people["clerk"])


def test_handed_over_to_a_township_and_there_to_a_person(people, write):
    problem = write()
    town = Addressee.of(people["clerk"])

    taken(problem, "hand_over", people["operator"], text="属村委会协调。", to=town)
    problem = Problem.objects.get(pk=problem.pk)
    assert (problem.to_unit, problem.to_area_id, problem.to_operator_id, problem.state) == (
        "源潭镇",
        TOWN,
        None,
        "open",
    )
    last = problem.moves.last()
    assert (last.reason, last.to_unit, last.due_on) == ("属村委会协调。", "源潭镇", problem.due_on)

    taken(problem, "hand_over", people["head"], text="由经办跟进。", to=town)
    assert Problem.objects.get(pk=problem.pk).person == people["head"]
    with pytest.raises(Refused, match="请选择其他单位"):
        actions.take_step(
            problem=Problem.objects.get(pk=problem.pk), action=ProblemAction.HAND_OVER, version=2, text="再转",
            by=people["clerk"], to=town,
        )  # fmt: skip


def test_words_and_proof_are_asked_for(people, write):
    problem = write()
    taken(problem, "accept", people["operator"])

    with pytest.raises(Refused, match="请填写解决情况"):
        taken(problem, "solve", people["operator"], "  ")
    with pytest.raises(Refused, match="501 字，最多 500 字"):
        taken(problem, "solve", people["operator"], "字" * 501)
    with pytest.raises(Refused, match="报告解决须附证明"):
        taken(problem, "solve", people["operator"])


def test_random_lives_keep_the_rules(people, write):
    """Whoever tries whatever, with whatever version: no solver closes, every step follows from the one before it."""
    chance = Random(16)
    for _ in range(4):
        problem = write(by="clerk", files=[photo()], is_apart=True)
        for _ in range(40):
            problem = Problem.objects.get(pk=problem.pk)
            name, action = chance.choice(sorted(people)), chance.choice(actions.STEPS)
            stale = chance.random() < 0.1
            try:
                taken(problem, action, people[name], version=problem.version - stale)
            except (PermissionDenied, Refused):
                continue
            assert not stale
        moves = list(problem.moves.order_by("pk"))
        assert all(after.from_state == before.to_state for before, after in pairwise(moves))
        assert [move.version for move in moves] == list(range(len(moves)))
        solver = None
        for move in moves:
            solver = move.by if move.action == "solve" else solver
            assert move.action != "close" or (solver is not None and move.by != solver)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_at_once_one_wins(people, write):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one write at a time")
    problem = write(files=[photo()])
    taken(problem, "accept", people["operator"])
    taken(problem, "solve", people["operator"])
    version, gate, outcomes = problem.version, threading.Barrier(2), []

    def decide(action, name):
        try:
            mine = Problem.objects.get(pk=problem.pk)
            gate.wait(10)
            taken(mine, action, people[name], version=version)
            outcomes.append("done")
        except Stale:
            outcomes.append("stale")
        finally:
            connection.close()

    threads = [threading.Thread(target=decide, args=each) for each in (("close", "clerk"), ("send_back", "bureau"))]
    [thread.start() for thread in threads]
    [thread.join(30) for thread in threads]

    assert sorted(outcomes) == ["done", "stale"] and problem.moves.count() == 4
