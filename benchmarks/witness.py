"""Everything verified against the log, at the district's size, against reading the same rows; what sealing adds to a step.

The district is the demonstration's package, imported and judged. A step is a return of a town with its villages that is
reported and approved, over and over.
"""

import argparse
import io
import sys
import tempfile
from pathlib import Path

from measuring import limit_line, machine, ratio, scratch, timed

LIMIT = 4
"""Times reading the rows: hashing their contents, reading the leaves and comparing both."""
MOST_STEP_MS = 15
"""Processor time that sealing adds to a step, with all its rows."""
STEPS = 40


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=STEPS)
    given = parser.parse_args()
    with scratch():
        _district()
        from witness.verifying import verified

        with timed() as bare:
            count = read_rows()
        with timed() as ours:
            found = verified()
        assert found.problems == [], found.problems[:3]
        print(f"{machine()}; {found.leaves} leaves, {count} rows read, {ours.wall:.1f} s of waiting")
        held = ratio("verify_all, processor time", ours.cpu, bare.cpu, LIMIT)
        whole, sealing = steps(given.steps)
        print(f"a step of {1000 * whole:.1f} ms: sealing {1000 * sealing:.1f} ms, {100 * sealing / whole:.0f} %")
        print(limit_line("sealing in a step", 1000 * sealing, MOST_STEP_MS))
    return 0 if held and 1000 * sealing <= MOST_STEP_MS else 1


def _district() -> None:
    from django.core.management import call_command

    from demonstration.package import build_package
    from witness.sealing import begin

    with tempfile.TemporaryDirectory() as directory:
        folder = Path(directory) / "district"
        folder.mkdir()
        build_package(folder)
        call_command("import_package", folder, stdout=io.StringIO())
    begin()


def read_rows() -> int:
    """Every sealed row and verdict, the leaves and the trail, as Django reads their columns."""
    from acceptance.judging.rows import SAID, SUBJECTS
    from acceptance.judging.sealed_runs import MODELS
    from accounts.models import AuditEntry
    from witness.kinds import kinds
    from witness.models import Leaf

    asked = [kind.rows().values_list("pk", *kind.columns) for kind in kinds().values()]
    asked += [model._base_manager.values_list("pk", *SUBJECTS[model], *SAID[model]) for model in MODELS]
    asked += [Leaf.objects.values_list(), AuditEntry.objects.values_list()]
    return sum(1 for rows in asked for _ in rows.iterator(chunk_size=2000))


def steps(count: int) -> tuple[float, float]:
    """The processor time of a step, and what of it goes to sealing, in seconds."""
    from accounts.models import User
    from accounts.posts import Post
    from areas.models import Area
    from common.periods import Quarter
    from returns import moves
    from returns.entry.beginning import begin as open_return
    from returns.figures import NAMES
    from returns.models import ReturnAction
    from witness import sealing

    town = Area.objects.filter(kind="town").order_by("code").first()
    head = User.objects.create_user("head", name="何负责人", post=Post.TOWNSHIP_HEAD, area=town)
    quarterly_return = open_return(town, Quarter(2031, 1), head)
    quarterly_return.lines.update(**dict.fromkeys(NAMES, 10))
    spent, flush = [], sealing.flush

    def measured(trail=None) -> None:
        with timed() as taken:
            flush(trail)
        spent.append(taken.cpu)

    import accounts.hooks

    vars(accounts.hooks.BEFORE_ENTRIES)["_lent"] = [measured]
    with timed() as whole:
        for _ in range(count):
            quarterly_return.state = "signing"
            quarterly_return.save(update_fields=["state"])
            _step(quarterly_return, moves, ReturnAction.SUBMIT, head)
            _step(quarterly_return, moves, ReturnAction.WITHDRAW, head)
    return whole.cpu / (2 * count), sum(spent) / (2 * count)


def _step(quarterly_return, moves, action, by) -> None:
    from django.db import transaction

    with transaction.atomic():
        move = moves.MOVES.permit(action, quarterly_return.township_id, by)
        step = moves.MOVES.advance(quarterly_return, move, quarterly_return.version, by)
        moves.move_lines(quarterly_return, move)
        moves.done(step)


if __name__ == "__main__":
    sys.exit(main())
