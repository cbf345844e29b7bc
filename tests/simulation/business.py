"""The business as docs/returns.md, docs/acceptance-chain.md, docs/certificates.md and the plan tell it: nothing here is read off the code.

It knows what every return, report, unit and submission must be, who may do what with it, which facts hold, and what the
plan makes of them (``tests/reference``). ``verdict`` says of a step whether it must go, must be refused, or may do either
where the documents leave it open; ``happen`` does it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction

from tests.reference import days
from tests.reference.evaluate import outcome, reference
from tests.reference.model import FIGURES, Plan, World
from tests.simulation.county import BEGINS, COUNTY, PEOPLE, QUARTERS, TOWNS, VILLAGES, facts, leaves, sound, written

GO, REFUSE, EITHER = "go", "refuse", "either"

CLERK, HEAD = {"clerk"}, {"township_head"}
TOWNSHIP, BUREAU, CHIEFS, GOVERNMENT = CLERK | HEAD, {"reviewer", "bureau_head"}, {"bureau_head"}, {"government"}
PLANS = {
    "ours": Plan(),
    "hard": Plan(penetration_role="hard"),
    "lenient": Plan(on_time_share=Fraction(4, 5), expansion_then_installation=True),
}
"""Readings of the plan that a life may come under."""

RETURN = {
    "fill": (("draft", "returned"), None, CLERK),
    "slip": (("draft", "returned"), None, CLERK),
    "hand_up": (("draft", "returned"), "signing", CLERK),
    "hand_back": (("signing",), "draft", HEAD),
    "sign": (("signing",), "submitted", HEAD),
    "withdraw": (("signing", "submitted"), "draft", TOWNSHIP),
    "take": (("submitted", "reviewing"), "reviewing", BUREAU),
    "approve": (("submitted", "reviewing"), "approved", BUREAU),
    "pass": (("submitted", "reviewing"), "passed", BUREAU),
    "confirm": (("passed",), "approved", CHIEFS),
    "overrule": (("passed",), "submitted", CHIEFS),
    "send_back": (("submitted", "reviewing"), "returned", BUREAU),
    "correct": (("approved",), None, TOWNSHIP),
    "discard": (("draft", "returned"), "discarded", TOWNSHIP),
}
"""docs/returns.md: from, to (None: as it was), posts."""
REPORT = {
    "report_up": (("draft",), "signing", CLERK),
    "report_back": (("signing",), "draft", HEAD),
    "send": (("signing",), "submitted", HEAD),
    "recall_report": (("signing", "submitted"), "draft", TOWNSHIP),
    "drop_report": (("draft",), "discarded", TOWNSHIP),
    "take_report": (("submitted", "examining"), "examining", BUREAU),
}
UNITS_FOLLOW = {("send", "open"): "sent", ("recall_report", "sent"): "open", ("drop_report", "open"): "discarded"}
RULINGS = {
    True: {"pass": "vetted_pass", "pass_short": "vetted_pass", "refuse": "vetted_refusal", "return": "returned"},
    False: {"pass": "passed", "pass_short": "passed", "refuse": "refused", "return": "returned"},
}
"""Whether four eyes are asked for: what a ruling makes of a unit."""
SUBMISSION = {
    "submit": (("draft",), "submitted", CHIEFS),
    "recall": (("submitted", "notice"), "draft", CHIEFS),
    "notice": (("submitted",), "notice", GOVERNMENT),
    "decide": (("notice",), "ratified", GOVERNMENT),
    "announce": (("ratified",), "announced", GOVERNMENT),
}
PUBLIC_DAYS = 5
HAND = {
    "report_up": "proposing", "send": "signing", "take_report": "examining", "rule": "examining", "settle": "examining",
    "confirm_unit": "confirming", "overrule_unit": "confirming", "compile": "compiling", "submit": "compiling",
    "recall": "compiling", "notice": "ratifying", "decide": "ratifying", "announce": "ratifying", "award": "awarding",
}  # fmt: skip
"""Over a unit's whole way a person acts in at most one of these."""
_COUNTS = {"approved": ("approved",), "reported": ("submitted", "reviewing", "passed", "approved")}
"""Whose figures count under a basis, the first first."""
LIVE = {"open", "sent", "vetted_pass", "vetted_refusal", "passed", "compiled", "ratified"}
UNDECIDED = {"sent", "vetted_pass", "vetted_refusal"}


@dataclass(frozen=True)
class Step:
    """Who does what with what; ``at`` names the thing, ``how`` the manner, ``fault`` what befalls the process meanwhile."""

    deed: str
    who: str = ""
    at: tuple = ()
    how: str = ""
    salt: int = 0
    fault: str = ""
    where: float = 0.0

    def __str__(self) -> str:
        said = " ".join(filter(None, (self.who, self.deed, *map(str, self.at), self.how)))
        return f"{said} [{self.fault}]" if self.fault else said


@dataclass
class Filed:
    """A revision of a return."""

    town: str
    period: str
    revision: int = 1
    state: str = "draft"
    figures: dict[str, dict[str, int | None]] = field(default_factory=dict)
    explained: set[str] = field(default_factory=set)
    taker: str = ""
    passer: str = ""
    is_opened: bool = False
    was_sent_back: bool = False
    corrects: "Filed | None" = None

    @property
    def is_whole(self) -> bool:
        return all(value is not None for row in self.figures.values() for value in row.values())

    @property
    def is_wrong(self) -> bool:
        """Whether a row breaks a hard check: a part above its whole."""
        pairs = ((1, 0), (2, 1), (4, 3))
        rows = [list(row.values()) for row in self.figures.values()]
        known = [(row[part], row[whole]) for row in rows for part, whole in pairs]
        return any(part is not None and whole is not None and part > whole for part, whole in known)


@dataclass
class Reported:
    """A self-inspection report; ``hands`` are those over all of its units."""

    town: str
    period: str
    state: str = "draft"
    taker: str = ""
    has_evidence: bool = False
    plan: str = "ours"
    hands: set[tuple[str, str]] = field(default_factory=set)
    follows: set[int] = field(default_factory=set)


@dataclass
class Applied:
    """A unit of a report: an area that asks for its title."""

    code: str
    report: int
    reference: str
    state: str = "open"
    submission: int | None = None
    is_awarded: bool = False
    hands: set[tuple[str, str]] = field(default_factory=set)


@dataclass
class Listed:
    """A submission to the government."""

    units: list[int]
    compiler: str
    state: str = "draft"
    until: date | None = None
    has_basis: bool = False
    hands: set[tuple[str, str]] = field(default_factory=set)


@dataclass
class Asked:
    """A proposal to the register: of one thing other values."""

    table: str
    key: str
    values: dict[str, str]
    by: str
    state: str = "open"


class Business:
    """Everything that must be true, and what may be done next."""

    def __init__(self, four_eyes: bool, unit_four_eyes: bool) -> None:
        self.four_eyes, self.unit_four_eyes = four_eyes, unit_four_eyes
        self.today, self.plan = BEGINS, "ours"
        self.facts = facts()
        self.rounds: dict[str, date] = {}
        self.returns: list[Filed] = []
        self.hands: dict[tuple[str, str], set[str]] = {}
        self.reports: list[Reported] = []
        self.units: list[Applied] = []
        self.submissions: list[Listed] = []
        self.proposals: list[Asked] = []
        self.objections: dict[str, list[str]] = {}
        self._worlds: dict[str, World] = {}
        for town in TOWNS:
            imported = Filed(town, "2018Q1", state="approved")
            imported.figures = {village: sound(village, 0) for village in VILLAGES[town]}
            self.returns.append(imported)

    # ------------------------------------------------ what is true

    def world(self, basis: str = "approved") -> World:
        """The facts as the reference reads them under a basis; a signed correction counts before what it corrects."""
        if basis not in self._worlds:
            package = dict(self.facts)
            package["returns"] = [
                {"period": each.period, "area_code": village, "status": status, **written(figures)}
                for each, status in self._usable(_COUNTS[basis])
                for village, figures in each.figures.items()
            ]
            self._worlds[basis] = World(package, PLANS[self.plan])
        return self._worlds[basis]

    def _usable(self, states: tuple[str, ...]) -> Iterator[tuple[Filed, str]]:
        """The revisions whose figures count: of each town and quarter the first of these states that there is."""
        for town in TOWNS:
            for period in QUARTERS:
                found = {each.state: each for each in self.returns if (each.town, each.period) == (town, period)}
                for state in states:
                    if state in found:
                        yield found[state], "approved" if state == "approved" else "submitted"
                        break

    def turned(self) -> None:
        """A fact is another now."""
        self._worlds = {}

    def outcome(self, code: str, period: str) -> str:
        world = self.world().as_of(days.last_day(period))
        return outcome(world, world.areas[code], period, "approved")

    def reference(self, code: str, period: str) -> str:
        world = self.world().as_of(days.last_day(period))
        return reference(world, world.areas[code], period, "approved")

    def standing(self, town: str, period: str) -> Filed | None:
        """The latest revision that was not given up."""
        found = [each for each in self.returns if (each.town, each.period) == (town, period)]
        return next((each for each in reversed(found) if each.state != "discarded"), None)

    def titles(self) -> dict[str, str]:
        """How far each area is on its way to its title: proposed, passed, ratified, awarded."""
        words = {"passed": "passed", "compiled": "passed", "ratified": "ratified"}
        return {
            each.code: "awarded" if each.is_awarded else words.get(each.state, "proposed")
            for each in self.units
            if each.state in LIVE
        }

    # ------------------------------------------------ who may do what

    def verdict(self, step: Step) -> str:
        """Whether the step must go, must be refused, or may do either."""
        for table, judge in ((RETURN, self._of_return), (REPORT, self._of_report), (SUBMISSION, self._of_submission)):
            if step.deed in table:
                return judge(step)
        return getattr(self, f"_of_{step.deed}")(step)

    def _post(self, step: Step) -> str:
        return PEOPLE[step.who].post

    def _is_in(self, step: Step, town: str) -> bool:
        return PEOPLE[step.who].place in (town, COUNTY)

    def _of_return(self, step: Step) -> str:
        filed, (sources, _, posts) = self.standing(*step.at), RETURN[step.deed]
        if (
            filed is None
            or filed.state not in sources
            or self._post(step) not in posts
            or not self._is_in(step, filed.town)
        ):
            return REFUSE
        return {
            "fill": self._of_entry, "slip": self._of_entry, "hand_up": self._of_handing_up,
            "withdraw": lambda step, filed: REFUSE if filed.state == "submitted" and filed.is_opened else GO,
            "take": lambda step, filed: self._unless(filed.state == "reviewing" and filed.taker == step.who),
            "approve": lambda step, filed: self._of_review(step, filed, not self.four_eyes),
            "pass": lambda step, filed: self._of_review(step, filed, self.four_eyes),
            "send_back": lambda step, filed: self._of_review(step, filed, True),
            "confirm": lambda step, filed: self._unless(filed.passer == step.who),
            "correct": lambda step, filed: GO,
            "discard": lambda step, filed: self._unless(filed.corrects is None),
            "sign": lambda step, filed: self._unless(filed.is_wrong or not filed.is_whole),
        }.get(step.deed, lambda step, filed: GO)(step, filed)  # fmt: skip

    @staticmethod
    def _unless(barred: bool) -> str:
        return REFUSE if barred else GO

    def _is_over(self, filed: Filed) -> bool:
        """After the due date entry is locked, but what came back and corrections."""
        due = self.rounds.get(filed.period)
        is_first = filed.corrects is None and filed.state != "returned" and not filed.was_sent_back
        return due is not None and self.today > due and is_first

    def _of_entry(self, step: Step, filed: Filed) -> str:
        return self._unless(self._is_over(filed))

    def _of_handing_up(self, step: Step, filed: Filed) -> str:
        if self._is_over(filed) or filed.is_wrong or not filed.is_whole:
            return REFUSE
        return GO if filed.explained == set(filed.figures) else EITHER

    def _of_review(self, step: Step, filed: Filed, is_there: bool) -> str:
        is_anothers = filed.state == "reviewing" and filed.taker != step.who
        return self._unless(not is_there or is_anothers)

    def _of_open(self, step: Step) -> str:
        _, period = step.at
        if self._post(step) not in CLERK or days.first_day(period) > self.today:
            return REFUSE
        is_over = period in self.rounds and self.today > self.rounds[period]
        return self._unless(is_over and self.standing(PEOPLE[step.who].place, period) is None)

    def _of_round(self, step: Step) -> str:
        (period,) = step.at
        if self._post(step) not in BUREAU:
            return REFUSE
        return self._unless(days.last_day(period) >= self.today)

    # ------------------------------------------------ reports and their units

    def unit(self, code: str) -> Applied | None:
        """The unit that is under way for the area."""
        return next((each for each in reversed(self.units) if each.code == code and each.state in LIVE), None)

    def latest(self, code: str) -> Applied | None:
        return next((each for each in reversed(self.units) if each.code == code), None)

    def inside(self, report: int) -> list[Applied]:
        return [each for each in self.units if each.report == report and each.state != "discarded"]

    def hands_in(self, unit: Applied) -> set[tuple[str, str]]:
        """Whose hand was in what over the unit's whole way."""
        reports = {unit.report}
        while grown := {each for report in reports for each in self.reports[report].follows} - reports:
            reports |= grown
        number = self.units.index(unit)
        found = set(unit.hands)
        found |= {hand for report in reports for hand in self.reports[report].hands}
        found |= {
            hand for each in self.units if each.code == unit.code and each.report in reports for hand in each.hands
        }
        return found | {hand for each in self.submissions if number in each.units for hand in each.hands}

    def is_free(self, step: Step, units: list[Applied]) -> bool:
        hand = HAND[step.deed]
        return all(who != step.who or other == hand for unit in units for who, other in self.hands_in(unit))

    def _of_start(self, step: Step) -> str:
        town, period, *codes = step.at
        if self._post(step) not in CLERK or PEOPLE[step.who].place != town or days.last_day(period) >= self.today:
            return REFUSE
        is_reported = any((each.town, each.period, each.state) == (town, period, "approved") for each in self.returns)
        is_met = all(self.outcome(code, period) == "achieved" for code in codes)
        return self._unless(not is_reported or not is_met or any(self.unit(code) for code in codes))

    def _of_bring(self, step: Step) -> str:
        report = self.reports[step.at[0]]
        is_theirs = self._post(step) in CLERK and PEOPLE[step.who].place == report.town
        return self._unless(not is_theirs or report.state != "draft")

    def _of_report(self, step: Step) -> str:
        report, (sources, _, posts) = self.reports[step.at[0]], REPORT[step.deed]
        if report.state not in sources or self._post(step) not in posts or not self._is_in(step, report.town):
            return REFUSE
        units = self.inside(step.at[0])
        if step.deed == "take_report":
            waiting = [each for each in units if each.state in UNDECIDED]
            is_own = report.state == "examining" and report.taker == step.who
            return self._unless(is_own or not self.is_free(step, waiting))
        if step.deed in ("report_up", "send"):
            is_met = all(self.outcome(each.code, report.period) == "achieved" for each in units)
            return self._unless(not report.has_evidence or not is_met or not self.is_free(step, units))
        return GO

    def _of_rule(self, step: Step) -> str:
        unit = self.latest(step.at[0])
        if unit is None or unit.state != "sent" or self._post(step) not in BUREAU:
            return REFUSE
        report = self.reports[unit.report]
        if report.state != "examining" or report.taker != step.who or not self.is_free(step, [unit]):
            return REFUSE
        if step.how.startswith("pass"):
            if "settled" in self.objections.get(unit.code, ["settled"]):
                is_plain = unit.reference in ("met", "none")
                return self._unless(is_plain != (step.how == "pass")) if unit.reference != "not_applicable" else EITHER
            return REFUSE
        return GO

    def _of_settle(self, step: Step) -> str:
        """An objection is settled by somebody of the body that raised it, once it is answered."""
        unit = self.latest(step.at[0])
        if unit is None or self._post(step) not in BUREAU or self.objections.get(unit.code) != ["answered"]:
            return REFUSE
        return EITHER if self.is_free(step, [unit]) else REFUSE

    def _of_confirm_unit(self, step: Step) -> str:
        unit = self.latest(step.at[0])
        is_there = unit is not None and unit.state in ("vetted_pass", "vetted_refusal")
        return self._unless(not is_there or self._post(step) not in CHIEFS or not self.is_free(step, [unit]))

    _of_overrule_unit = _of_confirm_unit

    def _of_compile(self, step: Step) -> str:
        units = [self.latest(code) for code in step.at]
        is_there = all(unit is not None and unit.state == "passed" for unit in units)
        return self._unless(not is_there or self._post(step) not in BUREAU or not self.is_free(step, units))

    def _of_submission(self, step: Step) -> str:
        listed, (sources, _, posts) = self.submissions[step.at[0]], SUBMISSION[step.deed]
        if listed.state not in sources or self._post(step) not in posts:
            return REFUSE
        if not self.is_free(step, [self.units[number] for number in listed.units]):
            return REFUSE
        if step.deed == "submit" and step.who == listed.compiler:
            return REFUSE
        if step.deed == "decide":
            return self._unless(not listed.has_basis or self.today <= listed.until)
        return GO

    def _of_basis(self, step: Step) -> str:
        listed = self.submissions[step.at[0]]
        return self._unless(listed.state not in ("submitted", "notice") or self._post(step) not in GOVERNMENT)

    def _of_award(self, step: Step) -> str:
        unit = self.latest(step.at[0])
        if unit is None or unit.state != "ratified" or unit.is_awarded or self._post(step) not in CHIEFS | GOVERNMENT:
            return REFUSE
        is_announced = self.submissions[unit.submission].state == "announced"
        return self._unless(not is_announced or not self.is_free(step, [unit]))

    # ------------------------------------------------ the register

    def waiting(self, key: str) -> Asked | None:
        return next((each for each in self.proposals if each.key == key and each.state == "open"), None)

    def _of_propose(self, step: Step) -> str:
        _, key = step.at
        is_keeper = self._post(step) in BUREAU or (self._post(step) in CLERK and PEOPLE[step.who].place in key)
        return self._unless(not is_keeper)

    def _of_accept(self, step: Step) -> str:
        asked = self.waiting(step.at[0])
        return self._unless(asked is None or self._post(step) not in BUREAU or asked.by == step.who)

    _of_turn_down = _of_accept

    def _of_take_back(self, step: Step) -> str:
        """Whoever keeps the register for the unit that proposed it may take it back."""
        asked, is_keeper = self.waiting(step.at[0]), self._post(step) in CLERK | BUREAU
        return self._unless(asked is None or not is_keeper or PEOPLE[asked.by].place != PEOPLE[step.who].place)

    def _of_wait(self, step: Step) -> str:
        return GO

    _of_reread = _of_restore = _of_wait

    # ------------------------------------------------ what a step makes of it

    def happen(self, step: Step) -> None:
        for table, deed in ((RETURN, self._filed), (REPORT, self._reported), (SUBMISSION, self._listed)):
            if step.deed in table:
                deed(step)
                return
        getattr(self, f"_done_{step.deed}")(step)

    def _done_wait(self, step: Step) -> None:
        self.today += timedelta(days=step.salt)

    def _done_reread(self, step: Step) -> None:
        self.plan = step.how
        self.turned()

    def _done_restore(self, step: Step) -> None:
        pass

    def _begun(self, town: str, period: str) -> None:
        blank = {village: dict.fromkeys(FIGURES) for village in VILLAGES[town]}
        self.returns.append(Filed(town, period, figures=blank))

    def _done_open(self, step: Step) -> None:
        """Whichever town is meant, a clerk opens the quarter of her own."""
        own = PEOPLE[step.who].place, step.at[1]
        if self.standing(*own) is None:
            self._begun(*own)

    def _done_round(self, step: Step) -> None:
        (period,) = step.at
        self.rounds[period] = self.due(step)
        for town in TOWNS:
            if self.standing(town, period) is None:
                self._begun(town, period)

    def due(self, step: Step) -> date:
        return max(days.last_day(step.at[0]), self.today) + timedelta(days=10 + step.salt % 20)

    def _filed(self, step: Step) -> None:
        filed, (_, target, _) = self.standing(*step.at), RETURN[step.deed]
        hands = self.hands.setdefault(step.at, set())
        if step.deed == "fill":
            filed.figures = {village: sound(village, step.salt + place) for place, village in enumerate(filed.figures)}
            filed.explained = set(filed.figures)
            hands.add(step.who)
        elif step.deed == "slip":
            village, name, value = self.slip(step, filed)
            if filed.figures[village][name] != value:
                filed.figures[village] = filed.figures[village] | {name: value}
                filed.explained.discard(village)
                hands.add(step.who)
        elif step.deed == "correct":
            made = Filed(filed.town, filed.period, self._last_revision(step.at) + 1, corrects=filed)
            made.figures = {village: dict(row) for village, row in filed.figures.items()}
            self.returns.append(made)
        else:
            self._moved(step, filed, target)

    def _last_revision(self, at: tuple[str, str]) -> int:
        return max(each.revision for each in self.returns if (each.town, each.period) == at)

    def _moved(self, step: Step, filed: Filed, target: str) -> None:
        filed.state = target
        if step.deed == "sign":
            filed.is_opened, filed.taker = False, ""
        if step.deed in ("take", "approve", "pass", "send_back"):
            filed.is_opened = True
        filed.taker = step.who if step.deed == "take" else filed.taker
        filed.passer = step.who if step.deed == "pass" else filed.passer
        filed.was_sent_back |= step.deed == "send_back"
        if target == "approved" and filed.corrects:
            filed.corrects.state = "superseded"
        self.turned()

    @staticmethod
    def slip(step: Step, filed: Filed) -> tuple[str, str, int | None]:
        """The cell that is mistyped: one that breaks a hard check, or one that is left blank."""
        village = list(filed.figures)[step.salt % len(filed.figures)]
        return village, "fibre_covered_households", 9_000 if step.how == "too much" else None

    def _reported(self, step: Step) -> None:
        report, (_, target, _) = self.reports[step.at[0]], REPORT[step.deed]
        report.state = target
        if step.deed in ("report_up", "send"):
            report.hands.add((step.who, HAND[step.deed]))
        if step.deed == "take_report":
            report.taker = step.who
        for unit in self.inside(step.at[0]):
            unit.state = UNITS_FOLLOW.get((step.deed, unit.state), unit.state)
            if step.deed == "report_up" and self.objections.get(unit.code) == ["raised"]:
                self.objections[unit.code] = ["answered"]

    def _done_start(self, step: Step) -> None:
        town, period, *codes = step.at
        report = Reported(town, period, plan=self.plan)
        report.hands.add((step.who, "proposing"))
        self.reports.append(report)
        for code in codes:
            self.units.append(Applied(code, len(self.reports) - 1, self.reference(code, period)))

    def _done_bring(self, step: Step) -> None:
        report = self.reports[step.at[0]]
        report.has_evidence = True
        report.hands.add((step.who, "proposing"))

    def _done_rule(self, step: Step) -> None:
        unit = self.latest(step.at[0])
        unit.state = RULINGS[self.unit_four_eyes][step.how]
        unit.hands.add((step.who, "examining"))
        if step.how == "return":
            self.objections[unit.code] = ["raised"]
        self._conclude(unit)

    def _conclude(self, unit: Applied) -> None:
        if not any(each.state in UNDECIDED for each in self.inside(unit.report)):
            self.reports[unit.report].state = "decided"

    def _done_settle(self, step: Step) -> None:
        self.objections[step.at[0]] = ["settled"]

    def _done_confirm_unit(self, step: Step) -> None:
        unit = self.latest(step.at[0])
        unit.state = {"vetted_pass": "passed", "vetted_refusal": "refused"}[unit.state]
        unit.hands.add((step.who, "confirming"))
        self._conclude(unit)

    def _done_overrule_unit(self, step: Step) -> None:
        unit = self.latest(step.at[0])
        unit.state = "sent"
        unit.hands.add((step.who, "confirming"))

    def _done_compile(self, step: Step) -> None:
        units = [self.latest(code) for code in step.at]
        self.submissions.append(Listed([self.units.index(unit) for unit in units], step.who))
        self.submissions[-1].hands.add((step.who, "compiling"))
        for unit in units:
            unit.state, unit.submission = "compiled", len(self.submissions) - 1

    def _listed(self, step: Step) -> None:
        listed, (_, target, _) = self.submissions[step.at[0]], SUBMISSION[step.deed]
        listed.state = target
        listed.hands.add((step.who, HAND[step.deed]))
        if step.deed == "notice":
            listed.until = days.working_days_after(self.today, PUBLIC_DAYS)
        if step.deed == "decide":
            for number in listed.units:
                self.units[number].state = "ratified"

    def _done_basis(self, step: Step) -> None:
        self.submissions[step.at[0]].has_basis = True

    def _done_award(self, step: Step) -> None:
        unit = self.latest(step.at[0])
        unit.is_awarded = True
        unit.hands.add((step.who, "awarding"))

    def _done_propose(self, step: Step) -> None:
        table, key = step.at
        self.proposals.append(Asked(table, key, self.proposed(step), step.who))

    def row(self, table: str, key: str) -> dict[str, str]:
        column = {"sites": "site_id", "areas": "code"}[table]
        return next(row for row in self.facts[table] if row[column] == key)

    def proposed(self, step: Step) -> dict[str, str]:
        """The other values: a place that is near an access point or far from all, or so many households."""
        table, key = step.at
        if table == "areas":
            now, then = self.row(table, key)["permanent_households"], 15 + step.salt % 40
            return {"permanent_households": str(then if str(then) != now else then + 1)}
        row = self.row(table, key)
        return {"lon": row["lon"], "lat": "23.7000" if row["lat"] != "23.7000" else f"23.{70 + step.salt % 30:02d}50"}

    def _done_accept(self, step: Step) -> None:
        asked = self.waiting(step.at[0])
        asked.state = "settled"
        self.row(asked.table, asked.key).update(asked.values)
        self.turned()

    def _done_turn_down(self, step: Step) -> None:
        self.waiting(step.at[0]).state = "settled"

    def _done_take_back(self, step: Step) -> None:
        self.waiting(step.at[0]).state = "withdrawn"

    # ------------------------------------------------ what somebody might do next

    def offers(self) -> Iterator[tuple[str, tuple]]:
        """Deeds and things to which somebody might do them, sensible ones and others."""
        for period in QUARTERS:
            if days.first_day(period) <= self.today:
                yield from self._offers_of_quarter(period)
        for number, report in enumerate(self.reports):
            if report.state not in ("decided", "discarded"):
                yield from ((deed, (number,)) for deed in (*REPORT, "bring"))
        for unit in self.units:
            if unit.state in LIVE and self.unit(unit.code) is unit:
                yield from (
                    (deed, (unit.code,)) for deed in ("rule", "confirm_unit", "overrule_unit", "settle", "award")
                )
        passed = [each.code for each in self.units if each.state == "passed"]
        if passed:
            yield "compile", tuple(passed)
        for number, listed in enumerate(self.submissions):
            if listed.state != "announced":
                yield from ((deed, (number,)) for deed in (*SUBMISSION, "basis"))
        for asked in self.proposals:
            if asked.state == "open":
                yield from ((deed, (asked.key,)) for deed in ("accept", "turn_down", "take_back"))
        for town in TOWNS:
            for village in VILLAGES[town]:
                for leaf in leaves(village):
                    for table, key in (("sites", f"S{leaf}"), ("areas", leaf)):
                        if self.waiting(key) is None:
                            yield "propose", (table, key)

    def _offers_of_quarter(self, period: str) -> Iterator[tuple[str, tuple]]:
        is_over = days.last_day(period) < self.today
        if period not in self.rounds and is_over:
            yield "round", (period,)
        for town in TOWNS:
            filed = self.standing(town, period)
            if filed is None:
                if is_over:
                    yield "open", (town, period)
                continue
            yield from ((deed, (town, period)) for deed in RETURN)
            if filed.state == "approved" and is_over:
                codes = [code for village in VILLAGES[town] for code in (*leaves(village), village)] + [town]
                ready = [code for code in codes if not self.unit(code) and self.outcome(code, period) == "achieved"]
                if ready:
                    yield "start", (town, period, *ready)
