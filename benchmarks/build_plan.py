"""Build plans of the district, places at sites: proven, how long against judging all nine quarters, and how much dearer greedy is."""

import argparse
import sys

from measuring import machine, ratio_line, scratch, timed

LIMIT = 20
TOWN_KEYS, DISTRICT_KEYS = ("T11", "T12"), ("G10", "G04")
SECONDS = 300


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=float, default=1.0, help="share of the district's villages, e.g. 0.1")
    parser.add_argument("--periods", default="2017Q1,2017Q4,2018Q4", help="quarters, with commas between")
    parser.add_argument("--places", choices=["sites", "anywhere"], default="sites")
    parser.add_argument(
        "--without-openings",
        action="store_true",
        help="as if no point were ready to be opened: more must be built anew",
    )
    parser.add_argument("--processor", action="store_true", help="hold the limit against processor time")
    given = parser.parse_args()
    with scratch():
        import county

        county.load(given.size)
        judging = judged()
        print(machine())
        print(f"judging all nine quarters: {judging.wall:.2f} s, processor {judging.cpu:.2f} s")
        held = [measured(question, given, judging) for question in questions(given)]
    print(f"{len(held)} targets, {sum(held)} proven (G04: or with its bound) and within {LIMIT} times")
    return 0 if all(held) else 1


def judged():
    from county import DISTRICT

    from acceptance.judging import judging

    with timed() as taken:
        judging.refresh(DISTRICT, everything=True)
    return taken


def questions(given):
    """G10 and G04 of the district, T11 and T12 of every town."""
    from county import DISTRICT

    from areas.models import Area
    from planning.question import BuildQuestion

    towns = Area.objects.filter(kind="town").order_by("code").values_list("code", flat=True)
    asked = [(DISTRICT, key) for key in DISTRICT_KEYS] + [(town, key) for town in towns for key in TOWN_KEYS]
    for period in given.periods.split(","):
        for area, key in asked:
            question = BuildQuestion(period, area, key, places=given.places, time_limit=SECONDS)
            yield barred(question) if given.without_openings else question


def barred(question):
    """The question without any opening."""
    from dataclasses import replace

    from planning.reading import asked
    from planning.solving.actions import OPEN, point_actions

    period = asked(question).period
    openings = [each for each in point_actions(period) if each.kind == OPEN]
    return replace(question, without=tuple({"action": OPEN, **each.key(period.facts)} for each in openings))


def measured(question, given, judging) -> bool:
    from planning.planning import solve

    with timed() as taken:
        document = solve(question)
    is_proven = document["status"] in ("met", "optimal", "impossible")
    what = f"{question.period} {question.area} {question.milestone} {document['status']} {document['value']}"
    ours, theirs = (taken.cpu, judging.cpu) if given.processor else (taken.wall, judging.wall)
    print(ratio_line(f"{what}, greedy {greedy_more(question)}", ours, theirs, LIMIT))
    if question.milestone == "G04":
        return is_proven or document["bound"] is not None
    return is_proven and ours <= LIMIT * theirs


def greedy_more(question) -> str:
    """How much more of each kind the greedy plan takes."""
    from acceptance.rules.shares import State
    from planning.answer import Searched
    from planning.planning import conditions_of
    from planning.reading import asked
    from planning.solving.program import Clock
    from planning.solving.search import greedy, least, stages
    from planning.solving.targets import OutOfReach

    about = asked(question)
    if about.target.state in (State.PASSED, State.LEFT_OUT):
        return "the same"
    try:
        problem = Searched(about.target, conditions_of(about)).problem()
    except OutOfReach:
        return "none"
    by = stages("fewest", None)
    chosen = [problem.actions[column] for column in greedy(problem, by) or ()]
    value = least(problem, by, Clock(question.time_limit)).value
    more = [sum(map(stage, chosen)) - best for stage, best in zip(by, value, strict=True)]
    return " ".join(f"{kind} {much:+d}" for kind, much in zip(("new", "upgrade", "open", "orders"), more, strict=True))


if __name__ == "__main__":
    sys.exit(main())
