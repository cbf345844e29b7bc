"""What is not there for this person, said in a sentence that the page of the 404 shows."""

from django.http import Http404


class RowNotFound(Http404):
    """No such row, or not in her scope; the Chinese sentence says what was looked for and what to do.

    Django's own Http404 is told in English, and is answered by a sentence that fits every page.
    """
