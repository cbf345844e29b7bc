"""What tests of accounts share."""

import runpy
from collections.abc import Callable

import pytest
from django.conf import settings

SECRET = "k" * 60


@pytest.fixture
def portal_settings(monkeypatch) -> Callable[..., dict]:
    """``portal_settings(PORTAL_MODE="production")``: what the portal's settings would be with these variables."""

    def read(**variables: str) -> dict:
        for name, value in {"PORTAL_SECRET_KEY": SECRET, **variables}.items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(str(settings.BASE_DIR / "qingcheng_fiber/settings.py"))

    return read
