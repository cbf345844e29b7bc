"""What must hold after each step, whatever befell it: the database is what the business says, whole, and nobody sees or did too much."""

import hashlib
import random
import re
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from copy import deepcopy
from functools import cache
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.urls import reverse

from accounts import audit
from areas.models import Area, DatedValue, Site, Succession
from evidence import store
from inspection.models import Evidence, InspectionMove, Report, Submission, Unit
from proposals.models import Proposal, ProposalItem, ProposalMove
from reports.certificates.models import Certificate, CertificateMove
from returns.models import FigureEntry, Return, ReturnLine, ReturnMove, Round
from tests.reference import comparing
from tests.reference.evaluate import DISTRICT, evaluate
from tests.reference.model import FIGURES
from tests.simulation import leaves
from tests.simulation.business import Business, Step
from tests.simulation.county import PEOPLE, QUARTERS, TOWNS

ROWS = (ReturnMove, FigureEntry, InspectionMove, Unit, Report, Submission, Certificate, CertificateMove, Proposal,
        ProposalMove, Evidence, Round)  # fmt: skip
"""What a refused step leaves as it was."""
LINE = {
    **dict.fromkeys(("draft", "returned", "signing"), "draft"),
    **dict.fromkeys(("submitted", "reviewing", "passed"), "submitted"),
    "approved": "approved", "superseded": "superseded", "discarded": "discarded",
}  # fmt: skip
"""How a revision's lines stand: they count from the head's signature on."""
HANDS = {
    "hand_up": "proposing", "start": "proposing", "send": "signing", "pass": "examining", "pass_short": "examining",
    "refuse": "examining", "return": "examining", "vet_pass": "examining", "vet_pass_short": "examining",
    "vet_refusal": "examining", "confirm_pass": "confirming", "confirm_refusal": "confirming", "overrule": "confirming",
    "compile": "compiling", "submit": "compiling", "recall": "compiling", "notice": "ratifying", "decide": "ratifying",
    "announce": "ratifying",
}  # fmt: skip
"""docs/acceptance-chain.md: what leaves a hand in a unit."""
CHAIN_EVERY, SCOPE_EVERY = 12, 3
"""After how many steps the audit chain, and somebody of the other town, is asked."""


class Violation(AssertionError):
    """Something that must hold does not; ``kind`` is what, without particulars."""

    def __init__(self, kind: str, said: object) -> None:
        super().__init__(f"{kind}: {said}")
        self.kind = kind


@cache
def plan_file(name: str) -> Path:
    """The plan under one of the readings of ``business.PLANS``; without spot checks, which have a simulation of their own."""
    text = (settings.BASE_DIR / "acceptance" / "plans" / "qingcheng-2017.toml").read_text(encoding="utf-8")
    text = re.sub(r"(?ms)^\[award\.sampling\].*?(?=^\[)", "", text)
    if name == "hard":
        text = text.replace('role = "reference"', 'role = "hard"')
    if name == "lenient":
        text = re.sub(r'(\[service.on_time_share\]\nvalue = )"100%"', r'\1"80%"', text)
        text = re.sub(r"(\[service.expansion_then_installation\]\nvalue = )false", r"\1true", text)
    target = Path(tempfile.mkdtemp(prefix="plan-")) / "plan.toml"
    target.write_text(text, encoding="utf-8")
    return target


class Watch:
    """Asks the database for what the business says, and for what must hold of any."""

    def __init__(self, business: Business, seed: int) -> None:
        self.business, self._random, self._asked = business, random.Random(f"watch {seed}"), 0
        self._versions: dict[tuple[str, int], int] = {}
        self._judged: object = None
        self.leaves = leaves.LeafWatch()

    def ask(self, step: Step, client_of: Callable) -> None:
        """Everything that is asked after a step."""
        self._asked += 1
        if found := list(differences(self.business)):
            raise Violation("other than the business says", f"after {step}: {'; '.join(found[:4])}")
        for kind, found in (
            ("a state without its move", torn()),
            ("a version went back", self._shrunk()),
            ("one person acted twice on a unit's way", twice()),
            ("a certificate before its circular", early()),
            ("evidence without its file", list(lost_files())),
            ("leaves other than what changed", list(self.leaves.wrong())),
        ):
            if found:
                raise Violation(kind, f"after {step}: {found}")
        if self._asked % SCOPE_EVERY == 0:
            self._scope(client_of)
        if self._asked % CHAIN_EVERY == 0:
            self.chain()
        if self.business.world() is not self._judged:
            self._judged = self.business.world()
            self.verdicts(step, self._random.sample(QUARTERS, 1))

    def chain(self) -> None:
        if (found := audit.verified()).problem:
            raise Violation("the audit chain is broken", found.problem)

    def verdicts(self, step: Step, periods: list[str]) -> None:
        """What the portal stores of the county is what the reference makes of the facts."""
        for period in periods:
            basis = self._random.choice(comparing.BASES)
            question = {"command": "evaluate", "period": period, "area": DISTRICT, "basis": basis, "sites": True}
            ours = evaluate(self.business.world(basis), period, DISTRICT, basis, sites=True)
            if found := list(comparing.differences(ours, comparing.answered(question))):
                raise Violation(
                    "a verdict that does not follow from the facts", f"after {step}, {period} {basis}: {found[:3]}"
                )

    def counted(self) -> list[int]:
        """How much there is of what a refused step leaves alone."""
        return [model.objects.count() for model in ROWS]

    def settled(self, step: Step, may_be_done: bool) -> bool:
        """After a fault: whether the step was done; Violation when it was done in part."""
        found = list(differences(self.business))
        if not found:
            return False
        if may_be_done:
            then = after(self.business, step)
            found = list(differences(then))
        if found:
            raise Violation("done in part", f"{step}: {'; '.join(found[:4])}")
        return True

    def _shrunk(self) -> list:
        now = {
            (model.__name__, pk): version
            for model in (Return, Report, Unit, Submission, Certificate)
            for pk, version in model.objects.values_list("pk", "version")
        }
        found = [key for key, version in self._versions.items() if now.get(key, -1) < version]
        self._versions = now
        return found

    def _scope(self, client_of: Callable) -> None:
        """Somebody of the other town opens what he should not see: it is not there for him."""
        town = self._random.choice(TOWNS)
        other = self._random.choice(
            [each.name for each in PEOPLE.values() if each.place in TOWNS and each.place != town]
        )
        name, rows = self._random.choice(
            (
                ("returns:return", Return.objects.filter(township=town)),
                ("returns:sheet", Return.objects.filter(township=town)),
                ("inspection:report", Report.objects.filter(township=town)),
                ("inspection:unit", Unit.objects.filter(report__township=town).exclude(state="ratified")),
                ("proposals:proposal", Proposal.objects.filter(area__code__startswith=town)),
            )
        )
        pk = rows.order_by("pk").values_list("pk", flat=True).last()
        if pk is None:
            return
        answer = client_of(other).get(reverse(name, args=[pk]))
        if answer.status_code != 404:
            raise Violation("another town's row is shown", f"{other} {name} {pk} → {answer.status_code}")


def after(business: Business, step: Step) -> Business:
    """The business as it would be once the step is done."""
    kept = business._worlds, business._distances
    business._worlds, business._distances = {}, {}
    then = deepcopy(business)
    business._worlds, business._distances = kept
    then.happen(step)
    return then


def differences(business: Business) -> Iterator[str]:
    """Where the database is not what the business says."""
    for what, ours, theirs in (
        ("return", _returns_said(business), _returns()),
        ("report", [(each.town, each.period, each.state) for each in business.reports],
         list(Report.objects.order_by("pk").values_list("township_id", "period", "state"))),
        ("unit", _units_said(business), _units()),
        ("submission", [each.state for each in business.submissions],
         list(Submission.objects.order_by("pk").values_list("state", flat=True))),
        ("proposal", [(each.keys, each.state) for each in business.proposals], _proposals()),
        ("register", _register_said(business), _register()),
        ("round", business.rounds, dict(Round.objects.values_list("period", "due"))),
    ):  # fmt: skip
        if ours != theirs:
            yield f"{what}: {_apart(ours, theirs)}"


def _apart(ours: object, theirs: object) -> str:
    if isinstance(ours, dict):
        keys = [key for key in {*ours, *theirs} if ours.get(key) != theirs.get(key)]
        return ", ".join(f"{key}: must be {ours.get(key)}, is {theirs.get(key)}" for key in sorted(keys, key=str)[:3])
    return f"must be {ours}, is {theirs}"


def _returns_said(business: Business) -> dict:
    return {
        (each.town, each.period, each.revision): (
            each.state,
            {(code, LINE[each.state]): tuple(row.values()) for code, row in each.figures.items()},
        )
        for each in business.returns
    }


def _returns() -> dict:
    lines: dict[int, dict] = defaultdict(dict)
    for pk, code, status, *values in ReturnLine.objects.values_list("quarterly_return", "area_id", "status", *FIGURES):
        lines[pk][code, status] = tuple(values)
    rows = Return.objects.values_list("pk", "township_id", "period", "revision", "state")
    return {(town, period, revision): (state, lines[pk]) for pk, town, period, revision, state in rows}


def _units_said(business: Business) -> dict:
    return {(each.report, each.code): (each.state, each.is_awarded) for each in business.units}


def _units() -> dict:
    reports = {pk: number for number, pk in enumerate(Report.objects.order_by("pk").values_list("pk", flat=True))}
    awarded = set(Certificate.objects.values_list("unit_id", flat=True))
    return {
        (reports[report], code): (state, pk in awarded)
        for pk, report, code, state in Unit.objects.values_list("pk", "report_id", "area_id", "state")
    }


def _proposals() -> list[tuple[set[str], str]]:
    """Of what each proposal is, and how it stands."""
    found: dict[int, tuple[set[str], str]] = {}
    rows = ProposalItem.objects.exclude(proposal__source="import").order_by("proposal_id")
    for pk, state, key in rows.values_list("proposal_id", "proposal__state", "key"):
        found.setdefault(pk, (set(), state))[0].add(key)
    return list(found.values())


def _register_said(business: Business) -> dict:
    facts = business.facts
    said = {row["code"]: tuple(row.get(name, "") for name in _AREA) for row in facts["areas"]}
    said |= {row["site_id"]: (row["area_code"], row["lat"], row.get("valid_to", "")) for row in facts["sites"]}
    said |= {(row["key"], row["column"], row["effective_on"]): row["value"] for row in facts["changes"]}
    return said | {
        (row["from_code"], row["to_code"]): (row["effective_on"], row["kind"]) for row in facts["successions"]
    }


def _register() -> dict:
    """Areas, where sites stand, dated values and successions, as text."""
    found = {code: tuple(map(_text, row)) for code, *row in Area.objects.values_list("code", *_AREA)}
    for site, area, lat, ended in Site.objects.values_list("site_id", "area_id", "given_lat", "valid_to"):
        found[site] = (area, f"{lat:.4f}", _text(ended))
    for key, column, on, value in DatedValue.objects.values_list("key", "column", "effective_on", "value"):
        found[key, column, on.isoformat()] = value
    rows = Succession.objects.values_list("area", "successor", "on", "kind")
    return found | {(area, successor): (on.isoformat(), kind) for area, successor, on, kind in rows}


def _text(value: object) -> str:
    return "" if value is None else str(value)


_AREA = ("name", "kind", "permanent_households", "valid_from", "valid_to")


def torn() -> list:
    """Returns and units whose state is not where their last move led."""
    found = []
    for model, moves, name in ((Return, ReturnMove, "quarterly_return_id"), (Unit, InspectionMove, "unit_id")):
        last = dict(
            moves.objects.exclude(**{name.removesuffix("_id"): None}).order_by("pk").values_list(name, "to_state")
        )
        states = dict(model.objects.values_list("pk", "state"))
        found += [(model.__name__, pk, states[pk], state) for pk, state in last.items() if states.get(pk) != state]
    return found


def twice() -> list:
    """People who acted in two capacities on one unit's way, by the rows of what was done."""
    done: dict[tuple[str, int], set[tuple[int, str]]] = defaultdict(set)
    for report, unit, submission, action, by in InspectionMove.objects.values_list(
        "report_id", "unit_id", "submission_id", "action", "by_id"
    ):
        if hand := HANDS.get(action):
            done[("unit", unit) if unit else ("submission", submission) if submission else ("report", report)].add(
                (by, hand)
            )
    awards = dict(CertificateMove.objects.filter(action="issue").values_list("certificate__unit_id", "by_id"))
    found = []
    for pk, report, submission in Unit.objects.values_list("pk", "report_id", "submission_id"):
        hands: dict[int, set[str]] = defaultdict(set)
        for by, hand in done["unit", pk] | done["report", report] | done["submission", submission]:
            hands[by].add(hand)
        if pk in awards:
            hands[awards[pk]].add("awarding")
        found += [(pk, by, sorted(each)) for by, each in hands.items() if len(each) > 1]
    return found


def early() -> list:
    """Certificates of units whose batch is not announced by a circular."""
    announced = Submission.objects.filter(state="announced").exclude(circular_number="")
    return list(Certificate.objects.exclude(unit__submission__in=announced).values_list("number", flat=True))


def lost_files() -> Iterator[str]:
    yield from lost_files_named()
    yield from (path.name for path in Path(settings.VAR_DIR).rglob(".part-*"))


def lost_files_named() -> Iterator[str]:
    """Evidence of which the file is not there; parts of files may lie where a process was truly killed, until they are swept."""
    for evidence in Evidence.objects.only("pk", "digest", "algorithm", "name"):
        if not store.path_of(evidence.key).exists():
            yield evidence.name


def everything() -> dict[str, str]:
    """A digest of all rows of each table, and of each file that is kept."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            found[table] = _digest("\n".join(sorted(map(repr, cursor.fetchall()))).encode())
    kept = Path(settings.VAR_DIR, "evidence").rglob("[!.]*")
    files = [path for path in kept if path.is_file()]
    return found | {path.name: _digest(path.read_bytes()) for path in files}


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def decisions() -> int:
    """How many decisions were taken so far: moves of returns but looks, of the things of the chain but what follows, of proposals."""
    returns = ReturnMove.objects.exclude(action__in=("look", "supersede")).count()
    chain = set(
        InspectionMove.objects.exclude(action__in=("conclude", "reopen", "include", "exclude", "ratify")).values_list(
            "report_id", "unit_id", "submission_id", "action", "by_id", "at"
        )
    )
    heads = [row for row in chain if not (row[1] and row[3] in ("send", "withdraw", "discard"))]
    awards = CertificateMove.objects.filter(action="issue").count()
    return returns + len(heads) + awards + ProposalMove.objects.count()
