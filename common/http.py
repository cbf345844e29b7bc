"""A 404 with its own Chinese sentence for the page."""

from django.http import Http404


class RowNotFound(Http404):
    """404: the row does not exist or lies outside the user's scope; the message says what was looked for and what to do.

    Django's own Http404 is told in English, and is answered by a sentence that fits every page.
    """
