"""Faults planted in the product: each must be found by the simulation, or the simulation is worth nothing."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from unittest import mock

import numpy as np


def _nothing(*args, **options) -> None:
    return None


@contextmanager
def _patched(*patches) -> Iterator[None]:
    with ExitStack() as stack:
        for patch in patches:
            stack.enter_context(patch)
        yield


def skipped_scope():
    """The pages of returns look a return up without asking whose it is."""
    from returns.models.returns import ReturnQuerySet

    return _patched(mock.patch.object(ReturnQuerySet, "visible_to", lambda self, user: self))


def own_approval():
    """Whoever passed a return may confirm it, and a person may act twice on a unit's way."""
    rooms = ("inspection.government", "inspection.reporting", "inspection.compiling", "inspection.examining",
             "reports.certificates.actions")  # fmt: skip
    return _patched(*(mock.patch(f"{room}.require_apart", _nothing) for room in rooms))


def lost_version():
    """A step is taken wherever the document stands by now, whatever the page showed."""
    from workflow.engine import Workflow

    advance = Workflow.advance

    def anyway(self, subject, move, version, by, *args, **options):
        return advance(self, subject, move, type(subject).objects.get(pk=subject.pk).version, by, *args, **options)

    return _patched(mock.patch.object(Workflow, "advance", anyway))


def counted_twice():
    """The first village of a quarter counts twice."""
    from acceptance.judging import facts

    made = facts.Returns

    def doubled(area: np.ndarray, figures: np.ndarray):
        return made(area, np.concatenate((figures[:1] * 2, figures[1:])))

    return _patched(mock.patch.object(facts, "Returns", doubled))


def forgotten_rollback():
    """Signing and deciding on a unit are no transactions: what was written before a fault stays."""
    from inspection import examining
    from returns import actions

    return _patched(
        *(
            mock.patch.object(actions, name, getattr(actions, name).__wrapped__)
            for name in ("submit", "hand_up", "correct")
        ),
        mock.patch.object(examining, "rule", examining.rule.__wrapped__),
    )


def early_award():
    """Titles are awarded before their circular."""
    from reports.certificates import views

    return _patched(
        mock.patch("reports.certificates.actions.require_awardable", _nothing),
        mock.patch.object(views, "waiting", views._without_certificate),
    )


def unheard_repetition():
    """Who sends a form again that was done is told that somebody was faster."""
    return _patched(
        mock.patch("returns.entry.views.repeated", _nothing), mock.patch("returns.review.views.repeated", _nothing)
    )


def unnoticed_fact():
    """An approved return leaves no note for those who judge."""
    return _patched(mock.patch("areas.changes.note_areas", _nothing))


def litter_on_full_disk():
    """What could be written of a file stays when the disk is full."""
    from evidence import store

    def littering(data: bytes, target) -> None:
        part = target.with_name(f".part-{target.name}")
        with part.open("wb") as file:
            file.write(data)
            os.fsync(file.fileno())
        part.replace(target)

    return _patched(mock.patch.object(store, "_write", littering))


def _otherwise_appended(otherwise: Callable[[list], list]):
    """What rooms seal is put into the log otherwise than they said."""
    from witness import sealing

    append = sealing.append
    return _patched(
        mock.patch.object(sealing, "append", lambda contents, *args, **more: append(otherwise(contents), *args, **more))
    )


def leaf_skipped():
    """Of what a step seals together the last is left out."""
    return _otherwise_appended(lambda contents: contents[: max(1, len(contents) - 1)])


def leaf_twice():
    """The last of what a step seals is put into the log twice."""
    return _otherwise_appended(lambda contents: [*contents, *contents[-1:]])


def judged_unsealed():
    """A run of judging leaves no leaf."""
    return _patched(mock.patch("acceptance.judging.judging.seal_run", _nothing))


def table_not_backed_up():
    """The backup leaves the rows of a table out: who typed which figure when."""
    from upkeep.backups import databases

    table, snapshot, run = "returns_figureentry", databases.Sqlite.snapshot, databases.subprocess.run

    @contextmanager
    def without(self, folder: Path):
        with snapshot(self, folder) as reading:
            reading.connection.execute(f"DELETE FROM {table}")
            reading.connection.commit()
            yield reading

    def dumped(command: list[str], **options):
        return run([*command, f"--exclude-table-data={table}"] if "pg_dump" in command[0] else command, **options)

    return _patched(
        mock.patch.object(databases.Sqlite, "snapshot", without), mock.patch.object(databases.subprocess, "run", dumped)
    )


PLANTED: dict[str, Callable] = {
    each.__name__: each
    for each in (
        skipped_scope, own_approval, lost_version, counted_twice, forgotten_rollback, early_award, unheard_repetition,
        unnoticed_fact, litter_on_full_disk, leaf_skipped, leaf_twice, judged_unsealed, table_not_backed_up,
    )
}  # fmt: skip
