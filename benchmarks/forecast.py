"""How good the forecast is on generated districts: Brier, log score, error and coverage, beside two baselines.

    .venv/bin/python -m benchmarks.forecast            # the held-out seeds, some minutes
    .venv/bin/python -m benchmarks.forecast --write    # and keep what was found in outlook/trials.json

Seeds 0 to 99 were there to choose the model by; what is reported and kept are ``HELD_OUT`` ones, at which nobody looked.
"""

import argparse
import json

from benchmarks.stories import NAMES, TARGETS, Unit, district
from outlook import trials
from outlook.backtest import METHODS, Aimed, Backtest, Case, cases

HELD_OUT = range(8_001, 8_011)


def aimed(unit: Unit) -> Aimed:
    needed = tuple(unit.needed(share) for share in TARGETS)
    return Aimed(tuple((passed, unit.total) for passed in unit.passed), (needed,) * len(unit.passed))


def asked(name: str, seeds: range) -> list[Case]:
    """Every question of the districts of a story."""
    return [case for seed in seeds for case in cases([aimed(unit) for unit in district(name, seed)])]


def measured(seeds: range) -> dict:
    """What stands in trials.json."""
    by_story = {name: asked(name, seeds) for name in NAMES}
    whole = Backtest.of([case for each in by_story.values() for case in each])
    return {
        "edition": trials.edition(),
        "seeds": [seeds[0], seeds[-1]],
        "all": whole.as_dict(),
        "stories": {name: Backtest.of(each).as_dict() for name, each in by_story.items()},
    }


def _shown(name: str, said: dict) -> None:
    is_better = Backtest.from_dict(said).is_better
    print(f"\n{name}: {said['count']} questions; better than both: {'yes' if is_better else 'no'}")
    for method in METHODS:
        print(f"  {method:6}" + "".join(f"  {key} {value:.4f}" for key, value in said["scores"][method].items()))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--write", action="store_true", help="keep what was found in outlook/trials.json")
    said = measured(HELD_OUT)
    for name, each in {**said["stories"], "all": said["all"]}.items():
        _shown(name, each)
    print("\ncalibration of all (told, came true, questions):")
    for told, came, count in said["all"]["bins"]:
        print(f"  {told:.3f}  {came:.3f}  {count}")
    if options.parse_args().write:
        trials.FOUND.write_text(json.dumps(said, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
