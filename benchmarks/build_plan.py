"""Build plans of the district: proven, how long against judging all nine quarters, how much more greedy takes, and judged anew.

Each plan's package is imported into a throw-away database by processes of their own, and ``milestones`` asked there.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from measuring import ROOT, machine, ratio_line, scratch, timed, within

LIMIT = 20
TOWN_KEYS, DISTRICT_KEYS = ("T11", "T12"), ("G10", "G04")
BY_ITS_BOUND = "G04"
"""May end with its bound when the time is over, however long judging takes."""
SECONDS = 300
MOST_GAP_PERCENT = 5


def main() -> int:
    given = arguments()
    with scratch(), tempfile.TemporaryDirectory() as folder:
        import county

        county.load(given.size)
        if given.sites:
            return 0 if large(given) else 1
        judging = judged()
        say(machine())
        say(f"judging all nine quarters: {judging.wall:.2f} s, processor {judging.cpu:.2f} s")
        anew = None if given.without_checks else ThrowAway(Path(folder))
        held = [measured(question, given, judging, anew) for question in questions(given)]
    say(f"{len(held)} targets, {sum(held)} proven ({BY_ITS_BOUND}: or with its bound), within {LIMIT} times and equal")
    return 0 if all(held) else 1


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=float, default=1.0, help="share of the district's villages, e.g. 0.1")
    parser.add_argument("--periods", default="2017Q1,2017Q4,2018Q4", help="quarters, with commas between")
    parser.add_argument("--places", default="sites,anywhere", help="sites, anywhere, or both")
    parser.add_argument("--keys", default=",".join((*DISTRICT_KEYS, *TOWN_KEYS)), help="milestones")
    parser.add_argument("--towns", default="", help="codes of towns, with commas between; all when left out")
    parser.add_argument("--without-checks", action="store_true", help="no package is imported and judged anew")
    parser.add_argument(
        "--without-openings",
        action="store_true",
        help="as if no point were ready to be opened: more must be built anew",
    )
    parser.add_argument("--processor", action="store_true", help="hold the limit against processor time")
    parser.add_argument(
        "--seconds", type=int, default=SECONDS, help="how long may be searched; more on a machine that others use"
    )
    parser.add_argument(
        "--sites", type=int, help="instead: one county of so many sites, the first period, key and places; minutes"
    )
    return parser.parse_args()


def say(text: str) -> None:
    print(text, flush=True)


def judged():
    from county import DISTRICT

    from acceptance.judging import judging

    with timed() as taken:
        judging.refresh(DISTRICT, everything=True)
    return taken


def questions(given):
    """The milestones of the district and of every town, a period after the other."""
    from county import DISTRICT

    from areas.models import Area
    from planning.question import BuildQuestion

    towns = [*Area.objects.filter(kind="town").order_by("code").values_list("code", flat=True)]
    towns = [code for code in towns if not given.towns or code in given.towns.split(",")]
    keys = given.keys.split(",")
    asked = [(DISTRICT, key) for key in keys if key in DISTRICT_KEYS]
    asked += [(town, key) for town in towns for key in keys if key in TOWN_KEYS]
    for period in given.periods.split(","):
        for area, key in asked:
            for places in given.places.split(","):
                question = BuildQuestion(period, area, key, places=places, time_limit=given.seconds)
                yield barred(question) if given.without_openings else question


def barred(question):
    """The question without any opening."""
    from planning.reading import asked
    from planning.solving.actions import OPEN, point_actions

    period = asked(question).period
    openings = [each for each in point_actions(period) if each.kind == OPEN]
    return replace(question, without=tuple({"action": OPEN, **each.key(period.facts)} for each in openings))


def measured(question, given, judging, anew) -> bool:
    """Whether a plan is proven in time, at places anywhere with its bound at most one point below, and equal when judged anew."""
    from planning.planning import solved
    from planning.reading import asked

    with timed() as taken:
        about = asked(question)
        document, actions = solved(about)
    ours, theirs = (taken.cpu, judging.cpu) if given.processor else (taken.wall, judging.wall)
    what = f"{question.period} {question.area} {question.milestone} {question.places}: {told(document)}"
    checked = anew.checked(about, document, actions) if anew else "not checked"
    say(ratio_line(f"{what}, greedy {greedy_more(about, document)}, judged anew: {checked}", ours, theirs, LIMIT))
    is_equal = checked in ("equal", "not checked", "nothing to judge")
    if question.milestone == BY_ITS_BOUND:
        return is_equal
    return is_equal and is_near(document) and ours <= LIMIT * theirs


def told(document: dict) -> str:
    """The status, how much of each kind, and the bound where it lies below."""
    counts = "" if document["value"] is None else " " + " ".join(map(str, document["value"].values()))
    bound = document["bound"] if document["status"] == "feasible" else None
    return f"{document['status']}{counts}" + (f", not below {' '.join(map(str, bound.values()))}" if bound else "")


def is_near(document: dict) -> bool:
    """Proven; anywhere at most one new point above the bound will do."""
    if document["status"] in ("met", "optimal", "impossible"):
        return True
    return document["places"] == "anywhere" and document["value"]["new"] - document["bound"]["new"] <= 1


def greedy_more(about, document: dict) -> str:
    """How much more of each kind the greedy plan takes than the plan that was found."""
    from planning.answer import Searched
    from planning.planning import conditions_of
    from planning.solving.search import greedy, stages

    if not document["actions"]:
        return "the same"
    problem = Searched(about.target, conditions_of(about)).problem()
    by = stages("fewest", None)
    chosen = [problem.actions[column] for column in greedy(problem, by) or ()]
    value = zip(by, document["value"].items(), strict=True)
    return " ".join(f"{kind} {sum(map(stage, chosen)) - best:+d}" for stage, (kind, best) in value)


# ------------------------------------------------ judged anew


class ThrowAway:
    """Databases to be thrown away, each a copy of an empty one, in which other processes import a plan's package and judge it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.empty = folder, folder / "empty.sqlite3"
        self._manage(self.empty, "migrate", "--verbosity", "0")

    def checked(self, about, document: dict, actions) -> str:
        """``equal`` when the milestone's figures there are those that the plan promises, else the figures."""
        from planning.packaging import write_package

        if not document["actions"]:
            return "nothing to judge"
        package, database = self.folder / "package", self.folder / "copy.sqlite3"
        shutil.rmtree(package, ignore_errors=True)
        shutil.copy(self.empty, database)
        write_package(package, about, actions)
        self._manage(database, "import_package", str(package), "--no-judge")
        target = document["target"]
        found = json.loads(self._manage(database, "milestones", document["period"], "--format", "json"))
        entry = next(
            each
            for each in found["milestones"]
            if (each["key"], each["scope"]) == (target["milestone"], target["area"])
        )
        there = {name: entry[name] for name in ("passed", "needed", "missing")}
        promised = {name: document["after"][name] for name in there}
        return "equal" if entry["held"] and there == promised else f"DIFFERENT, {there} for {promised}"

    def _manage(self, database: Path, *arguments: str) -> str:
        environment = os.environ | {"DATABASE_URL": f"sqlite:///{database}", "PORTAL_VAR": str(self.folder)}
        command = [sys.executable, str(ROOT / "manage.py"), *arguments]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"{' '.join(arguments)}: {done.stderr[-2000:]}")
        return done.stdout


# ------------------------------------------------ a large county


def large(given) -> bool:
    """One county of so many sites: within the seconds, or with a gap of few enough percent."""
    import county

    from areas.models import AccessPoint, Site
    from planning.planning import solve

    county.enlarge(-(-given.sites // Site.objects.count()))
    say(machine())
    say(f"one county: {Site.objects.count():,} sites, {AccessPoint.objects.count():,} access points")
    question = next(questions(given))
    with timed() as taken:
        document = solve(question)
    say(f"{question.period} {question.area} {question.milestone} {question.places}: {told(document)}")
    say(f"gap {gap_percent(document):.2f} %, limit {MOST_GAP_PERCENT} % where it is not proven in time")
    say(f"reading, solving and judging the plan: {taken.wall:.0f} s, processor {taken.cpu:.0f} s")
    in_time = within("in time", taken.cpu if given.processor else taken.wall, SECONDS, unit="s")
    return (document["status"] != "feasible" and in_time) or gap_percent(document) <= MOST_GAP_PERCENT


def gap_percent(document: dict) -> float:
    """By how much the first count that is not proven may lie above the least, in percent of it; 0 where all are proven."""
    value, bound = document["value"] or {}, document["bound"] or {}
    first = next((kind for kind in value if value[kind] != bound[kind]), None)
    return 0.0 if first is None else 100 * (value[first] - bound[first]) / value[first]


if __name__ == "__main__":
    sys.exit(main())
