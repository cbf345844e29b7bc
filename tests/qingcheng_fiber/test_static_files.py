"""Scripts as modules: found by a page before they are asked for, and under hashed names in production."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.template import Context, Template

from common.templatetags.scripts import imported_by

IMPORT = re.compile(r"""^import .* from ["']\./([^"']+)["'];$""", re.M)


@pytest.fixture(scope="module")
def collected(tmp_path_factory, django_db_blocker):
    """All static files, as collectstatic leaves them in production."""
    from django.conf import settings
    from django.test import override_settings

    root = tmp_path_factory.mktemp("static")
    storages = {**settings.STORAGES, "staticfiles": {"BACKEND": "qingcheng_fiber.static_files.HashedFiles"}}
    with override_settings(STATIC_ROOT=root, STORAGES=storages):
        call_command("collectstatic", interactive=False, verbosity=0)
    return root


def test_imports_have_hashed_names_that_are_there(collected):
    hashed = [path for path in (collected / "js").glob("*.js") if re.search(r"\.[0-9a-f]{12}\.js$", path.name)]
    imports = [(path, name) for path in hashed for name in IMPORT.findall(path.read_text(encoding="utf-8"))]
    assert len(imports) > 20
    for path, name in imports:
        assert re.fullmatch(r"[\w-]+\.[0-9a-f]{12}\.js", name), path.name
        assert (path.parent / name).is_file(), f"{path.name}: {name}"


def test_page_names_the_modules_of_a_module():
    html = Template('{% load scripts %}{% module "entry" library="a.js" %}').render(Context())
    hinted = re.findall(r'<link rel="modulepreload" href="/static/js/([\w-]+\.js)">', html)
    assert html.endswith('<script type="module" src="/static/js/entry.js" data-library="a.js"></script>')
    assert sorted(hinted) == sorted(set(hinted)) == sorted(imported_by("entry.js"))
    assert {"entry-cells.js", "entry-figures.js", "entry-queue.js"} < set(hinted)


def test_every_import_is_hinted():
    """Whatever way an import is written: a module that is not named on its page is fetched late."""
    for name in ("entry", "entry-leftovers", "map", "whatif-map"):
        for each in (f"{name}.js", *imported_by(f"{name}.js")):
            text = Path(finders.find(f"js/{each}")).read_text(encoding="utf-8")
            wanted = re.findall(r"""["']\./([\w-]+\.js)["']\s*;""", text)
            assert set(wanted) <= set(imported_by(f"{name}.js")), each
