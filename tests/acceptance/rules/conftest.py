"""What is read once is read again in every run, so that a changed reader shows (tests.mutation forks its runs)."""

import importlib

import pytest

from tests.acceptance.rules import building

KEEPING = ["acceptance.rules.facts", "acceptance.rules.standards", "areas.workdays", "areas.periods", "areas.geodesy"]


@pytest.fixture(scope="session", autouse=True)
def read_afresh():
    for module in (building, *map(importlib.import_module, KEEPING)):
        for value in list(vars(module).values()):
            if hasattr(value, "cache_clear"):
                value.cache_clear()
