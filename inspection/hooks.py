"""Registries of functions that add samples to an examination, and sections to the whole file of a unit."""

from collections.abc import Callable

from common.registry import Registry

SAMPLES: Registry[Callable[..., dict]] = Registry()
"""Each answers what samples found of units (``inspection.samples.SampleShown``), by primary key; units that none bears
on are left out."""
SECTIONS: Registry[Callable] = Registry()
"""Each answers what it adds to the file of a unit for a user (``inspection.dossier.Section``); None where it has nothing."""
