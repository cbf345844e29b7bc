"""Scripts on a page: modules under static/js, each of which names what it imports."""

import re
from functools import cache
from pathlib import Path

from django import template
from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

_IMPORTED = re.compile(r"""^import\b[^"']*["']\./([\w-]+\.js)["'];$""", re.M)

register = template.Library()


@register.simple_tag
def module(name: str, **data: str) -> SafeString:
    """The module ``js/name.js`` with its ``data-`` attributes, before it a hint for each module that it imports.

    So all of them are fetched at once, not one after the other.
    """
    hints = format_html_join(
        "", '<link rel="modulepreload" href="{}">', ((static(f"js/{each}"),) for each in imported_by(f"{name}.js"))
    )
    attributes = format_html_join("", ' data-{}="{}"', data.items())
    return format_html('{}<script type="module" src="{}"{}></script>', hints, static(f"js/{name}.js"), attributes)


@cache
def imported_by(name: str) -> tuple[str, ...]:
    """The files that a module needs, its own imports first, each once; read once in the life of the process."""
    found, waiting = [], [name]
    while waiting:
        text = Path(finders.find(f"js/{waiting.pop(0)}")).read_text(encoding="utf-8")
        fresh = [each for each in _IMPORTED.findall(text) if each not in found]
        found += fresh
        waiting += fresh
    return tuple(found)
