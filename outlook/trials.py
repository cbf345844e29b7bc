"""How the model did on generated districts that nobody tuned it to: what benchmarks/forecast.py found, kept in trials.json."""

import json
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path

from outlook.backtest import Backtest

_HERE = Path(__file__).parent
FOUND = _HERE / "trials.json"
_MODEL = ("model.py", "baselines.py", "backtest.py")

STORIES = {
    "steady": "匀速推进", "s_curve": "先慢、后快、再慢", "late_rush": "临期突击", "stalled": "中途停滞",
    "falls_back": "核减后回落", "one_giant": "一家特大",
}  # fmt: skip
"""The stories of benchmarks/stories.py, as pages call them."""


@cache
def edition() -> str:
    """Changes with the model, its opponents and the way they are compared: what was found for another says nothing."""
    return sha256(b"".join((_HERE / name).read_bytes() for name in _MODEL)).hexdigest()[:16]


@cache
def found() -> "Trials":
    said = json.loads(FOUND.read_text("utf-8"))
    stories = {name: Backtest.from_dict(each) for name, each in said["stories"].items()}
    return Trials(said["edition"], tuple(said["seeds"]), Backtest.from_dict(said["all"]), stories)


class Trials:
    """The scores on generated districts, over all and by story; ``seeds`` are the first and the last."""

    def __init__(self, of: str, seeds: tuple[int, int], whole: Backtest, stories: Mapping[str, Backtest]) -> None:
        self.edition, self.seeds, self.whole, self.stories = of, seeds, whole, stories

    @property
    def is_better(self) -> bool:
        """Whether over all stories together the model, as it is now, beats both baselines."""
        return self.edition == edition() and self.whole.is_better

    @property
    def rows(self) -> list[tuple[str, Backtest]]:
        return [(STORIES[name], each) for name, each in self.stories.items()]
