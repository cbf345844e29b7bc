"""Faults planted in generated returns: how many `returns.oddities` catches, and how many sound rows it flags for them.

Generator and detector were written apart from each other; hold the detector against a seed that nobody has tuned it to.
"""

import argparse
import csv
import sys
from collections.abc import Sequence
from pathlib import Path

from measuring import timed
from planting.faults import SLIPS, PlantedReturn, plant
from planting.judging import BOUNDS, CLEAN, LEAST_CAUGHT, MOST_FLAGGED, SPOILT, Verdict, judge
from planting.townships import is_big

SEED, FAULTS = 2019, 2_000


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--faults", type=int, default=FAULTS)
    parser.add_argument("--curve", type=Path, metavar="FILE", help="the curve over the bound, as .svg or .csv")
    given = parser.parse_args(arguments)
    if given.curve and given.curve.suffix not in (".csv", ".svg"):
        parser.error("--curve takes a .csv or an .svg")
    from returns import oddities

    with timed() as generating:
        planted = list(plant(given.seed, given.faults))
    with timed() as detecting:
        verdict = judge(planted, oddities.detect, oddities)
    print(f"seed {given.seed}, {_world(planted)}")
    print(f"generated in {generating.cpu:.1f} s, judged in {detecting.cpu:.1f} s of processor time")
    held = report(verdict)
    if given.curve:
        write_curve(verdict, given.curve)
    return 0 if held else 1


def _world(planted: Sequence[PlantedReturn]) -> str:
    rows = sum(len(each.figures) for each in planted)
    last = [
        (each.truth[village.code], village.course[-1][1])
        for each in planted
        for village in each.beside.villages
        if village.course
    ]
    big = _percent(sum(is_big(*each) for each in last), len(last))
    return f"{len(planted)} returns, {rows} rows; truly moved by more than a quarter: {big} of the rows"


def report(verdict: Verdict) -> bool:
    """Print the table, the curve and the limits; whether all are kept."""
    print(f"\n{'kind':26}{'planted':>8}{'caught':>8}{'share':>8}{'planted*':>10}{'share*':>8}   * breaks no hard rule")
    for kind in (*SLIPS, ""):
        (caught, planted), (within, of) = verdict.caught(kind=kind), verdict.caught(kind=kind, within_rules=True)
        print(f"{kind or 'all':26}{planted:8}{caught:8}{_percent(caught, planted):>8}{of:10}{_percent(within, of):>8}")
    print("\nbound   caught  caught*  sound rows flagged")
    for bound in BOUNDS:
        print(f"{bound:5.2f}" + "".join(f"{each:9.2%}" for each in _point(verdict, bound)))
    print()
    for where in (CLEAN, SPOILT):
        print(f"sound rows flagged in {where}: {_share(verdict.flagged(where=[where]))}")
    print(f"faults that break a hard rule: {_broken(verdict)}")
    held = [
        _at_least("faults caught", verdict.caught()),
        _at_least("faults caught that break no hard rule", verdict.caught(within_rules=True)),
        _at_most("sound rows flagged", verdict.flagged()),
        _at_most("returns without a fault flagged as a whole", verdict.flagged_wholes()),
    ]
    return all(held)


def _broken(verdict: Verdict) -> str:
    return _share((sum(each.fault.breaks_rule for each in verdict.faults), len(verdict.faults)))


def _point(verdict: Verdict, bound: float) -> tuple[float, float, float]:
    """Shares caught, caught among those that break no hard rule, and flagged."""
    counts = verdict.caught(bound), verdict.caught(bound, within_rules=True), verdict.flagged(bound)
    return tuple(part / whole if whole else 0.0 for part, whole in counts)


def _at_least(what: str, counts: tuple[int, int]) -> bool:
    held = counts[0] >= LEAST_CAUGHT * counts[1] > 0
    print(f"{what}: {_share(counts)}, limit at least {LEAST_CAUGHT:.0%}: {'within' if held else 'MISSED'}")
    return held


def _at_most(what: str, counts: tuple[int, int]) -> bool:
    held = counts[0] <= MOST_FLAGGED * counts[1]
    print(f"{what}: {_share(counts)}, limit at most {MOST_FLAGGED:.0%}: {'within' if held else 'EXCEEDED'}")
    return held


def _share(counts: tuple[int, int]) -> str:
    return f"{_percent(*counts)} ({counts[0]} of {counts[1]})"


def _percent(part: int, whole: int) -> str:
    return f"{part / whole:.2%}" if whole else "–"


def write_curve(verdict: Verdict, file: Path) -> None:
    """The share caught against the share flagged, a point for each bound."""
    points = [(bound, *_point(verdict, bound)) for bound in BOUNDS]
    if file.suffix == ".csv":
        with file.open("w", encoding="utf-8", newline="") as target:
            writer = csv.writer(target)
            writer.writerow(("bound", "caught", "caught_within_rules", "flagged"))
            writer.writerows([f"{value:.4f}" for value in point] for point in points)
    else:
        file.write_text(_drawn(points), encoding="utf-8")


def _drawn(points: Sequence[tuple[float, float, float, float]]) -> str:
    """Flagged from 0 to at least 10 % to the right, caught from 0 to 100 % upwards; the limits dashed."""
    most = max(0.1, *(flagged for *_, flagged in points))
    spots = [(60 + 500 * flagged / most, 320 - 300 * caught, bound) for bound, caught, _, flagged in points]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y, _ in spots)
    dots = "".join(
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3"/><text x="{x + 5:.1f}" y="{y + 14:.1f}">{bound:g}</text>'
        for x, y, bound in spots
        if bound in (0.5, 1.0, 1.5, 2.0)
    )
    across, up = 320 - 300 * LEAST_CAUGHT, 60 + 500 * MOST_FLAGGED / most
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="600" height="370" font-family="sans-serif" font-size="12">'
        f'<path d="M60 20V320H560" fill="none" stroke="#000"/><polyline points="{line}" fill="none" stroke="#06c"/>'
        f'<path d="M60 {across:.1f}H560M{up:.1f} 20V320" fill="none" stroke="#c00" stroke-dasharray="4"/>{dots}'
        '<text x="20" y="24">100%</text><text x="36" y="324">0</text>'
        f'<text x="530" y="340">{most:.0%}</text><text x="200" y="360">sound rows flagged; upwards: faults caught; '
        "numbers: the bound</text></svg>\n"
    )


if __name__ == "__main__":
    sys.exit(main())
