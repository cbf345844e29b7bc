"""What a form posted, as far as it can be believed."""

from django.http import HttpRequest

_DIGITS = 9
"""No version and no count is longer."""


def posted_version(request: HttpRequest, name: str = "version") -> int:
    """The version that the page showed; one that nothing has when the data do not say."""
    text = request.POST.get(name, "")
    return int(text) if text.isdecimal() and len(text) <= _DIGITS else -1
