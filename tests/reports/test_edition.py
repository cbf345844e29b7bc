"""When the portal takes its own files to be others."""

import os

from reports import http_cache


def test_edition_follows_a_changed_template_in_development_alone(settings, tmp_path):
    settings.BASE_DIR = tmp_path
    (tmp_path / "templates").mkdir()
    page = tmp_path / "templates" / "page.html"
    page.touch()
    http_cache._newest.cache_clear()
    served = http_cache.edition()
    os.utime(page, (2e9, 2e9))

    assert http_cache.edition() == served
    settings.DEBUG = True
    assert http_cache.edition() != served
    http_cache._newest.cache_clear()
