"""Read values from posted forms without trusting them."""

from django.http import HttpRequest

_DIGITS = 9
"""No version and no count is longer."""


def posted_version(request: HttpRequest, name: str = "version") -> int:
    """The version number that the submitted page showed; one that no row has when it is missing or malformed."""
    text = request.POST.get(name, "")
    return int(text) if text.isdecimal() and len(text) <= _DIGITS else -1
