"""The pages that open without a network, and the files that a device keeps for them."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse

from common.templatetags.scripts import imported_by
from offline.hooks import OFFLINE_PAGES

BASE = ("img/mark.svg", "vendor/bootstrap/css/bootstrap.min.css", "css/portal.css")
"""What every page has in its head."""
BASE_MODULE = "portal"


@dataclass(frozen=True)
class OfflinePage:
    """A page by its name and its address, or pages by ``patterns``; what stands for it without a network, its script and styles.

    What stands for it is ``template`` with ``context``, rendered for nobody: it lies open on the device.
    """

    name: str
    template: str
    module: str
    address: str = ""
    patterns: tuple[str, ...] = ()
    styles: tuple[str, ...] = ()
    asks_position: bool = False
    context: Callable[[], dict[str, Any]] = dict

    @property
    def shell(self) -> str:
        return render_to_string(self.template, self.context(), request=HttpRequest())


def declared() -> dict[str, OfflinePage]:
    """By their names."""
    return {page.name: page for page in (declare() for declare in OFFLINE_PAGES)}


def shells() -> dict[str, str]:
    """By the address of each page that has one, that of what stands for it."""
    return {reverse(page.address): _shell(page) for page in declared().values() if page.address}


def patterns() -> list[tuple[str, str]]:
    """Each pattern of addresses, and the address of what stands for these pages."""
    return [(pattern, _shell(page)) for page in declared().values() for pattern in page.patterns]


def _shell(page: OfflinePage) -> str:
    return reverse("offline:shell", args=[page.name])


def files() -> list[str]:
    """The static files of all such pages, each once, by their names."""
    return list(dict.fromkeys(_files()))


def _files() -> Iterator[str]:
    yield from BASE
    yield from _modules(BASE_MODULE)
    for page in declared().values():
        yield from page.styles
        yield from _modules(page.module)


def _modules(name: str) -> Iterator[str]:
    yield f"js/{name}.js"
    yield from (f"js/{each}" for each in imported_by(f"{name}.js"))


def addresses() -> list[str]:
    """Where they are served; under names that change with their content in production."""
    return [static(name) for name in files()]


def version(worker: str) -> str:
    """Changes when the worker does, or any of the files, or what stands for any of the pages."""
    seen = hashlib.sha256(worker.encode())
    for name in files():
        seen.update(Path(finders.find(name)).read_bytes())
    for page in declared().values():
        seen.update(page.shell.encode())
    return seen.hexdigest()[:16]
