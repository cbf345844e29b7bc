"""In which order several processes take up the modules: what takes longest first, so that no process ends long after the rest.

How long a module takes is guessed from what its tests ask for, so that no table of figures has to be kept; a module of which
that would be far too little says ``SECONDS``, of one of its tests. A file is never
torn apart (``--dist=loadfile``), and ``--no-loadscope-reorder`` keeps xdist from an order of its own, by number of tests.
"""

from collections import Counter
from pathlib import Path

import pytest

_BROWSER, _PROCESSES, _REQUESTS, _DATABASE, _NONE = 4.0, 2.0, 0.2, 0.1, 0.02
"""About how many seconds a test takes: one that drives a browser, one whose module starts processes, and so on."""


def sort(items: list[pytest.Item]) -> None:
    """The modules with the most to do first; within each, the tests in their order."""
    cost: Counter[Path] = Counter()
    for item in items:
        cost[item.path] += _seconds(item)
    items.sort(key=lambda item: (-cost[item.path], item.path))


def _seconds(item: pytest.Item) -> float:
    if said := getattr(item.module, "SECONDS", 0.0):
        return said
    if item.get_closest_marker("browser"):
        return _BROWSER
    if hasattr(item.module, "subprocess"):
        return _PROCESSES
    if "client" in item.fixturenames or hasattr(item.module, "Client"):
        return _REQUESTS
    return _DATABASE if "db" in item.fixturenames or item.get_closest_marker("django_db") else _NONE
