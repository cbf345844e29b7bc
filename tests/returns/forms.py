"""A return's pages as a browser without scripts posts them."""

import re
from html import unescape

from django.test import Client
from django.urls import reverse

from returns.figures import NAMES
from returns.models import Return
from tests.returns.conftest import GOOD, TOWN

CODE = f"{TOWN}201"
FIRST = f"f-{CODE}-households"


def fields(page: str) -> dict[str, str]:
    """The named fields of a page with their values, as a browser would post them."""
    found = {}
    for tag in re.findall(r"<input[^>]*>", page):
        attributes = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if attributes.get("type") != "checkbox" and "name" in attributes:
            found[attributes["name"]] = unescape(attributes.get("value", ""))
    for name, options in re.findall(r'<select[^>]* name="([^"]*)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    return {name: value for name, value in found.items() if name != "q"}


def form_of(client: Client, quarterly_return: Return, **changes) -> dict[str, str]:
    return fields(client.get(reverse("returns:return", args=[quarterly_return.pk])).content.decode()) | changes


def all_good(form: dict[str, str]) -> dict[str, str]:
    """The form with good figures in every row."""
    good = dict(zip(NAMES, map(str, GOOD), strict=True))
    return form | {
        name: good[name.split("-")[2]] for name in form if name.startswith("f-") and not name.endswith("-reason")
    }
