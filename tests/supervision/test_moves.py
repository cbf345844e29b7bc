"""The life of a remark: who may take which step from where, against a table written by hand; nobody else, and only one of two."""

import threading
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from accounts.models import AuditEntry, User
from accounts.posts import Post
from common.exceptions import Refused, Stale
from supervision import actions
from supervision.models import Matter, MatterMove
from supervision.moves import REMARKS
from supervision.vocabulary import MatterAction, MatterState
from tests.scenes import STREET, TOWN
from witness.kinds import kind_of
from witness.models import Leaf

ALLOWED = {
    ("issued", "sign", "clerk"): "handling",
    ("issued", "sign", "head"): "handling",
    ("handling", "report", "clerk"): "reported",
    ("handling", "report", "head"): "reported",
    ("returned", "report", "clerk"): "reported",
    ("returned", "report", "head"): "reported",
    ("reported", "close", "author"): "closed",
    ("reported", "send_back", "author"): "returned",
    ("issued", "withdraw", "author"): "withdrawn",
    ("handling", "withdraw", "author"): "withdrawn",
    ("returned", "withdraw", "author"): "withdrawn",
}
"""State, step and who takes it; whatever is not named is refused."""

PEOPLE = {
    "author": (Post.LEADER, TOWN),
    "other_leader": (Post.LEADER, TOWN),
    "government": (Post.GOVERNMENT, TOWN),
    "bureau": (Post.BUREAU_HEAD, TOWN),
    "clerk": (Post.CLERK, TOWN),
    "head": (Post.TOWNSHIP_HEAD, TOWN),
    "neighbour": (Post.CLERK, STREET),
    "operator": (Post.OPERATOR, TOWN),
    "auditor": (Post.AUDITOR, TOWN),
}


@pytest.fixture
def district(make_area) -> None:
    """Nothing but the two townships: what the figure says does not matter here."""
    make_area(TOWN), make_area(STREET)


@pytest.fixture
def people(district, make_user) -> dict[str, User]:
    return {name: make_user(post, area=area) for name, (post, area) in PEOPLE.items()}


def taken(matter: Matter, action: str, by, text="已核查。", version=None):
    version = matter.version if version is None else version
    return actions.take_step(matter=matter, action=MatterAction(action), version=version, text=text, by=by)


def test_every_step_of_everybody_is_as_the_table_says(people, write):
    """Every state, step and person; the rows are put back in between."""
    matter, wrong = write(people["author"], people["clerk"]), []
    for state in MatterState.values:
        for action in actions.STEPS:
            for name, person in people.items():
                Matter.objects.filter(pk=matter.pk).update(state=state)
                asked = Matter.objects.get(pk=matter.pk)
                offered = REMARKS.allows(action, asked, person)
                try:
                    taken(asked, action, person)
                    outcome = Matter.objects.get(pk=matter.pk).state
                except (PermissionDenied, Stale):
                    outcome = None
                if outcome != ALLOWED.get((state, action, name)) or offered != (outcome is not None):
                    wrong.append((state, str(action), name, outcome, offered))
    assert wrong == []


def test_documented_table_is_the_declared_one():
    page = (Path(__file__).parents[2] / "docs/supervision.md").read_text("utf-8")

    assert REMARKS.as_table() in page


def test_whole_life_is_sealed_and_told(people, write):
    matter = write(people["author"], people["clerk"])
    for action, name in (
        ("sign", "head"),
        ("report", "clerk"),
        ("send_back", "author"),
        ("report", "clerk"),
        ("close", "author"),
    ):
        taken(matter, action, people[name])

    assert [move.action for move in matter.moves.all()] == ["write", "sign", "report", "send_back", "report", "close"]
    assert AuditEntry.objects.filter(action__startswith="matter.").count() == 6
    leaves = Leaf.objects.filter(kind__in=[kind_of(model).kind for model in (Matter, MatterMove)])
    assert leaves.count() >= 7 and Leaf.objects.filter(kind="supervision.matterfigure").count() == 1
    with pytest.raises(Stale):
        taken(matter, "report", people["clerk"])


@pytest.mark.parametrize(
    ("action", "asked"), [("report", "请填写办理情况"), ("send_back", "请填写退回原因"), ("withdraw", "请填写撤回原因")]
)
def test_words_are_asked_for_and_not_too_many(people, write, action, asked):
    matter = write(people["author"], people["clerk"])
    taken(matter, "sign", people["clerk"])
    if action == "send_back":
        taken(matter, "report", people["clerk"])
    by = people["clerk" if action == "report" else "author"]

    with pytest.raises(Refused, match=asked):
        taken(matter, action, by, "  ")
    with pytest.raises(Refused, match="501 字，最多 500 字"):
        taken(matter, action, by, "字" * 501)


def test_successor_decides_once_the_author_has_left(people, write, make_user):
    matter = write(people["author"], people["clerk"])
    taken(matter, "sign", people["clerk"])
    taken(matter, "report", people["clerk"])
    User.objects.filter(pk=people["author"].pk).update(is_active=False)
    matter = Matter.objects.get(pk=matter.pk)

    assert not matter.is_decided_by(people["government"])
    assert taken(matter, "close", people["other_leader"]).to_state == "closed"


@pytest.mark.django_db(transaction=True)
def test_of_two_who_close_at_once_one_wins(people, write):
    """Two tabs of the author: the second is told who was faster."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one write at a time")
    matter = write(people["author"], people["clerk"])
    taken(matter, "sign", people["clerk"])
    taken(matter, "report", people["clerk"])
    version, gate, outcomes = matter.version, threading.Barrier(2), []

    def close(action):
        try:
            mine = Matter.objects.get(pk=matter.pk)
            gate.wait(10)
            taken(mine, action, people["author"], version=version)
            outcomes.append("done")
        except Stale:
            outcomes.append("stale")
        finally:
            connection.close()

    threads = [threading.Thread(target=close, args=[action]) for action in ("close", "send_back")]
    [thread.start() for thread in threads]
    [thread.join(30) for thread in threads]

    assert sorted(outcomes) == ["done", "stale"] and matter.moves.count() == 4
