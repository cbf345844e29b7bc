"""The portal and the independent reference agree, to the last field and the order of keys, on random packages."""

import os

import pytest

from tests.reference.comparing import compare_seed

SEEDS = range(int(os.environ.get("REFERENCE_SEEDS", "25")))


@pytest.mark.django_db
@pytest.mark.parametrize("seed", SEEDS)
def test_portal_agrees_with_reference(seed, tmp_path):
    found = compare_seed(seed, tmp_path / "package")
    assert not found, f"seed {seed}: {len(found)} differences\n" + "\n".join(found[:10])
