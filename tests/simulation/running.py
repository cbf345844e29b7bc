"""Runs lives one after the other, and tells what became of them."""

import logging
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.test.utils import override_settings

from tests.simulation import county, life, places
from tests.simulation.life import Told
from tests.simulation.planted import PLANTED


@contextmanager
def county_built() -> Iterator[Path]:
    """Inside, the connection reaches the county in a database of its own; answers where its files lie."""
    names = ("PORTAL_TODAY", "PLAN_FILE", "RETURNS_FOUR_EYES", "INSPECTION_FOUR_EYES", "VAR_DIR")
    kept = override_settings(**{name: getattr(settings, name) for name in names})
    kept = override_settings(**{name: getattr(settings, name) for name in names})
    with tempfile.TemporaryDirectory() as empty, kept, places.copied(Path(empty)) as var, _silent():
        county.build(var)
        yield var


@contextmanager
def _silent() -> Iterator[None]:
    """What the portal logs of the faults that strike it is no news here; how people log in is not what is asked."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        with override_settings(ALLOWED_HOSTS=["testserver"]):
            yield
    finally:
        logging.disable(before)


def lives(seeds: Iterable[int], var: Path) -> Iterator[Told]:
    for seed in seeds:
        yield life.live(seed, var)


def found_by(fault: str, seeds: Iterable[int], var: Path) -> Told | None:
    """The first life that finds a planted fault; None when none of these does."""
    for seed in seeds:
        with PLANTED[fault]():
            told = life.live(seed, var)
        if told.violation:
            return told
    return None


def account(told: Iterable[Told]) -> str:
    """Years, steps, faults and violations of lives."""
    every = list(told)
    struck = sum((each.struck for each in every), Counter())
    steps, refused = sum(len(each.steps) for each in every), sum(each.refused for each in every)
    said = ", ".join(f"{number} × {fault}" for fault, number in sorted(struck.items()))
    bad = sum(each.violation is not None for each in every)
    return (
        f"{len(every)} lives, {sum(each.years for each in every):.1f} years on {connection.vendor}, {steps} steps "
        f"({refused} refused as they must be), {struck.total()} faults ({said}), {bad} violations"
    )
