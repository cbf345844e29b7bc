"""Ten people decide at once on one thing, each by the form that she opened before: exactly one decision is taken.

A scene is the way of a life to the thing that is decided on; it is gone once, and each race runs in a copy of where it led.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection

from tests.simulation import invariants, places
from tests.simulation.business import GO, Business, Step
from tests.simulation.county import BEGINS, TOWNS, VILLAGES, leaves
from tests.simulation.deeds import Portal, Send
from tests.simulation.life import went_through

TOWN, RIVALS = TOWNS[0], 10
AT = (TOWN, "2018Q2")
LEAF = leaves(VILLAGES[TOWN][1])[0]
SITE = f"S{LEAF}"


def _way(*said: tuple) -> list[Step]:
    return [Step(who=who, deed=deed, at=at, how=how, salt=salt) for who, deed, at, how, salt in said]


_FILLED = _way(("", "wait", (), "", 90), ("clerk1", "open", AT, "", 0), ("clerk1", "fill", AT, "", 5))
_SIGNED = [*_FILLED, *_way(("clerk1", "hand_up", AT, "", 0), ("mayor1", "sign", AT, "", 0))]
_DRAFTED = _way(("clerk1", "start", (TOWN, "2018Q1", LEAF), "", 0), ("clerk1", "bring", (0,), "", 0))
_SENT = [*_DRAFTED, *_way(("clerk1", "report_up", (0,), "", 0), ("mayor1", "send", (0,), "", 0))]
_RULED = [*_SENT, *_way(("reviewer1", "take_report", (0,), "", 0), ("reviewer1", "rule", (LEAF,), "pass", 0))]
_COMPILED = [*_RULED, *_way(("chief1", "confirm_unit", (LEAF,), "", 0), ("reviewer2", "compile", (LEAF,), "", 0))]
_NOTICED = [*_COMPILED, *_way(("chief2", "submit", (0,), "", 0), ("office1", "notice", (0,), "", 0))]
_HEARD = [*_NOTICED, *_way(("office1", "basis", (0,), "", 0), ("", "wait", (), "", 12))]
_RATIFIED = [*_HEARD, *_way(("office1", "decide", (0,), "", 0))]
_ANNOUNCED = [*_RATIFIED, *_way(("office2", "announce", (0,), "", 0))]
_PROPOSED = _way(("clerk1", "propose", ("sites", SITE), "", 7))


@dataclass(frozen=True)
class Scene:
    """A way, and what the rivals do at its end: who and which deed, in turn, until there are ten."""

    way: list[Step]
    rivals: list[Step]
    four_eyes: bool = False


SCENES = {
    "hand up": Scene(_FILLED, _way(("clerk1", "hand_up", AT, "", 0), ("colleague1", "hand_up", AT, "", 0))),
    "sign or give back": Scene(_SIGNED[:-1], _way(("mayor1", "sign", AT, "", 0), ("mayor1", "hand_back", AT, "", 0))),
    "withdraw or sign": Scene(_SIGNED[:-1], _way(("clerk1", "withdraw", AT, "", 0), ("mayor1", "sign", AT, "", 0))),
    "approve or send back": Scene(
        _SIGNED, _way(*((who, deed, AT, "", 0) for who, deed in (("reviewer1", "approve"), ("reviewer2", "send_back"),
        ("chief1", "approve"), ("chief2", "send_back"), ("chief3", "approve"))))),
    "confirm or overrule": Scene(
        [*_SIGNED, *_way(("reviewer1", "pass", AT, "", 0))],
        _way(*((who, deed, AT, "", 0) for who, deed in (("chief1", "confirm"), ("chief2", "overrule"), ("chief3", "confirm")))),
        four_eyes=True),
    "send a report": Scene(_SENT[:-1], _way(("mayor1", "send", (0,), "", 0), ("clerk1", "recall_report", (0,), "", 0))),
    "pass or return a unit": Scene(
        _RULED[:-1], _way(("reviewer1", "rule", (LEAF,), "pass", 0), ("reviewer1", "rule", (LEAF,), "return", 0))),
    "confirm a unit": Scene(
        _RULED, _way(*((who, deed, (LEAF,), "", 0) for who, deed in (("chief1", "confirm_unit"), ("chief2", "overrule_unit"),
        ("chief3", "confirm_unit"))))),
    "compile": Scene(_COMPILED[:-1], _way(*((who, "compile", (LEAF,), "", 0) for who in ("reviewer2", "chief2", "chief3")))),
    "submit": Scene(_COMPILED, _way(*((who, "submit", (0,), "", 0) for who in ("chief2", "chief3")))),
    "ratify": Scene(_HEARD, _way(*((who, "decide", (0,), "", 0) for who in ("office1", "office2", "office3")))),
    "announce": Scene(_RATIFIED, _way(*((who, "announce", (0,), "", 0) for who in ("office1", "office2", "office3")))),
    "award": Scene(_ANNOUNCED, _way(*((who, "award", (LEAF,), "", 0) for who in ("office3", "chief3")))),
    "propose": Scene([], _way(("clerk1", "propose", ("sites", SITE), "", 7))),
    "accept or refuse": Scene(
        _PROPOSED, _way(*((who, deed, (SITE,), "", 0) for who, deed in (("reviewer1", "accept"), ("reviewer2", "turn_down"),
        ("chief1", "accept"), ("chief2", "turn_down"), ("clerk1", "take_back"))))),
}  # fmt: skip


@contextmanager
def standing(scene: Scene, var: Path) -> Iterator[tuple[Business, Path]]:
    """Inside, a place in which the scene's way has been gone."""
    business = Business(scene.four_eyes, True)
    settings.RETURNS_FOUR_EYES, settings.INSPECTION_FOUR_EYES = scene.four_eyes, True
    settings.PORTAL_TODAY, settings.PLAN_FILE = BEGINS, invariants.plan_file("ours")
    with places.copied(var) as own:
        portal = Portal(business)
        for step in scene.way:
            _go(portal, business, step)
        yield business, own


def _go(portal: Portal, business: Business, step: Step) -> None:
    if step.deed == "wait":
        business.happen(step)
        settings.PORTAL_TODAY = business.today
        return
    assert business.verdict(step) == GO, step
    answers = [send() for send in portal.sends(step)]
    assert went_through(answers[-1]), (step, answers[-1].status_code)
    business.happen(step)


def race(scene: Scene, business: Business, var: Path) -> list[str]:
    """Ten at once in a copy of the place; what was wrong with what came of it."""
    with places.copied(var):
        rivals = [scene.rivals[number % len(scene.rivals)] for number in range(RIVALS)]
        opened = invariants.after(business, Step("wait", salt=0))
        sends = [Portal(opened).sends(step)[-1] for step in rivals]
        before = invariants.decisions()
        answers = at_once(sends)
        settings.PORTAL_TODAY = business.today
        return list(_wrong(business, rivals, answers, before))


def at_once(sends: list[Send]) -> list:
    """What is answered to forms that are sent at the same moment."""
    gate, answers = threading.Barrier(len(sends)), [None] * len(sends)

    def run(number: int) -> None:
        try:
            gate.wait()
            answers[number] = sends[number]()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(sends))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def _wrong(business: Business, rivals: list[Step], answers: list, before: int) -> Iterator[str]:
    statuses = [getattr(answer, "status_code", 0) for answer in answers]
    if any(status == 0 or status >= 500 for status in statuses):
        yield f"answers {statuses}"
    legal = [step for step in {str(step): step for step in rivals}.values() if business.verdict(step) == GO]
    came = [step for step in legal if not list(invariants.differences(invariants.after(business, step)))]
    if not came:
        yield f"no single decision leads here: {list(invariants.differences(business))}, answers {statuses}"
    if (made := invariants.decisions() - before) != 1:
        yield f"{made} decisions, answers {statuses}"
    if found := invariants.torn() + invariants.twice():
        yield f"{found}"
