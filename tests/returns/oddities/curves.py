"""Prints the share caught per kind and the share of sound rows flagged in rough townships, over the bound.

python -m tests.returns.oddities.curves 0 150
"""

import sys
from collections import Counter
from collections.abc import Iterator
from random import Random

from returns.oddities import detect
from tests.returns.oddities.rough import FAULTS, is_hard, plant, rough_return

BOUNDS = (0.8, 0.9, 1.0, 1.1, 1.2, 1.4)


def curves(first: int, until: int) -> Iterator[str]:
    """The lines of the table for the townships of some seeds."""
    planted: dict[str, list[float]] = {}
    sound, whole, flagged_by = [], [], Counter()
    for seed in range(first, until):
        context, figures = rough_return(seed)
        best: dict[str, float] = {}
        for each in detect(figures, context):
            best[each.code] = max(best.get(each.code, 0), each.score)
            flagged_by[each.kind, each.figure] += each.score >= 1
        sound += [best.get(code, 0) for code in figures]
        whole.append(best.get("", 0))
        for kind in FAULTS:
            for turn in range(2):
                found = plant(kind, context, figures, Random(f"{seed}-{kind}-{turn}"))
                if found:
                    score = max((each.score for each in detect(found[0], context) if each.code in found[1]), default=0)
                    for group in (kind, "all", *(("hard", f"{kind} (hard)") if is_hard(found[0]) else ())):
                        planted.setdefault(group, []).append(score)
    yield "bound".ljust(24) + "".join(f"{bound:8.2f}" for bound in BOUNDS)
    for name, scores in [*sorted(planted.items()), ("SOUND ROWS", sound), ("SOUND RETURNS", whole)]:
        shares = (sum(score >= bound for score in scores) / len(scores) for bound in BOUNDS)
        yield name.ljust(24) + "".join(f"{share:8.2%}" for share in shares) + f" of {len(scores)}"
    yield f"sound rows flagged as: {flagged_by.most_common(12)}"


if __name__ == "__main__":
    for each in curves(int(sys.argv[1]), int(sys.argv[2])):
        sys.stdout.write(f"{each}\n")
