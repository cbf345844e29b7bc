"""Random sequences of moves by random posts, against a table of what is legal that is written here anew.

The table below does not import the portal's own: it says by plain words who may do what from where, and
what becomes of the report, its two units and the submissions. Whatever it does not name must be refused,
and must change nothing.
"""

from types import SimpleNamespace

import hypothesis.strategies as st
import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from accounts.models import User
from common.exceptions import Refused
from inspection import compiling, examining, government, objections, reporting
from inspection.examining import Found, Ruling
from inspection.government import UnitDecision
from inspection.models import InspectionMove, Report, Submission, Unit, UnitObjection
from tests.inspection.conftest import COUNTY, COVERED, NOTICED_ON, ON, QUARTER, TEXTS, XINMA
from tests.inspection.conftest import Chain as Steps
from tests.inspection.making import bring

BUREAU, HEADS = {"reviewer", "second", "bureau_head", "second_head"}, {"bureau_head", "second_head"}
GOVERNMENT = {"government", "second_government"}
POSTS = ["clerk", "head", *sorted(BUREAU), *sorted(GOVERNMENT), "leader", "neighbour", "lead_unit"]

REPORT = {
    ("hand_up", "draft"): ("signing", {"clerk"}),
    ("hand_back", "signing"): ("draft", {"head"}),
    ("send", "signing"): ("submitted", {"head"}),
    ("withdraw", "signing"): ("draft", {"clerk", "head"}),
    ("withdraw", "submitted"): ("draft", {"clerk", "head"}),
    ("discard", "draft"): ("discarded", {"clerk", "head"}),
    ("take", "submitted"): ("examining", BUREAU),
    ("take", "examining"): ("examining", BUREAU),
}
WAY = (("clerk", "hand_up"), ("head", "send"), ("reviewer", "take"))
UNITS_FOLLOW = {
    ("send", "open"): "sent",
    ("withdraw", "sent"): "open",
    ("discard", "open"): "discarded",
}
RULINGS = {"pass": "passed", "return": "returned", "refuse": "refused"}
VETTED = {"pass": "vetted_pass", "return": "returned", "refuse": "vetted_refusal"}
SUBMISSION = {
    ("submit", "draft"): ("submitted", HEADS),
    ("recall", "submitted"): ("draft", HEADS),
    ("recall", "notice"): ("draft", HEADS),
    ("notice", "submitted"): ("notice", GOVERNMENT),
    ("abandon", "draft"): ("discarded", BUREAU),
    ("announce", "ratified"): ("announced", GOVERNMENT),
}
HANDS = {
    "hand_up": "proposing",
    "send": "signing",
    "take": "examining",
    "submit": "compiling",
    "recall": "compiling",
    "abandon": "compiling",
    "announce": "ratifying",
    "notice": "ratifying",
}
UNDECIDED = {"sent", "reopened", "vetted_pass", "vetted_refusal"}


class Chain(RuleBasedStateMachine):
    """``people`` and ``four_eyes`` are set by the test; each walk runs in a transaction that is rolled back."""

    people: SimpleNamespace
    four_eyes = False
    seen: set[str]

    @initialize(far=st.integers(0, 3))
    def begin(self, far=0):
        """A walk from the first step alone would seldom come far."""
        self.undo = transaction.atomic()
        self.undo.__enter__()
        clerk = self.people.clerk
        self.pk = reporting.start(township=clerk.area, quarter=QUARTER, codes=[COVERED, XINMA], on=ON, by=clerk).pk
        self.chain = Steps(self.people)
        User.objects.filter(pk=self.people.bureau_head.pk).update(phone="0763-3366001")
        bring(Report.objects.get(pk=self.pk), clerk)
        self.report, self.taker = "draft", None
        self.units = {unit.pk: "open" for unit in Unit.objects.filter(report=self.pk)}
        self.submissions: dict[int, str] = {}
        self.compilers: dict[int, str] = {}
        self.held: dict[int, int] = {}
        self.listed: dict[int, set[int]] = {}
        self.batches: dict[int, int] = {}
        self.held_against: dict[int, list[str]] = {}
        self.done = {("clerk", "proposing", "report")}
        self.moves = InspectionMove.objects.count()
        for post, action in WAY[:far]:
            self.move_report(post, action)

    def teardown(self):
        if hasattr(self, "undo"):
            transaction.set_rollback(True)
            self.undo.__exit__(None, None, None)

    # ------------------------------------------------------------ the walk

    def attempt(self, is_legal: bool, deed) -> None:
        """Do it; what is not legal must be refused, and nothing may differ afterwards."""
        try:
            with transaction.atomic():
                deed()
        except (Refused, PermissionDenied) as refusal:
            assert not is_legal, f"refused though legal: {refusal}"
        else:
            assert is_legal, "went through though not legal"

    def is_free(self, post, hand, pks) -> bool:
        """Nobody acts twice: whether whoever holds the post had no other hand in the way of these units."""
        ways = {"report", *(("unit", pk) for pk in pks)}
        ways |= {("submission", which) for which, listed in self.listed.items() if listed & set(pks)}
        return all(who != post or other == hand or of not in ways for who, other, of in self.done)

    def settle(self) -> None:
        """What the database says is what this table says, and every change left a row."""
        assert Report.objects.get(pk=self.pk).state == self.report
        self.seen |= {self.report, *self.units.values(), *self.submissions.values()}
        assert dict(Unit.objects.values_list("pk", "state")) == self.units
        assert dict(Submission.objects.values_list("pk", "state")) == self.submissions
        moves = InspectionMove.objects.count()
        assert moves >= self.moves
        self.moves = moves

    @rule(
        post=st.sampled_from(POSTS),
        action=st.sampled_from(["hand_up", "hand_back", "send", "withdraw", "discard", "take"]),
    )
    def move_report(self, post, action):
        target, posts = REPORT.get((action, self.report), (None, set()))
        is_legal = post in posts and not (action == "take" and self.report == "examining" and self.taker == post)
        if action in HANDS:
            asked = {pk for pk, state in self.units.items() if action != "take" or state in UNDECIDED}
            is_legal = is_legal and self.is_free(post, HANDS[action], asked)
        self.attempt(is_legal, lambda: self._move_report(action, self.people.__dict__[post]))
        if is_legal:
            self.report = target
            if action in ("hand_up", "send"):
                self.done.add((post, HANDS[action], "report"))
            self.taker = post if action == "take" else self.taker
            self.units = {pk: UNITS_FOLLOW.get((action, state), state) for pk, state in self.units.items()}
        self.settle()

    def _move_report(self, action, by):
        report = Report.objects.get(pk=self.pk)
        given = {"report": report, "version": report.version, "by": by}
        if action == "take":
            return examining.take(**given)
        more = {
            "hand_up": {"texts": TEXTS},
            "hand_back": {"reason": "改"},
            "discard": {"reason": "撤"},
            "send": {"on": ON},
        }
        return getattr(reporting, action)(**given, **more.get(action, {}))

    @rule(post=st.sampled_from(POSTS), action=st.sampled_from(sorted(RULINGS)), which=st.integers(0, 1))
    def rule_unit(self, post, action, which):
        pk = sorted(self.units)[which]
        may = post in BUREAU and post == self.taker and self.report == "examining"
        is_legal = may and self.units[pk] in {"sent", "reopened"} and self.is_free(post, "examining", {pk})
        is_legal = is_legal and (action != "pass" or "raised" not in self.held_against.get(pk, []))
        unit = Unit.objects.select_related("report", "frozen").get(pk=pk)
        found = {row["key"]: Found("met") for row in unit.frozen.said["criteria"]}
        ruling = Ruling(action, found, "" if action == "pass" else "理由")
        by = self.people.__dict__[post]
        self.attempt(
            is_legal, lambda: examining.rule(unit=unit, version=unit.version, ruling=_as_action(ruling), by=by)
        )
        if is_legal:
            self.units[pk] = (VETTED if self.four_eyes else RULINGS)[action]
            self.done.add((post, "examining", ("unit", pk)))
            self.conclude()
        self.settle()

    def conclude(self):
        if not set(self.units.values()) & UNDECIDED:
            self.report = "decided"

    @rule(post=st.sampled_from(POSTS), agrees=st.booleans(), which=st.integers(0, 1))
    def confirm(self, post, agrees, which):
        pk = sorted(self.units)[which]
        vetted = {"vetted_pass": "passed", "vetted_refusal": "refused"}.get(self.units[pk])
        is_legal = vetted is not None and post in HEADS and self.is_free(post, "confirming", {pk})
        unit, by = Unit.objects.select_related("report").get(pk=pk), self.people.__dict__[post]
        given = {"unit": unit, "version": unit.version, "by": by}
        if agrees:
            self.attempt(is_legal, lambda: examining.confirm(**given))
        else:
            self.attempt(is_legal, lambda: examining.overrule(**given, reason="再看"))
        if is_legal:
            self.units[pk] = vetted if agrees else "sent"
            self.done.add((post, "confirming", ("unit", pk)))
            self.conclude()
        self.settle()

    @rule(post=st.sampled_from(POSTS), wanted=st.sets(st.integers(0, 1), min_size=1))
    def compile(self, post, wanted):
        pks = [sorted(self.units)[index] for index in wanted]
        is_legal = post in BUREAU and all(self.units[pk] == "passed" for pk in pks)
        is_legal = is_legal and self.is_free(post, "compiling", pks)
        units = list(Unit.objects.filter(pk__in=pks).select_related("report", "area"))
        by = self.people.__dict__[post]
        self.attempt(is_legal, lambda: compiling.compile_(county=COUNTY, units=units, by=by))
        if is_legal:
            new = Submission.objects.latest("pk").pk
            self.submissions[new], self.listed[new], self.compilers[new] = "draft", set(pks), post
            for pk in pks:
                self.units[pk], self.held[pk] = "compiled", new
                self.done.add((post, "compiling", ("unit", pk)))
        self.settle()

    @rule(
        post=st.sampled_from(POSTS),
        action=st.sampled_from(["submit", "recall", "abandon", "notice", "announce"]),
        data=st.data(),
    )
    def move_submission(self, post, action, data):
        if not self.submissions:
            return
        pk = data.draw(st.sampled_from(sorted(self.submissions)))
        target, posts = SUBMISSION.get((action, self.submissions[pk]), (None, set()))
        inside = {unit for unit in self.listed[pk] if self.held.get(unit) == pk or self.batches.get(unit) == pk}
        is_legal = post in posts and self.is_free(post, HANDS[action], inside)
        is_legal = is_legal and (action != "submit" or post != self.compilers[pk])
        submission, by = Submission.objects.get(pk=pk), self.people.__dict__[post]
        given = {"submission": submission, "version": submission.version, "by": by}
        days = {"submit": ON, "announce": ON, "notice": NOTICED_ON}
        more = {"on": days[action]} if action in days else {"reason": "改"}
        module = government if action in ("announce", "notice") else compiling
        self.attempt(is_legal, lambda: getattr(module, action)(**given, **more))
        if is_legal:
            self.submissions[pk] = target
            self.done.add((post, HANDS[action], ("submission", pk)))
            if action == "abandon":
                self.release(pk, "passed")
                self.done |= {(post, "compiling", ("unit", unit)) for unit in self.listed[pk]}
                self.listed[pk] = set()
        self.settle()

    def release(self, submission, state):
        for pk in [pk for pk, held in self.held.items() if held == submission]:
            self.units[pk] = state
            del self.held[pk]

    @rule(post=st.sampled_from(POSTS), returned=st.sets(st.integers(0, 1)), data=st.data())
    def decide(self, post, returned, data):
        if not self.submissions:
            return
        pk = data.draw(st.sampled_from(sorted(self.submissions)))
        inside = sorted(unit for unit, held in self.held.items() if held == pk)
        sent_down = {unit for index, unit in enumerate(inside) if index in returned}
        stands = ("notice",) if sent_down != set(inside) else ("submitted", "notice")
        is_legal = post in GOVERNMENT and self.submissions[pk] in stands
        is_legal = is_legal and self.is_free(post, "ratifying", inside)
        is_legal = is_legal and all(
            set(self.held_against.get(unit, [])) <= {"settled"} for unit in set(inside) - sent_down
        )
        verdicts = {
            unit: UnitDecision("returned", "补", "other") if unit in sent_down else UnitDecision("ratified")
            for unit in inside
        }
        submission, by = Submission.objects.get(pk=pk), self.people.__dict__[post]
        given = {"submission": submission, "version": submission.version, "verdicts": verdicts, "on": ON, "by": by}
        if self.submissions[pk] in stands:
            self.chain.grounded(submission)
        self.attempt(is_legal, lambda: government.decide(**given))
        if is_legal:
            self.submissions[pk] = "turned_down" if sent_down == set(inside) else "ratified"
            self.done.add((post, "ratifying", ("submission", pk)))
            self.held_against |= {unit: [*self.held_against.get(unit, []), "raised"] for unit in sent_down}
            for unit in inside:
                self.units[unit] = "reopened" if unit in sent_down else "ratified"
                del self.held[unit]
                self.batches |= {} if unit in sent_down else {unit: pk}
            if sent_down and self.report == "decided":
                self.report = "examining"
        self.settle()

    @rule(post=st.sampled_from(POSTS), settles=st.booleans(), which=st.integers(0, 1))
    def answer_objection(self, post, settles, which):
        """What the government sent a unit down for is answered by the bureau, and settled by the government."""
        pk = sorted(self.units)[which]
        places = [place for place, where in enumerate(self.held_against.get(pk, [])) if where != "settled"]
        if not places or self.units[pk] in ("returned", "refused", "ended"):
            return
        where = self.held_against[pk][places[0]]
        is_legal = where == "replied" and post in GOVERNMENT if settles else post in BUREAU
        is_legal = is_legal and self.is_free(post, "ratifying" if settles else "examining", {pk})
        objection, by = UnitObjection.objects.filter(unit=pk)[places[0]], self.people.__dict__[post]
        given = {"objection": objection, "by": by}
        if settles:
            self.attempt(is_legal, lambda: objections.settle(**given, word="同意"))
        else:
            self.attempt(is_legal, lambda: objections.reply(**given, text="已核"))
        if is_legal:
            self.held_against[pk][places[0]] = "settled" if settles else "replied"
        self.settle()

    @rule(post=st.sampled_from(POSTS), which=st.integers(0, 1))
    def end_title(self, post, which):
        pk = sorted(self.units)[which]
        is_legal = post in GOVERNMENT and self.units[pk] == "ratified"
        unit, by = Unit.objects.get(pk=pk), self.people.__dict__[post]
        self.attempt(is_legal, lambda: government.end_title(unit=unit, reason="复核不合格", by=by))
        if is_legal:
            self.units[pk] = "ended"
        self.settle()


def _as_action(ruling: Ruling) -> Ruling:
    from inspection.vocabulary import InspectionAction

    return Ruling(InspectionAction(ruling.action), ruling.found, ruling.text)


@pytest.mark.parametrize("four_eyes", [False, True])
def test_random_walks_take_legal_moves_and_no_others(people, settings, four_eyes):
    settings.INSPECTION_FOUR_EYES = four_eyes
    machine = type("Walk", (Chain,), {"people": people, "four_eyes": four_eyes, "seen": set()})
    run_state_machine_as_test(machine, settings=WALKS)
    assert machine.seen >= {"draft", "signing", "submitted", "examining", "open", "sent"}


WALKS = settings(
    max_examples=25,
    stateful_step_count=40,
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.parametrize("four_eyes", [False, True])
def test_a_walk_reaches_every_end(people, settings, four_eyes):
    """The machine is no idle one: a straight walk by its own rules ends ratified, announced and ended."""
    settings.INSPECTION_FOUR_EYES = four_eyes
    walk = type("Straight", (Chain,), {"people": people, "four_eyes": four_eyes, "seen": set()})()
    walk.begin()
    for post, action in WAY:
        walk.move_report(post, action)
    for which in (0, 1):
        walk.rule_unit("reviewer", "pass", which)
        walk.confirm("bureau_head", True, which)
    walk.compile("second", {0, 1})
    (submission,) = walk.submissions
    draw = SimpleNamespace(draw=lambda strategy: submission)
    walk.move_submission("second_head", "submit", draw)
    walk.move_submission("government", "notice", draw)
    walk.decide("government", {1}, draw)
    walk.move_submission("government", "announce", draw)
    walk.end_title("government", 0)
    assert sorted(walk.units.values()) == ["ended", "reopened"] and walk.report == "examining"
    walk.rule_unit("reviewer", "pass", 1)
    walk.answer_objection("reviewer", False, 1)
    walk.rule_unit("reviewer", "pass", 1)
    walk.confirm("bureau_head", True, 1)
    walk.compile("second", {1})
    again = SimpleNamespace(draw=lambda strategy: max(walk.submissions))
    walk.move_submission("second_head", "submit", again)
    walk.move_submission("government", "notice", again)
    walk.decide("government", set(), again)
    walk.answer_objection("government", True, 1)
    walk.decide("government", set(), again)
    assert sorted(walk.units.values()) == ["ended", "ratified"]
    walk.teardown()


def test_a_walk_may_end_at_its_first_step(people):
    walk = type("Short", (Chain,), {"people": people, "seen": set()})()
    walk.begin()
    walk.move_report("reviewer", "discard")
    assert walk.report == "draft"
    walk.move_report("clerk", "discard")
    assert walk.report == "discarded" and set(walk.units.values()) == {"discarded"}
    walk.move_report("clerk", "hand_up")
    assert walk.report == "discarded"
    walk.teardown()
