"""How a file of evidence is sent to a browser. Who may have it, the view has asked before."""

from urllib.parse import quote

from django.http import HttpResponse

from common.http import RowNotFound
from evidence.models import KeptFile
from evidence.pictures import shown
from evidence.store import Damaged, original

_NOTHING = "default-src 'none'; sandbox"
_A_PICTURE = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; sandbox"
"""Opened by itself, a picture is laid out by the browser's own page, which styles it inline."""


def inline(file: KeptFile) -> HttpResponse:
    """The picture written anew, to be shown on a page; 404 when it is damaged, or no picture."""
    try:
        return _harmless(HttpResponse(shown(file), content_type="image/jpeg"), _A_PICTURE)
    except Damaged as damaged:
        raise RowNotFound(str(damaged)) from damaged


def attachment(file: KeptFile) -> HttpResponse:
    """The original, to be saved and not shown: it is somebody's upload. Damaged when it is gone or changed."""
    response = _harmless(HttpResponse(original(file), content_type=file.media_type), _NOTHING)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(file.name)}"
    return response


def _harmless(response: HttpResponse, policy: str) -> HttpResponse:
    """Whatever the bytes are, no browser takes them for anything that runs."""
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = policy
    return response
