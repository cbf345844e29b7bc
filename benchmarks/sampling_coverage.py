"""Samples drawn of populations of which the truth is known: how often each interval holds it, and how wide it is.

No database. Ends with 1 when one of the portal's own intervals holds the truth in fewer cases than its level, less what
chance does in a thousandth of such measurements.
"""

import argparse
import sys
from collections.abc import Sequence

from measuring import timed
from planting.sampling import (
    POPULATIONS,
    coverage,
    least_held,
    read_clustered,
    read_korn_graubard,
    read_pooled,
    read_stratified,
)

DESIGNS = (
    ("stratified", read_stratified, None),
    ("villages first, 6", read_clustered, 6),
    ("villages first, 10", read_clustered, 10),
)
RIVALS = (("Korn-Graubard", read_korn_graubard, None), ("pooled, exact", read_pooled, None))


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=2_000, help="samples of each population by each design")
    parser.add_argument("--seed", type=int, default=2019)
    given = parser.parse_args(arguments)
    wanted, held = least_held(given.times), True
    print(f"{given.times} samples each; a right interval of 95 % holds the truth in {wanted:.1%} at least\n")
    print(f"{'population':26}{'truth':>7}  {'design':20}{'drawn':>7}{'held':>8}{'width':>8}")
    with timed() as timing:
        for population in POPULATIONS:
            for design, read, villages in (*DESIGNS, *RIVALS):
                if villages and villages >= len({village for village, _ in population.cells}):
                    continue
                found = coverage(population, read, villages, times=given.times, seed=given.seed)
                is_ours = (design, read, villages) in DESIGNS
                held &= not is_ours or found.held >= wanted
                mark = "" if found.held >= wanted else "  too few" + (" (ours)" if is_ours else "")
                print(
                    f"{population.name:26}{population.share:7.1%}  {design:20}"
                    f"{found.drawn:7.0f}{found.held:8.1%}{found.width:8.3f}{mark}"
                )
    print(f"\nin {timing.cpu:.0f} s of processor time")
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
