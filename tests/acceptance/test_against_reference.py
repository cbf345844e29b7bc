"""The portal and the independent reference agree, to the last field and the order of keys, on random packages."""

import os

import pytest

from tests.reference.comparing import answered, compare_seed, load
from tests.reference.evaluate import DISTRICT
from tests.reference.handmade_changes import CASES, expectations, found, tables

SEEDS = range(int(os.environ.get("REFERENCE_SEEDS", "25")))


@pytest.mark.django_db
@pytest.mark.parametrize("seed", SEEDS)
def test_portal_agrees_with_reference(seed, tmp_path):
    assert_none(seed, compare_seed(seed, tmp_path / "package"))


@pytest.mark.django_db
@pytest.mark.parametrize("seed", SEEDS)
def test_portal_agrees_with_reference_when_facts_change(seed, tmp_path):
    assert_none(seed, compare_seed(seed, tmp_path / "package", dated=True))


def assert_none(seed, differences):
    assert not differences, f"seed {seed}: {len(differences)} differences\n" + "\n".join(differences[:10])


@pytest.mark.django_db
@pytest.mark.parametrize("name", CASES)
def test_portal_agrees_with_what_was_worked_out_by_hand(name, tmp_path):
    """Names are on pages only, which the documents are not."""
    package, expected = CASES[name]
    load(tables(package), tmp_path / "package")
    for expectation in expectations(expected):
        if expectation.command != "name":
            question = {"command": expectation.command, "period": expectation.period, "area": DISTRICT}
            question.update(basis="approved", sites=expectation.command == "evaluate")
            assert found(expectation, answered(question)) == expectation.value, expectation
