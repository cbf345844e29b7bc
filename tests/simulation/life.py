"""A life: a year of the county, one seed each. People act by their tables and against them, faults strike, and after each step
all that must hold is asked.
"""

import random
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from django.conf import settings
from django.db import connection

from common.exceptions import Refused
from tests.simulation import faults, invariants, places
from tests.simulation.business import GO, REFUSE, RETURN, Business, Step
from tests.simulation.county import BEGINS, PEOPLE, QUARTERS
from tests.simulation.deeds import Portal, text_of
from tests.simulation.invariants import Violation

DAYS, STEPS = 365, 400
MANNERS = {"rule": ("pass", "pass", "pass_short", "pass_short", "return", "refuse"), "slip": ("too much", "blank"),
           "succeed": ("merge", "merge", "recode", "rename")}  # fmt: skip
FORWARD = {
    "open": 6, "round": 2, "fill": 8, "hand_up": 8, "sign": 8, "take": 5, "approve": 8, "pass": 8, "confirm": 8, "start": 8,
    "bring": 8, "report_up": 9, "send": 9, "take_report": 9, "rule": 9, "confirm_unit": 9, "compile": 9, "submit": 9,
    "notice": 9, "basis": 9, "decide": 12, "announce": 12, "award": 12, "propose": 3, "accept": 4, "settle": 9, "correct": 2,
    "succeed": 2, "undo": 3,
}  # fmt: skip
"""How eagerly a deed is done that may be done; others: 1."""
VERSIONED = {*RETURN} - {"fill", "slip"} | {
    "report_up",
    "send",
    "take_report",
    "rule",
    "confirm_unit",
    "submit",
    "notice",
}
TOLD_ON_REPEAT = {"start", "compile", "award", "accept", "turn_down", "take_back", "propose", "bring", "settle", "take",
                  "succeed", "undo", "place_elsewhere", "end_site"}  # fmt: skip
"""Sent again, these are told that it is done already; all others answer as they did."""
_OFFICES = (("clerk", "township_head"), ("reviewer", "bureau_head"), ("government",))
MISTAKES, STRUCK, STALE = 0.2, 0.2, 0.03


@dataclass
class Told:
    """What became of a life."""

    seed: int
    steps: list[Step] = field(default_factory=list)
    refused: int = 0
    struck: Counter = field(default_factory=Counter)
    ended: date | None = None
    violation: Violation | None = None

    @property
    def years(self) -> float:
        return (self.ended - BEGINS).days / DAYS if self.ended else 0.0


class Life:
    """One life in the place that is connected now."""

    def __init__(self, seed: int, stack: ExitStack) -> None:
        chance = random.Random(f"nature {seed}")
        self.told, self._stack = Told(seed), stack
        self.business = Business(chance.random() < 0.5, chance.random() < 0.8)
        settings.RETURNS_FOUR_EYES = self.business.four_eyes
        settings.INSPECTION_FOUR_EYES = self.business.unit_four_eyes
        settings.PORTAL_TODAY, settings.PLAN_FILE = BEGINS, invariants.plan_file(self.business.plan)
        self.portal, self.watch = Portal(self.business), invariants.Watch(self.business, seed)
        stack.enter_context(connection.execute_wrapper(self.watch.leaves))
        self._usual: dict[str, int] = {}

    # ------------------------------------------------ choosing

    def choose(self, chance: random.Random) -> Step:
        roll = chance.random()
        if roll < 0.02:
            return Step("reread", how=chance.choice(("ours", "hard", "lenient")))
        if roll < 0.026:
            return Step("restore")
        if roll < 0.29:
            return Step("wait", salt=chance.randint(2, 22))
        step = self._mistaken(chance) if chance.random() < MISTAKES else self._sensible(chance)
        if step is None:
            return Step("wait", salt=chance.randint(3, 20))
        if chance.random() < STRUCK:
            step = replace(step, fault=chance.choice(faults.FAULTS), where=chance.random())
        if step.deed in VERSIONED and not step.how and not step.fault and chance.random() < STALE:
            step = replace(step, how="stale")
        return step

    def _sensible(self, chance: random.Random) -> Step | None:
        """Something that may be done now, by somebody who may do it."""
        found: dict[str, list[Step]] = {}
        for deed, at in self.business.offers():
            who, how = chance.choice(list(PEOPLE)), chance.choice(MANNERS.get(deed, ("",)))
            for name in (who, *PEOPLE):
                step = Step(deed, name, at, how, chance.randrange(1000))
                if self.business.verdict(step) == GO:
                    found.setdefault(deed, []).append(step)
                    break
        found = {deed: [step for step in steps if self._is_news(step)] for deed, steps in found.items()}
        deeds = [deed for deed, steps in found.items() if steps]
        if not deeds:
            return None
        (deed,) = chance.choices(deeds, [FORWARD.get(deed, 1) for deed in deeds])
        return chance.choice(found[deed])

    def _is_news(self, step: Step) -> bool:
        """Nobody fills in what is filled in, or brings what is there."""
        if step.deed == "fill":
            filed = self.business.standing(*step.at)
            return not self.business.is_whole(filed) or filed.is_wrong or not self.business.is_explained(filed)
        if step.deed == "start":
            return True
        return not (step.deed == "bring" and self.business.reports[step.at[0]].has_evidence)

    def _mistaken(self, chance: random.Random) -> Step | None:
        """What may be done now, by a colleague or a neighbour of who may do it; or anything by anybody."""
        if chance.random() < 0.6 and (step := self._sensible(chance)):
            (colleagues,) = [posts for posts in _OFFICES if PEOPLE[step.who].post in posts]
            return replace(step, who=chance.choice([each.name for each in PEOPLE.values() if each.post in colleagues]))
        deed, at = chance.choice(list(self.business.offers()))
        how = chance.choice(MANNERS.get(deed, ("",)))
        return Step(deed, chance.choice(list(PEOPLE)), at, how, chance.randrange(1000))

    # ------------------------------------------------ doing

    def take(self, step: Step) -> None:
        """Do a step and ask for all that must hold; Violation when something does not."""
        if step.deed in ("wait", "reread", "restore"):
            self._of_nature(step)
        else:
            self._of_somebody(step)
        self.told.steps.append(step)
        self.watch.ask(step, self.portal.client)

    def _of_nature(self, step: Step) -> None:
        self.business.happen(step)
        settings.PORTAL_TODAY = self.business.today
        settings.PLAN_FILE = invariants.plan_file(self.business.plan)
        if step.deed == "restore":
            self._restored()

    def _restored(self) -> None:
        """The life goes on in a fresh place, into which the backup of the last one was put."""
        before = invariants.everything()
        try:
            restored = self._stack.enter_context(places.restored())
        except Refused as refusal:
            raise Violation("not restored", refusal) from refusal
        now = invariants.everything()
        found = {name for name in {*before, *now} if before.get(name) != now.get(name)}
        if found := sorted({*found, *restored.differing, *restored.manifest["missing"]}):
            raise Violation("restored otherwise than it was", found)

    def _of_somebody(self, step: Step) -> None:
        expected = REFUSE if step.how == "stale" else self.business.verdict(step)
        sends = self.portal.sends(step)
        before = self.watch.counted()
        went, answer = self._sent(step, sends, expected)
        if expected == REFUSE and went:
            raise Violation("went through though it must not", f"{step} → {answer.status_code}")
        if expected == GO and not went:
            raise Violation("refused though it may", f"{step} → {answer.status_code} {text_of(answer)}")
        if went:
            self.business.happen(step)
        else:
            self.told.refused += 1
            if (after := self.watch.counted()) != before:
                raise Violation("refused, and yet something is other", f"{step}: {before} → {after}")

    def _sent(self, step: Step, sends: list, expected: str) -> tuple[bool, object]:
        """Whether it went through in the end, and the last answer; whatever befell is made good as people do: sent again."""
        last = max(1, round(step.where * self._usual.get(step.deed, 40)))
        try:
            with faults.befalling(step.fault, last) as queries:
                answers = [send() for send in sends]
        except faults.Killed:
            self.told.struck[step.fault] += 1
            connection.close()
            return self._again(step, expected, None)
        if not step.fault:
            self._usual[step.deed] = queries.count
        self._whole(step, answers, queries.struck)
        if step.fault == faults.LOST:
            self.told.struck[step.fault] += 1
            return self._repeated(step, sends, answers)
        if queries.struck:
            self.told.struck[step.fault] += 1
            return self._again(step, expected, answers)
        return went_through(answers[-1]), answers[-1]

    def _whole(self, step: Step, answers: list, is_struck: bool) -> None:
        """No answer is a server's error but that which tells of the fault that struck."""
        for answer in answers:
            if answer.status_code >= 500 and not (is_struck and answer.status_code in (503, 507)):
                fault = answer.exc_info[1] if getattr(answer, "exc_info", None) else ""
                raise Violation("server error", f"{step} → {answer.status_code} {fault!r}")

    def _repeated(self, step: Step, sends: list, answers: list) -> tuple[bool, object]:
        """The answer was lost: the same is sent again, and has no second effect."""
        again = [send() for send in sends]
        self._whole(step, again, False)
        went = went_through(answers[-1])
        if went and not went_through(again[-1]) and step.deed not in TOLD_ON_REPEAT:
            raise Violation("sent again, another answer", f"{step} → {again[-1].status_code} {text_of(again[-1])}")
        return went, answers[-1]

    def _again(self, step: Step, expected: str, answers: list | None) -> tuple[bool, object]:
        """After a fault the step was done or not, never in part; not done, it is done now as if nothing had been."""
        if self.watch.settled(step, expected != REFUSE):
            return True, answers and answers[-1]
        sends = self.portal.sends(step)
        again = [send() for send in sends]
        self._whole(step, again, False)
        return went_through(again[-1]), again[-1]


def went_through(answer) -> bool:
    """A form that did something leads on; a message of cells is answered with 200."""
    is_json = answer.headers.get("Content-Type", "").startswith("application/json")
    return answer.status_code == 302 or (is_json and answer.status_code == 200)


def live(seed: int, var: Path) -> Told:
    """A whole life in a copy of the place that is connected, or until something does not hold."""
    chance = random.Random(seed)
    with ExitStack() as stack:
        stack.enter_context(places.copied(var))
        life = Life(seed, stack)
        while len(life.told.steps) < STEPS and (life.business.today - BEGINS).days < DAYS:
            if not _taken(life, life.choose(chance)):
                break
        else:
            _ended(life)
        life.told.ended = life.business.today
        return life.told


def _taken(life: Life, step: Step) -> bool:
    try:
        life.take(step)
    except Violation as violation:
        life.told.violation = violation
        if step not in life.told.steps[-1:]:
            life.told.steps.append(step)
    return life.told.violation is None


def _ended(life: Life) -> None:
    """At the end of a life everything is asked once more, of every quarter."""
    try:
        life.watch.chain()
        life.watch.verdicts(Step("end"), list(QUARTERS))
    except Violation as violation:
        life.told.violation = violation


# ------------------------------------------------ the shortest story


def again(seed: int, steps: Sequence[Step], var: Path) -> Told:
    """These steps alone, of which those are left out that have no thing any more to be done to."""
    with ExitStack() as stack:
        stack.enter_context(places.copied(var))
        life = Life(seed, stack)
        for step in steps:
            try:
                is_taken = _taken(life, step)
            except (LookupError, AttributeError, TypeError):
                continue
            if not is_taken:
                break
        else:
            _ended(life)
        return life.told


def shortest(told: Told, var: Path, most: int = 150) -> list[Step]:
    """The steps of a life that went wrong, less all those without which it goes wrong in the same way; so many trials at most."""
    steps, size = told.steps, max(1, len(told.steps) // 2)
    while size and most:
        start = 0
        while start < len(steps) and most:
            fewer = [*steps[:start], *steps[start + size :]]
            most -= 1
            found = again(told.seed, fewer, var)
            if found.violation and found.violation.kind == told.violation.kind:
                steps = found.steps
            else:
                start += size
        size //= 2
    return list(steps)


def story(seed: int, steps: Sequence[Step]) -> str:
    """What happened, a line a step, days told."""
    lines, day = [], BEGINS
    for step in steps:
        if step.deed == "wait":
            day = date.fromordinal(day.toordinal() + step.salt)
        else:
            lines.append(f"  {day} {step}")
    return "\n".join([f"seed {seed}, {len(lines)} steps:", *lines])
